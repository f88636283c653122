/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training-reader.h"

#include "training-track.h"

#include <string.h>

#define CARD ";4761739001010119=22122011143804489?"

/* A card presents itself to a wait only after a question. */
static void
test_presents (void)
{
  g_autoptr (TrainingReader) reader = training_reader_new (TRAINING_READER_MAGTEK);
  g_autoptr (GPtrArray) cards = training_card_parse_file (CARD, NULL);
  TrainingDevice *device = training_reader_device (reader);
  guint8 bytes[TRAINING_TRACK_MAGTEK_SIZE] = { 0x15 };
  UsbBuffer buffer = { bytes, sizeof bytes, 0 };
  UsbSetup ask = { 0x21, 0x09, 0x0300, 0 };

  training_reader_set_cards (reader, cards);
  training_device_set_plugged (device, TRUE);
  g_assert_cmpint (training_device_claim (device), ==, USB_OUTCOME_DONE);
  g_assert_cmpint (training_device_in (device, TRAINING_READER_IN, &buffer), ==,
                   TRAINING_TRANSFER_WAIT);
  training_device_in_ended (device, TRAINING_READER_IN);
  buffer.size = 24;
  g_assert_cmpint (training_device_control (device, &ask, &buffer), ==, TRAINING_TRANSFER_DONE);
  g_assert_true (training_reader_is_armed (reader));
  buffer.size = sizeof bytes;
  g_assert_cmpint (training_device_in (device, TRAINING_READER_IN, &buffer), ==,
                   TRAINING_TRANSFER_DONE);
  g_assert_cmpuint (buffer.filled, ==, TRAINING_TRACK_MAGTEK_SIZE);
  /* One card a wait. */
  g_assert_cmpint (training_device_in (device, TRAINING_READER_IN, &buffer), ==,
                   TRAINING_TRANSFER_WAIT);
  training_device_release (device);
  g_assert_false (training_reader_is_armed (reader));
}

static void
test_ksn (void)
{
  g_autoptr (TrainingReader) one = training_reader_new (TRAINING_READER_MAGTEK);
  g_autoptr (TrainingReader) two = training_reader_new (TRAINING_READER_MAGTEK);
  g_autoptr (TrainingCard) card = training_card_parse (CARD, NULL);
  guint8 first[TRAINING_TRACK_MAGTEK_SIZE], second[TRAINING_TRACK_MAGTEK_SIZE];
  UsbBuffer buffer = { first, sizeof first, 0 };

  training_device_set_plugged (training_reader_device (one), TRUE);
  training_device_set_plugged (training_reader_device (two), TRUE);
  g_assert_true (training_reader_swipe (one, card, NULL));
  g_assert_true (training_reader_swipe (two, card, NULL));
  training_device_in (training_reader_device (one), TRAINING_READER_IN, &buffer);
  buffer.bytes = second;
  training_device_in (training_reader_device (two), TRAINING_READER_IN, &buffer);
  /* Two readers, or two runs, share no key. */
  g_assert_cmpint (memcmp (first + 495, second + 495, 10), !=, 0);
  g_assert_true (training_reader_swipe (one, card, NULL));
  training_device_in (training_reader_device (one), TRAINING_READER_IN, &buffer);
  g_assert_cmpint (memcmp (first + 495, second + 495, 10), !=, 0);
  g_assert_cmpint (memcmp (first + 495, second + 495, 7), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/training/reader/presents", test_presents);
  g_test_add_func ("/training/reader/ksn", test_ksn);
  return g_test_run ();
}
