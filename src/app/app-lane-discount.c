/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A part of a line's price taken off, in per cent: "10 /" for the marked line, or "/" and then the
 * number. Beyond the shop's limit somebody who may has to approve it.
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

static void
apply (AppLane *self, guint bp)
{
  g_autoptr (GError) error = NULL;

  app_lane_pass_notice (self);
  if (!till_sale_set_discount (self->sale, self->selected_line, bp, &error))
    app_lane_fail (self, error);
  else
    app_lane_emit_sound (self, APP_SOUND_ACCEPTED);
}

static void
on_agreed_cb (GObject *lane, gint64 bp)
{
  apply (APP_LANE (lane), (guint)bp);
}

void
app_lane_discount_enter (AppLane *self)
{
  g_autofree char *about = NULL;
  gint64 bp;

  if (!read_percent (self->line_text->str, &bp))
    {
      app_lane_notify (self, APP_TONE_NOTE,
                       _ ("A discount is 0 to 100 per cent, with two decimals at most."));
      return;
    }
  app_lane_reset_line (self);
  about = g_strdup_printf ("line %u, %" G_GINT64_FORMAT " of 10000", self->selected_line, bp);
  if (!till_sale_discount_needs_right (self->sale, (guint)bp)
      || app_lane_may (self, &(AppApproval){ .right = SHOP_RIGHT_DISCOUNT,
                                             .about = about,
                                             .back = "sell",
                                             .agreed = on_agreed_cb,
                                             .owner = G_OBJECT (self),
                                             .number = bp }))
    apply (self, (guint)bp);
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
  else
    app_lane_set_mode (self, APP_MODE_DISCOUNT);
}
