/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "subject.h"

#include "base-data.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

#define ANSWER_MS 1500
#define CONNECT_MS 2000

static void
die_with_parent (gpointer data)
{
  (void)prctl (PR_SET_PDEATHSIG, SIGKILL);
}

void
subject_remove_tree (const char *path)
{
  g_autoptr (GDir) dir
      = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      subject_remove_tree (child);
    }
  g_remove (path);
}

/* The dialect's profile with deadlines that suit a test. */
static void
write_profile (Subject *self)
{
  g_autofree char *name
      = g_strdup_printf ("acquirers/%s.ini", self->dialect != NULL ? self->dialect : "sandbox");
  g_autofree char *path = base_data_find (name);
  g_autoptr (GKeyFile) profile = g_key_file_new ();

  g_assert_true (g_key_file_load_from_file (profile, path, G_KEY_FILE_NONE, NULL));
  g_key_file_set_integer (profile, "profile", "answer_ms",
                          self->answer_ms > 0 ? (gint)self->answer_ms : ANSWER_MS);
  g_key_file_set_integer (profile, "profile", "connect_ms",
                          self->connect_ms > 0 ? (gint)self->connect_ms : CONNECT_MS);
  g_assert_true (g_key_file_save_to_file (profile, self->profile, NULL));
}

void
subject_start_host (Subject *self, const char *fault)
{
  g_autofree char *program = base_data_find_program ("till-acquirer");
  g_autoptr (GSubprocessLauncher) launcher
      = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GDataInputStream) lines = NULL;
  g_autofree char *line = NULL;
  g_autofree char *seed = g_strdup_printf ("%u", self->seed > 0 ? self->seed : 1);
  GError *error = NULL;
  const char *argv[] = { program,
                         "--port",
                         self->port != NULL && self->shop_port == NULL ? self->port : "0",
                         "--tls-dir",
                         self->tls,
                         "--ledger",
                         self->ledger,
                         "--profile",
                         self->profile,
                         "--seed",
                         seed,
                         "--fault",
                         fault != NULL ? fault : "",
                         NULL };

  g_assert_nonnull (program);
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  self->host = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->host));
  line = g_data_input_stream_read_line (lines, NULL, NULL, NULL);
  g_assert_nonnull (line);
  g_free (self->port);
  self->port = g_strdup (strrchr (line, ':') + 1);
}

void
subject_stop_host (Subject *self, int signal)
{
  g_subprocess_send_signal (self->host, signal);
  g_subprocess_wait (self->host, NULL, NULL);
  g_clear_object (&self->host);
}

/* Spawns it with its messages, debugging ones and all, in the log. */
static GSubprocess *
spawn (Subject *self, const char *const *arguments, gboolean plain)
{
  g_autofree char *program = g_test_build_filename (G_TEST_BUILT, "scenes", "shop-subject", NULL);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GSubprocessLauncher) launcher
      = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  GError *error = NULL;
  GSubprocess *process;

  for (guint i = 0; !plain && self->wrapper != NULL && self->wrapper[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer)self->wrapper[i]);
  g_ptr_array_add (argv, program);
  for (guint i = 0; arguments[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer)arguments[i]);
  g_ptr_array_add (argv, NULL);
  g_subprocess_launcher_setenv (launcher, "G_MESSAGES_DEBUG", "all", TRUE);
  for (guint i = 0; !plain && self->environment != NULL && self->environment[i] != NULL; i += 2)
    g_subprocess_launcher_setenv (launcher, self->environment[i], self->environment[i + 1], TRUE);
  if (self->state_home != NULL)
    g_subprocess_launcher_setenv (launcher, "XDG_STATE_HOME", self->state_home, TRUE);
  g_subprocess_launcher_take_stderr_fd (
      launcher, g_open (self->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *)argv->pdata, &error);
  g_assert_no_error (error);
  return process;
}

static void
make_shop (Subject *self)
{
  const char *arguments[] = { "init",
                              self->shop,
                              self->passphrase,
                              self->tls,
                              self->shop_port != NULL ? self->shop_port : self->port,
                              self->profile,
                              NULL };
  g_autoptr (GSubprocess) process = spawn (self, arguments, TRUE);
  g_autofree char *printed = NULL;
  GError *error = NULL;

  g_subprocess_communicate_utf8 (process, NULL, NULL, &printed, NULL, &error);
  g_assert_no_error (error);
  if (!g_subprocess_get_successful (process))
    g_error ("The shop was not made: %s", printed);
}

