/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-report-page.h"

#include "app-approval.h"
#include "app-error.h"
#include "app-key-button.h"

#include "till-office.h"

#include <glib/gi18n.h>

struct _AppReportPage
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkScrolledWindow *scroller;
  GtkLabel *text;
  GtkButton *close_button, *print_button;
  AppLane *lane;
  gint64 number;     /* of the Z that is shown; 0: the running figures */
  gboolean settling; /* what becomes of the settlement is to be shown, no report */
  gboolean asked;
};

G_DEFINE_FINAL_TYPE (AppReportPage, app_report_page, GTK_TYPE_WIDGET)

static void
ask_again (AppReportPage *self, gboolean asked)
{
  self->asked = asked;
  gtk_button_set_label (self->close_button,
                        asked ? _ ("Close it now, for good") : _ ("Close the shift: Z report"));
}

static void
show_report (AppReportPage *self, const TillReport *report)
{
  self->number = report->is_z ? report->number : 0;
  gtk_label_set_text (self->text, report->text);
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scroller), 0);
  gtk_widget_set_visible (GTK_WIDGET (self->close_button), !report->is_z);
  gtk_widget_set_visible (GTK_WIDGET (self->print_button), report->is_z);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "report.close", report->open);
  ask_again (self, FALSE);
}

static void
fail (AppReportPage *self, const GError *error)
{
  if (g_error_matches (error, TILL_ERROR, TILL_ERROR_STATE))
    app_lane_notify (self->lane, APP_TONE_STOP,
                     _ ("A card is being taken. Wait for its outcome, then close the shift."));
  else if (g_error_matches (error, TILL_ERROR, TILL_ERROR_ABSENT))
    app_lane_notify (self->lane, APP_TONE_NOTE, _ ("Nothing was sold since the last Z report."));
  else if (app_error_kind (error) != APP_ERROR_KIND_CANCELLED)
    app_lane_notify (self->lane, APP_TONE_STOP, app_error_sentence (error));
}

static void
on_report_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (AppReportPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TillReport) report = till_office_report_finish (TILL_STATION (source), result, &error);

  if (self->lane == NULL || self->settling)
    return;
  if (report != NULL)
    show_report (self, report);
  else
    fail (self, error);
}

void
app_report_page_show (AppReportPage *self, gint64 number)
{
  self->settling = FALSE;
  gtk_label_set_text (self->text, "");
  ask_again (self, FALSE);
  till_office_report_async (app_lane_station (self->lane), number, on_report_cb,
                            g_object_ref (self));
}

static const char *const settle_words[] = {
  [TILL_SETTLE_DONE] = N_ ("Settled: both sides stand below."),
  [TILL_SETTLE_NOT_OFFERED] = N_ ("This acquirer settles by itself: there is nothing to do."),
  [TILL_SETTLE_OWED]
  = N_ ("The batch stays open: a reversal or a chip's approval has to be sent first. See the "
        "queue."),
  [TILL_SETTLE_ASIDE]
  = N_ ("The batch stays open: a reversal or a chip's approval is set aside. See the queue, under "
        "“Needs attention”: send it once more, or ask the bank to clear it."),
  [TILL_SETTLE_LOST]
  = N_ ("The batch stays open: what was decided by hand is not what was written last, so none of "
        "it counts. See the queue, under “Needs attention”, and decide again."),
  [TILL_SETTLE_HELD] = N_ ("Nothing is sent before somebody decided: see the queue."),
  [TILL_SETTLE_REFUSED] = N_ ("The acquirer doesn't settle now. The batch stays open: try later."),
  [TILL_SETTLE_NO_ANSWER]
  = N_ ("No answer. The settlement is taken up again by itself; card payments wait for it."),
  [TILL_SETTLE_NO_LINE] = N_ ("The acquirer can't be reached. The batch stays open: try later."),
};

