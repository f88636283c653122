/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What became of an issuer's scripts in a chip, in each dialect, against a till-acquirer: owed from
 * the commit of the payment's outcome on, told after everything else, and in the acquirer's ledger
 * once, whatever the line does meanwhile; of the payment it changes nothing. The kill test
 * (test-kill.c) ends the till between any two of these steps.
 */
#include "sandbox-process.h"
#include "shop-testing.h"
#include "sync-compare.h"
#include "vault-epoch.h"

#include <glib/gstdio.h>

#define AMOUNT 12500

/* A chip in which scripts have run. */
typedef struct
{
  ShopTesting *shop;
  gboolean refuses, of_another_card;
  GBytes *kept;
} Card;

/* 62 for the acquirer's eyes, of a card that paid nothing here. */
static AcquirerEntry
another_card (Card *card)
{
  static const EntryTesting other = { .amount = { AMOUNT, "CNY" } };
  AcquirerEntry clear = entry_testing_next (&other);
  AcquirerEntry entry = { .kind = ACQUIRER_ENTRY_CHIP };

  card->kept = sync_certificates_seal (card->shop->shop->vault, clear.chip,
                                       g_get_real_time () / G_USEC_PER_SEC, NULL);
  g_assert_nonnull (card->kept);
  entry.envelope = base_bytes_span (card->kept);
  return entry;
}

static CheckoutChipSays
second_cb (const CheckoutChipNews *news, CheckoutChipLeft *out_left, gpointer data)
{
  static const EntryTesting same = { .amount = { AMOUNT, "CNY" }, .same = TRUE };
  Card *card = data;

  if (news->outcome != CHECKOUT_CHIP_ANSWERED)
    return CHECKOUT_CHIP_REFUSES;
  out_left->scripts = card->of_another_card ? another_card (card)
                                            : shop_testing_chip (card->shop, &same, &card->kept);
  return news->approved && !card->refuses ? CHECKOUT_CHIP_APPROVES : CHECKOUT_CHIP_REFUSES;
}

static void
card_clear (Card *card)
{
  g_clear_pointer (&card->kept, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Card, card_clear)

static void
set_up (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) first = NULL;

  shop_testing_set_up_for (shop, dialect, NULL);
  first = shop_testing_sale (AMOUNT); /* the till has its keys now */
  g_assert_cmpint (shop_testing_must_ask_chip (shop, first, NULL)->state, ==, VAULT_STATE_APPROVED);
}

static void
tear_down (ShopTesting *shop, gconstpointer dialect)
{
  shop_testing_tear_down (shop);
}

static VaultPayment *
pay (ShopTesting *shop, VaultSale *sale, Card *card)
{
  const CheckoutChip chip = { .second = second_cb, .data = card };

  return shop_testing_must_ask_chip (shop, sale, &chip);
}

/* The notice that waits for this sale, its bytes opened; NULL: none. */
static VaultRecord *
notice_of (ShopTesting *shop, const VaultSale *sale)
{
  g_autoptr (GError) error = NULL;
  VaultRecord *record
      = vault_queue_find (shop->shop->vault, sale->id, 1, VAULT_CLASS_NOTICE, &error);

  g_assert_no_error (error);
  return record;
}

static void
assert_books_whole (ShopTesting *shop)
{
  g_autoptr (GArray) bad = NULL;
  guint checked = 0;

  g_assert_true (vault_queue_verify (shop->shop->vault, &checked, &bad, NULL));
  g_assert_cmpuint (bad->len, ==, 0);
}

/* Line `record` of the ledger is about the payment; its place in it. */
static gsize
place_of (ShopTesting *shop, const VaultRecord *record, const VaultPayment *payment)
{
  g_autofree char *path = g_build_filename (sandbox_process_dir (shop->host), "ledger.jsonl", NULL);
  g_autofree char *about = g_strdup_printf ("\"original_batch\":%u,\"original_stan\":%u,",
                                            payment->batch, payment->stan);
  g_autofree char *own = g_strdup_printf ("\"stan\":%u,", record->stan);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (gsize i = 0; lines[i] != NULL; i++)
    if (strstr (lines[i], "\"effect\":\"notice\"") != NULL && strstr (lines[i], own) != NULL
        && strstr (lines[i], about) != NULL)
      return i;
  g_assert_not_reached ();
}

/* The host has come to its senses: it is told once, and never again, and the bytes are gone. */
static void
assert_told_once (ShopTesting *shop, const VaultRecord *record, const VaultPayment *payment)
{
  g_autoptr (VaultRecord) done = NULL;

  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  g_assert_cmpuint (sandbox_process_count (shop->host, "notice", record->stan), ==, 1);
  (void)place_of (shop, record, payment);
  done = vault_queue_load (shop->shop->vault, record->id, NULL);
  g_assert_cmpint (done->state, ==, VAULT_RECORD_DONE);
  g_assert_cmpint (done->counts, ==, 0);
  assert_books_whole (shop);
}

