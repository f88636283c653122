/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-queue-page.h"

#include "app-ask-page.h"
#include "app-approval.h"
#include "app-error.h"
#include "app-fold.h"
#include "app-format.h"
#include "app-key-button.h"
#include "app-queue-row.h"
#include "app-words.h"

#include <glib/gi18n.h>

#define TICK_S 5 /* how often "the oldest has waited …" is put right */

typedef enum
{
  TAB_WAITING,
  TAB_ATTENTION,
  TAB_UNKNOWN,
  TAB_DONE,
} Tab;
#define TAB_COUNT 4

struct _AppQueuePage
{
  GtkWidget parent_instance;

  GtkWidget *box;
  AppFold *fold;
  GtkLabel *sentence, *sub, *settlement, *certificates, *copy, *empty, *detail_title, *detail_card,
      *detail_state, *detail_reason, *detail_case;
  GtkButton *send_button, *settle_button;
  GtkToggleButton *tab_0, *tab_1, *tab_2, *tab_3;
  GtkStack *list_stack;
  GtkSingleSelection *selection;
  AppLane *lane;
  GListStore *rows[TAB_COUNT];
  Tab tab;
  gboolean shown, sending;
  gboolean chooses_tab; /* it was just opened: the first tab that isn't empty comes forward */
  guint tick_id;
};

enum
{
  SIGNAL_ASK,
  SIGNAL_SETTLE,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AppQueuePage, app_queue_page, GTK_TYPE_WIDGET)

/* --- the sentence --- */

typedef struct
{
  guint waiting, reversals, attention;
  gint64 minor, oldest_us, next_us;
  gboolean sending;
  TillConnection connection;
  const char *quarantine; /* a sentence; NULL: as usual */
  gboolean releasable;    /* somebody may say here that it is over */
} Facts;

static Facts
read_facts (TillStation *station)
{
  Facts facts = { 0 };
  g_autofree char *quarantine = NULL;

  g_object_get (station, "queue-waiting", &facts.waiting, "queue-reversals", &facts.reversals,
                "queue-attention", &facts.attention, "queue-minor", &facts.minor, "queue-oldest-us",
                &facts.oldest_us, "queue-next-us", &facts.next_us, "queue-sending", &facts.sending,
                "connection", &facts.connection, "quarantine", &quarantine, NULL);
  facts.quarantine = app_words_quarantine (quarantine);
  facts.releasable = quarantine != NULL && !g_str_equal (quarantine, "handed-over");
  return facts;
}

static void
set_tone (GtkWidget *widget, AppTone tone)
{
  static const AppTone tones[] = { APP_TONE_NEUTRAL, APP_TONE_GOOD, APP_TONE_NOTE, APP_TONE_STOP };

  for (guint i = 0; i < G_N_ELEMENTS (tones); i++)
    if (tones[i] == tone)
      gtk_widget_add_css_class (widget, app_words_tone_class (tones[i]));
    else
      gtk_widget_remove_css_class (widget, app_words_tone_class (tones[i]));
}

static char *
main_sentence (AppQueuePage *self, const Facts *facts)
{
  g_autofree char *money = app_format_money (facts->minor, app_format_currency ());

  if (facts->quarantine != NULL)
    return g_strdup (facts->quarantine);
  if (facts->waiting == 0 && facts->attention == 0)
    return g_strdup (_ ("Everything is with the acquirer. Nothing waits."));
  if (facts->waiting == 0)
    return g_strdup_printf (ngettext ("Nothing waits to be sent; %u record needs a look.",
                                      "Nothing waits to be sent; %u records need a look.",
                                      facts->attention),
                            facts->attention);
  if (facts->waiting == facts->reversals)
    return g_strdup_printf (ngettext ("%u reversal is waiting to be sent.",
                                      "%u reversals are waiting to be sent.", facts->reversals),
                            facts->reversals);
  /* Translators: how many records, then their sum. */
  return g_strdup_printf (ngettext ("%u record, %s, is waiting to be sent.",
                                    "%u records, %s, are waiting to be sent.", facts->waiting),
                          facts->waiting, money);
}

