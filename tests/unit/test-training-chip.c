/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every kind of training card at the kernel: what comes of it, and the whole conversation byte for
 * byte as tests/vectors/emv/traces has it. TILL_WRITE_TRACES=1 writes those anew: read the
 * difference before you keep it.
 */
#include "training-chip.h"

#include "card-testing.h"
#include "emv-tlv.h"

#include <string.h>

typedef enum
{
  LINE_NONE,    /* nobody is to be asked */
  LINE_APPROVE, /* 00, with a right proof */
  LINE_DECLINE, /* 05, with a right proof */
  LINE_FORGED,  /* 00, with a wrong proof */
  LINE_BARE,    /* 00, without one */
  LINE_BEFORE,  /* 00, and a script before the second cryptogram: a new 9F14 */
  LINE_WRONG,   /* …whose code isn't the issuer's */
  LINE_AFTER,   /* 00, and a script after it: the application is blocked */
  LINE_UNABLE,
  LINE_LOST,
} Line;

typedef struct
{
  const char *name; /* of the trace */
  const char *kind;
  gint64 amount_minor;
  Line line;
  EmvSays first, last; /* last: where the line is asked */
  const char *tvr, *tsi, *cvm;
  const char *reason;
  gboolean fall_back, signature, forged; /* forged: the issuer finds a wrong cryptogram */
  const char *pin;
  int choice;
  gboolean no_line;
} Case;

#define ASKS EMV_SAYS_ASKS
#define APPROVES EMV_SAYS_APPROVES
#define REFUSES EMV_SAYS_REFUSES
#define ENDED EMV_SAYS_ENDED

