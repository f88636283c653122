/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-drawer-page.h"

#include "app-approval.h"
#include "app-error.h"
#include "app-format.h"
#include "app-key-button.h"

#include "base-money.h"
#include "till-drawer.h"
#include "till-error.h"
#include "till-office.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define PIECES_DIGITS 6

struct _AppDrawerPage
{
  GtkWidget parent_instance;

  GtkWidget *box, *float_row, *sum_entry, *amount_entry, *reason_entry;
  AdwActionRow *drawer_row, *total_row;
  AdwPreferencesGroup *pieces_group;
  GtkButton *close_button;
  GtkSpinButton *pieces[SHOP_DENOMINATIONS_MAX]; /* NULL: a currency that is counted as one sum */
  AdwActionRow *lines[SHOP_DENOMINATIONS_MAX];
  const ShopDenomination *list;
  guint rows;
  AppLane *lane;
  gboolean asked; /* whether the shift is to be closed */
};

enum
{
  SIGNAL_SHOW_REPORT,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AppDrawerPage, app_drawer_page, GTK_TYPE_WIDGET)

/* --- what is known --- */

/* Takes `line`. */
static void
add_line (GString *text, char *line)
{
  if (text->len > 0)
    g_string_append_c (text, '\n');
  g_string_append (text, line);
  g_free (line);
}

static void
add_difference (GString *text, gint64 minor)
{
  g_autofree char *sum = app_format_money (ABS (minor), app_format_currency ());

  if (minor == 0)
    add_line (text, g_strdup (_ ("✓ As much as there should be.")));
  else if (minor < 0)
    add_line (text, g_strdup_printf (_ ("▲ %s less than there should be"), sum));
  else
    add_line (text, g_strdup_printf (_ ("▲ %s more than there should be"), sum));
}

/* Yours. */
static char *
describe (const TillDrawer *drawer)
{
  const char *currency = app_format_currency ();
  GString *text = g_string_new (NULL);
  g_autofree char *floated = app_format_money (drawer->floated_minor, currency);
  g_autofree char *in = app_format_money (drawer->in_minor, currency);
  g_autofree char *out = app_format_money (drawer->out_minor, currency);
  g_autofree char *counted = app_format_money (drawer->counted_minor, currency);
  g_autofree char *opened = g_strdup_printf ("%" G_GINT64_FORMAT, drawer->opened);

  add_line (text, drawer->floated_minor > 0
                      ? g_strdup_printf (_ ("Float: %s"), floated)
                      : g_strdup (_ ("▲ The float of this shift wasn't counted yet.")));
  if (drawer->ins > 0)
    add_line (text, g_strdup_printf (_ ("Cash in: %s"), in));
  if (drawer->outs > 0)
    add_line (text, g_strdup_printf (_ ("Cash out: %s"), out));
  if (drawer->opened > 0)
    add_line (text, g_strdup_printf (_ ("Opened without a sale: %s"), opened));
  if (drawer->counts > 0)
    add_line (text, g_strdup_printf (_ ("Counted: %s"), counted));
  if (drawer->is_told)
    add_difference (text, drawer->difference_minor);
  return g_string_free (text, FALSE);
}

static void
show_drawer (AppDrawerPage *self, const TillDrawer *drawer)
{
  g_autofree char *shift = g_strdup_printf ("%" G_GINT64_FORMAT, drawer->shift);
  g_autofree char *title = g_strdup_printf (_ ("Drawer of shift %s"), shift);
  g_autofree char *words = describe (drawer);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->drawer_row), title);
  adw_action_row_set_subtitle (self->drawer_row, words);
  gtk_widget_set_visible (self->float_row, drawer->floated_minor == 0 && drawer->counts == 0);
}

/* --- counting --- */

static gint64
pieces_of (AppDrawerPage *self, guint row)
{
  gtk_spin_button_update (self->pieces[row]);
  return gtk_spin_button_get_value_as_int (self->pieces[row]);
}

/* Every row, also those with nothing: that there was none was counted too. FALSE: it was said why
 * this is no sum. */
static gboolean
read_count (AppDrawerPage *self, ShopDenominationCount *count, gint64 *out_minor)
{
  g_autoptr (GError) error = NULL;

  *count = (ShopDenominationCount){ .rows = self->rows };
  for (guint i = 0; i < self->rows; i++)
    {
      count->minor[i] = self->list[i].minor;
      count->pieces[i] = pieces_of (self, i);
    }
  if (self->rows > 0 && shop_denomination_total (count, out_minor))
    return TRUE;
  if (self->rows == 0
      && base_money_parse (gtk_editable_get_text (GTK_EDITABLE (self->sum_entry)),
                           app_format_currency (), out_minor, &error))
    return TRUE;
  app_lane_notify (self->lane, APP_TONE_NOTE,
                   error != NULL ? error->message : _ ("No drawer holds so much: count again."));
  return FALSE;
}

