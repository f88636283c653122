/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The page "ask": something that can't be taken back, or that somebody should know first, said
 * plainly, with a button that does it and one that doesn't. It is a page and no dialog, so that
 * scans still add items and a scanner's Enter presses nothing. Made by the window when first shown;
 * it lives with it.
 */
#pragma once

#include "app-lane.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_ASK_PAGE (app_ask_page_get_type ())
G_DECLARE_FINAL_TYPE (AppAskPage, app_ask_page, APP, ASK_PAGE, GtkWidget)

typedef struct
{
  const char *title, *body; /* copied */
  const char *yes, *no;     /* what the buttons say; copied */
  const char *back;         /* the page to go to after either; a constant */
  void (*agreed) (GObject *owner, gint64 number);
  GObject *owner; /* kept meanwhile */
  gint64 number;  /* what it is about, handed back */
} AppAsk;

void app_ask_page_follow (AppAskPage *self, AppLane *lane);
/* What was asked before and not answered is not done. */
void app_ask_page_ask (AppAskPage *self, const AppAsk *ask);
void app_ask_page_take_focus (AppAskPage *self);

G_END_DECLS
