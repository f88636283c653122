/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-bench-panel.h"

#include "app-paper-view.h"

#include <glib/gi18n.h>

struct _AppBenchPanel
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkGrid *cards;
  GtkSwitch *line, *answers, *paper, *cover, *printer, *reader;
  GtkScrolledWindow *scroller;
  AppPaperView *paper_view;
  TillBench *bench;
  guint scroll_id;
};

G_DEFINE_FINAL_TYPE (AppBenchPanel, app_bench_panel, GTK_TYPE_WIDGET)

static gboolean
on_scroll_idle_cb (gpointer data)
{
  AppBenchPanel *self = data;
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);

  self->scroll_id = 0;
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment));
  return G_SOURCE_REMOVE;
}

static void
on_paper_changed_cb (AppBenchPanel *self, TillBench *bench)
{
  TillBenchPaper paper = { 0 };
  g_autoptr (GBytes) bits = NULL;

  till_bench_paper (bench, &paper);
  bits = paper.bits;
  app_paper_view_show (self->paper_view, &paper);
  if (self->scroll_id == 0)
    self->scroll_id = g_timeout_add (60, on_scroll_idle_cb, self); /* after the layout has grown */
}

static void
on_swipe_action_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  till_bench_swipe (APP_BENCH_PANEL (widget)->bench, g_variant_get_string (parameter, NULL));
}

static void
on_take_out_action_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  till_bench_take_out (APP_BENCH_PANEL (widget)->bench);
}

static void
on_tear_action_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  till_bench_tear_off (APP_BENCH_PANEL (widget)->bench);
}

static void
add_card (AppBenchPanel *self, const TillBenchCard *card, int index)
{
  const char *name = g_dgettext (NULL, card->name);
  const char *last = card->masked + MAX (strlen (card->masked), 4) - 4;
  g_autofree char *words = g_strdup_printf ("%s\n…%s", name, last);
  GtkWidget *label
      = g_object_new (GTK_TYPE_LABEL, "label", words, "xalign", 0.0, "wrap", TRUE, NULL);
  GtkWidget *button = g_object_new (GTK_TYPE_BUTTON, "child", label, "action-name", "bench.swipe",
                                    "action-target", g_variant_new_string (card->id),
                                    "focus-on-click", FALSE, NULL);

  gtk_widget_add_css_class (button, "card-button");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_grid_attach (self->cards, button, index % 2, index / 2, 1, 1);
}

static void
app_bench_panel_dispose (GObject *object)
{
  AppBenchPanel *self = APP_BENCH_PANEL (object);

  g_clear_handle_id (&self->scroll_id, g_source_remove);
  g_clear_object (&self->bench);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (app_bench_panel_parent_class)->dispose (object);
}

static void
app_bench_panel_class_init (AppBenchPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_bench_panel_dispose;
  g_type_ensure (APP_TYPE_PAPER_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tillpos/Till/app-bench-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, AppBenchPanel, box);
  gtk_widget_class_bind_template_child (widget_class, AppBenchPanel, cards);
  gtk_widget_class_bind_template_child (widget_class, AppBenchPanel, line);
  gtk_widget_class_bind_template_child (widget_class, AppBenchPanel, answers);
  gtk_widget_class_bind_template_child (widget_class, AppBenchPanel, paper);
  gtk_widget_class_bind_template_child (widget_class, AppBenchPanel, cover);
  gtk_widget_class_bind_template_child (widget_class, AppBenchPanel, printer);
  gtk_widget_class_bind_template_child (widget_class, AppBenchPanel, reader);
  gtk_widget_class_bind_template_child (widget_class, AppBenchPanel, scroller);
  gtk_widget_class_bind_template_child (widget_class, AppBenchPanel, paper_view);
  gtk_widget_class_install_action (widget_class, "bench.swipe", "s", on_swipe_action_cb);
  gtk_widget_class_install_action (widget_class, "bench.take-out", NULL, on_take_out_action_cb);
  gtk_widget_class_install_action (widget_class, "bench.tear-off", NULL, on_tear_action_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "bench");
}

static void
app_bench_panel_init (AppBenchPanel *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
app_bench_panel_follow (AppBenchPanel *self, TillBench *bench)
{
  const GBindingFlags flags = G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE;
  guint count;
  const TillBenchCard *cards = till_bench_cards (bench, &count);

  g_set_object (&self->bench, bench);
  for (guint i = 0; i < count; i++)
    add_card (self, &cards[i], (int)i);
  g_object_bind_property (bench, "line-up", self->line, "active", flags);
  g_object_bind_property (bench, "answers-come", self->answers, "active", flags);
  g_object_bind_property (bench, "paper-in", self->paper, "active", flags);
  g_object_bind_property (bench, "cover-open", self->cover, "active",
                          flags | G_BINDING_INVERT_BOOLEAN);
  g_object_bind_property (bench, "printer-plugged", self->printer, "active", flags);
  g_object_bind_property (bench, "reader-plugged", self->reader, "active", flags);
  g_signal_connect_object (bench, "paper-changed", G_CALLBACK (on_paper_changed_cb), self,
                           G_CONNECT_SWAPPED);
  on_paper_changed_cb (self, bench);
}
