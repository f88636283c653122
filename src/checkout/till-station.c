/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A tick each second looks, off the main thread, at what may have changed: the queue, the line, the printer, the reader. What it finds becomes
 * properties. With `background` the same ticks start the draining and the printing.
 */
#include "till-private.h"

#include "checkout-print.h"
#include "checkout-receipt.h"
#include "checkout-words.h"

#include "paper-preload.h"

#define JOBS_MAX 256
#define TICK_MS 1000
#define PRINTER_CHECK_TICKS 3

/* How the shop stands: made on workers, compared on the main thread. */
typedef struct
{
  TillConnection connection;
  gint64 offline_since_us;
  VaultQueueStats queue;
  guint parked;
  gboolean offline_cards;
  gint64 offline_limit_sale_minor, offline_left_minor;
  guint offline_left_count, print_attention;
  TillDeviceState reader_state;
  const char *reader_reason; /* constants */
  guint print_waiting;
} Status;

struct _TillStation
{
  GObject parent;
  CheckoutShop *shop; /* NULL until opened */
  CheckoutPrint *print;
  VaultCatalogue *search; /* a connection of its own, for the search worker */
  BaseWorker *workers[TILL_WORKER_COUNT];
  TillBench *bench;
  GCancellable *searching;
  GCancellable *closing; /* what is being sent is given up */
  GPtrArray *running;    /* GCancellable of what closing cuts short: card payments, and sending that somebody asked for */
  Status status;
  gint64 next_try_us; /* Unix; 0 none */
  guint backoff_ms;
  TillDeviceState printer_state;
  char *printer_reason;
  guint tick, ticks;
  gboolean background, closed;
  guint sending;                       /* drains under way or waiting for their turn */
  gboolean printing, looking;          /* one job of each kind at a time */
  gboolean nudged;                     /* look again when the present look is over */
};

enum
{
  PROP_0,
  PROP_SHOP_NAME,
  PROP_TILL_NAME,
  PROP_CASHIER,
  PROP_CURRENCY,
  PROP_TRAINING,
  PROP_CONNECTION,
  PROP_OFFLINE_SINCE_US,
  PROP_QUEUE_WAITING,
  PROP_QUEUE_MINOR,
  PROP_QUEUE_REVERSALS,
  PROP_QUEUE_STORED,
  PROP_QUEUE_STORED_MINOR,
  PROP_QUEUE_ATTENTION,
  PROP_QUEUE_OLDEST_US,
  PROP_QUEUE_NEXT_US,
  PROP_QUEUE_SENDING,
  PROP_PRINTER_STATE,
  PROP_PRINTER_REASON,
  PROP_PRINT_WAITING,
  PROP_READER_STATE,
  PROP_READER_REASON,
  PROP_PARKED_COUNT,
  PROP_OFFLINE_CARDS,
  PROP_PRINT_ATTENTION,
  PROP_OFFLINE_LIMIT_SALE_MINOR,
  PROP_OFFLINE_LEFT_MINOR,
  PROP_OFFLINE_LEFT_COUNT,
  N_PROPS,
};

enum
{
  SIGNAL_PAYMENT_CHANGED,
  SIGNAL_QUEUE_CHANGED,
  SIGNAL_PRINT_CHANGED,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TillStation, till_station, G_TYPE_OBJECT)

static void look (TillStation *self);

static void
get_shop_property (TillStation *self, guint id, GValue *value)
{
  const CheckoutShop *shop = self->shop;

  switch (id)
    {
    case PROP_SHOP_NAME:
      g_value_set_string (value, shop != NULL ? shop->shop_name : NULL);
      break;
    case PROP_TILL_NAME:
      g_value_set_string (value, shop != NULL ? shop->till_name : NULL);
      break;
    case PROP_CASHIER:
      g_value_set_string (value, shop != NULL ? shop->cashier : NULL);
      break;
    case PROP_CURRENCY:
      g_value_set_string (value, shop != NULL ? shop->currency : NULL);
      break;
    default:
      g_value_set_boolean (value, shop != NULL && shop->training);
    }
}

