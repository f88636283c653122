/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-quick-keys.h"

#include "app-quick-key.h"

struct _AppQuickKeys
{
  GtkWidget parent_instance;

  GtkGrid *grid;
  AppQuickKey *keys[APP_QUICK_KEYS_COUNT];
  AppLane *lane;
  GListModel *products;
  guint page;
};

G_DEFINE_FINAL_TYPE (AppQuickKeys, app_quick_keys, GTK_TYPE_WIDGET)

static guint
count_products (AppQuickKeys *self)
{
  return self->products != NULL ? g_list_model_get_n_items (self->products) : 0;
}

static guint
per_page (AppQuickKeys *self)
{
  return count_products (self) <= APP_QUICK_KEYS_COUNT ? APP_QUICK_KEYS_COUNT
                                                       : APP_QUICK_KEYS_COUNT - 1;
}

static guint
count_pages (AppQuickKeys *self)
{
  return MAX (1, (count_products (self) + per_page (self) - 1) / per_page (self));
}

static void
show_page (AppQuickKeys *self)
{
  for (guint i = 0; i < APP_QUICK_KEYS_COUNT; i++)
    {
      g_autoptr (TillProductRow) row = NULL;

      if (i < per_page (self) && self->products != NULL)
        row = g_list_model_get_item (self->products, self->page * per_page (self) + i);
      if (row != NULL)
        app_quick_key_show_product (self->keys[i], till_product_row_product (row), i + 1);
      else if (i == per_page (self))
        app_quick_key_show_next_page (self->keys[i], self->page + 1, count_pages (self));
      else
        app_quick_key_show_nothing (self->keys[i]);
    }
}

void
app_quick_keys_turn (AppQuickKeys *self)
{
  self->page = (self->page + 1) % count_pages (self);
  show_page (self);
}

void
app_quick_keys_press (AppQuickKeys *self, guint place)
{
  const ShopProduct *product;

  if (place < 1 || place > APP_QUICK_KEYS_COUNT || self->lane == NULL)
    return;
  product = app_quick_key_product (self->keys[place - 1]);
  if (product != NULL)
    app_lane_add_product (self->lane, product);
  else if (place - 1 == per_page (self))
    app_quick_keys_turn (self);
}

static void
on_press_action_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  app_quick_keys_press (APP_QUICK_KEYS (widget), g_variant_get_uint32 (parameter));
}

static void
on_products_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (AppQuickKeys) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) products
      = till_station_quick_keys_finish (TILL_STATION (source), result, &error);

  if (products == NULL || self->grid == NULL)
    return; /* selling goes on without quick keys */
  g_set_object (&self->products, products);
  self->page = 0;
  show_page (self);
}

static void
app_quick_keys_dispose (GObject *object)
{
  AppQuickKeys *self = APP_QUICK_KEYS (object);

  g_clear_object (&self->lane);
  g_clear_object (&self->products);
  if (self->grid != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->grid));
  self->grid = NULL;
  G_OBJECT_CLASS (app_quick_keys_parent_class)->dispose (object);
}

static void
app_quick_keys_class_init (AppQuickKeysClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_quick_keys_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/tillpos/Till/app-quick-keys.ui");
  gtk_widget_class_bind_template_child (widget_class, AppQuickKeys, grid);
  gtk_widget_class_install_action (widget_class, "quick.press", "u", on_press_action_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
app_quick_keys_init (AppQuickKeys *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < APP_QUICK_KEYS_COUNT; i++)
    {
      self->keys[i] = g_object_new (APP_TYPE_QUICK_KEY, "action-name", "quick.press",
                                    "action-target", g_variant_new_uint32 (i + 1), NULL);
      app_quick_key_show_nothing (self->keys[i]);
      gtk_grid_attach (self->grid, GTK_WIDGET (self->keys[i]), (int)i % APP_QUICK_KEYS_COLUMNS,
                       (int)i / APP_QUICK_KEYS_COLUMNS, 1, 1);
    }
}

void
app_quick_keys_follow (AppQuickKeys *self, AppLane *lane)
{
  g_set_object (&self->lane, lane);
  till_station_quick_keys_async (app_lane_station (lane), NULL, on_products_cb,
                                 g_object_ref (self));
}
