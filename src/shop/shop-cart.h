/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The lines of one sale and what they come to. Pure arithmetic: no clock, no storage, no screen.
 * Used by checkout on the main thread, and by vault to write down and read back a sale.
 *
 * Rounding: amount of a line = round (quantity · unit price), halves away from zero, then less its
 * discount; totals are sums of those. Quantities are in thousandths (1000 is one piece or one kg;
 * 686 is 0.686 kg). In a cart that returns goods, quantities, discounts and amounts are negative
 * and prices are not, so that each figure is what the sale's was with another sign. Invariants: 1.
 * a line's number never changes and is never used again in its cart; 2. a voided line stays, counts
 * nothing;
 * 3. totals always equal the sum of the lines that are not voided.
 */
#pragma once

#include "shop-product.h"
#include "shop-tax.h"

G_BEGIN_DECLS

#define SHOP_CART_LINES_MAX 1000
#define SHOP_QUANTITY_MAX_MILLI G_GINT64_CONSTANT (9999999) /* 9,999.999 */
#define SHOP_WHOLE_BP 10000                                 /* hundredths of a per cent */
#define SHOP_QUANTITY_ONE_MILLI 1000

#define SHOP_ERROR (shop_error_quark ())
GQuark shop_error_quark (void);
typedef enum
{
  SHOP_ERROR_INVALID,  /* a quantity, price, code or text out of its bounds */
  SHOP_ERROR_FULL,     /* the cart has its most lines */
  SHOP_ERROR_OVERFLOW, /* a sum too large for money */
  SHOP_ERROR_NO_LINE,  /* no such line, or it is voided */
} ShopError;

typedef struct
{
  guint number;          /* 1 … in order of entry */
  ShopProduct *product;  /* a copy, as it was when rung up */
  gint64 quantity_milli; /* > 0; < 0 where goods are returned */
  gint64 unit_price_minor;
  gint64 discount_minor; /* 0 … of the whole line */
  gint64 amount_minor;   /* what the line comes to, less discount */
  gboolean voided;
  char *void_reason; /* may be NULL */
  guint original;    /* number of the line that this one returns; 0: none */
} ShopCartLine;

typedef struct
{
  gint64 total_minor;    /* what the customer pays, tax included in both modes */
  gint64 discount_minor; /* sum of discounts of lines that count */
  guint lines;           /* that count */
  gint64 pieces_milli;   /* things, in thousandths; a weighed line counts as one thing */
  ShopTaxTable tax;
} ShopTotals;

typedef struct _ShopCart ShopCart;

ShopCart *shop_cart_new (const char *currency, ShopTaxMode mode);
ShopCart *shop_cart_copy (const ShopCart *self);
void shop_cart_free (ShopCart *self);

/* Goods go back: only of a cart without lines. */
void shop_cart_set_returning (ShopCart *self);
gboolean shop_cart_is_returning (const ShopCart *self);
/* Of a returning cart, when it has all its lines: its tax, and so its total, is so much more than
 * these lines make by themselves. Where tax comes on top of the prices, each part of a sale that
 * goes back by itself would be rounded by itself, and the parts would not add up to the sale. At
 * most a unit for each rate of tax; SHOP_ERROR_OVERFLOW else. */
gboolean shop_cart_set_rounding (ShopCart *self, gint64 rounding_minor, GError **error);
gint64 shop_cart_rounding (const ShopCart *self);

const char *shop_cart_currency (const ShopCart *self);
ShopTaxMode shop_cart_tax_mode (const ShopCart *self);
guint shop_cart_count (const ShopCart *self); /* lines, voided ones included */
const ShopCartLine *shop_cart_line (const ShopCart *self, guint index);
/* NULL when there is none with this number. */
const ShopCartLine *shop_cart_line_by_number (const ShopCart *self, guint number);
const ShopTotals *shop_cart_totals (const ShopCart *self);
gboolean shop_cart_is_empty (const ShopCart *self); /* nothing that counts */

/* Each leaves the cart as it was when it returns FALSE. A piece wants a whole number. Pieces of the
 * same product at the same price as the last line, if that counts and has no discount, make it
 * longer; two weighings stay two lines. */
gboolean shop_cart_add (ShopCart *self,
                        const ShopProduct *product,
                        gint64 quantity_milli,
                        guint *out_number,
                        GError **error);
/* A discount stays the same part of the line, rounded towards nothing: it is gone where that comes
 * to less than a minor unit. */
gboolean
shop_cart_set_quantity (ShopCart *self, guint number, gint64 quantity_milli, GError **error);
gboolean
shop_cart_set_price (ShopCart *self, guint number, gint64 unit_price_minor, GError **error);
gboolean
shop_cart_set_discount (ShopCart *self, guint number, gint64 discount_minor, GError **error);
/* `bp` hundredths of a per cent off the line instead of its discount, rounded towards nothing. */
gboolean shop_cart_discount_line (ShopCart *self, guint number, guint bp, GError **error);
/* The same off each line that counts now; one that has more off already keeps it. 0 takes every
 * discount away. */
gboolean shop_cart_discount_all (ShopCart *self, guint bp, GError **error);
gboolean shop_cart_void (ShopCart *self, guint number, const char *reason, GError **error);
/* Appends a copy of a line just as it was written down, voided or not, under the next number; its
 * amount is worked out anew. */
gboolean shop_cart_restore (ShopCart *self, const ShopCartLine *line, GError **error);

/* "3*CODE", "0.686*CODE", "3×CODE" or "CODE" → quantity (1 where none is given) and the code after
 * it, a part of `text`. Leading blanks are skipped; trailing ones are the caller's to strip. */
gboolean shop_cart_parse_item (const char *text,
                               gint64 *out_quantity_milli,
                               const char **out_code,
                               GError **error);
/* "6", "0.686": shortest form of thousandths. Yours to free. */
char *shop_cart_quantity_text (gint64 quantity_milli);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShopCart, shop_cart_free)

G_END_DECLS
