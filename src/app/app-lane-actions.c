/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The table of "sale.*": what each action does, and why it can't be done now. Keyboard, scanner,
 * touch and screen reader all come through here.
 */
#include "app-lane-private.h"

#include "app-error.h"
#include "app-format.h"

#include <glib/gi18n.h>

typedef struct
{
  const char *name;
  const char *parameter; /* its type; NULL for none */
  void (*run) (AppLane *self, GVariant *parameter);
  const char *(*reason) (AppLane *self);
} Action;

/* --- reasons --- */

static const char *
reason_cart (AppLane *self)
{
  if (app_lane_is_paying (self))
    return _ ("a card is being taken");
  return till_sale_is_empty (self->sale) ? _ ("no items yet") : NULL;
}

static const char *
reason_line (AppLane *self)
{
  const ShopCartLine *line
      = shop_cart_line_by_number (till_sale_cart (self->sale), self->selected_line);

  if (reason_cart (self) != NULL)
    return reason_cart (self);
  return line == NULL || line->voided ? _ ("pick a line") : NULL;
}

static const char *
reason_park (AppLane *self)
{
  if (reason_cart (self) != NULL)
    return reason_cart (self);
  return till_sale_is_paid (self->sale) ? _ ("already paid") : NULL;
}

static const char *
reason_recall (AppLane *self)
{
  if (self->parked == NULL || g_list_model_get_n_items (self->parked) == 0)
    return _ ("none parked");
  return till_sale_is_empty (self->sale) ? NULL : _ ("park this sale first");
}

static const char *
reason_cancel (AppLane *self)
{
  if (reason_cart (self) != NULL)
    return reason_cart (self);
  return till_sale_paid_minor (self->sale) > 0 ? _ ("money was taken") : NULL;
}

static const char *
reason_tender (AppLane *self)
{
  if (app_lane_is_paying (self))
    return _ ("a card is being taken");
  if (till_sale_is_empty (self->sale))
    return _ ("no items yet");
  return till_sale_is_paid (self->sale) ? _ ("already paid") : NULL;
}

static TillConnection
connection_of (AppLane *self)
{
  TillConnection connection;

  g_object_get (self->station, "connection", &connection, NULL);
  return connection;
}

static const char *
reason_card (AppLane *self)
{
  TillDeviceState reader;
  gboolean offline_cards;
  guint reversals;

  if (reason_tender (self) != NULL)
    return reason_tender (self);
  g_object_get (self->station, "reader-state", &reader, "offline-cards", &offline_cards,
                "queue-reversals", &reversals, NULL);
  if (connection_of (self) == TILL_CONNECTION_NONE)
    return _ ("this shop has no acquirer");
  if (reader == TILL_DEVICE_ABSENT)
    return _ ("no card reader");
  if (reader == TILL_DEVICE_ATTENTION)
    return _ ("look at the reader");
  if (connection_of (self) == TILL_CONNECTION_OFFLINE && !offline_cards)
    return reversals > 0 ? _ ("a reversal goes first") : _ ("needs the line");
  return NULL;
}

static const char *
reason_cancel_card (AppLane *self)
{
  if (!app_lane_is_paying (self))
    return _ ("no card is being taken");
  if (till_payment_state (self->payment) == TILL_PAYMENT_STATE_SENDING)
    return _ ("too late: the bank is asked");
  return NULL;
}

static const char *
reason_back (AppLane *self)
{
  if (app_lane_is_paying (self) && till_payment_state (self->payment) == TILL_PAYMENT_STATE_SENDING)
    return _ ("the bank is being asked");
  return NULL;
}

static const char *
reason_finish (AppLane *self)
{
  if (till_sale_is_paid (self->sale))
    return NULL;
  if (app_lane_is_paying (self))
    return _ ("a card is being taken");
  return app_lane_amount_minor (self) > 0 ? NULL : _ ("take cash or a card");
}

/* --- what they do --- */

static void
run_enter (AppLane *self, GVariant *parameter)
{
  if (g_str_equal (self->page, "pay"))
    app_lane_pay_finish (self);
  else if (g_str_equal (self->page, "sell"))
    app_lane_actions_enter (self);
}

