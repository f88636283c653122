/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The key of a counter is reached from the initial key by one step for each bit set in it, from the
 * highest down (X9.24-1:2009, A.2). Each step is one-way: a reader forgets the keys behind it, the
 * acquirer walks from the start.
 */
#include "crypto-dukpt.h"

#include "crypto-block.h"
#include "crypto-des.h"
#include "crypto-error.h"

#include <glib/gi18n.h>

#define HALF 8
#define KEY_SIZE CRYPTO_DUKPT_KEY_SIZE
#define KSN_SIZE CRYPTO_DUKPT_KSN_SIZE
#define COUNTER_MASK 0x1FFFFF /* 21 bits, in the last three bytes */
#define COUNTER_BITS 21
#define ONES_MAX 10

static const guint8 step_mask[KEY_SIZE]
    = { 0xC0, 0xC0, 0xC0, 0xC0, 0, 0, 0, 0, 0xC0, 0xC0, 0xC0, 0xC0, 0, 0, 0, 0 };
static const guint8 pin_mask[KEY_SIZE] = { 0, 0, 0, 0, 0, 0, 0, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0xFF };
static const guint8 data_mask[KEY_SIZE] = { 0, 0, 0, 0, 0, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0, 0 };

static guint32
read_counter (const guint8 *ksn)
{
  return ((guint32)ksn[7] << 16 | (guint32)ksn[8] << 8 | ksn[9]) & COUNTER_MASK;
}

static void
write_counter (guint8 *ksn, guint32 counter)
{
  ksn[7] = (guint8)((ksn[7] & 0xE0) | counter >> 16);
  ksn[8] = (guint8)(counter >> 8);
  ksn[9] = (guint8)counter;
}

static void
mask_key (guint8 *out, const guint8 *key, const guint8 *mask)
{
  for (guint i = 0; i < KEY_SIZE; i++)
    out[i] = key[i] ^ mask[i];
}

static gboolean
check_ksn (BaseSpan ksn, GError **error)
{
  if (ksn.size == KSN_SIZE)
    return TRUE;
  g_set_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID,
               _ ("A key serial number has %d bytes, not %zu"), KSN_SIZE, ksn.size);
  return FALSE;
}

static gboolean
check_key (const BaseSecret *key, GError **error)
{
  if (base_secret_size (key) == KEY_SIZE)
    return TRUE;
  g_set_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID, _ ("A DUKPT key has %d bytes, not %zu"),
               KEY_SIZE, base_secret_size (key));
  return FALSE;
}

BaseSecret *
crypto_dukpt_initial_key (const BaseSecret *base_key, BaseSpan ksn, GError **error)
{
  BaseSecret *initial;
  guint8 name[KSN_SIZE];
  guint8 masked[KEY_SIZE];

  if (!check_key (base_key, error) || !check_ksn (ksn, error))
    return NULL;
  for (guint i = 0; i < KSN_SIZE; i++)
    name[i] = ksn.data[i];
  write_counter (name, 0);
  initial = base_secret_new (KEY_SIZE);
  mask_key (masked, base_secret_span (base_key).data, step_mask);
  crypto_des_encrypt (base_secret_span (base_key), BASE_SPAN (name, HALF),
                      base_secret_bytes (initial));
  crypto_des_encrypt (BASE_SPAN (masked, KEY_SIZE), BASE_SPAN (name, HALF),
                      base_secret_bytes (initial) + HALF);
  base_secret_wipe (masked, sizeof masked);
  return initial;
}

/* One half of a step: the register, whitened by the key's right half, goes through DES under its
 * left half. */
static void
step_half (const guint8 *key, const guint8 *register_bytes, guint8 *out)
{
  for (guint i = 0; i < HALF; i++)
    out[i] = register_bytes[i] ^ key[HALF + i];
  crypto_des_encrypt (BASE_SPAN (key, HALF), BASE_SPAN (out, HALF), out);
  for (guint i = 0; i < HALF; i++)
    out[i] ^= key[HALF + i];
}

