/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Numbers, sums, times and durations as this shop's people read them. Every text is the caller's to
 * free. Integers only; the clock is passed in. Main thread, since gettext words the durations.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The shop's currency, told once when its folder is open; rows of lists have no other way to it.
 * Kept with the application. */
void app_format_set_currency (const char *currency);
const char *app_format_currency (void);

char *app_format_money (gint64 minor, const char *currency); /* "¥1,284.50" */
char *app_format_sum (gint64 minor, const char *currency);   /* "1,284.50" */
char *app_format_plain (
    gint64 minor,
    const char *currency); /* "1284.50", as it is typed; "50" where there is no fraction */
char *app_format_clock (gint64 unix_us); /* "18:42", local */
char *app_format_moment (gint64 unix_us,
                         gint64 now_us);        /* "18:42", with the day when it isn't today */
char *app_format_span (gint64 span_us);         /* "2 h 10 min", "40 s" */
char *app_format_card (const char *masked_pan); /* "6222 60** **** 1234" */

G_END_DECLS
