/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base-number.h"

gboolean
base_number_parse (const char *text,
                   guint base,
                   guint64 minimum,
                   guint64 maximum,
                   guint64 *out_number)
{
  guint64 number = 0;

  g_assert (text != NULL && base >= 2 && base <= 16 && out_number != NULL);
  if (*text == '\0')
    return FALSE;
  for (const char *c = text; *c != '\0'; c++)
    {
      int digit = g_ascii_xdigit_value (*c);

      if (digit < 0 || (guint)digit >= base || !g_uint64_checked_mul (&number, number, base)
          || !g_uint64_checked_add (&number, number, (guint64)digit))
        return FALSE;
    }
  if (number < minimum || number > maximum)
    return FALSE;
  *out_number = number;
  return TRUE;
}

gboolean
base_number_parse_signed (const char *text, gint64 most, gint64 *out_number)
{
  gboolean negative = text[0] == '-';
  guint64 number;

  if (!base_number_parse (text + negative, 10, 0, (guint64)most, &number))
    return FALSE;
  *out_number = negative ? -(gint64)number : (gint64)number;
  return TRUE;
}