static char *
next_words (const Facts *facts, gint64 now_us)
{
  g_autofree char *span = app_format_span (facts->next_us - now_us);

  if (facts->sending)
    return g_strdup (_ ("Being sent now, reversals first."));
  if (facts->connection == TILL_CONNECTION_NONE)
    return g_strdup (_ ("This shop has no acquirer."));
  if (facts->next_us > now_us)
    return g_strdup_printf (_ ("Next try in %s."), span);
  return g_strdup (_ ("They go as soon as the line is there."));
}

static char *
sub_sentence (const Facts *facts, gint64 now_us)
{
  g_autofree char *span = app_format_span (now_us - facts->oldest_us);
  g_autofree char *next = next_words (facts, now_us);

  if (facts->quarantine != NULL && facts->waiting > 0)
    return g_strdup_printf (ngettext ("%u record is held back meanwhile. Cash goes on as usual.",
                                      "%u records are held back meanwhile. Cash goes on as usual.",
                                      facts->waiting),
                            facts->waiting);
  if (facts->waiting == 0)
    return g_strdup (facts->connection == TILL_CONNECTION_OFFLINE
                         ? _ ("The line is down; card sales will wait here.")
                         : "");
  /* Translators: a duration, then a sentence about the next try. */
  return g_strdup_printf (_ ("The oldest has waited %s. %s"), span, next);
}

/* The line that both sides agree, and when; or by how much they differ. */
static void
show_settlement (AppQueuePage *self, TillStation *station, gboolean held)
{
  TillSettlement settlement = till_station_settlement (station);
  gint64 now_us = g_get_real_time (), until_us;
  AppTone tone = APP_TONE_NEUTRAL;
  g_autofree char *words = app_words_settlement (&settlement, now_us, &tone);
  g_autofree char *certificates = NULL;

  gtk_label_set_text (self->settlement, words != NULL ? words : "");
  gtk_widget_set_visible (GTK_WIDGET (self->settlement), words != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->settle_button), words != NULL && !held);
  set_tone (GTK_WIDGET (self->settlement), tone);
  g_object_get (station, "certificates-until-us", &until_us, NULL);
  tone = app_words_certificates_tone (until_us, now_us);
  if (tone != APP_TONE_NEUTRAL)
    certificates = app_words_certificates (until_us, now_us);
  gtk_label_set_text (self->certificates, certificates != NULL ? certificates : "");
  gtk_widget_set_visible (GTK_WIDGET (self->certificates), certificates != NULL);
  set_tone (GTK_WIDGET (self->certificates), tone);
}

/* Only where something is to be done about it. */
static void
show_copy (AppQueuePage *self, TillStation *station)
{
  TillCopy copy = till_station_copy (station);
  AppTone tone = APP_TONE_NEUTRAL;
  g_autofree char *words = app_words_copy (&copy, g_get_real_time (), &tone);

  gtk_label_set_text (self->copy, words);
  gtk_widget_set_visible (GTK_WIDGET (self->copy), tone == APP_TONE_NOTE);
  set_tone (GTK_WIDGET (self->copy), tone);
}

/* What was set aside, and what is done, waits for no line. */
static void
show_next_try (AppQueuePage *self, gint64 next_us)
{
  static const Tab waiting[] = { TAB_WAITING, TAB_UNKNOWN };

  for (guint t = 0; t < G_N_ELEMENTS (waiting); t++)
    for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->rows[waiting[t]])); i++)
      {
        g_autoptr (TillQueueRow) row
            = g_list_model_get_item (G_LIST_MODEL (self->rows[waiting[t]]), i);

        till_queue_row_put_off (row, next_us);
      }
}

