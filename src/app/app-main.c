/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `till`, the cashier's window: reads the command line, claims the main thread, and starts the
 * application. Exit codes as commands.md promises: 0 done, 2 wrong usage, 3 a fault.
 */
#include "app-application.h"

#include "base-check.h"
#include "base-data.h"
#include "base-secret.h"

#include <glib/gi18n.h>
#include <locale.h>

#define PASSPHRASE_SIZE_MAX 4096

typedef struct
{
  char *data_dir, *passphrase_file;
  gboolean training, kiosk, customer_display, version;
} Arguments;

static gboolean
parse (int *argc, char ***argv, Arguments *arguments, GError **error)
{
  const GOptionEntry entries[] = {
    { "training", 0, 0, G_OPTION_ARG_NONE, &arguments->training,
      N_ ("Practise: emulated devices, no money moves"), NULL },
    { "kiosk", 0, 0, G_OPTION_ARG_NONE, &arguments->kiosk,
      N_ ("Full screen, without a way to close it"), NULL },
    { "customer-display", 0, 0, G_OPTION_ARG_NONE, &arguments->customer_display,
      N_ ("Show the customer the sale on a second screen"), NULL },
    { "data-dir", 0, 0, G_OPTION_ARG_FILENAME, &arguments->data_dir,
      N_ ("Where the shop's data live"), N_ ("DIR") },
    { "passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &arguments->passphrase_file,
      N_ ("Open the shop with the passphrase in FILE"), N_ ("FILE") },
    { "version", 0, 0, G_OPTION_ARG_NONE, &arguments->version, N_ ("Print the version"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_set_summary (context, _ ("The cashier's window of a shop's till."));
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (*argc > 1)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION,
                   _ ("Unknown argument “%s”"), (*argv)[1]);
      return FALSE;
    }
  return TRUE;
}

/* The first line of the file. NULL with an error when it can't be read. */
static char *
read_passphrase (const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, error);
  g_autofree char *text = g_malloc0 (PASSPHRASE_SIZE_MAX + 1);
  gsize size = 0;
  char *passphrase = NULL;

  if (stream == NULL
      || !g_input_stream_read_all (G_INPUT_STREAM (stream), text, PASSPHRASE_SIZE_MAX, &size, NULL,
                                   error))
    return NULL;
  text[strcspn (text, "\r\n")] = '\0';
  passphrase = g_strdup (text);
  base_secret_wipe (text, PASSPHRASE_SIZE_MAX);
  return passphrase;
}

static char *
make_data_dir (const char *given, gboolean training)
{
  if (given != NULL)
    return g_canonicalize_filename (given, NULL);
  return g_build_filename (g_get_user_data_dir (), training ? "till-training" : "till", NULL);
}

static void
set_up_language (void)
{
  g_autofree char *locale_dir = base_data_locale_dir ();

  setlocale (LC_ALL, "");
  if (locale_dir != NULL)
    bindtextdomain (GETTEXT_PACKAGE, locale_dir);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

static int
run (const Arguments *arguments, const char *program)
{
  AppApplicationOptions options = {
    .training = arguments->training,
    .kiosk = arguments->kiosk,
    .customer_display = arguments->customer_display,
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (AppApplication) application = NULL;
  char *argv[] = { (char *)program, NULL };

  if (arguments->passphrase_file != NULL)
    {
      options.passphrase = read_passphrase (arguments->passphrase_file, &error);
      if (options.passphrase == NULL)
        {
          g_printerr ("till: %s\n", error->message);
          return 2;
        }
    }
  options.data_dir = make_data_dir (arguments->data_dir, arguments->training);
  application = app_application_new (&options);
  return g_application_run (G_APPLICATION (application), 1, argv) == 0 ? 0 : 3;
}

int
main (int argc, char **argv)
{
  Arguments arguments = { 0 };
  g_autoptr (GError) error = NULL;
  int status;

  base_secret_harden_process ();
  base_check_claim_main ();
  set_up_language ();
  g_set_application_name ("Till");
  g_set_prgname ("till");
  if (!parse (&argc, &argv, &arguments, &error))
    {
      g_printerr ("till: %s\n", error->message);
      return 2;
    }
  if (arguments.version)
    {
      g_print ("till %s\n", TILL_VERSION);
      return 0;
    }
  status = run (&arguments, argv[0]);
  g_free (arguments.data_dir);
  g_free (arguments.passphrase_file);
  return status;
}
