/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checkout-receipt.h"

#include "checkout-refund.h"
#include "checkout-slip.h"
#include "checkout-words.h"

#define N_(text) text

/* Texts that the receipt borrows until it is built. */
typedef struct
{
  GPtrArray *texts;
  const CheckoutShop *shop;
} Builder;

static const char *
keep (Builder *builder, char *text)
{
  g_ptr_array_add (builder->texts, text);
  return text;
}

static const char *
word (Builder *builder, const char *msgid)
{
  return builder->shop->translate (msgid);
}

/* What is there already and these fit: a card payment has seven rows besides. */
G_STATIC_ASSERT (CHECKOUT_SLIP_ROWS + 7 <= SHOP_RECEIPT_DETAILS_MAX);

gboolean
checkout_receipt_is_signed (const VaultPayment *payment)
{
  gboolean stored
      = payment->state == VAULT_STATE_STORED || payment->state == VAULT_STATE_STORED_SENDING;
  CheckoutSlip slip = { 0 };

  if (!vault_payment_covers (payment) || payment->amount_minor <= 0)
    return FALSE;
  (void)checkout_slip_from_text (payment->slip, &slip);
  return checkout_slip_signs (&slip)
         || (stored
             && (slip.holder == CHECKOUT_HOLDER_UNSAID || slip.holder == CHECKOUT_HOLDER_FAILED));
}

/* How the card was read, and what its chip said. */
static guint
add_slip (Builder *builder, const VaultPayment *payment, ShopReceiptPayment *row)
{
  char *rows[CHECKOUT_SLIP_ROWS];
  CheckoutSlip slip;
  guint count;

  if (!checkout_slip_from_text (payment->slip, &slip))
    return 0;
  count = checkout_slip_rows (&slip, builder->shop->translate, rows);
  for (guint i = 0; i < count; i++)
    row->details[i] = keep (builder, rows[i]);
  return count;
}

static const char *
numbered (Builder *builder, const char *msgid, const char *number)
{
  return keep (builder, g_strdup_printf ("%s %s", word (builder, msgid), number));
}

/* By which numbers the acquirer knows it, on the customer's copy as on the merchant's. */
static guint
add_numbers (Builder *builder, const VaultPayment *payment, const char **rows)
{
  SyncLine *line = builder->shop->line;
  guint count = 0;

  if (line != NULL)
    {
      const char *own = sync_line_terminal (line);

      rows[count++] = numbered (builder, N_ ("Merchant no."), sync_line_merchant (line));
      rows[count++] = numbered (builder, N_ ("Terminal no."),
                                payment->terminal != NULL ? payment->terminal : own);
    }
  if (payment->batch != 0)
    rows[count++]
        = keep (builder, g_strdup_printf ("%s %06u", word (builder, N_ ("Batch")), payment->batch));
  if (payment->stan != 0)
    rows[count++]
        = keep (builder, g_strdup_printf ("%s %06u", word (builder, N_ ("Trace")), payment->stan));
  return count;
}

/* What a card slip tells besides the amount: never an expiry date, never more of the number than
 * first 6 and last 4. */
static void
add_card_details (Builder *builder, const VaultPayment *payment, ShopReceiptPayment *row)
{
  guint count = add_slip (builder, payment, row);

  row->signs = checkout_receipt_is_signed (payment);
  count += add_numbers (builder, payment, row->details + count);
  if (payment->auth_code != NULL)
    row->details[count++] = numbered (builder, N_ ("Authorisation"), payment->auth_code);
  if (payment->reference != NULL)
    row->details[count++] = numbered (builder, N_ ("Reference"), payment->reference);
  if (payment->state == VAULT_STATE_STORED || payment->state == VAULT_STATE_STORED_SENDING)
    row->details[count++] = word (
        builder,
        payment->amount_minor < 0
            ? N_ ("The bank has not confirmed this refund yet; it is sent until it does.")
            : N_ ("Nobody has approved this payment yet; it is sent when the line is back."));
  g_assert (count <= SHOP_RECEIPT_DETAILS_MAX);
}

