/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a station looks up and lists, each answer as the faces get it, and after closing: an error,
 * never a crash.
 */
#include "scene.h"
#include "till-private.h"
#include "vault-epoch.h"

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

static void
test_find (Scene *scene, gconstpointer data)
{
  g_autoptr (GAsyncResult) found = NULL;
  g_autoptr (GAsyncResult) missed = NULL;
  g_autoptr (CheckoutFound) product = NULL;
  g_autoptr (CheckoutFound) nothing = NULL;
  g_autoptr (GError) error = NULL;
  const char *code = scene_first_code (scene);

  till_station_find_async (scene->station, code, NULL, scene_done_cb, &found);
  product = till_station_find_finish (scene->station, scene_answer (&found), NULL);
  g_assert_cmpint (product->kind, ==, CHECKOUT_FOUND_PRODUCT);
  g_assert_cmpstr (product->product->code, ==, code);
  till_station_find_async (scene->station, "no such code", NULL, scene_done_cb, &missed);
  nothing = till_station_find_finish (scene->station, scene_answer (&missed), &error);
  g_assert_no_error (error);
  g_assert_cmpint (nothing->kind, ==, CHECKOUT_FOUND_NOTHING);
}

static void
test_search (Scene *scene, gconstpointer data)
{
  g_autoptr (GAsyncResult) first = NULL;
  g_autoptr (GAsyncResult) second = NULL;
  g_autoptr (GListModel) rows = NULL;
  g_autoptr (GListModel) superseded = NULL;
  g_autoptr (GError) error = NULL;

  till_station_search_async (scene->station, "a", NULL, scene_done_cb, &first);
  till_station_search_async (scene->station, "e", NULL, scene_done_cb, &second);
  rows = till_station_search_finish (scene->station, scene_answer (&second), NULL);
  g_assert_cmpuint (g_list_model_get_n_items (rows), >, 0);
  superseded = till_station_search_finish (scene->station, scene_answer (&first), &error);
  g_assert_true (superseded != NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
}

/* A stored sale as a row, its receipt, and a reprint of it; of one that there never was: not found.
 */
static void
test_queue_and_receipt (Scene *scene, gconstpointer data)
{
  g_autoptr (TillSale) sale = scene_sale (scene, scene_first_code (scene));
  g_autoptr (GAsyncResult) listed = NULL;
  g_autoptr (GAsyncResult) read = NULL;
  g_autoptr (GAsyncResult) missed = NULL;
  g_autoptr (GAsyncResult) again = NULL;
  g_autoptr (GAsyncResult) never = NULL;
  g_autoptr (GListModel) rows = NULL;
  g_autoptr (TillQueueRow) row = NULL;
  g_autoptr (ShopReceipt) receipt = NULL;
  g_autoptr (GError) error = NULL;

  g_object_set (scene->bench, "line-up", FALSE, NULL);
  scene_pay_card (scene, sale, "visa");
  till_station_queue_async (scene->station, FALSE, NULL, scene_done_cb, &listed);
  rows = till_station_queue_finish (scene->station, scene_answer (&listed), NULL);
  g_assert_cmpuint (g_list_model_get_n_items (rows), ==, 1);
  row = g_list_model_get_item (rows, 0);
  g_assert_cmpstr (till_queue_row_data (row)->klass, ==, "deferred");
  g_assert_cmpint (till_queue_row_data (row)->state, ==, TILL_PAYMENT_STATE_STORED);
  g_assert_cmpstr (till_queue_row_data (row)->masked_pan, ==, "476173******0119");
  till_station_receipt_async (scene->station, till_sale_receipt_no (sale), scene_done_cb, &read);
  receipt = till_station_receipt_finish (scene->station, scene_answer (&read), NULL);
  g_assert_cmpuint (shop_receipt_count (receipt), >, 5);
  till_station_receipt_async (scene->station, 4711, scene_done_cb, &missed);
  g_assert_null (till_station_receipt_finish (scene->station, scene_answer (&missed), &error));
  g_assert_error (error, TILL_ERROR, TILL_ERROR_ABSENT);
  g_clear_error (&error);
  till_station_reprint_async (scene->station, till_sale_receipt_no (sale), scene_done_cb, &again);
  g_assert_true (till_station_reprint_finish (scene->station, scene_answer (&again), NULL));
  till_station_reprint_async (scene->station, 4711, scene_done_cb, &never);
  g_assert_false (till_station_reprint_finish (scene->station, scene_answer (&never), &error));
  g_assert_error (error, TILL_ERROR, TILL_ERROR_ABSENT);
}

static void
test_retry_of_nothing (Scene *scene, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  till_station_retry_async (scene->station, 4711, scene_done_cb, &result);
  g_assert_false (till_station_retry_finish (scene->station, scene_answer (&result), &error));
  g_assert_error (error, TILL_ERROR, TILL_ERROR_ABSENT);
}

/* A restored copy is compared with the host first: without its answer nothing is released. */
static void
test_release (Scene *scene, gconstpointer data)
{
  g_autoptr (TillSale) sale = scene_sale (scene, scene_first_code (scene));
  Vault *vault = till_station_shop (scene->station)->vault;
  g_autoptr (GAsyncResult) refused = NULL;
  g_autoptr (GAsyncResult) listed = NULL;
  g_autoptr (GAsyncResult) released = NULL;
  g_autoptr (GListModel) rows = NULL;
  g_autoptr (GError) error = NULL;

  g_object_set (scene->bench, "line-up", FALSE, NULL);
  scene_pay_card (scene, sale, "visa");
  g_assert_true (vault_epoch_begin (vault, VAULT_QUARANTINE_RESTORED, NULL));
  till_station_release_async (scene->station, scene_done_cb, &refused);
  g_assert_false (till_station_release_finish (scene->station, scene_answer (&refused), &error));
  g_assert_error (error, TILL_ERROR, TILL_ERROR_FAULT);
  g_assert_nonnull (vault_epoch_quarantine (vault));
  g_clear_error (&error);
  g_object_set (scene->bench, "line-up", TRUE, NULL); /* on the worker that lists, too */
  till_station_queue_async (scene->station, FALSE, NULL, scene_done_cb, &listed);
  rows = till_station_queue_finish (scene->station, scene_answer (&listed), NULL);
  g_assert_cmpuint (g_list_model_get_n_items (rows), ==, 1);
  till_station_release_async (scene->station, scene_done_cb, &released);
  g_assert_true (till_station_release_finish (scene->station, scene_answer (&released), &error));
  g_assert_no_error (error);
  g_assert_null (vault_epoch_quarantine (vault));
}

static void
test_after_closing (Scene *scene, gconstpointer data)
{
  g_autoptr (GAsyncResult) found = NULL;
  g_autoptr (GAsyncResult) searched = NULL;
  g_autoptr (GAsyncResult) sent = NULL;
  g_autoptr (GError) error = NULL;
  guint left;

  till_station_close (scene->station);
  till_station_find_async (scene->station, "1", NULL, scene_done_cb, &found);
  g_assert_null (till_station_find_finish (scene->station, scene_answer (&found), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  till_station_search_async (scene->station, "a", NULL, scene_done_cb, &searched);
  g_assert_null (till_station_search_finish (scene->station, scene_answer (&searched), NULL));
  till_station_send_async (scene->station, NULL, scene_done_cb, &sent);
  g_assert_false (till_station_send_finish (scene->station, scene_answer (&sent), &left, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/till/station-lists/" name, Scene, NULL, set_up, function, tear_down)
  ADD ("find", test_find);
  ADD ("search", test_search);
  ADD ("queue-and-receipt", test_queue_and_receipt);
  ADD ("retry-of-nothing", test_retry_of_nothing);
  ADD ("release", test_release);
  ADD ("after-closing", test_after_closing);
  return g_test_run ();
}
