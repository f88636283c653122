/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a scanned code stands for: a product by one of its codes, or a label that a scale of the
 * shop printed (shop-scale-code.h), by the patterns that the shop keeps as a sealed setting. A code
 * of the catalogue comes first, so a pattern takes none away. Blocks.
 */
#pragma once

#include "checkout-shop.h"

G_BEGIN_DECLS

typedef enum
{
  CHECKOUT_FOUND_NOTHING,
  CHECKOUT_FOUND_PRODUCT,
  CHECKOUT_FOUND_LABEL,           /* and `line` says what it comes to */
  CHECKOUT_FOUND_LABEL_DAMAGED,   /* its check digit is wrong */
  CHECKOUT_FOUND_LABEL_UNKNOWN,   /* no product has its number */
  CHECKOUT_FOUND_LABEL_EMPTY,     /* its weight or amount is 0 */
  CHECKOUT_FOUND_LABEL_DISAGREES, /* its amount is not weight × price */
  CHECKOUT_FOUND_LABEL_NOT_BY_KG, /* it has a weight, and its goods are sold by the piece */
} CheckoutFoundKind;

typedef struct
{
  CheckoutFoundKind kind;
  ShopProduct *product; /* of a label, with the price of `line`; NULL where there is none */
  ShopScaleLine line;   /* of a CHECKOUT_FOUND_LABEL */
} CheckoutFound;

/* Yours; NULL only with `error`. On the look-up worker. A label's goods are looked up under its
 * digits, then under those without leading zeros. */
CheckoutFound *checkout_scale_find (CheckoutShop *shop, const char *code, GError **error);
void checkout_scale_found_free (CheckoutFound *found);

/* The patterns as kept; the empty list for none. */
ShopScaleCodeList *checkout_scale_read (Vault *vault, GError **error);
/* Keeps these patterns (shop-scale-code.h), "" for none, with an entry of the journal in the same
 * commit; they count from the next opening of the shop on. SHOP_ERROR_INVALID for bad ones. */
gboolean checkout_scale_keep (Vault *vault, const char *who, const char *patterns, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CheckoutFound, checkout_scale_found_free)

G_END_DECLS
