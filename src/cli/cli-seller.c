/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-seller.h"

#include "cli-chip.h"
#include "cli-wait.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <string.h>

#define SWIPE_EACH_MS                                                                              \
  400 /* again while the reader still waits: a card before it listened is thrown away */
#define PRINT_LOOK_MS 250
#define PRINT_RETRY_MS 1000

struct _CliSeller
{
  TillStation *station;
  TillPayment *paying; /* the card payment under way; NULL */
  char *card;
  guint card_timeout_s;
  guint on_interrupt, on_terminate;
  gboolean stopped;
  gboolean printer_asked, printer_seen; /* whether we know about one; whether there is or was one */
  gint64 printing_no;                   /* the receipt we wait for */
  char *print_state, *print_reason;     /* its last news */
};

static gboolean
on_stop_cb (gpointer data)
{
  CliSeller *self = data;

  self->stopped = TRUE;
  if (self->paying != NULL)
    till_payment_cancel (self->paying);
  return G_SOURCE_CONTINUE;
}

static void
on_station_printer_cb (TillStation *station, GParamSpec *spec, CliSeller *self)
{
  TillDeviceState state = TILL_DEVICE_ABSENT;

  g_object_get (station, "printer-state", &state, NULL);
  self->printer_asked = TRUE;
  self->printer_seen |= state != TILL_DEVICE_ABSENT;
}

static void
on_station_print_changed_cb (TillStation *station,
                             gint64 receipt_no,
                             const char *state,
                             const char *reason,
                             CliSeller *self)
{
  if (receipt_no != self->printing_no)
    return;
  g_free (self->print_state);
  g_free (self->print_reason);
  self->print_state = g_strdup (state);
  self->print_reason = g_strdup (reason);
}

static gboolean
open_station (CliSeller *self, CliContext *context, GError **error)
{
  GError *broken = NULL;
  g_autoptr (BaseSecret) passphrase = cli_shop_passphrase (context, /* make= */ FALSE, &broken);
  g_autoptr (GAsyncResult) result = NULL;
  TillStationOptions options = {
    .data_dir = context->data_dir,
    .passphrase
    = passphrase != NULL ? (const char *)cli_shop_passphrase_span (passphrase).data : NULL,
    .training = context->training,
    .translate = cli_shop_translate,
    .language = cli_shop_language (),
  };

  if (broken != NULL)
    {
      g_propagate_error (error, broken);
      return FALSE;
    }
  till_station_open_async (self->station, &options, /* cancellable= */ NULL, cli_wait_ready_cb,
                           &result);
  return till_station_open_finish (self->station, cli_wait_for (&result), error);
}

CliSeller *
cli_seller_new (CliContext *context, GError **error)
{
  g_autoptr (CliSeller) self = g_new0 (CliSeller, 1);

  self->station = till_station_new ();
  self->card_timeout_s = CLI_SELLER_CARD_TIMEOUT_S;
  self->on_interrupt = g_unix_signal_add (SIGINT, on_stop_cb, self);
  self->on_terminate = g_unix_signal_add (SIGTERM, on_stop_cb, self);
  g_signal_connect (self->station, "notify::printer-state", G_CALLBACK (on_station_printer_cb),
                    self);
  g_signal_connect (self->station, "notify::printer-reason", G_CALLBACK (on_station_printer_cb),
                    self);
  g_signal_connect (self->station, "print-changed", G_CALLBACK (on_station_print_changed_cb), self);
  if (!open_station (self, context, error))
    return NULL;
  till_station_print_retry (
      self->station); /* finds out about the printer, and prints what still waits */
  return g_steal_pointer (&self);
}

void
cli_seller_free (CliSeller *self)
{
  if (self == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->station, self);
  till_station_close (self->station);
  g_clear_object (&self->station);
  g_source_remove (self->on_interrupt);
  g_source_remove (self->on_terminate);
  g_free (self->card);
  g_free (self->print_state);
  g_free (self->print_reason);
  g_free (self);
}

TillStation *
cli_seller_station (CliSeller *self)
{
  return self->station;
}

gboolean
cli_seller_is_stopped (CliSeller *self)
{
  return self->stopped;
}

gboolean
cli_seller_set_card (CliSeller *self, guint timeout_s, const char *card, GError **error)
{
  TillBench *bench = till_station_bench (self->station);
  guint count = 0;
  const TillBenchCard *cards = bench != NULL ? till_bench_cards (bench, &count) : NULL;
  g_autoptr (GString) names = g_string_new (NULL);

  self->card_timeout_s = timeout_s;
  for (guint i = 0; i < count; i++)
    {
      g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", cards[i].id);
      if (g_str_equal (cards[i].id, card != NULL ? card : cards[i].id))
        {
          g_free (self->card);
          self->card = g_strdup (cards[i].id);
          return TRUE;
        }
    }
  if (card == NULL)
    return TRUE;
  if (bench == NULL)
    g_set_error_literal (error, CLI_ERROR, CLI_EXIT_USAGE,
                         _ ("--card swipes a training card: it goes with --training only"));
  else
    g_set_error (error, CLI_ERROR, CLI_EXIT_USAGE,
                 _ ("There is no training card “%s”; there are: %s"), card, names->str);
  return FALSE;
}

