/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The one symmetric key that the acquirer of a profile gives to a terminal, in the words of a key
 * block (crypto-keyblock.h): the master key where there is a sign-in, else the MAC key. The till
 * checks by it what it takes in, the sandbox acquirer makes what it gives out. Pure, any thread.
 */
#pragma once

#include "acquirer-profile.h"
#include "crypto-keyblock.h"

G_BEGIN_DECLS

#define ACQUIRER_TERMINAL_KEY_SIZE 16 /* bytes of a master key, and of the sandbox's MAC key */

typedef struct
{
  CryptoKeyblockPurpose purpose; /* CRYPTO_KEYBLOCK_MASTER or _MAC */
  const char *mac_algorithm;     /* of a MAC key */
  char algorithm;                /* 'A', 'T' or 'D'; '\0': no key block has a letter for it (SM4) */
  char version;                  /* of the block it comes in: 'D' under AES, 'B' under TDES */
  char mode;                     /* of use: 'D' decrypts, 'C' makes and checks MACs */
  const char *usage;             /* "K0", "M6", "M3", "M1"; "" without algorithm */
} AcquirerTerminalKey;

/* FALSE: messages of this profile carry no MAC, so that there is no key. */
gboolean acquirer_terminal_key_find (const AcquirerProfile *profile, AcquirerTerminalKey *out_key);

G_END_DECLS
