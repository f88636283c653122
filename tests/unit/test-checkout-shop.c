/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Making and opening a shop: what a set-up must have, what it leaves behind when it fails, a wrong
 * key, a second process.
 */
#include "shop-testing.h"

#include "vault-key.h"

#include <glib/gstdio.h>

static const char *
same (const char *text)
{
  return text;
}

static CheckoutShopOptions
options_for (const char *dir)
{
  return (CheckoutShopOptions){
    .data_dir = dir, .passphrase = SHOP_TESTING_PASSPHRASE, .translate = same, .language = "en"
  };
}

static void
test_settings (void)
{
  ShopTesting testing = { 0 };
  Vault *vault;

  shop_testing_set_up (&testing, NULL);
  vault = testing.shop->vault;
  g_assert_cmpstr (testing.shop->shop_name, ==, "Test shop");
  g_assert_cmpstr (testing.shop->currency, ==, "CNY");
  g_assert_cmpstr (testing.shop->till_name, ==, "TEST0001");
  g_assert_cmpint (vault_setting_number (vault, CHECKOUT_SETTING_OFFLINE, 0), ==, 1);
  g_assert_cmpint (vault_setting_number (vault, CHECKOUT_SETTING_OFFLINE_SALE, 0), ==, 20000);
  g_assert_cmpint (vault_setting_number (vault, CHECKOUT_SETTING_OFFLINE_SUM, 0), ==, 200000);
  g_assert_cmpint (vault_setting_number (vault, CHECKOUT_SETTING_OFFLINE_COUNT, 0), ==, 50);
  g_assert_cmpint (vault_setting_number (vault, CHECKOUT_SETTING_OFFLINE_HOURS, 0), ==, 24);
  shop_testing_tear_down (&testing);
}

/* Without an acquirer; refused a second time; not opened with another key. */
static void
test_once (void)
{
  g_autofree char *dir = g_dir_make_tmp ("till-shop-XXXXXX", NULL), *recovery = NULL,
                  *second = NULL;
  CheckoutShopSetup setup
      = { .name = "Cash only", .currency = "EUR", .tax_mode = SHOP_TAX_EXCLUSIVE };
  CheckoutShopOptions options = options_for (dir);
  g_autoptr (CheckoutShop) shop = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (checkout_shop_create (dir, SHOP_TESTING_PASSPHRASE, &setup, &recovery, NULL));
  g_assert_nonnull (recovery);
  g_assert_false (checkout_shop_create (dir, SHOP_TESTING_PASSPHRASE, &setup, &second, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_EXISTS);
  g_clear_error (&error);
  shop = checkout_shop_open (&options, NULL);
  g_assert_nonnull (shop);
  g_assert_null (shop->line);
  g_assert_cmpint (shop->tax_mode, ==, SHOP_TAX_EXCLUSIVE);
  g_clear_pointer (&shop, checkout_shop_free);
  options.passphrase = BASE_SPAN_STR ("another");
  shop = checkout_shop_open (&options, &error);
  g_assert_null (shop);
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_KEY);
}

static void
test_second_process (void)
{
  ShopTesting testing = { 0 };
  g_autofree char *dir = NULL;
  CheckoutShopOptions options;
  g_autoptr (CheckoutShop) second = NULL;
  g_autoptr (GError) error = NULL;

  shop_testing_set_up (&testing, NULL);
  dir = g_build_filename (testing.dir, "shop", NULL);
  options = options_for (dir);
  second = checkout_shop_open (&options, &error);
  g_assert_null (second);
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_BUSY);
  options.may_read_only = TRUE;
  second = checkout_shop_open (&options, NULL);
  g_assert_nonnull (second);
  g_assert_false (vault_is_owner (second->vault));
  g_clear_pointer (&second, checkout_shop_free);
  shop_testing_tear_down (&testing);
}

static void
refuse (const CheckoutShopSetup *setup)
{
  g_autofree char *parent = g_dir_make_tmp ("till-shop-XXXXXX", NULL),
                  *dir = g_build_filename (parent, "shop", NULL);
  g_autofree char *recovery = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (checkout_shop_create (dir, SHOP_TESTING_PASSPHRASE, setup, &recovery, &error));
  g_assert_nonnull (error);
  g_assert_null (recovery);
  g_assert_false (g_file_test (dir, G_FILE_TEST_EXISTS));
  g_rmdir (parent);
}

/* Each wrong in one place: said at set-up, not by the first customer, and nothing is left behind.
 */
static void
test_bad_acquirers (void)
{
  const CheckoutShopSetup good = { .name = "Shop",
                                   .currency = "CNY",
                                   .profile = "sandbox",
                                   .host = "127.0.0.1",
                                   .port = 1,
                                   .tls_dir = "/nowhere",
                                   .terminal = "T1",
                                   .merchant = "M1" };
  CheckoutShopSetup bad[] = { good, good, good, good, good, good, good, good };

  bad[0].host = NULL;
  bad[1].port = 0;
  bad[2].tls_dir = NULL;
  bad[3].terminal = NULL;
  bad[4].terminal = "NINECHARS";
  bad[5].merchant = "1234567890123456";
  bad[6].profile = "no-such-profile";
  /* bad[7]: only the folder with the keys is missing */
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    refuse (&bad[i]);
}

