/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "printer-escpos-reader.h"

#include <string.h>

static const char stream[] = "\x1B@\x1C.Hello\n\x1D(k\x03\x00"
                             "1C\x05\x1D"
                             "kI\x03{B1\x1D"
                             "k\x02"
                             "12\x00\x1B"
                             "D\x08\x10\x00\x1D"
                             "v0\x00\x01\x00\x02\x00\xFF\x81"
                             "\x10\x04\x04\x10\x14\x01\x00\x02\x1B"
                             "p\x00\x19\xFA\x1D"
                             "r\x01\x1D"
                             "V\x42\x10\x1D"
                             "V\x00\x00\x00"
                             "\x1B\x01\x07";
static const char expected[]
    = "0 ESC @|2 FS .|4 text|9 LF|10 GS (|18 GS k|25 GS k|31 ESC D|36 GS v 0|46 DLE EOT|49 DLE DC4|"
      "54 ESC p|59 GS r|62 GS V|66 GS V|69 NUL|71 unknown|73 unknown|";

static void
on_reader_token_cb (const PrinterToken *token, gpointer data)
{
  g_string_append_printf (data, "%" G_GUINT64_FORMAT " %s|", token->offset, token->name);
}

static void
test_tokens (void)
{
  GString *told = g_string_new (NULL);
  g_autoptr (PrinterEscposReader) reader = printer_escpos_reader_new (64, on_reader_token_cb, told);

  printer_escpos_reader_feed (reader, BASE_SPAN (stream, sizeof stream - 1));
  printer_escpos_reader_finish (reader);
  g_assert_cmpstr (told->str, ==, expected);
  g_string_free (told, TRUE);
}

/* Byte by byte, the paper is the same. */
static void
test_pieces (void)
{
  g_autoptr (PrinterEscposReader) whole = printer_escpos_reader_new (64, NULL, NULL);
  g_autoptr (PrinterEscposReader) pieces = printer_escpos_reader_new (64, NULL, NULL);
  guint stride, rows, rows_2;
  BaseSpan page, page_2;

  printer_escpos_reader_feed (whole, BASE_SPAN (stream, sizeof stream - 1));
  for (gsize i = 0; i < sizeof stream - 1; i++)
    printer_escpos_reader_feed (pieces, BASE_SPAN (stream + i, 1));
  page = printer_escpos_reader_page (whole, &stride, &rows);
  page_2 = printer_escpos_reader_page (pieces, &stride, &rows_2);
  g_assert_cmpuint (rows, ==, 30 + 2);
  g_assert_cmpmem (page.data, page.size, page_2.data, page_2.size);
  g_assert_cmpuint (page.data[30 * stride], ==, 0xFF);
  g_assert_cmpuint (page.data[31 * stride], ==, 0x81);
}

static void
test_unfinished (void)
{
  GString *told = g_string_new (NULL);
  g_autoptr (PrinterEscposReader) reader = printer_escpos_reader_new (64, on_reader_token_cb, told);

  printer_escpos_reader_feed (reader, BASE_SPAN ("\x1Dv0\0\x08\0\x10\0abc", 11));
  g_assert_cmpuint (printer_escpos_reader_wanting (reader), ==, 8 * 16 - 3);
  printer_escpos_reader_finish (reader);
  g_assert_cmpstr (told->str, ==, "0 unfinished|");
  g_assert_cmpuint (printer_escpos_reader_wanting (reader), ==, 0);
  g_string_free (told, TRUE);
}

/* A picture of 4 GB is noise; paper without end keeps its end. */
static void
test_bounds (void)
{
  g_autoptr (PrinterEscposReader) reader = printer_escpos_reader_new (64, NULL, NULL);
  guint stride, rows;

  printer_escpos_reader_feed (reader, BASE_SPAN ("\x1Dv0\0\xFF\xFF\xFF\xFF", 8));
  g_assert_cmpuint (printer_escpos_reader_wanting (reader), ==, 0);
  for (guint i = 0; i < PRINTER_ESCPOS_READER_ROWS_MAX / 100; i++)
    printer_escpos_reader_feed (reader, BASE_SPAN ("\x1BJ\xFF", 3));
  printer_escpos_reader_page (reader, &stride, &rows);
  g_assert_cmpuint (rows, <=, PRINTER_ESCPOS_READER_ROWS_MAX);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/devices/escpos-reader/tokens", test_tokens);
  g_test_add_func ("/devices/escpos-reader/pieces", test_pieces);
  g_test_add_func ("/devices/escpos-reader/unfinished", test_unfinished);
  g_test_add_func ("/devices/escpos-reader/bounds", test_bounds);
  return g_test_run ();
}
