/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A record of the queue as a row: when, which, how much, its state, the reason in words, and one
 * safe thing to do. Property: record : TillQueueRow.
 */
#pragma once

#include "till-types.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_QUEUE_ROW (app_queue_row_get_type ())
G_DECLARE_FINAL_TYPE (AppQueueRow, app_queue_row, APP, QUEUE_ROW, GtkWidget)

G_END_DECLS
