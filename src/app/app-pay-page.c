/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-pay-page.h"

#include "app-card-panel.h"
#include "app-format.h"
#include "app-key-button.h"
#include "app-tender-row.h"

#include "base-money.h"

#include <glib/gi18n.h>

struct _AppPayPage
{
  GtkWidget parent_instance;

  GtkWidget *box, *columns, *right;
  GtkLabel *to_pay, *left_name, *left, *amount, *print_line;
  GtkNoSelection *tenders;
  GtkButton *note_0, *note_1, *note_2, *note_3;
  AppKeyButton *finish_button, *cash_button;
  AppCardPanel *card_panel;
  AppLane *lane;
};

G_DEFINE_FINAL_TYPE (AppPayPage, app_pay_page, GTK_TYPE_WIDGET)

static const char *
currency_of (AppPayPage *self)
{
  return till_station_currency (app_lane_station (self->lane));
}

static void
set_class (gpointer widget, const char *name, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (GTK_WIDGET (widget), name);
  else
    gtk_widget_remove_css_class (GTK_WIDGET (widget), name);
}

static gboolean
is_stored (TillPayment *payment)
{
  return till_payment_state (payment) == TILL_PAYMENT_STATE_STORED;
}

static gboolean
has_payment (TillSale *sale, gboolean (*is_such) (TillPayment *payment))
{
  GListModel *payments = till_sale_payments (sale);

  for (guint i = 0; i < g_list_model_get_n_items (payments); i++)
    {
      g_autoptr (TillPayment) payment = g_list_model_get_item (payments, i);

      if (is_such (payment))
        return TRUE;
    }
  return FALSE;
}

/* What is left, or what goes back: the largest words on the page. Green only for what is really
 * taken. */
static void
show_sums (AppPayPage *self, TillSale *sale)
{
  gboolean paid = till_sale_is_paid (sale), stored = paid && has_payment (sale, is_stored);
  gint64 change_minor = till_sale_change_minor (sale), left_minor = till_sale_left_minor (sale);
  const char *name = _ ("Left to pay");
  gint64 shown_minor = left_minor;
  g_autofree char *to_pay = app_format_money (till_sale_total_minor (sale), currency_of (self));
  g_autofree char *shown = NULL;

  if (paid && change_minor > 0)
    {
      name = _ ("Change to give back");
      shown_minor = change_minor;
    }
  else if (paid)
    {
      name = stored ? _ ("Stored, not yet approved") : _ ("Paid");
      shown_minor = till_sale_total_minor (sale);
    }
  shown = app_format_money (shown_minor, currency_of (self));
  gtk_label_set_text (self->to_pay, to_pay);
  gtk_label_set_text (self->left_name, name);
  gtk_label_set_text (self->left, shown);
  set_class (self->left, "change", paid && !stored);
  set_class (self->left, "stored", stored);
}

static void
show_print (AppPayPage *self, TillSale *sale)
{
  const AppLast *last = app_lane_last (self->lane);
  gboolean shown = till_sale_is_paid (sale) && last->receipt_no != 0
                   && last->receipt_no == till_sale_receipt_no (sale);
  g_autofree char *digits = g_strdup_printf ("%" G_GINT64_FORMAT, last->receipt_no);
  /* Translators: a receipt's number. */
  g_autofree char *number = g_strdup_printf (_ ("Receipt %s"), digits);
  const char *state = _ ("is printed while you go on");
  g_autofree char *words = NULL;

  if (g_strcmp0 (last->print, "printed") == 0 || g_strcmp0 (last->print, "sent") == 0)
    state = _ ("printed");
  else if (g_strcmp0 (last->print, "attention") == 0)
    state = _ ("waits: look at the printer");
  words = g_strdup_printf ("%s · %s", number, state);
  gtk_label_set_text (self->print_line, shown ? words : "");
}

