/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checkout-find.h"

#include "vault-find.h"

#include "base-number.h"

#include <string.h>

#define TEXT_MAX 64
#define AROUND_US (10 * G_TIME_SPAN_MINUTE) /* as well as somebody remembers the time */
#define DAY_LENGTH (sizeof "2026-11-24" - 1)
#define MINUTE_LENGTH (sizeof "2026-11-24 18:42" - 1)
#define CLOCK_LENGTH (sizeof "18:42" - 1)

/* Local; NULL: it is no such time. Yours. */
static GDateTime *
read_moment (const char *day, const char *clock)
{
  g_autoptr (GTimeZone) here = g_time_zone_new_local ();
  g_autofree char *text = g_strdup_printf ("%.*sT%s:00", (int)DAY_LENGTH, day, clock);

  return g_date_time_new_from_iso8601 (text, here);
}

static gint64
unix_us (GDateTime *moment)
{
  return g_date_time_to_unix (moment) * G_USEC_PER_SEC;
}

static void
read_day (const char *text, VaultFindWish *wish)
{
  g_autoptr (GDateTime) begin = read_moment (text, "00:00");
  g_autoptr (GDateTime) end = begin != NULL ? g_date_time_add_days (begin, 1) : NULL;

  if (end == NULL)
    return;
  wish->from_us = unix_us (begin);
  wish->until_us = unix_us (end);
}

static void
read_around (const char *day, const char *clock, VaultFindWish *wish)
{
  g_autoptr (GDateTime) moment = read_moment (day, clock);

  if (moment == NULL)
    return;
  wish->from_us = unix_us (moment) - AROUND_US;
  wish->until_us = unix_us (moment) + G_TIME_SPAN_MINUTE + AROUND_US;
}

static void
read_time (const char *text, VaultFindWish *wish)
{
  gsize length = strlen (text);

  if (length == CLOCK_LENGTH && text[2] == ':')
    {
      g_autoptr (GDateTime) now = g_date_time_new_now_local ();
      g_autofree char *today = g_date_time_format (now, "%Y-%m-%d");

      read_around (today, text, wish);
    }
  else if (length == DAY_LENGTH && text[4] == '-')
    read_day (text, wish);
  else if (length == MINUTE_LENGTH && text[4] == '-' && text[DAY_LENGTH] == ' ')
    read_around (text, text + DAY_LENGTH + 1, wish);
}

static VaultFindWish
read_wish (const CheckoutShop *shop, const char *text)
{
  VaultFindWish wish = { .minor = -1 };
  gboolean digits = *text != '\0' && strspn (text, "0123456789") == strlen (text);
  guint64 receipt;

  if (*text == '\0')
    return wish;
  if (digits && base_number_parse (text, 10, 1, G_MAXINT64, &receipt))
    wish.receipt = (gint64)receipt;
  if (digits && strlen (text) == VAULT_FIND_DIGITS)
    wish.digits = text;
  if (!base_money_parse (text, shop->currency, &wish.minor, NULL))
    wish.minor = -1;
  wish.code = text;
  read_time (text, &wish);
  return wish;
}

GArray *
checkout_find_sales (CheckoutShop *shop,
                     const char *text,
                     guint limit,
                     GCancellable *cancellable,
                     GError **error)
{
  g_autofree char *bare = g_strstrip (g_strndup (text, TEXT_MAX));
  VaultFindWish wish = read_wish (shop, bare);

  return vault_find_sales (shop->vault, &wish, limit, cancellable, error);
}
