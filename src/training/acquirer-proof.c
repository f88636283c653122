/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-proof.h"

#include "crypto-emv.h"
#include "emv-tlv.h"
#include "training-issuer.h"

#include <string.h>

#define TAG_CRYPTOGRAM 0x9F26
#define TAG_KIND 0x9F27
#define TAG_COUNTER 0x9F36
#define TAG_AMOUNT 0x9F02
#define TAG_CURRENCY 0x5F2A
#define TAG_PROOF 0x91
#define KIND_BITS 0xC0
#define NAME "card name" /* what its name is made of, under its key */

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, why);
  return FALSE;
}

void
acquirer_proof_clear (AcquirerProof *self)
{
  g_clear_pointer (&self->key, base_secret_free);
  g_clear_pointer (&self->script_key, base_secret_free);
}

/* EMV's "n": two digits a byte. FALSE: it is none. */
static gboolean
read_digits (BaseSpan value, gint64 *out_number)
{
  *out_number = 0;
  for (gsize i = 0; i < value.size; i++)
    {
      guint high = value.data[i] >> 4, low = value.data[i] & 0x0F;

      if (high > 9 || low > 9)
        return FALSE;
      *out_number = *out_number * 100 + high * 10 + low;
    }
  return TRUE;
}

static gboolean
has (BaseSpan objects, guint32 tag, gsize size, BaseSpan *out_value)
{
  return emv_tlv_find (objects, tag, out_value) && out_value->size == size;
}

static void
name_card (AcquirerProof *self)
{
  static const char digits[] = "0123456789ABCDEF";
  guint8 name[CRYPTO_EMV_BLOCK_SIZE];

  crypto_emv_mac (self->key, BASE_SPAN_STR (NAME), name);
  for (gsize i = 0; i < sizeof name; i++)
    {
      self->card[2 * i] = digits[name[i] >> 4];
      self->card[2 * i + 1] = digits[name[i] & 0x0F];
    }
}

/* All but keys and name. */
static gboolean
read_values (AcquirerProof *self, BaseSpan objects, GError **error)
{
  BaseSpan cryptogram, kind, counter, amount, currency;
  gint64 number;

  if (!has (objects, TAG_CRYPTOGRAM, sizeof self->cryptogram, &cryptogram))
    return refuse (error, "there is no cryptogram (9F26) in it");
  if (!has (objects, TAG_KIND, 1, &kind))
    return refuse (error, "it isn't said which cryptogram it is (9F27)");
  if (!has (objects, TAG_COUNTER, 2, &counter) || !has (objects, TAG_AMOUNT, 6, &amount)
      || !has (objects, TAG_CURRENCY, 2, &currency) || !read_digits (amount, &self->amount_minor)
      || !read_digits (currency, &number))
    return refuse (error, "counter, amount or currency are missing (9F36, 9F02, 5F2A)");
  for (gsize i = 0; i < cryptogram.size; i++)
    self->cryptogram[i] = cryptogram.data[i];
  self->kind = (AcquirerProofKind)(kind.data[0] & KIND_BITS);
  self->counter = counter.data[0] * 256U + counter.data[1];
  self->currency = (guint)number;
  return self->counter > 0 || refuse (error, "a card counts from one (9F36)");
}

gboolean
acquirer_proof_read (AcquirerProof *self,
                     BaseSpan digits,
                     guint8 sequence,
                     BaseSpan objects,
                     GError **error)
{
  guint8 cryptogram[CRYPTO_EMV_BLOCK_SIZE];

  *self = (AcquirerProof){ 0 };
  if (!read_values (self, objects, error))
    return FALSE;
  self->key = training_issuer_card_key (digits, sequence);
  if (!training_issuer_cryptogram (self->key, objects, cryptogram))
    {
      acquirer_proof_clear (self);
      return refuse (error, "what the cryptogram is made over isn't all there");
    }
  self->script_key = training_issuer_script_key (digits, sequence);
  self->good = base_bytes_equal_secret (BASE_SPAN (cryptogram, sizeof cryptogram),
                                        BASE_SPAN (self->cryptogram, sizeof self->cryptogram));
  name_card (self);
  return TRUE;
}

GBytes *
acquirer_proof_answer (const AcquirerProof *self,
                       const char *code,
                       const AcquirerScripts *scripts,
                       gboolean wrong)
{
  const guint8 by[CRYPTO_EMV_BLOCK_SIZE] = { (guint8)(self->counter >> 8), (guint8)self->counter };
  g_autoptr (BaseSecret) session = crypto_emv_session_key (self->key, by);
  AcquirerScriptCard card
      = { self->script_key, self->cryptogram, self->counter, self->amount_minor };
  g_auto (BaseWriter) writer = { 0 }, behind = { 0 };
  guint8 proof[CRYPTO_EMV_ARPC_SIZE];

  g_assert (strlen (code) == 2);
  crypto_emv_arpc (session, self->cryptogram, code, proof);
  if (wrong)
    proof[0] ^= 0x01;
  base_writer_init (&writer, ACQUIRER_PROOF_ANSWER_MAX);
  emv_tlv_put (&writer, TAG_PROOF, BASE_SPAN (proof, sizeof proof));
  base_writer_init (&behind, ACQUIRER_PROOF_ANSWER_MAX - base_writer_span (&writer).size);
  if (acquirer_script_put (scripts, &card, &behind))
    base_writer_put (&writer, base_writer_span (&behind));
  else
    g_warning ("The scripts don't fit the answer");
  return base_writer_steal (&writer);
}
