/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One payment of a sale, as the screen follows it. Made by TillSale when it is started, kept in its
 * list for good. Main thread only.
 *
 * Properties (read-only, notify): state : TillPaymentState · card : boolean · amount-minor,
 * tendered-minor, change-minor : int64 · approved-by : int (TillApprovedBy) · sent : boolean ·
 * masked-pan, auth-code, reason : string · stan : uint · at-us : int64 · choices : strv
 *
 * Reasons: "declined" (with response, the acquirer's two digits), "offline-off", "limit-sale",
 * "limit-sum", "limit-count", "limit-age", "no-connection", "certificate-ended", "reversal-owed",
 * "settling" (the batch is), "host-silent", "not-signed-in", "no-acquirer", "no-key" (it wasn't
 * taken in yet), "no-reader", "reader-refused", "swipe-failed", "cancelled", "profile" (this
 * acquirer's profile can't take such a card), "disk-full".
 *
 * While a card is waited for or read: "leave-in", "choose" (see `choices`), "pin", "pin-last"
 * (try), "use-stripe", "use-chip", "take-out" (the last payment's card, first), "cancelling" (it
 * was cancelled, and ends at the next step). Why there is none: "card-removed", "card-error",
 * "card-blocked", "application-blocked", "no-application" (none that is taken), "no-applications"
 * (none were downloaded), "not-accepted", "chip-unreadable", "card-mute", "reader-fault",
 * "reader-busy", "reader-unfit" (a chip reader that Till refuses), "reader-no-access",
 * "card-refused", "card-forged" (its signature is wrong), "card-wants-pad" (a PIN that the reader's
 * pad, not tried yet, could take; where the acquirer declined such a one, "declined-wants-pad").
 * Where the bank had approved and the charge is taken back: "card-refused", "card-torn" (taken out
 * too early), "card-stopped" (answering), "reader-torn".
 */
#pragma once

#include "checkout-slip.h"
#include "till-types.h"

G_BEGIN_DECLS

#define TILL_TYPE_PAYMENT (till_payment_get_type ())
G_DECLARE_FINAL_TYPE (TillPayment, till_payment, TILL, PAYMENT, GObject)

TillPaymentState till_payment_state (TillPayment *self);
gboolean till_payment_is_card (TillPayment *self);
gint64 till_payment_amount_minor (TillPayment *self);
gint64 till_payment_tendered_minor (TillPayment *self);
gint64 till_payment_change_minor (TillPayment *self);
TillApprovedBy till_payment_approved_by (TillPayment *self);
gboolean till_payment_sent (TillPayment *self);
guint till_payment_stan (TillPayment *self);
gint64 till_payment_at_us (TillPayment *self);
const char *till_payment_masked_pan (TillPayment *self); /* may be NULL */
const char *till_payment_auth_code (TillPayment *self);  /* may be NULL */
const char *till_payment_response (TillPayment *self);   /* DE 39; may be NULL */
/* What that means and what to do, in the station's language; NULL unless it declined. */
const char *till_payment_answer (TillPayment *self);
const char *till_payment_reason (TillPayment *self); /* may be NULL */
/* How the card was read, and what its chip said; FALSE: nothing is known of that. */
gboolean till_payment_slip (TillPayment *self, CheckoutSlip *out_slip);
/* It counts, and the customer signs the merchant's copy of its slip. */
gboolean till_payment_wants_signature (TillPayment *self);
const char *till_payment_uuid (TillPayment *self);
/* Approved or stored: it counts towards the sale. */
gboolean till_payment_covers (TillPayment *self);
gboolean till_payment_is_running (TillPayment *self);
/* It is over, and its card was in the chip reader when last heard of: it is to be taken out. */
gboolean till_payment_leaves_card (TillPayment *self);
/* What the chip can pay by, while the cardholder has to say which; NULL else. Nobody is asked where
 * nobody follows `notify::choices`. */
const char *const *till_payment_choices (TillPayment *self);
/* Which of them; -1: none, the payment is given up. */
void till_payment_choose (TillPayment *self, int index);
/* Asks for the card no longer, and reads its chip no further. Once a chip was asked for its
 * cryptogram and approved, or the acquirer is being asked, it has no effect: the outcome comes. */
void till_payment_cancel (TillPayment *self);

G_END_DECLS
