/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Payments by chip from the card in the reader to the ledger: an emulated reader, cards that
 * compute, a real till-acquirer.
 */
#include "checkout-chip.h"

#include "base-data.h"
#include "shop-testing.h"

#include <string.h>

#define AMOUNT 12500
#define SMALL 1000
#define TRIES 20
#define COMMANDS_BEFORE_THE_CRYPTOGRAM 3
#define COMMANDS_MAX 40
#define STRIPE                                                                                     \
  "%B4761739001010119^TEST/CARD^30122010000000000000?;4761739001010119=30122010000000000000?"

typedef struct
{
  ShopTesting shop;
  GString *told;
  int choice;
  guint choices;
  GCancellable *cancellable; /* of the next payment */
  const char *cancel_at;     /* when this was told; NULL: it isn't cancelled */
} Test;

static void
set_up (Test *test, gconstpointer dialect)
{
  shop_testing_set_up_for (&test->shop, dialect, /* fault= */ NULL);
  test->told = g_string_new (NULL);
  test->cancellable = g_cancellable_new ();
}

static void
tear_down (Test *test, gconstpointer dialect)
{
  shop_testing_tear_down (&test->shop);
  g_string_free (test->told, TRUE);
  g_object_unref (test->cancellable);
}

/* The cashier does what is asked for. */
static void
on_told_cb (TillPaymentState state, const char *reason, gpointer data)
{
  Test *test = data;
  const char *const cards[] = { STRIPE, NULL };

  if (reason != NULL)
    g_string_append_printf (test->told, "%s ", reason);
  if (test->cancel_at != NULL
      && g_strcmp0 (state == TILL_PAYMENT_STATE_SENDING ? "sending" : reason, test->cancel_at) == 0)
    g_cancellable_cancel (test->cancellable);
  if (g_strcmp0 (reason, "use-stripe") == 0)
    g_assert_true (training_bench_set_cards (test->shop.shop->bench, cards, NULL));
}

static int
choose_cb (const char *const *names, guint count, gpointer data)
{
  Test *test = data;

  test->choices = count;
  g_assert_cmpstr (names[0], ==,
                   "TILL D\xC3\x89"
                   "BIT");
  return test->choice;
}

static VaultPayment *
pay (Test *test, VaultSale *sale, gboolean chooses)
{
  CheckoutCard card = {
    .shop = test->shop.shop,
    .sale = sale,
    .payment = vault_payment_new (VAULT_TENDER_CARD, shop_cart_totals (sale->cart)->total_minor),
    .cancellable = test->cancellable,
    .notify = on_told_cb,
    .choose = chooses ? choose_cb : NULL,
    .data = test,
  };
  g_auto (SyncReport) report = { 0 };
  GError *error = NULL;

  sync_report_init (&report);
  g_string_truncate (test->told, 0);
  checkout_card_run (&card, &report, &error);
  g_assert_no_error (error);
  return card.payment;
}

static void
assert_nothing_sent (const VaultPayment *payment, VaultState state, const char *reason)
{
  g_assert_cmpint (payment->state, ==, state);
  g_assert_cmpstr (payment->reason, ==, reason);
  g_assert_cmpuint (payment->stan, ==, 0);
}

/* What the books have of it. */
static CheckoutSlip
kept_slip (Test *test, const VaultSale *sale)
{
  g_autoptr (VaultSale) kept = vault_sale_load (test->shop.shop->vault, sale->id, NULL);
  CheckoutSlip slip = { 0 };

  g_assert_cmpuint (kept->payments->len, ==, 1);
  g_assert_true (checkout_slip_from_text (((VaultPayment *)kept->payments->pdata[0])->slip, &slip));
  return slip;
}

static void
assert_chip_slip (Test *test, const VaultSale *sale, const char *kind, CheckoutHolder holder)
{
  CheckoutSlip slip = kept_slip (test, sale);

  g_assert_cmpint (slip.entry, ==, CHECKOUT_ENTRY_CHIP);
  g_assert_cmpstr (slip.kind, ==, kind);
  g_assert_cmpint (slip.holder, ==, holder);
  g_assert_true (g_str_has_prefix (slip.aid, "F054494C4C01"));
  g_assert_true (g_str_has_prefix (slip.application, "TILL"));
  g_assert_cmpuint (strlen (slip.cryptogram), ==, 16);
  g_assert_cmpuint (strlen (slip.tvr), ==, 10);
  g_assert_cmpuint (strlen (slip.tsi), ==, 4);
}

