/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-input.h"

#include <glib/gi18n.h>

struct _AppInput
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkLabel *prefix, *hint;
  GtkText *text;
  AppLane *lane;
  gboolean composing, updating;
};

G_DEFINE_FINAL_TYPE (AppInput, app_input, GTK_TYPE_WIDGET)

static char *
prefix_words (AppLane *lane)
{
  g_autofree char *times = shop_cart_quantity_text (app_lane_times_milli (lane));

  switch (app_lane_mode (lane))
    {
    case APP_MODE_ITEM:
      return app_lane_times_milli (lane) > 0 ? g_strdup_printf ("%s ×", times) : NULL;
    case APP_MODE_QUANTITY:
      /* Translators: before the number being typed; %u is a line's number. */
      return g_strdup_printf (_ ("Quantity, line %u"), app_lane_selected_line (lane));
    case APP_MODE_DISCOUNT:
      /* Translators: before the number being typed; %u is a line's number. */
      return g_strdup_printf (_ ("Discount %%, line %u"), app_lane_selected_line (lane));
    case APP_MODE_DISCOUNT_ALL:
      return g_strdup (_ ("Discount %, whole sale"));
    case APP_MODE_SEARCH:
      return g_strdup (_ ("Search"));
    case APP_MODE_WEIGHT:
      return g_strdup (_ ("Weight in kg"));
    case APP_MODE_RECALL:
      return g_strdup (_ ("Parked sale"));
    }
  return NULL;
}

static const char *
hint_words (AppLane *lane)
{
  switch (app_lane_mode (lane))
    {
    case APP_MODE_ITEM:
      return *app_lane_line_text (lane) == '\0' && app_lane_times_milli (lane) == 0
                 ? _ ("Scan or type a code")
                 : _ ("Enter adds, Esc clears");
    case APP_MODE_QUANTITY:
    case APP_MODE_DISCOUNT_ALL:
      return _ ("Enter sets it, Esc leaves it");
    case APP_MODE_DISCOUNT:
      return _ ("/ again: the whole sale");
    case APP_MODE_SEARCH:
      return _ ("↑ ↓ and Enter add, Esc closes");
    case APP_MODE_WEIGHT:
      return _ ("Enter adds, Esc leaves it");
    case APP_MODE_RECALL:
      return _ ("Its number, or ↑ ↓ and Enter");
    }
  return "";
}

static void
set_class (AppInput *self, const char *name, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (GTK_WIDGET (self), name);
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), name);
}

static void
on_lane_changed_cb (AppInput *self, AppLane *lane)
{
  g_autofree char *prefix = prefix_words (lane);
  const AppNotice *notice = app_lane_notice (lane);

  gtk_widget_set_visible (GTK_WIDGET (self->prefix), prefix != NULL);
  gtk_label_set_text (self->prefix, prefix != NULL ? prefix : "");
  gtk_label_set_text (self->hint, hint_words (lane));
  set_class (self, "stop", notice->text != NULL && notice->tone == APP_TONE_STOP);
  if (g_strcmp0 (gtk_editable_get_text (GTK_EDITABLE (self->text)), app_lane_line_text (lane)) == 0)
    return;
  self->updating = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->text), app_lane_line_text (lane));
  gtk_editable_set_position (GTK_EDITABLE (self->text), -1);
  self->updating = FALSE;
}

static void
on_text_changed_cb (GtkEditable *editable, AppInput *self)
{
  if (!self->updating && self->lane != NULL)
    app_lane_set_line_text (self->lane, gtk_editable_get_text (editable));
}

static void
on_preedit_changed_cb (GtkText *text, const char *preedit, AppInput *self)
{
  self->composing = preedit != NULL && *preedit != '\0';
}

static void
app_input_dispose (GObject *object)
{
  AppInput *self = APP_INPUT (object);

  g_clear_object (&self->lane);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (app_input_parent_class)->dispose (object);
}

static void
app_input_class_init (AppInputClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_input_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/tillpos/Till/app-input.ui");
  gtk_widget_class_bind_template_child (widget_class, AppInput, box);
  gtk_widget_class_bind_template_child (widget_class, AppInput, prefix);
  gtk_widget_class_bind_template_child (widget_class, AppInput, text);
  gtk_widget_class_bind_template_child (widget_class, AppInput, hint);
  gtk_widget_class_bind_template_callback (widget_class, on_text_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_preedit_changed_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "inputline");
}

static void
app_input_init (AppInput *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
app_input_follow (AppInput *self, AppLane *lane)
{
  g_set_object (&self->lane, lane);
  g_signal_connect_object (lane, "changed", G_CALLBACK (on_lane_changed_cb), self,
                           G_CONNECT_SWAPPED);
  on_lane_changed_cb (self, lane);
}

gboolean
app_input_has_focus (AppInput *self)
{
  return gtk_widget_has_focus (GTK_WIDGET (self->text));
}

void
app_input_take_focus (AppInput *self)
{
  if (!app_input_has_focus (self))
    gtk_text_grab_focus_without_selecting (self->text);
}

gboolean
app_input_is_composing (AppInput *self)
{
  return self->composing && app_input_has_focus (self);
}

void
app_input_reset (AppInput *self)
{
  gboolean had_focus = app_input_has_focus (self);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (!had_focus || root == NULL)
    return;
  gtk_root_set_focus (root, NULL); /* the only way to reach the field's own input method */
  self->composing = FALSE;
  app_input_take_focus (self);
}
