/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-card-panel.h"

#include "app-format.h"

#include <glib/gi18n.h>

#define TICK_MS 500

struct _AppCardPanel
{
  GtkWidget parent_instance;

  GtkWidget *box, *drawing;
  GtkLabel *title, *sentence, *detail, *elapsed;
  GtkBox *choices;
  AppLane *lane;
  TillPayment *payment; /* whose choices are shown */
  const char *tone_class;
  guint tick_id;
};

G_DEFINE_FINAL_TYPE (AppCardPanel, app_card_panel, GTK_TYPE_WIDGET)

static void
show_elapsed (AppCardPanel *self)
{
  TillPayment *payment = app_lane_payment (self->lane);
  g_autofree char *span = app_format_span (g_get_real_time () - till_payment_at_us (payment));
  g_autofree char *money
      = app_format_money (till_payment_amount_minor (payment), app_format_currency ());
  g_autofree char *words = g_strdup_printf ("%s · %s", money, span);

  gtk_label_set_text (self->elapsed, words);
}

static gboolean
on_tick_cb (gpointer data)
{
  AppCardPanel *self = data;

  if (self->lane != NULL && app_lane_is_paying (self->lane))
    {
      show_elapsed (self);
      return G_SOURCE_CONTINUE;
    }
  self->tick_id = 0;
  return G_SOURCE_REMOVE;
}

static void
set_tone (AppCardPanel *self, AppTone tone)
{
  if (self->tone_class != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self), self->tone_class);
  self->tone_class = app_words_tone_class (tone);
  gtk_widget_add_css_class (GTK_WIDGET (self), self->tone_class);
}

static void
show_running (AppCardPanel *self, TillPayment *payment)
{
  gboolean running = till_payment_is_running (payment);

  gtk_widget_set_visible (self->drawing,
                          till_payment_state (payment) == TILL_PAYMENT_STATE_WAITING_CARD
                              && !app_words_has_chip (payment));
  gtk_widget_set_visible (GTK_WIDGET (self->elapsed), running);
  if (!running)
    return;
  show_elapsed (self);
  if (self->tick_id == 0)
    self->tick_id = g_timeout_add (TICK_MS, on_tick_cb, self);
}

/* A stored one says what may still be stored after it, and a limit refuses with its figure. */
static char *
detail_words (AppCardPanel *self, TillPayment *payment)
{
  AppLimits limits;
  g_autofree char *reason = NULL, *figure = NULL;

  g_object_get (app_lane_station (self->lane), "offline-limit-sale-minor", &limits.sale_minor,
                "offline-left-minor", &limits.left_minor, "offline-left-count", &limits.left_count,
                "offline-limit-count", &limits.count, "offline-limit-hours", &limits.hours, NULL);
  if (till_payment_state (payment) == TILL_PAYMENT_STATE_STORED)
    return app_words_limits_left (&limits);
  reason = app_words_payment_reason (payment);
  figure = app_words_limit (till_payment_reason (payment), &limits);
  return figure != NULL ? g_strdup_printf ("%s\n%s", reason, figure) : g_steal_pointer (&reason);
}

/* What is said below the sentence: why, the card, and, once all is over, that it may go. Yours. */
static char *
footer_words (TillPayment *payment, const char *reason)
{
  g_autofree char *card = app_format_card (till_payment_masked_pan (payment));
  const char *words = reason != NULL ? reason : card;

  if (!till_payment_leaves_card (payment))
    return g_strdup (words);
  return g_strdup_printf ("%s%s%s", words, *words != '\0' ? "\n" : "",
                          _ ("Take the card out of the reader."));
}

static void
on_choose_action_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  AppCardPanel *self = APP_CARD_PANEL (widget);

  if (self->payment != NULL)
    till_payment_choose (self->payment, g_variant_get_int32 (parameter));
}

static void
add_choice (AppCardPanel *self, const char *name, int index)
{
  g_autofree char *words = g_strdup_printf ("%d  %s", index + 1, name);
  GtkWidget *button = g_object_new (GTK_TYPE_BUTTON, "label", words, "action-name", "card.choose",
                                    "action-target", g_variant_new_int32 (index), NULL);

  gtk_widget_add_css_class (button, "card-button");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_box_append (self->choices, button);
  if (index == 0)
    gtk_widget_grab_focus (button);
}