static void
ask_close (AppDrawerPage *self, gboolean asked)
{
  self->asked = asked;
  gtk_button_set_label (self->close_button,
                        asked ? _ ("Close it now, for good") : _ ("Count and close"));
}

static void
on_pieces_cb (AppDrawerPage *self, GtkSpinButton *changed)
{
  ShopDenominationCount count = { .rows = self->rows };
  g_autofree char *words = NULL;
  gint64 total = 0;

  for (guint i = 0; i < self->rows; i++)
    {
      g_autofree char *sum = NULL;

      count.minor[i] = self->list[i].minor;
      count.pieces[i] = gtk_spin_button_get_value_as_int (self->pieces[i]);
      sum = app_format_sum (count.minor[i] * count.pieces[i], app_format_currency ());
      adw_action_row_set_subtitle (self->lines[i], count.pieces[i] > 0 ? sum : "");
    }
  words = shop_denomination_total (&count, &total)
              ? app_format_money (total, app_format_currency ())
              : g_strdup (_ ("No drawer holds so much: count again."));
  adw_action_row_set_subtitle (self->total_row, words);
  ask_close (self, FALSE);
}

static void
clear_count (AppDrawerPage *self)
{
  for (guint i = 0; i < self->rows; i++)
    gtk_spin_button_set_value (self->pieces[i], 0);
  gtk_editable_set_text (GTK_EDITABLE (self->sum_entry), "");
  ask_close (self, FALSE);
}

static void
clear_form (AppDrawerPage *self)
{
  clear_count (self);
  gtk_editable_set_text (GTK_EDITABLE (self->amount_entry), "");
  gtk_editable_set_text (GTK_EDITABLE (self->reason_entry), "");
}

/* Enter goes to the next note or coin, as on a numeric pad alone. */
static void
on_pieces_enter_cb (GtkText *text, AppDrawerPage *self)
{
  for (guint i = 0; i + 1 < self->rows; i++)
    if (gtk_editable_get_delegate (GTK_EDITABLE (self->pieces[i])) == GTK_EDITABLE (text))
      {
        gtk_widget_grab_focus (GTK_WIDGET (self->pieces[i + 1]));
        return;
      }
  gtk_widget_child_focus (GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (self))),
                          GTK_DIR_TAB_FORWARD);
}

