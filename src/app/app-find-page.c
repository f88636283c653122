/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-find-page.h"

#include "app-approval.h"
#include "app-ask-page.h"
#include "app-error.h"
#include "app-format.h"
#include "app-key-button.h"

#include "till-find.h"
#include "till-refund.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#define COLUMNS 42

struct _AppFindPage
{
  GtkWidget parent_instance;

  GtkWidget *box, *entry, *panes;
  GtkListBox *list;
  GtkLabel *receipt, *nothing;
  AppLane *lane;
  GPtrArray *found;  /* of TillFound, as the rows of `list` */
  gint64 receipt_no; /* that is shown; 0: none */
  gboolean is_void;  /* what was asked for last, else a refund */
};

enum
{
  SIGNAL_ASK,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AppFindPage, app_find_page, GTK_TYPE_WIDGET)

static void
fail (AppFindPage *self, const GError *error)
{
  if (app_error_kind (error) != APP_ERROR_KIND_CANCELLED)
    app_lane_notify (self->lane, APP_TONE_STOP, app_error_sentence (error));
}

/* --- the receipt --- */

static const TillFound *
selected (AppFindPage *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);
  int index = row != NULL ? gtk_list_box_row_get_index (row) : -1;

  return self->found != NULL && index >= 0 && (guint)index < self->found->len
             ? self->found->pdata[index]
             : NULL;
}

static void
show_buttons (AppFindPage *self)
{
  const TillFound *found = selected (self);
  gboolean is_sale = found != NULL && g_str_equal (found->kind, "sale");

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "find.print", found != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "find.refund", is_sale);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "find.void", is_sale && found->is_card);
}

static void
on_receipt_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (AppFindPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ShopReceipt) receipt
      = till_station_receipt_finish (TILL_STATION (source), result, &error);
  g_autofree char *text = receipt != NULL ? shop_receipt_to_text (receipt, COLUMNS) : NULL;

  if (self->lane == NULL)
    return;
  gtk_label_set_text (self->receipt, text != NULL ? text : "");
  if (receipt == NULL)
    fail (self, error);
}

static void
on_selected_cb (GtkListBox *list, GtkListBoxRow *row, AppFindPage *self)
{
  const TillFound *found = selected (self);

  show_buttons (self);
  self->receipt_no = found != NULL ? found->receipt_no : 0;
  gtk_label_set_text (self->receipt, "");
  if (found != NULL)
    till_station_receipt_async (app_lane_station (self->lane), found->receipt_no, on_receipt_cb,
                                g_object_ref (self));
}

/* --- the list --- */

static const char *
kind_words (const TillFound *found)
{
  if (g_str_equal (found->kind, "refund"))
    return _ ("Refund");
  if (g_str_equal (found->kind, "void"))
    return _ ("Void");
  if (g_str_equal (found->kind, "sale"))
    return _ ("Sale");
  return _ ("Pre-authorisation");
}

static GtkWidget *
label_of (const char *text, const char *class_name, gboolean fills)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), fills ? 0 : 1);
  gtk_label_set_ellipsize (GTK_LABEL (label), fills ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
  gtk_widget_set_hexpand (label, fills);
  gtk_widget_add_css_class (label, class_name);
  gtk_widget_add_css_class (label, "numeric");
  return label;
}

static GtkWidget *
row_of (const TillFound *found)
{
  AppStateWords state
      = app_words_state (found->state, found->approved_by, found->sent, found->is_card);
  g_autofree char *sum = app_format_sum (found->total_minor, app_format_currency ());
  g_autofree char *when = app_format_moment (found->at_us, g_get_real_time ());
  g_autofree char *card
      = found->masked_pan != NULL ? app_format_card (found->masked_pan) : g_strdup ("");
  g_autofree char *title = g_strdup_printf ("%s %" PRId64, kind_words (found), found->receipt_no);
  /* Translators: when, whose till number it was, and the card. */
  g_autofree char *detail = g_strdup_printf (_ ("%s · Cashier %s  %s"), when,
                                             found->cashier != NULL ? found->cashier : "–", card);
  g_autofree char *words = g_strdup_printf ("%s %s", state.shape, state.word);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *left = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *right = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);

  gtk_widget_set_hexpand (left, TRUE);
  gtk_box_append (GTK_BOX (left), label_of (title, "shop", TRUE));
  gtk_box_append (GTK_BOX (left), label_of (detail, "detail", TRUE));
  gtk_box_append (GTK_BOX (right), label_of (sum, "shop", FALSE));
  gtk_box_append (GTK_BOX (right), label_of (words, app_words_tone_class (state.tone), FALSE));
  gtk_box_append (GTK_BOX (box), left);
  gtk_box_append (GTK_BOX (box), right);
  gtk_widget_add_css_class (box, "found");
  return box;
}

