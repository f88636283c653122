/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a station does without being asked: each second it looks, off the main thread, at what may
 * have changed (the queue, the line, the printer, the reader), and in the background it prints,
 * drains, and puts what sells most before the rest in search.
 */
#include "till-station-private.h"

#include "checkout-deferral.h"
#include "checkout-present.h"
#include "checkout-print.h"
#include "checkout-words.h"
#include "sync-download.h"
#include "sync-sign-in.h"
#include "vault-batch.h"
#include "vault-epoch.h"

#include "paper-preload.h"

#define PRINTER_CHECK_TICKS 3
#define WAIT_MAX_MS (SYNC_BACKOFF_MAX_MS + SYNC_BACKOFF_MAX_MS / 4) /* with its jitter */
#define PRELOAD_TICK 2 /* the window has been drawn by then */

/* ---- what stands in the window's strip ---- */

static TillConnection
connection_of (SyncLine *line, gint64 *out_since_us)
{
  *out_since_us = 0;
  if (line == NULL)
    return TILL_CONNECTION_NONE;
  if (sync_line_is_online (line, out_since_us))
    return TILL_CONNECTION_ONLINE;
  return sync_line_was_tried (line) ? TILL_CONNECTION_OFFLINE : TILL_CONNECTION_UNTRIED;
}

/* 0 where there is no acquirer. */
static gint64
certificates_until_us (SyncLine *line)
{
  SyncCertificateKind kind;
  gint64 end_s = 0;

  if (line == NULL || !sync_certificates_first_end (sync_line_certificates (line), &kind, &end_s))
    return 0;
  return end_s * G_USEC_PER_SEC;
}

/* By what the list's own thread has seen last: a slow bus must not keep a sale waiting that is
 * saved by the same worker. */
static void
look_at_reader (CheckoutShop *shop, TillStationStatus *status)
{
  g_autoptr (DeviceEntry) stripe = NULL;
  g_autoptr (DeviceEntry) chip = NULL;

  status->reader_state = TILL_DEVICE_ABSENT;
  status->reader_reason = "no-reader";
  if (shop->devices == NULL)
    return;
  stripe = device_list_find (shop->devices, DEVICE_ROLE_STRIPE, /* identity= */ NULL);
  chip = device_list_find (shop->devices, DEVICE_ROLE_CHIP, /* identity= */ NULL);
  if (stripe != NULL || chip != NULL)
    {
      status->reader_state = TILL_DEVICE_READY;
      status->reader_reason = NULL;
      return;
    }
  status->reader_reason = checkout_present_why_none (shop);
  if (!g_str_equal (status->reader_reason, "no-reader"))
    status->reader_state = TILL_DEVICE_ATTENTION;
}

static void
look_at_limits (CheckoutShop *shop, TillStationStatus *status)
{
  gint64 count = checkout_deferral_count (shop->vault);

  status->offline_cards = vault_setting_number (shop->vault, CHECKOUT_SETTING_OFFLINE, 0) != 0;
  status->offline_limit_sale_minor
      = vault_setting_number (shop->vault, CHECKOUT_SETTING_OFFLINE_SALE, 0);
  (void)checkout_deferral_refusal (shop, 0, &status->offline_left_minor);
  status->offline_left_minor = MAX (0, status->offline_left_minor);
  status->offline_left_count = (guint)MAX (0, count - status->queue.stored);
  status->offline_limit_count = (guint)count;
  status->offline_limit_hours = (guint)checkout_deferral_hours (shop->vault);
}

static guint
count_of (const VaultBatchSums *sums)
{
  return sums->debit_count + sums->credit_count;
}

static void
look_at_batch (CheckoutShop *shop, TillSettlement *settlement)
{
  VaultBatchView view = { 0 };

  if (shop->line == NULL || !vault_batch_view (shop->vault, &view, /* error= */ NULL))
    return;
  *settlement = (TillSettlement){
    .known = TRUE,
    .settling = view.settling,
    .count = count_of (&view.till),
    .minor = vault_batch_sums_net (&view.till),
    .asked_us = view.asked_us,
    .agreed = view.agreed,
    .moved = view.moved,
    .till_count = count_of (&view.till_then),
    .till_minor = vault_batch_sums_net (&view.till_then),
    .host_count = count_of (&view.host),
    .host_minor = vault_batch_sums_net (&view.host),
    .settled_us = view.last.settled_us,
    .last_number = view.last.number,
    .last_count = count_of (&view.last.till),
    .last_minor = vault_batch_sums_net (&view.last.till),
    .last_differences = view.last.differences,
    .last_agreed = view.last.verdict == VAULT_BATCH_VERDICT_AGREES,
  };
}

