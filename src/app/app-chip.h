/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A state in the strip or a row: shape, word and tone together, never one alone. As a button it
 * opens the page it is about, by its action.
 */
#pragma once

#include "app-words.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_CHIP (app_chip_get_type ())
G_DECLARE_FINAL_TYPE (AppChip, app_chip, APP, CHIP, GtkButton)

void app_chip_show (AppChip *self, AppTone tone, const char *shape, const char *words);
/* Its words are never shortened: what it stands in scrolls instead. */
void app_chip_keep_whole (AppChip *self);

G_END_DECLS
