/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The money's half of TillSale: payments, and what ends a sale otherwise. The workers get copies
 * and give them back.
 */
#include "till-sale-private.h"

#include "base-money.h"

#include <glib/gi18n.h>
#include <inttypes.h>

/* A payment on its way: the worker has copies, and gives them back. */
typedef struct
{
  CheckoutShop *shop;
  VaultSale *sale;
  gboolean drained;
  VaultPayment *payment; /* new; becomes one of sale->payments with its first commit */
  TillPayment *shown;
  GMainContext *context;
  GArray *touched_sales;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  if (job->payment != NULL && job->payment->position == 0)
    vault_payment_free (job->payment);
  vault_sale_free (job->sale);
  g_clear_object (&job->shown);
  g_clear_pointer (&job->context, g_main_context_unref);
  g_clear_pointer (&job->touched_sales, g_array_unref);
  g_free (job);
}

typedef struct
{
  TillPayment *shown;
  TillPaymentState state;
  const char *reason; /* a constant */
  char *masked_pan;   /* NULL before a card was read */
} Progress;

static gboolean
on_progress_cb (gpointer data)
{
  Progress *progress = data;

  if (!till_payment_is_running (progress->shown))
    return G_SOURCE_REMOVE;
  till_payment_set_masked_pan (progress->shown, progress->masked_pan);
  till_payment_set_progress (progress->shown, progress->state, progress->reason);
  return G_SOURCE_REMOVE;
}

static void
progress_free (gpointer data)
{
  Progress *progress = data;

  g_object_unref (progress->shown);
  g_free (progress->masked_pan);
  g_free (progress);
}

/* Runs on the worker. g_main_context_invoke() would run the callback here and now whenever the main
 * loop is not turning. */
static void
on_card_state_cb (TillPaymentState state, const char *reason, gpointer data)
{
  Job *job = data;
  Progress *progress = g_new0 (Progress, 1);
  g_autoptr (GSource) source = g_idle_source_new ();

  *progress
      = (Progress){ g_object_ref (job->shown), state, reason, g_strdup (job->payment->masked_pan) };
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, on_progress_cb, progress, progress_free);
  g_source_attach (source, job->context);
}

static int
on_choose_cb (const char *const *names, guint count, gpointer data)
{
  Job *job = data;

  return till_payment_ask (job->shown, names, count, job->context);
}

static void
card_job (GTask *task, gpointer data)
{
  Job *job = data;
  CheckoutShop *shop = job->shop; /* the job is the main thread's again once it has returned */
  char *trace = NULL;
  gint64 sale_id;
  guint position;
  CheckoutCard card = {
    .shop = job->shop,
    .sale = job->sale,
    .payment = job->payment,
    .cancellable = till_payment_cancellable (job->shown),
    .leaves_reversal = job->drained,
    .notify = on_card_state_cb,
    .choose = on_choose_cb,
    .data = job,
    .out_trace = &trace,
  };
  g_auto (SyncReport) report = { 0 };
  GError *error = NULL;
  gboolean done;

  sync_report_init (&report);
  job->touched_sales = g_array_ref (report.sales);
  done = checkout_people_take (shop->people, SHOP_RIGHT_SELL, &error)
         && checkout_card_run (&card, &report, &error);
  sale_id = job->sale->id;
  position = job->payment->position;
  if (done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, till_error_take (error));
  checkout_card_keep_trace (shop, sale_id, position, trace); /* nobody waits for it */
}

