/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-error.h"

#include "shop-cart.h"
#include "till-types.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

/* Codes of the vault, whose headers the window may not see; they reach it through the station. */
enum
{
  VAULT_CODE_IO,
  VAULT_CODE_FULL,
  VAULT_CODE_BUSY,
  VAULT_CODE_KEY,
  VAULT_CODE_NO_KEYRING,
  VAULT_CODE_CHANGED,
  VAULT_CODE_CORRUPT,
  VAULT_CODE_STATE,
  VAULT_CODE_EXISTS,
  VAULT_CODE_ABSENT,
};

static gboolean
is_of (const GError *error, const char *domain)
{
  return g_str_equal (g_quark_to_string (error->domain), domain);
}

AppErrorKind
app_error_kind (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return APP_ERROR_KIND_CANCELLED;
  if (!is_of (error, "vault-error-quark"))
    return APP_ERROR_KIND_OTHER;
  if (error->code == VAULT_CODE_ABSENT)
    return APP_ERROR_KIND_ABSENT;
  if (error->code == VAULT_CODE_BUSY)
    return APP_ERROR_KIND_BUSY;
  if (error->code == VAULT_CODE_KEY || error->code == VAULT_CODE_NO_KEYRING)
    return APP_ERROR_KIND_PASSPHRASE;
  return APP_ERROR_KIND_OTHER;
}

static const char *
vault_sentence (int code)
{
  switch (code)
    {
    case VAULT_CODE_FULL:
      return _("The disk is full, so nothing was changed. Free some space, then try again.");
    case VAULT_CODE_BUSY:
      return _("Another program has this shop's folder open. Close it, then try again.");
    case VAULT_CODE_KEY:
      return _("This passphrase does not open the shop. Type it again.");
    case VAULT_CODE_NO_KEYRING:
      return _("No keyring answers on this computer. Type the shop's passphrase.");
    case VAULT_CODE_CHANGED:
      return _("A record was changed on the disk. It was set aside; the others are fine.");
    case VAULT_CODE_CORRUPT:
      return _("The shop's database is damaged, or from a newer Till. Restore a backup.");
    case VAULT_CODE_ABSENT:
      return _("There is no shop in this folder yet.");
    default:
      return _("The shop's folder could not be read or written. Look at the disk, then try again.");
    }
}

static const char *
shop_sentence (int code)
{
  switch ((ShopError) code)
    {
    case SHOP_ERROR_INVALID:
      return _("That quantity or code can't be right. Pieces are whole numbers, up to 9,999.");
    case SHOP_ERROR_FULL:
      return _("This sale has its most lines. Let the customer pay, then begin a second one.");
    case SHOP_ERROR_OVERFLOW:
      return _("The sum is too large for one sale.");
    case SHOP_ERROR_NO_LINE:
      return _("That line was taken off already.");
    }
  return _("That can't be done with this line.");
}

static const char *
io_sentence (int code)
{
  if (code == G_IO_ERROR_BUSY || code == G_IO_ERROR_PENDING)
    return _("Something else is being done. Try again in a moment.");
  if (code == G_IO_ERROR_NO_SPACE)
    return vault_sentence (VAULT_CODE_FULL);
  return _("That didn't work. Try again.");
}

const char *
app_error_sentence (const GError *error)
{
  if (is_of (error, "vault-error-quark"))
    return vault_sentence (error->code);
  if (error->domain == SHOP_ERROR)
    return shop_sentence (error->code);
  if (error->domain == G_IO_ERROR)
    return io_sentence (error->code);
  if (is_of (error, "acquirer-error-quark"))
    return _("The line to the acquirer could not be set up. Ask its support, and sell for cash meanwhile.");
  if (is_of (error, "device-error-quark"))
    return _("A device does not work. Look at its cable, and sell on meanwhile.");
  return _("Something went wrong. Try again; if it stays, restart the till.");
}