/* clang-format off: one a line is what can be read */
static const Case cases[] = {
  { "cda-offline", "cda", 5000, LINE_NONE, APPROVES, ENDED, "0000000000", "E800", "1F0602" },
  { "cda-online", "cda", 12500, LINE_APPROVE, ASKS, APPROVES, "0000008000", "F800", "5E0300",
    .signature = TRUE },
  { "cda-decline", "cda", 12500, LINE_DECLINE, ASKS, REFUSES, "0000008000", "F800", "5E0300",
    .signature = TRUE },
  { "cda-forged", "cda", 12500, LINE_FORGED, ASKS, REFUSES, "0000008040", "F800", "5E0300",
    .signature = TRUE },
  { "cda-unable", "cda", 12500, LINE_UNABLE, ASKS, REFUSES, "0000008000", "E800", "5E0300",
    .signature = TRUE },
  { "cda-lost", "cda", 12500, LINE_LOST, ASKS, REFUSES, "0000008000", "E800", "5E0300",
    .signature = TRUE },
  { "cda-alone", "cda", 5000, LINE_NONE, APPROVES, ENDED, "0000000000", "E800", "1F0602",
    .no_line = TRUE },
  { "cda-alone-above", "cda", 12500, LINE_NONE, REFUSES, ENDED, "0000008000", NULL, "5E0300",
    .no_line = TRUE, .signature = TRUE },
  { "cda-pin", "cda", 12500, LINE_APPROVE, ASKS, APPROVES, "0000008000", "F800", "410302",
    .pin = "1234" },
  { "dda", "dda", 12500, LINE_APPROVE, ASKS, APPROVES, "0000008000", "F800", "5E0300",
    .signature = TRUE },
  { "dda-offline", "dda", 5000, LINE_NONE, APPROVES, ENDED, "0000000000", "E800", "1F0602" },
  { "sda", "sda", 12500, LINE_APPROVE, ASKS, APPROVES, "0200008000", "F800", "5E0300",
    .signature = TRUE },
  { "sda-offline", "sda", 5000, LINE_NONE, APPROVES, ENDED, "0200000000", "E800", "1F0602" },
  { "no-oda", "no-oda", 5000, LINE_APPROVE, ASKS, APPROVES, "8000000000", "6800", "1F0602" },
  { "no-oda-forged", "no-oda", 5000, LINE_FORGED, ASKS, REFUSES, "8000000000", "6800", "1F0602" },
  { "no-oda-unable", "no-oda", 5000, LINE_UNABLE, ASKS, REFUSES, "8000000000", "6800", "1F0602" },
  { "offline-limit", "offline-limit", 5000, LINE_NONE, APPROVES, ENDED, "0008000000", "E800",
    "1F0602" },
  { "offline-limit-online", "offline-limit", 8001, LINE_APPROVE, ASKS, APPROVES, "0008000000",
    "F800", "1F0602" },
  { "offline-limit-unable", "offline-limit", 8001, LINE_UNABLE, ASKS, APPROVES, "0008000000",
    "E800", "1F0602" },
  { "always-online", "always-online", 5000, LINE_APPROVE, ASKS, APPROVES, "0000000000", "F800",
    "1F0602" },
  { "always-online-bare", "always-online", 5000, LINE_BARE, ASKS, REFUSES, "0000000000", "E800",
    "1F0602" },
  { "always-decline", "always-decline", 5000, LINE_NONE, REFUSES, ENDED, "0000000000", NULL,
    "1F0602" },
  { "service-refused", "service-refused", 5000, LINE_NONE, REFUSES, ENDED, "0000000000", NULL,
    "1F0602", .reason = "not-accepted" },
  { "expired", "expired", 5000, LINE_DECLINE, ASKS, REFUSES, "0040000000", "F800", "1F0602" },
  { "blocked-application", "blocked-application", 5000, LINE_NONE, ENDED, ENDED, "0000000000",
    "0000", NULL, .reason = "application-blocked" },
  { "blocked-card", "blocked-card", 5000, LINE_NONE, ENDED, ENDED, "0000000000", "0000", NULL,
    .reason = "card-blocked" },
  { "applications", "applications", 5000, LINE_NONE, APPROVES, ENDED, "0000000000", "E800",
    "1F0002" },
  { "applications-second", "applications", 5000, LINE_NONE, APPROVES, ENDED, "0000000000", "E800",
    "1F0602", .choice = 1 },
  { "applications-none", "applications", 5000, LINE_NONE, ENDED, ENDED, "0000000000", "0000", NULL,
    .choice = -1, .reason = "cancelled" },
  { "signature", "signature", 5000, LINE_NONE, APPROVES, ENDED, "0000000000", "E800", "1E0000",
    .signature = TRUE },
  { "pin-pad", "pin-pad", 5000, LINE_NONE, APPROVES, ENDED, "0000000000", "E800", "010002",
    .pin = "1234" },
  { "pin-pad-wrong", "pin-pad", 5000, LINE_APPROVE, ASKS, APPROVES, "0000A00000", "F800", "010001",
    .pin = "0000" },
  { "pin-pad-bypassed", "pin-pad", 5000, LINE_APPROVE, ASKS, APPROVES, "0000880000", "F800",
    "010001", .pin = "" },
  { "pin-pad-none", "pin-pad", 5000, LINE_APPROVE, ASKS, APPROVES, "0000900000", "F800", "3F0001" },
  { "wrong-issuer", "wrong-issuer", 5000, LINE_APPROVE, ASKS, APPROVES, "0400000000", "F800",
    "1F0602" },
  { "wrong-issuer-unable", "wrong-issuer", 5000, LINE_UNABLE, ASKS, REFUSES, "0400000000", "E800",
    "1F0602" },
  { "wrong-card", "wrong-card", 5000, LINE_APPROVE, ASKS, APPROVES, "0800000000", "F800",
    "1F0602" },
  { "wrong-record", "wrong-record", 5000, LINE_APPROVE, ASKS, APPROVES, "4200000000", "F800",
    "1F0602" },
  { "wrong-ended", "wrong-ended", 5000, LINE_APPROVE, ASKS, APPROVES, "0400000000", "F800",
    "1F0602" },
  { "wrong-number", "wrong-number", 5000, LINE_APPROVE, ASKS, APPROVES, "0800000000", "F800",
    "1F0602" },
  { "wrong-dynamic", "wrong-dynamic", 5000, LINE_APPROVE, ASKS, APPROVES, "0800000000", "F800",
    "1F0602" },
  { "wrong-combined", "wrong-combined", 5000, LINE_NONE, REFUSES, ENDED, "0400000000", "E800",
    "1F0602" },
  { "wrong-combined-online", "wrong-combined", 12500, LINE_NONE, REFUSES, ENDED, "0400008000",
    "E800", "5E0300", .signature = TRUE },
  { "wrong-cryptogram", "wrong-cryptogram", 12500, LINE_DECLINE, ASKS, REFUSES, "0000008000",
    "F800", "5E0300", .signature = TRUE, .forged = TRUE },
  { "mute", "mute", 5000, LINE_NONE, ENDED, ENDED, "0000000000", "0000", NULL,
    .reason = "card-mute" },
  { "mute-later", "mute-later", 5000, LINE_NONE, ENDED, ENDED, "0000000000", "0000", NULL,
    .reason = "card-mute" },
  { "slow", "slow", 5000, LINE_NONE, APPROVES, ENDED, "0000000000", "E800", "1F0602" },
  { "torn", "torn", 5000, LINE_NONE, ENDED, ENDED, "0000000000", NULL, NULL,
    .reason = "card-removed" },
  { "fallback", "fallback", 5000, LINE_NONE, ENDED, ENDED, "0000000000", "0000", NULL,
    .reason = "no-application", .fall_back = TRUE },
  { "unionpay", "unionpay", 12500, LINE_APPROVE, ASKS, APPROVES, "0008008000", "F800", "5E0300",
    .signature = TRUE },
  { "script-before", "unionpay", 12500, LINE_BEFORE, ASKS, APPROVES, "0008008000", "FC00", "5E0300",
    .signature = TRUE },
  { "script-wrong", "unionpay", 12500, LINE_WRONG, ASKS, APPROVES, "0008008020", "FC00", "5E0300",
    .signature = TRUE },
  { "script-after", "unionpay", 12500, LINE_AFTER, ASKS, APPROVES, "0008008000", "FC00", "5E0300",
    .signature = TRUE },
};
/* clang-format on */

