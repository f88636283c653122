/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the emulated cards and the sandbox's issuer have in common, and nobody else: the published
 * training key that all of them hang on, and which bytes a cryptogram is made over. Of a real
 * issuer both are its own affair. A till knows nothing of this.
 *
 * A cryptogram is crypto_emv_mac() under the session key by the counter (9F36, six zero bytes),
 * over these values one after another, as card and terminal had them at that GENERATE AC (the set
 * that EMV 4.4 Book 2, 8.1.1 recommends, and the issuer's own data):
 *
 *   9F02 9F03 9F1A 95 5F2A 9A 9C 9F37 82 9F36 9F10
 *
 * 9F10 of a training card: 07 (length of what follows) · 01 (key) · 0A (version) · four bytes of
 * results: byte 1, bits 8-7: kind of the 2nd cryptogram (00 AAC, 40 TC, 80 not asked yet), bits
 * 6-5: of the 1st (00 AAC, 10 TC, 20 ARQC); byte 2: bit 8 the issuer was proven, bit 7 that failed,
 * bit 4 a PIN was right, bit 3 wrong; byte 3: scripts done, low nibble; byte 4: bit 1 the card's
 * own limits are exceeded, bit 2 the terminal couldn't ask, bit 3 a script's command was wrong, bit
 * 4 never online before · one byte of PIN tries left.
 */
#pragma once

#include "base-bytes.h"
#include "base-secret.h"

G_BEGIN_DECLS

/* Its master keys: for cryptograms, and for scripts. */
#define TRAINING_ISSUER_KEY "9E15204313F7318ACB79B90BD986AD29"
#define TRAINING_ISSUER_SCRIPT_KEY "4664942FE615FB02E5D57F292AA2B3B6"
#define TRAINING_ISSUER_DATA_MAX 128
#define TRAINING_ISSUER_COMMAND_MAX 64
#define TRAINING_ISSUER_CODE_SIZE 8

/* A script's command without its code and without Lc. */
typedef struct
{
  guint8 header[4]; /* CLA INS P1 P2 */
  BaseSpan data;    /* borrowed; empty: none */
} TrainingIssuerCommand;

/* A card's own keys: of its number (digits) and sequence number. */
BaseSecret *training_issuer_card_key (BaseSpan digits, guint8 sequence);
BaseSecret *training_issuer_script_key (BaseSpan digits, guint8 sequence);

/* The cryptogram over the values of those tags, found among `objects` (BER-TLV, one level). FALSE:
 * one is missing, or has not its size. */
gboolean training_issuer_cryptogram (const BaseSecret *card_key, BaseSpan objects, guint8 out[8]);
/* The eight bytes at the end of a script's command (Book 2, 9.2.1, format 1): under the session key
 * of the script key by `cryptogram`, that of the first GENERATE AC, over CLA INS P1 P2 and Lc
 * (which counts these eight, too), the counter, `cryptogram`, and the command's data. At most
 * TRAINING_ISSUER_COMMAND_MAX bytes of data. */
void training_issuer_script_code (const BaseSecret *script_key,
                                  const guint8 cryptogram[8],
                                  guint counter,
                                  const TrainingIssuerCommand *command,
                                  guint8 out[8]);

G_END_DECLS
