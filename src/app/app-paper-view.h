/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The emulated printer's paper as it comes out: its dots as they were received, as wide as there is
 * room, the newest at the bottom. Owns one texture of at most APP_PAPER_VIEW_ROWS_MAX rows of dots;
 * older paper hangs out of sight.
 */
#pragma once

#include "till-bench.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_PAPER_VIEW_ROWS_MAX 6000

#define APP_TYPE_PAPER_VIEW (app_paper_view_get_type ())
G_DECLARE_FINAL_TYPE (AppPaperView, app_paper_view, APP, PAPER_VIEW, GtkWidget)

void app_paper_view_show (AppPaperView *self, const TillBenchPaper *paper);

G_END_DECLS