static void
add_pieces (AppDrawerPage *self, guint row)
{
  g_autofree char *face = app_format_money (self->list[row].minor, app_format_currency ());
  /* Translators: a note or a coin. */
  g_autofree char *spoken = g_strdup_printf (_ ("Pieces of %s"), face);
  GtkWidget *line = adw_action_row_new (),
            *spin = gtk_spin_button_new_with_range (0, SHOP_DENOMINATION_PIECES_MAX - 1, 1);
  GtkEditable *text = gtk_editable_get_delegate (GTK_EDITABLE (spin));

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (line), face);
  gtk_widget_set_valign (spin, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (spin, "pieces");
  gtk_editable_set_width_chars (GTK_EDITABLE (spin), PIECES_DIGITS);
  /* Digits are no beginning of a word: no input method takes them first. */
  g_object_set (text, "max-length", PIECES_DIGITS, "input-purpose", GTK_INPUT_PURPOSE_DIGITS,
                "im-module", "gtk-im-context-simple", NULL);
  gtk_spin_button_set_numeric (GTK_SPIN_BUTTON (spin), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (spin), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  g_signal_connect_object (spin, "value-changed", G_CALLBACK (on_pieces_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (text, "activate", G_CALLBACK (on_pieces_enter_cb), self,
                           G_CONNECT_AFTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (line), spin);
  adw_preferences_group_add (self->pieces_group, line);
  self->pieces[row] = GTK_SPIN_BUTTON (spin);
  self->lines[row] = ADW_ACTION_ROW (line);
}

/* --- what is done --- */

static void
fail (AppDrawerPage *self, const GError *error)
{
  if (g_error_matches (error, TILL_ERROR, TILL_ERROR_STATE)
      || g_error_matches (error, TILL_ERROR, TILL_ERROR_ABSENT))
    app_lane_notify (self->lane, APP_TONE_NOTE, error->message);
  else if (app_error_kind (error) != APP_ERROR_KIND_CANCELLED)
    app_lane_notify (self->lane, APP_TONE_STOP, app_error_sentence (error));
}

static void
on_read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (AppDrawerPage) self = data;
  g_autoptr (GError) error = NULL;
  TillDrawer drawer;
  gboolean done = till_drawer_finish (TILL_STATION (source), result, &drawer, &error);

  if (self->lane == NULL)
    return;
  if (done)
    show_drawer (self, &drawer);
  else
    fail (self, error);
}

static void
on_kept_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (AppDrawerPage) self = data;
  g_autoptr (GError) error = NULL;
  TillDrawer drawer;
  gboolean done = till_drawer_finish (TILL_STATION (source), result, &drawer, &error);

  if (self->lane == NULL)
    return;
  if (!done)
    {
      fail (self, error);
      return;
    }
  show_drawer (self, &drawer);
  clear_form (self);
  app_lane_notify (self->lane, APP_TONE_GOOD, _ ("Written down."));
}

static void
keep (AppDrawerPage *self,
      TillDrawerAct act,
      gint64 minor,
      const char *reason,
      const ShopDenominationCount *count)
{
  till_drawer_keep_async (app_lane_station (self->lane), act, minor, reason, count, on_kept_cb,
                          g_object_ref (self));
}

static void
keep_count (GtkWidget *widget, TillDrawerAct act, const char *action)
{
  AppDrawerPage *self = APP_DRAWER_PAGE (widget);
  ShopDenominationCount count;
  gint64 minor;

  if (read_count (self, &count, &minor)
      && app_approval_given (self->lane, till_drawer_right (act), self, action, NULL, action))
    keep (self, act, minor, NULL, act == TILL_DRAWER_COUNT ? &count : NULL);
}

static void
on_float_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  keep_count (widget, TILL_DRAWER_FLOAT, "drawer.float");
}

static void
on_count_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  keep_count (widget, TILL_DRAWER_COUNT, "drawer.count");
}

/* Cash in or out, or 0 for opening alone. */
static void
move_cash (GtkWidget *widget, TillDrawerAct act, const char *action)
{
  AppDrawerPage *self = APP_DRAWER_PAGE (widget);
  const char *reason = gtk_editable_get_text (GTK_EDITABLE (self->reason_entry));
  g_autoptr (GError) error = NULL;
  gint64 minor = 0;

  if (act != TILL_DRAWER_OPEN
      && !base_money_parse (gtk_editable_get_text (GTK_EDITABLE (self->amount_entry)),
                            app_format_currency (), &minor, &error))
    {
      app_lane_notify (self->lane, APP_TONE_NOTE, error->message);
      gtk_widget_grab_focus (self->amount_entry);
    }
  else if (*reason == '\0')
    {
      app_lane_notify (self->lane, APP_TONE_NOTE,
                       _ ("Say why, in a few words: the reason is kept in the journal."));
      gtk_widget_grab_focus (self->reason_entry);
    }
  else if (app_approval_given (self->lane, till_drawer_right (act), self, action, NULL, action))
    keep (self, act, minor, reason, NULL);
}

static void
on_in_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  move_cash (widget, TILL_DRAWER_IN, "drawer.in");
}

static void
on_out_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  move_cash (widget, TILL_DRAWER_OUT, "drawer.out");
}

static void
on_open_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  move_cash (widget, TILL_DRAWER_OPEN, "drawer.open");
}

/* --- the shift's end --- */

static void
on_closed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (AppDrawerPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TillReport) report = till_office_close_finish (TILL_STATION (source), result, &error);
  g_autofree char *number = NULL, *words = NULL;

  if (self->lane == NULL)
    return;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "drawer.close", TRUE);
  ask_close (self, FALSE);
  if (report == NULL)
    {
      fail (self, error);
      return;
    }
  clear_count (self);
  app_drawer_page_refresh (self);
  number = g_strdup_printf ("%" G_GINT64_FORMAT, report->number);
  words = g_strdup_printf (
      _ ("The shift is closed: Z report %s. The next one begins with the next sale."), number);
  app_lane_notify (self->lane, APP_TONE_GOOD, words);
  /* The difference is for whoever may see the shift's figures. */
  if (till_people_may (TILL_STATION (source), SHOP_RIGHT_REPORTS) == SHOP_MAY)
    g_signal_emit (self, signals[SIGNAL_SHOW_REPORT], 0, report->number);
}

