/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chip-t0.h"

#include "chip-testing.h"

typedef struct
{
  const char *name, *command;
  const char *lines[16];
  const char *answer; /* "" for another outcome than DONE */
  ChipOutcome outcome;
} Case;

/* EMV 4.4 Book 1, annex A: each of the four cases, and what a card may do in it. */
static const Case cases[] = {
  { "case-1", "001E0000", { "001E000000", "9000" }, "9000", CHIP_DONE },
  { "case-2", "00B2010C03", { "00B2010C03", "0102039000" }, "0102039000", CHIP_DONE },
  { "case-2-length",
    "00B2010C00",
    { "00B2010C00", "6C02", "00B2010C02", "AABB9000" },
    "AABB9000",
    CHIP_DONE },
  { "case-2-refused", "00B2010C00", { "00B2010C00", "6A83" }, "6A83", CHIP_DONE },
  { "case-2-more",
    "80CA9F3600",
    { "80CA9F3600", "6105", "00C0000005", "9F360200019000" },
    "9F360200019000",
    CHIP_DONE },
  { "case-3", "008200000401020304", { "008200000401020304", "6300" }, "6300", CHIP_DONE },
  { "case-4",
    "00A4040002A00000",
    { "00A4040002A000", "6103", "00C0000003", "6F01009000" },
    "6F01009000",
    CHIP_DONE },
  { "case-4-pieces",
    "00A4040002A00000",
    { "00A4040002A000", "6102", "00C0000002", "AABB6101", "00C0000001", "CC9000" },
    "AABBCC9000",
    CHIP_DONE },
  { "case-4-length",
    "00A4040002A00000",
    { "00A4040002A000", "6100", "00C0000000", "6C02", "00C0000002", "AABB9000" },
    "AABB9000",
    CHIP_DONE },
  { "case-4-none", "00A4040002A00000", { "00A4040002A000", "6A82" }, "6A82", CHIP_DONE },
  /* A blocked application: the warning is what is told, with the data. */
  { "warning",
    "00A4040002A00000",
    { "00A4040002A000", "6283", "00C0000000", "6C02", "00C0000002", "AABB9000" },
    "AABB6283",
    CHIP_DONE },
  { "warning-alone",
    "00A4040002A00000",
    { "00A4040002A000", "6283", "00C0000000", "6F00" },
    "6283",
    CHIP_DONE },
  { "case-3-warning", "8424000002AABB", { "8424000002AABB", "6200" }, "6200", CHIP_DONE },
  /* Its class stays the channel's alone. */
  { "class",
    "80A80000028300"
    "00",
    { "80A80000028300", "6102", "00C0000002", "80009000" },
    "80009000",
    CHIP_DONE },
  { "mute", "00B2010C00", { "00B2010C00", "mute" }, "", CHIP_MUTE },
  { "removed", "00B2010C00", { "00B2010C00", "6C02", "00B2010C02", "removed" }, "", CHIP_NO_CARD },
  { "gone", "00B2010C00", { "00B2010C00", "gone" }, "", CHIP_GONE },
  { "one-byte", "00B2010C00", { "00B2010C00", "90" }, "", CHIP_MUTE },
  { "nothing", "00B2010C00", { "00B2010C00", "" }, "", CHIP_MUTE },
  { "short", "00B201", { NULL }, "", CHIP_REFUSED },
  { "length", "00A4040005A000", { NULL }, "", CHIP_REFUSED },
};

static void
test_case (gconstpointer data)
{
  const Case *what = data;
  ChipTestingPart part = { .lines = what->lines };
  const ChipLine line = chip_testing_line (&part);
  g_autoptr (GBytes) command = base_bytes_from_hex (what->command, NULL);
  guint8 answer[CHIP_ANSWER_MAX];
  g_autofree char *got = NULL;
  gsize size;

  g_assert_cmpstr (
      chip_line_word (chip_t0_transmit (&line, base_bytes_span (command), answer, &size)), ==,
      chip_line_word (what->outcome));
  got = base_bytes_to_hex (BASE_SPAN (answer, size));
  g_assert_cmpstr (got, ==, what->answer);
  chip_testing_part_over (&part);
}

/* A card that announces more for ever, and one that gives more than an answer holds. */
static ChipOutcome
promise (gpointer ctx, BaseSpan block, guint8 waits, guint8 answer[CHIP_BLOCK_MAX], gsize *out_size)
{
  guint data = GPOINTER_TO_UINT (ctx);

  *out_size = data + 2;
  for (guint i = 0; i < data; i++)
    answer[i] = 0;
  answer[data] = 0x61;
  answer[data + 1] = 0x10;
  return CHIP_DONE;
}

static void
test_endless (void)
{
  static const guint8 command[] = { 0, 0xB2, 1, 0x0C, 0 };

  for (guint data = 0; data <= 100; data += 20)
    {
      const ChipLine line = { promise, GUINT_TO_POINTER (data) };
      guint8 answer[CHIP_ANSWER_MAX];
      gsize size;
      ChipOutcome outcome
          = chip_t0_transmit (&line, BASE_SPAN (command, sizeof command), answer, &size);

      g_assert_true (outcome == CHIP_MUTE || (data == 0 && size == 2 && answer[0] == 0x61));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/chip/t0/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/chip/t0/endless", test_endless);
  return g_test_run ();
}
