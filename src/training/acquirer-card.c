/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-card.h"

#include "acquirer-error.h"
#include "base-number.h"
#include "crypto-dukpt-aes.h"
#include "crypto-dukpt.h"
#include "crypto-envelope.h"
#include "emv-tlv.h"

#include <string.h>

#define TAG_TRACK2 0x57
#define TAG_NUMBER 0x5A
#define TAG_EXPIRY 0x5F24
#define TAG_SEQUENCE 0x5F34

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error_literal (error, ACQUIRER_ERROR, ACQUIRER_ERROR_FIELD, why);
  return FALSE;
}

/* ISO 7812: the check digit over all. */
static gboolean
luhn_holds (BaseSpan digits)
{
  guint sum = 0;

  for (gsize i = 0; i < digits.size; i++)
    {
      guint digit = digits.data[digits.size - 1 - i] - '0';

      if (i % 2 == 1)
        digit = digit > 4 ? digit * 2 - 9 : digit * 2;
      sum += digit;
    }
  return sum % 10 == 0;
}

static gboolean
keep (BaseSpan pan, BaseSpan expiry, AcquirerCard *out_card)
{
  if (pan.size < ACQUIRER_CARD_PAN_MIN || pan.size > ACQUIRER_CARD_PAN_MAX)
    return FALSE;
  for (gsize i = 0; i < pan.size; i++)
    if (!g_ascii_isdigit (pan.data[i]))
      return FALSE;
  for (gsize i = 0; i < 4; i++)
    if (i >= expiry.size || !g_ascii_isdigit (expiry.data[i]))
      return FALSE;
  if (!luhn_holds (pan))
    return FALSE;
  *out_card = (AcquirerCard){ 0 };
  for (gsize i = 0; i < pan.size; i++)
    out_card->masked_pan[i] = i < 6 || i + 4 >= pan.size ? (char)pan.data[i] : '*';
  for (gsize i = 0; i < 4; i++)
    out_card->expiry[i] = (char)expiry.data[i];
  return TRUE;
}

/* Digits at the reader's place. */
static BaseSpan
take_digits (BaseReader *reader)
{
  gsize count = 0;
  BaseSpan rest = BASE_SPAN (NULL, 0), digits = rest;
  BaseReader ahead = *reader;

  base_reader_take (&ahead, base_reader_left (&ahead), &rest);
  while (count < rest.size && g_ascii_isdigit (rest.data[count]))
    count++;
  base_reader_take (reader, count, &digits);
  return digits;
}

/* Goes on to just behind the next `wanted`. */
static gboolean
skip_past (BaseReader *reader, guint8 wanted)
{
  guint8 byte;

  while (base_reader_u8 (reader, &byte))
    if (byte == wanted)
      return TRUE;
  return FALSE;
}

/* ISO 7813: track 2 ";PAN=YYMM…", or track 1 "%BPAN^NAME^YYMM…". */
static gboolean
find_track (BaseSpan plain, AcquirerCard *out_card)
{
  BaseReader two, one;
  guint8 byte;
  BaseSpan pan, expiry;

  base_reader_init (&two, plain);
  while (skip_past (&two, ';'))
    {
      pan = take_digits (&two);
      if (base_reader_u8 (&two, &byte) && byte == '=')
        {
          expiry = take_digits (&two);
          if (keep (pan, expiry, out_card))
            return TRUE;
        }
    }
  base_reader_init (&one, plain);
  if (!skip_past (&one, '%') || !base_reader_u8 (&one, &byte) || byte != 'B')
    return FALSE;
  pan = take_digits (&one);
  if (!base_reader_u8 (&one, &byte) || byte != '^' || !skip_past (&one, '^'))
    return FALSE;
  expiry = take_digits (&one);
  return keep (pan, expiry, out_card);
}

static GBytes *
field_bytes (const AcquirerProfile *profile, const Iso8583Message *request, AcquirerValue role)
{
  guint field = acquirer_profile_role (profile, role);
  const char *text = field != 0 ? iso8583_message_get (request, field) : NULL;

  return text != NULL ? base_bytes_from_hex (text, NULL) : NULL;
}

/* A reader's way: which key of DUKPT, and which cipher. */
typedef struct
{
  const char *format;
  CryptoDukptUse use; /* of TDES DUKPT */
  gboolean aes_dukpt;
  gboolean aes;
} Way;

