/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chaos-disk.h"

#include "chaos-control.h"
#include "subject.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define SECTOR 512
#define SHOP "shop" /* within what was saved */
#define MARKS "marks"

/* How a disk loses what it only had in its cache. */
typedef enum
{
  LOSS_ALL,
  LOSS_TAIL, /* keeps the first so many, the last of them torn */
  LOSS_SOME, /* keeps any of them */
  LOSS_COUNT,
} Loss;

typedef struct
{
  ChaosEntry entry;
  const guint8 *data; /* within the journal */
} Change;

typedef struct
{
  const char *durable;
  GHashTable *pending; /* file's name → GArray of Change */
  GRand *random;
  ChaosCut cut;
} Disk;

void
chaos_disk_copy (const char *from, const char *to)
{
  g_autoptr (GDir) dir = g_dir_open (from, 0, NULL);
  const char *name;

  g_assert_nonnull (dir);
  subject_remove_tree (to);
  g_assert_cmpint (g_mkdir (to, 0700), ==, 0);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *source = g_build_filename (from, name, NULL);
      g_autofree char *target = g_build_filename (to, name, NULL);
      g_autofree char *bytes = NULL;
      gsize size;

      /* The index is memory of processes that are gone. */
      if (!g_file_test (source, G_FILE_TEST_IS_REGULAR) || g_str_has_suffix (name, "-shm"))
        continue;
      g_assert_true (g_file_get_contents (source, &bytes, &size, NULL));
      g_assert_true (g_file_set_contents_full (target, bytes, (gssize)size,
                                               G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    }
}

static char *
path_of (const Disk *self, const char *name)
{
  return g_build_filename (self->durable, g_str_has_suffix (name, CHAOS_MARK_END) ? MARKS : SHOP,
                           name, NULL);
}

static void
apply (Disk *self, const Change *change, gsize size)
{
  g_autofree char *path = path_of (self, change->entry.name);
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  g_assert_cmpint (fd, >=, 0);
  if (change->entry.kind == CHAOS_ENTRY_TRUNCATE)
    g_assert_cmpint (ftruncate (fd, change->entry.offset), ==, 0);
  else
    g_assert_cmpint (pwrite (fd, change->data, size, change->entry.offset), ==, (gssize)size);
  close (fd);
}

static GArray *
pending_of (Disk *self, const char *name)
{
  GArray *changes = g_hash_table_lookup (self->pending, name);

  if (changes == NULL)
    g_hash_table_insert (self->pending, g_strdup (name),
                         changes = g_array_new (FALSE, FALSE, sizeof (Change)));
  return changes;
}

/* What of these the disk had written by itself. */
static void
lose (Disk *self, GArray *changes)
{
  Loss loss = (Loss)g_rand_int_range (self->random, 0, LOSS_COUNT);
  guint tail = loss == LOSS_TAIL && changes->len > 0
                   ? (guint)g_rand_int_range (self->random, 0, (gint32)changes->len + 1)
                   : 0;

  self->cut.pending += changes->len;
  for (guint i = 0; i < changes->len; i++)
    {
      const Change *change = &g_array_index (changes, Change, i);
      gboolean tears
          = loss == LOSS_TAIL ? i + 1 == tail : g_rand_int_range (self->random, 0, 8) == 0;
      gsize size = change->entry.size;

      if (loss == LOSS_ALL || (loss == LOSS_TAIL && i >= tail)
          || (loss == LOSS_SOME && g_rand_boolean (self->random)))
        continue;
      self->cut.kept++;
      if (tears && size > SECTOR)
        {
          size = (gsize)g_rand_int_range (self->random, 1, (gint32)(size / SECTOR) + 1) * SECTOR;
          self->cut.torn++;
        }
      apply (self, change, size);
    }
  g_array_set_size (changes, 0);
}

static void
take (Disk *self, const Change *change)
{
  GArray *changes = pending_of (self, change->entry.name);
  g_autofree char *path = path_of (self, change->entry.name);

  switch ((ChaosEntryKind)change->entry.kind)
    {
    case CHAOS_ENTRY_WRITE:
    case CHAOS_ENTRY_TRUNCATE:
      g_array_append_val (changes, *change);
      return;
    case CHAOS_ENTRY_SYNC:
      for (guint i = 0; i < changes->len; i++)
        apply (self, &g_array_index (changes, Change, i),
               g_array_index (changes, Change, i).entry.size);
      g_array_set_size (changes, 0);
      return;
    case CHAOS_ENTRY_LOST:
      lose (self, changes);
      return;
    case CHAOS_ENTRY_UNLINK:
      g_array_set_size (changes, 0);
      g_unlink (path);
      return;
    }
  g_assert_not_reached ();
}

static void
replay (Disk *self, const guint8 *bytes, gsize size)
{
  gsize at = 0;

  while (size - at >= sizeof (ChaosEntry))
    {
      Change change;

      memcpy (&change.entry, &bytes[at], sizeof change.entry);
      at += sizeof change.entry;
      if (size - at < change.entry.size)
        return; /* killed while it wrote this down: the change itself was never made */
      change.data = &bytes[at];
      at += change.entry.size;
      take (self, &change);
    }
}

void
chaos_disk_save (const char *durable, const char *shop, const char *marks)
{
  g_autofree char *to_shop = g_build_filename (durable, SHOP, NULL);
  g_autofree char *to_marks = g_build_filename (durable, MARKS, NULL);

  g_assert_cmpint (g_mkdir_with_parents (durable, 0700), ==, 0);
  chaos_disk_copy (shop, to_shop);
  subject_remove_tree (to_marks);
  if (g_file_test (marks, G_FILE_TEST_IS_DIR))
    chaos_disk_copy (marks, to_marks);
  else
    g_assert_cmpint (g_mkdir (to_marks, 0700), ==, 0);
}

void
chaos_disk_restore (const char *durable, const char *shop, const char *marks)
{
  g_autofree char *from_shop = g_build_filename (durable, SHOP, NULL);
  g_autofree char *from_marks = g_build_filename (durable, MARKS, NULL);

  chaos_disk_copy (from_shop, shop);
  if (g_file_test (marks, G_FILE_TEST_IS_DIR))
    chaos_disk_copy (from_marks, marks);
}

void
chaos_disk_cut (const char *durable,
                const char *shop,
                const char *marks,
                const char *journal,
                GRand *random,
                ChaosCut *out_cut)
{
  Disk disk = { .durable = durable, .random = random };
  g_autoptr (GList) names = NULL;
  g_autofree char *bytes = NULL;
  gsize size = 0;

  disk.pending
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
  if (g_file_get_contents (journal, &bytes, &size, NULL))
    replay (&disk, (const guint8 *)bytes, size);
  names = g_list_sort (g_hash_table_get_keys (disk.pending), (GCompareFunc)g_strcmp0);
  for (GList *name = names; name != NULL; name = name->next)
    lose (&disk, g_hash_table_lookup (disk.pending, name->data));
  g_hash_table_unref (disk.pending);
  g_unlink (journal);
  chaos_disk_restore (durable, shop, marks);
  *out_cut = disk.cut;
}
