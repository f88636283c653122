/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The training bench beside the till: the printer's paper as it comes out, test cards to swipe, and
 * switches for the line, the paper, the cover and the cables. Shows and turns a TillBench; the till
 * beside it knows nothing of this panel.
 */
#pragma once

#include "till-bench.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_BENCH_PANEL (app_bench_panel_get_type ())
G_DECLARE_FINAL_TYPE (AppBenchPanel, app_bench_panel, APP, BENCH_PANEL, GtkWidget)

void app_bench_panel_follow (AppBenchPanel *self, TillBench *bench);

G_END_DECLS