/* A small sale that the chip approves by itself. A fifth of them is asked for all the same, by
 * chance, and then there is another. */
static VaultSale *
pay_small (Test *test)
{
  for (guint i = 0; i < TRIES; i++)
    {
      g_autoptr (VaultSale) sale = shop_testing_sale (SMALL);

      if (pay (test, sale, FALSE)->state == VAULT_STATE_CHIP_UNSENT)
        return g_steal_pointer (&sale);
    }
  g_assert_not_reached ();
}

/* An approved one keeps the certificate, one that nobody could be asked about the cryptogram that
 * is to be sent, and one that the chip refuses its refusal. */
static void
test_slip (Test *test, gconstpointer dialect)
{
  g_autoptr (VaultSale) online = shop_testing_sale (AMOUNT);
  g_autoptr (VaultSale) refused = shop_testing_sale (AMOUNT);
  g_autoptr (VaultSale) pin = shop_testing_sale (AMOUNT);
  g_autoptr (VaultSale) stored = shop_testing_sale (AMOUNT);
  g_autoptr (VaultSale) small = NULL;

  shop_testing_give_chip (&test->shop, "signature");
  g_assert_cmpint (pay (test, online, FALSE)->state, ==, VAULT_STATE_APPROVED);
  assert_chip_slip (test, online, "TC", CHECKOUT_HOLDER_SIGNATURE);
  shop_testing_give_chip (&test->shop, "always-decline");
  g_assert_cmpint (pay (test, refused, FALSE)->state, ==, VAULT_STATE_DECLINED);
  g_assert_cmpstr (kept_slip (test, refused).kind, ==, "AAC");
  shop_testing_give_chip (&test->shop, "pin-pad");
  (void)pay (test, pin, FALSE);
  assert_chip_slip (test, pin, "TC", CHECKOUT_HOLDER_FAILED);
  shop_testing_cut_line (&test->shop);
  g_assert_true (training_bench_set_chip (test->shop.shop->bench, "always-online", NULL));
  g_assert_cmpint (pay (test, stored, FALSE)->state, ==, VAULT_STATE_STORED);
  assert_chip_slip (test, stored, "ARQC", kept_slip (test, stored).holder);
  g_assert_true (training_bench_set_chip (test->shop.shop->bench, "applications", NULL));
  small = pay_small (test);
  assert_chip_slip (test, small, "TC", CHECKOUT_HOLDER_NONE);
  g_assert_cmpstr (kept_slip (test, small).application, ==,
                   "TILL D\xC3\x89"
                   "BIT");
}

static void
test_online (Test *test, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  VaultPayment *payment;

  shop_testing_give_chip (&test->shop, "always-online");
  payment = pay (test, sale, FALSE);
  g_assert_cmpstr (payment->reason, ==, NULL);
  g_assert_cmpint (payment->state, ==, VAULT_STATE_APPROVED);
  g_assert_cmpint (sale->state, ==, VAULT_SALE_PAID);
  g_assert_true (g_str_has_prefix (payment->masked_pan, "620000******"));
  g_assert_cmpstr (test->told->str, ==, "leave-in ");
  g_assert_cmpuint (shop_testing_effects (&test->shop, payment, "charge"), ==, 1);
}

/* The chip approves by itself: it is in the books at once, and the acquirer is told later. */
static void
test_offline (Test *test, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = NULL;

  shop_testing_give_chip (&test->shop, "offline-limit");
  sale = pay_small (test);
  g_assert_cmpint (sale->state, ==, VAULT_SALE_PAID);
  g_assert_cmpint (shop_testing_drain (&test->shop), ==, SYNC_EMPTY);
  g_assert_cmpint (shop_testing_state (&test->shop, sale, 1), ==, VAULT_STATE_CHIP_SENT);
}

static void
test_refused (Test *test, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  g_autoptr (VaultSale) next = shop_testing_sale (AMOUNT);
  g_autoptr (VaultSale) third = shop_testing_sale (AMOUNT);

  shop_testing_give_chip (&test->shop, "always-decline");
  assert_nothing_sent (pay (test, sale, FALSE), VAULT_STATE_DECLINED, "card-refused");
  shop_testing_give_chip (&test->shop, "service-refused");
  assert_nothing_sent (pay (test, next, FALSE), VAULT_STATE_DECLINED, "not-accepted");
  shop_testing_give_chip (&test->shop, "wrong-combined");
  assert_nothing_sent (pay (test, third, FALSE), VAULT_STATE_DECLINED, "card-forged");
}

