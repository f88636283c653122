/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-keys.h"

#include "sync-line.h"

#include "acquirer-terminal-key.h"
#include "crypto-error.h"
#include "vault-journal.h"

#include <glib/gi18n.h>
#include <string.h>

static gboolean
refuse (GError **error, const char *sentence)
{
  g_set_error_literal (error, SYNC_ERROR, SYNC_ERROR_SETTINGS, sentence);
  return FALSE;
}

/* The setting, or this sentence where there is none. */
static BaseSecret *
want (Vault *vault, const char *setting, const char *sentence, GError **error)
{
  g_autoptr (GError) broken = NULL;
  BaseSecret *value = vault_setting (vault, setting, &broken);

  if (broken != NULL)
    g_propagate_error (error, g_steal_pointer (&broken));
  else if (value == NULL)
    refuse (error, _ (sentence));
  return value;
}

/* ---- What this acquirer wants ---- */

typedef struct
{
  AcquirerTerminalKey key;
  const char *setting, *former, *word;
} Need;

static gboolean
read_need (Vault *vault, Need *out_need, GError **error)
{
  g_autoptr (GError) broken = NULL;
  g_autofree char *text = vault_setting_text (vault, SYNC_SETTING_PROFILE, &broken);
  g_autoptr (AcquirerProfile) profile = NULL;
  Need need = { 0 };
  gboolean master;

  if (broken != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&broken));
      return FALSE;
    }
  if (text == NULL)
    return refuse (error, _ ("This shop has no acquirer"));
  profile = acquirer_profile_from_text (text, error);
  if (profile == NULL)
    return FALSE;
  if (!acquirer_terminal_key_find (profile, &need.key))
    return refuse (error, _ ("This acquirer's messages carry no MAC: it gives no keys"));
  master = need.key.purpose == CRYPTO_KEYBLOCK_MASTER;
  need.setting = master ? SYNC_SETTING_MASTER_KEY : SYNC_SETTING_MAC_KEY;
  need.former = master ? SYNC_SETTING_MASTER_KEY_FORMER : SYNC_SETTING_MAC_KEY_FORMER;
  need.word = master ? "master" : "mac";
  *out_need = need;
  return TRUE;
}

/* ---- Check values ---- */

static void
write_check (char algorithm, const BaseSecret *key, char *out)
{
  g_autofree char *check = key != NULL ? crypto_keyblock_check_value (algorithm, key) : NULL;

  g_strlcpy (out, check != NULL ? check : "", CRYPTO_KEYBLOCK_CHECK_LENGTH + 1);
}

void
sync_keys_check_values (const BaseSecret *key, SyncKeys *out_keys)
{
  write_check ('T', key, out_keys->transport_tdes);
  write_check ('A', key, out_keys->transport_aes);
}

gboolean
sync_keys_read (Vault *vault, SyncKeys *out_keys, GError **error)
{
  Need need;
  g_autoptr (BaseSecret) key = NULL;
  g_autoptr (BaseSecret) former = NULL;
  g_autoptr (BaseSecret) transport = NULL;
  SyncKeys keys = { 0 };

  if (!read_need (vault, &need, error))
    return FALSE;
  key = vault_setting (vault, need.setting, /* error= */ NULL);
  former = vault_setting (vault, need.former, /* error= */ NULL);
  transport = vault_setting (vault, SYNC_SETTING_TRANSPORT_KEY, /* error= */ NULL);
  keys.is_master = need.key.purpose == CRYPTO_KEYBLOCK_MASTER;
  write_check (need.key.algorithm, key, keys.check);
  write_check (need.key.algorithm, former, keys.former_check);
  sync_keys_check_values (transport, &keys);
  *out_keys = keys;
  return TRUE;
}

/* ---- The transport key ---- */

static gboolean
is_size (gsize size)
{
  return size == 16 || size == 24 || size == 32;
}

