/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base-secret.h"
#include "printer-profile.h"
#include "training-ccid.h"
#include "training-chip.h"
#include "training-printer.h"
#include "training-reader.h"
#include "training-script.h"
#include "training-umockdev.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define EXIT_USAGE 2
#define EXIT_FAULT 3
#define PRELOAD "libumockdev-preload.so.0"
#define PRELOADED "TILL_USB_BENCH_PRELOADED"
#define CHIP_READER_DEFAULT "tpdu"
#define SPEED_DEFAULT 150000 /* bytes a second: 576 dots wide at 260 mm/s */

typedef struct
{
  TrainingPrinter *printer;
  TrainingReader *reader;
  TrainingUmockdev *printer_node;
  TrainingUmockdev *reader_node;
  TrainingCcid *ccid;
  TrainingChip *chip;
  TrainingUmockdev *ccid_node;
  FILE *paper;
  guint64 paper_written;
  GArray *steps;
  guint next_step;
  gint64 step_us; /* when the step before was done */
  GMainLoop *loop;
  GPid child;
  int status;
} Bench;

typedef struct
{
  gboolean printer;
  char *printer_profile;
  char *paper;
  char *stripe;
  char *swipe;
  char *chip;
  char *chip_reader;
  char *chip_memory;
  char *pin;
  char *script;
  int speed;
  char **command;
} Options;

static int
complain (int code, const char *what, GError *error)
{
  g_printerr ("till-usb-bench: %s%s%s\n", what, error != NULL ? ": " : "",
              error != NULL ? error->message : "");
  return code;
}

static TrainingDevice *
printer_device (Bench *bench)
{
  return bench->printer != NULL ? training_printer_device (bench->printer) : NULL;
}

static TrainingDevice *
reader_device (Bench *bench)
{
  return bench->reader != NULL ? training_reader_device (bench->reader) : NULL;
}

static TrainingDevice *
ccid_device (Bench *bench)
{
  return bench->ccid != NULL ? training_ccid_device (bench->ccid) : NULL;
}

/* Appends what the printer received since the last time. */
static void
write_paper (Bench *bench)
{
  TrainingDevice *device = printer_device (bench);
  BaseSpan received;
  guint64 fresh;

  if (device == NULL)
    return;
  training_device_lock (device);
  received = training_printer_received (bench->printer);
  fresh = training_printer_received_count (bench->printer) - bench->paper_written;
  fresh = MIN (fresh, received.size);
  if (bench->paper != NULL && fresh > 0)
    {
      fwrite (received.data + (received.size - fresh), 1, fresh, bench->paper);
      fflush (bench->paper);
    }
  bench->paper_written = training_printer_received_count (bench->printer);
  training_device_unlock (device);
}

static void
set_plugged (TrainingUmockdev *node, TrainingDevice *device, gboolean plugged)
{
  g_autoptr (GError) error = NULL;
  gboolean is_plugged;

  if (node == NULL)
    return;
  training_device_lock (device);
  is_plugged = training_device_is_plugged (device);
  training_device_unlock (device);
  if (plugged == is_plugged)
    return;
  if (!plugged)
    training_umockdev_unplug (node);
  else if (!training_umockdev_plug (node, &error))
    complain (EXIT_FAULT, "The device can't be plugged in", error);
}

/* Which device an endpoint belongs to: its number tells, where it isn't the printer's as well. */
static TrainingDevice *
device_of (Bench *bench, const TrainingScriptStep *step)
{
  gboolean chip = step->number == TRAINING_CCID_OUT || step->number == TRAINING_CCID_INTERRUPT
                  || (step->number == TRAINING_CCID_IN && bench->printer == NULL);

  if (chip && bench->ccid != NULL)
    return ccid_device (bench);
  return step->number == TRAINING_READER_IN || bench->printer == NULL ? reader_device (bench)
                                                                      : printer_device (bench);
}

static TrainingDevice *
device_named (Bench *bench, const TrainingScriptStep *step)
{
  switch (step->device)
    {
    case TRAINING_SCRIPT_PRINTER:
      return printer_device (bench);
    case TRAINING_SCRIPT_STRIPE:
      return reader_device (bench);
    case TRAINING_SCRIPT_CHIP:
      return ccid_device (bench);
    }
  g_assert_not_reached ();
}

