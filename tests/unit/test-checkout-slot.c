/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether the last payment's card was seen to leave.
 */
#include "checkout-slot.h"

#include "training-bench.h"

#define CARD "cda"
#define SEEN_MS 1000 /* the slot is looked at four times a second */

typedef struct
{
  TrainingBench *bench;
  DeviceList *devices;
  CheckoutSlot slot;
} Test;

static void
set_up (Test *test, gconstpointer data)
{
  test->bench = training_bench_new ();
  test->devices = device_list_new (training_bench_bus (test->bench));
  training_bench_plug (test->bench, TRAINING_CHIP_READER, TRUE);
  g_assert_true (training_bench_insert (test->bench, CARD, NULL));
}

static void
tear_down (Test *test, gconstpointer data)
{
  checkout_slot_clear (&test->slot);
  device_list_free (test->devices);
  training_bench_free (test->bench);
}

static void
leave (Test *test)
{
  g_autoptr (DeviceEntry) entry = NULL;
  ChipReader *reader;

  g_assert_true (device_list_refresh (test->devices, NULL));
  entry = device_list_find (test->devices, DEVICE_ROLE_CHIP, NULL);
  g_assert_nonnull (entry);
  reader = chip_reader_open (training_bench_bus (test->bench), entry, NULL);
  g_assert_nonnull (reader);
  checkout_slot_leave (&test->slot, reader);
}

static void
test_unused (Test *test, gconstpointer data)
{
  g_assert_false (checkout_slot_stop (&test->slot));
}

/* Looked at as often as one likes; and the reader is free again each time. */
static void
test_stays (Test *test, gconstpointer data)
{
  leave (test);
  g_assert_true (checkout_slot_stop (&test->slot));
  g_assert_true (checkout_slot_stop (&test->slot));
  leave (test);
  g_assert_true (checkout_slot_stop (&test->slot));
  checkout_slot_forget (&test->slot);
  g_assert_false (checkout_slot_stop (&test->slot));
}

/* What is put in after that is another card. */
static void
test_leaves (Test *test, gconstpointer data)
{
  leave (test);
  training_bench_remove_card (test->bench);
  g_usleep (SEEN_MS * 1000);
  g_assert_true (training_bench_insert (test->bench, CARD, NULL));
  g_assert_false (checkout_slot_stop (&test->slot));
}

/* Nobody knows what was done to a reader that was away. */
static void
test_unplugged (Test *test, gconstpointer data)
{
  leave (test);
  training_bench_plug (test->bench, TRAINING_CHIP_READER, FALSE);
  g_usleep (SEEN_MS * 1000);
  g_assert_true (checkout_slot_stop (&test->slot));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/checkout/slot/" name, Test, NULL, set_up, function, tear_down)
  ADD ("unused", test_unused);
  ADD ("stays", test_stays);
  ADD ("leaves", test_leaves);
  ADD ("unplugged", test_unplugged);
  return g_test_run ();
}
