/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chip-t1.h"

#include "chip-testing.h"

#include <string.h>

/* ---- Transcripts: blocks without their check byte, which is added ---- */

#define COMMAND "00B2010C00"

typedef struct
{
  const char *name;
  ChipOutcome outcome;
  const char *answer;    /* "" for another outcome than DONE */
  const char *lines[16]; /* what comes for COMMAND, what we then send, …; "!": with a wrong check */
} Case;

static const Case cases[] = {
  { "plain", CHIP_DONE, "AABB9000", { "000004AABB9000" } },
  { "long-answer",
    CHIP_DONE,
    "AABBCCDD9000",
    { "002002AABB", "009000", "006002CCDD", "008000", "0000029000" } },
  { "time", CHIP_DONE, "9000", { "00C30105", "00E30105", "0000029000" } },
  { "size", CHIP_DONE, "9000", { "00C10110", "00E10110", "0000029000" } },
  { "spoilt-answer", CHIP_DONE, "9000", { "!0000029000", "008100", "0000029000" } },
  { "lost-answer", CHIP_DONE, "9000", { "mute", "008200", "0000029000" } },
  { "late-answer", CHIP_DONE, "9000", { "late", "008200", "0000029000" } },
  { "spoilt-command", CHIP_DONE, "9000", { "008100", "000005" COMMAND, "0000029000" } },
  { "address", CHIP_DONE, "9000", { "2100029000", "008200", "0000029000" } },
  { "number", CHIP_DONE, "9000", { "0040029000", "008200", "0000029000" } },
  /* The card has it, and says only that: it is asked for its answer, not told again. */
  { "acknowledged", CHIP_DONE, "9000", { "009000", "008000", "0000029000" } },
  /* Both begin anew, but what the card may have carried out isn't sent again. */
  { "resynch",
    CHIP_MUTE,
    "",
    { "mute", "008200", "mute", "008200", "mute", "008200", "mute", "00C000", "00E000" } },
  { "dead",
    CHIP_MUTE,
    "",
    { "mute", "008200", "mute", "008200", "mute", "008200", "mute", "00C000", "mute", "00C000",
      "mute", "00C000", "mute" } },
  { "aborted", CHIP_MUTE, "", { "00C200" } },
  { "removed", CHIP_NO_CARD, "", { "removed" } },
  { "gone", CHIP_GONE, "", { "002002AABB", "009000", "gone" } },
  { "one-byte", CHIP_MUTE, "", { "00000190" } },
};

/* With its check byte. Yours. */
static char *
complete (const char *line)
{
  gboolean wrong = line[0] == '!';
  g_autoptr (GBytes) bytes = base_bytes_from_hex (line + (wrong ? 1 : 0), NULL);
  guint8 check[2];

  if (bytes == NULL)
    return g_strdup (line);
  (void)chip_t1_check (FALSE, base_bytes_span (bytes), check);
  return g_strdup_printf ("%s%02X", line + (wrong ? 1 : 0), check[0] ^ (wrong ? 1 : 0));
}

static ChipT1
make_state (const char *hex)
{
  g_autoptr (GBytes) bytes = base_bytes_from_hex (hex, NULL);
  ChipAtr atr;
  ChipT1 state;

  g_assert_true (chip_atr_read (base_bytes_span (bytes), &atr, NULL));
  chip_t1_init (&state, &atr);
  return state;
}

static void
test_case (gconstpointer data)
{
  const Case *what = data;
  g_auto (GStrv) lines = g_new0 (char *, G_N_ELEMENTS (what->lines) + 2);
  ChipTestingPart part = { .lines = (const char *const *)lines };
  const ChipLine line = chip_testing_line (&part);
  g_autoptr (GBytes) command = base_bytes_from_hex (COMMAND, NULL);
  ChipT1 state = make_state (CHIP_TESTING_T1);
  guint8 answer[CHIP_ANSWER_MAX];
  g_autofree char *got = NULL;
  gsize size;

  lines[0] = complete ("000005" COMMAND);
  for (guint i = 0; i < G_N_ELEMENTS (what->lines) && what->lines[i] != NULL; i++)
    lines[1 + i] = complete (what->lines[i]);
  g_assert_cmpstr (
      chip_line_word (chip_t1_transmit (&state, &line, base_bytes_span (command), answer, &size)),
      ==, chip_line_word (what->outcome));
  got = base_bytes_to_hex (BASE_SPAN (answer, size));
  g_assert_cmpstr (got, ==, what->answer);
  chip_testing_part_over (&part);
  g_assert_cmpint (state.dead, ==,
                   strcmp (what->name, "dead") == 0 || strcmp (what->name, "aborted") == 0);
}

