/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-tender-row.h"

#include "app-format.h"
#include "app-chip.h"

#include <glib/gi18n.h>

struct _AppTenderRow
{
  GtkWidget parent_instance;

  GtkWidget *box;
  AppChip *chip;
  GtkLabel *name;
  GtkLabel *detail;
  GtkLabel *amount;
  TillPayment *payment;
  GSignalGroup *signals;
};

enum
{
  PROP_0,
  PROP_PAYMENT,
  PROP_COUNT
};
static GParamSpec *properties[PROP_COUNT];

G_DEFINE_FINAL_TYPE (AppTenderRow, app_tender_row, GTK_TYPE_WIDGET)

static void
name_row (AppTenderRow *self, const char *words)
{
  GtkWidget *row = gtk_widget_get_parent (GTK_WIDGET (self));

  if (row != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

static char *
detail_words (TillPayment *payment)
{
  g_autofree char *clock = app_format_clock (till_payment_at_us (payment));
  g_autofree char *tendered
      = app_format_sum (till_payment_tendered_minor (payment), app_format_currency ());
  g_autofree char *reason = app_words_payment_reason (payment);

  if (reason != NULL)
    return g_strdup_printf ("%s · %s", clock, reason);
  if (till_payment_auth_code (payment) != NULL)
    /* Translators: a time, then the bank's authorisation code. */
    return g_strdup_printf (_ ("%s · code %s"), clock, till_payment_auth_code (payment));
  if (!till_payment_is_card (payment) && till_payment_change_minor (payment) > 0)
    /* Translators: a time, then the cash that was handed over. */
    return g_strdup_printf (_ ("%s · given %s"), clock, tendered);
  return g_steal_pointer (&clock);
}

static void
show_payment (AppTenderRow *self)
{
  TillPayment *payment = self->payment;
  AppStateWords words = app_words_payment (payment);
  g_autofree char *card = app_format_card (till_payment_masked_pan (payment));
  g_autofree char *name = till_payment_is_card (payment)
                              ? g_strdup_printf ("%s %s", _ ("Card"), card)
                              : g_strdup (_ ("Cash"));
  g_autofree char *detail = detail_words (payment);
  g_autofree char *amount
      = app_format_sum (till_payment_amount_minor (payment), app_format_currency ());
  g_autofree char *all = g_strdup_printf ("%s, %s, %s, %s", words.word, name, amount, detail);
  /* What may still come is not struck out. */
  gboolean counts = till_payment_covers (payment) || till_payment_is_running (payment)
                    || till_payment_state (payment) == TILL_PAYMENT_STATE_UNKNOWN;

  app_chip_show (self->chip, words.tone, words.shape, words.word);
  gtk_label_set_text (self->name, g_strchomp (name));
  gtk_label_set_text (self->detail, detail);
  gtk_label_set_text (self->amount, amount);
  if (counts)
    gtk_widget_remove_css_class (GTK_WIDGET (self->amount), "struck");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->amount), "struck");
  name_row (self, all);
}

static void
on_payment_notify_cb (AppTenderRow *self, GParamSpec *pspec, TillPayment *payment)
{
  show_payment (self);
}

static void
app_tender_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  AppTenderRow *self = APP_TENDER_ROW (object);

  if (id != PROP_PAYMENT)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  else if (g_set_object (&self->payment, g_value_get_object (value)))
    {
      g_signal_group_set_target (self->signals, self->payment);
      if (self->payment != NULL)
        show_payment (self);
    }
}

static void
app_tender_row_root (GtkWidget *widget)
{
  AppTenderRow *self = APP_TENDER_ROW (widget);

  GTK_WIDGET_CLASS (app_tender_row_parent_class)->root (widget);
  if (self->payment != NULL)
    show_payment (self);
}

static void
app_tender_row_dispose (GObject *object)
{
  AppTenderRow *self = APP_TENDER_ROW (object);

  g_clear_object (&self->signals);
  g_clear_object (&self->payment);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (app_tender_row_parent_class)->dispose (object);
}

static void
app_tender_row_class_init (AppTenderRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = app_tender_row_set_property;
  object_class->dispose = app_tender_row_dispose;
  widget_class->root = app_tender_row_root;
  properties[PROP_PAYMENT] = g_param_spec_object ("payment", NULL, NULL, TILL_TYPE_PAYMENT,
                                                  G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, PROP_COUNT, properties);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/tillpos/Till/app-tender-row.ui");
  gtk_widget_class_bind_template_child (widget_class, AppTenderRow, box);
  gtk_widget_class_bind_template_child (widget_class, AppTenderRow, chip);
  gtk_widget_class_bind_template_child (widget_class, AppTenderRow, name);
  gtk_widget_class_bind_template_child (widget_class, AppTenderRow, detail);
  gtk_widget_class_bind_template_child (widget_class, AppTenderRow, amount);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "tenderrow");
}

static void
app_tender_row_init (AppTenderRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->signals = g_signal_group_new (TILL_TYPE_PAYMENT);
  g_signal_group_connect_swapped (self->signals, "notify", G_CALLBACK (on_payment_notify_cb), self);
}
