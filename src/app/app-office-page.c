/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-office-page.h"

#include "app-approval.h"
#include "app-error.h"
#include "app-format.h"
#include "app-key-button.h"
#include "app-words.h"

#include "base-secret.h"
#include "till-bench.h"
#include "till-office.h"

#include <adwaita.h>
#include <glib/gi18n.h>

struct _AppOfficePage
{
  GtkWidget parent_instance;

  GtkWidget *box;
  AdwActionRow *shift_row, *z_row, *certificates_row, *backup_row, *settle_row, *copy_row;
  AdwActionRow *schemes_row, *guard_row, *pads_row, *people_row;
  AdwPreferencesGroup *certificates_group, *chips_group;
  GtkWidget *backup_file, *backup_secret, *copy_folder, *copy_secret, *take_file, *take_secret;
  GtkWidget *take_leave, *pads_button, *lock_button;
  GtkFileChooserNative *chooser; /* while it is open */
  AppLane *lane;
  gint64 last;
  gboolean asks_key, asks_leave;
  char *refusal; /* that was said last; NULL: none */
};

enum
{
  SIGNAL_SHOW_REPORT,
  SIGNAL_SETTLE,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AppOfficePage, app_office_page, GTK_TYPE_WIDGET)

static gboolean
allows (AppOfficePage *self, ShopRight right, const char *action)
{
  return app_approval_given (self->lane, right, self, action, NULL, action);
}

/* --- the shift --- */

static void
show_shift (AppOfficePage *self, const TillReport *report)
{
  g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, report->number);
  g_autofree char *last = g_strdup_printf ("%" G_GINT64_FORMAT, report->last);
  g_autofree char *shift
      = g_strdup_printf (report->open ? _ ("Shift %s is open. Its figures so far, and closing it")
                                      : _ ("Shift %s begins with the next sale."),
                         number);
  g_autofree char *z = g_strdup_printf (_ ("Z report %s, to read or to print again"), last);

  self->last = report->last;
  self->asks_key = report->asks_key;
  self->asks_leave = report->asks_leave;
  gtk_widget_set_visible (self->take_leave, report->asks_leave);
  adw_action_row_set_subtitle (self->shift_row, shift);
  adw_action_row_set_subtitle (self->z_row, report->last > 0 ? z : _ ("There is none yet"));
  gtk_widget_set_visible (self->backup_secret, report->asks_key);
  gtk_widget_set_visible (self->copy_secret, report->asks_key);
  if (till_station_bench (app_lane_station (self->lane)) != NULL)
    {
      adw_action_row_set_subtitle (self->backup_row,
                                   _ ("The training shop guards nothing: there is nothing to keep "
                                      "of it."));
      adw_action_row_set_subtitle (self->copy_row, _ ("The training shop guards nothing."));
      gtk_widget_action_set_enabled (GTK_WIDGET (self), "office.back-up", FALSE);
      gtk_widget_action_set_enabled (GTK_WIDGET (self), "office.follow", FALSE);
    }
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "office.show-z", report->last > 0);
}

static void
on_report_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (AppOfficePage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TillReport) report = till_office_report_finish (TILL_STATION (source), result, &error);

  if (self->lane == NULL)
    return;
  if (report != NULL)
    show_shift (self, report);
  else if (app_error_kind (error) != APP_ERROR_KIND_CANCELLED)
    app_lane_notify (self->lane, APP_TONE_STOP, app_error_sentence (error));
}

static void
on_show_x_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  if (allows (APP_OFFICE_PAGE (widget), SHOP_RIGHT_REPORTS, "office.show-x"))
    g_signal_emit (widget, signals[SIGNAL_SHOW_REPORT], 0, G_GINT64_CONSTANT (0));
}

static void
on_show_z_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  if (allows (APP_OFFICE_PAGE (widget), SHOP_RIGHT_REPORTS, "office.show-z"))
    g_signal_emit (widget, signals[SIGNAL_SHOW_REPORT], 0, APP_OFFICE_PAGE (widget)->last);
}

