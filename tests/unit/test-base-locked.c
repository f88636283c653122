/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base-locked.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define THREADS 4
#define TURNS 2000
#define SLOTS 16

static const gsize sizes[] = { 1,
                               15,
                               16,
                               17,
                               48,
                               49,
                               1000,
                               4080,
                               4081,
                               32752,
                               32753,
                               65520,
                               65521,
                               BASE_LOCKED_SHARED_MAX,
                               BASE_LOCKED_SHARED_MAX + 1,
                               1 << 20 };

static void
test_sizes (void)
{
  gsize before = base_locked_used ();

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      guint8 *memory = base_locked_take (sizes[i]);

      g_assert_nonnull (memory);
      g_assert_cmpuint ((gsize)memory % 16, ==, 0);
      g_assert_cmpuint (base_locked_used (), ==, before + sizes[i]);
      for (gsize j = 0; j < sizes[i]; j++)
        g_assert_cmpuint (memory[j], ==, 0);
      memset (memory, 0xA5, sizes[i]);
      base_locked_give_back (memory);
      g_assert_cmpuint (base_locked_used (), ==, before);
    }
  g_assert_null (base_locked_take (0));
  g_assert_null (base_locked_take (G_MAXSIZE));
  base_locked_give_back (NULL);
}

static void
test_resize (void)
{
  guint8 *memory = base_locked_resize (NULL, 1);

  memory[0] = 7;
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      memory = base_locked_resize (memory, sizes[i]);
      g_assert_cmpuint (memory[0], ==, 7);
      memory[sizes[i] - 1] = 7;
    }
  for (gsize i = G_N_ELEMENTS (sizes); i > 0; i--)
    {
      memory = base_locked_resize (memory, sizes[i - 1]);
      g_assert_cmpuint (memory[0], ==, 7);
    }
  g_assert_null (base_locked_resize (memory, 0));
}

/* The kernel says whether a page is there without anybody reading it. */
static gboolean
is_mapped (const guint8 *memory)
{
  gsize page = (gsize)sysconf (_SC_PAGESIZE);
  guint8 resident;

  return mincore ((gpointer)(memory - (gsize)memory % page), 1, &resident) == 0;
}

/* A block of a chunk stays ours to look at; one that a sanitizer watches goes back to the kernel.
 */
static void
test_wiped (void)
{
  guint8 *memory = base_locked_take (100);

  memset (memory, 0xA5, 100);
  g_assert_true (is_mapped (memory));
  base_locked_give_back (memory);
  g_assert_true (is_mapped (memory) == !BASE_LOCKED_WATCHED);
  for (guint i = 0; !BASE_LOCKED_WATCHED && i < 100; i++)
    g_assert_cmpuint (memory[i], ==, 0);
}

static gpointer
run_thread (gpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (GPOINTER_TO_UINT (data));
  guint8 mark = (guint8)GPOINTER_TO_UINT (data);
  guint8 *slots[SLOTS] = { NULL };
  gsize taken[SLOTS] = { 0 };

  for (guint turn = 0; turn < TURNS; turn++)
    {
      guint slot = (guint)g_rand_int_range (random, 0, SLOTS);

      for (gsize i = 0; i < taken[slot]; i++)
        g_assert_cmpuint (slots[slot][i], ==, mark);
      base_locked_give_back (slots[slot]);
      taken[slot] = (gsize)g_rand_int_range (random, 1, 3000);
      slots[slot] = base_locked_take (taken[slot]);
      memset (slots[slot], mark, taken[slot]);
    }
  for (guint slot = 0; slot < SLOTS; slot++)
    base_locked_give_back (slots[slot]);
  return NULL;
}

static void
test_threads (void)
{
  GThread *threads[THREADS];

  for (guint i = 0; i < THREADS; i++)
    threads[i] = g_thread_new ("taker", run_thread, GUINT_TO_POINTER (i + 1));
  for (guint i = 0; i < THREADS; i++)
    g_thread_join (threads[i]);
}

/* Whether the mapping that holds `memory` is left out of dumps ("dd"). */
static gboolean
is_left_out (gconstpointer memory)
{
  g_autofree char *maps = NULL;
  g_auto (GStrv) lines = NULL;
  gboolean here = FALSE;

  g_assert_true (g_file_get_contents ("/proc/self/smaps", &maps, NULL, NULL));
  lines = g_strsplit (maps, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      gsize start, end;

      if (sscanf (lines[i], "%zx-%zx ", &start, &end) == 2)
        here = start <= (gsize)memory && (gsize)memory < end;
      else if (here && g_str_has_prefix (lines[i], "VmFlags:"))
        return strstr (lines[i], " dd") != NULL;
    }
  return FALSE;
}

static void
test_left_out (void)
{
  gpointer small = base_locked_take (32);
  gpointer large = base_locked_take (1 << 20);

  g_assert_true (is_left_out (small));
  g_assert_true (is_left_out (large));
  g_assert_false (is_left_out (&sizes));
  base_locked_give_back (small);
  base_locked_give_back (large);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/locked/sizes", test_sizes);
  g_test_add_func ("/base/locked/resize", test_resize);
  g_test_add_func ("/base/locked/wiped", test_wiped);
  g_test_add_func ("/base/locked/threads", test_threads);
  g_test_add_func ("/base/locked/left-out-of-dumps", test_left_out);
  return g_test_run ();
}
