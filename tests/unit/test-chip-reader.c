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

static void
assert_try (ChipReader *reader, const char *command, const char *word)
{
  g_autofree char *answer = NULL;

  g_assert_cmpstr (chip_line_word (chip_testing_try (reader, command, &answer)), ==, word);
}

/* ---- What goes wrong with the card ---- */

static void
test_mute (void)
{
  static const Case mute[] = { { "short", CHIP_TESTING_T0 },
                               { "tpdu", CHIP_TESTING_T0 },
                               { "tpdu", CHIP_TESTING_T1 },
                               { "mute", CHIP_TESTING_T1 } };

  for (guint i = 0; i < G_N_ELEMENTS (mute); i++)
    {
      ChipTesting testing;
      ChipReader *reader;

      chip_testing_init (&testing, mute[i].model, mute[i].atr);
      reader = chip_testing_open (&testing);
      assert_try (reader, "00FF0000", "mute");
      chip_reader_free (reader);
      chip_testing_clear (&testing);
    }
}

/* Torn out at each command of a few. */
static void
test_torn (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint at = 1; at <= 3 && g_strcmp0 (cases[i].model, "slow") != 0; at++)
      {
        ChipTesting testing;
        ChipReader *reader;

        chip_testing_init (&testing, cases[i].model, cases[i].atr);
        reader = chip_testing_open (&testing);
        chip_testing_lock (&testing);
        training_ccid_tear_at (testing.ccid, at);
        chip_testing_unlock (&testing);
        for (guint command = 1; command < at; command++)
          ask_long (reader, 40);
        assert_try (reader, SELECT "00", "removed");
        assert_try (reader, SELECT "00", "removed");
        g_assert_cmpint (chip_reader_wait_removal (reader, g_get_monotonic_time () + SECOND, NULL),
                         ==, CHIP_DONE);
        chip_reader_free (reader);
        chip_testing_clear (&testing);
      }
}

static ChipOutcome
power_on (ChipTesting *testing, const char *atr, const char *warm_atr, GError **error)
{
  ChipAtr got;
  ChipOutcome outcome;
  ChipReader *reader;

  chip_testing_init (testing, "tpdu", atr);
  testing->card.warm_atr = warm_atr;
  reader = chip_reader_open (training_usb_bus_bus (testing->bus), testing->entry, NULL);
  g_assert_cmpint (chip_reader_wait_card (reader, g_get_monotonic_time () + SECOND, NULL), ==,
                   CHIP_DONE);
  outcome = chip_reader_power_on (reader, &got, error);
  if (outcome == CHIP_DONE)
    chip_testing_ask (reader, SELECT "00", SELECTED);
  else
    assert_try (reader, SELECT "00", "mute");
  chip_reader_free (reader);
  return outcome;
}

/* A second, warm reset where the first answer isn't a payment card's; and no third. */
static void
test_warm (void)
{
  ChipTesting testing;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (power_on (&testing, "3B00", "3B600000", NULL), ==, CHIP_DONE);
  g_assert_cmpuint (training_ccid_resets (testing.ccid, TRUE), ==, 1);
  chip_testing_clear (&testing);
  g_assert_cmpint (power_on (&testing, "3B600001AA", "3B600000", NULL), ==, CHIP_DONE);
  chip_testing_clear (&testing);
  g_assert_cmpint (power_on (&testing, "3B70940000", NULL, &error), ==, CHIP_REFUSED);
  g_assert_error (error, DEVICE_ERROR, DEVICE_ERROR_REFUSED);
  g_assert_cmpuint (training_ccid_resets (testing.ccid, TRUE), ==, 1);
  chip_testing_clear (&testing);
}

static void
test_upside_down (void)
{
  ChipTesting testing;
  ChipReader *reader;
  ChipAtr atr;

  chip_testing_init (&testing, "tpdu", NULL);
  chip_testing_insert (&testing, 0);
  reader = chip_reader_open (training_usb_bus_bus (testing.bus), testing.entry, NULL);
  g_assert_cmpint (chip_reader_power_on (reader, &atr, NULL), ==, CHIP_MUTE);
  chip_testing_remove (&testing, 0);
  g_assert_cmpint (chip_reader_power_on (reader, &atr, NULL), ==, CHIP_NO_CARD);
  chip_reader_free (reader);
  chip_testing_clear (&testing);
}

