/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emv-data.h"

static void
put (EmvData *data, guint32 tag, const char *hex, EmvOrigin origin)
{
  g_autoptr (GBytes) bytes = base_bytes_from_hex (hex, NULL);

  g_assert_true (emv_data_set (data, tag, base_bytes_span (bytes), origin));
}

static void
assert_is (const EmvData *data, guint32 tag, const char *hex)
{
  g_autofree char *got = base_bytes_to_hex (emv_data_get (data, tag));

  g_assert_cmpstr (got, ==, hex);
}

/* Values of other sizes move the rest, and nothing else changes. */
static void
test_set (void)
{
  g_autoptr (EmvData) data = emv_data_new ();

  put (data, 0x95, "0000000000", EMV_ORIGIN_TERMINAL);
  put (data, 0x9F10, "AABBCC", EMV_ORIGIN_CARD);
  put (data, 0x9F36, "0001", EMV_ORIGIN_CARD);
  put (data, 0x9F10, "11", EMV_ORIGIN_CARD);
  put (data, 0x95, "8000000000", EMV_ORIGIN_TERMINAL);
  put (data, 0x8A, "", EMV_ORIGIN_TERMINAL);
  assert_is (data, 0x95, "8000000000");
  assert_is (data, 0x9F10, "11");
  assert_is (data, 0x9F36, "0001");
  g_assert_true (emv_data_has (data, 0x8A));
  emv_data_drop (data, 0x9F10);
  emv_data_drop (data, 0x9F26);
  g_assert_false (emv_data_has (data, 0x9F10));
  assert_is (data, 0x9F36, "0001");
  assert_is (data, 0x95, "8000000000");
  put (data, 0x9F10, "11", EMV_ORIGIN_CARD);
  g_assert_cmpuint (emv_data_count (data), ==, 4);
  g_assert_null (emv_data_get (data, 0x5A).data);
  emv_data_forget_card (data);
  g_assert_cmpuint (emv_data_count (data), ==, 2);
  g_assert_false (emv_data_has (data, 0x9F36));
  assert_is (data, 0x95, "8000000000");
}

static void
test_add_twice (void)
{
  g_autoptr (EmvData) data = emv_data_new ();

  g_assert_true (emv_data_add (data, 0x5A, BASE_SPAN ("\x62", 1), EMV_ORIGIN_CARD));
  g_assert_false (emv_data_add (data, 0x5A, BASE_SPAN ("\x62", 1), EMV_ORIGIN_CARD));
}

static void
test_bounds (void)
{
  g_autoptr (EmvData) data = emv_data_new ();
  guint8 big[EMV_DATA_BYTES_MAX + 1] = { 0 };

  g_assert_false (emv_data_set (data, 1, BASE_SPAN (big, sizeof big), EMV_ORIGIN_CARD));
  g_assert_true (emv_data_set (data, 1, BASE_SPAN (big, sizeof big - 1), EMV_ORIGIN_CARD));
  g_assert_false (emv_data_add (data, 2, BASE_SPAN (big, 1), EMV_ORIGIN_CARD));
  g_assert_true (emv_data_set (data, 1, BASE_SPAN (big, 1), EMV_ORIGIN_CARD));
  for (guint32 tag = 2; tag <= EMV_DATA_OBJECTS_MAX; tag++)
    g_assert_true (emv_data_add (data, tag, BASE_SPAN (big, 1), EMV_ORIGIN_CARD));
  g_assert_false (emv_data_add (data, 0x9F36, BASE_SPAN (big, 1), EMV_ORIGIN_CARD));
}

static void
test_numbers (void)
{
  g_autoptr (EmvData) data = emv_data_new ();
  guint64 number;

  put (data, 0x9F02, "000000012500", EMV_ORIGIN_TERMINAL);
  put (data, 0x9F36, "0102", EMV_ORIGIN_CARD);
  put (data, 0x9F03, "00000000000A", EMV_ORIGIN_TERMINAL);
  put (data, 0x9F10, "00000000000000", EMV_ORIGIN_CARD);
  g_assert_true (emv_data_number (data, 0x9F02, &number));
  g_assert_cmpuint (number, ==, 12500);
  g_assert_true (emv_data_uint (data, 0x9F36, &number));
  g_assert_cmpuint (number, ==, 258);
  g_assert_false (emv_data_number (data, 0x9F03, &number));
  g_assert_false (emv_data_number (data, 0x9F10, &number));
  g_assert_false (emv_data_uint (data, 0x9F10, &number));
  g_assert_false (emv_data_uint (data, 0x5A, &number));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/emv/data/set", test_set);
  g_test_add_func ("/emv/data/add-twice", test_add_twice);
  g_test_add_func ("/emv/data/bounds", test_bounds);
  g_test_add_func ("/emv/data/numbers", test_numbers);
  return g_test_run ();
}
