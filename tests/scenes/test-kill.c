/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Nothing lost, nothing twice: kills the till at a chosen commit or send of a sale or a drain,
 * against an acquirer that drops, delays, repeats and breaks answers; then lets it start again,
 * drain, and compares its books with the acquirer's ledger.
 *
 *   1. every payment that the cashier was told of is in the books;
 *   2. approved means charged exactly once, or, by the chip, told exactly once; reversed, declined
 * or cancelled means charged never, or charged and reversed;
 *   3. every charge in the ledger belongs to a payment in the books;
 *   4. after the drain nothing is unknown or waiting;
 *   5. what became of a chip's scripts is told exactly once for each approved payment that had any,
 * and of no other one;
 *   6. a receipt of which a byte may be on paper comes again only as a marked reprint.
 *
 * The runs go round all events of a sale and of a drain, so that as many runs as there are events
 * kill at each of them once. TILL_KILL_RUNS says how many kills (default 8); TILL_KILL_SEED where
 * to begin; the first argument which shipped profile the two speak (default: sandbox).
 */
#include "base-data.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <string.h>

#define SALES "5"
#define FAULTS                                                                                     \
  "drop-request=0.06,late-request=0.06,drop-answer=0.1,late-answer=0.08,close=0.08,truncate=0.05," \
  "bad-mac=0.05,duplicate-answer=0.15,late-ms=250"
#define SCRIPTED "1004" /* the amount of the sale whose chip has results of scripts */
#define STRIDE 37       /* from run to run, so that a few runs, too, hit all over a sale */

typedef struct
{
  char *dir, *shop, *tls, *ledger, *profile, *subject, *shim, *host_program;
  GSubprocess *host;
  char *port, *note;
  const char *counts; /* file that takes the number of events; NULL: nobody counts */
  guint killed;
  GHashTable *hits; /* of all runs: where a kill hit → how often */
} Run;

/* How many events there are when nobody kills. */
typedef struct
{
  guint sell, drain;
} Spans;

/* ---- processes ---- */

static void
start_host (Run *run, const char *faults, guint seed)
{
  g_autoptr (GDataInputStream) lines = NULL;
  g_autofree char *seed_text = g_strdup_printf ("%u", seed);
  g_autofree char *line = NULL;
  GError *error = NULL;
  const char *argv[] = { run->host_program,
                         "--port",
                         run->port != NULL ? run->port : "0",
                         "--tls-dir",
                         run->tls,
                         "--ledger",
                         run->ledger,
                         "--profile",
                         run->profile,
                         "--seed",
                         seed_text,
                         faults != NULL ? "--fault" : NULL,
                         faults,
                         NULL };

  run->host = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (run->host));
  line = g_data_input_stream_read_line (lines, NULL, NULL, NULL);
  g_assert_nonnull (line);
  g_free (run->port);
  run->port = g_strdup (strrchr (line, ':') + 1);
}

static void
stop_host (Run *run)
{
  g_subprocess_send_signal (run->host, SIGTERM);
  g_subprocess_wait (run->host, NULL, NULL);
  g_clear_object (&run->host);
}

/* The histogram's next stroke. */
static void
note_hit (Run *run, const char *command)
{
  g_autofree char *where = NULL;
  char *name;

  run->killed++;
  if (run->hits == NULL || !g_file_get_contents (run->note, &where, NULL, NULL))
    return;
  name = g_strdup_printf ("%s: %s", command, g_strstrip (where));
  g_hash_table_replace (
      run->hits, name,
      GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (run->hits, name)) + 1));
}

/* What it printed; `kill_at` 0 lets it live. *out_status: its exit code, or -1 when it was killed.
 */
static char *
run_subject (Run *run, guint kill_at, int *out_status, const char *const *arguments)
{
  g_autoptr (GSubprocessLauncher) launcher
      = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char *at = g_strdup_printf ("%u", kill_at);
  char *printed = NULL;
  GError *error = NULL;

  g_ptr_array_add (argv, run->subject);
  for (guint i = 0; arguments[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer)arguments[i]);
  g_ptr_array_add (argv, NULL);
  if (kill_at > 0 || run->counts != NULL)
    {
      const char *before = g_getenv ("LD_PRELOAD");
      g_autofree char *preload = g_strdup_printf ("%s%s%s", before != NULL ? before : "",
                                                  before != NULL ? ":" : "", run->shim);

      g_subprocess_launcher_setenv (launcher, "LD_PRELOAD", preload, TRUE);
      g_subprocess_launcher_setenv (launcher, "TILL_KILL_AT", at, TRUE);
      g_subprocess_launcher_setenv (launcher, "TILL_KILL_NOTE", run->note, TRUE);
      if (run->counts != NULL)
        g_subprocess_launcher_setenv (launcher, "TILL_KILL_COUNT", run->counts, TRUE);
    }
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *)argv->pdata, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &printed, NULL, &error);
  g_assert_no_error (error);
  *out_status = g_subprocess_get_if_exited (process) ? g_subprocess_get_exit_status (process) : -1;
  if (*out_status == -1)
    note_hit (run, arguments[0]);
  return printed;
}

