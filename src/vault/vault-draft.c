/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-draft.h"

#include "vault-db.h"
#include "vault-key.h"
#include "vault.h"

#include "base-check.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define DATABASE "till.db"
#define LOCK "lock"
#define KEY_COPY "key.copy"
#define FILE_MODE 0600

struct _VaultDraft
{
  char *dir, *draft;
  int lock_fd;
  gboolean finished;
};

static char *
draft_of (const char *dir)
{
  return g_build_filename (dir, VAULT_DRAFT_FOLDER, NULL);
}

static void
remove_in (const char *dir, const char *name)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);

  (void)g_unlink (path);
}

/* The draft's folder holds nothing but what was made there. */
static void
remove_draft (const char *draft)
{
  g_autoptr (GDir) list = g_dir_open (draft, 0, NULL);
  const char *name;

  if (list == NULL)
    return;
  while ((name = g_dir_read_name (list)) != NULL)
    if (!g_str_equal (name, VAULT_KEY_FILE))
      remove_in (draft, name);
  remove_in (draft, VAULT_KEY_FILE);
  (void)g_rmdir (draft);
}

/* Salts make each file of keys unlike any other: the same bytes are the copy that finishing made,
 * and nobody else's. */
static gboolean
is_copy (const char *one_dir, const char *other_dir)
{
  g_autofree char *one = g_build_filename (one_dir, VAULT_KEY_FILE, NULL),
                  *other = g_build_filename (other_dir, VAULT_KEY_FILE, NULL);
  g_autofree char *one_text = NULL, *other_text = NULL;
  gsize one_size = 0, other_size = 0;

  return g_file_get_contents (one, &one_text, &one_size, NULL)
         && g_file_get_contents (other, &other_text, &other_size, NULL) && one_size > 0
         && base_bytes_equal (BASE_SPAN (one_text, one_size), BASE_SPAN (other_text, other_size));
}

/* What was begun here and not finished. The copy goes first, for good, as only the draft tells that
 * it is one. */
static void
clear_unfinished (const char *dir, const char *draft)
{
  if (is_copy (draft, dir))
    {
      remove_in (dir, VAULT_KEY_FILE);
      (void)vault_db_sync_dir (dir, /* error= */ NULL);
    }
  vault_key_forget (draft);
  remove_draft (draft);
}

static void
unlock (VaultDraft *self)
{
  if (self->lock_fd >= 0)
    close (self->lock_fd);
  self->lock_fd = -1;
}

/* Falls with the process however that ends. */
static gboolean
take_lock (VaultDraft *self, GError **error)
{
  g_autofree char *path = g_build_filename (self->dir, LOCK, NULL);
  struct stat status;

  self->lock_fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, FILE_MODE);
  if (self->lock_fd < 0)
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_IO, _ ("“%s” can't be opened: %s"), path,
                   g_strerror (errno));
      return FALSE;
    }
  /* Whoever gave up a draft a moment ago took its lock's name away. */
  if (flock (self->lock_fd, LOCK_EX | LOCK_NB) == 0 && fstat (self->lock_fd, &status) == 0
      && status.st_nlink > 0)
    return TRUE;
  g_set_error (error, VAULT_ERROR, VAULT_ERROR_BUSY,
               _ ("Another Till is working with “%s”. Close it, or use its window"), self->dir);
  unlock (self);
  return FALSE;
}

static gboolean
refuse_shop (const char *dir, GError **error)
{
  if (!vault_exists (dir))
    return FALSE;
  g_set_error (error, VAULT_ERROR, VAULT_ERROR_EXISTS,
               _ ("“%s” holds a shop already; nothing was changed: give the new one another "
                  "folder, or erase "
                  "the old one first (till-cli reset)"),
               dir);
  return TRUE;
}

/* A key without its database may still open a backup. */
static gboolean
refuse_key (const char *dir, GError **error)
{
  g_autofree char *path = g_build_filename (dir, VAULT_KEY_FILE, NULL);

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return FALSE;
  g_set_error (error, VAULT_ERROR, VAULT_ERROR_EXISTS,
               _ ("“%s” holds the key of a shop whose database isn't there: put that back from a "
                  "backup, or choose another folder"),
               dir);
  return TRUE;
}

static gboolean
make_folder (const char *path, GError **error)
{
  if (g_mkdir_with_parents (path, 0700) == 0)
    return TRUE;
  g_set_error (error, VAULT_ERROR, errno == ENOSPC ? VAULT_ERROR_FULL : VAULT_ERROR_IO,
               _ ("“%s” can't be made: %s"), path, g_strerror (errno));
  return FALSE;
}

VaultDraft *
vault_draft_begin (const char *dir, GError **error)
{
  g_autoptr (VaultDraft) self = g_new0 (VaultDraft, 1);

  base_check_may_block ();
  self->dir = g_strdup (dir);
  self->lock_fd = -1;
  if (refuse_shop (dir, error) || !make_folder (dir, error) || !take_lock (self, error))
    return NULL;
  self->draft = draft_of (dir);
  if (refuse_shop (dir, error)) /* made since we looked */
    {
      unlock (self);
      return NULL;
    }
  clear_unfinished (dir, self->draft);
  if (refuse_key (dir, error) || !make_folder (self->draft, error))
    return NULL;
  return g_steal_pointer (&self);
}

