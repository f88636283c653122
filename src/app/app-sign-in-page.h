/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who stands at the till: a number and a PIN, or a badge that is scanned. Covers everything while
 * nobody is signed in; the sale stays behind it. The same page asks whoever may for an approval,
 * with the cashier staying signed in. Owned by the window; main thread only.
 */
#pragma once

#include "app-lane.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_SIGN_IN_PAGE (app_sign_in_page_get_type ())
G_DECLARE_FINAL_TYPE (AppSignInPage, app_sign_in_page, APP, SIGN_IN_PAGE, GtkWidget)

void app_sign_in_page_follow (AppSignInPage *self, AppLane *lane);
/* From the beginning: who is it? */
void app_sign_in_page_begin (AppSignInPage *self);
/* The same for an approval, whose texts are copied; its owner is told of a yes alone. */
void app_sign_in_page_approve (AppSignInPage *self, const AppApproval *approval);
void app_sign_in_page_take_focus (AppSignInPage *self);

G_END_DECLS