static void
show_sentences (AppQueuePage *self)
{
  Facts facts = read_facts (app_lane_station (self->lane));
  g_autofree char *sentence = main_sentence (self, &facts);
  g_autofree char *sub = sub_sentence (&facts, g_get_real_time ());
  gboolean busy = facts.sending || self->sending;

  show_settlement (self, app_lane_station (self->lane), facts.quarantine != NULL);
  show_copy (self, app_lane_station (self->lane));
  show_next_try (self, facts.quarantine == NULL ? facts.next_us : 0);
  gtk_label_set_text (self->sentence, sentence);
  gtk_label_set_text (self->sub, sub);
  gtk_widget_set_visible (GTK_WIDGET (self->sub), *sub != '\0');
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "queue.send", facts.waiting > 0 && !busy);
  /* A reversal that was decided on while nothing may be sent would be set aside again. */
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "queue.reverse", facts.quarantine == NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->send_button),
                          facts.quarantine == NULL || facts.releasable);
  gtk_button_set_label (self->send_button,
                        facts.releasable ? _ ("They are closed: send from here") : _ ("Send now"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->send_button),
                                  facts.releasable ? "queue.release" : "queue.send");
}

/* --- rows and tabs --- */

static Tab
tab_of (const TillQueueRowData *data)
{
  if (g_str_equal (data->record, "done"))
    return TAB_DONE;
  if (g_str_equal (data->record, "attention"))
    return TAB_ATTENTION;
  return data->state == TILL_PAYMENT_STATE_UNKNOWN ? TAB_UNKNOWN : TAB_WAITING;
}

static void
show_tabs (AppQueuePage *self)
{
  const char *titles[TAB_COUNT]
      = { _ ("Waiting %u"), _ ("Needs attention %u"), _ ("Unknown %u"), _ ("Done %u") };
  GtkToggleButton *tabs[TAB_COUNT] = { self->tab_0, self->tab_1, self->tab_2, self->tab_3 };

  for (guint i = 0; i < TAB_COUNT; i++)
    {
      guint count = g_list_model_get_n_items (G_LIST_MODEL (self->rows[i]));
      const char *number = strstr (titles[i], "%u");
      g_autofree char *before = g_strndup (titles[i], (gsize)(number - titles[i]));
      g_autofree char *title = g_strdup_printf (
          "%s%u%s%s", before, count, count >= TILL_STATION_QUEUE_ROWS_MAX ? "+" : "", number + 2);

      gtk_button_set_label (GTK_BUTTON (tabs[i]), title);
    }
}

static void
show_list (AppQueuePage *self)
{
  const char *empty[TAB_COUNT] = { _ ("Nothing waits"), _ ("Nothing needs a look"),
                                   _ ("No outcome is unknown"), _ ("Nothing sent yet") };
  guint count = g_list_model_get_n_items (G_LIST_MODEL (self->rows[self->tab]));

  if (gtk_single_selection_get_model (self->selection) != G_LIST_MODEL (self->rows[self->tab]))
    gtk_single_selection_set_model (self->selection, G_LIST_MODEL (self->rows[self->tab]));
  gtk_label_set_text (self->empty, empty[self->tab]);
  gtk_stack_set_visible_child_name (self->list_stack, count > 0 ? "list" : "empty");
}

static char *
detail_title (const TillQueueRowData *data)
{
  const char *klass = app_words_record_class (data);
  g_autofree char *money = app_format_money (data->amount_minor, data->currency);

  return klass != NULL ? g_strdup_printf ("%s %s", klass, money) : g_steal_pointer (&money);
}

static void
show_detail (AppQueuePage *self)
{
  TillQueueRow *row = gtk_single_selection_get_selected_item (self->selection);
  const TillQueueRowData *data = row != NULL ? till_queue_row_data (row) : NULL;
  g_autofree char *title = NULL, *card = NULL, *reason = NULL, *number = NULL;
  g_autofree char *receipt = NULL, *case_text = NULL;

  app_fold_set_reveal_end (self->fold, data != NULL && !app_fold_is_folded (self->fold));
  if (data == NULL)
    return;
  title = detail_title (data);
  card = app_format_card (data->masked_pan);
  reason = app_words_reason (data->reason, NULL);
  receipt = g_strdup_printf ("%" G_GINT64_FORMAT, data->receipt_no);
  case_text = g_strdup_printf ("%s-%06u-%06u", data->terminal, data->batch, data->stan);
  /* Translators: a receipt's number, then what the acquirer's support asks for. */
  number = g_strdup_printf (_ ("Receipt %s\nCase %s"), receipt, case_text);
  gtk_label_set_text (self->detail_title, title);
  gtk_label_set_text (self->detail_card, card);
  gtk_label_set_text (self->detail_state, app_words_record_sentence (data));
  gtk_label_set_text (self->detail_reason, reason != NULL ? reason : "");
  gtk_widget_set_visible (GTK_WIDGET (self->detail_reason), reason != NULL);
  gtk_label_set_text (self->detail_case, number);
}

