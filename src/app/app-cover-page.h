/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What stands in place of the till while there is none: opening, no shop yet, a passphrase to type,
 * a fault. It asks by its signals; the application answers.
 *
 * Signals: "passphrase" (string): typed and entered. "retry": try to open again.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_COVER_PAGE (app_cover_page_get_type ())
G_DECLARE_FINAL_TYPE (AppCoverPage, app_cover_page, APP, COVER_PAGE, GtkWidget)

void app_cover_page_show_opening (AppCoverPage *self);
/* No shop in `data_dir` yet: how to make one, and training meanwhile. */
void app_cover_page_show_welcome (AppCoverPage *self, const char *data_dir);
/* `sentence`: why it is asked (again); may be NULL. */
void app_cover_page_show_unlock (AppCoverPage *self, const char *sentence);
void app_cover_page_show_fault (AppCoverPage *self, const char *sentence);

G_END_DECLS
