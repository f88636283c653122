/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-card.h"

#include "acquirer-message.h"
#include "crypto-certificate.h"
#include "crypto-dukpt-aes.h"
#include "crypto-dukpt.h"
#include "crypto-envelope.h"
#include "entry-testing.h"
#include "sandbox-process.h"

#include <string.h>

static const guint8 ksn[] = { 0xFF, 0xFF, 0x98, 0x76, 0x54, 0x32, 0x10, 0xE0, 0x00, 0x01 };

/* As a reader would: filled up with zeros to whole blocks. */
static GBytes *
encrypt (CryptoDukptUse use, const char *track)
{
  g_autoptr (GBytes) base = base_bytes_from_hex (ACQUIRER_CARD_BASE_KEY, NULL);
  g_autoptr (BaseSecret) base_key = base_secret_new_from (base_bytes_span (base));
  g_autoptr (BaseSecret) key = crypto_dukpt_key (base_key, BASE_SPAN (ksn, sizeof ksn), use, NULL);
  g_autoptr (GByteArray) plain = g_byte_array_new ();
  static const guint8 zero = 0;

  g_byte_array_append (plain, (const guint8 *)track, (guint)strlen (track));
  while (plain->len % 8 != 0)
    g_byte_array_append (plain, &zero, 1);
  return crypto_dukpt_encrypt (key, BASE_SPAN (plain->data, plain->len), NULL);
}

static gboolean
open_with (const char *format, BaseSpan serial, BaseSpan block, AcquirerCard *out_card)
{
  g_autoptr (AcquirerProfile) profile = acquirer_profile_load ("sandbox", NULL);
  AcquirerSale values = sandbox_process_sale (17);
  g_autoptr (Iso8583Message) request = NULL;
  AcquirerCardKeys keys = { 0 };

  values.entry.format = format;
  values.entry.ksn = serial;
  values.entry.blocks[0] = block;
  request = acquirer_message_build (profile, ACQUIRER_FLOW_SALE, &values, NULL);
  g_assert_nonnull (request);
  return acquirer_card_open (profile, request, &keys, out_card, NULL);
}

static gboolean
open_track (const char *format, CryptoDukptUse use, const char *track, AcquirerCard *out_card)
{
  g_autoptr (GBytes) block = encrypt (use, track);

  return open_with (format, BASE_SPAN (ksn, sizeof ksn), base_bytes_span (block), out_card);
}

static const struct
{
  const char *track;
  const char *masked_pan; /* NULL: there is no card in it */
} tracks[] = {
  { ";4761739001010119=30122011143878089?", "476173******0119" },
  { ";6200000000000005=3012201?", "620000******0005" },
  { "%B4761739001010119^TEST/CARD^30122011143878089?", "476173******0119" },
  { "%B4761739001010119^TEST/CARD^30122011143878089?;4761739001010119=3012201?",
    "476173******0119" },
  { ";4761739001010118=30122011143878089?", NULL }, /* check digit */
  { ";4761739001010119?", NULL },
  { ";4761739001010119=30?", NULL },
  { ";476173=3012?", NULL },
  { ";47617390010101190000=3012?", NULL },
  { "%B4761739001010119^NOEXPIRY", NULL },
  { "nothing", NULL },
};

static void
test_stripe (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (tracks); i++)
    {
      AcquirerCard card = { 0 };

      g_assert_cmpint (open_track ("magtek", CRYPTO_DUKPT_PIN, tracks[i].track, &card), ==,
                       tracks[i].masked_pan != NULL);
      if (tracks[i].masked_pan != NULL)
        {
          g_assert_cmpstr (card.masked_pan, ==, tracks[i].masked_pan);
          g_assert_cmpstr (card.expiry, ==, "3012");
          g_assert_true (open_track ("idtech", CRYPTO_DUKPT_DATA, tracks[i].track, &card));
        }
      g_assert_false (
          open_track ("idtech", CRYPTO_DUKPT_PIN, tracks[i].track, &card)); /* the other's key */
      g_assert_false (open_track ("other", CRYPTO_DUKPT_PIN, tracks[i].track, &card));
    }
}

