/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a card says is checked with its key, and answered. The numbers were worked out with Python's
 * cryptography, not with our code.
 */
#include "acquirer-proof.h"

#include "card-testing.h"
#include "emv-tlv.h"

#include <string.h>

#define NUMBER "6200000000000005"
#define OBJECTS                                                                                    \
  "9F0206000000012500 9F0306000000000000 9F1A020156 95050000000000 5F2A020156 9A03261123 9C0100"   \
  " 9F370401020304 82025C00 9F36020123 9F100807010AA000000003 9F2701A0"
#define CRYPTOGRAM " 9F26081BAD04137BB7C641"

static gboolean
read_proof (const char *number, guint8 sequence, const char *hex, AcquirerProof *out_proof)
{
  g_autoptr (GBytes) objects = base_bytes_from_hex (hex, NULL);
  g_autoptr (GError) error = NULL;
  gboolean read = acquirer_proof_read (out_proof, BASE_SPAN_STR (number), sequence,
                                       base_bytes_span (objects), &error);

  g_assert_true (read == (error == NULL));
  return read;
}

static void
test_good (void)
{
  g_auto (AcquirerProof) proof = { 0 }, other = { 0 }, later = { 0 };

  g_assert_true (read_proof (NUMBER, 1, OBJECTS CRYPTOGRAM, &proof));
  g_assert_true (proof.good);
  g_assert_cmpstr (proof.card, ==, "9B49B94B735CEBA7");
  g_assert_cmpuint (proof.counter, ==, 0x123);
  g_assert_cmpint (proof.kind, ==, ACQUIRER_PROOF_ASKS);
  g_assert_cmpint (proof.amount_minor, ==, 12500);
  g_assert_cmpuint (proof.currency, ==, 156);
  g_assert_true (read_proof (NUMBER, 2, OBJECTS CRYPTOGRAM, &other)); /* another card */
  g_assert_false (other.good);
  g_assert_cmpstr (other.card, !=, proof.card);
  g_assert_true (read_proof (NUMBER, 1, OBJECTS " 9F26080000000000000000", &later));
  g_assert_false (later.good);
  g_assert_cmpstr (later.card, ==, proof.card);
}

static const char *const wrongs[] = {
  OBJECTS, /* no cryptogram */
  OBJECTS " 9F26071BAD04137BB7C6",
  "9F2701" OBJECTS CRYPTOGRAM,                                  /* can't be read */
  "9F360200009F2701809F0206000000012500 5F2A020156" CRYPTOGRAM, /* counts from zero */
  "9F360200019F2701809F0206000000012500 5F2A020156" CRYPTOGRAM, /* not all of it */
  "9F360200019F2701809F020600000001250A 5F2A020156" CRYPTOGRAM, /* no amount */
  "9F360200019F2701809F0206000000012500" CRYPTOGRAM,            /* no currency */
  "9F360200019F0206000000012500 5F2A020156" CRYPTOGRAM,
};

static void
test_wrongs (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (wrongs); i++)
    {
      g_auto (AcquirerProof) proof = { 0 };

      g_assert_false (read_proof (NUMBER, 1, wrongs[i], &proof));
    }
}

static void
test_answer (void)
{
  static const struct
  {
    const char *code;
    const char *script;
    gboolean wrong;
    const char *hex;
  } answers[] = {
    { "00", NULL, FALSE, "910AF1CEE273619E2C013030" },
    { "05", NULL, FALSE, "910AEFD3AEF5548D7AB83035" },
    { "00", NULL, TRUE, "910AF0CEE273619E2C013030" },
    { "00", "01=71:block-card", FALSE, "910AF1CEE273619E2C013030" },
    { "00", "00=72:block-application+put/9F14/05", FALSE,
      "910AF1CEE273619E2C0130307226"
      "9F180400000001860D841E0000087CCD4F0788752AC4860E84DA9F14090580A392385AF710EB" },
  };
  g_auto (AcquirerProof) proof = { 0 };

  g_assert_true (read_proof (NUMBER, 1, OBJECTS CRYPTOGRAM, &proof));
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      AcquirerScripts scripts = { 0 };
      g_autoptr (GBytes) answer = NULL;
      g_autofree char *hex = NULL;

      g_assert_true (acquirer_script_parse (&scripts, answers[i].script, NULL));
      answer = acquirer_proof_answer (&proof, answers[i].code, &scripts, answers[i].wrong);
      hex = base_bytes_to_hex (base_bytes_span (answer));
      g_assert_cmpstr (hex, ==, answers[i].hex);
    }
}

