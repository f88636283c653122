/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The station: one open data folder with everything around it, for the window and for till-cli
 * alike. It owns the workers (payment, printer, sync, catalogue), introduces the modules below to
 * each other, and tells through properties how the shop stands. Main thread only; nothing here
 * blocks. Every call that may wait is x_async / x_finish. Created by the program, lives as long as
 * it does.
 *
 * Properties (read-only, notify):
 *   shop-name, till-name (terminal), cashier (number), cashier-name : string · currency : string ·
 * training : boolean · staffed : boolean (somebody has a PIN) · locked : boolean (and nobody is
 * signed in)
 *   connection : TillConnection · offline-since-us : int64 (Unix, 0 online) ·
 * certificates-until-us : int64 (Unix: when the first of the acquirer's certificates ends; 0 none)
 *   queue-waiting : uint · queue-minor : int64 · queue-reversals : uint · queue-stored : uint ·
 * queue-stored-minor : int64 queue-attention : uint · queue-oldest-us : int64 · queue-next-us :
 * int64 (next try, 0 none) · queue-sending : boolean · quarantine : string ("rollback", "moved",
 * "restored": nothing is sent before somebody decided; NULL: as usual) · printer-state :
 * TillDeviceState · printer-reason : string · print-waiting : uint (jobs not yet out) reader-state
 * : TillDeviceState · reader-reason : string print-attention : uint (of those, jobs that need
 * somebody) · parked-count : uint · offline-cards : boolean offline-limit-sale-minor,
 * offline-left-minor : int64 · offline-left-count : uint (what may still be stored) ·
 * offline-limit-count : uint (how many may be stored at once) · offline-limit-hours : uint (how
 * long the oldest may wait before no more are stored)
 *
 * Signals: "payment-changed" (int64 receipt_no): sync moved a payment of that sale (reversed,
 * approved later, declined later). "queue-changed": rows of the queue changed; list again if you
 * show them. "print-changed" (int64 receipt_no, string state, string reason): a print job moved:
 * "waiting", "printing", "printed", "sent", "attention", "skipped".
 */
#pragma once

#include "till-types.h"

G_BEGIN_DECLS

#define TILL_TYPE_STATION (till_station_get_type ())
G_DECLARE_FINAL_TYPE (TillStation, till_station, TILL, STATION, GObject)

#define TILL_STATION_SEARCH_MAX 60
#define TILL_STATION_QUEUE_ROWS_MAX 500

typedef struct
{
  const char *data_dir;   /* the shop's folder */
  const char *passphrase; /* NULL: Secret Service; copied and wiped */
  gboolean training; /* emulated devices and the sandbox acquirer, started by the station itself */
  gboolean
      may_read_only; /* when another process owns the folder: open to read instead of failing */
  gboolean
      background; /* drains the queue and prints by itself (the window); till-cli asks for each */
  TillTranslate translate; /* for the words of receipts and slips; called from workers too, so it
                              only looks up */
  const char *language;    /* for product names on receipts: "zh_CN", "en" */
} TillStationOptions;

TillStation *till_station_new (void);
void till_station_open_async (TillStation *self,
                              const TillStationOptions *options,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer data);
gboolean till_station_open_finish (TillStation *self, GAsyncResult *result, GError **error);
/* Ends the workers: a running payment first gets to its next commit. Also done by dispose. */
void till_station_close (TillStation *self);

const char *till_station_currency (TillStation *self);
const char *till_station_shop_name (TillStation *self);
ShopTaxMode till_station_tax_mode (TillStation *self);

/* By name, pinyin or part of a code. A newer search cancels the one before (G_IO_ERROR_CANCELLED).
 * GListModel of TillProductRow. */
void till_station_search_async (TillStation *self,
                                const char *text,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer data);
GListModel *till_station_search_finish (TillStation *self, GAsyncResult *result, GError **error);
/* GListModel of TillProductRow, in the order of their places. */
void till_station_quick_keys_async (TillStation *self,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer data);
GListModel *
till_station_quick_keys_finish (TillStation *self, GAsyncResult *result, GError **error);

/* GListModel of TillParkedRow, newest first. */
void till_station_parked_async (TillStation *self,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer data);
GListModel *till_station_parked_finish (TillStation *self, GAsyncResult *result, GError **error);

/* GListModel of TillQueueRow: open ones oldest first, or (done) the newest finished ones. */
void till_station_queue_async (TillStation *self,
                               gboolean done,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer data);
GListModel *till_station_queue_finish (TillStation *self, GAsyncResult *result, GError **error);
/* Sends what waits until nothing is left or it can go no further. FALSE without an error never
 * happens; *out_left says what remains. */
void till_station_send_async (TillStation *self,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer data);
gboolean
till_station_send_finish (TillStation *self, GAsyncResult *result, guint *out_left, GError **error);
/* Takes a record that was set aside back into the queue. */
void till_station_retry_async (TillStation *self,
                               gint64 record_id,
                               GAsyncReadyCallback callback,
                               gpointer data);
gboolean till_station_retry_finish (TillStation *self, GAsyncResult *result, GError **error);
/* Somebody asked the acquirer about a record that is `decides`, and says that it is charged; its
 * receipt is printed. (That it is to be reversed, retrying says.) TILL_ERROR_STATE: it isn't one.
 */
void till_station_confirm_charged_async (TillStation *self,
                                         gint64 record_id,
                                         GAsyncReadyCallback callback,
                                         gpointer data);
gboolean
till_station_confirm_charged_finish (TillStation *self, GAsyncResult *result, GError **error);

/* Somebody decided: what waits in quarantined books may be sent. Where the host tells what it has,
 * that is closed first, and without its answer nothing is released (TILL_ERROR_FAULT).
 * TILL_ERROR_STATE where people have to ask the acquirer first, which `till-cli queue release
 * --leave` writes down. */
void till_station_release_async (TillStation *self, GAsyncReadyCallback callback, gpointer data);
gboolean till_station_release_finish (TillStation *self, GAsyncResult *result, GError **error);

/* Where both sides stand; as of the last look. "queue-changed" says when it is another. */
TillSettlement till_station_settlement (TillStation *self);

/* The copy in the second folder; as of the last look. "queue-changed" says when it is another. */
TillCopy till_station_copy (TillStation *self);

/* Puts a marked reprint into the print queue. */
void till_station_reprint_async (TillStation *self,
                                 gint64 receipt_no,
                                 GAsyncReadyCallback callback,
                                 gpointer data);
gboolean till_station_reprint_finish (TillStation *self, GAsyncResult *result, GError **error);
/* Jobs that need attention wait again (as marked reprints where paper may have come out). */
void till_station_print_retry (TillStation *self);

/* The receipt of a kept sale, for the screen or the terminal. */
void till_station_receipt_async (TillStation *self,
                                 gint64 receipt_no,
                                 GAsyncReadyCallback callback,
                                 gpointer data);
ShopReceipt *till_station_receipt_finish (TillStation *self, GAsyncResult *result, GError **error);

G_END_DECLS