static void
on_settle_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  if (allows (APP_OFFICE_PAGE (widget), SHOP_RIGHT_SETTLE, "office.settle"))
    g_signal_emit (widget, signals[SIGNAL_SETTLE], 0);
}

static void
show_settlement (AppOfficePage *self)
{
  TillSettlement settlement = till_station_settlement (app_lane_station (self->lane));
  AppTone tone;
  g_autofree char *words = app_words_settlement (&settlement, g_get_real_time (), &tone);

  gtk_widget_set_visible (GTK_WIDGET (self->settle_row), words != NULL);
  adw_action_row_set_subtitle (self->settle_row, words != NULL ? words : "");
}

static void
show_certificates (AppOfficePage *self)
{
  gint64 until_us;
  g_autofree char *words = NULL;

  g_object_get (app_lane_station (self->lane), "certificates-until-us", &until_us, NULL);
  words = app_words_certificates (until_us, g_get_real_time ());
  gtk_widget_set_visible (GTK_WIDGET (self->certificates_group), until_us != 0);
  adw_action_row_set_subtitle (self->certificates_row, words != NULL ? words : "");
}

static void
show_copy (AppOfficePage *self)
{
  TillCopy copy = till_station_copy (app_lane_station (self->lane));
  AppTone tone;
  g_autofree char *words = app_words_copy (&copy, g_get_real_time (), &tone);

  if (till_station_bench (app_lane_station (self->lane)) == NULL)
    adw_action_row_set_subtitle (self->copy_row, words);
}

/* --- keys and PIN pads --- */

static void
show_pads (AppOfficePage *self, const TillKeys *keys)
{
  gboolean used = keys != NULL && keys->pads[0] != '\0', waits = keys != NULL && keys->pad_waits;
  const char *untried
      = waits
            ? _ ("▲ The reader has keys for a PIN, and nobody has tried them: no PIN is asked for. "
                 "With a card whose PIN you know, try them by “till-cli devices pin-test”.")
            : "";
  g_autofree char *words
      = g_strconcat (used ? keys->pads : "", used && waits ? "\n" : "", untried, NULL);

  gtk_widget_set_visible (GTK_WIDGET (self->pads_row), used || waits);
  gtk_widget_set_visible (self->pads_button, used);
  adw_action_row_set_subtitle (self->pads_row, words);
}

static void
on_keys_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (AppOfficePage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TillKeys) keys = till_office_keys_finish (TILL_STATION (source), result, &error);
  g_autoptr (GString) lines = g_string_new (NULL);

  if (self->lane == NULL)
    return;
  for (guint i = 0; keys != NULL && i < keys->count; i++)
    {
      g_autofree char *line = app_words_scheme (&keys->schemes[i]);

      g_string_append_printf (lines, "%s%s", i > 0 ? "\n" : "", line);
    }
  adw_action_row_set_subtitle (self->schemes_row,
                               keys != NULL ? lines->str : app_error_sentence (error));
  gtk_widget_set_visible (GTK_WIDGET (self->guard_row), keys != NULL && keys->unguarded);
  show_pads (self, keys);
}

static void
ask_keys (AppOfficePage *self)
{
  till_office_keys_async (app_lane_station (self->lane), on_keys_cb, g_object_ref (self));
}

static void
on_pads_off_done_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (AppOfficePage) self = data;
  g_autoptr (GError) error = NULL;
  gboolean done = till_office_pads_off_finish (TILL_STATION (source), result, &error);

  if (self->lane == NULL)
    return;
  if (done)
    app_lane_notify (self->lane, APP_TONE_GOOD, _ ("No PIN pad is used before it is tried again."));
  else
    app_lane_notify (self->lane, APP_TONE_STOP, app_error_sentence (error));
  ask_keys (self);
}