static TrainingUmockdev *
node_named (Bench *bench, const TrainingScriptStep *step)
{
  switch (step->device)
    {
    case TRAINING_SCRIPT_PRINTER:
      return bench->printer_node;
    case TRAINING_SCRIPT_STRIPE:
      return bench->reader_node;
    case TRAINING_SCRIPT_CHIP:
      return bench->ccid_node;
    }
  g_assert_not_reached ();
}

static void
act_on_chip (Bench *bench, const TrainingScriptStep *step)
{
  const TrainingChipEnd end = training_chip_end (bench->chip);

  if (step->act == TRAINING_SCRIPT_INSERT)
    training_ccid_insert (bench->ccid, 0, &end);
  else if (step->act == TRAINING_SCRIPT_REMOVE)
    training_ccid_remove (bench->ccid, 0);
  else
    training_ccid_tear_at (bench->ccid, step->number);
}

static void
act_on_printer (Bench *bench, const TrainingScriptStep *step)
{
  if (bench->printer == NULL)
    return;
  if (step->act == TRAINING_SCRIPT_SPEED)
    training_printer_set_speed (bench->printer, step->number);
  else if (step->act == TRAINING_SCRIPT_PAPER_OUT || step->act == TRAINING_SCRIPT_PAPER_IN)
    training_printer_set_paper (bench->printer, step->act == TRAINING_SCRIPT_PAPER_IN);
  else
    training_printer_set_cover (bench->printer, step->act == TRAINING_SCRIPT_COVER_OPEN);
}

static void
act_locked (Bench *bench, const TrainingScriptStep *step, TrainingDevice *device)
{
  switch (step->act)
    {
    case TRAINING_SCRIPT_SWIPE:
    case TRAINING_SCRIPT_SWIPE_EARLY:
      training_reader_swipe_next (bench->reader, NULL);
      break;
    case TRAINING_SCRIPT_STALL:
      training_device_set_stalled (device, (guint8)step->number, TRUE);
      break;
    case TRAINING_SCRIPT_HANG:
    case TRAINING_SCRIPT_UNHANG:
      training_device_set_hung (device, (guint8)step->number, step->act == TRAINING_SCRIPT_HANG);
      break;
    case TRAINING_SCRIPT_BUSY:
    case TRAINING_SCRIPT_FREE:
      training_device_set_busy (device, step->act == TRAINING_SCRIPT_BUSY);
      break;
    case TRAINING_SCRIPT_PAPER_OUT:
    case TRAINING_SCRIPT_PAPER_IN:
    case TRAINING_SCRIPT_COVER_OPEN:
    case TRAINING_SCRIPT_COVER_CLOSED:
    case TRAINING_SCRIPT_SPEED:
      act_on_printer (bench, step);
      break;
    case TRAINING_SCRIPT_INSERT:
    case TRAINING_SCRIPT_REMOVE:
    case TRAINING_SCRIPT_TEAR:
      act_on_chip (bench, step);
      break;
    case TRAINING_SCRIPT_PLUG:
    case TRAINING_SCRIPT_UNPLUG:
      break;
    }
}

/* The device that a step is about; NULL when this bench has none such. */
static TrainingDevice *
step_device (Bench *bench, const TrainingScriptStep *step)
{
  switch (step->act)
    {
    case TRAINING_SCRIPT_PLUG:
    case TRAINING_SCRIPT_UNPLUG:
    case TRAINING_SCRIPT_BUSY:
    case TRAINING_SCRIPT_FREE:
      return device_named (bench, step);
    case TRAINING_SCRIPT_SWIPE:
    case TRAINING_SCRIPT_SWIPE_EARLY:
      return reader_device (bench);
    case TRAINING_SCRIPT_STALL:
    case TRAINING_SCRIPT_HANG:
    case TRAINING_SCRIPT_UNHANG:
      return device_of (bench, step);
    case TRAINING_SCRIPT_PAPER_OUT:
    case TRAINING_SCRIPT_PAPER_IN:
    case TRAINING_SCRIPT_COVER_OPEN:
    case TRAINING_SCRIPT_COVER_CLOSED:
    case TRAINING_SCRIPT_SPEED:
      return printer_device (bench);
    case TRAINING_SCRIPT_INSERT:
    case TRAINING_SCRIPT_REMOVE:
    case TRAINING_SCRIPT_TEAR:
      return ccid_device (bench);
    }
  g_assert_not_reached ();
}

