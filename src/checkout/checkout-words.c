/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checkout-words.h"

#include "vault-epoch.h"

#include <string.h>

/* Marks a msgid for xgettext without translating it here. */
#define N_(text) text

static const struct
{
  const char *word;
  const char *sentence;
} reasons[] = {
  { "declined", N_ ("The bank declined the card; it was not charged") },
  { "declined-wants-pad",
    N_ ("The bank declined the card, whose PIN could not be typed: the reader's PIN pad was not "
        "tried yet. Ask for another way to pay; a manager tries the pad with “till-cli devices "
        "pin-test”") },
  { "declined-later", N_ ("The bank declined this stored sale later; it is not paid") },
  { "void-declined", N_ ("The bank did not void it, and the sale stands: refund it instead") },
  { "no-receipt", N_ ("There is no such receipt") },
  { "refund-of-refund",
    N_ ("This receipt is a refund or a void itself: name the receipt of the sale") },
  { "not-paid", N_ ("This sale is not paid: there is nothing to give back") },
  { "left-open", N_ ("This sale is not paid: void it, and what was taken of it goes back") },
  { "card-stands",
    N_ ("A part of this sale is paid by card: have the rest paid, and void the whole then") },
  { "nothing-left", N_ ("All of it was given back already") },
  { "never-all-paid",
    N_ ("Less was paid than this comes to, for a part of it was declined: refund single lines") },
  { "not-approved-yet", N_ ("Its card payment is stored and not yet approved: void it, or have the "
                            "queue sent first and refund it then") },
  { "may-have-left", N_ ("Its card payment may be at the bank already: have the queue sent, and "
                         "void or refund it when the bank has answered") },
  { "being-reversed",
    N_ ("A card payment of it has no outcome yet, and is being reversed: have the "
        "queue sent first") },
  { "advice-waits", N_ ("The bank has not been told of it yet: have the queue sent first") },
  { "void-part",
    N_ ("A part of it was given back already, so it can't be voided: refund the rest") },
  { "void-batch", N_ ("It is of a batch that is closed, so it can't be voided: refund it") },
  { "void-mixed", N_ ("A part of it is a stored card payment: have the queue sent first") },
  { "other-till", N_ ("It was paid by card at another till: give it back in cash") },
  { "no-reference",
    N_ ("The bank's reference of this card payment is not known: give it back in cash") },
  { "no-void", N_ ("This bank knows no voids: refund it") },
  { "no-refund", N_ ("This bank takes no refunds to cards: give it back in cash") },
  { "hold", N_ ("This receipt is of a pre-authorisation: complete or void that") },
  { "refund-declined", N_ ("The bank declined this refund: give the money back in another way") },
  { "offline-off", N_ ("No line to the bank, and storing card sales is switched off") },
  { "limit-sale",
    N_ ("No line to the bank, and this sale is above the limit for stored card sales") },
  { "limit-sum",
    N_ ("No line to the bank, and the stored card sales have reached their limit in money") },
  { "limit-count",
    N_ ("No line to the bank, and the stored card sales have reached their limit in number") },
  { "limit-age", N_ ("No line to the bank, and the oldest stored card sale has waited too long") },
  { "no-connection", N_ ("No line to the bank") },
  { "certificate-ended",
    N_ ("The certificate for the line to the bank has ended: call its support") },
  { "no-acquirer", N_ ("This shop has no bank connection yet: cash only") },
  { "no-key", N_ ("The bank's key is not in this till yet: cash only") },
  { "unanswered", N_ ("No answer yet: it is sent again unchanged") },
  { "asked-again", N_ ("No answer: it is reversed first, and then asked for again") },
  { "no-answer", N_ ("The bank did not answer in time") },
  { "not-signed-in", N_ ("The bank does not let this till sign in: call its support") },
  { "host-silent", N_ ("The bank does not answer") },
  { "settling", N_ ("The batch is being settled, and the bank does not answer") },
  { "sign-in",
    N_ ("The bank wants the till to sign in again; nothing was charged: try once more") },
  { "restart", N_ ("The till stopped before the bank's answer was written down") },
  { "decided", N_ ("Its outcome is missing: a manager decided to reverse it") },
  { "withdrawn-here",
    N_ ("Withdrawn here; the copy in the second folder doesn't know it yet. If this till died now, "
        "the one that takes over would still send the sale") },
  { "reversal-owed",
    N_ ("An earlier card sale must be reversed first, and the bank can't be reached") },
  { "quarantined", N_ ("An older copy of this shop's data was put back: nothing is sent before a "
                       "manager decides") },
  { "handed-over", N_ ("Another till has taken over this one's number: take cards there") },
  { "outcome-missing", N_ ("It was being sent when this copy was made, and its outcome is not in "
                           "it: ask the bank. Taken back into the queue, it is reversed") },
  { "no-reader", N_ ("No card reader is connected") },
  { "reader-refused",
    N_ ("This reader sends card data in the clear, so it can't be used for payment") },
  { "swipe-failed", N_ ("The card could not be read") },
  { "timeout", N_ ("No card was presented in time") },
  { "cancelled", N_ ("Cancelled before anything was sent") },
  { "profile", N_ ("This bank does not accept cards from this kind of reader") },
  { "disk-full", N_ ("The disk is full: free some space first; nothing was charged") },
  { "changed", N_ ("The record was changed or damaged; it is kept, and never sent") },
  { "too-old", N_ ("Waited longer than allowed: ask the bank before sending it") },
  { "malformed", N_ ("The bank can't read this record; call its support") },
  { "number-taken",
    N_ ("The bank has another payment under this number of a till that was taken over: ask the "
        "bank whether it has this one, too, and let it clear what it hasn't by hand") },
  { "reversal-refused", N_ ("The bank refused the reversal; call its support") },
  { "reversal-overdue", N_ ("The bank has not taken this reversal after many tries; it goes on, "
                            "but call its support") },
  { "retry", N_ ("Taken back into the queue, to be sent") },
  { "by-hand", N_ ("The bank clears it by hand: the batch is settled without it") },
  { "receipt-damaged", N_ ("This receipt can't be read any more, so it was not printed") },
  { "card-refused", N_ ("The card itself refuses the payment") },
  { "card-wants-pad",
    N_ ("The card wants its PIN typed, and the reader's PIN pad was not tried yet: ask for another "
        "way to pay; a manager tries the pad with “till-cli devices pin-test”") },
  { "card-forged", N_ ("The chip's signature is wrong, so it may be forged: ask for another card, "
                       "or another way to pay") },
  { "card-torn",
    N_ ("The card was taken out too early; the bank had approved, and the charge is taken back") },
  { "card-stopped", N_ ("The card stopped answering before it was done; the bank had approved, and "
                        "the charge is taken back") },
  { "reader-torn", N_ ("The reader failed before the card was done; the bank had approved, and the "
                       "charge is taken back") },
  { "cancelling", N_ ("It is being cancelled: if the reader still asks for the PIN, press its "
                      "cancel key") },
  { "leave-in", N_ ("The card's chip is being read: leave the card in the reader") },
  { "choose", N_ ("The card holds several applications: choose one") },
  { "pin", N_ ("The cardholder types the PIN into the reader") },
  { "pin-last", N_ ("The cardholder types the PIN into the reader: it is the last try before the "
                    "card locks it") },
  { "pin-test", N_ ("Put a card whose PIN you know into the reader, and then type its PIN there") },
  { "pin-wrong", N_ ("The card says that this PIN is wrong") },
  { "pin-blocked", N_ ("The card takes no PIN any more: it was wrong too often") },
  { "pin-refused", N_ ("The card doesn't check a PIN that is typed into a pad") },
  { "pin-not-typed", N_ ("No PIN was typed into the reader in time") },
  { "pin-cancelled", N_ ("The PIN was cancelled on the reader") },
  { "pin-pad-broken", N_ ("The reader's PIN pad doesn't do what it is told") },
  { "no-pin-pad", N_ ("This reader has no PIN pad of its own that Till can use") },
  { "use-chip", N_ ("This card has a chip: put it into the reader") },
  { "take-out", N_ ("Take the last card out of the reader first") },
  { "use-stripe", N_ ("The chip can't be used: take the card out and swipe its stripe") },
  { "card-removed", N_ ("The card was taken out too early, and nothing was charged: put it in "
                        "again and leave it in") },
  { "card-mute", N_ ("The card doesn't answer any more, and nothing was charged: take it out and "
                     "try again, or ask for another way to pay") },
  { "card-error",
    N_ ("The chip doesn't answer as it should: ask for another card, or another way to pay") },
  { "card-blocked", N_ ("This card is blocked: the cardholder asks the bank that issued it") },
  { "application-blocked",
    N_ ("This card is blocked for payment: the cardholder asks the bank that issued it") },
  { "no-application", N_ ("The card holds nothing that this bank takes: ask for another card") },
  { "no-applications", N_ ("The bank's list of cards was not downloaded yet: a manager runs "
                           "“till-cli acquirer download”") },
  { "not-accepted", N_ ("The card may not be used for such a payment: ask for another card, or "
                        "another way to pay") },
  { "chip-unreadable", N_ ("The chip could not be read: put the card in the other way round, or "
                           "ask for another one") },
  { "reader-fault", N_ ("The chip reader does not work as it should: plug it in again") },
  { "reader-busy", N_ ("Another program is using the card reader: close that one first") },
  { "reader-unfit", N_ ("This chip reader can't be used: “till-cli devices” says why") },
  { "reader-no-access", N_ ("The system doesn't let this program open the card reader: install the "
                            "udev rule that comes with Till, then plug it in again") },
  { "advice-not-offered", N_ ("This bank takes no sales that the chip approved by itself") },
  { "advice-refused", N_ ("The bank refused the notice of this sale; call its support") },
  { "notice-refused",
    N_ ("The bank refused what was told about the chip; nothing of the payment changes") },
  { "balance-declined", N_ ("The bank doesn't say what is on this card") },
  { "balance-none", N_ ("The bank's answer doesn't say what is on this card") },
  { "balance-not-offered", N_ ("This bank tells no balances") },
  { "hold-none", N_ ("This receipt is no pre-authorisation, nor the completion of one") },
  { "hold-never", N_ ("Nothing is held by this pre-authorisation") },
  { "hold-ending",
    N_ ("What became of this pre-authorisation isn't known yet: wait for the bank") },
  { "hold-completed", N_ ("This pre-authorisation was completed already") },
  { "hold-released", N_ ("This pre-authorisation was voided already") },
  { "hold-less", N_ ("Less is held than that: complete at most what is held") },
  { "hold-elsewhere",
    N_ ("This pre-authorisation was made at another till: have the bank complete or void it") },
  { "hold-not-offered", N_ ("This bank offers no pre-authorisation") },
  { "no-printer", N_ ("No receipt printer is connected") },
  { "paper-out", N_ ("The printer is out of paper") },
  { "cover-open", N_ ("The printer's cover is open") },
  { "cutter", N_ ("The printer's cutter is stuck") },
  { "error", N_ ("The printer reports an error") },
  { "unplugged", N_ ("The printer was unplugged or switched off") },
  { "stuck", N_ ("The printer takes no more data") },
  { "busy", N_ ("Another program is using the device") },
  { "no-access", N_ ("This user may not open the device: install Till's udev rules") },
  { "fault", N_ ("The device does not work as it should") },
};

