/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-strip.h"

#include "app-chip.h"
#include "app-format.h"

#include <glib/gi18n.h>

struct _AppStrip
{
  GtkWidget parent_instance;

  GtkStack *stack;
  GtkWidget *names, *notice_box;
  GtkLabel *shop, *till, *clock, *notice_shape, *notice, *notice_code;
  AppChip *person, *training, *line, *queue, *printer, *reader, *keys;
  AppLane *lane;
  const char *notice_class;
  guint clock_id;
};

G_DEFINE_FINAL_TYPE (AppStrip, app_strip, GTK_TYPE_WIDGET)

static void
show_clock (AppStrip *self)
{
  g_autofree char *clock = app_format_clock (g_get_real_time ());

  gtk_label_set_text (self->clock, clock);
}

static gboolean
on_clock_cb (gpointer data)
{
  show_clock (data);
  return G_SOURCE_CONTINUE;
}

/* --- chips --- */

static void
show_line (AppStrip *self, TillStation *station)
{
  TillConnection connection;
  gint64 since_us;
  g_autofree char *clock = NULL, *words = NULL;

  g_object_get (station, "connection", &connection, "offline-since-us", &since_us, NULL);
  switch (connection)
    {
    case TILL_CONNECTION_UNTRIED:
      app_chip_show (self->line, APP_TONE_NEUTRAL, "○", _ ("Connecting"));
      break;
    case TILL_CONNECTION_ONLINE:
      app_chip_show (self->line, APP_TONE_GOOD, "✓", _ ("Online"));
      break;
    case TILL_CONNECTION_OFFLINE:
      clock = app_format_moment (since_us, g_get_real_time ());
      /* Translators: the line to the acquirer is down since this time. */
      words = g_strdup_printf (_ ("Offline since %s"), clock);
      app_chip_show (self->line, APP_TONE_NOTE, "▲", words);
      break;
    case TILL_CONNECTION_NONE:
      app_chip_show (self->line, APP_TONE_NEUTRAL, "○", _ ("Cash only"));
      break;
    }
}

/* Only where nothing louder has to be said of the queue. */
static gboolean
show_certificates (AppStrip *self, TillStation *station)
{
  gint64 until_us, now_us = g_get_real_time ();
  AppTone tone;
  g_autofree char *words = NULL;

  g_object_get (station, "certificates-until-us", &until_us, NULL);
  tone = app_words_certificates_tone (until_us, now_us);
  if (tone == APP_TONE_NEUTRAL)
    return FALSE;
  words = tone == APP_TONE_STOP
              ? g_strdup (_ ("Certificate ended"))
              : g_strdup_printf (_ ("Certificate ends in %d d"),
                                 (int)((until_us - now_us) / (24 * G_TIME_SPAN_HOUR)));
  app_chip_show (self->queue, tone, tone == APP_TONE_STOP ? "✕" : "▲", words);
  return TRUE;
}

static void
show_queue (AppStrip *self, TillStation *station)
{
  guint waiting, attention, reversals;
  gint64 minor;
  g_autofree char *money = NULL, *words = NULL, *quarantine = NULL;

  g_object_get (station, "queue-waiting", &waiting, "queue-attention", &attention, "queue-minor",
                &minor, "queue-reversals", &reversals, "quarantine", &quarantine, NULL);
  money = app_format_money (minor, app_format_currency ());
  if (quarantine != NULL)
    app_chip_show (self->queue, APP_TONE_STOP, "!", _ ("Nothing is sent"));
  else if (attention > 0)
    {
      words
          = g_strdup_printf (ngettext ("%u needs a look", "%u need a look", attention), attention);
      app_chip_show (self->queue, APP_TONE_STOP, "!", words);
    }
  else if (show_certificates (self, station))
    return;
  else if (waiting > 0 && reversals == waiting)
    {
      words = g_strdup_printf (ngettext ("%u reversal", "%u reversals", waiting), waiting);
      app_chip_show (self->queue, APP_TONE_UNKNOWN, "?", words);
    }
  else if (waiting > 0)
    {
      /* Translators: records that wait to be sent, and their sum. */
      words = g_strdup_printf (ngettext ("%u waiting · %s", "%u waiting · %s", waiting), waiting,
                               money);
      app_chip_show (self->queue, APP_TONE_STORED, "▼", words);
    }
  else
    app_chip_show (self->queue, APP_TONE_NEUTRAL, "", _ ("Queue 0"));
}