static void
test_blocked (Test *test, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  g_autoptr (VaultSale) next = shop_testing_sale (AMOUNT);

  shop_testing_give_chip (&test->shop, "blocked-card");
  assert_nothing_sent (pay (test, sale, FALSE), VAULT_STATE_DECLINED, "card-blocked");
  shop_testing_give_chip (&test->shop, "blocked-application");
  assert_nothing_sent (pay (test, next, FALSE), VAULT_STATE_DECLINED, "application-blocked");
}

/* What can't be used as a chip is swiped, and the acquirer is told so. */
static void
test_fallback (Test *test, gconstpointer dialect)
{
  static const char *const kinds[] = { "fallback", "mute" };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
      VaultPayment *payment;

      shop_testing_give_chip (&test->shop, kinds[i]);
      payment = pay (test, sale, FALSE);
      g_assert_cmpstr (test->told->str, ==, "leave-in use-stripe ");
      g_assert_cmpstr (payment->reason, ==, NULL);
      g_assert_cmpstr (payment->response, ==, "00");
      g_assert_cmpint (payment->state, ==, VAULT_STATE_APPROVED);
      g_assert_cmpstr (payment->masked_pan, ==, "476173******0119");
      g_assert_cmpint (kept_slip (test, sale).entry, ==, CHECKOUT_ENTRY_FALLBACK);
    }
}

static void
forbid_fallback (Test *test)
{
  Vault *vault = test->shop.shop->vault;
  g_autofree char *text = vault_setting_text (vault, SYNC_SETTING_PROFILE, NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *changed = NULL;

  g_assert_true (g_key_file_load_from_data (file, text, (gsize)-1, G_KEY_FILE_NONE, NULL));
  g_key_file_set_string (file, "profile", "fallback", "off");
  changed = g_key_file_to_data (file, NULL, NULL);
  g_assert_true (vault_setting_set_text (vault, SYNC_SETTING_PROFILE, changed, NULL));
  shop_testing_change_host (&test->shop, NULL);
}

static void
test_no_fallback (Test *test, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  g_autoptr (VaultSale) next = shop_testing_sale (AMOUNT);

  forbid_fallback (test);
  shop_testing_give_chip (&test->shop, "fallback");
  assert_nothing_sent (pay (test, sale, FALSE), VAULT_STATE_DECLINED, "no-application");
  shop_testing_give_chip (&test->shop, "mute");
  assert_nothing_sent (pay (test, next, FALSE), VAULT_STATE_DECLINED, "chip-unreadable");
}

static void
test_torn (Test *test, gconstpointer dialect)
{
  shop_testing_give_chip (&test->shop, "cda");
  for (guint n = 1; n <= COMMANDS_BEFORE_THE_CRYPTOGRAM; n++)
    {
      g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);

      training_bench_tear_at (test->shop.shop->bench, n);
      assert_nothing_sent (pay (test, sale, FALSE), VAULT_STATE_CANCELLED, "card-removed");
    }
}

/* A card that never approves without its issuer, and answers nothing from this command on. */
static char *
write_mute (Test *test, guint command)
{
  g_autofree char *shipped = base_data_find ("training/cards/cda.ini");
  g_autofree char *base = g_build_filename (test->shop.dir, "cda.ini", NULL);
  g_autofree char *name = g_strdup_printf ("mute-%u.ini", command);
  char *path = g_build_filename (test->shop.dir, name, NULL);
  g_autofree char *cda = NULL;
  g_autofree char *text = g_strdup_printf ("[card]\nlike = cda\n[application 1]\n"
                                           "number = 6200000000000062\n[rules]\ndecide = online\n"
                                           "[faults]\nmute = %u\n",
                                           command);

  g_assert_true (g_file_get_contents (shipped, &cda, NULL, NULL)
                 && g_file_set_contents (base, cda, -1, NULL)
                 && g_file_set_contents (path, text, -1, NULL));
  return path;
}

