/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A part of a line's price taken off, in per cent: "10 /" for the marked line, or "/" and then the
 * number; "/" twice, of the whole sale. Beyond the shop's limit somebody who may has to approve it.
 */
#include "app-lane-private.h"

#include "base-money.h"

#include <glib/gi18n.h>
#include <string.h>

#define PERCENT_TEXT_MAX 5

/* "10", "7.5", "12.25": a number of two decimals is a sum of yuan, in hundredths. */
static gboolean
read_percent (const char *text, gint64 *out_bp)
{
  return base_money_parse (text, "CNY", out_bp, NULL) && *out_bp <= SHOP_WHOLE_BP;
}

/* `line` 0: the whole sale. */
static void
apply (AppLane *self, guint line, guint bp)
{
  g_autoptr (GError) error = NULL;

  app_lane_pass_notice (self);
  if (!till_sale_set_discount (self->sale, line, bp, &error))
    app_lane_fail (self, error);
  else
    app_lane_emit_sound (self, APP_SOUND_ACCEPTED);
}

/* What is approved is this much of this line, whichever is marked by then. */
static gint64
pack (guint line, guint bp)
{
  return (gint64)line * (SHOP_WHOLE_BP + 1) + bp;
}

static void
on_agreed_cb (GObject *lane, gint64 packed)
{
  apply (APP_LANE (lane), (guint)(packed / (SHOP_WHOLE_BP + 1)),
         (guint)(packed % (SHOP_WHOLE_BP + 1)));
}

/* For the journal. Yours. */
static char *
describe (guint line, gint64 bp)
{
  if (line == 0)
    return g_strdup_printf ("whole sale, %" G_GINT64_FORMAT " of 10000", bp);
  return g_strdup_printf ("line %u, %" G_GINT64_FORMAT " of 10000", line, bp);
}

void
app_lane_discount_enter (AppLane *self)
{
  guint line = self->mode == APP_MODE_DISCOUNT_ALL ? 0 : self->selected_line;
  g_autofree char *about = NULL;
  gint64 bp;

  if (!read_percent (self->line_text->str, &bp))
    {
      app_lane_notify (self, APP_TONE_NOTE,
                       _ ("A discount is 0 to 100 per cent, with two decimals at most."));
      return;
    }
  app_lane_reset_line (self);
  about = describe (line, bp);
  if (!till_sale_discount_needs_right (self->sale, (guint)bp)
      || app_lane_may (self, &(AppApproval){ .right = SHOP_RIGHT_DISCOUNT,
                                             .about = about,
                                             .back = "sell",
                                             .agreed = on_agreed_cb,
                                             .owner = G_OBJECT (self),
                                             .number = pack (line, (guint)bp) }))
    apply (self, line, (guint)bp);
}

/* What was typed stays. */
static void
change_mode (AppLane *self, AppMode mode)
{
  g_autofree char *text = g_strdup (self->line_text->str);

  app_lane_set_mode (self, mode);
  app_lane_set_line_text (self, text);
}

/* With a number typed before it: that much off at once. */
void
app_lane_discount_begin (AppLane *self)
{
  const char *text = self->line_text->str;
  gboolean has_number = self->mode == APP_MODE_ITEM && *text != '\0'
                        && strspn (text, "0123456789.") == strlen (text)
                        && strlen (text) <= PERCENT_TEXT_MAX;

  if (has_number)
    app_lane_discount_enter (self);
  else if (self->mode == APP_MODE_DISCOUNT)
    change_mode (self, APP_MODE_DISCOUNT_ALL);
  else if (self->mode == APP_MODE_DISCOUNT_ALL)
    change_mode (self, APP_MODE_DISCOUNT);
  else
    app_lane_set_mode (self, APP_MODE_DISCOUNT);
}

gboolean
app_lane_discount_type (AppLane *self, gunichar character)
{
  if (character != '/')
    return FALSE;
  app_lane_discount_begin (self);
  return TRUE;
}
