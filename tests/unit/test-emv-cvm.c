/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emv-testing.h"

#include <string.h>

/* 9F33 byte 2 */
#define PAD 0x80
#define SIGNATURE 0x20
#define NOTHING 0x08

typedef struct
{
  EmvTest test;
  const char *pins; /* what is typed, a letter a try: r right, w wrong, b bypassed, c cancelled,
                       x the pad is broken, g the card is gone, l locked (6983) */
  guint tries;      /* as the kernel told them at the last try */
} Holder;

static EmvPin
verify_pin_cb (gpointer ctx, guint tries_left, guint16 *out_status)
{
  Holder *holder = ctx;
  char typed = holder->pins[0];

  g_assert_cmpint (typed, !=, '\0'); /* nobody asks more often */
  holder->pins++;
  holder->tries = tries_left;
  if (strchr ("rwl", typed) == NULL)
    return typed == 'b'   ? EMV_PIN_BYPASSED
           : typed == 'c' ? EMV_PIN_CANCELLED
           : typed == 'x' ? EMV_PIN_BROKEN
                          : EMV_PIN_REMOVED;
  *out_status = typed == 'r'   ? EMV_STATUS_GOOD
                : typed == 'l' ? 0x6983
                               : (guint16)(0x63C0 | (tries_left - 1));
  return EMV_PIN_CHECKED;
}

typedef struct
{
  const char *list; /* 8E with its amounts X and Y; NULL: none */
  gint64 amount_minor;
  guint8 can;
  const char *results, *tvr;
  const char *pins, *talk; /* NULL: there is no pad */
  gint64 other_minor;
  gboolean signature;
  const char *reason;
} Row;

static void
check_row (const Row *row, const char *profile)
{
  Holder holder = { .pins = row->pins };
  EmvTest *test = &holder.test;
  EmvStep step;

  emv_testing_init (test);
  test->terminal.capabilities[1] = row->can;
  test->sale.amount_minor = row->amount_minor;
  test->sale.other_minor = row->other_minor;
  test->holder
      = (EmvHolder){ .verify_pin = row->pins != NULL ? verify_pin_cb : NULL, .ctx = &holder };
  emv_testing_start (test, row->talk != NULL ? row->talk : "");
  emv_testing_put (test, profile);
  if (row->list != NULL)
    {
      g_autofree char *object
          = g_strdup_printf ("8E%02X%s", (guint)strlen (row->list) / 2, row->list);

      emv_testing_put (test, object);
    }
  step = emv_cvm_verify (test->kernel);
  g_assert_cmpint (step, ==, row->reason != NULL ? EMV_STEP_END : EMV_STEP_ON);
  g_assert_cmpstr (test->kernel->reason, ==, row->reason);
  if (row->reason == NULL)
    {
      emv_testing_check (test, 0x9F34, row->results);
      emv_testing_check (test, 0x95, row->tvr);
      emv_testing_check (test, 0x9B, g_str_has_prefix (row->results, "3F0000") ? "0000" : "4000");
      g_assert_cmpint (emv_kernel_wants_signature (test->kernel), ==, row->signature);
    }
  g_assert_true (holder.pins == NULL || holder.pins[0] == '\0');
  emv_testing_clear (test);
}

#define AMOUNTS                                                                                    \
  "00002710"                                                                                       \
  "00004E20" /* X 100.00, Y 200.00 */
#define TRIES(n) "80CA9F1700>9F1701" n "9000"
#define ALL (PAD | SIGNATURE | NOTHING)
#define HOME                                                                                       \
  "82023800"                                                                                       \
  "5F2A020156"                                                                                     \
  "9F42020156"

