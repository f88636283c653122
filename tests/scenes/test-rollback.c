/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An older copy of a shop's data folder is put back: on the same machine, whose mark knows better,
 * and on another one. Nothing is sent before somebody decides; what had been sent before is not
 * charged again; no message identity comes a second time. The acquirer's ledger is the judge.
 */
#include "subject.h"

#include "base-data.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>

#define WAIT_MS 10000
#define KILLS_MAX 60

static const char *const shop_files[] = { "till.db", "till.db-wal", "key.ini" };

typedef struct
{
  Subject subject;
  char *copy, *state, *elsewhere; /* folders: a copy of the shop's, the marks', another machine's */
  char *marks, *kept_marks;       /* within the marks' folder, and a copy of them */
  const char *environment[3];
  int exit_code;
  char *out, *err;
} Scene;

static void
copy_files (const char *from, const char *to)
{
  g_mkdir (to, 0700);
  for (gsize i = 0; i < G_N_ELEMENTS (shop_files); i++)
    {
      g_autofree char *source = g_build_filename (from, shop_files[i], NULL);
      g_autofree char *target = g_build_filename (to, shop_files[i], NULL);
      g_autofree char *bytes = NULL;
      gsize size;

      g_remove (target);
      if (g_file_get_contents (source, &bytes, &size, NULL))
        g_assert_true (g_file_set_contents (target, bytes, (gssize)size, NULL));
    }
}

static void
put_back (Scene *scene)
{
  g_autofree char *shm = g_build_filename (scene->subject.shop, "till.db-shm", NULL);

  g_remove (shm);
  copy_files (scene->copy, scene->subject.shop);
}

static void
close_shop (Scene *scene)
{
  g_assert_cmpint (subject_close (&scene->subject), ==, 0);
}

/* till-cli on the folder, which must be closed. */
static void
command (Scene *scene, const char *words)
{
  g_autofree char *program = base_data_find_program ("till-cli");
  g_autofree char *line
      = g_strdup_printf ("%s --json --data-dir %s --passphrase-file %s %s", program,
                         scene->subject.shop, scene->subject.passphrase, words);
  g_auto (GStrv) argv = g_strsplit (line, " ", 0);
  g_auto (GStrv) environment = g_get_environ ();
  g_autoptr (GError) error = NULL;
  int status;

  if (scene->subject.environment != NULL)
    environment
        = g_environ_setenv (environment, scene->environment[0], scene->environment[1], TRUE);
  g_clear_pointer (&scene->out, g_free);
  g_clear_pointer (&scene->err, g_free);
  g_spawn_sync (NULL, argv, environment, G_SPAWN_DEFAULT, NULL, NULL, &scene->out, &scene->err,
                &status, &error);
  g_assert_no_error (error);
  g_assert_true (g_spawn_check_wait_status (status, &error)
                 || g_error_matches (error, G_SPAWN_EXIT_ERROR, error->code));
  scene->exit_code = error != NULL ? error->code : 0;
  g_test_message ("%s: exit %d, %s", words, scene->exit_code, scene->err);
}

static void
begin (Scene *scene)
{
  *scene = (Scene){ 0 };
  scene->state = g_dir_make_tmp ("till-state-XXXXXX", NULL);
  g_setenv ("XDG_STATE_HOME", scene->state, TRUE);
  subject_begin (&scene->subject, NULL);
  scene->copy = g_build_filename (scene->subject.dir, "copy", NULL);
  scene->elsewhere = g_build_filename (scene->subject.dir, "elsewhere", NULL);
  scene->marks = g_build_filename (scene->state, "till", NULL);
  scene->kept_marks = g_build_filename (scene->subject.dir, "marks", NULL);
}

static void
end (Scene *scene)
{
  subject_end (&scene->subject);
  subject_remove_tree (scene->state);
  g_free (scene->copy);
  g_free (scene->state);
  g_free (scene->elsewhere);
  g_free (scene->marks);
  g_free (scene->kept_marks);
  g_free (scene->out);
  g_free (scene->err);
}

static void
copy_tree (const char *from, const char *to)
{
  g_autofree char *words = g_strdup_printf ("cp -r %s %s", from, to);

  subject_remove_tree (to);
  g_assert_true (g_spawn_command_line_sync (words, NULL, NULL, NULL, NULL));
}

