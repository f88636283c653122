/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-issue.h"

#include "acquirer-terminal-key.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

/* Whether `text` is this key, for this use, under this transport key. */
static gboolean
is_block (const char *text,
          const AcquirerTerminalKey *kind,
          const BaseSecret *transport,
          const BaseSecret *key)
{
  g_autoptr (BaseSecret) found = NULL;
  CryptoKeyblock block;

  if (!crypto_keyblock_read (BASE_SPAN_STR (text), &block, NULL) || block.version != kind->version
      || block.algorithm != kind->algorithm || strcmp (block.usage, kind->usage) != 0)
    return FALSE;
  found = crypto_keyblock_unwrap (BASE_SPAN_STR (text), transport, NULL);
  return found != NULL
         && base_bytes_equal_secret (base_secret_span (found), base_secret_span (key));
}

static char *
make_block (const AcquirerTerminalKey *kind,
            const BaseSecret *transport,
            const BaseSecret *key,
            GError **error)
{
  CryptoKeyblock block = { .version = kind->version,
                           .algorithm = kind->algorithm,
                           .mode = kind->mode,
                           .key_version = "00",
                           .exportability = 'N' };
  g_autofree char *text = NULL;

  g_strlcpy (block.usage, kind->usage, sizeof block.usage);
  text = crypto_keyblock_wrap (&block, transport, key, error);
  return text != NULL ? g_strconcat (text, "\n", NULL) : NULL;
}

/* `kind` NULL: there is to be none. */
static gboolean
keep_block (const char *path,
            const AcquirerTerminalKey *kind,
            const BaseSecret *transport,
            const BaseSecret *key,
            GError **error)
{
  g_autofree char *found = NULL;
  g_autofree char *text = NULL;

  if (kind == NULL)
    {
      (void)g_unlink (path);
      return TRUE;
    }
  if (g_file_get_contents (path, &found, NULL, NULL) && is_block (found, kind, transport, key))
    return TRUE;
  text = make_block (kind, transport, key, error);
  return text != NULL
         && g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}

gboolean
acquirer_issue_blocks (const AcquirerKeys *keys,
                       const AcquirerProfile *profile,
                       const char *dir,
                       GError **error)
{
  g_autofree char *present = g_build_filename (dir, ACQUIRER_ISSUE_PRESENT, NULL);
  g_autofree char *next = g_build_filename (dir, ACQUIRER_ISSUE_NEXT, NULL);
  AcquirerTerminalKey found;
  const AcquirerTerminalKey *kind = NULL;

  /* Single DES has no key of the size that all of ours have. */
  if (acquirer_terminal_key_find (profile, &found)
      && (found.algorithm == 'A' || found.algorithm == 'T'))
    kind = &found;
  return keep_block (present, kind, keys->transport_key,
                     kind != NULL && found.purpose == CRYPTO_KEYBLOCK_MASTER ? keys->master_key
                                                                             : keys->mac_key,
                     error)
         && keep_block (next, kind, keys->transport_key, keys->next_key, error);
}