/* Scripts that don't fit leave the issuer's proof alone. */
static void
test_too_much (void)
{
#define PUT "put/9F14/0102030405060708090A0B0C0D0E0F10"
#define FOUR PUT "+" PUT "+" PUT "+" PUT
  g_auto (AcquirerProof) proof = { 0 };
  AcquirerScripts scripts = { 0 };
  g_autoptr (GBytes) answer = NULL;

  g_assert_true (read_proof (NUMBER, 1, OBJECTS CRYPTOGRAM, &proof));
  g_assert_true (acquirer_script_parse (&scripts, "all=71:" FOUR ",all=72:" FOUR, NULL));
  g_test_expect_message (NULL, G_LOG_LEVEL_WARNING, "The scripts don't fit the answer");
  answer = acquirer_proof_answer (&proof, "00", &scripts, FALSE);
  g_test_assert_expected_messages ();
  g_assert_cmpuint (g_bytes_get_size (answer), ==, 12);
}

/* What the till would seal of the transaction, as the issuer reads it. */
static void
read_card (const CardTest *test, AcquirerProof *out_proof)
{
  const EmvData *data = emv_kernel_data (test->kernel);
  g_auto (BaseWriter) objects = { 0 };
  g_autofree char *track = card_testing_hex (test, 0x57),
                  *sequence = card_testing_hex (test, 0x5F34);
  g_autoptr (GError) error = NULL;

  base_writer_init (&objects, 4096);
  for (guint i = 0; i < emv_data_count (data); i++)
    {
      EmvObject object = emv_data_at (data, i);

      g_assert_true (emv_tlv_put (&objects, object.tag, object.value));
    }
  *strchr (track, 'D') = '\0';
  g_assert_true (
      acquirer_proof_read (out_proof, BASE_SPAN_STR (track),
                           sequence != NULL ? (guint8)g_ascii_strtoull (sequence, NULL, 10) : 0,
                           base_writer_span (&objects), &error));
  g_assert_no_error (error);
}

static const struct
{
  const char *kind, *code, *script;
  gboolean wrong; /* the issuer's proof */
  EmvSays says;
  const char *result; /* of the script; "": there was none */
} cards[] = {
  { "cda", "00", NULL, FALSE, EMV_SAYS_APPROVES, "" },
  { "dda", "00", NULL, FALSE, EMV_SAYS_APPROVES, "" },
  { "always-online", "00", "all=72:put/9F14/05", FALSE, EMV_SAYS_APPROVES, "2000000001" },
  { "always-online", "00", "all=71:put/9F14/05", FALSE, EMV_SAYS_APPROVES, "2000000001" },
  { "always-online", "00", "all=72:wrong-put/9F14/05", FALSE, EMV_SAYS_APPROVES, "1100000001" },
  { "always-online", "05", "all=72:block-application", FALSE, EMV_SAYS_REFUSES, "2000000001" },
  { "always-online", "00", NULL, TRUE, EMV_SAYS_REFUSES, "" },
};

/* The other side's whole way: a training card at the till's kernel, which this issuer believes and
 * answers. */
static void
test_cards (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cards); i++)
    {
      CardTest test = { 0 };
      g_auto (AcquirerProof) asks = { 0 }, ends = { 0 };
      AcquirerScripts scripts = { 0 };
      g_autoptr (GBytes) answer = NULL;
      g_autofree char *result = NULL;

      card_testing_init (&test, cards[i].kind, 50000);
      g_assert_cmpint (card_testing_run (&test), ==, EMV_SAYS_ASKS);
      read_card (&test, &asks);
      g_assert_true (asks.good);
      g_assert_cmpint (asks.kind, ==, ACQUIRER_PROOF_ASKS);
      g_assert_cmpint (asks.amount_minor, ==, 50000);
      g_assert_true (acquirer_script_parse (&scripts, cards[i].script, NULL));
      answer = acquirer_proof_answer (&asks, cards[i].code, &scripts, cards[i].wrong);
      g_assert_cmpint (card_testing_answer (&test, cards[i].code, base_bytes_span (answer)), ==,
                       cards[i].says);
      read_card (&test, &ends);
      /* a script that failed after it has changed the TVR that it was made over */
      g_assert_cmpint (ends.good, ==, cards[i].result[0] != '1');
      g_assert_cmpint (ends.kind, ==,
                       cards[i].says == EMV_SAYS_APPROVES ? ACQUIRER_PROOF_APPROVES
                                                          : ACQUIRER_PROOF_REFUSES);
      g_assert_cmpuint (ends.counter, ==, asks.counter);
      result = base_bytes_to_hex (emv_kernel_script_results (test.kernel));
      g_assert_cmpstr (result, ==, cards[i].result);
      card_testing_clear (&test);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/acquirer/proof/good", test_good);
  g_test_add_func ("/acquirer/proof/wrongs", test_wrongs);
  g_test_add_func ("/acquirer/proof/answer", test_answer);
  g_test_add_func ("/acquirer/proof/too-much", test_too_much);
  g_test_add_func ("/acquirer/proof/cards", test_cards);
  return g_test_run ();
}