static void
on_choices_cb (AppCardPanel *self, GParamSpec *spec, TillPayment *payment)
{
  const char *const *names = till_payment_choices (payment);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->choices))) != NULL)
    gtk_box_remove (self->choices, child);
  gtk_widget_set_visible (GTK_WIDGET (self->choices), names != NULL);
  for (int i = 0; names != NULL && names[i] != NULL; i++)
    add_choice (self, names[i], i);
}

static void
follow_payment (AppCardPanel *self, TillPayment *payment)
{
  if (payment == self->payment)
    return;
  if (self->payment != NULL)
    g_signal_handlers_disconnect_by_data (self->payment, self);
  g_set_object (&self->payment, payment);
  if (payment == NULL)
    return;
  g_signal_connect_object (payment, "notify::choices", G_CALLBACK (on_choices_cb), self,
                           G_CONNECT_SWAPPED);
  on_choices_cb (self, NULL, payment);
}

static void
on_lane_changed_cb (AppCardPanel *self, AppLane *lane)
{
  TillPayment *payment = app_lane_payment (lane);
  g_autofree char *reason = NULL, *title = NULL, *footer = NULL;
  AppStateWords words;
  gboolean asks;

  gtk_widget_set_visible (GTK_WIDGET (self), payment != NULL);
  follow_payment (self, payment);
  if (payment == NULL)
    return;
  words = app_words_payment (payment);
  title = g_strdup_printf ("%s %s", words.shape, words.word);
  reason = detail_words (self, payment);
  set_tone (self, words.tone);
  gtk_label_set_text (self->title, g_strchug (title));
  /* While a card is read, what the reader wants stands instead of what was asked for first. */
  asks = till_payment_state (payment) == TILL_PAYMENT_STATE_WAITING_CARD && reason != NULL;
  gtk_label_set_text (self->sentence, asks ? reason : app_words_payment_sentence (payment));
  footer = footer_words (payment, asks ? NULL : reason);
  gtk_label_set_text (self->detail, footer);
  gtk_widget_set_visible (GTK_WIDGET (self->detail), *footer != '\0');
  show_running (self, payment);
}

/* A reader's slot with a card on its way through, stripe down: where people look first. */
static void
draw_card (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer data)
{
  GdkRGBA colour;
  double left = width / 2.0 - 90, top = 8;

  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (area)), &colour);
  gdk_cairo_set_source_rgba (cr, &colour);
  cairo_set_line_width (cr, 2.5);
  cairo_rectangle (cr, left + 30, top, 104, 58);
  cairo_stroke (cr);
  cairo_rectangle (cr, left + 30, top + 40, 104, 11);
  cairo_fill (cr);
  cairo_rectangle (cr, left, top + 50, 180, 26);
  cairo_stroke (cr);
  cairo_move_to (cr, left + 144, top + 24);
  cairo_line_to (cr, left + 186, top + 24);
  cairo_move_to (cr, left + 176, top + 16);
  cairo_line_to (cr, left + 187, top + 24);
  cairo_line_to (cr, left + 176, top + 32);
  cairo_stroke (cr);
}

static void
app_card_panel_dispose (GObject *object)
{
  AppCardPanel *self = APP_CARD_PANEL (object);

  g_clear_handle_id (&self->tick_id, g_source_remove);
  follow_payment (self, NULL);
  g_clear_object (&self->lane);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (app_card_panel_parent_class)->dispose (object);
}

static void
app_card_panel_class_init (AppCardPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_card_panel_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/tillpos/Till/app-card-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, AppCardPanel, box);
  gtk_widget_class_bind_template_child (widget_class, AppCardPanel, drawing);
  gtk_widget_class_bind_template_child (widget_class, AppCardPanel, title);
  gtk_widget_class_bind_template_child (widget_class, AppCardPanel, sentence);
  gtk_widget_class_bind_template_child (widget_class, AppCardPanel, detail);
  gtk_widget_class_bind_template_child (widget_class, AppCardPanel, elapsed);
  gtk_widget_class_bind_template_child (widget_class, AppCardPanel, choices);
  gtk_widget_class_install_action (widget_class, "card.choose", "i", on_choose_action_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "cardpanel");
}

static void
app_card_panel_init (AppCardPanel *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (self->drawing), draw_card, NULL, NULL);
}

void
app_card_panel_follow (AppCardPanel *self, AppLane *lane)
{
  g_set_object (&self->lane, lane);
  g_signal_connect_object (lane, "changed", G_CALLBACK (on_lane_changed_cb), self,
                           G_CONNECT_SWAPPED);
  on_lane_changed_cb (self, lane);
}