static void
get_queue_property (TillStation *self, guint id, GValue *value)
{
  const VaultQueueStats *queue = &self->status.queue;

  switch (id)
    {
    case PROP_QUEUE_WAITING:
      g_value_set_uint (value, queue->waiting);
      break;
    case PROP_QUEUE_MINOR:
      g_value_set_int64 (value, queue->waiting_minor);
      break;
    case PROP_QUEUE_REVERSALS:
      g_value_set_uint (value, queue->reversals);
      break;
    case PROP_QUEUE_STORED:
      g_value_set_uint (value, queue->stored);
      break;
    case PROP_QUEUE_STORED_MINOR:
      g_value_set_int64 (value, queue->stored_minor);
      break;
    case PROP_QUEUE_ATTENTION:
      g_value_set_uint (value, queue->attention);
      break;
    default:
      g_value_set_int64 (value, queue->oldest_us);
    }
}

static void
get_state_property (TillStation *self, guint id, GValue *value)
{
  switch (id)
    {
    case PROP_CONNECTION:
      g_value_set_enum (value, (gint) self->status.connection);
      break;
    case PROP_OFFLINE_SINCE_US:
      g_value_set_int64 (value, self->status.offline_since_us);
      break;
    case PROP_QUEUE_NEXT_US:
      g_value_set_int64 (value, self->next_try_us);
      break;
    case PROP_QUEUE_SENDING:
      g_value_set_boolean (value, self->sending > 0);
      break;
    case PROP_PRINTER_STATE:
      g_value_set_enum (value, (gint) self->printer_state);
      break;
    case PROP_PRINTER_REASON:
      g_value_set_string (value, self->printer_reason);
      break;
    case PROP_PRINT_WAITING:
      g_value_set_uint (value, self->status.print_waiting);
      break;
    case PROP_READER_STATE:
      g_value_set_enum (value, (gint) self->status.reader_state);
      break;
    case PROP_READER_REASON:
      g_value_set_string (value, self->status.reader_reason);
      break;
    case PROP_PARKED_COUNT:
      g_value_set_uint (value, self->status.parked);
      break;
    case PROP_PRINT_ATTENTION:
      g_value_set_uint (value, self->status.print_attention);
      break;
    case PROP_OFFLINE_LIMIT_SALE_MINOR:
      g_value_set_int64 (value, self->status.offline_limit_sale_minor);
      break;
    case PROP_OFFLINE_LEFT_MINOR:
      g_value_set_int64 (value, self->status.offline_left_minor);
      break;
    case PROP_OFFLINE_LEFT_COUNT:
      g_value_set_uint (value, self->status.offline_left_count);
      break;
    default:
      g_value_set_boolean (value, self->status.offline_cards);
    }
}

static void
till_station_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  TillStation *self = TILL_STATION (object);

  if (id <= PROP_TRAINING)
    get_shop_property (self, id, value);
  else if (id >= PROP_QUEUE_WAITING && id <= PROP_QUEUE_OLDEST_US)
    get_queue_property (self, id, value);
  else
    get_state_property (self, id, value);
}

static void
till_station_dispose (GObject *object)
{
  till_station_close (TILL_STATION (object));
  G_OBJECT_CLASS (till_station_parent_class)->dispose (object);
}

static void
till_station_finalize (GObject *object)
{
  TillStation *self = TILL_STATION (object);

  g_free (self->printer_reason);
  g_clear_object (&self->closing);
  g_clear_pointer (&self->running, g_ptr_array_unref);
  G_OBJECT_CLASS (till_station_parent_class)->finalize (object);
}

static const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

static void
install_text (guint id, const char *name)
{
  properties[id] = g_param_spec_string (name, NULL, NULL, NULL, readable);
}

static void
install_number (guint id, const char *name)
{
  properties[id] = g_param_spec_int64 (name, NULL, NULL, G_MININT64, G_MAXINT64, 0, readable);
}

static void
install_count (guint id, const char *name)
{
  properties[id] = g_param_spec_uint (name, NULL, NULL, 0, G_MAXUINT, 0, readable);
}

static void
install_flag (guint id, const char *name)
{
  properties[id] = g_param_spec_boolean (name, NULL, NULL, FALSE, readable);
}

