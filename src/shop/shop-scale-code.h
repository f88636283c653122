/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The codes that a shop's scales print: which digits of a label are the goods, which the weight and
 * which the amount, as the shop's patterns say, and what a line of such a label comes to. Pure; a
 * list of patterns is not changed after it was read, so any thread may match with it.
 *
 * A pattern is 13 characters long (EAN-13) or 18 (as Chinese scales print), such as
 * "21CCCCCWWWWWK" or "20CCCCCPPPPPWWWWWK":
 *
 *   0-9  what the code begins with: one digit at least, and at the beginning only
 *   C    the goods' number in the scale, one run
 *   W    grams, one run of 7 at most; P: the amount in minor units, one run of 12 at most; either
 *        or both
 *   K    the check digit of EAN over all before it: last, and needed where there are 13
 *   X    a digit that is not looked at, such as the check digit of a scale that reckons its own
 *
 * Of one code only one pattern may be able to speak.
 */
#pragma once

#include "shop-product.h"

G_BEGIN_DECLS

#define SHOP_SCALE_PATTERNS_MAX 16
#define SHOP_SCALE_CODE_MAX 18
/* How far a label's amount may be from weight × price: scales don't all round alike. */
#define SHOP_SCALE_TOLERANCE_MINOR 1

typedef struct _ShopScaleCodeList ShopScaleCodeList;

/* Reads patterns parted by blanks; "" is the empty list. SHOP_ERROR_INVALID names the pattern and
 * the place in it. */
ShopScaleCodeList *shop_scale_code_list_new (const char *text, GError **error);
void shop_scale_code_list_free (ShopScaleCodeList *self);
guint shop_scale_code_list_count (const ShopScaleCodeList *self);
const char *shop_scale_code_list_pattern (const ShopScaleCodeList *self, guint index);
/* As shop_scale_code_list_new() reads it again. Yours to free. */
char *shop_scale_code_list_text (const ShopScaleCodeList *self);

typedef struct
{
  char item[SHOP_SCALE_CODE_MAX + 1]; /* the goods' digits, leading zeros and all */
  gboolean has_weight, has_amount;    /* one of them at least */
  gint64 weight_milli;                /* kg in thousandths: grams */
  gint64 amount_minor;
} ShopScaleLabel;

typedef enum
{
  SHOP_SCALE_OTHER,   /* no label of these patterns */
  SHOP_SCALE_DAMAGED, /* it has a pattern's form, but its check digit is wrong */
  SHOP_SCALE_LABEL,
} ShopScaleMatch;

/* A code of 12 digits is the one of 13 with a 0 before it. *out_label is written for
 * SHOP_SCALE_LABEL only. */
ShopScaleMatch shop_scale_code_list_match (const ShopScaleCodeList *self,
                                           const char *code,
                                           ShopScaleLabel *out_label);
/* The goods' digits without leading zeros, a part of `label`: "00101" is "101"; of "00000" one 0
 * stays. */
const char *shop_scale_code_short_item (const ShopScaleLabel *label);

/* What to ring up: a line of a cart is quantity × price less its discount. */
typedef struct
{
  gint64 quantity_milli;
  gint64 price_minor;
  gint64 discount_minor;
} ShopScaleLine;

typedef enum
{
  SHOP_SCALE_PRICED,
  SHOP_SCALE_EMPTY,     /* the label's weight or amount is 0 */
  SHOP_SCALE_DISAGREES, /* its amount is not weight × price */
  SHOP_SCALE_NOT_BY_KG, /* it has a weight, and the goods are sold by the piece */
} ShopScaleVerdict;

/* What a label of these goods comes to. With a weight alone it is weight × price. With an amount
 * alone, goods by the kg get the least whole grams that come to it, and what that is too much as
 * the line's discount, so that the line has exactly the label's amount; goods by the piece are one
 * piece at that amount. With both, the line has the label's amount, likewise by a discount, where
 * weight × price is above it; where it is below, by SHOP_SCALE_TOLERANCE_MINOR at most, the line
 * has weight × price: a cart's line can't be more, and nobody pays more than the label says.
 * *out_line is written for SHOP_SCALE_PRICED only. */
ShopScaleVerdict shop_scale_code_price (const ShopScaleLabel *label,
                                        const ShopProduct *product,
                                        ShopScaleLine *out_line);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShopScaleCodeList, shop_scale_code_list_free)

G_END_DECLS