static void
test_speed (void)
{
  ChipTesting testing;

  g_assert_cmpint (power_on (&testing, "3B70130000", NULL, NULL), ==, CHIP_DONE);
  g_assert_cmpuint (training_ccid_pps (testing.ccid, 0), ==, 0x13);
  g_assert_cmpuint (training_ccid_fidi (testing.ccid, 0), ==, 0x13);
  chip_testing_clear (&testing);
  /* What the reader does by itself is left to it. */
  chip_testing_init (&testing, "tpdu-auto", "3B70130000");
  chip_reader_free (chip_testing_open (&testing));
  g_assert_cmpuint (training_ccid_pps (testing.ccid, 0), ==, 0);
  g_assert_cmpuint (training_ccid_fidi (testing.ccid, 0), ==, 0);
  chip_testing_clear (&testing);
}

/* ---- Waiting ---- */

static gpointer
insert_later (gpointer data)
{
  g_usleep (300 * 1000);
  chip_testing_insert (data, 0);
  return NULL;
}

static gpointer
cancel_later (gpointer data)
{
  g_usleep (300 * 1000);
  g_cancellable_cancel (data);
  return NULL;
}

static gpointer
unplug_later (gpointer data)
{
  ChipTesting *testing = data;

  g_usleep (300 * 1000);
  training_usb_bus_plug (testing->bus, training_ccid_device (testing->ccid), FALSE);
  return NULL;
}

static void
test_wait (gconstpointer data)
{
  ChipTesting testing;
  ChipReader *reader;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GThread *thread;

  chip_testing_init (&testing, data, NULL);
  testing.card.atr = CHIP_TESTING_T0;
  reader = chip_reader_open (training_usb_bus_bus (testing.bus), testing.entry, NULL);
  g_assert_cmpint (chip_reader_wait_card (reader, g_get_monotonic_time () + SECOND / 3, NULL), ==,
                   CHIP_TIMED_OUT);
  thread = g_thread_new ("cancel", cancel_later, cancellable);
  g_assert_cmpint (
      chip_reader_wait_card (reader, g_get_monotonic_time () + 5 * SECOND, cancellable), ==,
      CHIP_CANCELLED);
  g_thread_join (thread);
  thread = g_thread_new ("insert", insert_later, &testing);
  g_assert_cmpint (chip_reader_wait_card (reader, g_get_monotonic_time () + 5 * SECOND, NULL), ==,
                   CHIP_DONE);
  g_thread_join (thread);
  g_assert_cmpint (chip_reader_wait_removal (reader, g_get_monotonic_time () + SECOND / 3, NULL),
                   ==, CHIP_TIMED_OUT);
  thread = g_thread_new ("unplug", unplug_later, &testing);
  g_assert_cmpint (chip_reader_wait_removal (reader, g_get_monotonic_time () + 5 * SECOND, NULL),
                   ==, CHIP_GONE);
  g_thread_join (thread);
  chip_reader_free (reader);
  chip_testing_clear (&testing);
}

static void
test_slots (void)
{
  ChipTesting testing;
  ChipReader *reader;

  chip_testing_init (&testing, "two-slots", NULL);
  testing.card.atr = CHIP_TESTING_T0;
  chip_testing_insert (&testing, 1);
  reader = chip_testing_open (&testing);
  ask_everything (&testing, reader);
  chip_testing_remove (&testing, 1);
  g_assert_cmpint (chip_reader_wait_removal (reader, g_get_monotonic_time () + SECOND, NULL), ==,
                   CHIP_DONE);
  chip_reader_free (reader);
  chip_testing_clear (&testing);
}

/* ---- The PIN ---- */

typedef struct
{
  const char *model, *atr;
  const char *digits;
  ChipPin pin;
  guint16 status;
} Pin;

static const Pin pins[] = {
  { "pad", CHIP_TESTING_T0, "1234", CHIP_PIN_SENT, 0x9000 },
  { "pad", CHIP_TESTING_T1, "1234", CHIP_PIN_SENT, 0x9000 },
  { "short-pad", CHIP_TESTING_T1, "1234", CHIP_PIN_SENT, 0x9000 },
  { "short-pad", CHIP_TESTING_T0, "12345", CHIP_PIN_SENT, 0x63C2 },
  { "pad", CHIP_TESTING_T1, "123456789012", CHIP_PIN_SENT, 0x63C2 },
  { "pad", CHIP_TESTING_T0, "", CHIP_PIN_TIMED_OUT, 0 },
  { "pad", CHIP_TESTING_T1, NULL, CHIP_PIN_CANCELLED, 0 },
  { "display-pad", CHIP_TESTING_T1, "1234", CHIP_PIN_SENT, 0x9000 },
  { "lying-display", CHIP_TESTING_T0, "1234", CHIP_PIN_SENT, 0x9000 },
  { "lying-display", CHIP_TESTING_T1, "1234", CHIP_PIN_SENT, 0x9000 },
  { "lying-display", CHIP_TESTING_T1, NULL, CHIP_PIN_CANCELLED, 0 },
  { "hidden-display", CHIP_TESTING_T0, "12345", CHIP_PIN_SENT, 0x63C2 },
  { "dead-pad", CHIP_TESTING_T0, "1234", CHIP_PIN_NONE, 0 },
  { "lying-pad", CHIP_TESTING_T0, "1234", CHIP_PIN_NONE, 0 },
  { "tpdu", CHIP_TESTING_T0, "1234", CHIP_PIN_NONE, 0 },
};

