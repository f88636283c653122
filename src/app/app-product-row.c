/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-product-row.h"

#include "app-format.h"

#include <glib/gi18n.h>

struct _AppProductRow
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkLabel *name;
  GtkLabel *detail;
  GtkLabel *price;
  TillProductRow *product;
  guint position; /* in its list */
};

enum
{
  PROP_0,
  PROP_PRODUCT,
  PROP_POSITION,
  PROP_COUNT
};
static GParamSpec *properties[PROP_COUNT];

G_DEFINE_FINAL_TYPE (AppProductRow, app_product_row, GTK_TYPE_WIDGET)

static void
name_row (AppProductRow *self, const char *words)
{
  GtkWidget *row = gtk_widget_get_parent (GTK_WIDGET (self));

  if (row != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

static void
show_product (AppProductRow *self)
{
  const ShopProduct *product = till_product_row_product (self->product);
  const char *name = shop_product_name (product, g_get_language_names ()[0]);
  const char *other
      = product->name_zh != NULL && name != product->name_zh ? product->name_zh : product->name;
  g_autofree char *price = app_format_sum (product->price_minor, app_format_currency ());
  g_autofree char *each
      = product->unit == SHOP_UNIT_KG ? g_strdup_printf (_ ("%s/kg"), price) : g_strdup (price);
  g_autofree char *detail = other != name ? g_strdup_printf ("%s · %s", product->code, other)
                                          : g_strdup (product->code);
  g_autofree char *words = g_strdup_printf ("%s, %s", name, each);

  gtk_label_set_text (self->name, name);
  gtk_label_set_text (self->detail, detail);
  gtk_label_set_text (self->price, each);
  name_row (self, words);
}

/* One tap takes it. The list's own single-click mode would also select under a resting pointer, and
 * Enter would take that. */
static void
on_click_released_cb (AppProductRow *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "list.activate-item", "u", self->position);
}

static void
app_product_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  AppProductRow *self = APP_PRODUCT_ROW (object);

  if (id == PROP_POSITION)
    self->position = g_value_get_uint (value);
  else if (id != PROP_PRODUCT)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  else if (g_set_object (&self->product, g_value_get_object (value)) && self->product != NULL)
    show_product (self);
}

static void
app_product_row_root (GtkWidget *widget)
{
  AppProductRow *self = APP_PRODUCT_ROW (widget);

  GTK_WIDGET_CLASS (app_product_row_parent_class)->root (widget);
  if (self->product != NULL)
    show_product (self);
}

static void
app_product_row_dispose (GObject *object)
{
  AppProductRow *self = APP_PRODUCT_ROW (object);

  g_clear_object (&self->product);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (app_product_row_parent_class)->dispose (object);
}

static void
app_product_row_class_init (AppProductRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = app_product_row_set_property;
  object_class->dispose = app_product_row_dispose;
  widget_class->root = app_product_row_root;
  properties[PROP_PRODUCT] = g_param_spec_object ("product", NULL, NULL, TILL_TYPE_PRODUCT_ROW,
                                                  G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_POSITION] = g_param_spec_uint ("position", NULL, NULL, 0, G_MAXUINT, 0,
                                                 G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, PROP_COUNT, properties);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tillpos/Till/app-product-row.ui");
  gtk_widget_class_bind_template_child (widget_class, AppProductRow, box);
  gtk_widget_class_bind_template_child (widget_class, AppProductRow, name);
  gtk_widget_class_bind_template_child (widget_class, AppProductRow, detail);
  gtk_widget_class_bind_template_child (widget_class, AppProductRow, price);
  gtk_widget_class_bind_template_callback (widget_class, on_click_released_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "productrow");
}

static void
app_product_row_init (AppProductRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