TillPaymentState
checkout_words_public_state (VaultState state)
{
  switch (state)
    {
    case VAULT_STATE_NONE:
      return TILL_PAYMENT_STATE_IDLE;
    case VAULT_STATE_SENDING:
    case VAULT_STATE_NOT_SENT:
      return TILL_PAYMENT_STATE_SENDING;
    case VAULT_STATE_APPROVED:
    case VAULT_STATE_CHIP_UNSENT:
    case VAULT_STATE_CHIP_SENT:
    case VAULT_STATE_COMPLETED_UNSENT:
    case VAULT_STATE_COMPLETED_SENT:
      return TILL_PAYMENT_STATE_APPROVED;
    case VAULT_STATE_STORED:
    case VAULT_STATE_STORED_SENDING:
    case VAULT_STATE_STORED_REVERSING:
      return TILL_PAYMENT_STATE_STORED;
    case VAULT_STATE_UNKNOWN:
      return TILL_PAYMENT_STATE_UNKNOWN;
    case VAULT_STATE_REVERSED:
      return TILL_PAYMENT_STATE_REVERSED;
    case VAULT_STATE_DECLINED:
      return TILL_PAYMENT_STATE_DECLINED;
    case VAULT_STATE_CANCELLED:
      return TILL_PAYMENT_STATE_CANCELLED;
    }
  g_assert_not_reached ();
}

