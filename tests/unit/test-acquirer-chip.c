/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The chip's data: tags picked in the order of the list, strangers told, broken lengths refused.
 */
#include "acquirer-chip.h"

static BaseSecret *
bytes (const char *hex)
{
  return base_secret_new_from_hex (hex);
}

static const struct
{
  const char *tags;
  const char *data;
  const char *picked; /* NULL: it can't be read, or nothing is left */
} picks[] = {
  { "95 9F36", "9F3602000195050000000000", "950500000000009F36020001" },
  { "9F36", "9F3602000195050000000000", "9F36020001" },
  { "", "9F3602000195050000000000", "9F3602000195050000000000" },
  { "9F36", "95050000000000", NULL },
  { "DF31", "5A0862000000000000059F36020001DF310120", "DF310120" },
  { "9F36", "9F36810200019F3602FFFF", "9F3681020001" }, /* a long form; the first of two */
  { "9F36", "9F3682000200FF", "9F3682000200FF" },
  { "9F36", "9F360200", NULL },     /* a byte too few */
  { "9F36", "9F3683000002", NULL }, /* a length nobody needs */
  { "9F36", "9F3680", NULL },       /* no end */
  { "9F36", "9FFFFFFF0100", NULL }, /* a tag without end */
  { "9F36", "00", NULL },
  { "9F36", "9F", NULL },
};

static void
test_pick (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (picks); i++)
    {
      AcquirerChipTags tags;
      g_autoptr (BaseSecret) data = bytes (picks[i].data);
      g_autoptr (BaseSecret) picked = NULL;
      g_autofree char *hex = NULL;

      g_assert_true (acquirer_chip_tags_parse (&tags, picks[i].tags));
      picked = acquirer_chip_pick (&tags, base_secret_span (data));
      hex = picked != NULL ? base_bytes_to_hex (base_secret_span (picked)) : NULL;
      g_assert_cmpstr (hex, ==, picks[i].picked);
    }
}

static void
test_fits (void)
{
  g_autoptr (BaseSecret) good = bytes ("9F36020001");
  g_autoptr (BaseSecret) number = bytes ("9F360200015A086200000000000005");
  g_autoptr (BaseSecret) torn = bytes ("9F3602");
  AcquirerChipTags tags, any;
  guint32 tag = 1;

  g_assert_true (acquirer_chip_tags_parse (&tags, "9F36  95"));
  g_assert_true (acquirer_chip_tags_parse (&any, ""));
  g_assert_true (acquirer_chip_fits (&tags, base_secret_span (good), &tag));
  g_assert_false (acquirer_chip_fits (&tags, base_secret_span (number), &tag));
  g_assert_cmphex (tag, ==, 0x5A);
  g_assert_true (acquirer_chip_fits (&any, base_secret_span (number), &tag));
  g_assert_false (acquirer_chip_fits (&any, base_secret_span (torn), &tag));
  g_assert_cmphex (tag, ==, 0);
}

static void
test_tags (void)
{
  g_autoptr (GString) many = g_string_new (NULL);
  AcquirerChipTags tags;

  g_assert_false (acquirer_chip_tags_parse (&tags, "9F36 9F36"));
  g_assert_false (acquirer_chip_tags_parse (&tags, "GG"));
  g_assert_false (acquirer_chip_tags_parse (&tags, "9F363738"));
  g_assert_false (acquirer_chip_tags_parse (&tags, "0"));
  for (guint i = 0; i < ACQUIRER_CHIP_TAGS_MAX; i++)
    g_string_append_printf (many, " 9F%02X", i);
  g_assert_true (acquirer_chip_tags_parse (&tags, many->str));
  g_assert_cmpuint (tags.count, ==, ACQUIRER_CHIP_TAGS_MAX);
  g_string_append (many, " 95");
  g_assert_false (acquirer_chip_tags_parse (&tags, many->str));
}

/* As much as may be, and one byte more. */
static void
test_size (void)
{
  AcquirerChipTags any = { 0 };

  for (guint size = ACQUIRER_CHIP_SIZE_MAX; size <= ACQUIRER_CHIP_SIZE_MAX + 1; size++)
    {
      g_autoptr (BaseSecret) data = base_secret_new (size);
      guint8 *start = base_secret_bytes (data);
      guint32 tag;

      start[0] = 0x57;
      start[1] = 0x82;
      start[2] = (guint8)((size - 4) >> 8);
      start[3] = (guint8)(size - 4);
      g_assert_true (acquirer_chip_fits (&any, base_secret_span (data), &tag)
                     == (size <= ACQUIRER_CHIP_SIZE_MAX));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/acquirer/chip/pick", test_pick);
  g_test_add_func ("/acquirer/chip/fits", test_fits);
  g_test_add_func ("/acquirer/chip/tags", test_tags);
  g_test_add_func ("/acquirer/chip/size", test_size);
  return g_test_run ();
}