static VaultSaleState
state_of (ShopTesting *testing, gint64 id)
{
  g_autoptr (VaultSale) sale = vault_sale_load (testing->shop->vault, id, NULL);

  g_assert_nonnull (sale);
  return sale->state;
}

static gint64
leave_open (ShopTesting *testing, VaultEvent event, gint64 amount_minor)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (1000);
  VaultTender tender = event == VAULT_EVENT_CASH_TAKEN ? VAULT_TENDER_CASH : VAULT_TENDER_CARD;
  VaultChange change
      = { .event = event, .sale = sale, .payment = vault_payment_new (tender, amount_minor) };

  g_assert_true (vault_apply (testing->shop->vault, &change, 1, NULL));
  return sale->id;
}

/* The till dies with sales on the screen: one partly paid, one taken back from being parked, one
 * where nothing was paid, one paid. */
static void
test_left_behind (void)
{
  ShopTesting testing = { 0 };
  g_autoptr (VaultSale) parked = shop_testing_sale (1000);
  g_autoptr (VaultSale) recalled = NULL;
  gint64 partly, declined, paid;

  shop_testing_set_up (&testing, NULL);
  partly = leave_open (&testing, VAULT_EVENT_CASH_TAKEN, 400);
  declined = leave_open (&testing, VAULT_EVENT_REFUSED, 1000);
  paid = leave_open (&testing, VAULT_EVENT_CASH_TAKEN, 1000);
  g_assert_true (vault_sale_park (testing.shop->vault, parked, "Ms Li", NULL));
  recalled = vault_sale_recall (testing.shop->vault, parked->id, NULL);
  g_assert_cmpint (state_of (&testing, recalled->id), ==, VAULT_SALE_OPEN);
  shop_testing_reopen (&testing);
  g_assert_cmpint (state_of (&testing, partly), ==, VAULT_SALE_PARKED);
  g_assert_cmpint (state_of (&testing, recalled->id), ==, VAULT_SALE_PARKED);
  g_assert_cmpint (state_of (&testing, declined), ==, VAULT_SALE_OPEN);
  g_assert_cmpint (state_of (&testing, paid), ==, VAULT_SALE_PAID);
  shop_testing_tear_down (&testing);
}

static void
wait_for_copy (CheckoutShop *shop, const char *folder, const char *reason)
{
  CheckoutFollowState state = { 0 };

  for (guint i = 0; i < 2000; i++)
    {
      g_autofree char *where = NULL;

      g_assert_true (checkout_shop_copy (shop, &where, &state));
      g_assert_cmpstr (where, ==, folder);
      if (g_str_equal (state.reason, reason) && (reason[0] != '\0' || state.current))
        return;
      g_usleep (10000);
    }
  g_error ("The copy never was “%s”, but “%s”", reason, state.reason);
}

/* Another folder while the shop is open; one that can't be used leaves the first where it was. */
static void
test_follow (void)
{
  ShopTesting testing = { 0 };
  g_autofree char *first = g_dir_make_tmp ("till-stick-XXXXXX", NULL);
  g_autofree char *second = g_dir_make_tmp ("till-stick-XXXXXX", NULL);
  g_autofree char *away = g_strconcat (second, "-away", NULL), *none = NULL;
  g_autoptr (GError) error = NULL;
  CheckoutFollowState state;

  shop_testing_set_up (&testing, NULL);
  g_assert_false (checkout_shop_copy (testing.shop, &none, &state));
  g_assert_false (checkout_shop_follow (testing.shop, BASE_SPAN_STR ("another"), first, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_KEY);
  g_clear_error (&error);
  g_assert_true (checkout_shop_follow (testing.shop, SHOP_TESTING_PASSPHRASE, first, &error));
  g_assert_no_error (error);
  wait_for_copy (testing.shop, first, "");
  g_assert_false (
      checkout_shop_follow (testing.shop, SHOP_TESTING_PASSPHRASE, "/nowhere/at/all", &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_ABSENT);
  wait_for_copy (testing.shop, first, "");
  g_assert_true (checkout_shop_follow (testing.shop, SHOP_TESTING_PASSPHRASE, second, NULL));
  shop_testing_reopen (&testing);
  wait_for_copy (testing.shop, second, "");
  g_assert_cmpint (g_rename (second, away), ==, 0);
  shop_testing_cut_line (&testing);
  {
    g_autoptr (VaultSale) sale = shop_testing_sale (1000);

    (void)shop_testing_must_pay (&testing, sale);
  }
  wait_for_copy (testing.shop, second, "absent");
  shop_testing_tear_down (&testing);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/checkout/shop/settings", test_settings);
  g_test_add_func ("/checkout/shop/once", test_once);
  g_test_add_func ("/checkout/shop/second-process", test_second_process);
  g_test_add_func ("/checkout/shop/bad-acquirers", test_bad_acquirers);
  g_test_add_func ("/checkout/shop/follow", test_follow);
  g_test_add_func ("/checkout/shop/left-behind", test_left_behind);
  return g_test_run ();
}
