/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A shop with a long queue against one with a short one.
 *
 * Memory: a process of its own opens the shop, counts and lists its queue over and over, walks
 * through all that is open page by page and drains a slice; with a million records, a hundred
 * thousand of them waiting, it may use at most a tenth more at its peak than with three thousand.
 * Nine hundred thousand were done long ago: those are copies of one that Till made.
 *
 * Start: opening the shop and looking at its state for the first time, with a hundred thousand
 * waiting and with none, by turns; after a crash they are counted anew, and that is printed, too.
 */
#include "bench-stored.h"

#include "checkout-deferral.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DONE_MANY 900000
#define WAITING_MANY 100000
#define DONE_FEW 1500
#define WAITING_FEW 1500
#define LOOKS 200
#define ROWS 500
#define STARTS 15
#define MEMORY_GOAL_PERCENT 110
#define START_GOAL_PERCENT 110

/* ---- in the process that is measured ---- */

/* What a station looks at each second. */
static VaultQueueStats
look (CheckoutShop *shop)
{
  VaultQueueStats stats = { 0 };
  guint waiting, attention;
  gint64 left;

  g_assert_true (vault_queue_stats (shop->vault, &stats, NULL));
  g_assert_true (vault_print_stats (shop->vault, &waiting, &attention, NULL));
  (void)vault_sale_count_parked (shop->vault);
  (void)checkout_deferral_refusal (shop, 0, &left);
  return stats;
}

static void
list (CheckoutShop *shop, gboolean done)
{
  g_autoptr (GPtrArray) records = vault_queue_list (shop->vault, done, ROWS, NULL);

  g_assert_cmpuint (records->len, ==, ROWS);
  for (guint i = 0; i < records->len; i++)
    vault_sale_free (
        vault_sale_load (shop->vault, ((const VaultRecord *)records->pdata[i])->sale_id, NULL));
}

static guint
walk (CheckoutShop *shop)
{
  gint64 after = 0;
  guint count = 0, found = ROWS;

  while (found == ROWS)
    {
      g_autoptr (GPtrArray) page = vault_queue_page (shop->vault, after, ROWS, NULL);

      found = page->len;
      count += found;
      if (found > 0)
        after = ((const VaultRecord *)page->pdata[found - 1])->id;
    }
  return count;
}

static gint64
peak_kb (void)
{
  g_autofree char *text = NULL;
  const char *line;

  g_assert_true (g_file_get_contents ("/proc/self/status", &text, NULL, NULL));
  line = strstr (text, "VmHWM:");
  return line != NULL ? g_ascii_strtoll (line + strlen ("VmHWM:"), NULL, 10) : 0;
}

/* Opening the key takes 32 MB for a moment (scrypt), which would hide what comes after it. */
static void
forget_peak (void)
{
  FILE *file = fopen ("/proc/self/clear_refs", "w");

  g_assert_nonnull (file);
  g_assert_cmpint (fputs ("5", file), >=, 0);
  g_assert_cmpint (fclose (file), ==, 0);
}

/* Prints the peak in kB, how many waited, and the µs of a look, of a list and of a walk. */
static int
measure (const char *dir)
{
  CheckoutShop *shop = bench_stored_open (dir);
  g_auto (SyncReport) report = { 0 };
  VaultQueueStats stats;
  gint64 begin, looked, listed;
  guint open;

  forget_peak ();
  stats = look (shop);
  begin = g_get_monotonic_time ();
  for (guint i = 0; i < LOOKS; i++)
    (void)look (shop);
  looked = g_get_monotonic_time ();
  list (shop, FALSE);
  list (shop, TRUE);
  listed = g_get_monotonic_time ();
  open = walk (shop);
  g_assert_cmpuint (open, ==, stats.waiting);
  begin = (looked - begin) / LOOKS;
  sync_report_init (&report);
  g_assert_cmpint (sync_queue_run_due (shop->line, NULL, &report, NULL), ==, SYNC_YIELDED);
  g_assert_cmpuint (report.approved, >, 1000);
  printf ("%" G_GINT64_FORMAT " %u %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n", peak_kb (), open,
          begin, (listed - looked) / 2);
  checkout_shop_free (shop);
  return 0;
}

/* ---- in the one that measures ---- */

typedef struct
{
  gint64 peak_kb, look_us, list_us;
} Measured;

