/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a chip approves by itself, in each dialect, against a till-acquirer: in the books and on the
 * receipt at once, told to the acquirer until it has it, and there exactly once, whatever the line
 * does meanwhile. And what a chip refuses that the acquirer had approved. The ledger judges.
 */
#include "checkout-receipt.h"
#include "shop-testing.h"

#define AMOUNT 12500
#define TO_BE_SENT "Approved by the chip, to be sent"

/* A chip that answers its second GENERATE AC like this, and remembers what it was told. */
typedef struct
{
  ShopTesting *shop;
  CheckoutChipSays when_answered, when_unable;
  guint asked;
  CheckoutChipOutcome told;
  char code[ACQUIRER_CODE_MAX];
  GBytes *kept;
} Card;

static CheckoutChipSays
second_cb (const CheckoutChipNews *news, CheckoutChipLeft *out_left, gpointer data)
{
  static const EntryTesting approves
      = { .amount = { AMOUNT, "CNY" }, .approves = TRUE, .same = TRUE };
  Card *card = data;

  card->asked++;
  card->told = news->outcome;
  g_strlcpy (card->code, news->code != NULL ? news->code : "", sizeof card->code);
  if (news->outcome == CHECKOUT_CHIP_ANSWERED)
    return news->approved ? card->when_answered : CHECKOUT_CHIP_REFUSES;
  if (news->outcome == CHECKOUT_CHIP_UNABLE && card->when_unable == CHECKOUT_CHIP_APPROVES)
    out_left->advice = shop_testing_chip (card->shop, &approves, &card->kept);
  return news->outcome == CHECKOUT_CHIP_UNABLE ? card->when_unable : CHECKOUT_CHIP_REFUSES;
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

/* Approved at the first GENERATE AC. */
static VaultPayment *
approve_at_once (ShopTesting *shop, VaultSale *sale)
{
  static const CheckoutChip chip = { .first = CHECKOUT_CHIP_APPROVES };
  VaultPayment *payment = shop_testing_must_ask_chip (shop, sale, &chip);

  g_assert_cmpint (payment->state, ==, VAULT_STATE_CHIP_UNSENT);
  g_assert_cmpint (sale->state, ==, VAULT_SALE_PAID);
  return payment;
}

static void
assert_in_the_ledger (ShopTesting *shop, const VaultPayment *payment, guint times)
{
  g_assert_cmpuint (shop_testing_effects (shop, payment, "advice"), ==, times);
  g_assert_cmpuint (shop_testing_effects (shop, payment, "charge"), ==, 0);
  g_assert_cmpuint (shop_testing_effects (shop, payment, "reversal"), ==, 0);
}

/* The host has come to its senses: it is told once, and never again. */
static void
assert_told_once (ShopTesting *shop, const VaultSale *sale, const VaultPayment *payment)
{
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  g_assert_cmpint (shop_testing_state (shop, sale, 1), ==, VAULT_STATE_CHIP_SENT);
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  assert_in_the_ledger (shop, payment, 1);
}

static gboolean
receipt_says (ShopTesting *shop, const VaultSale *sale, const char *words)
{
  g_autoptr (VaultSale) kept = vault_sale_load (shop->shop->vault, sale->id, NULL);
  g_autoptr (ShopReceipt) receipt = checkout_receipt_build (shop->shop, kept, 0);
  g_autofree char *text = shop_receipt_to_text (receipt, 48);

  return strstr (text, words) != NULL;
}

static void
test_at_once (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  VaultPayment *payment = approve_at_once (shop, sale);

  assert_in_the_ledger (shop, payment, 0); /* nothing was sent for it */
  g_assert_true (receipt_says (shop, sale, TO_BE_SENT));
  assert_told_once (shop, sale, payment);
  g_assert_false (receipt_says (shop, sale, TO_BE_SENT));
  g_assert_true (receipt_says (shop, sale, "Approved by the chip"));
}

/* No byte of the request leaves, and the chip approves then. */
static void
test_line_cut (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  g_auto (Card) card = { .shop = shop, .when_unable = CHECKOUT_CHIP_APPROVES };
  const CheckoutChip chip = { .second = second_cb, .data = &card };
  VaultPayment *payment;

  shop_testing_cut_line (shop);
  payment = shop_testing_must_ask_chip (shop, sale, &chip);
  g_assert_cmpint (payment->state, ==, VAULT_STATE_CHIP_UNSENT);
  g_assert_cmpint (sale->state, ==, VAULT_SALE_PAID);
  g_assert_cmpuint (card.asked, ==, 1);
  g_assert_cmpint (card.told, ==, CHECKOUT_CHIP_UNABLE);
  g_assert_true (receipt_says (shop, sale, TO_BE_SENT));
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_STUCK);
  shop_testing_reopen (shop);
  shop_testing_change_host (shop, NULL);
  assert_told_once (shop, sale, payment);
}

/* The chip refuses without a line: then it is as without a chip. */
static void
test_refused_without_line (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  g_auto (Card) card = { .shop = shop, .when_unable = CHECKOUT_CHIP_REFUSES };
  const CheckoutChip chip = { .second = second_cb, .data = &card };

  shop_testing_cut_line (shop);
  g_assert_cmpint (shop_testing_must_ask_chip (shop, sale, &chip)->state, ==,
                   g_str_equal (dialect, "unionpay") ? VAULT_STATE_DECLINED : VAULT_STATE_STORED);
  g_assert_cmpuint (card.asked, ==, 1);
}

