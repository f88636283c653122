/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sandbox acquirer as a program: options in, a line with its port out, serves until SIGTERM or
 * SIGINT. Exit codes: 0 done, 2 wrong usage, 3 a fault.
 */
#include "acquirer-framing.h"
#include "acquirer-issue.h"
#include "acquirer-keys.h"
#include "acquirer-server.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define EXIT_USAGE 2
#define EXIT_FAULT 3

typedef struct
{
  int port;
  char *tls_dir;
  char *ledger;
  char *fault;
  int seed;
  char *profile;
  char *demand;
  char *script;
  gboolean next_key;
  gboolean version;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->tls_dir);
  g_free (self->ledger);
  g_free (self->fault);
  g_free (self->profile);
  g_free (self->demand);
  g_free (self->script);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static const char *const description
    = "Faults, each with a probability from 0 to 1:\n"
      "  drop-request      as if the request had never come\n"
      "  late-request      looked at only after late-ms\n"
      "  drop-answer       done, and nothing said\n"
      "  late-answer       done at once, said after late-ms\n"
      "  close             the line breaks, before or after it is done\n"
      "  truncate          half an answer, then the line breaks\n"
      "  bad-mac           the answer's MAC is wrong\n"
      "  decline           declined with 05\n"
      "  duplicate-answer  said twice\n"
      "  key-change        not done: the terminal is told to sign in anew first\n"
      "  bad-arpc          the issuer's proof to a chip is wrong\n"
      "and delay-ms=N before every answer, late-ms=N (default: one and a half times the profile's "
      "deadline).\n"
      "The same seed gives the same faults.\n"
      "Mistakes of framing, as NAME=1, are made all the time, in both directions: "
      "length-counts-itself, length-ascii,\n"
      "length-bcd, no-tpdu, tpdu, hex-bitmap, ascii-mti. till-cli acquirer self-test finds "
      "them.\n\n"
      "A dialect with a sign-in gives working keys under master.key of the TLS folder, each "
      "terminal its own.\n"
      "To practise the change of keys, the folder has what a real acquirer sends: the transport "
      "key in two components,\n"
      "for two people (transport-1.txt, transport-2.txt), the terminal's key in a key block "
      "(terminal.tr31), the next one\n"
      "(next.tr31, which counts with --next-key), and the next certificate for card data "
      "(next-envelope.pem).\n"
      "Besides, amounts that end in .51 are declined with 51, an expired card with 54, an "
      "unreadable one with 14.\n"
      "Of a chip, a cryptogram that isn't its card's, or that came before, is declined with 59; "
      "what a chip has approved by itself\n"
      "is taken in any case, and the ledger says what was wrong with it (\"proof\").\n"
      "Scripts for chips are WHICH=TEMPLATE:COMMAND[+COMMAND...][,...]: WHICH is all, or the last "
      "two digits of an amount;\n"
      "TEMPLATE 71 (before the second GENERATE AC) or 72 (after it); COMMAND block-application, "
      "unblock-application,\n"
      "block-card, unblock-pin or put/TAG/VALUE, with wrong- in front for a code that isn't right. "
      "50=72:put/9F14/05\n"
      "The ledger is JSON lines; FILE.tombstones beside it names what was reversed before it "
      "came.\n";

static gboolean
parse_options (Options *options, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "port", 0, 0, G_OPTION_ARG_INT, &options->port,
      "Listen on this port of 127.0.0.1; 0 takes a free one", "N" },
    { "tls-dir", 0, 0, G_OPTION_ARG_FILENAME, &options->tls_dir,
      "Folder of certificates and keys, made when missing", "DIR" },
    { "ledger", 0, 0, G_OPTION_ARG_FILENAME, &options->ledger, "Keep the ledger in this file",
      "FILE" },
    { "fault", 0, 0, G_OPTION_ARG_STRING, &options->fault,
      "Go wrong on purpose: NAME=PROBABILITY[,...]", "SPEC" },
    { "seed", 0, 0, G_OPTION_ARG_INT, &options->seed, "Seed of the faults", "N" },
    { "profile", 0, 0, G_OPTION_ARG_FILENAME, &options->profile,
      "Speak this profile's dialect (sandbox)", "NAME" },
    { "demand", 0, 0, G_OPTION_ARG_STRING, &options->demand,
      "Ask of terminals, until it was done: parameters, aids, ca-keys or sign-in", "WHAT" },
    { "script", 0, 0, G_OPTION_ARG_STRING, &options->script,
      "Send scripts to chips: WHICH=TEMPLATE:COMMAND[,…]", "SPEC" },
    { "next-key", 0, 0, G_OPTION_ARG_NONE, &options->next_key,
      "The key of next.tr31 counts, and the one of terminal.tr31 no longer", NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->version, "Print the version and end", NULL },
    { NULL, 0, 0, 0, NULL, NULL, NULL },
  };
  AcquirerDemand demand;
  g_autoptr (GOptionContext) context
      = g_option_context_new ("- the sandbox acquirer; moves no money");

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_description (context, description);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (*argc > 1 || options->port < 0 || options->port > G_MAXUINT16
      || (options->demand != NULL && !acquirer_demand_from_name (options->demand, &demand)))
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                           "Wrong usage: see till-acquirer --help");
      return FALSE;
    }
  if (options->tls_dir == NULL)
    options->tls_dir = g_build_filename (g_get_user_data_dir (), "till-acquirer", NULL);
  if (options->profile == NULL)
    options->profile = g_strdup ("sandbox");
  return TRUE;
}

