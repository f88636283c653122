/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checkout-refund-plan.h"

#include "vault-epoch.h"
#include "vault-refund.h"

#include <glib/gi18n.h>
#include <inttypes.h>

void
checkout_refund_plan_clear (CheckoutRefundPlan *self)
{
  g_clear_pointer (&self->original, vault_sale_free);
  g_clear_pointer (&self->sale, vault_sale_free);
}

static const VaultPayment *
payment_at (const VaultSale *sale, guint position)
{
  return sale->payments->pdata[position - 1];
}

static gint64
left_of (const CheckoutRefundPlan *plan, const VaultRefunds *refunds, guint position)
{
  const VaultPayment *payment = payment_at (plan->original, position);

  return vault_payment_covers (payment) ? MAX (0, payment->amount_minor - refunds->minor[position])
                                        : 0;
}

static gint64
left_in_all (const CheckoutRefundPlan *plan, const VaultRefunds *refunds)
{
  gint64 sum = 0;

  for (guint i = 1; i <= plan->original->payments->len; i++)
    sum += left_of (plan, refunds, i);
  return sum;
}

/* ---- may it be? ---- */

static gboolean
has_flow (CheckoutShop *shop, AcquirerFlowKind kind)
{
  return shop->line != NULL && acquirer_profile_flow (sync_line_profile (shop->line), kind) != NULL;
}

/* Why the money of this payment can't go back to its card; NULL: it can. */
static const char *
judge_card (CheckoutShop *shop, const VaultPayment *payment, gboolean is_void)
{
  if (payment->terminal != NULL)
    return "other-till";
  if (payment->batch == 0 || payment->reference == NULL)
    return "no-reference";
  if (!has_flow (shop, is_void ? ACQUIRER_FLOW_VOID : ACQUIRER_FLOW_REFUND))
    return is_void ? "no-void" : "no-refund";
  if (is_void && payment->batch != vault_current_batch (shop->vault))
    return "void-batch";
  return NULL;
}

static const char *
judge_state (const VaultPayment *payment)
{
  switch (payment->state)
    {
    case VAULT_STATE_STORED:
      return "not-approved-yet";
    case VAULT_STATE_STORED_SENDING:
    case VAULT_STATE_STORED_REVERSING:
      return "may-have-left";
    case VAULT_STATE_CHIP_UNSENT:
    case VAULT_STATE_COMPLETED_UNSENT:
      return "advice-waits";
    case VAULT_STATE_UNKNOWN:
    case VAULT_STATE_SENDING:
    case VAULT_STATE_NOT_SENT:
      return "being-reversed";
    case VAULT_STATE_NONE:
    case VAULT_STATE_APPROVED:
    case VAULT_STATE_CHIP_SENT:
    case VAULT_STATE_COMPLETED_SENT:
    case VAULT_STATE_DECLINED:
    case VAULT_STATE_REVERSED:
    case VAULT_STATE_CANCELLED:
      return NULL;
    }
  g_assert_not_reached ();
}

static const char *
judge_payments (CheckoutShop *shop,
                const CheckoutRefundWish *wish,
                const CheckoutRefundPlan *plan,
                gboolean is_void)
{
  for (guint i = 1; i <= plan->original->payments->len; i++)
    {
      const VaultPayment *payment = payment_at (plan->original, i);
      const char *why = judge_state (payment);

      if (why == NULL && plan->shares[i] > 0 && !wish->to_cash
          && payment->tender == VAULT_TENDER_CARD)
        why = judge_card (shop, payment, is_void);
      if (why != NULL)
        return why;
    }
  return NULL;
}

/* What is left open can be dropped where no card stands for any of it; that of a card is still to
 * come, or is undone once the whole is paid. */
static const char *
judge_open (const VaultSale *sale, gboolean is_void)
{
  for (guint i = 1; i <= sale->payments->len; i++)
    if (judge_state (payment_at (sale, i)) != NULL)
      return "being-reversed";
  if (!is_void)
    return "left-open";
  return vault_sale_paid_minor (sale) != vault_sale_cash_minor (sale) ? "card-stands" : NULL;
}

