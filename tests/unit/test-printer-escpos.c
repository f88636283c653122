/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "printer-escpos.h"

#include "device-error.h"
#include "printer-escpos-reader.h"

#include <string.h>

static PrinterProfile *
load (const char *more)
{
  g_autofree char *ini = g_strdup_printf ("[Printer]\ndots=64\nband-rows=8\n%s", more);
  g_autoptr (GError) error = NULL;
  PrinterProfile *profile = printer_profile_from_text ("test", ini, &error);

  g_assert_no_error (error);
  return profile;
}

static void
assert_hex (GBytes *bytes, const char *expected)
{
  g_autofree char *hex = base_bytes_to_hex (base_bytes_span (bytes));

  g_assert_cmpstr (hex, ==, expected);
}

static void
test_bytes (void)
{
  static const guint8 bits[] = { 0x80, 0x01, 0x10, 0x04 };
  g_autoptr (PrinterProfile) profile = load ("feed-rows=16\n");
  PrinterRaster raster = { 16, 2, 2, BASE_SPAN (bits, sizeof bits), NULL, 0 };
  PrinterEscposOptions options = { .cut = TRUE, .pulse = TRUE };
  g_autoptr (GBytes) bytes = printer_escpos_encode (profile, &raster, options, NULL);
  g_autoptr (GBytes) pulse = printer_escpos_pulse (profile);

  /* Start, pulse, band (its DLE EOT defused: 18 04), cut. */
  assert_hex (bytes, "1B401C2E"
                     "1B700019FA"
                     "1D763000"
                     "02000200"
                     "80011804"
                     "1D564210");
  assert_hex (pulse, "1B700019FA");
}

/* Every cut row and band border: the paper has the same dots as the raster. */
static void
test_round_trip (void)
{
  enum
  {
    ROWS = 103,
    STRIDE = 10
  };
  g_autoptr (PrinterProfile) profile = load ("");
  g_autofree guint8 *bits = g_malloc0 (ROWS * STRIDE);
  static const guint cuts[] = { 3, 40, 41 };
  PrinterRaster raster
      = { 64, ROWS, STRIDE, BASE_SPAN (bits, ROWS * STRIDE), cuts, G_N_ELEMENTS (cuts) };
  PrinterEscposOptions options = { .cut = TRUE };
  g_autoptr (PrinterEscposReader) reader = printer_escpos_reader_new (64, NULL, NULL);
  g_autoptr (GBytes) bytes = NULL;
  guint stride, rows, count;
  BaseSpan page;

  for (guint i = 0; i < ROWS * STRIDE; i++)
    bits[i] = (guint8)(i * 37 | 1);
  bytes = printer_escpos_encode (profile, &raster, options, NULL);
  printer_escpos_reader_feed (reader, base_bytes_span (bytes));
  page = printer_escpos_reader_page (reader, &stride, &rows);
  g_assert_cmpuint (rows, ==, ROWS);
  for (guint y = 0; y < ROWS; y++)
    g_assert_cmpmem (page.data + y * stride, 8, bits + y * STRIDE, 8);
  g_assert_cmpuint (printer_escpos_reader_cuts (reader, &count)[1], ==, 40);
  g_assert_cmpuint (count, ==, 4);
}

static void
test_refused (void)
{
  static const guint8 bits[64] = { 0 };
  g_autoptr (PrinterProfile) profile = load ("");
  const PrinterRaster bad[]
      = { { 65, 1, 9, BASE_SPAN (bits, 64), NULL, 0 },
          { 0, 1, 9, BASE_SPAN (bits, 64), NULL, 0 },
          { 64, 1, 7, BASE_SPAN (bits, 64), NULL, 0 },
          { 64, 9, 8, BASE_SPAN (bits, 64), NULL, 0 },
          { 64, PRINTER_ESCPOS_ROWS_MAX + 1, 8, BASE_SPAN (bits, 64), NULL, 0 },
          { 64, 1, 8, BASE_SPAN (bits, 64), NULL, PRINTER_ESCPOS_CUTS_MAX + 1 } };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      PrinterEscposOptions options = { 0 };

      g_assert_null (printer_escpos_encode (profile, &bad[i], options, &error));
      g_assert_error (error, DEVICE_ERROR, DEVICE_ERROR_DATA);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/devices/printer-escpos/bytes", test_bytes);
  g_test_add_func ("/devices/printer-escpos/round-trip", test_round_trip);
  g_test_add_func ("/devices/printer-escpos/refused", test_refused);
  return g_test_run ();
}