static void
must_run (Run *run, char **out_printed, const char *const *arguments)
{
  int status;
  g_autofree char *printed = run_subject (run, 0, &status, arguments);

  if (status != 0)
    g_error ("“%s” ended with %d", arguments[0], status);
  if (out_printed != NULL)
    *out_printed = g_steal_pointer (&printed);
}

/* ---- the ledger against the books ---- */

typedef struct
{
  guint charges, advices, reversals, notices;
} Account;

static Account *
account_of (GHashTable *accounts, const char *key)
{
  Account *account = g_hash_table_lookup (accounts, key);

  if (account == NULL)
    g_hash_table_insert (accounts, g_strdup (key), account = g_new0 (Account, 1));
  return account;
}

/* What a notice is about; in a dialect without UUIDs its own key is its own identity. */
static char *
key_of_notice (JsonObject *line)
{
  const char *key = json_object_get_string_member (line, "key");

  return g_uuid_string_is_valid (key)
             ? g_strdup (key)
             : g_strdup_printf ("%s/%06" G_GINT64_FORMAT "/%06" G_GINT64_FORMAT,
                                json_object_get_string_member (line, "terminal"),
                                json_object_get_int_member (line, "original_batch"),
                                json_object_get_int_member (line, "original_stan"));
}

static GHashTable *
read_ledger (Run *run)
{
  GHashTable *accounts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (run->ledger, &text, NULL, NULL))
    return accounts;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++)
    {
      g_autoptr (JsonNode) node = json_from_string (lines[i], NULL);
      g_autofree char *about = NULL;
      JsonObject *line;
      const char *effect;

      g_assert_nonnull (node);
      line = json_node_get_object (node);
      effect = json_object_get_string_member (line, "effect");
      if (g_str_equal (effect, "charge"))
        account_of (accounts, json_object_get_string_member (line, "key"))->charges++;
      else if (g_str_equal (effect, "advice"))
        account_of (accounts, json_object_get_string_member (line, "key"))->advices++;
      else if (g_str_equal (effect, "reversal"))
        account_of (accounts, json_object_get_string_member (line, "key"))->reversals++;
      else if (g_str_equal (effect, "notice"))
        account_of (accounts, about = key_of_notice (line))->notices++;
    }
  return accounts;
}

/* A stored sale's chip was asked no second time: it kept the reason why it was stored. */
static gboolean
owes_notice (char **words)
{
  return g_str_equal (words[3], "approved") && g_str_equal (words[4], SCRIPTED)
         && g_str_equal (words[5], "-");
}

static void
check_payment (GHashTable *accounts, GHashTable *known, char **words)
{
  Account none = { 0 };
  Account *account = g_hash_table_lookup (accounts, words[1]);
  const char *state = words[3];

  g_hash_table_insert (known, g_strdup (words[1]), g_strdup (state));
  if (account == NULL)
    account = &none;
  g_assert_cmpuint (account->advices, ==, g_str_equal (state, "chip-sent") ? 1 : 0);
  g_assert_cmpuint (account->notices, ==, owes_notice (words) ? 1 : 0);
  if (g_str_equal (words[2], "cash"))
    g_assert_cmpstr (state, ==, "approved");
  else if (g_str_equal (state, "chip-sent"))
    g_assert_cmpuint (account->charges + account->reversals, ==, 0);
  else if (g_str_equal (state, "approved"))
    {
      g_assert_cmpuint (account->charges, ==, 1);
      g_assert_cmpuint (account->reversals, ==, 0);
    }
  else
    {
      if (!g_str_equal (state, "reversed") && !g_str_equal (state, "declined")
          && !g_str_equal (state, "cancelled"))
        g_error ("Payment %s is still “%s” after the drain", words[1], state);
      g_assert_cmpuint (account->charges, <=, 1);
      g_assert_cmpuint (account->charges, ==, account->reversals);
    }
}

