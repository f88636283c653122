/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chip-pin.h"

#define VERIFY "0020008008 20FFFFFFFFFFFFFF"

static void
assert_bytes (const guint8 *bytes, gsize size, const char *hex)
{
  g_autoptr (GBytes) wanted = base_bytes_from_hex (hex, NULL);
  g_autofree char *got = base_bytes_to_hex (BASE_SPAN (bytes, size));
  g_autofree char *right = base_bytes_to_hex (base_bytes_span (wanted));

  g_assert_cmpstr (got, ==, right);
}

/* CCID 1.1, 6.1.11.2: operation, seconds, three of format, most and least digits, OK key, messages,
 * language, index, prologue, command. */
static void
test_ccid (void)
{
  const ChipPinOrder plain = { 0 };
  const ChipPinOrder shown = { .display = TRUE, .prologue = { 0x00, 0x40, 0x0D } };
  guint8 bytes[CHIP_PIN_ORDER_MAX];
  gsize size = chip_pin_write_ccid (&plain, bytes);

  assert_bytes (bytes, size, "00 19 89 47 04 0C04 02 00 0904 00 000000" VERIFY);
  size = chip_pin_write_ccid (&shown, bytes);
  assert_bytes (bytes, size, "00 19 89 47 04 0C04 02 01 0904 00 00400D" VERIFY);
}

/* PC/SC part 10, 2.5.2: numbers as the machine has them. */
static void
test_pcsc (void)
{
  const ChipPinOrder shown = { .display = TRUE };
  guint8 bytes[CHIP_PIN_ORDER_MAX];
  gsize size = chip_pin_write_pcsc (&shown, bytes);

  assert_bytes (bytes, size,
                G_BYTE_ORDER == G_LITTLE_ENDIAN
                    ? "19 19 89 47 04 0C04 02 01 0904 00 000000 0D000000" VERIFY
                    : "19 19 89 47 04 040C 02 01 0409 00 000000 0000000D" VERIFY);
}

static void
test_status (void)
{
  g_assert_cmpint (chip_pin_by_status (0x9000), ==, CHIP_PIN_SENT);
  g_assert_cmpint (chip_pin_by_status (0x63C1), ==, CHIP_PIN_SENT);
  g_assert_cmpint (chip_pin_by_status (0x6400), ==, CHIP_PIN_TIMED_OUT);
  g_assert_cmpint (chip_pin_by_status (0x6401), ==, CHIP_PIN_CANCELLED);
}

static void
test_display (void)
{
  g_assert_false (chip_pin_is_about_display (17));
  g_assert_true (chip_pin_is_about_display (18));
  g_assert_true (chip_pin_is_about_display (21));
  g_assert_false (chip_pin_is_about_display (22));
  g_assert_false (chip_pin_is_about_display (0xF0));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chip/pin/ccid", test_ccid);
  g_test_add_func ("/chip/pin/pcsc", test_pcsc);
  g_test_add_func ("/chip/pin/status", test_status);
  g_test_add_func ("/chip/pin/display", test_display);
  return g_test_run ();
}
