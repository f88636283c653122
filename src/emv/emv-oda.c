/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Offline data authentication (EMV 4.4 Book 2, 5 and 6; Book 3, 10.3): SDA, DDA, and of CDA the
 * card's key; its signature comes with the cryptogram.
 */
#include "crypto-digest.h"
#include "emv-kernel-private.h"
#include "emv-tlv.h"

#define CAN_SDA 0x80
#define CAN_DDA 0x40
#define CAN_CDA 0x08
#define FORMAT_STATIC 0x03
#define FORMAT_DYNAMIC 0x05
#define TAG_AIP 0x82
#define TAG_UNPREDICTABLE 0x9F37
#define TAG_SIGNATURE 0x9F4B
#define TAG_CID 0x9F27
#define CRYPTOGRAM_SIZE 8

static EmvOda
choose (const EmvKernel *self)
{
  guint8 can = self->terminal->capabilities[2];

  if ((can & CAN_CDA) != 0 && emv_kernel_profile_has (self, EMV_AIP_CDA))
    return EMV_ODA_CDA;
  if ((can & CAN_DDA) != 0 && emv_kernel_profile_has (self, EMV_AIP_DDA))
    return EMV_ODA_DDA;
  if ((can & CAN_SDA) != 0 && emv_kernel_profile_has (self, EMV_AIP_SDA))
    return EMV_ODA_SDA;
  return EMV_ODA_NONE;
}

static EmvTvr
failure_of (EmvOda oda)
{
  return oda == EMV_ODA_CDA   ? EMV_TVR_CDA_FAILED
         : oda == EMV_ODA_DDA ? EMV_TVR_DDA_FAILED
                              : EMV_TVR_SDA_FAILED;
}

static gboolean
has_all (const EmvKernel *self)
{
  static const guint32 issuer[] = { 0x8F, 0x90, 0x9F32 };

  for (guint i = 0; i < G_N_ELEMENTS (issuer); i++)
    if (!emv_data_has (self->data, issuer[i]))
      return FALSE;
  return self->oda == EMV_ODA_SDA
             ? emv_data_has (self->data, 0x93)
             : emv_data_has (self->data, 0x9F46) && emv_data_has (self->data, 0x9F47);
}

/* The records, and the profile where the card wants it so: nothing else may be listed. */
static BaseSecret *
static_data (EmvKernel *self)
{
  BaseSpan tags = emv_data_get (self->data, 0x9F4A), profile = emv_data_get (self->data, TAG_AIP);
  BaseSpan records
      = self->authenticated != NULL ? base_secret_span (self->authenticated) : BASE_SPAN (NULL, 0);
  gsize size = self->authenticated_size;
  BaseSecret *joined;
  guint8 *bytes;

  if (self->unauthentic || (tags.data != NULL && (tags.size != 1 || tags.data[0] != TAG_AIP)))
    return NULL;
  if (tags.data == NULL)
    profile = BASE_SPAN (NULL, 0);
  if (size + profile.size == 0)
    return NULL;
  joined = base_secret_new (size + profile.size);
  bytes = base_secret_bytes (joined);
  for (gsize i = 0; i < size; i++)
    bytes[i] = records.data[i];
  for (gsize i = 0; i < profile.size; i++)
    bytes[size + i] = profile.data[i];
  return joined;
}

static EmvCertificate
certificate (const EmvKernel *self, guint32 block, guint32 remainder, guint32 exponent)
{
  return (EmvCertificate){ .block = emv_data_get (self->data, block),
                           .remainder = emv_data_get (self->data, remainder),
                           .exponent = emv_data_get (self->data, exponent),
                           .number = emv_data_get (self->data, 0x5A),
                           .today = self->sale.date };
}

