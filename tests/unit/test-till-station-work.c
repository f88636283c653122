/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a station does by itself: notices a printer in trouble, prints when that is over, notices
 * that the line is cut and drains the queue when it is back.
 */
#include "scene.h"

#include "till-private.h"
#include "till-station-private.h"

static gboolean
printer_wants_paper (Scene *scene, gpointer data)
{
  g_autofree char *reason = NULL;
  TillDeviceState state;

  g_object_get (scene->station, "printer-state", &state, "printer-reason", &reason, NULL);
  return state == TILL_DEVICE_ATTENTION && g_strcmp0 (reason, "paper-out") == 0;
}

static gboolean
nothing_waits (Scene *scene, gpointer data)
{
  TillDeviceState state;
  guint waiting;

  g_object_get (scene->station, "printer-state", &state, "print-waiting", &waiting, NULL);
  return state == TILL_DEVICE_READY && waiting == 0;
}

static gboolean
something_waits (Scene *scene, gpointer data)
{
  guint waiting;

  g_object_get (scene->station, "print-waiting", &waiting, NULL);
  return waiting > 0;
}

static gboolean
is_offline (Scene *scene, gpointer data)
{
  TillConnection connection;

  g_object_get (scene->station, "connection", &connection, NULL);
  return connection == TILL_CONNECTION_OFFLINE;
}

static gboolean
is_drained (Scene *scene, gpointer data)
{
  TillConnection connection;
  guint waiting;

  g_object_get (scene->station, "connection", &connection, "queue-waiting", &waiting, NULL);
  return connection == TILL_CONNECTION_ONLINE && waiting == 0;
}

static void
test_prints_when_paper_is_back (Scene *scene, gconstpointer data)
{
  g_autoptr (TillSale) sale = scene_sale (scene, scene_first_code (scene));

  g_object_set (scene->bench, "paper-in", FALSE, NULL);
  scene_wait (scene, printer_wants_paper, NULL, "the printer to be noticed");
  scene_pay_cash (scene, sale, till_sale_total_minor (sale));
  g_assert_true (till_sale_is_paid (sale));
  scene_wait (scene, something_waits, NULL, "the receipt to wait");
  g_object_set (scene->bench, "paper-in", TRUE, NULL);
  scene_wait (scene, nothing_waits, NULL, "the receipt to come out");
}

static void
test_drains_when_the_line_is_back (Scene *scene, gconstpointer data)
{
  g_autoptr (TillSale) sale = scene_sale (scene, scene_first_code (scene));
  TillPayment *payment;

  g_object_set (scene->bench, "line-up", FALSE, NULL);
  payment = scene_pay_card (scene, sale, "visa");
  g_assert_cmpint (till_payment_state (payment), ==, TILL_PAYMENT_STATE_STORED);
  scene_wait (scene, is_offline, NULL, "the cut line to be noticed");
  g_object_set (scene->bench, "line-up", TRUE, NULL);
  scene_wait (scene, is_drained, NULL, "the queue to drain by itself");
  g_assert_cmpuint (scene_ledger_count (scene, "charge"), ==, 1);
}

/* The clock was thirteen hours ahead at the last try, and was put right since. */
static void
test_drains_after_the_clock_went_back (Scene *scene, gconstpointer data)
{
  g_autoptr (TillSale) sale = scene_sale (scene, scene_first_code (scene));

  g_object_set (scene->bench, "line-up", FALSE, NULL);
  (void)scene_pay_card (scene, sale, "visa");
  scene_wait (scene, is_offline, NULL, "the cut line to be noticed");
  while (scene->station->sending > 0)
    g_main_context_iteration (NULL, TRUE);
  scene->station->next_try_us = g_get_real_time () + G_GINT64_CONSTANT (13) * 3600 * G_USEC_PER_SEC;
  g_object_set (scene->bench, "line-up", TRUE, NULL);
  scene_wait (scene, is_drained, NULL, "the queue to drain by itself");
  g_assert_cmpuint (scene_ledger_count (scene, "charge"), ==, 1);
}

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
is_receipt_printed (Scene *scene, gpointer receipt_no)
{
  g_autoptr (VaultPrintJob) job = vault_print_of_sale (till_station_shop (scene->station)->vault,
                                                       *(gint64 *)receipt_no, NULL);

  return job != NULL && job->state == VAULT_PRINT_PRINTED;
}

/* A job without its sale is the oldest: it goes aside, and the receipt behind it comes out. */
static void
test_damaged_receipt (Scene *scene, gconstpointer data)
{
  g_autoptr (TillSale) sale = scene_sale (scene, scene_first_code (scene));
  gint64 receipt_no;

  g_assert_true (vault_print_again (till_station_shop (scene->station)->vault, 4711, "test", NULL));
  scene_pay_cash (scene, sale, 100000);
  receipt_no = till_sale_receipt_no (sale);
  scene_wait (scene, is_receipt_printed, &receipt_no, "the receipt");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/till/station-work/" name, Scene, NULL, set_up, function, tear_down)
  ADD ("prints-when-paper-is-back", test_prints_when_paper_is_back);
  ADD ("drains-when-the-line-is-back", test_drains_when_the_line_is_back);
  ADD ("drains-after-the-clock-went-back", test_drains_after_the_clock_went_back);
  ADD ("damaged-receipt", test_damaged_receipt);
  return g_test_run ();
}