/* Member by member: what lies between them is anything. */
static gboolean
same_settlement (const TillSettlement *a, const TillSettlement *b)
{
  return a->known == b->known && a->settling == b->settling && a->count == b->count
         && a->minor == b->minor && a->asked_us == b->asked_us && a->moved == b->moved
         && a->settled_us == b->settled_us && a->last_differences == b->last_differences;
}

TillSettlement
till_station_settlement (TillStation *self)
{
  return self->status.settlement;
}

/* A shop has few folders and few reasons: their texts are kept for good. */
static void
look_at_copy (CheckoutShop *shop, TillCopy *copy)
{
  g_autofree char *folder = NULL;
  CheckoutFollowState state;

  if (!checkout_shop_copy (shop, &folder, &state))
    return;
  *copy = (TillCopy){
    .folder = g_intern_string (folder),
    .problem = state.reason[0] != '\0'
                   ? g_intern_string (checkout_words_copy (state.reason, shop->translate))
                   : NULL,
    .behind = state.behind,
    .since_us = state.since_us,
  };
}

static gboolean
same_copy (const TillCopy *a, const TillCopy *b)
{
  return a->folder == b->folder && a->problem == b->problem && a->behind == b->behind;
}

TillCopy
till_station_copy (TillStation *self)
{
  return self->status.copy;
}

static void
look_job (GTask *task, gpointer data)
{
  CheckoutShop *shop = data;
  TillStationStatus *status = g_new0 (TillStationStatus, 1);

  status->connection = connection_of (shop->line, &status->offline_since_us);
  status->certificates_until_us = certificates_until_us (shop->line);
  (void)vault_queue_stats (shop->vault, &status->queue, NULL);
  status->quarantine = vault_epoch_quarantine (shop->vault);
  (void)vault_print_stats (shop->vault, &status->print_waiting, &status->print_attention, NULL);
  status->print_waiting += status->print_attention;
  status->parked = vault_sale_count_parked (shop->vault);
  look_at_limits (shop, status);
  look_at_batch (shop, &status->settlement);
  look_at_copy (shop, &status->copy);
  look_at_reader (shop, status);
  g_task_return_pointer (task, status, g_free);
}

#define NOTIFY_IF(field, prop)                                                                     \
  if (before.field != now->field)                                                                  \
  till_station_notify (self, prop)

