/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checkout-backup.h"

#include "sync-takeover.h"
#include "vault-backup.h"
#include "vault-batch.h"
#include "vault-copy.h"
#include "vault-draft.h"
#include "vault-epoch.h"
#include "vault-key.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#define DATABASE "till.db"
#define ROOM "hand-over" /* in our folder, while theirs are read */

gboolean
checkout_backup_create (const char *dir, BaseSpan passphrase, const char *path, GError **error)
{
  g_autoptr (BaseSecret) key = NULL;

  if (!vault_exists (dir))
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_ABSENT,
                   _ ("There is no shop in “%s” yet; make one with “till-cli init”"), dir);
      return FALSE;
    }
  key = vault_key_open (dir, passphrase, error);
  return key != NULL && vault_backup_create (dir, key, path, error);
}

/* The database with its new epoch, closed. */
static gboolean
fill (const char *dir, const char *path, const BaseSecret *key, GError **error)
{
  g_autofree char *database = g_build_filename (dir, DATABASE, NULL);
  g_autoptr (Vault) vault = NULL;

  if (vault_backup_unpack (path, key, database, error))
    vault = vault_open (dir, key, VAULT_ACCESS_OWN, error);
  return vault != NULL && vault_epoch_begin (vault, VAULT_QUARANTINE_RESTORED, error);
}

gboolean
checkout_backup_restore (const char *dir,
                         const char *path,
                         BaseSpan passphrase,
                         const char *recovery,
                         GError **error)
{
  g_autofree char *key_text = vault_backup_key_text (path, error);
  g_autoptr (VaultDraft) draft = key_text != NULL ? vault_draft_begin (dir, error) : NULL;
  g_autoptr (BaseSecret) key = NULL;

  return draft != NULL
         && vault_key_adopt (vault_draft_dir (draft), key_text, passphrase, recovery, &key, error)
         && fill (vault_draft_dir (draft), path, key, error) && vault_draft_finish (draft, error);
}

static gboolean
same_setting (Vault *ours, Vault *theirs, const char *name)
{
  g_autoptr (BaseSecret) one = vault_setting (ours, name, /* error= */ NULL);
  g_autoptr (BaseSecret) other = vault_setting (theirs, name, /* error= */ NULL);

  return one != NULL && other != NULL
         && base_bytes_equal_secret (base_secret_span (one), base_secret_span (other));
}

/* Their requests go over our line: the same dialect; and where keys are for ever, the same one.
 * Where they come with the sign-in we sign in under their master key, which only their acquirer
 * has. */
static gboolean
is_same_line (const CheckoutShop *shop, Vault *theirs)
{
  return shop->line != NULL && same_setting (shop->vault, theirs, SYNC_SETTING_PROFILE)
         && (acquirer_profile_key_plan (sync_line_profile (shop->line)) != NULL
             || same_setting (shop->vault, theirs, SYNC_SETTING_MAC_KEY));
}

static gboolean
check_line (const CheckoutShop *shop, Vault *theirs, GError **error)
{
  if (same_setting (shop->vault, theirs, SYNC_SETTING_TERMINAL))
    g_set_error_literal (
        error, VAULT_ERROR, VAULT_ERROR_STATE,
        _ ("These are the books of this terminal itself: restore them as a backup, "
           "in a folder of their own"));
  else if (!is_same_line (shop, theirs))
    g_set_error_literal (error, VAULT_ERROR, VAULT_ERROR_STATE,
                         _ ("That till has another line to its acquirer than this one: restore its "
                            "backup in a folder of its own instead"));
  else
    return TRUE;
  return FALSE;
}

/* A host that keeps how far the books have come turns the other till away; of any other the leave
 * is asked for, once. */
static gboolean
check_leave (const CheckoutShop *shop, const char *terminal, const char *leave, GError **error)
{
  g_auto (GStrv) taken = sync_line_taken (shop->vault);

  if (leave != NULL && (leave[0] == '\0' || strlen (leave) > VAULT_EPOCH_LEAVE_MAX))
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_STATE,
                   _ ("Who gave leave takes 1 to %d bytes of text"), VAULT_EPOCH_LEAVE_MAX);
      return FALSE;
    }
  if (leave != NULL || acquirer_profile_keeps_books (sync_line_profile (shop->line))
      || g_strv_contains ((const char *const *)taken, terminal))
    return TRUE;
  g_set_error (
      error, VAULT_ERROR, VAULT_ERROR_STATE,
      _ ("This acquirer can't turn the other till away: ask it whether this till may speak "
         "for terminal %s, and say who gave leave: till-cli queue import --leave NAME"),
      terminal);
  return FALSE;
}