/* The whole disk: the shop with the marks that say how far it had come. */
static void
copy_disk (Scene *scene)
{
  copy_files (scene->subject.shop, scene->copy);
  copy_tree (scene->marks, scene->kept_marks);
}

static void
put_back_disk (Scene *scene)
{
  put_back (scene);
  copy_tree (scene->kept_marks, scene->marks);
}

/* From here on everything runs on another machine, which has no mark of this shop. */
static void
move_elsewhere (Scene *scene, gboolean there)
{
  scene->environment[0] = "XDG_STATE_HOME";
  scene->environment[1] = scene->elsewhere;
  scene->subject.environment = there ? scene->environment : NULL;
}

static void
store (Scene *scene, guint count)
{
  for (guint i = 0; i < count; i++)
    subject_expect (&scene->subject, "card 1200", "sold * card stored *");
}

/* Every payment and every identity has at most one charge, and there are so many in all. */
static void
assert_charges (Scene *scene, guint count)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  guint charges = 0;

  g_assert_true (g_file_get_contents (scene->subject.ledger, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", 0);
  for (guint i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++)
    {
      g_autoptr (JsonNode) node = json_from_string (lines[i], NULL);
      JsonObject *line = json_node_get_object (node);

      g_assert_cmpstr (json_object_get_string_member (line, "effect"), ==, "charge");
      g_assert_true (
          g_hash_table_add (seen, g_strdup (json_object_get_string_member (line, "key"))));
      g_assert_true (
          g_hash_table_add (seen, g_strdup_printf ("%s/%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT,
                                                   json_object_get_string_member (line, "terminal"),
                                                   json_object_get_int_member (line, "batch"),
                                                   json_object_get_int_member (line, "stan"))));
      charges++;
    }
  g_assert_cmpuint (charges, ==, count);
}

static void
test_older_copy (void)
{
  Scene scene;

  begin (&scene);
  subject_stop_host (&scene.subject, SIGTERM);
  subject_must_open (&scene.subject);
  store (&scene, 3);
  close_shop (&scene);
  copy_files (scene.subject.shop, scene.copy);
  command (&scene, "init --shop Anew --currency CNY");
  g_assert_cmpint (scene.exit_code, ==, 1);
  g_assert_nonnull (strstr (scene.err, "3 records of it still wait"));
  g_assert_nonnull (strstr (scene.err, "queue send"));
  subject_start_host (&scene.subject, NULL);
  subject_must_open (&scene.subject);
  subject_expect (&scene.subject, "drain", "empty");
  subject_expect (&scene.subject, "card 1500", "sold * card approved -");
  close_shop (&scene);
  assert_charges (&scene, 4);

  put_back (&scene);
  subject_must_open (&scene.subject);
  subject_expect (&scene.subject, "drain", "held");
  subject_expect (&scene.subject, "cash 700", "sold * cash approved -");
  subject_expect (&scene.subject, "card 1300", "sold * card stored quarantined");
  close_shop (&scene);
  assert_charges (&scene, 4);
  command (&scene, "queue stats");
  g_assert_nonnull (strstr (scene.out, "\"quarantine\" : \"rollback\""));
  command (&scene, "queue send");
  g_assert_cmpint (scene.exit_code, ==, 1);
  g_assert_nonnull (strstr (scene.err, "queue release"));
  command (&scene, "queue verify");
  g_assert_cmpint (scene.exit_code, ==, 1);
  command (&scene, "journal verify");
  g_assert_cmpint (scene.exit_code, ==, 1);
  assert_charges (&scene, 4);

  command (&scene, "queue release");
  g_assert_cmpint (scene.exit_code, ==, 0);
  command (&scene, "queue release");
  g_assert_cmpint (scene.exit_code, ==, 1);
  command (&scene, "queue send");
  g_assert_cmpint (scene.exit_code, ==, 0);
  command (&scene, "journal verify");
  g_assert_cmpint (scene.exit_code, ==, 0);
  subject_must_open (&scene.subject);
  subject_expect (&scene.subject, "card 1500", "sold * card approved -");
  close_shop (&scene);
  assert_charges (&scene, 6);
  end (&scene);
}

/* Both copies live, one of them on another machine, and both send. */
static void
test_two_machines (void)
{
  Scene scene;

  begin (&scene);
  subject_stop_host (&scene.subject, SIGTERM);
  subject_must_open (&scene.subject);
  store (&scene, 3);
  close_shop (&scene);
  copy_files (scene.subject.shop, scene.copy);
  subject_start_host (&scene.subject, NULL);

  move_elsewhere (&scene, TRUE);
  command (&scene, "queue send");
  g_assert_cmpint (scene.exit_code, ==, 1);
  command (&scene, "queue release");
  command (&scene, "queue send");
  g_assert_cmpint (scene.exit_code, ==, 0);
  subject_must_open (&scene.subject);
  subject_expect (&scene.subject, "card 1500", "sold * card approved -");
  close_shop (&scene);
  assert_charges (&scene, 4);

  move_elsewhere (&scene, FALSE);
  put_back (&scene);
  subject_must_open (&scene.subject);
  subject_expect (&scene.subject, "drain",
                  "held"); /* at first contact the host says that it was handed over */
  subject_expect (&scene.subject, "card 1500", "sold * card declined handed-over");
  close_shop (&scene);
  assert_charges (&scene, 4);
  command (&scene, "queue stats");
  g_assert_nonnull (strstr (scene.out, "\"quarantine\" : \"handed-over\""));
  command (&scene, "queue release");
  g_assert_cmpint (scene.exit_code, ==, 2);
  command (&scene, "queue release --leave bank"); /* the other one is given up */
  g_assert_cmpint (scene.exit_code, ==, 0);
  subject_must_open (&scene.subject);
  subject_expect (&scene.subject, "card 1500", "sold * card approved -");
  close_shop (&scene);
  assert_charges (&scene, 5);
  end (&scene);
}

/* A whole disk is put back, with the mark on it: only the host can tell, and it does before the
 * first record leaves. Restarted in between, it still knows. */
static void
test_whole_disk (void)
{
  Scene scene;

  begin (&scene);
  subject_stop_host (&scene.subject, SIGTERM);
  subject_must_open (&scene.subject);
  store (&scene, 3);
  close_shop (&scene);
  copy_disk (&scene);
  subject_start_host (&scene.subject, NULL);
  subject_must_open (&scene.subject);
  subject_expect (&scene.subject, "drain", "empty");
  subject_expect (&scene.subject, "card 1500", "sold * card approved -");
  close_shop (&scene);
  subject_must_open (&scene.subject); /* the next morning: the host is told what there was */
  subject_expect (&scene.subject, "card 1600", "sold * card approved -");
  close_shop (&scene);
  assert_charges (&scene, 5);
  subject_stop_host (&scene.subject, SIGTERM);
  subject_start_host (&scene.subject, NULL);

  put_back_disk (&scene);
  subject_must_open (&scene.subject);
  subject_expect (&scene.subject, "drain", "held");
  close_shop (&scene);
  assert_charges (&scene, 5);
  command (&scene, "queue stats");
  g_assert_nonnull (strstr (scene.out, "\"quarantine\" : \"rollback\""));
  command (&scene, "queue release");
  g_assert_cmpint (scene.exit_code, ==, 0);
  command (&scene, "queue send");
  g_assert_cmpint (scene.exit_code, ==, 0);
  assert_charges (&scene, 5); /* they were known, each of them */
  subject_must_open (&scene.subject);
  subject_expect (&scene.subject, "card 1700", "sold * card approved -");
  close_shop (&scene);
  assert_charges (&scene, 6);
  end (&scene);
}

static gint64
count_sending (Scene *scene)
{
  g_autofree char *path = g_build_filename (scene->subject.shop, "till.db", NULL);
  sqlite3_stmt *query = NULL;
  sqlite3 *db = NULL;
  gint64 count = 0;

  g_assert_cmpint (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READWRITE, NULL), ==, SQLITE_OK);
  if (sqlite3_prepare_v2 (db, "SELECT count (*) FROM record WHERE class = 'online'", -1, &query,
                          NULL)
          == SQLITE_OK
      && sqlite3_step (query) == SQLITE_ROW)
    count = sqlite3_column_int64 (query, 0);
  sqlite3_finalize (query);
  sqlite3_close (db);
  return count;
}