static const Way ways[] = {
  { "magtek", CRYPTO_DUKPT_PIN, FALSE, FALSE },
  { "idtech", CRYPTO_DUKPT_DATA, FALSE, FALSE },
  { "idtech-aes", CRYPTO_DUKPT_DATA, FALSE, TRUE },
  { "idtech-aes-dukpt", CRYPTO_DUKPT_DATA, TRUE, TRUE },
};

static const Way *
find_way (const char *format)
{
  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++)
    if (strcmp (ways[i].format, format) == 0)
      return &ways[i];
  return NULL;
}

static BaseSecret *
way_key (const Way *way, BaseSpan ksn)
{
  g_autoptr (BaseSecret) base_key = base_secret_new_from_hex (
      way->aes_dukpt ? ACQUIRER_CARD_AES_BASE_KEY : ACQUIRER_CARD_BASE_KEY);

  return way->aes_dukpt ? crypto_dukpt_aes_data_key (base_key, ksn, NULL)
                        : crypto_dukpt_key (base_key, ksn, way->use, NULL);
}

static gboolean
open_block (const Way *way, const BaseSecret *key, BaseSpan block, AcquirerCard *out_card)
{
  g_autoptr (BaseSecret) plain = way->aes ? crypto_dukpt_aes_decrypt (key, block, NULL)
                                          : crypto_dukpt_decrypt (key, block, NULL);

  return plain != NULL && find_track (base_secret_span (plain), out_card);
}

static gboolean
open_stripe (const AcquirerProfile *profile,
             const Iso8583Message *request,
             const char *format,
             AcquirerCard *out_card,
             GError **error)
{
  g_autoptr (GBytes) ksn = field_bytes (profile, request, ACQUIRER_VALUE_KSN);
  g_autoptr (BaseSecret) key = NULL;
  const Way *way = find_way (format);

  if (way == NULL)
    return refuse (error, "the reader's format is unknown");
  if (ksn == NULL || (key = way_key (way, base_bytes_span (ksn))) == NULL)
    return refuse (error, "the key serial number is missing or has no key");
  for (guint i = ACQUIRER_VALUE_BLOCK1; i <= ACQUIRER_VALUE_BLOCK3; i++)
    {
      g_autoptr (GBytes) block = field_bytes (profile, request, (AcquirerValue)i);

      if (block != NULL && open_block (way, key, base_bytes_span (block), out_card))
        return TRUE;
    }
  return refuse (error, "no valid card number comes out of the ciphertext");
}

/* ---- Chips ---- */

void
acquirer_card_clear (AcquirerCard *self)
{
  acquirer_proof_clear (&self->proof);
}

/* What the chip has proved, for a card whose number was kept. */
static void
judge_chip (BaseSpan pan, guint8 sequence, BaseSpan objects, AcquirerCard *card)
{
  g_autoptr (GError) error = NULL;

  card->chip = TRUE;
  if (!acquirer_proof_read (&card->proof, pan, sequence, objects, &error))
    g_strlcpy (card->fault, error->message, sizeof card->fault);
}

/* EMV's "n", filled up to whole bytes with F: its digits. Wiped by the caller. */
static char *
digits_of (BaseSpan value)
{
  char *hex = base_bytes_to_hex (value);
  gsize size = strlen (hex);

  while (size > 0 && hex[size - 1] == 'F')
    hex[--size] = '\0';
  return hex;
}

/* Number and expiry, YYMM, from 57, else from 5A and 5F24; each to be wiped. */
static gboolean
find_number (BaseSpan objects, char **out_pan, char **out_expiry)
{
  BaseSpan value, end;

  if (emv_tlv_find (objects, TAG_TRACK2, &value))
    {
      g_autofree char *text = digits_of (value);
      char *separator = strchr (text, 'D');

      if (separator != NULL)
        {
          *out_pan = g_strndup (text, (gsize)(separator - text));
          *out_expiry = g_strndup (&separator[1], 4);
        }
      base_secret_wipe (text, strlen (text));
      return separator != NULL;
    }
  if (!emv_tlv_find (objects, TAG_NUMBER, &value) || !emv_tlv_find (objects, TAG_EXPIRY, &end))
    return FALSE;
  *out_pan = digits_of (value);
  *out_expiry = digits_of (end);
  return TRUE;
}

/* One byte, two digits; 0 where the card has none. */
static guint8
sequence_of (BaseSpan objects)
{
  BaseSpan value;

  return emv_tlv_find (objects, TAG_SEQUENCE, &value) && value.size == 1
             ? (guint8)((value.data[0] >> 4) * 10 + (value.data[0] & 0x0F))
             : 0;
}