void
cli_seller_clear_sold (CliSold *sold)
{
  g_clear_object (&sold->sale);
  g_clear_pointer (&sold->missing_code, g_free);
  g_clear_pointer (&sold->unweighed_code, g_free);
  g_clear_pointer (&sold->label_code, g_free);
  g_clear_pointer (&sold->print_reason, g_free);
  g_clear_pointer (&sold->receipt, g_free);
  g_clear_error (&sold->fault);
}

static gboolean
is_refused (const CliSold *sold)
{
  return sold->missing_code != NULL || sold->unweighed_code != NULL || sold->label_code != NULL;
}

/* TRUE also when a code is unknown, lacks its weight, or is a label that can't be sold: `sold` then
 * names it. */
static gboolean
ring_up (CliSold *sold, const char *const *items, GError **error)
{
  for (guint i = 0; items[i] != NULL && !is_refused (sold); i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autofree char *item = g_strstrip (g_strdup (items[i]));
      g_autofree char *code = NULL;
      TillEntry entry = TILL_ENTRY_ADDED;

      till_sale_enter_async (sold->sale, item, /* cancellable= */ NULL, cli_wait_ready_cb, &result);
      if (!till_sale_enter_finish (sold->sale, cli_wait_for (&result), &entry, &code, error))
        return FALSE;
      if (entry == TILL_ENTRY_UNKNOWN_CODE)
        sold->missing_code = g_steal_pointer (&code);
      else if (entry == TILL_ENTRY_NEEDS_WEIGHT)
        sold->unweighed_code = g_steal_pointer (&code);
      else if (till_sale_entry_words (entry) != NULL)
        {
          sold->label_code = g_steal_pointer (&code);
          sold->label_words = till_sale_entry_words (entry);
        }
    }
  return TRUE;
}

static gboolean
on_card_timeout_cb (gpointer data)
{
  CliSeller *self = data;

  if (self->paying != NULL)
    till_payment_cancel (self->paying);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_swipe_cb (gpointer data)
{
  CliSeller *self = data;
  TillBench *bench = till_station_bench (self->station);

  if (self->paying == NULL || till_payment_state (self->paying) != TILL_PAYMENT_STATE_WAITING_CARD)
    return G_SOURCE_CONTINUE;
  if (g_strcmp0 (till_payment_reason (self->paying), "take-out") == 0)
    till_bench_take_out (bench);
  else
    till_bench_swipe (bench, self->card);
  return G_SOURCE_CONTINUE;
}

static TillPayment *
last_payment (TillSale *sale)
{
  GListModel *payments = till_sale_payments (sale);

  return g_list_model_get_item (payments, g_list_model_get_n_items (payments) - 1);
}

static void
pay_by_card (CliSeller *self, CliSold *sold)
{
  g_autoptr (GAsyncResult) result = NULL;
  CliChip *chip = NULL;
  guint timeout, swipe = 0;

  till_sale_pay_card_async (sold->sale, cli_wait_ready_cb, &result);
  if (g_list_model_get_n_items (till_sale_payments (sold->sale)) > 0)
    self->paying = last_payment (sold->sale);
  if (self->paying != NULL)
    chip = cli_chip_new (self->paying);
  timeout = g_timeout_add_seconds (self->card_timeout_s, on_card_timeout_cb, self);
  if (self->card != NULL)
    swipe = g_timeout_add (SWIPE_EACH_MS, on_swipe_cb, self);
  (void)till_sale_pay_finish (sold->sale, cli_wait_for (&result), &sold->fault);
  cli_chip_free (chip);
  g_clear_object (&self->paying);
  g_source_remove (timeout);
  g_clear_handle_id (&swipe, g_source_remove);
}

static void
pay_by_cash (CliSold *sold, gint64 amount_minor)
{
  g_autoptr (GAsyncResult) result = NULL;

  till_sale_pay_cash_async (sold->sale,
                            amount_minor > 0 ? amount_minor : till_sale_left_minor (sold->sale),
                            cli_wait_ready_cb, &result);
  (void)till_sale_pay_finish (sold->sale, cli_wait_for (&result), &sold->fault);
}

static void
pay (CliSeller *self, CliSold *sold, const CliTender *tenders, guint count)
{
  for (guint i = 0;
       i < count && !self->stopped && sold->fault == NULL && !till_sale_is_paid (sold->sale); i++)
    if (tenders[i].card)
      pay_by_card (self, sold);
    else
      pay_by_cash (sold, tenders[i].amount_minor);
}

static gboolean
is_printed (const CliSeller *self)
{
  static const char *const ends[] = { "printed", "sent", "skipped", NULL };

  return self->print_state != NULL && g_strv_contains (ends, self->print_state);
}

static gboolean
on_wake_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static const char *
print_state_name (const char *state)
{
  static const char *const names[] = { "printed", "sent", "skipped", "attention", "printing" };

  for (gsize i = 0; state != NULL && i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i], state))
      return names[i];
  return "waiting";
}

