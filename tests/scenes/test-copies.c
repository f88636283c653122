/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A till whose copy follows into a second folder is killed at one event after another of its sales;
 * another till takes the copy in with the dead one's passphrase, twice, and sends; then the dead
 * one comes back with its disk and sends, too. The acquirer's ledger is the judge: no payment is
 * charged twice, and what the cashier was told is paid is charged once or waits where somebody sees
 * it.
 *
 * TILL_COPIES_RUNS says how many kills (default 6), TILL_COPIES_SEED where to begin.
 */
#include "subject.h"

#include "base-data.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <string.h>

#define STRIDE 37
#define FAULTS                                                                                     \
  "drop-request=0.1,late-request=0.1,drop-answer=0.15,close=0.1,duplicate-answer=0.2,late-ms=200"

typedef struct
{
  Subject subject;
  char *second, *stick, *count;
  GHashTable *told; /* uuid → state, as the cashier was told */
  char *out, *err;
  int exit_code;
} Scene;

static void
command (Scene *scene, const char *shop, const char *words)
{
  g_autofree char *program = base_data_find_program ("till-cli");
  g_autofree char *line = g_strdup_printf ("%s --json --data-dir %s --passphrase-file %s %s",
                                           program, shop, scene->subject.passphrase, words);
  g_auto (GStrv) argv = g_strsplit (line, " ", 0);
  g_autoptr (GError) error = NULL;
  int status;

  g_clear_pointer (&scene->out, g_free);
  g_clear_pointer (&scene->err, g_free);
  g_spawn_sync (NULL, argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &scene->out, &scene->err, &status,
                &error);
  g_assert_no_error (error);
  g_assert_true (g_spawn_check_wait_status (status, &error)
                 || g_error_matches (error, G_SPAWN_EXIT_ERROR, error->code));
  scene->exit_code = error != NULL ? error->code : 0;
  g_test_message ("%s: exit %d, %s", words, scene->exit_code, scene->err);
}

static void
must (Scene *scene, const char *shop, const char *words)
{
  command (scene, shop, words);
  if (scene->exit_code != 0)
    g_error ("“%s” ended with %d: %s", words, scene->exit_code, scene->err);
}

static gint64
member (Scene *scene, const char *name)
{
  g_autoptr (JsonNode) node = json_from_string (scene->out, NULL);

  return json_object_get_int_member (json_node_get_object (node), name);
}

static void
begin (Scene *scene, guint seed)
{
  g_autofree char *words = NULL;

  *scene = (Scene){ .subject = { .answer_ms = 300, .connect_ms = 1000, .seed = seed } };
  scene->told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  subject_begin (&scene->subject, NULL);
  scene->second = g_build_filename (scene->subject.dir, "second", NULL);
  scene->stick = g_build_filename (scene->subject.dir, "stick", NULL);
  scene->count = g_build_filename (scene->subject.dir, "count", NULL);
  g_assert_cmpint (g_mkdir (scene->stick, 0700), ==, 0);
  words = g_strdup_printf ("backup follow %s", scene->stick);
  must (scene, scene->subject.shop, words);
}

static void
end (Scene *scene)
{
  subject_end (&scene->subject);
  g_hash_table_unref (scene->told);
  g_free (scene->second);
  g_free (scene->stick);
  g_free (scene->count);
  g_free (scene->out);
  g_free (scene->err);
}

/* ---- the till that dies ---- */

/* FALSE: it is dead. */
static gboolean
ask (Scene *scene, const char *words)
{
  g_autofree char *answer
      = scene->subject.process != NULL ? subject_ask (&scene->subject, words) : NULL;
  g_auto (GStrv) said = answer != NULL ? g_strsplit (answer, " ", 5) : NULL;

  if (answer == NULL)
    return FALSE;
  if (g_strcmp0 (said[0], "sold") == 0)
    g_hash_table_replace (scene->told, g_strdup (said[1]), g_strdup (said[3]));
  return TRUE;
}

/* Some sales without a line, then some over a bad one, and a drain. */
static void
sell (Scene *scene)
{
  g_autofree char *opened = subject_open (&scene->subject);
  gboolean lives = opened != NULL;

  lives = lives && ask (scene, "card 1100") && ask (scene, "cash 300") && ask (scene, "card 1200");
  subject_start_host (&scene->subject, FAULTS);
  lives = lives && ask (scene, "card 1300") && ask (scene, "drain") && ask (scene, "card 1400")
          && ask (scene, "card 1500") && ask (scene, "drain");
  (void)subject_close (&scene->subject);
  subject_stop_host (&scene->subject, SIGTERM);
}