/* Nothing at all is sent of a command that can't be one. */
static void
test_refused (void)
{
  static const guint8 command[CHIP_COMMAND_MAX + 1] = { 0 };
  ChipTestingPart part = { .lines = (const char *const[]){ NULL } };
  const ChipLine line = chip_testing_line (&part);
  ChipT1 state = make_state (CHIP_TESTING_T1);
  guint8 answer[CHIP_ANSWER_MAX];
  gsize size;

  g_assert_cmpint (chip_t1_transmit (&state, &line, BASE_SPAN (command, 0), answer, &size), ==,
                   CHIP_REFUSED);
  g_assert_cmpint (
      chip_t1_transmit (&state, &line, BASE_SPAN (command, sizeof command), answer, &size), ==,
      CHIP_REFUSED);
  g_assert_cmpuint (size, ==, 0);
}

/* ---- Against the emulated card ---- */

typedef struct
{
  TrainingT1 card;
  ChipTestingCard chip;
  ChipT1 state;
  guint blocks;
  guint *fault; /* comes at this block from now, so often */
  guint fault_at, times;
} Pair;

static ChipOutcome
exchange (gpointer ctx,
          BaseSpan block,
          guint8 waits,
          guint8 answer[CHIP_BLOCK_MAX],
          gsize *out_size)
{
  Pair *pair = ctx;
  g_autoptr (GByteArray) out = g_byte_array_new ();

  *out_size = 0;
  pair->blocks++;
  if (pair->fault != NULL && pair->fault_at-- == 0)
    {
      *pair->fault = pair->times;
      pair->fault = NULL;
    }
  if (!training_t1_exchange (&pair->card, &pair->chip.end, block, out))
    return CHIP_MUTE;
  g_assert_cmpuint (out->len, <=, CHIP_BLOCK_MAX);
  memcpy (answer, out->data, out->len);
  *out_size = out->len;
  return CHIP_DONE;
}

static void
pair_init (Pair *pair, gboolean crc)
{
  *pair = (Pair){ .state = make_state (crc ? "3BE000FF81712045018B" : CHIP_TESTING_T1) };
  chip_testing_card_init (&pair->chip, CHIP_TESTING_T1);
  training_t1_reset (&pair->card, crc);
}

static void
pair_clear (Pair *pair)
{
  training_t1_clear (&pair->card);
  chip_testing_card_clear (&pair->chip);
}

static ChipOutcome
ask (Pair *pair, guint in, guint out, gsize *out_size)
{
  const ChipLine line = { exchange, pair };
  guint8 command[CHIP_COMMAND_MAX] = { 0x00, in > 0 ? 0xCA : 0xB2, (guint8)out, 0x0C, (guint8)in };
  guint8 answer[CHIP_ANSWER_MAX];
  ChipOutcome outcome
      = chip_t1_transmit (&pair->state, &line, BASE_SPAN (command, 5 + in), answer, out_size);

  if (outcome != CHIP_DONE)
    return outcome;
  g_assert_cmpuint (*out_size, ==, out + 2);
  for (guint i = 0; i < out; i++)
    g_assert_cmpuint (answer[i], ==, i);
  return outcome;
}

static void
test_sizes (gconstpointer data)
{
  Pair pair;
  const ChipLine line = { exchange, &pair };
  gsize size;

  pair_init (&pair, GPOINTER_TO_INT (data));
  for (guint round = 0; round < 2; round++)
    {
      for (guint in = 0; in <= 255; in += 17)
        for (guint out = 0; out <= 255; out += 15)
          g_assert_cmpint (ask (&pair, in, out, &size), ==, CHIP_DONE);
      g_assert_cmpint (chip_t1_offer_size (&pair.state, &line, 254), ==, CHIP_DONE);
      g_assert_cmpuint (pair.state.ifsd, ==, 254);
      g_assert_cmpuint (pair.card.ifsd, ==, 254);
    }
  g_assert_cmpuint (pair.chip.count, ==, 2 * 16 * 18);
  pair_clear (&pair);
}

/* Each fault once or twice at every block of a long exchange: the answer is right, or the card is
 * mute; and no command is carried out twice. */
static void
test_faults (gconstpointer data)
{
  for (guint times = 1; times <= 5; times++)
    for (guint at = 0; at < 12; at++)
      for (guint fault = 0; fault < 7; fault++)
        {
          Pair pair;
          gsize size;
          ChipOutcome outcome;
          guint *const faults[]
              = { &pair.card.faults.deaf, &pair.card.faults.spoilt, &pair.card.faults.lost,
                  &pair.card.faults.wrong_address, &pair.card.faults.wrong_sequence };

          pair_init (&pair, GPOINTER_TO_INT (data));
          g_assert_cmpint (ask (&pair, 5, 5, &size), ==, CHIP_DONE);
          pair.fault_at = at;
          pair.fault = fault < 5 ? faults[fault] : NULL;
          pair.times = times;
          if (fault == 5)
            pair.card.faults.waits = times;
          if (fault == 6)
            pair.card.faults.new_size = 16;
          outcome = ask (&pair, 100, 100, &size);
          g_assert_cmpuint (pair.chip.count, <=, 2);
          if (times <= 2 || fault >= 5)
            g_assert_cmpint (outcome, ==, CHIP_DONE);
          else
            g_assert_true (outcome == CHIP_DONE || outcome == CHIP_MUTE);
          /* Both sides still understand each other. */
          if (!pair.state.dead)
            {
              pair.card.faults = (TrainingT1Faults){ 0 };
              pair.fault = NULL;
              g_assert_cmpint (ask (&pair, 3, 7, &size), ==, CHIP_DONE);
            }
          pair_clear (&pair);
        }
}

