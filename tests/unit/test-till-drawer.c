/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The drawer through a station: what moves, that it springs open, and that it is counted blind.
 */
#include "scene.h"
#include "till-drawer.h"
#include "till-office.h"
#include "till-private.h"

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

static gboolean
keep (Scene *scene,
      TillDrawerAct act,
      gint64 minor,
      const ShopDenominationCount *count,
      TillDrawer *out_drawer,
      GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  const char *reason = act == TILL_DRAWER_FLOAT || act == TILL_DRAWER_COUNT ? NULL : "change";

  till_drawer_keep_async (scene->station, act, minor, reason, count, scene_done_cb, &result);
  return till_drawer_finish (scene->station, scene_answer (&result), out_drawer, error);
}

static TillDrawer
look (Scene *scene)
{
  g_autoptr (GAsyncResult) result = NULL;
  TillDrawer drawer = { 0 };

  till_drawer_read_async (scene->station, scene_done_cb, &result);
  g_assert_true (
      till_drawer_finish (scene->station, scene_answer (&result), &drawer, /* error= */ NULL));
  return drawer;
}

static gboolean
has_opened (Scene *scene, gpointer data)
{
  return training_bench_drawer_count (till_station_shop (scene->station)->bench)
         >= GPOINTER_TO_UINT (data);
}

static void
test_day (Scene *scene, gconstpointer data)
{
  g_autoptr (TillSale) sale = scene_sale (scene, scene_first_code (scene));
  ShopDenominationCount pieces = { 0 };
  TillDrawer drawer = look (scene);
  gint64 total = till_sale_total_minor (sale);

  g_assert_cmpint (drawer.floated_minor + drawer.ins + drawer.counts, ==, 0);
  g_assert_true (keep (scene, TILL_DRAWER_FLOAT, 50000, NULL, &drawer, NULL));
  g_assert_cmpint (drawer.floated_minor, ==, 50000);
  g_assert_true (keep (scene, TILL_DRAWER_IN, 2000, NULL, &drawer, NULL));
  scene_wait (scene, has_opened, GUINT_TO_POINTER (1), "the drawer to open");
  g_assert_true (keep (scene, TILL_DRAWER_OUT, 500, NULL, &drawer, NULL));
  g_assert_true (keep (scene, TILL_DRAWER_OPEN, 0, NULL, &drawer, NULL));
  scene_wait (scene, has_opened, GUINT_TO_POINTER (3), "the drawer to open again");
  g_assert_cmpint (drawer.in_minor, ==, 2000);
  g_assert_cmpint (drawer.out_minor, ==, 500);
  g_assert_cmpint (drawer.opened, ==, 1);
  scene_pay_cash (scene, sale, total);
  drawer = look (scene);
  g_assert_false (drawer.is_told);
  g_assert_cmpint (drawer.expected_minor, ==, 0);
  g_assert_true (shop_denomination_add (&pieces, "CNY", "100*5"));
  g_assert_true (keep (scene, TILL_DRAWER_COUNT, 50000, &pieces, &drawer, NULL));
  g_assert_true (drawer.is_told);
  g_assert_cmpint (drawer.expected_minor, ==, 51500 + total);
  g_assert_cmpint (drawer.difference_minor, ==, -1500 - total);
}

static void
test_refused (Scene *scene, gconstpointer data)
{
  ShopDenominationCount pieces = { 1, { 10000 }, { 5 } };
  TillDrawer drawer = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_false (keep (scene, TILL_DRAWER_COUNT, 0, NULL, &drawer, &error));
  g_assert_error (error, TILL_ERROR, TILL_ERROR_ABSENT);
  g_clear_error (&error);
  g_assert_false (keep (scene, TILL_DRAWER_OUT, 1, NULL, &drawer, &error));
  g_assert_error (error, TILL_ERROR, TILL_ERROR_STATE);
  g_clear_error (&error);
  g_assert_false (keep (scene, TILL_DRAWER_IN, -1, NULL, &drawer, &error));
  g_assert_error (error, TILL_ERROR, TILL_ERROR_STATE);
  g_clear_error (&error);
  g_assert_true (keep (scene, TILL_DRAWER_FLOAT, 100, NULL, &drawer, NULL));
  g_assert_false (keep (scene, TILL_DRAWER_COUNT, 1, &pieces, &drawer, &error));
  g_assert_error (error, TILL_ERROR, TILL_ERROR_STATE);
  drawer = look (scene);
  g_assert_cmpint (drawer.counts + drawer.ins + drawer.outs, ==, 0);
}

static void
test_rights (void)
{
  g_assert_cmpint (till_drawer_right (TILL_DRAWER_OPEN), ==, SHOP_RIGHT_NO_SALE);
  g_assert_cmpint (till_drawer_right (TILL_DRAWER_OUT), ==, SHOP_RIGHT_CASH);
  g_assert_cmpint (till_drawer_right (TILL_DRAWER_COUNT), ==, SHOP_RIGHT_SELL);
}

/* Counted and closed in one. */
static void
test_closed (Scene *scene, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL, wrong = NULL;
  g_autoptr (TillReport) report = NULL;
  g_autoptr (GError) error = NULL;
  TillDrawer drawer;

  g_assert_true (keep (scene, TILL_DRAWER_FLOAT, 50000, NULL, &drawer, NULL));
  till_office_close_counted_async (scene->station, -1, NULL, scene_done_cb, &wrong);
  g_assert_null (till_office_close_finish (scene->station, scene_answer (&wrong), &error));
  g_assert_error (error, TILL_ERROR, TILL_ERROR_STATE);
  till_office_close_counted_async (scene->station, 49900, NULL, scene_done_cb, &result);
  report = till_office_close_finish (scene->station, scene_answer (&result), NULL);
  g_assert_nonnull (report);
  g_assert_nonnull (strstr (report->text, "499.00"));
  g_assert_nonnull (strstr (report->text, "-1.00"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/till/drawer/" name, Scene, NULL, set_up, function, tear_down)
  ADD ("day", test_day);
  ADD ("refused", test_refused);
  ADD ("closed", test_closed);
  g_test_add_func ("/till/drawer/rights", test_rights);
  return g_test_run ();
}