static void
check_told (GHashTable *known, const char *printed)
{
  g_auto (GStrv) lines = g_strsplit (printed, "\n", -1);

  for (guint i = 0; lines[i] != NULL && g_str_has_prefix (lines[i], "SOLD "); i++)
    {
      g_auto (GStrv) words = g_strsplit (lines[i], " ", 4);
      const char *kept = g_hash_table_lookup (known, words[1]);

      if (kept == NULL)
        g_error ("The cashier was told of %s, and the books don't have it", words[1]);
      if (g_str_equal (words[3], "approved") || g_str_equal (words[3], "stored"))
        g_assert_true (g_str_equal (kept, "approved") || g_str_equal (kept, "chip-sent"));
      if (g_str_equal (words[3], "reversed"))
        g_assert_cmpstr (kept, ==, "reversed");
    }
}

static void
compare (Run *run, const char *told)
{
  g_autoptr (GHashTable) accounts = read_ledger (run);
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autofree char *books = NULL;
  g_auto (GStrv) lines = NULL;
  GHashTableIter iter;
  gpointer key;

  must_run (run, &books, (const char *[]){ "books", run->shop, run->port, NULL });
  lines = g_strsplit (books, "\n", -1);
  for (guint i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++)
    {
      g_auto (GStrv) words = g_strsplit (lines[i], " ", 6);

      check_payment (accounts, known, words);
    }
  check_told (known, told);
  g_hash_table_iter_init (&iter, accounts);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (!g_hash_table_contains (known, key))
      g_error ("The ledger has %s, and the books don't", (char *)key);
}

/* ---- the receipts ---- */

static GHashTable *
read_jobs (Run *run)
{
  GHashTable *jobs
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_strfreev);
  g_autofree char *printed = NULL;
  g_auto (GStrv) lines = NULL;

  must_run (run, &printed, (const char *[]){ "jobs", run->shop, NULL });
  lines = g_strsplit (printed, "\n", -1);
  for (guint i = 0; lines[i] != NULL && g_str_has_prefix (lines[i], "JOB "); i++)
    {
      char **words = g_strsplit (lines[i], " ", 4);

      g_hash_table_insert (jobs, g_strdup (words[1]), words);
    }
  return jobs;
}

/* `before` is how a kill left the jobs: one found at the printer must have become a marked reprint
 * since, unless the next kill came before it was even looked at. */
static void
check_marks (GHashTable *before, GHashTable *after)
{
  GHashTableIter iter;
  gpointer sale, was;

  g_hash_table_iter_init (&iter, before);
  while (g_hash_table_iter_next (&iter, &sale, &was))
    {
      char **then = was, **now = g_hash_table_lookup (after, sale);
      guint64 copy = g_ascii_strtoull (then[2], NULL, 10);

      g_assert_nonnull (now);
      if (g_str_equal (then[3], "printing") && !g_str_equal (now[3], "printing"))
        copy++;
      g_assert_cmpuint (g_ascii_strtoull (now[2], NULL, 10), ==, copy);
    }
}

/* ---- one run ---- */

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_remove (path);
}

/* A shipped profile with deadlines that suit a test. */
static void
write_profile (Run *run)
{
  const char *dialect = g_getenv ("TILL_KILL_DIALECT");
  g_autofree char *name
      = g_strdup_printf ("acquirers/%s.ini", dialect != NULL ? dialect : "sandbox");
  g_autofree char *path = base_data_find (name);
  g_autoptr (GKeyFile) profile = g_key_file_new ();

  g_assert_true (g_key_file_load_from_file (profile, path, G_KEY_FILE_NONE, NULL));
  g_key_file_set_integer (profile, "profile", "answer_ms", 150);
  g_key_file_set_integer (profile, "profile", "connect_ms", 1000);
  run->profile = g_build_filename (run->dir, "fast.ini", NULL);
  g_assert_true (g_key_file_save_to_file (profile, run->profile, NULL));
}

static void
run_begin (Run *run)
{
  run->dir = g_dir_make_tmp ("till-kill-XXXXXX", NULL);
  run->shop = g_build_filename (run->dir, "shop", NULL);
  run->tls = g_build_filename (run->dir, "tls", NULL);
  run->ledger = g_build_filename (run->dir, "ledger.jsonl", NULL);
  run->note = g_build_filename (run->dir, "note", NULL);
  run->subject = g_test_build_filename (G_TEST_BUILT, "scenes", "kill-subject", NULL);
  run->shim = g_test_build_filename (G_TEST_BUILT, "scenes", "libkill-shim.so", NULL);
  run->host_program = base_data_find_program ("till-acquirer");
  g_assert_nonnull (run->host_program);
  write_profile (run);
  start_host (run, NULL, 0);
  must_run (run, NULL,
            (const char *[]){ "init", run->shop, run->tls, run->port, run->profile, NULL });
  stop_host (run);
}

