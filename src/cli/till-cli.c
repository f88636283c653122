/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The station without a screen: finds the command in the table below, checks what it was given, and
 * runs it. Exit codes: 0 done, 1 the world said no, 2 wrong usage or bad input, 3 a fault.
 */
#include "cli-commands.h"
#include "cli-keys.h"
#include "cli-option.h"
#include "cli-right.h"

#include "sync-keys.h"

#include "base-data.h"
#include "base-secret.h"
#include "shop-denomination.h"
#include "shop-scale-code.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define OPTIONS_MAX 12
#define COLUMNS 34

static const char *const everywhere[]
    = { "data-dir", "training", "passphrase-file", "json", "version", "help", NULL };

typedef struct
{
  const char *words;
  const char *arguments; /* for the help */
  const char *summary;   /* a msgid */
  CliExit (*run) (CliContext *context);
  guint count_min, count_max; /* of its arguments */
  const char *options[OPTIONS_MAX];
} Command;

static const Command commands[] = {
  { "init",
    "",
    N_ ("make a shop's data folder"),
    cli_init_run,
    0,
    0,
    { "shop", "currency", "profile", "acquirer", "tls-dir", "key-later", "terminal", "merchant",
      "tax", "pin-file" } },
  { "recover",
    "",
    N_ ("open a shop with its recovery key, and give it a new passphrase"),
    cli_recover_run,
    0,
    0,
    { "recovery-file" } },
  { "recovery-key new",
    "",
    N_ ("make a new recovery key, and show it once; the one before opens this shop no more"),
    cli_recover_new_key,
    0,
    0,
    { NULL } },
  { "catalogue import",
    "FILE.csv",
    N_ ("take goods in; code, name and price suffice as columns"),
    cli_catalogue_import,
    1,
    1,
    { "skip-bad" } },
  { "catalogue export",
    "FILE.csv",
    N_ ("write all goods to a file"),
    cli_catalogue_export,
    1,
    1,
    { NULL } },
  { "catalogue find",
    "TEXT",
    N_ ("look goods up by name, pinyin or code"),
    cli_catalogue_find,
    1,
    1,
    { NULL } },
  { "catalogue scale-codes",
    "[PATTERN...]",
    N_ ("how the labels of the shop's scales are read, as 21CCCCCWWWWWK; patterns given here take "
        "the place of those before"),
    cli_catalogue_scale_codes,
    0,
    SHOP_SCALE_PATTERNS_MAX,
    { "none" } },
  { "sell",
    "ITEM... --pay TENDER...",
    N_ ("ring up a sale; ITEM is CODE, QTY*CODE, or KG*CODE by weight"),
    cli_sell_run,
    1,
    G_MAXUINT,
    { "pay", "count", "card", "card-timeout", "receipt" } },
  { "pay",
    "RECEIPT --pay TENDER...",
    N_ ("pay what is left of a sale that was left open"),
    cli_sell_rest,
    1,
    1,
    { "pay", "card", "card-timeout", "receipt" } },
  { "refund",
    "RECEIPT [--line N]... [--to original|cash]",
    N_ ("give back what is left of a sale, or single lines of it: the way it was paid, or in cash"),
    cli_refund_run,
    1,
    1,
    { "line", "to", "receipt" } },
  { "void",
    "RECEIPT",
    N_ ("take a sale of this batch back as a whole, or a stored one that was never sent; cancel "
        "one "
        "that was left open"),
    cli_refund_void,
    1,
    1,
    { "receipt" } },
  { "receipts",
    "[NUMBER|AMOUNT|DIGITS|CODE]",
    N_ ("find sales by number, amount, last four digits, code, day or time; the newest first"),
    cli_find_run,
    0,
    1,
    { NULL } },
  { "hold complete",
    "RECEIPT AMOUNT",
    N_ ("charge what a pre-authorisation holds, once and at most so much"),
    cli_hold_complete,
    2,
    2,
    { NULL } },
  { "hold void",
    "RECEIPT",
    N_ ("let a pre-authorisation go, or undo its completion within the batch"),
    cli_hold_void,
    1,
    1,
    { NULL } },
  { "hold list",
    "",
    N_ ("pre-authorisations and what became of them, the newest first"),
    cli_hold_list,
    0,
    0,
    { NULL } },
  { "hold",
    "AMOUNT",
    N_ ("hold an amount on a card without charging it (pre-authorisation)"),
    cli_hold_run,
    1,
    1,
    { "card-timeout" } },
  { "card balance",
    "",
    N_ ("ask what is on a card; nothing is booked"),
    cli_card_balance,
    0,
    0,
    { "card-timeout" } },
  { "queue list", "", N_ ("what waits for the acquirer"), cli_queue_list, 0, 0, { "done" } },
  { "queue show", "ID", N_ ("one record of the queue"), cli_queue_show, 1, 1, { NULL } },
  { "queue stats", "", N_ ("how many, how much, the oldest"), cli_queue_stats, 0, 0, { NULL } },
  { "queue send",
    "",
    N_ ("send until it is empty or can go no further"),
    cli_queue_send,
    0,
    0,
    { NULL } },
  { "queue retry",
    "ID",
    N_ ("take a record back that was set aside, to be sent as it is"),
    cli_queue_retry,
    1,
    1,
    { NULL } },
  { "queue resolve",
    "ID",
    N_ ("what was under way when this copy was made: say what the bank says became of it"),
    cli_queue_resolve,
    1,
    1,
    { "charged", "reverse", "by-hand" } },
  { "queue release",
    "",
    N_ ("after an older copy or a backup was put back: let what waits be sent"),
    cli_queue_release,
    0,
    0,
    { "leave", "unasked" } },
  { "queue compare",
    "",
    N_ ("after an older copy or a backup was put back: close what the acquirer says it has"),
    cli_compare_queue,
    0,
    0,
    { NULL } },
  { "queue export",
    "FILE",
    N_ ("what waits, in the shop's sealed books, for another till to take in"),
    cli_queue_export,
    1,
    1,
    { NULL } },
  { "queue import",
    "FILE|DIR",
    N_ ("take in, once, what waits in the books of a till that died, with its recovery key"),
    cli_queue_import,
    1,
    1,
    { "recovery-file", "their-passphrase-file", "leave" } },
  { "queue verify", "", N_ ("open the seal of every record"), cli_queue_verify, 0, 0, { NULL } },
  { "journal verify",
    "",
    N_ ("check every link of the journal's chain"),
    cli_journal_verify,
    0,
    0,
    { "head" } },
  { "backup create",
    "FILE",
    N_ ("the shop's books in one sealed file"),
    cli_backup_create,
    1,
    1,
    { NULL } },
  { "backup restore",
    "FILE",
    N_ ("make the data folder anew from a backup; nothing is sent before “queue release”"),
    cli_backup_restore,
    1,
    1,
    { "recovery-file" } },
  { "backup follow",
    "DIR|off|show",
    N_ ("let a sealed copy of what waits follow to a second folder, after each commit"),
    cli_backup_follow,
    1,
    1,
    { NULL } },
  { "reset",
    "",
    N_ ("erase this shop from this computer, once nothing of it is unfinished"),
    cli_reset_run,
    0,
    0,
    { "shop" } },
  { "marks",
    "",
    N_ ("what would notice that older books were put back, and where their key is kept"),
    cli_marks_show,
    0,
    0,
    { NULL } },
  { "people list", "", N_ ("who works at this till"), cli_people_list, 0, 0, { NULL } },
  { "people add",
    "NAME",
    N_ ("enter somebody, with a role and a first PIN"),
    cli_people_add,
    1,
    1,
    { "role", "pin-file", "badge-file" } },
  { "people change",
    "NUMBER",
    N_ ("give somebody another role, name, PIN or badge"),
    cli_people_change,
    1,
    1,
    { "role", "name", "pin-file", "badge-file" } },
  { "people unlock",
    "NUMBER",
    N_ ("forget the wrong PINs that somebody typed"),
    cli_people_unlock,
    1,
    1,
    { NULL } },
  { "people leave",
    "NUMBER",
    N_ ("somebody has left, and can't sign in any more"),
    cli_people_leave,
    1,
    1,
    { NULL } },
  { "people rights",
    "",
    N_ ("which role may do what, on one page"),
    cli_people_rights,
    0,
    0,
    { NULL } },
  { "people operator",
    "NUMBER|none",
    N_ ("with whose rights commands act (none: with every right)"),
    cli_people_operator,
    1,
    1,
    { NULL } },
  { "people lock-after",
    "SECONDS|off",
    N_ ("when a window that nobody touches locks itself (600 where nothing was said)"),
    cli_people_lock_after,
    1,
    1,
    { NULL } },
  { "people discount-limit",
    "PERCENT",
    N_ ("how much a cashier may take off a line without approval (10 where nothing was said)"),
    cli_people_discount_limit,
    1,
    1,
    { NULL } },
  { "people accept",
    "",
    N_ ("take the list as it is, after it was found to be another than was written"),
    cli_people_accept,
    0,
    0,
    { NULL } },
  { "offline-cards",
    "on|off|show",
    N_ ("card sales while the line is down, and their limits"),
    cli_offline_run,
    1,
    1,
    { NULL } },
  { "drawer show",
    "",
    N_ ("cash that moved without a sale, and the last count; not what should be there"),
    cli_drawer_show,
    0,
    0,
    { NULL } },
  { "drawer float",
    "AMOUNT",
    N_ ("what was counted into the drawer at opening"),
    cli_drawer_float,
    1,
    1,
    { NULL } },
  { "drawer in",
    "AMOUNT --reason TEXT",
    N_ ("cash put into the drawer without a sale"),
    cli_drawer_in,
    1,
    1,
    { "reason" } },
  { "drawer out",
    "AMOUNT --reason TEXT",
    N_ ("cash taken out of the drawer without a sale"),
    cli_drawer_out,
    1,
    1,
    { "reason" } },
  { "drawer open",
    "--reason TEXT",
    N_ ("open the drawer without a sale"),
    cli_drawer_open,
    0,
    0,
    { "reason" } },
  { "drawer count",
    "DENOMINATION*PIECES...",
    N_ ("what was found in the drawer, as 100*3 50*1; then how it differs is told"),
    cli_drawer_count,
    1,
    SHOP_DENOMINATIONS_MAX,
    { NULL } },
  { "report x", "", N_ ("running totals of the shift"), cli_report_x, 0, 0, { "blind" } },
  { "report z",
    "",
    N_ ("close the shift; the next one opens with the next sale"),
    cli_report_z,
    0,
    SHOP_DENOMINATIONS_MAX,
    { "number", "counted", "count" } },
  { "acquirer ping",
    "",
    N_ ("ask whether the acquirer's host is there"),
    cli_acquirer_ping,
    0,
    0,
    { NULL } },
  { "acquirer sign-in",
    "",
    N_ ("get working keys and the batch from the acquirer"),
    cli_acquirer_sign_in,
    0,
    0,
    { NULL } },
  { "acquirer sign-out",
    "",
    N_ ("give the working keys back; reversals go first"),
    cli_acquirer_sign_out,
    0,
    0,
    { NULL } },
  { "acquirer settle",
    "",
    N_ ("close the batch: both sides count, and what differs is named"),
    cli_settle_run,
    0,
    0,
    { NULL } },
  { "acquirer batch",
    "[NUMBER]",
    N_ ("what the open batch holds, on both sides, and how the last one was settled, or that of "
        "this number: what differed, and what became of it"),
    cli_settle_show,
    0,
    1,
    { NULL } },
  { "acquirer download",
    "[parameters|aids|ca-keys]",
    N_ ("fetch what the terminal and chips want to know; without a word all of it"),
    cli_download_run,
    0,
    1,
    { NULL } },
  { "acquirer parameters",
    "",
    N_ ("what was downloaded, and when"),
    cli_download_show,
    0,
    0,
    { NULL } },
  { "acquirer keys",
    "",
    N_ ("the acquirer's keys and certificates, and until when they hold"),
    cli_keys_show,
    0,
    0,
    { NULL } },
  { "acquirer load",
    "FILE...",
    N_ ("take in new certificates, or a key in a key block"),
    cli_keys_load,
    1,
    CLI_KEYS_FILES_MAX,
    { NULL } },
  { "acquirer former-key",
    "",
    N_ ("go back to the key before, as long as the acquirer hasn't changed its own"),
    cli_keys_former,
    0,
    0,
    { NULL } },
  { "acquirer transport-key",
    "[FILE FILE...]",
    N_ ("take in the key under which key blocks come, from two or three people: each brings a "
        "component"),
    cli_ceremony_run,
    0,
    SYNC_KEYS_COMPONENTS_MAX,
    { "by" } },
  { "acquirer self-test",
    "",
    N_ ("the first bytes both ways, and what is wrong with them"),
    cli_self_test_run,
    0,
    0,
    { NULL } },
  { "devices pin-test",
    "",
    N_ ("try the chip reader's own PIN pad with a card whose PIN is known; then it may be used"),
    cli_pin_pad_test,
    0,
    0,
    { "card-timeout" } },
  { "devices pin-off",
    "",
    N_ ("use no PIN pad any more until it is tried again"),
    cli_pin_pad_off,
    0,
    0,
    { NULL } },
  { "devices", "", N_ ("printers and readers, and how they are"), cli_devices_run, 0, 0, { NULL } },
  { "printer test", "", N_ ("print a test page"), cli_devices_print_test, 0, 0, { NULL } },
  { "emv trace",
    "[RECEIPT]",
    N_ ("the last chip transaction, or a receipt's, tag by tag and bit by bit"),
    cli_emv_trace,
    0,
    1,
    { NULL } },
  { "emv test-keys add",
    "FILE",
    N_ ("in training: take in a CA key of the shop's own, for its own test cards"),
    cli_test_key_add,
    1,
    1,
    { NULL } },
  { "emv test-keys clear",
    "",
    N_ ("in training: take the shop's own CA keys away"),
    cli_test_key_clear,
    0,
    0,
    { NULL } },
  { "emv test-keys",
    "",
    N_ ("in training: the shop's own CA keys"),
    cli_test_key_list,
    0,
    0,
    { NULL } },
  { "decode iso8583",
    "[HEX]",
    N_ ("explain a message; standard input without HEX"),
    cli_iso8583_decode,
    0,
    1,
    { "profile" } },
  { "encode iso8583",
    "[JSON]",
    N_ ("the bytes of a message; standard input without JSON"),
    cli_iso8583_encode,
    0,
    1,
    { "profile" } },
  { "decode escpos",
    "FILE",
    N_ ("explain the bytes of a print job"),
    cli_decode_escpos,
    1,
    1,
    { NULL } },
  { "decode tlv",
    "[HEX]",
    N_ ("explain data objects of a chip, tag by tag and bit by bit"),
    cli_decode_tlv,
    0,
    1,
    { NULL } },
  { "decode atr",
    "[HEX]",
    N_ ("explain a chip's answer to reset"),
    cli_atr_decode,
    0,
    1,
    { NULL } },
  { "decode stripe",
    "HEX",
    N_ ("explain a swipe as a reader sends it"),
    cli_decode_stripe,
    1,
    1,
    { NULL } },
  { "demo",
    "",
    N_ ("a practice sale from the first item to the acquirer's ledger, explained"),
    cli_demo_run,
    0,
    0,
    { NULL } },
};

