/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chip-atr.h"

#include "device-error.h"

#include <string.h>

static gboolean
read_hex (const char *hex, ChipAtr *atr, GError **error)
{
  g_autoptr (GBytes) bytes = base_bytes_from_hex (hex, NULL);

  g_assert_nonnull (bytes);
  return chip_atr_read (base_bytes_span (bytes), atr, error);
}

static void
test_good (void)
{
  ChipAtr atr;

  /* T=0 with all that EMV lets it say, and historical bytes. */
  g_assert_true (read_hex ("3B6500000102030405", &atr, NULL));
  g_assert_cmpuint (atr.protocol, ==, 0);
  g_assert_cmpuint (atr.protocols, ==, 1);
  g_assert_cmpuint (atr.fidi, ==, CHIP_FIDI_DEFAULT);
  g_assert_cmpuint (atr.wi, ==, CHIP_WI_DEFAULT);
  g_assert_cmpuint (atr.historical_size, ==, 5);
  g_assert_cmpuint (atr.historical[4], ==, 5);
  g_assert_false (atr.inverse);
  /* T=1: block sizes and waiting. */
  g_assert_true (read_hex ("3BE000FF81312045CA", &atr, NULL));
  g_assert_cmpuint (atr.protocol, ==, 1);
  g_assert_cmpuint (atr.protocols, ==, 2);
  g_assert_cmpuint (atr.guard, ==, 0xFF);
  g_assert_cmpuint (atr.ifsc, ==, 0x20);
  g_assert_cmpuint (atr.bwi, ==, 4);
  g_assert_cmpuint (atr.cwi, ==, 5);
  /* The other convention; no interface bytes at all. */
  g_assert_true (read_hex ("3F600000", &atr, NULL));
  g_assert_true (atr.inverse);
  g_assert_true (read_hex ("3B00", &atr, NULL));
  g_assert_cmpuint (atr.historical_size, ==, 0);
  /* Both protocols; a CRC; TA2 fixes one of them. */
  g_assert_true (read_hex ("3B80800101", &atr, NULL));
  g_assert_cmpuint (atr.protocol, ==, 0);
  g_assert_cmpuint (atr.protocols, ==, 3);
  g_assert_true (read_hex ("3BE000FF8171204501"
                           "8B",
                           &atr, NULL));
  g_assert_cmpuint (atr.tc3, ==, 1);
  g_assert_true (read_hex ("3B9013110193", &atr, NULL));
  g_assert_true (atr.specific);
  g_assert_cmpuint (atr.fidi, ==, 0x13);
}

static void
test_bad (void)
{
  static const char *const bad[]
      = { "",
          "3B",
          "3C00",
          "3B6000",
          "3B05010203",
          "3B0000",
          "3B60000000",
          "3BE000FF81312045CB",
          "3BE000FF81312045",
          "3B80",
          "3BE000FF81312045CA00",
          "3BFF000000000000000000000000000000000000000000000000000000000000000000000000" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      ChipAtr atr;

      g_test_message ("%s", bad[i]);
      g_assert_false (read_hex (bad[i], &atr, &error));
      g_assert_error (error, DEVICE_ERROR, DEVICE_ERROR_DATA);
    }
}

/* Groups of interface bytes without an end. */
static void
test_endless (void)
{
  guint8 bytes[CHIP_ATR_MAX + 1];
  ChipAtr atr;

  memset (bytes, 0x80, sizeof bytes);
  bytes[0] = 0x3B;
  for (gsize size = 2; size <= sizeof bytes; size++)
    g_assert_false (chip_atr_read (BASE_SPAN (bytes, size), &atr, NULL));
}

typedef struct
{
  const char *hex;
  gboolean cold, warm;
} Emv;

/* EMV 4.4 Book 1, 8.3.3. Check bytes are filled in. */
static const Emv emv[] = {
  { "3B600000", TRUE, TRUE },           /* TB1 00 TC1 00 */
  { "3B6000FF", TRUE, TRUE },           /* least guard time */
  { "3B00", FALSE, TRUE },              /* no TB1: only warm */
  { "3B602500", FALSE, TRUE },          /* programming voltage */
  { "3B70130000", TRUE, TRUE },         /* as fast as EMV goes */
  { "3B70940000", FALSE, FALSE },       /* faster */
  { "3BE00000400A", TRUE, TRUE },       /* TC2 0A */
  { "3BE00000400B", FALSE, FALSE },     /* waits longer */
  { "3BE000FF81312045", TRUE, TRUE },   /* T=1 */
  { "3BE000FF8131FE45", TRUE, TRUE },   /* longest blocks */
  { "3BE000FF81310F45", FALSE, FALSE }, /* too short ones */
  { "3BE000FF8131FF45", FALSE, FALSE }, /* impossible ones */
  { "3BE000FF81312055", FALSE, FALSE }, /* BWI 5 */
  { "3BE000FF81312046", FALSE, FALSE }, /* CWI 6 */
  { "3BE000208131"
    "2045",
    FALSE, FALSE },                       /* guard time against CWI */
  { "3BE000FF8171204501", FALSE, FALSE }, /* CRC */
  { "3BE000FF811120", FALSE, FALSE },     /* TB3 isn't there */
  { "3BE000FFE0"
    "0000"
    "0F",
    FALSE, FALSE },
};

static void
add_check (GByteArray *bytes)
{
  guint8 sum = 0;

  for (guint i = 1; i < bytes->len; i++)
    sum ^= bytes->data[i];
  g_byte_array_append (bytes, &sum, 1);
}

static void
test_emv (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (emv); i++)
    {
      GByteArray *bytes = g_bytes_unref_to_array (base_bytes_from_hex (emv[i].hex, NULL));
      g_autoptr (GError) cold = NULL, warm = NULL;
      ChipAtr atr;

      if (!chip_atr_read (BASE_SPAN (bytes->data, bytes->len), &atr, NULL))
        {
          add_check (bytes);
          if (!chip_atr_read (BASE_SPAN (bytes->data, bytes->len), &atr, NULL))
            {
              g_assert_false (emv[i].warm);
              g_byte_array_unref (bytes);
              continue;
            }
        }
      g_test_message ("%s", emv[i].hex);
      g_assert_cmpint (chip_atr_is_emv (&atr, FALSE, &cold), ==, emv[i].cold);
      g_assert_cmpint (chip_atr_is_emv (&atr, TRUE, &warm), ==, emv[i].warm);
      g_assert_cmpint (cold == NULL, ==, emv[i].cold);
      if (warm != NULL)
        g_assert_error (warm, DEVICE_ERROR, DEVICE_ERROR_REFUSED);
      g_byte_array_unref (bytes);
    }
}

static void
test_speeds (void)
{
  g_assert_cmpuint (chip_atr_f (0x11), ==, 372);
  g_assert_cmpuint (chip_atr_d (0x11), ==, 1);
  g_assert_cmpuint (chip_atr_f (0x94), ==, 512);
  g_assert_cmpuint (chip_atr_d (0x94), ==, 8);
  g_assert_cmpuint (chip_atr_d (0x18), ==, 12);
  g_assert_cmpuint (chip_atr_f (0x71), ==, 0);
  g_assert_cmpuint (chip_atr_d (0x10), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chip/atr/good", test_good);
  g_test_add_func ("/chip/atr/bad", test_bad);
  g_test_add_func ("/chip/atr/endless", test_endless);
  g_test_add_func ("/chip/atr/emv", test_emv);
  g_test_add_func ("/chip/atr/speeds", test_speeds);
  return g_test_run ();
}
