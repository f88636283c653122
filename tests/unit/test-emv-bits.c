/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emv-bits.h"

/* "byte/mask=bits" of each meaning, in order. */
static void
assert_explained (guint32 tag, const char *hex, const char *expected)
{
  g_autoptr (GBytes) value = base_bytes_from_hex (hex, NULL);
  g_autoptr (GArray) meanings = emv_bits_explain (tag, base_bytes_span (value));
  g_autoptr (GString) found = g_string_new (NULL);

  for (guint i = 0; i < meanings->len; i++)
    {
      const EmvMeaning *meaning = &g_array_index (meanings, EmvMeaning, i);

      g_assert_cmpstr (meaning->text, !=, "");
      g_string_append_printf (found, "%s%u/%02X=%02X", i > 0 ? " " : "", meaning->byte,
                              meaning->mask, meaning->bits);
    }
  g_assert_cmpstr (found->str, ==, expected);
}

static const EmvMeaning *
nth (GArray *meanings, guint index)
{
  g_assert_cmpuint (index, <, meanings->len);
  return &g_array_index (meanings, EmvMeaning, index);
}

static void
test_flags (void)
{
  g_autoptr (GArray) meanings = NULL;
  const guint8 tvr[] = { 0x80, 0x40, 0x08, 0x80, 0x40 };

  assert_explained (0x95, "8040088040", "1/80=80 2/40=40 3/08=08 4/80=80 5/40=40");
  assert_explained (0x95, "0000000000", "");
  assert_explained (0x9F0D, "FC50BC9800",
                    "1/80=80 1/40=40 1/20=20 1/10=10 1/08=08 1/04=04 2/40=40 2/10=10 3/80=80 "
                    "3/20=20 3/10=10 3/08=08 3/04=04 4/80=80 4/10=10 4/08=08");
  assert_explained (0x82, "7D00", "1/40=40 1/20=20 1/10=10 1/08=08 1/04=04 1/01=01");
  assert_explained (0x9F33, "E0F8C8",
                    "1/80=80 1/40=40 1/20=20 2/80=80 2/40=40 2/20=20 2/10=10 2/08=08 3/80=80 "
                    "3/40=40 3/08=08");
  meanings = emv_bits_explain (0x95, BASE_SPAN (tvr, sizeof tvr));
  g_assert_cmpstr (nth (meanings, 1)->text, ==, "the application has expired");
}

/* Fields of several bits say what they are, zero or not. */
static void
test_fields (void)
{
  assert_explained (0x9F27, "80", "1/C0=80");
  assert_explained (0x9F27, "0A", "1/C0=00 1/08=08 1/07=02");
  assert_explained (0x9F27, "40", "1/C0=40");
  assert_explained (0x9F34, "1E0302", "1/3F=1E 2/FF=03 3/FF=02");
  assert_explained (0x9F34, "3F0000", "1/3F=3F 2/FF=00 3/FF=00");
  assert_explained (0x9F34, "410301", "1/40=40 1/3F=01 2/FF=03 3/FF=01");
}

static void
test_list (void)
{
  static const char hex[] = "00001388000027104103 1E06 1F00";
  g_autoptr (GBytes) value = base_bytes_from_hex (hex, NULL);
  g_autoptr (GArray) meanings = emv_bits_explain (0x8E, base_bytes_span (value));

  assert_explained (0x8E, hex,
                    "1/00=00 5/00=00 9/40=40 9/3F=01 10/FF=03 11/3F=1E 12/FF=06 13/3F=1F 14/FF=00");
  g_assert_cmpuint (nth (meanings, 0)->number, ==, 5000);
  g_assert_cmpuint (nth (meanings, 1)->number, ==, 10000);
}

/* Whatever a card sends. */
static void
test_odd (void)
{
  assert_explained (0x95, "", "");
  assert_explained (0x95, "80", "1/80=80");
  assert_explained (0x8E, "000013", "");
  assert_explained (0x8E, "0000000000000000 1F", "1/00=00 5/00=00");
  assert_explained (0x9F34, "1E", "1/3F=1E");
  assert_explained (0x5A, "FFFFFFFF", "");
  assert_explained (1, "FFFF", "");
  g_assert_true (emv_bits_has (0x8E));
  g_assert_true (emv_bits_has (0xDF12));
  g_assert_false (emv_bits_has (1));
  g_assert_false (emv_bits_has (0x9F02));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/emv/bits/flags", test_flags);
  g_test_add_func ("/emv/bits/fields", test_fields);
  g_test_add_func ("/emv/bits/list", test_list);
  g_test_add_func ("/emv/bits/odd", test_odd);
  return g_test_run ();
}