/* One step back, and never out of the cart. */
static void
run_clear (AppLane *self, GVariant *parameter)
{
  if (self->notice.text != NULL)
    app_lane_clear_notice (self);
  else if (g_str_equal (self->page, "pay"))
    app_lane_pay_back (self);
  else if (g_str_equal (self->page, "report") || g_str_equal (self->page, "people")
           || g_str_equal (self->page, "drawer"))
    app_lane_show_page (self, "office");
  else if (!g_str_equal (self->page, "sell"))
    app_lane_show_page (self, "sell");
  else if (self->mode != APP_MODE_ITEM || self->line_text->len > 0 || self->times_milli > 0)
    app_lane_reset_line (self);
}

static void
run_search (AppLane *self, GVariant *parameter)
{
  app_lane_show_page (self, "sell");
  app_lane_set_mode (self, APP_MODE_SEARCH);
}

static void
set_quantity (AppLane *self)
{
  g_autofree char *item = g_strconcat (self->line_text->str, "*0", NULL);
  g_autoptr (GError) error = NULL;
  const char *code;
  gint64 quantity_milli;

  if (!shop_cart_parse_item (item, &quantity_milli, &code, &error))
    {
      app_lane_fail (self, error);
      return;
    }
  if (quantity_milli > APP_LANE_QUANTITY_ASK_MILLI && self->asked_quantity_milli != quantity_milli)
    {
      app_lane_notify (self, APP_TONE_NOTE, _ ("That is a lot. Press Enter again if it is right."));
      self->asked_quantity_milli = quantity_milli;
      return;
    }
  app_lane_pass_notice (self);
  if (!till_sale_set_quantity (self->sale, self->selected_line, quantity_milli, &error))
    app_lane_fail (self, error);
  else
    app_lane_emit_sound (self, APP_SOUND_ACCEPTED);
  app_lane_reset_line (self);
}

/* With a number typed before it: that many of the selected line at once. */
static void
run_quantity (AppLane *self, GVariant *parameter)
{
  gboolean has_number = self->mode == APP_MODE_ITEM && self->line_text->len > 0;

  if (reason_line (self) != NULL)
    {
      app_lane_notify (self, APP_TONE_NOTE,
                       _ ("Pick a line first, or type a number and * before the next item."));
      return;
    }
  if (has_number && strspn (self->line_text->str, "0123456789.") == self->line_text->len
      && self->line_text->len <= 8)
    set_quantity (self);
  else
    app_lane_set_mode (self, APP_MODE_QUANTITY);
}

static void
run_discount (AppLane *self, GVariant *parameter)
{
  app_lane_discount_begin (self);
}

static void
run_void_line (AppLane *self, GVariant *parameter)
{
  g_autofree char *clock = app_format_clock (g_get_real_time ());
  /* Translators: the reason of a voided line; a time of day. */
  g_autofree char *reason = g_strdup_printf (_ ("Taken off at %s"), clock);
  g_autoptr (GError) error = NULL;

  app_lane_pass_notice (self);
  if (!till_sale_void_line (self->sale, self->selected_line, reason, &error))
    app_lane_fail (self, error);
  app_lane_reset_line (self);
}

static void
on_parked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (AppLane) self = data;
  g_autoptr (GError) error = NULL;

  if (!till_sale_park_finish (TILL_SALE (source), result, &error))
    app_lane_fail (self, error);
  else
    {
      app_lane_set_sale (self, till_sale_new (self->station));
      app_lane_show_page (self, "sell");
      app_lane_list_parked (self);
    }
  app_lane_wish_go_on (self);
}

static void
run_park (AppLane *self, GVariant *parameter)
{
  app_lane_pass_notice (self);
  app_lane_wish_block (self);
  till_sale_park_async (self->sale, NULL, on_parked_cb, g_object_ref (self));
}

static void
run_recall (AppLane *self, GVariant *parameter)
{
  app_lane_show_page (self, "sell");
  app_lane_set_mode (self, APP_MODE_RECALL);
}

static void
on_recalled_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (AppLane) self = data;
  g_autoptr (GError) error = NULL;
  TillSale *sale = till_sale_recall_finish (TILL_STATION (source), result, &error);

  if (g_error_matches (error, TILL_ERROR, TILL_ERROR_STATE))
    app_lane_stop (self, error->message, NULL);
  else if (sale == NULL)
    app_lane_fail (self, error);
  else
    {
      app_lane_set_sale (self, sale);
      app_lane_list_parked (self);
    }
  app_lane_wish_go_on (self);
}

static void
run_take_parked (AppLane *self, GVariant *parameter)
{
  if (reason_recall (self) != NULL)
    {
      app_lane_notify (self, APP_TONE_NOTE, reason_recall (self));
      return;
    }
  app_lane_wish_block (self);
  till_sale_recall_async (self->station, g_variant_get_int64 (parameter), on_recalled_cb,
                          g_object_ref (self));
}

