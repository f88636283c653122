/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shop-testing.h"

#include "base-data.h"
#include "sync-certificates.h"
#include "sync-download.h"
#include "vault-batch.h"
#include "vault-epoch.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

/* Until a request counts as unanswered. Short where the host keeps answers back; else a busy
 * machine has as long as it needs. */
#define ANSWER_MS 300
#define ANSWER_BUSY_MS 5000

static const char *
same (const char *text)
{
  return text;
}

/* `fault` as on till-acquirer's command line. */
static int
answer_ms (const char *fault)
{
  static const char *const kept_back[] = { "drop", "late", "delay" };

  for (gsize i = 0; fault != NULL && i < G_N_ELEMENTS (kept_back); i++)
    if (strstr (fault, kept_back[i]) != NULL)
      return ANSWER_MS;
  return ANSWER_BUSY_MS;
}

static void
write_profile (ShopTesting *self, const char *fault)
{
  g_autofree char *name = g_strdup_printf ("acquirers/%s.ini", self->dialect);
  g_autofree char *path
      = g_path_is_absolute (self->dialect) ? g_strdup (self->dialect) : base_data_find (name);
  g_autoptr (GKeyFile) profile = g_key_file_new ();

  g_assert_true (g_key_file_load_from_file (profile, path, G_KEY_FILE_NONE, NULL));
  g_key_file_set_integer (profile, "profile", "answer_ms", answer_ms (fault));
  self->profile = g_build_filename (self->dir, "fast.ini", NULL);
  g_assert_true (g_key_file_save_to_file (profile, self->profile, NULL));
}

static void
give_bench (CheckoutShop *shop)
{
  static const char *const cards[] = {
    "%B4761739001010119^TEST/CARD^30122010000000000000?;4761739001010119=30122010000000000000?",
    NULL
  };

  g_clear_pointer (&shop->devices, device_list_free);
  g_clear_pointer (&shop->bus, usb_bus_free);
  shop->bench = training_bench_new ();
  shop->bus = training_bench_bus (shop->bench);
  shop->devices = device_list_new (shop->bus);
  g_assert_true (training_bench_set_cards (shop->bench, cards, NULL));
}

static void
open_shop (ShopTesting *self)
{
  g_autofree char *dir = g_build_filename (self->dir, "shop", NULL);
  CheckoutShopOptions options = {
    .data_dir = dir, .passphrase = SHOP_TESTING_PASSPHRASE, .translate = same, .language = "en"
  };
  GError *error = NULL;

  self->shop = checkout_shop_open (&options, &error);
  g_assert_no_error (error);
  if (sandbox_process_working_keys (self->host) != NULL)
    vault_epoch_set_told (self->shop->vault); /* the faults to come aren't about first contact */
  give_bench (self->shop);
}

/* The till has the keys that the host has for it, where such are: see sandbox-process.h. */
static void
give_keys (ShopTesting *self)
{
  GBytes *keys = sandbox_process_working_keys (self->host);

  if (keys != NULL)
    g_assert_true (vault_setting_set (self->shop->vault, SYNC_SETTING_WORKING_KEYS,
                                      base_bytes_span (keys), NULL));
  g_clear_pointer (&self->shop->line, sync_line_free);
  self->shop->line = sync_line_new (self->shop->vault, NULL);
}

/* What the line takes up when it is opened again. */
static void
wait_for_answers (ShopTesting *self, const char *fault)
{
  Vault *vault = self->shop->vault;
  g_autofree char *text = vault_setting_text (vault, SYNC_SETTING_PROFILE, NULL);
  g_autoptr (GKeyFile) profile = g_key_file_new ();
  g_autofree char *changed = NULL;

  g_assert_true (
      g_key_file_load_from_data (profile, text, (gsize)-1, G_KEY_FILE_KEEP_COMMENTS, NULL));
  g_key_file_set_integer (profile, "profile", "answer_ms", answer_ms (fault));
  changed = g_key_file_to_data (profile, NULL, NULL);
  g_assert_true (vault_setting_set_text (vault, SYNC_SETTING_PROFILE, changed, NULL));
}

static void
point_line (ShopTesting *self, guint16 port)
{
  GError *error = NULL;

  g_clear_pointer (&self->shop->line, sync_line_free);
  g_assert_true (vault_setting_set_number (self->shop->vault, SYNC_SETTING_PORT, port, NULL));
  self->shop->line = sync_line_new (self->shop->vault, &error);
  g_assert_no_error (error);
}

void
shop_testing_set_up (ShopTesting *self, const char *fault)
{
  shop_testing_set_up_for (self, "sandbox", fault);
}

