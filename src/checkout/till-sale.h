/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One sale from its first item to its receipt. The cart is worked on at once (pure arithmetic);
 * what must be looked up, kept or paid is asynchronous. While a payment runs the cart is locked.
 * Main thread only.
 *
 * Properties (read-only, notify): total-minor, paid-minor, left-minor, change-minor,
 * discount-minor, tax-minor : int64 · line-count, piece-count : uint (that count) · current-line :
 * uint (number of the line last touched, 0 none) · empty, paid, busy : boolean · receipt-no : int64
 * (0 until kept) Lists: till_sale_lines() of TillSaleLine, voided ones included;
 * till_sale_payments() of TillPayment.
 */
#pragma once

#include "till-payment.h"
#include "till-station.h"

G_BEGIN_DECLS

/* A line as a row: a snapshot; a changed line is a new object at the same place. */
#define TILL_TYPE_SALE_LINE (till_sale_line_get_type ())
G_DECLARE_FINAL_TYPE (TillSaleLine, till_sale_line, TILL, SALE_LINE, GObject)
const ShopCartLine *till_sale_line_data (TillSaleLine *self);

#define TILL_TYPE_SALE (till_sale_get_type ())
G_DECLARE_FINAL_TYPE (TillSale, till_sale, TILL, SALE, GObject)

TillSale *till_sale_new (TillStation *station);
GListModel *till_sale_lines (TillSale *self);
GListModel *till_sale_payments (TillSale *self);
const ShopCart *till_sale_cart (TillSale *self);
gint64 till_sale_receipt_no (TillSale *self);
gint64 till_sale_total_minor (TillSale *self);
gint64 till_sale_paid_minor (TillSale *self);
gint64 till_sale_left_minor (TillSale *self);
gint64 till_sale_change_minor (TillSale *self);
guint till_sale_current_line (TillSale *self);
gboolean till_sale_is_empty (TillSale *self);
gboolean till_sale_is_paid (TillSale *self);
gboolean till_sale_is_busy (TillSale *self);

typedef enum
{
  TILL_ENTRY_ADDED,
  TILL_ENTRY_UNKNOWN_CODE, /* *out_code is what was looked for */
  TILL_ENTRY_NEEDS_WEIGHT, /* sold by weight, and none was said: not added */
  /* A label that a scale printed, by the shop's patterns (shop-scale-code.h), not added because: */
  TILL_ENTRY_LABEL_DAMAGED,   /* its check digit is wrong */
  TILL_ENTRY_LABEL_UNKNOWN,   /* no product has the number in it */
  TILL_ENTRY_LABEL_EMPTY,     /* its weight or amount is 0 */
  TILL_ENTRY_LABEL_DISAGREES, /* its amount isn't its weight times the price */
  TILL_ENTRY_LABEL_NOT_BY_KG, /* it has a weight, and the goods are sold by the piece */
  TILL_ENTRY_LABEL_QUANTITY,  /* a quantity was said, too */
} TillEntry;

/* Why a label is not added and what to do about it, in one sentence without a full stop, for a
 * TILL_ENTRY_LABEL_…; NULL for the others. */
const char *till_sale_entry_words (TillEntry entry);

/* "CODE" or "3*CODE", or "0.532*CODE" of what is sold by weight: looked up, then added. A code that
 * no product has may be a scale's label, which says itself how much: its line has exactly the
 * amount printed on it, or, within a minor unit, less (shop_scale_code_price()). Entries are worked
 * off in order, also when they come faster than look-ups. */
void till_sale_enter_async (TillSale *self,
                            const char *text,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer data);
gboolean till_sale_enter_finish (TillSale *self,
                                 GAsyncResult *result,
                                 TillEntry *out_entry,
                                 char **out_code,
                                 GError **error);
/* What an entry found; NULL for nothing. Borrowed from `result`. */
const ShopProduct *till_sale_entry_product (GAsyncResult *result);
gboolean
till_sale_add (TillSale *self, const ShopProduct *product, gint64 quantity_milli, GError **error);
gboolean
till_sale_set_quantity (TillSale *self, guint line_number, gint64 quantity_milli, GError **error);
/* `bp`: of what the line comes to without it, in hundredths of a per cent, rounded down; 0
 * takes it away. It stays that part when the quantity changes (shop-cart.h). Beyond the shop's
 * limit TILL_ERROR_RIGHT, unless who is signed in may, or somebody has approved it. `line_number`
 * 0: of every line there is now; one that has more off already keeps it. */
gboolean till_sale_set_discount (TillSale *self, guint line_number, guint bp, GError **error);
/* Whether that much is beyond the shop's limit. */
gboolean till_sale_discount_needs_right (TillSale *self, guint bp);
gboolean
till_sale_void_line (TillSale *self, guint line_number, const char *reason, GError **error);

/* "sale", "refund", "void"; and the receipt number of what is given back, 0 for a sale. */
const char *till_sale_kind (TillSale *self);
/* "open", "paid", "parked", "cancelled" */
const char *till_sale_state_name (TillSale *self);
gint64 till_sale_original_no (TillSale *self);

/* Notes and coins that a customer would plausibly hand over for `left`: exact first, ascending, at
 * most `count_max`. Returns how many. */
guint till_sale_suggest_cash (TillSale *self, gint64 *out_minor, guint count_max);

/* Cash: `tendered_minor` may be more than what is left (change) or less (the rest stays owed). The
 * finish gives the payment. */
void till_sale_pay_cash_async (TillSale *self,
                               gint64 tendered_minor,
                               GAsyncReadyCallback callback,
                               gpointer data);
/* Card, for what is left. The TillPayment is in the list when this returns; its state says what is
 * going on. */
void till_sale_pay_card_async (TillSale *self, GAsyncReadyCallback callback, gpointer data);
/* TRUE when the payment came to its end, whatever the outcome: look at its state. FALSE: a fault
 * (disk), in `error`. Borrowed. */
TillPayment *till_sale_pay_finish (TillSale *self, GAsyncResult *result, GError **error);

/* Afterwards this object is spent: make a new one. */
void till_sale_park_async (TillSale *self,
                           const char *label,
                           GAsyncReadyCallback callback,
                           gpointer data);
gboolean till_sale_park_finish (TillSale *self, GAsyncResult *result, GError **error);
void till_sale_cancel_async (TillSale *self,
                             const char *reason,
                             GAsyncReadyCallback callback,
                             gpointer data);
gboolean till_sale_cancel_finish (TillSale *self, GAsyncResult *result, GError **error);
/* A parked sale, taken back: yours. */
void till_sale_recall_async (TillStation *station,
                             gint64 parked_id,
                             GAsyncReadyCallback callback,
                             gpointer data);
/* Any sale that is left to be paid, parked or not; the finish is the same. G_IO_ERROR_NOT_FOUND: it
 * is paid, or cancelled. */
void till_sale_resume_async (TillStation *station,
                             gint64 receipt_no,
                             GAsyncReadyCallback callback,
                             gpointer data);
TillSale *till_sale_recall_finish (TillStation *station, GAsyncResult *result, GError **error);

G_END_DECLS
