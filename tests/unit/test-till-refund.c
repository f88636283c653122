/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Giving back through the station, as the faces do it.
 */
#include "till-refund.h"

#include "scene.h"
#include "till-office.h"

#include <glib/gstdio.h>

typedef struct
{
  Scene scene;
  TillSale *sale;
} Test;

static void
set_up (Test *test, gconstpointer data)
{
  scene_open (&test->scene);
  test->sale = scene_sale (&test->scene, scene_first_code (&test->scene));
}

static void
tear_down (Test *test, gconstpointer data)
{
  g_clear_object (&test->sale);
  scene_clear (&test->scene);
}

static TillSale *
give_back_noted (Test *test, TillRefundWish wish, const char *why, const char *noted)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  const char *refusal = NULL, *note = NULL;
  TillSale *made = NULL;

  till_refund_async (test->scene.station, &wish, scene_done_cb, &result);
  scene_answer (&result);
  till_refund_finish (test->scene.station, result, &made, &refusal, &note, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (refusal, ==, why);
  g_assert_cmpstr (note, ==, noted);
  return made;
}

static TillSale *
give_back (Test *test, TillRefundWish wish, const char *why)
{
  return give_back_noted (test, wish, why, NULL);
}

static void
test_cash (Test *test, gconstpointer data)
{
  TillRefundWish wish = { 0 };
  g_autoptr (TillSale) made = NULL;
  gint64 total = till_sale_total_minor (test->sale);

  scene_pay_cash (&test->scene, test->sale, total);
  wish.receipt_no = till_sale_receipt_no (test->sale);
  wish.lines = (guint[]){ 1 };
  wish.line_count = 1;
  made = give_back (test, wish, NULL);
  g_assert_cmpstr (till_sale_kind (made), ==, "refund");
  g_assert_cmpstr (till_sale_state_name (made), ==, "paid");
  g_assert_cmpint (till_sale_original_no (made), ==, wish.receipt_no);
  g_assert_cmpint (till_sale_total_minor (made), ==, -total);
  g_assert_cmpint (till_sale_left_minor (made), ==, 0);
  g_assert_null (give_back (test, wish, "nothing-left"));
}

static void
test_card (Test *test, gconstpointer data)
{
  TillRefundWish wish = { .is_void = TRUE };
  g_autoptr (TillSale) made = NULL;
  g_autoptr (TillPayment) payment = NULL;
  guint count;
  TillBench *bench = till_station_bench (test->scene.station);

  scene_pay_card (&test->scene, test->sale, till_bench_cards (bench, &count)[0].id);
  wish.receipt_no = till_sale_receipt_no (test->sale);
  made = give_back (test, wish, NULL);
  payment = g_list_model_get_item (till_sale_payments (made), 0);
  g_assert_cmpstr (till_sale_kind (made), ==, "void");
  g_assert_cmpint (till_payment_state (payment), ==, TILL_PAYMENT_STATE_APPROVED);
  g_assert_cmpuint (scene_ledger_count (&test->scene, "void"), ==, 1);
}

static void
follow (Test *test, const char *folder)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  TillFollowed followed = { 0 };

  till_office_follow_async (test->scene.station, folder, "training", scene_done_cb, &result);
  g_assert_true (
      till_office_follow_finish (test->scene.station, scene_answer (&result), &followed, &error));
  g_assert_no_error (error);
  g_assert_null (followed.refused);
}

static void
withdraw (Test *test, const char *noted)
{
  g_autoptr (TillSale) sale = scene_sale (&test->scene, scene_first_code (&test->scene));
  g_autoptr (TillSale) made = NULL;
  TillRefundWish wish = { .is_void = TRUE };
  guint count;

  scene_pay_card (&test->scene, sale,
                  till_bench_cards (till_station_bench (test->scene.station), &count)[0].id);
  wish.receipt_no = till_sale_receipt_no (sale);
  made = give_back_noted (test, wish, NULL, noted);
  g_assert_cmpstr (till_sale_state_name (made), ==, "cancelled");
}

/* Told without a note where there is no copy, or when it has heard of it; with one, and soon, when
 * it can't. */
static void
test_withdrawn (Test *test, gconstpointer data)
{
  g_autofree char *stick = g_dir_make_tmp ("till-stick-XXXXXX", NULL);
  g_autofree char *away = g_strconcat (stick, "-away", NULL);

  g_object_set (test->scene.bench, "line-up", FALSE, NULL);
  withdraw (test, NULL);
  follow (test, stick);
  withdraw (test, NULL);
  g_assert_cmpint (g_rename (stick, away), ==, 0);
  withdraw (test, "withdrawn-here");
  g_assert_cmpint (g_rename (away, stick), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/till/refund/" name, Test, NULL, set_up, function, tear_down)
  ADD ("cash", test_cash);
  ADD ("card", test_card);
  ADD ("withdrawn", test_withdrawn);
  return g_test_run ();
}