/* Which rule of the list is taken, and what that says. */
static const Row rules[] = {
  { AMOUNTS "1F00", 5000, ALL, "1F0002", "0000000000" },
  { AMOUNTS "1E00", 5000, ALL, "1E0000", "0000000000", .signature = TRUE },
  { AMOUNTS "5E001F00", 5000, NOTHING, "1F0002", "0000000000" },
  { AMOUNTS "1E001F00", 5000, NOTHING, "3F0001", "0000800000" }, /* no bit "next": that was it */
  { AMOUNTS "0000", 5000, ALL, "000001", "0000800000" },
  { AMOUNTS "40001F00", 5000, ALL, "400001", "0000800000" }, /* "fail" has no next */
  { AMOUNTS "5E031F00", 5000, NOTHING, "1F0002", "0000000000" },
  { AMOUNTS "1E03", 5000, NOTHING, "3F0001", "0000800000" }, /* no condition holds */
  /* a method that nobody knows */
  { AMOUNTS "06001F00", 5000, ALL, "3F0001", "0000C00000" },
  { AMOUNTS "46001F00", 5000, ALL, "1F0002", "0000400000" },
  { AMOUNTS "4600", 5000, ALL, "3F0001", "0000C00000" },
  { AMOUNTS "46031F00", 5000, ALL, "1F0002", "0000000000" },
  /* conditions: cash, none of which is a till's, and one that nobody knows */
  { AMOUNTS "1E011F00", 5000, ALL, "1F0002", "0000000000" },
  { AMOUNTS "1E041F00", 5000, ALL, "1F0002", "0000000000" },
  { AMOUNTS "1E0A1F00", 5000, ALL, "1F0002", "0000000000" },
  { AMOUNTS "1E801F00", 5000, ALL, "1F0002", "0000000000" },
  { AMOUNTS "1E021F00", 5000, ALL, "1E0200", "0000000000", .signature = TRUE },
  { AMOUNTS "1E021F00", 5000, ALL, "1F0002", "0000000000", .other_minor = 1000 },
  { AMOUNTS "1E051F00", 5000, ALL, "1F0002", "0000000000" },
  { AMOUNTS "1E051F00", 5000, ALL, "1E0500", "0000000000", .other_minor = 1000, .signature = TRUE },
  /* under and over X and Y: exactly so much is neither */
  { AMOUNTS "1F061E00", 9999, ALL, "1F0602", "0000000000" },
  { AMOUNTS "1F061E00", 10000, ALL, "1E0000", "0000000000", .signature = TRUE },
  { AMOUNTS "1F071E00", 10000, ALL, "1E0000", "0000000000", .signature = TRUE },
  { AMOUNTS "1F071E00", 10001, ALL, "1F0702", "0000000000" },
  { AMOUNTS "1F081E00", 19999, ALL, "1F0802", "0000000000" },
  { AMOUNTS "1F081E00", 20000, ALL, "1E0000", "0000000000", .signature = TRUE },
  { AMOUNTS "1F091E00", 20000, ALL, "1E0000", "0000000000", .signature = TRUE },
  { AMOUNTS "1F091E00", 20001, ALL, "1F0902", "0000000000" },
  { "FFFFFFFF00000000"
    "1F061E00",
    4000000000, ALL, "1F0602", "0000000000" },
  /* no reader here enciphers a PIN, nor takes one for the issuer */
  { AMOUNTS "42001F00", 5000, 0xFF, "1F0002", "0000100000" },
  { AMOUNTS "44001F00", 5000, 0xFF, "1F0002", "0000100000" },
  { AMOUNTS "45001F00", 5000, 0xFF, "1F0002", "0000100000" },
  { AMOUNTS "0200", 5000, 0xFF, "020001", "0000900000" },
  /* lists that are none */
  { NULL, 5000, ALL, "3F0000", "2000000000" },
  { AMOUNTS, 5000, ALL, "3F0000", "2000000000" },
  { "0000271000004E", 5000, ALL, NULL, NULL, .reason = "card-error" },
  { AMOUNTS "1F", 5000, ALL, NULL, NULL, .reason = "card-error" },
};

