/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What checkout's GObjects share among themselves. Never included outside of checkout.
 */
#pragma once

#include "till-bench.h"
#include "till-sale.h"

#include "base-worker.h"
#include "checkout-card.h"
#include "checkout-scale.h"

G_BEGIN_DECLS

/* Each has its own thread, so that none waits for another's hardware. */
typedef enum
{
  TILL_WORKER_STORE,   /* short work on the vault: cash, park, lists */
  TILL_WORKER_PAYMENT, /* card payments: may wait for a card for minutes */
  TILL_WORKER_LOOKUP,  /* exact codes */
  TILL_WORKER_SEARCH,  /* names, pinyin */
  TILL_WORKER_PRINTER,
  TILL_WORKER_SYNC,
  TILL_WORKER_COUNT,
} TillWorker;

/* Only after opening. NULL once the station is closed: whatever is pushed then is answered without
 * being run. */
CheckoutShop *till_station_shop (TillStation *self);
/* What an exact code, or a scale's label, stands for: yours, and NULL only with `error`. */
void till_station_find_async (TillStation *self,
                              const char *code,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer data);
CheckoutFound *till_station_find_finish (TillStation *self, GAsyncResult *result, GError **error);
/* `task` is taken over. A closed station answers G_IO_ERROR_CLOSED. */
void till_station_push (TillStation *self, TillWorker worker, GTask *task, BaseWorkerJob job);
/* It drains the queue without being asked. */
gboolean till_station_drains (TillStation *self);
/* Something was sold, parked or paid: look at the queue, the print jobs and the line again. */
void till_station_nudge (TillStation *self);
void till_station_emit_payments (TillStation *self, const GArray *sale_ids);
/* What closing the station cancels: card payments that run or wait their turn. */
void till_station_add_running (TillStation *self, GCancellable *cancellable);
void till_station_remove_running (TillStation *self, GCancellable *cancellable);
/* Cancels the search before and gives the cancellable of the one to come; borrowed. */
GCancellable *till_station_take_search (TillStation *self);
VaultCatalogue *till_station_search_catalogue (TillStation *self);

/* `shop` has the words for the acquirer's codes; it may be NULL. */
TillPayment *till_payment_new (const VaultPayment *payment, const CheckoutShop *shop);
/* Brings the object to what the database has; notifies what changed. */
void till_payment_update (TillPayment *self, const VaultPayment *payment, const CheckoutShop *shop);
/* Which card it is, as soon as it was read. */
void till_payment_set_masked_pan (TillPayment *self, const char *masked_pan);
void till_payment_set_progress (TillPayment *self, TillPaymentState state, const char *reason);
/* On the worker, with the context of the main thread: has the cardholder choose, as CheckoutCard's
 * `choose`. Blocks until that or the payment's cancellable. */
int
till_payment_ask (TillPayment *self, const char *const *names, guint count, GMainContext *context);
GCancellable *till_payment_cancellable (TillPayment *self);

TillQueueRow *till_queue_row_new (const TillQueueRowData *data);
TillParkedRow *till_parked_row_new (const VaultSale *sale);
TillSaleLine *till_sale_line_new (const ShopCartLine *line);
TillSale *till_sale_new_from (TillStation *station, VaultSale *sale);
TillBench *till_bench_new (TillStation *station);
/* The station goes: a bench that somebody still holds does nothing from now on. */
void till_bench_close (TillBench *self);

G_END_DECLS
