/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The card's bank behind a till-acquirer, in each dialect: it believes a chip whose cryptogram is
 * right and new, and proves itself to it, with scripts where there are any; it declines the others,
 * also after a restart. What a till approved offline with a wrong certificate is taken and marked.
 * The ledger judges.
 */
#include "shop-testing.h"

#include "crypto-emv.h"
#include "emv-tlv.h"
#include "training-issuer.h"

#include <string.h>

#define AMOUNT 12500
#define AMOUNT_SCRIPT 12561
#define AMOUNT_DECLINED 12551
#define NUMBER                                                                                     \
  "6200000000000005" /* of all cards here, so that both dialects have the same keys                \
                      */
#define BAD_CHIP "59"

/* What came back to the chip. */
typedef struct
{
  char code[ACQUIRER_CODE_MAX];
  GBytes *data;
} Heard;

static void
heard_clear (Heard *self)
{
  g_clear_pointer (&self->data, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Heard, heard_clear)

static CheckoutChipSays
second_cb (const CheckoutChipNews *news, CheckoutChipLeft *out_left, gpointer data)
{
  Heard *heard = data;

  g_strlcpy (heard->code, news->code != NULL ? news->code : "", sizeof heard->code);
  heard->data = g_bytes_new (news->data.data, news->data.size);
  return news->approved ? CHECKOUT_CHIP_APPROVES : CHECKOUT_CHIP_REFUSES;
}

/* The amount is the sale's. */
static VaultPayment *
pay (ShopTesting *shop, VaultSale *sale, EntryTesting chip, Heard *heard)
{
  gint64 minor = shop_cart_totals (sale->cart)->total_minor;
  const CheckoutChip says = { .first = chip.approves ? CHECKOUT_CHIP_APPROVES : CHECKOUT_CHIP_ASKS,
                              .second = heard != NULL ? second_cb : NULL,
                              .data = heard };
  CheckoutCard card = { .shop = shop->shop,
                        .sale = sale,
                        .payment = vault_payment_new (VAULT_TENDER_CARD, minor),
                        .chip = &says };
  g_autoptr (GBytes) kept = NULL;
  AcquirerEntry entry;
  g_auto (SyncReport) report = { 0 };
  GError *error = NULL;

  chip.number = NUMBER;
  chip.amount = base_money (minor, "CNY");
  entry = shop_testing_chip (shop, &chip, &kept);
  sync_report_init (&report);
  checkout_card_ask (&card, &entry, &report, &error);
  g_assert_no_error (error);
  return card.payment;
}

static void
set_up (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) first = shop_testing_sale (AMOUNT);

  shop_testing_set_up_for (shop, dialect, NULL);
  g_assert_cmpint (pay (shop, first, (EntryTesting){ 0 }, NULL)->state, ==, VAULT_STATE_APPROVED);
}

static void
tear_down (ShopTesting *shop, gconstpointer dialect)
{
  shop_testing_tear_down (shop);
}

static char *
hex_of (BaseSpan objects, guint32 tag)
{
  BaseSpan value;

  return emv_tlv_find (objects, tag, &value) ? base_bytes_to_hex (value) : NULL;
}

/* What the issuer must have answered to the last chip (EMV 4.4 Book 2, 8.2.1). */
static char *
proof_of (const char *code)
{
  static const EntryTesting last = { .number = NUMBER, .amount = { AMOUNT, "CNY" }, .same = TRUE };
  AcquirerEntry entry = entry_testing_next (&last);
  g_autoptr (BaseSecret) card = training_issuer_card_key (
      BASE_SPAN_STR (NUMBER), (guint8)g_ascii_strtoull (entry.sequence, NULL, 10));
  g_autoptr (BaseSecret) session = NULL;
  guint8 by[CRYPTO_EMV_BLOCK_SIZE] = { 0 }, proof[CRYPTO_EMV_ARPC_SIZE];
  BaseSpan counter, cryptogram;

  g_assert_true (emv_tlv_find (entry.chip, 0x9F36, &counter));
  g_assert_true (emv_tlv_find (entry.chip, 0x9F26, &cryptogram));
  by[0] = counter.data[0];
  by[1] = counter.data[1];
  session = crypto_emv_session_key (card, by);
  crypto_emv_arpc (session, cryptogram.data, code, proof);
  return base_bytes_to_hex (BASE_SPAN (proof, sizeof proof));
}

static void
test_proves_itself (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT), wrong = shop_testing_sale (AMOUNT);
  g_auto (Heard) heard = { 0 }, spoilt = { 0 };
  g_autofree char *proof = NULL, *wanted = NULL, *bad = NULL;

  g_assert_cmpint (pay (shop, sale, (EntryTesting){ 0 }, &heard)->state, ==, VAULT_STATE_APPROVED);
  wanted = proof_of ("00");
  proof = hex_of (base_bytes_span (heard.data), 0x91);
  g_assert_cmpstr (proof, ==, wanted);
  g_assert_cmpstr (heard.code, ==, "00");
  shop_testing_change_host (shop, "bad-arpc=1");
  pay (shop, wrong, (EntryTesting){ 0 }, &spoilt);
  g_clear_pointer (&wanted, g_free);
  wanted = proof_of ("00");
  bad = hex_of (base_bytes_span (spoilt.data), 0x91);
  g_assert_nonnull (bad);
  g_assert_cmpstr (bad, !=, wanted);
}

