/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chip-testing.h"
#include "device-error.h"

#include <string.h>

#define SECOND G_USEC_PER_SEC
#define SELECT "00A4040005A000000333"
#define SELECTED "33030000A09000"

/* `count` bytes 00, 01, … and a status, in hex. */
static char *
counted (guint count, const char *status)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < count; i++)
    g_string_append_printf (text, "%02X", i & 0xFF);
  g_string_append (text, status);
  return g_string_free (text, FALSE);
}

static void
ask_long (ChipReader *reader, guint count)
{
  g_autofree char *command = g_strdup_printf ("00B2%02X0C00", count);
  g_autofree char *answer = counted (count, "9000");

  chip_testing_ask (reader, command, answer);
}

/* All that a transaction may send: each of the four cases, short and long. */
static void
ask_everything (ChipTesting *testing, ChipReader *reader)
{
  g_autofree char *warned = counted (40, "6283");
  g_autofree char *data = counted (250, "");
  g_autofree char *put = g_strconcat ("00D60000FA", data, NULL);
  guint before = testing->card.count;

  chip_testing_ask (reader, "001E0000", "9000");
  chip_testing_ask (reader, SELECT "00", SELECTED);
  chip_testing_ask (reader,
                    "0082000008"
                    "0102030405060708",
                    "9000");
  chip_testing_ask (reader,
                    "00CA280002"
                    "AABB"
                    "00",
                    warned);
  ask_long (reader, 1);
  ask_long (reader, 31);
  ask_long (reader, 62);
  ask_long (reader, 200);
  ask_long (reader, 255);
  chip_testing_ask (reader, put, "9000");
  g_assert_cmpuint (testing->card.got->len, ==, 255);
  chip_testing_ask (reader, "0001020300", "6D00");
  /* Each command reached the card once. */
  g_assert_cmpuint (testing->card.count - before, ==, 11);
}

typedef struct
{
  const char *model, *atr;
} Case;

static void
test_commands (gconstpointer data)
{
  const Case *what = data;
  ChipTesting testing;
  ChipReader *reader;

  chip_testing_init (&testing, what->model, what->atr);
  reader = chip_testing_open (&testing);
  g_assert_cmpstr (chip_reader_way (reader), ==, "usb");
  ask_everything (&testing, reader);
  chip_reader_free (reader);
  chip_testing_clear (&testing);
}

static const Case cases[] = {
  { "tpdu", CHIP_TESTING_T0 },        { "tpdu", CHIP_TESTING_T1 },
  { "tpdu", CHIP_TESTING_T1_LONG },   { "tpdu-auto", CHIP_TESTING_T0 },
  { "tpdu-auto", CHIP_TESTING_T1 },   { "short", CHIP_TESTING_T0 },
  { "short", CHIP_TESTING_T1 },       { "extended", CHIP_TESTING_T0 },
  { "chaining", CHIP_TESTING_T0 },    { "polled", CHIP_TESTING_T0 },
  { "voltages", CHIP_TESTING_T1 },    { "stale", CHIP_TESTING_T0 },
  { "stale", CHIP_TESTING_T1 },       { "empty", CHIP_TESTING_T0 },
  { "longer", CHIP_TESTING_T1 },      { "small-packets", CHIP_TESTING_T1 },
  { "lying-short", CHIP_TESTING_T0 }, { "lying-extended", CHIP_TESTING_T0 },
  { "slow", CHIP_TESTING_T0 },        { "vendor-class", CHIP_TESTING_T0 },
  { "composite", CHIP_TESTING_T1 },   { "patient", CHIP_TESTING_T0 },
  { "parity", CHIP_TESTING_T1 },      { "silent", CHIP_TESTING_T0 },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path
          = g_strdup_printf ("/chip/reader/commands/%s/%s", cases[i].model,
                             strcmp (cases[i].atr, CHIP_TESTING_T0) == 0   ? "t0"
                             : strcmp (cases[i].atr, CHIP_TESTING_T1) == 0 ? "t1"
                                                                           : "t1-long");

      g_test_add_data_func (path, &cases[i], test_commands);
    }
  return g_test_run ();
}