static Measured
measure_in_process (const char *self, const char *dir, guint done, guint waiting)
{
  const char *arguments[] = { self, "measure", dir, NULL };
  g_autofree char *said = NULL;
  g_auto (GStrv) words = NULL;
  Measured measured;
  int status = -1;
  GError *error = NULL;

  g_spawn_sync (NULL, (char **)arguments, NULL, G_SPAWN_DEFAULT, NULL, NULL, &said, NULL, &status,
                &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  words = g_strsplit (g_strstrip (said), " ", 4);
  g_assert_cmpuint (g_strv_length (words), ==, 4);
  measured = (Measured){ g_ascii_strtoll (words[0], NULL, 10), g_ascii_strtoll (words[2], NULL, 10),
                         g_ascii_strtoll (words[3], NULL, 10) };
  printf ("%u done and %u waiting: %.1f MB at the peak; a look %" G_GINT64_FORMAT
          " µs, a list of %d rows %" G_GINT64_FORMAT " µs\n",
          done, waiting, measured.peak_kb / 1024.0, measured.look_us, ROWS, measured.list_us);
  return measured;
}

/* The first record is a true one, for the others to be copies of. */
static char *
make (const SandboxProcess *host, guint done, guint waiting)
{
  char *dir = bench_stored_make (host);

  if (done > 0)
    {
      g_auto (SyncReport) report = { 0 };
      CheckoutShop *shop;

      bench_stored_add (dir, 1);
      shop = bench_stored_open (dir);
      sync_report_init (&report);
      g_assert_cmpint (sync_queue_run_due (shop->line, NULL, &report, NULL), ==, SYNC_EMPTY);
      g_assert_cmpuint (report.approved, ==, 1);
      checkout_shop_free (shop);
      bench_stored_copy_done (dir, done);
    }
  bench_stored_add (dir, waiting);
  return dir;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  gint64 first = *(const gint64 *)a, second = *(const gint64 *)b;

  return first < second ? -1 : first > second;
}

static gint64
time_start (const char *dir, guint waiting)
{
  gint64 begin = g_get_monotonic_time (), took;
  CheckoutShop *shop = bench_stored_open (dir);
  VaultQueueStats stats = look (shop);

  took = g_get_monotonic_time () - begin;
  g_assert_cmpuint (stats.waiting, ==, waiting);
  checkout_shop_free (shop);
  return took;
}

/* A host for each: both shops give the same numbers. */
static Measured
bench_memory_of (const char *self, guint done, guint waiting)
{
  g_autoptr (SandboxProcess) host = sandbox_process_new (NULL, 1);
  char *dir = make (host, done, waiting);
  Measured measured = measure_in_process (self, dir, done, waiting);

  bench_stored_remove (dir);
  return measured;
}

static gboolean
bench_memory (const char *self)
{
  Measured small = bench_memory_of (self, DONE_FEW, WAITING_FEW),
           large = bench_memory_of (self, DONE_MANY, WAITING_MANY);

  printf ("ratio backlog-memory %.2f %.2f\n", (double)large.peak_kb / (double)small.peak_kb,
          MEMORY_GOAL_PERCENT / 100.0);
  return large.peak_kb * 100 <= small.peak_kb * MEMORY_GOAL_PERCENT;
}

static gboolean
bench_start (void)
{
  g_autoptr (SandboxProcess) host = sandbox_process_new (NULL, 1);
  char *none = make (host, 0, 0), *many = make (host, 0, WAITING_MANY);
  gint64 none_us[STARTS], many_us[STARTS], crash_us[STARTS];

  for (guint i = 0; i < STARTS; i++)
    {
      bench_stored_crash (many);
      crash_us[i] = time_start (many, WAITING_MANY);
      none_us[i] = time_start (none, 0);
      many_us[i] = time_start (many, WAITING_MANY);
    }
  qsort (crash_us, STARTS, sizeof crash_us[0], compare);
  qsort (none_us, STARTS, sizeof none_us[0], compare);
  qsort (many_us, STARTS, sizeof many_us[0], compare);
  printf ("start: %.1f ms with none waiting, %.1f ms with %d (medians of %d)\n",
          none_us[STARTS / 2] / 1000.0, many_us[STARTS / 2] / 1000.0, WAITING_MANY, STARTS);
  printf ("start after a crash: %.1f ms with %d, ratio %.2f (not judged)\n",
          crash_us[STARTS / 2] / 1000.0, WAITING_MANY,
          (double)crash_us[STARTS / 2] / (double)none_us[STARTS / 2]);
  printf ("ratio backlog-start %.2f %.2f\n",
          (double)many_us[STARTS / 2] / (double)none_us[STARTS / 2], START_GOAL_PERCENT / 100.0);
  bench_stored_remove (none);
  bench_stored_remove (many);
  return many_us[STARTS / 2] * 100 <= none_us[STARTS / 2] * START_GOAL_PERCENT;
}

int
main (int argc, char **argv)
{
  gboolean good;

  if (argc == 3 && strcmp (argv[1], "measure") == 0)
    return measure (argv[2]);
  good = bench_memory (argv[0]);
  good = bench_start () && good;
  return good ? 0 : 1;
}
