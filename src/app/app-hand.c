/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-hand.h"

#include "app-keys.h"
#include "app-scanner.h"

#include <glib/gi18n.h>

struct _AppHand
{
  GtkWidget *window;
  AppLane *lane;
  AppSellPage *page;
  AppInput *input;
  GtkEventController *controller;
  AppScanner scanner;
  guint held_keycode;
  guint burst_id, money_id, hold_id;
  const char *money_action;
  char held[APP_SCANNER_COUNT_MIN]; /* digits that may turn out to be a scan's first */
  guint held_count;
  gboolean has_typed; /* something reached the lane since its mark */
};

static gboolean
is_page (AppHand *self, const char *page)
{
  return g_str_equal (app_lane_page (self->lane), page);
}

static GtkWidget *
focus_of (AppHand *self)
{
  return gtk_root_get_focus (GTK_ROOT (self->window));
}

/* --- scans --- */

static gboolean
on_burst_over_cb (gpointer data)
{
  AppHand *self = data;
  g_autofree char *text = app_scanner_take_unfinished (&self->scanner);

  self->burst_id = 0;
  if (text == NULL)
    return G_SOURCE_REMOVE;
  if (!is_page (self, "sell"))
    app_lane_notify (self->lane, APP_TONE_NOTE,
                     _ ("A code came without Enter: scan it again on the sale's page."));
  else
    for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
      app_lane_type (self->lane, g_utf8_get_char (at));
  return G_SOURCE_REMOVE;
}

/* Lower than the keys' own priority: what is still on its way comes first. */
static void
await_end (AppHand *self)
{
  g_clear_handle_id (&self->burst_id, g_source_remove);
  self->burst_id
      = g_timeout_add_full (G_PRIORITY_LOW, APP_HAND_BURST_WAIT_MS, on_burst_over_cb, self, NULL);
}

static void
drop_held (AppHand *self)
{
  g_clear_handle_id (&self->hold_id, g_source_remove);
  self->held_count = 0;
}

static void
begin_burst (AppHand *self)
{
  drop_held (self);
  if (!self->has_typed)
    return;
  app_lane_rewind (self->lane);
  app_input_reset (self->input);
}

/* --- money --- */

static gboolean
on_money_cb (gpointer data)
{
  AppHand *self = data;

  self->money_id = 0;
  app_lane_act (self->lane, self->money_action, NULL);
  return G_SOURCE_REMOVE;
}

static void
await_money (AppHand *self, gunichar character)
{
  self->money_action = character == '+' ? "cash" : "card";
  self->money_id
      = g_timeout_add_full (G_PRIORITY_LOW, APP_HAND_MONEY_WAIT_MS, on_money_cb, self, NULL);
}

/* --- characters --- */

static void
append_to_line (AppHand *self, gunichar character)
{
  g_autoptr (GString) text = g_string_new (app_lane_line_text (self->lane));

  g_string_append_unichar (text, character);
  app_lane_set_line_text (self->lane, text->str);
}

static gboolean
type_on_sell (AppHand *self, gunichar character)
{
  gboolean had_focus = app_input_has_focus (self->input);

  if (character == ' ' && !had_focus)
    return GDK_EVENT_PROPAGATE; /* presses the button that has the focus */
  if (app_input_is_composing (self->input))
    return GDK_EVENT_PROPAGATE;
  app_input_take_focus (self->input);
  if (app_lane_type (self->lane, character))
    return GDK_EVENT_STOP;
  if (had_focus)
    return GDK_EVENT_PROPAGATE; /* the text field and its input method */
  append_to_line (self, character);
  return GDK_EVENT_STOP;
}

static gboolean
type_by_hand (AppHand *self, gunichar character)
{
  self->has_typed = TRUE;
  if (is_page (self, "sell"))
    return type_on_sell (self, character);
  if (!is_page (self, "pay"))
    return GDK_EVENT_PROPAGATE;
  if (character == '+' || character == '*')
    {
      await_money (self, character);
      return GDK_EVENT_STOP;
    }
  return app_lane_type (self->lane, character) ? GDK_EVENT_STOP : GDK_EVENT_PROPAGATE;
}

/* The cardholder has to choose, and 1 … 9 are the choices. */
static gboolean
is_choosing (AppHand *self)
{
  TillPayment *payment = app_lane_payment (self->lane);

  return is_page (self, "pay") && payment != NULL && till_payment_choices (payment) != NULL;
}

static void
type_held (AppHand *self)
{
  guint count = self->held_count;
  char held[sizeof self->held];

  for (guint i = 0; i < count; i++)
    held[i] = self->held[i];
  drop_held (self);
  if (is_choosing (self))
    {
      if (count == 1 && held[0] != '0') /* several that came so fast are no hand's */
        till_payment_choose (app_lane_payment (self->lane), held[0] - '1');
      return;
    }
  for (guint i = 0; i < count; i++)
    if (type_by_hand (self, (guchar)held[i]) == GDK_EVENT_PROPAGATE && is_page (self, "sell"))
      append_to_line (self, (guchar)held[i]);
}