static void
show_found (AppFindPage *self, GPtrArray *found)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, child);
  g_clear_pointer (&self->found, g_ptr_array_unref);
  self->found = g_ptr_array_ref (found);
  for (guint i = 0; i < found->len; i++)
    gtk_list_box_append (self->list, row_of (found->pdata[i]));
  gtk_widget_set_visible (GTK_WIDGET (self->nothing), found->len == 0);
  gtk_widget_set_visible (GTK_WIDGET (self->list), found->len > 0);
  if (found->len > 0)
    gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list, 0));
  else
    on_selected_cb (self->list, NULL, self);
}

static void
on_found_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (AppFindPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) found = till_find_finish (TILL_STATION (source), result, &error);

  if (self->lane == NULL)
    return;
  if (found != NULL)
    show_found (self, found);
  else
    fail (self, error);
}

void
app_find_page_refresh (AppFindPage *self)
{
  till_find_async (app_lane_station (self->lane),
                   gtk_editable_get_text (GTK_EDITABLE (self->entry)), on_found_cb,
                   g_object_ref (self));
}

static void
on_changed_cb (GtkEditable *entry, AppFindPage *self)
{
  if (self->lane != NULL)
    app_find_page_refresh (self);
}

/* --- what is done with one --- */

static void
on_printed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (AppFindPage) self = data;
  g_autoptr (GError) error = NULL;
  gboolean done = till_station_reprint_finish (TILL_STATION (source), result, &error);

  if (self->lane == NULL)
    return;
  if (done)
    app_lane_notify (self->lane, APP_TONE_GOOD, _ ("It comes out again, marked as a copy."));
  else
    fail (self, error);
}

static void
on_print_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  AppFindPage *self = APP_FIND_PAGE (widget);

  till_station_reprint_async (app_lane_station (self->lane), self->receipt_no, on_printed_cb,
                              g_object_ref (self));
}

/* Every payment of it says for itself what became of it. */
static void
tell_given (AppFindPage *self, TillSale *sale, const char *note)
{
  GListModel *payments = till_sale_payments (sale);
  g_autoptr (TillPayment) first = g_list_model_get_item (payments, 0);
  g_autofree char *sum = app_format_money (till_sale_total_minor (sale), app_format_currency ());
  g_autofree char *why = app_words_reason (note, NULL);
  AppStateWords words = first != NULL ? app_words_payment (first) : (AppStateWords){ 0 };
  g_autofree char *text = g_strdup_printf ("%s %s%s%s", sum, first != NULL ? words.word : "",
                                           why != NULL ? " · " : "", why != NULL ? why : "");

  app_lane_notify (self->lane, first != NULL ? words.tone : APP_TONE_NOTE, text);
}

static void
on_given_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (AppFindPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TillSale) sale = NULL;
  const char *refusal = NULL, *note = NULL;
  gboolean done
      = till_refund_finish (TILL_STATION (source), result, &sale, &refusal, &note, &error);

  if (self->lane == NULL)
    return;
  if (!done)
    fail (self, error);
  else if (refusal != NULL)
    {
      g_autofree char *why = app_words_reason (refusal, NULL);

      app_lane_notify (self->lane, APP_TONE_NOTE, why);
    }
  else if (sale != NULL)
    tell_given (self, sale, note);
  app_find_page_refresh (self);
}

