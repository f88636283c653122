/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-devices.h"

#include "device-error.h"
#include "printer.h"

#include <string.h>

#define ROWS 600

static GBytes *
make_job (const PrinterProfile *profile)
{
  guint stride = (profile->dots + 7) / 8;
  g_autofree guint8 *bits = g_malloc0 ((gsize)stride * ROWS);
  PrinterRaster raster
      = { profile->dots, ROWS, stride, BASE_SPAN (bits, (gsize)stride * ROWS), NULL, 0 };
  PrinterEscposOptions options = { .cut = TRUE };
  g_autoptr (GError) error = NULL;
  GBytes *job;

  memset (bits, 0x55, (gsize)stride * ROWS);
  job = printer_escpos_encode (profile, &raster, options, &error);
  g_assert_no_error (error);
  return job;
}

static Printer *
open_printer (TestShop *shop)
{
  g_autoptr (DeviceEntry) entry = device_list_find (shop->list, DEVICE_ROLE_PRINTER, NULL);
  g_autoptr (GError) error = NULL;
  Printer *printer;

  g_assert_nonnull (entry);
  printer = printer_open (shop->bus, entry, NULL, &error);
  g_assert_no_error (error);
  return printer;
}

static guint
page_rows (TestShop *shop)
{
  TrainingDevice *device = training_printer_device (shop->printer);
  guint stride, rows;

  training_device_lock (device);
  training_printer_page (shop->printer, &stride, &rows);
  training_device_unlock (device);
  return rows;
}

static void
set_paper (TestShop *shop, gboolean loaded)
{
  TrainingDevice *device = training_printer_device (shop->printer);

  training_device_lock (device);
  training_printer_set_paper (shop->printer, loaded);
  training_device_unlock (device);
}

static void
set_speed (TestShop *shop, guint speed)
{
  TrainingDevice *device = training_printer_device (shop->printer);

  training_device_lock (device);
  training_printer_set_speed (shop->printer, speed);
  training_device_unlock (device);
}

static void
set_hung (TestShop *shop, gboolean hung)
{
  TrainingDevice *device = training_printer_device (shop->printer);

  training_device_lock (device);
  training_device_set_hung (device, TRAINING_PRINTER_OUT, hung);
  training_device_unlock (device);
}

static PrinterOutcome
print (Printer *printer, PrinterReport *report)
{
  g_autoptr (GBytes) job = make_job (printer_profile (printer));
  g_autoptr (GError) error = NULL;
  gint64 start_ms = test_shop_now_ms ();
  PrinterOutcome outcome = printer_print (printer, job, NULL, report, &error);

  g_test_message ("%s, %s, %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT " bytes, %" G_GINT64_FORMAT
                  " ms",
                  printer_outcome_word (outcome), printer_cause_word (report->cause),
                  report->bytes_written, g_bytes_get_size (job), test_shop_now_ms () - start_ms);
  return outcome;
}

static void
test_confirmed (void)
{
  TestShop shop;
  g_autoptr (Printer) printer = NULL;
  PrinterReport report;

  test_shop_init (&shop, NULL, TRAINING_READER_MAGTEK);
  printer = open_printer (&shop);
  g_assert_cmpstr (printer_id (printer)->model, ==, "Training printer");
  g_assert_cmpint (print (printer, &report), ==, PRINTER_PRINTED);
  g_assert_cmpuint (page_rows (&shop), ==, ROWS);
  g_assert_cmpint (printer_pulse_drawer (printer, &report, NULL), ==, PRINTER_SENT);
  g_clear_pointer (&printer, printer_free);
  g_assert_cmpuint (training_printer_drawer_count (shop.printer), ==, 1);
  test_shop_clear (&shop);
}

static void
test_silent (void)
{
  TrainingPrinterOptions options = { .silent = TRUE };
  TestShop shop;
  g_autoptr (Printer) printer = NULL;
  PrinterReport report;

  test_shop_init (&shop, &options, TRAINING_READER_MAGTEK);
  printer = open_printer (&shop);
  g_assert_cmpint (print (printer, &report), ==, PRINTER_SENT);
  g_assert_cmpint (print (printer, &report), ==, PRINTER_SENT);
  g_clear_pointer (&printer, printer_free);
  test_shop_clear (&shop);
}