/* A sale through and through, and a second one whose request is with the host, which keeps still:
 * record 2. The disk is copied at that moment. */
static void
copy_while_sending (Scene *scene)
{
  subject_must_open (&scene->subject);
  subject_expect (&scene->subject, "card 1100", "sold * card approved -");
  g_subprocess_send_signal (scene->subject.host, SIGSTOP);
  g_assert_true (subject_tell (&scene->subject, "card 1200"));
  for (guint waited = 0; count_sending (scene) < 2 && waited < WAIT_MS; waited += 10)
    g_usleep (10000);
  g_assert_cmpint (count_sending (scene), ==, 2);
  copy_disk (scene);
}

/* The copy was made while a card was with the host; the sale went through after it. Reversing what
 * the copy thinks is under way would take the shop's money back. */
static void
test_copied_while_sending (void)
{
  Scene scene;
  g_autofree char *sold = NULL;

  begin (&scene);
  copy_while_sending (&scene);
  g_subprocess_send_signal (scene.subject.host, SIGCONT);
  sold = subject_hear (&scene.subject);
  g_assert_true (g_pattern_match_simple ("sold * card approved -", sold));
  close_shop (&scene);

  put_back (&scene);
  subject_must_open (&scene.subject);
  subject_expect (&scene.subject, "queue", "record 2 online attention outcome-missing");
  subject_expect (&scene.subject, "drain", "held");
  close_shop (&scene);
  command (&scene, "queue release");
  g_assert_cmpint (scene.exit_code, ==, 0);
  subject_must_open (&scene.subject);
  subject_expect (&scene.subject, "drain", "empty");
  subject_expect (&scene.subject, "queue", "record 2 online attention outcome-missing");
  subject_expect (&scene.subject, "verify", "records 2 0\njournal whole");
  close_shop (&scene);
  command (&scene, "queue resolve 2 --charged");
  g_assert_cmpint (scene.exit_code, ==, 0);
  command (&scene, "queue resolve 2 --charged");
  g_assert_cmpint (scene.exit_code, ==, 1);
  assert_charges (&scene, 2);
  end (&scene);
}

