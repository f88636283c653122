/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-keys-page.h"

#include "app-keys.h"

#include <adwaita.h>
#include <glib/gi18n.h>

struct _AppKeysPage
{
  GtkWidget parent_instance;

  GtkWidget *box;
  AdwPreferencesGroup *everywhere, *selling, *paying;
};

G_DEFINE_FINAL_TYPE (AppKeysPage, app_keys_page, GTK_TYPE_WIDGET)

static void
add_key (AppKeysPage *self, const AppKey *key)
{
  AdwPreferencesGroup *group = key->page == NULL                 ? self->everywhere
                               : g_str_equal (key->page, "sell") ? self->selling
                                                                 : self->paying;
  GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "title", _ (key->words), NULL);
  GtkWidget *cap
      = g_object_new (GTK_TYPE_LABEL, "label", _ (key->cap), "valign", GTK_ALIGN_CENTER, NULL);

  gtk_widget_add_css_class (cap, "cap");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), cap);
  adw_preferences_group_add (group, row);
}

static void
app_keys_page_dispose (GObject *object)
{
  g_clear_pointer (&APP_KEYS_PAGE (object)->box, gtk_widget_unparent);
  G_OBJECT_CLASS (app_keys_page_parent_class)->dispose (object);
}

static void
app_keys_page_class_init (AppKeysPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_keys_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/tillpos/Till/app-keys-page.ui");
  gtk_widget_class_bind_template_child (widget_class, AppKeysPage, box);
  gtk_widget_class_bind_template_child (widget_class, AppKeysPage, everywhere);
  gtk_widget_class_bind_template_child (widget_class, AppKeysPage, selling);
  gtk_widget_class_bind_template_child (widget_class, AppKeysPage, paying);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
app_keys_page_init (AppKeysPage *self)
{
  guint count;
  const AppKey *keys = app_keys_table (&count);

  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < count; i++)
    if (keys[i].words != NULL)
      add_key (self, &keys[i]);
}