static void
show_status (TillStation *self, const TillStationStatus *now)
{
  TillStationStatus before = self->status;
  gint64 next_us = self->next_try_us;

  self->status = *now;
  /* A payment found the host, or something new is to be sent to one that is there: that need not
   * sit out the time of what was put off. */
  if (now->connection == TILL_CONNECTION_ONLINE
      && (before.connection != TILL_CONNECTION_ONLINE || before.queue.waiting < now->queue.waiting))
    self->next_try_us = 0;
  g_object_freeze_notify (G_OBJECT (self));
  if (self->next_try_us != next_us)
    till_station_notify (self, TILL_STATION_PROP_QUEUE_NEXT_US);
  NOTIFY_IF (connection, TILL_STATION_PROP_CONNECTION);
  NOTIFY_IF (offline_since_us, TILL_STATION_PROP_OFFLINE_SINCE_US);
  NOTIFY_IF (certificates_until_us, TILL_STATION_PROP_CERTIFICATES_UNTIL_US);
  NOTIFY_IF (queue.waiting, TILL_STATION_PROP_QUEUE_WAITING);
  NOTIFY_IF (queue.waiting_minor, TILL_STATION_PROP_QUEUE_MINOR);
  NOTIFY_IF (queue.reversals, TILL_STATION_PROP_QUEUE_REVERSALS);
  NOTIFY_IF (queue.stored, TILL_STATION_PROP_QUEUE_STORED);
  NOTIFY_IF (queue.stored_minor, TILL_STATION_PROP_QUEUE_STORED_MINOR);
  NOTIFY_IF (queue.attention, TILL_STATION_PROP_QUEUE_ATTENTION);
  NOTIFY_IF (quarantine, TILL_STATION_PROP_QUARANTINE);
  NOTIFY_IF (queue.oldest_us, TILL_STATION_PROP_QUEUE_OLDEST_US);
  NOTIFY_IF (parked, TILL_STATION_PROP_PARKED_COUNT);
  NOTIFY_IF (offline_cards, TILL_STATION_PROP_OFFLINE_CARDS);
  NOTIFY_IF (print_attention, TILL_STATION_PROP_PRINT_ATTENTION);
  NOTIFY_IF (offline_limit_sale_minor, TILL_STATION_PROP_OFFLINE_LIMIT_SALE_MINOR);
  NOTIFY_IF (offline_left_minor, TILL_STATION_PROP_OFFLINE_LEFT_MINOR);
  NOTIFY_IF (offline_left_count, TILL_STATION_PROP_OFFLINE_LEFT_COUNT);
  NOTIFY_IF (offline_limit_count, TILL_STATION_PROP_OFFLINE_LIMIT_COUNT);
  NOTIFY_IF (offline_limit_hours, TILL_STATION_PROP_OFFLINE_LIMIT_HOURS);
  NOTIFY_IF (reader_state, TILL_STATION_PROP_READER_STATE);
  NOTIFY_IF (reader_reason, TILL_STATION_PROP_READER_REASON);
  NOTIFY_IF (print_waiting, TILL_STATION_PROP_PRINT_WAITING);
  g_object_thaw_notify (G_OBJECT (self));
  if (before.queue.waiting != now->queue.waiting || before.queue.done != now->queue.done
      || before.queue.attention != now->queue.attention
      || before.queue.reversals != now->queue.reversals || before.quarantine != now->quarantine
      || !same_settlement (&before.settlement, &now->settlement)
      || !same_copy (&before.copy, &now->copy))
    till_station_emit_queue (self);
}

/* ---- printing ---- */

static void
set_printer (TillStation *self, TillDeviceState state, const char *reason)
{
  if (self->printer_state == state && g_strcmp0 (self->printer_reason, reason) == 0)
    return;
  self->printer_state = state;
  g_free (self->printer_reason);
  self->printer_reason = g_strdup (reason);
  till_station_notify (self, TILL_STATION_PROP_PRINTER_REASON);
  till_station_notify (self, TILL_STATION_PROP_PRINTER_STATE);
}

typedef struct
{
  CheckoutPrint *print;
  CheckoutShop *shop;
  gboolean retry; /* first make jobs that were set aside wait again, if the printer is ready */
  gboolean ready;
  const char *reason; /* a constant */
  VaultPrintJob *job;
} Printing;

static void
printing_free (gpointer data)
{
  Printing *printing = data;

  vault_print_job_free (printing->job);
  g_free (printing);
}

/* Looks at the printer and prints one job if it can. */
static void
print_job (GTask *task, gpointer data)
{
  Printing *printing = data;
  GError *error = NULL;
  CheckoutPrintOutcome outcome;

  printing->ready = checkout_print_is_ready (printing->print, &printing->reason);
  if (printing->ready && printing->retry)
    (void)vault_print_recover (printing->shop->vault, NULL);
  outcome = printing->ready ? checkout_print_step (printing->print, /* cancellable= */ NULL,
                                                   &printing->job, &error)
                            : CHECKOUT_PRINT_NO_PRINTER;
  if (error != NULL)
    g_task_return_error (task, till_error_take (error));
  else
    g_task_return_int (task, (gssize)outcome);
}

static void start_printing (TillStation *self, gboolean retry);