static gint64
member (Scene *scene, const char *object, const char *name)
{
  g_autoptr (JsonNode) node = json_from_string (scene->out, NULL);
  JsonObject *self = json_node_get_object (node);

  if (object != NULL)
    self = json_object_get_object_member (self, object);
  return json_object_get_int_member (self, name);
}

/* The same with a whole disk, whose marks don't tell: its start owes the sale's reversal, and the
 * first contact tells that there were newer books, in which the sale was approved. The next
 * morning's start has told the host. */
static void
finish_in_the_lost_copy (Scene *scene)
{
  g_autofree char *sold = NULL;

  copy_while_sending (scene);
  g_subprocess_send_signal (scene->subject.host, SIGCONT);
  sold = subject_hear (&scene->subject);
  g_assert_true (g_pattern_match_simple ("sold * card approved -", sold));
  close_shop (scene);
  subject_must_open (&scene->subject);
  subject_expect (&scene->subject, "card 1600", "sold * card approved -");
  close_shop (scene);
  assert_charges (scene, 3);
}

/* Its reversal is set aside, and neither release nor drain sends it. */
static void
assert_held (Scene *scene)
{
  subject_must_open (&scene->subject);
  subject_expect (&scene->subject, "drain", "held");
  subject_expect (&scene->subject, "queue", "record 3 reversal attention outcome-missing");
  subject_expect (&scene->subject, "verify", "records 3 0\njournal whole");
  close_shop (scene);
  assert_charges (scene, 3);
}

static void
assert_not_released (Scene *scene)
{
  command (scene, "queue release");
  g_assert_cmpint (scene->exit_code, ==, 0);
  g_assert_nonnull (strstr (scene->out, "\"found\" : \"approved\""));
  subject_must_open (&scene->subject);
  subject_expect (&scene->subject, "drain", "empty");
  subject_expect (&scene->subject, "queue", "record 3 reversal attention outcome-missing");
  close_shop (scene);
  assert_charges (scene, 3);
}

static void
test_whole_disk_while_sending (void)
{
  Scene scene;

  begin (&scene);
  finish_in_the_lost_copy (&scene);
  subject_stop_host (&scene.subject, SIGTERM);
  put_back_disk (&scene);
  subject_must_open (&scene.subject);
  subject_expect (&scene.subject, "drain",
                  "stuck"); /* nobody to ask yet: it is owed, as after any stop */
  subject_expect (&scene.subject, "queue", "record 3 reversal waiting *");
  g_assert_cmpint (subject_kill (&scene.subject), ==, -1);
  subject_start_host (&scene.subject, NULL);
  assert_held (&scene);
  assert_not_released (&scene);
  command (&scene, "queue resolve 3 --charged");
  g_assert_cmpint (scene.exit_code, ==, 0);
  command (&scene, "journal verify");
  g_assert_cmpint (scene.exit_code, ==, 0);
  subject_must_open (&scene.subject);
  subject_expect (&scene.subject, "books", "*payment * card approved 1200*");
  subject_expect (&scene.subject, "drain", "empty");
  close_shop (&scene);
  assert_charges (&scene, 3);
  end (&scene);
}

