/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From exec to the first usable screen, and memory: the till with shops of 1,000 and of 1,000,000
 * products, beside an empty libadwaita window, by turns. Looked at from outside alike: usable is
 * when the accent colour (the till's input line; the floor's background) is on the screen. A shop
 * of its own is opened by passphrase, so scrypt is part of it. Memory is looked at a second later,
 * and again when the till has done what it does at leisure (the receipt's font, the page for
 * paying): that is idle, and what the goal is for. Needs a screen: run it through tests/ui/run-ui.
 *
 * $TILL_BENCH_PRODUCTS makes the large shop smaller. With $TILL_BENCH_FOLDER the shops are made in
 * that folder once and kept for the next run.
 */
#include "bench-goods.h"
#include "bench-shop.h"

#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#define ROUNDS 15
#define MEMORY_ROUNDS 5
#define GOAL_TIME 2.0
#define GOAL_MEMORY 1.5
#define GOAL_GROWTH 1.1 /* from 1,000 to 1,000,000 products */
#define ACCENT 0x0b6e8aUL
#define COLUMN_X 300 /* crosses the till's input line */
#define SMALL_PRODUCTS 1000
#define SOON_US G_USEC_PER_SEC
#define IDLE_US (5 * G_USEC_PER_SEC)
#define END_US (20 * G_USEC_PER_SEC)
#define SUBJECTS 3

typedef struct
{
  const char *name;
  const char *const *argv;
  gint64 first_us[ROUNDS];
  gint64 soon_kb[MEMORY_ROUNDS], idle_kb[MEMORY_ROUNDS];
} Subject;

static gboolean
is_painted (Display *display)
{
  int height = DisplayHeight (display, DefaultScreen (display));
  XImage *column = XGetImage (display, DefaultRootWindow (display), COLUMN_X, 0, 1,
                              (unsigned)height, AllPlanes, ZPixmap);
  gboolean found = FALSE;

  for (int y = 0; column != NULL && y < height && !found; y++)
    found = (XGetPixel (column, 0, y) & 0xffffff) == ACCENT;
  if (column != NULL)
    XDestroyImage (column);
  return found;
}

/* Proportional set size, in kB, of one process. */
static gint64
read_pss (const char *pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/smaps_rollup", pid);
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  line = strstr (text, "\nPss:");
  return line != NULL ? g_ascii_strtoll (line + strlen ("\nPss:"), NULL, 10) : 0;
}

/* What the program has to say about it, and the screen's picture where ImageMagick can take it. */
static G_NORETURN void
fail (const Subject *subject, GSubprocess *process)
{
  g_autofree char *picture = g_strdup_printf ("%s/till-bench-start.png", g_get_tmp_dir ());
  const char *argv[] = { "import", "-window", "root", picture, NULL };
  gboolean alive = g_subprocess_get_identifier (process) != NULL;
  gboolean taken
      = g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL,
                      NULL, NULL, NULL, NULL, NULL, NULL);

  g_subprocess_force_exit (process);
  g_error ("%s never painted its first usable screen; it %s%s%s", subject->name,
           alive ? "was still running" : "had ended", taken ? ", its picture is " : "",
           taken ? picture : "");
}

static GSubprocess *
start (Subject *subject, Display *display, gint64 *out_us)
{
  g_autoptr (GError) error = NULL;
  gint64 start_us = g_get_monotonic_time ();
  GSubprocess *process = g_subprocess_newv (subject->argv, G_SUBPROCESS_FLAGS_NONE, &error);

  g_assert_no_error (error);
  while (!is_painted (display))
    {
      if (g_get_monotonic_time () - start_us > END_US)
        fail (subject, process);
      g_usleep (500);
    }
  *out_us = g_get_monotonic_time () - start_us;
  return process;
}

static void
stop (GSubprocess *process, Display *display)
{
  g_subprocess_send_signal (process, SIGTERM);
  g_subprocess_wait (process, NULL, NULL);
  g_object_unref (process);
  while (is_painted (display))
    g_usleep (500);
}

static void
time_start (Subject *subject, Display *display, guint round)
{
  stop (start (subject, display, &subject->first_us[round]), display);
}

static void
weigh (Subject *subject, Display *display, guint round)
{
  gint64 unused;
  GSubprocess *process = start (subject, display, &unused);

  g_usleep (SOON_US);
  subject->soon_kb[round] = read_pss (g_subprocess_get_identifier (process));
  g_usleep (IDLE_US - SOON_US);
  subject->idle_kb[round] = read_pss (g_subprocess_get_identifier (process));
  stop (process, display);
}

static gboolean
compare (const char *what, double ratio, double goal)
{
  g_print ("%s: %.2f times (goal %.2f)%s\n", what, ratio, goal, ratio <= goal ? "" : "  MISSED");
  return ratio <= goal;
}

/* Of each round's two by turns, the median of their ratios: what else the machine does in that
 * minute slows both. */
static double
median_ratio (const gint64 *values, const gint64 *floors, guint count)
{
  gint64 ratios[ROUNDS];

  for (guint i = 0; i < count; i++)
    ratios[i] = values[i] * 10000 / MAX (1, floors[i]);
  return (double)bench_goods_quantile (ratios, count, 500) / 10000;
}