/* Waits only where there is or was a printer, and then tries again by itself: the paper or the
 * cable may come back. */
static void
wait_for_print (CliSeller *self, CliSold *sold)
{
  gint64 now = g_get_monotonic_time (), deadline = now + CLI_SELLER_PRINT_WAIT_MS * 1000,
         retry = now;
  guint wake = g_timeout_add (PRINT_LOOK_MS, on_wake_cb, NULL);

  self->printing_no = till_sale_receipt_no (sold->sale);
  g_clear_pointer (&self->print_state, g_free);
  g_clear_pointer (&self->print_reason, g_free);
  while (!is_printed (self) && now < deadline && !self->stopped
         && (self->printer_seen || !self->printer_asked))
    {
      if (now >= retry)
        {
          till_station_print_retry (self->station);
          retry = now + PRINT_RETRY_MS * 1000;
        }
      g_main_context_iteration (NULL, TRUE);
      now = g_get_monotonic_time ();
    }
  g_source_remove (wake);
  sold->print_state = print_state_name (self->print_state);
  sold->print_reason = g_strdup (self->print_reason);
  if (sold->print_reason == NULL && g_str_equal (sold->print_state, "waiting"))
    g_object_get (self->station, "printer-reason", &sold->print_reason, NULL);
}

/* What is left of it, by these tenders, unless they can't pay it. */
static void
settle_up (CliSeller *self, CliSold *sold, const CliTender *tenders, guint tender_count)
{
  gint64 left = till_sale_left_minor (sold->sale);

  if (!cli_tender_covers (tenders, tender_count, left))
    sold->short_minor = left;
  else
    pay (self, sold, tenders, tender_count);
  if (till_sale_is_paid (sold->sale))
    wait_for_print (self, sold);
}

gboolean
cli_seller_resume (CliSeller *self,
                   gint64 receipt_no,
                   const CliTender *tenders,
                   guint tender_count,
                   CliSold *out_sold,
                   GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  CliSold sold = { .print_state = "none" };

  till_sale_resume_async (self->station, receipt_no, cli_wait_ready_cb, &result);
  sold.sale = till_sale_recall_finish (self->station, cli_wait_for (&result), error);
  if (sold.sale == NULL)
    {
      if (g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND)
          || g_error_matches (*error, TILL_ERROR, TILL_ERROR_STATE))
        {
          (*error)->domain = CLI_ERROR;
          (*error)->code = CLI_EXIT_NO;
        }
      return FALSE;
    }
  settle_up (self, &sold, tenders, tender_count);
  *out_sold = sold;
  return TRUE;
}

gboolean
cli_seller_sell (CliSeller *self,
                 const char *const *items,
                 const CliTender *tenders,
                 guint tender_count,
                 CliSold *out_sold,
                 GError **error)
{
  CliSold sold = { .print_state = "none" };

  sold.sale = till_sale_new (self->station);
  if (!ring_up (&sold, items, error))
    {
      cli_seller_clear_sold (&sold);
      return FALSE;
    }
  if (!is_refused (&sold))
    settle_up (self, &sold, tenders, tender_count);
  *out_sold = sold;
  return TRUE;
}

/* Paid, withdrawn after it was stored, or dropped with cash given back. */
static gboolean
has_paper (TillSale *sale)
{
  GListModel *payments = till_sale_payments (sale);
  gboolean found = till_sale_is_paid (sale);

  for (guint i = 0; !found && i < g_list_model_get_n_items (payments)
                    && g_str_equal (till_sale_kind (sale), "sale");
       i++)
    {
      g_autoptr (TillPayment) payment = g_list_model_get_item (payments, i);

      found = till_payment_amount_minor (payment) < 0
              || (till_payment_state (payment) == TILL_PAYMENT_STATE_CANCELLED
                  && till_payment_stan (payment) != 0);
    }
  return found;
}

void
cli_seller_refund (CliSeller *self,
                   const TillRefundWish *wish,
                   CliSold *out_sold,
                   const char **out_refusal)
{
  g_autoptr (GAsyncResult) result = NULL;
  CliSold sold = { .print_state = "none" };

  till_refund_async (self->station, wish, cli_wait_ready_cb, &result);
  (void)till_refund_finish (self->station, cli_wait_for (&result), &sold.sale, out_refusal,
                            &sold.note, &sold.fault);
  if (sold.sale != NULL && has_paper (sold.sale))
    wait_for_print (self, &sold);
  *out_sold = sold;
}
