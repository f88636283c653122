/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emv-tag.h"

/* The table is searched by halves: whoever adds a row puts it in its place. */
static void
test_order (void)
{
  guint32 known = 0;

  for (guint32 tag = 1; tag <= 0xFFFF; tag++)
    known += emv_tag_find (tag) != NULL ? 1 : 0;
  g_assert_cmpuint (known, >, 100);
  g_assert_nonnull (emv_tag_find (0x42));
  g_assert_nonnull (emv_tag_find (0xDF31));
}

static void
test_formats (void)
{
  g_assert_cmpint (emv_tag_format (0x9F02), ==, EMV_FORMAT_NUMERIC);
  g_assert_cmpint (emv_tag_format (0x5A), ==, EMV_FORMAT_COMPRESSED);
  g_assert_cmpint (emv_tag_format (0x9F36), ==, EMV_FORMAT_BINARY);
  g_assert_cmpint (emv_tag_format (0xDF7F), ==, EMV_FORMAT_BINARY);
  g_assert_true (emv_tag_find (0x57)->card_number);
  g_assert_false (emv_tag_find (0x95)->card_number);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/emv/tag/order", test_order);
  g_test_add_func ("/emv/tag/formats", test_formats);
  return g_test_run ();
}
