/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a person's sign-in PIN may be: pure rules, and the wait after wrong ones. (A cardholder's
 * PIN is never typed at a till.)
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SHOP_PIN_DIGITS_MIN 4
#define SHOP_PIN_DIGITS_MAX 12
#define SHOP_PIN_FREE_TRIES 3 /* wrong ones without a wait */
#define SHOP_PIN_TRIES_MAX 10 /* then it is locked until somebody gives a new one */
#define SHOP_PIN_DAYS 90      /* then it has to be changed */

/* Why this PIN can't be that of person `number`, a sentence that says what to do, translated; NULL:
 * it can. */
const char *shop_pin_refuse (const char *pin, guint number);
/* The same of a first PIN, which is changed at the first sign-in: it only has to be one. */
const char *shop_pin_refuse_first (const char *pin);
/* Seconds before the next try after so many wrong ones in a row. */
guint shop_pin_wait_s (guint wrong);

G_END_DECLS