static int
complain (int code, const GError *error)
{
  fprintf (stderr, "till-acquirer: %s\n", error->message);
  return code;
}

/* Every thread made later inherits the mask, so the signals come to this descriptor alone. */
static int
stop_descriptor (void)
{
  sigset_t signals;

  sigemptyset (&signals);
  sigaddset (&signals, SIGTERM);
  sigaddset (&signals, SIGINT);
  sigprocmask (SIG_BLOCK, &signals, NULL);
  return signalfd (-1, &signals, SFD_CLOEXEC);
}

static int
serve (AcquirerProfile *profile,
       AcquirerHost *host,
       CryptoTlsServer *tls,
       const AcquirerFaults *faults,
       guint16 port)
{
  g_autoptr (AcquirerServer) server = acquirer_server_new (profile, host, tls, faults);
  g_autoptr (GError) error = NULL;
  int stop_fd = stop_descriptor ();

  port = acquirer_server_listen (server, port, &error);
  if (port == 0)
    return complain (EXIT_FAULT, error);
  printf ("listening on 127.0.0.1:%u\n", port);
  fflush (stdout);
  acquirer_server_run (server, stop_fd);
  close (stop_fd);
  return 0;
}

static int
run (const Options *options,
     AcquirerProfile *profile,
     const AcquirerFaults *faults,
     const AcquirerScripts *scripts)
{
  g_auto (AcquirerKeys) keys = { 0 };
  g_autoptr (CryptoTlsIdentity) identity = NULL;
  g_autoptr (CryptoTlsServer) tls = NULL;
  g_autoptr (AcquirerHost) host = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *sessions_path = g_build_filename (options->tls_dir, "sessions.ini", NULL);
  AcquirerSessions *sessions = NULL;
  AcquirerLedger *ledger;
  AcquirerCardKeys card_keys;
  AcquirerDemand demand;

  if (!acquirer_keys_load (&keys, options->tls_dir, &error)
      || !acquirer_issue_blocks (&keys, profile, options->tls_dir, &error))
    return complain (EXIT_FAULT, error);
  identity
      = crypto_tls_identity_new (base_secret_span (keys.ca_pem), base_secret_span (keys.server_pem),
                                 base_secret_span (keys.server_key), &error);
  if (identity == NULL || (ledger = acquirer_ledger_open (options->ledger, &error)) == NULL)
    return complain (EXIT_FAULT, error);
  card_keys = (AcquirerCardKeys){ base_secret_span (keys.envelope_pem),
                                  base_secret_span (keys.envelope_key),
                                  base_secret_span (keys.next_envelope_pem),
                                  base_secret_span (keys.next_envelope_key) };
  if (acquirer_profile_key_plan (profile) != NULL)
    sessions = acquirer_sessions_new (profile, options->next_key ? keys.next_key : keys.master_key,
                                      sessions_path);
  host = acquirer_host_new (profile, ledger, options->next_key ? keys.next_key : keys.mac_key,
                            sessions, &card_keys);
  acquirer_host_set_scripts (host, scripts);
  if (options->demand != NULL && acquirer_demand_from_name (options->demand, &demand))
    acquirer_host_set_demand (host, demand);
  if (options->ledger != NULL)
    {
      g_autofree char *path = g_strconcat (options->ledger, ".terminals", NULL);

      acquirer_host_keep_terminals (host, acquirer_terminals_new (path));
    }
  tls = crypto_tls_server_new (identity, acquirer_profile_tls12 (profile));
  return serve (profile, host, tls, faults, (guint16)options->port);
}

int
main (int argc, char **argv)
{
  g_auto (Options) options = { 0 };
  g_autoptr (AcquirerProfile) profile = NULL;
  g_autoptr (GError) error = NULL;
  AcquirerFaults faults = { 0 };
  AcquirerScripts scripts = { 0 };

  base_secret_harden_process ();
  if (!parse_options (&options, &argc, &argv, &error))
    return complain (EXIT_USAGE, error);
  if (options.version)
    {
      printf ("till-acquirer %s\n", TILL_VERSION);
      return 0;
    }
  profile = acquirer_profile_load (options.profile, &error);
  if (profile == NULL)
    return complain (EXIT_USAGE, error);
  faults.seed = (guint32)options.seed;
  faults.late_ms = acquirer_profile_answer_ms (profile) * 3 / 2;
  if (!acquirer_faults_parse (&faults, options.fault, &error)
      || !acquirer_script_parse (&scripts, options.script, &error))
    return complain (EXIT_USAGE, error);
  if (faults.framing > 0)
    {
      AcquirerProfile *varied
          = acquirer_framing_vary ((AcquirerFraming)(faults.framing - 1), profile);

      if (varied == NULL)
        {
          fprintf (stderr, "till-acquirer: the profile %s is written so already\n",
                   acquirer_profile_name (profile));
          return EXIT_USAGE;
        }
      acquirer_profile_unref (profile);
      profile = varied;
    }
  if (acquirer_profile_flow (profile, ACQUIRER_FLOW_SALE) == NULL)
    {
      fprintf (stderr, "till-acquirer: the profile %s has no flow \"sale\"\n",
               acquirer_profile_name (profile));
      return EXIT_USAGE;
    }
  return run (&options, profile, &faults, &scripts);
}