static gboolean
recover_issuer (EmvKernel *self, EmvPublicKey *out_issuer)
{
  BaseSpan index = emv_data_get (self->data, 0x8F);
  const EmvCertificate given = certificate (self, 0x90, 0x92, 0x9F32);
  const EmvKey *key;
  EmvPublicKey authority = { 0 };

  if (index.size != 1 || self->application.aid_size < EMV_RID_SIZE)
    return FALSE;
  key = emv_terminal_key (self->terminal, BASE_SPAN (self->application.aid, EMV_RID_SIZE),
                          index.data[0]);
  if (key == NULL || self->sale.date > key->expiry)
    {
      emv_trace_note (self->trace, key == NULL ? "no CA key" : "CA key expired");
      return FALSE;
    }
  authority.modulus_size = key->modulus_size;
  authority.exponent_size = key->exponent_size;
  for (gsize i = 0; i < key->modulus_size; i++)
    authority.modulus[i] = key->modulus[i];
  for (gsize i = 0; i < key->exponent_size; i++)
    authority.exponent[i] = key->exponent[i];
  return emv_certificate_issuer (&authority, &given, out_issuer);
}

static gboolean
check_static (EmvKernel *self, const EmvPublicKey *issuer, BaseSpan fixed)
{
  guint8 code[EMV_SIGNED_MAX];
  gsize size;

  return emv_certificate_open (issuer, emv_data_get (self->data, 0x93), FORMAT_STATIC, fixed, code,
                               &size)
         && emv_data_set (self->data, 0x9F45, BASE_SPAN (code, size), EMV_ORIGIN_CARD);
}

static gboolean
recover_card (EmvKernel *self, const EmvPublicKey *issuer, BaseSpan fixed)
{
  const EmvCertificate given = certificate (self, 0x9F46, 0x9F48, 0x9F47);

  return emv_certificate_card (issuer, &given, fixed, &self->card_key);
}

/* The first byte says how long the card's own number is. */
static gboolean
keep_dynamic_number (EmvKernel *self, BaseSpan dynamic)
{
  return dynamic.size >= 1 && dynamic.data[0] >= 2 && dynamic.data[0] <= 8
         && dynamic.data[0] < dynamic.size
         && emv_data_set (self->data, 0x9F4C, BASE_SPAN (dynamic.data + 1, dynamic.data[0]),
                          EMV_ORIGIN_CARD);
}

static gboolean
check_dynamic (EmvKernel *self, BaseSpan answer, BaseSpan list)
{
  guint8 dynamic[EMV_SIGNED_MAX];
  BaseSpan value, block;
  gsize size;

  if (!emv_tlv_find (answer, 0x80, &block)
      && (!emv_tlv_find (answer, 0x77, &value) || !emv_tlv_find (value, TAG_SIGNATURE, &block)))
    return FALSE;
  return emv_certificate_open (&self->card_key, block, FORMAT_DYNAMIC, list, dynamic, &size)
         && keep_dynamic_number (self, BASE_SPAN (dynamic, size));
}

/* INTERNAL AUTHENTICATE over a list that must ask for the unpredictable number. */
static EmvStep
authenticate_dynamic (EmvKernel *self, gboolean *out_good)
{
  BaseSpan ddol = emv_data_get (self->data, 0x9F49);
  g_auto (EmvResponse) response = { 0 };
  g_auto (EmvList) list = { 0 };
  EmvLink link;

  if (ddol.data == NULL)
    ddol = BASE_SPAN (self->rules->ddol, self->rules->ddol_size);
  *out_good = FALSE;
  if (!emv_dol_asks_for (ddol, TAG_UNPREDICTABLE) || !emv_dol_fill (ddol, self->data, &list))
    return EMV_STEP_ON;
  link = emv_card_internal_authenticate (&self->transport, emv_list_span (&list), &response);
  if (link != EMV_LINK_DONE)
    return emv_kernel_end_link (self, link);
  if (response.status != EMV_STATUS_GOOD)
    return emv_kernel_end (self, "card-error"); /* Book 3, 10.3: format or status ends it */
  *out_good = check_dynamic (self, emv_response_span (&response), emv_list_span (&list));
  return EMV_STEP_ON;
}

static EmvStep
authenticate (EmvKernel *self, gboolean *out_good)
{
  g_autoptr (BaseSecret) fixed = static_data (self);
  EmvPublicKey issuer = { 0 };

  *out_good = FALSE;
  if (fixed == NULL || !recover_issuer (self, &issuer))
    return EMV_STEP_ON;
  if (self->oda == EMV_ODA_SDA)
    {
      *out_good = check_static (self, &issuer, base_secret_span (fixed));
      return EMV_STEP_ON;
    }
  if (!recover_card (self, &issuer, base_secret_span (fixed)))
    return EMV_STEP_ON;
  *out_good = TRUE;
  return self->oda == EMV_ODA_DDA ? authenticate_dynamic (self, out_good) : EMV_STEP_ON;
}

