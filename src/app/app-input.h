/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The one input line: what is being typed, the quantity or mode before it, and what the next key
 * does. Codes are put in by the hand (app-hand), past any input method; names come through the
 * input method like any text. Shows the lane, and tells it what the text field holds.
 */
#pragma once

#include "app-lane.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_INPUT (app_input_get_type ())
G_DECLARE_FINAL_TYPE (AppInput, app_input, APP, INPUT, GtkWidget)

void app_input_follow (AppInput *self, AppLane *lane);
gboolean app_input_has_focus (AppInput *self);
void app_input_take_focus (AppInput *self);
/* An input method has begun a word and wants the keys until it is done. */
gboolean app_input_is_composing (AppInput *self);
/* Makes the input method forget what it has begun. */
void app_input_reset (AppInput *self);

G_END_DECLS