static void
act (Bench *bench, const TrainingScriptStep *step)
{
  TrainingDevice *device = step_device (bench, step);

  if (device == NULL)
    return;
  if (step->act == TRAINING_SCRIPT_PLUG || step->act == TRAINING_SCRIPT_UNPLUG)
    {
      set_plugged (node_named (bench, step), device, step->act == TRAINING_SCRIPT_PLUG);
      return;
    }
  training_device_lock (device);
  act_locked (bench, step, device);
  training_device_unlock (device);
}

/* Whether a payment waits for a card. */
static gboolean
is_awaited (Bench *bench, const TrainingScriptStep *step)
{
  TrainingDevice *device = step_device (bench, step);
  gboolean armed;

  training_device_lock (device);
  armed = step->act == TRAINING_SCRIPT_SWIPE ? training_reader_is_armed (bench->reader)
                                             : training_ccid_is_armed (bench->ccid);
  training_device_unlock (device);
  return armed;
}

static guint
chip_commands (Bench *bench)
{
  guint commands;

  training_device_lock (ccid_device (bench));
  commands = training_chip_commands (bench->chip);
  training_device_unlock (ccid_device (bench));
  return commands;
}

static gboolean
is_due (Bench *bench, const TrainingScriptStep *step)
{
  if (g_get_monotonic_time () - bench->step_us < (gint64)step->wait_ms * 1000)
    return FALSE;
  if (step->wait_bytes > 0 && bench->printer != NULL && bench->paper_written < step->wait_bytes)
    return FALSE;
  if (step->wait_commands > 0 && bench->ccid != NULL && chip_commands (bench) < step->wait_commands)
    return FALSE;
  if ((step->act == TRAINING_SCRIPT_SWIPE && bench->reader != NULL)
      || (step->act == TRAINING_SCRIPT_INSERT && bench->ccid != NULL))
    return is_awaited (bench, step);
  return TRUE;
}

static void
run_script (Bench *bench)
{
  while (bench->steps != NULL && bench->next_step < bench->steps->len)
    {
      const TrainingScriptStep *step
          = &g_array_index (bench->steps, TrainingScriptStep, bench->next_step);

      if (!is_due (bench, step))
        return;
      act (bench, step);
      bench->next_step++;
      bench->step_us = g_get_monotonic_time ();
    }
}

static void
give_time (TrainingDevice *device)
{
  if (device == NULL)
    return;
  training_device_lock (device);
  training_device_tick (device);
  training_device_unlock (device);
}

static gboolean
on_timer_tick_cb (gpointer data)
{
  Bench *bench = data;

  give_time (printer_device (bench));
  give_time (reader_device (bench));
  give_time (ccid_device (bench));
  write_paper (bench);
  run_script (bench);
  return G_SOURCE_CONTINUE;
}

static void
on_child_exit_cb (GPid pid, int status, gpointer data)
{
  Bench *bench = data;

  bench->status = status;
  bench->child = 0;
  g_main_loop_quit (bench->loop);
}

static gboolean
on_signal_end_cb (gpointer data)
{
  Bench *bench = data;

  if (bench->child != 0)
    kill (bench->child, SIGTERM);
  return G_SOURCE_CONTINUE;
}

/* umockdev works by LD_PRELOAD, in the command and in this program alike: start again with it. */
static gboolean
preload (char **argv)
{
  const char *before = g_getenv ("LD_PRELOAD");
  g_autofree char *list = NULL;

  if (g_getenv (PRELOADED) != NULL || (before != NULL && strstr (before, "umockdev") != NULL))
    {
      g_unsetenv (PRELOADED);
      return TRUE;
    }
  /* A sanitizer's library must stay in front. */
  list = before != NULL && before[0] != '\0' ? g_strconcat (before, ":", PRELOAD, NULL)
                                             : g_strdup (PRELOAD);
  g_setenv ("LD_PRELOAD", list, TRUE);
  g_setenv (PRELOADED, "1", TRUE);
  execv ("/proc/self/exe", argv);
  return FALSE;
}