static void
test_pin (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (pins); i++)
    {
      ChipTesting testing;
      ChipReader *reader;
      ChipOutcome outcome;
      guint16 status;

      g_test_message ("%s", pins[i].model);
      chip_testing_init (&testing, pins[i].model, pins[i].atr);
      reader = chip_testing_open (&testing);
      chip_testing_lock (&testing);
      training_ccid_set_pin (testing.ccid, pins[i].digits);
      chip_testing_unlock (&testing);
      ask_long (reader, 3);
      g_assert_cmpint (chip_reader_verify_pin (reader, &status, &outcome), ==, pins[i].pin);
      g_assert_cmphex (status, ==, pins[i].status);
      g_assert_cmpint (outcome == CHIP_DONE, ==, pins[i].pin == CHIP_PIN_SENT);
      /* The card and we still count its blocks alike. */
      ask_long (reader, 70);
      chip_reader_free (reader);
      chip_testing_clear (&testing);
    }
}

static void
test_pin_torn (void)
{
  ChipTesting testing;
  ChipReader *reader;
  ChipOutcome outcome;
  guint16 status;

  chip_testing_init (&testing, "pad", CHIP_TESTING_T1);
  reader = chip_testing_open (&testing);
  g_assert_true (chip_reader_has_pad (reader));
  chip_testing_lock (&testing);
  training_ccid_set_pin (testing.ccid, "1234");
  training_ccid_tear_at (testing.ccid, 1);
  chip_testing_unlock (&testing);
  g_assert_cmpint (chip_reader_verify_pin (reader, &status, &outcome), ==, CHIP_PIN_NONE);
  g_assert_cmpint (outcome, ==, CHIP_REMOVED);
  chip_reader_free (reader);
  chip_testing_clear (&testing);
}

/* What is remembered about a reader is about this one, and about the way to it. */
static void
test_identity (void)
{
  ChipTesting testing;
  ChipReader *reader;
  g_autofree char *wanted = NULL;

  chip_testing_init (&testing, "pad", CHIP_TESTING_T0);
  g_free (testing.entry->identity);
  testing.entry->identity = g_strdup ("A\nB\x01");
  wanted = g_strdup_printf ("%04x:%04x usb A?B?", testing.entry->usb->vendor,
                            testing.entry->usb->product);
  reader = chip_testing_open (&testing);
  g_assert_cmpstr (chip_reader_identity (reader), ==, wanted);
  chip_reader_free (reader);
  chip_testing_clear (&testing);
}

static void
add_commands (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path
          = g_strdup_printf ("/chip/reader/commands/%s/%s", cases[i].model,
                             strcmp (cases[i].atr, CHIP_TESTING_T0) == 0   ? "t0"
                             : strcmp (cases[i].atr, CHIP_TESTING_T1) == 0 ? "t1"
                                                                           : "t1-long");

      g_test_add_data_func (path, &cases[i], test_commands);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_commands ();
  g_test_add_func ("/chip/reader/mute", test_mute);
  g_test_add_func ("/chip/reader/torn", test_torn);
  g_test_add_func ("/chip/reader/warm", test_warm);
  g_test_add_func ("/chip/reader/upside-down", test_upside_down);
  g_test_add_func ("/chip/reader/speed", test_speed);
  g_test_add_data_func ("/chip/reader/wait/notified", "tpdu", test_wait);
  g_test_add_data_func ("/chip/reader/wait/polled", "polled", test_wait);
  g_test_add_data_func ("/chip/reader/wait/silent", "silent", test_wait);
  g_test_add_func ("/chip/reader/slots", test_slots);
  g_test_add_func ("/chip/reader/pin", test_pin);
  g_test_add_func ("/chip/reader/pin-torn", test_pin_torn);
  g_test_add_func ("/chip/reader/identity", test_identity);
  return g_test_run ();
}