static void
on_pads_off_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  if (allows (APP_OFFICE_PAGE (widget), SHOP_RIGHT_DEVICES, "office.pads-off"))
    till_office_pads_off_async (app_lane_station (APP_OFFICE_PAGE (widget)->lane),
                                on_pads_off_done_cb, g_object_ref (widget));
}

/* --- people --- */

static void
show_people (AppOfficePage *self)
{
  g_autofree char *number = NULL, *name = NULL, *words = NULL;
  gboolean staffed;

  g_object_get (app_lane_station (self->lane), "cashier", &number, "cashier-name", &name, "staffed",
                &staffed, NULL);
  if (staffed)
    /* Translators: a person's number and name. */
    words = g_strdup_printf (_ ("Signed in: %s %s"), number, name != NULL ? name : "");
  else
    words = g_strdup (_ ("▲ Nobody has a PIN: whoever stands at this till may do everything."));
  adw_action_row_set_subtitle (self->people_row, words);
  gtk_widget_set_visible (self->lock_button, staffed);
}

static void
on_people_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  AppOfficePage *self = APP_OFFICE_PAGE (widget);

  if (allows (self, SHOP_RIGHT_PEOPLE, "office.people"))
    app_lane_show_page (self->lane, "people");
}

/* --- files --- */

static void
on_chosen_cb (AppOfficePage *self, int response, GtkNativeDialog *dialog)
{
  GtkWidget *entry = g_object_get_data (G_OBJECT (dialog), "entry");
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT
                               ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog))
                               : NULL;
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path != NULL)
    gtk_editable_set_text (GTK_EDITABLE (entry), path);
  g_clear_object (&self->chooser);
}

static void
choose (AppOfficePage *self, const char *title, GtkFileChooserAction action, GtkWidget *entry)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
  g_autofree char *day = NULL;

  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (title, window, action, NULL, NULL);
  if (action == GTK_FILE_CHOOSER_ACTION_SAVE)
    {
      g_autoptr (GDateTime) now = g_date_time_new_now_local ();

      day = g_date_time_format (now, "till-%Y-%m-%d.backup");
      gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), day);
    }
  g_object_set_data (G_OBJECT (self->chooser), "entry", entry);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (on_chosen_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
on_choose_backup_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  AppOfficePage *self = APP_OFFICE_PAGE (widget);

  choose (self, _ ("Back up into"), GTK_FILE_CHOOSER_ACTION_SAVE, self->backup_file);
}

static void
on_choose_take_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  AppOfficePage *self = APP_OFFICE_PAGE (widget);

  choose (self, _ ("What waits in another till"), GTK_FILE_CHOOSER_ACTION_OPEN, self->take_file);
}

static void
on_choose_copy_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  AppOfficePage *self = APP_OFFICE_PAGE (widget);

  choose (self, _ ("Let the copy follow into"), GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER,
          self->copy_folder);
}

/* What stands in a field; with nothing there it gets the focus, and the strip says what is missing.
 */
static const char *
text_of (AppOfficePage *self, GtkWidget *field, const char *missing)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (field));

  if (*text != '\0')
    return text;
  app_lane_notify (self->lane, APP_TONE_NOTE, missing);
  gtk_widget_grab_focus (field);
  return NULL;
}

/* A notice that stops is not written over: this one goes when its wish is tried again. */
static void
refuse (AppOfficePage *self, const char *words)
{
  app_lane_notify (self->lane, APP_TONE_STOP, words);
  g_free (self->refusal);
  self->refusal = g_strdup (words);
}

static void
begin_anew (AppOfficePage *self)
{
  const AppNotice *notice = app_lane_notice (self->lane);

  if (notice->text != NULL && g_strcmp0 (notice->text, self->refusal) == 0)
    app_lane_clear_notice (self->lane);
  g_clear_pointer (&self->refusal, g_free);
}