static void
on_printed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  TillStation *self = TILL_STATION (source);
  Printing *printing = g_task_get_task_data (G_TASK (result));
  CheckoutPrintOutcome outcome = (CheckoutPrintOutcome)g_task_propagate_int (G_TASK (result), NULL);

  self->printing = FALSE;
  if (self->closed)
    return;
  if (printing->ready)
    set_printer (self, TILL_DEVICE_READY, NULL);
  else
    set_printer (self,
                 g_strcmp0 (printing->reason, "no-printer") == 0 ? TILL_DEVICE_ABSENT
                                                                 : TILL_DEVICE_ATTENTION,
                 printing->reason);
  if (printing->job == NULL)
    return;
  if (printing->job->state == VAULT_PRINT_ATTENTION && outcome != CHECKOUT_PRINT_DONE)
    set_printer (self, TILL_DEVICE_ATTENTION, printing->job->reason);
  if (printing->job->kind == VAULT_PRINT_RECEIPT) /* a report's number is no receipt's */
    till_station_emit_print (self, printing->job->sale_id,
                             vault_print_state_name (printing->job->state), printing->job->reason);
  till_station_nudge (self);
  if (outcome == CHECKOUT_PRINT_DONE)
    start_printing (self, FALSE);
}

static void
start_printing (TillStation *self, gboolean retry)
{
  GTask *task;
  Printing *printing;

  if (self->printing || self->closed || self->shop == NULL || !vault_is_owner (self->shop->vault))
    return;
  self->printing = TRUE;
  task = g_task_new (self, NULL, on_printed_cb, NULL);
  printing = g_new0 (Printing, 1);
  printing->print = self->print;
  printing->shop = self->shop;
  printing->retry = retry;
  g_task_set_task_data (task, printing, printing_free);
  till_station_push (self, TILL_WORKER_PRINTER, task, print_job);
}

void
till_station_print_retry (TillStation *self)
{
  start_printing (self, TRUE);
}

/* ---- draining ---- */

typedef struct
{
  CheckoutShop *shop;
  SyncReport report;
  SyncOutcome outcome;
  GCancellable *stop; /* by closing the station, or by whoever asked */
  GCancellable *given;
  gulong given_handler;
  gboolean asked; /* somebody pressed Send now: whatever is waiting, at once */
  guint left;
} Sending;

static void
sending_free (gpointer data)
{
  Sending *sending = data;

  if (sending->given != NULL)
    g_cancellable_disconnect (sending->given, sending->given_handler);
  g_clear_object (&sending->given);
  g_object_unref (sending->stop);
  sync_report_clear (&sending->report);
  g_free (sending);
}

/* Sends what is due; for somebody who asked all that waits, and the payments between are waited
 * out. */
static void
send_all (Sending *sending, SyncLine *line, GError **error)
{
  sending->outcome = sending->asked
                         ? sync_queue_run (line, sending->stop, &sending->report, error)
                         : sync_queue_run_due (line, sending->stop, &sending->report, error);
  while (sending->outcome == SYNC_YIELDED && sending->asked
         && !g_cancellable_is_cancelled (sending->stop))
    {
      sync_line_wait_for_payment (line);
      sending->outcome = sync_queue_run_due (line, sending->stop, &sending->report, error);
    }
}

/* With nothing to send, or when what was sent was not answered, an echo tells whether the host is
 * there: one record that it swallows is no reason to be offline. */
static gboolean
wants_echo (const Sending *sending, SyncLine *line)
{
  if (sending->outcome == SYNC_STUCK)
    return sending->report.unanswered > 0;
  return (sending->outcome == SYNC_EMPTY || sending->outcome == SYNC_HELD)
         && sync_line_silence_s (line) > acquirer_profile_echo_s (sync_line_profile (line));
}

/* Until nothing is left or it can go no further. */
static void
send_job (GTask *task, gpointer data)
{
  Sending *sending = data;
  SyncLine *line = sending->shop->line;
  VaultQueueStats stats = { 0 };
  GError *error = NULL;

  if (line != NULL)
    send_all (sending, line, &error);
  if (line != NULL && wants_echo (sending, line)
      && sync_sign_in_echo (line, sending->stop, /* error= */ NULL) != ACQUIRER_EXCHANGE_ANSWERED)
    sending->outcome = SYNC_STUCK;
  if (line != NULL && sending->outcome == SYNC_EMPTY && sync_line_has_demand (line)
      && !sync_line_payment_waits (line))
    sync_download_heed (line, sending->stop);
  if (error == NULL && vault_queue_stats (sending->shop->vault, &stats, &error))
    sending->left = stats.waiting + stats.attention;
  if (error != NULL)
    g_task_return_error (task, till_error_take (error));
  else
    g_task_return_boolean (task, TRUE);
}

