/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A whole disk is put back as it was, the shop with its marks, and the computer's TPM is not: it is
 * noticed at the start, before the first record leaves. The acquirer's ledger is the judge.
 */
#include "subject.h"
#include "tpm-process.h"

#include <glib/gstdio.h>
#include <signal.h>

typedef struct
{
  TpmProcess tpm;
  Subject subject;
  char *disk, *image; /* what the shop and its marks lie on, and a copy of it */
  char *state;
} Scene;

static void
copy_tree (const char *from, const char *to)
{
  g_autoptr (GDir) dir = g_dir_open (from, 0, NULL);
  const char *name;

  g_mkdir (to, 0700);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *source = g_build_filename (from, name, NULL),
                      *target = g_build_filename (to, name, NULL), *bytes = NULL;
      gsize size;

      if (g_file_test (source, G_FILE_TEST_IS_DIR))
        copy_tree (source, target);
      else if (g_file_get_contents (source, &bytes, &size, NULL))
        g_assert_true (g_file_set_contents (target, bytes, (gssize)size, NULL));
    }
}

static void
begin (Scene *scene)
{
  scene->disk = g_dir_make_tmp ("till-disk-XXXXXX", NULL);
  scene->image = g_strconcat (scene->disk, "-image", NULL);
  scene->state = g_build_filename (scene->disk, "state", NULL);
  scene->subject = (Subject){ .state_home = scene->state };
  subject_begin (&scene->subject, scene->disk);
}

static void
end (Scene *scene)
{
  subject_end (&scene->subject);
  subject_remove_tree (scene->disk);
  subject_remove_tree (scene->image);
  g_free (scene->disk);
  g_free (scene->image);
  g_free (scene->state);
  tpm_process_stop (&scene->tpm);
}

static void
put_back (Scene *scene)
{
  subject_remove_tree (scene->disk);
  copy_tree (scene->image, scene->disk);
}

/* Three stored sales on the image; then they are sent, and one more. */
static void
work_after_the_image (Scene *scene)
{
  subject_stop_host (&scene->subject, SIGTERM);
  subject_must_open (&scene->subject);
  for (guint i = 0; i < 3; i++)
    subject_expect (&scene->subject, "card 1200", "sold * card stored *");
  g_assert_cmpint (subject_close (&scene->subject), ==, 0);
  copy_tree (scene->disk, scene->image);
  subject_start_host (&scene->subject, NULL);
  subject_must_open (&scene->subject);
  subject_expect (&scene->subject, "drain", "empty");
  subject_expect (&scene->subject, "card 1500", "sold * card approved -");
  g_assert_cmpint (subject_close (&scene->subject), ==, 0);
  g_assert_cmpuint (subject_ledger_count (&scene->subject, "charge", NULL), ==, 4);
}

static void
test_noticed (void)
{
  Scene scene = { 0 };

  if (!tpm_process_start (&scene.tpm))
    return;
  begin (&scene);
  work_after_the_image (&scene);
  put_back (&scene);
  tpm_process_restart (&scene.tpm);
  subject_must_open (&scene.subject);
  subject_expect (&scene.subject, "drain", "held");
  subject_expect (&scene.subject, "cash 700", "sold * cash approved -");
  subject_expect (&scene.subject, "card 1300", "sold * card stored quarantined");
  g_assert_cmpint (subject_close (&scene.subject), ==, 0);
  g_assert_cmpuint (subject_ledger_count (&scene.subject, "charge", NULL), ==, 4);
  end (&scene);
}

/* The same without a TPM is what it doesn't claim to notice: the marks came back with the disk. The
 * host, which knows its requests again, charges nobody twice all the same. */
static void
test_not_without (void)
{
  Scene scene = { 0 };

  if (!tpm_process_start (&scene.tpm))
    return;
  tpm_process_show (&scene.tpm, FALSE);
  begin (&scene);
  work_after_the_image (&scene);
  put_back (&scene);
  subject_must_open (&scene.subject);
  subject_expect (&scene.subject, "drain", "empty");
  g_assert_cmpint (subject_close (&scene.subject), ==, 0);
  g_assert_cmpuint (subject_ledger_count (&scene.subject, "charge", NULL), ==, 4);
  end (&scene);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scene/whole-disk/noticed", test_noticed);
  g_test_add_func ("/scene/whole-disk/not-without", test_not_without);
  return g_test_run ();
}