static void
put_script (const CardTest *test, Line line, BaseWriter *out)
{
  g_autoptr (GByteArray) command = g_byte_array_new ();
  g_auto (BaseWriter) script = { 0 };

  if (line == LINE_AFTER)
    card_testing_script (test, "841E0000", BASE_SPAN (NULL, 0), command);
  else
    card_testing_script (test, "84DA9F14", BASE_SPAN ("\x07", 1), command);
  if (line == LINE_WRONG)
    command->data[command->len - 1] ^= 0x01;
  base_writer_init (&script, 64);
  g_assert_true (emv_tlv_put (&script, 0x9F18, BASE_SPAN ("\x00\x00\x00\x01", 4)));
  g_assert_true (base_writer_put (&script, BASE_SPAN (command->data, command->len)));
  g_assert_true (emv_tlv_put (out, line == LINE_AFTER ? 0x72 : 0x71, base_writer_span (&script)));
}

static GBytes *
issuer_data (const CardTest *test, Line line)
{
  const char *code = line == LINE_DECLINE ? "05" : "00";
  g_autoptr (GBytes) proof = NULL;
  g_auto (BaseWriter) writer = { 0 };

  if (line == LINE_BARE)
    return g_bytes_new (NULL, 0);
  proof = card_testing_proof (test, code, line != LINE_FORGED);
  base_writer_init (&writer, 128);
  g_assert_true (emv_tlv_put (&writer, 0x91, base_bytes_span (proof)));
  if (line == LINE_BEFORE || line == LINE_WRONG || line == LINE_AFTER)
    put_script (test, line, &writer);
  return base_writer_steal (&writer);
}

static EmvSays
finish (CardTest *test, Line line)
{
  g_autoptr (GBytes) data = NULL;
  const EmvOnline none = { .how = line == LINE_UNABLE ? EMV_ONLINE_UNABLE : EMV_ONLINE_LOST };

  if (line == LINE_UNABLE || line == LINE_LOST)
    return emv_kernel_finish (test->kernel, &none);
  data = issuer_data (test, line);
  return card_testing_answer (test, line == LINE_DECLINE ? "05" : "00", base_bytes_span (data));
}

static void
check_trace (const CardTest *test, const char *name)
{
  g_autofree char *file = g_strconcat (name, ".txt", NULL);
  g_autofree char *path
      = g_test_build_filename (G_TEST_DIST, "vectors", "emv", "traces", file, NULL);
  g_autofree char *wanted = NULL;
  g_autofree char *text
      = emv_trace_to_text (emv_kernel_trace (test->kernel), emv_kernel_data (test->kernel));

  if (g_getenv ("TILL_WRITE_TRACES") != NULL)
    g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_true (g_file_get_contents (path, &wanted, NULL, NULL));
  g_assert_cmpstr (text, ==, wanted);
}