static gboolean
make_printer (Bench *bench, const Options *options, GError **error)
{
  TrainingPrinterOptions printer = { 0 };
  g_autoptr (PrinterProfile) profile = printer_profile_load (
      options->printer_profile != NULL ? options->printer_profile : PRINTER_PROFILE_DEFAULT, error);
  g_autofree char *id = NULL;

  if (profile == NULL)
    return FALSE;
  printer.dots = profile->dots;
  printer.silent = profile->status == PRINTER_STATUS_NONE;
  /* So that the driver comes to the same profile by itself. */
  for (gsize i = 0; profile->match != NULL && profile->match[i] != NULL && id == NULL; i++)
    if (g_str_has_prefix (profile->match[i], "mdl:"))
      id = g_strdup_printf ("MFG:Till;MDL:%s;CMD:ESC/POS;CLS:PRINTER;",
                            profile->match[i] + strlen ("mdl:"));
  printer.id = id;
  bench->printer = training_printer_new (&printer);
  training_printer_set_speed (bench->printer, (guint)options->speed);
  if (options->paper == NULL)
    return TRUE;
  bench->paper = fopen (options->paper, "ab");
  if (bench->paper != NULL)
    return TRUE;
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), "%s: %s", options->paper,
               g_strerror (errno));
  return FALSE;
}

static gboolean
read_model (const char *name, TrainingReaderModel *out_model, GError **error)
{
  static const struct
  {
    const char *name;
    TrainingReaderModel model;
  } models[] = {
    { "magtek", TRAINING_READER_MAGTEK },
    { "magtek-service", TRAINING_READER_MAGTEK_SERVICE },
    { "idtech", TRAINING_READER_IDTECH_ENHANCED },
    { "idtech-aes", TRAINING_READER_IDTECH_AES },
    { "idtech-aes-dukpt", TRAINING_READER_IDTECH_AES_DUKPT },
    { "idtech-original", TRAINING_READER_IDTECH_ORIGINAL },
    { "magtek-clear", TRAINING_READER_MAGTEK_CLEAR },
    { "magtek-keyboard", TRAINING_READER_MAGTEK_KEYBOARD },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (models); i++)
    if (strcmp (models[i].name, name) == 0)
      {
        *out_model = models[i].model;
        return TRUE;
      }
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "“%s” is no stripe reader: magtek, idtech", name);
  return FALSE;
}

static gboolean
script_has (const Bench *bench, TrainingScriptAct one, TrainingScriptAct other)
{
  for (guint i = 0; bench->steps != NULL && i < bench->steps->len; i++)
    {
      TrainingScriptAct what = g_array_index (bench->steps, TrainingScriptStep, i).act;

      if (what == one || what == other)
        return TRUE;
    }
  return FALSE;
}

static gboolean
make_reader (Bench *bench, const Options *options, GError **error)
{
  TrainingReaderModel model;
  g_autofree char *text = NULL;
  g_autoptr (GPtrArray) cards = NULL;

  if (!read_model (options->stripe, &model, error))
    return FALSE;
  if (options->swipe != NULL)
    {
      if (!g_file_get_contents (options->swipe, &text, NULL, error))
        return FALSE;
      cards = training_card_parse_file (text, error);
      if (cards == NULL)
        return FALSE;
    }
  bench->reader = training_reader_new (model);
  training_reader_set_cards (bench->reader, cards);
  /* A script that says when cards are swiped leaves nothing to chance. */
  training_reader_set_automatic (
      bench->reader, !script_has (bench, TRAINING_SCRIPT_SWIPE, TRAINING_SCRIPT_SWIPE_EARLY));
  return TRUE;
}

/* As training_ccid_set_pin() wants it. */
static const char *
typed_pin (const char *option)
{
  return option == NULL ? "" : g_str_equal (option, "cancel") ? NULL : option;
}

