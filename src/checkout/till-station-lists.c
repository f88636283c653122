/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a station looks up and lists: goods, the queue, parked sales, receipts. Each is one job on
 * the worker it belongs to, and an immutable list afterwards.
 */
#include "till-private.h"

#include "checkout-receipt.h"
#include "checkout-words.h"
#include "sync-compare.h"
#include "sync-takeover.h"
#include "vault-epoch.h"

#include <glib/gi18n.h>

typedef struct
{
  CheckoutShop *shop;
  VaultCatalogue *catalogue;
  char *text;
  gint64 id;
  gboolean flag;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->text);
  g_free (question);
}

static void
ask (TillStation *self, TillWorker worker, BaseWorkerJob job, const Question *question, GTask *task)
{
  Question *copy = g_memdup2 (question, sizeof *question);

  copy->shop = till_station_shop (self);
  copy->text = g_strdup (question->text);
  g_task_set_task_data (task, copy, question_free);
  till_station_push (self, worker, task, job);
}

static void
answer (GTask *task, gpointer result, GDestroyNotify destroy, GError *error)
{
  if (error == NULL)
    {
      g_task_return_pointer (task, result, destroy);
      return;
    }
  if (result != NULL)
    destroy (result);
  g_task_return_error (task, till_error_take (error));
}

static void
find_job (GTask *task, gpointer data)
{
  Question *question = data;
  GError *error = NULL;
  CheckoutFound *found = checkout_scale_find (question->shop, question->text, &error);

  answer (task, found, (GDestroyNotify)checkout_scale_found_free, error);
}

void
till_station_find_async (TillStation *self,
                         const char *code,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer data)
{
  ask (self, TILL_WORKER_LOOKUP, find_job, &(Question){ .text = (char *)code },
       g_task_new (self, cancellable, callback, data));
}