static const char *
state_word (VaultState state)
{
  switch (state)
    {
    case VAULT_STATE_APPROVED:
      return N_ ("Approved");
    case VAULT_STATE_CHIP_UNSENT:
      return N_ ("Approved by the chip, to be sent");
    case VAULT_STATE_CHIP_SENT:
      return N_ ("Approved by the chip");
    case VAULT_STATE_COMPLETED_UNSENT:
      return N_ ("Completed, to be sent");
    case VAULT_STATE_COMPLETED_SENT:
      return N_ ("Completed");
    case VAULT_STATE_STORED:
    case VAULT_STATE_STORED_SENDING:
    case VAULT_STATE_STORED_REVERSING:
      return N_ ("Stored, not yet approved");
    case VAULT_STATE_UNKNOWN:
      return N_ ("Unknown: reversing");
    case VAULT_STATE_REVERSED:
      return N_ ("Reversed, not charged");
    case VAULT_STATE_DECLINED:
      return N_ ("Declined, not charged");
    case VAULT_STATE_CANCELLED:
      return N_ ("Cancelled before anything was sent");
    case VAULT_STATE_NONE:
    case VAULT_STATE_SENDING:
    case VAULT_STATE_NOT_SENT:
      return N_ ("Asking the bank");
    }
  g_assert_not_reached ();
}

