/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ccid-reader.h"

#include "chip-testing.h"
#include "device-error.h"

static CcidReader *
open_reader (ChipTesting *testing)
{
  g_autoptr (GError) error = NULL;
  CcidReader *reader
      = ccid_reader_open (training_usb_bus_bus (testing->bus), testing->entry, &error);

  g_assert_no_error (error);
  return reader;
}

static void
test_status (void)
{
  ChipTesting testing;
  CcidReader *reader;
  gboolean present;
  guint8 atr[CHIP_ATR_MAX];
  gsize size;

  chip_testing_init (&testing, "tpdu", NULL);
  reader = open_reader (&testing);
  g_assert_cmpint (ccid_reader_descriptor (reader)->level, ==, CCID_LEVEL_TPDU);
  g_assert_cmpint (ccid_reader_status (reader, &present), ==, CHIP_DONE);
  g_assert_false (present);
  g_assert_cmpint (ccid_reader_power_on (reader, 0, atr, &size), ==, CHIP_NO_CARD);
  testing.card.atr = CHIP_TESTING_T0;
  chip_testing_insert (&testing, 0);
  g_assert_cmpint (ccid_reader_wait_change (reader, 2000), ==, CHIP_DONE);
  g_assert_cmpint (ccid_reader_status (reader, &present), ==, CHIP_DONE);
  g_assert_true (present);
  g_assert_cmpint (ccid_reader_wait_change (reader, 50), ==, CHIP_TIMED_OUT);
  g_assert_cmpint (ccid_reader_power_on (reader, 0, atr, &size), ==, CHIP_DONE);
  g_assert_cmpuint (size, ==, 4);
  g_assert_cmpint (ccid_reader_power_on (reader, 9, atr, &size), ==, CHIP_FAULT);
  g_assert_cmpuint (ccid_reader_error (reader), ==, 7);
  ccid_reader_free (reader);
  chip_testing_clear (&testing);
}

/* What comes late is told to stop; the next answer is the right one all the same. */
static void
test_late (gconstpointer data)
{
  const char *model = data;
  ChipTesting testing;
  CcidReader *reader;
  g_auto (BaseWriter) answer = { 0 };
  guint8 atr[CHIP_ATR_MAX], chain;
  gsize size;

  chip_testing_init (&testing, model, CHIP_TESTING_T0);
  reader = open_reader (&testing);
  g_assert_cmpint (ccid_reader_power_on (reader, 0, atr, &size), ==, CHIP_DONE);
  base_writer_init (&answer, 300);
  chip_testing_lock (&testing);
  training_ccid_set_delay (testing.ccid, 600);
  chip_testing_unlock (&testing);
  g_assert_cmpint (ccid_reader_transfer (reader, BASE_SPAN ("\x00\xB2\x01\x0C\x01", 5), 0, 0, 200,
                                         &answer, &chain),
                   ==, CHIP_TIMED_OUT);
  g_assert_cmpint (ccid_reader_transfer (reader, BASE_SPAN ("\x00\xB2\x03\x0C\x03", 5), 0, 0, 2000,
                                         &answer, &chain),
                   ==, CHIP_DONE);
  g_assert_cmpuint (base_writer_span (&answer).size, ==, 5);
  chip_testing_lock (&testing);
  g_assert_cmpuint (training_ccid_aborts (testing.ccid), ==, g_str_equal (model, "tpdu") ? 1 : 0);
  chip_testing_unlock (&testing);
  ccid_reader_free (reader);
  chip_testing_clear (&testing);
}

static void
test_refused (void)
{
  ChipTesting testing;
  g_autoptr (GError) busy = NULL, old = NULL;

  chip_testing_init (&testing, "busy", NULL);
  g_assert_null (ccid_reader_open (training_usb_bus_bus (testing.bus), testing.entry, &busy));
  g_assert_error (busy, DEVICE_ERROR, DEVICE_ERROR_BUSY);
  chip_testing_clear (&testing);
  chip_testing_init (&testing, "old-firmware", NULL);
  g_assert_null (ccid_reader_open (training_usb_bus_bus (testing.bus), testing.entry, &old));
  g_assert_error (old, DEVICE_ERROR, DEVICE_ERROR_REFUSED);
  chip_testing_clear (&testing);
}

/* Old answers, or empty packets, without end. */
static void
test_flood (void)
{
  TrainingCcidModel model = *training_ccid_model_find ("tpdu");
  gboolean present;

  for (guint i = 0; i < 2; i++)
    {
      ChipTesting testing;
      CcidReader *reader;

      model.stale = i == 0 ? 11 : 0;
      model.empty = i == 0 ? 0 : 17;
      chip_testing_init_with (&testing, &model, NULL);
      reader = open_reader (&testing);
      g_assert_cmpint (ccid_reader_status (reader, &present), ==, CHIP_FAULT);
      ccid_reader_free (reader);
      chip_testing_clear (&testing);
    }
}

static void
test_unplugged (void)
{
  ChipTesting testing;
  CcidReader *reader;
  gboolean present;

  chip_testing_init (&testing, "tpdu", NULL);
  reader = open_reader (&testing);
  training_usb_bus_plug (testing.bus, training_ccid_device (testing.ccid), FALSE);
  g_assert_cmpint (ccid_reader_status (reader, &present), ==, CHIP_GONE);
  g_assert_false (present);
  g_assert_cmpint (ccid_reader_wait_change (reader, 100), ==, CHIP_GONE);
  ccid_reader_free (reader);
  chip_testing_clear (&testing);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ccid/reader/status", test_status);
  g_test_add_data_func ("/ccid/reader/late", "tpdu", test_late);
  g_test_add_data_func ("/ccid/reader/late/no-abort", "no-abort", test_late);
  g_test_add_func ("/ccid/reader/refused", test_refused);
  g_test_add_func ("/ccid/reader/flood", test_flood);
  g_test_add_func ("/ccid/reader/unplugged", test_unplugged);
  return g_test_run ();
}
