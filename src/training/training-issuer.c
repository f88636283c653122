/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training-issuer.h"

#include "crypto-emv.h"
#include "emv-tlv.h"

#define TAG_COUNTER 0x9F36

static const struct
{
  guint32 tag;
  gsize size_min, size_max;
} parts[] = {
  { 0x9F02, 6, 6 }, { 0x9F03, 6, 6 }, { 0x9F1A, 2, 2 },  { 0x95, 5, 5 },
  { 0x5F2A, 2, 2 }, { 0x9A, 3, 3 },   { 0x9C, 1, 1 },    { 0x9F37, 4, 4 },
  { 0x82, 2, 2 },   { 0x9F36, 2, 2 }, { 0x9F10, 1, 32 },
};

static BaseSecret *
derive (const char *hex, BaseSpan digits, guint8 sequence)
{
  g_autoptr (BaseSecret) issuer = base_secret_new_from_hex (hex);

  return crypto_emv_card_key (issuer, digits, sequence);
}

BaseSecret *
training_issuer_card_key (BaseSpan digits, guint8 sequence)
{
  return derive (TRAINING_ISSUER_KEY, digits, sequence);
}

BaseSecret *
training_issuer_script_key (BaseSpan digits, guint8 sequence)
{
  return derive (TRAINING_ISSUER_SCRIPT_KEY, digits, sequence);
}

/* One after another. */
static gboolean
put_parts (BaseSpan objects, BaseWriter *out)
{
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      BaseSpan value;

      if (!emv_tlv_find (objects, parts[i].tag, &value) || value.size < parts[i].size_min
          || value.size > parts[i].size_max || !base_writer_put (out, value))
        return FALSE;
    }
  return TRUE;
}

gboolean
training_issuer_cryptogram (const BaseSecret *card_key, BaseSpan objects, guint8 out[8])
{
  g_auto (BaseWriter) text = { 0 };
  g_autoptr (BaseSecret) session = NULL;
  guint8 by[CRYPTO_EMV_BLOCK_SIZE] = { 0 };
  BaseSpan counter;

  base_writer_init (&text, TRAINING_ISSUER_DATA_MAX);
  if (!put_parts (objects, &text) || !emv_tlv_find (objects, TAG_COUNTER, &counter))
    return FALSE;
  by[0] = counter.data[0];
  by[1] = counter.data[1];
  session = crypto_emv_session_key (card_key, by);
  crypto_emv_mac (session, base_writer_span (&text), out);
  return TRUE;
}

void
training_issuer_script_code (const BaseSecret *script_key,
                             const guint8 cryptogram[8],
                             guint counter,
                             const TrainingIssuerCommand *command,
                             guint8 out[8])
{
  g_autoptr (BaseSecret) session = crypto_emv_session_key (script_key, cryptogram);
  g_auto (BaseWriter) text = { 0 };
  gsize size = command->data.size + TRAINING_ISSUER_CODE_SIZE;

  g_assert (command->data.size <= TRAINING_ISSUER_COMMAND_MAX);
  base_writer_init (&text, TRAINING_ISSUER_DATA_MAX);
  base_writer_put (&text, BASE_SPAN (command->header, sizeof command->header));
  base_writer_u8 (&text, (guint8)size);
  base_writer_u8 (&text, (guint8)(counter >> 8));
  base_writer_u8 (&text, (guint8)counter);
  base_writer_put (&text, BASE_SPAN (cryptogram, CRYPTO_EMV_BLOCK_SIZE));
  base_writer_put (&text, command->data);
  crypto_emv_mac (session, base_writer_span (&text), out);
}
