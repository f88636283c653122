/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checkout-refund.h"

#include "checkout-card.h"
#include "vault-print.h"

#include <glib/gi18n.h>
#include <string.h>

/* One refund or void under way. */
typedef struct
{
  const CheckoutRefund *wish;
  CheckoutShop *shop;
  CheckoutRefundPlan plan;
  SyncReport *report;
} Run;

static const VaultPayment *
paid_at (const Run *self, guint position)
{
  return self->plan.original->payments->pdata[position - 1];
}

static VaultPayment *
new_payment (const Run *self, guint position, VaultTender tender)
{
  VaultPayment *payment = vault_payment_new (tender, -self->plan.shares[position]);

  payment->original = position;
  if (tender == VAULT_TENDER_CARD)
    payment->masked_pan = g_strdup (paid_at (self, position)->masked_pan);
  return payment;
}

/* One that never came into the books is ours still. */
static gboolean
end_payment (VaultPayment *payment, gboolean good)
{
  if (payment->position == 0)
    vault_payment_free (payment);
  return good;
}

static gboolean
give_cash (Run *self, guint position, GError **error)
{
  VaultPayment *payment = new_payment (self, position, VAULT_TENDER_CASH);
  VaultChange change = { .event = VAULT_EVENT_CASH_TAKEN,
                         .sale = self->plan.sale,
                         .payment = payment,
                         .opens_drawer = TRUE };

  return end_payment (payment, vault_apply (self->shop->vault, &change, 1, error));
}

static gboolean
void_card (Run *self, guint position, GError **error)
{
  const VaultPayment *paid = paid_at (self, position);
  AcquirerEntry nothing = { .kind = ACQUIRER_ENTRY_NONE };
  char date[CHECKOUT_CARD_DATE_SIZE];
  AcquirerOriginal original;
  CheckoutCard card = { .shop = self->shop,
                        .sale = self->plan.sale,
                        .payment = new_payment (self, position, VAULT_TENDER_CARD),
                        .leaves_reversal = self->wish->leaves_reversal,
                        .original = &original };

  original = checkout_card_original (paid, date);
  return end_payment (card.payment, checkout_card_ask (&card, &nothing, self->report, error));
}

/* Packed once; repeated byte for byte. */
static GBytes *
pack_refund (Run *self,
             const VaultPayment *payment,
             const VaultPayment *paid,
             AcquirerSale *out_values,
             GError **error)
{
  SyncLine *line = self->shop->line;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (Iso8583Message) message = NULL;
  char date[CHECKOUT_CARD_DATE_SIZE];

  *out_values = (AcquirerSale){
    .terminal = sync_line_terminal (line),
    .merchant = sync_line_merchant (line),
    .amount = base_money (-payment->amount_minor, self->shop->currency),
    .payment_id = payment->uuid,
    .at_unix_s = g_date_time_to_unix (now),
    .utc_offset_s = (gint32)(g_date_time_get_utc_offset (now) / G_USEC_PER_SEC),
    .entry = { .kind = ACQUIRER_ENTRY_NONE },
    .original = checkout_card_original (paid, date),
  };
  vault_take_identity (self->shop->vault, &out_values->batch, &out_values->stan);
  message
      = acquirer_message_build (sync_line_profile (line), ACQUIRER_FLOW_REFUND, out_values, error);
  return message != NULL ? iso8583_pack (sync_line_profile (line), message, error) : NULL;
}

/* What the queue has done to the payments meanwhile. */
static gboolean
read_anew (Run *self, GError **error)
{
  VaultSale *now = vault_sale_load (self->shop->vault, self->plan.sale->id, error);

  if (now == NULL)
    return FALSE;
  vault_sale_free (self->plan.sale);
  self->plan.sale = now;
  return TRUE;
}

/* It is in the books and will be sent: that it can't be now is no fault. */
static void
send_now (Run *self, guint position)
{
  SyncLine *line = self->shop->line;
  g_autoptr (GError) later = NULL;
  SyncOutcome outcome = sync_queue_reversals (line, /* cancellable= */ NULL, self->report, &later);

  if (outcome == SYNC_EMPTY)
    outcome = sync_queue_send_refund (line, self->plan.sale->id, position, self->report, &later);
  if (outcome != SYNC_EMPTY)
    g_debug ("The refund stays in the queue: %s", later != NULL ? later->message : "no line");
}

static gboolean
refund_card (Run *self, guint position, GError **error)
{
  VaultPayment *payment = new_payment (self, position, VAULT_TENDER_CARD);
  AcquirerSale values;
  g_autoptr (GBytes) bytes = pack_refund (self, payment, paid_at (self, position), &values, error);
  VaultChange change = { .event = VAULT_EVENT_REFUND_ASKED,
                         .sale = self->plan.sale,
                         .payment = payment,
                         .message = base_bytes_span (bytes),
                         .terminal = values.terminal,
                         .batch = values.batch,
                         .stan = values.stan };
  gboolean good;

  if (bytes == NULL)
    return end_payment (payment, FALSE);
  sync_line_take_turn (self->shop->line, TRUE);
  good = vault_apply (self->shop->vault, &change, 1, error);
  if (good)
    send_now (self, payment->position);
  sync_line_end_turn (self->shop->line, TRUE);
  return good ? read_anew (self, error) : end_payment (payment, FALSE);
}

static gboolean
covers_last (const Run *self)
{
  const GPtrArray *payments = self->plan.sale->payments;

  return payments->len > 0 && vault_payment_covers (payments->pdata[payments->len - 1]);
}

static gboolean
is_card (const Run *self, guint position)
{
  return !self->wish->wish.to_cash && paid_at (self, position)->tender == VAULT_TENDER_CARD;
}

