/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checkout-card.h"

#include "checkout-chip.h"
#include "checkout-deferral.h"
#include "checkout-words.h"
#include "sync-sign-in.h"
#include "vault-batch.h"
#include "vault-epoch.h"
#include "vault-trace.h"

#include <glib/gi18n.h>

/* A request as it will be sent and as it is sealed: the same bytes. */
typedef struct
{
  Iso8583Message *message;
  GBytes *bytes;
  guint32 batch, stan;
} Request;

static void
request_clear (Request *request)
{
  g_clear_pointer (&request->message, iso8583_message_free);
  g_clear_pointer (&request->bytes, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Request, request_clear)

static void
tell (CheckoutCard *self, TillPaymentState state, const char *reason)
{
  if (self->notify != NULL)
    self->notify (state, reason, self->data);
}

static VaultChange
change_for (CheckoutCard *self, VaultEvent event, const char *reason)
{
  if (reason != NULL)
    {
      g_free (self->payment->reason);
      self->payment->reason = g_strdup (reason);
    }
  return (VaultChange){
    .event = event, .sale = self->sale, .payment = self->payment, .reason = reason
  };
}

static gboolean
end_with (CheckoutCard *self, VaultEvent event, const char *reason, GError **error)
{
  VaultChange change = change_for (self, event, reason);

  return vault_apply (self->shop->vault, &change, 1, error);
}

AcquirerFlowKind
checkout_card_flow (VaultSaleKind kind)
{
  switch (kind)
    {
    case VAULT_SALE_VOID:
      return ACQUIRER_FLOW_VOID;
    case VAULT_SALE_HOLD:
      return ACQUIRER_FLOW_HOLD;
    case VAULT_SALE_COMPLETION:
      return ACQUIRER_FLOW_CAPTURE;
    case VAULT_SALE_HOLD_VOID:
      return ACQUIRER_FLOW_HOLD_VOID;
    case VAULT_SALE_COMPLETION_VOID:
      return ACQUIRER_FLOW_CAPTURE_VOID;
    case VAULT_SALE_REFUND: /* isn't asked for here, but owed from its first commit on */
    case VAULT_SALE_SALE:
      break;
    }
  return ACQUIRER_FLOW_SALE;
}

static gboolean
make_request (CheckoutCard *self,
              const AcquirerEntry *entry,
              AcquirerFlowKind flow,
              const AcquirerOriginal *original,
              Request *out_request,
              GError **error)
{
  SyncLine *line = self->shop->line;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  AcquirerSale sale = {
    .terminal = sync_line_terminal (line),
    .merchant = sync_line_merchant (line),
    .amount = base_money (ABS (self->payment->amount_minor), self->shop->currency),
    .payment_id = self->payment->uuid,
    .at_unix_s = g_date_time_to_unix (now),
    .utc_offset_s = (gint32)(g_date_time_get_utc_offset (now) / G_USEC_PER_SEC),
    .entry = *entry,
  };

  if (original != NULL)
    sale.original = *original;
  vault_take_identity (self->shop->vault, &sale.batch, &sale.stan);
  out_request->batch = sale.batch;
  out_request->stan = sale.stan;
  out_request->message = acquirer_message_build (sync_line_profile (line), flow, &sale, error);
  if (out_request->message != NULL)
    out_request->bytes = iso8583_pack (sync_line_profile (line), out_request->message, error);
  return out_request->bytes != NULL;
}

static void
attach_request (CheckoutCard *self, VaultChange *change, const Request *request)
{
  change->message = base_bytes_span (request->bytes);
  change->terminal = sync_line_terminal (self->shop->line);
  change->batch = request->batch;
  change->stan = request->stan;
  change->above_percent = acquirer_profile_completion_above (sync_line_profile (self->shop->line));
}

/* The second GENERATE AC; a chip that isn't asked again leaves it to the acquirer. */
static CheckoutChipSays
ask_chip (CheckoutCard *self, const CheckoutChipNews *news, CheckoutChipLeft *out_left)
{
  *out_left = (CheckoutChipLeft){ 0 };
  if (self->chip == NULL || self->chip->second == NULL)
    return news->outcome == CHECKOUT_CHIP_ANSWERED && news->approved ? CHECKOUT_CHIP_APPROVES
                                                                     : CHECKOUT_CHIP_REFUSES;
  return self->chip->second (news, out_left, self->chip->data);
}

/* The acquirer is only told, by the drainer, for ever if need be. One commit, which also closes a
 * request of which no byte left; the payment is owed to the shop from now on. */
static gboolean
go_told (CheckoutCard *self,
         const AcquirerEntry *entry,
         AcquirerFlowKind flow,
         VaultEvent event,
         const char *reason,
         GError **error)
{
  gboolean committed = self->payment->state == VAULT_STATE_SENDING;
  VaultChange changes[2];
  g_auto (Request) request = { 0 };
  guint count = 0;

  if (!make_request (self, entry, flow, self->original, &request, error))
    return FALSE;
  if (committed)
    changes[count++] = change_for (self, VAULT_EVENT_NEVER_SENT, reason);
  changes[count] = change_for (self, event, reason);
  attach_request (self, &changes[count++], &request);
  return vault_apply (self->shop->vault, changes, count, error);
}

/* The chip has approved. */
static gboolean
go_advised (CheckoutCard *self, const AcquirerEntry *entry, const char *reason, GError **error)
{
  return go_told (self, entry, ACQUIRER_FLOW_ADVICE, VAULT_EVENT_CHIP_APPROVED, reason, error);
}

/* The acquirer has approved what is completed when it was held. Books that may not be the newest
 * don't know what became of the hold. */
static gboolean
completes_by_advice (const CheckoutCard *self)
{
  return self->sale->kind == VAULT_SALE_COMPLETION
         && acquirer_profile_flow (sync_line_profile (self->shop->line),
                                   ACQUIRER_FLOW_CAPTURE_ADVICE)
                != NULL
         && vault_epoch_quarantine (self->shop->vault) == NULL;
}

static gboolean
takes_advice (const CheckoutCard *self)
{
  return self->sale->kind == VAULT_SALE_SALE
         && acquirer_profile_flow (sync_line_profile (self->shop->line), ACQUIRER_FLOW_ADVICE)
                != NULL;
}

/* Nobody but the chip has approved, at its first GENERATE AC. */
static gboolean
take_certificate (CheckoutCard *self, const AcquirerEntry *entry, GError **error)
{
  g_assert (self->sale->kind == VAULT_SALE_SALE);
  return takes_advice (self) ? go_advised (self, entry, /* reason= */ NULL, error)
                             : end_with (self, VAULT_EVENT_REFUSED, "advice-not-offered", error);
}

/* Stored where that is allowed, else refused. After a request was committed, closing its attempt
 * and storing the sale are one commit. */
static gboolean
store_or_refuse (CheckoutCard *self, const AcquirerEntry *entry, const char *reason, GError **error)
{
  gboolean committed = self->payment->state == VAULT_STATE_SENDING;
  VaultChange changes[2];
  g_auto (Request) request = { 0 };
  gint64 left;
  const char *refusal
      = self->sale->kind != VAULT_SALE_SALE
            ? "offline-off" /* nothing to store: refused for the reason why it can't be asked */
            : checkout_deferral_refusal (self->shop, self->payment->amount_minor, &left);
  guint count = 0;

  if (committed)
    changes[count++] = change_for (self, VAULT_EVENT_NEVER_SENT, reason);
  if (refusal == NULL
      && !make_request (self, entry, ACQUIRER_FLOW_DEFERRED, /* original= */ NULL, &request, error))
    return FALSE;
  if (refusal == NULL)
    {
      changes[count] = change_for (self, VAULT_EVENT_DEFERRED, reason);
      attach_request (self, &changes[count++], &request);
    }
  else
    changes[count++] = change_for (self, VAULT_EVENT_REFUSED,
                                   g_str_equal (refusal, "offline-off") ? reason : refusal);
  return vault_apply (self->shop->vault, changes, count, error);
}

/* No byte of a request has left, and none will now: the chip may approve by itself, and a hold is
 * completed all the same. */
static gboolean
go_offline (CheckoutCard *self, const AcquirerEntry *entry, const char *reason, GError **error)
{
  static const CheckoutChipNews news = { .outcome = CHECKOUT_CHIP_UNABLE };
  CheckoutChipLeft left;

  if (completes_by_advice (self))
    return go_told (self, entry, ACQUIRER_FLOW_CAPTURE_ADVICE, VAULT_EVENT_COMPLETED_OFFLINE,
                    reason, error);
  if (takes_advice (self) && ask_chip (self, &news, &left) == CHECKOUT_CHIP_APPROVES)
    return go_advised (self, &left.advice, reason, error);
  return store_or_refuse (self, entry, reason, error);
}

/* The payment has ended by `event`, and a reversal of its request is owed, by the same commit. It
 * is tried at once, or left to the drainer. */
static gboolean
owe_reversal (CheckoutCard *self,
              const Request *request,
              VaultChange *change,
              const char *why,
              SyncReport *report,
              GError **error)
{
  SyncLine *line = self->shop->line;
  g_autoptr (GBytes) reversal
      = sync_item_make_reversal (line, base_bytes_span (request->bytes), why, error);
  g_autoptr (GError) later = NULL;
  g_autoptr (VaultSale) now = NULL;

  if (reversal == NULL)
    return FALSE;
  attach_request (self, change, request);
  change->message = base_bytes_span (reversal);
  if (!vault_apply (self->shop->vault, change, 1, error))
    return FALSE;
  tell (self, checkout_words_public_state (self->payment->state), change->reason);
  if (self->leaves_reversal)
    return TRUE;
  if (sync_queue_reversals (line, /* cancellable= */ NULL, report, &later) == SYNC_FAULT)
    g_debug ("The reversal stays in the queue: %s", later != NULL ? later->message : "no reason");
  now = vault_sale_load (self->shop->vault, self->sale->id, /* error= */ NULL);
  if (now != NULL && self->payment->position <= now->payments->len)
    self->payment->state
        = ((VaultPayment *)now->payments->pdata[self->payment->position - 1])->state;
  return TRUE;
}

/* Any byte may have left: unknown, with its reversal owed in the same commit. Whatever the chip
 * says to that changes nothing. */
static gboolean
go_unknown (CheckoutCard *self,
            const Request *request,
            const GError *why,
            SyncReport *report,
            GError **error)
{
  static const CheckoutChipNews news = { .outcome = CHECKOUT_CHIP_LOST };
  CheckoutChipLeft left;
  gboolean bad_mac = g_error_matches (why, ACQUIRER_ERROR, ACQUIRER_ERROR_MAC);
  VaultChange change = change_for (self, VAULT_EVENT_NO_ANSWER, "no-answer");
  gboolean done
      = owe_reversal (self, request, &change, bad_mac ? "bad-mac" : "no-answer", report, error);

  if (done)
    (void)ask_chip (self, &news, &left);
  return done;
}

/* The acquirer has judged; the chip has the last word about what it approved. It is asked before
 * the commit: killed in between, nobody was told anything, and the next start reverses. */
static CheckoutChipSays
tell_chip (CheckoutCard *self,
           const Iso8583Message *answer,
           gboolean approved,
           const char *code,
           CheckoutChipLeft *out_left)
{
  g_autofree char *hex = acquirer_message_value (sync_line_profile (self->shop->line),
                                                 /* flow= */ NULL, answer, ACQUIRER_VALUE_CHIP);
  g_autoptr (GBytes) data = hex != NULL ? base_bytes_from_hex (hex, /* error= */ NULL) : NULL;
  CheckoutChipNews news = { .outcome = CHECKOUT_CHIP_ANSWERED, .approved = approved, .code = code };

  if (data != NULL)
    news.data = base_bytes_span (data);
  return ask_chip (self, &news, out_left);
}

static const char *
declined_reason (const CheckoutCard *self)
{
  if (sync_line_needs_sign_in (self->shop->line))
    return "sign-in";
  if (self->sale->kind == VAULT_SALE_VOID)
    return "void-declined";
  return self->chip != NULL && self->chip->declined != NULL ? self->chip->declined : "declined";
}

/* What the acquirer and the chip have said of the payment. */
static VaultChange
judge_answer (CheckoutCard *self,
              AcquirerVerdict verdict,
              CheckoutChipSays chip,
              const CheckoutChipLeft *left)
{
  switch (verdict)
    {
    case ACQUIRER_VERDICT_APPROVED:
      return chip == CHECKOUT_CHIP_APPROVES
                 ? change_for (self, VAULT_EVENT_ANSWER_APPROVED, /* reason= */ NULL)
                 : change_for (self, VAULT_EVENT_APPROVED_CARD_REFUSED,
                               left->reason != NULL ? left->reason : "card-refused");
    case ACQUIRER_VERDICT_MALFORMED:
      return change_for (self, VAULT_EVENT_ANSWER_DECLINED, "malformed");
    case ACQUIRER_VERDICT_DECLINED:
    case ACQUIRER_VERDICT_NO_ORIGINAL:
    case ACQUIRER_VERDICT_REUSED:
    case ACQUIRER_VERDICT_NO_MATCH:
      break;
    }
  return change_for (self, VAULT_EVENT_ANSWER_DECLINED, declined_reason (self));
}

/* What became of the issuer's scripts is owed by the same commit. What can't be said, because a
 * dialect wants more than the answer bore, must not hold up what the acquirer has judged. */
static void
owe_scripts (CheckoutCard *self, const AcquirerEntry *scripts, Request *notice, VaultChange *change)
{
  SyncLine *line = self->shop->line;
  char date[CHECKOUT_CARD_DATE_SIZE];
  AcquirerOriginal about = checkout_card_original (self->payment, date);
  g_autoptr (GError) why = NULL;

  if (scripts->kind != ACQUIRER_ENTRY_CHIP
      || acquirer_profile_flow (sync_line_profile (line), ACQUIRER_FLOW_SCRIPT) == NULL)
    return;
  if (!make_request (self, scripts, ACQUIRER_FLOW_SCRIPT, &about, notice, &why))
    {
      g_debug ("What became of the issuer's scripts can't be told: %s", why->message);
      return;
    }
  change->terminal = sync_line_terminal (line);
  change->notice = base_bytes_span (notice->bytes);
  change->notice_batch = notice->batch;
  change->notice_stan = notice->stan;
}

/* An answer that says nothing (no response code) leaves the outcome as open as none at all. */
static gboolean
take_answer (CheckoutCard *self,
             const Request *request,
             const Iso8583Message *answer,
             SyncReport *report,
             GError **error)
{
  char code[ACQUIRER_CODE_MAX];
  AcquirerVerdict verdict = acquirer_message_judge (sync_line_profile (self->shop->line),
                                                    request->message, answer, code);
  g_auto (Request) notice = { 0 };
  CheckoutChipLeft left;
  CheckoutChipSays chip;
  VaultChange change;

  if (verdict == ACQUIRER_VERDICT_NO_MATCH)
    return go_unknown (self, request, /* why= */ NULL, report, error);
  sync_item_note_answer (self->payment, answer);
  chip = tell_chip (self, answer, verdict == ACQUIRER_VERDICT_APPROVED, code, &left);
  change = judge_answer (self, verdict, chip, &left);
  owe_scripts (self, &left.scripts, &notice, &change);
  if (change.event == VAULT_EVENT_APPROVED_CARD_REFUSED)
    return owe_reversal (self, request, &change, "card-refused", report, error);
  return vault_apply (self->shop->vault, &change, 1, error);
}

/* The host did nothing but ask for a sign-in: then the same request once more, byte for byte, where
 * the host knows one again. Without an answer to that one the first answer doesn't count either. */
static AcquirerExchange
exchange (CheckoutCard *self, const Request *request, Iso8583Message **out_answer, GError **error)
{
  SyncLine *line = self->shop->line;
  AcquirerExchange first
      = sync_line_exchange (line, request->message, /* cancellable= */ NULL, out_answer, error);
  g_autoptr (Iso8583Message) answer = NULL;
  g_autoptr (GError) why = NULL;

  if (first != ACQUIRER_EXCHANGE_ANSWERED || !sync_line_needs_sign_in (line)
      || !acquirer_profile_deferred_repeats (sync_line_profile (line))
      || !sync_sign_in_ready (line, /* cancellable= */ NULL, &why))
    return first;
  switch (sync_line_exchange (line, request->message, /* cancellable= */ NULL, &answer, &why))
    {
    case ACQUIRER_EXCHANGE_NOT_SENT:
      return first;
    case ACQUIRER_EXCHANGE_ANSWERED:
      iso8583_message_free (*out_answer);
      *out_answer = g_steal_pointer (&answer);
      return ACQUIRER_EXCHANGE_ANSWERED;
    case ACQUIRER_EXCHANGE_NO_ANSWER:
      g_clear_pointer (out_answer, iso8583_message_free);
      g_propagate_error (error, g_steal_pointer (&why));
      return ACQUIRER_EXCHANGE_NO_ANSWER;
    }
  g_assert_not_reached ();
}

static gboolean
ask_acquirer (CheckoutCard *self, const AcquirerEntry *entry, SyncReport *report, GError **error)
{
  g_auto (Request) request = { 0 };
  g_autoptr (Iso8583Message) answer = NULL;
  g_autoptr (GError) why = NULL;
  VaultChange change = change_for (self, VAULT_EVENT_GO_ONLINE, NULL);

  /* Room for the answer, too: waiting for the card may have taken minutes. */
  if (!vault_check_space (self->shop->vault, error)
      || !make_request (self, entry, checkout_card_flow (self->sale->kind), self->original,
                        &request, error))
    return FALSE;
  attach_request (self, &change, &request);
  if (!vault_apply (self->shop->vault, &change, 1, error))
    return FALSE;
  switch (exchange (self, &request, &answer, &why))
    {
    case ACQUIRER_EXCHANGE_ANSWERED:
      return take_answer (self, &request, answer, report, error);
    case ACQUIRER_EXCHANGE_NOT_SENT:
      return go_offline (self, entry, "no-connection", error);
    case ACQUIRER_EXCHANGE_NO_ANSWER:
      return go_unknown (self, &request, why, report, error);
    }
  g_assert_not_reached ();
}

const char *
checkout_card_stuck (CheckoutShop *shop)
{
  return vault_batch_is_open (shop->vault) ? "reversal-owed" : "settling";
}

/* With the terminal's turn: reversals first, then the line, then the request. */
static gboolean
pay_with (CheckoutCard *self, const AcquirerEntry *entry, SyncReport *report, GError **error)
{
  SyncLine *line = self->shop->line;
  g_autoptr (GError) why = NULL;

  switch (sync_queue_reversals (line, /* cancellable= */ NULL, report, error))
    {
    case SYNC_FAULT:
      return FALSE;
    case SYNC_STUCK:
    case SYNC_YIELDED:
      return go_offline (self, entry, checkout_card_stuck (self->shop), error);
    case SYNC_HELD:
      return go_offline (self, entry, "quarantined", error);
    case SYNC_EMPTY:
      break;
    }
  if (!sync_line_connect (line, /* cancellable= */ NULL, &why)
      || !sync_sign_in_ready (line, /* cancellable= */ NULL, &why))
    return go_offline (self, entry, sync_line_unsent_reason (line, why), error);
  return ask_acquirer (self, entry, report, error);
}

static void
present (CheckoutCard *self, guint kinds, const char *asking, CheckoutPresent *out)
{
  const CheckoutPresentWish wish = { .shop = self->shop,
                                     .kinds = kinds,
                                     .asking = asking,
                                     .cancellable = self->cancellable,
                                     .notify = self->notify,
                                     .data = self->data };

  checkout_present_wait (&wish, out);
}

MsrSwipe *
checkout_card_read (CheckoutCard *self, const char **out_reason)
{
  g_auto (CheckoutPresent) card = { 0 };

  present (self, CHECKOUT_PRESENT_STRIPE, /* asking= */ NULL, &card);
  *out_reason = card.reason;
  return g_steal_pointer (&card.swipe);
}

AcquirerEntry
checkout_card_entry (const MsrSwipe *swipe)
{
  AcquirerEntry entry = { .kind = ACQUIRER_ENTRY_STRIPE,
                          .format = swipe->format,
                          .ksn = BASE_SPAN (swipe->ksn, swipe->ksn_size) };

  for (guint i = 0, blocks = 0; i < MSR_TRACKS && blocks < ACQUIRER_BLOCKS_MAX; i++)
    if (swipe->tracks[i] != NULL)
      entry.blocks[blocks++] = base_secret_span (swipe->tracks[i]);
  return entry;
}

/* What must hold before a card is asked for. FALSE with *out_done: the payment has ended, or is a
 * fault. */
static gboolean
may_begin (CheckoutCard *self, gboolean *out_done, GError **error)
{
  *out_done = FALSE;
  g_assert (self->payment->state == VAULT_STATE_NONE && self->payment->tender == VAULT_TENDER_CARD);
  if (!vault_is_owner (self->shop->vault))
    {
      g_set_error_literal (error, VAULT_ERROR, VAULT_ERROR_BUSY,
                           _ ("Another Till owns this data folder; this one may only read. Close "
                              "the other one first"));
      return FALSE;
    }
  if (!vault_check_space (self->shop->vault, error))
    return FALSE;
  if (self->shop->line != NULL && sync_line_has_key (self->shop->line))
    return TRUE;
  *out_done = end_with (self, VAULT_EVENT_REFUSED,
                        self->shop->line != NULL ? "no-key" : "no-acquirer", error);
  return FALSE;
}

/* A chip that wants the acquirer asked is told that nobody will. */
static gboolean
give_up (CheckoutCard *self, GError **error)
{
  static const CheckoutChipNews news = { .outcome = CHECKOUT_CHIP_LOST };
  CheckoutChipLeft left;
  gboolean done = end_with (self, VAULT_EVENT_CANCELLED, "cancelled", error);

  (void)ask_chip (self, &news, &left);
  return done;
}

/* Here a wish to cancel is heard for the last time. */
static gboolean
take_turn_and_pay (CheckoutCard *self,
                   const AcquirerEntry *entry,
                   SyncReport *report,
                   GError **error)
{
  gboolean done;

  if (g_cancellable_is_cancelled (self->cancellable))
    return give_up (self, error);
  tell (self, TILL_PAYMENT_STATE_SENDING, NULL);
  sync_line_take_turn (self->shop->line, TRUE);
  done = pay_with (self, entry, report, error);
  sync_line_end_turn (self->shop->line, TRUE);
  return done;
}

static gboolean
ask_with (CheckoutCard *self, const AcquirerEntry *entry, SyncReport *report, GError **error)
{
  if (self->sale->kind == VAULT_SALE_COMPLETION
      && acquirer_profile_flow (sync_line_profile (self->shop->line), ACQUIRER_FLOW_CAPTURE)
             == NULL)
    return go_offline (self, entry,
                       vault_epoch_quarantine (self->shop->vault) != NULL ? "quarantined" : NULL,
                       error);
  switch (self->chip != NULL ? self->chip->first : CHECKOUT_CHIP_ASKS)
    {
    case CHECKOUT_CHIP_ASKS:
      return take_turn_and_pay (self, entry, report, error);
    case CHECKOUT_CHIP_APPROVES:
      return take_certificate (self, entry, error);
    case CHECKOUT_CHIP_REFUSES:
      return end_with (self, VAULT_EVENT_REFUSED,
                       self->chip->reason != NULL ? self->chip->reason : "card-refused", error);
    }
  g_assert_not_reached ();
}

gboolean
checkout_card_ask (CheckoutCard *self,
                   const AcquirerEntry *entry,
                   SyncReport *report,
                   GError **error)
{
  gboolean done;

  if (!may_begin (self, &done, error))
    return done;
  if (self->payment->masked_pan == NULL && entry->pan != NULL)
    self->payment->masked_pan = checkout_emv_mask (entry->pan);
  return ask_with (self, entry, report, error);
}

/* `fallback`: its chip couldn't be used, and the acquirer is told so. */
static gboolean
pay_by_stripe (CheckoutCard *self,
               const MsrSwipe *swipe,
               gboolean fallback,
               SyncReport *report,
               GError **error)
{
  AcquirerEntry entry = checkout_card_entry (swipe);
  const CheckoutSlip slip = { .entry = fallback ? CHECKOUT_ENTRY_FALLBACK : CHECKOUT_ENTRY_STRIPE };

  entry.fallback = fallback;
  self->payment->slip = checkout_slip_to_text (&slip);
  if (swipe->masked_pan[0] != '\0')
    self->payment->masked_pan = g_strdup (swipe->masked_pan);
  return take_turn_and_pay (self, &entry, report, error);
}

static gboolean
end_without (CheckoutCard *self, const CheckoutPresent *card, GError **error)
{
  return end_with (self, card->given_up ? VAULT_EVENT_CANCELLED : VAULT_EVENT_REFUSED, card->reason,
                   error);
}

/* `why` the chip can't be used; said, too, where there is no reader for its stripe. */
static gboolean
fall_back (CheckoutCard *self, const char *why, SyncReport *report, GError **error)
{
  g_auto (CheckoutPresent) card = { 0 };

  present (self, CHECKOUT_PRESENT_STRIPE, "use-stripe", &card);
  if (g_strcmp0 (card.reason, "no-reader") == 0)
    card.reason = why;
  return card.swipe != NULL ? pay_by_stripe (self, card.swipe, TRUE, report, error)
                            : end_without (self, &card, error);
}

static gboolean
ask_chip_card (CheckoutCard *self, CheckoutChipCard *chip, SyncReport *report, GError **error)
{
  const char *reason;
  CheckoutChipRead read;
  gboolean done;

  if (!checkout_chip_read (chip, &read, &reason, error))
    return FALSE;
  switch (read)
    {
    case CHECKOUT_CHIP_STRIPE:
      return fall_back (self, reason, report, error);
    case CHECKOUT_CHIP_CANCELLED:
      return end_with (self, VAULT_EVENT_CANCELLED, reason, error);
    case CHECKOUT_CHIP_UNUSABLE:
      return end_with (self, VAULT_EVENT_REFUSED, reason, error);
    case CHECKOUT_CHIP_READ:
      break;
    }
  self->payment->masked_pan = g_strdup (checkout_chip_masked_pan (chip));
  self->chip = checkout_chip_seam (chip);
  done = ask_with (self, checkout_chip_entry (chip), report, error);
  self->chip = NULL;
  return done;
}

void
checkout_card_keep_trace (CheckoutShop *shop, gint64 sale_id, guint position, char *trace)
{
  g_autoptr (GError) error = NULL;

  if (trace != NULL && sale_id != 0
      && !vault_trace_keep (shop->vault, sale_id, position, trace, &error))
    g_debug ("The trace of a chip's transaction isn't kept: %s", error->message);
  g_free (trace);
}

static gboolean
pay_by_chip (CheckoutCard *self, ChipReader *reader, SyncReport *report, GError **error)
{
  g_autoptr (CheckoutChipCard) chip = checkout_chip_new (self, reader);
  gboolean done = ask_chip_card (self, chip, report, error);
  char *trace = checkout_chip_trace (chip);

  if (self->out_trace != NULL)
    *self->out_trace = trace;
  else
    checkout_card_keep_trace (self->shop, self->sale->id, self->payment->position, trace);
  return done;
}

gboolean
checkout_card_run (CheckoutCard *self, SyncReport *report, GError **error)
{
  g_auto (CheckoutPresent) card = { 0 };
  guint kinds = CHECKOUT_PRESENT_CHIP;
  gboolean done;

  if (!may_begin (self, &done, error))
    return done;
  if (acquirer_profile_card_data (sync_line_profile (self->shop->line))
      == ACQUIRER_CARD_DATA_ACQUIRER)
    kinds |= CHECKOUT_PRESENT_STRIPE;
  else if (!checkout_present_has_chip (self->shop))
    return end_with (self, VAULT_EVENT_REFUSED, checkout_present_why_no_chip (self->shop), error);
  present (self, kinds, /* asking= */ NULL, &card);
  if (card.chip != NULL)
    return pay_by_chip (self, card.chip, report, error);
  if (card.swipe != NULL)
    return pay_by_stripe (self, card.swipe, FALSE, report, error);
  return end_without (self, &card, error);
}

AcquirerOriginal
checkout_card_original (const VaultPayment *paid, char date[CHECKOUT_CARD_DATE_SIZE])
{
  g_autoptr (GDateTime) at = g_date_time_new_from_unix_local (paid->at_us / G_USEC_PER_SEC);
  g_autofree char *own = at != NULL ? g_date_time_format (at, "%m%d") : NULL;

  g_strlcpy (date,
             paid->host_date != NULL ? paid->host_date
             : own != NULL           ? own
                                     : "",
             CHECKOUT_CARD_DATE_SIZE);
  return (AcquirerOriginal){ .batch = paid->batch,
                             .stan = paid->stan,
                             .date = date,
                             .reference = paid->reference,
                             .authorisation = paid->auth_code };
}

void
checkout_card_close_empty (CheckoutShop *shop, VaultSale *sale)
{
  for (guint i = 0; i < sale->payments->len; i++)
    {
      const VaultPayment *payment = sale->payments->pdata[i];

      if (vault_payment_covers (payment) || !vault_life_is_final (payment->state))
        return;
    }
  if (sale->id != 0 && sale->state == VAULT_SALE_OPEN
      && !vault_sale_cancel (shop->vault, sale, "declined", /* error= */ NULL))
    g_debug ("Receipt %" G_GINT64_FORMAT " has come to nothing, and stays open", sale->id);
}
