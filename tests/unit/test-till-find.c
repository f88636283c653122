/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sales found through a station by a text that may mean several things.
 */
#include "scene.h"
#include "till-find.h"

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

static GPtrArray *
find (Scene *scene, const char *text)
{
  g_autoptr (GAsyncResult) result = NULL;
  GError *error = NULL;
  GPtrArray *found;

  till_find_async (scene->station, text, scene_done_cb, &result);
  found = till_find_finish (scene->station, scene_answer (&result), &error);
  g_assert_no_error (error);
  return found;
}

static void
test_found (Scene *scene, gconstpointer data)
{
  g_autoptr (TillSale) sale = scene_sale (scene, scene_first_code (scene));
  g_autoptr (GPtrArray) all = NULL, by_number = NULL, by_code = NULL, by_sum = NULL, none = NULL;
  g_autofree char *sum = NULL;
  const TillFound *found;

  none = find (scene, "");
  g_assert_cmpuint (none->len, ==, 0);
  scene_pay_cash (scene, sale, till_sale_total_minor (sale));
  all = find (scene, "");
  g_assert_cmpuint (all->len, ==, 1);
  found = all->pdata[0];
  g_assert_cmpint (found->receipt_no, ==, till_sale_receipt_no (sale));
  g_assert_cmpint (found->total_minor, ==, till_sale_total_minor (sale));
  g_assert_cmpstr (found->kind, ==, "sale");
  g_assert_cmpint (found->state, ==, TILL_PAYMENT_STATE_APPROVED);
  g_assert_false (found->is_card);
  by_number = find (scene, " 1 ");
  g_assert_cmpuint (by_number->len, ==, 1);
  by_code = find (scene, scene_first_code (scene));
  g_assert_cmpuint (by_code->len, ==, 1);
  sum = g_strdup_printf ("%d.%02d", (int)(found->total_minor / 100),
                         (int)(found->total_minor % 100));
  by_sum = find (scene, sum);
  g_assert_cmpuint (by_sum->len, ==, 1);
  g_ptr_array_unref (none);
  none = find (scene, "no such thing");
  g_assert_cmpuint (none->len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/till/find/found", Scene, NULL, set_up, test_found, tear_down);
  return g_test_run ();
}