static void
on_settled_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (AppReportPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TillReport) report = NULL;
  TillSettle end = TILL_SETTLE_DONE;
  gboolean done = till_office_settle_finish (TILL_STATION (source), result, &end, &report, &error);

  if (self->lane == NULL)
    return;
  if (self->settling)
    gtk_label_set_text (self->text, report != NULL ? report->text
                                    : done         ? _ (settle_words[end])
                                                   : "");
  if (!done)
    {
      fail (self, error);
      return;
    }
  if (report != NULL && report->differs)
    app_lane_notify (
        self->lane, APP_TONE_NOTE,
        _ ("Settled, but the sides differ. Call the acquirer about the records below."));
  else
    app_lane_notify (self->lane, end == TILL_SETTLE_DONE ? APP_TONE_GOOD : APP_TONE_NOTE,
                     _ (settle_words[end]));
}

void
app_report_page_settle (AppReportPage *self)
{
  self->settling = TRUE;
  gtk_label_set_text (self->text, _ ("Till and acquirer compare their sums. Selling goes on."));
  gtk_widget_set_visible (GTK_WIDGET (self->close_button), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->print_button), FALSE);
  till_office_settle_async (app_lane_station (self->lane), on_settled_cb, g_object_ref (self));
}

static void
on_closed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (AppReportPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TillReport) report = till_office_close_finish (TILL_STATION (source), result, &error);
  g_autofree char *number = NULL;
  g_autofree char *words = NULL;

  if (self->lane == NULL)
    return;
  if (report == NULL)
    {
      ask_again (self, FALSE);
      fail (self, error);
      return;
    }
  show_report (self, report);
  number = g_strdup_printf ("%" G_GINT64_FORMAT, report->number);
  words = g_strdup_printf (_ ("The shift is closed: Z report %s. The next one begins with the next "
                              "sale."),
                           number);
  app_lane_notify (self->lane, APP_TONE_GOOD, words);
}

/* What can't be taken back is asked for twice. */
static void
on_close_action_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  AppReportPage *self = APP_REPORT_PAGE (widget);

  if (app_lane_is_paying (self->lane))
    app_lane_notify (self->lane, APP_TONE_NOTE,
                     _ ("A card is being taken. Wait for its outcome, then close the shift."));
  else if (!self->asked)
    ask_again (self, TRUE);
  else if (app_approval_given (self->lane, SHOP_RIGHT_CLOSE, self, "report.close", NULL,
                               "report.close"))
    {
      gtk_widget_action_set_enabled (widget, "report.close", FALSE);
      till_office_close_async (app_lane_station (self->lane), on_closed_cb, g_object_ref (self));
    }
}

static void
on_printed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (AppReportPage) self = data;
  g_autoptr (GError) error = NULL;

  if (!till_office_print_finish (TILL_STATION (source), result, &error) && self->lane != NULL)
    fail (self, error);
}

static void
on_print_action_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  AppReportPage *self = APP_REPORT_PAGE (widget);

  till_office_print_async (app_lane_station (self->lane), self->number, on_printed_cb,
                           g_object_ref (self));
}

static void
app_report_page_dispose (GObject *object)
{
  AppReportPage *self = APP_REPORT_PAGE (object);

  g_clear_object (&self->lane);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (app_report_page_parent_class)->dispose (object);
}

static void
app_report_page_class_init (AppReportPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_report_page_dispose;
  g_type_ensure (APP_TYPE_KEY_BUTTON);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tillpos/Till/app-report-page.ui");
  gtk_widget_class_bind_template_child (widget_class, AppReportPage, box);
  gtk_widget_class_bind_template_child (widget_class, AppReportPage, scroller);
  gtk_widget_class_bind_template_child (widget_class, AppReportPage, text);
  gtk_widget_class_bind_template_child (widget_class, AppReportPage, close_button);
  gtk_widget_class_bind_template_child (widget_class, AppReportPage, print_button);
  gtk_widget_class_install_action (widget_class, "report.close", NULL, on_close_action_cb);
  gtk_widget_class_install_action (widget_class, "report.print", NULL, on_print_action_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
app_report_page_init (AppReportPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "report.close", FALSE);
}

/* Page Up and Page Down turn it. */
void
app_report_page_take_focus (AppReportPage *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->scroller));
}

void
app_report_page_follow (AppReportPage *self, AppLane *lane)
{
  g_set_object (&self->lane, lane);
}
