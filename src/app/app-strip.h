/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The strip on top: whose till this is, and how the line, the queue, the printer and the reader
 * stand, each with shape, word and number. A notice takes its place until it is dealt with, so that
 * nothing below moves under a hand.
 */
#pragma once

#include "app-lane.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_STRIP (app_strip_get_type ())
G_DECLARE_FINAL_TYPE (AppStrip, app_strip, APP, STRIP, GtkWidget)

void app_strip_follow (AppStrip *self, AppLane *lane);
/* Hides what doesn't fit in a column: names go, states stay. */
void app_strip_set_narrow (AppStrip *self, gboolean medium, gboolean narrow);

G_END_DECLS