/* While the host answers, only what it left unanswered waits, each record for its own time. Else
 * the wait doubles, with up to a quarter of jitter, so that a street of tills doesn't come back at
 * the same moment. */
static void
schedule (TillStation *self, const Sending *sending)
{
  SyncLine *line = self->shop->line;
  gint64 before = self->next_try_us, now_us = g_get_real_time ();
  gboolean online = line != NULL && sync_line_is_online (line, &(gint64){ 0 });

  if (sending->outcome == SYNC_STUCK && online && sending->report.next_us > 0)
    {
      self->next_try_us = MAX (sending->report.next_us, now_us + SYNC_BACKOFF_FIRST_MS * 1000);
      self->backoff_ms = SYNC_BACKOFF_FIRST_MS;
    }
  else if (sending->outcome == SYNC_STUCK || sending->outcome == SYNC_FAULT)
    {
      guint wait_ms
          = self->backoff_ms + (guint)g_random_int_range (0, (gint32)self->backoff_ms / 4 + 1);

      self->next_try_us = now_us + (gint64)wait_ms * 1000;
      self->backoff_ms = MIN (self->backoff_ms * 2, SYNC_BACKOFF_MAX_MS);
    }
  else
    {
      self->next_try_us = 0;
      self->backoff_ms = SYNC_BACKOFF_FIRST_MS;
    }
  if (before != self->next_try_us)
    till_station_notify (self, TILL_STATION_PROP_QUEUE_NEXT_US);
}

static void
end_sending (TillStation *self, Sending *sending)
{
  self->sending--;
  if (self->closed)
    return;
  till_station_notify (self, TILL_STATION_PROP_QUEUE_SENDING);
  schedule (self, sending);
  till_station_emit_payments (self, sending->report.sales);
  if (sending->report.sales->len > 0)
    till_station_emit_queue (self);
  till_station_nudge (self);
}

static void
on_sent_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) asked = data;
  Sending *sending = g_task_get_task_data (G_TASK (result));
  GError *error = NULL;

  (void)g_task_propagate_boolean (G_TASK (result), &error);
  till_station_remove_running (TILL_STATION (source), sending->stop);
  end_sending (TILL_STATION (source), sending);
  if (asked == NULL)
    g_clear_error (&error);
  else if (error != NULL)
    g_task_return_error (asked, error);
  else
    g_task_return_int (asked, (gssize)sending->left);
}

static void
on_given_cancelled_cb (GCancellable *given, gpointer data)
{
  g_cancellable_cancel (data);
}

/* Closing the station ends it as well as whoever asked. */
static Sending *
sending_new (TillStation *self, GTask *asked)
{
  GCancellable *given = asked != NULL ? g_task_get_cancellable (asked) : NULL;
  Sending *sending = g_new0 (Sending, 1);

  sync_report_init (&sending->report);
  sending->shop = till_station_shop (self);
  sending->asked = asked != NULL;
  sending->stop = g_object_ref (self->closing);
  if (given == NULL)
    return sending;
  g_object_unref (sending->stop);
  sending->stop = g_cancellable_new ();
  sending->given = g_object_ref (given);
  sending->given_handler = g_cancellable_connect (given, G_CALLBACK (on_given_cancelled_cb),
                                                  g_object_ref (sending->stop), g_object_unref);
  g_ptr_array_add (self->running, g_object_ref (sending->stop));
  return sending;
}

/* `asked`: the task of somebody who waits for the end; may be NULL. */
static void
start_sending (TillStation *self, GTask *asked)
{
  GTask *task = g_task_new (self, /* cancellable= */ NULL, on_sent_cb, asked);

  g_task_set_task_data (task, sending_new (self, asked), sending_free);
  self->sending++;
  till_station_notify (self, TILL_STATION_PROP_QUEUE_SENDING);
  till_station_push (self, TILL_WORKER_SYNC, task, send_job);
}