static void
on_cancelled_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (AppLane) self = data;
  g_autoptr (GError) error = NULL;

  if (!till_sale_cancel_finish (TILL_SALE (source), result, &error))
    app_lane_fail (self, error);
  else
    {
      app_lane_set_sale (self, till_sale_new (self->station));
      app_lane_show_page (self, "sell");
    }
  app_lane_wish_go_on (self);
}

static void
run_cancel (AppLane *self, GVariant *parameter)
{
  if (!self->asked_cancel)
    {
      app_lane_notify (self, APP_TONE_NOTE,
                       _ ("Cancel the whole sale? Press F9 again. Esc keeps it."));
      self->asked_cancel = TRUE;
      return;
    }
  app_lane_clear_notice (self);
  app_lane_wish_block (self);
  till_sale_cancel_async (self->sale, _ ("Cancelled by the cashier"), on_cancelled_cb,
                          g_object_ref (self));
}

static void
run_pay (AppLane *self, GVariant *parameter)
{
  if (g_str_equal (self->page, "pay"))
    app_lane_pay_finish (self);
  else
    app_lane_pay_open (self);
}

static void
run_cash (AppLane *self, GVariant *parameter)
{
  gint64 amount_minor = app_lane_amount_minor (self);

  if (self->amount_text->len > 0 && amount_minor == 0)
    app_lane_stop (self, _ ("That is no sum of money"), NULL);
  else
    app_lane_pay_cash (self, amount_minor > 0 ? amount_minor : till_sale_left_minor (self->sale));
}

static void
run_cash_note (AppLane *self, GVariant *parameter)
{
  app_lane_pay_cash (self, g_variant_get_int64 (parameter));
}

static void
run_card (AppLane *self, GVariant *parameter)
{
  app_lane_pay_card (self);
}

static void
run_cancel_card (AppLane *self, GVariant *parameter)
{
  app_lane_pay_cancel_card (self);
}

static void
run_back (AppLane *self, GVariant *parameter)
{
  app_lane_pay_back (self);
}

static void
run_finish (AppLane *self, GVariant *parameter)
{
  app_lane_pay_finish (self);
}

static void
run_digits (AppLane *self, GVariant *parameter)
{
  for (const char *digit = g_variant_get_string (parameter, NULL); *digit != '\0'; digit++)
    app_lane_type_now (self, (gunichar)*digit);
}

static void
run_erase (AppLane *self, GVariant *parameter)
{
  app_lane_erase (self);
}

static void
run_add (AppLane *self, GVariant *parameter)
{
  app_lane_wish_code_now (self, g_variant_get_string (parameter, NULL));
}

static void
on_reprinted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (AppLane) self = data;
  g_autoptr (GError) error = NULL;

  if (!till_station_reprint_finish (TILL_STATION (source), result, &error))
    app_lane_fail (self, error);
}

static const char *
reason_reprint (AppLane *self)
{
  return self->last.receipt_no == 0 ? _ ("no sale yet") : NULL;
}

static void
run_reprint (AppLane *self, GVariant *parameter)
{
  till_station_reprint_async (self->station, self->last.receipt_no, on_reprinted_cb,
                              g_object_ref (self));
}

static const Action table[] = {
  { "enter", NULL, run_enter, NULL },
  { "clear", NULL, run_clear, NULL },
  { "search", NULL, run_search, NULL },
  { "quantity", NULL, run_quantity, reason_cart },
  { "discount", NULL, run_discount, reason_line },
  { "void-line", NULL, run_void_line, reason_line },
  { "park", NULL, run_park, reason_park },
  { "recall", NULL, run_recall, reason_recall },
  { "take-parked", "x", run_take_parked, NULL },
  { "cancel", NULL, run_cancel, reason_cancel },
  { "pay", NULL, run_pay, reason_cart },
  { "cash", NULL, run_cash, reason_tender },
  { "cash-note", "x", run_cash_note, reason_tender },
  { "card", NULL, run_card, reason_card },
  { "cancel-card", NULL, run_cancel_card, reason_cancel_card },
  { "back", NULL, run_back, reason_back },
  { "finish", NULL, run_finish, reason_finish },
  { "digits", "s", run_digits, NULL },
  { "erase", NULL, run_erase, NULL },
  { "add", "s", run_add, NULL },
  { "reprint", NULL, run_reprint, reason_reprint },
};