static void
till_station_class_init (TillStationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = till_station_get_property;
  object_class->dispose = till_station_dispose;
  object_class->finalize = till_station_finalize;
  install_text (PROP_SHOP_NAME, "shop-name");
  install_text (PROP_TILL_NAME, "till-name");
  install_text (PROP_CASHIER, "cashier");
  install_text (PROP_CURRENCY, "currency");
  install_flag (PROP_TRAINING, "training");
  properties[PROP_CONNECTION]
      = g_param_spec_enum ("connection", NULL, NULL, TILL_TYPE_CONNECTION, TILL_CONNECTION_UNTRIED, readable);
  install_number (PROP_OFFLINE_SINCE_US, "offline-since-us");
  install_count (PROP_QUEUE_WAITING, "queue-waiting");
  install_number (PROP_QUEUE_MINOR, "queue-minor");
  install_count (PROP_QUEUE_REVERSALS, "queue-reversals");
  install_count (PROP_QUEUE_STORED, "queue-stored");
  install_number (PROP_QUEUE_STORED_MINOR, "queue-stored-minor");
  install_count (PROP_QUEUE_ATTENTION, "queue-attention");
  install_number (PROP_QUEUE_OLDEST_US, "queue-oldest-us");
  install_number (PROP_QUEUE_NEXT_US, "queue-next-us");
  install_flag (PROP_QUEUE_SENDING, "queue-sending");
  properties[PROP_PRINTER_STATE]
      = g_param_spec_enum ("printer-state", NULL, NULL, TILL_TYPE_DEVICE_STATE, TILL_DEVICE_ABSENT, readable);
  install_text (PROP_PRINTER_REASON, "printer-reason");
  install_count (PROP_PRINT_WAITING, "print-waiting");
  properties[PROP_READER_STATE]
      = g_param_spec_enum ("reader-state", NULL, NULL, TILL_TYPE_DEVICE_STATE, TILL_DEVICE_ABSENT, readable);
  install_text (PROP_READER_REASON, "reader-reason");
  install_count (PROP_PARKED_COUNT, "parked-count");
  install_flag (PROP_OFFLINE_CARDS, "offline-cards");
  install_count (PROP_PRINT_ATTENTION, "print-attention");
  install_number (PROP_OFFLINE_LIMIT_SALE_MINOR, "offline-limit-sale-minor");
  install_number (PROP_OFFLINE_LEFT_MINOR, "offline-left-minor");
  install_count (PROP_OFFLINE_LEFT_COUNT, "offline-left-count");
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[SIGNAL_PAYMENT_CHANGED] = g_signal_new ("payment-changed", TILL_TYPE_STATION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                                  NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
  signals[SIGNAL_QUEUE_CHANGED]
      = g_signal_new ("queue-changed", TILL_TYPE_STATION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_PRINT_CHANGED] = g_signal_new ("print-changed", TILL_TYPE_STATION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                                G_TYPE_NONE, 3, G_TYPE_INT64, G_TYPE_STRING, G_TYPE_STRING);
}

static void
till_station_init (TillStation *self)
{
  static const char *const names[] = { "till-store", "till-payment", "till-lookup", "till-search", "till-printer", "till-sync" };

  G_STATIC_ASSERT (G_N_ELEMENTS (names) == TILL_WORKER_COUNT);
  for (guint i = 0; i < TILL_WORKER_COUNT; i++)
    self->workers[i] = base_worker_new (names[i], JOBS_MAX);
  self->backoff_ms = SYNC_BACKOFF_FIRST_MS;
  self->closing = g_cancellable_new ();
  self->running = g_ptr_array_new_with_free_func (g_object_unref);
}

TillStation *
till_station_new (void)
{
  return g_object_new (TILL_TYPE_STATION, NULL);
}

CheckoutShop *
till_station_shop (TillStation *self)
{
  g_assert (self->shop != NULL || self->closed);
  return self->shop;
}

void
till_station_push (TillStation *self, TillWorker worker, GTask *task, BaseWorkerJob job)
{
  if (!self->closed)
    {
      base_worker_push (self->workers[worker], task, job);
      return;
    }
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CLOSED, "The station is closed");
  g_object_unref (task);
}

void
till_station_emit_payments (TillStation *self, const GArray *sale_ids)
{
  for (guint i = 0; !self->closed && i < sale_ids->len; i++)
    g_signal_emit (self, signals[SIGNAL_PAYMENT_CHANGED], 0, g_array_index (sale_ids, gint64, i));
}

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

