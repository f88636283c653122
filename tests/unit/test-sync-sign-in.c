/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Signing in at a till-acquirer that speaks UnionPay's dialect: working keys, batch, what happens
 * when the host has forgotten the terminal, and when the two have different master keys. The same
 * at the sandbox, whose sign-in has a MAC and changes the key while the terminal works.
 */
#include "sync-sign-in.h"

#include "crypto-error.h"
#include "shop-testing.h"
#include "vault-key.h"

static void
set_up (ShopTesting *shop, gconstpointer fault)
{
  shop_testing_set_up_for (shop, "unionpay", fault);
}

static void
tear_down (ShopTesting *shop, gconstpointer fault)
{
  shop_testing_tear_down (shop);
}

static SyncSignIn
sign_in (ShopTesting *shop, SyncSignInReport *report, GError **error)
{
  SyncSignIn outcome;

  sync_line_take_turn (shop->shop->line, FALSE);
  outcome = sync_sign_in_run (shop->shop->line, NULL, report, error);
  sync_line_end_turn (shop->shop->line, FALSE);
  return outcome;
}

static void
test_signs_in (ShopTesting *shop, gconstpointer fault)
{
  SyncSignInReport report;
  GError *error = NULL;

  g_assert_true (sync_line_needs_sign_in (shop->shop->line));
  g_assert_cmpint (sign_in (shop, &report, &error), ==, SYNC_SIGN_IN_DONE);
  g_assert_no_error (error);
  g_assert_cmpstr (report.code, ==, "00");
  g_assert_cmpuint (report.batch, ==, 1);
  g_assert_false (sync_line_needs_sign_in (shop->shop->line));
  shop_testing_reopen (shop); /* the keys are kept */
  g_assert_false (sync_line_needs_sign_in (shop->shop->line));
  g_assert_true (sync_sign_in_ready (shop->shop->line, NULL, &error));
}

static void
test_no_answer (ShopTesting *shop, gconstpointer fault)
{
  SyncSignInReport report;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (sign_in (shop, &report, &error), ==, SYNC_SIGN_IN_NO_ANSWER);
  g_assert_nonnull (error);
  g_assert_true (sync_line_needs_sign_in (shop->shop->line));
}

/* The check value of the last key comes with its last byte changed. */
static void
test_changed_keys (ShopTesting *shop, gconstpointer fault)
{
  SyncSignInReport report;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (sign_in (shop, &report, &error), ==, SYNC_SIGN_IN_FAULT);
  g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_AUTHENTIC);
  g_assert_true (sync_line_needs_sign_in (shop->shop->line));
}

static void
test_other_master_key (ShopTesting *shop, gconstpointer fault)
{
  static const guint8 other[16] = { 1 };
  SyncSignInReport report;
  g_autoptr (GError) error = NULL;

  g_assert_true (vault_setting_set (shop->shop->vault, SYNC_SETTING_MASTER_KEY,
                                    BASE_SPAN (other, sizeof other), NULL));
  shop_testing_reopen (shop);
  g_assert_cmpint (sign_in (shop, &report, &error), ==, SYNC_SIGN_IN_FAULT);
  g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_AUTHENTIC);
}

static void
test_not_needed (ShopTesting *shop, gconstpointer fault)
{
  g_autofree char *plain = sandbox_process_plain_profile ();
  Vault *vault = shop->shop->vault;
  static const guint8 key[16] = { 1 };
  SyncSignInReport report;

  g_assert_true (vault_setting_set_text (vault, SYNC_SETTING_PROFILE, plain, NULL));
  g_assert_true (
      vault_setting_set (vault, SYNC_SETTING_MAC_KEY, BASE_SPAN (key, sizeof key), NULL));
  shop_testing_reopen (shop);
  g_assert_cmpint (sign_in (shop, &report, NULL), ==, SYNC_SIGN_IN_NOT_NEEDED);
  g_assert_false (sync_line_needs_sign_in (shop->shop->line));
}

