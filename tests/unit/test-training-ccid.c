/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training-ccid.h"

#include "chip-testing.h"
#include "training-chip.h"

/* A message straight to the endpoints, and what comes; both in hex. "": nothing yet. */
static void
say (TrainingCcid *self, const char *message, const char *answer)
{
  TrainingDevice *device = training_ccid_device (self);
  g_autoptr (GBytes) bytes = base_bytes_from_hex (message, NULL);
  guint8 in[512];
  UsbBuffer buffer = { in, sizeof in, 0 };
  g_autofree char *hex = NULL;
  gsize taken;

  training_device_lock (device);
  g_assert_cmpint (training_device_out (device, TRAINING_CCID_OUT, base_bytes_span (bytes), &taken),
                   ==, TRAINING_TRANSFER_DONE);
  g_assert_cmpint (training_device_in (device, TRAINING_CCID_IN, &buffer), ==,
                   answer[0] != '\0' ? TRAINING_TRANSFER_DONE : TRAINING_TRANSFER_WAIT);
  training_device_unlock (device);
  hex = base_bytes_to_hex (BASE_SPAN (in, buffer.filled));
  g_assert_cmpstr (hex, ==, answer);
}

static void
test_messages (void)
{
  ChipTesting testing;

  chip_testing_init (&testing, "short", NULL);
  say (testing.ccid, "65000000000000000000", "81000000000000020000");
  say (testing.ccid, "62000000000001000000", "8000000000000142FE00");
  testing.card.atr = CHIP_TESTING_T0;
  chip_testing_insert (&testing, 0);
  say (testing.ccid, "65000000000002000000", "81000000000002010000");
  say (testing.ccid, "6F040000000003000000001E0000", "8000000000000341FE00");
  say (testing.ccid, "62000000000004000000", "800400000000040000003B600000");
  say (testing.ccid, "6F0400", "");
  say (testing.ccid, "00000005000000001E0000", "800200000000050000009000");
  say (testing.ccid, "6C000000000006000000", "820500000000060000000010004D00");
  say (testing.ccid, "6B000000000007000000", "83000000000007400000");
  say (testing.ccid, "65000000000108000000", "81000000000108420500");
  say (testing.ccid, "63000000000009000000", "81000000000009010000");
  chip_testing_clear (&testing);
}

static void
test_presents_itself (void)
{
  ChipTesting testing;
  ChipReader *reader;
  ChipAtr atr;

  chip_testing_init (&testing, "tpdu", NULL);
  testing.card.atr = CHIP_TESTING_T0;
  chip_testing_lock (&testing);
  training_ccid_set_card (testing.ccid, &testing.card.end);
  g_assert_false (training_ccid_has_card (testing.ccid, 0));
  g_assert_false (training_ccid_is_armed (testing.ccid));
  chip_testing_unlock (&testing);
  for (guint i = 0; i < 2; i++)
    {
      reader = chip_testing_open (&testing);
      chip_testing_ask (reader, "001E0000", "9000");
      chip_testing_lock (&testing);
      g_assert_true (training_ccid_is_armed (testing.ccid));
      g_assert_true (training_ccid_has_card (testing.ccid, 0));
      chip_testing_unlock (&testing);
      /* Done with: it is taken out, and comes back for the next one. */
      chip_reader_power_off (reader);
      g_assert_cmpint (
          chip_reader_wait_removal (reader, g_get_monotonic_time () + 5 * G_USEC_PER_SEC, NULL), ==,
          CHIP_DONE);
      g_assert_cmpint (
          chip_reader_wait_card (reader, g_get_monotonic_time () + 5 * G_USEC_PER_SEC, NULL), ==,
          CHIP_DONE);
      g_assert_cmpint (chip_reader_power_on (reader, &atr, NULL), ==, CHIP_DONE);
      chip_reader_free (reader);
      g_assert_false (training_ccid_has_card (testing.ccid, 0));
    }
  chip_testing_clear (&testing);
}

static TrainingChip *
load_chip (const char *kind)
{
  TrainingChip *chip = training_chip_new (training_chip_file_load (kind, NULL), NULL);

  g_assert_nonnull (chip);
  return chip;
}

/* What an emulated payment card says, it says through every reader. */
static void
compare (const char *model, const char *kind)
{
  static const char *const commands[] = { "00A404000E315041592E5359532E444446303100",
                                          "00B2010C00",
                                          "00A4040007F054494C4C010200",
                                          "80A8000002830000",
                                          "00B2010C00",
                                          "00B2011400",
                                          "00B2021400",
                                          "00B2010400",
                                          "80CA9F3600",
                                          "80CA9F1700",
                                          "80CAFFFF00",
                                          "0088000004010203040"
                                          "0" };
  g_autoptr (TrainingChip) bare = load_chip (kind), carried = load_chip (kind);
  const TrainingChipEnd end = training_chip_end (carried);
  g_autoptr (GBytes) atr = training_chip_reset (bare, FALSE);
  ChipTesting testing;
  ChipReader *reader;

  chip_testing_init (&testing, model, NULL);
  chip_testing_lock (&testing);
  training_ccid_insert (testing.ccid, 0, &end);
  chip_testing_unlock (&testing);
  reader = chip_testing_open (&testing);
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autoptr (GBytes) command = base_bytes_from_hex (commands[i], NULL);
      g_autoptr (GByteArray) answer = g_byte_array_new ();
      g_autofree char *hex = NULL;

      g_assert_true (training_chip_transmit (bare, base_bytes_span (command), answer));
      hex = base_bytes_to_hex (BASE_SPAN (answer->data, answer->len));
      g_test_message ("%s %s %s", model, kind, commands[i]);
      chip_testing_ask (reader, commands[i], hex);
    }
  g_assert_cmpuint (training_chip_commands (bare), ==, training_chip_commands (carried));
  chip_reader_free (reader);
  chip_testing_clear (&testing);
}

static void
test_chips (void)
{
  static const char *const models[] = { "tpdu", "tpdu-auto", "short", "extended", "chaining" };
  static const char *const kinds[] = { "cda", "dda", "sda", "slow", "applications", "unionpay" };

  for (guint i = 0; i < G_N_ELEMENTS (models); i++)
    for (guint j = 0; j < G_N_ELEMENTS (kinds); j++)
      compare (models[i], kinds[j]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/training/ccid/messages", test_messages);
  g_test_add_func ("/training/ccid/presents-itself", test_presents_itself);
  g_test_add_func ("/training/ccid/chips", test_chips);
  return g_test_run ();
}
