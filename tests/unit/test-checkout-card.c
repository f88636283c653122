/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A card payment in every turn it can take, against a real till-acquirer, and compared with its
 * ledger.
 */
#include "shop-testing.h"
#include "vault-batch.h"
#include "vault-epoch.h"
#include "vault-testing.h"

#define AMOUNT 12500
#define AMOUNT_DECLINED 10051
#define DISK_CALLS_MAX 60

typedef struct
{
  ShopTesting shop;
} Test;

static void
set_up (Test *test, gconstpointer fault)
{
  shop_testing_set_up (&test->shop, fault);
}

static void
tear_down (Test *test, gconstpointer fault)
{
  shop_testing_tear_down (&test->shop);
}

static void
test_approved (Test *test, gconstpointer fault)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  VaultPayment *payment = shop_testing_must_pay (&test->shop, sale);

  g_assert_cmpint (payment->state, ==, VAULT_STATE_APPROVED);
  g_assert_cmpint (sale->state, ==, VAULT_SALE_PAID);
  g_assert_cmpstr (payment->masked_pan, ==, "476173******0119");
  g_assert_cmpstr (payment->response, ==, "00");
  g_assert_cmpuint (shop_testing_effects (&test->shop, payment, "charge"), ==, 1);
}

static void
test_declined_then_again (Test *test, gconstpointer fault)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT_DECLINED);
  VaultPayment *payment = shop_testing_must_pay (&test->shop, sale);
  VaultPayment *second;

  g_assert_cmpint (payment->state, ==, VAULT_STATE_DECLINED);
  g_assert_cmpstr (payment->reason, ==, "declined");
  g_assert_cmpstr (payment->response, ==, "51");
  g_assert_cmpint (sale->state, ==, VAULT_SALE_OPEN);
  second = shop_testing_must_pay (&test->shop, sale);
  g_assert_cmpuint (second->position, ==, 2);
  g_assert_cmpuint (second->stan, !=, payment->stan);
  g_assert_cmpstr (second->uuid, !=, payment->uuid);
}

/* Charged over there, unknown here: reversed before anything else is sent, and the next card is
 * stored meanwhile. */
static void
test_unknown_then_reversed (Test *test, gconstpointer fault)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  g_autoptr (VaultSale) next = shop_testing_sale (AMOUNT);
  VaultPayment *payment = shop_testing_must_pay (&test->shop, sale);
  VaultPayment *stored;

  g_assert_cmpint (payment->state, ==, VAULT_STATE_UNKNOWN);
  g_assert_cmpint (sale->state, ==, VAULT_SALE_OPEN);
  stored = shop_testing_must_pay (&test->shop, next);
  g_assert_cmpint (stored->state, ==, VAULT_STATE_STORED);
  g_assert_cmpstr (stored->reason, ==, "reversal-owed");
  g_assert_cmpint (shop_testing_drain (&test->shop), ==, SYNC_STUCK);
  g_assert_cmpuint (shop_testing_effects (&test->shop, stored, "charge"), ==, 0);
  shop_testing_change_host (&test->shop, NULL);
  g_assert_cmpint (shop_testing_drain (&test->shop), ==, SYNC_EMPTY);
  g_assert_cmpint (shop_testing_state (&test->shop, sale, 1), ==, VAULT_STATE_REVERSED);
  g_assert_cmpint (shop_testing_state (&test->shop, next, 1), ==, VAULT_STATE_APPROVED);
  g_assert_cmpuint (shop_testing_effects (&test->shop, payment, "charge"), ==, 1);
  g_assert_cmpuint (shop_testing_effects (&test->shop, payment, "reversal"), ==, 1);
}

static void
assert_offline (Test *test, gint64 amount_minor, VaultState state, const char *reason)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (amount_minor);
  VaultPayment *payment = shop_testing_must_pay (&test->shop, sale);

  g_assert_cmpint (payment->state, ==, state);
  g_assert_cmpstr (payment->reason, ==, reason);
  g_assert_cmpint (sale->state, ==,
                   state == VAULT_STATE_STORED ? VAULT_SALE_PAID : VAULT_SALE_OPEN);
}

static void
set_limit (Test *test, const char *name, gint64 value)
{
  g_assert_true (vault_setting_set_number (test->shop.shop->vault, name, value, NULL));
}

