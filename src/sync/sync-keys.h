/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The acquirer's symmetric keys on their way into the till: the transport key (X9.143 calls it key
 * block protection key), which people bring in components, and the key that comes in a key block
 * under it. That is the terminal's master key where the acquirer has a sign-in, else the MAC key.
 * All of them lie in the vault's settings, sealed under the vault key; here they are in locked
 * memory for the time of one call. What people compare are check values; no key is ever shown.
 */
#pragma once

#include "crypto-keyblock.h"
#include "vault.h"

G_BEGIN_DECLS

#define SYNC_KEYS_COMPONENTS_MIN 2 /* nobody has the whole key in his hands */
#define SYNC_KEYS_COMPONENTS_MAX 3
#define SYNC_KEYS_BLOCK_FILE_MAX (CRYPTO_KEYBLOCK_SIZE_MAX + 64)

/* As it is shown; "" where there is no such key. */
typedef struct
{
  gboolean is_master; /* else the key below is the MAC key */
  char check[CRYPTO_KEYBLOCK_CHECK_LENGTH + 1];
  char former_check[CRYPTO_KEYBLOCK_CHECK_LENGTH + 1];
  /* Of the transport key, by the cipher that it may be for. */
  char transport_tdes[CRYPTO_KEYBLOCK_CHECK_LENGTH + 1];
  char transport_aes[CRYPTO_KEYBLOCK_CHECK_LENGTH + 1];
} SyncKeys;

/* SYNC_ERROR_SETTINGS: there is no acquirer. */
gboolean sync_keys_read (Vault *vault, SyncKeys *out_keys, GError **error);

/* A component as people write it, typed or in a file: 32, 48 or 64 hexadecimal digits on one line,
 * blanks between; lines that begin with # don't count. */
BaseSecret *sync_keys_read_component (BaseSpan text, GError **error);
/* The check value of a component or of a transport key, for either cipher. */
void sync_keys_check_values (const BaseSecret *key, SyncKeys *out_keys);
/* One person's part. */
typedef struct
{
  BaseSecret *component;
  char *who; /* the name that the journal gets */
} SyncKeysPart;

/* All components together, SYNC_KEYS_COMPONENTS_MIN to _MAX of one size, become the transport key
 * in place of the one before. The journal says first who brought which, by check values.
 * SYNC_ERROR_SETTINGS, also for what would be no key at all. */
gboolean
sync_keys_keep_transport (Vault *vault, const SyncKeysPart *parts, guint count, GError **error);

/* Unwraps a key block under the transport key, checks that it is what this acquirer's profile
 * needs, and keeps it; the key before stays as the former one. Working keys that came under the key
 * before are forgotten, so that the terminal signs in anew. CRYPTO_ERROR_INVALID or _AUTHENTIC, or
 * SYNC_ERROR_SETTINGS. */
gboolean sync_keys_take_block (Vault *vault, BaseSpan text, const char *who, GError **error);
/* The former key and the present one change places: the acquirer hasn't changed its own yet. */
gboolean sync_keys_go_back (Vault *vault, const char *who, GError **error);

G_END_DECLS