const char *
vault_draft_dir (const VaultDraft *self)
{
  return self->draft;
}

/* All that was committed must be in the one file that gets its name. */
static gboolean
check_whole (const VaultDraft *self, GError **error)
{
  g_autofree char *log = g_build_filename (self->draft, DATABASE "-wal", NULL);
  struct stat status;

  if (stat (log, &status) != 0 || status.st_size == 0)
    return TRUE;
  g_set_error_literal (error, VAULT_ERROR, VAULT_ERROR_IO,
                       _ ("The new database could not be closed: is the disk full?"));
  return FALSE;
}

static gboolean
copy_key (const VaultDraft *self, GError **error)
{
  g_autofree char *made = g_build_filename (self->draft, VAULT_KEY_FILE, NULL),
                  *copy = g_build_filename (self->draft, KEY_COPY, NULL),
                  *place = g_build_filename (self->dir, VAULT_KEY_FILE, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) reason = NULL;
  gsize size = 0;

  if (g_file_get_contents (made, &text, &size, &reason)
      && g_file_set_contents_full (copy, text, (gssize)size, G_FILE_SET_CONTENTS_CONSISTENT,
                                   FILE_MODE, &reason))
    return vault_db_settle_file (copy, place, error);
  g_set_error_literal (error, VAULT_ERROR, VAULT_ERROR_IO, reason->message);
  return FALSE;
}

gboolean
vault_draft_finish (VaultDraft *self, GError **error)
{
  g_autofree char *made = g_build_filename (self->draft, DATABASE, NULL),
                  *place = g_build_filename (self->dir, DATABASE, NULL),
                  *parent = g_path_get_dirname (self->dir);

  base_check_may_block ();
  (void)vault_db_sync_dir (parent, /* error= */ NULL); /* where we may not even read */
  if (!check_whole (self, error) || !copy_key (self, error)
      || !vault_db_settle_file (made, place, error))
    return FALSE;
  self->finished = TRUE;
  remove_draft (self->draft);
  return TRUE;
}

void
vault_draft_free (VaultDraft *self)
{
  if (self == NULL)
    return;
  if (self->lock_fd >= 0 && !self->finished)
    {
      clear_unfinished (self->dir, self->draft);
      if (!vault_exists (self->dir))
        remove_in (self->dir, LOCK);
      (void)g_rmdir (self->dir);
    }
  unlock (self);
  g_free (self->dir);
  g_free (self->draft);
  g_free (self);
}

void
vault_draft_tidy (const char *dir)
{
  g_autofree char *draft = draft_of (dir);

  remove_draft (draft);
}

/* Copies of the database from before an upgrade. */
static void
remove_older (const char *dir)
{
  g_autoptr (GDir) list = g_dir_open (dir, 0, NULL);
  const char *name;

  while (list != NULL && (name = g_dir_read_name (list)) != NULL)
    if (g_str_has_prefix (name, DATABASE ".before-"))
      remove_in (dir, name);
}

/* The draft's key first, so that the one beside it is known for a copy; then the database, whose
 * name is what makes a shop of a folder. */
static gboolean
take_apart (VaultDraft *self, GError **error)
{
  g_autofree char *key = g_build_filename (self->dir, VAULT_KEY_FILE, NULL),
                  *copy = g_build_filename (self->draft, VAULT_KEY_FILE, NULL),
                  *place = g_build_filename (self->dir, DATABASE, NULL),
                  *made = g_build_filename (self->draft, DATABASE, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) reason = NULL;
  gsize size = 0;

  remove_draft (self->draft);
  if (!make_folder (self->draft, error))
    return FALSE;
  if (g_file_get_contents (key, &text, &size, &reason)
      && g_file_set_contents_full (copy, text, (gssize)size, G_FILE_SET_CONTENTS_CONSISTENT,
                                   FILE_MODE, &reason))
    return vault_db_settle_file (place, made, error) && vault_db_sync_dir (self->dir, error);
  g_set_error_literal (error, VAULT_ERROR, VAULT_ERROR_IO, reason->message);
  return FALSE;
}

gboolean
vault_draft_discard (const char *dir, GError **error)
{
  g_autoptr (VaultDraft) self = g_new0 (VaultDraft, 1);

  base_check_may_block ();
  self->dir = g_strdup (dir);
  self->draft = draft_of (dir);
  self->lock_fd = -1;
  self->finished = TRUE; /* until it is taken apart, it is a shop */
  if (!take_lock (self, error) || !take_apart (self, error))
    return FALSE;
  remove_older (dir);
  remove_in (dir, DATABASE "-wal");
  remove_in (dir, DATABASE "-shm");
  self->finished = FALSE; /* freeing clears it */
  return TRUE;
}
