/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which card comes first, and what becomes of the reader that had none.
 */
#include "shop-testing.h"

#define CARD "cda"
#define STRIPE                                                                                     \
  "%B4761739001010119^TEST/CARD^30122010000000000000?;4761739001010119=30122010000000000000?"
#define BOTH (CHECKOUT_PRESENT_STRIPE | CHECKOUT_PRESENT_CHIP)

typedef struct
{
  CheckoutShop shop; /* no more of one than the readers */
  GString *told;
} Test;

static void
set_up (Test *test, gconstpointer stripe)
{
  test->shop.bench = training_bench_new_with ((TrainingStripeModel)GPOINTER_TO_INT (stripe));
  test->shop.bus = training_bench_bus (test->shop.bench);
  test->shop.devices = device_list_new (test->shop.bus);
  test->told = g_string_new (NULL);
  training_bench_plug (test->shop.bench, TRAINING_CHIP_READER, TRUE);
}

static void
tear_down (Test *test, gconstpointer data)
{
  checkout_slot_clear (&test->shop.slot);
  device_list_free (test->shop.devices);
  training_bench_free (test->shop.bench);
  g_string_free (test->told, TRUE);
}

static void
on_told_cb (TillPaymentState state, const char *reason, gpointer data)
{
  Test *test = data;

  g_assert_cmpint (state, ==, TILL_PAYMENT_STATE_WAITING_CARD);
  g_string_append_printf (test->told, "%s ", reason != NULL ? reason : "card");
}

static void
wait_for (Test *test, guint kinds, GCancellable *cancellable, CheckoutPresent *out)
{
  const CheckoutPresentWish wish = { .shop = &test->shop,
                                     .kinds = kinds,
                                     .cancellable = cancellable,
                                     .notify = on_told_cb,
                                     .data = test };

  checkout_present_wait (&wish, out);
}

static void
set_cards (Test *test, const char *tracks, const char *kind)
{
  const char *const cards[] = { tracks, NULL };
  GError *error = NULL;

  g_assert_true (training_bench_set_cards (test->shop.bench, cards, NULL));
  training_bench_set_chip (test->shop.bench, kind, &error);
  g_assert_no_error (error);
}

static void
test_chip_first (Test *test, gconstpointer data)
{
  g_auto (CheckoutPresent) card = { 0 };
  g_auto (CheckoutPresent) next = { 0 };
  ChipAtr atr;

  set_cards (test, NULL, CARD);
  wait_for (test, BOTH, NULL, &card);
  g_assert_nonnull (card.chip);
  g_assert_null (card.swipe);
  g_assert_null (card.reason);
  g_assert_cmpint (chip_reader_power_on (card.chip, &atr, NULL), ==, CHIP_DONE);
  g_assert_cmpstr (test->told->str, ==, "card ");
  /* The stripe reader was let go, and serves the next one. */
  set_cards (test, STRIPE, NULL);
  wait_for (test, CHECKOUT_PRESENT_STRIPE, NULL, &next);
  g_assert_nonnull (next.swipe);
}

static void
test_stripe_first (Test *test, gconstpointer data)
{
  g_auto (CheckoutPresent) card = { 0 };
  g_auto (CheckoutPresent) next = { 0 };

  set_cards (test, STRIPE, NULL);
  wait_for (test, BOTH, NULL, &card);
  g_assert_nonnull (card.swipe);
  g_assert_null (card.chip);
  g_assert_null (card.reason);
  /* Likewise. */
  set_cards (test, NULL, CARD);
  wait_for (test, CHECKOUT_PRESENT_CHIP, NULL, &next);
  g_assert_nonnull (next.chip);
}

/* What isn't asked for isn't looked at, though it is there. */
static void
test_one_kind (Test *test, gconstpointer data)
{
  g_auto (CheckoutPresent) card = { 0 };

  set_cards (test, STRIPE, CARD);
  wait_for (test, CHECKOUT_PRESENT_STRIPE, NULL, &card);
  g_assert_nonnull (card.swipe);
  g_assert_null (card.chip);
}

/* ---- A stripe that says that there is a chip ---- */

static gpointer
insert_later (gpointer data)
{
  g_usleep (500 * 1000);
  g_assert_true (training_bench_insert (data, CARD, NULL));
  return NULL;
}

/* However often it is swiped. */
static void
test_chip_wanted (Test *test, gconstpointer data)
{
  g_auto (CheckoutPresent) card = { 0 };
  GThread *thread;

  set_cards (test, STRIPE, NULL);
  thread = g_thread_new ("cardholder", insert_later, test->shop.bench);
  wait_for (test, BOTH, NULL, &card);
  g_thread_join (thread);
  g_assert_nonnull (card.chip);
  g_assert_null (card.swipe);
  g_assert_true (g_str_has_prefix (test->told->str, "card use-chip "));
}

