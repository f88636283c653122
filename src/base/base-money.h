/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Money as an integer count of minor units (fen, cents) with its ISO 4217 currency. Every sum and
 * product is checked: an overflow is FALSE, never a wrong amount. No floating point anywhere.
 * Values are plain and copied.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define BASE_MONEY_MAX_MINOR                                                                       \
  G_GINT64_CONSTANT (999999999999) /* what ISO 8583 field 4 (n12) can carry */
#define BASE_MONEY_TEXT_MAX 32

typedef struct
{
  gint64 minor;
  char currency[4]; /* ISO 4217 letters, NUL-terminated */
} BaseMoney;

BaseMoney base_money (gint64 minor, const char *currency);
/* Number of digits after the point: 2 for most, 0 for JPY, KRW, VND …, 3 for KWD, BHD … (ISO 4217).
 */
guint base_money_exponent (const char *currency);
/* ISO 4217 numeric code ("156" for CNY), or NULL for one we don't know. */
const char *base_money_numeric (const char *currency);
const char *base_money_from_numeric (const char *numeric);
/* Display sign: "¥" for CNY and JPY, "$", "€"…; the letters themselves where there is no usual
 * sign. */
const char *base_money_sign (const char *currency);

gboolean base_money_add (gint64 a, gint64 b, gint64 *out_sum);
gboolean base_money_subtract (gint64 a, gint64 b, gint64 *out_difference);
/* round (value * numerator / denominator), halves away from zero; denominator > 0. */
gboolean base_money_scale (gint64 value, gint64 numerator, gint64 denominator, gint64 *out_result);

/* "1234.50" without grouping or sign of currency; the point whatever the locale. Yours to free. */
char *base_money_to_plain (BaseMoney money);
/* "1,284.50" with grouping. Yours to free. */
char *base_money_to_text (BaseMoney money);
/* Reads "12", "12.5", "12.50" (also the full-width digits and '．' an input method gives); refuses
 * more decimals than the currency has, signs, grouping and anything above BASE_MONEY_MAX_MINOR. */
gboolean
base_money_parse (const char *text, const char *currency, gint64 *out_minor, GError **error);

G_END_DECLS