void
shop_testing_set_up_for (ShopTesting *self, const char *profile, const char *fault)
{
  g_autofree char *shop = NULL, *tls = NULL, *recovery = NULL;
  CheckoutShopSetup setup = { .name = "Test shop",
                              .currency = "CNY",
                              .host = "127.0.0.1",
                              .terminal = "TEST0001",
                              .merchant = "123456789012345" };
  GError *error = NULL;

  self->dir = g_dir_make_tmp ("till-shop-XXXXXX", NULL);
  self->dialect = profile;
  self->host = sandbox_process_new_for (profile, fault, 1);
  write_profile (self, fault);
  shop = g_build_filename (self->dir, "shop", NULL);
  tls = g_build_filename (sandbox_process_dir (self->host), "tls", NULL);
  setup.profile = self->profile;
  setup.tls_dir = tls;
  setup.port = sandbox_process_port (self->host);
  checkout_shop_create (shop, SHOP_TESTING_PASSPHRASE, &setup, &recovery, &error);
  g_assert_no_error (error);
  open_shop (self);
  give_keys (self);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_remove (path);
}

void
shop_testing_tear_down (ShopTesting *self)
{
  g_clear_pointer (&self->shop, checkout_shop_free);
  g_clear_pointer (&self->host, sandbox_process_free);
  remove_tree (self->dir);
  g_clear_pointer (&self->dir, g_free);
  g_clear_pointer (&self->profile, g_free);
}

static void
download (ShopTesting *self, SyncDownloadKind kind)
{
  SyncDownloadReport report;
  GError *error = NULL;
  SyncDownload outcome = sync_download_run (self->shop->line, kind, NULL, &report, &error);

  g_assert_no_error (error);
  g_assert_cmpint (outcome, ==, SYNC_DOWNLOAD_DONE);
}

void
shop_testing_give_chip (ShopTesting *self, const char *kind)
{
  TrainingBench *bench = self->shop->bench;
  GError *error = NULL;

  download (self, SYNC_DOWNLOAD_AIDS);
  download (self, SYNC_DOWNLOAD_CA_KEYS);
  training_bench_plug (bench, TRAINING_CHIP_READER, TRUE);
  training_bench_set_cards (bench, NULL, NULL);
  training_bench_set_chip (bench, kind, &error);
  g_assert_no_error (error);
}

void
shop_testing_reopen (ShopTesting *self)
{
  g_clear_pointer (&self->shop, checkout_shop_free);
  open_shop (self);
}

void
shop_testing_become_another (ShopTesting *self, BaseSpan master_key)
{
  Vault *vault = self->shop->vault;
  g_autofree char *first = vault_setting_text (vault, SYNC_SETTING_TERMINAL, NULL);
  g_autofree char *merchant = vault_setting_text (vault, SYNC_SETTING_MERCHANT, NULL);
  g_autofree char *key_name = sync_line_taken_name (first, SYNC_SETTING_MASTER_KEY);
  g_autofree char *merchant_name = sync_line_taken_name (first, SYNC_SETTING_MERCHANT);
  const VaultSetting settings[] = { { key_name, master_key },
                                    { merchant_name, BASE_SPAN_STR (merchant) },
                                    { SYNC_SETTING_TERMINAL, BASE_SPAN_STR ("TILL0002") },
                                    { SYNC_SETTING_WORKING_KEYS, BASE_SPAN (NULL, 0) } };

  g_assert_true (sync_line_add_taken (vault, first, NULL));
  g_assert_true (vault_batch_take_over (vault, first, "manager", NULL, NULL));
  g_assert_true (vault_setting_set_all (vault, settings, G_N_ELEMENTS (settings), NULL));
  shop_testing_reopen (self);
}

void
shop_testing_change_host (ShopTesting *self, const char *fault)
{
  sandbox_process_restart (self->host, SIGTERM, fault);
  wait_for_answers (self, fault);
  point_line (self, sandbox_process_port (self->host));
}

void
shop_testing_cut_line (ShopTesting *self)
{
  point_line (self, 1); /* nobody listens there */
}

VaultSale *
shop_testing_sale (gint64 amount_minor)
{
  g_autoptr (ShopProduct) product = shop_product_new ("6900000000012", "Water", amount_minor);
  ShopCart *cart = shop_cart_new ("CNY", SHOP_TAX_INCLUSIVE);
  guint line;

  g_assert_true (shop_cart_add (cart, product, SHOP_QUANTITY_ONE_MILLI, &line, NULL));
  return vault_sale_new (cart, "01");
}

gboolean
shop_testing_pay (ShopTesting *self, VaultSale *sale, VaultPayment **out_payment, GError **error)
{
  gint64 left = shop_cart_totals (sale->cart)->total_minor - vault_sale_paid_minor (sale);
  CheckoutCard card = { .shop = self->shop,
                        .sale = sale,
                        .payment = vault_payment_new (VAULT_TENDER_CARD, left) };
  g_auto (SyncReport) report = { 0 };

  sync_report_init (&report);
  *out_payment = card.payment;
  return checkout_card_run (&card, &report, error);
}

