/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shop-pin.h"

#include <glib/gi18n.h>
#include <string.h>

#define WAIT_S 30
#define WAIT_MAX_S (15 * 60)

/* 1111, 1234, 9876: each digit the one before and the same step. */
static gboolean
is_a_row (const char *pin, gsize length)
{
  int step = pin[1] - pin[0];

  if (step < -1 || step > 1)
    return FALSE;
  for (gsize i = 2; i < length; i++)
    if (pin[i] - pin[i - 1] != step)
      return FALSE;
  return TRUE;
}

static gboolean
repeats (const char *pin, gsize length)
{
  for (gsize part = 1; part <= length / 2; part++)
    if (length % part == 0 && strncmp (pin, pin + part, length - part) == 0)
      return TRUE;
  return FALSE;
}

/* 1987, 2031: the first that anybody tries of somebody whose age he can guess. */
static gboolean
is_a_year (const char *pin, gsize length)
{
  return length == 4 && (strncmp (pin, "19", 2) == 0 || strncmp (pin, "20", 2) == 0);
}

const char *
shop_pin_refuse_first (const char *pin)
{
  gsize length = strlen (pin);

  if (strspn (pin, "0123456789") == length && length >= SHOP_PIN_DIGITS_MIN
      && length <= SHOP_PIN_DIGITS_MAX)
    return NULL;
  return _ ("A PIN has 4 to 12 digits: take another one.");
}

const char *
shop_pin_refuse (const char *pin, guint number)
{
  gsize length = strlen (pin);

  if (shop_pin_refuse_first (pin) != NULL)
    return shop_pin_refuse_first (pin);
  if (is_a_row (pin, length) || repeats (pin, length) || is_a_year (pin, length))
    return _ ("That PIN is guessed at once (a row, a repetition or a year): take another one.");
  if (g_ascii_strtoull (pin, NULL, 10) == number)
    return _ ("A PIN can't be the person's own number: take another one.");
  return NULL;
}

guint
shop_pin_wait_s (guint wrong)
{
  guint steps = wrong >= SHOP_PIN_FREE_TRIES ? wrong - SHOP_PIN_FREE_TRIES : 0;

  if (wrong < SHOP_PIN_FREE_TRIES)
    return 0;
  return steps < 5 ? MIN (WAIT_S << steps, WAIT_MAX_S) : WAIT_MAX_S;
}
