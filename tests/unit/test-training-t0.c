/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training-t0.h"

#include "chip-testing.h"

static void
say (TrainingT0 *self, ChipTestingCard *card, const char *tpdu, const char *answer)
{
  g_autoptr (GBytes) bytes = base_bytes_from_hex (tpdu, NULL);
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autofree char *hex = NULL;

  g_assert_true (training_t0_exchange (self, &card->end, base_bytes_span (bytes), out));
  hex = base_bytes_to_hex (BASE_SPAN (out->data, out->len));
  g_assert_cmpstr (hex, ==, answer);
}

static void
test_lengths (void)
{
  TrainingT0 self = { 0 };
  ChipTestingCard card;

  chip_testing_card_init (&card, CHIP_TESTING_T0);
  say (&self, &card, "001E000000", "9000");
  say (&self, &card, "00B2020C02", "00019000");
  say (&self, &card, "00B2020C00", "6C02");
  say (&self, &card, "00B2020C02", "00019000");
  g_assert_cmpuint (card.count, ==, 3); /* not again for its length */
  say (&self, &card, "00A4040003010203", "6103");
  say (&self, &card, "00C0000004", "6C03");
  say (&self, &card, "00C0000003", "0302019000");
  say (&self, &card, "00C0000003", "6985");
  say (&self, &card, "00CA030001AA", "6283");
  say (&self, &card, "00C0000000", "6C03");
  say (&self, &card, "00C0000003", "0001029000");
  say (&self, &card, "00A404000301", "6700");
  training_t0_reset (&self);
  chip_testing_card_clear (&card);
}

static void
test_portions (void)
{
  TrainingT0 self = { .portion = 2 };
  ChipTestingCard card;

  chip_testing_card_init (&card, CHIP_TESTING_T0);
  say (&self, &card, "00A4040003010203", "6102");
  say (&self, &card, "00C0000002", "03026101");
  say (&self, &card, "00C0000001", "019000");
  training_t0_reset (&self);
  chip_testing_card_clear (&card);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/training/t0/lengths", test_lengths);
  g_test_add_func ("/training/t0/portions", test_portions);
  return g_test_run ();
}
