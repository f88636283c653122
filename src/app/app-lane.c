/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-lane-private.h"

#include "app-error.h"

#include "base-money.h"

#include <glib/gi18n.h>

#define AMOUNT_TEXT_MAX 10 /* a barcode is longer, so it can't become a sum of money */
#define QUANTITY_TEXT_MAX 8

enum
{
  PROP_0,
  PROP_STATION,
  PROP_SALE,
  PROP_PAGE,
  PROP_RESULTS,
  PROP_PARKED,
  PROP_COUNT
};
static GParamSpec *properties[PROP_COUNT];

enum
{
  SIGNAL_CHANGED,
  SIGNAL_SOUND,
  SIGNAL_APPROVE,
  SIGNAL_BADGE,
  SIGNAL_COUNT
};
static guint signals[SIGNAL_COUNT];

G_DEFINE_FINAL_TYPE (AppLane, app_lane, G_TYPE_OBJECT)

static gboolean
on_changed_idle_cb (gpointer data)
{
  AppLane *self = data;

  self->changed_id = 0;
  app_lane_actions_update (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  return G_SOURCE_REMOVE;
}

/* A scan changes ten properties: the widgets look once, before the next frame is laid out. GTK may
 * paint at a priority just below the keys' own, so this must not be lower. */
void
app_lane_emit_changed (AppLane *self)
{
  if (self->changed_id == 0 && self->station != NULL)
    self->changed_id = g_idle_add_full (G_PRIORITY_DEFAULT, on_changed_idle_cb, self, NULL);
}

void
app_lane_emit_sound (AppLane *self, AppSoundKind kind)
{
  g_signal_emit (self, signals[SIGNAL_SOUND], 0, (int)kind);
}

void
app_lane_emit_approve (AppLane *self, const AppApproval *approval)
{
  g_signal_emit (self, signals[SIGNAL_APPROVE], 0, approval);
}

void
app_lane_emit_badge (AppLane *self, const char *code)
{
  g_signal_emit (self, signals[SIGNAL_BADGE], 0, code);
}

/* --- the notice --- */

static void
set_notice (AppLane *self, AppTone tone, const char *text, const char *code)
{
  guint codes
      = tone == APP_TONE_STOP && self->notice.tone == APP_TONE_STOP ? self->notice.code_count : 0;

  g_free (self->notice_text);
  g_free (self->notice_code);
  self->notice_text = g_strdup (text);
  self->notice_code = g_strdup (code);
  self->notice = (AppNotice){ tone, self->notice_text, self->notice_code, codes + (code != NULL) };
}

void
app_lane_clear_notice (AppLane *self)
{
  self->asked_cancel = FALSE;
  self->asked_quantity_milli = 0;
  set_notice (self, APP_TONE_NEUTRAL, NULL, NULL);
  app_lane_emit_changed (self);
}

void
app_lane_pass_notice (AppLane *self)
{
  if (self->notice.text != NULL && self->notice.tone != APP_TONE_STOP)
    app_lane_clear_notice (self);
}

void
app_lane_stop (AppLane *self, const char *text, const char *code)
{
  set_notice (self, APP_TONE_STOP, text, code);
  app_lane_emit_sound (self, APP_SOUND_STOP);
  app_lane_emit_changed (self);
}

void
app_lane_notify (AppLane *self, AppTone tone, const char *text)
{
  if (self->notice.text != NULL && self->notice.tone == APP_TONE_STOP)
    return; /* what was refused must be seen first */
  set_notice (self, tone, text, NULL);
  app_lane_emit_sound (self, APP_SOUND_ATTENTION);
  app_lane_emit_changed (self);
}

void
app_lane_fail (AppLane *self, const GError *error)
{
  if (app_error_kind (error) == APP_ERROR_KIND_CANCELLED)
    return;
  g_debug ("%s", error->message);
  app_lane_stop (self, app_error_sentence (error), NULL);
}

/* --- the sale --- */

static void
on_sale_notify_cb (AppLane *self, GParamSpec *pspec, TillSale *sale)
{
  if (g_str_equal (pspec->name, "current-line") && till_sale_current_line (sale) != 0)
    self->selected_line = till_sale_current_line (sale);
  app_lane_emit_changed (self);
}

static void
on_payment_notify_cb (AppLane *self, GParamSpec *pspec, TillPayment *payment)
{
  app_lane_emit_changed (self);
}

void
app_lane_set_payment (AppLane *self, TillPayment *payment)
{
  g_set_object (&self->payment, payment);
  g_signal_group_set_target (self->payment_signals, payment);
  app_lane_emit_changed (self);
}

/* Takes over `sale`. */
void
app_lane_set_sale (AppLane *self, TillSale *sale)
{
  g_clear_object (&self->sale);
  self->sale = sale;
  g_signal_group_set_target (self->sale_signals, sale);
  self->selected_line = till_sale_current_line (sale);
  app_lane_set_payment (self, NULL);
  app_lane_reset_line (self);
  app_lane_clear_amount (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SALE]);
}

