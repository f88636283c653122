/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A full disk refuses the next sale before money moves; one that fills up in the middle of a
 * payment loses nothing: what the host has approved and the till could not write down is found at
 * the next start, reversed, and shown so.
 *
 * First with a shim that says when there is no room, at each write of a card sale by turns; then,
 * where the system lets us mount one, on a small disk of its own that is really full. TILL_LONG
 * tries every write instead of every second.
 */
#include "subject.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#define WRITES_MAX 400
#define STEP 2
#define INSIDE "TILL_TEST_FULL_DISK"
#define DISK_SIZE "40m"
#define KB 1024

typedef struct
{
  Subject subject;
  char *control;
  const char *environment[5];
} Disk;

/* ---- with the shim ---- */

static void
begin (Disk *self)
{
  static char *preload = NULL;
  g_autofree char *shim
      = g_test_build_filename (G_TEST_BUILT, "scenes", "libfull-disk-shim.so", NULL);
  const char *before = g_getenv ("LD_PRELOAD");

  if (preload == NULL)
    preload = before != NULL ? g_strconcat (before, ":", shim, NULL) : g_strdup (shim);
  *self = (Disk){ 0 };
  subject_begin (&self->subject, NULL);
  self->control = g_build_filename (self->subject.dir, "control", NULL);
  self->environment[0] = "LD_PRELOAD";
  self->environment[1] = preload;
  self->environment[2] = "TILL_DISK_CONTROL";
  self->environment[3] = self->control;
  self->subject.environment = self->environment;
}

static void
end (Disk *self)
{
  subject_end (&self->subject);
  g_free (self->control);
}

static void
set_room (Disk *self, guint writes, glong left)
{
  g_autofree char *text = g_strdup_printf ("%u %ld", writes, left);

  g_assert_true (g_file_set_contents (self->control, text, -1, NULL));
}

static void
test_reserve (void)
{
  Disk disk;

  begin (&disk);
  subject_must_open (&disk.subject);
  set_room (&disk, WRITES_MAX, 16L * KB * KB - 4096);
  subject_expect (&disk.subject, "card 1200", "refused 1 The disk is full*nothing was charged");
  subject_expect (&disk.subject, "cash 500", "refused 1 The disk is full*");
  subject_expect (&disk.subject, "books", "");
  g_assert_cmpuint (subject_ledger_count (&disk.subject, "charge", NULL), ==, 0);
  set_room (&disk, WRITES_MAX, 16L * KB * KB);
  subject_expect (&disk.subject, "card 1200", "sold * card approved -");
  subject_expect (&disk.subject, "cash 500", "sold * cash approved -");
  g_assert_cmpuint (subject_ledger_count (&disk.subject, "charge", NULL), ==, 1);
  g_assert_cmpint (subject_close (&disk.subject), ==, 0);
  end (&disk);
}

/* The books against the ledger once all is drained. Returns how many are reversed with a charge
 * behind them. */
static guint
compare (Disk *self, const char *told)
{
  g_autofree char *books = subject_ask (&self->subject, "books");
  g_auto (GStrv) lines = g_strsplit (books, "\n", -1);
  guint charges = 0, undone = 0;

  for (guint i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++)
    {
      g_auto (GStrv) words = g_strsplit (lines[i], " ", 5);
      guint charged = subject_ledger_count (&self->subject, "charge", words[1]);
      guint reversed = subject_ledger_count (&self->subject, "reversal", words[1]);
      gboolean approved = strcmp (words[3], "approved") == 0;

      charges += charged;
      undone += strcmp (words[3], "reversed") == 0 && charged == 1 ? 1 : 0;
      g_assert_cmpuint (charged, <=, 1);
      g_assert_cmpuint (charged - reversed, ==, approved ? 1 : 0);
      if (told != NULL && strstr (told, words[1]) != NULL && strstr (told, " approved ") != NULL)
        g_assert_true (approved);
    }
  /* No charge that the books know nothing of. */
  g_assert_cmpuint (subject_ledger_count (&self->subject, "charge", NULL), ==, charges);
  return undone;
}

/* FALSE: the whole sale fitted. */
static gboolean
fill_up_after (Disk *self, guint writes, guint *undone)
{
  g_autofree char *told = NULL;
  gboolean failed;

  subject_must_open (&self->subject);
  set_room (self, writes, -1);
  told = subject_ask (&self->subject, "card 1200");
  g_assert_nonnull (told);
  failed = !g_str_has_prefix (told, "sold ") || strstr (told, " approved ") == NULL;
  if (failed)
    {
      guint before = subject_ledger_count (&self->subject, "charge", NULL);
      g_autofree char *next = subject_ask (&self->subject, "card 1300");

      g_assert_true (g_str_has_prefix (next, "refused "));
      g_assert_cmpuint (subject_ledger_count (&self->subject, "charge", NULL), ==, before);
    }
  g_unlink (self->control);
  /* By turns the till is started anew, or goes on once there is room again. */
  if (writes / 2 % 2 == 0)
    {
      (void)subject_kill (&self->subject);
      subject_must_open (&self->subject);
    }
  subject_expect (&self->subject, "drain", "empty");
  *undone = compare (self, told);
  subject_expect (&self->subject, "verify", "records * 0\njournal whole");
  g_assert_cmpint (subject_close (&self->subject), ==, 0);
  return failed;
}

