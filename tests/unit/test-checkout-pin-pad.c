/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A PIN pad is used after a manager has tried it, and only that one: an emulated reader with a pad,
 * a card that wants its PIN (1234) and nothing else, a real till-acquirer.
 */
#include "checkout-pin-pad.h"

#include "shop-testing.h"
#include "vault-journal.h"

#include <string.h>

#define AMOUNT 12500
#define RIGHT "1234"
#define WRONG "4321"

typedef struct
{
  ShopTesting shop;
  GString *told;
} Test;

static void
set_up (Test *test, gconstpointer dialect)
{
  shop_testing_set_up_for (&test->shop, dialect, /* fault= */ NULL);
  shop_testing_give_chip (&test->shop, "pin-pad");
  test->told = g_string_new (NULL);
}

static void
tear_down (Test *test, gconstpointer dialect)
{
  shop_testing_tear_down (&test->shop);
  g_string_free (test->told, TRUE);
}

static void
on_told_cb (TillPaymentState state, const char *reason, gpointer data)
{
  Test *test = data;

  if (reason != NULL)
    g_string_append_printf (test->told, "%s ", reason);
}

/* The word of the refusal; NULL: passed. */
static const char *
try_pad (Test *test, const char *typed)
{
  CheckoutPresentWish wish = { .shop = test->shop.shop, .notify = on_told_cb, .data = test };
  g_auto (CheckoutPinPadTest) result = { 0 };
  GError *error = NULL;

  g_string_truncate (test->told, 0);
  training_bench_set_pin (test->shop.shop->bench, typed);
  g_assert_true (checkout_pin_pad_test (&wish, &result, &error));
  g_assert_no_error (error);
  g_assert_true (result.passed == (result.reason == NULL));
  return result.reason;
}

/* Whether the card was asked to check a PIN. */
static gboolean
pay_for (Test *test, const char *typed, VaultState wanted, const char *reason)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  CheckoutCard card = {
    .shop = test->shop.shop,
    .sale = sale,
    .payment = vault_payment_new (VAULT_TENDER_CARD, AMOUNT),
    .notify = on_told_cb,
    .data = test,
  };
  g_auto (SyncReport) report = { 0 };
  GError *error = NULL;

  sync_report_init (&report);
  g_string_truncate (test->told, 0);
  training_bench_set_pin (test->shop.shop->bench, typed);
  checkout_card_run (&card, &report, &error);
  g_assert_no_error (error);
  g_assert_cmpint (card.payment->state, ==, wanted);
  if (reason != NULL)
    g_assert_cmpstr (card.payment->reason, ==, reason);
  return strstr (test->told->str, "pin") != NULL;
}

static gboolean
pay_asks_pin (Test *test, const char *typed, VaultState wanted)
{
  return pay_for (test, typed, wanted, /* reason= */ NULL);
}

/* The newest entry is about a pad, and says this. */
static void
assert_journal (Test *test, const char *says)
{
  g_autoptr (GPtrArray) entries = vault_journal_list (test->shop.shop->vault, 1, NULL);
  const VaultJournalEntry *entry = entries->pdata[0];

  g_assert_cmpstr (entry->act, ==, "pin-pad");
  g_assert_cmpstr (entry->who, ==, checkout_shop_operator (test->shop.shop));
  g_assert_true (g_str_has_prefix (entry->detail, says));
}

/* As the screens see it: which reader, since when; or that one with a pad waits to be tried. */
static void
assert_listed (Test *test, gboolean used)
{
  g_autoptr (GPtrArray) pads = checkout_pin_pad_list (test->shop.shop);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *today = g_date_time_format (now, "%Y-%m-%d");

  g_assert_cmpuint (pads->len, ==, used ? 1 : 0);
  g_assert_true (checkout_pin_pad_waits (test->shop.shop) == !used);
  if (!used)
    return;
  g_assert_true (g_str_has_prefix (((CheckoutPinPad *)pads->pdata[0])->identity, "1209:7117 usb "));
  g_assert_cmpstr (((CheckoutPinPad *)pads->pdata[0])->tried, ==, today);
}

static void
test_life (Test *test, gconstpointer dialect)
{
  guint count;

  g_assert_false (pay_asks_pin (test, RIGHT, VAULT_STATE_APPROVED));
  g_assert_cmpstr (try_pad (test, RIGHT), ==, NULL);
  g_assert_cmpstr (test->told->str, ==, "leave-in pin leave-in ");
  assert_journal (test, "passed: 1209:7117 usb ");
  g_assert_true (pay_asks_pin (test, RIGHT, VAULT_STATE_APPROVED));
  assert_listed (test, /* used= */ TRUE);
  g_assert_true (checkout_pin_pad_forget (test->shop.shop, &count, NULL));
  g_assert_cmpuint (count, ==, 1);
  assert_listed (test, /* used= */ FALSE);
  assert_journal (test, "off");
  g_assert_false (pay_asks_pin (test, RIGHT, VAULT_STATE_APPROVED));
}

static void
test_restart (Test *test, gconstpointer dialect)
{
  g_assert_cmpstr (try_pad (test, RIGHT), ==, NULL);
  shop_testing_reopen (&test->shop);
  shop_testing_give_chip (&test->shop, "pin-pad");
  g_assert_true (pay_asks_pin (test, RIGHT, VAULT_STATE_APPROVED));
}