static void
look_at_reader (CheckoutShop *shop, Status *status)
{
  g_autoptr (DeviceEntry) entry = NULL;

  status->reader_state = TILL_DEVICE_ABSENT;
  status->reader_reason = "no-reader";
  if (shop->devices == NULL || !device_list_refresh (shop->devices, /* error= */ NULL))
    return;
  entry = device_list_find (shop->devices, DEVICE_ROLE_STRIPE, /* identity= */ NULL);
  if (entry != NULL)
    {
      status->reader_state = TILL_DEVICE_READY;
      status->reader_reason = NULL;
      return;
    }
  entry = device_list_find (shop->devices, DEVICE_ROLE_REFUSED, /* identity= */ NULL);
  if (entry != NULL)
    {
      status->reader_state = TILL_DEVICE_ATTENTION;
      status->reader_reason = "reader-refused";
    }
}

static void
look_at_limits (CheckoutShop *shop, Status *status)
{
  gint64 count = vault_setting_number (shop->vault, CHECKOUT_SETTING_OFFLINE_COUNT, 0) - status->queue.stored;

  status->offline_cards = vault_setting_number (shop->vault, CHECKOUT_SETTING_OFFLINE, 0) != 0;
  status->offline_limit_sale_minor = vault_setting_number (shop->vault, CHECKOUT_SETTING_OFFLINE_SALE, 0);
  (void) checkout_card_deferral (shop, 0, &status->offline_left_minor);
  status->offline_left_minor = MAX (0, status->offline_left_minor);
  status->offline_left_count = (guint) CLAMP (count, 0, G_MAXINT);
}

static void
look_job (GTask *task, gpointer data)
{
  CheckoutShop *shop = data;
  Status *status = g_new0 (Status, 1);

  status->connection = connection_of (shop->line, &status->offline_since_us);
  (void) vault_queue_stats (shop->vault, &status->queue, NULL);
  (void) vault_print_stats (shop->vault, &status->print_waiting, &status->print_attention, NULL);
  status->print_waiting += status->print_attention;
  status->parked = vault_sale_count_parked (shop->vault);
  look_at_limits (shop, status);
  look_at_reader (shop, status);
  g_task_return_pointer (task, status, g_free);
}

#define NOTIFY_IF(field, prop)                                                                                         \
  if (before.field != now->field)                                                                                      \
  g_object_notify_by_pspec (G_OBJECT (self), properties[prop])

static void
show_status (TillStation *self, const Status *now)
{
  Status before = self->status;

  self->status = *now;
  /* A payment found the host: what waits need not sit out its time. */
  if (before.connection != TILL_CONNECTION_ONLINE && now->connection == TILL_CONNECTION_ONLINE)
    self->next_try_us = 0;
  g_object_freeze_notify (G_OBJECT (self));
  NOTIFY_IF (connection, PROP_CONNECTION);
  NOTIFY_IF (offline_since_us, PROP_OFFLINE_SINCE_US);
  NOTIFY_IF (queue.waiting, PROP_QUEUE_WAITING);
  NOTIFY_IF (queue.waiting_minor, PROP_QUEUE_MINOR);
  NOTIFY_IF (queue.reversals, PROP_QUEUE_REVERSALS);
  NOTIFY_IF (queue.stored, PROP_QUEUE_STORED);
  NOTIFY_IF (queue.stored_minor, PROP_QUEUE_STORED_MINOR);
  NOTIFY_IF (queue.attention, PROP_QUEUE_ATTENTION);
  NOTIFY_IF (queue.oldest_us, PROP_QUEUE_OLDEST_US);
  NOTIFY_IF (parked, PROP_PARKED_COUNT);
  NOTIFY_IF (offline_cards, PROP_OFFLINE_CARDS);
  NOTIFY_IF (print_attention, PROP_PRINT_ATTENTION);
  NOTIFY_IF (offline_limit_sale_minor, PROP_OFFLINE_LIMIT_SALE_MINOR);
  NOTIFY_IF (offline_left_minor, PROP_OFFLINE_LEFT_MINOR);
  NOTIFY_IF (offline_left_count, PROP_OFFLINE_LEFT_COUNT);
  NOTIFY_IF (reader_state, PROP_READER_STATE);
  NOTIFY_IF (reader_reason, PROP_READER_REASON);
  NOTIFY_IF (print_waiting, PROP_PRINT_WAITING);
  g_object_thaw_notify (G_OBJECT (self));
  if (before.queue.waiting != now->queue.waiting || before.queue.done != now->queue.done
      || before.queue.attention != now->queue.attention || before.queue.reversals != now->queue.reversals)
    g_signal_emit (self, signals[SIGNAL_QUEUE_CHANGED], 0);
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
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PRINTER_REASON]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PRINTER_STATE]);
}