static void
on_print_changed_cb (AppLane *self,
                     gint64 receipt_no,
                     const char *state,
                     const char *reason,
                     TillStation *station)
{
  if (receipt_no == 0 || receipt_no != self->last.receipt_no)
    return;
  g_free (self->last_print);
  self->last_print = g_strdup (state);
  self->last.print = self->last_print;
  app_lane_emit_changed (self);
}

static void
on_station_notify_cb (AppLane *self, GParamSpec *pspec, TillStation *station)
{
  if (g_str_equal (pspec->name, "parked-count"))
    app_lane_list_parked (self);
  else if (g_str_equal (pspec->name, "locked"))
    app_lane_follow_lock (self);
  app_lane_emit_changed (self);
}

/* --- parked sales and search results --- */

static void
on_parked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (AppLane) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) parked
      = till_station_parked_finish (TILL_STATION (source), result, &error);

  if (parked == NULL)
    {
      app_lane_fail (self, error);
      return;
    }
  g_set_object (&self->parked, parked);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PARKED]);
  app_lane_emit_changed (self);
}

void
app_lane_list_parked (AppLane *self)
{
  till_station_parked_async (self->station, NULL, on_parked_cb, g_object_ref (self));
}

static void
on_searched_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (AppLane) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) results
      = till_station_search_finish (TILL_STATION (source), result, &error);

  if (results == NULL)
    {
      app_lane_fail (self, error);
      return;
    }
  g_set_object (&self->results, results);
  self->selected_row = 0;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RESULTS]);
  if (self->enter_when_found)
    app_lane_actions_enter (self);
  app_lane_emit_changed (self);
}

static void
search (AppLane *self)
{
  g_free (self->results_text);
  self->results_text = g_strdup (self->line_text->str);
  self->enter_when_found = FALSE;
  g_clear_object (&self->results);
  if (self->line_text->len == 0)
    {
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RESULTS]);
      return;
    }
  till_station_search_async (self->station, self->line_text->str, NULL, on_searched_cb,
                             g_object_ref (self));
}

/* --- the input line --- */

void
app_lane_reset_line (AppLane *self)
{
  g_string_truncate (self->line_text, 0);
  self->times_milli = 0;
  self->mode = APP_MODE_ITEM;
  g_clear_pointer (&self->weighed, shop_product_free);
  app_lane_emit_changed (self);
}

void
app_lane_clear_amount (AppLane *self)
{
  g_string_truncate (self->amount_text, 0);
  app_lane_emit_changed (self);
}

/* What the input method, or a hand in the field itself, made of it. */
void
app_lane_set_line_text (AppLane *self, const char *text)
{
  if (g_str_equal (self->line_text->str, text))
    return;
  g_string_assign (self->line_text, text);
  if (self->mode == APP_MODE_SEARCH)
    search (self);
  app_lane_emit_changed (self);
}

void
app_lane_set_mode (AppLane *self, AppMode mode)
{
  if (self->mode == mode)
    return;
  self->mode = mode;
  self->selected_row = 0;
  g_string_truncate (self->line_text, 0);
  if (mode == APP_MODE_SEARCH)
    search (self);
  app_lane_emit_changed (self);
}

static void
append_line (AppLane *self, gunichar character)
{
  if (g_utf8_strlen (self->line_text->str, -1) >= APP_LANE_TEXT_MAX)
    return;
  g_string_append_unichar (self->line_text, character);
  if (self->mode == APP_MODE_SEARCH)
    search (self);
  app_lane_emit_changed (self);
}