/* The manager knows that its goods stayed; and what was reversed meanwhile is closed by comparing.
 */
static void
test_whole_disk_reversed (void)
{
  Scene scene;

  begin (&scene);
  finish_in_the_lost_copy (&scene);
  put_back_disk (&scene);
  assert_held (&scene);
  copy_disk (&scene);
  assert_not_released (&scene);
  command (&scene, "queue resolve 3 --reverse");
  g_assert_cmpint (scene.exit_code, ==, 0);
  command (&scene, "queue send");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_cmpuint (subject_ledger_count (&scene.subject, "reversal", NULL), ==, 1);

  put_back_disk (&scene); /* again, and to before that */
  command (&scene, "queue compare");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_cmpint (member (&scene, NULL, "reversed"), ==, 1);
  subject_must_open (&scene.subject);
  subject_expect (&scene.subject, "books", "*payment * card reversed 1200*");
  close_shop (&scene);
  g_assert_cmpuint (subject_ledger_count (&scene.subject, "reversal", NULL), ==, 1);
  g_assert_cmpuint (subject_ledger_count (&scene.subject, "charge", NULL), ==, 3);
  end (&scene);
}

/* Killed at each write to the disk and to the line, from the start to where it is held. */
static void
test_whole_disk_killed (void)
{
  g_autofree char *shim = g_test_build_filename (G_TEST_BUILT, "scenes", "libkill-shim.so", NULL);
  const char *before = g_getenv ("LD_PRELOAD");
  g_autofree char *preload
      = g_strconcat (before != NULL ? before : "", before != NULL ? ":" : "", shim, NULL);
  Scene scene;
  gboolean killed = TRUE;

  begin (&scene);
  finish_in_the_lost_copy (&scene);
  for (guint at = 1; killed; at++)
    {
      g_autofree char *number = g_strdup_printf ("%u", at), *opened = NULL, *answer = NULL;
      const char *environment[] = { "LD_PRELOAD", preload, "TILL_KILL_AT", number, NULL };

      put_back_disk (&scene);
      scene.subject.environment = environment;
      opened = subject_open (&scene.subject);
      answer = opened != NULL ? subject_ask (&scene.subject, "drain") : NULL;
      killed = answer == NULL;
      (void)subject_kill (&scene.subject);
      scene.subject.environment = NULL;
      assert_held (&scene);
      g_assert_cmpuint (at, <, KILLS_MAX);
    }
  end (&scene);
}

/* A backup is made, its records are sent, and the PC dies; the backup is restored on another one,
 * by the recovery key, and its records are sent from there again. */
static void
test_restored_backup (void)
{
  Scene scene;
  g_autofree char *file = NULL, *words = NULL;

  begin (&scene);
  file = g_build_filename (scene.subject.dir, "books.tillbackup", NULL);
  subject_stop_host (&scene.subject, SIGTERM);
  subject_must_open (&scene.subject);
  store (&scene, 3);
  words = g_strdup_printf ("backup create %s", file); /* beside the till that works */
  command (&scene, words);
  g_assert_cmpint (scene.exit_code, ==, 0);
  command (&scene, words);
  g_assert_cmpint (scene.exit_code, ==, 1);
  store (&scene, 1);
  close_shop (&scene);
  subject_start_host (&scene.subject, NULL);
  command (&scene, "queue send");
  g_assert_cmpint (scene.exit_code, ==, 0);
  assert_charges (&scene, 4);

  g_clear_pointer (&words, g_free);
  words = g_strdup_printf ("backup restore %s", file);
  command (&scene, words); /* there is a shop */
  g_assert_cmpint (scene.exit_code, ==, 1);
  subject_remove_tree (scene.subject.shop);
  move_elsewhere (&scene, TRUE);
  command (&scene, words);
  g_assert_cmpint (scene.exit_code, ==, 0);
  command (&scene, "queue send");
  g_assert_cmpint (scene.exit_code, ==, 1);
  assert_charges (&scene, 4);
  command (&scene, "queue release");
  command (&scene, "queue send");
  g_assert_cmpint (scene.exit_code, ==, 0);
  assert_charges (&scene, 4);
  command (&scene, "queue verify");
  g_assert_cmpint (scene.exit_code, ==, 0);
  subject_must_open (&scene.subject);
  subject_expect (&scene.subject, "card 1500", "sold * card approved -");
  close_shop (&scene);
  assert_charges (&scene, 5);
  end (&scene);
}

