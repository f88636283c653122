/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-cart-row.h"

#include "app-format.h"

#include <glib/gi18n.h>

struct _AppCartRow
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkLabel *number, *name, *detail, *quantity, *amount;
  TillSaleLine *line;
};

enum
{
  PROP_0,
  PROP_LINE,
  PROP_COUNT
};
static GParamSpec *properties[PROP_COUNT];

G_DEFINE_FINAL_TYPE (AppCartRow, app_cart_row, GTK_TYPE_WIDGET)

static void
show_detail (AppCartRow *self, const ShopCartLine *line)
{
  g_autofree char *discount = app_format_sum (line->discount_minor, app_format_currency ());
  g_autofree char *detail = NULL;

  if (line->voided)
    detail = g_strdup (line->void_reason != NULL ? line->void_reason : _ ("Voided"));
  else if (line->discount_minor > 0)
    /* Translators: a code, then what was taken off the line. */
    detail = g_strdup_printf (_ ("%s · discount −%s"), line->product->code, discount);
  else
    detail = g_strdup (line->product->code);
  gtk_label_set_text (self->detail, detail);
}

static void
show_accessible (AppCartRow *self)
{
  GtkWidget *row = gtk_widget_get_parent (GTK_WIDGET (self));
  g_autofree char *words = NULL;

  if (row == NULL || self->line == NULL)
    return;
  words = g_strdup_printf ("%s, %s, %s, %s", gtk_label_get_text (self->number),
                           gtk_label_get_text (self->name), gtk_label_get_text (self->quantity),
                           gtk_label_get_text (self->amount));
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

static void
show_line (AppCartRow *self)
{
  const ShopCartLine *line = till_sale_line_data (self->line);
  g_autofree char *number = g_strdup_printf ("%u", line->number);
  g_autofree char *times = shop_cart_quantity_text (line->quantity_milli);
  g_autofree char *price = app_format_sum (line->unit_price_minor, app_format_currency ());
  g_autofree char *quantity = g_strdup_printf (
      line->product->unit == SHOP_UNIT_KG ? "%s kg × %s" : "%s × %s", times, price);
  g_autofree char *amount = app_format_sum (line->amount_minor, app_format_currency ());

  gtk_label_set_text (self->number, number);
  gtk_label_set_text (self->name, shop_product_name (line->product, g_get_language_names ()[0]));
  gtk_label_set_text (self->quantity, quantity);
  gtk_label_set_text (self->amount, amount);
  show_detail (self, line);
  if (line->voided)
    gtk_widget_add_css_class (GTK_WIDGET (self), "voided");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "voided");
  show_accessible (self);
}

static void
app_cart_row_root (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (app_cart_row_parent_class)->root (widget);
  show_accessible (APP_CART_ROW (widget));
}

static void
app_cart_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  AppCartRow *self = APP_CART_ROW (object);

  if (id != PROP_LINE)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  else if (g_set_object (&self->line, g_value_get_object (value)) && self->line != NULL)
    show_line (self);
}

static void
app_cart_row_dispose (GObject *object)
{
  AppCartRow *self = APP_CART_ROW (object);

  g_clear_object (&self->line);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (app_cart_row_parent_class)->dispose (object);
}

static void
app_cart_row_class_init (AppCartRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = app_cart_row_set_property;
  object_class->dispose = app_cart_row_dispose;
  widget_class->root = app_cart_row_root;
  properties[PROP_LINE] = g_param_spec_object ("line", NULL, NULL, TILL_TYPE_SALE_LINE,
                                               G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, PROP_COUNT, properties);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/tillpos/Till/app-cart-row.ui");
  gtk_widget_class_bind_template_child (widget_class, AppCartRow, box);
  gtk_widget_class_bind_template_child (widget_class, AppCartRow, number);
  gtk_widget_class_bind_template_child (widget_class, AppCartRow, name);
  gtk_widget_class_bind_template_child (widget_class, AppCartRow, detail);
  gtk_widget_class_bind_template_child (widget_class, AppCartRow, quantity);
  gtk_widget_class_bind_template_child (widget_class, AppCartRow, amount);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "cartrow");
}

static void
app_cart_row_init (AppCartRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