static void
test_told (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  g_auto (Card) card = { .shop = shop };
  VaultPayment *payment = pay (shop, sale, &card);
  g_autoptr (VaultRecord) record = notice_of (shop, sale);
  VaultQueueStats stats;

  g_assert_cmpint (payment->state, ==, VAULT_STATE_APPROVED);
  g_assert_cmpint (sale->state, ==, VAULT_SALE_PAID);
  g_assert_nonnull (record);
  g_assert_cmpuint (record->stan, !=, payment->stan);
  g_assert_cmpint (record->amount_minor, ==, 0);
  g_assert_true (vault_queue_stats (shop->shop->vault, &stats, NULL));
  g_assert_cmpuint (stats.waiting, ==, 1);
  g_assert_cmpint (stats.waiting_minor, ==, 0);
  assert_books_whole (shop);
  g_assert_cmpuint (sandbox_process_count (shop->host, "notice", record->stan), ==, 0);
  assert_told_once (shop, record, payment);
  g_assert_cmpint (shop_testing_state (shop, sale, 1), ==, VAULT_STATE_APPROVED);
  g_assert_cmpuint (shop_testing_effects (shop, payment, "charge"), ==, 1);
  g_assert_cmpuint (shop_testing_effects (shop, payment, "reversal"), ==, 0);
}

/* A chip without scripts leaves nothing to tell. */
static void
test_none (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  g_autoptr (VaultRecord) record = NULL;

  g_assert_cmpint (shop_testing_must_ask_chip (shop, sale, NULL)->state, ==, VAULT_STATE_APPROVED);
  record = notice_of (shop, sale);
  g_assert_null (record);
}

/* An acquirer whose answers bear no reference: batch, STAN and date say what it is about. */
static void
test_no_reference (gconstpointer dialect)
{
  /* The sale's answer, as the profile has it, without its 37. */
  const char *answer = g_str_equal (dialect, "sandbox")
                           ? "3 4 7 11 12 13 38? 39 41 42 44? 49 55? 60 120 128"
                           : "3 4 11 12 13 15? 25 32? 38? 39 41 42 44? 49 54? 55? 60 63? 64";
  g_autofree char *profile = sandbox_process_vary_profile (dialect, "flow sale", "answer", answer);
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  g_autoptr (VaultRecord) record = NULL;
  ShopTesting shop = { 0 };
  g_auto (Card) card = { .shop = &shop };
  VaultPayment *payment;

  set_up (&shop, profile);
  payment = pay (&shop, sale, &card);
  g_assert_cmpint (payment->state, ==, VAULT_STATE_APPROVED);
  g_assert_null (payment->reference);
  record = notice_of (&shop, sale);
  g_assert_nonnull (record);
  assert_told_once (&shop, record, payment);
  tear_down (&shop, profile);
  g_unlink (profile);
}

/* A script may lock the card: that is told of a declined payment, too. */
static void
test_declined (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  g_auto (Card) card = { .shop = shop };
  g_autoptr (VaultRecord) record = NULL;
  VaultPayment *payment;

  shop_testing_change_host (shop, "decline=1");
  payment = pay (shop, sale, &card);
  g_assert_cmpint (payment->state, ==, VAULT_STATE_DECLINED);
  record = notice_of (shop, sale);
  g_assert_nonnull (record);
  assert_told_once (shop, record, payment);
  g_assert_cmpint (shop_testing_state (shop, sale, 1), ==, VAULT_STATE_DECLINED);
}

/* The chip refuses what was approved: its reversal goes first, and the notice last. */
static void
test_after_reversal (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  g_autoptr (VaultSale) alone = shop_testing_sale (AMOUNT);
  static const CheckoutChip approves = { .first = CHECKOUT_CHIP_APPROVES };
  g_auto (Card) card = { .shop = shop, .refuses = TRUE };
  VaultPayment *payment = pay (shop, sale, &card);
  VaultPayment *advised = shop_testing_must_ask_chip (shop, alone, &approves);
  g_autoptr (VaultRecord) record = notice_of (shop, sale);

  g_assert_cmpint (payment->state, ==, VAULT_STATE_DECLINED);
  g_assert_nonnull (record);
  assert_told_once (shop, record, payment);
  g_assert_cmpuint (shop_testing_effects (shop, payment, "reversal"), ==, 1);
  g_assert_cmpuint (shop_testing_effects (shop, advised, "advice"), ==, 1);
  /* the first sale, this charge, its reversal, the advice, and then: */
  g_assert_cmpuint (place_of (shop, record, payment), ==, 4);
}