static gboolean
check_keys (const CheckoutShop *shop, gboolean has_keys, GError **error)
{
  if (has_keys || acquirer_profile_key_plan (sync_line_profile (shop->line)) == NULL)
    return TRUE;
  g_set_error_literal (
      error, VAULT_ERROR, VAULT_ERROR_STATE,
      _ ("The acquirer's key isn't in that till's books, so nothing of it could be "
         "sent: ask the acquirer what it has of that terminal"));
  return FALSE;
}

/* What signing in for the other terminal takes; before its records, for they are of no use without.
 */
static gboolean
take_name (const CheckoutShop *shop, Vault *theirs, const char *leave, GError **error)
{
  g_autofree char *terminal = vault_setting_text (theirs, SYNC_SETTING_TERMINAL, error);
  g_autoptr (BaseSecret) key = vault_setting (theirs, SYNC_SETTING_MASTER_KEY, /* error= */ NULL);
  g_autoptr (BaseSecret) merchant
      = vault_setting (theirs, SYNC_SETTING_MERCHANT, /* error= */ NULL);
  g_autofree char *key_name = NULL, *merchant_name = NULL, *epoch_name = NULL;
  g_autofree char *epoch = NULL;

  if (terminal == NULL || !check_keys (shop, key != NULL && merchant != NULL, error)
      || !check_leave (shop, terminal, leave, error)
      || !vault_batch_take_over (shop->vault, terminal, checkout_shop_operator (shop), leave, error)
      || !sync_line_add_taken (shop->vault, terminal, error))
    return FALSE;
  if (acquirer_profile_key_plan (sync_line_profile (shop->line)) == NULL)
    return TRUE;
  key_name = sync_line_taken_name (terminal, SYNC_SETTING_MASTER_KEY);
  merchant_name = sync_line_taken_name (terminal, SYNC_SETTING_MERCHANT);
  epoch_name = sync_line_taken_name (terminal, SYNC_TAKEN_EPOCH);
  epoch = g_strdup_printf ("%" G_GINT64_FORMAT, vault_epoch_number (theirs) + 1);
  {
    const VaultSetting settings[] = { { epoch_name, BASE_SPAN_STR (epoch) },
                                      { key_name, base_secret_span (key) },
                                      { merchant_name, base_secret_span (merchant) } };

    return vault_setting_set_all (shop->vault, settings, G_N_ELEMENTS (settings), error);
  }
}

/* Somebody else's books in a file, and with what they are taken in. */
typedef struct
{
  const char *path, *leave;
  const BaseSecret *key;
  gboolean is_copy;
} Parcel;

static void
clear_room (const char *room)
{
  static const char *const names[] = { DATABASE, DATABASE "-wal", DATABASE "-shm" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (room, names[i], NULL);

      (void)g_unlink (path);
    }
  (void)g_rmdir (room);
}

static gboolean
take (CheckoutShop *shop,
      const Parcel *parcel,
      const char *room,
      VaultHandoverReport *out_report,
      GError **error)
{
  g_autoptr (Vault) theirs = vault_open (room, parcel->key, VAULT_ACCESS_READ, error);
  g_autofree char *terminal = NULL;
  g_autoptr (GError) why = NULL;

  if (theirs == NULL || !check_line (shop, theirs, error)
      || !take_name (shop, theirs, parcel->leave, error)
      || !vault_handover_take (shop->vault, theirs, checkout_shop_operator (shop), out_report,
                               error))
    return FALSE;
  terminal = vault_setting_text (theirs, SYNC_SETTING_TERMINAL, /* error= */ NULL);
  if (!sync_takeover_tell (shop->line, terminal, /* cancellable= */ NULL, &why))
    g_debug ("The acquirer is told later that %s was taken over: %s", terminal,
             why != NULL ? why->message : "no reason");
  return TRUE;
}

