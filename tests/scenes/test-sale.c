/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whole sales without a screen: the window's own objects, SQLite, TLS, the sandbox acquirer as a
 * process, the emulated devices.
 */
#include "scene.h"

static const char *first_code; /* of the training shop's goods: whatever stands on quick key 1 */

static void
set_up (Scene *scene, gconstpointer data)
{
  scene_open (scene);
  first_code = scene_first_code (scene);
}

static void
tear_down (Scene *scene, gconstpointer data)
{
  scene_clear (scene);
}

static gboolean
has_paper (Scene *scene, gpointer data)
{
  TillBenchPaper paper;

  till_bench_paper (scene->bench, &paper);
  g_bytes_unref (paper.bits);
  return paper.height > 200;
}

static gboolean
queue_is_empty (Scene *scene, gpointer data)
{
  guint waiting = 1;

  g_object_get (scene->station, "queue-waiting", &waiting, NULL);
  return waiting == 0;
}

static void
test_cash (Scene *scene, gconstpointer data)
{
  g_autoptr (TillSale) sale = scene_sale (scene, first_code);
  TillPayment *payment = scene_pay_cash (scene, sale, till_sale_total_minor (sale) + 500);

  g_assert_cmpint (till_payment_state (payment), ==, TILL_PAYMENT_STATE_APPROVED);
  g_assert_cmpint (till_sale_change_minor (sale), ==, 500);
  g_assert_true (till_sale_is_paid (sale));
  g_assert_cmpint (till_sale_receipt_no (sale), ==, 1);
  scene_wait (scene, has_paper, NULL, "the receipt");
}

static void
test_card_online (Scene *scene, gconstpointer data)
{
  g_autoptr (TillSale) sale = scene_sale (scene, first_code);
  TillPayment *payment = scene_pay_card (scene, sale, "visa");

  g_assert_cmpint (till_payment_state (payment), ==, TILL_PAYMENT_STATE_APPROVED);
  g_assert_cmpint (till_payment_approved_by (payment), ==, TILL_APPROVED_BY_ACQUIRER);
  g_assert_cmpstr (till_payment_masked_pan (payment), ==, "476173******0119");
  g_assert_cmpuint (scene_ledger_count (scene, "charge"), ==, 1);
  g_assert_cmpuint (scene_ledger_count (scene, "reversal"), ==, 0);
}

static void
test_declined_then_cash (Scene *scene, gconstpointer data)
{
  g_autoptr (TillSale) sale = scene_sale (scene, first_code);
  TillPayment *payment = scene_pay_card (scene, sale, "expired");

  g_assert_cmpint (till_payment_state (payment), ==, TILL_PAYMENT_STATE_DECLINED);
  g_assert_false (till_sale_is_paid (sale));
  payment = scene_pay_cash (scene, sale, till_sale_left_minor (sale));
  g_assert_cmpint (till_payment_state (payment), ==, TILL_PAYMENT_STATE_APPROVED);
  g_assert_true (till_sale_is_paid (sale));
  g_assert_cmpuint (scene_ledger_count (scene, "charge"), ==, 0);
}

static void
test_line_cut_stored_and_drained (Scene *scene, gconstpointer data)
{
  g_autoptr (TillSale) sale = scene_sale (scene, first_code);
  TillPayment *payment;

  g_object_set (scene->bench, "line-up", FALSE, NULL);
  payment = scene_pay_card (scene, sale, "unionpay");
  g_assert_cmpint (till_payment_state (payment), ==, TILL_PAYMENT_STATE_STORED);
  g_assert_true (till_sale_is_paid (sale));
  g_assert_cmpuint (scene_ledger_count (scene, "charge"), ==, 0);
  g_assert_cmpuint (scene_send (scene), ==, 1);
  scene_reopen (scene);
  scene_wait (scene, queue_is_empty, NULL, "the queue to drain by itself");
  g_assert_cmpuint (scene_send (scene), ==, 0);
  g_assert_cmpuint (scene_ledger_count (scene, "charge"), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/scene/sale/" name, Scene, NULL, set_up, function, tear_down)
  ADD ("cash", test_cash);
  ADD ("card-online", test_card_online);
  ADD ("declined-then-cash", test_declined_then_cash);
  ADD ("line-cut-stored-and-drained", test_line_cut_stored_and_drained);
  return g_test_run ();
}
