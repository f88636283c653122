/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypto-digest.h"
#include "emv-signing.h"
#include "emv-testing.h"

#include <string.h>

#define RECORD "5A0862000000000000055F2403351231"
#define PROFILE_TAGS "9F4A0182"
#define AUTHORITY_INDEX 0x07
#define SDA "4000"
#define DDA "2000"
#define CDA "0100"

/* ---- A card's certificates among the kernel's objects ---- */

static void
put (EmvTest *test, guint32 tag, BaseSpan value)
{
  g_assert_true (emv_data_set (test->kernel->data, tag, value, EMV_ORIGIN_CARD));
}

static void
put_signed (EmvTest *test, const guint32 tags[3], const EmvSigned *parts)
{
  put (test, tags[0], base_bytes_span (parts->block));
  if (g_bytes_get_size (parts->remainder) > 0)
    put (test, tags[1], base_bytes_span (parts->remainder));
  put (test, tags[2], base_bytes_span (parts->exponent));
}

static void
add_authority (EmvTest *test)
{
  EmvPublicKey public = { 0 };
  EmvKey key = { .index = AUTHORITY_INDEX, .expiry = 20261123 };

  emv_signing_key (EMV_SIGNING_AUTHORITY, &public);
  memcpy (key.rid, "\xF0TILL", EMV_RID_SIZE);
  key.modulus_size = public.modulus_size;
  memcpy (key.modulus, public.modulus, public.modulus_size);
  key.exponent_size = public.exponent_size;
  memcpy (key.exponent, public.exponent, public.exponent_size);
  g_array_append_val (test->terminal.keys, key);
}

/* The records that were read, and the profile behind them: what the signatures are over. */
static void
put_card (EmvTest *test, const char *profile)
{
  static const guint32 issuer_tags[] = { 0x90, 0x92, 0x9F32 };
  static const guint32 card_tags[] = { 0x9F46, 0x9F48, 0x9F47 };
  g_autofree char *options = g_strdup_printf ("8202%s" RECORD PROFILE_TAGS "8F0107", profile);
  g_autofree char *joined = g_strconcat (RECORD, profile, NULL);
  g_autoptr (GBytes) record = base_bytes_from_hex (RECORD, NULL);
  g_autoptr (GBytes) fixed = base_bytes_from_hex (joined, NULL);
  g_autoptr (GBytes) text = base_bytes_from_hex ("0301DAC0", NULL);
  g_autoptr (GBytes) signature = NULL;
  g_auto (EmvSigned) issuer = { 0 }, card = { 0 };
  gsize size = g_bytes_get_size (record);

  emv_testing_put (test, options);
  test->kernel->authenticated = base_secret_new (256);
  memcpy (base_secret_bytes (test->kernel->authenticated), g_bytes_get_data (record, NULL), size);
  test->kernel->authenticated_size = size;
  emv_signing_certificate (EMV_SIGNING_AUTHORITY, EMV_SIGNING_ISSUER_HEAD, EMV_SIGNING_ISSUER,
                           BASE_SPAN (NULL, 0), &issuer);
  emv_signing_certificate (EMV_SIGNING_ISSUER, EMV_SIGNING_CARD_HEAD, EMV_SIGNING_CARD,
                           base_bytes_span (fixed), &card);
  put_signed (test, issuer_tags, &issuer);
  put_signed (test, card_tags, &card);
  signature
      = emv_signing_block (EMV_SIGNING_ISSUER, base_bytes_span (text), base_bytes_span (fixed));
  put (test, 0x93, base_bytes_span (signature));
}

/* ---- SDA, DDA, and CDA but for its signature ---- */

typedef struct
{
  const char *profile;
  guint8 can; /* 9F33 byte 3 */
  guint32 dropped;
  const char *put;
  const char *tvr, *tsi;
} Row;

static const Row rows[] = {
  { SDA, 0xC8, 0, "", "0200000000", "8000" },
  { CDA, 0xC8, 0, "", "0000000000", "0000" }, /* not done before its signature */
  { "6100", 0xC8, 0, "", "0000000000", "0000" },
  { "6100", 0x88, 0, "", "0000000000", "0000" },
  { "6100", 0x80, 0, "", "0200000000", "8000" },
  { "0000", 0xC8, 0, "", "8000000000", "0000" },
  { "6100", 0x00, 0, "", "8000000000", "0000" },
  /* what is missing */
  { SDA, 0xC8, 0x8F, "", "6200000000", "8000" },
  { SDA, 0xC8, 0x90, "", "6200000000", "8000" },
  { SDA, 0xC8, 0x93, "", "6200000000", "8000" },
  { SDA, 0xC8, 0x9F32, "", "6200000000", "8000" },
  { DDA, 0xC8, 0x9F46, "", "2800000000", "8000" },
  { DDA, 0xC8, 0x9F47, "", "2800000000", "8000" },
  { CDA, 0xC8, 0x9F46, "", "2400000000", "8000" },
  { SDA, 0xC8, 0x9F46, "", "0200000000", "8000" }, /* which SDA doesn't need */
  { CDA, 0xC8, 0x93, "", "0000000000", "0000" },
  { SDA, 0xC8, 0x92, "", "4200000000", "8000" }, /* here it belongs to the key */
  { CDA, 0xC8, 0x9F48, "", "0400000000", "8000" },
  /* what is wrong */
  { SDA, 0xC8, 0, "8F0108", "4200000000", "8000" }, /* no such key */
  { SDA, 0xC8, 0x9F4A, "", "4200000000", "8000" },  /* the profile was signed, too */
  { SDA, 0xC8, 0, "9F4A028294", "4200000000", "8000" },
  { SDA, 0xC8, 0, "9F4A0194", "4200000000", "8000" },
  { CDA, 0xC8, 0, "5A086200000000000013", "0400000000", "8000" },
  { DDA, 0xC8, 0, "9F49039F0206", "0800000000", "8000" }, /* doesn't ask for our number */
};