static void
show_device (AppChip *chip,
             TillDeviceState state,
             const char *name,
             const char *reason,
             guint waiting)
{
  g_autofree char *words = g_strdup (name);

  if (waiting > 0 && state != TILL_DEVICE_ATTENTION)
    {
      g_free (words);
      words = g_strdup_printf ("%s %u", name, waiting);
    }
  switch (state)
    {
    case TILL_DEVICE_READY:
      app_chip_show (chip, APP_TONE_GOOD, "✓", words);
      return;
    case TILL_DEVICE_BUSY:
      app_chip_show (chip, APP_TONE_ACCENT, "●", words);
      return;
    case TILL_DEVICE_ABSENT:
      g_free (words);
      /* Translators: a device's name that isn't plugged in. */
      words = g_strdup_printf (_ ("No %s"), name);
      app_chip_show (chip, APP_TONE_NOTE, "▲", words);
      return;
    case TILL_DEVICE_ATTENTION:
      g_free (words);
      words = g_strdup_printf (_ ("%s: %s"), name, reason);
      app_chip_show (chip, APP_TONE_STOP, "✕", words);
      return;
    }
}

static void
show_devices (AppStrip *self, TillStation *station)
{
  TillDeviceState printer, reader;
  g_autofree char *printer_reason = NULL, *reader_reason = NULL;
  guint waiting;

  g_object_get (station, "printer-state", &printer, "printer-reason", &printer_reason,
                "reader-state", &reader, "reader-reason", &reader_reason, "print-waiting", &waiting,
                NULL);
  show_device (self->printer, printer, _ ("Printer"),
               app_words_device_reason (printer_reason, TRUE), waiting);
  show_device (self->reader, reader, _ ("Reader"), app_words_device_reason (reader_reason, FALSE),
               0);
  gtk_actionable_set_action_name (
      GTK_ACTIONABLE (self->printer),
      printer == TILL_DEVICE_ATTENTION || waiting > 0 ? "win.print-retry" : NULL);
}

static void
show_names (AppStrip *self, TillStation *station)
{
  g_autofree char *shop = NULL, *till = NULL, *cashier = NULL, *name = NULL, *words = NULL;
  gboolean training, locked;

  g_object_get (station, "shop-name", &shop, "till-name", &till, "cashier", &cashier,
                "cashier-name", &name, "training", &training, "locked", &locked, NULL);
  /* Translators: the till's number, then the cashier's. */
  words = g_strdup_printf (_ ("Till %s · Cashier %s"), till != NULL ? till : "–",
                           cashier != NULL && !locked ? cashier : "–");
  app_chip_show (self->person, APP_TONE_NEUTRAL, "⇥", name != NULL ? name : "");
  gtk_widget_set_visible (GTK_WIDGET (self->person), name != NULL);
  gtk_label_set_text (self->shop, shop != NULL ? shop : "");
  gtk_label_set_text (self->till, words);
  gtk_widget_set_visible (GTK_WIDGET (self->training), training);
  /* Translators: in capitals, as a warning; F6 is the key that shows the training bench. */
  app_chip_show (self->training, APP_TONE_UNKNOWN, "✎", _ ("TRAINING · F6"));
}

/* --- the notice --- */

