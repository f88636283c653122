/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emv-tlv.h"

static GBytes *
bytes (const char *hex)
{
  return base_bytes_from_hex (hex, NULL);
}

static const struct
{
  const char *hex;
  guint32 tag;
  gsize size;    /* of the value */
  gsize objects; /* how many stand there before the end */
  EmvTlvStep end;
} rows[] = {
  { "9F3602000195050000000000", 0x9F36, 2, 2, EMV_TLV_END },
  { "00009F360200010000950100FF", 0x9F36, 2, 2, EMV_TLV_BAD }, /* FF: a tag that doesn't end */
  { "00009F36020001000095010000", 0x9F36, 2, 2, EMV_TLV_END },
  { "DF810102AABB", 0xDF8101, 2, 1, EMV_TLV_END },
  { "708180", 0, 0, 0, EMV_TLV_BAD },
  { "5A820002AABB", 0x5A, 2, 1, EMV_TLV_END },
  { "5A80AABB0000", 0, 0, 0, EMV_TLV_BAD }, /* indefinite */
  { "5A8300000102", 0, 0, 0, EMV_TLV_BAD }, /* a length of three bytes */
  { "DF81828301AA", 0, 0, 0, EMV_TLV_BAD }, /* a tag of five */
  { "5A", 0, 0, 0, EMV_TLV_BAD },
  { "9F", 0, 0, 0, EMV_TLV_BAD },
  { "5A02AA", 0, 0, 0, EMV_TLV_BAD },
  { "5A00", 0x5A, 0, 1, EMV_TLV_END },
  { "0000", 0, 0, 0, EMV_TLV_END },
  { "", 0, 0, 0, EMV_TLV_END },
};

static void
test_next (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GBytes) input = bytes (rows[i].hex);
      BaseReader reader;
      EmvTlv object;
      EmvTlvStep step;
      gsize count = 0;

      base_reader_init (&reader, base_bytes_span (input));
      while ((step = emv_tlv_next (&reader, &object)) == EMV_TLV_OBJECT)
        if (count++ == 0)
          {
            g_assert_cmphex (object.tag, ==, rows[i].tag);
            g_assert_cmpuint (object.value.size, ==, rows[i].size);
          }
      g_assert_cmpuint (count, ==, rows[i].objects);
      g_assert_cmpint (step, ==, rows[i].end);
      g_assert_cmpint (emv_tlv_is_readable (base_bytes_span (input)), ==, step == EMV_TLV_END);
    }
}

/* Where padding may not stand, it is no object. */
static void
test_read (void)
{
  g_autoptr (GBytes) padded = bytes ("005A01AA");
  BaseReader reader;
  EmvTlv object;

  base_reader_init (&reader, base_bytes_span (padded));
  g_assert_false (emv_tlv_read (&reader, &object));
}

static void
test_find (void)
{
  g_autoptr (GBytes) input = bytes ("6F0884069F3602000100"
                                    "9F36020002");
  BaseSpan value;

  g_assert_true (emv_tlv_find (base_bytes_span (input), 0x9F36, &value)); /* not the inner one */
  g_assert_cmpuint (value.data[1], ==, 2);
  g_assert_false (emv_tlv_find (base_bytes_span (input), 0x84, &value));
  g_assert_true (emv_tlv_is_constructed (0x6F));
  g_assert_true (emv_tlv_is_constructed (0xBF0C));
  g_assert_false (emv_tlv_is_constructed (0x9F36));
}

static void
test_put (void)
{
  static const gsize sizes[] = { 0, 1, 127, 128, 255, 256, 1000 };
  static const guint8 value[1000] = { 0xA5 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_auto (BaseWriter) writer = { 0 };
      BaseReader reader;
      EmvTlv object;

      base_writer_init (&writer, 2000);
      g_assert_true (emv_tlv_put (&writer, 0x9F10, BASE_SPAN (value, sizes[i])));
      base_reader_init (&reader, base_writer_span (&writer));
      g_assert_true (emv_tlv_read (&reader, &object));
      g_assert_cmphex (object.tag, ==, 0x9F10);
      g_assert_true (base_bytes_equal (object.value, BASE_SPAN (value, sizes[i])));
      g_assert_cmpuint (base_reader_left (&reader), ==, 0);
    }
}

static void
test_put_without_room (void)
{
  static const guint8 value[10] = { 0 };
  g_auto (BaseWriter) writer = { 0 };

  base_writer_init (&writer, 12);
  g_assert_false (emv_tlv_put (&writer, 0x9F10, BASE_SPAN (value, sizeof value)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/emv/tlv/next", test_next);
  g_test_add_func ("/emv/tlv/read", test_read);
  g_test_add_func ("/emv/tlv/find", test_find);
  g_test_add_func ("/emv/tlv/put", test_put);
  g_test_add_func ("/emv/tlv/put-without-room", test_put_without_room);
  return g_test_run ();
}
