/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checkout-find.h"

#include "vault-find.h"

#include "base-number.h"

#include <string.h>

#define TEXT_MAX 64

static VaultFindWish
read_wish (const CheckoutShop *shop, const char *text)
{
  VaultFindWish wish = { .minor = -1 };
  gboolean digits = *text != '\0' && strspn (text, "0123456789") == strlen (text);
  guint64 receipt;

  if (*text == '\0')
    return wish;
  if (digits && base_number_parse (text, 10, 1, G_MAXINT64, &receipt))
    wish.receipt = (gint64)receipt;
  if (digits && strlen (text) == VAULT_FIND_DIGITS)
    wish.digits = text;
  if (!base_money_parse (text, shop->currency, &wish.minor, NULL))
    wish.minor = -1;
  wish.code = text;
  return wish;
}

GArray *
checkout_find_sales (CheckoutShop *shop,
                     const char *text,
                     guint limit,
                     GCancellable *cancellable,
                     GError **error)
{
  g_autofree char *bare = g_strstrip (g_strndup (text, TEXT_MAX));
  VaultFindWish wish = read_wish (shop, bare);

  return vault_find_sales (shop->vault, &wish, limit, cancellable, error);
}
