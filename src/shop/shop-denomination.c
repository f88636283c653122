/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shop-denomination.h"

#include "base-money.h"
#include "base-number.h"

#include <string.h>

#define COIN TRUE
#define NOTE FALSE
#define HANDED TRUE

static const ShopDenomination cny[]
    = { { 10000, NOTE, HANDED }, { 5000, NOTE, HANDED }, { 2000, NOTE, HANDED },
        { 1000, NOTE, HANDED },  { 500, NOTE, HANDED },  { 100, COIN, HANDED },
        { 50, COIN, FALSE },     { 10, COIN, FALSE },    { 5, COIN, FALSE },
        { 2, COIN, FALSE },      { 1, COIN, FALSE } };
static const ShopDenomination usd[]
    = { { 10000, NOTE, HANDED }, { 5000, NOTE, HANDED }, { 2000, NOTE, HANDED },
        { 1000, NOTE, HANDED },  { 500, NOTE, HANDED },  { 200, NOTE, FALSE },
        { 100, NOTE, HANDED },   { 50, COIN, FALSE },    { 25, COIN, FALSE },
        { 10, COIN, FALSE },     { 5, COIN, FALSE },     { 1, COIN, FALSE } };
static const ShopDenomination eur[]
    = { { 50000, NOTE, FALSE }, { 20000, NOTE, FALSE }, { 10000, NOTE, HANDED },
        { 5000, NOTE, HANDED }, { 2000, NOTE, HANDED }, { 1000, NOTE, HANDED },
        { 500, NOTE, HANDED },  { 200, COIN, FALSE },   { 100, COIN, HANDED },
        { 50, COIN, FALSE },    { 20, COIN, FALSE },    { 10, COIN, FALSE },
        { 5, COIN, FALSE },     { 2, COIN, FALSE },     { 1, COIN, FALSE } };
static const ShopDenomination gbp[]
    = { { 5000, NOTE, HANDED }, { 2000, NOTE, HANDED }, { 1000, NOTE, HANDED },
        { 500, NOTE, HANDED },  { 200, COIN, FALSE },   { 100, COIN, HANDED },
        { 50, COIN, FALSE },    { 20, COIN, FALSE },    { 10, COIN, FALSE },
        { 5, COIN, FALSE },     { 2, COIN, FALSE },     { 1, COIN, FALSE } };
static const ShopDenomination jpy[]
    = { { 10000, NOTE, HANDED }, { 5000, NOTE, HANDED }, { 2000, NOTE, HANDED },
        { 1000, NOTE, HANDED },  { 500, COIN, HANDED },  { 100, COIN, HANDED },
        { 50, COIN, FALSE },     { 10, COIN, FALSE },    { 5, COIN, FALSE },
        { 1, COIN, FALSE } };
static const ShopDenomination hkd[]
    = { { 100000, NOTE, FALSE }, { 50000, NOTE, FALSE }, { 10000, NOTE, HANDED },
        { 5000, NOTE, HANDED },  { 2000, NOTE, HANDED }, { 1000, NOTE, HANDED },
        { 500, COIN, HANDED },   { 200, COIN, FALSE },   { 100, COIN, HANDED },
        { 50, COIN, FALSE },     { 20, COIN, FALSE },    { 10, COIN, FALSE } };

static const struct
{
  const char *currency;
  const ShopDenomination *list;
  guint count;
} table[] = {
  { "CNY", cny, G_N_ELEMENTS (cny) }, { "USD", usd, G_N_ELEMENTS (usd) },
  { "EUR", eur, G_N_ELEMENTS (eur) }, { "GBP", gbp, G_N_ELEMENTS (gbp) },
  { "JPY", jpy, G_N_ELEMENTS (jpy) }, { "HKD", hkd, G_N_ELEMENTS (hkd) },
};

guint
shop_denomination_list (const char *currency, const ShopDenomination **out_list)
{
  *out_list = NULL;
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (strcmp (table[i].currency, currency) == 0)
      {
        *out_list = table[i].list;
        return table[i].count;
      }
  return 0;
}

static gboolean
is_face (const char *currency, gint64 minor)
{
  const ShopDenomination *list;
  guint count = shop_denomination_list (currency, &list);

  for (guint i = 0; i < count; i++)
    if (list[i].minor == minor)
      return TRUE;
  return FALSE;
}

gboolean
shop_denomination_add (ShopDenominationCount *self, const char *currency, const char *text)
{
  const char *star = strchr (text, '*');
  g_autofree char *face = star != NULL ? g_strndup (text, (gsize)(star - text)) : NULL;
  guint64 pieces;
  gint64 minor;
  guint at = 0;

  if (face == NULL || !base_money_parse (face, currency, &minor, /* error= */ NULL)
      || !is_face (currency, minor)
      || !base_number_parse (star + 1, 10, 0, SHOP_DENOMINATION_PIECES_MAX, &pieces))
    return FALSE;
  while (at < self->rows && self->minor[at] > minor)
    at++;
  if (self->rows == SHOP_DENOMINATIONS_MAX || (at < self->rows && self->minor[at] == minor))
    return FALSE;
  for (guint i = self->rows++; i > at; i--)
    {
      self->minor[i] = self->minor[i - 1];
      self->pieces[i] = self->pieces[i - 1];
    }
  self->minor[at] = minor;
  self->pieces[at] = (gint64)pieces;
  return TRUE;
}

gboolean
shop_denomination_total (const ShopDenominationCount *self, gint64 *out_minor)
{
  gint64 total = 0, row;

  for (guint i = 0; i < self->rows; i++)
    if (__builtin_mul_overflow (self->minor[i], self->pieces[i], &row)
        || !base_money_add (total, row, &total))
      return FALSE;
  if (total > BASE_MONEY_MAX_MINOR)
    return FALSE;
  *out_minor = total;
  return TRUE;
}

/* The next amount at or above `left` that is a multiple of `step`, if it is above the last one. */
static void
suggest (gint64 left, gint64 step, gint64 *out_minor, guint *count)
{
  gint64 amount = (left + step - 1) / step * step;

  if (amount > out_minor[*count - 1])
    out_minor[(*count)++] = amount;
}

guint
shop_denomination_suggest (const char *currency,
                           gint64 left_minor,
                           gint64 *out_minor,
                           guint count_max)
{
  static const gint64 steps[] = { 1, 5, 10, 20, 50, 100 };
  const ShopDenomination *list;
  guint known = shop_denomination_list (currency, &list), count = 0;
  gint64 unit = 1;

  if (left_minor <= 0 || count_max == 0)
    return 0;
  out_minor[count++] = left_minor;
  for (guint i = known; i > 0 && count < count_max; i--)
    if (list[i - 1].is_handed)
      suggest (left_minor, list[i - 1].minor, out_minor, &count);
  if (known > 0)
    return count;
  for (guint i = 0; i < base_money_exponent (currency); i++)
    unit *= 10;
  if (unit == 1)
    unit = 100;
  for (guint i = 0; i < G_N_ELEMENTS (steps) && count < count_max; i++)
    suggest (left_minor, steps[i] * unit, out_minor, &count);
  return count;
}