/* The keys are published: counter 1 of X9.24-3's example device, and counter 1 of X9.24-1's. */
static void
test_aes (void)
{
  static const guint8 aes_ksn[] = { 0x12, 0x34, 0x56, 0x78, 0x90, 0x12, 0x34, 0x56, 0, 0, 0, 1 };
  static const guint8 track[48] = ";4761739001010119=30122011143878089?";
  BaseSpan serials[] = { BASE_SPAN (aes_ksn, sizeof aes_ksn), BASE_SPAN (ksn, sizeof ksn) };
  static const char *const formats[] = { "idtech-aes-dukpt", "idtech-aes" };
  g_autoptr (BaseSecret) base_key = base_secret_new_from_hex (ACQUIRER_CARD_BASE_KEY);
  g_autoptr (BaseSecret) by_aes = base_secret_new_from_hex ("A35C412EFD41FDB98B69797C02DCD08F");
  g_autoptr (BaseSecret) by_tdes = crypto_dukpt_key (base_key, serials[1], CRYPTO_DUKPT_DATA, NULL);
  const BaseSecret *keys[] = { by_aes, by_tdes };

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      AcquirerCard card = { 0 };
      g_autoptr (GBytes) block
          = crypto_dukpt_aes_encrypt (keys[i], BASE_SPAN (track, sizeof track), NULL);
      BaseSpan span = base_bytes_span (block);

      g_assert_true (open_with (formats[i], serials[i], span, &card));
      g_assert_cmpstr (card.masked_pan, ==, "476173******0119");
      g_assert_false (open_with (formats[i], serials[1 - i], span, &card)); /* the other's serial */
      g_assert_false (open_with (formats[1 - i], serials[i], span, &card));
      g_assert_false (open_with ("idtech", serials[i], span, &card));
      g_assert_false (open_with (formats[i], serials[i], BASE_SPAN (span.data, 40), &card));
    }
}

static void
test_chip (void)
{
  g_autoptr (AcquirerProfile) profile = acquirer_profile_load ("sandbox", NULL);
  g_autoptr (GBytes) ca = NULL;
  g_autoptr (BaseSecret) ca_key = NULL;
  g_autoptr (GBytes) certificate = NULL;
  g_autoptr (BaseSecret) key = NULL;
  g_autoptr (GBytes) plain
      = base_bytes_from_hex ("9F36020001 57 11 4761739001010119D301220100000000 0F", NULL);
  g_autoptr (GBytes) sealed = NULL;
  g_autoptr (Iso8583Message) request = NULL;
  AcquirerSale values = sandbox_process_sale (17);
  AcquirerCard card;

  g_assert_true (crypto_certificate_make_ca ("CA", &ca, &ca_key, NULL));
  g_assert_true (crypto_certificate_issue (base_bytes_span (ca), base_secret_span (ca_key),
                                           "envelope", CRYPTO_CERTIFICATE_ENVELOPE, &certificate,
                                           &key, NULL));
  sealed = crypto_envelope_seal (base_bytes_span (certificate), base_bytes_span (plain), NULL);
  values.entry
      = (AcquirerEntry){ .kind = ACQUIRER_ENTRY_CHIP, .envelope = base_bytes_span (sealed) };
  request = acquirer_message_build (profile, ACQUIRER_FLOW_SALE, &values, NULL);
  g_assert_nonnull (request);
  {
    AcquirerCardKeys keys = { base_bytes_span (certificate), base_secret_span (key) };
    AcquirerCardKeys none = { 0 };

    g_assert_true (acquirer_card_open (profile, request, &keys, &card, NULL));
    g_assert_cmpstr (card.masked_pan, ==, "476173******0119");
    g_assert_true (card.chip);
    g_assert_cmpstr (card.fault, !=, ""); /* no cryptogram in it */
    g_assert_false (acquirer_card_open (profile, request, &none, &card, NULL));
  }
  {
    g_autoptr (GBytes) other = NULL;
    g_autoptr (BaseSecret) other_key = NULL;
    AcquirerCardKeys keys = { .next_certificate_pem = base_bytes_span (certificate),
                              .next_key_pem = base_secret_span (key) };

    g_assert_true (crypto_certificate_issue (base_bytes_span (ca), base_secret_span (ca_key),
                                             "envelope", CRYPTO_CERTIFICATE_ENVELOPE, &other,
                                             &other_key, NULL));
    keys.certificate_pem = base_bytes_span (other);
    keys.key_pem = base_secret_span (other_key);
    g_assert_true (acquirer_card_open (profile, request, &keys, &card, NULL));
    keys.next_key_pem = BASE_SPAN (NULL, 0);
    g_assert_false (acquirer_card_open (profile, request, &keys, &card, NULL));
  }
}