/* Its answers are lost, again and again, with restarts in between: it is repeated unchanged. */
static void
test_answers_lost (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  g_auto (Card) card = { .shop = shop };
  VaultPayment *payment = pay (shop, sale, &card);
  g_autoptr (VaultRecord) record = notice_of (shop, sale);

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (VaultRecord) again = NULL;

      shop_testing_change_host (shop, i == 1 ? "drop-request=1" : "drop-answer=1");
      g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_STUCK);
      shop_testing_reopen (shop);
      again = notice_of (shop, sale);
      g_assert_nonnull (again);
      g_assert_cmpint (again->id, ==, record->id);
      g_assert_true (
          base_bytes_equal (base_secret_span (again->message), base_secret_span (record->message)));
    }
  shop_testing_change_host (shop, "duplicate-answer=1");
  assert_told_once (shop, record, payment);
}

/* One that the host can't read goes aside, the others go on, and it is sent again when somebody
 * takes it back. */
static void
test_aside (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) bad = shop_testing_sale (AMOUNT);
  g_autoptr (VaultSale) good = shop_testing_sale (AMOUNT);
  g_auto (Card) wrong = { .shop = shop, .of_another_card = TRUE }, right = { .shop = shop };
  VaultPayment *first = pay (shop, bad, &wrong), *second = pay (shop, good, &right);
  g_autoptr (VaultRecord) refused = notice_of (shop, bad);
  g_autoptr (VaultRecord) taken = notice_of (shop, good);
  g_autoptr (VaultRecord) after = NULL;

  g_assert_cmpint (first->state, ==, VAULT_STATE_APPROVED);
  assert_told_once (shop, taken, second);
  after = vault_queue_load (shop->shop->vault, refused->id, NULL);
  g_assert_cmpint (after->state, ==, VAULT_RECORD_ATTENTION);
  g_assert_cmpstr (after->reason, ==, "malformed");
  g_assert_cmpuint (sandbox_process_count (shop->host, "notice", refused->stan), ==, 0);
  g_assert_cmpint (shop_testing_state (shop, bad, 1), ==, VAULT_STATE_APPROVED);
  g_assert_true (vault_queue_retry (shop->shop->vault, refused->id, "01", NULL));
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  assert_books_whole (shop);
}

/* A sale that was voided since is told about all the same. */
static void
test_after_void (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  g_autoptr (VaultSale) back = NULL;
  g_auto (Card) card = { .shop = shop };
  VaultPayment *payment = pay (shop, sale, &card);
  g_autoptr (VaultRecord) record = notice_of (shop, sale);
  CheckoutRefundWish wish = { .receipt_no = sale->id, .is_void = TRUE };
  const char *refusal = NULL;

  back = shop_testing_give_back (shop, &wish, &refusal);
  g_assert_null (refusal);
  g_assert_cmpuint (sandbox_process_count (shop->host, "void", payment->stan), ==, 1);
  assert_told_once (shop, record, payment);
}

/* An older copy's notice, which the host has had from the newer books. */
static void
test_compared (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  g_auto (Card) card = { .shop = shop };
  VaultPayment *payment = pay (shop, sale, &card);
  g_autoptr (VaultRecord) record = notice_of (shop, sale);
  g_auto (SyncCompareReport) report = { 0 };
  g_autoptr (GError) error = NULL;

  sync_compare_report_init (&report);
  shop_testing_change_host (shop, "drop-answer=1");
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_STUCK);
  shop_testing_change_host (shop, NULL);
  g_assert_true (vault_epoch_begin (shop->shop->vault, VAULT_QUARANTINE_RESTORED, NULL));
  g_assert_cmpint (sync_compare_run (shop->shop->line, NULL, &report, &error), ==,
                   SYNC_COMPARE_DONE);
  g_assert_no_error (error);
  g_assert_cmpuint (report.noticed, ==, 1);
  g_assert_cmpuint (report.left, ==, 0);
  g_assert_true (vault_epoch_release (shop->shop->vault, "01", /* leave= */ NULL, NULL));
  assert_told_once (shop, record, payment);
}

static void
add (const char *dialect, const char *name, void (*test) (ShopTesting *, gconstpointer))
{
  g_autofree char *path = g_strdup_printf ("/scene/notice/%s/%s", dialect, name);

  g_test_add (path, ShopTesting, dialect, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  static const char *const dialects[] = { "sandbox", "unionpay" };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (dialects); i++)
    {
      g_autofree char *path = g_strdup_printf ("/scene/notice/%s/no-reference", dialects[i]);

      g_test_add_data_func (path, dialects[i], test_no_reference);
      add (dialects[i], "told", test_told);
      add (dialects[i], "none", test_none);
      add (dialects[i], "declined", test_declined);
      add (dialects[i], "after-reversal", test_after_reversal);
      add (dialects[i], "answers-lost", test_answers_lost);
      add (dialects[i], "after-void", test_after_void);
    }
  add (dialects[0], "compared", test_compared); /* there the host tells */
  add (dialects[0], "aside", test_aside);       /* there the host sees the card */
  return g_test_run ();
}