static void
step (guint8 *key, const guint8 *register_bytes)
{
  guint8 masked[KEY_SIZE];
  guint8 next[KEY_SIZE];

  mask_key (masked, key, step_mask);
  step_half (key, register_bytes, next + HALF);
  step_half (masked, register_bytes, next);
  for (guint i = 0; i < KEY_SIZE; i++)
    key[i] = next[i];
  base_secret_wipe (masked, sizeof masked);
  base_secret_wipe (next, sizeof next);
}

BaseSecret *
crypto_dukpt_transaction_key (const BaseSecret *initial_key, BaseSpan ksn, GError **error)
{
  BaseSecret *key;
  guint8 name[KSN_SIZE];
  guint32 counter;
  guint32 reached = 0;

  if (!check_key (initial_key, error) || !check_ksn (ksn, error))
    return NULL;
  counter = read_counter (ksn.data);
  if (counter == 0 || __builtin_popcount (counter) > ONES_MAX)
    {
      g_set_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID, _ ("The counter %06X has no key"),
                   counter);
      return NULL;
    }
  for (guint i = 0; i < KSN_SIZE; i++)
    name[i] = ksn.data[i];
  key = base_secret_copy (initial_key);
  for (guint32 bit = 1u << (COUNTER_BITS - 1); bit != 0; bit >>= 1)
    if ((counter & bit) != 0)
      {
        reached |= bit;
        write_counter (name, reached);
        step (base_secret_bytes (key), name + KSN_SIZE - HALF);
      }
  return key;
}

BaseSecret *
crypto_dukpt_use_key (const BaseSecret *transaction_key, CryptoDukptUse use)
{
  BaseSecret *key = base_secret_copy (transaction_key);
  guint8 *bytes = base_secret_bytes (key);
  g_autoptr (BaseSecret) variant = NULL;

  g_assert (base_secret_size (transaction_key) == KEY_SIZE);
  mask_key (bytes, bytes, use == CRYPTO_DUKPT_PIN ? pin_mask : data_mask);
  if (use == CRYPTO_DUKPT_PIN)
    return key;
  /* The data key takes one more step: each half of the variant, encrypted under the whole of it. */
  variant = base_secret_copy (key);
  crypto_des_encrypt (base_secret_span (variant), BASE_SPAN (bytes, HALF), bytes);
  crypto_des_encrypt (base_secret_span (variant), BASE_SPAN (bytes + HALF, HALF), bytes + HALF);
  return key;
}

BaseSecret *
crypto_dukpt_key (const BaseSecret *base_key, BaseSpan ksn, CryptoDukptUse use, GError **error)
{
  g_autoptr (BaseSecret) initial = crypto_dukpt_initial_key (base_key, ksn, error);
  g_autoptr (BaseSecret) transaction = NULL;

  if (initial != NULL)
    transaction = crypto_dukpt_transaction_key (initial, ksn, error);
  return transaction != NULL ? crypto_dukpt_use_key (transaction, use) : NULL;
}

/* A counter with too many ones is skipped by carrying at its lowest one, which leaps over all that
 * would have more. */
gboolean
crypto_dukpt_advance (guint8 ksn[CRYPTO_DUKPT_KSN_SIZE])
{
  guint32 counter = read_counter (ksn) + 1;

  while (counter <= COUNTER_MASK && __builtin_popcount (counter) > ONES_MAX)
    counter += counter & -counter;
  if (counter > COUNTER_MASK)
    return FALSE;
  write_counter (ksn, counter);
  return TRUE;
}

static gboolean
check_blocks (const BaseSecret *key, BaseSpan data, GError **error)
{
  return check_key (key, error) && crypto_block_check ('T', data, error);
}

GBytes *
crypto_dukpt_encrypt (const BaseSecret *key, BaseSpan plain, GError **error)
{
  guint8 *cipher;

  if (!check_blocks (key, plain, error))
    return NULL;
  cipher = g_malloc (plain.size);
  crypto_des_encrypt (base_secret_span (key), plain, cipher);
  return g_bytes_new_take (cipher, plain.size);
}

BaseSecret *
crypto_dukpt_decrypt (const BaseSecret *key, BaseSpan cipher, GError **error)
{
  BaseSecret *plain;

  if (!check_blocks (key, cipher, error))
    return NULL;
  plain = base_secret_new (cipher.size);
  crypto_des_decrypt (base_secret_span (key), cipher, base_secret_bytes (plain));
  return plain;
}
