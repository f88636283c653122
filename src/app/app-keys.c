/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-keys.h"

#include <gdk/gdkkeysyms.h>
#include <glib/gi18n.h>

static const AppKey table[] = {
  { "ask", GDK_KEY_Escape, "win.ask-no", NULL, NULL },
  { "sign-in", GDK_KEY_Escape, "win.sign-in-back", NULL, NULL },
  { NULL, GDK_KEY_Insert, "win.show-page::find", N_ ("Ins"),
    N_ ("Find a sale: print it again, give its money back") },
  { NULL, GDK_KEY_Pause, "win.lock", N_ ("Pause"),
    N_ ("Lock the till; the next cashier signs in") },
  { NULL, GDK_KEY_F1, "win.show-page::keys", "F1", N_ ("Keys and help") },
  { NULL, GDK_KEY_F2, "sale.search", "F2", N_ ("Search by name, pinyin or part of a code") },
  { "sell", GDK_KEY_F3, "win.side", "F3", N_ ("Quick keys, where they slide over the sale") },
  { "sell", 0, NULL, "3 *", N_ ("Three of the next item") },
  { "sell", GDK_KEY_F4, "sale.quantity", "F4", N_ ("Quantity of the marked line") },
  { "sell", 0, NULL, "10 /", N_ ("Ten per cent off the marked line") },
  { "sell", 0, NULL, "/ /", N_ ("Per cents off the whole sale, as it is now") },
  { "sell", GDK_KEY_Delete, "sale.void-line", N_ ("Del"), N_ ("Take the marked line off") },
  { "sell", GDK_KEY_KP_Delete, "sale.void-line", NULL, NULL },
  { "sell", 0, NULL, "↑ ↓", N_ ("Mark another line, result or parked sale") },
  { "sell", 0, NULL, N_ ("Alt + 1 … 9"), N_ ("The first nine quick keys") },
  { NULL, GDK_KEY_F5, "win.show-page::queue", "F5", N_ ("Queue: what waits to be sent") },
  { NULL, GDK_KEY_F6, "win.bench", "F6", N_ ("Training bench, in training mode") },
  { NULL, GDK_KEY_F7, "sale.park", "F7", N_ ("Park the sale and serve the next customer") },
  { NULL, GDK_KEY_F8, "sale.recall", "F8", N_ ("Take a parked sale back") },
  { "sell", GDK_KEY_F9, "sale.cancel", "F9", N_ ("Cancel the whole sale, pressed twice") },
  { NULL, GDK_KEY_F10, "win.show-page::office", "F10",
    N_ ("Reports, backup, another till's queue") },
  { NULL, GDK_KEY_F11, "win.fullscreen", "F11", N_ ("Full screen") },
  { NULL, GDK_KEY_F12, "sale.pay", "F12", N_ ("Pay") },
  { "pay", 0, NULL, "+", N_ ("Cash: the sum typed before, or exact") },
  { "pay", 0, NULL, "*", N_ ("Card, for what is left") },
  { "pay", GDK_KEY_Delete, "sale.cancel-card", N_ ("Del"), N_ ("Stop waiting for the card") },
  { "pay", GDK_KEY_KP_Delete, "sale.cancel-card", NULL, NULL },
  { NULL, 0, NULL, N_ ("Enter"), N_ ("Add what was typed; after paying: next customer") },
  { NULL, GDK_KEY_Escape, "sale.clear", N_ ("Esc"), N_ ("One step back; never loses the sale") },
};

const AppKey *
app_keys_table (guint *out_count)
{
  *out_count = G_N_ELEMENTS (table);
  return table;
}

const AppKey *
app_keys_find (const char *page, guint keyval)
{
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (table[i].keyval == keyval && keyval != 0
        && (table[i].page == NULL || g_strcmp0 (table[i].page, page) == 0))
      return &table[i];
  return NULL;
}