static void
test_authenticate (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      EmvTest test;

      emv_testing_init (&test);
      add_authority (&test);
      test.terminal.capabilities[2] = rows[i].can;
      emv_testing_start (&test, "");
      put_card (&test, rows[i].profile);
      emv_testing_put (&test, rows[i].put);
      emv_data_drop (test.kernel->data, rows[i].dropped);
      g_test_message ("row %u", i);
      g_assert_cmpint (emv_oda_authenticate (test.kernel), ==, EMV_STEP_ON);
      emv_testing_check_results (&test, rows[i].tvr, rows[i].tsi);
      if (g_strcmp0 (rows[i].tvr, "0200000000") == 0)
        emv_testing_check (&test, 0x9F45, "DAC0");
      emv_testing_clear (&test);
    }
}

/* The authority's key is good to its last day; a record in a form that can't be signed. */
static void
test_not_good (void)
{
  for (guint i = 0; i < 2; i++)
    {
      EmvTest test;

      emv_testing_init (&test);
      add_authority (&test);
      test.sale.date += i == 0 ? 1 : 0;
      emv_testing_start (&test, "");
      put_card (&test, SDA);
      test.kernel->unauthentic = i == 1;
      g_assert_cmpint (emv_oda_authenticate (test.kernel), ==, EMV_STEP_ON);
      emv_testing_check_results (&test, "4200000000", "8000");
      emv_testing_clear (&test);
    }
}

/* ---- INTERNAL AUTHENTICATE ---- */

static const struct
{
  const char *text, *over; /* what the card signs, and over which number */
  gboolean objects;        /* 77 instead of 80 */
  const char *tvr, *number;
} dynamics[] = {
  { "050103020A0B", "1A2B3C4D", FALSE, "0000000000", "0A0B" },
  { "050103020A0B", "1A2B3C4D", TRUE, "0000000000", "0A0B" },
  { "050109080102030405060708", "1A2B3C4D", FALSE, "0000000000", "0102030405060708" },
  { "050103020A0B", "1A2B3C4E", FALSE, "0800000000", NULL }, /* an old one, said again */
  { "050102010A", "1A2B3C4D", FALSE, "0800000000", NULL },
  { "05010A09010203040506070809", "1A2B3C4D", FALSE, "0800000000", NULL },
  { "050103030A0B", "1A2B3C4D", FALSE, "0800000000", NULL },
  { "050100", "1A2B3C4D", FALSE, "0800000000", NULL },
};

static char *
make_dynamic (guint row)
{
  g_autoptr (GBytes) text = base_bytes_from_hex (dynamics[row].text, NULL);
  g_autoptr (GBytes) over = base_bytes_from_hex (dynamics[row].over, NULL);
  g_autoptr (GBytes) block
      = emv_signing_block (EMV_SIGNING_CARD, base_bytes_span (text), base_bytes_span (over));
  g_autofree char *hex = base_bytes_to_hex (base_bytes_span (block));

  return g_strdup_printf ("00880000041A2B3C4D00>%s%s9000",
                          dynamics[row].objects ? "7781849F4B8180" : "808180", hex);
}

static void
test_dynamic (void)
{
  for (guint i = 0; i < 2 * G_N_ELEMENTS (dynamics); i++)
    {
      g_autofree char *talk = make_dynamic (i / 2);
      EmvTest test;

      emv_testing_init (&test);
      add_authority (&test);
      emv_testing_start (&test, talk);
      put_card (&test, DDA);
      emv_testing_put (&test, i % 2 == 0 ? "" : "9F49039F3704"); /* the shop's list, or its own */
      g_test_message ("row %u", i / 2);
      g_assert_cmpint (emv_oda_authenticate (test.kernel), ==, EMV_STEP_ON);
      emv_testing_check_results (&test, dynamics[i / 2].tvr, "8000");
      emv_testing_check (&test, 0x9F4C, dynamics[i / 2].number);
      emv_testing_clear (&test);
    }
}