/* `kill_at` 0: it lives, and the events are counted. */
static void
live (Scene *scene, guint kill_at)
{
  g_autofree char *shim = g_test_build_filename (G_TEST_BUILT, "scenes", "libkill-shim.so", NULL);
  const char *before = g_getenv ("LD_PRELOAD");
  g_autofree char *preload
      = g_strdup_printf ("%s%s%s", before != NULL ? before : "", before != NULL ? ":" : "", shim);
  g_autofree char *at = g_strdup_printf ("%u", kill_at);
  const char *environment[]
      = { "LD_PRELOAD", preload, "TILL_KILL_AT", at, "TILL_KILL_COUNT", scene->count, NULL };

  subject_stop_host (&scene->subject, SIGTERM);
  scene->subject.environment = environment;
  sell (scene);
  scene->subject.environment = NULL;
}

/* ---- the other till, and the dead one's return ---- */

static void
take_in (Scene *scene)
{
  g_autofree char *init = NULL, *words = NULL;

  subject_start_host (&scene->subject, NULL);
  g_usleep (250000); /* late requests of the host before have come or died with it */
  init = g_strdup_printf ("init --shop Second --currency CNY --profile %s --acquirer 127.0.0.1:%s "
                          "--tls-dir %s --terminal NEW00001",
                          scene->subject.profile, scene->subject.port, scene->subject.tls);
  must (scene, scene->second, init);
  words = g_strdup_printf ("queue import %s --their-passphrase-file %s", scene->stick,
                           scene->subject.passphrase);
  must (scene, scene->second, words);
  must (scene, scene->second, words);
  g_assert_cmpint (member (scene, "taken"), ==, 0);
  command (scene, scene->second, "queue send");
  g_assert_cmpint (scene->exit_code, <=, 1);
}

/* As the old till itself comes back: whether the host lets it in is not this scene's matter. */
static void
come_back (Scene *scene)
{
  command (scene, scene->subject.shop, "queue send");
  g_assert_cmpint (scene->exit_code, <=, 1);
  command (scene, scene->second, "queue send");
  g_assert_cmpint (scene->exit_code, <=, 1);
  command (scene, scene->subject.shop, "journal verify"); /* whole, but maybe turned away */
  g_assert_true (scene->exit_code == 0
                 || strstr (scene->out, "\"quarantine\" : \"handed-over\"") != NULL);
  must (scene, scene->second, "journal verify");
  must (scene, scene->second, "queue verify");
}

/* ---- the judge ---- */

typedef struct
{
  guint charges, reversals;
} Account;

static GHashTable *
read_ledger (Scene *scene)
{
  GHashTable *accounts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (scene->subject.ledger, &text, NULL, NULL))
    return accounts;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++)
    {
      g_autoptr (JsonNode) node = json_from_string (lines[i], NULL);
      JsonObject *line = json_node_get_object (node);
      const char *effect = json_object_get_string_member (line, "effect"),
                 *key = json_object_get_string_member (line, "key");
      Account *account = g_hash_table_lookup (accounts, key);

      if (account == NULL)
        g_hash_table_insert (accounts, g_strdup (key), account = g_new0 (Account, 1));
      account->charges += g_str_equal (effect, "charge");
      account->reversals += g_str_equal (effect, "reversal");
    }
  return accounts;
}

/* Payments that wait, or are set aside, where anybody sees them. */
static void
read_waiting (Scene *scene, const char *shop, GHashTable *waiting)
{
  g_autoptr (JsonNode) node = NULL;
  JsonArray *records;

  must (scene, shop, "queue list");
  node = json_from_string (scene->out, NULL);
  records = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (records); i++)
    g_hash_table_add (waiting, g_strdup (json_object_get_string_member (
                                   json_array_get_object_element (records, i), "payment")));
}