EmvStep
emv_oda_authenticate (EmvKernel *self)
{
  EmvStep step = EMV_STEP_ON;
  gboolean good = FALSE;

  self->oda = choose (self);
  if (self->oda == EMV_ODA_NONE)
    {
      emv_kernel_raise (self, EMV_TVR_ODA_NOT_DONE);
      return EMV_STEP_ON;
    }
  if (self->oda == EMV_ODA_SDA)
    emv_kernel_raise (self, EMV_TVR_SDA_SELECTED);
  if (!has_all (self))
    emv_kernel_raise (self, EMV_TVR_CARD_DATA_MISSING);
  else
    step = authenticate (self, &good);
  if (step != EMV_STEP_ON)
    return step;
  if (!good)
    emv_kernel_raise (self, failure_of (self->oda));
  if (self->oda != EMV_ODA_CDA || !good)
    emv_kernel_mark_done (self, EMV_TSI_ODA);
  return EMV_STEP_ON;
}

/* ---- The combined signature ---- */

/* What card and terminal have told each other: the lists as they were filled, and the answer but
 * for the signature (Book 2, 6.6.2). */
static void
hash_transaction (EmvKernel *self, BaseSpan answer, gboolean second, guint8 out[CRYPTO_SHA1_SIZE])
{
  g_autoptr (GByteArray) text = g_byte_array_new ();
  BaseReader reader;
  EmvTlv object;
  gsize size;

  g_byte_array_append (text, self->pdol.bytes, (guint)self->pdol.size);
  g_byte_array_append (text, self->cdol1.bytes, (guint)self->cdol1.size);
  if (second)
    g_byte_array_append (text, self->cdol2.bytes, (guint)self->cdol2.size);
  base_reader_init (&reader, answer);
  while (emv_tlv_next (&reader, &object) == EMV_TLV_OBJECT)
    if (object.tag != TAG_SIGNATURE)
      g_byte_array_append (text, object.object.data, (guint)object.object.size);
  size = text->len;
  crypto_sha1 (BASE_SPAN (text->data, size), out);
  base_secret_wipe (text->data, size);
}

/* Its number and size, CID, cryptogram, hash over the transaction. */
static gboolean
take_signed (EmvKernel *self, BaseSpan signed_data, BaseSpan answer, gboolean second)
{
  guint8 hash[CRYPTO_SHA1_SIZE];
  BaseSpan number, cid, cryptogram, inside, plain;
  BaseReader reader;
  guint8 size;

  base_reader_init (&reader, signed_data);
  if (!base_reader_u8 (&reader, &size) || size < 2 || size > 8
      || !base_reader_take (&reader, size, &number) || !base_reader_take (&reader, 1, &cid)
      || !base_reader_take (&reader, CRYPTOGRAM_SIZE, &cryptogram)
      || !base_reader_take (&reader, sizeof hash, &inside))
    return FALSE;
  hash_transaction (self, answer, second, hash);
  return base_bytes_equal (inside, BASE_SPAN (hash, sizeof hash))
         && emv_tlv_find (answer, TAG_CID, &plain) && base_bytes_equal (plain, cid)
         && emv_data_set (self->data, 0x9F4C, number, EMV_ORIGIN_CARD)
         && emv_data_set (self->data, 0x9F26, cryptogram, EMV_ORIGIN_CARD);
}

gboolean
emv_oda_check_combined (EmvKernel *self, BaseSpan answer, gboolean second)
{
  guint8 data[EMV_SIGNED_MAX];
  BaseSpan block;
  gsize size;
  gboolean good;

  good = emv_tlv_find (answer, TAG_SIGNATURE, &block)
         && emv_certificate_open (&self->card_key, block, FORMAT_DYNAMIC,
                                  emv_data_get (self->data, TAG_UNPREDICTABLE), data, &size)
         && take_signed (self, BASE_SPAN (data, size), answer, second);
  if (!good)
    emv_kernel_raise (self, EMV_TVR_CDA_FAILED);
  emv_kernel_mark_done (self, EMV_TSI_ODA);
  return good;
}