static void
test_stubborn (void)
{
  Pair pair;
  const ChipLine line = { exchange, &pair };
  gsize size;

  /* For ever more time. */
  pair_init (&pair, FALSE);
  pair.card.faults.waits = G_MAXUINT;
  g_assert_cmpint (ask (&pair, 0, 1, &size), ==, CHIP_MUTE);
  pair_clear (&pair);
  /* Doesn't know what beginning anew is, and is dead from then on. */
  pair_init (&pair, FALSE);
  pair.card.faults.lost = 5;
  pair.card.faults.no_resynch = TRUE;
  g_assert_cmpint (ask (&pair, 0, 1, &size), ==, CHIP_MUTE);
  g_assert_true (pair.state.dead);
  pair.blocks = 0;
  g_assert_cmpint (ask (&pair, 0, 1, &size), ==, CHIP_MUTE);
  g_assert_cmpuint (pair.blocks, ==, 0);
  pair_clear (&pair);
  /* Takes no other size, and goes on with the old one. */
  pair_init (&pair, FALSE);
  pair.card.faults.no_size = TRUE;
  g_assert_cmpint (chip_t1_offer_size (&pair.state, &line, 254), ==, CHIP_DONE);
  g_assert_cmpuint (pair.state.ifsd, ==, 32);
  g_assert_cmpint (ask (&pair, 40, 40, &size), ==, CHIP_DONE);
  pair_clear (&pair);
  /* A chained command that gets lost is sent again from its beginning. */
  pair_init (&pair, FALSE);
  pair.card.faults.lost = 4;
  g_assert_cmpint (ask (&pair, 100, 10, &size), ==, CHIP_DONE);
  g_assert_cmpuint (pair.card.resynchs, ==, 1);
  g_assert_cmpuint (pair.chip.count, ==, 1);
  pair_clear (&pair);
}

static void
test_foreign (void)
{
  Pair pair;
  guint8 prologue[3];
  BaseSpan got;
  gsize size;
  static const guint8 first[] = { 0x00, 0x00, 0x02, 0x90, 0x00, 0x92 },
                      second[] = { 0x00, 0x40, 0x02, 0x90, 0x00, 0xD2 };

  pair_init (&pair, FALSE);
  chip_t1_begin_foreign (&pair.state, 13, prologue);
  g_assert_cmpuint (prologue[1], ==, 0);
  g_assert_cmpuint (prologue[2], ==, 13);
  g_assert_false (chip_t1_open_foreign (&pair.state, BASE_SPAN (second, 6), &got));
  g_assert_false (chip_t1_open_foreign (&pair.state, BASE_SPAN (first, 5), &got));
  g_assert_true (chip_t1_open_foreign (&pair.state, BASE_SPAN (first, 6), &got));
  g_assert_cmpuint (got.size, ==, 2);
  chip_t1_begin_foreign (&pair.state, 13, prologue);
  g_assert_cmpuint (prologue[1], ==, 0x40);
  chip_t1_cancel_foreign (&pair.state);
  pair.state.ns = pair.state.nr = 0;
  g_assert_cmpint (ask (&pair, 0, 3, &size), ==, CHIP_DONE);
  pair_clear (&pair);
}

/* ISO 7816-3, 11.3.4: the CRC of "123456789" in this form. */
static void
test_check (void)
{
  guint8 check[2];

  g_assert_cmpuint (chip_t1_check (FALSE, BASE_SPAN ("\x00\xC1\x01\xFE", 4), check), ==, 1);
  g_assert_cmpuint (check[0], ==, 0x3E);
  g_assert_cmpuint (chip_t1_check (TRUE, BASE_SPAN ("123456789", 9), check), ==, 2);
  g_assert_cmpuint (check[0], ==, 0x6F);
  g_assert_cmpuint (check[1], ==, 0x91);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/chip/t1/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/chip/t1/refused", test_refused);
  g_test_add_data_func ("/chip/t1/sizes/lrc", GINT_TO_POINTER (FALSE), test_sizes);
  g_test_add_data_func ("/chip/t1/sizes/crc", GINT_TO_POINTER (TRUE), test_sizes);
  g_test_add_data_func ("/chip/t1/faults/lrc", GINT_TO_POINTER (FALSE), test_faults);
  g_test_add_data_func ("/chip/t1/faults/crc", GINT_TO_POINTER (TRUE), test_faults);
  g_test_add_func ("/chip/t1/stubborn", test_stubborn);
  g_test_add_func ("/chip/t1/foreign", test_foreign);
  g_test_add_func ("/chip/t1/check", test_check);
  return g_test_run ();
}
