/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A part of a line's price taken off, in per cent: "10 /" for the marked line, or "/" and then the
 * number. Beyond the shop's limit somebody who may has to approve it.
 */
#include "app-lane-private.h"

#include "base-number.h"

#include <glib/gi18n.h>
#include <string.h>

#define PERCENT_TEXT_MAX 5
#define WHOLE_BP 10000

/* "10", "7.5", "12.25" in hundredths of a per cent. */
static gboolean
read_percent (const char *text, guint *out_bp)
{
  const char *point = strchr (text, '.');
  gsize decimals = point != NULL ? strlen (point + 1) : 0;
  g_autofree char *digits = NULL;
  guint64 number;

  if (decimals > 2 || strlen (text) > PERCENT_TEXT_MAX)
    return FALSE;
  digits = point != NULL ? g_strdup_printf ("%.*s%s", (int)(point - text), text, point + 1)
                         : g_strdup (text);
  if (!base_number_parse (digits, 10, 0, WHOLE_BP, &number))
    return FALSE;
  for (; decimals < 2; decimals++)
    number *= 10;
  *out_bp = (guint)number;
  return number <= WHOLE_BP;
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
  guint bp;

  if (!read_percent (self->line_text->str, &bp))
    {
      app_lane_notify (self, APP_TONE_NOTE,
                       _ ("A discount is 0 to 100 per cent, with two decimals at most."));
      return;
    }
  app_lane_reset_line (self);
  about = g_strdup_printf ("line %u, %u.%02u per cent", self->selected_line, bp / 100, bp % 100);
  if (!till_sale_discount_needs_right (self->sale, bp)
      || app_lane_may (self, &(AppApproval){ .right = SHOP_RIGHT_DISCOUNT,
                                             .about = about,
                                             .back = "sell",
                                             .agreed = on_agreed_cb,
                                             .owner = G_OBJECT (self),
                                             .number = bp }))
    apply (self, bp);
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
