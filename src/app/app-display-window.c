/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-display-window.h"

#include "app-format.h"

#include <glib/gi18n.h>

struct _AppDisplayWindow
{
  GtkWindow parent_instance;

  GtkLabel *shop, *item, *price, *name, *sum;
};

G_DEFINE_FINAL_TYPE (AppDisplayWindow, app_display_window, GTK_TYPE_WINDOW)

static void
show_item (AppDisplayWindow *self, TillSale *sale)
{
  const ShopCartLine *line
      = shop_cart_line_by_number (till_sale_cart (sale), till_sale_current_line (sale));
  g_autofree char *times = NULL, *amount = NULL, *words = NULL;

  if (line == NULL || till_sale_is_paid (sale))
    {
      gtk_label_set_text (self->item, till_sale_is_paid (sale) ? _ ("Thank you") : _ ("Welcome"));
      gtk_label_set_text (self->price, "");
      return;
    }
  times = shop_cart_quantity_text (line->quantity_milli);
  amount = app_format_sum (line->amount_minor, app_format_currency ());
  words = g_strdup_printf ("%s × %s", times, amount);
  gtk_label_set_text (self->item, shop_product_name (line->product, g_get_language_names ()[0]));
  gtk_label_set_text (self->price,
                      line->quantity_milli == SHOP_QUANTITY_ONE_MILLI ? amount : words);
}

static void
on_lane_changed_cb (AppDisplayWindow *self, AppLane *lane)
{
  TillSale *sale = app_lane_sale (lane);
  gboolean paid = till_sale_is_paid (sale);
  g_autofree char *sum = app_format_money (
      paid ? till_sale_change_minor (sale) : till_sale_total_minor (sale), app_format_currency ());

  gtk_label_set_text (self->shop, till_station_shop_name (app_lane_station (lane)));
  gtk_label_set_text (self->name, paid ? _ ("Change") : _ ("Total"));
  gtk_label_set_text (self->sum, sum);
  show_item (self, sale);
}

static void
app_display_window_class_init (AppDisplayWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tillpos/Till/app-display-window.ui");
  gtk_widget_class_bind_template_child (widget_class, AppDisplayWindow, shop);
  gtk_widget_class_bind_template_child (widget_class, AppDisplayWindow, item);
  gtk_widget_class_bind_template_child (widget_class, AppDisplayWindow, price);
  gtk_widget_class_bind_template_child (widget_class, AppDisplayWindow, name);
  gtk_widget_class_bind_template_child (widget_class, AppDisplayWindow, sum);
}

static void
app_display_window_init (AppDisplayWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static GdkMonitor *
second_monitor (void)
{
  GListModel *monitors = gdk_display_get_monitors (gdk_display_get_default ());

  return g_list_model_get_item (monitors, 1);
}

AppDisplayWindow *
app_display_window_new (GtkApplication *application, AppLane *lane)
{
  AppDisplayWindow *self = g_object_new (APP_TYPE_DISPLAY_WINDOW, "application", application, NULL);
  g_autoptr (GdkMonitor) monitor = second_monitor ();

  g_signal_connect_object (lane, "changed", G_CALLBACK (on_lane_changed_cb), self,
                           G_CONNECT_SWAPPED);
  on_lane_changed_cb (self, lane);
  if (monitor != NULL)
    gtk_window_fullscreen_on_monitor (GTK_WINDOW (self), monitor);
  return self;
}
