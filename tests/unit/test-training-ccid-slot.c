/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training-ccid-slot.h"

#include "chip-testing.h"

static void
test_power (void)
{
  TrainingCcidModel model = *training_ccid_model_find ("voltages");
  TrainingCcidSlot slot;
  ChipTestingCard card;
  g_autoptr (GBytes) atr = NULL;

  training_ccid_slot_init (&slot);
  chip_testing_card_init (&card, CHIP_TESTING_T1);
  g_assert_null (training_ccid_slot_power_on (&slot, &model, 3));
  training_ccid_slot_insert (&slot, &card.end);
  g_assert_true (slot.changed);
  g_assert_null (training_ccid_slot_power_on (&slot, &model, 1));
  g_assert_false (slot.powered);
  atr = training_ccid_slot_power_on (&slot, &model, 3);
  g_assert_nonnull (atr);
  g_assert_true (slot.powered);
  g_assert_true (training_ccid_slot_is_t1 (&slot, &model));
  training_ccid_slot_remove (&slot);
  g_assert_false (slot.present || slot.powered);
  training_ccid_slot_clear (&slot);
  chip_testing_card_clear (&card);
}

static void
test_tear (void)
{
  const TrainingCcidModel *model = training_ccid_model_find ("short");
  const BaseSpan command = BASE_SPAN ("\x00\x1E\x00\x00", 4);
  g_autoptr (GByteArray) out = g_byte_array_new ();
  TrainingCcidSlot slot;
  ChipTestingCard card;

  training_ccid_slot_init (&slot);
  chip_testing_card_init (&card, CHIP_TESTING_T0);
  training_ccid_slot_insert (&slot, &card.end);
  slot.tear_at = 2;
  g_assert_true (training_ccid_slot_carry (&slot, model, command, out));
  g_assert_false (training_ccid_slot_carry (&slot, model, command, out));
  g_assert_true (slot.torn);
  g_assert_cmpuint (card.count, ==, 2);
  training_ccid_slot_clear (&slot);
  chip_testing_card_clear (&card);
}

static void
test_pin (void)
{
  static const guint8 layout[] = { 0, 25, 0x89, 0x47, 0x04, 12, 4 },
                      other[] = { 0, 25, 0x8A, 0x47, 0x04, 12, 4 },
                      verify[]
                      = { 0, 0x20, 0, 0x80, 8, 0x20, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF };
  GByteArray *command = g_byte_array_new ();
  g_autofree char *hex = NULL;

  g_byte_array_append (command, verify, sizeof verify);
  g_assert_false (training_ccid_slot_type_pin ("123", BASE_SPAN (layout, 7), command));
  g_assert_false (training_ccid_slot_type_pin ("1234", BASE_SPAN (other, 7), command));
  g_assert_true (training_ccid_slot_type_pin ("12345", BASE_SPAN (layout, 7), command));
  hex = base_bytes_to_hex (BASE_SPAN (command->data, command->len));
  g_assert_cmpstr (hex, ==, "00200080082512345FFFFFFFFF");
  g_byte_array_unref (command);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/training/ccid-slot/power", test_power);
  g_test_add_func ("/training/ccid-slot/tear", test_tear);
  g_test_add_func ("/training/ccid-slot/pin", test_pin);
  return g_test_run ();
}