typedef struct
{
  CheckoutPrint *print;
  CheckoutShop *shop;
  gboolean retry;  /* first make jobs that were set aside wait again, if the printer is ready */
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
    (void) vault_print_recover (printing->shop->vault, NULL);
  outcome = printing->ready ? checkout_print_step (printing->print, /* cancellable= */ NULL, &printing->job, &error)
                            : CHECKOUT_PRINT_NO_PRINTER;
  if (error != NULL)
    g_task_return_error (task, till_error_take (error));
  else
    g_task_return_int (task, (gssize) outcome);
}

static void start_printing (TillStation *self, gboolean retry);

static void
on_printed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  TillStation *self = TILL_STATION (source);
  Printing *printing = g_task_get_task_data (G_TASK (result));
  CheckoutPrintOutcome outcome = (CheckoutPrintOutcome) g_task_propagate_int (G_TASK (result), NULL);

  self->printing = FALSE;
  if (self->closed)
    return;
  if (printing->ready)
    set_printer (self, TILL_DEVICE_READY, NULL);
  else
    set_printer (self, g_strcmp0 (printing->reason, "no-printer") == 0 ? TILL_DEVICE_ABSENT : TILL_DEVICE_ATTENTION,
                 printing->reason);
  if (printing->job == NULL)
    return;
  if (printing->job->state == VAULT_PRINT_ATTENTION && outcome != CHECKOUT_PRINT_DONE)
    set_printer (self, TILL_DEVICE_ATTENTION, printing->job->reason);
  g_signal_emit (self, signals[SIGNAL_PRINT_CHANGED], 0, printing->job->sale_id,
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

/* Sends what waits; somebody who asked for it waits out the payments between. */
static void
send_all (Sending *sending, SyncLine *line, GError **error)
{
  do
    {
      if (sending->outcome == SYNC_YIELDED)
        sync_line_wait_for_payment (line);
      sending->outcome = sync_queue_run (line, sending->stop, &sending->report, error);
    }
  while (sending->outcome == SYNC_YIELDED && sending->asked && !g_cancellable_is_cancelled (sending->stop));
}

/* Until nothing is left or it can go no further. With nothing to send, an echo tells whether the host is there. */
static void
send_job (GTask *task, gpointer data)
{
  Sending *sending = data;
  SyncLine *line = sending->shop->line;
  VaultQueueStats stats = { 0 };
  GError *error = NULL;

  if (line != NULL)
    send_all (sending, line, &error);
  if (sending->outcome == SYNC_EMPTY && line != NULL && sync_line_silence_s (line) > acquirer_profile_echo_s (sync_line_profile (line))
      && sync_line_echo (line, sending->stop, /* error= */ NULL) != ACQUIRER_EXCHANGE_ANSWERED)
    sending->outcome = SYNC_STUCK;
  if (error == NULL && vault_queue_stats (sending->shop->vault, &stats, &error))
    sending->left = stats.waiting + stats.attention;
  if (error != NULL)
    g_task_return_error (task, till_error_take (error));
  else
    g_task_return_boolean (task, TRUE);
}

/* Doubles the wait, with up to a quarter of jitter, so that a street of tills doesn't come back at the same moment. */
static void
schedule (TillStation *self, SyncOutcome outcome)
{
  gint64 before = self->next_try_us;

  if (outcome == SYNC_STUCK || outcome == SYNC_FAULT)
    {
      guint wait_ms = self->backoff_ms + (guint) g_random_int_range (0, (gint32) self->backoff_ms / 4 + 1);

      self->next_try_us = g_get_real_time () + (gint64) wait_ms * 1000;
      self->backoff_ms = MIN (self->backoff_ms * 2, SYNC_BACKOFF_MAX_MS);
    }
  else
    {
      self->next_try_us = 0;
      self->backoff_ms = SYNC_BACKOFF_FIRST_MS;
    }
  if (before != self->next_try_us)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_QUEUE_NEXT_US]);
}

static void
end_sending (TillStation *self, Sending *sending)
{
  self->sending--;
  if (self->closed)
    return;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_QUEUE_SENDING]);
  schedule (self, sending->outcome);
  till_station_emit_payments (self, sending->report.sales);
  if (sending->report.sales->len > 0)
    g_signal_emit (self, signals[SIGNAL_QUEUE_CHANGED], 0);
  till_station_nudge (self);
}

