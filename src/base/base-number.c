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
