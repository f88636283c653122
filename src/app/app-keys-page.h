/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The key card: every key and what it does, from the same table that the keyboard uses, with the
 * switch for the sounds.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_KEYS_PAGE (app_keys_page_get_type ())
G_DECLARE_FINAL_TYPE (AppKeysPage, app_keys_page, APP, KEYS_PAGE, GtkWidget)

G_END_DECLS