static double
to_mb (gint64 kb)
{
  return (double)kb / 1024;
}

static void
tell_medians (Subject *subject)
{
  gint64 first_us[ROUNDS], soon_kb[MEMORY_ROUNDS], idle_kb[MEMORY_ROUNDS];
  gint64 first, soon, idle; /* medians; the arrays are in order after each */

  for (guint i = 0; i < ROUNDS; i++)
    first_us[i] = subject->first_us[i];
  for (guint i = 0; i < MEMORY_ROUNDS; i++)
    {
      soon_kb[i] = subject->soon_kb[i];
      idle_kb[i] = subject->idle_kb[i];
    }
  first = bench_goods_quantile (first_us, ROUNDS, 500);
  soon = bench_goods_quantile (soon_kb, MEMORY_ROUNDS, 500);
  idle = bench_goods_quantile (idle_kb, MEMORY_ROUNDS, 500);
  g_print ("%-22s first screen %4" G_GINT64_FORMAT " ms [%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT
           "]; PSS %.1f MB a second later, %.1f MB idle [%.1f-%.1f]\n",
           subject->name, first / 1000, first_us[0] / 1000, first_us[ROUNDS - 1] / 1000,
           to_mb (soon), to_mb (idle), to_mb (idle_kb[0]), to_mb (idle_kb[MEMORY_ROUNDS - 1]));
}

static gboolean
tell (Subject *subjects)
{
  const Subject *empty = &subjects[0], *small = &subjects[1], *large = &subjects[2];
  gboolean good = TRUE;

  for (guint i = 0; i < SUBJECTS; i++)
    tell_medians (&subjects[i]);
  good &= compare ("first screen, small shop / empty window",
                   median_ratio (small->first_us, empty->first_us, ROUNDS), GOAL_TIME);
  good &= compare ("first screen, large shop / empty window",
                   median_ratio (large->first_us, empty->first_us, ROUNDS), GOAL_TIME);
  good &= compare ("first screen, large shop / small shop",
                   median_ratio (large->first_us, small->first_us, ROUNDS), GOAL_GROWTH);
  good &= compare ("idle memory, small shop / empty window",
                   median_ratio (small->idle_kb, empty->idle_kb, MEMORY_ROUNDS), GOAL_MEMORY);
  good &= compare ("idle memory, large shop / empty window",
                   median_ratio (large->idle_kb, empty->idle_kb, MEMORY_ROUNDS), GOAL_MEMORY);
  good &= compare ("idle memory, large shop / small shop",
                   median_ratio (large->idle_kb, small->idle_kb, MEMORY_ROUNDS), GOAL_GROWTH);
  return good;
}

/* Each round begins with another, so that none always comes after the same. */
static void
take_turns (Subject *subjects, Display *display)
{
  for (guint round = 0; round < ROUNDS; round++)
    for (guint i = 0; i < SUBJECTS; i++)
      time_start (&subjects[(round + i) % SUBJECTS], display, round);
  for (guint round = 0; round < MEMORY_ROUNDS; round++)
    for (guint i = 0; i < SUBJECTS; i++)
      weigh (&subjects[(round + i) % SUBJECTS], display, round);
}

int
main (int argc, char **argv)
{
  const char *kept = g_getenv ("TILL_BENCH_FOLDER");
  g_autofree char *folder
      = kept != NULL ? g_strdup (kept) : g_dir_make_tmp ("till-bench-start-XXXXXX", NULL);
  g_autofree char *passphrase = g_build_filename (folder, "passphrase", NULL);
  g_autofree char *small = NULL, *large = NULL;
  Display *display = XOpenDisplay (NULL);
  gboolean good;

  if (argc != 4 || display == NULL)
    {
      g_printerr ("usage: run-ui 1366x768 bench-start EMPTY-WINDOW TILL TILL-CLI\n");
      return 2;
    }
  g_mkdir_with_parents (folder, 0700);
  g_assert_true (g_file_set_contents (passphrase, "bench\n", -1, NULL));
  small = bench_shop_make (argv[3], folder, passphrase, SMALL_PRODUCTS);
  large = bench_shop_make (argv[3], folder, passphrase, bench_goods_count (1000000));

  const char *empty_argv[] = { argv[1], NULL };
  const char *small_argv[]
      = { argv[2], "--data-dir", small, "--passphrase-file", passphrase, NULL };
  const char *large_argv[]
      = { argv[2], "--data-dir", large, "--passphrase-file", passphrase, NULL };
  Subject subjects[SUBJECTS] = {
    { .name = "empty libadwaita window", .argv = empty_argv },
    { .name = "till, 1,000 products", .argv = small_argv },
    { .name = "till, large shop", .argv = large_argv },
  };

  take_turns (subjects, display);
  good = tell (subjects);
  XCloseDisplay (display);
  if (kept == NULL)
    bench_shop_run ((const char *[]){ "rm", "-rf", folder, NULL });
  return good ? 0 : 1;
}