/* With nothing that could read it, by the fallback, or with no chip: as ever. */
static void
test_chip_not_wanted (Test *test, gconstpointer data)
{
  g_auto (CheckoutPresent) fallback = { 0 };
  g_auto (CheckoutPresent) plain = { 0 };
  g_auto (CheckoutPresent) alone = { 0 };

  set_cards (test, STRIPE, NULL);
  wait_for (test, CHECKOUT_PRESENT_STRIPE, NULL, &fallback);
  g_assert_nonnull (fallback.swipe);
  g_assert_cmpint (fallback.swipe->chip, ==, MSR_CHIP_THERE);
  set_cards (test, ";4761739001010119=30121010000000000000?", NULL);
  wait_for (test, BOTH, NULL, &plain);
  g_assert_nonnull (plain.swipe);
  g_assert_cmpint (plain.swipe->chip, ==, MSR_CHIP_NONE);
  training_bench_plug (test->shop.bench, TRAINING_CHIP_READER, FALSE);
  set_cards (test, STRIPE, NULL);
  wait_for (test, BOTH, NULL, &alone);
  g_assert_nonnull (alone.swipe);
  g_assert_cmpstr (test->told->str, ==, "card card card ");
}

/* ---- The card of the payment before ---- */

/* A payment whose card stays in the reader. */
static void
pay_and_leave_in (Test *test)
{
  g_auto (CheckoutPresent) card = { 0 };

  g_assert_true (training_bench_insert (test->shop.bench, CARD, NULL));
  wait_for (test, CHECKOUT_PRESENT_CHIP, NULL, &card);
  g_assert_nonnull (card.chip);
  /* It was put in before it was asked for, as is usual. */
  g_assert_cmpstr (test->told->str, ==, "card ");
  g_string_truncate (test->told, 0);
}

static void
assert_times_out (Test *test, guint kinds, const char *told)
{
  const CheckoutPresentWish wish
      = { .shop = &test->shop, .kinds = kinds, .wait_ms = 400, .notify = on_told_cb, .data = test };
  g_auto (CheckoutPresent) card = { 0 };

  checkout_present_wait (&wish, &card);
  g_assert_null (card.chip);
  g_assert_cmpstr (card.reason, ==, "timeout");
  g_assert_cmpstr (test->told->str, ==, told);
  g_string_truncate (test->told, 0);
}

static gpointer
take_out_and_insert (gpointer data)
{
  g_usleep (400 * 1000);
  training_bench_remove_card (data);
  g_usleep (600 * 1000);
  g_assert_true (training_bench_insert (data, "dda", NULL));
  return NULL;
}

/* However often it is asked, it isn't paid with again; once out, the next card is. */
static void
test_left_in (Test *test, gconstpointer data)
{
  static const guint kinds[] = { CHECKOUT_PRESENT_CHIP, BOTH };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_auto (CheckoutPresent) card = { 0 };
      GThread *thread;

      pay_and_leave_in (test);
      assert_times_out (test, kinds[i], "card take-out ");
      assert_times_out (test, kinds[i], "card take-out ");
      thread = g_thread_new ("cardholder", take_out_and_insert, test->shop.bench);
      wait_for (test, kinds[i], NULL, &card);
      g_thread_join (thread);
      g_assert_nonnull (card.chip);
      g_assert_cmpstr (test->told->str, ==, "card take-out card ");
      g_string_truncate (test->told, 0);
      checkout_present_clear (&card);
      training_bench_remove_card (test->shop.bench);
      assert_times_out (test, kinds[i], "card ");
    }
}

/* Between two payments the slot was seen empty: the card was put in early. */
static void
test_swapped (Test *test, gconstpointer data)
{
  pay_and_leave_in (test);
  training_bench_remove_card (test->shop.bench);
  g_usleep (600 * 1000);
  pay_and_leave_in (test);
}

/* The lane goes on by stripe, and the card stays what it was. */
static void
test_stripe_meanwhile (Test *test, gconstpointer data)
{
  g_auto (CheckoutPresent) card = { 0 };

  pay_and_leave_in (test);
  set_cards (test, STRIPE, NULL);
  wait_for (test, BOTH, NULL, &card);
  g_assert_nonnull (card.swipe);
  set_cards (test, NULL, NULL);
  g_string_truncate (test->told, 0);
  assert_times_out (test, CHECKOUT_PRESENT_CHIP, "card take-out ");
}

/* Nobody saw it leave. */
static void
test_unplugged_with_it (Test *test, gconstpointer data)
{
  pay_and_leave_in (test);
  training_bench_plug (test->shop.bench, TRAINING_CHIP_READER, FALSE);
  g_usleep (400 * 1000);
  training_bench_plug (test->shop.bench, TRAINING_CHIP_READER, TRUE);
  assert_times_out (test, CHECKOUT_PRESENT_CHIP, "card take-out ");
}

static gpointer
cancel_soon (gpointer data)
{
  g_usleep (100 * 1000);
  g_cancellable_cancel (data);
  return NULL;
}