static void
fail (AppOfficePage *self, const GError *error, const char *wrong_key)
{
  if (app_error_kind (error) == APP_ERROR_KIND_PASSPHRASE)
    refuse (self, wrong_key);
  else if (g_error_matches (error, TILL_ERROR, TILL_ERROR_STATE))
    refuse (self, _ ("This is this till's own file, or its acquirer is another one: nothing was "
                     "taken in."));
  else if (g_error_matches (error, TILL_ERROR, TILL_ERROR_ABSENT))
    refuse (self, _ ("There is nothing of a till there: choose its folder or file once more."));
  else if (g_error_matches (error, TILL_ERROR, TILL_ERROR_EXISTS))
    refuse (self, _ ("There is a file of this name already: take another one."));
  else
    refuse (self, app_error_sentence (error));
}

/* --- backup --- */

static void
on_backed_up_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (AppOfficePage) self = data;
  g_autoptr (GError) error = NULL;
  gboolean done = till_office_back_up_finish (TILL_STATION (source), result, &error);

  if (self->lane == NULL)
    return;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "office.back-up", TRUE);
  if (!done)
    {
      fail (self, error, _ ("This passphrase is not this shop's: nothing was backed up."));
      return;
    }
  gtk_editable_set_text (GTK_EDITABLE (self->backup_file), "");
  app_lane_notify (self->lane, APP_TONE_GOOD,
                   _ ("The backup is made, and was read back whole. Keep it away from this till."));
}

static void
on_back_up_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  AppOfficePage *self = APP_OFFICE_PAGE (widget);
  const char *path, *secret = NULL;

  begin_anew (self);
  path = text_of (self, self->backup_file, _ ("Choose the file to back up into first."));
  if (path == NULL)
    return;
  if (self->asks_key)
    {
      secret = text_of (self, self->backup_secret, _ ("Type the shop's passphrase first."));
      if (secret == NULL)
        return;
    }
  if (!allows (self, SHOP_RIGHT_BACKUP, "office.back-up"))
    return;
  gtk_widget_action_set_enabled (widget, "office.back-up", FALSE);
  app_lane_notify (self->lane, APP_TONE_NEUTRAL, _ ("Backing up. Selling goes on meanwhile."));
  till_office_back_up_async (app_lane_station (self->lane), path, secret, on_backed_up_cb,
                             g_object_ref (self));
  gtk_editable_set_text (GTK_EDITABLE (self->backup_secret), "");
}

/* --- the copy in a second folder --- */

static void
on_followed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (AppOfficePage) self = data;
  g_autoptr (GError) error = NULL;
  TillFollowed followed = { 0 };
  gboolean done = till_office_follow_finish (TILL_STATION (source), result, &followed, &error);
  g_autofree char *refused = NULL;

  if (self->lane == NULL)
    return;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "office.follow", TRUE);
  if (!done)
    {
      fail (self, error, _ ("This passphrase is not this shop's: the folder stays as it was."));
      return;
    }
  if (followed.refused != NULL)
    {
      refused = g_strdup_printf ("%s.", followed.refused);
      refuse (self, refused);
      return;
    }
  gtk_editable_set_text (GTK_EDITABLE (self->copy_folder), "");
  app_lane_notify (self->lane, followed.same_disk ? APP_TONE_NOTE : APP_TONE_GOOD,
                   followed.same_disk
                       ? _ ("The copy follows. But this folder lies on the same disk as the books: "
                            "a stick or another computer is better.")
                       : _ ("The copy follows each sale from now on."));
}

static void
on_follow_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  AppOfficePage *self = APP_OFFICE_PAGE (widget);
  const char *folder, *secret = NULL;

  begin_anew (self);
  folder = text_of (self, self->copy_folder, _ ("Choose the folder first."));
  if (folder == NULL)
    return;
  if (self->asks_key)
    {
      secret = text_of (self, self->copy_secret, _ ("Type the shop's passphrase first."));
      if (secret == NULL)
        return;
    }
  if (!allows (self, SHOP_RIGHT_BACKUP, "office.follow"))
    return;
  gtk_widget_action_set_enabled (widget, "office.follow", FALSE);
  till_office_follow_async (app_lane_station (self->lane), folder, secret, on_followed_cb,
                            g_object_ref (self));
  gtk_editable_set_text (GTK_EDITABLE (self->copy_secret), "");
}