/* "3" "*": what was typed is a quantity for the next item. */
static void
take_times (AppLane *self)
{
  g_autofree char *item = g_strconcat (self->line_text->str, "*0", NULL);
  const char *code;
  gint64 quantity_milli;

  if (self->line_text->len == 0)
    {
      app_lane_actions_run (self, "quantity", NULL);
      return;
    }
  if (self->line_text->len > QUANTITY_TEXT_MAX
      || !shop_cart_parse_item (item, &quantity_milli, &code, NULL))
    {
      append_line (self, '*'); /* a code may hold one */
      return;
    }
  self->times_milli = quantity_milli;
  g_string_truncate (self->line_text, 0);
  app_lane_emit_changed (self);
}

static gboolean
type_item (AppLane *self, gunichar character)
{
  if (g_unichar_isdigit (character) || character == '.' || character == '-')
    append_line (self, character);
  else if (character == '*' || character == 0xd7)
    take_times (self);
  else if (character == '/')
    app_lane_actions_run (self, "discount", NULL);
  else if (g_unichar_isalpha (character) && self->line_text->len == 0)
    {
      app_lane_set_mode (self,
                         APP_MODE_SEARCH); /* letters begin a name, and want the input method */
      return FALSE;
    }
  else if (character != ' ' && g_unichar_isprint (character))
    append_line (self, character);
  return TRUE;
}

static gboolean
type_quantity (AppLane *self, gunichar character)
{
  gboolean fits = self->line_text->len < QUANTITY_TEXT_MAX;

  app_lane_pass_notice (self);
  if (fits && (g_unichar_isdigit (character) || character == '.'))
    append_line (self, character);
  return TRUE;
}

static gboolean
type_recall (AppLane *self, gunichar character)
{
  int digit = g_unichar_digit_value (character);

  if (digit >= 1)
    {
      app_lane_select_row (self, (guint)digit - 1);
      app_lane_actions_enter (self);
    }
  return TRUE;
}

static gboolean
type_amount (AppLane *self, gunichar character)
{
  if (till_sale_is_paid (self->sale) || app_lane_is_paying (self))
    return TRUE;
  if (character == '+')
    app_lane_actions_run (self, "cash", NULL);
  else if (character == '*')
    app_lane_actions_run (self, "card", NULL);
  else if (!g_unichar_isdigit (character) && character != '.')
    return FALSE;
  else if (self->amount_text->len >= AMOUNT_TEXT_MAX)
    app_lane_stop (self, _ ("That is too long for a sum of money"), NULL);
  else
    g_string_append_unichar (self->amount_text, character);
  app_lane_emit_changed (self);
  return TRUE;
}

gboolean
app_lane_type_now (AppLane *self, gunichar character)
{
  if (g_str_equal (self->page, "pay"))
    return type_amount (self, character);
  if (!g_str_equal (self->page, "sell"))
    return FALSE;
  switch (self->mode)
    {
    case APP_MODE_ITEM:
      return type_item (self, character);
    case APP_MODE_QUANTITY:
    case APP_MODE_WEIGHT:
      return type_quantity (self, character);
    case APP_MODE_DISCOUNT:
    case APP_MODE_DISCOUNT_ALL:
      return app_lane_discount_type (self, character) || type_quantity (self, character);
    case APP_MODE_RECALL:
      return type_recall (self, character);
    case APP_MODE_SEARCH:
      break;
    }
  if (g_unichar_isdigit (character) || character == '-' || character == '.')
    {
      append_line (self, character); /* the widget passes on digits that the input method wants */
      return TRUE;
    }
  return FALSE;
}

gboolean
app_lane_type (AppLane *self, gunichar character)
{
  return app_lane_wish_character (self, character) || app_lane_type_now (self, character);
}

static void
drop_last_character (GString *text)
{
  if (text->len > 0)
    g_string_truncate (
        text, (gsize)(g_utf8_find_prev_char (text->str, text->str + text->len) - text->str));
}

void
app_lane_erase (AppLane *self)
{
  if (g_str_equal (self->page, "pay"))
    drop_last_character (self->amount_text);
  else if (self->line_text->len > 0)
    {
      drop_last_character (self->line_text);
      if (self->mode == APP_MODE_SEARCH)
        search (self);
    }
  else
    self->times_milli = 0;
  app_lane_emit_changed (self);
}

static void
clear_mark (AppMark *mark)
{
  g_clear_pointer (&mark->line_text, g_free);
  g_clear_pointer (&mark->amount_text, g_free);
}