static BaseSecret *
read_digits (BaseSpan text, GError **error)
{
  g_autoptr (BaseSecret) digits = base_secret_new (2 * CRYPTO_KEYBLOCK_KEY_MAX);
  g_autoptr (BaseSecret) component = NULL;
  gsize count = 0;

  for (gsize i = 0; i < text.size; i++)
    {
      int digit = g_ascii_xdigit_value ((char)text.data[i]);

      if (g_ascii_isspace (text.data[i]))
        continue;
      if (digit < 0 || count == base_secret_size (digits))
        {
          count = 0;
          break;
        }
      base_secret_bytes (digits)[count++] = (guint8)digit;
    }
  if (count % 2 != 0 || !is_size (count / 2))
    {
      refuse (error, _ ("A component has 32, 48 or 64 hexadecimal digits"));
      return NULL;
    }
  component = base_secret_new (count / 2);
  for (gsize i = 0; i < count / 2; i++)
    base_secret_bytes (component)[i]
        = (guint8)(base_secret_bytes (digits)[2 * i] << 4 | base_secret_bytes (digits)[2 * i + 1]);
  return g_steal_pointer (&component);
}

/* The next line that counts; FALSE at the end. */
static gboolean
next_line (BaseReader *reader, BaseSpan *out_line)
{
  while (base_reader_left (reader) > 0)
    {
      BaseSpan rest = BASE_SPAN (reader->span.data + reader->offset, base_reader_left (reader));
      const guint8 *end = memchr (rest.data, '\n', rest.size);
      gsize size = end != NULL ? (gsize)(end - rest.data) : rest.size;

      base_reader_skip (reader, MIN (size + 1, rest.size));
      while (size > 0 && g_ascii_isspace (rest.data[size - 1]))
        size--;
      *out_line = BASE_SPAN (rest.data, size);
      if (size > 0 && rest.data[0] != '#')
        return TRUE;
    }
  return FALSE;
}

BaseSecret *
sync_keys_read_component (BaseSpan text, GError **error)
{
  BaseReader reader;
  BaseSpan line, more;

  base_reader_init (&reader, text);
  if (!next_line (&reader, &line))
    (void)refuse (error, _ ("There is no component in it"));
  else if (next_line (&reader, &more))
    (void)refuse (error,
                  _ ("Each person's component comes by itself: there is more than one in it"));
  else
    return read_digits (line, error);
  return NULL;
}

static gboolean
is_zero (BaseSpan key)
{
  guint8 all = 0;

  for (gsize i = 0; i < key.size; i++)
    all |= key.data[i];
  return all == 0;
}

/* Components that undo each other, or a TDES key that is no more than DES: two equal halves. */
static gboolean
is_weak (BaseSpan key)
{
  guint8 differences = 0;

  for (gsize i = 0; i < 8; i++)
    differences |= key.data[i] ^ key.data[8 + i];
  return differences == 0;
}

static BaseSecret *
combine (const SyncKeysPart *parts, guint count, GError **error)
{
  g_autoptr (BaseSecret) key = NULL;
  gboolean weak; /* who brings zeros leaves the whole key to the others */

  g_assert (count <= SYNC_KEYS_COMPONENTS_MAX);
  if (count < SYNC_KEYS_COMPONENTS_MIN)
    {
      refuse (error,
              _ ("One component alone is no transport key: the other person's is needed, too"));
      return NULL;
    }
  key = base_secret_copy (parts[0].component);
  weak = is_zero (base_secret_span (key));
  for (guint i = 1; i < count; i++)
    {
      BaseSpan component = base_secret_span (parts[i].component);

      if (component.size != base_secret_size (key))
        {
          refuse (error, _ ("The components haven't the same length"));
          return NULL;
        }
      weak = weak || is_zero (component);
      for (gsize j = 0; j < component.size; j++)
        base_secret_bytes (key)[j] ^= component.data[j];
    }
  if (!weak && !is_weak (base_secret_span (key)))
    return g_steal_pointer (&key);
  refuse (error, _ ("These components make no key: compare each with its paper"));
  return NULL;
}

/* Which key it was can be told by its check value, and by nothing else. */
static gboolean
note (Vault *vault, const char *who, const char *what, const char *check, GError **error)
{
  g_autofree char *detail = g_strdup_printf ("%s %s", what, check);

  return vault_journal_add (vault, who, "key", detail, error);
}

static const char *
check_of (const BaseSecret *key, SyncKeys *checks)
{
  sync_keys_check_values (key, checks);
  return checks->transport_aes[0] != '\0' ? checks->transport_aes : checks->transport_tdes;
}