VaultPayment *
shop_testing_must_pay (ShopTesting *self, VaultSale *sale)
{
  VaultPayment *payment = NULL;
  GError *error = NULL;

  shop_testing_pay (self, sale, &payment, &error);
  g_assert_no_error (error);
  return payment;
}

VaultPayment *
shop_testing_must_pay_by_chip (ShopTesting *self, VaultSale *sale)
{
  gint64 left = shop_cart_totals (sale->cart)->total_minor - vault_sale_paid_minor (sale);
  CheckoutCard card = { .shop = self->shop,
                        .sale = sale,
                        .payment = vault_payment_new (VAULT_TENDER_CARD, left) };
  EntryTesting chip = { .amount = base_money (left, self->shop->currency) };
  AcquirerEntry entry = entry_testing_next (&chip);
  g_auto (SyncReport) report = { 0 };
  GError *error = NULL;

  sync_report_init (&report);
  checkout_card_ask (&card, &entry, &report, &error);
  g_assert_no_error (error);
  return card.payment;
}

AcquirerEntry
shop_testing_chip (ShopTesting *self, const EntryTesting *chip, GBytes **out_kept)
{
  EntryTesting card = *chip;
  AcquirerEntry sealed = { .kind = ACQUIRER_ENTRY_CHIP }, entry;
  GError *error = NULL;

  *out_kept = NULL;
  if (acquirer_profile_card_data (sync_line_profile (self->shop->line)) == ACQUIRER_CARD_DATA_TILL)
    return entry_testing_next (&card);
  if (card.number == NULL)
    card.number = "4761739001010119";
  entry = entry_testing_next (&card);
  *out_kept = sync_certificates_seal (self->shop->vault, entry.chip,
                                      g_get_real_time () / G_USEC_PER_SEC, &error);
  g_assert_no_error (error);
  sealed.envelope = base_bytes_span (*out_kept);
  return sealed;
}

VaultPayment *
shop_testing_must_ask_chip (ShopTesting *self, VaultSale *sale, const CheckoutChip *chip)
{
  gint64 left = shop_cart_totals (sale->cart)->total_minor - vault_sale_paid_minor (sale);
  CheckoutCard card = { .shop = self->shop,
                        .sale = sale,
                        .payment = vault_payment_new (VAULT_TENDER_CARD, left),
                        .chip = chip };
  g_autoptr (GBytes) kept = NULL;
  EntryTesting testing = { .amount = base_money (left, self->shop->currency),
                           .approves = chip != NULL && chip->first == CHECKOUT_CHIP_APPROVES };
  AcquirerEntry entry = shop_testing_chip (self, &testing, &kept);
  g_auto (SyncReport) report = { 0 };
  GError *error = NULL;

  sync_report_init (&report);
  checkout_card_ask (&card, &entry, &report, &error);
  g_assert_no_error (error);
  return card.payment;
}

VaultSale *
shop_testing_sold (ShopTesting *self, gint64 amount_minor)
{
  VaultSale *sale = shop_testing_sale (amount_minor - 100);
  g_autoptr (ShopProduct) product = shop_product_new ("6900000000029", "Tea", 100);
  guint line;

  g_assert_true (shop_cart_add (sale->cart, product, SHOP_QUANTITY_ONE_MILLI, &line, NULL));
  if (g_str_equal (self->dialect, "unionpay"))
    shop_testing_must_pay_by_chip (self, sale);
  else
    shop_testing_must_pay (self, sale);
  return sale;
}

VaultSale *
shop_testing_give_back (ShopTesting *self, const CheckoutRefundWish *wish, const char **out_refusal)
{
  CheckoutRefund refund = { .shop = self->shop, .wish = *wish };
  g_auto (SyncReport) report = { 0 };
  VaultSale *sale = NULL;
  GError *error = NULL;

  sync_report_init (&report);
  checkout_refund_run (&refund, &sale, out_refusal, &report, &error);
  g_assert_no_error (error);
  g_assert_true ((sale != NULL) != (*out_refusal != NULL));
  return sale;
}

SyncOutcome
shop_testing_drain (ShopTesting *self)
{
  g_auto (SyncReport) report = { 0 };
  GError *error = NULL;
  SyncOutcome outcome;

  sync_report_init (&report);
  outcome = sync_queue_run (self->shop->line, /* cancellable= */ NULL, &report, &error);
  g_assert_no_error (error);
  return outcome;
}

VaultState
shop_testing_state (ShopTesting *self, const VaultSale *sale, guint position)
{
  g_autoptr (VaultSale) now = vault_sale_load (self->shop->vault, sale->id, NULL);

  g_assert_nonnull (now);
  return ((const VaultPayment *)now->payments->pdata[position - 1])->state;
}

guint
shop_testing_effects (ShopTesting *self, const VaultPayment *payment, const char *effect)
{
  return sandbox_process_count (self->host, effect, payment->stan);
}
