/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A counter in the computer's TPM 2.0 that only ever goes up, also over a power cut, a new disk or
 * an old one put back: an NV index of type counter (TPM 2.0 Library, part 1, 37.2.4; part 3, 31.8),
 * guarded by an authorisation value of the caller's. Each call opens the TPM, does one thing and
 * lets it go; that takes some ten milliseconds, a step some more, and a TPM bears some hundred
 * thousand steps in its life: who calls it counts them.
 *
 * Built without tpm2-tss every call says CRYPTO_ERROR_CONNECT, as on a computer without a TPM or
 * for a user who may not use it (group tss). The environment's TILL_TPM names another one, as
 * "swtpm:path=…" (tests), or none ("none").
 */
#pragma once

#include "base-secret.h"

G_BEGIN_DECLS

#define CRYPTO_TPM_INDEX_FIRST 0x01800000u /* the owner's, as the TCG's registry has it */
#define CRYPTO_TPM_INDEX_MASK 0x003FFFFFu  /* of numbers among them */
#define CRYPTO_TPM_ENVIRONMENT "TILL_TPM"

typedef enum
{
  CRYPTO_TPM_ABSENT, /* the TPM has no such counter */
  CRYPTO_TPM_FRESH,  /* one that has never been stepped: it has no value */
  CRYPTO_TPM_THERE,
} CryptoTpmFound;

/* *out_value where it is there. CRYPTO_ERROR_CONNECT: no TPM, or not for us;
 * CRYPTO_ERROR_AUTHENTIC: it is another's; CRYPTO_ERROR_INVALID: the TPM refused. */
gboolean crypto_tpm_read (guint32 index,
                          const BaseSecret *authorisation,
                          CryptoTpmFound *out_found,
                          guint64 *out_value,
                          GError **error);
/* The TPM gives a new counter a first value, at its first step, above all that any counter in it
 * ever had. */
gboolean crypto_tpm_make (guint32 index, const BaseSecret *authorisation, GError **error);
gboolean crypto_tpm_step (guint32 index, const BaseSecret *authorisation, GError **error);

G_END_DECLS