void
subject_begin (Subject *self, const char *disk)
{
  self->noise = g_string_new (NULL);
  self->dir = g_dir_make_tmp ("till-subject-XXXXXX", NULL);
  g_assert_nonnull (self->dir);
  self->shop = g_build_filename (disk != NULL ? disk : self->dir, "shop", NULL);
  self->tls = g_build_filename (self->dir, "tls", NULL);
  self->ledger = g_build_filename (self->dir, "ledger.jsonl", NULL);
  self->profile = g_build_filename (self->dir, "fast.ini", NULL);
  self->passphrase = g_build_filename (self->dir, "passphrase", NULL);
  self->log = g_build_filename (self->dir, "log", NULL);
  g_assert_true (g_file_set_contents (self->passphrase, SUBJECT_PASSPHRASE, -1, NULL));
  write_profile (self);
  subject_start_host (self, NULL);
  make_shop (self);
}

void
subject_end (Subject *self)
{
  if (self->process != NULL)
    subject_close (self);
  if (self->host != NULL)
    subject_stop_host (self, SIGTERM);
  if (g_getenv (SUBJECT_KEEP) == NULL)
    subject_remove_tree (self->dir);
  g_free (self->dir);
  g_free (self->shop);
  g_free (self->tls);
  g_free (self->ledger);
  g_free (self->profile);
  g_free (self->passphrase);
  g_free (self->log);
  g_free (self->port);
  g_string_free (self->noise, TRUE);
}

/* Up to the line that ends an answer; NULL where the process ended before it. */
static char *
read_answer (Subject *self)
{
  g_autoptr (GString) answer = g_string_new (NULL);

  for (;;)
    {
      g_autofree char *line = g_data_input_stream_read_line (self->answers, NULL, NULL, NULL);

      if (line == NULL)
        return NULL;
      if (strcmp (line, "> .") == 0)
        return g_string_free (g_steal_pointer (&answer), FALSE);
      g_string_append (self->noise, line);
      if (!g_str_has_prefix (line, "> "))
        continue;
      if (answer->len > 0)
        g_string_append_c (answer, '\n');
      g_string_append (answer, line + 2);
    }
}

void
subject_start (Subject *self)
{
  const char *arguments[] = { "open", self->shop, self->passphrase,
                              self->devices != NULL ? self->devices : "bench", NULL };

  g_assert_null (self->process);
  self->process = spawn (self, arguments, FALSE);
  self->answers = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
}

char *
subject_open (Subject *self)
{
  subject_start (self);
  return read_answer (self);
}

gboolean
subject_tell (Subject *self, const char *command)
{
  g_autofree char *line = g_strconcat (command, "\n", NULL);
  GOutputStream *input = g_subprocess_get_stdin_pipe (self->process);

  return g_output_stream_write_all (input, line, strlen (line), NULL, NULL, NULL)
         && g_output_stream_flush (input, NULL, NULL);
}

char *
subject_hear (Subject *self)
{
  return read_answer (self);
}

char *
subject_ask (Subject *self, const char *command)
{
  return subject_tell (self, command) ? read_answer (self) : NULL;
}

static int
reap (Subject *self)
{
  int code;

  g_subprocess_wait (self->process, NULL, NULL);
  code = g_subprocess_get_if_exited (self->process) ? g_subprocess_get_exit_status (self->process)
                                                    : -1;
  self->signal = g_subprocess_get_if_signaled (self->process)
                     ? g_subprocess_get_term_sig (self->process)
                     : 0;
  g_clear_object (&self->answers);
  g_clear_object (&self->process);
  return code;
}

int
subject_close (Subject *self)
{
  g_output_stream_close (g_subprocess_get_stdin_pipe (self->process), NULL, NULL);
  return reap (self);
}

int
subject_kill (Subject *self)
{
  g_subprocess_force_exit (self->process);
  return reap (self);
}

guint
subject_ledger_count (Subject *self, const char *effect, const char *key)
{
  g_autofree char *wanted = g_strdup_printf ("\"effect\":\"%s\"", effect);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  guint count = 0;

  if (!g_file_get_contents (self->ledger, &text, NULL, NULL))
    return 0;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    count += strstr (lines[i], wanted) != NULL && (key == NULL || strstr (lines[i], key) != NULL);
  return count;
}

void
subject_expect (Subject *self, const char *command, const char *pattern)
{
  g_autofree char *answer = subject_ask (self, command);

  if (answer == NULL || !g_pattern_match_simple (pattern, answer))
    g_error ("“%s” was answered by “%s”", command, answer);
}

void
subject_must_open (Subject *self)
{
  g_autofree char *opened = subject_open (self);

  g_assert_cmpstr (opened, ==, "opened");
}
