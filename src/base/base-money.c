/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base-money.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

typedef struct
{
  char letters[4];
  char numeric[4];
  guint8 exponent;
  const char *sign;
} Currency;

/* ISO 4217: the currencies a till of ours is likely to meet; any other is shown by its letters with
 * 2 decimals. */
static const Currency currencies[] = {
  { "CNY", "156", 2, "¥" },    { "USD", "840", 2, "$" },   { "EUR", "978", 2, "€" },
  { "GBP", "826", 2, "£" },    { "JPY", "392", 0, "¥" },   { "HKD", "344", 2, "HK$" },
  { "MOP", "446", 2, "MOP$" }, { "TWD", "901", 2, "NT$" }, { "KRW", "410", 0, "₩" },
  { "SGD", "702", 2, "S$" },   { "MYR", "458", 2, "RM" },  { "THB", "764", 2, "฿" },
  { "VND", "704", 0, "₫" },    { "AUD", "036", 2, "A$" },  { "CAD", "124", 2, "C$" },
  { "CHF", "756", 2, "CHF" },  { "SEK", "752", 2, "kr" },  { "NOK", "578", 2, "kr" },
  { "DKK", "208", 2, "kr" },   { "PLN", "985", 2, "zł" },  { "INR", "356", 2, "₹" },
  { "IDR", "360", 2, "Rp" },   { "PHP", "608", 2, "₱" },   { "BRL", "986", 2, "R$" },
  { "KWD", "414", 3, "KWD" },  { "BHD", "048", 3, "BHD" }, { "ZAR", "710", 2, "R" },
  { "NZD", "554", 2, "NZ$" },
};

static const Currency *
look_up (const char *letters)
{
  for (gsize i = 0; i < G_N_ELEMENTS (currencies); i++)
    if (strcmp (currencies[i].letters, letters) == 0)
      return &currencies[i];
  return NULL;
}

BaseMoney
base_money (gint64 minor, const char *currency)
{
  BaseMoney money = { .minor = minor };

  g_assert (strlen (currency) == 3);
  g_strlcpy (money.currency, currency, sizeof money.currency);
  return money;
}

guint
base_money_exponent (const char *currency)
{
  const Currency *known = look_up (currency);

  return known != NULL ? known->exponent : 2;
}

const char *
base_money_numeric (const char *currency)
{
  const Currency *known = look_up (currency);

  return known != NULL ? known->numeric : NULL;
}

const char *
base_money_from_numeric (const char *numeric)
{
  for (gsize i = 0; i < G_N_ELEMENTS (currencies); i++)
    if (strcmp (currencies[i].numeric, numeric) == 0)
      return currencies[i].letters;
  return NULL;
}

const char *
base_money_sign (const char *currency)
{
  const Currency *known = look_up (currency);

  return known != NULL ? known->sign : currency;
}

gboolean
base_money_add (gint64 a, gint64 b, gint64 *out_sum)
{
  gint64 sum;

  if (__builtin_add_overflow (a, b, &sum))
    return FALSE;
  *out_sum = sum;
  return TRUE;
}

gboolean
base_money_subtract (gint64 a, gint64 b, gint64 *out_difference)
{
  gint64 difference;

  if (__builtin_sub_overflow (a, b, &difference))
    return FALSE;
  *out_difference = difference;
  return TRUE;
}

gboolean
base_money_scale (gint64 value, gint64 numerator, gint64 denominator, gint64 *out_result)
{
  gint64 product, half;

  g_assert (denominator > 0);
  if (__builtin_mul_overflow (value, numerator, &product))
    return FALSE;
  half = product < 0 ? -(denominator / 2) : denominator / 2;
  if (__builtin_add_overflow (product, half, &product))
    return FALSE;
  *out_result = product / denominator;
  return TRUE;
}

static char *
format (BaseMoney money, gboolean grouped)
{
  guint exponent = base_money_exponent (money.currency);
  guint64 magnitude = money.minor < 0 ? (guint64)0 - (guint64)money.minor : (guint64)money.minor;
  g_autofree char *digits = g_strdup_printf ("%0*" G_GUINT64_FORMAT, (int)exponent + 1, magnitude);
  gsize whole = strlen (digits) - exponent;
  g_autoptr (GString) text = g_string_new (money.minor < 0 ? "-" : NULL);

  for (gsize i = 0; i < whole; i++)
    {
      if (grouped && i > 0 && (whole - i) % 3 == 0)
        g_string_append_c (text, ',');
      g_string_append_c (text, digits[i]);
    }
  if (exponent > 0)
    g_string_append_printf (text, ".%s", digits + whole);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
base_money_to_plain (BaseMoney money)
{
  return format (money, FALSE);
}

char *
base_money_to_text (BaseMoney money)
{
  return format (money, TRUE);
}

static gboolean
refuse (const char *text, GError **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _ ("“%.40s” is not an amount"),
               text);
  return FALSE;
}

/* '0'–'9' and '.', also in their full-width forms (U+FF10–FF19, U+FF0E); 0 for anything else. */
static char
plain_character (gunichar c)
{
  if (c >= 0xFF10 && c <= 0xFF19)
    return (char)('0' + (c - 0xFF10));
  if (c == 0xFF0E || c == 0x3002)
    return '.';
  return (c >= '0' && c <= '9') || c == '.' ? (char)c : '\0';
}

gboolean
base_money_parse (const char *text, const char *currency, gint64 *out_minor, GError **error)
{
  guint exponent = base_money_exponent (currency), decimals = 0, digits = 0;
  gboolean point = FALSE;
  gint64 minor = 0;

  g_assert (text != NULL);
  if (!g_utf8_validate (text, -1, NULL))
    return refuse ("?", error);
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      char c = plain_character (g_utf8_get_char (p));

      if (c == '\0' || (c == '.' && point))
        return refuse (text, error);
      if (c == '.')
        {
          point = TRUE;
          continue;
        }
      digits++;
      decimals += point ? 1 : 0;
      minor = minor * 10 + (c - '0');
      if (decimals > exponent || minor > BASE_MONEY_MAX_MINOR)
        return refuse (text, error);
    }
  if (digits == 0)
    return refuse (text, error);
  for (; decimals < exponent; decimals++)
    minor *= 10;
  if (minor > BASE_MONEY_MAX_MINOR)
    return refuse (text, error);
  *out_minor = minor;
  return TRUE;
}
