/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-books.h"

#include <glib/gi18n.h>
#include <string.h>

#define FIELD_RESPONSE 39

/* What the host had seen. */
typedef struct
{
  char *install;
  gint64 epoch, entry;
  GBytes *head;
} Seen;

static void
seen_clear (Seen *self)
{
  g_free (self->install);
  g_clear_pointer (&self->head, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Seen, seen_clear)

gboolean
sync_books_is_own (SyncLine *line)
{
  const char *merchant;

  return strcmp (sync_line_voice (line, &merchant), sync_line_terminal (line)) == 0;
}

void
sync_books_fill (SyncLine *line, VaultEpochBooks *store, AcquirerBooks *books)
{
  Vault *vault = sync_line_vault (line);

  *books = (AcquirerBooks){ 0 };
  if (!acquirer_profile_keeps_books (sync_line_profile (line)) || !vault_is_owner (vault))
    return;
  vault_epoch_books (vault, store);
  if (!sync_books_is_own (line))
    {
      const char *merchant;
      g_autofree char *name
          = sync_line_taken_name (sync_line_voice (line, &merchant), SYNC_TAKEN_EPOCH);

      store->epoch = vault_setting_number (vault, name, 1);
    }
  *books = (AcquirerBooks){ .install = store->install,
                            .epoch = store->epoch,
                            .last_record = store->record,
                            .last_entry = store->entry,
                            .head = BASE_SPAN (store->head, sizeof store->head) };
}

static gboolean
read_seen (SyncLine *line, AcquirerFlowKind kind, const Iso8583Message *answer, Seen *seen)
{
  const AcquirerProfile *profile = sync_line_profile (line);
  const AcquirerFlow *flow = acquirer_profile_flow (profile, kind);
  g_autofree char *epoch = acquirer_message_value (profile, flow, answer, ACQUIRER_VALUE_EPOCH);
  g_autofree char *entry
      = acquirer_message_value (profile, flow, answer, ACQUIRER_VALUE_LAST_ENTRY);
  g_autofree char *head = acquirer_message_value (profile, flow, answer, ACQUIRER_VALUE_HEAD);

  seen->install = acquirer_message_value (profile, flow, answer, ACQUIRER_VALUE_INSTALL);
  seen->head = head != NULL ? base_bytes_from_hex (head, NULL) : NULL;
  seen->epoch = epoch != NULL ? g_ascii_strtoll (epoch, NULL, 10) : 0;
  seen->entry = entry != NULL ? g_ascii_strtoll (entry, NULL, 10) : 0;
  return seen->install != NULL && epoch != NULL && entry != NULL && seen->head != NULL
         && g_bytes_get_size (seen->head) == sizeof ((VaultEpochBooks *)NULL)->head;
}

static gboolean
refuse (GError **error, const char *sentence)
{
  g_set_error_literal (error, SYNC_ERROR, SYNC_ERROR_HELD, sentence);
  return FALSE;
}

/* The host knows this installation: do our books hold all that it was told of them? */
static gboolean
is_behind (SyncLine *line, const Seen *seen, gboolean *out_behind, GError **error)
{
  Vault *vault = sync_line_vault (line);
  VaultEpochBooks books;
  gboolean has = FALSE;

  vault_epoch_books (vault, &books);
  *out_behind = FALSE;
  if (g_ascii_strcasecmp (seen->install, books.install) != 0 || seen->epoch < books.epoch)
    return TRUE;
  if (seen->epoch == books.epoch
      && !vault_epoch_has_entry (vault, seen->entry, g_bytes_get_data (seen->head, NULL), &has,
                                 error))
    return FALSE;
  *out_behind = !has;
  return TRUE;
}

gboolean
sync_books_are_known (SyncLine *line, AcquirerFlowKind kind, const Iso8583Message *answer)
{
  g_auto (Seen) seen = { 0 };
  VaultEpochBooks books;

  if (!acquirer_profile_keeps_books (sync_line_profile (line))
      || !read_seen (line, kind, answer, &seen))
    return FALSE;
  vault_epoch_books (sync_line_vault (line), &books);
  return g_ascii_strcasecmp (seen.install, books.install) == 0;
}

static gboolean
is_handed_over (SyncLine *line, const Iso8583Message *answer)
{
  const char *text = iso8583_message_get (answer, FIELD_RESPONSE);
  const AcquirerCode *code
      = text != NULL ? acquirer_profile_code (sync_line_profile (line), text) : NULL;

  return code != NULL && code->action == ACQUIRER_ACTION_HANDED;
}

gboolean
sync_books_heed (SyncLine *line,
                 AcquirerFlowKind kind,
                 const Iso8583Message *answer,
                 GError **error)
{
  Vault *vault = sync_line_vault (line);
  g_auto (Seen) seen = { 0 };
  gboolean known, behind = FALSE;

  if (!acquirer_profile_keeps_books (sync_line_profile (line)) || !vault_is_owner (vault))
    return TRUE;
  known = read_seen (line, kind, answer, &seen);
  if (is_handed_over (line, answer))
    {
      if (sync_books_is_own (line)
          && g_strcmp0 (vault_epoch_quarantine (vault), VAULT_QUARANTINE_HANDED) != 0
          && !vault_epoch_hand_over (vault, known ? seen.epoch : 0, error))
        return FALSE;
      return refuse (error, _ ("Another till has taken over this terminal's number"));
    }
  if (!known || !sync_books_is_own (line))
    return TRUE;
  if (!is_behind (line, &seen, &behind, error))
    return FALSE;
  if (!behind)
    return TRUE;
  if (!vault_epoch_begin_above (vault, seen.epoch, VAULT_QUARANTINE_ROLLBACK, error))
    return FALSE;
  return refuse (error, _ ("The host has seen newer books of this terminal than these"));
}