static void
test_kernel_driver (void)
{
  TestShop shop;
  g_autoptr (Printer) printer = NULL;

  test_shop_init (&shop, NULL, TRAINING_READER_MAGTEK);
  training_umockdev_unplug (shop.printer_node);
  training_umockdev_set_driver (shop.printer_node, "usblp");
  g_assert_true (training_umockdev_plug (shop.printer_node, NULL));
  g_assert_true (device_list_refresh (shop.list, NULL));
  g_assert_true (training_umockdev_has_driver (shop.printer_node));
  printer = open_printer (&shop);
  g_assert_false (training_umockdev_has_driver (shop.printer_node));
  g_assert_cmpuint (training_umockdev_detach_count (shop.printer_node), ==, 1);
  g_clear_pointer (&printer, printer_free);
  g_assert_true (training_umockdev_has_driver (shop.printer_node));
  test_shop_clear (&shop);
}

static void
test_busy (void)
{
  TestShop shop;
  g_autoptr (DeviceEntry) entry = NULL;
  g_autoptr (GError) error = NULL;
  TrainingDevice *device;

  test_shop_init (&shop, NULL, TRAINING_READER_MAGTEK);
  device = training_printer_device (shop.printer);
  entry = device_list_find (shop.list, DEVICE_ROLE_PRINTER, NULL);
  training_device_lock (device);
  training_device_set_busy (device, TRUE);
  training_device_unlock (device);
  g_assert_null (printer_open (shop.bus, entry, NULL, &error));
  g_assert_error (error, DEVICE_ERROR, DEVICE_ERROR_BUSY);
  test_shop_clear (&shop);
}

static gpointer
unplug_later (gpointer data)
{
  TestShop *shop = data;

  g_usleep (150 * 1000);
  training_umockdev_unplug (shop->printer_node);
  return NULL;
}

/* Pulled in mid-print, put back: the next job comes out whole, behind what was torn. */
static void
test_unplug (void)
{
  TestShop shop;
  g_autoptr (Printer) printer = NULL;
  GThread *thread;
  PrinterReport report;
  gint64 start_ms;
  guint torn_rows;

  test_shop_init (&shop, NULL, TRAINING_READER_MAGTEK);
  set_speed (&shop, 60000);
  printer = open_printer (&shop);
  thread = g_thread_new ("unplug", unplug_later, &shop);
  start_ms = test_shop_now_ms ();
  g_assert_cmpint (print (printer, &report), ==, PRINTER_ATTENTION);
  g_assert_cmpint (test_shop_now_ms () - start_ms, <, 2000);
  g_thread_join (thread);
  g_assert_cmpint (report.cause, ==, PRINTER_CAUSE_GONE);
  g_assert_true (report.any_left);
  g_assert_cmpuint (report.bytes_written, <, ROWS * 72);
  g_clear_pointer (&printer, printer_free);
  set_speed (&shop, 0);
  torn_rows = page_rows (&shop);
  g_assert_cmpuint (torn_rows, <, ROWS);
  g_assert_true (training_umockdev_plug (shop.printer_node, NULL));
  g_assert_true (device_list_refresh (shop.list, NULL));
  printer = open_printer (&shop);
  printer_set_torn (printer);
  g_assert_cmpint (print (printer, &report), ==, PRINTER_PRINTED);
  /* The broken band is filled up with white, then all rows of the second try. */
  g_assert_cmpuint (page_rows (&shop), >=, torn_rows + ROWS);
  g_assert_cmpuint (page_rows (&shop), <=, torn_rows + ROWS + 128);
  g_clear_pointer (&printer, printer_free);
  test_shop_clear (&shop);
}

static void
test_paper_out (void)
{
  TestShop shop;
  g_autoptr (Printer) printer = NULL;
  PrinterReport report;

  test_shop_init (&shop, NULL, TRAINING_READER_MAGTEK);
  printer = open_printer (&shop);
  set_paper (&shop, FALSE);
  g_assert_cmpint (print (printer, &report), ==, PRINTER_ATTENTION);
  g_assert_cmpint (report.cause, ==, PRINTER_CAUSE_PAPER_OUT);
  g_assert_false (report.any_left);
  set_paper (&shop, TRUE);
  g_assert_cmpint (print (printer, &report), ==, PRINTER_PRINTED);
  g_clear_pointer (&printer, printer_free);
  test_shop_clear (&shop);
}