static gboolean
note_transport (Vault *vault,
                const BaseSecret *key,
                const SyncKeysPart *parts,
                guint count,
                GError **error)
{
  g_autoptr (GString) who = g_string_new (NULL);
  g_autoptr (GString) checks = g_string_new (NULL);
  SyncKeys values = { 0 };

  g_string_append_printf (checks, "%s =", check_of (key, &values));
  for (guint i = 0; i < count; i++)
    {
      g_string_append_printf (who, "%s%s", i > 0 ? ", " : "", parts[i].who);
      g_string_append_printf (checks, "%s %s", i > 0 ? " +" : "",
                              check_of (parts[i].component, &values));
    }
  return note (vault, who->str, "transport", checks->str, error);
}

gboolean
sync_keys_keep_transport (Vault *vault, const SyncKeysPart *parts, guint count, GError **error)
{
  g_autoptr (BaseSecret) key = combine (parts, count, error);

  return key != NULL && note_transport (vault, key, parts, count, error)
         && vault_setting_set (vault, SYNC_SETTING_TRANSPORT_KEY, base_secret_span (key), error);
}

/* ---- The key in a block ---- */

/* The new key, its place in what the profile does checked. */
static BaseSecret *
open_block (Vault *vault, const Need *need, BaseSpan text, GError **error)
{
  g_autoptr (BaseSecret) transport
      = want (vault, SYNC_SETTING_TRANSPORT_KEY,
              N_ ("The till has no transport key yet: take that in first, with “till-cli acquirer "
                  "transport-key”"),
              error);
  g_autoptr (BaseSecret) key = NULL;
  CryptoKeyblock block;

  if (transport != NULL && need->key.algorithm == '\0')
    {
      refuse (error, _ ("A key for this acquirer can't come in a key block"));
      return NULL;
    }
  if (transport == NULL || !crypto_keyblock_read (text, &block, error)
      || !crypto_keyblock_check (&block, need->key.purpose, need->key.mac_algorithm, error))
    return NULL;
  if (block.algorithm != need->key.algorithm)
    {
      g_set_error (
          error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID,
          _ ("The block holds a key for algorithm %c; this acquirer's profile works with %c"),
          block.algorithm, need->key.algorithm);
      return NULL;
    }
  key = crypto_keyblock_unwrap (text, transport, error);
  if (key != NULL && need->key.purpose == CRYPTO_KEYBLOCK_MASTER
      && base_secret_size (key) != ACQUIRER_TERMINAL_KEY_SIZE)
    {
      refuse (error,
              _ ("A terminal's master key has 16 bytes; the one in this block has another size"));
      return NULL;
    }
  return g_steal_pointer (&key);
}

static gboolean
keep (Vault *vault, const Need *need, BaseSpan key, BaseSpan former, GError **error)
{
  const VaultSetting settings[] = {
    { need->setting, key },
    { need->former, former },
    { SYNC_SETTING_WORKING_KEYS, { NULL, 0 } },
  };

  return vault_setting_set_all (vault, settings, G_N_ELEMENTS (settings), error);
}

gboolean
sync_keys_take_block (Vault *vault, BaseSpan text, const char *who, GError **error)
{
  Need need;
  g_autoptr (BaseSecret) key = NULL;
  g_autoptr (BaseSecret) before = NULL;
  char check[CRYPTO_KEYBLOCK_CHECK_LENGTH + 1];

  if (!read_need (vault, &need, error))
    return FALSE;
  key = open_block (vault, &need, text, error);
  if (key == NULL)
    return FALSE;
  before = vault_setting (vault, need.setting, /* error= */ NULL);
  if (before != NULL && base_bytes_equal_secret (base_secret_span (key), base_secret_span (before)))
    return TRUE;
  write_check (need.key.algorithm, key, check);
  return note (vault, who, need.word, check, error)
         && keep (vault, &need, base_secret_span (key),
                  before != NULL ? base_secret_span (before) : BASE_SPAN (NULL, 0), error);
}

gboolean
sync_keys_go_back (Vault *vault, const char *who, GError **error)
{
  Need need;
  g_autoptr (BaseSecret) key = NULL;
  g_autoptr (BaseSecret) former = NULL;
  char check[CRYPTO_KEYBLOCK_CHECK_LENGTH + 1];

  if (!read_need (vault, &need, error))
    return FALSE;
  former = want (vault, need.former, N_ ("There is no former key to go back to"), error);
  key = former != NULL ? want (vault, need.setting, N_ ("There is no present key"), error) : NULL;
  if (key == NULL)
    return FALSE;
  write_check (need.key.algorithm, former, check);
  return note (vault, who, need.word, check, error)
         && keep (vault, &need, base_secret_span (former), base_secret_span (key), error);
}
