/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * "scrypt:N=32768:r=8:p=1:" salt ":" sealed key, both in hexadecimal. Everything before the sealed
 * key is its associated data. What a text asks of scrypt is bounded before it is done, since the
 * text lies in a file that anybody may change.
 */
#include "crypto-password.h"

#include "crypto-error.h"
#include "crypto-random.h"
#include "crypto-seal.h"

#include "base-number.h"

#include <glib/gi18n.h>
#include <openssl/evp.h>
#include <string.h>

#define KEY_SIZE 32
#define SALT_SIZE 16
#define COST 32768 /* with the two below: about 0.1 s and 32 MB on the PCs of 2020 */
#define BLOCKS 8
#define LANES 1
#define COST_MAX (1 << 20)
#define BLOCKS_MAX 32
#define LANES_MAX 4
#define MEMORY_SLACK (1024 * 1024) /* what OpenSSL counts besides scrypt's table */

typedef struct
{
  guint64 cost, blocks, lanes;
  GBytes *salt, *sealed;
  char *head; /* the text up to the sealed key */
} Wrapped;

static void
clear_wrapped (Wrapped *wrapped)
{
  g_clear_pointer (&wrapped->salt, g_bytes_unref);
  g_clear_pointer (&wrapped->sealed, g_bytes_unref);
  g_clear_pointer (&wrapped->head, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Wrapped, clear_wrapped)

static BaseSecret *
stretch (BaseSpan passphrase, const Wrapped *wrapped)
{
  BaseSpan salt = base_bytes_span (wrapped->salt);
  g_autoptr (BaseSecret) key = base_secret_new (KEY_SIZE);

  if (EVP_PBE_scrypt ((const char *)passphrase.data, passphrase.size, salt.data, salt.size,
                      wrapped->cost, wrapped->blocks, wrapped->lanes,
                      CRYPTO_PASSWORD_MEMORY_MAX + MEMORY_SLACK, base_secret_bytes (key), KEY_SIZE)
      != 1)
    return NULL;
  return g_steal_pointer (&key);
}

char *
crypto_password_wrap (const BaseSecret *key, BaseSpan passphrase)
{
  guint8 salt[SALT_SIZE];
  g_auto (Wrapped) wrapped = { COST, BLOCKS, LANES, NULL, NULL, NULL };
  g_autoptr (BaseSecret) stretched = NULL;
  g_autoptr (CryptoSealer) sealer = NULL;
  g_autofree char *salt_hex = NULL;
  g_autofree char *sealed_hex = NULL;

  g_assert (base_secret_size (key) == KEY_SIZE && passphrase.size > 0);
  crypto_random_bytes (salt, sizeof salt);
  wrapped.salt = g_bytes_new (salt, sizeof salt);
  salt_hex = base_bytes_to_hex (BASE_SPAN (salt, sizeof salt));
  wrapped.head = g_strdup_printf ("scrypt:N=%d:r=%d:p=%d:%s:", COST, BLOCKS, LANES, salt_hex);
  stretched = stretch (passphrase, &wrapped);
  if (stretched == NULL)
    g_error ("scrypt is not to be had");
  sealer = crypto_sealer_new (stretched);
  wrapped.sealed
      = crypto_sealer_seal (sealer, base_secret_span (key), BASE_SPAN_STR (wrapped.head));
  sealed_hex = base_bytes_to_hex (base_bytes_span (wrapped.sealed));
  return g_strconcat (wrapped.head, sealed_hex, NULL);
}

/* "N=32768" */
static gboolean
read_number (const char *part, const char *name, guint64 max, guint64 *out_number)
{
  return g_str_has_prefix (part, name)
         && base_number_parse (part + strlen (name), 10, 1, max, out_number);
}

/* The head is taken from the text itself, so that only the very text that was sealed can open. */
static gboolean
parse (const char *text, Wrapped *out)
{
  g_auto (GStrv) parts = NULL;

  if (strlen (text) > CRYPTO_PASSWORD_WRAPPED_MAX)
    return FALSE;
  parts = g_strsplit (text, ":", -1);
  if (g_strv_length (parts) != 6 || !g_str_equal (parts[0], "scrypt")
      || !read_number (parts[1], "N=", COST_MAX, &out->cost) || (out->cost & (out->cost - 1)) != 0
      || out->cost < 2 || !read_number (parts[2], "r=", BLOCKS_MAX, &out->blocks)
      || !read_number (parts[3], "p=", LANES_MAX, &out->lanes)
      || 128 * out->cost * out->blocks > CRYPTO_PASSWORD_MEMORY_MAX)
    return FALSE;
  out->salt = base_bytes_from_hex (parts[4], NULL);
  out->sealed = base_bytes_from_hex (parts[5], NULL);
  out->head = g_strndup (text, strlen (text) - strlen (parts[5]));
  return out->salt != NULL && g_bytes_get_size (out->salt) == SALT_SIZE && out->sealed != NULL
         && g_bytes_get_size (out->sealed) == KEY_SIZE + CRYPTO_SEAL_OVERHEAD;
}

BaseSecret *
crypto_password_unwrap (const char *wrapped, BaseSpan passphrase, GError **error)
{
  g_auto (Wrapped) parsed = { 0, 0, 0, NULL, NULL, NULL };
  g_autoptr (BaseSecret) stretched = NULL;
  g_autoptr (CryptoSealer) sealer = NULL;
  BaseSecret *key = NULL;

  if (!parse (wrapped, &parsed))
    {
      g_set_error_literal (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID,
                           _ ("This isn't a key under a passphrase"));
      return NULL;
    }
  stretched = stretch (passphrase, &parsed);
  if (stretched == NULL)
    {
      crypto_error_set (error, CRYPTO_ERROR_INVALID,
                        _ ("scrypt can't be done with these parameters"));
      return NULL;
    }
  sealer = crypto_sealer_new (stretched);
  key = crypto_sealer_open (sealer, base_bytes_span (parsed.sealed), BASE_SPAN_STR (parsed.head),
                            NULL);
  if (key == NULL)
    crypto_error_set (error, CRYPTO_ERROR_PASSPHRASE, _ ("The passphrase doesn't open this key"));
  return key;
}
