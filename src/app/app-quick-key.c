/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-quick-key.h"

#include "app-format.h"

#include <glib/gi18n.h>

struct _AppQuickKey
{
  GtkButton parent_instance;

  GtkLabel *name, *price, *place;
  ShopProduct *product;
  const char *colour; /* class that is set now */
};

G_DEFINE_FINAL_TYPE (AppQuickKey, app_quick_key, GTK_TYPE_BUTTON)

static const struct
{
  const char *colour, *css_class;
} colours[] = {
  { "accent", "edge-accent" }, { "amber", "edge-amber" }, { "green", "edge-green" },
  { "violet", "edge-violet" }, { "red", "edge-red" },     { "grey", "edge-grey" },
};

static void
show_colour (AppQuickKey *self, const char *colour)
{
  if (self->colour != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self), self->colour);
  self->colour = "edge-grey";
  for (guint i = 0; i < G_N_ELEMENTS (colours); i++)
    if (g_strcmp0 (colours[i].colour, colour) == 0)
      self->colour = colours[i].css_class;
  gtk_widget_add_css_class (GTK_WIDGET (self), self->colour);
}

static void
show_words (AppQuickKey *self, const char *name, const char *price, guint place)
{
  g_autofree char *key = place >= 1 && place <= 9 ? g_strdup_printf ("%u", place) : g_strdup ("");
  g_autofree char *words = g_strdup_printf ("%s, %s", name, price);

  gtk_label_set_text (self->name, name);
  gtk_label_set_text (self->price, price);
  gtk_label_set_text (self->place, key);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

void
app_quick_key_show_product (AppQuickKey *self, const ShopProduct *product, guint place)
{
  g_autofree char *price = app_format_sum (product->price_minor, app_format_currency ());
  g_autofree char *each
      = product->unit == SHOP_UNIT_KG ? g_strdup_printf (_ ("%s/kg"), price) : g_strdup (price);

  g_clear_pointer (&self->product, shop_product_free);
  self->product = shop_product_copy (product);
  show_colour (self, product->colour);
  show_words (self, shop_product_name (product, g_get_language_names ()[0]), each, place);
  gtk_widget_set_opacity (GTK_WIDGET (self), 1);
  gtk_widget_set_can_target (GTK_WIDGET (self), TRUE);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
}

void
app_quick_key_show_next_page (AppQuickKey *self, guint page, guint page_count)
{
  g_autofree char *which = g_strdup_printf ("%u / %u", page, page_count);

  g_clear_pointer (&self->product, shop_product_free);
  show_colour (self, NULL);
  show_words (self, _ ("Next page"), which, 0);
  gtk_widget_set_opacity (GTK_WIDGET (self), 1);
  gtk_widget_set_can_target (GTK_WIDGET (self), TRUE);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
}

void
app_quick_key_show_nothing (AppQuickKey *self)
{
  g_clear_pointer (&self->product, shop_product_free);
  show_words (self, "", "", 0);
  gtk_widget_set_opacity (GTK_WIDGET (self), 0);
  gtk_widget_set_can_target (GTK_WIDGET (self), FALSE);
  gtk_widget_set_focusable (GTK_WIDGET (self), FALSE);
}

const ShopProduct *
app_quick_key_product (AppQuickKey *self)
{
  return self->product;
}

static void
app_quick_key_finalize (GObject *object)
{
  g_clear_pointer (&APP_QUICK_KEY (object)->product, shop_product_free);
  G_OBJECT_CLASS (app_quick_key_parent_class)->finalize (object);
}

static void
app_quick_key_class_init (AppQuickKeyClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = app_quick_key_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/tillpos/Till/app-quick-key.ui");
  gtk_widget_class_bind_template_child (widget_class, AppQuickKey, name);
  gtk_widget_class_bind_template_child (widget_class, AppQuickKey, price);
  gtk_widget_class_bind_template_child (widget_class, AppQuickKey, place);
}

static void
app_quick_key_init (AppQuickKey *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