static gboolean
on_held_cb (gpointer data)
{
  AppHand *self = data;

  self->hold_id = 0;
  type_held (self);
  return G_SOURCE_REMOVE;
}

/* A code's first digits are shown a moment later, when they were a hand's: a scan that has drawn
 * nothing before its Enter need not wait for the next frame's turn to draw its line. And a scan's
 * first digit must not choose what a card pays by. */
static gboolean
hold_back (AppHand *self, gunichar character)
{
  gboolean codes = is_page (self, "sell") && app_lane_mode (self->lane) == APP_MODE_ITEM
                   && !app_input_is_composing (self->input);

  if (character > 0x7f || !g_ascii_isdigit ((char)character) || (!codes && !is_choosing (self))
      || self->held_count == G_N_ELEMENTS (self->held))
    return FALSE;
  self->held[self->held_count++] = (char)character;
  g_clear_handle_id (&self->hold_id, g_source_remove);
  self->hold_id = g_timeout_add_full (G_PRIORITY_LOW, codes ? APP_HAND_HOLD_MS : APP_HAND_CHOICE_MS,
                                      on_held_cb, self, /* notify= */ NULL);
  return TRUE;
}

static gboolean
take_by_hand (AppHand *self, gunichar character)
{
  if (hold_back (self, character))
    return GDK_EVENT_STOP;
  type_held (self);
  return type_by_hand (self, character);
}

static gboolean
take_character (AppHand *self, gunichar character, guint32 time_ms, gboolean repeated)
{
  g_clear_handle_id (&self->money_id, g_source_remove);
  if (repeated)
    {
      app_scanner_reset (&self->scanner);
      type_held (self);
      return type_by_hand (self, character);
    }
  if (app_scanner_is_start (&self->scanner, time_ms))
    {
      g_clear_handle_id (&self->burst_id, g_source_remove);
      type_held (self);
      on_burst_over_cb (self);
      app_lane_mark (self->lane);
      self->has_typed = FALSE;
    }
  switch (app_scanner_feed (&self->scanner, character, time_ms))
    {
    case APP_SCANNER_TYPED:
      return take_by_hand (self, character);
    case APP_SCANNER_BURST:
      begin_burst (self);
      await_end (self);
      return GDK_EVENT_STOP;
    case APP_SCANNER_MORE:
      await_end (self);
      return GDK_EVENT_STOP;
    case APP_SCANNER_SCANNED:
    case APP_SCANNER_ENTER:
    case APP_SCANNER_ENTER_QUICK:
      break;
    }
  return GDK_EVENT_PROPAGATE;
}

/* --- Enter --- */

/* A button or a row that was walked to by keyboard keeps its Enter. */
static gboolean
focus_wants_enter (AppHand *self)
{
  GtkWidget *focus = focus_of (self);

  if (focus == NULL || app_input_has_focus (self->input))
    return FALSE;
  return GTK_IS_BUTTON (focus) || GTK_IS_SWITCH (focus)
         || gtk_widget_get_ancestor (focus, GTK_TYPE_LIST_VIEW) != NULL
         || gtk_widget_get_ancestor (focus, GTK_TYPE_LIST_BOX) != NULL;
}

static gboolean
take_enter (AppHand *self, guint32 time_ms)
{
  AppScannerVerdict verdict = app_scanner_feed_enter (&self->scanner, time_ms);

  type_held (self); /* none, when it was a scan */
  switch (verdict)
    {
    case APP_SCANNER_SCANNED:
      g_clear_handle_id (&self->burst_id, g_source_remove);
      app_lane_scan (self->lane, app_scanner_text (&self->scanner));
      return GDK_EVENT_STOP;
    case APP_SCANNER_ENTER_QUICK:
      if (is_page (self, "sell") && app_lane_mode (self->lane) == APP_MODE_ITEM)
        app_lane_act (self->lane, "enter", NULL); /* at most adds what stands in the line */
      return GDK_EVENT_STOP;
    case APP_SCANNER_ENTER:
      if (app_input_is_composing (self->input) || focus_wants_enter (self))
        return GDK_EVENT_PROPAGATE;
      if (!is_page (self, "sell") && !is_page (self, "pay"))
        return GDK_EVENT_PROPAGATE;
      app_lane_act (self->lane, "enter", NULL);
      return GDK_EVENT_STOP;
    case APP_SCANNER_TYPED:
    case APP_SCANNER_BURST:
    case APP_SCANNER_MORE:
      break;
    }
  return GDK_EVENT_PROPAGATE;
}

/* --- other keys --- */