static gboolean
make_ccid (Bench *bench, const Options *options, GError **error)
{
  const char *name = options->chip_reader != NULL ? options->chip_reader : CHIP_READER_DEFAULT;
  const TrainingCcidModel *model = training_ccid_model_find (name);
  TrainingChipFile *file;
  TrainingChipEnd end;

  if (model == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "“%s” is no chip reader: tpdu, short, extended", name);
      return FALSE;
    }
  file = training_chip_file_load (options->chip, error);
  bench->chip = file != NULL ? training_chip_new (file, error) : NULL;
  if (bench->chip == NULL
      || (options->chip_memory != NULL
          && !training_chip_keep (bench->chip, options->chip_memory, error)))
    return FALSE;
  bench->ccid = training_ccid_new (model);
  training_ccid_set_pin (bench->ccid, typed_pin (options->pin));
  end = training_chip_end (bench->chip);
  /* As with swipes. */
  if (!script_has (bench, TRAINING_SCRIPT_INSERT, TRAINING_SCRIPT_INSERT))
    training_ccid_set_card (bench->ccid, &end);
  return TRUE;
}

static gboolean
read_script (Bench *bench, const Options *options, GError **error)
{
  g_autofree char *text = NULL;

  if (options->script == NULL)
    return TRUE;
  if (!g_file_get_contents (options->script, &text, NULL, error))
    return FALSE;
  bench->steps = training_script_parse (text, error);
  return bench->steps != NULL;
}

static gboolean
make_devices (Bench *bench, const Options *options, UMockdevTestbed *testbed, GError **error)
{
  if (!read_script (bench, options, error))
    return FALSE;
  if (options->printer)
    {
      if (!make_printer (bench, options, error))
        return FALSE;
      bench->printer_node = training_umockdev_new (testbed, printer_device (bench), 1);
      training_umockdev_set_driver (bench->printer_node, "usblp");
      if (!training_umockdev_plug (bench->printer_node, error))
        return FALSE;
    }
  if (options->chip != NULL)
    {
      if (!make_ccid (bench, options, error))
        return FALSE;
      bench->ccid_node = training_umockdev_new (testbed, ccid_device (bench), 3);
      if (!training_umockdev_plug (bench->ccid_node, error))
        return FALSE;
    }
  if (options->stripe == NULL)
    return TRUE;
  if (!make_reader (bench, options, error))
    return FALSE;
  bench->reader_node = training_umockdev_new (testbed, reader_device (bench), 2);
  training_umockdev_set_driver (bench->reader_node, "usbhid");
  return training_umockdev_plug (bench->reader_node, error);
}

static gboolean
run_command (Bench *bench, char **command, GError **error)
{
  if (!g_spawn_async (NULL, command, NULL,
                      G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD
                          | G_SPAWN_CHILD_INHERITS_STDIN,
                      NULL, NULL, &bench->child, error))
    return FALSE;
  bench->step_us = g_get_monotonic_time ();
  bench->loop = g_main_loop_new (NULL, FALSE);
  g_child_watch_add (bench->child, on_child_exit_cb, bench);
  g_timeout_add (TRAINING_TICK_MS, on_timer_tick_cb, bench);
  g_unix_signal_add (SIGTERM, on_signal_end_cb, bench);
  g_unix_signal_add (SIGINT, on_signal_end_cb, bench);
  g_main_loop_run (bench->loop);
  g_main_loop_unref (bench->loop);
  return TRUE;
}

static void
clear_bench (Bench *bench)
{
  write_paper (bench);
  training_umockdev_free (bench->printer_node);
  training_umockdev_free (bench->reader_node);
  training_printer_free (bench->printer);
  training_reader_free (bench->reader);
  training_umockdev_free (bench->ccid_node);
  training_ccid_free (bench->ccid);
  training_chip_free (bench->chip);
  g_clear_pointer (&bench->steps, g_array_unref);
  if (bench->paper != NULL)
    fclose (bench->paper);
}

static int
run (const Options *options)
{
  g_autoptr (UMockdevTestbed) testbed = umockdev_testbed_new ();
  g_autoptr (GError) error = NULL;
  Bench bench = { 0 };
  int code;

  if (!make_devices (&bench, options, testbed, &error))
    code = complain (EXIT_USAGE, "The devices can't be made", error);
  else if (!run_command (&bench, options->command, &error))
    code = complain (EXIT_FAULT, "The command can't be run", error);
  else
    code = WIFEXITED (bench.status) ? WEXITSTATUS (bench.status) : 128 + WTERMSIG (bench.status);
  clear_bench (&bench);
  return code;
}