static void
on_close_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  AppDrawerPage *self = APP_DRAWER_PAGE (widget);
  ShopDenominationCount count;
  gint64 minor;

  if (!read_count (self, &count, &minor))
    return;
  if (app_lane_is_paying (self->lane))
    app_lane_notify (self->lane, APP_TONE_NOTE,
                     _ ("A card is being taken. Wait for its outcome, then close the shift."));
  else if (!self->asked)
    ask_close (self, TRUE);
  else if (app_approval_given (self->lane, SHOP_RIGHT_CLOSE, self, "drawer.close", NULL,
                               "drawer.close"))
    {
      gtk_widget_action_set_enabled (widget, "drawer.close", FALSE);
      till_office_close_counted_async (app_lane_station (self->lane), minor, &count, on_closed_cb,
                                       g_object_ref (self));
    }
}

/* --- the page --- */

void
app_drawer_page_refresh (AppDrawerPage *self)
{
  till_drawer_read_async (app_lane_station (self->lane), on_read_cb, g_object_ref (self));
}

void
app_drawer_page_take_focus (AppDrawerPage *self)
{
  gtk_widget_grab_focus (self->rows > 0 ? GTK_WIDGET (self->pieces[0]) : self->sum_entry);
}

/* Whoever comes back, or comes next, counts anew; only an approval on the spot keeps what was
 * typed. */
static void
on_lane_page_cb (AppDrawerPage *self, GParamSpec *pspec, AppLane *lane)
{
  const char *page = app_lane_page (lane);

  if (g_str_equal (page, "drawer")
      || (g_str_equal (page, APP_LANE_SIGN_IN) && !app_lane_is_locked (lane)))
    return;
  clear_form (self);
}

void
app_drawer_page_follow (AppDrawerPage *self, AppLane *lane)
{
  g_set_object (&self->lane, lane);
  g_signal_connect_object (lane, "notify::page", G_CALLBACK (on_lane_page_cb), self,
                           G_CONNECT_SWAPPED);
  app_key_button_follow_all (self->box, lane);
  self->rows
      = MIN (shop_denomination_list (app_format_currency (), &self->list), SHOP_DENOMINATIONS_MAX);
  for (guint i = 0; i < self->rows; i++)
    add_pieces (self, i);
  gtk_widget_set_visible (self->sum_entry, self->rows == 0);
  gtk_widget_set_visible (GTK_WIDGET (self->total_row), self->rows > 0);
  if (self->rows > 0)
    on_pieces_cb (self, self->pieces[0]);
}

static void
app_drawer_page_dispose (GObject *object)
{
  AppDrawerPage *self = APP_DRAWER_PAGE (object);

  g_clear_object (&self->lane);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (app_drawer_page_parent_class)->dispose (object);
}

static void
app_drawer_page_class_init (AppDrawerPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_drawer_page_dispose;
  g_type_ensure (APP_TYPE_KEY_BUTTON);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tillpos/Till/app-drawer-page.ui");
  gtk_widget_class_bind_template_child (widget_class, AppDrawerPage, box);
  gtk_widget_class_bind_template_child (widget_class, AppDrawerPage, drawer_row);
  gtk_widget_class_bind_template_child (widget_class, AppDrawerPage, pieces_group);
  gtk_widget_class_bind_template_child (widget_class, AppDrawerPage, sum_entry);
  gtk_widget_class_bind_template_child (widget_class, AppDrawerPage, total_row);
  gtk_widget_class_bind_template_child (widget_class, AppDrawerPage, float_row);
  gtk_widget_class_bind_template_child (widget_class, AppDrawerPage, close_button);
  gtk_widget_class_bind_template_child (widget_class, AppDrawerPage, amount_entry);
  gtk_widget_class_bind_template_child (widget_class, AppDrawerPage, reason_entry);
  gtk_widget_class_install_action (widget_class, "drawer.float", NULL, on_float_cb);
  gtk_widget_class_install_action (widget_class, "drawer.count", NULL, on_count_cb);
  gtk_widget_class_install_action (widget_class, "drawer.close", NULL, on_close_cb);
  gtk_widget_class_install_action (widget_class, "drawer.in", NULL, on_in_cb);
  gtk_widget_class_install_action (widget_class, "drawer.out", NULL, on_out_cb);
  gtk_widget_class_install_action (widget_class, "drawer.open", NULL, on_open_cb);
  signals[SIGNAL_SHOW_REPORT]
      = g_signal_new ("show-report", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                      NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
app_drawer_page_init (AppDrawerPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
