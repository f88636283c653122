/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-ask-page.h"

struct _AppAskPage
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkLabel *title, *body;
  GtkButton *yes_button, *no_button;
  AppLane *lane;
  AppAsk ask; /* its texts are in the widgets */
};

G_DEFINE_FINAL_TYPE (AppAskPage, app_ask_page, GTK_TYPE_WIDGET)

static void
on_yes_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  AppAskPage *self = APP_ASK_PAGE (widget);
  g_autoptr (GObject) owner = g_steal_pointer (&self->ask.owner);

  if (owner == NULL)
    return;
  app_lane_show_page (self->lane, self->ask.back);
  self->ask.agreed (owner, self->ask.number);
}

static void
on_no_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  AppAskPage *self = APP_ASK_PAGE (widget);

  g_clear_object (&self->ask.owner);
  app_lane_show_page (self->lane, self->ask.back);
}

/* Any other way out of the page is a no. */
static void
on_lane_page_cb (AppAskPage *self)
{
  if (!g_str_equal (app_lane_page (self->lane), "ask"))
    g_clear_object (&self->ask.owner);
}

static void
app_ask_page_dispose (GObject *object)
{
  AppAskPage *self = APP_ASK_PAGE (object);

  g_clear_object (&self->ask.owner);
  g_clear_object (&self->lane);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (app_ask_page_parent_class)->dispose (object);
}

static void
app_ask_page_class_init (AppAskPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_ask_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/tillpos/Till/app-ask-page.ui");
  gtk_widget_class_bind_template_child (widget_class, AppAskPage, box);
  gtk_widget_class_bind_template_child (widget_class, AppAskPage, title);
  gtk_widget_class_bind_template_child (widget_class, AppAskPage, body);
  gtk_widget_class_bind_template_child (widget_class, AppAskPage, yes_button);
  gtk_widget_class_bind_template_child (widget_class, AppAskPage, no_button);
  gtk_widget_class_install_action (widget_class, "ask.yes", NULL, on_yes_cb);
  gtk_widget_class_install_action (widget_class, "ask.no", NULL, on_no_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
app_ask_page_init (AppAskPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
app_ask_page_follow (AppAskPage *self, AppLane *lane)
{
  g_set_object (&self->lane, lane);
  g_signal_connect_object (lane, "notify::page", G_CALLBACK (on_lane_page_cb), self,
                           G_CONNECT_SWAPPED);
}

void
app_ask_page_ask (AppAskPage *self, const AppAsk *ask)
{
  g_autoptr (GObject) owner = g_object_ref (ask->owner);

  gtk_label_set_text (self->title, ask->title);
  gtk_label_set_text (self->body, ask->body);
  gtk_button_set_label (self->yes_button, ask->yes);
  gtk_button_set_label (self->no_button, ask->no);
  g_set_object (&self->ask.owner, owner);
  self->ask.agreed = ask->agreed;
  self->ask.number = ask->number;
  self->ask.back = ask->back;
}

void
app_ask_page_take_focus (AppAskPage *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->no_button));
}