static gboolean
on_option_printer_cb (const char *name, const char *value, gpointer data, GError **error)
{
  Options *options = data;

  options->printer = TRUE;
  g_free (options->printer_profile);
  options->printer_profile = g_strdup (value);
  return TRUE;
}

static gboolean
parse (Options *options, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "printer", 0, G_OPTION_FLAG_OPTIONAL_ARG, G_OPTION_ARG_CALLBACK, on_option_printer_cb,
      "A receipt printer, as this profile says", "PROFILE" },
    { "paper", 0, 0, G_OPTION_ARG_FILENAME, &options->paper,
      "Append what the printer received to FILE", "FILE" },
    { "stripe", 0, 0, G_OPTION_ARG_STRING, &options->stripe,
      "A stripe reader: magtek, idtech; also magtek-service, idtech-original, idtech-aes, "
      "idtech-aes-dukpt, magtek-clear, "
      "magtek-keyboard",
      "MODEL" },
    { "swipe", 0, 0, G_OPTION_ARG_FILENAME, &options->swipe, "Clear test tracks, one card a line",
      "FILE" },
    { "chip", 0, 0, G_OPTION_ARG_STRING, &options->chip,
      "A chip reader with this card: a path, or a KIND of data/training/cards", "CARDFILE" },
    { "reader", 0, 0, G_OPTION_ARG_STRING, &options->chip_reader,
      "Which chip reader: tpdu, short, extended; or one that is wrong in some way, as stale, slow, "
      "parity",
      "MODEL" },
    { "chip-memory", 0, 0, G_OPTION_ARG_FILENAME, &options->chip_memory,
      "Where the card's counters are kept from one run to the next", "FILE" },
    { "pin", 0, 0, G_OPTION_ARG_STRING, &options->pin,
      "What is typed into the reader's pad: digits, or cancel; nothing without this option",
      "DIGITS" },
    { "script", 0, 0, G_OPTION_ARG_FILENAME, &options->script,
      "What happens to the devices, and when", "FILE" },
    { "speed", 0, 0, G_OPTION_ARG_INT, &options->speed,
      "Bytes that the printer prints in a second; 0: no limit", "N" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->command, NULL,
      "-- COMMAND [ARG…]" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  GOptionGroup *group = g_option_group_new ("bench", "", "", options, NULL);

  g_option_group_add_entries (group, entries);
  g_option_context_set_main_group (context, group);
  g_option_context_set_summary (
      context,
      "Runs COMMAND with emulated USB devices, which stock libusb in it sees as real ones.\n"
      "Script lines: [500ms|2s|4096B|6C] plug|unplug printer|stripe|chip, swipe, swipe-early, "
      "paper-out, "
      "paper-in,\n"
      "cover-open, cover-closed, stall|hang|unhang epNN, busy|free printer|stripe|chip, speed N,\n"
      "insert, remove, tear N. A time "
      "counts from\n"
      "the line before; 4096B waits until the printer has received so many bytes, 6C until the "
      "chip "
      "got so\n"
      "many commands; swipe and insert wait for a payment; tear N pulls the chip out at the N-th "
      "command from then on.");
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (options->command != NULL && options->speed >= 0)
    return TRUE;
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                       "give a command after “--” (see --help)");
  return FALSE;
}

static void
clear_options (Options *options)
{
  g_free (options->printer_profile);
  g_free (options->paper);
  g_free (options->stripe);
  g_free (options->swipe);
  g_free (options->chip);
  g_free (options->chip_reader);
  g_free (options->chip_memory);
  g_free (options->pin);
  g_free (options->script);
  g_strfreev (options->command);
}

int
main (int argc, char **argv)
{
  Options options = { .speed = SPEED_DEFAULT };
  g_autoptr (GError) error = NULL;
  int code;

  setlocale (LC_ALL, "");
  if (!preload (argv))
    return complain (EXIT_FAULT, "umockdev's preload library can't be used", NULL);
  base_secret_harden_process ();
  if (parse (&options, &argc, &argv, &error))
    code = run (&options);
  else
    code = complain (EXIT_USAGE, "Wrong usage", error);
  clear_options (&options);
  return code;
}
