/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A tick each second looks, off the main thread, at what may have changed: the queue, the line, the
 * printer, the reader. What it finds becomes properties. With `background` the same ticks start the
 * draining and the printing.
 */
#include "till-people.h"
#include "till-station-private.h"

#include "checkout-print.h"
#include "checkout-receipt.h"
#include "checkout-words.h"

#include <glib/gi18n.h>

#define JOBS_MAX 256
#define TICK_MS 1000

enum
{
  SIGNAL_PAYMENT_CHANGED,
  SIGNAL_QUEUE_CHANGED,
  SIGNAL_PRINT_CHANGED,
  N_SIGNALS,
};

static GParamSpec *properties[TILL_STATION_PROP_COUNT];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TillStation, till_station, G_TYPE_OBJECT)

static void
get_shop_property (TillStation *self, guint id, GValue *value)
{
  const CheckoutShop *shop = self->shop;

  switch (id)
    {
    case TILL_STATION_PROP_SHOP_NAME:
      g_value_set_string (value, shop != NULL ? shop->shop_name : NULL);
      break;
    case TILL_STATION_PROP_TILL_NAME:
      g_value_set_string (value, shop != NULL ? shop->till_name : NULL);
      break;
    case TILL_STATION_PROP_CASHIER:
      g_value_set_string (value, shop != NULL ? checkout_shop_cashier (shop) : NULL);
      break;
    case TILL_STATION_PROP_CASHIER_NAME:
      g_value_take_string (value, shop != NULL ? checkout_people_name (shop->people) : NULL);
      break;
    case TILL_STATION_PROP_LOCKED:
      g_value_set_boolean (value, till_people_is_locked (self));
      break;
    case TILL_STATION_PROP_STAFFED:
      g_value_set_boolean (value, shop != NULL && checkout_people_is_staffed (shop->people));
      break;
    case TILL_STATION_PROP_CURRENCY:
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
    case TILL_STATION_PROP_QUEUE_WAITING:
      g_value_set_uint (value, queue->waiting);
      break;
    case TILL_STATION_PROP_QUEUE_MINOR:
      g_value_set_int64 (value, queue->waiting_minor);
      break;
    case TILL_STATION_PROP_QUEUE_REVERSALS:
      g_value_set_uint (value, queue->reversals);
      break;
    case TILL_STATION_PROP_QUEUE_STORED:
      g_value_set_uint (value, queue->stored);
      break;
    case TILL_STATION_PROP_QUEUE_STORED_MINOR:
      g_value_set_int64 (value, queue->stored_minor);
      break;
    case TILL_STATION_PROP_QUEUE_ATTENTION:
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
    case TILL_STATION_PROP_CONNECTION:
      g_value_set_enum (value, (gint)self->status.connection);
      break;
    case TILL_STATION_PROP_OFFLINE_SINCE_US:
      g_value_set_int64 (value, self->status.offline_since_us);
      break;
    case TILL_STATION_PROP_CERTIFICATES_UNTIL_US:
      g_value_set_int64 (value, self->status.certificates_until_us);
      break;
    case TILL_STATION_PROP_QUEUE_NEXT_US:
      g_value_set_int64 (value, self->next_try_us);
      break;
    case TILL_STATION_PROP_QUEUE_SENDING:
      g_value_set_boolean (value, self->sending > 0);
      break;
    case TILL_STATION_PROP_QUARANTINE:
      g_value_set_string (value, self->status.quarantine);
      break;
    case TILL_STATION_PROP_PRINTER_STATE:
      g_value_set_enum (value, (gint)self->printer_state);
      break;
    case TILL_STATION_PROP_PRINTER_REASON:
      g_value_set_string (value, self->printer_reason);
      break;
    case TILL_STATION_PROP_PRINT_WAITING:
      g_value_set_uint (value, self->status.print_waiting);
      break;
    case TILL_STATION_PROP_READER_STATE:
      g_value_set_enum (value, (gint)self->status.reader_state);
      break;
    case TILL_STATION_PROP_READER_REASON:
      g_value_set_string (value, self->status.reader_reason);
      break;
    case TILL_STATION_PROP_PARKED_COUNT:
      g_value_set_uint (value, self->status.parked);
      break;
    case TILL_STATION_PROP_PRINT_ATTENTION:
      g_value_set_uint (value, self->status.print_attention);
      break;
    case TILL_STATION_PROP_OFFLINE_LIMIT_SALE_MINOR:
      g_value_set_int64 (value, self->status.offline_limit_sale_minor);
      break;
    case TILL_STATION_PROP_OFFLINE_LEFT_MINOR:
      g_value_set_int64 (value, self->status.offline_left_minor);
      break;
    case TILL_STATION_PROP_OFFLINE_LEFT_COUNT:
      g_value_set_uint (value, self->status.offline_left_count);
      break;
    case TILL_STATION_PROP_OFFLINE_LIMIT_COUNT:
      g_value_set_uint (value, self->status.offline_limit_count);
      break;
    case TILL_STATION_PROP_OFFLINE_LIMIT_HOURS:
      g_value_set_uint (value, self->status.offline_limit_hours);
      break;
    default:
      g_value_set_boolean (value, self->status.offline_cards);
    }
}

