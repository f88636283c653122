/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * GENERATE AC (EMV 4.4 Book 3, 6.5.5 and 9; Book 2, 6.6): asks the card for a cryptogram, with a
 * combined signature where that was agreed, and takes what it answers. The card may answer with
 * less than it was asked for, never with more.
 */
#include "crypto-digest.h"
#include "emv-kernel-private.h"
#include "emv-tlv.h"

#define TAG_CDOL1 0x8C
#define TAG_CDOL2 0x8D
#define TAG_TDOL 0x97
#define TAG_TC_HASH 0x98
#define TAG_CID 0x9F27
#define TAG_COUNTER 0x9F36
#define TAG_CRYPTOGRAM 0x9F26
#define TAG_ISSUER_DATA 0x9F10
#define TAG_SIGNATURE 0x9F4B
#define CID_KIND 0xC0
#define CID_REASON 0x07
#define REASON_NOT_ALLOWED 0x01
#define CRYPTOGRAM_SIZE 8
#define ISSUER_DATA_MAX 32
#define FIXED_SIZE (1 + 2 + CRYPTOGRAM_SIZE)

/* The hash that a list may ask for, over what TDOL wants; without one, over what the terminal's own
 * has (Book 3, 9.2.2). */
static gboolean
hash_for (EmvKernel *self, BaseSpan dol)
{
  BaseSpan tdol = emv_data_get (self->data, TAG_TDOL);
  g_auto (EmvList) list = { 0 };
  guint8 hash[CRYPTO_SHA1_SIZE];

  if (!emv_dol_asks_for (dol, TAG_TC_HASH))
    return TRUE;
  if (tdol.data == NULL)
    {
      emv_kernel_raise (self, EMV_TVR_DEFAULT_TDOL);
      tdol = BASE_SPAN (self->rules->tdol, self->rules->tdol_size);
    }
  if (!emv_dol_fill (tdol, self->data, &list))
    return FALSE;
  crypto_sha1 (emv_list_span (&list), hash);
  return emv_data_set (self->data, TAG_TC_HASH, BASE_SPAN (hash, sizeof hash), EMV_ORIGIN_TERMINAL);
}

/* ---- What it answered ---- */

static gboolean
keep (EmvKernel *self, guint32 tag, BaseSpan value)
{
  return emv_data_set (self->data, tag, value, EMV_ORIGIN_CARD);
}

/* Issuer data that the first answer had and this one hasn't are none of it. */
static gboolean
keep_issuer_data (EmvKernel *self, BaseSpan value)
{
  if (value.size > 0)
    return keep (self, TAG_ISSUER_DATA, value);
  emv_data_drop (self->data, TAG_ISSUER_DATA);
  return TRUE;
}

/* Format 1: values without tags. */
static gboolean
take_values (EmvKernel *self, BaseSpan values)
{
  if (values.size < FIXED_SIZE || values.size > FIXED_SIZE + ISSUER_DATA_MAX)
    return FALSE;
  return keep (self, TAG_CID, BASE_SPAN (values.data, 1))
         && keep (self, TAG_COUNTER, BASE_SPAN (values.data + 1, 2))
         && keep (self, TAG_CRYPTOGRAM, BASE_SPAN (values.data + 3, CRYPTOGRAM_SIZE))
         && keep_issuer_data (self, BASE_SPAN (values.data + FIXED_SIZE, values.size - FIXED_SIZE));
}

/* Format 2: objects. The cryptogram may be inside the signature instead, where one was asked for.
 */
static gboolean
take_objects (EmvKernel *self, BaseSpan objects, gboolean combined)
{
  BaseSpan cid, counter, cryptogram, issuer = BASE_SPAN (NULL, 0);

  if (!emv_tlv_is_readable (objects) || !emv_tlv_find (objects, TAG_CID, &cid) || cid.size != 1
      || !emv_tlv_find (objects, TAG_COUNTER, &counter) || counter.size != 2
      || !keep (self, TAG_CID, cid) || !keep (self, TAG_COUNTER, counter))
    return FALSE;
  (void)emv_tlv_find (objects, TAG_ISSUER_DATA, &issuer);
  if (issuer.size > ISSUER_DATA_MAX || !keep_issuer_data (self, issuer))
    return FALSE;
  if (emv_tlv_find (objects, TAG_CRYPTOGRAM, &cryptogram))
    return cryptogram.size == CRYPTOGRAM_SIZE && keep (self, TAG_CRYPTOGRAM, cryptogram);
  return combined && emv_tlv_find (objects, TAG_SIGNATURE, &cryptogram);
}