/* ---- the sandbox's dialect ---- */

static void
set_up_sandbox (ShopTesting *shop, gconstpointer fault)
{
  shop_testing_set_up (shop, NULL);
}

static VaultState
pay (ShopTesting *shop)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (1100);

  return shop_testing_must_pay (shop, sale)->state;
}

/* By hand, while the terminal has a key: another key, and it goes on with that. */
static void
test_key_change (ShopTesting *shop, gconstpointer fault)
{
  Vault *vault = shop->shop->vault;
  SyncSignInReport report;
  g_autoptr (BaseSecret) before = NULL;
  g_autoptr (BaseSecret) after = NULL;
  GError *error = NULL;

  g_assert_cmpint (pay (shop), ==, VAULT_STATE_APPROVED);
  before = vault_setting (vault, SYNC_SETTING_WORKING_KEYS, NULL);
  g_assert_cmpint (sign_in (shop, &report, &error), ==, SYNC_SIGN_IN_DONE);
  g_assert_no_error (error);
  after = vault_setting (vault, SYNC_SETTING_WORKING_KEYS, NULL);
  g_assert_false (base_bytes_equal (base_secret_span (before), base_secret_span (after)));
  g_assert_cmpint (pay (shop), ==, VAULT_STATE_APPROVED);
  shop_testing_reopen (shop);
  g_assert_cmpint (pay (shop), ==, VAULT_STATE_APPROVED);
}

/* At the host's wish: the sale isn't lost, nor charged twice. */
static void
test_host_wants_key (ShopTesting *shop, gconstpointer fault)
{
  g_autoptr (BaseSecret) before = NULL;
  g_autoptr (BaseSecret) after = NULL;
  g_autoptr (VaultSale) sale = shop_testing_sale (1300);
  VaultPayment *payment;

  before = vault_setting (shop->shop->vault, SYNC_SETTING_WORKING_KEYS, NULL);
  shop_testing_change_host (shop, "key-change=0.5");
  for (guint i = 0; i < 12; i++)
    (void)pay (shop);
  after = vault_setting (shop->shop->vault, SYNC_SETTING_WORKING_KEYS, NULL);
  g_assert_false (base_bytes_equal (base_secret_span (before), base_secret_span (after)));
  shop_testing_change_host (shop, "key-change=1"); /* it never is content */
  payment = shop_testing_must_pay (shop, sale);
  g_assert_cmpint (payment->state, ==, VAULT_STATE_DECLINED);
  g_assert_cmpstr (payment->response, ==, "A2");
  g_assert_cmpuint (shop_testing_effects (shop, payment, "charge"), ==, 0);
  shop_testing_change_host (shop, NULL);
  g_assert_cmpint (pay (shop), ==, VAULT_STATE_APPROVED);
}

/* The sign-in's own answer comes with a wrong MAC: there are no new keys, and nobody is believed.
 */
static void
test_bad_mac (ShopTesting *shop, gconstpointer fault)
{
  SyncSignInReport report;
  g_autoptr (GError) error = NULL;

  shop_testing_change_host (shop, "bad-mac=1");
  g_assert_cmpint (sign_in (shop, &report, &error), ==, SYNC_SIGN_IN_NO_ANSWER);
  g_assert_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_MAC);
  g_assert_true (sync_line_needs_sign_in (shop->shop->line));
  g_assert_cmpint (pay (shop), ==, VAULT_STATE_STORED);
  shop_testing_change_host (shop, NULL);
  g_assert_cmpint (shop_testing_drain (shop), !=, SYNC_FAULT);
  g_assert_cmpint (pay (shop), ==, VAULT_STATE_APPROVED);
}

/* The sign-in is done over there and its answer lost: the key that the till has is no good any
 * more. It notices, signs in by itself, and no sale is lost or doubled. */