/* The same for money that goes back. */
static const char *
refund_word (VaultState state)
{
  switch (state)
    {
    case VAULT_STATE_APPROVED:
    case VAULT_STATE_CHIP_UNSENT:
    case VAULT_STATE_CHIP_SENT:
    case VAULT_STATE_COMPLETED_UNSENT:
    case VAULT_STATE_COMPLETED_SENT:
      return N_ ("Given back to the card");
    case VAULT_STATE_STORED:
    case VAULT_STATE_STORED_SENDING:
    case VAULT_STATE_STORED_REVERSING:
      return N_ ("Refund stored, not yet confirmed");
    case VAULT_STATE_UNKNOWN:
      return N_ ("Unknown: the void is being undone");
    case VAULT_STATE_REVERSED:
      return N_ ("Void undone, the sale stands");
    case VAULT_STATE_DECLINED:
      return N_ ("Declined, nothing given back");
    case VAULT_STATE_CANCELLED:
    case VAULT_STATE_NONE:
    case VAULT_STATE_SENDING:
    case VAULT_STATE_NOT_SENT:
      return state_word (state);
    }
  g_assert_not_reached ();
}

const char *
checkout_words_state (const VaultPayment *payment, TillTranslate translate)
{
  if (payment->amount_minor < 0 && payment->tender == VAULT_TENDER_CASH
      && payment->state == VAULT_STATE_APPROVED)
    return translate (N_ ("Paid out"));
  if (payment->amount_minor < 0)
    return translate (refund_word (payment->state));
  if (payment->tender == VAULT_TENDER_CASH && payment->state == VAULT_STATE_APPROVED)
    return translate (N_ ("Taken"));
  if (payment->state == VAULT_STATE_DECLINED && g_strcmp0 (payment->reason, "declined-later") == 0)
    return translate (N_ ("Declined later, not paid"));
  return translate (state_word (payment->state));
}

/* What a payment's state means where nothing is charged by it. */
static const char *
hold_word (VaultSaleKind kind, VaultState state)
{
  if (state == VAULT_STATE_APPROVED)
    return kind == VAULT_SALE_HOLD        ? N_ ("Held, not charged")
           : kind == VAULT_SALE_HOLD_VOID ? N_ ("Let go, not charged")
                                          : NULL;
  if (kind != VAULT_SALE_HOLD)
    return NULL;
  return state == VAULT_STATE_DECLINED   ? N_ ("Declined, nothing is held")
         : state == VAULT_STATE_REVERSED ? N_ ("Reversed, nothing is held")
                                         : NULL;
}

const char *
checkout_words_state_of (const VaultSale *sale,
                         const VaultPayment *payment,
                         TillTranslate translate)
{
  const char *word = hold_word (sale->kind, payment->state);

  return word != NULL ? translate (word) : checkout_words_state (payment, translate);
}

const char *
checkout_words_kind (VaultSaleKind kind, TillTranslate translate)
{
  switch (kind)
    {
    case VAULT_SALE_HOLD:
      return translate (N_ ("Pre-authorisation"));
    case VAULT_SALE_COMPLETION:
      return translate (N_ ("Pre-authorisation completed"));
    case VAULT_SALE_HOLD_VOID:
      return translate (N_ ("Pre-authorisation voided"));
    case VAULT_SALE_COMPLETION_VOID:
      return translate (N_ ("Completion voided"));
    case VAULT_SALE_SALE:
    case VAULT_SALE_REFUND:
    case VAULT_SALE_VOID:
      break;
    }
  return NULL;
}