static void
fill (AppQueuePage *self, GListModel *all, gboolean done)
{
  GPtrArray *sorted[TAB_COUNT];

  for (guint t = 0; t < TAB_COUNT; t++)
    sorted[t] = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      TillQueueRow *row = g_list_model_get_item (all, i);

      g_ptr_array_add (sorted[tab_of (till_queue_row_data (row))], row);
    }
  for (guint t = 0; t < TAB_COUNT; t++)
    if ((t == TAB_DONE) == done)
      g_list_store_splice (self->rows[t], 0,
                           g_list_model_get_n_items (G_LIST_MODEL (self->rows[t])),
                           sorted[t]->pdata, sorted[t]->len);
  for (guint t = 0; t < TAB_COUNT; t++)
    g_ptr_array_unref (sorted[t]);
  show_tabs (self);
  show_list (self);
  show_detail (self);
  show_sentences (self);
}

static void
choose_tab (AppQueuePage *self)
{
  GtkToggleButton *tabs[TAB_COUNT] = { self->tab_0, self->tab_1, self->tab_2, self->tab_3 };
  Tab first = TAB_WAITING;

  while (first < TAB_DONE && g_list_model_get_n_items (G_LIST_MODEL (self->rows[first])) == 0)
    first++;
  gtk_toggle_button_set_active (tabs[first < TAB_DONE ? first : TAB_WAITING], TRUE);
}

static void
take_rows (AppQueuePage *self, GObject *station, GAsyncResult *result, gboolean done)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) rows = till_station_queue_finish (TILL_STATION (station), result, &error);

  if (self->lane == NULL)
    return;
  if (rows != NULL)
    {
      fill (self, rows, done);
      if (!done && self->chooses_tab)
        choose_tab (self);
      self->chooses_tab = self->chooses_tab && done;
    }
  else if (app_error_kind (error) != APP_ERROR_KIND_CANCELLED)
    gtk_label_set_text (self->sub, app_error_sentence (error));
}

static void
on_open_rows_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (AppQueuePage) self = data;

  take_rows (self, source, result, FALSE);
}

static void
on_done_rows_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (AppQueuePage) self = data;

  take_rows (self, source, result, TRUE);
}

static void
ask_for_rows (AppQueuePage *self)
{
  TillStation *station;

  if (!self->shown || self->lane == NULL)
    return;
  station = app_lane_station (self->lane);
  till_station_queue_async (station, FALSE, NULL, on_open_rows_cb, g_object_ref (self));
  till_station_queue_async (station, TRUE, NULL, on_done_rows_cb, g_object_ref (self));
  show_sentences (self);
}

/* --- wishes --- */

static void
on_sent_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (AppQueuePage) self = data;
  g_autoptr (GError) error = NULL;
  guint left = 0;

  self->sending = FALSE;
  if (self->lane == NULL)
    return;
  if (!till_station_send_finish (TILL_STATION (source), result, &left, &error))
    app_lane_notify (self->lane, APP_TONE_STOP, app_error_sentence (error));
  else if (left > 0)
    app_lane_notify (
        self->lane, APP_TONE_NOTE,
        _ ("Not everything could be sent. It goes on by itself when the line is back."));
  ask_for_rows (self);
}

static void
on_send_action_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  AppQueuePage *self = APP_QUEUE_PAGE (widget);

  self->sending = TRUE;
  show_sentences (self);
  till_station_send_async (app_lane_station (self->lane), NULL, on_sent_cb, g_object_ref (self));
}