static void
test_lost_sign_in (ShopTesting *shop, gconstpointer fault)
{
  SyncSignInReport report;
  g_autoptr (VaultSale) sale = shop_testing_sale (1700);
  VaultPayment *payment;

  shop_testing_change_host (shop, "drop-answer=1");
  g_assert_cmpint (sign_in (shop, &report, NULL), ==, SYNC_SIGN_IN_NO_ANSWER);
  shop_testing_change_host (shop, NULL);
  payment = shop_testing_must_pay (shop, sale);
  g_assert_cmpint (payment->state, ==, VAULT_STATE_REVERSED);
  g_assert_cmpuint (shop_testing_effects (shop, payment, "charge"), ==, 0);
  g_assert_cmpint (pay (shop), ==, VAULT_STATE_APPROVED);
}

/* Another master key: the host doesn't know who that is, and gives no keys. */
static void
test_stranger (ShopTesting *shop, gconstpointer fault)
{
  static const guint8 other[16] = { 1 };
  SyncSignInReport report;
  g_autoptr (GError) error = NULL;

  g_assert_true (vault_setting_set (shop->shop->vault, SYNC_SETTING_MASTER_KEY,
                                    BASE_SPAN (other, sizeof other), NULL));
  shop_testing_reopen (shop);
  g_assert_cmpint (sign_in (shop, &report, &error), ==, SYNC_SIGN_IN_NO_ANSWER);
  g_assert_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_MAC);
}

static void
test_sandbox_signs_out (ShopTesting *shop, gconstpointer fault)
{
  SyncSignInReport report;
  SyncLine *line = shop->shop->line;

  g_assert_cmpint (pay (shop), ==, VAULT_STATE_APPROVED);
  sync_line_take_turn (line, FALSE);
  g_assert_cmpint (sync_sign_out_run (line, NULL, &report, NULL), ==, SYNC_SIGN_IN_DONE);
  sync_line_end_turn (line, FALSE);
  g_assert_true (sync_line_needs_sign_in (line));
  g_assert_cmpint (sync_sign_in_echo (line, NULL, NULL), ==, ACQUIRER_EXCHANGE_ANSWERED);
  g_assert_false (sync_line_needs_sign_in (line));
  g_assert_cmpint (sync_sign_in_echo (line, NULL, NULL), ==, ACQUIRER_EXCHANGE_ANSWERED);
  g_assert_cmpint (pay (shop), ==, VAULT_STATE_APPROVED);
}

/* As a till-cli beside a running till: it has the keys of its start, and gets no others. */
static void
assert_owner_named (SyncLine *line)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (sync_sign_in_echo (line, NULL, &error), !=, ACQUIRER_EXCHANGE_ANSWERED);
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_BUSY);
}

static void
test_reader (ShopTesting *shop, gconstpointer fault)
{
  g_autofree char *dir = g_build_filename (shop->dir, "shop", NULL);
  g_autoptr (BaseSecret) key = vault_key_open (dir, SHOP_TESTING_PASSPHRASE, NULL);
  g_autoptr (Vault) vault = vault_open (dir, key, VAULT_ACCESS_READ, NULL);
  g_autoptr (SyncLine) line = sync_line_new (vault, NULL);
  g_autoptr (GError) error = NULL;
  SyncSignInReport report;

  g_assert_cmpint (sync_sign_in_echo (line, NULL, &error), ==, ACQUIRER_EXCHANGE_ANSWERED);
  g_assert_no_error (error);
  g_assert_cmpint (sign_in (shop, &report, NULL), ==, SYNC_SIGN_IN_DONE);
  assert_owner_named (line);
  assert_owner_named (line); /* it knows now that its keys have ended */
}

