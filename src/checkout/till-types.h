/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The words that the window and till-cli share with checkout: states as everybody sees them, and
 * snapshots of rows. Main thread only. Nothing here is translated: a state is an enum, a reason is
 * a short stable word ("limit-sale", "no-reader"), and the faces turn both into sentences.
 */
#pragma once

#include "shop-cart.h"
#include "shop-receipt.h"
#include "till-error.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* gettext(), handed down by the face: words for paper are made below it. */
typedef const char *(*TillTranslate) (const char *msgid);

/* Of a payment, in the order in which one can pass through them. */
typedef enum
{
  TILL_PAYMENT_STATE_IDLE,
  TILL_PAYMENT_STATE_WAITING_CARD, /* the reader is armed */
  TILL_PAYMENT_STATE_SENDING,      /* the acquirer is being asked; cancelling is too late */
  TILL_PAYMENT_STATE_APPROVED,
  TILL_PAYMENT_STATE_STORED,  /* stored, not yet approved: never shown like approved */
  TILL_PAYMENT_STATE_UNKNOWN, /* we don't know yet: a reversal is on its way */
  TILL_PAYMENT_STATE_REVERSED,
  TILL_PAYMENT_STATE_DECLINED,
  TILL_PAYMENT_STATE_CANCELLED,
} TillPaymentState;
#define TILL_TYPE_PAYMENT_STATE (till_payment_state_get_type ())
GType till_payment_state_get_type (void);
/* "approved", "stored" … as commands.md promises; "sending" while it runs. */
const char *till_payment_state_name (TillPaymentState state);

typedef enum
{
  TILL_APPROVED_BY_NOBODY, /* cash needs nobody */
  TILL_APPROVED_BY_ACQUIRER,
  TILL_APPROVED_BY_CHIP,
} TillApprovedBy;

typedef enum
{
  TILL_CONNECTION_UNTRIED,
  TILL_CONNECTION_ONLINE,  /* the acquirer's host answered */
  TILL_CONNECTION_OFFLINE, /* it didn't, since "offline-since-us" */
  TILL_CONNECTION_NONE,    /* this shop has no acquirer: cash only */
} TillConnection;
#define TILL_TYPE_CONNECTION (till_connection_get_type ())
GType till_connection_get_type (void);

typedef enum
{
  TILL_DEVICE_ABSENT,
  TILL_DEVICE_READY,
  TILL_DEVICE_BUSY,
  TILL_DEVICE_ATTENTION, /* the reason says why: "paper-out", "cover-open", "refused",
                            "no-permission" … */
} TillDeviceState;
#define TILL_TYPE_DEVICE_STATE (till_device_state_get_type ())
GType till_device_state_get_type (void);

/* Where the till and its acquirer stand, in records and in sums less what went back. A value. */
typedef struct
{
  gboolean known;    /* there is an acquirer, and something was read */
  gboolean settling; /* the batch is closed, and the end of it is still to come */
  guint count;       /* of the open batch, now */
  gint64 minor;
  gint64 asked_us;              /* when the acquirer last told its sums of this batch; 0: not yet */
  gboolean agreed;              /* both were alike then */
  gboolean moved;               /* something has been counted here since */
  guint till_count, host_count; /* then */
  gint64 till_minor, host_minor;
  gint64 settled_us; /* of the batch before; 0: there was none, and the next ones say nothing */
  guint last_number, last_count, last_differences;
  gint64 last_minor;
  gboolean last_agreed;
} TillSettlement;

/* How the sealed copy in the second folder stands. A value; its texts last. */
typedef struct
{
  const char *folder;  /* NULL: the shop has none */
  const char *problem; /* why it doesn't follow and what to do, translated; NULL: it does */
  gint64 behind;       /* entries of the journal that it lacks; -1: it wasn't seen yet */
  gint64 since_us;     /* since when; 0: it has all */
} TillCopy;

/* A row of the queue page: a snapshot, never changed after it was made. */
#define TILL_TYPE_QUEUE_ROW (till_queue_row_get_type ())
G_DECLARE_FINAL_TYPE (TillQueueRow, till_queue_row, TILL, QUEUE_ROW, GObject)

typedef struct
{
  gint64 id;
  const char *klass;      /* "deferred", "reversal", "chip", "online" */
  const char *record;     /* "waiting", "sending", "attention", "done" */
  TillPaymentState state; /* of its payment */
  TillApprovedBy approved_by;
  gboolean sent;
  gint64 receipt_no;
  const char *terminal;
  guint batch, stan, tries;
  gint64 amount_minor;
  const char *currency;
  const char *masked_pan; /* may be NULL */
  const char *reason;     /* may be NULL */
  const char *state_text; /* the word for it, translated; NULL: its payment can't be read */
  gboolean gives_back;    /* a refund, or what undoes a sale */
  gboolean decides;       /* set aside, and somebody has to say whether it was charged */
  gboolean retries;       /* set aside, and can be sent once more as it is */
  gboolean clears;        /* set aside, can't be sent any more, and the bank may clear it by hand */
  gboolean asks;          /* set aside, can't be sent any more: the bank says what it has of it */
  gint64 created_us;      /* Unix time */
  gint64 next_us;         /* 0: as soon as the line is there */
} TillQueueRowData;

/* Property: next-us : int64, read-only, as in the data. */
const TillQueueRowData *till_queue_row_data (TillQueueRow *self);
/* The station's next try (queue-next-us; 0: at any time): what waits goes then at the earliest, for
 * nothing of it is written into a record that never left. */
void till_queue_row_put_off (TillQueueRow *self, gint64 station_us);

/* A parked sale, as a row. */
#define TILL_TYPE_PARKED_ROW (till_parked_row_get_type ())
G_DECLARE_FINAL_TYPE (TillParkedRow, till_parked_row, TILL, PARKED_ROW, GObject)
gint64 till_parked_row_id (TillParkedRow *self);
const char *till_parked_row_label (TillParkedRow *self); /* may be NULL */
gint64 till_parked_row_total_minor (TillParkedRow *self);
guint till_parked_row_count (TillParkedRow *self); /* lines that count */
gint64 till_parked_row_opened_us (TillParkedRow *self);

/* A product found, as a row or a quick key. */
#define TILL_TYPE_PRODUCT_ROW (till_product_row_get_type ())
G_DECLARE_FINAL_TYPE (TillProductRow, till_product_row, TILL, PRODUCT_ROW, GObject)
TillProductRow *till_product_row_new (const ShopProduct *product);
const ShopProduct *till_product_row_product (TillProductRow *self);

G_END_DECLS
