/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-terminals.h"

#include <string.h>

struct _AcquirerTerminals
{
  char *path; /* NULL: memory only */
  GKeyFile *file;
};

AcquirerTerminals *
acquirer_terminals_new (const char *path)
{
  AcquirerTerminals *self = g_new0 (AcquirerTerminals, 1);

  self->path = g_strdup (path);
  self->file = g_key_file_new ();
  if (path != NULL)
    (void)g_key_file_load_from_file (self->file, path, G_KEY_FILE_NONE, NULL);
  return self;
}

void
acquirer_terminals_free (AcquirerTerminals *self)
{
  if (self == NULL)
    return;
  g_key_file_unref (self->file);
  g_free (self->path);
  g_free (self);
}

static gboolean
read_text (const AcquirerTerminals *self,
           const char *terminal,
           const char *key,
           char *out,
           gsize size)
{
  g_autofree char *text = g_key_file_get_string (self->file, terminal, key, NULL);

  return text != NULL && g_strlcpy (out, text, size) == size - 1;
}

gboolean
acquirer_terminals_find (const AcquirerTerminals *self,
                         const char *terminal,
                         AcquirerSeen *out_seen)
{
  AcquirerSeen seen = { 0 };

  if (terminal[0] == '\0'
      || !read_text (self, terminal, "install", seen.install, sizeof seen.install)
      || !read_text (self, terminal, "head", seen.head, sizeof seen.head))
    return FALSE;
  seen.epoch = g_key_file_get_int64 (self->file, terminal, "epoch", NULL);
  seen.record = g_key_file_get_int64 (self->file, terminal, "record", NULL);
  seen.entry = g_key_file_get_int64 (self->file, terminal, "entry", NULL);
  *out_seen = seen;
  return TRUE;
}

gboolean
acquirer_terminals_keep (AcquirerTerminals *self,
                         const char *terminal,
                         const AcquirerSeen *seen,
                         GError **error)
{
  g_autofree char *text = NULL;
  gsize count = 0;

  g_strfreev (g_key_file_get_groups (self->file, &count));
  if (terminal[0] == '\0'
      || (count >= ACQUIRER_TERMINALS_MAX && !g_key_file_has_group (self->file, terminal)))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
                           "no more terminals can be remembered");
      return FALSE;
    }
  g_key_file_set_string (self->file, terminal, "install", seen->install);
  g_key_file_set_int64 (self->file, terminal, "epoch", seen->epoch);
  g_key_file_set_int64 (self->file, terminal, "record", seen->record);
  g_key_file_set_int64 (self->file, terminal, "entry", seen->entry);
  g_key_file_set_string (self->file, terminal, "head", seen->head);
  text = g_key_file_to_data (self->file, NULL, NULL);
  return self->path == NULL
         || g_file_set_contents_full (self->path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                                      error);
}