static void
on_sent_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) asked = data;
  Sending *sending = g_task_get_task_data (G_TASK (result));
  GError *error = NULL;

  (void) g_task_propagate_boolean (G_TASK (result), &error);
  till_station_remove_running (TILL_STATION (source), sending->stop);
  end_sending (TILL_STATION (source), sending);
  if (asked == NULL)
    g_clear_error (&error);
  else if (error != NULL)
    g_task_return_error (asked, error);
  else
    g_task_return_int (asked, (gssize) sending->left);
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
  sending->given_handler
      = g_cancellable_connect (given, G_CALLBACK (on_given_cancelled_cb), g_object_ref (sending->stop), g_object_unref);
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
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_QUEUE_SENDING]);
  till_station_push (self, TILL_WORKER_SYNC, task, send_job);
}

void
till_station_send_async (TillStation *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  start_sending (self, g_task_new (self, cancellable, callback, data));
}

gboolean
till_station_send_finish (TillStation *self, GAsyncResult *result, guint *out_left, GError **error)
{
  gssize left = g_task_propagate_int (G_TASK (result), error);

  if (left < 0)
    return FALSE;
  *out_left = (guint) left;
  return TRUE;
}

/* ---- ticks ---- */

static void
work_in_background (TillStation *self)
{
  gboolean due = self->next_try_us == 0 || g_get_real_time () >= self->next_try_us;
  gint64 silence = self->shop->line != NULL ? sync_line_silence_s (self->shop->line) : 0;
  gboolean echo_due = self->shop->line != NULL && silence > acquirer_profile_echo_s (sync_line_profile (self->shop->line));

  if (!vault_is_owner (self->shop->vault))
    return;
  if (self->sending == 0 && due && (self->status.queue.waiting > 0 || echo_due))
    start_sending (self, NULL);
  if (self->status.print_waiting > 0 || self->ticks % PRINTER_CHECK_TICKS == 0)
    /* What was set aside comes again once the printer is well again: not before, or a receipt that can't be printed would come for ever. */
    start_printing (self, self->status.print_attention > 0 && self->printer_state != TILL_DEVICE_READY);
}

static void
on_looked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  TillStation *self = TILL_STATION (source);
  g_autofree Status *status = g_task_propagate_pointer (G_TASK (result), NULL);

  self->looking = FALSE;
  if (self->closed || status == NULL)
    return;
  show_status (self, status);
  if (self->background)
    work_in_background (self);
  if (self->nudged)
    look (self);
}

static void
look (TillStation *self)
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

void
till_station_nudge (TillStation *self)
{
  look (self);
}

static gboolean
on_tick_cb (gpointer data)
{
  TillStation *self = data;

  self->ticks++;
  look (self);
  return G_SOURCE_CONTINUE;
}

/* ---- opening and closing ---- */

typedef struct
{
  CheckoutShopOptions options;
  char *data_dir, *language;
  BaseSecret *passphrase;
  CheckoutShop *shop;
  VaultCatalogue *search;
} Opening;

typedef struct
{
  VaultCatalogue *search;
  CheckoutShop *shop;
} Goods;

static gpointer
close_shop (gpointer data)
{
  Goods *goods = data;

  vault_catalogue_free (goods->search);
  checkout_shop_free (goods->shop);
  return NULL;
}

/* Closing the vault writes, so it is done on a thread of its own, and waited for. */
static void
let_go (VaultCatalogue *search, CheckoutShop *shop)
{
  Goods goods = { search, shop };

  if (search != NULL || shop != NULL)
    g_thread_join (g_thread_new ("till-closing", close_shop, &goods));
}

static void
opening_free (gpointer data)
{
  Opening *opening = data;

  g_free (opening->data_dir);
  g_free (opening->language);
  base_secret_free (opening->passphrase);
  let_go (g_steal_pointer (&opening->search), g_steal_pointer (&opening->shop));
  g_free (opening);
}

static void
open_job (GTask *task, gpointer data)
{
  Opening *opening = data;
  GError *error = NULL;

  opening->shop = checkout_shop_open (&opening->options, &error);
  if (opening->shop != NULL)
    opening->search = vault_catalogue_open (opening->data_dir, &error);
  if (error != NULL)
    g_task_return_error (task, till_error_take (error));
  else
    g_task_return_boolean (task, TRUE);
}

/* The first receipt must not wait for its font. */
static void
preload_job (GTask *task, gpointer data)
{
  paper_preload ();
  g_task_return_boolean (task, TRUE);
}

