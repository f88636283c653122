/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Chaos for as long as one likes: one world after another, each in a process of its own, a few at a
 * time, from a seed on. Ends with what was done, how many worlds passed and how many failed; a
 * world that fails is printed with its trace and with the command that runs it again.
 *
 *   chaos-run [--minutes N] [--seed S] [--lives N] [--jobs N]
 *   chaos-run --one --seed S [--lives N]      that world alone, here, with its trace
 */
#include "chaos-world.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#define LIVES 12
#define LIVES_MAX 500
#define JOBS 8 /* most of a life is waiting for a deadline */
#define JOBS_MAX 64
#define SECONDS_A_MINUTE 60
#define SIGNALLED 128

typedef struct
{
  int minutes, seed, lives, jobs;
  gboolean one;
} Options;

typedef struct
{
  const Options *options;
  gint64 until_us;
  GMutex mutex; /* of all that follows, and of what is printed */
  guint32 next;
  ChaosTally tally;
  guint passed, failed;
} Run;

static gboolean
parse (Options *options, int *argc, char ***argv)
{
  const GOptionEntry entries[] = {
    { "minutes", 0, 0, G_OPTION_ARG_INT, &options->minutes, "How long to go on", "N" },
    { "seed", 0, 0, G_OPTION_ARG_INT, &options->seed, "The first world's seed", "S" },
    { "lives", 0, 0, G_OPTION_ARG_INT, &options->lives, "Lives of a till in each world", "N" },
    { "jobs", 0, 0, G_OPTION_ARG_INT, &options->jobs, "Worlds at a time", "N" },
    { "one", 0, 0, G_OPTION_ARG_NONE, &options->one, "Only the world of the seed", NULL },
    { NULL, 0, 0, 0, NULL, NULL, NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("- kills tills, and counts the money");
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (g_option_context_parse (context, argc, argv, &error) && *argc == 1 && options->minutes >= 0
      && options->seed >= 0 && options->lives > 0 && options->lives <= LIVES_MAX
      && options->jobs > 0 && options->jobs <= JOBS_MAX)
    return TRUE;
  fprintf (stderr, "%s\n", error != NULL ? error->message : "Wrong usage: see --help");
  return FALSE;
}

static int
run_one (const Options *options)
{
  ChaosTally tally = { 0 };
  g_autofree char *trace = NULL;
  gboolean good = chaos_world_run ((guint32)options->seed, (guint)options->lives, &tally, &trace);
  g_autofree char *packed = chaos_tally_pack (&tally);

  printf ("%s%s\n", trace, packed);
  return good ? 0 : 1;
}

/* With the mutex. */
static void
take_result (Run *run, guint32 seed, int code, const char *printed)
{
  g_auto (GStrv) lines = g_strsplit (printed, "\n", -1);

  if (code == 0)
    run->passed++;
  else
    run->failed++;
  if (code != 0)
    printf ("--- world %u failed (%d)\n", seed, code);
  for (guint i = 0; lines[i] != NULL; i++)
    if (!chaos_tally_add (&run->tally, lines[i]) && code != 0 && lines[i][0] != '\0')
      printf ("%s\n", lines[i]);
  if (code != 0)
    printf ("--- again: ./dev chaos --one --seed %u --lives %d\n", seed, run->options->lives);
  fflush (stdout);
}

static void
run_world (Run *run, guint32 seed)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *seed_text = g_strdup_printf ("%u", seed);
  g_autofree char *lives = g_strdup_printf ("%d", run->options->lives);
  g_autofree char *printed = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process
      = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE, &error,
                          self, "--one", "--seed", seed_text, "--lives", lives, NULL);
  int code;

  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &printed, NULL, NULL);
  code = g_subprocess_get_if_exited (process) ? g_subprocess_get_exit_status (process)
                                              : SIGNALLED + g_subprocess_get_term_sig (process);
  g_mutex_lock (&run->mutex);
  take_result (run, seed, code, printed != NULL ? printed : "");
  g_mutex_unlock (&run->mutex);
}

static gpointer
run_thread (gpointer data)
{
  Run *run = data;

  do
    {
      guint32 seed;

      g_mutex_lock (&run->mutex);
      seed = run->next++;
      g_mutex_unlock (&run->mutex);
      run_world (run, seed);
    }
  while (g_get_monotonic_time () < run->until_us);
  return NULL;
}

static int
run_all (const Options *options)
{
  Run run = { .options = options, .next = (guint32)options->seed };
  g_autofree char *text = NULL;
  GThread *threads[JOBS_MAX];

  run.until_us
      = g_get_monotonic_time () + (gint64)options->minutes * SECONDS_A_MINUTE * G_USEC_PER_SEC;
  g_mutex_init (&run.mutex);
  for (int i = 0; i < options->jobs; i++)
    threads[i] = g_thread_new ("world", run_thread, &run);
  for (int i = 0; i < options->jobs; i++)
    g_thread_join (threads[i]);
  text = chaos_tally_describe (&run.tally);
  printf ("seeds %d to %u, %d lives each\n%s%" G_GUINT64_FORMAT " kills of a till\n", options->seed,
          run.next - 1, options->lives, text, chaos_tally_kills (&run.tally));
  printf ("%u passed, %u failed\n", run.passed, run.failed);
  return run.failed == 0 ? 0 : 1;
}

int
main (int argc, char **argv)
{
  Options options = { .minutes = 1, .seed = 1, .lives = LIVES, .jobs = JOBS };
  char *no_arguments[] = { argv[0], NULL };
  char **arguments = no_arguments;
  int count = 1;

  if (!parse (&options, &argc, &argv))
    return 2;
  signal (SIGPIPE, SIG_IGN);
  g_test_init (&count, &arguments, NULL);
  return options.one ? run_one (&options) : run_all (&options);
}
