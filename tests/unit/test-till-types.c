/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rows are snapshots: they keep what they were made from, and the names of states are those that
 * commands.md promises.
 */
#include "till-private.h"

static void
test_names (void)
{
  g_assert_cmpstr (till_payment_state_name (TILL_PAYMENT_STATE_APPROVED), ==, "approved");
  g_assert_cmpstr (till_payment_state_name (TILL_PAYMENT_STATE_STORED), ==, "stored");
  g_assert_cmpstr (till_payment_state_name (TILL_PAYMENT_STATE_UNKNOWN), ==, "unknown");
  g_assert_cmpstr (till_payment_state_name (TILL_PAYMENT_STATE_DECLINED), ==, "declined");
  g_assert_cmpstr (till_payment_state_name (TILL_PAYMENT_STATE_REVERSED), ==, "reversed");
  g_assert_cmpstr (till_payment_state_name (TILL_PAYMENT_STATE_CANCELLED), ==, "cancelled");
  g_assert_true (G_TYPE_IS_ENUM (TILL_TYPE_CONNECTION));
  g_assert_true (G_TYPE_IS_ENUM (TILL_TYPE_DEVICE_STATE));
}

static void
test_queue_row (void)
{
  g_autofree char *terminal = g_strdup ("T1"), *reason = g_strdup ("too-old");
  TillQueueRowData data = {
    .id = 5, .klass = "deferred", .terminal = terminal, .reason = reason, .amount_minor = 1250
  };
  g_autoptr (TillQueueRow) row = till_queue_row_new (&data);
  const TillQueueRowData *kept = till_queue_row_data (row);

  terminal[0] = reason[0] = '?';
  g_assert_cmpstr (kept->terminal, ==, "T1");
  g_assert_cmpstr (kept->reason, ==, "too-old");
  g_assert_null (kept->masked_pan);
  g_assert_cmpint (kept->id, ==, 5);
  g_assert_cmpint (kept->amount_minor, ==, 1250);
}

static void
on_notify_cb (guint *count, GParamSpec *pspec, TillQueueRow *row)
{
  (*count)++;
}

/* Its own time and the station's: whatever is later, told once. */
static void
test_put_off (void)
{
  TillQueueRowData data = { .klass = "deferred", .record = "waiting", .next_us = 0 };
  g_autoptr (TillQueueRow) row = till_queue_row_new (&data);
  g_autoptr (TillQueueRow) own = NULL;
  gint64 next_us = 0;
  guint told = 0;

  g_signal_connect_swapped (row, "notify::next-us", G_CALLBACK (on_notify_cb), &told);
  till_queue_row_put_off (row, 0);
  g_assert_cmpuint (told, ==, 0);
  till_queue_row_put_off (row, 7000);
  till_queue_row_put_off (row, 7000);
  g_assert_cmpuint (told, ==, 1);
  g_object_get (row, "next-us", &next_us, NULL);
  g_assert_cmpint (next_us, ==, 7000);
  g_assert_cmpint (till_queue_row_data (row)->next_us, ==, 7000);
  till_queue_row_put_off (row, 0);
  g_assert_cmpint (till_queue_row_data (row)->next_us, ==, 0);
  data.next_us = 9000;
  own = till_queue_row_new (&data);
  till_queue_row_put_off (own, 7000);
  g_assert_cmpint (till_queue_row_data (own)->next_us, ==, 9000);
  till_queue_row_put_off (own, 11000);
  g_assert_cmpint (till_queue_row_data (own)->next_us, ==, 11000);
  till_queue_row_put_off (own, 0);
  g_assert_cmpint (till_queue_row_data (own)->next_us, ==, 9000);
}

static void
test_goods (void)
{
  g_autoptr (ShopProduct) product = shop_product_new ("6900000000012", "Water", 150);
  g_autoptr (TillProductRow) row = till_product_row_new (product);
  ShopCart *cart = shop_cart_new ("CNY", SHOP_TAX_INCLUSIVE);
  g_autoptr (VaultSale) sale = vault_sale_new (cart, "01");
  g_autoptr (TillParkedRow) parked = NULL;
  g_autoptr (TillSaleLine) line = NULL;
  guint number;

  g_assert_true (shop_cart_add (cart, product, 2 * SHOP_QUANTITY_ONE_MILLI, &number, NULL));
  g_assert_true (till_product_row_product (row) != product);
  g_assert_cmpstr (till_product_row_product (row)->code, ==, "6900000000012");
  line = till_sale_line_new (shop_cart_line (cart, 0));
  g_assert_true (shop_cart_void (cart, number, "mistake", NULL));
  g_assert_false (till_sale_line_data (line)->voided);
  g_assert_cmpint (till_sale_line_data (line)->amount_minor, ==, 300);
  sale->id = 9;
  sale->label = g_strdup ("Ms Li");
  parked = till_parked_row_new (sale);
  g_assert_cmpint (till_parked_row_id (parked), ==, 9);
  g_assert_cmpstr (till_parked_row_label (parked), ==, "Ms Li");
  g_assert_cmpint (till_parked_row_total_minor (parked), ==, 0);
  g_assert_cmpuint (till_parked_row_count (parked), ==, 0);
  g_assert_cmpint (till_parked_row_opened_us (parked), ==, sale->opened_us);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/till/types/names", test_names);
  g_test_add_func ("/till/types/queue-row", test_queue_row);
  g_test_add_func ("/till/types/put-off", test_put_off);
  g_test_add_func ("/till/types/goods", test_goods);
  return g_test_run ();
}
