/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every key here is made in one way (X9.24-3:2017, 6.3.1): a block says what the new key is for,
 * how long it is and whose it is, and the old key encrypts as many of them, numbered, as the new
 * one needs. The way to a counter's key is TDES DUKPT's: one step for each bit set, from the
 * highest down.
 */
#include "crypto-dukpt-aes.h"

#include "crypto-block.h"
#include "crypto-error.h"

#include <glib/gi18n.h>

#define BLOCK CRYPTO_DUKPT_AES_BLOCK_SIZE
#define KSN_SIZE CRYPTO_DUKPT_AES_KSN_SIZE
#define KEY_MAX 32
#define KEY_DATA 16 /* of tracks */
#define COUNTER_TOP 0x80000000u
#define VERSION 0x01
#define USE_DERIVE 0x8000
#define USE_INITIAL 0x8001

static guint32
read_counter (const guint8 *ksn)
{
  return (guint32)ksn[8] << 24 | (guint32)ksn[9] << 16 | (guint32)ksn[10] << 8 | ksn[11];
}

static void
write_counter (guint8 *bytes, guint32 counter)
{
  for (guint i = 0; i < 4; i++)
    bytes[i] = (guint8)(counter >> (24 - 8 * i));
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
check_size (gsize size, GError **error)
{
  if (size == 16 || size == 24 || size == KEY_MAX)
    return TRUE;
  g_set_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID,
               _ ("An AES key has 16, 24 or 32 bytes, not %zu"), size);
  return FALSE;
}

/* `size` bytes of a new key; `name` are the eight bytes that say whose it is. 6.3.2, table 2. */
static BaseSecret *
derive (const BaseSecret *from, guint use, gsize size, const guint8 *name)
{
  BaseSecret *key = base_secret_new (size);
  guint8 data[BLOCK] = { VERSION,
                         0, /* the number of the block */
                         (guint8)(use >> 8),
                         (guint8)use,
                         0,
                         (guint8)(size / 8), /* 2 AES-128, 3 AES-192, 4 AES-256 */
                         (guint8)(size * 8 >> 8),
                         (guint8)(size * 8) };
  guint8 out[BLOCK];

  for (guint i = 0; i < 8; i++)
    data[8 + i] = name[i];
  for (gsize done = 0; done < size; done++)
    {
      if (done % BLOCK == 0)
        {
          data[1]++;
          crypto_block_encrypt ('A', base_secret_span (from), NULL, BASE_SPAN (data, BLOCK), out);
        }
      base_secret_bytes (key)[done] = out[done % BLOCK];
    }
  base_secret_wipe (out, sizeof out);
  return key;
}

/* Below the initial key a name is the device's, without the base key's, and the counter. */
static BaseSecret *
derive_at (const BaseSecret *from, guint use, gsize size, BaseSpan ksn, guint32 counter)
{
  guint8 name[8];

  for (guint i = 0; i < 4; i++)
    name[i] = ksn.data[4 + i];
  write_counter (&name[4], counter);
  return derive (from, use, size, name);
}

BaseSecret *
crypto_dukpt_aes_initial_key (const BaseSecret *base_key, BaseSpan ksn, GError **error)
{
  gsize size = base_secret_size (base_key);

  if (!check_size (size, error) || !check_ksn (ksn, error))
    return NULL;
  return derive (base_key, USE_INITIAL, size, ksn.data);
}

BaseSecret *
crypto_dukpt_aes_transaction_key (const BaseSecret *initial_key, BaseSpan ksn, GError **error)
{
  gsize size = base_secret_size (initial_key);
  guint32 counter, reached = 0;
  BaseSecret *key;

  if (!check_size (size, error) || !check_ksn (ksn, error))
    return NULL;
  counter = read_counter (ksn.data);
  if (counter == 0 || __builtin_popcount (counter) > CRYPTO_DUKPT_AES_ONES_MAX)
    {
      g_set_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID, _ ("The counter %06X has no key"),
                   counter);
      return NULL;
    }
  key = base_secret_copy (initial_key);
  for (guint32 bit = COUNTER_TOP; bit != 0; bit >>= 1)
    if ((counter & bit) != 0)
      {
        g_autoptr (BaseSecret) before = key;

        reached |= bit;
        key = derive_at (before, USE_DERIVE, size, ksn, reached);
      }
  return key;
}

BaseSecret *
crypto_dukpt_aes_use_key (const BaseSecret *transaction_key,
                          BaseSpan ksn,
                          CryptoDukptAesUse use,
                          gsize size,
                          GError **error)
{
  if (!check_size (base_secret_size (transaction_key), error) || !check_size (size, error)
      || !check_ksn (ksn, error))
    return NULL;
  if (size > base_secret_size (transaction_key))
    {
      g_set_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID,
                   _ ("A key of %zu bytes can't be derived from one of %zu"), size,
                   base_secret_size (transaction_key));
      return NULL;
    }
  return derive_at (transaction_key, use, size, ksn, read_counter (ksn.data));
}

BaseSecret *
crypto_dukpt_aes_data_key (const BaseSecret *base_key, BaseSpan ksn, GError **error)
{
  g_autoptr (BaseSecret) initial = crypto_dukpt_aes_initial_key (base_key, ksn, error);
  g_autoptr (BaseSecret) transaction = NULL;

  if (initial != NULL)
    transaction = crypto_dukpt_aes_transaction_key (initial, ksn, error);
  return transaction != NULL
             ? crypto_dukpt_aes_use_key (transaction, ksn, CRYPTO_DUKPT_AES_DATA, KEY_DATA, error)
             : NULL;
}

/* As with TDES: a carry at the lowest one leaps over all that would have more. */
gboolean
crypto_dukpt_aes_advance (guint8 ksn[CRYPTO_DUKPT_AES_KSN_SIZE])
{
  guint64 counter = (guint64)read_counter (ksn) + 1;

  while (counter <= G_MAXUINT32
         && __builtin_popcount ((guint32)counter) > CRYPTO_DUKPT_AES_ONES_MAX)
    counter += counter & -counter;
  if (counter > G_MAXUINT32)
    return FALSE;
  write_counter (&ksn[8], (guint32)counter);
  return TRUE;
}

static gboolean
check_blocks (const BaseSecret *key, BaseSpan data, GError **error)
{
  return check_size (base_secret_size (key), error) && crypto_block_check ('A', data, error);
}

GBytes *
crypto_dukpt_aes_encrypt (const BaseSecret *key, BaseSpan plain, GError **error)
{
  guint8 *cipher;

  if (!check_blocks (key, plain, error))
    return NULL;
  cipher = g_malloc (plain.size);
  crypto_block_encrypt ('A', base_secret_span (key), NULL, plain, cipher);
  return g_bytes_new_take (cipher, plain.size);
}

BaseSecret *
crypto_dukpt_aes_decrypt (const BaseSecret *key, BaseSpan cipher, GError **error)
{
  BaseSecret *plain;

  if (!check_blocks (key, cipher, error))
    return NULL;
  plain = base_secret_new (cipher.size);
  crypto_block_decrypt ('A', base_secret_span (key), NULL, cipher, base_secret_bytes (plain));
  return plain;
}