/* One that isn't passed any more isn't used any more. */
static void
test_failures (Test *test, gconstpointer dialect)
{
  static const struct
  {
    const char *typed, *reason;
  } rows[] = {
    { WRONG, "pin-wrong" },
    { NULL, "pin-cancelled" },
    { "", "pin-not-typed" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_assert_cmpstr (try_pad (test, RIGHT), ==, NULL);
      g_assert_cmpstr (try_pad (test, rows[i].typed), ==, rows[i].reason);
      assert_journal (test, rows[i].reason);
      g_assert_false (pay_asks_pin (test, RIGHT, VAULT_STATE_APPROVED));
    }
}

/* The card's tries are its own; the last one is said, and a card that takes none is never asked. */
static void
test_last_try (Test *test, gconstpointer dialect)
{
  g_assert_cmpstr (try_pad (test, WRONG), ==, "pin-wrong");
  g_assert_cmpstr (test->told->str, ==, "leave-in pin leave-in ");
  g_assert_cmpstr (try_pad (test, WRONG), ==, "pin-wrong");
  g_assert_cmpstr (try_pad (test, WRONG), ==, "pin-blocked");
  g_assert_cmpstr (test->told->str, ==, "leave-in pin-last leave-in ");
  g_assert_cmpstr (try_pad (test, RIGHT), ==, "pin-blocked");
  g_assert_cmpstr (test->told->str, ==, "leave-in ");
}

/* In a payment: wrong ones until the card takes no more, a cancelled one, one that nobody typed. */
static void
test_pay (Test *test, gconstpointer dialect)
{
  g_assert_cmpstr (try_pad (test, RIGHT), ==, NULL);
  g_assert_true (pay_asks_pin (test, NULL, VAULT_STATE_CANCELLED));
  g_assert_true (
      pay_asks_pin (test, "", VAULT_STATE_APPROVED)); /* the issuer is asked, and knows */
  g_assert_true (pay_asks_pin (test, WRONG, VAULT_STATE_APPROVED));
  g_assert_cmpstr (test->told->str, ==, "leave-in pin leave-in pin leave-in pin-last leave-in ");
  g_assert_false (pay_asks_pin (test, RIGHT, VAULT_STATE_APPROVED));
}

/* A bank that declines a card whose PIN couldn't be typed: the pad is named while it isn't tried.
 */
static void
test_declined (Test *test, gconstpointer dialect)
{
  g_assert_false (pay_asks_pin (test, RIGHT, VAULT_STATE_APPROVED));
  shop_testing_change_host (&test->shop, "decline=1");
  g_assert_false (pay_for (test, RIGHT, VAULT_STATE_DECLINED, "declined-wants-pad"));
  g_assert_cmpstr (try_pad (test, RIGHT), ==, NULL);
  shop_testing_change_host (&test->shop, "decline=1");
  g_assert_true (pay_for (test, RIGHT, VAULT_STATE_DECLINED, "declined"));
}

/* Another reader of the same make isn't the one that was tried. */
static void
test_another (Test *test, gconstpointer dialect)
{
  CheckoutPresentWish wish = { .shop = test->shop.shop, .kinds = CHECKOUT_PRESENT_CHIP };
  Vault *vault = test->shop.shop->vault;
  g_auto (CheckoutPresent) card = { 0 };
  g_autofree char *other = NULL;

  checkout_present_wait (&wish, &card);
  g_assert_false (checkout_pin_pad_is_proven (wish.shop, card.chip));
  other = g_strconcat (chip_reader_identity (card.chip), "X\n", NULL);
  g_assert_true (vault_setting_set_text (vault, "reader.pin-pads", other, NULL));
  g_assert_false (checkout_pin_pad_is_proven (wish.shop, card.chip));
  g_assert_true (
      vault_setting_set_text (vault, "reader.pin-pads", chip_reader_identity (card.chip), NULL));
  g_assert_true (checkout_pin_pad_is_proven (wish.shop, card.chip));
}

/* So many are remembered. */
static void
test_bound (Test *test, gconstpointer dialect)
{
  g_autoptr (GString) old = g_string_new (NULL);
  g_autofree char *now = NULL;
  guint count;

  for (guint i = 0; i < CHECKOUT_PIN_PADS_MAX; i++)
    g_string_append_printf (old, "1209:7117 usb OTHER%u\n", i);
  g_assert_true (
      vault_setting_set_text (test->shop.shop->vault, "reader.pin-pads", old->str, NULL));
  g_assert_cmpstr (try_pad (test, RIGHT), ==, NULL);
  now = vault_setting_text (test->shop.shop->vault, "reader.pin-pads", NULL);
  g_assert_null (strstr (now, "OTHER0\n"));
  g_assert_nonnull (strstr (now, "OTHER1\n"));
  g_assert_true (checkout_pin_pad_forget (test->shop.shop, &count, NULL));
  g_assert_cmpuint (count, ==, CHECKOUT_PIN_PADS_MAX);
}

static void
test_no_reader (Test *test, gconstpointer dialect)
{
  training_bench_plug (test->shop.shop->bench, TRAINING_CHIP_READER, FALSE);
  g_assert_cmpstr (try_pad (test, RIGHT), ==, "no-reader");
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*run) (Test *test, gconstpointer dialect);
  } tests[] = {
    { "life", test_life },         { "restart", test_restart },
    { "failures", test_failures }, { "last-try", test_last_try },
    { "pay", test_pay },           { "another", test_another },
    { "bound", test_bound },       { "no-reader", test_no_reader },
    { "declined", test_declined },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strdup_printf ("/checkout/pin-pad/%s", tests[i].name);

      g_test_add (path, Test, "sandbox", set_up, tests[i].run, tear_down);
    }
  return g_test_run ();
}
