/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Terminal action analysis (EMV 4.4 Book 3, 10.7): what the results so far mean under the issuer's
 * and the acquirer's action codes.
 */
#include "emv-kernel-private.h"

#define TAG_TVR 0x95
#define TAG_RESPONSE_CODE 0x8A
#define TAG_IAC_DEFAULT 0x9F0D
#define TAG_IAC_DENIAL 0x9F0E
#define TAG_IAC_ONLINE 0x9F0F

/* A bit that is in the results and in either code. An issuer that says nothing denies nothing, and
 * wants all the rest online. */
static gboolean
matches (const EmvKernel *self, const guint8 acquirer[EMV_CODES_SIZE], guint32 tag, guint8 missing)
{
  BaseSpan issuer = emv_data_get (self->data, tag), results = emv_data_get (self->data, TAG_TVR);

  for (gsize i = 0; i < EMV_CODES_SIZE; i++)
    {
      guint8 code = acquirer[i] | (issuer.size == EMV_CODES_SIZE ? issuer.data[i] : missing);

      if ((code & results.data[i]) != 0)
        return TRUE;
    }
  return FALSE;
}

static EmvCryptogram
decide_offline (EmvKernel *self, const char *approved, const char *declined)
{
  gboolean refuse = matches (self, self->rules->tac_default, TAG_IAC_DEFAULT, 0xFF);

  (void)emv_data_set (self->data, TAG_RESPONSE_CODE, BASE_SPAN_STR (refuse ? declined : approved),
                      EMV_ORIGIN_TERMINAL);
  return refuse ? EMV_CRYPTOGRAM_AAC : EMV_CRYPTOGRAM_TC;
}

EmvCryptogram
emv_action_decide (EmvKernel *self, gboolean unable)
{
  if (unable)
    return decide_offline (self, "Y3", "Z3");
  if (matches (self, self->rules->tac_denial, TAG_IAC_DENIAL, 0x00))
    {
      (void)emv_data_set (self->data, TAG_RESPONSE_CODE, BASE_SPAN_STR ("Z1"), EMV_ORIGIN_TERMINAL);
      return EMV_CRYPTOGRAM_AAC;
    }
  if (!self->sale.online)
    return decide_offline (self, "Y1", "Z1");
  if (self->sale.force_online || matches (self, self->rules->tac_online, TAG_IAC_ONLINE, 0xFF))
    return EMV_CRYPTOGRAM_ARQC;
  (void)emv_data_set (self->data, TAG_RESPONSE_CODE, BASE_SPAN_STR ("Y1"), EMV_ORIGIN_TERMINAL);
  return EMV_CRYPTOGRAM_TC;
}
