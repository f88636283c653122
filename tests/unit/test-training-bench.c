/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training-bench.h"

#include "device-list.h"
#include "msr.h"
#include "printer.h"

#include <string.h>

#define CARD                                                                                       \
  "%B4761739001010119^CARD/TEST^22122011143804400000?;4761739001010119=22122011143804489?"

static GBytes *
make_job (const PrinterProfile *profile)
{
  static const guint8 bits[72 * 100] = { 0x80 };
  PrinterRaster raster = { 576, 100, 72, BASE_SPAN (bits, sizeof bits), NULL, 0 };
  PrinterEscposOptions options = { .cut = TRUE, .pulse = TRUE };

  return printer_escpos_encode (profile, &raster, options, NULL);
}

static void
test_print (void)
{
  g_autoptr (TrainingBench) bench = training_bench_new ();
  g_autoptr (DeviceList) list = device_list_new (training_bench_bus (bench));
  g_autoptr (DeviceEntry) entry = NULL;
  g_autoptr (Printer) printer = NULL;
  g_autoptr (GBytes) job = NULL;
  g_autoptr (GBytes) page = NULL;
  PrinterReport report;
  guint stride, rows;

  g_assert_true (device_list_refresh (list, NULL));
  entry = device_list_find (list, DEVICE_ROLE_PRINTER, NULL);
  printer = printer_open (training_bench_bus (bench), entry, NULL, NULL);
  g_assert_nonnull (printer);
  job = make_job (printer_profile (printer));
  g_assert_cmpint (printer_print (printer, job, NULL, &report, NULL), ==, PRINTER_PRINTED);
  g_assert_cmpuint (training_bench_drawer_count (bench), ==, 1);
  page = training_bench_paper_page (bench, &stride, &rows);
  g_assert_cmpuint (rows, ==, 100);
  g_assert_cmpuint (g_bytes_get_size (page), ==, 7200);
  training_bench_set_cover (bench, TRUE);
  g_assert_cmpint (printer_print (printer, job, NULL, &report, NULL), ==, PRINTER_ATTENTION);
  g_assert_cmpint (report.cause, ==, PRINTER_CAUSE_COVER_OPEN);
  training_bench_set_cover (bench, FALSE);
  training_bench_plug (bench, TRAINING_PRINTER, FALSE);
  g_assert_cmpint (printer_print (printer, job, NULL, &report, NULL), ==, PRINTER_ATTENTION);
  g_assert_cmpint (report.cause, ==, PRINTER_CAUSE_GONE);
  g_clear_pointer (&printer, printer_free);
}

static void
test_swipe (gconstpointer data)
{
  static const char *const cards[] = { CARD, NULL };
  g_autoptr (TrainingBench) bench
      = training_bench_new_with ((TrainingStripeModel)GPOINTER_TO_INT (data));
  g_autoptr (DeviceList) list = device_list_new (training_bench_bus (bench));
  g_autoptr (DeviceEntry) entry = NULL;
  g_autoptr (Msr) msr = NULL;
  g_autoptr (MsrSwipe) swipe = NULL;
  gint64 soon_us = g_get_monotonic_time () + 300 * 1000;

  g_assert_true (device_list_refresh (list, NULL));
  entry = device_list_find (list, DEVICE_ROLE_STRIPE, NULL);
  msr = msr_open (training_bench_bus (bench), entry, NULL);
  /* One made before the payment doesn't count. */
  g_assert_true (training_bench_swipe (bench, CARD, NULL));
  g_assert_cmpint (msr_read_swipe (msr, soon_us, NULL, &swipe, NULL), ==, MSR_TIMED_OUT);
  g_assert_true (training_bench_set_cards (bench, cards, NULL));
  g_assert_cmpint (
      msr_read_swipe (msr, g_get_monotonic_time () + 3 * G_USEC_PER_SEC, NULL, &swipe, NULL), ==,
      MSR_SWIPED);
  g_assert_cmpstr (swipe->masked_pan, ==, "476173******0119");
  g_assert_false (training_bench_is_armed (bench));
  g_clear_pointer (&msr, msr_free);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/training/bench/print", test_print);
  g_test_add_data_func ("/training/bench/magtek", GINT_TO_POINTER (TRAINING_STRIPE_MAGTEK),
                        test_swipe);
  g_test_add_data_func ("/training/bench/idtech", GINT_TO_POINTER (TRAINING_STRIPE_IDTECH),
                        test_swipe);
  g_test_add_data_func ("/training/bench/idtech-enhanced",
                        GINT_TO_POINTER (TRAINING_STRIPE_IDTECH_ENHANCED), test_swipe);
  return g_test_run ();
}