/* --- another till's queue --- */

static void
tell_taken (AppOfficePage *self, const TillTakenIn *taken)
{
  g_autofree char *money = app_format_money (taken->amount_minor, app_format_currency ());
  g_autofree char *words = NULL;

  if (taken->damaged > 0)
    {
      words = g_strdup_printf (_ ("Taken in: %u, %s. Damaged in that file, and not taken in: %u. "
                                  "Call the acquirer's support about them."),
                               taken->taken, money, taken->damaged);
      refuse (self, words);
      return;
    }
  if (taken->taken == 0 && taken->known > 0)
    words = g_strdup (_ ("All of it was taken in before: nothing was taken twice."));
  else if (taken->taken == 0)
    words = g_strdup (_ ("Nothing waits in it."));
  else
    /* Translators: how many records, then their sum. */
    words = g_strdup_printf (ngettext ("%u record, %s, was taken in and will be sent from here.",
                                       "%u records, %s, were taken in and will be sent from here.",
                                       taken->taken),
                             taken->taken, money);
  app_lane_notify (self->lane, APP_TONE_GOOD, words);
}

static void
on_taken_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (AppOfficePage) self = data;
  g_autoptr (GError) error = NULL;
  TillTakenIn taken = { 0 };
  gboolean done = till_office_take_in_finish (TILL_STATION (source), result, &taken, &error);

  if (self->lane == NULL)
    return;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "office.take-in", TRUE);
  if (done)
    {
      gtk_editable_set_text (GTK_EDITABLE (self->take_file), "");
      gtk_editable_set_text (GTK_EDITABLE (self->take_leave), ""); /* it was for that till */
      tell_taken (self, &taken);
    }
  else
    fail (self, error, _ ("This recovery key doesn't open that file: nothing was taken in."));
}

static void
on_take_in_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  AppOfficePage *self = APP_OFFICE_PAGE (widget);
  const char *path, *secret, *leave = NULL;

  begin_anew (self);
  path = text_of (self, self->take_file, _ ("Choose that till's file first."));
  secret = path != NULL
               ? text_of (self, self->take_secret, _ ("Type that shop's recovery key first."))
               : NULL;

  if (secret != NULL && self->asks_leave)
    {
      leave = text_of (self, self->take_leave,
                       _ ("This acquirer can't turn that till away. Ask it for leave to send what "
                          "waits there, and write down who gave it."));
      secret = leave != NULL ? secret : NULL;
    }
  if (secret == NULL || !allows (self, SHOP_RIGHT_QUEUE, "office.take-in"))
    return;
  gtk_widget_action_set_enabled (widget, "office.take-in", FALSE);
  till_office_take_in_async (app_lane_station (self->lane), path, secret, leave, on_taken_cb,
                             g_object_ref (self));
  gtk_editable_set_text (GTK_EDITABLE (self->take_secret), "");
}

/* --- the page --- */

static void
show_state (AppOfficePage *self)
{
  if (self->lane == NULL)
    return;
  show_settlement (self);
  show_certificates (self);
  show_copy (self);
  show_people (self);
}

static void
app_office_page_dispose (GObject *object)
{
  AppOfficePage *self = APP_OFFICE_PAGE (object);

  g_clear_object (&self->chooser);
  g_clear_object (&self->lane);
  g_clear_pointer (&self->refusal, g_free);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (app_office_page_parent_class)->dispose (object);
}