static void
till_station_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  TillStation *self = TILL_STATION (object);

  if (id <= TILL_STATION_PROP_TRAINING)
    get_shop_property (self, id, value);
  else if (id >= TILL_STATION_PROP_QUEUE_WAITING && id <= TILL_STATION_PROP_QUEUE_OLDEST_US)
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

static const GParamFlags readable
    = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

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
  install_text (TILL_STATION_PROP_SHOP_NAME, "shop-name");
  install_text (TILL_STATION_PROP_TILL_NAME, "till-name");
  install_text (TILL_STATION_PROP_CASHIER, "cashier");
  install_text (TILL_STATION_PROP_CASHIER_NAME, "cashier-name");
  install_flag (TILL_STATION_PROP_LOCKED, "locked");
  install_flag (TILL_STATION_PROP_STAFFED, "staffed");
  install_text (TILL_STATION_PROP_CURRENCY, "currency");
  install_flag (TILL_STATION_PROP_TRAINING, "training");
  properties[TILL_STATION_PROP_CONNECTION] = g_param_spec_enum (
      "connection", NULL, NULL, TILL_TYPE_CONNECTION, TILL_CONNECTION_UNTRIED, readable);
  install_number (TILL_STATION_PROP_OFFLINE_SINCE_US, "offline-since-us");
  install_number (TILL_STATION_PROP_CERTIFICATES_UNTIL_US, "certificates-until-us");
  install_count (TILL_STATION_PROP_QUEUE_WAITING, "queue-waiting");
  install_number (TILL_STATION_PROP_QUEUE_MINOR, "queue-minor");
  install_count (TILL_STATION_PROP_QUEUE_REVERSALS, "queue-reversals");
  install_count (TILL_STATION_PROP_QUEUE_STORED, "queue-stored");
  install_number (TILL_STATION_PROP_QUEUE_STORED_MINOR, "queue-stored-minor");
  install_count (TILL_STATION_PROP_QUEUE_ATTENTION, "queue-attention");
  install_number (TILL_STATION_PROP_QUEUE_OLDEST_US, "queue-oldest-us");
  install_number (TILL_STATION_PROP_QUEUE_NEXT_US, "queue-next-us");
  install_flag (TILL_STATION_PROP_QUEUE_SENDING, "queue-sending");
  install_text (TILL_STATION_PROP_QUARANTINE, "quarantine");
  properties[TILL_STATION_PROP_PRINTER_STATE] = g_param_spec_enum (
      "printer-state", NULL, NULL, TILL_TYPE_DEVICE_STATE, TILL_DEVICE_ABSENT, readable);
  install_text (TILL_STATION_PROP_PRINTER_REASON, "printer-reason");
  install_count (TILL_STATION_PROP_PRINT_WAITING, "print-waiting");
  properties[TILL_STATION_PROP_READER_STATE] = g_param_spec_enum (
      "reader-state", NULL, NULL, TILL_TYPE_DEVICE_STATE, TILL_DEVICE_ABSENT, readable);
  install_text (TILL_STATION_PROP_READER_REASON, "reader-reason");
  install_count (TILL_STATION_PROP_PARKED_COUNT, "parked-count");
  install_flag (TILL_STATION_PROP_OFFLINE_CARDS, "offline-cards");
  install_count (TILL_STATION_PROP_PRINT_ATTENTION, "print-attention");
  install_number (TILL_STATION_PROP_OFFLINE_LIMIT_SALE_MINOR, "offline-limit-sale-minor");
  install_number (TILL_STATION_PROP_OFFLINE_LEFT_MINOR, "offline-left-minor");
  install_count (TILL_STATION_PROP_OFFLINE_LEFT_COUNT, "offline-left-count");
  install_count (TILL_STATION_PROP_OFFLINE_LIMIT_COUNT, "offline-limit-count");
  install_count (TILL_STATION_PROP_OFFLINE_LIMIT_HOURS, "offline-limit-hours");
  g_object_class_install_properties (object_class, TILL_STATION_PROP_COUNT, properties);
  signals[SIGNAL_PAYMENT_CHANGED]
      = g_signal_new ("payment-changed", TILL_TYPE_STATION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                      G_TYPE_NONE, 1, G_TYPE_INT64);
  signals[SIGNAL_QUEUE_CHANGED] = g_signal_new (
      "queue-changed", TILL_TYPE_STATION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_PRINT_CHANGED]
      = g_signal_new ("print-changed", TILL_TYPE_STATION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                      G_TYPE_NONE, 3, G_TYPE_INT64, G_TYPE_STRING, G_TYPE_STRING);
}

