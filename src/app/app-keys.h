/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which key does what: one table for the keyboard, for the caps on the buttons and for the key
 * card. F1, F10 and F11 keep the meaning that every program gives them. Constant data, any thread;
 * only the words are translated, by whoever shows them.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  const char *page;   /* "sell", "pay", or NULL for every page */
  guint keyval;       /* 0: shown on the card only, the hand handles it */
  const char *action; /* detailed name, "sale.park", "win.show-page::queue"; NULL with keyval 0 */
  const char *cap;    /* translatable: what stands on the key */
  const char *words;  /* translatable: what it does */
} AppKey;

const AppKey *app_keys_table (guint *out_count);
/* NULL when this key does nothing on this page. */
const AppKey *app_keys_find (const char *page, guint keyval);

G_END_DECLS
