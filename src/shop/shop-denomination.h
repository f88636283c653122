/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Notes and coins by currency: what a drawer is counted by, and what people hand over. Face values
 * are minor units, the largest first. Pure; any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SHOP_DENOMINATIONS_MAX 16
#define SHOP_DENOMINATION_PIECES_MAX 1000000 /* of one face value */

typedef struct
{
  gint64 minor;
  gboolean is_coin;
  gboolean is_handed; /* people round up to it when they pay; not so to 2 or 200 */
} ShopDenomination;

/* *out_list is a constant. 0: we don't know this currency's, so it is counted as one sum. */
guint shop_denomination_list (const char *currency, const ShopDenomination **out_list);

/* What was counted: rows in the table's order, each face value once. A plain value. */
typedef struct
{
  guint rows;
  gint64 minor[SHOP_DENOMINATIONS_MAX];
  gint64 pieces[SHOP_DENOMINATIONS_MAX];
} ShopDenominationCount;

/* Adds "100*3" or "0.5*12": face value and pieces. FALSE, and nothing is added: it is no such text,
 * the currency has no such face value, it is there already, or there are too many pieces. */
gboolean
shop_denomination_add (ShopDenominationCount *self, const char *currency, const char *text);
/* FALSE: more than a sum of money can be. */
gboolean shop_denomination_total (const ShopDenominationCount *self, gint64 *out_minor);

/* `left` itself, and what people would hand over for it, ascending; how many. */
guint shop_denomination_suggest (const char *currency,
                                 gint64 left_minor,
                                 gint64 *out_minor,
                                 guint count_max);

G_END_DECLS