static void
show_notice (AppStrip *self, const AppNotice *notice)
{
  g_autofree char *code = NULL;

  if (notice->text == NULL)
    {
      gtk_stack_set_visible_child (self->stack, self->names);
      gtk_label_set_text (self->notice, "");
      gtk_label_set_text (self->notice_code, "");
      return;
    }
  if (self->notice_class != NULL)
    gtk_widget_remove_css_class (self->notice_box, self->notice_class);
  self->notice_class = app_words_tone_class (notice->tone);
  gtk_widget_add_css_class (self->notice_box, self->notice_class);
  if (notice->code != NULL)
    /* Translators: a code that was refused; %u is how many were, when more than one. */
    code = notice->code_count > 1
               ? g_strdup_printf (_ ("%s (%u refused)"), notice->code, notice->code_count)
               : g_strdup (notice->code);
  gtk_label_set_text (self->notice_shape, app_words_tone_shape (notice->tone));
  gtk_label_set_text (self->notice, notice->text);
  gtk_label_set_text (self->notice_code, code != NULL ? code : "");
  gtk_widget_set_visible (GTK_WIDGET (self->notice_code), code != NULL);
  gtk_stack_set_visible_child (self->stack, self->notice_box);
}

static void
on_lane_changed_cb (AppStrip *self, AppLane *lane)
{
  TillStation *station = app_lane_station (lane);

  show_names (self, station);
  show_line (self, station);
  show_queue (self, station);
  show_devices (self, station);
  show_notice (self, app_lane_notice (lane));
}

static void
app_strip_dispose (GObject *object)
{
  AppStrip *self = APP_STRIP (object);

  g_clear_handle_id (&self->clock_id, g_source_remove);
  g_clear_object (&self->lane);
  if (self->stack != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->stack));
  self->stack = NULL;
  G_OBJECT_CLASS (app_strip_parent_class)->dispose (object);
}

static void
app_strip_class_init (AppStripClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_strip_dispose;
  g_type_ensure (APP_TYPE_CHIP);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/tillpos/Till/app-strip.ui");
  gtk_widget_class_bind_template_child (widget_class, AppStrip, stack);
  gtk_widget_class_bind_template_child (widget_class, AppStrip, names);
  gtk_widget_class_bind_template_child (widget_class, AppStrip, notice_box);
  gtk_widget_class_bind_template_child (widget_class, AppStrip, shop);
  gtk_widget_class_bind_template_child (widget_class, AppStrip, till);
  gtk_widget_class_bind_template_child (widget_class, AppStrip, clock);
  gtk_widget_class_bind_template_child (widget_class, AppStrip, notice_shape);
  gtk_widget_class_bind_template_child (widget_class, AppStrip, notice);
  gtk_widget_class_bind_template_child (widget_class, AppStrip, notice_code);
  gtk_widget_class_bind_template_child (widget_class, AppStrip, person);
  gtk_widget_class_bind_template_child (widget_class, AppStrip, training);
  gtk_widget_class_bind_template_child (widget_class, AppStrip, line);
  gtk_widget_class_bind_template_child (widget_class, AppStrip, queue);
  gtk_widget_class_bind_template_child (widget_class, AppStrip, printer);
  gtk_widget_class_bind_template_child (widget_class, AppStrip, reader);
  gtk_widget_class_bind_template_child (widget_class, AppStrip, keys);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "strip");
}

static void
app_strip_init (AppStrip *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  app_chip_keep_whole (self->person);
  app_chip_keep_whole (self->training);
  app_chip_keep_whole (self->line);
  app_chip_keep_whole (self->queue);
  app_chip_keep_whole (self->printer);
  app_chip_keep_whole (self->reader);
  app_chip_show (self->keys, APP_TONE_NEUTRAL, "", "F1");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->keys), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Keys and help"), -1);
  show_clock (self);
  self->clock_id = g_timeout_add_seconds (5, on_clock_cb, self);
}

void
app_strip_follow (AppStrip *self, AppLane *lane)
{
  g_set_object (&self->lane, lane);
  g_signal_connect_object (lane, "changed", G_CALLBACK (on_lane_changed_cb), self,
                           G_CONNECT_SWAPPED);
  on_lane_changed_cb (self, lane);
}

void
app_strip_set_narrow (AppStrip *self, gboolean medium, gboolean narrow)
{
  gtk_widget_set_visible (GTK_WIDGET (self->till), !medium);
  gtk_widget_set_visible (GTK_WIDGET (self->shop), !narrow);
}
