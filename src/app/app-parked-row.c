/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-parked-row.h"

#include "app-format.h"

#include <glib/gi18n.h>

struct _AppParkedRow
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkLabel *when;
  GtkLabel *detail;
  GtkLabel *total;
  TillParkedRow *parked;
  guint position; /* in its list */
};

enum
{
  PROP_0,
  PROP_PARKED,
  PROP_POSITION,
  PROP_COUNT
};
static GParamSpec *properties[PROP_COUNT];

G_DEFINE_FINAL_TYPE (AppParkedRow, app_parked_row, GTK_TYPE_WIDGET)

static void
name_row (AppParkedRow *self, const char *words)
{
  GtkWidget *row = gtk_widget_get_parent (GTK_WIDGET (self));

  if (row != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

static void
show_parked (AppParkedRow *self)
{
  guint count = till_parked_row_count (self->parked);
  g_autofree char *when
      = app_format_moment (till_parked_row_opened_us (self->parked), g_get_real_time ());
  g_autofree char *total
      = app_format_sum (till_parked_row_total_minor (self->parked), app_format_currency ());
  /* Translators: how many lines a parked sale has. */
  g_autofree char *lines = g_strdup_printf (ngettext ("%u line", "%u lines", count), count);
  const char *label = till_parked_row_label (self->parked);
  g_autofree char *detail
      = label != NULL ? g_strdup_printf ("%s · %s", lines, label) : g_strdup (lines);
  g_autofree char *words = g_strdup_printf ("%s, %s, %s", when, detail, total);

  gtk_label_set_text (self->when, when);
  gtk_label_set_text (self->detail, detail);
  gtk_label_set_text (self->total, total);
  name_row (self, words);
}

/* One tap takes it. The list's own single-click mode would also select under a resting pointer, and
 * Enter would take that. */
static void
on_click_released_cb (AppParkedRow *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "list.activate-item", "u", self->position);
}

static void
app_parked_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  AppParkedRow *self = APP_PARKED_ROW (object);

  if (id == PROP_POSITION)
    self->position = g_value_get_uint (value);
  else if (id != PROP_PARKED)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  else if (g_set_object (&self->parked, g_value_get_object (value)) && self->parked != NULL)
    show_parked (self);
}

static void
app_parked_row_root (GtkWidget *widget)
{
  AppParkedRow *self = APP_PARKED_ROW (widget);

  GTK_WIDGET_CLASS (app_parked_row_parent_class)->root (widget);
  if (self->parked != NULL)
    show_parked (self);
}

static void
app_parked_row_dispose (GObject *object)
{
  AppParkedRow *self = APP_PARKED_ROW (object);

  g_clear_object (&self->parked);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (app_parked_row_parent_class)->dispose (object);
}

static void
app_parked_row_class_init (AppParkedRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = app_parked_row_set_property;
  object_class->dispose = app_parked_row_dispose;
  widget_class->root = app_parked_row_root;
  properties[PROP_PARKED] = g_param_spec_object ("parked", NULL, NULL, TILL_TYPE_PARKED_ROW,
                                                 G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_POSITION] = g_param_spec_uint ("position", NULL, NULL, 0, G_MAXUINT, 0,
                                                 G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, PROP_COUNT, properties);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/tillpos/Till/app-parked-row.ui");
  gtk_widget_class_bind_template_child (widget_class, AppParkedRow, box);
  gtk_widget_class_bind_template_child (widget_class, AppParkedRow, when);
  gtk_widget_class_bind_template_child (widget_class, AppParkedRow, detail);
  gtk_widget_class_bind_template_child (widget_class, AppParkedRow, total);
  gtk_widget_class_bind_template_callback (widget_class, on_click_released_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "parkedrow");
}

static void
app_parked_row_init (AppParkedRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
