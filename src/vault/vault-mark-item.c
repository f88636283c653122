/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-mark-item.h"

#include "vault-epoch.h"
#include "vault-keyring.h"
#include "vault-mark.h"

#define AGAIN_US (G_GINT64_CONSTANT (300) * G_USEC_PER_SEC)

struct _VaultMarkItem
{
  char *name;
  CryptoHmac *sealer;
  VaultMarkItemState state; /* under the vault's mutex */
  gboolean heeded;          /* it was read since the opening */
  gint64 silent_us;         /* since when it doesn't answer; 0: it does */
  gint64 epoch, journal;    /* as the keyring has them; 0: it has none */
};

static const char *const words[] = {
  [VAULT_MARK_ITEM_NONE] = "none", [VAULT_MARK_ITEM_SILENT] = "silent",
  [VAULT_MARK_ITEM_SHUT] = "shut", [VAULT_MARK_ITEM_NEW] = "new",
  [VAULT_MARK_ITEM_GOOD] = "good",
};

const char *
vault_mark_item_word (VaultMarkItemState state)
{
  return words[state];
}

VaultMarkItemState
vault_mark_item_state (Vault *self)
{
  VaultMarkItemState state;

  vault_lock (self);
  state = self->mark_item != NULL ? self->mark_item->state : VAULT_MARK_ITEM_NONE;
  vault_unlock (self);
  return state;
}

/* What stays unsaid: DONE is for the caller to name. */
static void
set_answer (Vault *self, VaultKeyringAnswer answer, VaultMarkItemState done)
{
  static const VaultMarkItemState states[] = {
    [VAULT_KEYRING_NONE] = VAULT_MARK_ITEM_NONE,
    [VAULT_KEYRING_SILENT] = VAULT_MARK_ITEM_SILENT,
    [VAULT_KEYRING_SHUT] = VAULT_MARK_ITEM_SHUT,
  };

  self->mark_item->silent_us = answer == VAULT_KEYRING_SILENT ? g_get_monotonic_time () : 0;
  vault_lock (self);
  self->mark_item->state = answer == VAULT_KEYRING_DONE ? done : states[answer];
  vault_unlock (self);
}

static gboolean
read_text (const VaultMarkItem *item, const char *text, VaultMarkValues *out_values)
{
  g_autoptr (GBytes) bytes = base_bytes_from_hex (text, NULL);
  guint64 turn;

  return bytes != NULL
         && vault_mark_unpack (item->sealer, base_bytes_span (bytes), &turn, out_values);
}

/* Where several keyrings hold one, the newest counts. */
static gboolean
read_newest (const VaultMarkItem *item, const GPtrArray *texts, VaultMarkValues *out_values)
{
  gboolean found = FALSE;

  for (guint i = 0; i < texts->len; i++)
    {
      VaultMarkValues values;

      if (!read_text (item, texts->pdata[i], &values)
          || (found
              && (values.epoch < out_values->epoch
                  || (values.epoch == out_values->epoch && values.journal < out_values->journal))))
        continue;
      *out_values = values;
      found = TRUE;
    }
  return found;
}

/* A mark of an earlier epoch was only not brought up yet: that epoch's begin knew it, or lies above
 * all that it can have come to. */
static gboolean
is_newer (Vault *self, const VaultMarkValues *mark, gboolean *out_newer, GError **error)
{
  gint64 epoch = vault_epoch_number (self);
  gboolean has = FALSE;

  *out_newer = mark->epoch > epoch;
  if (mark->epoch != epoch)
    return TRUE;
  if (!vault_epoch_has_entry (self, mark->journal, mark->chain, &has, error))
    return FALSE;
  *out_newer = !has;
  return TRUE;
}

/* `out_newer`: the books had come further; identities go on above both. */
static gboolean
heed (Vault *self, VaultMarkValues *out_values, gboolean *out_newer, GError **error)
{
  VaultMarkItem *item = self->mark_item;
  g_autoptr (GPtrArray) texts = NULL;
  VaultKeyringAnswer answer = vault_keyring_read_marks (item->name, &texts);
  gboolean found = read_newest (item, texts, out_values);

  *out_newer = FALSE;
  set_answer (self, answer, found ? VAULT_MARK_ITEM_GOOD : VAULT_MARK_ITEM_NEW);
  item->heeded = answer == VAULT_KEYRING_DONE;
  if (!found)
    return TRUE;
  item->epoch = out_values->epoch;
  item->journal = out_values->journal;
  vault_lock (self);
  vault_identity_set (self, MAX (vault_identity (self->batch, self->stan), out_values->identity));
  vault_unlock (self);
  return is_newer (self, out_values, out_newer, error);
}

gboolean
vault_mark_item_open (Vault *self, const BaseSecret *key, const char **out_word, GError **error)
{
  VaultMarkItem *item = g_new0 (VaultMarkItem, 1);
  VaultMarkValues values;
  gboolean newer;

  item->name = vault_mark_name (key);
  item->sealer = vault_mark_sealer (key);
  self->mark_item = item;
  if (!heed (self, &values, &newer, error))
    return FALSE;
  if (!newer)
    return TRUE;
  self->epoch = MAX (self->epoch, values.epoch);
  *out_word = *out_word != NULL ? *out_word : VAULT_QUARANTINE_ROLLBACK;
  return TRUE;
}

void
vault_mark_item_close (Vault *self)
{
  if (self->mark_item == NULL)
    return;
  g_free (self->mark_item->name);
  crypto_hmac_free (self->mark_item->sealer);
  g_clear_pointer (&self->mark_item, g_free);
}

/* It answered later than the opening waited. */
static gboolean
heed_late (Vault *self, GError **error)
{
  VaultMarkValues values;
  gboolean newer;

  return heed (self, &values, &newer, error)
         && (!newer
             || vault_epoch_begin_above (self, values.epoch, VAULT_QUARANTINE_ROLLBACK, error));
}

static void
write_item (Vault *self)
{
  VaultMarkItem *item = self->mark_item;
  g_auto (BaseWriter) writer = { 0 };
  g_autofree char *text = NULL;
  VaultKeyringAnswer answer;
  VaultMarkValues values;

  vault_lock (self);
  vault_mark_fill (self, &values);
  vault_unlock (self);
  if (values.epoch == item->epoch && values.journal == item->journal)
    return;
  vault_mark_pack (item->sealer, /* turn= */ 1, &values, &writer);
  text = base_bytes_to_hex (base_writer_span (&writer));
  answer = vault_keyring_write_mark (item->name, text);
  set_answer (self, answer, VAULT_MARK_ITEM_GOOD);
  if (answer != VAULT_KEYRING_DONE)
    return;
  item->epoch = values.epoch;
  item->journal = values.journal;
}

gboolean
vault_mark_item_step (Vault *self, GError **error)
{
  VaultMarkItem *item = self->mark_item;

  if (item == NULL
      || (item->silent_us != 0 && g_get_monotonic_time () - item->silent_us < AGAIN_US))
    return TRUE;
  if (!item->heeded && !heed_late (self, error))
    return FALSE;
  if (item->heeded)
    write_item (self);
  return TRUE;
}
