/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tax per rate. Rates are hundredths of a percent. Rounding rule: the lines of one rate are summed
 * first, then the tax of that sum is rounded once, halves away from zero. Inclusive (prices hold
 * the tax): tax = gross · bp / (10000 + bp). Exclusive (tax comes on top): tax = net · bp / 10000.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SHOP_TAX_RATES_MAX 16

typedef enum
{
  SHOP_TAX_INCLUSIVE,
  SHOP_TAX_EXCLUSIVE,
} ShopTaxMode;

typedef struct
{
  guint rate_bp;
  gint64 net_minor;
  gint64 tax_minor;
  gint64 gross_minor; /* net + tax */
} ShopTaxSum;

typedef struct
{
  ShopTaxMode mode;
  guint count;
  ShopTaxSum sums[SHOP_TAX_RATES_MAX]; /* sorted by rate, lowest first */
} ShopTaxTable;

void shop_tax_table_init (ShopTaxTable *self, ShopTaxMode mode);
/* Adds a line's amount (gross when inclusive, net when exclusive). FALSE: overflow, or a 17th rate.
 * Sums are right only after shop_tax_table_finish. */
gboolean shop_tax_table_add (ShopTaxTable *self, guint rate_bp, gint64 amount_minor);
gboolean shop_tax_table_finish (ShopTaxTable *self);

G_END_DECLS