/* Somebody has confirmed it; an approval comes last, so that it is used for this one. */
static void
on_give_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  AppFindPage *self = APP_FIND_PAGE (widget);
  gint64 receipt_no = g_variant_get_int64 (parameter);
  g_autofree char *about = g_strdup_printf ("receipt %" PRId64, receipt_no);

  if (!app_approval_given (self->lane, self->is_void ? SHOP_RIGHT_VOID : SHOP_RIGHT_REFUND, self,
                           "find.give", parameter, about))
    return;
  app_lane_notify (self->lane, APP_TONE_NEUTRAL, _ ("The money is being given back…"));
  till_refund_async (app_lane_station (self->lane),
                     &(TillRefundWish){ .receipt_no = receipt_no, .is_void = self->is_void },
                     on_given_cb, g_object_ref (self));
}

static void
on_agreed_cb (GObject *page, gint64 receipt_no)
{
  gtk_widget_activate_action (GTK_WIDGET (page), "find.give", "x", receipt_no);
}

static void
ask_back (AppFindPage *self, gboolean is_void)
{
  const TillFound *found = selected (self);
  g_autofree char *sum = NULL, *title = NULL;

  if (found == NULL)
    return;
  sum = app_format_money (found->total_minor, app_format_currency ());
  title = g_strdup_printf (is_void ? _ ("Void receipt %" PRId64 " of %s?")
                                   : _ ("Give back what is left of receipt %" PRId64 " of %s?"),
                           found->receipt_no, sum);
  self->is_void = is_void;
  g_signal_emit (
      self, signals[SIGNAL_ASK], 0,
      &(AppAsk){ .title = title,
                 .body
                 = is_void ? _ ("The whole sale is undone on the card, as if it had not been. That "
                                "works until the batch is settled.")
                           : _ ("It goes back the way it was paid: cash from the drawer, card "
                                "payments to their cards. Take the goods back first."),
                 .yes = is_void ? _ ("Void it") : _ ("Give it back"),
                 .no = _ ("Back"),
                 .back = "find",
                 .agreed = on_agreed_cb,
                 .owner = G_OBJECT (self),
                 .number = found->receipt_no });
}

static void
on_refund_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ask_back (APP_FIND_PAGE (widget), FALSE);
}

static void
on_void_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ask_back (APP_FIND_PAGE (widget), TRUE);
}

/* --- the page --- */

void
app_find_page_set_narrow (AppFindPage *self, gboolean narrow)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->panes),
                                  narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
}

void
app_find_page_take_focus (AppFindPage *self)
{
  gtk_widget_grab_focus (self->entry);
}

void
app_find_page_follow (AppFindPage *self, AppLane *lane)
{
  g_set_object (&self->lane, lane);
  app_key_button_follow_all (self->box, lane);
}

static void
app_find_page_dispose (GObject *object)
{
  AppFindPage *self = APP_FIND_PAGE (object);

  g_clear_object (&self->lane);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->found, g_ptr_array_unref);
  G_OBJECT_CLASS (app_find_page_parent_class)->dispose (object);
}

static void
app_find_page_class_init (AppFindPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_find_page_dispose;
  g_type_ensure (APP_TYPE_KEY_BUTTON);
  signals[SIGNAL_ASK] = g_signal_new ("ask", APP_TYPE_FIND_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                      NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/tillpos/Till/app-find-page.ui");
  gtk_widget_class_bind_template_child (widget_class, AppFindPage, box);
  gtk_widget_class_bind_template_child (widget_class, AppFindPage, entry);
  gtk_widget_class_bind_template_child (widget_class, AppFindPage, panes);
  gtk_widget_class_bind_template_child (widget_class, AppFindPage, list);
  gtk_widget_class_bind_template_child (widget_class, AppFindPage, nothing);
  gtk_widget_class_bind_template_child (widget_class, AppFindPage, receipt);
  gtk_widget_class_bind_template_callback (widget_class, on_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_selected_cb);
  gtk_widget_class_install_action (widget_class, "find.print", NULL, on_print_cb);
  gtk_widget_class_install_action (widget_class, "find.refund", NULL, on_refund_cb);
  gtk_widget_class_install_action (widget_class, "find.void", NULL, on_void_cb);
  gtk_widget_class_install_action (widget_class, "find.give", "x", on_give_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
app_find_page_init (AppFindPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  show_buttons (self);
}
