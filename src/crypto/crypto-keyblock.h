/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Key blocks of ANSI X9.143 (TR-31): a symmetric key with what it is for, encrypted and
 * authenticated under a key block protection key that both sides have. Versions B (TDES) and D
 * (AES), which derive the two keys in use from the protection key by CMAC; the older A and C, whose
 * keys are variants of it, are refused by name. Read, checked against what the till wants of a key,
 * and unwrapped when the acquirer's keys are loaded; wrapped by the other side and by tests. No
 * state, any thread.
 *
 *   header, 16 characters │ optional blocks │ key, encrypted, in hex │ MAC in hex
 *   D 0112 K0 A D 00 N 00 00
 *   version, length, usage, algorithm, mode of use, key version, exportability, count of blocks
 */
#pragma once

#include "base-bytes.h"
#include "base-secret.h"

G_BEGIN_DECLS

#define CRYPTO_KEYBLOCK_SIZE_MAX 4096 /* characters; the format itself ends at 9999 */
#define CRYPTO_KEYBLOCK_OPTIONS_MAX 16
#define CRYPTO_KEYBLOCK_OPTION_MAX 251 /* characters of an optional block that we make */
#define CRYPTO_KEYBLOCK_KEY_MAX 32
#define CRYPTO_KEYBLOCK_CHECK_LENGTH 10 /* characters of the longest check value */

typedef struct
{
  char id[3];
  BaseSpan value;
} CryptoKeyblockOption;

typedef struct
{
  char version;        /* 'B' or 'D' */
  char usage[3];       /* "K0": encrypts keys, … */
  char algorithm;      /* what the key itself is for: 'A' AES, 'T' TDES, 'D' DES */
  char mode;           /* 'B' both ways, 'D' decrypts only, 'C' makes and checks MACs, … */
  char key_version[3]; /* "00": none */
  char exportability;  /* 'E', 'N' or 'S' */
  char context;        /* '0' anywhere, '1' storage only, '2' exchange only */
  guint option_count;
  /* Values are borrowed from the text that was read. */
  CryptoKeyblockOption options[CRYPTO_KEYBLOCK_OPTIONS_MAX];
} CryptoKeyblock;

typedef enum
{
  CRYPTO_KEYBLOCK_MASTER, /* opens the working keys that the acquirer sends */
  CRYPTO_KEYBLOCK_MAC,    /* makes and checks the MACs of messages */
  CRYPTO_KEYBLOCK_DATA    /* encrypts tracks */
} CryptoKeyblockPurpose;

/* The header alone, which nothing vouches for yet. Blanks and line ends behind the block don't
 * count. CRYPTO_ERROR_INVALID says what is wrong. */
gboolean crypto_keyblock_read (BaseSpan text, CryptoKeyblock *out_block, GError **error);
/* NULL when there is none. */
const CryptoKeyblockOption *crypto_keyblock_option (const CryptoKeyblock *self, const char *id);
/* What the header says is what this purpose needs: usage, algorithm and mode of use. It is a whole
 * key and not a component, and the protection key is no weaker than it may protect.
 * `mac_algorithm` (crypto-mac.h) is looked at for a MAC key alone. CRYPTO_ERROR_INVALID. */
gboolean crypto_keyblock_check (const CryptoKeyblock *self,
                                CryptoKeyblockPurpose purpose,
                                const char *mac_algorithm,
                                GError **error);

/* The key, when the block is whole and was made under this protection key: 16 or 24 bytes for a B,
 * 16, 24 or 32 for a D. CRYPTO_ERROR_INVALID, or CRYPTO_ERROR_AUTHENTIC when the MAC, or a check
 * value that the block carries, doesn't hold. */
BaseSecret *
crypto_keyblock_unwrap (BaseSpan text, const BaseSecret *protection_key, GError **error);
/* The other side. A padding block is added where the header needs one; the key is padded to the
 * longest of its algorithm, so that the block doesn't tell its length. Nothing in the text is
 * secret. CRYPTO_ERROR_INVALID. */
char *crypto_keyblock_wrap (const CryptoKeyblock *block,
                            const BaseSecret *protection_key,
                            const BaseSecret *key,
                            GError **error);

/* What people compare at a key ceremony, in hexadecimal digits: of an AES key five bytes of the
 * CMAC of zeros, of a TDES or DES key three bytes of zeros encrypted (X9.24-1:2017, A). NULL when
 * the algorithm has no key of that size. */
char *crypto_keyblock_check_value (char algorithm, const BaseSecret *key);

G_END_DECLS