static void
app_office_page_class_init (AppOfficePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_office_page_dispose;
  g_type_ensure (APP_TYPE_KEY_BUTTON);
  signals[SIGNAL_SHOW_REPORT]
      = g_signal_new ("show-report", APP_TYPE_OFFICE_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                      G_TYPE_NONE, 1, G_TYPE_INT64);
  signals[SIGNAL_SETTLE] = g_signal_new ("settle", APP_TYPE_OFFICE_PAGE, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tillpos/Till/app-office-page.ui");
  gtk_widget_class_bind_template_child (widget_class, AppOfficePage, box);
  gtk_widget_class_bind_template_child (widget_class, AppOfficePage, shift_row);
  gtk_widget_class_bind_template_child (widget_class, AppOfficePage, z_row);
  gtk_widget_class_bind_template_child (widget_class, AppOfficePage, certificates_row);
  gtk_widget_class_bind_template_child (widget_class, AppOfficePage, certificates_group);
  gtk_widget_class_bind_template_child (widget_class, AppOfficePage, schemes_row);
  gtk_widget_class_bind_template_child (widget_class, AppOfficePage, chips_group);
  gtk_widget_class_bind_template_child (widget_class, AppOfficePage, pads_row);
  gtk_widget_class_bind_template_child (widget_class, AppOfficePage, pads_button);
  gtk_widget_class_bind_template_child (widget_class, AppOfficePage, people_row);
  gtk_widget_class_bind_template_child (widget_class, AppOfficePage, lock_button);
  gtk_widget_class_bind_template_child (widget_class, AppOfficePage, guard_row);
  gtk_widget_class_bind_template_child (widget_class, AppOfficePage, backup_row);
  gtk_widget_class_bind_template_child (widget_class, AppOfficePage, settle_row);
  gtk_widget_class_bind_template_child (widget_class, AppOfficePage, backup_file);
  gtk_widget_class_bind_template_child (widget_class, AppOfficePage, backup_secret);
  gtk_widget_class_bind_template_child (widget_class, AppOfficePage, copy_row);
  gtk_widget_class_bind_template_child (widget_class, AppOfficePage, copy_folder);
  gtk_widget_class_bind_template_child (widget_class, AppOfficePage, copy_secret);
  gtk_widget_class_bind_template_child (widget_class, AppOfficePage, take_file);
  gtk_widget_class_bind_template_child (widget_class, AppOfficePage, take_secret);
  gtk_widget_class_bind_template_child (widget_class, AppOfficePage, take_leave);
  gtk_widget_class_install_action (widget_class, "office.show-x", NULL, on_show_x_cb);
  gtk_widget_class_install_action (widget_class, "office.show-z", NULL, on_show_z_cb);
  gtk_widget_class_install_action (widget_class, "office.choose-backup", NULL, on_choose_backup_cb);
  gtk_widget_class_install_action (widget_class, "office.choose-take", NULL, on_choose_take_cb);
  gtk_widget_class_install_action (widget_class, "office.choose-copy", NULL, on_choose_copy_cb);
  gtk_widget_class_install_action (widget_class, "office.follow", NULL, on_follow_cb);
  gtk_widget_class_install_action (widget_class, "office.settle", NULL, on_settle_cb);
  gtk_widget_class_install_action (widget_class, "office.back-up", NULL, on_back_up_cb);
  gtk_widget_class_install_action (widget_class, "office.take-in", NULL, on_take_in_cb);
  gtk_widget_class_install_action (widget_class, "office.pads-off", NULL, on_pads_off_cb);
  gtk_widget_class_install_action (widget_class, "office.people", NULL, on_people_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
app_office_page_init (AppOfficePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  adw_preferences_group_set_description (self->chips_group, till_office_kernel_notice ());
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "office.show-z", FALSE);
}

void
app_office_page_follow (AppOfficePage *self, AppLane *lane)
{
  g_set_object (&self->lane, lane);
  g_signal_connect_object (app_lane_station (lane), "queue-changed", G_CALLBACK (show_state), self,
                           G_CONNECT_SWAPPED);
}

void
app_office_page_refresh (AppOfficePage *self)
{
  show_state (self);
  till_office_report_async (app_lane_station (self->lane), 0, on_report_cb, g_object_ref (self));
  ask_keys (self);
}