static void
show_note (AppPayPage *self, GtkButton *button, gint64 minor)
{
  g_autofree char *words = app_format_plain (minor, currency_of (self));
  g_autofree char *full = app_format_money (minor, currency_of (self));
  /* Translators: for a screen reader: taking a suggested sum in cash. */
  g_autofree char *name = g_strdup_printf (_ ("Cash %s"), full);

  gtk_widget_set_visible (GTK_WIDGET (button), minor > 0);
  gtk_button_set_label (button, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_actionable_set_action_target_value (GTK_ACTIONABLE (button), g_variant_new_int64 (minor));
}

static void
show_notes (AppPayPage *self, TillSale *sale)
{
  GtkButton *buttons[APP_PAY_PAGE_NOTES]
      = { self->note_0, self->note_1, self->note_2, self->note_3 };
  gint64 notes[APP_PAY_PAGE_NOTES] = { 0 };

  if (!till_sale_is_paid (sale) && !till_sale_is_empty (sale))
    till_sale_suggest_cash (sale, notes, APP_PAY_PAGE_NOTES);
  for (guint i = 0; i < APP_PAY_PAGE_NOTES; i++)
    show_note (self, buttons[i], notes[i]);
}

/* The button always says what Enter would do. */
static void
show_finish (AppPayPage *self, TillSale *sale)
{
  gint64 amount_minor = app_lane_amount_minor (self->lane);
  g_autofree char *money = app_format_money (amount_minor, currency_of (self));
  /* Translators: a sum in cash that was typed. */
  g_autofree char *take = g_strdup_printf (_ ("Take %s in cash"), money);
  const char *title = _ ("Finish");

  if (till_sale_is_paid (sale))
    title = has_payment (sale, till_payment_wants_signature)
                ? _ ("Get a signature, then next customer")
                : _ ("Next customer");
  else if (amount_minor > 0)
    title = take;
  app_key_button_set_title (self->finish_button, title);
}

static void
show_amount (AppPayPage *self)
{
  const char *text = app_lane_amount_text (self->lane);
  g_autofree char *words = g_strconcat (base_money_sign (currency_of (self)), text, NULL);

  gtk_label_set_text (self->amount, *text != '\0' ? words : _ ("Sum handed over"));
  set_class (self->amount, "dim", *text == '\0');
}

static void
on_lane_changed_cb (AppPayPage *self, AppLane *lane)
{
  TillSale *sale = app_lane_sale (lane);

  show_sums (self, sale);
  show_print (self, sale);
  show_notes (self, sale);
  show_finish (self, sale);
  show_amount (self);
}

static void
on_lane_sale_cb (AppPayPage *self, GParamSpec *pspec, AppLane *lane)
{
  gtk_no_selection_set_model (self->tenders, till_sale_payments (app_lane_sale (lane)));
  on_lane_changed_cb (self, lane);
}

static void
app_pay_page_dispose (GObject *object)
{
  AppPayPage *self = APP_PAY_PAGE (object);

  g_clear_object (&self->lane);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (app_pay_page_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, AppPayPage, box);
  gtk_widget_class_bind_template_child (widget_class, AppPayPage, columns);
  gtk_widget_class_bind_template_child (widget_class, AppPayPage, right);
  gtk_widget_class_bind_template_child (widget_class, AppPayPage, to_pay);
  gtk_widget_class_bind_template_child (widget_class, AppPayPage, left_name);
  gtk_widget_class_bind_template_child (widget_class, AppPayPage, left);
  gtk_widget_class_bind_template_child (widget_class, AppPayPage, amount);
  gtk_widget_class_bind_template_child (widget_class, AppPayPage, print_line);
  gtk_widget_class_bind_template_child (widget_class, AppPayPage, tenders);
  gtk_widget_class_bind_template_child (widget_class, AppPayPage, note_0);
  gtk_widget_class_bind_template_child (widget_class, AppPayPage, note_1);
  gtk_widget_class_bind_template_child (widget_class, AppPayPage, note_2);
  gtk_widget_class_bind_template_child (widget_class, AppPayPage, note_3);
  gtk_widget_class_bind_template_child (widget_class, AppPayPage, finish_button);
  gtk_widget_class_bind_template_child (widget_class, AppPayPage, cash_button);
  gtk_widget_class_bind_template_child (widget_class, AppPayPage, card_panel);
}

static void
app_pay_page_class_init (AppPayPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_pay_page_dispose;
  g_type_ensure (APP_TYPE_CARD_PANEL);
  g_type_ensure (APP_TYPE_KEY_BUTTON);
  g_type_ensure (APP_TYPE_TENDER_ROW);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/tillpos/Till/app-pay-page.ui");
  bind_children (widget_class);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
app_pay_page_init (AppPayPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
app_pay_page_follow (AppPayPage *self, AppLane *lane)
{
  g_set_object (&self->lane, lane);
  app_card_panel_follow (self->card_panel, lane);
  app_key_button_follow_all (GTK_WIDGET (self), lane);
  g_signal_connect_object (lane, "changed", G_CALLBACK (on_lane_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (lane, "notify::sale", G_CALLBACK (on_lane_sale_cb), self,
                           G_CONNECT_SWAPPED);
  on_lane_sale_cb (self, NULL, lane);
}

void
app_pay_page_set_narrow (AppPayPage *self, gboolean narrow)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->columns),
                                  narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  gtk_box_set_homogeneous (GTK_BOX (self->columns), !narrow);
}

/* On the sum, not on a button: Enter and Space must mean what the page says. */
void
app_pay_page_take_focus (AppPayPage *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->amount));
}