static void
test_refused (void)
{
  static const struct
  {
    const char *answer, *reason;
  } answers[] = { { "6985", "card-error" }, { "-", "card-removed" }, { "!", "reader-fault" } };

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autofree char *talk = g_strconcat ("00880000041A2B3C4D00>", answers[i].answer, NULL);
      EmvTest test;

      emv_testing_init (&test);
      add_authority (&test);
      emv_testing_start (&test, talk);
      put_card (&test, DDA);
      g_assert_cmpint (emv_oda_authenticate (test.kernel), ==, EMV_STEP_END);
      g_assert_cmpstr (test.kernel->reason, ==, answers[i].reason);
      emv_testing_clear (&test);
    }
}

/* ---- The combined signature ---- */

#define CODE "A1A2A3A4A5A6A7A8"

static const struct
{
  const char *cid, *plain_cid, *over; /* over: the number */
  const char *answered;               /* what the hash is over, of the answer */
  gboolean second, good;
} combined[] = {
  { "80", "80", "1A2B3C4D", "9F2701809F36020001", FALSE, TRUE },
  { "40", "40", "1A2B3C4D", "9F2701409F36020001", FALSE, TRUE },
  { "40", "40", "1A2B3C4D", "9F2701409F36020001", TRUE, TRUE },
  { "80", "80", "1A2B3C4E", "9F2701809F36020001", FALSE, FALSE },
  { "80", "40", "1A2B3C4D", "9F2701409F36020001", FALSE, FALSE }, /* signed an ARQC, says TC */
  { "80", "80", "1A2B3C4D", "9F2701809F36020002", FALSE, FALSE },
};

static GBytes *
sign_combined (const EmvKernel *kernel, guint row)
{
  g_autoptr (GByteArray) told = g_byte_array_new ();
  g_autoptr (GBytes) answered = base_bytes_from_hex (combined[row].answered, NULL);
  g_autoptr (GBytes) over = base_bytes_from_hex (combined[row].over, NULL);
  g_autofree char *hex = NULL, *whole = NULL;
  g_autoptr (GBytes) text = NULL;
  guint8 hash[CRYPTO_SHA1_SIZE];

  g_byte_array_append (told, kernel->pdol.bytes, (guint)kernel->pdol.size);
  g_byte_array_append (told, kernel->cdol1.bytes, (guint)kernel->cdol1.size);
  if (combined[row].second)
    g_byte_array_append (told, kernel->cdol2.bytes, (guint)kernel->cdol2.size);
  g_byte_array_append (told, g_bytes_get_data (answered, NULL), (guint)g_bytes_get_size (answered));
  crypto_sha1 (BASE_SPAN (told->data, told->len), hash);
  hex = base_bytes_to_hex (BASE_SPAN (hash, sizeof hash));
  whole = g_strdup_printf ("050120"
                           "020A0B"
                           "%s" CODE "%s",
                           combined[row].cid, hex);
  text = base_bytes_from_hex (whole, NULL);
  return emv_signing_block (EMV_SIGNING_CARD, base_bytes_span (text), base_bytes_span (over));
}

static void
check_combined (guint row)
{
  g_autoptr (GBytes) block = NULL;
  g_autofree char *hex = NULL, *answer = NULL;
  g_autoptr (GBytes) bytes = NULL;
  EmvTest test;

  emv_testing_init (&test);
  emv_testing_start (&test, "");
  emv_signing_key (EMV_SIGNING_CARD, &test.kernel->card_key);
  test.kernel->pdol = (EmvList){ { 0x01, 0x56 }, 2 };
  test.kernel->cdol1 = (EmvList){ { 0x11, 0x12, 0x13 }, 3 };
  test.kernel->cdol2 = (EmvList){ { 0x30, 0x30 }, 2 };
  block = sign_combined (test.kernel, row);
  hex = base_bytes_to_hex (base_bytes_span (block));
  answer = g_strdup_printf ("9F2701%s9F360200019F4B8180%s", combined[row].plain_cid, hex);
  bytes = base_bytes_from_hex (answer, NULL);
  g_assert_cmpint (
      emv_oda_check_combined (test.kernel, base_bytes_span (bytes), combined[row].second), ==,
      combined[row].good);
  emv_testing_check_results (&test, combined[row].good ? "0000000000" : "0400000000", "8000");
  emv_testing_check (&test, 0x9F26, combined[row].good ? CODE : NULL);
  emv_testing_check (&test, 0x9F4C, combined[row].good ? "0A0B" : NULL);
  /* the same of the other GENERATE AC */
  g_assert_false (
      emv_oda_check_combined (test.kernel, base_bytes_span (bytes), !combined[row].second));
  emv_testing_clear (&test);
}

static void
test_combined (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (combined); i++)
    {
      g_test_message ("row %u", i);
      check_combined (i);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/emv/oda/authenticate", test_authenticate);
  g_test_add_func ("/emv/oda/not-good", test_not_good);
  g_test_add_func ("/emv/oda/dynamic", test_dynamic);
  g_test_add_func ("/emv/oda/refused", test_refused);
  g_test_add_func ("/emv/oda/combined", test_combined);
  return g_test_run ();
}
