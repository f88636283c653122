/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shop-tax.h"

#include "base-money.h"
#include "shop-product.h"

void
shop_tax_table_init (ShopTaxTable *self, ShopTaxMode mode)
{
  *self = (ShopTaxTable){ .mode = mode };
}

/* The place of a rate, made when it isn't there yet; NULL when the table is full. */
static ShopTaxSum *
find_or_insert (ShopTaxTable *self, guint rate_bp)
{
  guint place = 0;

  while (place < self->count && self->sums[place].rate_bp < rate_bp)
    place++;
  if (place < self->count && self->sums[place].rate_bp == rate_bp)
    return &self->sums[place];
  if (self->count == SHOP_TAX_RATES_MAX)
    return NULL;
  for (guint i = self->count; i > place; i--)
    self->sums[i] = self->sums[i - 1];
  self->count++;
  self->sums[place] = (ShopTaxSum){ .rate_bp = rate_bp };
  return &self->sums[place];
}

gboolean
shop_tax_table_add (ShopTaxTable *self, guint rate_bp, gint64 amount_minor)
{
  ShopTaxSum *sum;
  gint64 *side;

  g_assert (self->count <= SHOP_TAX_RATES_MAX);
  if (rate_bp > SHOP_TAX_MAX_BP)
    return FALSE;
  sum = find_or_insert (self, rate_bp);
  if (sum == NULL)
    return FALSE;
  side = self->mode == SHOP_TAX_INCLUSIVE ? &sum->gross_minor : &sum->net_minor;
  return base_money_add (*side, amount_minor, side);
}

static gboolean
finish_sum (ShopTaxSum *sum, ShopTaxMode mode)
{
  gint64 rate = sum->rate_bp;

  switch (mode)
    {
    case SHOP_TAX_INCLUSIVE:
      return base_money_scale (sum->gross_minor, rate, SHOP_TAX_MAX_BP + rate, &sum->tax_minor)
             && base_money_subtract (sum->gross_minor, sum->tax_minor, &sum->net_minor);
    case SHOP_TAX_EXCLUSIVE:
      return base_money_scale (sum->net_minor, rate, SHOP_TAX_MAX_BP, &sum->tax_minor)
             && base_money_add (sum->net_minor, sum->tax_minor, &sum->gross_minor);
    }
  g_assert_not_reached ();
}

gboolean
shop_tax_table_finish (ShopTaxTable *self)
{
  for (guint i = 0; i < self->count; i++)
    if (!finish_sum (&self->sums[i], self->mode))
      return FALSE;
  return TRUE;
}
