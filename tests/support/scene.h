/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A shop in a folder of its own, opened for training, that a scene drives as a face does: through
 * the station's objects, with a main loop that turns until what was asked for has happened.
 */
#pragma once

#include "till-bench.h"
#include "till-sale.h"

G_BEGIN_DECLS

typedef struct
{
  char *dir;
  TillStation *station;
  TillBench *bench;
} Scene;

void scene_open (Scene *self);
/* Closes the station and opens the same folder anew, as after a restart. */
void scene_reopen (Scene *self);
/* Closes, and removes the folder. */
void scene_clear (Scene *self);

/* Turns the main loop until `check` holds; fails the test after ten seconds. */
void scene_wait (Scene *self,
                 gboolean (*check) (Scene *scene, gpointer data),
                 gpointer data,
                 const char *what);
/* For a call whose answer is waited for: its callback, with the address of a GAsyncResult that is
 * NULL, in which the answer comes, and what turns the main loop until it is there. */
void scene_done_cb (GObject *source, GAsyncResult *result, gpointer data);
GAsyncResult *scene_answer (GAsyncResult **result);
/* The code on quick key 1 of the training shop. */
const char *scene_first_code (Scene *self);
/* A sale of one line; yours. */
TillSale *scene_sale (Scene *self, const char *item);
TillPayment *scene_pay_cash (Scene *self, TillSale *sale, gint64 tendered_minor);
/* Presents `card` as soon as the payment waits for it; gives the payment at its end. */
TillPayment *scene_pay_card (Scene *self, TillSale *sale, const char *card);
guint scene_send (Scene *self);
/* Lines of the sandbox acquirer's ledger with this effect. */
guint scene_ledger_count (Scene *self, const char *effect);

G_END_DECLS
