/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What ends a sale: tenders in turn, a card that was cancelled, parking and cancelling.
 */
#include "scene.h"

#include "till-private.h"

typedef struct
{
  Scene scene;
  const char *code;
  TillSale *sale;
} Test;

static void
set_up (Test *test, gconstpointer data)
{
  scene_open (&test->scene);
  test->code = scene_first_code (&test->scene);
  test->sale = scene_sale (&test->scene, test->code);
}

static void
tear_down (Test *test, gconstpointer data)
{
  g_clear_object (&test->sale);
  scene_clear (&test->scene);
}

static gboolean
waits_for_card (Scene *scene, gpointer payment)
{
  return till_payment_state (payment) == TILL_PAYMENT_STATE_WAITING_CARD;
}

static void
test_nothing_to_pay (Test *test, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (till_sale_void_line (test->sale, 1, "mistake", NULL));
  till_sale_pay_cash_async (test->sale, 100, scene_done_cb, &result);
  scene_answer (&result);
  g_assert_null (till_sale_pay_finish (test->sale, result, &error));
  g_assert_error (error, SHOP_ERROR, SHOP_ERROR_INVALID);
}

/* Part in cash, the rest by card; what is paid can't be talked away. */
static void
test_two_tenders (Test *test, gconstpointer data)
{
  gint64 total = till_sale_total_minor (test->sale);
  g_autoptr (GError) error = NULL;

  scene_pay_cash (&test->scene, test->sale, 1);
  g_assert_cmpint (till_sale_left_minor (test->sale), ==, total - 1);
  g_assert_false (till_sale_is_paid (test->sale));
  g_assert_false (till_sale_void_line (test->sale, 1, "changed my mind", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  g_assert_cmpint (till_payment_amount_minor (scene_pay_card (&test->scene, test->sale, "visa")),
                   ==, total - 1);
  g_assert_true (till_sale_is_paid (test->sale));
  g_assert_cmpuint (g_list_model_get_n_items (till_sale_payments (test->sale)), ==, 2);
  g_assert_cmpint (till_sale_change_minor (test->sale), ==, 0);
}

/* While the card is awaited the cart is locked; cancelled, the sale is as it was. */
static void
test_cancelled_card (Test *test, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (TillPayment) payment = NULL;
  g_autoptr (GError) error = NULL;

  till_sale_pay_card_async (test->sale, scene_done_cb, &result);
  payment = g_list_model_get_item (till_sale_payments (test->sale), 0);
  g_assert_true (till_sale_is_busy (test->sale));
  g_assert_false (till_sale_set_quantity (test->sale, 1, 2000, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  scene_wait (&test->scene, waits_for_card, payment, "the reader");
  till_payment_cancel (payment);
  scene_answer (&result);
  g_assert_true (till_sale_pay_finish (test->sale, result, NULL) == payment);
  g_assert_cmpint (till_payment_state (payment), ==, TILL_PAYMENT_STATE_CANCELLED);
  g_assert_false (till_sale_is_busy (test->sale));
  g_assert_true (till_sale_set_quantity (test->sale, 1, 2000, NULL));
  scene_pay_cash (&test->scene, test->sale, 100000);
  g_assert_true (till_sale_is_paid (test->sale));
}

static void
test_park_and_recall (Test *test, gconstpointer data)
{
  gint64 total = till_sale_total_minor (test->sale);
  g_autoptr (GAsyncResult) parked = NULL;
  g_autoptr (GAsyncResult) listed = NULL;
  g_autoptr (GAsyncResult) recalled = NULL;
  g_autoptr (GListModel) rows = NULL;
  g_autoptr (TillParkedRow) row = NULL;
  g_autoptr (TillSale) back = NULL;

  till_sale_park_async (test->sale, "Ms Li", scene_done_cb, &parked);
  scene_answer (&parked);
  g_assert_true (till_sale_park_finish (test->sale, parked, NULL));
  g_assert_false (till_sale_set_quantity (test->sale, 1, 2000, NULL));
  till_station_parked_async (test->scene.station, NULL, scene_done_cb, &listed);
  scene_answer (&listed);
  rows = till_station_parked_finish (test->scene.station, listed, NULL);
  g_assert_cmpuint (g_list_model_get_n_items (rows), ==, 1);
  row = g_list_model_get_item (rows, 0);
  till_sale_recall_async (test->scene.station, till_parked_row_id (row), scene_done_cb, &recalled);
  scene_answer (&recalled);
  back = till_sale_recall_finish (test->scene.station, recalled, NULL);
  g_assert_cmpint (till_sale_total_minor (back), ==, total);
  scene_pay_cash (&test->scene, back, 100000);
  g_assert_true (till_sale_is_paid (back));
}

static void
test_cancel (Test *test, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;

  till_sale_cancel_async (test->sale, "changed his mind", scene_done_cb, &result);
  scene_answer (&result);
  g_assert_true (till_sale_cancel_finish (test->sale, result, NULL));
  g_assert_false (till_sale_void_line (test->sale, 1, "late", NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/till/sale-pay/" name, Test, NULL, set_up, function, tear_down)
  ADD ("nothing-to-pay", test_nothing_to_pay);
  ADD ("two-tenders", test_two_tenders);
  ADD ("cancelled-card", test_cancelled_card);
  ADD ("park-and-recall", test_park_and_recall);
  ADD ("cancel", test_cancel);
  return g_test_run ();
}
