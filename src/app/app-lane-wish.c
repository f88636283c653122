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

/* What waits to be weighed while the next thing is scanned would leave the shop unpaid: say so. */
static void
give_up_weighing (AppLane *self)
{
  g_autoptr (ShopProduct) weighed = g_steal_pointer (&self->weighed);

  if (weighed != NULL)
    app_lane_stop (self, _ ("Sold by weight, and not weighed: not added to the sale"),
                   weighed->code);
}

/* A quantity that was typed before it counts; a half-typed code gives way. */
void
app_lane_scan (AppLane *self, const char *code)
{
  g_autofree char *quantity = shop_cart_quantity_text (self->times_milli);
  g_autofree char *item
      = self->times_milli > 0 ? g_strconcat (quantity, "*", code, NULL) : g_strdup (code);

  if (g_str_equal (self->page, APP_LANE_SIGN_IN))
    {
      app_lane_emit_badge (self, code);
      return;
    }
  give_up_weighing (self);
  app_lane_reset_line (self);
  app_lane_wish_code (self, item);
}

void
app_lane_add_product (AppLane *self, const ShopProduct *product)
{
  if (product->unit == SHOP_UNIT_KG && self->times_milli == 0)
    {
      g_autoptr (ShopProduct) copy = shop_product_copy (product);

      app_lane_reset_line (self);
      app_lane_set_mode (self, APP_MODE_WEIGHT);
      self->weighed = g_steal_pointer (&copy);
      app_lane_emit_changed (self);
      return;
    }
  app_lane_scan (self, product->code);
}

/* It isn't added before its weight is known. When something else is under way already, it is
 * refused, loudly. */
static void
ask_for_weight (AppLane *self, GObject *source, const ShopProduct *product)
{
  if (TILL_SALE (source) == self->sale && self->entries == 0 && g_queue_is_empty (&self->wishes)
      && self->mode == APP_MODE_ITEM && self->line_text->len == 0 && self->times_milli == 0)
    {
      app_lane_add_product (self, product);
      app_lane_notify (self, APP_TONE_NOTE, _ ("Sold by weight: type the kilograms, then Enter."));
    }
  else
    app_lane_stop (self, _ ("Sold by weight: not added. Type the kilograms and *, then scan it"),
                   product->code);
}

static void
on_entered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (AppLane) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *code = NULL;
  TillEntry outcome;

  self->entries--;
  if (!till_sale_enter_finish (TILL_SALE (source), result, &outcome, &code, &error))
    app_lane_fail (self, error);
  else if (outcome == TILL_ENTRY_UNKNOWN_CODE)
    app_lane_stop (self, _ ("Unknown code: not added to the sale"), code);
  else if (outcome == TILL_ENTRY_NEEDS_WEIGHT)
    ask_for_weight (self, source, till_sale_entry_product (result));
  else if (till_sale_entry_words (outcome) != NULL)
    app_lane_stop (self, till_sale_entry_words (outcome), code);
  else
    app_lane_emit_sound (self, APP_SOUND_ACCEPTED);
  app_lane_wish_go_on (self);
}

void
app_lane_wish_code_now (AppLane *self, const char *code)
{
  if (app_lane_is_paying (self))
    {
      app_lane_stop (self, _ ("A card is being taken: not added to the sale"), code);
      return;
    }
  if (till_sale_is_paid (self->sale))
    app_lane_pay_begin_anew (self);
  app_lane_pass_notice (self);
  app_lane_show_page (self, "sell");
  self->entries++;
  till_sale_enter_async (self->sale, code, NULL, on_entered_cb, g_object_ref (self));
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
