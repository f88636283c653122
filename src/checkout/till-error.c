/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "till-error.h"

#include "shop-cart.h"
#include "vault-error.h"

G_DEFINE_QUARK (till - error - quark, till_error)

static TillError
from_vault (VaultError code)
{
  switch (code)
    {
    case VAULT_ERROR_KEY:
      return TILL_ERROR_PASSPHRASE;
    case VAULT_ERROR_NO_KEYRING:
      return TILL_ERROR_NO_KEYRING;
    case VAULT_ERROR_BUSY:
      return TILL_ERROR_BUSY;
    case VAULT_ERROR_FULL:
      return TILL_ERROR_FULL;
    case VAULT_ERROR_CHANGED:
    case VAULT_ERROR_CORRUPT:
      return TILL_ERROR_CORRUPT;
    case VAULT_ERROR_STATE:
      return TILL_ERROR_STATE;
    case VAULT_ERROR_EXISTS:
      return TILL_ERROR_EXISTS;
    case VAULT_ERROR_ABSENT:
      return TILL_ERROR_ABSENT;
    case VAULT_ERROR_IO:
      return TILL_ERROR_FAULT;
    }
  return TILL_ERROR_FAULT;
}

GError *
till_error_take (GError *below)
{
  GError *above;

  g_assert (below != NULL);
  if (below->domain == TILL_ERROR || below->domain == SHOP_ERROR
      || g_error_matches (below, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      || g_error_matches (below, G_IO_ERROR, G_IO_ERROR_BUSY)
      || g_error_matches (below, G_IO_ERROR, G_IO_ERROR_CLOSED))
    return below;
  above = g_error_new_literal (TILL_ERROR,
                               below->domain == VAULT_ERROR ? from_vault ((VaultError)below->code)
                                                            : TILL_ERROR_FAULT,
                               below->message);
  g_error_free (below);
  return above;
}
