/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-queue-row.h"

#include "app-format.h"
#include "app-chip.h"

#include <glib/gi18n.h>

struct _AppQueueRow
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkLabel *when;
  GtkLabel *stan;
  GtkLabel *amount;
  GtkLabel *card;
  GtkLabel *tries;
  AppChip *chip;
  GtkLabel *reason;
  GtkButton *charged, *action;
  TillQueueRow *record;
};

enum
{
  PROP_0,
  PROP_RECORD,
  PROP_COUNT
};
static GParamSpec *properties[PROP_COUNT];

G_DEFINE_FINAL_TYPE (AppQueueRow, app_queue_row, GTK_TYPE_WIDGET)

static void
name_row (AppQueueRow *self, const char *words)
{
  GtkWidget *row = gtk_widget_get_parent (GTK_WIDGET (self));

  if (row != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

/* What is safe to do about it here, or nothing: one whose bytes are lost is never sent. */
static void
show_action (AppQueueRow *self, const TillQueueRowData *data)
{
  gboolean done = g_str_equal (data->record, "done");
  const char *name = data->decides ? "queue.reverse" : done ? "queue.reprint" : "queue.retry";

  gtk_widget_set_visible (GTK_WIDGET (self->charged), data->decides);
  gtk_actionable_set_action_target_value (GTK_ACTIONABLE (self->charged),
                                          g_variant_new_int64 (data->id));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->charged), "queue.charged");
  gtk_widget_set_visible (GTK_WIDGET (self->action),
                          data->decides || data->retries || (done && data->receipt_no > 0));
  gtk_button_set_label (self->action, data->decides ? _ ("Reverse it")
                                      : done        ? _ ("Reprint")
                                                    : _ ("Try again"));
  gtk_actionable_set_action_target_value (GTK_ACTIONABLE (self->action),
                                          g_variant_new_int64 (done ? data->receipt_no : data->id));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->action), name);
}

/* What becomes of it by itself; NULL: nothing. */
static char *
when_words (const TillQueueRowData *data)
{
  gint64 now_us = g_get_real_time ();
  g_autofree char *next = app_format_moment (data->next_us, now_us);

  if (!g_str_equal (data->record, "sending") && !g_str_equal (data->record, "waiting"))
    return NULL;
  if (data->next_us > now_us)
    return g_strdup_printf (_ ("next try %s"), next);
  return g_strdup (g_str_equal (data->record, "sending") ? _ ("being sent now")
                                                         : _ ("goes as soon as the line is there"));
}

/* What is to be done at the bank; NULL: nothing, or the reason says it. */
static char *
hand_words (const TillQueueRowData *data)
{
  g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, data->id);

  if (data->asks && g_strcmp0 (data->reason, "number-taken") != 0)
    return g_strdup (_ ("it can't be sent any more: ask the bank what it has of it"));
  if (!data->clears)
    return NULL;
  return g_strdup_printf (_ ("it can't be sent any more: ask the bank to clear it by hand, then a "
                             "manager runs “till-cli queue resolve %s --by-hand”"),
                          id);
}

static char *
reason_words (const TillQueueRowData *data)
{
  g_autofree char *reason = app_words_reason (data->reason, NULL);
  g_autofree char *when = when_words (data);
  g_autofree char *hand = hand_words (data);
  const char *words[5] = { NULL };
  guint count = 0;

  if (app_words_record_class (data) != NULL)
    words[count++] = app_words_record_class (data);
  if (when != NULL)
    words[count++] = when;
  if (reason != NULL)
    words[count++] = reason;
  if (hand != NULL)
    words[count++] = hand;
  return count > 0 ? g_strjoinv (" · ", (char **)words) : NULL;
}

static void
show_record (AppQueueRow *self)
{
  const TillQueueRowData *data = till_queue_row_data (self->record);
  AppStateWords words = app_words_record_state (data);
  g_autofree char *when = app_format_clock (data->created_us);
  g_autofree char *stan = g_strdup_printf ("%06u", data->stan);
  g_autofree char *amount = app_format_sum (data->amount_minor, data->currency);
  g_autofree char *card = app_format_card (data->masked_pan);
  g_autofree char *tries = g_strdup_printf ("%u", data->tries);
  g_autofree char *reason = reason_words (data);
  g_autofree char *all
      = g_strdup_printf ("%s, %s, %s, %s", when, amount, words.word, reason != NULL ? reason : "");

  gtk_label_set_text (self->when, when);
  gtk_label_set_text (self->stan, stan);
  gtk_label_set_text (self->amount, amount);
  gtk_label_set_text (self->card, card);
  gtk_label_set_text (self->tries, tries);
  gtk_label_set_text (self->reason, reason != NULL ? reason : "");
  gtk_widget_set_visible (GTK_WIDGET (self->reason), reason != NULL);
  app_chip_show (self->chip, words.tone, words.shape, words.word);
  show_action (self, data);
  name_row (self, all);
}

static void
follow_record (AppQueueRow *self, TillQueueRow *record)
{
  if (self->record != NULL)
    g_signal_handlers_disconnect_by_func (self->record, show_record, self);
  g_set_object (&self->record, record);
  if (record == NULL)
    return;
  g_signal_connect_object (record, "notify::next-us", G_CALLBACK (show_record), self,
                           G_CONNECT_SWAPPED);
  show_record (self);
}

static void
app_queue_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  AppQueueRow *self = APP_QUEUE_ROW (object);

  if (id != PROP_RECORD)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  else
    follow_record (self, g_value_get_object (value));
}

static void
app_queue_row_root (GtkWidget *widget)
{
  AppQueueRow *self = APP_QUEUE_ROW (widget);

  GTK_WIDGET_CLASS (app_queue_row_parent_class)->root (widget);
  if (self->record != NULL)
    show_record (self);
}

static void
app_queue_row_dispose (GObject *object)
{
  AppQueueRow *self = APP_QUEUE_ROW (object);

  follow_record (self, NULL);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (app_queue_row_parent_class)->dispose (object);
}

static void
app_queue_row_class_init (AppQueueRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = app_queue_row_set_property;
  object_class->dispose = app_queue_row_dispose;
  widget_class->root = app_queue_row_root;
  properties[PROP_RECORD] = g_param_spec_object ("record", NULL, NULL, TILL_TYPE_QUEUE_ROW,
                                                 G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, PROP_COUNT, properties);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/tillpos/Till/app-queue-row.ui");
  gtk_widget_class_bind_template_child (widget_class, AppQueueRow, box);
  gtk_widget_class_bind_template_child (widget_class, AppQueueRow, when);
  gtk_widget_class_bind_template_child (widget_class, AppQueueRow, stan);
  gtk_widget_class_bind_template_child (widget_class, AppQueueRow, amount);
  gtk_widget_class_bind_template_child (widget_class, AppQueueRow, card);
  gtk_widget_class_bind_template_child (widget_class, AppQueueRow, tries);
  gtk_widget_class_bind_template_child (widget_class, AppQueueRow, chip);
  gtk_widget_class_bind_template_child (widget_class, AppQueueRow, reason);
  gtk_widget_class_bind_template_child (widget_class, AppQueueRow, action);
  gtk_widget_class_bind_template_child (widget_class, AppQueueRow, charged);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "queuerow");
}

static void
app_queue_row_init (AppQueueRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
