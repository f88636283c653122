/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who is at the lane: the page that covers it while nobody is signed in, and approvals on the spot.
 */
#include "app-lane-private.h"

#include <glib/gi18n.h>

gboolean
app_lane_is_locked (AppLane *self)
{
  return till_people_is_locked (self->station);
}

void
app_lane_follow_lock (AppLane *self)
{
  gboolean was_locked = self->locked;

  self->locked = app_lane_is_locked (self);
  if (self->locked)
    {
      app_lane_reset_line (self);
      app_lane_clear_amount (self);
      app_lane_clear_notice (self);
      app_lane_show_page (self, APP_LANE_SIGN_IN);
    }
  else if (was_locked)
    app_lane_show_page (self, "sell");
}

void
app_lane_lock (AppLane *self)
{
  gboolean staffed;

  g_object_get (self->station, "staffed", &staffed, NULL);
  if (g_str_equal (self->page, APP_LANE_SIGN_IN))
    return; /* it is locked, or an approval is being asked for */
  if (!staffed)
    app_lane_notify (self, APP_TONE_NOTE,
                     _ ("Nobody has a PIN at this till: enter people under F10 first."));
  else if (app_lane_is_paying (self) || self->blocked || self->entries > 0)
    app_lane_notify (self, APP_TONE_NOTE, _ ("Wait until this step is done, then lock the till."));
  else
    till_people_sign_out (self->station, FALSE);
}

void
app_lane_lock_idle (AppLane *self)
{
  if (app_lane_is_locked (self) || app_lane_is_paying (self) || self->blocked || self->entries > 0)
    return;
  app_lane_show_page (self, "sell"); /* an approval that nobody gave is none */
  till_people_sign_out (self->station, TRUE);
}

gboolean
app_lane_may (AppLane *self, const AppApproval *approval)
{
  switch (till_people_may (self->station, approval->right))
    {
    case SHOP_MAY:
      return TRUE;
    case SHOP_MAY_ASK:
      app_lane_emit_approve (self, approval);
      return FALSE;
    case SHOP_MAY_NOT:
      break;
    }
  app_lane_notify (self, APP_TONE_NOTE,
                   _ ("That isn't among your rights: whoever may do it has to sign in."));
  return FALSE;
}