/* Each at its value and one beyond. */
static void
test_limits (Test *test, gconstpointer fault)
{
  shop_testing_cut_line (&test->shop);
  assert_offline (test, 20001, VAULT_STATE_DECLINED, "limit-sale");
  assert_offline (test, 20000, VAULT_STATE_STORED, "no-connection");
  set_limit (test, CHECKOUT_SETTING_OFFLINE_SUM, 30000);
  assert_offline (test, 10001, VAULT_STATE_DECLINED, "limit-sum");
  assert_offline (test, 10000, VAULT_STATE_STORED, "no-connection");
  assert_offline (test, 1, VAULT_STATE_DECLINED, "limit-sum");
  set_limit (test, CHECKOUT_SETTING_OFFLINE_SUM, 200000);
  set_limit (test, CHECKOUT_SETTING_OFFLINE_COUNT, 3);
  assert_offline (test, 100, VAULT_STATE_STORED, "no-connection");
  assert_offline (test, 100, VAULT_STATE_DECLINED, "limit-count");
  set_limit (test, CHECKOUT_SETTING_OFFLINE_COUNT, 50);
  set_limit (test, CHECKOUT_SETTING_OFFLINE_HOURS, 0);
  g_usleep (2000);
  assert_offline (test, 100, VAULT_STATE_DECLINED, "limit-age");
  set_limit (test, CHECKOUT_SETTING_OFFLINE, 0);
  assert_offline (test, 100, VAULT_STATE_DECLINED, "no-connection");
}

/* The host is there, and isn't asked. */
static void
test_certificate_ended (Test *test, gconstpointer fault)
{
  CheckoutShop *shop = test->shop.shop;
  SyncCertificates *certificates = (SyncCertificates *)sync_line_certificates (shop->line);

  certificates->facts[SYNC_CERTIFICATE_CLIENT].until_unix_s = 1;
  assert_offline (test, 20000, VAULT_STATE_STORED, "certificate-ended");
  set_limit (test, CHECKOUT_SETTING_OFFLINE, 0);
  assert_offline (test, 100, VAULT_STATE_DECLINED, "certificate-ended");
}

/* What holds a payment up is named: a host that says nothing to the sign-in is no host that refuses
 * it, and a batch that is half settled is no reversal. */
static void
test_held_up (Test *test, gconstpointer fault)
{
  g_autoptr (GError) error = NULL;
  VaultBatch counted;

  shop_testing_change_host (&test->shop, "drop-answer=1");
  g_assert_true (sync_line_drop_keys (test->shop.shop->line, &error));
  g_assert_no_error (error);
  assert_offline (test, 100, VAULT_STATE_STORED, "host-silent");
  shop_testing_cut_line (&test->shop);
  g_assert_true (vault_batch_count (test->shop.shop->vault, "manager", &counted, &error));
  g_assert_no_error (error);
  assert_offline (test, 100, VAULT_STATE_STORED, "settling");
}

/* What another till goes on with is no place to leave a sale in. */
static void
test_handed_over (Test *test, gconstpointer fault)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (vault_epoch_hand_over (test->shop.shop->vault, 2, &error));
  g_assert_no_error (error);
  assert_offline (test, 100, VAULT_STATE_DECLINED, "handed-over");
}

static void
test_refused_before_the_card (Test *test, gconstpointer fault)
{
  CheckoutShop *shop = test->shop.shop;

  training_bench_plug (shop->bench, TRAINING_STRIPE, FALSE);
  assert_offline (test, 100, VAULT_STATE_DECLINED, "no-reader");
  g_assert_true (vault_setting_set (shop->vault, SYNC_SETTING_MAC_KEY, BASE_SPAN (NULL, 0), NULL));
  g_assert_true (
      vault_setting_set (shop->vault, SYNC_SETTING_MASTER_KEY, BASE_SPAN (NULL, 0), NULL));
  g_clear_pointer (&shop->line, sync_line_free);
  shop->line = sync_line_new (shop->vault, NULL);
  assert_offline (test, 100, VAULT_STATE_DECLINED, "no-key");
  g_clear_pointer (&shop->line, sync_line_free);
  assert_offline (test, 100, VAULT_STATE_DECLINED, "no-acquirer");
}

/* A profile whose messages the till itself would have to fill with card data takes no such reader.
 */
