/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-approval.h"

#define ACTION "approved-action"
#define PARAMETER "approved-parameter"

static void
on_agreed_cb (GObject *page, gint64 number)
{
  gtk_widget_activate_action_variant (GTK_WIDGET (page), g_object_get_data (page, ACTION),
                                      g_object_get_data (page, PARAMETER));
}

gboolean
app_approval_given (AppLane *lane,
                    ShopRight right,
                    gpointer page,
                    const char *action,
                    GVariant *parameter,
                    const char *about)
{
  g_object_set_data_full (page, PARAMETER, parameter != NULL ? g_variant_ref (parameter) : NULL,
                          parameter != NULL ? (GDestroyNotify)g_variant_unref : NULL);
  g_object_set_data (page, ACTION, (gpointer)action);
  return app_lane_may (lane, &(AppApproval){ .right = right,
                                             .about = about,
                                             .back = app_lane_page (lane),
                                             .agreed = on_agreed_cb,
                                             .owner = page });
}