static void
on_released_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (AppQueuePage) self = data;
  g_autoptr (GError) error = NULL;

  if (!till_station_release_finish (TILL_STATION (source), result, &error) && self->lane != NULL)
    app_lane_notify (self->lane, APP_TONE_STOP,
                     g_error_matches (error, TILL_ERROR, TILL_ERROR_STATE)
                         ? _ ("Ask the acquirer first which records it has; then see “till-cli "
                              "queue release”.")
                         : app_error_sentence (error));
  ask_for_rows (self);
}

static gboolean
allows (gpointer page, ShopRight right, const char *action, GVariant *parameter)
{
  g_autofree char *about = parameter != NULL ? g_strdup_printf ("%s %" G_GINT64_FORMAT, action,
                                                                g_variant_get_int64 (parameter))
                                             : g_strdup (action);

  return app_approval_given (APP_QUEUE_PAGE (page)->lane, right, page, action, parameter, about);
}

static void
on_release_action_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  AppQueuePage *self = APP_QUEUE_PAGE (widget);

  if (!allows (widget, SHOP_RIGHT_QUEUE, "queue.release", parameter))
    return;
  till_station_release_async (app_lane_station (self->lane), on_released_cb, g_object_ref (self));
}

static void
on_retried_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (AppQueuePage) self = data;
  g_autoptr (GError) error = NULL;

  if (!till_station_retry_finish (TILL_STATION (source), result, &error) && self->lane != NULL)
    app_lane_notify (self->lane, APP_TONE_STOP, app_error_sentence (error));
  ask_for_rows (self);
}

static void
on_retry_action_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  AppQueuePage *self = APP_QUEUE_PAGE (widget);

  if (!allows (widget, SHOP_RIGHT_QUEUE, "queue.retry", parameter))
    return;
  till_station_retry_async (app_lane_station (self->lane), g_variant_get_int64 (parameter),
                            on_retried_cb, g_object_ref (self));
}

static void
on_confirmed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (AppQueuePage) self = data;
  g_autoptr (GError) error = NULL;

  if (!till_station_confirm_charged_finish (TILL_STATION (source), result, &error)
      && self->lane != NULL)
    app_lane_notify (self->lane, APP_TONE_STOP, app_error_sentence (error));
  ask_for_rows (self);
}

/* An approval comes last, so that it is used for this one. */
static void
on_confirm_action_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  AppQueuePage *self = APP_QUEUE_PAGE (widget);

  if (allows (widget, SHOP_RIGHT_QUEUE, "queue.confirm", parameter))
    till_station_confirm_charged_async (app_lane_station (self->lane),
                                        g_variant_get_int64 (parameter), on_confirmed_cb,
                                        g_object_ref (self));
}

static void
on_charged_agreed_cb (GObject *page, gint64 id)
{
  gtk_widget_activate_action (GTK_WIDGET (page), "queue.confirm", "x", id);
}

static void
on_reverse_agreed_cb (GObject *page, gint64 id)
{
  gtk_widget_activate_action (GTK_WIDGET (page), "queue.retry", "x", id);
}

static const TillQueueRowData *
find_record (AppQueuePage *self, gint64 id)
{
  GListModel *rows = G_LIST_MODEL (self->rows[TAB_ATTENTION]);

  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (TillQueueRow) row = g_list_model_get_item (rows, i);

      if (till_queue_row_data (row)->id == id)
        return till_queue_row_data (row); /* the model keeps it */
    }
  return NULL;
}

/* Amount, card and receipt, and what to hold against the acquirer's word. */
static char *
facts_words (const TillQueueRowData *data)
{
  g_autofree char *money = app_format_money (data->amount_minor, data->currency);
  g_autofree char *card = app_format_card (data->masked_pan);
  g_autofree char *receipt = g_strdup_printf ("%" G_GINT64_FORMAT, data->receipt_no);
  g_autofree char *number
      = g_strdup_printf ("%s-%06u-%06u", data->terminal, data->batch, data->stan);

  /* Translators: a sum, a card, a receipt's number, the case number. */
  return g_strdup_printf (_ ("%s, card %s, receipt %s, case %s"), money, card, receipt, number);
}