void
app_lane_mark (AppLane *self)
{
  clear_mark (&self->mark);
  self->mark = (AppMark){
    .mode = self->mode,
    .line_text = g_strdup (self->line_text->str),
    .amount_text = g_strdup (self->amount_text->str),
    .times_milli = self->times_milli,
    .wishes = g_queue_get_length (&self->wishes),
  };
}

void
app_lane_rewind (AppLane *self)
{
  if (self->mark.line_text == NULL)
    return;
  app_lane_wish_drop_since (self, self->mark.wishes);
  self->mode = self->mark.mode;
  self->times_milli = self->mark.times_milli;
  g_string_assign (self->line_text, self->mark.line_text);
  g_string_assign (self->amount_text, self->mark.amount_text);
  if (self->mode == APP_MODE_SEARCH)
    search (self);
  app_lane_emit_changed (self);
}

/* --- selections --- */

void
app_lane_select_line (AppLane *self, guint number)
{
  if (self->selected_line == number)
    return;
  self->selected_line = number;
  app_lane_emit_changed (self);
}

void
app_lane_select_row (AppLane *self, guint row)
{
  if (self->selected_row == row)
    return;
  self->selected_row = row;
  app_lane_emit_changed (self);
}

static void
move_line (AppLane *self, int step)
{
  const ShopCart *cart = till_sale_cart (self->sale);
  gint64 number = self->selected_line;

  do
    number += step;
  while (number >= 1 && number <= shop_cart_count (cart)
         && shop_cart_line_by_number (cart, (guint)number)->voided);
  if (number >= 1 && number <= shop_cart_count (cart))
    app_lane_select_line (self, (guint)number);
}

void
app_lane_move_selection (AppLane *self, int step)
{
  GListModel *rows = self->mode == APP_MODE_SEARCH ? self->results : self->parked;
  gint64 row = (gint64)self->selected_row + step;

  if (self->mode != APP_MODE_SEARCH && self->mode != APP_MODE_RECALL)
    move_line (self, step);
  else if (rows != NULL && row >= 0 && row < g_list_model_get_n_items (rows))
    app_lane_select_row (self, (guint)row);
}

/* --- pages and getters --- */

void
app_lane_show_page (AppLane *self, const char *page)
{
  const char *interned = g_intern_string (app_lane_is_locked (self) ? APP_LANE_SIGN_IN : page);

  if (self->page == interned)
    return;
  self->page = interned;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PAGE]);
  app_lane_emit_changed (self);
}

void
app_lane_act (AppLane *self, const char *action, GVariant *parameter)
{
  g_autoptr (GVariant) owned = parameter != NULL ? g_variant_ref_sink (parameter) : NULL;

  app_lane_wish_action (self, action, owned);
}

TillStation *
app_lane_station (AppLane *self)
{
  return self->station;
}

TillSale *
app_lane_sale (AppLane *self)
{
  return self->sale;
}

TillPayment *
app_lane_payment (AppLane *self)
{
  return self->payment;
}

const char *
app_lane_page (AppLane *self)
{
  return self->page;
}

AppMode
app_lane_mode (AppLane *self)
{
  return self->mode;
}

const char *
app_lane_line_text (AppLane *self)
{
  return self->line_text->str;
}

const char *
app_lane_amount_text (AppLane *self)
{
  return self->amount_text->str;
}

gint64
app_lane_times_milli (AppLane *self)
{
  return self->times_milli;
}

guint
app_lane_selected_line (AppLane *self)
{
  return self->selected_line;
}

guint
app_lane_selected_row (AppLane *self)
{
  return self->selected_row;
}

const AppNotice *
app_lane_notice (AppLane *self)
{
  return &self->notice;
}

const AppLast *
app_lane_last (AppLane *self)
{
  return &self->last;
}

GListModel *
app_lane_results (AppLane *self)
{
  return self->results;
}

GListModel *
app_lane_parked (AppLane *self)
{
  return self->parked;
}

GActionGroup *
app_lane_actions (AppLane *self)
{
  return G_ACTION_GROUP (self->actions);
}

const ShopProduct *
app_lane_weighed (AppLane *self)
{
  return self->weighed;
}