/* A card that isn't what it says: declined, and no proof for it. */
static void
test_wrong (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  g_auto (Heard) heard = { 0 };
  VaultPayment *payment = pay (shop, sale, (EntryTesting){ .wrong = TRUE }, &heard);

  g_assert_cmpint (payment->state, ==, VAULT_STATE_DECLINED);
  g_assert_cmpstr (payment->response, ==, BAD_CHIP);
  g_assert_cmpstr (heard.code, ==, BAD_CHIP);
  g_assert_cmpuint (g_bytes_get_size (heard.data), ==, 0);
  g_assert_cmpuint (shop_testing_effects (shop, payment, "decline"), ==, 1);
}

/* The same cryptogram a second time, by a host that was started anew. */
static void
test_repeated (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT), again = shop_testing_sale (AMOUNT);
  VaultPayment *payment;

  g_assert_cmpint (pay (shop, sale, (EntryTesting){ 0 }, NULL)->state, ==, VAULT_STATE_APPROVED);
  shop_testing_change_host (shop, NULL);
  payment = pay (shop, again, (EntryTesting){ .same = TRUE }, NULL);
  g_assert_cmpint (payment->state, ==, VAULT_STATE_DECLINED);
  g_assert_cmpstr (payment->response, ==, BAD_CHIP);
  g_assert_cmpuint (shop_testing_effects (shop, payment, "charge"), ==, 0);
}

static void
test_scripts (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) with = shop_testing_sale (AMOUNT_SCRIPT);
  g_autoptr (VaultSale) without = shop_testing_sale (AMOUNT);
  g_autoptr (VaultSale) declined = shop_testing_sale (AMOUNT_DECLINED);
  g_auto (Heard) heard = { 0 }, other = { 0 }, refused = { 0 };
  g_autofree char *before = NULL, *after = NULL, *none = NULL, *late = NULL;

  sandbox_process_set_script (shop->host,
                              "61=71:put/9F14/05,61=72:unblock-pin,51=72:block-application");
  shop_testing_change_host (shop, NULL);
  pay (shop, with, (EntryTesting){ 0 }, &heard);
  before = hex_of (base_bytes_span (heard.data), 0x71);
  after = hex_of (base_bytes_span (heard.data), 0x72);
  g_assert_true (g_str_has_prefix (before, "9F180400000001860E84DA9F140905"));
  g_assert_true (g_str_has_prefix (after, "9F180400000002860D8424000008"));
  pay (shop, without, (EntryTesting){ 0 }, &other);
  none = hex_of (base_bytes_span (other.data), 0x71);
  g_assert_cmpstr (none, ==, NULL);
  pay (shop, declined, (EntryTesting){ 0 }, &refused); /* the bank declines, and blocks it */
  g_assert_cmpstr (refused.code, ==, "51");
  late = hex_of (base_bytes_span (refused.data), 0x72);
  g_assert_true (g_str_has_prefix (late, "9F180400000003860D841E000008"));
}

/* Whatever is wrong with a certificate: the goods are gone, so the host takes it, and knows. */
static void
test_certificate (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) good = shop_testing_sale (AMOUNT), bad = shop_testing_sale (AMOUNT);
  VaultPayment *one = pay (shop, good, (EntryTesting){ .approves = TRUE }, NULL);
  VaultPayment *two = pay (shop, bad, (EntryTesting){ .approves = TRUE, .wrong = TRUE }, NULL);
  g_autofree char *path = g_build_filename (sandbox_process_dir (shop->host), "ledger.jsonl", NULL);
  g_autofree char *ledger = NULL;

  g_assert_cmpint (one->state, ==, VAULT_STATE_CHIP_UNSENT);
  g_assert_cmpint (two->state, ==, VAULT_STATE_CHIP_UNSENT);
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  g_assert_cmpuint (shop_testing_effects (shop, one, "advice"), ==, 1);
  g_assert_cmpuint (shop_testing_effects (shop, two, "advice"), ==, 1);
  g_assert_true (g_file_get_contents (path, &ledger, NULL, NULL));
  g_assert_nonnull (strstr (ledger, "\"proof\":\"wrong\""));
  g_assert_null (strstr (ledger, NUMBER));
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*run) (ShopTesting *shop, gconstpointer dialect);
  } tests[] = {
    { "proves-itself", test_proves_itself }, { "wrong", test_wrong },
    { "repeated", test_repeated },           { "scripts", test_scripts },
    { "certificate", test_certificate },
  };
  static const char *const dialects[] = { "sandbox", "unionpay" };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (dialects); i++)
    for (guint j = 0; j < G_N_ELEMENTS (tests); j++)
      {
        g_autofree char *path = g_strdup_printf ("/issuer/%s/%s", dialects[i], tests[j].name);

        g_test_add (path, ShopTesting, dialects[i], set_up, tests[j].run, tear_down);
      }
  return g_test_run ();
}