static gpointer
paper_out_later (gpointer data)
{
  g_usleep (150 * 1000);
  set_paper (data, FALSE);
  return NULL;
}

static void
test_paper_out_in_job (void)
{
  TestShop shop;
  g_autoptr (Printer) printer = NULL;
  GThread *thread;
  PrinterReport report;
  gint64 start_ms;

  test_shop_init (&shop, NULL, TRAINING_READER_MAGTEK);
  set_speed (&shop, 60000);
  printer = open_printer (&shop);
  thread = g_thread_new ("paper", paper_out_later, &shop);
  start_ms = test_shop_now_ms ();
  g_assert_cmpint (print (printer, &report), ==, PRINTER_ATTENTION);
  g_assert_cmpint (test_shop_now_ms () - start_ms, <, PRINTER_STUCK_MS + 3000);
  g_thread_join (thread);
  g_assert_cmpint (report.cause, ==, PRINTER_CAUSE_PAPER_OUT);
  g_assert_true (report.any_left);
  g_clear_pointer (&printer, printer_free);
  test_shop_clear (&shop);
}

static void
test_stuck (void)
{
  TestShop shop;
  g_autoptr (Printer) printer = NULL;
  PrinterReport report;
  gint64 start_ms;

  test_shop_init (&shop, NULL, TRAINING_READER_MAGTEK);
  printer = open_printer (&shop);
  g_assert_cmpint (print (printer, &report), ==, PRINTER_PRINTED);
  set_hung (&shop, TRUE);
  start_ms = test_shop_now_ms ();
  g_assert_cmpint (print (printer, &report), ==, PRINTER_ATTENTION);
  g_assert_cmpint (test_shop_now_ms () - start_ms, <, PRINTER_STUCK_MS + 3000);
  g_assert_cmpint (report.cause, ==, PRINTER_CAUSE_STUCK);
  g_assert_false (report.any_left);
  set_hung (&shop, FALSE);
  g_assert_cmpint (print (printer, &report), ==, PRINTER_PRINTED);
  g_clear_pointer (&printer, printer_free);
  test_shop_clear (&shop);
}

static void
test_stall (void)
{
  TestShop shop;
  g_autoptr (Printer) printer = NULL;
  PrinterReport report;
  TrainingDevice *device;

  test_shop_init (&shop, NULL, TRAINING_READER_MAGTEK);
  device = training_printer_device (shop.printer);
  printer = open_printer (&shop);
  training_device_lock (device);
  training_device_set_stalled (device, TRAINING_PRINTER_IN, TRUE);
  training_device_unlock (device);
  g_assert_cmpint (print (printer, &report), ==, PRINTER_PRINTED);
  g_clear_pointer (&printer, printer_free);
  test_shop_clear (&shop);
}

static void
test_lying_id (void)
{
  static const int biases[] = { -2, 1, 500, 30000, -20 };

  for (gsize i = 0; i < G_N_ELEMENTS (biases); i++)
    {
      TrainingPrinterOptions options = { .id_length_bias = biases[i] };
      TestShop shop;
      Printer *printer;

      test_shop_init (&shop, &options, TRAINING_READER_MAGTEK);
      printer = open_printer (&shop);
      g_assert_cmpstr (printer_id (printer)->maker, ==, "Till");
      printer_free (printer);
      test_shop_clear (&shop);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/devices/printer/confirmed", test_confirmed);
  g_test_add_func ("/devices/printer/silent", test_silent);
  g_test_add_func ("/devices/printer/kernel-driver", test_kernel_driver);
  g_test_add_func ("/devices/printer/busy", test_busy);
  g_test_add_func ("/devices/printer/unplug", test_unplug);
  g_test_add_func ("/devices/printer/paper-out", test_paper_out);
  g_test_add_func ("/devices/printer/paper-out-in-job", test_paper_out_in_job);
  g_test_add_func ("/devices/printer/stuck", test_stuck);
  g_test_add_func ("/devices/printer/stall", test_stall);
  g_test_add_func ("/devices/printer/lying-id", test_lying_id);
  return g_test_run ();
}
