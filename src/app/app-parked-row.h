/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A parked sale: when it was begun, how many lines, how much. Property: parked : TillParkedRow.
 */
#pragma once

#include "till-types.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_PARKED_ROW (app_parked_row_get_type ())
G_DECLARE_FINAL_TYPE (AppParkedRow, app_parked_row, APP, PARKED_ROW, GtkWidget)

G_END_DECLS
