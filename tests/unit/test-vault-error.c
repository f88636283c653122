/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-error.h"

static void
test_has_a_domain_of_its_own (void)
{
  g_autoptr (GError) error
      = g_error_new_literal (VAULT_ERROR, VAULT_ERROR_FULL, "The disk is full");

  g_assert_cmpuint (VAULT_ERROR, !=, 0);
  g_assert_cmpuint (VAULT_ERROR, ==, vault_error_quark ());
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_FULL);
  g_assert_false (g_error_matches (error, VAULT_ERROR, VAULT_ERROR_IO));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vault/error/has-a-domain-of-its-own", test_has_a_domain_of_its_own);
  return g_test_run ();
}