static void
till_station_init (TillStation *self)
{
  static const char *const names[]
      = { "till-store", "till-payment", "till-lookup", "till-search", "till-printer", "till-sync" };

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
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CLOSED, _ ("The station is closed"));
  g_object_unref (task);
}

void
till_station_emit_payments (TillStation *self, const GArray *sale_ids)
{
  for (guint i = 0; !self->closed && i < sale_ids->len; i++)
    g_signal_emit (self, signals[SIGNAL_PAYMENT_CHANGED], 0, g_array_index (sale_ids, gint64, i));
}

void
till_station_notify (TillStation *self, TillStationProperty property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

void
till_station_emit_queue (TillStation *self)
{
  g_signal_emit (self, signals[SIGNAL_QUEUE_CHANGED], 0);
}

void
till_station_emit_print (TillStation *self,
                         gint64 receipt_no,
                         const char *state,
                         const char *reason)
{
  g_signal_emit (self, signals[SIGNAL_PRINT_CHANGED], 0, receipt_no, state, reason);
}

/* ---- opening and closing ---- */

typedef struct
{
  CheckoutShopOptions options;
  char *data_dir, *language;
  BaseSecret *passphrase;
  gboolean watches; /* the list of devices keeps itself true */
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
  /* So that the first screen doesn't say that there is no reader. */
  if (opening->search != NULL && opening->watches && opening->shop->devices != NULL)
    (void)device_list_refresh (opening->shop->devices, /* error= */ NULL);
  if (error != NULL)
    g_task_return_error (task, till_error_take (error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
on_devices_changed_cb (DeviceList *list, gpointer data)
{
  till_station_look (TILL_STATION (data));
}

static void
begin (TillStation *self)
{
  self->print = checkout_print_new (self->shop);
  self->rank = checkout_rank_new (self->shop->vault);
  if (self->shop->bench != NULL)
    self->bench = till_bench_new (self);
  for (guint i = TILL_STATION_PROP_SHOP_NAME; i <= TILL_STATION_PROP_TRAINING; i++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[i]);
  if (self->background)
    self->tick = g_timeout_add (TICK_MS, till_station_on_tick_cb, self);
  if (self->background && self->shop->devices != NULL)
    device_list_watch (self->shop->devices, on_devices_changed_cb, self);
  till_station_look (self);
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
      error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CLOSED,
                                   _ ("The station was closed while it opened"));
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
till_station_open_async (TillStation *self,
                         const TillStationOptions *options,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer data)
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
    .signs_in = options->background,
    .passphrase
    = opening->passphrase != NULL ? base_secret_span (opening->passphrase) : BASE_SPAN (NULL, 0),
    .training = options->training,
    .may_read_only = options->may_read_only,
    .translate = options->translate,
    .language = opening->language,
  };
  self->background = opening->watches = options->background;
  g_task_set_task_data (work, opening, opening_free);
  /* On this worker, which lives as long as the station: the sandbox acquirer ends with the thread
   * that started it. */
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
  g_clear_pointer (&self->rank, checkout_rank_free);
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
