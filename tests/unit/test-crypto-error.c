/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypto-error.h"

static void
test_says_what_broke (void)
{
  g_autoptr (GError) error = NULL;

  crypto_error_set (&error, CRYPTO_ERROR_CLOSED, "The line broke");
  g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_CLOSED);
  g_assert_cmpstr (error->message, ==, "The line broke");
  crypto_error_set (NULL, CRYPTO_ERROR_CLOSED, "Nobody asked");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crypto/error/says-what-broke", test_says_what_broke);
  return g_test_run ();
}
