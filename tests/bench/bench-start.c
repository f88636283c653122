/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From exec to the first usable screen, and memory one second later: the till with shops of 1,000
 * and of 1,000,000 products, beside an empty libadwaita window, by turns. Looked at from outside
 * alike: usable is when the accent colour (the till's input line; the floor's background) is on the
 * screen. A shop of its own is opened by passphrase, so scrypt is part of it. Needs a screen: run
 * it through tests/ui/run-ui.
 */
#include "bench-goods.h"

#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#define ROUNDS 7
#define GOAL_TIME 2.0
#define GOAL_MEMORY 1.5
#define GOAL_GROWTH 1.1 /* from 1,000 to 1,000,000 products */
#define ACCENT 0x0b6e8aUL
#define COLUMN_X 300 /* crosses the till's input line */
#define SETTLE_US G_USEC_PER_SEC
#define END_US (20 * G_USEC_PER_SEC)

typedef struct
{
  const char *name;
  const char *const *argv;
  gint64 first_us[ROUNDS], pss_kb[ROUNDS];
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

static void
run_round (Subject *subject, Display *display, guint round)
{
  g_autoptr (GError) error = NULL;
  gint64 start_us = g_get_monotonic_time ();
  g_autoptr (GSubprocess) process
      = g_subprocess_newv (subject->argv, G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error);

  g_assert_no_error (error);
  while (!is_painted (display))
    {
      if (g_get_monotonic_time () - start_us > END_US)
        g_error ("%s never painted its first usable screen", subject->name);
      g_usleep (500);
    }
  subject->first_us[round] = g_get_monotonic_time () - start_us;
  g_usleep (SETTLE_US);
  subject->pss_kb[round] = read_pss (g_subprocess_get_identifier (process));
  g_subprocess_send_signal (process, SIGTERM);
  g_subprocess_wait (process, NULL, NULL);
  while (is_painted (display))
    g_usleep (500);
}

static void
run_tool (const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process
      = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error);

  g_assert_no_error (error);
  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);
}

static char *
make_shop (const char *cli, const char *folder, const char *passphrase, guint64 products)
{
  g_autofree char *csv = g_strdup_printf ("%s/goods-%" G_GUINT64_FORMAT ".csv", folder, products);
  char *shop = g_strdup_printf ("%s/shop-%" G_GUINT64_FORMAT, folder, products);
  const char *init[] = { cli,          "--data-dir", shop,     "--passphrase-file",
                         passphrase,   "init",       "--shop", "Bench",
                         "--currency", "CNY",        NULL };
  const char *import[] = { cli,        "--data-dir", shop,     "--passphrase-file",
                           passphrase, "catalogue",  "import", csv,
                           NULL };

  bench_goods_write_csv (csv, products);
  run_tool (init);
  run_tool (import);
  g_unlink (csv);
  return shop;
}

static gint64
median (gint64 *values)
{
  return bench_goods_quantile (values, ROUNDS, 500);
}

static gboolean
compare (const char *what, gint64 value, gint64 floor, double goal)
{
  double ratio = (double)value / (double)floor;

  g_print ("%s: %.2f times (goal %.2f)%s\n", what, ratio, goal, ratio <= goal ? "" : "  MISSED");
  return ratio <= goal;
}

static gboolean
tell (Subject *subjects)
{
  gint64 first[3], pss[3];
  gboolean good = TRUE;

  for (guint i = 0; i < 3; i++)
    {
      first[i] = median (subjects[i].first_us);
      pss[i] = median (subjects[i].pss_kb);
      g_print ("%-28s %4" G_GINT64_FORMAT " ms to the first usable screen, %3" G_GINT64_FORMAT
               ".%" G_GINT64_FORMAT " MB PSS\n",
               subjects[i].name, first[i] / 1000, pss[i] / 1024, pss[i] % 1024 * 10 / 1024);
    }
  good &= compare ("first screen, small shop / empty window", first[1], first[0], GOAL_TIME);
  good &= compare ("first screen, large shop / empty window", first[2], first[0], GOAL_TIME);
  good &= compare ("memory, small shop / empty window", pss[1], pss[0], GOAL_MEMORY);
  good &= compare ("memory, large shop / empty window", pss[2], pss[0], GOAL_MEMORY);
  good &= compare ("memory, large shop / small shop", pss[2], pss[1], GOAL_GROWTH);
  return good;
}

int
main (int argc, char **argv)
{
  g_autofree char *folder = g_dir_make_tmp ("till-bench-start-XXXXXX", NULL);
  g_autofree char *passphrase = g_build_filename (folder, "passphrase", NULL);
  g_autofree char *small = NULL, *large = NULL;
  Display *display = XOpenDisplay (NULL);
  gboolean good;

  if (argc != 4 || display == NULL)
    {
      g_printerr ("usage: run-ui 1366x768 bench-start EMPTY-WINDOW TILL TILL-CLI\n");
      return 2;
    }
  g_assert_true (g_file_set_contents (passphrase, "bench\n", -1, NULL));
  small = make_shop (argv[3], folder, passphrase, 1000);
  large = make_shop (argv[3], folder, passphrase, bench_goods_count (1000000));

  const char *empty_argv[] = { argv[1], NULL };
  const char *small_argv[]
      = { argv[2], "--data-dir", small, "--passphrase-file", passphrase, NULL };
  const char *large_argv[]
      = { argv[2], "--data-dir", large, "--passphrase-file", passphrase, NULL };
  Subject subjects[] = {
    { .name = "empty libadwaita window", .argv = empty_argv },
    { .name = "till, 1,000 products", .argv = small_argv },
    { .name = "till, large shop", .argv = large_argv },
  };

  for (guint round = 0; round < ROUNDS; round++)
    for (guint i = 0; i < G_N_ELEMENTS (subjects); i++)
      run_round (&subjects[i], display, round);
  good = tell (subjects);
  XCloseDisplay (display);
  run_tool ((const char *[]){ "rm", "-rf", folder, NULL });
  return good ? 0 : 1;
}
