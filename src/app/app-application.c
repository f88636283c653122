/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-application.h"

#include "app-display-window.h"
#include "app-error.h"
#include "app-format.h"
#include "app-window.h"

#include "base-secret.h"

#include <glib/gi18n.h>

#define ID_HASH_DIGITS 12
#define PATIENCE_MS 250 /* a shop that opens faster never shows that it is being opened */

struct _AppApplication
{
  AdwApplication parent_instance;

  AppApplicationOptions options;
  AppWindow *window; /* the application's, not ours */
  TillStation *station;
  GAsyncResult *early; /* the station was open before there was a window */
  guint patience_id;
};

G_DEFINE_FINAL_TYPE (AppApplication, app_application, ADW_TYPE_APPLICATION)

char *
app_application_make_id (const char *data_dir, gboolean training)
{
  g_autofree char *standard
      = g_build_filename (g_get_user_data_dir (), training ? "till-training" : "till", NULL);
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, data_dir, -1);
  const char *mode = training ? ".Training" : "";

  if (g_str_equal (data_dir, standard))
    return g_strconcat (APP_APPLICATION_ID, mode, NULL);
  hash[ID_HASH_DIGITS] = '\0';
  return g_strconcat (APP_APPLICATION_ID, mode, ".Folder", hash, NULL);
}

static void
wipe_passphrase (AppApplication *self)
{
  if (self->options.passphrase != NULL)
    base_secret_wipe (self->options.passphrase, strlen (self->options.passphrase));
  g_clear_pointer (&self->options.passphrase, g_free);
}

static void
show_failure (AppApplication *self, const GError *error, gboolean had_passphrase)
{
  AppCoverPage *cover = app_window_cover (self->window);

  g_debug ("%s", error->message);
  switch (app_error_kind (error))
    {
    case APP_ERROR_KIND_ABSENT:
      app_cover_page_show_welcome (cover, self->options.data_dir);
      break;
    case APP_ERROR_KIND_PASSPHRASE:
      app_cover_page_show_unlock (
          cover,
          had_passphrase ? _ ("This passphrase does not open the shop. Type it again.") : NULL);
      break;
    case APP_ERROR_KIND_CANCELLED:
      break;
    case APP_ERROR_KIND_BUSY:
    case APP_ERROR_KIND_OTHER:
      app_cover_page_show_fault (cover, app_error_sentence (error));
      break;
    }
}

static void
present (AppApplication *self)
{
  g_clear_handle_id (&self->patience_id, g_source_remove);
  gtk_window_present (GTK_WINDOW (self->window));
}

static gboolean
on_patience_over_cb (gpointer data)
{
  AppApplication *self = data;

  self->patience_id = 0;
  present (self);
  return G_SOURCE_REMOVE;
}

static void
begin (AppApplication *self)
{
  AppDisplayWindow *display;

  app_format_set_currency (till_station_currency (self->station));
  app_window_begin (self->window, self->station);
  if (!self->options.customer_display)
    return;
  display = app_display_window_new (GTK_APPLICATION (self), app_window_lane (self->window));
  gtk_window_present (GTK_WINDOW (display));
}

static void
take_opened (AppApplication *self, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  gboolean had_passphrase = self->options.passphrase != NULL;

  wipe_passphrase (self);
  if (till_station_open_finish (self->station, result, &error))
    begin (self);
  else
    show_failure (self, error, had_passphrase);
  present (self);
}

static void
on_opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (AppApplication) self = data;

  if (self->window != NULL)
    take_opened (self, result);
  else
    g_set_object (&self->early, result);
}

/* Words of receipts and slips are made below, on a worker: gettext only looks up. */
static const char *
translate (const char *msgid)
{
  return g_dgettext (NULL, msgid);
}

