/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emv-certificate.h"
#include "emv-signing.h"

#include <string.h>

#define NUMBER "6200000000000005FFFF"

typedef struct
{
  const char *head;
  const char *number;
  guint32 today;
  gboolean good;
} Row;

static const Row issuers[] = {
  { EMV_SIGNING_ISSUER_HEAD, NUMBER, 20261123, TRUE },
  { EMV_SIGNING_ISSUER_HEAD, "6200000000000005", 20261123, TRUE },
  { "02620FFFFF"
    "1235"
    "000001"
    "0101",
    NUMBER, 20261123, TRUE }, /* three digits are enough */
  { "02621FFFFF"
    "1235"
    "000001"
    "0101",
    NUMBER, 20261123, FALSE },
  { "0262000000"
    "1235"
    "000001"
    "0101",
    "620000", 20261123, FALSE },
  { "0262FFFFFF"
    "1235"
    "000001"
    "0101",
    NUMBER, 20261123, FALSE }, /* two digits name nobody */
  { "0262F00000"
    "1235"
    "000001"
    "0101",
    NUMBER, 20261123, FALSE }, /* digits behind the filling */
  { "0262000001"
    "1235"
    "000001"
    "0101",
    NUMBER, 20261123, FALSE },
  /* good to the end of its month */
  { "0262000000"
    "1126"
    "000001"
    "0101",
    NUMBER, 20261130, TRUE },
  { "0262000000"
    "1126"
    "000001"
    "0101",
    NUMBER, 20261201, FALSE },
  { "0262000000"
    "0026"
    "000001"
    "0101",
    NUMBER, 20251101, FALSE },
  { "0262000000"
    "1335"
    "000001"
    "0101",
    NUMBER, 20251101, FALSE },
  { "0262000000"
    "1299"
    "000001"
    "0101",
    NUMBER, 20261123, FALSE }, /* of the last century */
  /* of another kind, with another hash, for another kind of key */
  { "0462000000"
    "1235"
    "000001"
    "0101",
    NUMBER, 20261123, FALSE },
  { "0262000000"
    "1235"
    "000001"
    "0201",
    NUMBER, 20261123, FALSE },
  { "0262000000"
    "1235"
    "000001"
    "0102",
    NUMBER, 20261123, FALSE },
};

static const Row cards[] = {
  { EMV_SIGNING_CARD_HEAD, NUMBER, 20261123, TRUE },
  { EMV_SIGNING_CARD_HEAD, "6200000000000005", 20261123, TRUE },
  { EMV_SIGNING_CARD_HEAD, "6200000000000013", 20261123, FALSE }, /* of another card */
  { EMV_SIGNING_CARD_HEAD, "62000000000000055F", 20261123, FALSE },
  { "046200000000000005FFFF"
    "1126"
    "000002"
    "0101",
    NUMBER, 20261201, FALSE },
  { "026200000000000005FFFF"
    "1235"
    "000002"
    "0101",
    NUMBER, 20261123, FALSE },
  { "046200000000000005FFFF"
    "1235"
    "000002"
    "0201",
    NUMBER, 20261123, FALSE },
  { "046200000000000005FFFF"
    "1235"
    "000002"
    "0102",
    NUMBER, 20261123, FALSE },
};

static EmvCertificate
certificate_of (const EmvSigned *parts, GBytes *number, guint32 today)
{
  return (EmvCertificate){ .block = base_bytes_span (parts->block),
                           .remainder = base_bytes_span (parts->remainder),
                           .exponent = base_bytes_span (parts->exponent),
                           .number = base_bytes_span (number),
                           .today = today };
}

static void
check_key (const EmvPublicKey *found, const char *name)
{
  EmvPublicKey wanted = { 0 };

  emv_signing_key (name, &wanted);
  g_assert_cmpmem (found->modulus, found->modulus_size, wanted.modulus, wanted.modulus_size);
  g_assert_cmpmem (found->exponent, found->exponent_size, wanted.exponent, wanted.exponent_size);
}

static void
test_issuer (void)
{
  EmvPublicKey authority = { 0 };

  emv_signing_key (EMV_SIGNING_AUTHORITY, &authority);
  for (guint i = 0; i < G_N_ELEMENTS (issuers); i++)
    {
      g_autoptr (GBytes) number = base_bytes_from_hex (issuers[i].number, NULL);
      g_auto (EmvSigned) parts = { 0 };
      EmvCertificate given;
      EmvPublicKey found = { 0 };

      emv_signing_certificate (EMV_SIGNING_AUTHORITY, issuers[i].head, EMV_SIGNING_ISSUER,
                               BASE_SPAN (NULL, 0), &parts);
      given = certificate_of (&parts, number, issuers[i].today);
      g_test_message ("row %u", i);
      g_assert_cmpint (emv_certificate_issuer (&authority, &given, &found), ==, issuers[i].good);
      if (issuers[i].good)
        check_key (&found, EMV_SIGNING_ISSUER);
    }
}

