/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-error.h"

#include "shop-cart.h"
#include "till-error.h"

static const char *
sentence_of (GQuark domain, int code)
{
  g_autoptr (GError) error = g_error_new_literal (domain, code, "for the log");

  return app_error_sentence (error);
}

static void
test_sentences (void)
{
  for (int code = TILL_ERROR_ABSENT; code <= TILL_ERROR_FAULT; code++)
    g_assert_true (g_str_has_suffix (sentence_of (TILL_ERROR, code), "."));
  for (int code = SHOP_ERROR_INVALID; code <= SHOP_ERROR_NO_LINE; code++)
    g_assert_true (g_str_has_suffix (sentence_of (SHOP_ERROR, code), "."));
  g_assert_nonnull (sentence_of (G_IO_ERROR, G_IO_ERROR_BUSY));
  g_assert_nonnull (sentence_of (G_FILE_ERROR, G_FILE_ERROR_NOENT));
}

static AppErrorKind
kind_of (GQuark domain, int code)
{
  g_autoptr (GError) error = g_error_new_literal (domain, code, "for the log");

  return app_error_kind (error);
}

static void
test_kinds (void)
{
  g_assert_cmpint (kind_of (TILL_ERROR, TILL_ERROR_ABSENT), ==, APP_ERROR_KIND_ABSENT);
  g_assert_cmpint (kind_of (TILL_ERROR, TILL_ERROR_PASSPHRASE), ==, APP_ERROR_KIND_PASSPHRASE);
  g_assert_cmpint (kind_of (TILL_ERROR, TILL_ERROR_NO_KEYRING), ==, APP_ERROR_KIND_PASSPHRASE);
  g_assert_cmpint (kind_of (TILL_ERROR, TILL_ERROR_BUSY), ==, APP_ERROR_KIND_BUSY);
  g_assert_cmpint (kind_of (TILL_ERROR, TILL_ERROR_FULL), ==, APP_ERROR_KIND_OTHER);
  g_assert_cmpint (kind_of (G_IO_ERROR, G_IO_ERROR_CANCELLED), ==, APP_ERROR_KIND_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/error/sentences", test_sentences);
  g_test_add_func ("/app/error/kinds", test_kinds);
  return g_test_run ();
}