static guint
rank (guint8 kind)
{
  return kind == EMV_CRYPTOGRAM_TC ? 2 : kind == EMV_CRYPTOGRAM_ARQC ? 1 : 0;
}

static gboolean
read_kind (EmvKernel *self, EmvCryptogram asked, gboolean second, EmvSays *out_says)
{
  guint8 kind = emv_data_get (self->data, TAG_CID).data[0] & CID_KIND;

  if (kind == CID_KIND || rank (kind) > rank ((guint8)asked)
      || (second && kind == EMV_CRYPTOGRAM_ARQC))
    return FALSE;
  *out_says = kind == EMV_CRYPTOGRAM_TC     ? EMV_SAYS_APPROVES
              : kind == EMV_CRYPTOGRAM_ARQC ? EMV_SAYS_ASKS
                                            : EMV_SAYS_REFUSES;
  return TRUE;
}

/* A card that approves or asks must sign where a signature was agreed on; a refusal needs none, but
 * then its cryptogram stands there as it is. Format 1, without objects, always has it. */
static gboolean
check_signature (EmvKernel *self, BaseSpan objects, gboolean second, EmvSays says)
{
  BaseSpan cryptogram;

  if (says == EMV_SAYS_REFUSES)
    return objects.data == NULL || emv_tlv_find (objects, TAG_CRYPTOGRAM, &cryptogram);
  if (!emv_oda_check_combined (self, objects, second))
    self->distrusted = TRUE;
  return TRUE;
}

static gboolean
take_answer (EmvKernel *self,
             BaseSpan answer,
             gboolean combined,
             gboolean second,
             EmvSays *out_says)
{
  BaseSpan value = BASE_SPAN (NULL, 0);
  gboolean objects = emv_tlv_find (answer, 0x77, &value);

  if (!objects && !emv_tlv_find (answer, 0x80, &value))
    return FALSE;
  if (!(objects ? take_objects (self, value, combined) : take_values (self, value))
      || !read_kind (self, self->asked, second, out_says))
    return FALSE;
  return !combined
         || check_signature (self, objects ? value : BASE_SPAN (NULL, 0), second, *out_says);
}

static EmvStep
generate (EmvKernel *self, EmvCryptogram kind, gboolean second, EmvSays *out_says)
{
  BaseSpan dol = emv_data_get (self->data, second ? TAG_CDOL2 : TAG_CDOL1);
  EmvList *list = second ? &self->cdol2 : &self->cdol1;
  gboolean combined = self->oda == EMV_ODA_CDA && kind != EMV_CRYPTOGRAM_AAC
                      && !emv_kernel_has_raised (self, EMV_TVR_CDA_FAILED);
  g_auto (EmvResponse) response = { 0 };
  EmvLink link;

  self->asked = kind;
  if (!hash_for (self, dol))
    return emv_kernel_end (self, "card-error");
  dol = emv_data_get (self->data, second ? TAG_CDOL2 : TAG_CDOL1);
  if (!emv_dol_fill (dol, self->data, list))
    return emv_kernel_end (self, "card-error");
  link = emv_card_generate_ac (&self->transport, kind, combined, emv_list_span (list), &response);
  if (link != EMV_LINK_DONE)
    return emv_kernel_end_link (self, link);
  if (response.status != EMV_STATUS_GOOD
      || !take_answer (self, emv_response_span (&response), combined, second, out_says))
    return emv_kernel_end (self, "card-error");
  emv_kernel_mark_done (self, EMV_TSI_CARD_RISK);
  return EMV_STEP_ON;
}

EmvStep
emv_cryptogram_first (EmvKernel *self, EmvCryptogram kind, EmvSays *out_says)
{
  EmvStep step = generate (self, kind, FALSE, out_says);

  if (step == EMV_STEP_ON && *out_says == EMV_SAYS_REFUSES
      && (emv_data_get (self->data, TAG_CID).data[0] & CID_REASON) == REASON_NOT_ALLOWED)
    self->reason = "not-accepted";
  return step;
}

EmvStep
emv_cryptogram_second (EmvKernel *self, EmvCryptogram kind, EmvSays *out_says)
{
  return generate (self, kind, TRUE, out_says);
}
