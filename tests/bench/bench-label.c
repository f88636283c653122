/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The floor of bench-scan: a GTK window as large as the till's that does nothing but write another
 * number, all across itself, each time Enter is pressed. None of Till's code.
 */
#include <gtk/gtk.h>

#define DIGITS 120

typedef struct
{
  GtkLabel *label;
  guint count;
} Floor;

static void
show_count (Floor *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  while (text->len < DIGITS)
    g_string_append_printf (text, "%u.", 10 + self->count % 90);
  gtk_label_set_text (self->label, text->str);
}

static gboolean
on_key_pressed_cb (GtkEventControllerKey *controller,
                   guint keyval,
                   guint keycode,
                   GdkModifierType state,
                   Floor *self)
{
  if (keyval != GDK_KEY_Return)
    return GDK_EVENT_PROPAGATE;
  self->count++;
  show_count (self);
  return GDK_EVENT_STOP;
}

static void
on_activate_cb (GtkApplication *application, Floor *self)
{
  GtkWidget *window = gtk_application_window_new (application);
  GtkEventController *keys = gtk_event_controller_key_new ();
  g_autoptr (GtkCssProvider) css = gtk_css_provider_new ();

  gtk_css_provider_load_from_data (
      css, "window { background: #0b6e8a; } label { font-size: 30px; }", -1);
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (css),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  self->label = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_ellipsize (self->label, PANGO_ELLIPSIZE_END);
  show_count (self);
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (self->label));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key_pressed_cb), self);
  gtk_widget_add_controller (window, keys);
  gtk_window_set_default_size (GTK_WINDOW (window), 1366, 768);
  gtk_window_present (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  Floor self = { 0 };
  g_autoptr (GtkApplication) application
      = gtk_application_new ("org.tillpos.BenchLabel", G_APPLICATION_DEFAULT_FLAGS);

  g_signal_connect (application, "activate", G_CALLBACK (on_activate_cb), &self);
  return g_application_run (G_APPLICATION (application), argc, argv);
}
