/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training-t1.h"

#include "chip-t1.h"
#include "chip-testing.h"

/* Block and answer without their check byte; NULL: mute. */
static void
say (TrainingT1 *self, ChipTestingCard *card, const char *block, const char *answer)
{
  GByteArray *bytes = g_bytes_unref_to_array (base_bytes_from_hex (block, NULL));
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autofree char *hex = NULL;
  guint8 check[2];
  gboolean spoken;

  (void)chip_t1_check (FALSE, BASE_SPAN (bytes->data, bytes->len), check);
  g_byte_array_append (bytes, check, 1);
  spoken = training_t1_exchange (self, &card->end, BASE_SPAN (bytes->data, bytes->len), out);
  g_byte_array_unref (bytes);
  g_assert_cmpint (spoken, ==, answer != NULL);
  if (!spoken)
    return;
  hex = base_bytes_to_hex (BASE_SPAN (out->data, out->len - 1));
  g_assert_cmpstr (hex, ==, answer);
}

/* ISO 7816-3, annex A: what is said in which case. */
static void
test_blocks (void)
{
  TrainingT1 self = { 0 };
  ChipTestingCard card;

  chip_testing_card_init (&card, CHIP_TESTING_T1);
  training_t1_reset (&self, FALSE);
  say (&self, &card, "00C10102", "00E10102");
  say (&self, &card, "00200200B2", "009000");
  say (&self, &card, "004003030C00", "0020020001");
  say (&self, &card, "008000", "0020020001"); /* again */
  say (&self, &card, "009000", "0060020290");
  say (&self, &card, "008000", "00000100");
  say (&self, &card, "000004001E0000", "0040029000");
  say (&self, &card, "000004001E0000", "009200"); /* that number was there */
  say (&self, &card, "00C000", "00E000");
  g_assert_cmpuint (self.resynchs, ==, 1);
  say (&self, &card, "000004001E0000", "0000029000");
  say (&self, &card, "00C301", "009100"); /* cut off */
  g_assert_cmpuint (card.count, ==, 3);
  training_t1_clear (&self);
  chip_testing_card_clear (&card);
}

static void
test_faults (void)
{
  TrainingT1 self = { 0 };
  ChipTestingCard card;

  chip_testing_card_init (&card, CHIP_TESTING_T1);
  training_t1_reset (&self, FALSE);
  self.faults = (TrainingT1Faults){ .waits = 1, .new_size = 16 };
  card.extensions = 1;
  say (&self, &card, "000004001E0000", "00C30101");
  say (&self, &card, "00E30101", "00C30101");
  say (&self, &card, "00E30101", "00C10110");
  say (&self, &card, "00E10110", "0000029000");
  self.faults.deaf = 1;
  say (&self, &card, "004004001E0000", NULL);
  self.faults.aborts = TRUE;
  say (&self, &card, "004004001E0000", "00C200");
  say (&self, &card, "000004001E0000", "00C200");
  self.faults = (TrainingT1Faults){ .lost = 1 };
  say (&self, &card, "00C000", NULL);
  self.faults = (TrainingT1Faults){ .wrong_address = 1 };
  say (&self, &card, "00C000", "21E000");
  self.faults = (TrainingT1Faults){ .no_resynch = TRUE, .no_size = TRUE };
  say (&self, &card, "00C000", "008200");
  say (&self, &card, "00C101FE", "008200");
  training_t1_clear (&self);
  chip_testing_card_clear (&card);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/training/t1/blocks", test_blocks);
  g_test_add_func ("/training/t1/faults", test_faults);
  return g_test_run ();
}
