/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-format.h"

#include "base-money.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

#define MINUTE_US (60 * G_USEC_PER_SEC)
#define HOUR_US (60 * (gint64)MINUTE_US)
#define DAY_US (24 * HOUR_US)

void
app_format_set_currency (const char *currency)
{
  if (g_application_get_default () != NULL)
    g_object_set_data (G_OBJECT (g_application_get_default ()), "currency",
                       (gpointer)g_intern_string (currency));
}

const char *
app_format_currency (void)
{
  GApplication *application = g_application_get_default ();
  const char *currency
      = application != NULL ? g_object_get_data (G_OBJECT (application), "currency") : NULL;

  return currency != NULL ? currency : "CNY";
}

char *
app_format_sum (gint64 minor, const char *currency)
{
  return base_money_to_text (base_money (minor, currency));
}

char *
app_format_money (gint64 minor, const char *currency)
{
  g_autofree char *sum = app_format_sum (minor < 0 ? -minor : minor, currency);

  return g_strconcat (minor < 0 ? "−" : "", base_money_sign (currency), sum, NULL);
}

char *
app_format_plain (gint64 minor, const char *currency)
{
  char *text = base_money_to_plain (base_money (minor, currency));
  char *point = strchr (text, '.');

  if (point != NULL && strspn (point + 1, "0") == strlen (point + 1))
    *point = '\0';
  return text;
}

char *
app_format_clock (gint64 unix_us)
{
  g_autoptr (GDateTime) when = g_date_time_new_from_unix_local (unix_us / G_USEC_PER_SEC);

  return when != NULL ? g_date_time_format (when, "%H:%M") : g_strdup ("–");
}

char *
app_format_moment (gint64 unix_us, gint64 now_us)
{
  g_autoptr (GDateTime) when = g_date_time_new_from_unix_local (unix_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_local (now_us / G_USEC_PER_SEC);

  if (when == NULL || now == NULL)
    return g_strdup ("–");
  if (g_date_time_get_year (when) == g_date_time_get_year (now)
      && g_date_time_get_day_of_year (when) == g_date_time_get_day_of_year (now))
    return g_date_time_format (when, "%H:%M");
  /* Translators: a moment of another day, for strftime: month, day, hour, minute. */
  return g_date_time_format (when, _ ("%b %-d, %H:%M"));
}

char *
app_format_span (gint64 span_us)
{
  int days = (int)(span_us / DAY_US), hours = (int)(span_us % DAY_US / HOUR_US);
  int minutes = (int)(span_us % HOUR_US / MINUTE_US);

  if (span_us < MINUTE_US)
    /* Translators: seconds. */
    return g_strdup_printf (_ ("%d s"), (int)(MAX (span_us, 0) / G_USEC_PER_SEC));
  if (days > 0)
    /* Translators: days and hours. */
    return g_strdup_printf (_ ("%d d %d h"), days, hours);
  if (hours > 0)
    /* Translators: hours and minutes. */
    return g_strdup_printf (_ ("%d h %d min"), hours, minutes);
  /* Translators: minutes. */
  return g_strdup_printf (_ ("%d min"), minutes);
}

char *
app_format_card (const char *masked_pan)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; masked_pan != NULL && masked_pan[i] != '\0'; i++)
    {
      if (i > 0 && i % 4 == 0)
        g_string_append_c (text, ' ');
      g_string_append_c (text, masked_pan[i]);
    }
  return g_string_free (text, FALSE);
}