static void
test_each_write (void)
{
  guint step = g_getenv ("TILL_LONG") != NULL ? 1 : STEP, undone = 0, runs = 0;
  gboolean failed = TRUE;
  Disk disk;

  begin (&disk);
  for (guint writes = 0; failed && writes < WRITES_MAX; writes += step, runs++)
    failed = fill_up_after (&disk, writes, &undone);
  g_test_message ("%u disks, %u charges undone", runs, undone);
  g_assert_false (failed);
  g_assert_cmpuint (undone, >, 0);
  end (&disk);
}

/* ---- on a real disk ---- */

/* Leaves this much. */
static void
fill (const char *disk, gsize left)
{
  g_autofree char *path = g_build_filename (disk, "filler", NULL);
  struct statvfs room;
  gsize size;
  FILE *file;

  g_unlink (path);
  g_assert_cmpint (statvfs (disk, &room), ==, 0);
  size = room.f_bavail * room.f_frsize;
  g_assert_cmpuint (size, >, left);
  file = fopen (path, "wb");
  for (gsize i = 0; i < (size - left) / KB; i++)
    {
      static const char block[KB] = { 1 };

      if (fwrite (block, 1, KB, file) != KB)
        break;
    }
  fclose (file);
}

static void
test_real (void)
{
  const char *mounted = g_getenv (INSIDE);
  g_autofree char *filler = g_build_filename (mounted, "filler", NULL);
  g_autofree char *told = NULL;
  Disk disk = { 0 };

  subject_begin (&disk.subject, mounted);
  subject_must_open (&disk.subject);
  fill (mounted, 12 * KB * KB);
  subject_expect (&disk.subject, "card 1200", "refused 1 The disk is full*");
  subject_expect (&disk.subject, "cash 500", "refused 1 The disk is full*");
  g_unlink (filler);
  subject_expect (&disk.subject, "card 1200", "sold * card approved -");
  subject_stop_host (&disk.subject, SIGTERM);
  subject_start_host (&disk.subject, "delay-ms=1000");
  g_assert_true (subject_tell (&disk.subject, "card 1300"));
  for (guint i = 0; i < 100 && subject_ledger_count (&disk.subject, "charge", NULL) < 2; i++)
    g_usleep (20000);
  fill (mounted, 0);
  told = subject_hear (&disk.subject);
  g_test_message ("told: %s", told);
  g_assert_true (g_str_has_prefix (told, "refused "));
  (void)subject_kill (&disk.subject);
  g_unlink (filler);
  subject_must_open (&disk.subject);
  subject_expect (&disk.subject, "drain", "empty");
  g_assert_cmpuint (compare (&disk, told), ==, 1);
  g_assert_cmpint (subject_close (&disk.subject), ==, 0);
  end (&disk);
}

/* This program again, with a small disk that nobody else sees. FALSE: the system lets us have none.
 */
static gboolean
run_inside (const char *disk, const char *how)
{
  static const char script[]
      = "mount -t tmpfs -o size=" DISK_SIZE " tmpfs \"$1\" || exit 77; " INSIDE
        "=\"$1\" exec \"$0\" -p /scene/full-disk/real";
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autoptr (GSubprocess) process
      = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE, NULL, "unshare", how, "sh", "-c",
                          script, self, disk, NULL);

  if (process == NULL)
    return FALSE;
  g_subprocess_wait (process, NULL, NULL);
  if (!g_subprocess_get_if_exited (process))
    g_error ("The test on a real disk was ended by signal %d", g_subprocess_get_term_sig (process));
  if (g_subprocess_get_exit_status (process) == 77 || g_subprocess_get_exit_status (process) == 1)
    return FALSE;
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 0);
  return TRUE;
}

static void
test_real_disk (void)
{
  g_autofree char *disk = g_dir_make_tmp ("till-disk-XXXXXX", NULL);

  if (!run_inside (disk, "-m") && !run_inside (disk, "-rm"))
    g_test_message ("No disk may be mounted here: the shim's has to do");
  g_rmdir (disk);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (g_getenv (INSIDE) != NULL)
    {
      g_test_add_func ("/scene/full-disk/real", test_real);
      return g_test_run ();
    }
  g_test_add_func ("/scene/full-disk/reserve", test_reserve);
  g_test_add_func ("/scene/full-disk/each-write", test_each_write);
  g_test_add_func ("/scene/full-disk/mounted", test_real_disk);
  return g_test_run ();
}
