/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The usual mistakes of framing: what two sides that mean the same dialect write differently before
 * the first field. Each is one key of a profile's [codec] with another value, so that the self-test
 * can try them one after another, and the sandbox acquirer can make any of them on purpose. Pure.
 */
#pragma once

#include "acquirer-profile.h"

G_BEGIN_DECLS

typedef enum
{
  ACQUIRER_FRAMING_LENGTH_COUNTS_ITSELF,
  ACQUIRER_FRAMING_LENGTH_ASCII,
  ACQUIRER_FRAMING_LENGTH_BCD,
  ACQUIRER_FRAMING_NO_TPDU,    /* the profile has one, the other side doesn't */
  ACQUIRER_FRAMING_TPDU,       /* the other way round */
  ACQUIRER_FRAMING_HEX_BITMAP, /* the bitmap in the encoding that the profile doesn't have */
  ACQUIRER_FRAMING_ASCII_MTI,  /* the MTI likewise */
  ACQUIRER_FRAMING_COUNT,
} AcquirerFraming;

gboolean acquirer_framing_from_name (const char *name, AcquirerFraming *out_framing);
const char *acquirer_framing_name (AcquirerFraming framing);
/* What is different, in a sentence, and the key that makes it so: "frame = ascii4". Only where
 * acquirer_framing_vary() has something to change. Yours. */
char *acquirer_framing_sentence (AcquirerFraming framing, const AcquirerProfile *profile);
/* The profile with this mistake in it; NULL where it would change nothing. */
AcquirerProfile *acquirer_framing_vary (AcquirerFraming framing, const AcquirerProfile *profile);

G_END_DECLS