void
till_station_send_async (TillStation *self,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer data)
{
  start_sending (self, g_task_new (self, cancellable, callback, data));
}

gboolean
till_station_send_finish (TillStation *self, GAsyncResult *result, guint *out_left, GError **error)
{
  gssize left = g_task_propagate_int (G_TASK (result), error);

  if (left < 0)
    return FALSE;
  *out_left = (guint)left;
  return TRUE;
}

/* ---- what sells most ---- */

static void
rank_job (GTask *task, gpointer data)
{
  g_autoptr (GError) error = NULL;
  guint moved = 0;

  if (!checkout_rank_step (data, &moved, &error))
    g_debug ("The order of popularity stays as it is: %s", error->message);
  g_task_return_boolean (task, TRUE);
}

static void
on_ranked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  TILL_STATION (source)->ranking = FALSE;
}

static void
start_ranking (TillStation *self)
{
  GTask *task;

  if (self->ranking)
    return;
  self->ranking = TRUE;
  task = g_task_new (self, NULL, on_ranked_cb, NULL);
  g_task_set_task_data (task, self->rank, NULL);
  till_station_push (self, TILL_WORKER_STORE, task, rank_job);
}

/* ---- ticks ---- */

/* A wait that is longer than any wait is was begun by a clock that has been set back since. */
static gboolean
is_due (const TillStation *self)
{
  gint64 left_us = self->next_try_us - g_get_real_time ();

  return self->next_try_us == 0 || left_us <= 0 || left_us > WAIT_MAX_MS * G_GINT64_CONSTANT (1000);
}

static void
work_in_background (TillStation *self)
{
  gboolean due = is_due (self);
  gint64 silence = self->shop->line != NULL ? sync_line_silence_s (self->shop->line) : 0;
  gboolean asks
      = self->shop->line != NULL
        && (silence > acquirer_profile_echo_s (sync_line_profile (self->shop->line))
            || (sync_line_has_demand (self->shop->line) && self->status.quarantine == NULL));

  if (!vault_is_owner (self->shop->vault))
    return;
  if (self->sending == 0 && due
      && ((self->status.queue.waiting > 0 && self->status.quarantine == NULL) || asks))
    start_sending (self, NULL);
  if (self->status.print_waiting > 0 || self->ticks % PRINTER_CHECK_TICKS == 0)
    /* What was set aside comes again once the printer is well again: not before, or a receipt that
     * can't be printed would come for ever. */
    start_printing (self,
                    self->status.print_attention > 0 && self->printer_state != TILL_DEVICE_READY);
  start_ranking (self);
}

static void
on_looked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  TillStation *self = TILL_STATION (source);
  g_autofree TillStationStatus *status = g_task_propagate_pointer (G_TASK (result), NULL);

  self->looking = FALSE;
  if (self->closed || status == NULL)
    return;
  show_status (self, status);
  if (self->background)
    work_in_background (self);
  if (self->nudged)
    till_station_look (self);
}

void
till_station_look (TillStation *self)
{
  GTask *task;

  self->nudged = self->looking;
  if (self->looking || self->shop == NULL || self->closed)
    return;
  self->looking = TRUE;
  task = g_task_new (self, NULL, on_looked_cb, NULL);
  g_task_set_task_data (task, self->shop, NULL);
  till_station_push (self, TILL_WORKER_STORE, task, look_job);
}

gboolean
till_station_drains (TillStation *self)
{
  return self->background;
}

void
till_station_nudge (TillStation *self)
{
  till_station_look (self);
}

/* The first receipt must not wait for its font, nor the first screen for the receipt's. */
static void
preload_job (GTask *task, gpointer data)
{
  paper_preload ();
  g_task_return_boolean (task, TRUE);
}

gboolean
till_station_on_tick_cb (gpointer data)
{
  TillStation *self = data;

  self->ticks++;
  if (self->ticks == PRELOAD_TICK)
    till_station_push (self, TILL_WORKER_PRINTER, g_task_new (self, NULL, NULL, NULL), preload_job);
  till_station_look (self);
  return G_SOURCE_CONTINUE;
}
