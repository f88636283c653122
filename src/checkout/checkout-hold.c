/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checkout-hold.h"

/* Why a hold can't be ended so; NULL: it can. */
static const char *
judge_end (const CheckoutHold *self, const VaultHold *hold)
{
  guint above = acquirer_profile_completion_above (sync_line_profile (self->shop->line));

  switch (hold->state)
    {
    case VAULT_HOLD_NEVER:
      return "hold-never";
    case VAULT_HOLD_OPEN:
    case VAULT_HOLD_ENDING:
      return "hold-ending";
    case VAULT_HOLD_COMPLETED:
      return "hold-completed";
    case VAULT_HOLD_RELEASED:
      return "hold-released";
    case VAULT_HOLD_HELD:
      break;
    }
  return self->kind == VAULT_SALE_COMPLETION
                 && self->amount_minor > vault_hold_most_minor (hold, above)
             ? "hold-less"
             : NULL;
}

/* A completion may be one that the acquirer is only told of. */
static gboolean
is_offered (const CheckoutHold *self)
{
  const AcquirerProfile *profile = sync_line_profile (self->shop->line);

  return acquirer_profile_flow (profile, checkout_card_flow (self->kind)) != NULL
         || (self->kind == VAULT_SALE_COMPLETION
             && acquirer_profile_flow (profile, ACQUIRER_FLOW_CAPTURE_ADVICE) != NULL);
}

/* The payment that this one is about, inside *out_original; NULL with a refusal or an error. */
static const VaultPayment *
find_original (const CheckoutHold *self,
               VaultSale **out_original,
               const char **out_refusal,
               GError **error)
{
  const VaultPayment *payment;
  VaultHold hold;

  *out_original = vault_sale_load (self->shop->vault, self->original, error);
  if (*out_original == NULL)
    return NULL;
  if ((*out_original)->kind
          != (self->kind == VAULT_SALE_COMPLETION_VOID ? VAULT_SALE_COMPLETION : VAULT_SALE_HOLD)
      || (*out_original)->payments->len == 0)
    {
      *out_refusal = "hold-none";
      return NULL;
    }
  payment = g_ptr_array_index ((*out_original)->payments, 0);
  if (payment->terminal != NULL)
    {
      *out_refusal = "hold-elsewhere";
      return NULL;
    }
  if (self->kind == VAULT_SALE_COMPLETION_VOID && payment->state == VAULT_STATE_COMPLETED_UNSENT)
    *out_refusal = "advice-waits";
  if (self->kind == VAULT_SALE_COMPLETION_VOID)
    return *out_refusal == NULL ? payment : NULL;
  if (!vault_hold_read (self->shop->vault, self->original, &hold, error))
    return NULL;
  *out_refusal = judge_end (self, &hold);
  return *out_refusal == NULL ? payment : NULL;
}

static VaultSale *
new_sale (const CheckoutHold *self, const VaultPayment *original)
{
  VaultSale *sale = vault_sale_new (shop_cart_new (self->shop->currency, self->shop->tax_mode),
                                    checkout_shop_cashier (self->shop));

  sale->kind = self->kind;
  sale->original = original != NULL ? self->original : 0;
  if (vault_sale_kind_is_back (self->kind))
    shop_cart_set_returning (sale->cart);
  return sale;
}

static VaultPayment *
new_payment (const CheckoutHold *self, const VaultPayment *original)
{
  VaultPayment *payment = vault_payment_new (VAULT_TENDER_CARD, vault_sale_kind_is_back (self->kind)
                                                                    ? -original->amount_minor
                                                                    : self->amount_minor);

  if (original != NULL)
    {
      payment->original = original->position;
      payment->masked_pan = g_strdup (original->masked_pan);
    }
  return payment;
}

static gboolean
ask (const CheckoutHold *self,
     const AcquirerEntry *entry,
     const VaultPayment *original,
     VaultSale **out_sale,
     SyncReport *report,
     GError **error)
{
  static const AcquirerEntry nothing = { .kind = ACQUIRER_ENTRY_NONE };
  g_autoptr (VaultSale) sale = new_sale (self, original);
  char date[CHECKOUT_CARD_DATE_SIZE];
  AcquirerOriginal about = { 0 };
  CheckoutCard card = { .shop = self->shop,
                        .sale = sale,
                        .payment = new_payment (self, original),
                        .cancellable = self->cancellable,
                        .leaves_reversal = self->leaves_reversal,
                        .original = original != NULL ? &about : NULL,
                        .notify = self->notify,
                        .data = self->data };
  gboolean good;

  if (original != NULL)
    about = checkout_card_original (original, date);
  if (original == NULL && entry == NULL)
    good = checkout_card_run (&card, report, error);
  else
    good = checkout_card_ask (&card, original != NULL ? &nothing : entry, report, error);
  if (card.payment->position == 0)
    vault_payment_free (card.payment);
  if (sale->id == 0)
    return good;
  if (good)
    checkout_card_close_empty (self->shop, sale);
  *out_sale = g_steal_pointer (&sale);
  return good;
}

gboolean
checkout_hold_ask (const CheckoutHold *self,
                   const AcquirerEntry *entry,
                   VaultSale **out_sale,
                   const char **out_refusal,
                   SyncReport *report,
                   GError **error)
{
  g_autoptr (VaultSale) about = NULL;
  const VaultPayment *original = NULL;

  g_assert (vault_sale_kind_is_hold (self->kind));
  *out_sale = NULL;
  *out_refusal = NULL;
  if (self->shop->line == NULL)
    *out_refusal = "no-acquirer";
  else if (!is_offered (self))
    *out_refusal = "hold-not-offered";
  if (*out_refusal != NULL)
    return TRUE;
  if (self->kind != VAULT_SALE_HOLD)
    {
      original = find_original (self, &about, out_refusal, error);
      if (original == NULL)
        return *out_refusal != NULL;
    }
  return ask (self, entry, original, out_sale, report, error);
}

gboolean
checkout_hold_run (const CheckoutHold *self,
                   VaultSale **out_sale,
                   const char **out_refusal,
                   SyncReport *report,
                   GError **error)
{
  return checkout_hold_ask (self, /* entry= */ NULL, out_sale, out_refusal, report, error);
}