CheckoutFound *
till_station_find_finish (TillStation *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static GListModel *
product_rows (GPtrArray *products)
{
  GListStore *rows = g_list_store_new (TILL_TYPE_PRODUCT_ROW);

  for (guint i = 0; products != NULL && i < products->len; i++)
    {
      g_autoptr (TillProductRow) row = till_product_row_new (products->pdata[i]);

      g_list_store_append (rows, row);
    }
  return G_LIST_MODEL (rows);
}

static void
search_job (GTask *task, gpointer data)
{
  Question *question = data;
  g_autoptr (GPtrArray) products = NULL;
  GError *error = NULL;

  products = vault_catalogue_search (question->catalogue, question->text, TILL_STATION_SEARCH_MAX,
                                     g_task_get_cancellable (task), &error);
  answer (task, error == NULL ? product_rows (products) : NULL, g_object_unref, error);
}

void
till_station_search_async (TillStation *self,
                           const char *text,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer data)
{
  GCancellable *mine = till_station_take_search (self);

  ask (self, TILL_WORKER_SEARCH, search_job,
       &(Question){ .text = (char *)text, .catalogue = till_station_search_catalogue (self) },
       g_task_new (self, cancellable != NULL ? cancellable : mine, callback, data));
}

GListModel *
till_station_search_finish (TillStation *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
quick_keys_job (GTask *task, gpointer data)
{
  Question *question = data;
  GError *error = NULL;
  g_autoptr (GPtrArray) products = vault_catalogue_quick_keys (question->shop->catalogue, &error);

  answer (task, error == NULL ? product_rows (products) : NULL, g_object_unref, error);
}

void
till_station_quick_keys_async (TillStation *self,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer data)
{
  ask (self, TILL_WORKER_LOOKUP, quick_keys_job, &(Question){ 0 },
       g_task_new (self, cancellable, callback, data));
}

GListModel *
till_station_quick_keys_finish (TillStation *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
parked_job (GTask *task, gpointer data)
{
  Question *question = data;
  VaultSaleState state = VAULT_SALE_PARKED;
  GError *error = NULL;
  g_autoptr (GPtrArray) sales
      = vault_sale_list (question->shop->vault, &state, TILL_STATION_QUEUE_ROWS_MAX, &error);
  GListStore *rows = g_list_store_new (TILL_TYPE_PARKED_ROW);

  for (guint i = 0; sales != NULL && i < sales->len; i++)
    {
      g_autoptr (TillParkedRow) row = till_parked_row_new (sales->pdata[i]);

      g_list_store_append (rows, row);
    }
  answer (task, rows, g_object_unref, error);
}

void
till_station_parked_async (TillStation *self,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer data)
{
  ask (self, TILL_WORKER_STORE, parked_job, &(Question){ 0 },
       g_task_new (self, cancellable, callback, data));
}

GListModel *
till_station_parked_finish (TillStation *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
add_queue_row (GListStore *rows, CheckoutShop *shop, const VaultRecord *record)
{
  g_autoptr (VaultSale) sale = vault_sale_load (shop->vault, record->sale_id, /* error= */ NULL);
  const VaultPayment *payment
      = sale != NULL && record->position >= 1 && record->position <= sale->payments->len
            ? sale->payments->pdata[record->position - 1]
            : NULL;
  VaultRemedy remedy = vault_queue_remedy (shop->vault, record);
  TillQueueRowData data = {
    .id = record->id,
    .klass = vault_life_class_name (record->klass),
    .record = vault_record_state_name (record->state),
    .state
    = payment != NULL ? checkout_words_public_state (payment->state) : TILL_PAYMENT_STATE_UNKNOWN,
    .receipt_no = record->sale_id,
    .terminal = record->terminal,
    .batch = record->batch,
    .stan = record->stan,
    .tries = record->tries,
    .amount_minor = record->amount_minor,
    .currency = shop->currency,
    .masked_pan = payment != NULL ? payment->masked_pan : NULL,
    .reason = record->reason,
    .state_text = payment != NULL ? checkout_words_state_of (sale, payment, shop->translate) : NULL,
    .gives_back = payment != NULL && payment->amount_minor < 0,
    .decides = remedy == VAULT_REMEDY_DECIDE,
    .retries = remedy == VAULT_REMEDY_RETRY,
    .clears = remedy == VAULT_REMEDY_BY_HAND,
    .asks = remedy == VAULT_REMEDY_BANK,
    .created_us = record->created_us,
    .next_us = record->next_us,
  };
  g_autoptr (TillQueueRow) row = NULL;

  if (payment != NULL
      && (payment->state == VAULT_STATE_CHIP_UNSENT || payment->state == VAULT_STATE_CHIP_SENT))
    data.approved_by = TILL_APPROVED_BY_CHIP;
  else if (data.state == TILL_PAYMENT_STATE_APPROVED)
    data.approved_by = TILL_APPROVED_BY_ACQUIRER;
  data.sent = record->state == VAULT_RECORD_DONE;
  row = till_queue_row_new (&data);
  g_list_store_append (rows, row);
}

/* A payment that is under way waits for nothing but its answer. */
static gboolean
is_asking (const VaultRecord *record)
{
  return record->klass == VAULT_CLASS_ONLINE && record->state != VAULT_RECORD_DONE
         && record->state != VAULT_RECORD_ATTENTION;
}

static void
queue_job (GTask *task, gpointer data)
{
  Question *question = data;
  GError *error = NULL;
  g_autoptr (GPtrArray) records = vault_queue_list (question->shop->vault, question->flag,
                                                    TILL_STATION_QUEUE_ROWS_MAX, &error);
  GListStore *rows = g_list_store_new (TILL_TYPE_QUEUE_ROW);

  for (guint i = 0; records != NULL && i < records->len; i++)
    if (!is_asking (records->pdata[i]))
      add_queue_row (rows, question->shop, records->pdata[i]);
  answer (task, rows, g_object_unref, error);
}

void
till_station_queue_async (TillStation *self,
                          gboolean done,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer data)
{
  ask (self, TILL_WORKER_STORE, queue_job, &(Question){ .flag = done },
       g_task_new (self, cancellable, callback, data));
}

GListModel *
till_station_queue_finish (TillStation *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* What the old till still knows, and sends, is certain only when the acquirer turns it away. The
 * drainer tells it: here nobody waits for a line. */
static gboolean
may_decide (const CheckoutShop *shop, gint64 id, GError **error)
{
  g_autoptr (VaultRecord) record = vault_queue_load (shop->vault, id, /* error= */ NULL);

  if (record == NULL || shop->line == NULL || sync_takeover_is_told (shop->line, record->terminal))
    return TRUE;
  g_set_error_literal (error, TILL_ERROR, TILL_ERROR_STATE,
                       _ ("The acquirer must know first that this till has taken over. Try again "
                          "when it can be reached"));
  return FALSE;
}

static void
retry_job (GTask *task, gpointer data)
{
  Question *question = data;
  GError *error = NULL;

  if (checkout_people_take (question->shop->people, SHOP_RIGHT_QUEUE, &error)
      && may_decide (question->shop, question->id, &error)
      && vault_queue_retry (question->shop->vault, question->id,
                            checkout_shop_operator (question->shop), &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, till_error_take (error));
}

void
till_station_retry_async (TillStation *self,
                          gint64 record_id,
                          GAsyncReadyCallback callback,
                          gpointer data)
{
  ask (self, TILL_WORKER_STORE, retry_job, &(Question){ .id = record_id },
       g_task_new (self, NULL, callback, data));
}

gboolean
till_station_retry_finish (TillStation *self, GAsyncResult *result, GError **error)
{
  gboolean done = g_task_propagate_boolean (G_TASK (result), error);

  till_station_nudge (self);
  return done;
}

static void
confirm_job (GTask *task, gpointer data)
{
  const Question *question = data;
  CheckoutShop *shop = question->shop;
  GError *error = NULL;

  if (checkout_people_take (shop->people, SHOP_RIGHT_QUEUE, &error)
      && may_decide (shop, question->id, &error)
      && vault_confirm_charged (shop->vault, question->id, checkout_shop_operator (shop), &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, till_error_take (error));
}

void
till_station_confirm_charged_async (TillStation *self,
                                    gint64 record_id,
                                    GAsyncReadyCallback callback,
                                    gpointer data)
{
  ask (self, TILL_WORKER_STORE, confirm_job, &(Question){ .id = record_id },
       g_task_new (self, NULL, callback, data));
}

gboolean
till_station_confirm_charged_finish (TillStation *self, GAsyncResult *result, GError **error)
{
  gboolean done = g_task_propagate_boolean (G_TASK (result), error);

  till_station_nudge (self);
  return done;
}

/* What the host knows is closed before anything is released (payment-life.md, rollback). */
static gboolean
compare_first (CheckoutShop *shop, GCancellable *stop, GError **error)
{
  g_auto (SyncCompareReport) report = { 0 };

  if (shop->line == NULL)
    return TRUE;
  if (!acquirer_profile_deferred_repeats (sync_line_profile (shop->line)))
    {
      g_set_error_literal (error, VAULT_ERROR, VAULT_ERROR_STATE,
                           _ ("This acquirer can't tell what it has already: ask it first"));
      return FALSE;
    }
  sync_compare_report_init (&report);
  switch (sync_compare_run (shop->line, stop, &report, error))
    {
    case SYNC_COMPARE_DONE:
    case SYNC_COMPARE_NOT_OFFERED:
      return TRUE;
    case SYNC_COMPARE_HELD:
      g_clear_error (error);
      return TRUE; /* which the release refuses, with its sentence */
    case SYNC_COMPARE_NO_ANSWER:
    case SYNC_COMPARE_FAULT:
      if (error != NULL && *error == NULL)
        g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                             _ ("The acquirer didn't tell what it has"));
      return FALSE;
    }
  g_assert_not_reached ();
}

static void
release_job (GTask *task, gpointer data)
{
  const Question *question = data;
  CheckoutShop *shop = question->shop;
  GError *error = NULL;

  if (checkout_people_take (shop->people, SHOP_RIGHT_QUEUE, &error)
      && compare_first (shop, g_task_get_cancellable (task), &error)
      && vault_epoch_release (shop->vault, checkout_shop_operator (shop),
                              /* leave= */ NULL, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, till_error_take (error));
}

void
till_station_release_async (TillStation *self, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GCancellable) stop = g_cancellable_new ();

  till_station_add_running (self, stop);
  ask (self, TILL_WORKER_SYNC, release_job, &(Question){ 0 },
       g_task_new (self, stop, callback, data));
}

gboolean
till_station_release_finish (TillStation *self, GAsyncResult *result, GError **error)
{
  gboolean done = g_task_propagate_boolean (G_TASK (result), error);

  till_station_remove_running (self, g_task_get_cancellable (G_TASK (result)));
  till_station_nudge (self);
  return done;
}

static void
reprint_job (GTask *task, gpointer data)
{
  Question *question = data;
  GError *error = NULL;
  g_autoptr (VaultSale) sale = vault_sale_load (question->shop->vault, question->id, &error);

  if (sale != NULL
      && vault_print_again (question->shop->vault, question->id,
                            checkout_shop_operator (question->shop), &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, till_error_take (error));
}

void
till_station_reprint_async (TillStation *self,
                            gint64 receipt_no,
                            GAsyncReadyCallback callback,
                            gpointer data)
{
  ask (self, TILL_WORKER_STORE, reprint_job, &(Question){ .id = receipt_no },
       g_task_new (self, NULL, callback, data));
}

gboolean
till_station_reprint_finish (TillStation *self, GAsyncResult *result, GError **error)
{
  gboolean done = g_task_propagate_boolean (G_TASK (result), error);

  till_station_nudge (self);
  return done;
}

static void
receipt_job (GTask *task, gpointer data)
{
  Question *question = data;
  GError *error = NULL;
  g_autoptr (VaultSale) sale = vault_sale_load (question->shop->vault, question->id, &error);

  answer (task, sale != NULL ? checkout_receipt_build (question->shop, sale, 0) : NULL,
          (GDestroyNotify)shop_receipt_free, error);
}

void
till_station_receipt_async (TillStation *self,
                            gint64 receipt_no,
                            GAsyncReadyCallback callback,
                            gpointer data)
{
  ask (self, TILL_WORKER_STORE, receipt_job, &(Question){ .id = receipt_no },
       g_task_new (self, NULL, callback, data));
}

ShopReceipt *
till_station_receipt_finish (TillStation *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
