/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-sessions.h"

#include <gio/gio.h>

#define GROUP "terminals"

struct _AcquirerSessions
{
  AcquirerProfile *profile;
  BaseSecret *master_key;
  char *path;       /* NULL: memory only */
  GKeyFile *file;   /* terminal = keys under the master key, in hexadecimal */
  GHashTable *macs; /* terminal → AcquirerMac */
};

void
acquirer_sessions_lend_master (const AcquirerSessions *self, AcquirerMac *mac)
{
  acquirer_mac_set_master (mac, self->master_key);
}

static void
use (AcquirerSessions *self, const char *terminal, const AcquirerKeySet *set)
{
  AcquirerMac *mac = acquirer_mac_new (self->profile, set->keys[ACQUIRER_KEY_MAC]);

  acquirer_sessions_lend_master (self, mac);
  g_hash_table_replace (self->macs, g_strdup (terminal), mac);
}

static void
load (AcquirerSessions *self)
{
  g_auto (GStrv) terminals = NULL;

  if (self->path == NULL
      || !g_key_file_load_from_file (self->file, self->path, G_KEY_FILE_NONE, NULL))
    return;
  terminals = g_key_file_get_keys (self->file, GROUP, NULL, NULL);
  for (guint i = 0; terminals != NULL && terminals[i] != NULL && i < ACQUIRER_SESSIONS_MAX; i++)
    {
      g_autofree char *hex = g_key_file_get_string (self->file, GROUP, terminals[i], NULL);
      g_autoptr (GBytes) field = hex != NULL ? base_bytes_from_hex (hex, NULL) : NULL;
      g_auto (AcquirerKeySet) set = { 0 };

      if (field != NULL
          && acquirer_key_plan_open (acquirer_profile_key_plan (self->profile), self->master_key,
                                     base_bytes_span (field), &set, NULL))
        use (self, terminals[i], &set);
    }
}

AcquirerSessions *
acquirer_sessions_new (AcquirerProfile *profile, const BaseSecret *master_key, const char *path)
{
  AcquirerSessions *self = g_new0 (AcquirerSessions, 1);

  g_assert (acquirer_profile_key_plan (profile) != NULL);
  self->profile = acquirer_profile_ref (profile);
  self->master_key = base_secret_copy (master_key);
  self->path = g_strdup (path);
  self->file = g_key_file_new ();
  self->macs
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)acquirer_mac_free);
  load (self);
  return self;
}

void
acquirer_sessions_free (AcquirerSessions *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->macs);
  g_key_file_unref (self->file);
  base_secret_free (self->master_key);
  acquirer_profile_unref (self->profile);
  g_free (self->path);
  g_free (self);
}

const AcquirerMac *
acquirer_sessions_mac (const AcquirerSessions *self, const char *terminal)
{
  return g_hash_table_lookup (self->macs, terminal);
}

static gboolean
save (AcquirerSessions *self, GError **error)
{
  g_autofree char *text = g_key_file_to_data (self->file, NULL, NULL);

  return self->path == NULL
         || g_file_set_contents_full (self->path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                                      error);
}

GBytes *
acquirer_sessions_begin (AcquirerSessions *self, const char *terminal, GError **error)
{
  g_auto (AcquirerKeySet) set = { 0 };
  g_autoptr (GBytes) field = NULL;
  g_autofree char *hex = NULL;

  if (terminal[0] == '\0' || g_hash_table_size (self->macs) >= ACQUIRER_SESSIONS_MAX)
    {
      g_set_error_literal (error, ACQUIRER_ERROR, ACQUIRER_ERROR_FIELD,
                           "no more terminals can sign in");
      return NULL;
    }
  field = acquirer_key_plan_make (acquirer_profile_key_plan (self->profile), self->master_key, &set,
                                  error);
  if (field == NULL)
    return NULL;
  hex = base_bytes_to_hex (base_bytes_span (field));
  g_key_file_set_string (self->file, GROUP, terminal, hex);
  if (!save (self, error))
    return NULL;
  use (self, terminal, &set);
  return g_steal_pointer (&field);
}

void
acquirer_sessions_end (AcquirerSessions *self, const char *terminal)
{
  g_key_file_remove_key (self->file, GROUP, terminal, NULL);
  (void)save (self, NULL);
  g_hash_table_remove (self->macs, terminal);
}