/* Its answers are lost, again and again, with restarts in between: it has no end and no age, and
 * its identity stays what it was. */
static void
test_answers_lost (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  VaultPayment *payment = approve_at_once (shop, sale);

  g_assert_true (vault_setting_set_number (shop->shop->vault, SYNC_SETTING_OFFLINE_HOURS, 0, NULL));
  for (guint i = 0; i < 3; i++)
    {
      shop_testing_change_host (shop, i == 1 ? "drop-request=1" : "drop-answer=1");
      g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_STUCK);
      g_assert_cmpint (shop_testing_state (shop, sale, 1), ==, VAULT_STATE_CHIP_UNSENT);
      shop_testing_reopen (shop);
    }
  shop_testing_change_host (shop, "duplicate-answer=1");
  assert_told_once (shop, sale, payment);
}

/* A reversal is owed and the host is away: the chip's sales go on meanwhile, and are told after it.
 */
static void
test_after_reversal (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) lost = shop_testing_sale (AMOUNT);
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  g_auto (Card) first = { .shop = shop }, second = { .shop = shop };
  const CheckoutChip chip = { .second = second_cb, .data = &first };
  const CheckoutChip other = { .second = second_cb, .data = &second };
  VaultPayment *unknown, *payment;

  second.when_unable = CHECKOUT_CHIP_APPROVES;
  shop_testing_change_host (shop, "drop-answer=1");
  unknown = shop_testing_must_ask_chip (shop, lost, &chip);
  g_assert_cmpint (unknown->state, ==, VAULT_STATE_UNKNOWN);
  g_assert_cmpint (first.told, ==, CHECKOUT_CHIP_LOST);
  payment = shop_testing_must_ask_chip (shop, sale, &other);
  g_assert_cmpint (payment->state, ==, VAULT_STATE_CHIP_UNSENT);
  g_assert_cmpstr (payment->reason, ==, "reversal-owed");
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_STUCK);
  assert_in_the_ledger (shop, payment, 0);
  shop_testing_change_host (shop, NULL);
  assert_told_once (shop, sale, payment);
  g_assert_cmpint (shop_testing_state (shop, lost, 1), ==, VAULT_STATE_REVERSED);
}

/* The acquirer approves, and the chip does not: its charge is taken back. */
static void
test_card_refuses (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  g_auto (Card) card = { .shop = shop, .when_answered = CHECKOUT_CHIP_REFUSES };
  const CheckoutChip chip = { .second = second_cb, .data = &card };
  VaultPayment *payment = shop_testing_must_ask_chip (shop, sale, &chip);

  g_assert_cmpint (payment->state, ==, VAULT_STATE_DECLINED);
  g_assert_cmpstr (payment->reason, ==, "card-refused");
  g_assert_cmpstr (card.code, ==, "00");
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  g_assert_cmpint (shop_testing_state (shop, sale, 1), ==, VAULT_STATE_DECLINED);
  g_assert_cmpuint (shop_testing_effects (shop, payment, "charge"), ==, 1);
  g_assert_cmpuint (shop_testing_effects (shop, payment, "reversal"), ==, 1);
}

/* Refused at the first GENERATE AC: the acquirer hears nothing of it. */
static void
test_refused_at_once (ShopTesting *shop, gconstpointer dialect)
{
  static const CheckoutChip chip = { .first = CHECKOUT_CHIP_REFUSES };
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  VaultPayment *payment = shop_testing_must_ask_chip (shop, sale, &chip);

  g_assert_cmpint (payment->state, ==, VAULT_STATE_DECLINED);
  g_assert_cmpstr (payment->reason, ==, "card-refused");
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  g_assert_cmpuint (payment->stan, ==, 0);
}

/* Approved by both: told with the acquirer's code. */
static void
test_approved (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  g_auto (Card) card = { .shop = shop, .when_answered = CHECKOUT_CHIP_APPROVES };
  const CheckoutChip chip = { .second = second_cb, .data = &card };
  VaultPayment *payment = shop_testing_must_ask_chip (shop, sale, &chip);

  g_assert_cmpint (payment->state, ==, VAULT_STATE_APPROVED);
  g_assert_cmpint (card.told, ==, CHECKOUT_CHIP_ANSWERED);
  g_assert_cmpstr (card.code, ==, "00");
  g_assert_cmpuint (shop_testing_effects (shop, payment, "charge"), ==, 1);
}

static void
add (const char *dialect, const char *name, void (*test) (ShopTesting *, gconstpointer))
{
  g_autofree char *path = g_strdup_printf ("/scene/advice/%s/%s", dialect, name);

  g_test_add (path, ShopTesting, dialect, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  static const char *const dialects[] = { "sandbox", "unionpay" };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (dialects); i++)
    {
      add (dialects[i], "at-once", test_at_once);
      add (dialects[i], "line-cut", test_line_cut);
      add (dialects[i], "refused-without-line", test_refused_without_line);
      add (dialects[i], "answers-lost", test_answers_lost);
      add (dialects[i], "after-reversal", test_after_reversal);
      add (dialects[i], "card-refuses", test_card_refuses);
      add (dialects[i], "refused-at-once", test_refused_at_once);
      add (dialects[i], "approved", test_approved);
    }
  return g_test_run ();
}
