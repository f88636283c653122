/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Wishes are worked off in the order in which they came, also when they come faster than look-ups,
 * parking or cash take. Codes follow each other without waiting, since a sale keeps their order by
 * itself; everything else waits until the codes before it are in the cart.
 */
#include "app-lane-private.h"

#include "app-error.h"

#include <glib/gi18n.h>

void
app_lane_wish_free (AppWish *wish)
{
  g_free (wish->text);
  g_clear_pointer (&wish->parameter, g_variant_unref);
  g_free (wish);
}

static gboolean
may_run_code (AppLane *self)
{
  return !self->blocked && g_queue_is_empty (&self->wishes);
}

static gboolean
may_run_action (AppLane *self)
{
  return may_run_code (self) && self->entries == 0;
}

static void
push (AppLane *self, AppWish *wish)
{
  if (g_queue_get_length (&self->wishes) >= APP_LANE_WAITING_MAX)
    {
      app_lane_stop (self, _ ("Too fast: the till can't keep up. Wait a moment."), wish->text);
      app_lane_wish_free (wish);
      return;
    }
  g_queue_push_tail (&self->wishes, wish);
}

static void
push_text (AppLane *self, AppWishKind kind, const char *text, GVariant *parameter)
{
  AppWish *wish = g_new0 (AppWish, 1);

  wish->kind = kind;
  wish->text = g_strdup (text);
  wish->parameter = parameter != NULL ? g_variant_ref_sink (parameter) : NULL;
  push (self, wish);
}

static void
ask_for_weight (AppLane *self)
{
  const ShopCartLine *line
      = shop_cart_line_by_number (till_sale_cart (self->sale), till_sale_current_line (self->sale));

  if (line == NULL || line->product->unit != SHOP_UNIT_KG
      || line->quantity_milli != SHOP_QUANTITY_ONE_MILLI)
    return;
  app_lane_select_line (self, line->number);
  app_lane_set_mode (self, APP_MODE_QUANTITY);
  app_lane_notify (self, APP_TONE_NOTE, _ ("Sold by weight: type the kilograms, then Enter."));
}

typedef struct
{
  AppLane *lane;
  gboolean had_quantity;
} Entry;

static void
on_entered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Entry *entry = data;
  g_autoptr (AppLane) self = entry->lane;
  g_autoptr (GError) error = NULL;
  g_autofree char *code = NULL;
  TillEntry outcome;

  self->entries--;
  if (!till_sale_enter_finish (TILL_SALE (source), result, &outcome, &code, &error))
    app_lane_fail (self, error);
  else if (outcome == TILL_ENTRY_UNKNOWN_CODE)
    app_lane_stop (self, _ ("Unknown code: not added to the sale"), code);
  else
    {
      app_lane_emit_sound (self, APP_SOUND_ACCEPTED);
      if (!entry->had_quantity && self->entries == 0 && TILL_SALE (source) == self->sale)
        ask_for_weight (self);
    }
  app_lane_wish_go_on (self);
}

void
app_lane_wish_code_now (AppLane *self, const char *code)
{
  Entry *entry;

  if (app_lane_is_paying (self))
    {
      app_lane_stop (self, _ ("A card is being taken: not added to the sale"), code);
      return;
    }
  if (till_sale_is_paid (self->sale))
    app_lane_pay_begin_anew (self);
  app_lane_pass_notice (self);
  app_lane_show_page (self, "sell");
  entry = g_new0 (Entry, 1);
  entry->lane = g_object_ref (self);
  entry->had_quantity = strchr (code, '*') != NULL;
  self->entries++;
  till_sale_enter_async (self->sale, code, NULL, on_entered_cb, entry);
}

static void
run (AppLane *self, AppWish *wish)
{
  switch (wish->kind)
    {
    case APP_WISH_CODE:
      app_lane_wish_code_now (self, wish->text);
      break;
    case APP_WISH_ACTION:
      app_lane_actions_run (self, wish->text, wish->parameter);
      break;
    case APP_WISH_CHARACTER:
      app_lane_type_now (self, wish->character);
      break;
    }
  app_lane_wish_free (wish);
}

void
app_lane_wish_code (AppLane *self, const char *code)
{
  if (may_run_code (self))
    app_lane_wish_code_now (self, code);
  else
    push_text (self, APP_WISH_CODE, code, NULL);
  app_lane_emit_changed (self);
}

void
app_lane_wish_action (AppLane *self, const char *action, GVariant *parameter)
{
  if (may_run_action (self))
    app_lane_actions_run (self, action, parameter);
  else
    push_text (self, APP_WISH_ACTION, action, parameter);
  app_lane_emit_changed (self);
}

/* TRUE when it has to wait for wishes before it. */
gboolean
app_lane_wish_character (AppLane *self, gunichar character)
{
  AppWish *wish;

  if (may_run_code (self))
    return FALSE;
  wish = g_new0 (AppWish, 1);
  wish->kind = APP_WISH_CHARACTER;
  wish->character = character;
  push (self, wish);
  return TRUE;
}

void
app_lane_wish_block (AppLane *self)
{
  self->blocked = TRUE;
  app_lane_emit_changed (self);
}

void
app_lane_wish_go_on (AppLane *self)
{
  self->blocked = FALSE;
  while (!self->blocked && !g_queue_is_empty (&self->wishes))
    {
      AppWish *next = g_queue_peek_head (&self->wishes);

      if (next->kind != APP_WISH_CODE && self->entries > 0)
        break;
      g_queue_pop_head (&self->wishes);
      run (self, next);
    }
  app_lane_emit_changed (self);
}

void
app_lane_wish_drop_since (AppLane *self, guint count)
{
  while (g_queue_get_length (&self->wishes) > count)
    {
      AppWish *wish = g_queue_peek_tail (&self->wishes);

      if (wish->kind != APP_WISH_CHARACTER)
        return;
      app_lane_wish_free (g_queue_pop_tail (&self->wishes));
    }
}