/* It is still in the reader: nobody is told that he took it out. */
static void
test_mute (Test *test, gconstpointer dialect)
{
  for (guint n = 1; n <= COMMANDS_BEFORE_THE_CRYPTOGRAM; n++)
    {
      g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
      g_autofree char *path = write_mute (test, n);

      shop_testing_give_chip (&test->shop, path);
      assert_nothing_sent (pay (test, sale, FALSE), VAULT_STATE_DECLINED, "card-mute");
      g_assert_cmpstr (test->told->str, ==, "leave-in ");
    }
}

/* Later with each sale, until the bank had approved by then. */
static void
assert_taken_back (Test *test, const char *early, const char *late, gboolean mute)
{
  for (guint n = COMMANDS_BEFORE_THE_CRYPTOGRAM; n < COMMANDS_MAX; n++)
    {
      g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
      g_autofree char *path = mute ? write_mute (test, n) : NULL;
      VaultPayment *payment;

      if (mute)
        shop_testing_give_chip (&test->shop, path);
      else
        training_bench_tear_at (test->shop.shop->bench, n);
      payment = pay (test, sale, FALSE);
      if (g_strcmp0 (payment->reason, early) == 0)
        continue;
      g_assert_cmpstr (payment->reason, ==, late);
      g_assert_cmpint (payment->state, ==, VAULT_STATE_DECLINED);
      g_assert_cmpuint (shop_testing_effects (&test->shop, payment, "charge"), ==, 1);
      g_assert_cmpuint (shop_testing_effects (&test->shop, payment, "reversal"), ==, 1);
      return;
    }
  g_assert_not_reached ();
}

/* The bank has approved, and the card doesn't hear it any more: told by its own name, and reversed.
 */
static void
test_torn_late (Test *test, gconstpointer dialect)
{
  shop_testing_give_chip (&test->shop, "always-online");
  assert_taken_back (test, "card-removed", "card-torn", FALSE);
}

static void
test_mute_late (Test *test, gconstpointer dialect)
{
  assert_taken_back (test, "card-mute", "card-stopped", TRUE);
}

/* Until the card was asked for its cryptogram a wish to cancel is heard at its next command; once
 * the bank is being asked, its answer comes. */
static void
test_cancelled (Test *test, gconstpointer dialect)
{
  static const char *const places[] = { "leave-in", "choose", "sending" };

  shop_testing_give_chip (&test->shop, "applications");
  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
      VaultPayment *payment;

      g_cancellable_reset (test->cancellable);
      test->cancel_at = places[i];
      payment = pay (test, sale, TRUE);
      if (g_str_equal (places[i], "sending"))
        g_assert_cmpint (payment->state, ==, VAULT_STATE_APPROVED);
      else
        assert_nothing_sent (payment, VAULT_STATE_CANCELLED, "cancelled");
    }
}

static CheckoutChipSays
note_news_cb (const CheckoutChipNews *news, CheckoutChipLeft *out_left, gpointer data)
{
  CheckoutChipOutcome *told = data;

  *told = news->outcome;
  return CHECKOUT_CHIP_REFUSES;
}

/* The chip has given its first cryptogram, and nothing was sent: no request, so nothing to reverse,
 * and the chip is made to refuse. */
static void
test_cancelled_between (Test *test, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  CheckoutChipOutcome told = CHECKOUT_CHIP_ANSWERED;
  const CheckoutChip chip = { .first = CHECKOUT_CHIP_ASKS, .second = note_news_cb, .data = &told };
  const AcquirerEntry entry = { .kind = ACQUIRER_ENTRY_CHIP };
  CheckoutCard card = { .shop = test->shop.shop,
                        .sale = sale,
                        .payment = vault_payment_new (VAULT_TENDER_CARD, AMOUNT),
                        .cancellable = test->cancellable,
                        .chip = &chip };
  g_auto (SyncReport) report = { 0 };

  sync_report_init (&report);
  g_cancellable_cancel (test->cancellable);
  g_assert_true (checkout_card_ask (&card, &entry, &report, NULL));
  assert_nothing_sent (card.payment, VAULT_STATE_CANCELLED, "cancelled");
  g_assert_cmpint (told, ==, CHECKOUT_CHIP_LOST);
  g_assert_cmpuint (shop_testing_effects (&test->shop, card.payment, "charge"), ==, 0);
  g_assert_cmpuint (shop_testing_effects (&test->shop, card.payment, "reversal"), ==, 0);
}

