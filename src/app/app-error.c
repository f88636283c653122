/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-error.h"

#include "shop-cart.h"
#include "till-error.h"

#include <glib/gi18n.h>

AppErrorKind
app_error_kind (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return APP_ERROR_KIND_CANCELLED;
  if (g_error_matches (error, TILL_ERROR, TILL_ERROR_ABSENT))
    return APP_ERROR_KIND_ABSENT;
  if (g_error_matches (error, TILL_ERROR, TILL_ERROR_BUSY))
    return APP_ERROR_KIND_BUSY;
  if (g_error_matches (error, TILL_ERROR, TILL_ERROR_PASSPHRASE)
      || g_error_matches (error, TILL_ERROR, TILL_ERROR_NO_KEYRING))
    return APP_ERROR_KIND_PASSPHRASE;
  return APP_ERROR_KIND_OTHER;
}

static const char *
till_sentence (TillError code)
{
  switch (code)
    {
    case TILL_ERROR_ABSENT:
      return _ ("It isn't here any more. Look at the list again.");
    case TILL_ERROR_PASSPHRASE:
      return _ ("This passphrase does not open the shop. Type it again.");
    case TILL_ERROR_NO_KEYRING:
      return _ ("No keyring answers on this computer. Type the shop's passphrase.");
    case TILL_ERROR_BUSY:
      return _ ("Another program has this shop's folder open. Close it, then try again.");
    case TILL_ERROR_EXISTS:
      return _ ("There is a shop in this folder already. Take another folder.");
    case TILL_ERROR_FULL:
      return _ ("The disk is full, so nothing was changed. Free some space, then try again.");
    case TILL_ERROR_CORRUPT:
      return _ ("The shop's data are damaged, or from a newer Till. Restore a backup.");
    case TILL_ERROR_STATE:
      return _ ("That can't be done as things stand now. Go one step back, then try again.");
    case TILL_ERROR_RIGHT:
      return _ ("That isn't among your rights: have somebody approve it who may.");
    case TILL_ERROR_FAULT:
      return _ ("The disk, a device or the line failed. Look at them, then try again.");
    }
  return _ ("Something went wrong. Try again; if it stays, restart the till.");
}

static const char *
shop_sentence (int code)
{
  switch ((ShopError)code)
    {
    case SHOP_ERROR_INVALID:
      return _ ("That quantity or code can't be right. Pieces are whole numbers, up to 9,999.");
    case SHOP_ERROR_FULL:
      return _ ("This sale has its most lines. Let the customer pay, then begin a second one.");
    case SHOP_ERROR_OVERFLOW:
      return _ ("The sum is too large for one sale.");
    case SHOP_ERROR_NO_LINE:
      return _ ("That line was taken off already.");
    }
  return _ ("That can't be done with this line.");
}

static const char *
io_sentence (int code)
{
  if (code == G_IO_ERROR_BUSY || code == G_IO_ERROR_PENDING)
    return _ ("Something else is being done. Try again in a moment.");
  if (code == G_IO_ERROR_NO_SPACE)
    return till_sentence (TILL_ERROR_FULL);
  return _ ("That didn't work. Try again.");
}

const char *
app_error_sentence (const GError *error)
{
  if (error->domain == TILL_ERROR)
    return till_sentence ((TillError)error->code);
  if (error->domain == SHOP_ERROR)
    return shop_sentence (error->code);
  if (error->domain == G_IO_ERROR)
    return io_sentence (error->code);
  return _ ("Something went wrong. Try again; if it stays, restart the till.");
}
