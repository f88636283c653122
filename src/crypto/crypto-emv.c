/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypto-emv.h"

#include "crypto-des.h"
#include "crypto-mac.h"

#define NUMBER_DIGITS 16
#define LEFT 0xF0
#define RIGHT 0x0F

static void
set_odd_parity (guint8 *bytes, gsize size)
{
  for (gsize i = 0; i < size; i++)
    {
      guint8 folded = bytes[i] & 0xFE;

      folded ^= (guint8)(folded >> 4);
      folded ^= (guint8)(folded >> 2);
      folded ^= (guint8)(folded >> 1);
      bytes[i] = (guint8)((bytes[i] & 0xFE) | ((folded & 1) == 0 ? 1 : 0));
    }
}

/* Two blocks under a key are the next key. */
static BaseSecret *
derive (const BaseSecret *key,
        const guint8 left[CRYPTO_EMV_BLOCK_SIZE],
        const guint8 right[CRYPTO_EMV_BLOCK_SIZE])
{
  BaseSecret *derived = base_secret_new (CRYPTO_EMV_KEY_SIZE);
  guint8 *bytes = base_secret_bytes (derived);

  crypto_des_encrypt (base_secret_span (key), BASE_SPAN (left, CRYPTO_EMV_BLOCK_SIZE), bytes);
  crypto_des_encrypt (base_secret_span (key), BASE_SPAN (right, CRYPTO_EMV_BLOCK_SIZE),
                      bytes + CRYPTO_EMV_BLOCK_SIZE);
  return derived;
}

/* The last sixteen digits of number and sequence, zeros in front of fewer. */
static void
last_digits (BaseSpan digits, guint8 sequence, guint8 out[CRYPTO_EMV_BLOCK_SIZE])
{
  const char tail[] = { (char)('0' + sequence / 10 % 10), (char)('0' + sequence % 10) };

  for (gsize i = 0; i < NUMBER_DIGITS; i++)
    {
      gsize back = NUMBER_DIGITS - i; /* how far from the end */
      guint digit = 0;

      if (back <= 2)
        digit = (guint)(tail[2 - back] - '0');
      else if (back - 2 <= digits.size)
        digit = (guint)(digits.data[digits.size - (back - 2)] - '0');
      out[i / 2] = (guint8)(i % 2 == 0 ? digit << 4 : out[i / 2] | digit);
    }
}

BaseSecret *
crypto_emv_card_key (const BaseSecret *issuer, BaseSpan digits, guint8 sequence)
{
  guint8 left[CRYPTO_EMV_BLOCK_SIZE], right[CRYPTO_EMV_BLOCK_SIZE];
  BaseSecret *key;

  last_digits (digits, sequence, left);
  for (gsize i = 0; i < sizeof left; i++)
    right[i] = left[i] ^ 0xFF;
  key = derive (issuer, left, right);
  set_odd_parity (base_secret_bytes (key), CRYPTO_EMV_KEY_SIZE);
  base_secret_wipe (left, sizeof left);
  base_secret_wipe (right, sizeof right);
  return key;
}

BaseSecret *
crypto_emv_session_key (const BaseSecret *card, const guint8 by[CRYPTO_EMV_BLOCK_SIZE])
{
  guint8 left[CRYPTO_EMV_BLOCK_SIZE], right[CRYPTO_EMV_BLOCK_SIZE];

  for (gsize i = 0; i < CRYPTO_EMV_BLOCK_SIZE; i++)
    left[i] = right[i] = by[i];
  left[2] = LEFT;
  right[2] = RIGHT;
  return derive (card, left, right);
}

/* The retail MAC fills up with zeros: what comes before them is ours. */
void
crypto_emv_mac (const BaseSecret *session, BaseSpan data, guint8 out[CRYPTO_EMV_BLOCK_SIZE])
{
  static const guint8 padding = 0x80;
  g_autoptr (GByteArray) text = g_byte_array_sized_new ((guint)data.size + 1);
  g_autoptr (GBytes) code = NULL;
  const guint8 *bytes;

  if (data.size > 0)
    g_byte_array_append (text, data.data, (guint)data.size);
  g_byte_array_append (text, &padding, 1);
  code = crypto_mac_compute ("x9.19", session, BASE_SPAN (text->data, text->len), NULL);
  bytes = g_bytes_get_data (code, NULL);
  for (gsize i = 0; i < CRYPTO_EMV_BLOCK_SIZE; i++)
    out[i] = bytes[i];
  base_secret_wipe (text->data, text->len);
}

void
crypto_emv_arpc (const BaseSecret *session,
                 const guint8 cryptogram[CRYPTO_EMV_BLOCK_SIZE],
                 const char code[2],
                 guint8 out[CRYPTO_EMV_ARPC_SIZE])
{
  guint8 block[CRYPTO_EMV_BLOCK_SIZE];

  for (gsize i = 0; i < sizeof block; i++)
    block[i] = cryptogram[i] ^ (i < 2 ? (guint8)code[i] : 0);
  crypto_des_encrypt (base_secret_span (session), BASE_SPAN (block, sizeof block), out);
  out[CRYPTO_EMV_BLOCK_SIZE] = (guint8)code[0];
  out[CRYPTO_EMV_BLOCK_SIZE + 1] = (guint8)code[1];
}