/* Says `words` to till-cli, and kills it so many milliseconds later, wherever it is. */
static void
kill_command (Scene *scene, const char *words, guint after_ms)
{
  g_autofree char *program = base_data_find_program ("till-cli");
  g_autofree char *line
      = g_strdup_printf ("%s --json --data-dir %s --passphrase-file %s %s", program,
                         scene->subject.shop, scene->subject.passphrase, words);
  g_auto (GStrv) argv = g_strsplit (line, " ", 0);
  g_autoptr (GSubprocess) process = g_subprocess_newv (
      (const char *const *)argv,
      G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL);

  g_assert_nonnull (process);
  g_usleep (after_ms * 1000);
  g_subprocess_force_exit (process);
  g_assert_true (g_subprocess_wait (process, NULL, NULL));
}

/* An older copy, whose records the lost one had sent, sells on, and is compared with the host's
 * books: those are closed without being sent, the others wait. Without the host nothing is
 * released; killed wherever, it is compared again. */
static void
test_compared (void)
{
  Scene scene;

  begin (&scene);
  subject_stop_host (&scene.subject, SIGTERM);
  subject_must_open (&scene.subject);
  store (&scene, 40);
  close_shop (&scene);
  copy_files (scene.subject.shop, scene.copy);
  subject_start_host (&scene.subject, NULL);
  command (&scene, "queue send");
  g_assert_cmpint (scene.exit_code, ==, 0);
  assert_charges (&scene, 40);
  command (&scene, "queue compare"); /* nothing is held back */
  g_assert_cmpint (scene.exit_code, ==, 1);

  put_back (&scene);
  subject_must_open (&scene.subject);
  subject_expect (&scene.subject, "card 1300", "sold * card stored quarantined");
  subject_expect (&scene.subject, "card 1400", "sold * card stored quarantined");
  close_shop (&scene);
  subject_stop_host (&scene.subject, SIGTERM);
  command (&scene, "queue compare");
  g_assert_cmpint (scene.exit_code, ==, 1);
  command (&scene, "queue release");
  g_assert_cmpint (scene.exit_code, ==, 1);
  command (&scene, "queue stats");
  g_assert_nonnull (strstr (scene.out, "\"quarantine\" : \"rollback\""));
  g_assert_cmpint (member (&scene, NULL, "waiting"), ==, 42);

  subject_start_host (&scene.subject, NULL);
  for (guint after_ms = 40; after_ms <= 280; after_ms += 40)
    kill_command (&scene, "queue compare", after_ms);
  command (&scene, "queue compare");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_cmpint (member (&scene, NULL, "left"), ==, 2);
  assert_charges (&scene, 40);
  command (&scene, "queue stats");
  g_assert_nonnull (strstr (scene.out, "\"quarantine\" : \"rollback\""));
  g_assert_cmpint (member (&scene, NULL, "waiting"), ==, 2);
  command (&scene, "queue release");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_cmpint (member (&scene, "compared", "left"), ==, 2);
  g_assert_cmpint (member (&scene, NULL, "waiting"), ==, 2);
  command (&scene, "queue send");
  g_assert_cmpint (scene.exit_code, ==, 0);
  assert_charges (&scene, 42);
  command (&scene, "queue verify");
  g_assert_cmpint (scene.exit_code, ==, 0);
  command (&scene, "journal verify");
  g_assert_cmpint (scene.exit_code, ==, 0);
  end (&scene);
}

/* As above, and nobody at the acquirer answers: whoever is sure releases them unasked. */
static void
test_unasked (void)
{
  Scene scene;

  begin (&scene);
  subject_stop_host (&scene.subject, SIGTERM);
  subject_must_open (&scene.subject);
  store (&scene, 2);
  close_shop (&scene);
  move_elsewhere (&scene, TRUE);
  command (&scene, "queue release");
  g_assert_cmpint (scene.exit_code, ==, 1);
  command (&scene, "queue release --unasked");
  g_assert_cmpint (scene.exit_code, ==, 0);
  subject_start_host (&scene.subject, NULL);
  command (&scene, "queue send");
  g_assert_cmpint (scene.exit_code, ==, 0);
  assert_charges (&scene, 2);
  end (&scene);
}

