/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Opening and closing at awkward moments: while it opens, while a card is awaited, while the line
 * is used, from a program that keeps the vault off its main thread; and what the strip's properties
 * say.
 */
#include "scene.h"

#include "base-check.h"
#include "till-private.h"

static const char *
same (const char *text)
{
  return text;
}

static gboolean
has_looked (Scene *scene, gpointer data)
{
  TillDeviceState reader, printer;

  g_object_get (scene->station, "reader-state", &reader, "printer-state", &printer, NULL);
  return reader == TILL_DEVICE_READY && printer == TILL_DEVICE_READY;
}

static gboolean
is_online (Scene *scene, gpointer wanted)
{
  TillConnection connection;

  g_object_get (scene->station, "connection", &connection, NULL);
  return connection == *(TillConnection *)wanted;
}

static void
test_properties (void)
{
  Scene scene = { 0 };
  TillConnection online = TILL_CONNECTION_ONLINE;
  g_autofree char *name = NULL, *currency = NULL;
  gboolean training = FALSE, cards = FALSE;
  gint64 limit = 0;
  guint count = 0, hours = 0;
  gint64 until_us = 0;

  scene_open (&scene);
  scene_wait (&scene, has_looked, NULL, "the devices");
  scene_wait (&scene, is_online, &online, "the line");
  g_object_get (scene.station, "shop-name", &name, "currency", &currency, "training", &training,
                "offline-cards", &cards, "offline-limit-sale-minor", &limit,
                "certificates-until-us", &until_us, "offline-limit-count", &count,
                "offline-limit-hours", &hours, NULL);
  g_assert_cmpstr (name, ==, till_station_shop_name (scene.station));
  g_assert_cmpstr (currency, ==, "CNY");
  g_assert_true (training && cards);
  g_assert_cmpint (limit, ==, 20000);
  g_assert_cmpuint (count, ==, 50);
  g_assert_cmpuint (hours, ==, 24);
  g_assert_cmpint (until_us, >, g_get_real_time ()); /* the sandbox's were made just now */
  g_object_set (scene.bench, "line-up", FALSE, NULL);
  g_assert_cmpuint (scene_send (&scene), ==, 0);
  scene_clear (&scene);
}

static void
test_closed_while_opening (void)
{
  g_autofree char *dir = g_dir_make_tmp ("till-station-XXXXXX", NULL);
  TillStationOptions options
      = { .data_dir = dir, .training = TRUE, .translate = same, .language = "en" };
  g_autoptr (TillStation) station = till_station_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  till_station_open_async (station, &options, NULL, scene_done_cb, &result);
  till_station_close (station);
  till_station_close (station);
  scene_answer (&result);
  g_assert_false (till_station_open_finish (station, result, &error));
  g_assert_nonnull (error);
}

static gboolean
waits_for_card (Scene *scene, gpointer payment)
{
  return till_payment_state (payment) == TILL_PAYMENT_STATE_WAITING_CARD;
}

/* Two customers' cards at once: one is awaited, one waits its turn. Closing ends both at once, and
 * both are told. */
static void
test_closed_while_paying (void)
{
  Scene scene = { 0 };
  g_autoptr (TillSale) first = NULL;
  g_autoptr (TillSale) second = NULL;
  g_autoptr (GAsyncResult) paid = NULL;
  g_autoptr (GAsyncResult) queued = NULL;
  g_autoptr (TillPayment) payment = NULL;
  gint64 began_us;

  scene_open (&scene);
  first = scene_sale (&scene, scene_first_code (&scene));
  second = scene_sale (&scene, scene_first_code (&scene));
  till_sale_pay_card_async (first, scene_done_cb, &paid);
  till_sale_pay_card_async (second, scene_done_cb, &queued);
  payment = g_list_model_get_item (till_sale_payments (first), 0);
  scene_wait (&scene, waits_for_card, payment, "the reader");
  began_us = g_get_monotonic_time ();
  till_station_close (scene.station);
  g_assert_cmpint (g_get_monotonic_time () - began_us, <, 15 * G_USEC_PER_SEC);
  scene_answer (&paid);
  scene_answer (&queued);
  g_assert_true (till_sale_pay_finish (first, paid, NULL) == payment);
  g_assert_cmpint (till_payment_state (payment), ==, TILL_PAYMENT_STATE_CANCELLED);
  g_assert_null (till_sale_pay_finish (second, queued, NULL));
  g_assert_false (till_sale_is_busy (second));
  g_clear_object (&first);
  g_clear_object (&second);
  scene_clear (&scene);
}

/* A drain that somebody asked for, with a cancellable of his own, ends with the station all the
 * same. */
static void
test_closed_while_sending (void)
{
  Scene scene = { 0 };
  g_autoptr (GCancellable) mine = g_cancellable_new ();
  g_autoptr (GAsyncResult) sent = NULL;
  guint left;

  scene_open (&scene);
  till_station_send_async (scene.station, mine, scene_done_cb, &sent);
  till_station_close (scene.station);
  scene_answer (&sent);
  (void)till_station_send_finish (scene.station, sent, &left, NULL);
  g_assert_false (g_cancellable_is_cancelled (mine));
  scene_clear (&scene);
}

/* As the window: nothing of the vault on this thread, not even when it closes after a sale. */
static void
test_main_thread_kept_free (void)
{
  if (g_test_subprocess ())
    {
      Scene scene = { 0 };
      g_autoptr (TillSale) sale = NULL;

      base_check_claim_main ();
      scene_open (&scene);
      sale = scene_sale (&scene, scene_first_code (&scene));
      scene_pay_cash (&scene, sale, 100000);
      g_clear_object (&sale);
      scene_clear (&scene);
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/till/station/properties", test_properties);
  g_test_add_func ("/till/station/closed-while-opening", test_closed_while_opening);
  g_test_add_func ("/till/station/closed-while-paying", test_closed_while_paying);
  g_test_add_func ("/till/station/closed-while-sending", test_closed_while_sending);
  g_test_add_func ("/till/station/main-thread-kept-free", test_main_thread_kept_free);
  return g_test_run ();
}
