/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-code.h"

#include "acquirer-error.h"

#include <glib/gi18n.h>
#include <string.h>

#define GROUP "codes"
#define CODE_SIZE 2
#define WORDS_MAX 120 /* bytes */

struct _AcquirerCodes
{
  GHashTable *codes; /* code → AcquirerCode */
};

static const char *const actions[] = {
  [ACQUIRER_ACTION_DECLINE] = "decline", [ACQUIRER_ACTION_RETRY] = "retry",
  [ACQUIRER_ACTION_CALL] = "call",       [ACQUIRER_ACTION_SIGN_IN] = "sign-in",
  [ACQUIRER_ACTION_PICK_UP] = "pick-up", [ACQUIRER_ACTION_HANDED] = "handed-over",
};

const char *
acquirer_action_name (AcquirerAction action)
{
  g_assert (action < G_N_ELEMENTS (actions));
  return actions[action];
}

static void
free_code (gpointer data)
{
  AcquirerCode *code = data;

  g_free (code->words);
  g_free (code->words_zh);
  g_free (code);
}

void
acquirer_codes_free (AcquirerCodes *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->codes);
  g_free (self);
}

static gboolean
is_words (const char *text)
{
  return text[0] != '\0' && strlen (text) <= WORDS_MAX;
}

/* "decline | English | 中文" */
static AcquirerCode *
read_code (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "|", -1);
  AcquirerCode *code;

  if (g_strv_length (parts) != 3 || !is_words (g_strstrip (parts[1]))
      || !is_words (g_strstrip (parts[2])))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    if (strcmp (actions[i], g_strstrip (parts[0])) == 0)
      {
        code = g_new0 (AcquirerCode, 1);
        code->action = (AcquirerAction)i;
        code->words = g_strdup (parts[1]);
        code->words_zh = g_strdup (parts[2]);
        return code;
      }
  return NULL;
}

AcquirerCodes *
acquirer_codes_read (GKeyFile *file, GError **error)
{
  g_autoptr (AcquirerCodes) self = g_new0 (AcquirerCodes, 1);
  g_auto (GStrv) keys = g_key_file_get_keys (file, GROUP, NULL, NULL);

  self->codes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_code);
  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    {
      g_autofree char *text = g_key_file_get_string (file, GROUP, keys[i], NULL);
      AcquirerCode *code = text != NULL && strlen (keys[i]) == CODE_SIZE && i < ACQUIRER_CODES_MAX
                               ? read_code (text)
                               : NULL;

      if (code == NULL)
        {
          acquirer_error_set (error, ACQUIRER_ERROR_PROFILE,
                              _ ("[%s] %s must be an action, English words and Chinese words, with "
                                 "| between them"),
                              GROUP, keys[i]);
          return NULL;
        }
      g_hash_table_replace (self->codes, g_strdup (keys[i]), code);
    }
  return g_steal_pointer (&self);
}

const AcquirerCode *
acquirer_codes_find (const AcquirerCodes *self, const char *code)
{
  return g_hash_table_lookup (self->codes, code);
}