/* A till that has counted further than the host says doesn't go back. */
static void
test_batch (ShopTesting *shop, gconstpointer fault)
{
  guint32 batch, stan;
  SyncSignInReport report;
  GError *error = NULL;

  g_assert_true (vault_start_batch (shop->shop->vault, 7, NULL));
  g_assert_cmpint (sign_in (shop, &report, &error), ==, SYNC_SIGN_IN_DONE);
  g_assert_no_error (error);
  g_assert_cmpuint (report.batch, ==, 7);
  vault_take_identity (shop->shop->vault, &batch, &stan);
  g_assert_cmpuint (batch, ==, 7);
}

/* Keys gone on both sides; what needs a MAC signs in again. */
static void
test_signs_out (ShopTesting *shop, gconstpointer fault)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (100);
  SyncSignInReport report;
  SyncLine *line = shop->shop->line;

  g_assert_cmpint (sign_in (shop, &report, NULL), ==, SYNC_SIGN_IN_DONE);
  sync_line_take_turn (line, FALSE);
  g_assert_cmpint (sync_sign_out_run (line, NULL, &report, NULL), ==, SYNC_SIGN_IN_DONE);
  sync_line_end_turn (line, FALSE);
  g_assert_true (sync_line_needs_sign_in (line));
  shop_testing_reopen (shop);
  g_assert_true (sync_line_needs_sign_in (shop->shop->line));
  g_assert_cmpint (shop_testing_must_pay_by_chip (shop, sale)->state, ==, VAULT_STATE_APPROVED);
}

/* Nothing is said to the host by a till that has nothing to end there. */
static void
test_never_signed_in (ShopTesting *shop, gconstpointer fault)
{
  SyncSignInReport report;
  GError *error = NULL;

  sync_line_take_turn (shop->shop->line, FALSE);
  g_assert_cmpint (sync_sign_out_run (shop->shop->line, NULL, &report, &error), ==,
                   SYNC_SIGN_IN_ABSENT);
  sync_line_end_turn (shop->shop->line, FALSE);
  g_assert_no_error (error);
}

/* Not while a reversal is owed. */
static void
test_signs_out_later (ShopTesting *shop, gconstpointer fault)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (100);
  SyncSignInReport report;

  g_assert_cmpint (sign_in (shop, &report, NULL), ==, SYNC_SIGN_IN_DONE);
  shop_testing_change_host (shop, "drop-answer=1");
  g_assert_cmpint (shop_testing_must_pay_by_chip (shop, sale)->state, ==, VAULT_STATE_UNKNOWN);
  sync_line_take_turn (shop->shop->line, FALSE);
  g_assert_cmpint (sync_sign_out_run (shop->shop->line, NULL, &report, NULL), ==,
                   SYNC_SIGN_IN_OWED);
  sync_line_end_turn (shop->shop->line, FALSE);
}

#define ADD(name, fault, test)                                                                     \
  g_test_add ("/sync/sign-in/" name, ShopTesting, fault, set_up, test, tear_down)

#define ADD_SANDBOX(name, test)                                                                    \
  g_test_add ("/sync/sign-in/sandbox/" name, ShopTesting, NULL, set_up_sandbox, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("signs-in", NULL, test_signs_in);
  ADD ("no-answer", "drop-answer=1", test_no_answer);
  ADD ("changed-keys", "bad-mac=1", test_changed_keys);
  ADD ("other-master-key", NULL, test_other_master_key);
  ADD ("not-needed", NULL, test_not_needed);
  ADD ("batch", NULL, test_batch);
  ADD ("signs-out", NULL, test_signs_out);
  ADD ("signs-out-later", NULL, test_signs_out_later);
  ADD ("never-signed-in", NULL, test_never_signed_in);
  ADD_SANDBOX ("key-change", test_key_change);
  ADD_SANDBOX ("host-wants-key", test_host_wants_key);
  ADD_SANDBOX ("bad-mac", test_bad_mac);
  ADD_SANDBOX ("lost", test_lost_sign_in);
  ADD_SANDBOX ("stranger", test_stranger);
  ADD_SANDBOX ("signs-out", test_sandbox_signs_out);
  ADD_SANDBOX ("reader", test_reader);
  return g_test_run ();
}