/* A PIN, typed into the reader's own pad. */
static const Row pins[] = {
  { AMOUNTS "0100", 5000, ALL, "010002", "0000000000", "r", TRIES ("03") },
  { AMOUNTS "0100", 5000, ALL, "010002", "0000000000", "r", "80CA9F1700>6A88" },
  { AMOUNTS "0100", 5000, ALL, "010002", "0000000000", "wr", TRIES ("03") },
  { AMOUNTS "0100", 5000, ALL, "010001", "0000A00000", "www", TRIES ("03") },
  { AMOUNTS "41001F00", 5000, ALL, "1F0002", "0000200000", "ww", TRIES ("02") },
  { AMOUNTS "0100", 5000, ALL, "010001", "0000A00000", "", TRIES ("00") },
  { AMOUNTS "0100", 5000, ALL, "010001", "0000A00000", "l", TRIES ("03") },
  { AMOUNTS "0100", 5000, ALL, "010001", "0000880000", "b", TRIES ("03") },
  { AMOUNTS "41001E00", 5000, ALL, "1E0000", "0000080000", "b", TRIES ("03"), .signature = TRUE },
  { AMOUNTS "0100", 5000, ALL, "010001", "0000900000", "x", TRIES ("03") },
  { AMOUNTS "0100", 5000, ALL, NULL, NULL, "c", TRIES ("03"), .reason = "cancelled" },
  { AMOUNTS "0100", 5000, ALL, NULL, NULL, "g", TRIES ("03"), .reason = "card-removed" },
  { AMOUNTS "0100", 5000, ALL, NULL, NULL, "", "80CA9F1700>-", .reason = "card-removed" },
  { AMOUNTS "0100", 5000, ALL, NULL, NULL, "", "80CA9F1700>!", .reason = "reader-fault" },
  /* no pad, whoever says so */
  { AMOUNTS "41001F00", 5000, SIGNATURE | NOTHING, "1F0002", "0000100000", "" },
  { AMOUNTS "0100", 5000, ALL, "010001", "0000900000" },
  { AMOUNTS "01031F00", 5000, SIGNATURE | NOTHING, "1F0002", "0000000000", "" },
  /* with a signature: both, or it failed */
  { AMOUNTS "0300", 5000, ALL, "030000", "0000000000", "r", TRIES ("03"), .signature = TRUE },
  { AMOUNTS "0300", 5000, ALL, "030001", "0000A00000", "w", TRIES ("01") },
  { AMOUNTS "43001F00", 5000, ALL, "1F0002", "0000080000", "b", TRIES ("03") },
  { AMOUNTS "43001F00", 5000, PAD | NOTHING, "1F0002", "0000000000", "" },
};

static void
test_rules (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      g_test_message ("row %u", i);
      check_row (&rules[i], HOME);
    }
}

static void
test_pins (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (pins); i++)
    {
      g_test_message ("row %u", i);
      check_row (&pins[i], HOME);
    }
}

/* X and Y are of the application's currency; in another, or in none, no comparison holds. */
static void
test_currency (void)
{
  const Row under = { AMOUNTS "1E061F00", 5000, ALL, "1F0002", "0000000000" };
  const Row over = { AMOUNTS "1E071F00", 15000, ALL, "1F0002", "0000000000" };

  check_row (&under, "82023800"
                     "9F42020840");
  check_row (&over, "82023800"
                    "9F42020840");
  check_row (&under, "82023800");
}

static void
test_not_supported (void)
{
  const Row row = { AMOUNTS "1E00", 5000, ALL, "3F0000", "0000000000" };

  check_row (&row, "82022800");
}

/* The cardholder is told how many tries are left. */
static void
test_tries (void)
{
  Holder holder = { .pins = "wr" };

  emv_testing_init (&holder.test);
  holder.test.terminal.capabilities[1] = ALL;
  holder.test.holder = (EmvHolder){ .verify_pin = verify_pin_cb, .ctx = &holder };
  emv_testing_start (&holder.test, TRIES ("03"));
  emv_testing_put (&holder.test, HOME "8E0A" AMOUNTS "0100");
  g_assert_cmpint (emv_cvm_verify (holder.test.kernel), ==, EMV_STEP_ON);
  g_assert_cmpuint (holder.tries, ==, 2); /* what the card said with the wrong one */
  emv_testing_clear (&holder.test);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/emv/cvm/rules", test_rules);
  g_test_add_func ("/emv/cvm/pins", test_pins);
  g_test_add_func ("/emv/cvm/currency", test_currency);
  g_test_add_func ("/emv/cvm/not-supported", test_not_supported);
  g_test_add_func ("/emv/cvm/tries", test_tries);
  return g_test_run ();
}