static void
judge (Scene *scene)
{
  g_autoptr (GHashTable) accounts = read_ledger (scene);
  g_autoptr (GHashTable) waiting = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer key, value;

  read_waiting (scene, scene->subject.shop, waiting);
  read_waiting (scene, scene->second, waiting);
  g_hash_table_iter_init (&iter, accounts);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const Account *account = value;

      if (account->charges > 1 || account->reversals > account->charges)
        g_error ("%s was charged %u times and reversed %u times", (char *)key, account->charges,
                 account->reversals);
    }
  g_hash_table_iter_init (&iter, scene->told);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const Account *account = g_hash_table_lookup (accounts, key);
      gboolean paid = account != NULL && account->charges > account->reversals;

      if ((g_str_equal (value, "stored") || g_str_equal (value, "approved")) && !paid
          && !g_hash_table_contains (waiting, key))
        {
          g_autofree char *cash = g_strdup_printf ("sold %s cash", (char *)key);

          if (strstr (scene->subject.noise->str, cash) == NULL)
            g_error ("%s was %s, and is lost", (char *)key, (char *)value);
        }
    }
}

static guint
count_events (void)
{
  Scene scene;
  g_autofree char *text = NULL;

  begin (&scene, 1);
  live (&scene, 0);
  g_assert_true (g_file_get_contents (scene.count, &text, NULL, NULL));
  take_in (&scene);
  come_back (&scene);
  judge (&scene);
  end (&scene);
  return (guint)g_ascii_strtoull (text, NULL, 10);
}

static guint
setting (const char *name, guint otherwise)
{
  const char *text = g_getenv (name);

  return text != NULL ? (guint)g_ascii_strtoull (text, NULL, 10) : otherwise;
}

static void
test_kills (void)
{
  guint runs = setting ("TILL_COPIES_RUNS", 6), first = setting ("TILL_COPIES_SEED", 1);
  guint events = count_events (), killed = 0;

  g_test_message ("%u events", events);
  g_assert_cmpuint (events, >, 50);
  for (guint i = first; i < first + runs; i++)
    {
      guint kill_at = 1 + (guint)((guint64)i * STRIDE % events);
      Scene scene;

      g_test_message ("seed %u, killed at %u", i, kill_at);
      begin (&scene, i);
      live (&scene, kill_at);
      killed += scene.subject.signal == SIGKILL;
      take_in (&scene);
      come_back (&scene);
      judge (&scene);
      end (&scene);
    }
  g_test_message ("%u runs, %u kills", runs, killed);
  g_assert_cmpuint (killed, >, runs / 2);
}

/* The second till settles for the dead one, too: no charge is left unsettled, what it took in is
 * counted, and what the dead till had sold before is told by record. */
static void
assert_settled (Scene *scene)
{
  g_autoptr (JsonNode) node = NULL;
  JsonObject *taken, *till, *host;
  JsonArray *list;

  must (scene, scene->second, "acquirer settle");
  node = json_from_string (scene->out, NULL);
  list = json_object_get_array_member (json_node_get_object (node), "taken_in");
  g_assert_cmpuint (json_array_get_length (list), ==, 1);
  taken = json_array_get_object_element (list, 0);
  till = json_object_get_object_member (taken, "till");
  host = json_object_get_object_member (taken, "acquirer");
  g_assert_cmpstr (json_object_get_string_member (taken, "state"), ==, "settled");
  g_assert_cmpint (json_object_get_int_member (till, "debit_count"), ==, 3);
  g_assert_cmpint (json_object_get_int_member (till, "debit_minor"), ==, 3600);
  g_assert_cmpint (json_object_get_int_member (host, "debit_count"), ==, 5);
  g_assert_cmpint (json_object_get_int_member (host, "debit_minor"), ==, 5000);
  g_assert_cmpint (json_object_get_int_member (taken, "differences_total"), ==, 2);
  g_assert_cmpuint (subject_ledger_count (&scene->subject, "settle", NULL), ==, 2);
  must (scene, scene->second, "acquirer settle"); /* once */
  g_assert_cmpuint (subject_ledger_count (&scene->subject, "settle", NULL), ==, 3);
  must (scene, scene->second, "journal verify");
  must (scene, scene->second, "queue verify");
}

/* With the recovery key; one by one: what is in the copy, what the command says, what a stranger
 * gets. */
