/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The issuer's commands: with its code they do what they say, and it stays; without it, nothing.
 */
#include "card-testing.h"

#include "crypto-des.h"
#include "emv-tlv.h"

#include <glib/gstdio.h>
#include <string.h>

/* Answers 00 with a proof and one script of that command; gives the five bytes of its result. */
static char *
answer_with (CardTest *test, guint32 template, const GByteArray *command)
{
  g_autoptr (GBytes) proof = card_testing_proof (test, "00", TRUE);
  g_auto (BaseWriter) script = { 0 };
  g_auto (BaseWriter) data = { 0 };

  base_writer_init (&script, 300);
  g_assert_true (emv_tlv_put (&script, 0x9F18, BASE_SPAN ("\x01\x02\x03\x04", 4)));
  g_assert_true (base_writer_put (&script, BASE_SPAN (command->data, command->len)));
  base_writer_init (&data, 400);
  g_assert_true (emv_tlv_put (&data, 0x91, base_bytes_span (proof)));
  g_assert_true (emv_tlv_put (&data, template, base_writer_span (&script)));
  (void)card_testing_answer (test, "00", base_writer_span (&data));
  return base_bytes_to_hex (emv_kernel_script_results (test->kernel));
}

static char *
run (CardTest *test, guint32 template, const char *head, BaseSpan plain, gboolean spoilt)
{
  g_autoptr (GByteArray) command = g_byte_array_new ();

  g_assert_cmpint (card_testing_run (test), ==, EMV_SAYS_ASKS);
  card_testing_script (test, head, plain, command);
  command->data[command->len - 1] ^= spoilt ? 1 : 0;
  return answer_with (test, template, command);
}

/* Done after the second cryptogram, it keeps the next payment from beginning. */
static void
check_block (const char *head, const char *reason)
{
  CardTest test;
  g_autofree char *result = NULL;

  card_testing_init (&test, "always-online", 5000);
  result = run (&test, 0x72, head, BASE_SPAN (NULL, 0), FALSE);
  g_assert_cmpstr (result, ==, "2001020304");
  g_assert_cmpint (card_testing_run (&test), ==, EMV_SAYS_ENDED);
  g_assert_cmpstr (emv_kernel_reason (test.kernel), ==, reason);
  g_assert_false (emv_kernel_may_fall_back (test.kernel));
  card_testing_clear (&test);
}

static void
test_application (void)
{
  check_block ("841E0000", "application-blocked");
}

static void
test_card (void)
{
  check_block ("84160000", "card-blocked");
}

/* Before the second cryptogram: the card refuses already. */
static void
test_application_first (void)
{
  CardTest test;
  g_autofree char *result = NULL;
  g_autofree char *issuer = NULL;

  card_testing_init (&test, "always-online", 5000);
  result = run (&test, 0x71, "841E0000", BASE_SPAN (NULL, 0), FALSE);
  g_assert_cmpstr (result, ==, "2001020304");
  issuer = card_testing_hex (&test, 0x9F10);
  g_assert_cmpstr (issuer, ==, "07010A2080010803");
  card_testing_clear (&test);
}

static void
test_wrong_code (void)
{
  CardTest test;
  g_autofree char *result = NULL;
  g_autofree char *tvr = NULL;

  card_testing_init (&test, "always-online", 5000);
  result = run (&test, 0x71, "84160000", BASE_SPAN (NULL, 0), TRUE);
  g_assert_cmpstr (result, ==, "1101020304");
  tvr = card_testing_hex (&test, 0x95);
  g_assert_cmpstr (tvr + 8, ==, "20");
  g_assert_cmpint (card_testing_run (&test), ==, EMV_SAYS_ASKS);
  card_testing_clear (&test);
}

static void
test_put (void)
{
  CardTest test;
  g_autofree char *result = NULL;
  g_autofree char *lower = NULL;

  card_testing_init (&test, "offline-limit", 20000);
  result = run (&test, 0x72, "84DA9F14", BASE_SPAN ("\x09", 1), FALSE);
  g_assert_cmpstr (result, ==, "2001020304");
  g_assert_cmpint (card_testing_run (&test), !=, EMV_SAYS_ENDED);
  lower = card_testing_hex (&test, 0x9F14);
  g_assert_cmpstr (lower, ==, "09");
  card_testing_clear (&test);
}

/* A new PIN, in another process: only the file goes on. */
static void
test_pin (void)
{
  g_autofree char *path
      = g_strdup_printf ("%s/till-card-%u.ini", g_get_tmp_dir (), g_random_int ());
  g_autoptr (BaseSecret) session = NULL;
  g_autoptr (GByteArray) command = g_byte_array_new ();
  g_autofree char *result = NULL;
  g_autofree char *cvm = NULL;
  guint8 block[8], enciphered[8];
  CardTest test;

  card_testing_init (&test, "pin-pad", 20000);
  g_assert_true (training_chip_keep (test.chip, path, NULL));
  test.pin = "0000"; /* until no try is left */
  g_assert_cmpint (card_testing_run (&test), ==, EMV_SAYS_ASKS);
  cvm = card_testing_hex (&test, 0x95);
  g_assert_cmpstr (cvm, ==, "0000A08000");
  session = card_testing_script_key (&test);
  g_assert_true (training_chip_pin_block ("987654", block));
  crypto_des_encrypt (base_secret_span (session), BASE_SPAN (block, 8), enciphered);
  card_testing_script (&test, "84240002", BASE_SPAN (enciphered, 8), command);
  result = answer_with (&test, 0x72, command);
  g_assert_cmpstr (result, ==, "2001020304");
  card_testing_clear (&test);

  card_testing_init (&test, "pin-pad", 20000);
  g_assert_true (training_chip_keep (test.chip, path, NULL));
  test.pin = "987654";
  g_assert_cmpint (card_testing_run (&test), ==, EMV_SAYS_ASKS);
  g_assert_cmphex (emv_data_get (emv_kernel_data (test.kernel), 0x9F36).data[1], ==, 2);
  g_free (cvm);
  cvm = card_testing_hex (&test, 0x9F34);
  g_assert_cmpstr (cvm, ==, "010002");
  card_testing_clear (&test);
  g_unlink (path);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/training/chip-script/application", test_application);
  g_test_add_func ("/training/chip-script/application-first", test_application_first);
  g_test_add_func ("/training/chip-script/card", test_card);
  g_test_add_func ("/training/chip-script/wrong-code", test_wrong_code);
  g_test_add_func ("/training/chip-script/put", test_put);
  g_test_add_func ("/training/chip-script/pin", test_pin);
  return g_test_run ();
}