static BaseSecret *
open_envelope (const AcquirerCardKeys *keys, BaseSpan sealed)
{
  BaseSecret *plain = NULL;

  if (keys->key_pem.size > 0)
    plain = crypto_envelope_open (keys->certificate_pem, keys->key_pem, sealed, NULL);
  if (plain == NULL && keys->next_key_pem.size > 0)
    plain = crypto_envelope_open (keys->next_certificate_pem, keys->next_key_pem, sealed, NULL);
  return plain;
}

static gboolean
open_chip (const AcquirerProfile *profile,
           const Iso8583Message *request,
           const AcquirerCardKeys *keys,
           AcquirerCard *out_card,
           GError **error)
{
  g_autoptr (GBytes) sealed = field_bytes (profile, request, ACQUIRER_VALUE_ENVELOPE);
  g_autoptr (BaseSecret) plain = NULL;
  char *pan = NULL, *expiry = NULL;
  BaseSpan objects;
  gboolean kept;

  if (sealed == NULL || keys->key_pem.size == 0)
    return refuse (error, "there is no card in it");
  plain = open_envelope (keys, base_bytes_span (sealed));
  if (plain == NULL)
    return refuse (error, "the card block can't be opened");
  objects = base_secret_span (plain);
  kept = find_number (objects, &pan, &expiry)
         && keep (BASE_SPAN_STR (pan), BASE_SPAN_STR (expiry), out_card);
  if (kept)
    judge_chip (BASE_SPAN_STR (pan), sequence_of (objects), objects, out_card);
  base_secret_free_text (pan);
  base_secret_free_text (expiry);
  return kept || refuse (error, "no valid card number is in the card block");
}

/* The till's own field 55 and sequence number, beside the card's number. */
static void
judge_field (const AcquirerProfile *profile,
             const Iso8583Message *request,
             BaseSpan pan,
             AcquirerCard *card)
{
  g_autoptr (GBytes) objects = field_bytes (profile, request, ACQUIRER_VALUE_CHIP);
  guint field = acquirer_profile_role (profile, ACQUIRER_VALUE_SEQUENCE);
  const char *text = field != 0 ? iso8583_message_get (request, field) : NULL;
  guint64 sequence = 0;

  if (objects == NULL)
    return;
  if (text != NULL && !base_number_parse (text, 10, 0, 99, &sequence))
    sequence = 0;
  judge_chip (pan, (guint8)sequence, base_bytes_span (objects), card);
}

/* Of a profile in which the till makes the card's fields itself: track 2, else number and expiry.
 */
static gboolean
open_clear (const AcquirerProfile *profile,
            const Iso8583Message *request,
            AcquirerCard *out_card,
            GError **error)
{
  guint track = acquirer_profile_role (profile, ACQUIRER_VALUE_TRACK2),
        number = acquirer_profile_role (profile, ACQUIRER_VALUE_PAN),
        expires = acquirer_profile_role (profile, ACQUIRER_VALUE_EXPIRY);
  const char *text = track != 0 ? iso8583_message_get (request, track) : NULL;
  const char *separator = text != NULL ? strchr (text, '=') : NULL;
  const char *pan = number != 0 ? iso8583_message_get (request, number) : NULL;
  const char *expiry = expires != 0 ? iso8583_message_get (request, expires) : NULL;

  BaseSpan digits = separator != NULL ? BASE_SPAN (text, (gsize)(separator - text))
                    : pan != NULL     ? BASE_SPAN_STR (pan)
                                      : BASE_SPAN (NULL, 0);

  if (separator != NULL)
    expiry = &separator[1];
  if (expiry == NULL || !keep (digits, BASE_SPAN_STR (expiry), out_card))
    return refuse (error, "there is no valid card number in it");
  judge_field (profile, request, digits, out_card);
  return TRUE;
}

gboolean
acquirer_card_open (const AcquirerProfile *profile,
                    const Iso8583Message *request,
                    const AcquirerCardKeys *keys,
                    AcquirerCard *out_card,
                    GError **error)
{
  guint field = acquirer_profile_role (profile, ACQUIRER_VALUE_FORMAT);
  const char *format = field != 0 ? iso8583_message_get (request, field) : NULL;

  if (acquirer_profile_card_data (profile) == ACQUIRER_CARD_DATA_TILL)
    return open_clear (profile, request, out_card, error);
  if (format != NULL)
    return open_stripe (profile, request, format, out_card, error);
  return open_chip (profile, request, keys, out_card, error);
}