static void
test_take_in (void)
{
  Scene scene;
  g_autofree char *init = NULL, *words = NULL, *paper = NULL, *key = NULL;
  g_autoptr (JsonNode) node = NULL;

  begin (&scene, 1);
  {
    g_autofree char *opened = subject_open (&scene.subject);

    g_assert_cmpstr (opened, ==, "opened");
    for (guint i = 0; i < 2; i++)
      g_assert_true (ask (&scene, "card 700")); /* approved: in no copy of what is owed */
  }
  g_assert_cmpint (subject_close (&scene.subject), ==, 0);
  subject_stop_host (&scene.subject, SIGTERM);
  must (&scene, scene.subject.shop, "recovery-key new");
  node = json_from_string (scene.out, NULL);
  key = g_strdup (json_object_get_string_member (json_node_get_object (node), "recovery_key"));
  paper = g_build_filename (scene.subject.dir, "paper", NULL);
  g_assert_true (g_file_set_contents (paper, key, -1, NULL));
  {
    g_autofree char *opened = subject_open (&scene.subject);

    g_assert_cmpstr (opened, ==, "opened");
    for (guint i = 0; i < 3; i++)
      g_assert_true (ask (&scene, "card 1200"));
    command (&scene, scene.subject.shop, "backup follow show"); /* beside it */
    g_assert_cmpint (scene.exit_code, <=, 1);
  }
  g_assert_cmpint (subject_close (&scene.subject), ==, 0);
  must (&scene, scene.subject.shop, "backup follow show");
  g_assert_cmpint (member (&scene, "records"), ==, 3);
  g_assert_cmpint (member (&scene, "behind"), ==, 0);

  subject_start_host (&scene.subject, NULL);
  init = g_strdup_printf ("init --shop Second --currency CNY --profile %s --acquirer 127.0.0.1:%s "
                          "--tls-dir %s --terminal NEW00001",
                          scene.subject.profile, scene.subject.port, scene.subject.tls);
  must (&scene, scene.second, init);
  words = g_strdup_printf ("queue import %s --recovery-file %s", scene.stick, paper);
  must (&scene, scene.second, words);
  g_assert_cmpint (member (&scene, "taken"), ==, 3);
  g_assert_cmpint (member (&scene, "amount_minor"), ==, 3600);
  must (&scene, scene.second, "queue send");
  g_assert_cmpuint (subject_ledger_count (&scene.subject, "charge", NULL), ==, 5);
  assert_settled (&scene);
  command (&scene, scene.subject.shop, words); /* its own */
  g_assert_cmpint (scene.exit_code, ==, 1);

  key[0] = key[0] == '7' ? '8' : '7';
  g_assert_true (g_file_set_contents (paper, key, -1, NULL));
  command (&scene, scene.second, words);
  g_assert_cmpint (scene.exit_code, ==, 2);
  must (&scene, scene.subject.shop, "backup follow off");
  must (&scene, scene.subject.shop, "backup follow show");
  command (&scene, scene.subject.shop, "backup follow /nowhere/at/all");
  g_assert_cmpint (scene.exit_code, ==, 2);
  end (&scene);
}

/* Withdrawn with the copy there, and with the stick away: who is told “cancelled” without a warning
 * is charged by nobody, whatever then becomes of this till. */
static void
test_withdrawn (void)
{
  for (guint away = 0; away <= 1; away++)
    {
      Scene scene;
      g_autofree char *pocket = NULL;

      begin (&scene, 1);
      pocket = g_build_filename (scene.subject.dir, "pocket", NULL);
      subject_stop_host (&scene.subject, SIGTERM);
      {
        g_autofree char *opened = subject_open (&scene.subject);

        g_assert_cmpstr (opened, ==, "opened");
        g_assert_true (ask (&scene, "card 1200"));
      }
      g_assert_cmpint (subject_close (&scene.subject), ==, 0);
      if (away)
        g_assert_cmpint (g_rename (scene.stick, pocket), ==, 0);
      must (&scene, scene.subject.shop, "void 1");
      g_assert_cmpint (strstr (scene.out, "\"state\" : \"cancelled\"") != NULL, ==, TRUE);
      g_assert_cmpint (strstr (scene.out, "\"note\" : \"withdrawn-here\"") != NULL, ==, away);
      g_assert_cmpint (strstr (scene.err, "doesn't know it yet") != NULL, ==, away);
      if (away)
        g_assert_cmpint (g_rename (pocket, scene.stick), ==, 0);
      take_in (&scene);
      g_assert_cmpuint (subject_ledger_count (&scene.subject, "charge", NULL), ==, away);
      end (&scene);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scene/copies/take-in", test_take_in);
  g_test_add_func ("/scene/copies/withdrawn", test_withdrawn);
  g_test_add_func ("/scene/copies/kills", test_kills);
  return g_test_run ();
}