/* Promised, and not there yet. */
static const char *const unbuilt[] = {
  "audit",
};

/* How many words of the command line are this command's name; 0: it is another. */
static guint
match (const char *name, const CliArguments *arguments)
{
  g_auto (GStrv) words = g_strsplit (name, " ", 0);
  guint count = g_strv_length (words);

  for (guint i = 0; i < count; i++)
    if (g_strcmp0 (words[i], cli_arguments_word (arguments, i)) != 0)
      return 0;
  return count;
}

static const Command *
find_command (const CliArguments *arguments, guint *out_words)
{
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      *out_words = match (commands[i].words, arguments);
      if (*out_words > 0)
        return &commands[i];
    }
  return NULL;
}

static void
print_option (const CliOption *option)
{
  g_autofree char *what
      = g_strdup_printf ("  --%s%s%s", option->name, option->value != NULL ? " " : "",
                         option->value != NULL ? option->value : "");

  printf ("%-*s %s\n", COLUMNS, what, _ (option->help));
}

/* Each option of a command is one of the table. */
static const CliOption *
option_named (const char *name)
{
  for (const CliOption *option = cli_option_list (); option->name != NULL; option++)
    if (g_str_equal (option->name, name))
      return option;
  g_assert_not_reached ();
}

static void
print_options (const char *const *names)
{
  for (guint i = 0; i < OPTIONS_MAX && names[i] != NULL; i++)
    print_option (option_named (names[i]));
}