const char *
checkout_words_reason (const char *reason, TillTranslate translate)
{
  for (gsize i = 0; reason != NULL && i < G_N_ELEMENTS (reasons); i++)
    if (strcmp (reasons[i].word, reason) == 0)
      return translate (reasons[i].sentence);
  return reason;
}

static const char *const actions[] = {
  [ACQUIRER_ACTION_DECLINE] = N_ ("Ask for another card, or another way to pay."),
  [ACQUIRER_ACTION_RETRY] = N_ ("Try once more."),
  [ACQUIRER_ACTION_CALL] = N_ ("Call the bank before you try again."),
  [ACQUIRER_ACTION_SIGN_IN] = N_ ("The till signs in again by itself: try once more."),
  [ACQUIRER_ACTION_PICK_UP] = N_ ("Keep the card if that is safe, and call the bank."),
  [ACQUIRER_ACTION_HANDED] = N_ ("Work with the till that took over."),
};

char *
checkout_words_answer (const AcquirerProfile *profile,
                       const char *code,
                       const char *language,
                       TillTranslate translate)
{
  const AcquirerCode *known = code != NULL ? acquirer_profile_code (profile, code) : NULL;
  gboolean chinese = language != NULL && g_str_has_prefix (language, "zh");

  if (known == NULL)
    return NULL;
  if (chinese)
    return g_strdup_printf ("%s（%s）。%s", known->words_zh, code,
                            translate (actions[known->action]));
  return g_strdup_printf ("%s (%s). %s", known->words, code, translate (actions[known->action]));
}

/* Each ends in the one thing that is safe to do. */
static const struct
{
  const char *word;
  const char *sentence;
} quarantines[] = {
  { VAULT_QUARANTINE_ROLLBACK,
    N_ ("Nothing is sent: these data are older than what this machine worked with last. Put the "
        "newest copy back if there is one; else close every other copy.") },
  { VAULT_QUARANTINE_MOVED,
    N_ ("Nothing is sent: these data were worked with elsewhere until now. Close every other copy "
        "of them for good.") },
  { VAULT_QUARANTINE_RESTORED,
    N_ ("Nothing is sent: these data come from a backup. Close every other copy of them for "
        "good.") },
  { VAULT_QUARANTINE_HANDED,
    N_ ("Nothing is sent: another till has taken over this one's number. What waits here is kept. "
        "Work with the other till.") },
};

const char *
checkout_words_quarantine (const char *word, TillTranslate translate)
{
  for (gsize i = 0; word != NULL && i < G_N_ELEMENTS (quarantines); i++)
    if (strcmp (quarantines[i].word, word) == 0)
      return translate (quarantines[i].sentence);
  return word;
}

static const struct
{
  const char *word;
  const char *sentence;
} copies[] = {
  { "absent", N_ ("The folder is not there, or the copy in it: put the right stick in, or name "
                  "another folder") },
  { "full", N_ ("Its disk is full: free some space on it") },
  { "foreign", N_ ("The copy there is another till's, or newer than these books: take it in, or "
                   "move it away, first") },
  { "busy", N_ ("Another program is writing it") },
  { "failed", N_ ("Its disk refuses: use another one") },
  { "slow", N_ ("Its disk is slow, or does not answer") },
};

const char *
checkout_words_copy (const char *word, TillTranslate translate)
{
  for (gsize i = 0; word != NULL && i < G_N_ELEMENTS (copies); i++)
    if (strcmp (copies[i].word, word) == 0)
      return translate (copies[i].sentence);
  return word;
}

void
checkout_words_labels (ShopReceiptLabels *out_labels, TillTranslate translate)
{
  *out_labels = (ShopReceiptLabels){
    .receipt = translate (N_ ("Receipt")),
    .till = translate (N_ ("Till no.")),
    .cashier = translate (N_ ("Cashier")),
    .total = translate (N_ ("Total")),
    .tax = translate (N_ ("Tax")),
    .net = translate (N_ ("Net")),
    .discount = translate (N_ ("Discount")),
    .items = translate (N_ ("Items")),
    .cash_given = translate (N_ ("Given")),
    .change = translate (N_ ("Change")),
    .voided = translate (N_ ("Voided: ")),
    .original = translate (N_ ("Of receipt")),
    .signature = translate (N_ ("I accept this transaction. Signature:")),
    .merchant_copy = translate (N_ ("Merchant's copy")),
    .customer_copy = translate (N_ ("Customer's copy")),
    .thanks = translate (N_ ("Thank you, come again")),
  };
}
