/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the parts of TillStation share: the object (till-station.c) and what it does by itself
 * (till-station-work.c). Included by nobody else.
 */
#pragma once

#include "till-private.h"

#include "checkout-print.h"
#include "checkout-rank.h"

G_BEGIN_DECLS

/* How the shop stands: made on workers, compared on the main thread. */
typedef struct
{
  TillConnection connection;
  gint64 offline_since_us;
  gint64 certificates_until_us;
  VaultQueueStats queue;
  const char *quarantine; /* a constant */
  guint parked;
  gboolean offline_cards;
  gint64 offline_limit_sale_minor, offline_left_minor;
  guint offline_left_count, offline_limit_count, offline_limit_hours, print_attention;
  TillDeviceState reader_state;
  const char *reader_reason; /* constants */
  guint print_waiting;
  TillSettlement settlement;
  TillCopy copy;
} TillStationStatus;

struct _TillStation
{
  GObject parent;
  CheckoutShop *shop; /* NULL until opened */
  CheckoutPrint *print;
  CheckoutRank *rank;     /* the store worker's */
  VaultCatalogue *search; /* a connection of its own, for the search worker */
  BaseWorker *workers[TILL_WORKER_COUNT];
  TillBench *bench;
  GCancellable *searching;
  GCancellable *closing; /* what is being sent is given up */
  GPtrArray *running;    /* GCancellable of what closing cuts short: card payments, and sending that
                            somebody asked for */
  TillStationStatus status;
  gint64 next_try_us; /* Unix; 0 none */
  guint backoff_ms;
  TillDeviceState printer_state;
  char *printer_reason;
  guint tick, ticks;
  gboolean background, closed;
  guint sending;                       /* drains under way or waiting for their turn */
  gboolean printing, looking, ranking; /* one job of each kind at a time */
  gboolean nudged;                     /* look again when the present look is over */
};

typedef enum
{
  TILL_STATION_PROP_0,
  TILL_STATION_PROP_SHOP_NAME,
  TILL_STATION_PROP_TILL_NAME,
  TILL_STATION_PROP_CASHIER,
  TILL_STATION_PROP_CASHIER_NAME,
  TILL_STATION_PROP_LOCKED,
  TILL_STATION_PROP_STAFFED,
  TILL_STATION_PROP_CURRENCY,
  TILL_STATION_PROP_TRAINING,
  TILL_STATION_PROP_CONNECTION,
  TILL_STATION_PROP_OFFLINE_SINCE_US,
  TILL_STATION_PROP_CERTIFICATES_UNTIL_US,
  TILL_STATION_PROP_QUEUE_WAITING,
  TILL_STATION_PROP_QUEUE_MINOR,
  TILL_STATION_PROP_QUEUE_REVERSALS,
  TILL_STATION_PROP_QUEUE_STORED,
  TILL_STATION_PROP_QUEUE_STORED_MINOR,
  TILL_STATION_PROP_QUEUE_ATTENTION,
  TILL_STATION_PROP_QUEUE_OLDEST_US,
  TILL_STATION_PROP_QUEUE_NEXT_US,
  TILL_STATION_PROP_QUEUE_SENDING,
  TILL_STATION_PROP_QUARANTINE,
  TILL_STATION_PROP_PRINTER_STATE,
  TILL_STATION_PROP_PRINTER_REASON,
  TILL_STATION_PROP_PRINT_WAITING,
  TILL_STATION_PROP_READER_STATE,
  TILL_STATION_PROP_READER_REASON,
  TILL_STATION_PROP_PARKED_COUNT,
  TILL_STATION_PROP_OFFLINE_CARDS,
  TILL_STATION_PROP_PRINT_ATTENTION,
  TILL_STATION_PROP_OFFLINE_LIMIT_SALE_MINOR,
  TILL_STATION_PROP_OFFLINE_LEFT_MINOR,
  TILL_STATION_PROP_OFFLINE_LEFT_COUNT,
  TILL_STATION_PROP_OFFLINE_LIMIT_COUNT,
  TILL_STATION_PROP_OFFLINE_LIMIT_HOURS,
  TILL_STATION_PROP_COUNT,
} TillStationProperty;

void till_station_notify (TillStation *self, TillStationProperty property);
void till_station_emit_queue (TillStation *self);
void till_station_emit_print (TillStation *self,
                              gint64 receipt_no,
                              const char *state,
                              const char *reason);

/* Looks at everything that the strip shows; again, if somebody nudged meanwhile. */
void till_station_look (TillStation *self);
gboolean till_station_on_tick_cb (gpointer data);

G_END_DECLS