static void
print_commands (void)
{
  puts (_ ("Usage: till-cli [OPTION…] COMMAND [ARGUMENT…]\n\nThe station without a screen.\n"));
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *what = g_strdup_printf ("  %s %s", commands[i].words, commands[i].arguments);

      printf ("%-*s %s\n", COLUMNS, what, _ (commands[i].summary));
    }
  puts ("");
}

static CliExit
print_help (const Command *command)
{
  if (command == NULL)
    print_commands ();
  else
    {
      printf (_ ("Usage: till-cli %s %s\n\n"), command->words, command->arguments);
      printf ("%s\n\n", _ (command->summary));
      print_options (command->options);
    }
  print_options (everywhere);
  puts (_ ("\nExit codes: 0 done, 1 the world said no, 2 wrong usage or bad input, 3 a fault."));
  return CLI_EXIT_DONE;
}

static gboolean
knows_option (const Command *command, const char *name)
{
  if (g_strv_contains (everywhere, name))
    return TRUE;
  for (guint i = 0; i < OPTIONS_MAX && command->options[i] != NULL; i++)
    if (g_str_equal (command->options[i], name))
      return TRUE;
  return FALSE;
}

static const char *
find_stranger (const Command *command, const CliArguments *arguments)
{
  for (const CliOption *option = cli_option_list (); option->name != NULL; option++)
    if (cli_arguments_has (arguments, option->name) && !knows_option (command, option->name))
      return option->name;
  return NULL;
}

