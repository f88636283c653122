/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-error.h"

static void
test_has_a_domain_of_its_own (void)
{
  g_autoptr (GError) error
      = g_error_new_literal (ACQUIRER_ERROR, ACQUIRER_ERROR_CLOSED, "The line broke");

  g_assert_cmpuint (ACQUIRER_ERROR, ==, acquirer_error_quark ());
  g_assert_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_CLOSED);
  g_assert_false (g_error_matches (error, ACQUIRER_ERROR, ACQUIRER_ERROR_TIMEOUT));
}

static void
test_set (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (acquirer_error_set (NULL, ACQUIRER_ERROR_FIELD, "Nobody asks"));
  g_assert_false (acquirer_error_set (&error, ACQUIRER_ERROR_FIELD, "Field %u", 4));
  g_assert_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_FIELD);
  g_assert_cmpstr (error->message, ==, "Field 4");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/acquirer/error/has-a-domain-of-its-own", test_has_a_domain_of_its_own);
  g_test_add_func ("/acquirer/error/set", test_set);
  return g_test_run ();
}