static void
open_station (AppApplication *self)
{
  const TillStationOptions options = {
    .data_dir = self->options.data_dir,
    .passphrase = self->options.passphrase,
    .training = self->options.training,
    .background = TRUE,
    .translate = translate,
    .language = g_get_language_names ()[0],
  };

  if (self->station != NULL)
    till_station_close (self->station);
  g_clear_object (&self->station);
  self->station = till_station_new ();
  till_station_open_async (self->station, &options, NULL, on_opened_cb, g_object_ref (self));
}

static void
on_passphrase_cb (AppApplication *self, const char *passphrase)
{
  wipe_passphrase (self);
  self->options.passphrase = g_strdup (passphrase);
  open_station (self);
}

static void
on_window_destroy_cb (AppApplication *self)
{
  self->window = NULL;
  g_clear_handle_id (&self->patience_id, g_source_remove);
  g_application_quit (G_APPLICATION (self));
}

static void
app_application_activate (GApplication *application)
{
  AppApplication *self = APP_APPLICATION (application);

  if (self->window != NULL)
    {
      gtk_window_present (GTK_WINDOW (self->window));
      return;
    }
  self->window = app_window_new (GTK_APPLICATION (self), self->options.kiosk);
  g_signal_connect_object (self->window, "destroy", G_CALLBACK (on_window_destroy_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (app_window_cover (self->window), "passphrase",
                           G_CALLBACK (on_passphrase_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (app_window_cover (self->window), "retry", G_CALLBACK (open_station),
                           self, G_CONNECT_SWAPPED);
  if (self->early != NULL)
    take_opened (self, self->early);
  else
    self->patience_id = g_timeout_add (PATIENCE_MS, on_patience_over_cb, self);
  g_clear_object (&self->early);
}

/* A caret that blinks or a scrollbar that fades keeps the frame clock running, and what was scanned
 * would wait for its next tick. Where nothing moves by itself a frame begins when there is
 * something new. */
static void
be_still (void)
{
  g_object_set (gtk_settings_get_default (), "gtk-cursor-blink", FALSE, "gtk-enable-animations",
                FALSE, NULL);
}

/* The shop is read from the disk, and its key worked out, while GTK starts. */
static void
app_application_startup (GApplication *application)
{
  open_station (APP_APPLICATION (application));
  G_APPLICATION_CLASS (app_application_parent_class)->startup (application);
  be_still ();
}

/* Practice has a folder of its own beside the shop's, so that it never touches the shop's data. */
static void
on_train_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppApplication *self = data;
  g_autofree char *shop = g_steal_pointer (&self->options.data_dir);

  self->options.data_dir = g_strconcat (shop, "-training", NULL);
  self->options.training = TRUE;
  open_station (self);
  app_cover_page_show_opening (app_window_cover (self->window));
}

static const GActionEntry entries[] = {
  { .name = "train", .activate = on_train_cb },
};

static void
app_application_shutdown (GApplication *application)
{
  AppApplication *self = APP_APPLICATION (application);

  if (self->station != NULL)
    till_station_close (self->station);
  g_clear_object (&self->station);
  g_clear_object (&self->early);
  g_clear_handle_id (&self->patience_id, g_source_remove);
  wipe_passphrase (self);
  G_APPLICATION_CLASS (app_application_parent_class)->shutdown (application);
}

static void
app_application_finalize (GObject *object)
{
  g_free (APP_APPLICATION (object)->options.data_dir);
  G_OBJECT_CLASS (app_application_parent_class)->finalize (object);
}

static void
app_application_class_init (AppApplicationClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = app_application_finalize;
  G_APPLICATION_CLASS (klass)->startup = app_application_startup;
  G_APPLICATION_CLASS (klass)->activate = app_application_activate;
  G_APPLICATION_CLASS (klass)->shutdown = app_application_shutdown;
}

static void
app_application_init (AppApplication *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}

AppApplication *
app_application_new (const AppApplicationOptions *options)
{
  g_autofree char *id = app_application_make_id (options->data_dir, options->training);
  AppApplication *self = g_object_new (APP_TYPE_APPLICATION, "application-id", id,
                                       "resource-base-path", "/org/tillpos/Till", NULL);

  self->options = *options;
  return self;
}