static void
test_nothing_downloaded (Test *test, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  TrainingBench *bench = test->shop.shop->bench;

  training_bench_plug (bench, TRAINING_CHIP_READER, TRUE);
  g_assert_true (training_bench_set_cards (bench, NULL, NULL));
  g_assert_true (training_bench_insert (bench, "cda", NULL));
  assert_nothing_sent (pay (test, sale, FALSE), VAULT_STATE_DECLINED, "no-applications");
}

/* With nobody to ask, one that has to be confirmed isn't taken. */
static void
test_choice (Test *test, gconstpointer dialect)
{
  g_autoptr (VaultSale) first = shop_testing_sale (AMOUNT);
  g_autoptr (VaultSale) second = shop_testing_sale (AMOUNT);
  g_autoptr (VaultSale) third = shop_testing_sale (AMOUNT);

  shop_testing_give_chip (&test->shop, "applications");
  g_assert_cmpstr (pay (test, first, FALSE)->masked_pan, ==, "620000******0138");
  test->choice = 1;
  g_assert_cmpstr (pay (test, second, TRUE)->masked_pan, ==, "620000******0120");
  g_assert_cmpuint (test->choices, >=, 2);
  g_assert_cmpstr (test->told->str, ==, "leave-in choose leave-in ");
  test->choice = -1;
  assert_nothing_sent (pay (test, third, TRUE), VAULT_STATE_CANCELLED, "cancelled");
}

/* What is shown and kept of a card is never its number. */
static void
test_trace (Test *test, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  g_autoptr (VaultPayment) payment = vault_payment_new (VAULT_TENDER_CARD, AMOUNT);
  CheckoutCard card = { .shop = test->shop.shop, .sale = sale, .payment = payment };
  const CheckoutPresentWish wish = { .shop = card.shop, .kinds = CHECKOUT_PRESENT_CHIP };
  g_auto (CheckoutPresent) present = { 0 };
  g_autoptr (CheckoutChipCard) chip = NULL;
  g_autofree char *trace = NULL;
  const char *reason;
  CheckoutChipRead read;

  shop_testing_give_chip (&test->shop, "cda");
  checkout_present_wait (&wish, &present);
  g_assert_nonnull (present.chip);
  chip = checkout_chip_new (&card, present.chip);
  g_assert_null (checkout_chip_trace (chip));
  g_assert_true (checkout_chip_read (chip, &read, &reason, NULL));
  g_assert_cmpint (read, ==, CHECKOUT_CHIP_READ);
  g_assert_nonnull (checkout_chip_masked_pan (chip));
  g_assert_cmpint (checkout_chip_entry (chip)->kind, ==, ACQUIRER_ENTRY_CHIP);
  trace = checkout_chip_trace (chip);
  g_assert_nonnull (strstr (trace, "9F26"));
  g_assert_null (strstr (trace, "6200000000000"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, dialect, function)                                                               \
  g_test_add ("/checkout/chip/" name, Test, dialect, set_up, function, tear_down)
  ADD ("online", "sandbox", test_online);
  ADD ("online-unionpay", "unionpay", test_online);
  ADD ("offline", "sandbox", test_offline);
  ADD ("offline-unionpay", "unionpay", test_offline);
  ADD ("slip", "sandbox", test_slip);
  ADD ("refused", "sandbox", test_refused);
  ADD ("blocked", "sandbox", test_blocked);
  ADD ("fallback", "sandbox", test_fallback);
  ADD ("no-fallback", "sandbox", test_no_fallback);
  ADD ("no-fallback-unionpay", "unionpay", test_no_fallback);
  ADD ("torn", "sandbox", test_torn);
  ADD ("mute", "sandbox", test_mute);
  ADD ("cancelled-between", "sandbox", test_cancelled_between);
  ADD ("cancelled-between-unionpay", "unionpay", test_cancelled_between);
  ADD ("mute-late", "sandbox", test_mute_late);
  ADD ("mute-late-unionpay", "unionpay", test_mute_late);
  ADD ("torn-late", "sandbox", test_torn_late);
  ADD ("torn-late-unionpay", "unionpay", test_torn_late);
  ADD ("cancelled", "sandbox", test_cancelled);
  ADD ("nothing-downloaded", "sandbox", test_nothing_downloaded);
  ADD ("choice", "sandbox", test_choice);
  ADD ("trace", "sandbox", test_trace);
  return g_test_run ();
}