static void
cash_job (GTask *task, gpointer data)
{
  Job *job = data;
  VaultChange change = { .event = VAULT_EVENT_CASH_TAKEN,
                         .sale = job->sale,
                         .payment = job->payment,
                         .opens_drawer = TRUE };
  GError *error = NULL;

  if (checkout_people_take (job->shop->people, SHOP_RIGHT_SELL, &error)
      && vault_check_space (job->shop->vault, &error)
      && vault_apply (job->shop->vault, &change, 1, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, till_error_take (error));
}

static void
set_busy (TillSale *self, gboolean busy)
{
  self->busy = busy;
  till_sale_notify_all (self);
  if (!busy && self->moved)
    till_sale_reload (self);
}

/* Why a payment came to nothing before anything was kept of it. */
static const char *
fault_word (const GError *error)
{
  return g_error_matches (error, TILL_ERROR, TILL_ERROR_FULL) ? "disk-full" : "fault";
}

/* What the worker did becomes what is shown, before the caller's callback looks. */
static void
on_paid_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  TillSale *self = TILL_SALE (source);
  Job *job = g_task_get_task_data (G_TASK (result));
  GError *error = NULL;
  gboolean paid = g_task_propagate_boolean (G_TASK (result), &error);

  if (job->payment->position != 0)
    {
      g_assert (job->sale != NULL);
      vault_sale_free (self->sale);
      self->sale = g_steal_pointer (&job->sale);
      job->payment = NULL; /* the sale has it now */
      till_sale_show_payments (self);
    }
  else
    till_payment_set_progress (job->shown, TILL_PAYMENT_STATE_CANCELLED, fault_word (error));
  till_station_remove_running (self->station, till_payment_cancellable (job->shown));
  set_busy (self, FALSE);
  if (job->touched_sales != NULL)
    till_station_emit_payments (self->station, job->touched_sales);
  till_station_nudge (self->station);
  if (paid)
    g_task_return_pointer (task, job->shown, NULL);
  else
    g_task_return_error (task, error);
}

/* A copy for a worker. Whoever is signed in goes on with it, whoever began it. */
static VaultSale *
copy_sale (TillSale *self)
{
  VaultSale *copy = vault_sale_copy (self->sale);
  const char *who = checkout_people_who (till_station_shop (self->station)->people);

  if (who != NULL)
    {
      g_free (copy->cashier);
      copy->cashier = g_strdup (who);
    }
  return copy;
}

static void
start_payment (TillSale *self,
               VaultPayment *payment,
               TillWorker worker,
               BaseWorkerJob run,
               GTask *task)
{
  GTask *work = g_task_new (self, /* cancellable= */ NULL, on_paid_cb, task);
  Job *job = g_new0 (Job, 1);

  job->shop = till_station_shop (self->station);
  job->sale = copy_sale (self);
  job->payment = payment;
  job->drained = till_station_drains (self->station);
  job->shown = till_payment_new (payment, job->shop);
  job->context = g_main_context_ref_thread_default ();
  g_task_set_task_data (work, job, job_free);
  g_list_store_append (self->payments, job->shown);
  if (worker == TILL_WORKER_PAYMENT)
    till_station_add_running (self->station, till_payment_cancellable (job->shown));
  set_busy (self, TRUE);
  till_station_push (self->station, worker, work, run);
}

static gboolean
check_payable (TillSale *self, GError **error)
{
  if (!till_sale_check_open (self, error))
    return FALSE;
  if (shop_cart_is_empty (self->sale->cart) || till_sale_left_minor (self) <= 0)
    {
      g_set_error_literal (error, SHOP_ERROR, SHOP_ERROR_INVALID, _ ("There is nothing to pay"));
      return FALSE;
    }
  if (self->sale->payments->len < MIN (VAULT_SALE_PAYMENTS_MAX, SHOP_RECEIPT_PAYMENTS_MAX))
    return TRUE;
  g_set_error_literal (error, SHOP_ERROR, SHOP_ERROR_FULL,
                       _ ("This sale has had too many payments: cancel it and begin again"));
  return FALSE;
}