/* Another till of the same acquirer, with a folder of its own, takes in what waited in the first
 * one's; taken in twice, and sent by both, each sale is charged once. */
static void
test_hand_over (void)
{
  Scene scene;
  g_autofree char *file = NULL, *words = NULL, *paper = NULL, *first = NULL;
  g_autoptr (JsonNode) shown = NULL;
  const char *recovery;

  begin (&scene);
  file = g_build_filename (scene.subject.dir, "queue.till", NULL);
  paper = g_build_filename (scene.subject.dir, "paper", NULL);
  first = g_strdup (scene.subject.shop);
  subject_remove_tree (first); /* made anew by till-cli, which shows the recovery key */
  words = g_strdup_printf ("init --shop First --currency CNY --profile %s --acquirer 127.0.0.1:%s "
                           "--tls-dir %s --terminal OLD00001",
                           scene.subject.profile, scene.subject.port, scene.subject.tls);
  command (&scene, words);
  g_assert_cmpint (scene.exit_code, ==, 0);
  shown = json_from_string (scene.out, NULL);
  recovery = json_object_get_string_member (json_node_get_object (shown), "recovery_key");
  g_assert_true (g_file_set_contents (paper, recovery, -1, NULL));
  subject_stop_host (&scene.subject, SIGTERM);
  subject_must_open (&scene.subject);
  store (&scene, 3);
  close_shop (&scene);
  g_free (words);
  words = g_strdup_printf ("queue export %s", file);
  command (&scene, words);
  g_assert_cmpint (scene.exit_code, ==, 0);

  g_free (scene.subject.shop);
  scene.subject.shop = g_build_filename (scene.subject.dir, "second", NULL);
  subject_start_host (&scene.subject, NULL);
  g_clear_pointer (&words, g_free);
  words = g_strdup_printf ("init --shop Second --currency CNY --profile %s --acquirer 127.0.0.1:%s "
                           "--tls-dir %s --terminal NEW00001",
                           scene.subject.profile, scene.subject.port, scene.subject.tls);
  command (&scene, words);
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_clear_pointer (&words, g_free);
  words = g_strdup_printf ("queue import %s --recovery-file %s", file, paper);
  command (&scene, words);
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_nonnull (strstr (scene.out, "\"taken\" : 3"));
  command (&scene, words);
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_nonnull (strstr (scene.out, "\"taken\" : 0"));
  command (&scene, "queue send");
  g_assert_cmpint (scene.exit_code, ==, 0);
  assert_charges (&scene, 3);
  command (&scene, words); /* also after they were sent */
  command (&scene, "queue send");
  assert_charges (&scene, 3);

  g_free (scene.subject.shop);
  scene.subject.shop = g_steal_pointer (&first);
  command (&scene, words); /* its own */
  g_assert_cmpint (scene.exit_code, ==, 1);
  command (&scene, "queue send"); /* the old till was not dead after all, and is turned away */
  g_assert_cmpint (scene.exit_code, ==, 1);
  assert_charges (&scene, 3);
  command (&scene, "queue stats");
  g_assert_nonnull (strstr (scene.out, "\"quarantine\" : \"handed-over\""));
  g_assert_nonnull (strstr (scene.out, "\"waiting\" : 3"));
  end (&scene);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scene/rollback/older-copy", test_older_copy);
  g_test_add_func ("/scene/rollback/compared", test_compared);
  g_test_add_func ("/scene/rollback/unasked", test_unasked);
  g_test_add_func ("/scene/rollback/two-machines", test_two_machines);
  g_test_add_func ("/scene/rollback/whole-disk", test_whole_disk);
  g_test_add_func ("/scene/rollback/copied-while-sending", test_copied_while_sending);
  g_test_add_func ("/scene/rollback/whole-disk-while-sending", test_whole_disk_while_sending);
  g_test_add_func ("/scene/rollback/whole-disk-reversed", test_whole_disk_reversed);
  g_test_add_func ("/scene/rollback/whole-disk-killed", test_whole_disk_killed);
  g_test_add_func ("/scene/rollback/restored-backup", test_restored_backup);
  g_test_add_func ("/scene/rollback/hand-over", test_hand_over);
  return g_test_run ();
}