static gboolean
take_arrow (AppHand *self, guint keyval)
{
  gboolean up = keyval == GDK_KEY_Up || keyval == GDK_KEY_KP_Up;
  gboolean down = keyval == GDK_KEY_Down || keyval == GDK_KEY_KP_Down;

  if ((!up && !down) || !is_page (self, "sell") || app_input_is_composing (self->input))
    return GDK_EVENT_PROPAGATE;
  if (focus_of (self) != NULL && !app_input_has_focus (self->input))
    return GDK_EVENT_PROPAGATE;
  app_lane_move_selection (self->lane, up ? -1 : 1);
  return GDK_EVENT_STOP;
}

static gboolean
take_command (AppHand *self, guint keyval)
{
  const AppKey *key = app_keys_find (app_lane_page (self->lane), keyval);
  gboolean erases
      = keyval == GDK_KEY_BackSpace && (is_page (self, "sell") || is_page (self, "pay"));

  if (app_input_is_composing (self->input))
    return GDK_EVENT_PROPAGATE;
  if (erases)
    {
      app_lane_erase (self->lane);
      return GDK_EVENT_STOP;
    }
  if (key == NULL)
    return take_arrow (self, keyval);
  if (g_str_has_prefix (key->action, "sale."))
    app_lane_act (self->lane, key->action + strlen ("sale."), NULL);
  else
    {
      g_autofree char *name = NULL;
      g_autoptr (GVariant) target = NULL;

      if (g_action_parse_detailed_name (key->action, &name, &target, NULL))
        gtk_widget_activate_action_variant (self->window, name, target);
    }
  return GDK_EVENT_STOP;
}

static gboolean
take_with_modifier (AppHand *self, guint keyval, GdkModifierType state)
{
  if ((state & GDK_ALT_MASK) == 0 || keyval < GDK_KEY_1 || keyval > GDK_KEY_9
      || !is_page (self, "sell"))
    return GDK_EVENT_PROPAGATE;
  app_sell_page_press_quick_key (self->page, keyval - GDK_KEY_0);
  return GDK_EVENT_STOP;
}

/* A field of another page has the focus, and takes what is typed, as a passphrase, itself. */
static gboolean
types_into_field (AppHand *self)
{
  return !is_page (self, "sell") && !is_page (self, "pay") && GTK_IS_EDITABLE (focus_of (self));
}

/* Keys that no field has a use for. */
static gboolean
leaves_field (guint keyval)
{
  return keyval == GDK_KEY_Escape || keyval == GDK_KEY_Pause || keyval == GDK_KEY_Insert
         || (keyval >= GDK_KEY_F1 && keyval <= GDK_KEY_F12);
}

static gboolean
on_key_pressed_cb (GtkEventControllerKey *controller,
                   guint keyval,
                   guint keycode,
                   GdkModifierType state,
                   AppHand *self)
{
  guint32 time_ms = gtk_event_controller_get_current_event_time (GTK_EVENT_CONTROLLER (controller));
  gunichar character = gdk_keyval_to_unicode (keyval);
  gboolean repeated = keycode == self->held_keycode;
  gboolean tab_ends = keyval == GDK_KEY_Tab && app_scanner_is_burst (&self->scanner);

  self->held_keycode = keycode;
  if (character == 0 || !g_unichar_isprint (character))
    type_held (self);
  if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK | GDK_META_MASK)) != 0)
    return take_with_modifier (self, keyval, state);
  if (keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter || keyval == GDK_KEY_ISO_Enter
      || tab_ends)
    return repeated ? GDK_EVENT_STOP : take_enter (self, time_ms);
  if (types_into_field (self))
    return leaves_field (keyval) ? take_command (self, keyval) : GDK_EVENT_PROPAGATE;
  if (character != 0 && g_unichar_isprint (character))
    return take_character (self, character, time_ms, repeated);
  return take_command (self, keyval);
}

static void
on_key_released_cb (GtkEventControllerKey *controller,
                    guint keyval,
                    guint keycode,
                    GdkModifierType state,
                    AppHand *self)
{
  if (keycode == self->held_keycode)
    self->held_keycode = 0;
}

AppHand *
app_hand_new (GtkWidget *window, AppLane *lane, AppSellPage *page)
{
  AppHand *self = g_new0 (AppHand, 1);

  self->window = window;
  self->lane = lane;
  self->page = page;
  self->input = app_sell_page_input (page);
  app_scanner_init (&self->scanner);
  self->controller = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (self->controller, GTK_PHASE_CAPTURE);
  g_signal_connect (self->controller, "key-pressed", G_CALLBACK (on_key_pressed_cb), self);
  g_signal_connect (self->controller, "key-released", G_CALLBACK (on_key_released_cb), self);
  gtk_widget_add_controller (window, self->controller);
  return self;
}

void
app_hand_free (AppHand *self)
{
  if (self == NULL)
    return;
  g_clear_handle_id (&self->burst_id, g_source_remove);
  g_clear_handle_id (&self->money_id, g_source_remove);
  g_clear_handle_id (&self->hold_id, g_source_remove);
  gtk_widget_remove_controller (self->window, self->controller);
  g_free (self);
}