static gboolean
give (Run *self, guint position, GError **error)
{
  if (!is_card (self, position))
    return give_cash (self, position, error);
  return self->plan.sale->kind == VAULT_SALE_VOID ? void_card (self, position, error)
                                                  : refund_card (self, position, error);
}

/* Cards first; then the drawer. */
static gboolean
give_all (Run *self, GError **error)
{
  guint count = self->plan.original->payments->len;

  for (guint cash = 0; cash <= 1; cash++)
    for (guint i = 1; i <= count; i++)
      {
        if (self->plan.shares[i] <= 0 || is_card (self, i) == (cash == 1))
          continue;
        if (!give (self, i, error))
          return FALSE;
        if (!covers_last (self))
          {
            checkout_card_close_empty (self->shop, self->plan.sale);
            return TRUE;
          }
      }
  return TRUE;
}

/* With the turn taken, so that nobody is sending it. */
static gboolean
apply_withdrawal (Run *self, VaultPayment *payment, GError **error)
{
  SyncLine *line = self->shop->line;
  g_autoptr (VaultRecord) record = vault_queue_find (
      self->shop->vault, self->plan.original->id, payment->position, VAULT_CLASS_DEFERRED, error);
  g_autoptr (GBytes) reversal
      = record != NULL && vault_record_never_left (record) && record->message != NULL
            ? sync_item_make_reversal (line, base_secret_span (record->message), "withdrawn", error)
            : NULL;
  VaultChange change = { .event = VAULT_EVENT_WITHDRAWN,
                         .sale = self->plan.original,
                         .payment = payment,
                         .record = record,
                         .message = base_bytes_span (reversal) };

  if (reversal == NULL)
    {
      if (error != NULL && *error == NULL)
        g_set_error_literal (error, VAULT_ERROR, VAULT_ERROR_STATE,
                             _ ("It is being sent: wait for the bank's answer"));
      return FALSE;
    }
  change.terminal = record->terminal;
  change.batch = record->batch;
  change.stan = record->stan;
  return vault_apply (self->shop->vault, &change, 1, error);
}

static gboolean
withdraw (Run *self, GError **error)
{
  VaultSale *sale = self->plan.original;
  VaultPayment *payment = NULL;
  gboolean good;

  for (guint i = 0; i < sale->payments->len; i++)
    if (((VaultPayment *)sale->payments->pdata[i])->state == VAULT_STATE_STORED)
      payment = sale->payments->pdata[i];
  g_assert (payment != NULL);
  sync_line_take_turn (self->shop->line, TRUE);
  good = apply_withdrawal (self, payment, error);
  sync_line_end_turn (self->shop->line, TRUE);
  return good
         && vault_print_again (self->shop->vault, sale->id, checkout_shop_operator (self->shop),
                               error);
}

/* One commit, and then the drawer: the sale is cancelled with the payment that gives the cash back.
 */
static gboolean
drop (Run *self, GError **error)
{
  VaultSale *sale = self->plan.original;
  gint64 cash = vault_sale_cash_minor (sale);
  VaultPayment *payment;
  VaultChange change = { .event = VAULT_EVENT_CASH_TAKEN,
                         .sale = sale,
                         .opens_drawer = TRUE,
                         .who = checkout_shop_operator (self->shop) };

  if (cash == 0)
    return vault_sale_cancel (self->shop->vault, sale, "void", error);
  change.payment = payment = vault_payment_new (VAULT_TENDER_CASH, -cash);
  return end_payment (payment, vault_apply (self->shop->vault, &change, 1, error));
}

/* The receipt of one that was gone on with was printed when it began. */
static gboolean
print_rest (Run *self, gboolean was_paid, GError **error)
{
  return !was_paid
         || vault_print_again (self->shop->vault, self->plan.sale->id,
                               checkout_shop_operator (self->shop), error);
}

static gboolean
carry_out (Run *self, GError **error)
{
  gboolean was_paid = self->plan.sale != NULL && self->plan.sale->state == VAULT_SALE_PAID;

  if (self->plan.drops)
    return drop (self, error);
  return self->plan.sale != NULL ? give_all (self, error) && print_rest (self, was_paid, error)
                                 : withdraw (self, error);
}

gboolean
checkout_refund_withdrew (const VaultSale *sale)
{
  for (guint i = 0; i < sale->payments->len && sale->kind == VAULT_SALE_SALE; i++)
    {
      const VaultPayment *payment = sale->payments->pdata[i];

      if (payment->state == VAULT_STATE_CANCELLED && payment->stan != 0)
        return TRUE;
    }
  return FALSE;
}

gboolean
checkout_refund_run (const CheckoutRefund *self,
                     VaultSale **out_sale,
                     const char **out_refusal,
                     SyncReport *report,
                     GError **error)
{
  Run run = { .wish = self, .shop = self->shop, .report = report };
  gboolean good;

  *out_sale = NULL;
  *out_refusal = NULL;
  if (!vault_is_owner (self->shop->vault))
    {
      g_set_error_literal (error, VAULT_ERROR, VAULT_ERROR_BUSY,
                           _ ("Another Till owns this data folder; this one may only read. Close "
                              "the other one first"));
      return FALSE;
    }
  if (!vault_check_space (self->shop->vault, error))
    return FALSE;
  good = checkout_refund_plan_make (self->shop, &self->wish, &run.plan, out_refusal, error);
  if (good && *out_refusal == NULL)
    good = carry_out (&run, error);
  if (*out_refusal == NULL && run.plan.sale == NULL && good)
    *out_sale = g_steal_pointer (&run.plan.original);
  else if (*out_refusal == NULL && run.plan.sale != NULL && run.plan.sale->id != 0)
    *out_sale = g_steal_pointer (&run.plan.sale);
  checkout_refund_plan_clear (&run.plan);
  return good;
}