/* What a till seals of a chip, by 57 or by 5A and 5F24, and what is left of it. */
static const struct
{
  const char *number; /* the objects that have it */
  gboolean opened, good;
} chips[] = {
  { "5710 6200000000000005D301220100000000", TRUE, TRUE },
  { "5711 6200000000000005D3012201000000000F", TRUE, TRUE },
  { "5A08 6200000000000005 5F2403 301231", TRUE, TRUE },
  { "5A0A 6200000000000005FFFF 5F2403 301231", TRUE, TRUE },
  { "5A08 6200000000000013 5F2403 301231", TRUE, FALSE }, /* another card */
  { "5A08 6200000000000006 5F2403 301231", FALSE, FALSE },
  { "5A08 6200000000000005", FALSE, FALSE },
  { "5708 6200000000000005", FALSE, FALSE },
};

static void
test_objects (void)
{
  static const EntryTesting chip = { .amount = { 1250, "CNY" } };
  g_autoptr (AcquirerProfile) profile = acquirer_profile_load ("sandbox", NULL);
  g_autoptr (GBytes) ca = NULL, certificate = NULL;
  g_autoptr (BaseSecret) ca_key = NULL, key = NULL;
  AcquirerEntry entry = entry_testing_counted (&chip, 7);
  g_autofree char *all = base_bytes_to_hex (entry.chip);

  *strstr (all, "5710") = '\0'; /* the number stands last */
  g_assert_true (crypto_certificate_make_ca ("CA", &ca, &ca_key, NULL));
  g_assert_true (crypto_certificate_issue (base_bytes_span (ca), base_secret_span (ca_key),
                                           "envelope", CRYPTO_CERTIFICATE_ENVELOPE, &certificate,
                                           &key, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (chips); i++)
    {
      g_autofree char *text = g_strconcat (chips[i].number, " ", all, NULL);
      g_autoptr (GBytes) plain = base_bytes_from_hex (text, NULL);
      g_autoptr (GBytes) sealed
          = crypto_envelope_seal (base_bytes_span (certificate), base_bytes_span (plain), NULL);
      AcquirerCardKeys keys = { base_bytes_span (certificate), base_secret_span (key) };
      AcquirerSale values = sandbox_process_sale (17);
      g_autoptr (Iso8583Message) request = NULL;
      g_auto (AcquirerCard) card = { 0 };

      values.entry
          = (AcquirerEntry){ .kind = ACQUIRER_ENTRY_CHIP, .envelope = base_bytes_span (sealed) };
      request = acquirer_message_build (profile, ACQUIRER_FLOW_SALE, &values, NULL);
      g_assert_cmpint (acquirer_card_open (profile, request, &keys, &card, NULL), ==,
                       chips[i].opened);
      if (!chips[i].opened)
        continue;
      g_assert_cmpstr (card.expiry, ==, "3012");
      g_assert_cmpstr (card.fault, ==, "");
      g_assert_cmpint (card.proof.good, ==, chips[i].good);
      g_assert_cmpuint (card.proof.counter, ==, 7);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/acquirer/card/stripe", test_stripe);
  g_test_add_func ("/acquirer/card/aes", test_aes);
  g_test_add_func ("/acquirer/card/chip", test_chip);
  g_test_add_func ("/acquirer/card/objects", test_objects);
  return g_test_run ();
}