static void
test_profile_refused (Test *test, gconstpointer fault)
{
  Vault *vault = test->shop.shop->vault;
  g_autofree char *text = vault_setting_text (vault, SYNC_SETTING_PROFILE, NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *changed = NULL;

  g_assert_true (g_key_file_load_from_data (file, text, (gsize)-1, G_KEY_FILE_NONE, NULL));
  g_key_file_set_string (file, "profile", "card_data", "till");
  changed = g_key_file_to_data (file, NULL, NULL);
  g_assert_true (vault_setting_set_text (vault, SYNC_SETTING_PROFILE, changed, NULL));
  shop_testing_change_host (&test->shop, NULL);
  assert_offline (test, 100, VAULT_STATE_DECLINED, "profile");
}

static void
test_cancelled (Test *test, gconstpointer fault)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  VaultPayment *payment = vault_payment_new (VAULT_TENDER_CARD, AMOUNT);
  CheckoutCard card
      = { .shop = test->shop.shop, .sale = sale, .payment = payment, .cancellable = cancellable };
  g_auto (SyncReport) report = { 0 };

  sync_report_init (&report);
  g_cancellable_cancel (cancellable);
  g_assert_true (checkout_card_run (&card, &report, NULL));
  g_assert_cmpint (payment->state, ==, VAULT_STATE_CANCELLED);
  g_assert_cmpint (sale->payments->len, ==, 1);
  g_assert_cmpuint (payment->stan, ==, 0);
}

static const char *
same (const char *text)
{
  return text;
}

/* A second process reads, and neither asks a card nor sends a byte. */
static void
test_read_only (Test *test, gconstpointer fault)
{
  g_autofree char *dir = g_build_filename (test->shop.dir, "shop", NULL);
  CheckoutShopOptions options = {
    .data_dir = dir, .passphrase = SHOP_TESTING_PASSPHRASE, .may_read_only = TRUE, .translate = same
  };
  g_autoptr (CheckoutShop) second = checkout_shop_open (&options, NULL);
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  g_autoptr (VaultPayment) payment = vault_payment_new (VAULT_TENDER_CARD, AMOUNT);
  CheckoutCard card = { .shop = second, .sale = sale, .payment = payment };
  g_auto (SyncReport) report = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (second);
  sync_report_init (&report);
  g_assert_false (checkout_card_run (&card, &report, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_BUSY);
  g_clear_error (&error);
  g_assert_cmpint (sync_queue_run (second->line, NULL, &report, &error), ==, SYNC_FAULT);
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_BUSY);
}

/* The disk is full from the n-th write on: whatever the till says then, the books and the ledger
 * agree once there is room again. */
static void
test_disk_full (Test *test, gconstpointer fault)
{
  gboolean met = TRUE;

  for (guint n = 1; met && n < DISK_CALLS_MAX; n++)
    {
      g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
      g_autoptr (GError) error = NULL;
      VaultPayment *payment = NULL;
      gboolean good, approved;

      vault_testing_disk_fail (VAULT_TESTING_FULL, n);
      good = shop_testing_pay (&test->shop, sale, &payment, &error);
      met = vault_testing_disk_failed ();
      vault_testing_disk_mend ();
      g_assert_cmpint (shop_testing_drain (&test->shop), ==, SYNC_EMPTY);
      if (payment->position == 0)
        {
          g_assert_false (good);
          vault_payment_free (payment);
          continue;
        }
      approved = shop_testing_state (&test->shop, sale, payment->position) == VAULT_STATE_APPROVED;
      g_assert_true (approved == good);
      g_assert_true (approved
                     || shop_testing_state (&test->shop, sale, payment->position)
                            == VAULT_STATE_REVERSED);
      g_assert_cmpuint (shop_testing_effects (&test->shop, payment, "charge")
                            - shop_testing_effects (&test->shop, payment, "reversal"),
                        ==, approved ? 1 : 0);
    }
  g_assert_false (met);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  vault_testing_disk_install ();
#define ADD(name, fault, function)                                                                 \
  g_test_add ("/checkout/card/" name, Test, fault, set_up, function, tear_down)
  ADD ("approved", NULL, test_approved);
  ADD ("declined-then-again", NULL, test_declined_then_again);
  ADD ("unknown-then-reversed", "drop-answer=1", test_unknown_then_reversed);
  ADD ("limits", NULL, test_limits);
  ADD ("certificate-ended", NULL, test_certificate_ended);
  ADD ("held-up", NULL, test_held_up);
  ADD ("handed-over", NULL, test_handed_over);
  ADD ("refused-before-the-card", NULL, test_refused_before_the_card);
  ADD ("profile-refused", NULL, test_profile_refused);
  ADD ("cancelled", NULL, test_cancelled);
  ADD ("read-only", NULL, test_read_only);
  ADD ("disk-full", NULL, test_disk_full);
  return g_test_run ();
}