static const Action *
find_action (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (g_str_equal (table[i].name, name))
      return &table[i];
  return NULL;
}

const char *
app_lane_reason (AppLane *self, const char *name)
{
  const Action *action = find_action (name);

  return action == NULL || action->reason == NULL ? NULL : action->reason (self);
}

void
app_lane_actions_run (AppLane *self, const char *name, GVariant *parameter)
{
  const Action *action = find_action (name);
  const char *reason = app_lane_reason (self, name);

  g_assert (action != NULL);
  if (app_lane_is_locked (self))
    return;
  if (!g_str_equal (name, "cancel"))
    self->asked_cancel = FALSE;
  if (reason == NULL)
    action->run (self, parameter);
  else if (*reason != '\0')
    app_lane_notify (self, APP_TONE_NOTE, reason);
}

static void
on_action_activate_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  app_lane_wish_action (data, g_action_get_name (G_ACTION (action)), parameter);
}

void
app_lane_actions_add (AppLane *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      const GVariantType *type
          = table[i].parameter != NULL ? G_VARIANT_TYPE (table[i].parameter) : NULL;
      g_autoptr (GSimpleAction) action = g_simple_action_new (table[i].name, type);

      g_signal_connect_object (action, "activate", G_CALLBACK (on_action_activate_cb), self, 0);
      g_action_map_add_action (G_ACTION_MAP (self->actions), G_ACTION (action));
    }
}

void
app_lane_actions_update (AppLane *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->actions), table[i].name);

      g_simple_action_set_enabled (G_SIMPLE_ACTION (action),
                                   app_lane_reason (self, table[i].name) == NULL);
    }
}

/* --- Enter on the sell page --- */

static void
enter_item (AppLane *self)
{
  g_autofree char *code = g_strstrip (g_strdup (self->line_text->str));
  g_autofree char *quantity = shop_cart_quantity_text (self->times_milli);
  g_autofree char *item
      = self->times_milli > 0 ? g_strconcat (quantity, "*", code, NULL) : g_strdup (code);

  if (*code == '\0')
    return; /* Enter on nothing does nothing: a scanner may send it twice */
  if (self->times_milli > APP_LANE_QUANTITY_ASK_MILLI
      && self->asked_quantity_milli != self->times_milli)
    {
      app_lane_notify (self, APP_TONE_NOTE, _ ("That is a lot. Press Enter again if it is right."));
      self->asked_quantity_milli = self->times_milli;
      return;
    }
  app_lane_reset_line (self);
  app_lane_wish_code_now (self, item);
}

static void
enter_weight (AppLane *self)
{
  g_autofree char *item = g_strdup_printf ("%s*%s", self->line_text->str, self->weighed->code);

  if (self->line_text->len == 0)
    return;
  app_lane_reset_line (self);
  app_lane_wish_code_now (self, item);
}

static void
enter_search (AppLane *self)
{
  g_autoptr (TillProductRow) row = NULL;
  g_autoptr (ShopProduct) product = NULL;

  self->enter_when_found = self->results == NULL && self->line_text->len > 0;
  if (self->results != NULL)
    row = g_list_model_get_item (self->results, self->selected_row);
  if (row == NULL)
    return;
  product = shop_product_copy (till_product_row_product (row));
  app_lane_add_product (self, product);
}

static void
enter_recall (AppLane *self)
{
  g_autoptr (TillParkedRow) row
      = self->parked != NULL ? g_list_model_get_item (self->parked, self->selected_row) : NULL;
  g_autoptr (GVariant) id
      = row != NULL ? g_variant_ref_sink (g_variant_new_int64 (till_parked_row_id (row))) : NULL;

  if (id != NULL)
    run_take_parked (self, id);
}

void
app_lane_actions_enter (AppLane *self)
{
  switch (self->mode)
    {
    case APP_MODE_ITEM:
      enter_item (self);
      break;
    case APP_MODE_QUANTITY:
      if (self->line_text->len > 0)
        set_quantity (self);
      break;
    case APP_MODE_DISCOUNT:
    case APP_MODE_DISCOUNT_ALL:
      if (self->line_text->len > 0)
        app_lane_discount_enter (self);
      break;
    case APP_MODE_WEIGHT:
      enter_weight (self);
      break;
    case APP_MODE_SEARCH:
      enter_search (self);
      break;
    case APP_MODE_RECALL:
      enter_recall (self);
      break;
    }
}