void
till_sale_pay_cash_async (TillSale *self,
                          gint64 tendered_minor,
                          GAsyncReadyCallback callback,
                          gpointer data)
{
  GTask *task = g_task_new (self, /* cancellable= */ NULL, callback, data);
  gint64 left = till_sale_left_minor (self);
  VaultPayment *payment;
  GError *error = NULL;

  g_task_set_source_tag (task, till_sale_pay_cash_async);
  if (check_payable (self, &error)
      && (tendered_minor <= 0 || tendered_minor > BASE_MONEY_MAX_MINOR))
    g_set_error_literal (&error, SHOP_ERROR, SHOP_ERROR_INVALID, _ ("This is no amount of cash"));
  if (error != NULL)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  payment = vault_payment_new (VAULT_TENDER_CASH, MIN (left, tendered_minor));
  payment->tendered_minor = tendered_minor;
  payment->change_minor = MAX (0, tendered_minor - left);
  start_payment (self, payment, TILL_WORKER_STORE, cash_job, task);
}

void
till_sale_pay_card_async (TillSale *self, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (self, /* cancellable= */ NULL, callback, data);
  GError *error = NULL;

  g_task_set_source_tag (task, till_sale_pay_card_async);
  if (!check_payable (self, &error))
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  start_payment (self, vault_payment_new (VAULT_TENDER_CARD, till_sale_left_minor (self)),
                 TILL_WORKER_PAYMENT, card_job, task);
}