static void
fill_payment (Builder *builder,
              const VaultSale *sale,
              const VaultPayment *payment,
              ShopReceiptPayment *row)
{
  gboolean card = payment->tender == VAULT_TENDER_CARD;

  *row = (ShopReceiptPayment){
    .name = word (builder, card ? N_ ("Card") : N_ ("Cash")),
    .state = card ? checkout_words_state_of (sale, payment, builder->shop->translate) : NULL,
    .state_boxed
    = card
      && (payment->state == VAULT_STATE_STORED || payment->state == VAULT_STATE_STORED_SENDING
          || payment->state == VAULT_STATE_UNKNOWN || !vault_sale_kind_charges (sale->kind)),
    .amount_minor = payment->amount_minor,
    .tendered_minor = payment->tendered_minor,
    .change_minor = payment->change_minor,
    .masked_pan = payment->masked_pan,
  };
  if (card)
    add_card_details (builder, payment, row);
}

/* Two words with a dot between them; either may be missing. */
static const char *
join (Builder *builder, const char *one, const char *other)
{
  if (one != NULL && other != NULL)
    return keep (builder, g_strdup_printf ("%s · %s", one, other));
  return one != NULL ? one : other;
}

static const char *
mark_for (Builder *builder, const VaultSale *sale, guint copy)
{
  const char *training = builder->shop->training ? word (builder, N_ ("TRAINING")) : NULL;
  const char *kind = checkout_words_kind (sale->kind, builder->shop->translate);
  const char *reprint
      = copy > 0 ? keep (builder, g_strdup_printf ("%s %u", word (builder, N_ ("REPRINT")), copy))
                 : NULL;

  return join (builder, join (builder, training, kind), reprint);
}

static const char *
heading_of (Builder *builder, const VaultSale *sale)
{
  switch (sale->kind)
    {
    case VAULT_SALE_SALE:
      if (sale->state != VAULT_SALE_CANCELLED)
        return NULL;
      return word (builder, checkout_refund_withdrew (sale) ? N_ ("WITHDRAWN") : N_ ("CANCELLED"));
    case VAULT_SALE_REFUND:
      return word (builder, N_ ("REFUND"));
    case VAULT_SALE_VOID:
      return word (builder, N_ ("VOID"));
    case VAULT_SALE_HOLD:
    case VAULT_SALE_COMPLETION:
    case VAULT_SALE_HOLD_VOID:
    case VAULT_SALE_COMPLETION_VOID:
      return NULL;
    }
  g_assert_not_reached ();
}

static const char *
when_text (Builder *builder, const VaultSale *sale)
{
  gint64 us = sale->closed_us != 0 ? sale->closed_us : sale->opened_us;
  g_autoptr (GDateTime) when = g_date_time_new_from_unix_local (us / G_USEC_PER_SEC);

  return keep (builder,
               when != NULL ? g_date_time_format (when, "%Y-%m-%d %H:%M:%S") : g_strdup (""));
}

ShopReceipt *
checkout_receipt_build (const CheckoutShop *shop, const VaultSale *sale, guint copy)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autofree ShopReceiptPayment *payments = g_new0 (ShopReceiptPayment, sale->payments->len + 1);
  Builder builder = { texts, shop };
  ShopReceiptLabels labels;
  ShopReceiptData data = {
    .title = shop->shop_name,
    .heading = heading_of (&builder, sale),
    .original_no = sale->original != 0
                       ? keep (&builder, g_strdup_printf ("%08" G_GINT64_FORMAT, sale->original))
                       : NULL,
    .receipt_no = keep (&builder, g_strdup_printf ("%08" G_GINT64_FORMAT, sale->id)),
    .when = when_text (&builder, sale),
    .till = shop->till_name,
    .cashier = sale->cashier,
    .language = shop->language,
    .mark = mark_for (&builder, sale, copy),
    .cart = sale->cart,
    .payments = payments,
    .payment_count = MIN (sale->payments->len, SHOP_RECEIPT_PAYMENTS_MAX),
  };

  for (guint i = 0; i < data.payment_count; i++)
    fill_payment (&builder, sale, sale->payments->pdata[i], &payments[i]);
  checkout_words_labels (&labels, shop->translate);
  return shop_receipt_build (&data, &labels);
}
