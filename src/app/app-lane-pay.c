/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Money. Cash holds the wishes after it back until it is on the disk; a card does not hold the
 * lane, but the cart stays locked until its outcome is known.
 */
#include "app-lane-private.h"

#include "app-error.h"

#include <glib/gi18n.h>

void
app_lane_pay_open (AppLane *self)
{
  app_lane_reset_line (self);
  app_lane_clear_amount (self);
  app_lane_pass_notice (self);
  app_lane_show_page (self, "pay");
}

static AppTone
worst_tone (TillSale *sale)
{
  GListModel *payments = till_sale_payments (sale);
  AppTone worst = APP_TONE_GOOD;

  for (guint i = 0; i < g_list_model_get_n_items (payments); i++)
    {
      g_autoptr (TillPayment) payment = g_list_model_get_item (payments, i);

      if (till_payment_state (payment) == TILL_PAYMENT_STATE_STORED)
        worst = APP_TONE_STORED;
    }
  return worst;
}

/* From now on the last sale is this one: its print state is followed, its change stays in sight. */
static void
keep_as_last (AppLane *self)
{
  gint64 receipt_no = till_sale_receipt_no (self->sale);
  const char *print = self->last.receipt_no == receipt_no ? self->last_print : NULL;

  self->last = (AppLast){
    .receipt_no = receipt_no,
    .total_minor = till_sale_total_minor (self->sale),
    .change_minor = till_sale_change_minor (self->sale),
    .tone = worst_tone (self->sale),
    .print = print,
  };
}

static void
sound_outcome (AppLane *self, TillPayment *payment)
{
  switch (till_payment_state (payment))
    {
    case TILL_PAYMENT_STATE_APPROVED:
      app_lane_emit_sound (self, APP_SOUND_ACCEPTED);
      break;
    case TILL_PAYMENT_STATE_STORED:
    case TILL_PAYMENT_STATE_UNKNOWN:
    case TILL_PAYMENT_STATE_REVERSED:
      app_lane_emit_sound (self, APP_SOUND_ATTENTION);
      break;
    case TILL_PAYMENT_STATE_DECLINED:
      app_lane_emit_sound (self, APP_SOUND_STOP);
      break;
    case TILL_PAYMENT_STATE_IDLE:
    case TILL_PAYMENT_STATE_WAITING_CARD:
    case TILL_PAYMENT_STATE_SENDING:
    case TILL_PAYMENT_STATE_CANCELLED:
      break;
    }
}

static void
on_paid_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (AppLane) self = data;
  g_autoptr (GError) error = NULL;
  TillPayment *payment = till_sale_pay_finish (TILL_SALE (source), result, &error);

  if (payment == NULL)
    app_lane_fail (self, error);
  else
    sound_outcome (self, payment);
  if (TILL_SALE (source) == self->sale && till_sale_is_paid (self->sale))
    keep_as_last (self);
  app_lane_wish_go_on (self);
}

void
app_lane_pay_cash (AppLane *self, gint64 tendered_minor)
{
  app_lane_clear_amount (self);
  app_lane_pass_notice (self);
  app_lane_set_payment (self, NULL);
  app_lane_wish_block (self);
  till_sale_pay_cash_async (self->sale, tendered_minor, on_paid_cb, g_object_ref (self));
}

void
app_lane_pay_card (AppLane *self)
{
  GListModel *payments = till_sale_payments (self->sale);
  guint before = g_list_model_get_n_items (payments);
  g_autoptr (TillPayment) payment = NULL;

  app_lane_clear_amount (self);
  app_lane_pass_notice (self);
  till_sale_pay_card_async (self->sale, on_paid_cb, g_object_ref (self));
  if (g_list_model_get_n_items (payments) > before)
    payment = g_list_model_get_item (payments, g_list_model_get_n_items (payments) - 1);
  app_lane_set_payment (self, payment);
}

void
app_lane_pay_cancel_card (AppLane *self)
{
  if (app_lane_is_paying (self))
    till_payment_cancel (self->payment);
}

void
app_lane_pay_begin_anew (AppLane *self)
{
  keep_as_last (self);
  app_lane_set_sale (self, till_sale_new (self->station));
  app_lane_show_page (self, "sell");
}

void
app_lane_pay_back (AppLane *self)
{
  if (till_sale_is_paid (self->sale))
    app_lane_pay_begin_anew (self);
  else if (app_lane_is_paying (self))
    app_lane_pay_cancel_card (self);
  else if (self->amount_text->len > 0)
    app_lane_clear_amount (self);
  else
    app_lane_show_page (self, "sell");
}

void
app_lane_pay_finish (AppLane *self)
{
  gint64 amount_minor = app_lane_amount_minor (self);

  if (till_sale_is_paid (self->sale))
    app_lane_pay_begin_anew (self);
  else if (amount_minor > 0 && !app_lane_is_paying (self))
    app_lane_pay_cash (self, amount_minor);
}
