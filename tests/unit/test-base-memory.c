/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base-memory.h"

#include <glib/gstdio.h>
#include <malloc.h>
#include <sys/mman.h>

#define FILE_SIZE (4096 * 16)
#define BLOCKS 2048
#define BLOCK_SIZE 4096

typedef struct
{
  char *path;
  GMappedFile *file;
  const char *bytes;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const char *suffix = data;
  g_autofree char *name = g_strconcat ("till-memory-XXXXXX", suffix, NULL);
  g_autofree char *text = g_strnfill (FILE_SIZE, 'x');
  g_autoptr (GError) error = NULL;
  int fd = g_file_open_tmp (name, &fixture->path, &error);

  g_assert_no_error (error);
  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (fixture->path, text, FILE_SIZE, NULL));
  fixture->file = g_mapped_file_new (fixture->path, FALSE, &error);
  g_assert_no_error (error);
  fixture->bytes = g_mapped_file_get_contents (fixture->file);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_mapped_file_unref (fixture->file);
  g_unlink (fixture->path);
  g_free (fixture->path);
}

/* By this process's page table: the system's cache keeps the page whatever we do. */
static guint
read_rss_kb (const char *path)
{
  g_autofree char *smaps = NULL;
  const char *line;

  g_assert_true (g_file_get_contents ("/proc/self/smaps", &smaps, NULL, NULL));
  line = strstr (smaps, path);
  g_assert_nonnull (line);
  line = strstr (line, "\nRss:");
  g_assert_nonnull (line);
  return (guint)g_ascii_strtoull (line + strlen ("\nRss:"), NULL, 10);
}

static gboolean
read_all (const Fixture *fixture)
{
  gboolean good = TRUE;

  for (gsize i = 0; i < FILE_SIZE; i++)
    good &= ((const volatile char *)fixture->bytes)[i] == 'x';
  return good;
}

static void
test_drops (Fixture *fixture, gconstpointer data)
{
  const char *const suffixes[] = { ".other", ".tillfont", NULL };

  g_assert_true (read_all (fixture));
  g_assert_cmpuint (read_rss_kb (fixture->path), ==, FILE_SIZE / 1024);
  g_assert_cmpuint (base_memory_drop_files (suffixes), ==, 1);
  g_assert_cmpuint (read_rss_kb (fixture->path), ==, 0);
  g_assert_true (read_all (fixture));
}

/* Not by its name: of another kind; and not what may be written. */
static void
test_leaves (Fixture *fixture, gconstpointer data)
{
  const char *const others[] = { ".other", NULL };
  const char *const mine[] = { ".tillfont", NULL };

  g_assert_true (read_all (fixture));
  g_assert_cmpuint (base_memory_drop_files (others), ==, 0);
  g_assert_cmpint (mprotect ((void *)fixture->bytes, FILE_SIZE, PROT_READ | PROT_WRITE), ==, 0);
  ((char *)fixture->bytes)[1] = 'y';
  g_assert_cmpuint (base_memory_drop_files (mine), ==, 0);
  g_assert_cmpint (fixture->bytes[1], ==, 'y');
}

static guint
read_all_rss_kb (void)
{
  g_autofree char *rollup = NULL;
  const char *line;

  g_assert_true (g_file_get_contents ("/proc/self/smaps_rollup", &rollup, NULL, NULL));
  line = strstr (rollup, "\nRss:");
  g_assert_nonnull (line);
  return (guint)g_ascii_strtoull (line + strlen ("\nRss:"), NULL, 10);
}

/* The last block holds the heap's end up, so that nothing goes back by itself. */
static void
test_trims (void)
{
  char *blocks[BLOCKS];
  guint before;

  for (guint i = 0; i < BLOCKS; i++)
    blocks[i] = g_strnfill (BLOCK_SIZE, 'z');
  for (guint i = 0; i + 1 < BLOCKS; i++)
    g_free (blocks[i]);
  before = read_all_rss_kb ();
  base_memory_trim_heap ();
  if (mallinfo2 ().uordblks > 0) /* else a sanitizer's or valgrind's heap, which is not glibc's */
    g_assert_cmpuint (read_all_rss_kb () + BLOCKS * BLOCK_SIZE / 1024 / 2, <, before);
  g_assert_cmpint (blocks[BLOCKS - 1][BLOCK_SIZE - 1], ==, 'z');
  g_free (blocks[BLOCKS - 1]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/base/memory/drops-files", Fixture, ".tillfont", set_up, test_drops, tear_down);
  g_test_add ("/base/memory/leaves-others", Fixture, ".tillfont", set_up, test_leaves, tear_down);
  g_test_add_func ("/base/memory/trims", test_trims);
  return g_test_run ();
}
