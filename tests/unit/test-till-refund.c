/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Giving back through the station, as the faces do it.
 */
#include "till-refund.h"

#include "scene.h"

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
give_back (Test *test, TillRefundWish wish, const char *why)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  const char *refusal = NULL;
  TillSale *made = NULL;

  till_refund_async (test->scene.station, &wish, scene_done_cb, &result);
  scene_answer (&result);
  till_refund_finish (test->scene.station, result, &made, &refusal, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (refusal, ==, why);
  return made;
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/till/refund/" name, Test, NULL, set_up, function, tear_down)
  ADD ("cash", test_cash);
  ADD ("card", test_card);
  return g_test_run ();
}
