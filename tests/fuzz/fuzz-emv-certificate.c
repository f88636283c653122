/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any text under a signature of the training keys that is right: all that is checked behind the
 * hash is reached. The first byte chooses what it is taken for, the second how much of the rest
 * isn't in the block.
 */
#include "emv-certificate.h"
#include "emv-signing.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
check_key (const EmvPublicKey *key)
{
  g_assert (key->modulus_size <= EMV_MODULUS_MAX);
  g_assert (key->exponent_size >= 1 && key->exponent_size <= EMV_EXPONENT_MAX);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const guint8 number[] = { 0x62, 0, 0, 0, 0, 0, 0, 0x05, 0xFF, 0xFF };
  EmvPublicKey key = { 0 }, found = { 0 };
  guint8 out[EMV_SIGNED_MAX];
  EmvCertificate certificate = { .number = BASE_SPAN (number, sizeof number), .today = 20261123 };
  g_autoptr (GBytes) block = NULL;
  gsize outside, inside, got;
  BaseSpan text, more;

  if (size < 3)
    return 0;
  emv_signing_key (EMV_SIGNING_ISSUER, &key);
  inside = MIN (size - 2, key.modulus_size - 22);
  outside = MIN (data[1], inside - 1);
  text = BASE_SPAN (data + 2, inside - outside);
  more = BASE_SPAN (data + 2 + inside - outside, outside);
  block = emv_signing_block (EMV_SIGNING_ISSUER, text, more);
  certificate.block = base_bytes_span (block);
  certificate.remainder = BASE_SPAN (more.data, more.size > 0 ? more.size - 1 : 0);
  certificate.exponent = BASE_SPAN (more.data + certificate.remainder.size, more.size > 0 ? 1 : 0);
  if (data[0] == 2 && emv_certificate_issuer (&key, &certificate, &found))
    check_key (&found);
  if (data[0] == 4 && emv_certificate_card (&key, &certificate, BASE_SPAN (NULL, 0), &found))
    check_key (&found);
  if ((data[0] == 3 || data[0] == 5)
      && emv_certificate_open (&key, certificate.block, data[0], more, out, &got))
    g_assert (got <= EMV_SIGNED_MAX);
  return 0;
}
