/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Errors from below in the faces' one domain; what faces know already comes through.
 */
#include "till-error.h"

#include "shop-cart.h"
#include "vault-error.h"

static void
check (GQuark domain, gint code, GQuark wanted_domain, gint wanted)
{
  g_autoptr (GError) above = till_error_take (g_error_new_literal (domain, code, "a sentence"));

  g_assert_error (above, wanted_domain, wanted);
  g_assert_cmpstr (above->message, ==, "a sentence");
}

static void
test_vault (void)
{
  check (VAULT_ERROR, VAULT_ERROR_KEY, TILL_ERROR, TILL_ERROR_PASSPHRASE);
  check (VAULT_ERROR, VAULT_ERROR_NO_KEYRING, TILL_ERROR, TILL_ERROR_NO_KEYRING);
  check (VAULT_ERROR, VAULT_ERROR_BUSY, TILL_ERROR, TILL_ERROR_BUSY);
  check (VAULT_ERROR, VAULT_ERROR_FULL, TILL_ERROR, TILL_ERROR_FULL);
  check (VAULT_ERROR, VAULT_ERROR_CHANGED, TILL_ERROR, TILL_ERROR_CORRUPT);
  check (VAULT_ERROR, VAULT_ERROR_CORRUPT, TILL_ERROR, TILL_ERROR_CORRUPT);
  check (VAULT_ERROR, VAULT_ERROR_STATE, TILL_ERROR, TILL_ERROR_STATE);
  check (VAULT_ERROR, VAULT_ERROR_EXISTS, TILL_ERROR, TILL_ERROR_EXISTS);
  check (VAULT_ERROR, VAULT_ERROR_ABSENT, TILL_ERROR, TILL_ERROR_ABSENT);
  check (VAULT_ERROR, VAULT_ERROR_IO, TILL_ERROR, TILL_ERROR_FAULT);
}

static void
test_others (void)
{
  check (TILL_ERROR, TILL_ERROR_STATE, TILL_ERROR, TILL_ERROR_STATE);
  check (SHOP_ERROR, SHOP_ERROR_INVALID, SHOP_ERROR, SHOP_ERROR_INVALID);
  check (G_IO_ERROR, G_IO_ERROR_CANCELLED, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  check (G_IO_ERROR, G_IO_ERROR_BUSY, G_IO_ERROR, G_IO_ERROR_BUSY);
  check (G_IO_ERROR, G_IO_ERROR_CLOSED, G_IO_ERROR, G_IO_ERROR_CLOSED);
  check (G_IO_ERROR, G_IO_ERROR_FAILED, TILL_ERROR, TILL_ERROR_FAULT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/till/error/vault", test_vault);
  g_test_add_func ("/till/error/others", test_others);
  return g_test_run ();
}
