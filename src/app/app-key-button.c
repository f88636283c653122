/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-key-button.h"

struct _AppKeyButton
{
  GtkButton parent_instance;

  GtkLabel *title_label, *cap_label, *reason_label;
  char *title, *cap, *lane_action;
};

enum
{
  PROP_0,
  PROP_TITLE,
  PROP_CAP,
  PROP_LANE_ACTION,
  PROP_COUNT
};
static GParamSpec *properties[PROP_COUNT];

G_DEFINE_FINAL_TYPE (AppKeyButton, app_key_button, GTK_TYPE_BUTTON)

static void
show_reason (AppKeyButton *self, const char *reason)
{
  gboolean has_reason = reason != NULL && *reason != '\0';

  gtk_label_set_text (self->reason_label, has_reason ? reason : "");
  gtk_widget_set_visible (GTK_WIDGET (self->reason_label), has_reason);
  gtk_widget_set_visible (GTK_WIDGET (self->cap_label), !has_reason && self->cap != NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  has_reason          ? reason
                                  : self->cap != NULL ? self->cap
                                                      : "",
                                  -1);
}

static void
on_lane_changed_cb (AppKeyButton *self, AppLane *lane)
{
  if (self->lane_action != NULL)
    show_reason (self, app_lane_reason (lane, self->lane_action));
}

void
app_key_button_set_title (AppKeyButton *self, const char *title)
{
  if (g_strcmp0 (self->title, title) == 0)
    return;
  g_free (self->title);
  self->title = g_strdup (title);
  gtk_label_set_text (self->title_label, title != NULL ? title : "");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  title != NULL ? title : "", -1);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLE]);
}

static void
app_key_button_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  AppKeyButton *self = APP_KEY_BUTTON (object);

  switch (id)
    {
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_CAP:
      g_value_set_string (value, self->cap);
      break;
    case PROP_LANE_ACTION:
      g_value_set_string (value, self->lane_action);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
app_key_button_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  AppKeyButton *self = APP_KEY_BUTTON (object);

  switch (id)
    {
    case PROP_TITLE:
      app_key_button_set_title (self, g_value_get_string (value));
      break;
    case PROP_CAP:
      g_free (self->cap);
      self->cap = g_value_dup_string (value);
      gtk_label_set_text (self->cap_label, self->cap != NULL ? self->cap : "");
      gtk_widget_set_visible (GTK_WIDGET (self->cap_label), self->cap != NULL);
      break;
    case PROP_LANE_ACTION:
      g_free (self->lane_action);
      self->lane_action = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
app_key_button_finalize (GObject *object)
{
  AppKeyButton *self = APP_KEY_BUTTON (object);

  g_free (self->title);
  g_free (self->cap);
  g_free (self->lane_action);
  G_OBJECT_CLASS (app_key_button_parent_class)->finalize (object);
}

static void
app_key_button_class_init (AppKeyButtonClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = app_key_button_get_property;
  object_class->set_property = app_key_button_set_property;
  object_class->finalize = app_key_button_finalize;
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_CAP] = g_param_spec_string ("cap", NULL, NULL, NULL, flags);
  properties[PROP_LANE_ACTION] = g_param_spec_string ("lane-action", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, PROP_COUNT, properties);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/tillpos/Till/app-key-button.ui");
  gtk_widget_class_bind_template_child (widget_class, AppKeyButton, title_label);
  gtk_widget_class_bind_template_child (widget_class, AppKeyButton, cap_label);
  gtk_widget_class_bind_template_child (widget_class, AppKeyButton, reason_label);
}

static void
app_key_button_init (AppKeyButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
app_key_button_follow (AppKeyButton *self, AppLane *lane)
{
  g_signal_connect_object (lane, "changed", G_CALLBACK (on_lane_changed_cb), self,
                           G_CONNECT_SWAPPED);
  on_lane_changed_cb (self, lane);
}

void
app_key_button_follow_all (GtkWidget *from, AppLane *lane)
{
  if (APP_IS_KEY_BUTTON (from))
    {
      app_key_button_follow (APP_KEY_BUTTON (from), lane);
      return;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (from); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    app_key_button_follow_all (child, lane);
}
