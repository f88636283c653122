/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reports, closing a shift, and files that can't be used, through a station.
 */
#include "scene.h"
#include "till-office.h"

#include <string.h>

static void
set_up (Scene *scene, gconstpointer data)
{
  scene_open (scene);
}

static void
tear_down (Scene *scene, gconstpointer data)
{
  scene_clear (scene);
}

static TillReport *
report (Scene *scene, gint64 number, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  till_office_report_async (scene->station, number, scene_done_cb, &result);
  return till_office_report_finish (scene->station, scene_answer (&result), error);
}

static TillReport *
close_shift (Scene *scene, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  till_office_close_async (scene->station, scene_done_cb, &result);
  return till_office_close_finish (scene->station, scene_answer (&result), error);
}

static void
test_shift (Scene *scene, gconstpointer data)
{
  g_autoptr (TillSale) sale = scene_sale (scene, scene_first_code (scene));
  g_autoptr (TillReport) none = NULL, x = NULL, z = NULL, again = NULL, after = NULL;
  g_autoptr (GAsyncResult) printed = NULL, missed = NULL;
  g_autoptr (GError) error = NULL;

  none = report (scene, 0, NULL);
  g_assert_false (none->open);
  g_assert_cmpint (none->last, ==, 0);
  g_assert_null (close_shift (scene, &error));
  g_assert_error (error, TILL_ERROR, TILL_ERROR_ABSENT);
  g_clear_error (&error);
  scene_pay_cash (scene, sale, till_sale_total_minor (sale));
  x = report (scene, 0, NULL);
  g_assert_true (x->open);
  g_assert_false (x->is_z);
  z = close_shift (scene, &error);
  g_assert_no_error (error);
  g_assert_true (z->is_z);
  g_assert_cmpint (z->number, ==, x->number);
  g_assert_nonnull (strstr (z->text, "@"));
  again = report (scene, z->number, NULL);
  g_assert_cmpstr (again->text, ==, z->text);
  after = report (scene, 0, NULL);
  g_assert_false (after->open);
  g_assert_cmpint (after->last, ==, z->number);
  till_office_print_async (scene->station, z->number, scene_done_cb, &printed);
  g_assert_true (till_office_print_finish (scene->station, scene_answer (&printed), NULL));
  g_assert_null (report (scene, 99, &error));
  g_assert_error (error, TILL_ERROR, TILL_ERROR_ABSENT);
}

static void
test_files (Scene *scene, gconstpointer data)
{
  g_autoptr (GAsyncResult) backed = NULL, taken = NULL;
  g_autoptr (GError) error = NULL;
  TillTakenIn in = { 0 };

  till_office_back_up_async (scene->station, "/nowhere/at/all", "a passphrase", scene_done_cb,
                             &backed);
  g_assert_false (till_office_back_up_finish (scene->station, scene_answer (&backed), &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  till_office_take_in_async (scene->station, "/nowhere/at/all", "a key", /* leave= */ NULL,
                             scene_done_cb, &taken);
  g_assert_false (till_office_take_in_finish (scene->station, scene_answer (&taken), &in, &error));
  g_assert_nonnull (error);
  g_assert_cmpuint (in.taken, ==, 0);
}

static gboolean
has_copy (Scene *scene, gpointer data)
{
  TillCopy copy = till_station_copy (scene->station);

  return g_strcmp0 (copy.folder, data) == 0 && copy.problem == NULL;
}

static gboolean
follow (Scene *scene,
        const char *folder,
        const char *secret,
        TillFollowed *out_followed,
        GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  till_office_follow_async (scene->station, folder, secret, scene_done_cb, &result);
  return till_office_follow_finish (scene->station, scene_answer (&result), out_followed, error);
}

/* What follows is said of the station; a folder that can't be used has a sentence, no error. */
static void
test_follow (Scene *scene, gconstpointer data)
{
  g_autofree char *stick = g_dir_make_tmp ("till-stick-XXXXXX", NULL);
  g_autoptr (GError) error = NULL;
  TillFollowed followed = { 0 };

  g_assert_null (till_station_copy (scene->station).folder);
  g_assert_false (follow (scene, stick, "another", &followed, &error));
  g_assert_error (error, TILL_ERROR, TILL_ERROR_PASSPHRASE);
  g_clear_error (&error);
  g_assert_true (follow (scene, "/nowhere/at/all", "training", &followed, &error));
  g_assert_nonnull (strstr (followed.refused, "folder is not there"));
  g_assert_true (follow (scene, stick, "training", &followed, &error));
  g_assert_no_error (error);
  g_assert_null (followed.refused);
  g_assert_true (followed.same_disk); /* both are in the folder for what passes */
  scene_wait (scene, has_copy, stick, "the copy in the second folder");
}

static void
test_keys (Scene *scene, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (TillKeys) keys = NULL;

  till_office_keys_async (scene->station, scene_done_cb, &result);
  keys = till_office_keys_finish (scene->station, scene_answer (&result), NULL);
  g_assert_cmpuint (keys->count, ==, 6);
  g_assert_false (keys->unguarded);
  for (guint i = 0; i < keys->count; i++)
    {
      g_assert_nonnull (keys->schemes[i].name);
      g_assert_true ((keys->schemes[i].keys == 0) == (keys->schemes[i].until == 0));
    }
  g_assert_nonnull (strstr (till_office_kernel_notice (), "not certified"));
}

static void
test_after_closing (Scene *scene, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  till_station_close (scene->station);
  g_assert_null (report (scene, 0, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/till-office/" name, Scene, NULL, set_up, function, tear_down)
  ADD ("shift", test_shift);
  ADD ("files", test_files);
  ADD ("follow", test_follow);
  ADD ("keys", test_keys);
  ADD ("after-closing", test_after_closing);
  return g_test_run ();
}