static void
assert_cancelled (Test *test, guint kinds)
{
  g_auto (CheckoutPresent) card = { 0 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GThread *thread = g_thread_new ("cancel", cancel_soon, cancellable);

  wait_for (test, kinds, cancellable, &card);
  g_thread_join (thread);
  g_assert_null (card.chip);
  g_assert_null (card.swipe);
  g_assert_true (card.given_up);
  g_assert_cmpstr (card.reason, ==, "cancelled");
}

static void
test_cancelled (Test *test, gconstpointer data)
{
  assert_cancelled (test, BOTH);
  assert_cancelled (test, CHECKOUT_PRESENT_CHIP);
  assert_cancelled (test, CHECKOUT_PRESENT_STRIPE);
}

typedef struct
{
  TrainingBench *bench;
  TrainingDeviceKind kind;
} Unplug;

static gpointer
unplug_soon (gpointer data)
{
  Unplug *unplug = data;

  g_usleep (100 * 1000);
  training_bench_plug (unplug->bench, unplug->kind, FALSE);
  return NULL;
}

static void
assert_unplugged (Test *test, guint kinds, TrainingDeviceKind kind)
{
  g_auto (CheckoutPresent) card = { 0 };
  Unplug unplug = { test->shop.bench, kind };
  GThread *thread = g_thread_new ("unplug", unplug_soon, &unplug);

  wait_for (test, kinds, NULL, &card);
  g_thread_join (thread);
  g_assert_null (card.chip);
  g_assert_null (card.swipe);
  g_assert_false (card.given_up);
  g_assert_cmpstr (card.reason, ==, "no-reader");
}

static void
test_unplugged (Test *test, gconstpointer data)
{
  assert_unplugged (test, CHECKOUT_PRESENT_CHIP, TRAINING_CHIP_READER);
  training_bench_plug (test->shop.bench, TRAINING_CHIP_READER, TRUE);
  assert_unplugged (test, BOTH, TRAINING_STRIPE);
}

static gpointer
unplug_and_swipe (gpointer data)
{
  TrainingBench *bench = data;
  const char *const cards[] = { STRIPE, NULL };

  g_usleep (100 * 1000);
  training_bench_plug (bench, TRAINING_CHIP_READER, FALSE);
  g_usleep (100 * 1000);
  g_assert_true (training_bench_set_cards (bench, cards, NULL));
  return NULL;
}

/* A chip reader that goes while the other waits takes nothing from it. */
static void
test_chip_reader_goes (Test *test, gconstpointer data)
{
  g_auto (CheckoutPresent) card = { 0 };
  GThread *thread = g_thread_new ("unplug", unplug_and_swipe, test->shop.bench);

  wait_for (test, BOTH, NULL, &card);
  g_thread_join (thread);
  g_assert_nonnull (card.swipe);
  g_assert_true (device_list_refresh (test->shop.devices, NULL));
  g_assert_false (checkout_present_has_chip (&test->shop));
}

static void
assert_timeout (Test *test, guint kinds)
{
  const CheckoutPresentWish wish = { .shop = &test->shop, .kinds = kinds, .wait_ms = 50 };
  g_auto (CheckoutPresent) card = { 0 };

  checkout_present_wait (&wish, &card);
  g_assert_true (card.given_up);
  g_assert_cmpstr (card.reason, ==, "timeout");
}

static void
test_timeout (Test *test, gconstpointer data)
{
  assert_timeout (test, BOTH);
  assert_timeout (test, CHECKOUT_PRESENT_CHIP);
  assert_timeout (test, CHECKOUT_PRESENT_STRIPE);
}

static void
test_no_reader (Test *test, gconstpointer data)
{
  g_auto (CheckoutPresent) card = { 0 };

  g_assert_true (device_list_refresh (test->shop.devices, NULL));
  g_assert_true (checkout_present_has_chip (&test->shop));
  training_bench_plug (test->shop.bench, TRAINING_CHIP_READER, FALSE);
  training_bench_plug (test->shop.bench, TRAINING_STRIPE, FALSE);
  wait_for (test, BOTH, NULL, &card);
  g_assert_cmpstr (card.reason, ==, "no-reader");
  g_assert_false (card.given_up);
  g_assert_cmpuint (test->told->len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/checkout/present/" name, Test, NULL, set_up, function, tear_down)
  ADD ("chip-first", test_chip_first);
  ADD ("stripe-first", test_stripe_first);
  ADD ("one-kind", test_one_kind);
  ADD ("left-in", test_left_in);
  ADD ("swapped", test_swapped);
  ADD ("stripe-meanwhile", test_stripe_meanwhile);
  ADD ("unplugged-with-it", test_unplugged_with_it);
  ADD ("cancelled", test_cancelled);
  ADD ("timeout", test_timeout);
  ADD ("unplugged", test_unplugged);
  ADD ("chip-reader-goes", test_chip_reader_goes);
  g_test_add ("/checkout/present/chip-wanted", Test,
              GINT_TO_POINTER (TRAINING_STRIPE_MAGTEK_SERVICE), set_up, test_chip_wanted,
              tear_down);
  g_test_add ("/checkout/present/chip-not-wanted", Test,
              GINT_TO_POINTER (TRAINING_STRIPE_MAGTEK_SERVICE), set_up, test_chip_not_wanted,
              tear_down);
  ADD ("no-reader", test_no_reader);
  return g_test_run ();
}