static void
check_object (const CardTest *test, guint32 tag, const char *wanted)
{
  g_autofree char *hex = card_testing_hex (test, tag);

  if (wanted != NULL)
    g_assert_cmpstr (hex, ==, wanted);
}

static void
test_case (gconstpointer data)
{
  const Case *wanted = data;
  CardTest test;

  card_testing_init (&test, wanted->kind, wanted->amount_minor);
  test.pin = wanted->pin;
  test.choice = wanted->choice;
  test.sale.online = !wanted->no_line;
  g_assert_cmpint (card_testing_run (&test), ==, wanted->first);
  if (wanted->first != ENDED && wanted->first != REFUSES)
    g_assert_cmpint (card_testing_is_genuine (&test), ==, !wanted->forged);
  if (wanted->line != LINE_NONE)
    g_assert_cmpint (finish (&test, wanted->line), ==, wanted->last);
  check_object (&test, 0x95, wanted->tvr);
  check_object (&test, 0x9B, wanted->tsi);
  check_object (&test, 0x9F34, wanted->cvm);
  g_assert_cmpstr (emv_kernel_reason (test.kernel), ==, wanted->reason);
  g_assert_cmpint (emv_kernel_may_fall_back (test.kernel), ==, wanted->fall_back);
  g_assert_cmpint (emv_kernel_wants_signature (test.kernel), ==, wanted->signature);
  if (wanted->line != LINE_NONE && wanted->last != ENDED)
    g_assert_cmpint (card_testing_is_genuine (&test), ==, !wanted->forged);
  check_trace (&test, wanted->name);
  card_testing_clear (&test);
}

/* ---- Torn out ---- */

static guint
count_commands (const Case *wanted)
{
  CardTest test;
  guint commands;

  card_testing_init (&test, wanted->kind, wanted->amount_minor);
  if (card_testing_run (&test) == ASKS)
    (void)finish (&test, LINE_APPROVE);
  commands = training_chip_commands (test.chip);
  card_testing_clear (&test);
  return commands;
}

/* Says what it must, and is as good as new when it is put in again. */
static void
tear (const Case *wanted, guint command, gboolean after)
{
  CardTest test;
  EmvSays says;

  card_testing_init (&test, wanted->kind, wanted->amount_minor);
  training_chip_tear_at (test.chip, command, after);
  says = card_testing_run (&test);
  if (says == ASKS)
    says = finish (&test, LINE_APPROVE);
  g_assert_true (training_chip_is_torn (test.chip));
  g_assert_cmpint (says, ==, ENDED);
  g_assert_cmpstr (emv_kernel_reason (test.kernel), ==, "card-removed");
  g_assert_false (emv_kernel_may_fall_back (test.kernel));
  g_assert_null (training_chip_reset (test.chip, TRUE));
  training_chip_tear_at (test.chip, TRAINING_CHIP_NEVER, FALSE);
  says = card_testing_run (&test);
  g_assert_cmpint (says, ==, wanted->first);
  g_assert_true (card_testing_is_genuine (&test));
  if (says == ASKS)
    g_assert_cmpint (finish (&test, LINE_APPROVE), ==, APPROVES);
  card_testing_clear (&test);
}

static void
test_torn_everywhere (void)
{
  static const Case torn[] = {
    { .kind = "cda", .amount_minor = 5000, .first = APPROVES },
    { .kind = "cda", .amount_minor = 12500, .first = ASKS },
    { .kind = "dda", .amount_minor = 12500, .first = ASKS },
    { .kind = "sda", .amount_minor = 12500, .first = ASKS },
    { .kind = "unionpay", .amount_minor = 12500, .first = ASKS },
  };

  for (guint i = 0; i < G_N_ELEMENTS (torn); i++)
    {
      guint commands = count_commands (&torn[i]);

      g_assert_cmpuint (commands, >, 10);
      for (guint command = 1; command <= commands; command++)
        {
          tear (&torn[i], command, FALSE);
          tear (&torn[i], command, TRUE);
        }
    }
}

/* ---- A card, or somebody between, that says something else ---- */

typedef struct
{
  guint command, byte; /* of its answer, the status among them */
  guint8 bits;         /* 0: the answer ends before that byte */
  gboolean done;       /* there was such a byte */
} Bend;