TillPayment *
till_sale_pay_finish (TillSale *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Parking and cancelling: the sale moves to the worker and is spent here. */
typedef struct
{
  CheckoutShop *shop;
  VaultSale *sale;
  char *text;
} Keep;

static void
keep_free (gpointer data)
{
  Keep *keep = data;

  vault_sale_free (keep->sale);
  g_free (keep->text);
  g_free (keep);
}

static void
park_job (GTask *task, gpointer data)
{
  Keep *keep = data;
  GError *error = NULL;

  if (vault_sale_park (keep->shop->vault, keep->sale, keep->text, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, till_error_take (error));
}

/* A sale that was never kept has nothing to cancel but the screen; the journal still hears of it.
 */
static void
cancel_job (GTask *task, gpointer data)
{
  Keep *keep = data;
  GError *error = NULL;

  if (vault_sale_cancel (keep->shop->vault, keep->sale, keep->text, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, till_error_take (error));
}

static void
on_kept_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  TillSale *self = TILL_SALE (source);
  GError *error = NULL;

  self->spent = g_task_propagate_boolean (G_TASK (result), &error);
  set_busy (self, FALSE);
  till_station_nudge (self->station);
  if (self->spent)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
keep_async (TillSale *self, const char *text, BaseWorkerJob run, GTask *task)
{
  GError *error = NULL;
  GTask *work;
  Keep *keep;

  if (!till_sale_check_open (self, &error))
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  work = g_task_new (self, /* cancellable= */ NULL, on_kept_cb, task);
  keep = g_new0 (Keep, 1);
  *keep = (Keep){ till_station_shop (self->station), copy_sale (self), g_strdup (text) };
  g_task_set_task_data (work, keep, keep_free);
  set_busy (self, TRUE);
  till_station_push (self->station, TILL_WORKER_STORE, work, run);
}

void
till_sale_park_async (TillSale *self,
                      const char *label,
                      GAsyncReadyCallback callback,
                      gpointer data)
{
  keep_async (self, label, park_job, g_task_new (self, /* cancellable= */ NULL, callback, data));
}

gboolean
till_sale_park_finish (TillSale *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
till_sale_cancel_async (TillSale *self,
                        const char *reason,
                        GAsyncReadyCallback callback,
                        gpointer data)
{
  keep_async (self, reason, cancel_job, g_task_new (self, /* cancellable= */ NULL, callback, data));
}

gboolean
till_sale_cancel_finish (TillSale *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* FALSE: it is set aside, and nobody has said what became of it; or it can't be read. */
static gboolean
check_outcome (Vault *vault, gint64 sale_id, guint position, VaultClass klass, GError **error)
{
  g_autoptr (GError) broken = NULL;
  g_autoptr (VaultRecord) record = vault_queue_find (vault, sale_id, position, klass, &broken);

  if (broken != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&broken));
      return FALSE;
    }
  if (record == NULL || vault_queue_remedy (vault, record) != VAULT_REMEDY_DECIDE)
    return TRUE;
  g_set_error (error, TILL_ERROR, TILL_ERROR_STATE,
               _ ("What became of a card payment of receipt %" PRId64 " is not known here: ask the "
                  "bank, and say it first (till-cli queue list)"),
               sale_id);
  return FALSE;
}

/* In restored books a card payment may have been approved by what was lost: whoever took the rest
 * of such a sale could take it twice. */
static gboolean
check_decided (CheckoutShop *shop, gint64 sale_id, GError **error)
{
  g_autoptr (VaultSale) sale = vault_sale_load (shop->vault, sale_id, error);
  gboolean good = sale != NULL;

  for (guint i = 0; good && i < sale->payments->len; i++)
    {
      const VaultPayment *payment = sale->payments->pdata[i];

      good
          = check_outcome (shop->vault, sale_id, payment->position, VAULT_CLASS_ONLINE, error)
            && check_outcome (shop->vault, sale_id, payment->position, VAULT_CLASS_REVERSAL, error);
    }
  return good;
}

static void
recall_job (GTask *task, gpointer data)
{
  TillSaleLoad *recall = data;
  GError *error = NULL;
  VaultSale *sale = check_decided (recall->shop, recall->id, &error)
                        ? vault_sale_recall (recall->shop->vault, recall->id, &error)
                        : NULL;

  if (sale != NULL)
    g_task_return_pointer (task, sale, (GDestroyNotify)vault_sale_free);
  else
    g_task_return_error (task, till_error_take (error));
}

/* One that isn't parked is taken as it is: nobody else of this process has it. */
static void
resume_job (GTask *task, gpointer data)
{
  TillSaleLoad *resume = data;
  GError *error = NULL;
  g_autoptr (VaultSale) sale = check_decided (resume->shop, resume->id, &error)
                                   ? vault_sale_load (resume->shop->vault, resume->id, &error)
                                   : NULL;

  if (sale != NULL && sale->state == VAULT_SALE_PARKED)
    {
      recall_job (task, data);
      return;
    }
  if (sale != NULL && vault_sale_is_open (sale))
    g_task_return_pointer (task, g_steal_pointer (&sale), (GDestroyNotify)vault_sale_free);
  else if (sale == NULL)
    g_task_return_error (task, till_error_take (error));
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                             _ ("Nothing of receipt %" PRId64 " is left to be paid"), resume->id);
}

static void
take_up (TillStation *station, gint64 id, BaseWorkerJob run, GTask *task)
{
  TillSaleLoad *load = g_new0 (TillSaleLoad, 1);

  *load = (TillSaleLoad){ till_station_shop (station), id };
  g_task_set_task_data (task, load, g_free);
  till_station_push (station, TILL_WORKER_STORE, task, run);
}

void
till_sale_recall_async (TillStation *station,
                        gint64 parked_id,
                        GAsyncReadyCallback callback,
                        gpointer data)
{
  take_up (station, parked_id, recall_job,
           g_task_new (station, /* cancellable= */ NULL, callback, data));
}

void
till_sale_resume_async (TillStation *station,
                        gint64 receipt_no,
                        GAsyncReadyCallback callback,
                        gpointer data)
{
  take_up (station, receipt_no, resume_job,
           g_task_new (station, /* cancellable= */ NULL, callback, data));
}

TillSale *
till_sale_recall_finish (TillStation *station, GAsyncResult *result, GError **error)
{
  VaultSale *sale = g_task_propagate_pointer (G_TASK (result), error);

  if (sale == NULL)
    return NULL;
  till_station_nudge (station);
  return till_sale_new_from (station, sale);
}