static void
begin (TillStation *self)
{
  self->print = checkout_print_new (self->shop);
  if (self->shop->bench != NULL)
    self->bench = till_bench_new (self);
  for (guint i = PROP_SHOP_NAME; i <= PROP_TRAINING; i++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[i]);
  if (self->background)
    {
      till_station_push (self, TILL_WORKER_PRINTER, g_task_new (self, NULL, NULL, NULL), preload_job);
      self->tick = g_timeout_add (TICK_MS, on_tick_cb, self);
    }
  look (self);
}

static void
on_opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  TillStation *self = TILL_STATION (source);
  Opening *opening = g_task_get_task_data (G_TASK (result));
  GError *error = NULL;
  gboolean opened = g_task_propagate_boolean (G_TASK (result), &error);

  if (opened && self->closed)
    {
      opened = FALSE;
      error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CLOSED, "The station was closed while it opened");
    }
  if (!opened)
    {
      g_task_return_error (task, error);
      return;
    }
  self->shop = g_steal_pointer (&opening->shop);
  self->search = g_steal_pointer (&opening->search);
  begin (self);
  g_task_return_boolean (task, TRUE);
}

void
till_station_open_async (TillStation *self, const TillStationOptions *options, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (self, cancellable, callback, data);
  GTask *work = g_task_new (self, cancellable, on_opened_cb, task);
  Opening *opening = g_new0 (Opening, 1);

  g_assert (self->shop == NULL && options->data_dir != NULL && options->translate != NULL);
  opening->data_dir = g_strdup (options->data_dir);
  opening->language = g_strdup (options->language);
  if (options->passphrase != NULL && options->passphrase[0] != '\0')
    opening->passphrase = base_secret_new_from (BASE_SPAN_STR (options->passphrase));
  opening->options = (CheckoutShopOptions){
    .data_dir = opening->data_dir,
    .passphrase = opening->passphrase != NULL ? base_secret_span (opening->passphrase) : BASE_SPAN (NULL, 0),
    .training = options->training,
    .may_read_only = options->may_read_only,
    .translate = options->translate,
    .language = opening->language,
  };
  self->background = options->background;
  g_task_set_task_data (work, opening, opening_free);
  /* On this worker, which lives as long as the station: the sandbox acquirer ends with the thread that started it. */
  till_station_push (self, TILL_WORKER_STORE, work, open_job);
}

gboolean
till_station_open_finish (TillStation *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
till_station_close (TillStation *self)
{
  if (self->closed)
    return;
  self->closed = TRUE;
  g_clear_handle_id (&self->tick, g_source_remove);
  if (self->bench != NULL)
    till_bench_close (self->bench);
  g_clear_object (&self->bench);
  g_cancellable_cancel (self->closing);
  if (self->searching != NULL)
    g_cancellable_cancel (self->searching);
  for (guint i = 0; i < self->running->len; i++)
    g_cancellable_cancel (self->running->pdata[i]);
  g_clear_object (&self->searching);
  /* The store worker last: the sandbox acquirer is its child. */
  for (guint i = TILL_WORKER_COUNT; i > 0; i--)
    g_clear_pointer (&self->workers[i - 1], base_worker_free);
  g_clear_pointer (&self->print, checkout_print_free);
  let_go (g_steal_pointer (&self->search), g_steal_pointer (&self->shop));
}

TillBench *
till_station_bench (TillStation *self)
{
  return self->bench;
}

const char *
till_station_currency (TillStation *self)
{
  return till_station_shop (self)->currency;
}

const char *
till_station_shop_name (TillStation *self)
{
  return till_station_shop (self)->shop_name;
}

ShopTaxMode
till_station_tax_mode (TillStation *self)
{
  return till_station_shop (self)->tax_mode;
}

void
till_station_add_running (TillStation *self, GCancellable *cancellable)
{
  g_ptr_array_add (self->running, g_object_ref (cancellable));
}

void
till_station_remove_running (TillStation *self, GCancellable *cancellable)
{
  g_ptr_array_remove (self->running, cancellable);
}

GCancellable *
till_station_take_search (TillStation *self)
{
  if (self->searching != NULL)
    g_cancellable_cancel (self->searching);
  g_clear_object (&self->searching);
  self->searching = g_cancellable_new ();
  return self->searching;
}

VaultCatalogue *
till_station_search_catalogue (TillStation *self)
{
  return self->search;
}