static void
run_end (Run *run)
{
  remove_tree (run->dir);
  g_free (run->dir);
  g_free (run->shop);
  g_free (run->tls);
  g_free (run->ledger);
  g_free (run->profile);
  g_free (run->subject);
  g_free (run->shim);
  g_free (run->host_program);
  g_free (run->port);
  g_free (run->note);
}

/* Which event of `span` a run kills at. */
static guint
choose (guint seed, guint span)
{
  return 1 + (guint)((guint64)seed * STRIDE % span);
}

static char *
sell (Run *run, guint kill_at)
{
  int status;

  return run_subject (run, kill_at, &status,
                      (const char *[]){ "sell", run->shop, run->port, SALES, NULL });
}

static void
drain (Run *run, guint kill_at)
{
  int status;
  g_autofree char *printed = run_subject (run, kill_at, &status,
                                          (const char *[]){ "drain", run->shop, run->port, NULL });
}

/* Sells with the acquirer away first, so that there is something to be killed in the draining of.
 */
static void
one_kill (guint seed, const Spans *spans, GHashTable *hits, guint *killed)
{
  Run run = { .hits = hits };
  g_autofree char *told_offline = NULL, *told = NULL, *all = NULL;
  g_autoptr (GHashTable) sold = NULL, drained = NULL, restarted = NULL;

  run_begin (&run);
  told_offline = sell (&run, 0);
  start_host (&run, FAULTS, seed);
  told = sell (&run, choose (seed, spans->sell));
  sold = read_jobs (&run);
  drain (&run, choose (seed, spans->drain));
  drained = read_jobs (&run);
  check_marks (sold, drained);
  stop_host (&run);
  start_host (&run, NULL, 0);
  g_usleep (300000); /* late requests of the host before have come or died with it */
  must_run (&run, NULL, (const char *[]){ "drain", run.shop, run.port, NULL });
  restarted = read_jobs (&run);
  check_marks (drained, restarted);
  all = g_strconcat (told_offline, told, NULL);
  compare (&run, all);
  stop_host (&run);
  *killed += run.killed;
  run_end (&run);
}

static guint
read_count (Run *run)
{
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (run->counts, &text, NULL, NULL));
  return (guint)g_ascii_strtoull (text, NULL, 10);
}

/* The same as a run, with nobody killed and a host that does as it should. */
static void
count_events (Spans *out_spans)
{
  Run run = { 0 };
  g_autofree char *counts = NULL, *told_offline = NULL, *told = NULL;

  run_begin (&run);
  told_offline = sell (&run, 0);
  start_host (&run, NULL, 0);
  run.counts = counts = g_build_filename (run.dir, "count", NULL);
  told = sell (&run, 0);
  out_spans->sell = read_count (&run);
  drain (&run, 0);
  out_spans->drain = read_count (&run);
  run.counts = NULL;
  stop_host (&run);
  run_end (&run);
  g_assert_cmpuint (out_spans->sell, >, 20);
  g_assert_cmpuint (out_spans->drain, >=, 4);
}

static guint
setting (const char *name, guint otherwise)
{
  const char *text = g_getenv (name);

  return text != NULL ? (guint)g_ascii_strtoull (text, NULL, 10) : otherwise;
}

static void
show_hits (GHashTable *hits)
{
  g_autoptr (GList) names = g_list_sort (g_hash_table_get_keys (hits), (GCompareFunc)g_strcmp0);

  for (GList *name = names; name != NULL; name = name->next)
    g_test_message ("%s: %u", (char *)name->data,
                    GPOINTER_TO_UINT (g_hash_table_lookup (hits, name->data)));
}

static void
test_kills (void)
{
  guint runs = setting ("TILL_KILL_RUNS", 8), first = setting ("TILL_KILL_SEED", 1), killed = 0;
  g_autoptr (GHashTable) hits = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Spans spans;

  count_events (&spans);
  g_test_message ("%u events of a sale, %u of a drain", spans.sell, spans.drain);
  for (guint i = 0; i < runs; i++)
    {
      g_test_message ("seed %u", first + i);
      one_kill (first + i, &spans, hits, &killed);
    }
  show_hits (hits);
  g_test_message ("%u runs, %u kills", runs, killed);
  g_assert_cmpuint (killed, >=, runs);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (argc > 1)
    g_setenv ("TILL_KILL_DIALECT", argv[1], TRUE);
  g_test_add_func ("/scene/kill/nothing-lost-nothing-twice", test_kills);
  return g_test_run ();
}