/* Their books as a database in the room: of a backup, or of a copy in a second folder. */
static gboolean
unpack (const Parcel *parcel, const char *to, GError **error)
{
  VaultCopyFacts facts;

  return parcel->is_copy ? vault_copy_unpack (parcel->path, parcel->key, to, &facts, error)
                         : vault_backup_unpack (parcel->path, parcel->key, to, error);
}

static gboolean
take_file (CheckoutShop *shop,
           const Parcel *parcel,
           VaultHandoverReport *out_report,
           GError **error)
{
  g_autofree char *room = g_build_filename (vault_dir (shop->vault), ROOM, NULL);
  g_autofree char *database = g_build_filename (room, DATABASE, NULL);
  gboolean taken;

  clear_room (room);
  if (g_mkdir (room, 0700) != 0)
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_IO, _ ("“%s” can't be made"), room);
      return FALSE;
    }
  taken = unpack (parcel, database, error) && take (shop, parcel, room, out_report, error);
  clear_room (room);
  return taken;
}

/* A copy says so by its first bytes. */
static char *
read_key_text (const char *path, gboolean *out_copy, GError **error)
{
  g_autoptr (GError) no_copy = NULL;
  char *key_text = vault_copy_key_text (path, &no_copy);

  *out_copy = key_text != NULL;
  return key_text != NULL ? key_text : vault_backup_key_text (path, error);
}

static gboolean
hand_over_file (CheckoutShop *shop,
                const char *path,
                const CheckoutBackupOpener *opener,
                VaultHandoverReport *out_report,
                GError **error)
{
  Parcel parcel = { .path = path, .leave = opener->leave };
  g_autofree char *key_text = read_key_text (path, &parcel.is_copy, error);
  g_autoptr (BaseSecret) key = key_text != NULL ? vault_key_open_text (key_text, opener->passphrase,
                                                                       opener->recovery, error)
                                                : NULL;

  parcel.key = key;
  return key != NULL && take_file (shop, &parcel, out_report, error);
}

static GPtrArray *
list_copies (const char *folder)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && paths->len < VAULT_COPY_FILES_MAX && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, VAULT_COPY_ENDING))
      g_ptr_array_add (paths, g_build_filename (folder, name, NULL));
  return paths;
}

/* Of several tills' copies in one folder, those that the key opens; *out_any: there was one. */
static gboolean
hand_over_copies (CheckoutShop *shop,
                  const GPtrArray *paths,
                  const CheckoutBackupOpener *opener,
                  VaultHandoverReport *out_report,
                  GError **error)
{
  gboolean any = FALSE;

  for (guint i = 0; i < paths->len; i++)
    {
      VaultHandoverReport report = { 0 };
      g_autoptr (GError) why = NULL;

      if (hand_over_file (shop, paths->pdata[i], opener, &report, &why))
        {
          any = TRUE;
          out_report->taken += report.taken;
          out_report->known += report.known;
          out_report->damaged += report.damaged;
          out_report->amount_minor += report.amount_minor;
        }
      else if (!g_error_matches (why, VAULT_ERROR, VAULT_ERROR_KEY))
        {
          g_propagate_error (error, g_steal_pointer (&why));
          return FALSE;
        }
    }
  if (!any)
    g_set_error_literal (error, VAULT_ERROR, VAULT_ERROR_KEY,
                         _ ("None of the copies in this folder opens with it"));
  return any;
}

gboolean
checkout_backup_hand_over (CheckoutShop *shop,
                           const char *path,
                           const CheckoutBackupOpener *opener,
                           VaultHandoverReport *out_report,
                           GError **error)
{
  g_autoptr (GPtrArray) paths = NULL;

  *out_report = (VaultHandoverReport){ 0 };
  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    return hand_over_file (shop, path, opener, out_report, error);
  paths = list_copies (path);
  if (paths->len > 0)
    return hand_over_copies (shop, paths, opener, out_report, error);
  g_set_error (error, VAULT_ERROR, VAULT_ERROR_ABSENT, _ ("There is no copy of a till in “%s”"),
               path);
  return FALSE;
}