/* Only the acquirer knows, and somebody has asked it: either answer moves money. */
static void
ask_outcome (AppQueuePage *self, gint64 id, gboolean charged)
{
  const TillQueueRowData *data = find_record (self, id);
  g_autofree char *facts = data != NULL ? facts_words (data) : NULL;
  g_autofree char *body = NULL;
  AppAsk ask = { .no = _ ("Back"), .back = "queue", .owner = G_OBJECT (self), .number = id };

  if (data == NULL)
    return;
  body = g_strdup_printf (
      "%s\n\n%s", facts,
      charged ? _ ("The sale counts as paid, and its receipt is printed. Say so only if the "
                   "acquirer has it in its books.")
              : _ ("A reversal goes to the acquirer: the customer pays nothing with this card, and "
                   "the sale isn't paid."));
  ask.body = body;
  ask.title = charged ? _ ("Has the acquirer said that it was charged?") : _ ("Reverse it?");
  ask.yes = charged ? _ ("It was charged") : _ ("Reverse it");
  ask.agreed = charged ? on_charged_agreed_cb : on_reverse_agreed_cb;
  g_signal_emit (self, signals[SIGNAL_ASK], 0, &ask);
}

static void
on_charged_action_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ask_outcome (APP_QUEUE_PAGE (widget), g_variant_get_int64 (parameter), TRUE);
}

static void
on_reverse_action_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ask_outcome (APP_QUEUE_PAGE (widget), g_variant_get_int64 (parameter), FALSE);
}

static void
on_settle_action_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  if (allows (widget, SHOP_RIGHT_SETTLE, "queue.settle", parameter))
    g_signal_emit (widget, signals[SIGNAL_SETTLE], 0);
}

static void
on_reprinted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (AppQueuePage) self = data;
  g_autoptr (GError) error = NULL;

  if (!till_station_reprint_finish (TILL_STATION (source), result, &error) && self->lane != NULL)
    app_lane_notify (self->lane, APP_TONE_STOP, app_error_sentence (error));
}

static void
on_reprint_action_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  AppQueuePage *self = APP_QUEUE_PAGE (widget);

  till_station_reprint_async (app_lane_station (self->lane), g_variant_get_int64 (parameter),
                              on_reprinted_cb, g_object_ref (self));
}

static void
on_copy_action_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  AppQueuePage *self = APP_QUEUE_PAGE (widget);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget),
                          gtk_label_get_text (self->detail_case));
}

static void
on_tab_toggled_cb (AppQueuePage *self, GtkToggleButton *button)
{
  GtkToggleButton *tabs[TAB_COUNT] = { self->tab_0, self->tab_1, self->tab_2, self->tab_3 };

  if (!gtk_toggle_button_get_active (button))
    return;
  for (guint i = 0; i < TAB_COUNT; i++)
    if (tabs[i] == button)
      self->tab = (Tab)i;
  show_list (self);
  show_detail (self);
}

static void
on_selected_cb (AppQueuePage *self)
{
  if (self->lane != NULL)
    show_detail (self);
}

static void
on_folded_cb (AppQueuePage *self)
{
  if (self->lane != NULL)
    show_detail (self);
}

static gboolean
on_tick_cb (gpointer data)
{
  show_sentences (data);
  return G_SOURCE_CONTINUE;
}

static void
on_lane_changed_cb (AppQueuePage *self, AppLane *lane)
{
  if (self->shown)
    show_sentences (self);
}

/* --- the widget --- */