static void
test_card (void)
{
  static const char *const keys[] = { EMV_SIGNING_CARD, EMV_SIGNING_CARD_SMALL };
  const BaseSpan fixed = BASE_SPAN_STR ("what the records say");
  EmvPublicKey issuer = { 0 };

  emv_signing_key (EMV_SIGNING_ISSUER, &issuer);
  for (guint i = 0; i < 2 * G_N_ELEMENTS (cards); i++)
    {
      const Row *row = &cards[i / 2];
      g_autoptr (GBytes) number = base_bytes_from_hex (row->number, NULL);
      g_auto (EmvSigned) parts = { 0 };
      EmvCertificate given;
      EmvPublicKey found = { 0 };

      emv_signing_certificate (EMV_SIGNING_ISSUER, row->head, keys[i % 2], fixed, &parts);
      given = certificate_of (&parts, number, row->today);
      g_test_message ("row %u, key %u", i / 2, i % 2);
      g_assert_cmpint (emv_certificate_card (&issuer, &given, fixed, &found), ==, row->good);
      if (row->good)
        check_key (&found, keys[i % 2]);
      g_assert_false (
          emv_certificate_card (&issuer, &given, BASE_SPAN_STR ("what they don't"), &found));
    }
}

/* Each part of a good one, changed or missing. */
static void
test_changed (void)
{
  g_autoptr (GBytes) number = base_bytes_from_hex (NUMBER, NULL);
  g_auto (EmvSigned) parts = { 0 };
  EmvPublicKey authority = { 0 }, found = { 0 };
  EmvCertificate given, good;
  guint8 block[EMV_MODULUS_MAX], other[] = { 0x05 };

  emv_signing_key (EMV_SIGNING_AUTHORITY, &authority);
  emv_signing_certificate (EMV_SIGNING_AUTHORITY, EMV_SIGNING_ISSUER_HEAD, EMV_SIGNING_ISSUER,
                           BASE_SPAN (NULL, 0), &parts);
  good = certificate_of (&parts, number, 20261123);
  g_assert_true (emv_certificate_issuer (&authority, &good, &found));
  memcpy (block, good.block.data, good.block.size);
  block[good.block.size / 2] ^= 0x01;
  given = good;
  given.block = BASE_SPAN (block, good.block.size);
  g_assert_false (emv_certificate_issuer (&authority, &given, &found));
  given.block = BASE_SPAN (good.block.data, good.block.size - 1);
  g_assert_false (emv_certificate_issuer (&authority, &given, &found));
  given = good;
  given.remainder.size--;
  g_assert_false (emv_certificate_issuer (&authority, &given, &found));
  given = good;
  given.exponent = BASE_SPAN (other, 1);
  g_assert_false (emv_certificate_issuer (&authority, &given, &found));
  given.exponent = BASE_SPAN (NULL, 0);
  g_assert_false (emv_certificate_issuer (&authority, &given, &found));
  authority.modulus[20] ^= 0x01;
  g_assert_false (emv_certificate_issuer (&authority, &good, &found));
}

/* ---- Signatures ---- */

static const struct
{
  const char *text, *more;
  guint8 format;
  const char *data; /* NULL: wrong */
} signatures[] = {
  { "0301DAC0", "records", 0x03, "DAC0" },
  { "0301DAC0AA", "records", 0x03, NULL }, /* where nothing but BB may stand */
  { "0302DAC0", "records", 0x03, NULL },
  { "0301DAC0", "records", 0x05, NULL },
  { "05010302ABCD", "number", 0x05, "02ABCD" },
  { "05010302ABCDBC", "number", 0x05, NULL },
  { "05010302ABCD", "number", 0x03, NULL },
  { "05020302ABCD", "number", 0x05, NULL },
  { "050100", "number", 0x05, "" },
  { "050168", "number", 0x05, NULL }, /* one more than there is room for */
};

static void
test_open (void)
{
  EmvPublicKey key = { 0 };

  emv_signing_key (EMV_SIGNING_CARD, &key);
  for (guint i = 0; i < G_N_ELEMENTS (signatures); i++)
    {
      g_autoptr (GBytes) text = base_bytes_from_hex (signatures[i].text, NULL);
      const BaseSpan more = BASE_SPAN_STR (signatures[i].more);
      g_autoptr (GBytes) block = emv_signing_block (EMV_SIGNING_CARD, base_bytes_span (text), more);
      guint8 data[EMV_SIGNED_MAX];
      g_autofree char *hex = NULL;
      gsize size = 0;
      gboolean good = emv_certificate_open (&key, base_bytes_span (block), signatures[i].format,
                                            more, data, &size);

      g_test_message ("row %u", i);
      g_assert_cmpint (good, ==, signatures[i].data != NULL);
      hex = base_bytes_to_hex (BASE_SPAN (data, size));
      if (good)
        g_assert_cmpstr (hex, ==, signatures[i].data);
      g_assert_false (emv_certificate_open (&key, base_bytes_span (block), signatures[i].format,
                                            BASE_SPAN_STR ("else"), data, &size));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/emv/certificate/issuer", test_issuer);
  g_test_add_func ("/emv/certificate/card", test_card);
  g_test_add_func ("/emv/certificate/changed", test_changed);
  g_test_add_func ("/emv/certificate/open", test_open);
  return g_test_run ();
}