static void
bend_cb (gpointer ctx, guint command, GByteArray *answer)
{
  Bend *self = ctx;

  if (command != self->command || self->byte >= answer->len)
    return;
  self->done = self->bits != 0 || self->byte + 2 < answer->len;
  if (self->bits != 0)
    answer->data[self->byte] ^= self->bits;
  else if (self->done)
    g_byte_array_remove_range (answer, self->byte, answer->len - 2 - self->byte);
}

/* FALSE: no such byte. `last`: of the cryptogram's own answer; what was signed can't be changed. */
static gboolean
run_bent (CardTest *test, Bend bend, gboolean last)
{
  EmvSays says;

  test->bend = bend_cb;
  test->bend_ctx = &bend;
  says = card_testing_run (test);
  if (says == ASKS)
    says = finish (test, LINE_LOST);
  if (says == ENDED)
    g_assert_nonnull (emv_kernel_reason (test->kernel));
  if (bend.done && last)
    g_assert_cmpint (says, !=, APPROVES);
  return bend.done;
}

/* Every byte of the answers that a CDA card gives to a sale that it would approve by itself, and
 * each seventh of the certificates. */
static void
test_bent (void)
{
  const Case plain = { .kind = "cda", .amount_minor = 5000 };
  guint commands = count_commands (&plain);
  CardTest test;

  card_testing_init (&test, plain.kind, plain.amount_minor);
  for (guint command = 1; command <= commands; command++)
    {
      gboolean last = command == commands;

      for (guint byte = 0; byte < TRAINING_CHIP_ANSWER_MAX; byte += byte < 48 || last ? 1 : 7)
        {
          if (!run_bent (&test, (Bend){ command, byte, 0x01, FALSE }, last))
            break;
          (void)run_bent (&test, (Bend){ command, byte, 0x80, FALSE }, last);
          (void)run_bent (&test, (Bend){ command, byte, 0x00, FALSE }, last);
        }
    }
  test.bend = NULL;
  g_assert_cmpint (card_testing_run (&test), ==, APPROVES);
  card_testing_clear (&test);
}

/* ---- As a reader sees it ---- */

static void
test_end (void)
{
  CardTest test;
  g_autoptr (GBytes) select = base_bytes_from_hex ("00A404000E315041592E5359532E4444463031", NULL);
  g_autoptr (GByteArray) answer = g_byte_array_new ();
  g_autoptr (GBytes) atr = NULL;
  TrainingChipEnd end;

  card_testing_init (&test, "slow", 5000);
  end = training_chip_end (test.chip);
  end.inserted (end.ctx);
  g_assert_false (end.transmit (end.ctx, base_bytes_span (select), answer));
  atr = end.reset (end.ctx, FALSE);
  g_assert_cmpuint (g_bytes_get_size (atr), ==, 13);
  g_assert_true (end.transmit (end.ctx, base_bytes_span (select), answer));
  g_assert_cmphex (answer->data[0], ==, 0x6F);
  g_assert_cmpuint (end.extensions (end.ctx), ==, 3);
  g_assert_false (end.is_torn (end.ctx));
  card_testing_clear (&test);
}

/* A PIN that was wrong too often stays so, power or not; the holder isn't asked any more. */
static void
test_tries (void)
{
  CardTest test;
  g_autofree char *before = NULL;
  g_autofree char *results = NULL;

  card_testing_init (&test, "pin-pad", 5000);
  test.pin = "4321";
  g_assert_cmpint (card_testing_run (&test), ==, ASKS);
  before = card_testing_hex (&test, 0x9F10);
  g_assert_cmpstr (before, ==, "07010AA004000800");
  test.pin = "1234";
  g_assert_cmpint (card_testing_run (&test), ==, ASKS);
  results = card_testing_hex (&test, 0x95);
  g_assert_cmpstr (results, ==, "0000A00000");
  card_testing_clear (&test);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/training/chip/%s", cases[i].name);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/training/chip/torn-everywhere", test_torn_everywhere);
  g_test_add_func ("/training/chip/bent", test_bent);
  g_test_add_func ("/training/chip/end", test_end);
  g_test_add_func ("/training/chip/tries", test_tries);
  return g_test_run ();
}