/* Before anything is counted. */
static const char *
judge_sale (CheckoutShop *shop, const VaultSale *sale, gboolean is_void)
{
  if (vault_epoch_quarantine (shop->vault) != NULL)
    return "quarantined";
  if (vault_sale_is_open (sale))
    return judge_open (sale, is_void);
  return sale->state != VAULT_SALE_PAID ? "not-paid" : NULL;
}

/* ---- the goods ---- */

/* What is left of a line, with other signs; nothing when nothing is. */
static gboolean
add_line (CheckoutRefundPlan *plan, const VaultRefunds *refunds, guint number, GError **error)
{
  const ShopCartLine *sold = shop_cart_line_by_number (plan->original->cart, number);
  ShopCartLine line = *sold;
  gint64 left = sold->quantity_milli - refunds->milli[number];

  if (left <= 0 || sold->voided)
    return TRUE;
  line.original = number;
  line.quantity_milli = -left;
  if (!base_money_scale (-sold->discount_minor, left, sold->quantity_milli, &line.discount_minor))
    line.discount_minor = 0;
  return shop_cart_restore (plan->sale->cart, &line, error);
}

static gboolean
has_line (const VaultSale *sale, guint number, GError **error)
{
  const ShopCartLine *line = shop_cart_line_by_number (sale->cart, number);

  if (line != NULL && !line->voided)
    return TRUE;
  g_set_error (error, SHOP_ERROR, SHOP_ERROR_NO_LINE, _ ("Receipt %" PRId64 " has no line %u"),
               sale->id, number);
  return FALSE;
}

static gboolean
is_named_before (const CheckoutRefundWish *wish, guint index)
{
  for (guint i = 0; i < index; i++)
    if (wish->lines[i] == wish->lines[index])
      return TRUE;
  return FALSE;
}

static gboolean
fill_cart (CheckoutShop *shop,
           const CheckoutRefundWish *wish,
           CheckoutRefundPlan *plan,
           const VaultRefunds *refunds,
           GError **error)
{
  const ShopCart *sold = plan->original->cart;
  ShopCart *cart = shop_cart_new (shop_cart_currency (sold), shop_cart_tax_mode (sold));

  shop_cart_set_returning (cart);
  plan->sale = vault_sale_new (cart, checkout_shop_cashier (shop));
  plan->sale->kind = wish->is_void ? VAULT_SALE_VOID : VAULT_SALE_REFUND;
  plan->sale->original = plan->original->id;
  for (guint i = 0; i < wish->line_count; i++)
    if (!has_line (plan->original, wish->lines[i], error)
        || (!is_named_before (wish, i) && !add_line (plan, refunds, wish->lines[i], error)))
      return FALSE;
  for (guint i = 1; wish->line_count == 0 && i <= shop_cart_count (sold); i++)
    if (!add_line (plan, refunds, i, error))
      return FALSE;
  return TRUE;
}

/* What so many of each line, with what goes back in `plan`, would have come to. */
static gboolean
total_of_returned (const CheckoutRefundPlan *plan,
                   const VaultRefunds *refunds,
                   const ShopCart *with,
                   gint64 *out_minor,
                   GError **error)
{
  const ShopCart *sold = plan->original->cart;
  g_autoptr (ShopCart) cart = shop_cart_new (shop_cart_currency (sold), shop_cart_tax_mode (sold));

  for (guint i = 1; i <= shop_cart_count (sold); i++)
    {
      ShopCartLine line = *shop_cart_line_by_number (sold, i);
      gint64 all = line.quantity_milli;

      line.quantity_milli = refunds->milli[i];
      for (guint j = 0; with != NULL && j < shop_cart_count (with); j++)
        if (shop_cart_line (with, j)->original == i)
          line.quantity_milli -= shop_cart_line (with, j)->quantity_milli;
      if (line.voided || line.quantity_milli <= 0)
        continue;
      if (!base_money_scale (line.discount_minor, line.quantity_milli, all, &line.discount_minor))
        line.discount_minor = 0;
      if (!shop_cart_restore (cart, &line, error))
        return FALSE;
    }
  *out_minor = shop_cart_totals (cart)->total_minor;
  return TRUE;
}