/* Whether some command that is there begins with this word. */
static gboolean
is_noun (const char *word)
{
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_has_prefix (commands[i].words, word) && commands[i].words[strlen (word)] == ' ')
      return TRUE;
  return FALSE;
}

/* A noun of which nothing is built is as unbuilt as what follows it. */
static gboolean
begins_with (const char *words, const char *first)
{
  return g_str_has_prefix (words, first) && words[strlen (first)] == ' ' && !is_noun (first);
}

static CliExit
complain_command (CliContext *context)
{
  const char *word = cli_arguments_word (context->arguments, 0);
  g_autoptr (GString) known = g_string_new (NULL);
  gsize size = word != NULL ? strlen (word) : 0;

  if (word == NULL)
    return cli_output_say (context, CLI_EXIT_USAGE, _ ("Which command? See till-cli --help"));
  for (gsize i = 0; i < G_N_ELEMENTS (unbuilt); i++)
    if (match (unbuilt[i], context->arguments) > 0 || begins_with (unbuilt[i], word))
      return cli_output_say (context, CLI_EXIT_USAGE,
                             _ ("“%s” isn't built yet in this version of Till"), unbuilt[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strncmp (commands[i].words, word, size) == 0 && commands[i].words[size] == ' ')
      g_string_append_printf (known, "%s%s", known->len > 0 ? ", " : "", commands[i].words);
  if (known->len > 0)
    return cli_output_say (context, CLI_EXIT_USAGE, _ ("“%s” wants one more word: %s"), word,
                           known->str);
  return cli_output_say (context, CLI_EXIT_USAGE,
                         _ ("There is no command “%s”: see till-cli --help"), word);
}

static CliExit
check (CliContext *context, const Command *command)
{
  guint count = cli_output_argument_count (context);
  const char *stranger = find_stranger (command, context->arguments);

  if (stranger != NULL)
    return cli_output_say (context, CLI_EXIT_USAGE,
                           _ ("“%s” has no option --%s: see till-cli %s --help"), command->words,
                           stranger, command->words);
  if (count < command->count_min)
    return cli_output_say (context, CLI_EXIT_USAGE, _ ("Something is missing: till-cli %s %s"),
                           command->words, command->arguments);
  if (count > command->count_max)
    return cli_output_say (context, CLI_EXIT_USAGE, _ ("“%s” is too much: till-cli %s %s"),
                           cli_output_argument (context, command->count_max), command->words,
                           command->arguments);
  return CLI_EXIT_DONE;
}

static CliExit
run_in_folder (CliContext *context, const Command *command)
{
  const char *given = cli_arguments_value (context->arguments, "data-dir");
  g_autofree char *usual = g_build_filename (g_get_user_data_dir (),
                                             context->training ? "till-training" : "till", NULL);
  CliExit code = check (context, command);

  context->data_dir = given != NULL ? given : usual;
  context->right = cli_right_find (command->words);
  if (code == CLI_EXIT_DONE && context->data_dir[0] == '\0')
    return cli_output_say (context, CLI_EXIT_USAGE, _ ("--data-dir wants the name of a folder"));
  return code == CLI_EXIT_DONE ? command->run (context) : code;
}

static CliExit
run (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CliArguments) arguments = cli_arguments_new (cli_option_list (), argc, argv, &error);
  CliContext context = { .arguments = arguments };
  const Command *command;

  context.json = arguments != NULL ? cli_arguments_has (arguments, "json")
                                   : g_strv_contains ((const char *const *)argv, "--json");
  if (arguments == NULL)
    return cli_output_fail (&context, error);
  context.training = cli_arguments_has (arguments, "training");
  if (cli_arguments_has (arguments, "version"))
    return printf ("till-cli %s\n", TILL_VERSION) < 0 ? CLI_EXIT_FAULT : CLI_EXIT_DONE;
  command = find_command (arguments, &context.words);
  if (cli_arguments_has (arguments, "help"))
    return print_help (command);
  return command != NULL ? run_in_folder (&context, command) : complain_command (&context);
}

int
main (int argc, char **argv)
{
  g_autofree char *locales = base_data_locale_dir ();
  CliExit code;

  base_secret_harden_process ();
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, locales);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  (void)signal (SIGPIPE, SIG_IGN); /* a reader that went away must not end a sale in its middle */
  code = run (argc, argv);
  if (fflush (stdout) == 0 && !ferror (stdout))
    return (int)code;
  fprintf (stderr, "till-cli: %s\n", _ ("What was to be said could not be written out"));
  return CLI_EXIT_FAULT;
}
