/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base-bytes.h"

#include <gio/gio.h>
#include <string.h>

static void
test_reader_stops_at_end (void)
{
  const guint8 bytes[] = { 0x01, 0x02, 0x03, 0x04, 0x05 };
  BaseReader reader;
  BaseSpan span;
  guint8 u8;
  guint16 u16;
  guint32 u32;

  base_reader_init (&reader, BASE_SPAN (bytes, sizeof bytes));
  g_assert_true (base_reader_u8 (&reader, &u8) && u8 == 0x01);
  g_assert_true (base_reader_u16be (&reader, &u16) && u16 == 0x0203);
  g_assert_false (base_reader_u32be (&reader, &u32));
  g_assert_cmpuint (base_reader_left (&reader), ==, 2);
  g_assert_true (base_reader_u16le (&reader, &u16) && u16 == 0x0504);
  g_assert_false (base_reader_u8 (&reader, &u8));
  g_assert_true (base_reader_take (&reader, 0, &span) && span.size == 0);
  g_assert_false (base_reader_skip (&reader, 1));
}

static void
test_writer_is_bounded (void)
{
  g_auto (BaseWriter) writer = { 0 };
  g_autoptr (GBytes) bytes = NULL;

  base_writer_init (&writer, 4);
  g_assert_true (base_writer_u16be (&writer, 0x1234));
  g_assert_true (base_writer_u16le (&writer, 0x1234));
  g_assert_cmpuint (base_writer_span (&writer).size, ==, 4);
  g_assert_false (base_writer_u8 (&writer, 0));
  g_assert_true (writer.overflowed);
  g_assert_null (base_writer_steal (&writer));
  base_writer_init (&writer, 4);
  base_writer_u32be (&writer, 0xAABBCCDD);
  bytes = base_writer_steal (&writer);
  g_assert_true (base_bytes_equal (base_bytes_span (bytes), BASE_SPAN ("\xAA\xBB\xCC\xDD", 4)));
}

static void
test_hex (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = base_bytes_from_hex ("0a:FF 10", &error);
  g_autofree char *text = base_bytes_to_hex (base_bytes_span (bytes));

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "0AFF10");
  g_assert_null (base_bytes_from_hex ("0g", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_clear_error (&error);
  g_assert_null (base_bytes_from_hex ("0a1", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
}

static void
test_equal_secret (void)
{
  g_assert_true (base_bytes_equal_secret (BASE_SPAN ("abc", 3), BASE_SPAN ("abc", 3)));
  g_assert_false (base_bytes_equal_secret (BASE_SPAN ("abc", 3), BASE_SPAN ("abd", 3)));
  g_assert_false (base_bytes_equal_secret (BASE_SPAN ("abc", 3), BASE_SPAN ("ab", 2)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/bytes/reader-stops-at-end", test_reader_stops_at_end);
  g_test_add_func ("/base/bytes/writer-is-bounded", test_writer_is_bounded);
  g_test_add_func ("/base/bytes/hex", test_hex);
  g_test_add_func ("/base/bytes/equal-secret", test_equal_secret);
  return g_test_run ();
}