/* Tax on top of the prices is rounded once for all that has gone back: so the parts, in whatever
 * order, add up to the sale. */
static gboolean
round_as_sold (CheckoutRefundPlan *plan, const VaultRefunds *refunds, GError **error)
{
  ShopCart *cart = plan->sale->cart;
  gint64 before = 0, after = 0;

  if (shop_cart_tax_mode (cart) != SHOP_TAX_EXCLUSIVE || shop_cart_is_empty (cart))
    return TRUE;
  return total_of_returned (plan, refunds, /* with= */ NULL, &before, error)
         && total_of_returned (plan, refunds, cart, &after, error)
         && shop_cart_set_rounding (cart, before - after - shop_cart_totals (cart)->total_minor,
                                    error);
}

/* ---- the money ---- */

/* Each payment gives back its part of the sum, rounded down, then a unit more each from the first
 * on; none more than is left of it. `sum` is not more than `left`. */
static void
share (CheckoutRefundPlan *plan, const VaultRefunds *refunds, gint64 sum, gint64 left)
{
  guint count = plan->original->payments->len;
  gint64 rest = sum;

  for (guint i = 1; i <= count && left > 0; i++)
    {
      gint64 part = (gint64)((__int128)sum * left_of (plan, refunds, i) / left);

      plan->shares[i] = part;
      rest -= part;
    }
  for (guint i = 1; i <= count && rest > 0; i++)
    {
      gint64 more = MIN (rest, left_of (plan, refunds, i) - plan->shares[i]);

      plan->shares[i] += more;
      rest -= more;
    }
}

/* A void takes back the sale as it was paid, and nothing may have gone back before. */
static const char *
share_void (CheckoutRefundPlan *plan, const VaultRefunds *refunds)
{
  for (guint i = 1; i <= plan->original->payments->len; i++)
    {
      if (refunds->minor[i] != 0)
        return left_in_all (plan, refunds) > 0 ? "void-part" : "nothing-left";
      plan->shares[i] = left_of (plan, refunds, i);
    }
  /* A stored payment that was declined later leaves a sale of which nothing was paid. */
  return left_in_all (plan, refunds) > 0 ? NULL : "nothing-left";
}

static const char *
share_refund (CheckoutRefundPlan *plan, const VaultRefunds *refunds)
{
  gint64 left = left_in_all (plan, refunds);
  /* A completed hold has no goods that say how much. */
  gint64 sum = plan->original->kind == VAULT_SALE_COMPLETION
                   ? left
                   : -shop_cart_totals (plan->sale->cart)->total_minor;

  if (sum <= 0 || left <= 0)
    return "nothing-left";
  if (sum > left)
    return "never-all-paid";
  share (plan, refunds, sum, left);
  return NULL;
}

/* A single payment that is stored and never left: there is nothing at the acquirer to undo. */
static const char *
judge_withdrawal (CheckoutShop *shop,
                  const VaultSale *sale,
                  gboolean *out_withdraws,
                  GError **error)
{
  const VaultPayment *stored = NULL;
  guint covering = 0;
  g_autoptr (VaultRecord) record = NULL;

  for (guint i = 1; i <= sale->payments->len; i++)
    if (vault_payment_covers (payment_at (sale, i)))
      {
        covering++;
        if (payment_at (sale, i)->state == VAULT_STATE_STORED)
          stored = payment_at (sale, i);
      }
  if (stored == NULL)
    return NULL;
  if (covering > 1)
    return "void-mixed";
  record = vault_queue_find (shop->vault, sale->id, stored->position, VAULT_CLASS_DEFERRED, error);
  if (record == NULL)
    return "may-have-left";
  *out_withdraws = vault_record_never_left (record) && stored->terminal == NULL;
  return *out_withdraws ? NULL : "may-have-left";
}

/* ---- going on with one ---- */

