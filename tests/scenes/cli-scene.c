/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-scene.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define LISTENING "listening on 127.0.0.1:"
#define TTY_WAIT_MS 20000
#define GOODS "code,name,price,tax\n111,Apple,1.50,13%\n222,Pear,2.25,9%\n"

static char *
program (const char *name)
{
  return g_test_build_filename (G_TEST_BUILT, "..", "src", name, NULL);
}

/* A test that fails leaves no host behind. */
static void
die_with_parent (gpointer data)
{
  (void)prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static void
read_port (CliScene *self, int output)
{
  g_autoptr (GString) line = g_string_new (NULL);
  char c;

  while (read (output, &c, 1) == 1 && c != '\n')
    g_string_append_c (line, c);
  g_assert_true (g_str_has_prefix (line->str, LISTENING));
  self->port = (guint16)g_ascii_strtoull (line->str + strlen (LISTENING), NULL, 10);
}

static void
start_acquirer (CliScene *self)
{
  g_autofree char *path = program ("training/till-acquirer");
  g_autofree char *port = g_strdup_printf ("%u", self->port);
  g_autofree char *faults
      = g_strconcat ("--fault=", self->faults != NULL ? self->faults : "", NULL);
  char *argv[] = { path,
                   (char *)"--port",
                   port,
                   self->next_key ? (char *)"--next-key" : faults,
                   (char *)"--tls-dir",
                   self->tls,
                   (char *)"--ledger",
                   self->ledger,
                   (char *)"--profile",
                   (char *)self->profile,
                   (char *)(self->demand != NULL ? "--demand" : NULL),
                   (char *)self->demand,
                   NULL };
  g_autoptr (GError) error = NULL;
  int output;

  g_spawn_async_with_pipes (NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, die_with_parent, NULL,
                            &self->acquirer, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  read_port (self, output);
  close (output);
}

static void
stop_acquirer (CliScene *self)
{
  int status;

  g_assert_cmpint (kill (self->acquirer, SIGTERM), ==, 0);
  g_assert_cmpint (waitpid (self->acquirer, &status, 0), ==, self->acquirer);
  g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
  self->acquirer = 0;
}

void
cli_scene_set_line (CliScene *self, gboolean up)
{
  if (up && self->acquirer == 0)
    start_acquirer (self);
  if (!up && self->acquirer != 0)
    stop_acquirer (self);
}

char *
cli_scene_file (CliScene *self, const char *name, const char *text)
{
  char *path = g_build_filename (self->dir, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return path;
}

void
cli_scene_open_empty (CliScene *self)
{
  *self = (CliScene){ .dir = g_dir_make_tmp ("till-cli-XXXXXX", NULL) };
  g_assert_nonnull (self->dir);
  self->data = g_build_filename (self->dir, "shop", NULL);
  self->tls = g_build_filename (self->dir, "tls", NULL);
  self->ledger = g_build_filename (self->dir, "ledger.jsonl", NULL);
  self->pass = cli_scene_file (self, "pass", "correct horse\n");
}

void
cli_scene_open (CliScene *self)
{
  cli_scene_open_for (self, "sandbox");
}

void
cli_scene_open_for (CliScene *self, const char *profile)
{
  g_autofree char *goods = NULL;
  g_autofree char *words = NULL;
  g_autofree char *import = NULL;

  cli_scene_open_empty (self);
  self->profile = profile;
  start_acquirer (self);
  words = g_strdup_printf (
      "init --shop Corner --currency CNY --profile %s --acquirer 127.0.0.1:%u --tls-dir %s",
      self->profile, self->port, self->tls);
  cli_scene_run (self, words);
  g_assert_cmpint (self->exit_code, ==, 0);
  goods = cli_scene_file (self, "goods.csv", GOODS);
  import = g_strdup_printf ("catalogue import %s", goods);
  cli_scene_run (self, import);
  g_assert_cmpint (self->exit_code, ==, 0);
}

static void
remove_dir (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      g_unlink (file);
    }
  g_rmdir (path);
}

static void
forget_run (CliScene *self)
{
  g_clear_pointer (&self->out, g_free);
  g_clear_pointer (&self->err, g_free);
  g_clear_pointer (&self->json, json_node_unref);
}

void
cli_scene_clear (CliScene *self)
{
  cli_scene_set_line (self, FALSE);
  forget_run (self);
  remove_dir (self->tls);
  remove_dir (self->data);
  remove_dir (self->dir);
  g_free (self->dir);
  g_free (self->data);
  g_free (self->pass);
  g_free (self->tls);
  g_free (self->ledger);
}

static void
add_words (GPtrArray *argv, const char *words)
{
  g_auto (GStrv) split = g_strsplit (words, " ", 0);

  for (guint i = 0; split[i] != NULL; i++)
    if (split[i][0] != '\0')
      g_ptr_array_add (argv, g_strdup (split[i]));
}

static GPtrArray *
argv_new (const char *name)
{
  GPtrArray *argv = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (argv, program (name));
  return argv;
}

/* No terminal to ask for a passphrase on. */
static void
leave_terminal (gpointer data)
{
  (void)setsid ();
}

/* Standard input is empty. `setup` is not for the bench: its devices are terminals, and a leader of
 * a session would get one as its own. */
static void
run (CliScene *self, GPtrArray *argv, GSpawnChildSetupFunc setup)
{
  g_autoptr (GError) error = NULL;
  int status;

  forget_run (self);
  g_ptr_array_add (argv, NULL);
  g_spawn_sync (NULL, (char **)argv->pdata, NULL, G_SPAWN_DEFAULT, setup, NULL, &self->out,
                &self->err, &status, &error);
  g_assert_no_error (error);
  if (!WIFEXITED (status))
    g_test_message ("%s", self->err);
  g_assert_true (WIFEXITED (status));
  self->exit_code = WEXITSTATUS (status);
  g_test_message ("exit %d: %s", self->exit_code, self->err);
}

static void
add_shop (CliScene *self, GPtrArray *argv)
{
  g_ptr_array_add (argv, g_strdup_printf ("--data-dir=%s", self->data));
  g_ptr_array_add (argv, g_strdup_printf ("--passphrase-file=%s", self->pass));
}

static void
read_json (CliScene *self)
{
  g_autoptr (GError) error = NULL;

  self->json = json_from_string (self->out, &error);
  if (error != NULL)
    g_test_message ("%s", self->out);
  g_assert_no_error (error);
  g_assert_nonnull (self->json);
}

void
cli_scene_run (CliScene *self, const char *words)
{
  g_autoptr (GPtrArray) argv = argv_new ("cli/till-cli");

  add_shop (self, argv);
  add_words (argv, words);
  run (self, argv, leave_terminal);
}

void
cli_scene_run_json (CliScene *self, const char *words)
{
  g_autofree char *all = g_strconcat (words, " --json", NULL);

  cli_scene_run (self, all);
  read_json (self);
}

/* Until it has been said; FALSE: the program has ended. */
static gboolean
listen_for (int terminal, GString *seen, gsize from, const char *wanted)
{
  struct pollfd poll_fd = { .fd = terminal, .events = POLLIN };
  char bytes[512];

  while (wanted == NULL || strstr (seen->str + from, wanted) == NULL)
    {
      ssize_t size;

      g_assert_cmpint (poll (&poll_fd, 1, TTY_WAIT_MS), ==, 1);
      size = read (terminal, bytes, sizeof bytes);
      if (size <= 0)
        return FALSE;
      g_string_append_len (seen, bytes, size);
    }
  return TRUE;
}

void
cli_scene_run_tty (CliScene *self, const char *words, const char *const *dialogue)
{
  g_autoptr (GPtrArray) argv = argv_new ("cli/till-cli");
  g_autoptr (GString) seen = g_string_new (NULL);
  int terminal, status;
  gsize from = 0;
  pid_t pid;

  add_shop (self, argv);
  add_words (argv, words);
  g_ptr_array_add (argv, NULL);
  forget_run (self);
  pid = forkpty (&terminal, NULL, NULL, NULL);
  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    {
      execv (argv->pdata[0], (char **)argv->pdata);
      _exit (127);
    }
  for (; dialogue[0] != NULL && listen_for (terminal, seen, from, dialogue[0]); dialogue += 2)
    {
      from = seen->len;
      g_assert_cmpint (write (terminal, dialogue[1], strlen (dialogue[1])), ==,
                       strlen (dialogue[1]));
    }
  (void)listen_for (terminal, seen, 0, NULL);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  close (terminal);
  self->exit_code = WIFEXITED (status) ? WEXITSTATUS (status) : 128 + WTERMSIG (status);
  self->out = g_string_free (g_steal_pointer (&seen), FALSE);
  self->err = g_strdup ("");
  g_test_message ("exit %d: %s", self->exit_code, self->out);
  g_assert_null (dialogue[0]);
}

void
cli_scene_run_bare (CliScene *self, const char *words)
{
  g_autoptr (GPtrArray) argv = argv_new ("cli/till-cli");

  add_words (argv, words);
  run (self, argv, leave_terminal);
}

void
cli_scene_must (CliScene *self, const char *words, int exit_code, const char *said)
{
  cli_scene_run (self, words);
  g_test_message ("%s: %d %s%s", words, self->exit_code, self->out, self->err);
  g_assert_cmpint (self->exit_code, ==, exit_code);
  g_assert_true (said == NULL || strstr (self->out, said) != NULL
                 || strstr (self->err, said) != NULL);
}

void
cli_scene_run_on (CliScene *self, const char *bench, const char *words)
{
  g_autoptr (GPtrArray) argv = argv_new ("training/till-usb-bench");

  add_words (argv, bench);
  add_words (argv, "--");
  g_ptr_array_add (argv, program ("cli/till-cli"));
  add_shop (self, argv);
  add_words (argv, "--json");
  add_words (argv, words);
  run (self, argv, NULL);
  read_json (self);
}

JsonNode *
cli_scene_at (CliScene *self, const char *path)
{
  g_auto (GStrv) steps = g_strsplit (path, ".", 0);
  JsonNode *node = self->json;

  for (guint i = 0; steps[i] != NULL && node != NULL; i++)
    if (JSON_NODE_HOLDS_OBJECT (node))
      node = json_object_get_member (json_node_get_object (node), steps[i]);
    else if (JSON_NODE_HOLDS_ARRAY (node))
      {
        JsonArray *array = json_node_get_array (node);
        guint index = (guint)g_ascii_strtoull (steps[i], NULL, 10);

        node = index < json_array_get_length (array) ? json_array_get_element (array, index) : NULL;
      }
    else
      node = NULL;
  return node;
}

const char *
cli_scene_text (CliScene *self, const char *path)
{
  JsonNode *node = cli_scene_at (self, path);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
}

gint64
cli_scene_number (CliScene *self, const char *path)
{
  JsonNode *node = cli_scene_at (self, path);

  g_assert_nonnull (node);
  return json_node_get_int (node);
}

guint
cli_scene_ledger (CliScene *self, const char *effect, gint64 *out_minor)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  guint count = 0;

  *out_minor = 0;
  if (!g_file_get_contents (self->ledger, &text, NULL, NULL))
    return 0;
  lines = g_strsplit (text, "\n", 0);
  for (guint i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++)
    {
      g_autoptr (JsonNode) line = json_from_string (lines[i], NULL);
      JsonObject *object = json_node_get_object (line);

      if (g_strcmp0 (json_object_get_string_member (object, "effect"), effect) != 0)
        continue;
      count++;
      *out_minor += json_object_get_int_member (object, "amount_minor");
    }
  return count;
}