static void
app_queue_page_dispose (GObject *object)
{
  AppQueuePage *self = APP_QUEUE_PAGE (object);

  g_clear_handle_id (&self->tick_id, g_source_remove);
  g_clear_object (&self->lane);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  for (guint i = 0; i < TAB_COUNT; i++)
    g_clear_object (&self->rows[i]);
  G_OBJECT_CLASS (app_queue_page_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, AppQueuePage, box);
  gtk_widget_class_bind_template_child (widget_class, AppQueuePage, fold);
  gtk_widget_class_bind_template_child (widget_class, AppQueuePage, sentence);
  gtk_widget_class_bind_template_child (widget_class, AppQueuePage, sub);
  gtk_widget_class_bind_template_child (widget_class, AppQueuePage, settlement);
  gtk_widget_class_bind_template_child (widget_class, AppQueuePage, certificates);
  gtk_widget_class_bind_template_child (widget_class, AppQueuePage, copy);
  gtk_widget_class_bind_template_child (widget_class, AppQueuePage, empty);
  gtk_widget_class_bind_template_child (widget_class, AppQueuePage, detail_title);
  gtk_widget_class_bind_template_child (widget_class, AppQueuePage, detail_card);
  gtk_widget_class_bind_template_child (widget_class, AppQueuePage, detail_state);
  gtk_widget_class_bind_template_child (widget_class, AppQueuePage, detail_reason);
  gtk_widget_class_bind_template_child (widget_class, AppQueuePage, detail_case);
  gtk_widget_class_bind_template_child (widget_class, AppQueuePage, send_button);
  gtk_widget_class_bind_template_child (widget_class, AppQueuePage, settle_button);
  gtk_widget_class_bind_template_child (widget_class, AppQueuePage, tab_0);
  gtk_widget_class_bind_template_child (widget_class, AppQueuePage, tab_1);
  gtk_widget_class_bind_template_child (widget_class, AppQueuePage, tab_2);
  gtk_widget_class_bind_template_child (widget_class, AppQueuePage, tab_3);
  gtk_widget_class_bind_template_child (widget_class, AppQueuePage, list_stack);
  gtk_widget_class_bind_template_child (widget_class, AppQueuePage, selection);
}

static void
app_queue_page_class_init (AppQueuePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_queue_page_dispose;
  g_type_ensure (APP_TYPE_FOLD);
  g_type_ensure (APP_TYPE_KEY_BUTTON);
  g_type_ensure (APP_TYPE_QUEUE_ROW);
  signals[SIGNAL_ASK] = g_signal_new ("ask", APP_TYPE_QUEUE_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                      NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[SIGNAL_SETTLE] = g_signal_new ("settle", APP_TYPE_QUEUE_PAGE, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/tillpos/Till/app-queue-page.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, on_tab_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_folded_cb);
  gtk_widget_class_install_action (widget_class, "queue.send", NULL, on_send_action_cb);
  gtk_widget_class_install_action (widget_class, "queue.release", NULL, on_release_action_cb);
  gtk_widget_class_install_action (widget_class, "queue.retry", "x", on_retry_action_cb);
  gtk_widget_class_install_action (widget_class, "queue.confirm", "x", on_confirm_action_cb);
  gtk_widget_class_install_action (widget_class, "queue.charged", "x", on_charged_action_cb);
  gtk_widget_class_install_action (widget_class, "queue.reverse", "x", on_reverse_action_cb);
  gtk_widget_class_install_action (widget_class, "queue.settle", NULL, on_settle_action_cb);
  gtk_widget_class_install_action (widget_class, "queue.reprint", "x", on_reprint_action_cb);
  gtk_widget_class_install_action (widget_class, "queue.copy-case", NULL, on_copy_action_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
app_queue_page_init (AppQueuePage *self)
{
  for (guint i = 0; i < TAB_COUNT; i++)
    self->rows[i] = g_list_store_new (TILL_TYPE_QUEUE_ROW);
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
app_queue_page_follow (AppQueuePage *self, AppLane *lane)
{
  g_set_object (&self->lane, lane);
  app_key_button_follow_all (GTK_WIDGET (self), lane);
  g_signal_connect_object (lane, "changed", G_CALLBACK (on_lane_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (app_lane_station (lane), "queue-changed", G_CALLBACK (ask_for_rows),
                           self, G_CONNECT_SWAPPED);
  show_tabs (self);
  show_list (self);
  show_sentences (self);
}

void
app_queue_page_set_shown (AppQueuePage *self, gboolean shown)
{
  if (self->shown == shown)
    return;
  self->shown = shown;
  g_clear_handle_id (&self->tick_id, g_source_remove);
  if (!shown)
    return;
  self->tick_id = g_timeout_add_seconds (TICK_S, on_tick_cb, self);
  self->chooses_tab = TRUE;
  ask_for_rows (self);
}