/* What a refund wanted to give and didn't: payments that died, and that no later one made good. */
static void
share_rest (CheckoutRefundPlan *plan)
{
  gint64 rest = vault_sale_paid_minor (plan->sale) - vault_sale_total_minor (plan->sale);

  for (guint i = plan->sale->payments->len; i >= 1 && rest > 0; i--)
    {
      const VaultPayment *tried = payment_at (plan->sale, i);
      gint64 part = MIN (-tried->amount_minor, rest);

      if (vault_payment_covers (tried) || tried->original < 1
          || tried->original > plan->original->payments->len || plan->shares[tried->original] > 0)
        continue;
      plan->shares[tried->original] = part;
      rest -= part;
    }
}

static const char *
plan_rest (CheckoutShop *shop,
           const CheckoutRefundWish *wish,
           CheckoutRefundPlan *plan,
           GError **error)
{
  gboolean any = FALSE;

  if (vault_epoch_quarantine (shop->vault) != NULL)
    return "quarantined";
  if (wish->is_void || wish->line_count > 0 || plan->sale->original == 0
      || plan->sale->state == VAULT_SALE_CANCELLED)
    return "refund-of-refund";
  for (guint i = 1; i <= plan->sale->payments->len; i++)
    if (payment_at (plan->sale, i)->state == VAULT_STATE_UNKNOWN)
      return "being-reversed";
  plan->original = vault_sale_load (shop->vault, plan->sale->original, error);
  if (plan->original == NULL)
    return "refund-of-refund";
  share_rest (plan);
  for (guint i = 0; i < G_N_ELEMENTS (plan->shares); i++)
    any = any || plan->shares[i] > 0;
  return any ? judge_payments (shop, wish, plan, plan->sale->kind == VAULT_SALE_VOID)
             : "refund-of-refund";
}

/* ---- the whole ---- */

static const char *
plan_new (CheckoutShop *shop,
          const CheckoutRefundWish *wish,
          CheckoutRefundPlan *plan,
          GError **error)
{
  g_autofree VaultRefunds *refunds = NULL;
  gboolean withdraws = FALSE;
  const char *why = judge_sale (shop, plan->original, wish->is_void);

  plan->drops = why == NULL && vault_sale_is_open (plan->original);
  if (why == NULL && wish->is_void && !plan->drops)
    why = judge_withdrawal (shop, plan->original, &withdraws, error);
  if (why != NULL || withdraws || plan->drops)
    return why;
  refunds = vault_refunds_read (shop->vault, plan->original->id, error);
  if (refunds == NULL || !fill_cart (shop, wish, plan, refunds, error)
      || !round_as_sold (plan, refunds, error))
    return NULL; /* the error says it */
  why = wish->is_void ? share_void (plan, refunds) : share_refund (plan, refunds);
  return why != NULL ? why : judge_payments (shop, wish, plan, wish->is_void);
}

gboolean
checkout_refund_plan_make (CheckoutShop *shop,
                           const CheckoutRefundWish *wish,
                           CheckoutRefundPlan *out_plan,
                           const char **out_refusal,
                           GError **error)
{
  g_autoptr (GError) broken = NULL;
  VaultSale *named = vault_sale_load (shop->vault, wish->receipt_no, &broken);

  *out_plan = (CheckoutRefundPlan){ 0 };
  *out_refusal = NULL;
  if (g_error_matches (broken, VAULT_ERROR, VAULT_ERROR_ABSENT))
    {
      *out_refusal = "no-receipt";
      return TRUE;
    }
  if (named != NULL
      && (named->kind == VAULT_SALE_SALE
          || (named->kind == VAULT_SALE_COMPLETION && !wish->is_void)))
    {
      out_plan->original = named;
      *out_refusal = plan_new (shop, wish, out_plan, &broken);
    }
  else if (named != NULL && vault_sale_kind_is_hold (named->kind))
    {
      out_plan->original = named;
      *out_refusal = "hold";
    }
  else if (named != NULL)
    {
      out_plan->sale = named;
      *out_refusal = plan_rest (shop, wish, out_plan, &broken);
    }
  if (broken == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&broken));
  return FALSE;
}