gint64
app_lane_amount_minor (AppLane *self)
{
  gint64 minor = 0;

  if (self->amount_text->len == 0
      || !base_money_parse (self->amount_text->str, till_station_currency (self->station), &minor,
                            NULL))
    return 0;
  return minor;
}

gboolean
app_lane_is_paying (AppLane *self)
{
  return self->payment != NULL && till_payment_is_running (self->payment);
}

/* --- the object --- */

static void
app_lane_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  AppLane *self = APP_LANE (object);

  switch (id)
    {
    case PROP_STATION:
      g_value_set_object (value, self->station);
      break;
    case PROP_SALE:
      g_value_set_object (value, self->sale);
      break;
    case PROP_PAGE:
      g_value_set_string (value, self->page);
      break;
    case PROP_RESULTS:
      g_value_set_object (value, self->results);
      break;
    case PROP_PARKED:
      g_value_set_object (value, self->parked);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
app_lane_dispose (GObject *object)
{
  AppLane *self = APP_LANE (object);

  g_queue_clear_full (&self->wishes, (GDestroyNotify)app_lane_wish_free);
  g_clear_object (&self->sale_signals);
  g_clear_object (&self->payment_signals);
  g_clear_object (&self->payment);
  g_clear_object (&self->sale);
  g_clear_object (&self->results);
  g_clear_object (&self->parked);
  g_clear_object (&self->station);
  g_clear_handle_id (&self->changed_id, g_source_remove);
  g_clear_object (&self->actions);
  G_OBJECT_CLASS (app_lane_parent_class)->dispose (object);
}

static void
app_lane_finalize (GObject *object)
{
  AppLane *self = APP_LANE (object);

  clear_mark (&self->mark);
  g_clear_pointer (&self->weighed, shop_product_free);
  g_string_free (self->line_text, TRUE);
  g_string_free (self->amount_text, TRUE);
  g_free (self->notice_text);
  g_free (self->notice_code);
  g_free (self->last_print);
  g_free (self->results_text);
  G_OBJECT_CLASS (app_lane_parent_class)->finalize (object);
}

static void
app_lane_class_init (AppLaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = app_lane_get_property;
  object_class->dispose = app_lane_dispose;
  object_class->finalize = app_lane_finalize;
  properties[PROP_STATION] = g_param_spec_object ("station", NULL, NULL, TILL_TYPE_STATION, flags);
  properties[PROP_SALE] = g_param_spec_object ("sale", NULL, NULL, TILL_TYPE_SALE, flags);
  properties[PROP_PAGE] = g_param_spec_string ("page", NULL, NULL, "sell", flags);
  properties[PROP_RESULTS] = g_param_spec_object ("results", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  properties[PROP_PARKED] = g_param_spec_object ("parked", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  g_object_class_install_properties (object_class, PROP_COUNT, properties);
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", APP_TYPE_LANE, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_APPROVE] = g_signal_new ("approve", APP_TYPE_LANE, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[SIGNAL_BADGE] = g_signal_new ("badge", APP_TYPE_LANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_SOUND] = g_signal_new ("sound", APP_TYPE_LANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 1, G_TYPE_INT);
}

static void
app_lane_init (AppLane *self)
{
  self->page = g_intern_static_string ("sell");
  self->line_text = g_string_new (NULL);
  self->amount_text = g_string_new (NULL);
  g_queue_init (&self->wishes);
  self->actions = g_simple_action_group_new ();
  self->sale_signals = g_signal_group_new (TILL_TYPE_SALE);
  g_signal_group_connect_swapped (self->sale_signals, "notify", G_CALLBACK (on_sale_notify_cb),
                                  self);
  self->payment_signals = g_signal_group_new (TILL_TYPE_PAYMENT);
  g_signal_group_connect_swapped (self->payment_signals, "notify",
                                  G_CALLBACK (on_payment_notify_cb), self);
}

AppLane *
app_lane_new (TillStation *station)
{
  AppLane *self = g_object_new (APP_TYPE_LANE, NULL);

  self->station = g_object_ref (station);
  app_lane_actions_add (self);
  g_signal_connect_object (station, "notify", G_CALLBACK (on_station_notify_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (station, "print-changed", G_CALLBACK (on_print_changed_cb), self,
                           G_CONNECT_SWAPPED);
  app_lane_set_sale (self, till_sale_new (station));
  app_lane_list_parked (self);
  app_lane_follow_lock (self);
  return self;
}
