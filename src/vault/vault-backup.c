/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-backup.h"

#include "vault-db.h"
#include "vault-key.h"

#include "base-check.h"
#include "crypto-digest.h"
#include "crypto-seal.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DATABASE "till.db"
#define COPY "backup.part" /* in the shop's folder: nowhere else may it lie unsealed */
#define MAGIC "TILL BACKUP 1\n"
#define KEY_TEXT_MAX VAULT_KEY_FILE_MAX
#define SEALED_MAX (VAULT_BACKUP_PIECE_MAX + CRYPTO_SEAL_OVERHEAD)
#define MODE 0600

/* One backup being written or read. */
typedef struct
{
  const char *path;
  FILE *file;
  CryptoSealer *sealer;
  char head[CRYPTO_DIGEST_SIZE * 2 + 1]; /* digest of what stands before the pieces, in hex */
  guint64 pieces;
} Backup;

static void
backup_clear (Backup *self)
{
  if (self->file != NULL)
    (void)fclose (self->file);
  self->file = NULL;
  g_clear_pointer (&self->sealer, crypto_sealer_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Backup, backup_clear)

static gboolean
fail_file (const char *path, const char *what, GError **error)
{
  g_set_error (error, VAULT_ERROR,
               errno == ENOSPC   ? VAULT_ERROR_FULL
               : errno == ENOENT ? VAULT_ERROR_ABSENT
                                 : VAULT_ERROR_IO,
               _ ("“%s” can't be %s: %s"), path, what, g_strerror (errno));
  return FALSE;
}

static gboolean
damaged (const Backup *self, GError **error)
{
  g_set_error (error, VAULT_ERROR, VAULT_ERROR_CORRUPT,
               _ ("“%s” is damaged, or was changed: take another backup"), self->path);
  return FALSE;
}

static void
set_head (Backup *self, const char *key_text)
{
  g_autofree char *head = g_strconcat (MAGIC, key_text, NULL);
  g_autofree char *hex = NULL;
  guint8 digest[CRYPTO_DIGEST_SIZE];

  crypto_sha256 (BASE_SPAN_STR (head), digest);
  hex = base_bytes_to_hex (BASE_SPAN (digest, sizeof digest));
  g_strlcpy (self->head, hex, sizeof self->head);
}

static void
set_key (Backup *self, const BaseSecret *key)
{
  g_autoptr (BaseSecret) seal_key = crypto_derive (key, "till backup seal");

  self->sealer = crypto_sealer_new (seal_key);
}

static char *
associated (const Backup *self, gboolean last)
{
  return g_strdup_printf ("backup:%s:%" G_GUINT64_FORMAT ":%d", self->head, self->pieces, last);
}

static gboolean
put (Backup *self, BaseSpan bytes, GError **error)
{
  return fwrite (bytes.data, 1, bytes.size, self->file) == bytes.size
         || fail_file (self->path, _ ("written"), error);
}

static gboolean
put_sized (Backup *self, BaseSpan bytes, GError **error)
{
  guint32 size = GUINT32_TO_BE ((guint32)bytes.size);

  return put (self, BASE_SPAN (&size, sizeof size), error) && put (self, bytes, error);
}

/* NULL with an error; the bytes stay those of *room. */
static gboolean
get_sized (Backup *self, gsize most, GByteArray *room, GError **error)
{
  guint32 size;

  if (fread (&size, 1, sizeof size, self->file) != sizeof size)
    return damaged (self, error);
  size = GUINT32_FROM_BE (size);
  if (size == 0 || size > most)
    return damaged (self, error);
  g_byte_array_set_size (room, size);
  return fread (room->data, 1, size, self->file) == size || damaged (self, error);
}

/* Whether the file has no byte more. */
static gboolean
at_end (FILE *file)
{
  int next = fgetc (file);

  if (next != EOF)
    (void)ungetc (next, file);
  return next == EOF;
}

/* ---- writing ---- */

static gboolean
seal_pieces (Backup *self, FILE *plain, GError **error)
{
  g_autofree guint8 *room = g_malloc (VAULT_BACKUP_PIECE_MAX);
  gboolean last = FALSE;

  while (!last)
    {
      gsize size = fread (room, 1, VAULT_BACKUP_PIECE_MAX, plain);
      g_autofree char *data = NULL;
      g_autoptr (GBytes) sealed = NULL;

      if (size == 0 || ferror (plain))
        return fail_file (self->path, _ ("made: the copy of the database can't be read"), error);
      last = at_end (plain);
      data = associated (self, last);
      sealed = crypto_sealer_seal (self->sealer, BASE_SPAN (room, size), BASE_SPAN_STR (data));
      if (!put_sized (self, base_bytes_span (sealed), error))
        return FALSE;
      self->pieces++;
    }
  return TRUE;
}

static gboolean
write_sealed (const char *plain_path,
              const char *key_text,
              const BaseSecret *key,
              const char *path,
              GError **error)
{
  g_auto (Backup) self = { .path = path };
  int fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, MODE);
  FILE *plain;
  gboolean good;

  if (fd < 0)
    return fail_file (path, _ ("made"), error);
  self.file = fdopen (fd, "wb");
  set_head (&self, key_text);
  set_key (&self, key);
  plain = fopen (plain_path, "rbe");
  if (plain == NULL)
    return fail_file (plain_path, _ ("read"), error);
  good = put (&self, BASE_SPAN_STR (MAGIC), error)
         && put_sized (&self, BASE_SPAN_STR (key_text), error) && seal_pieces (&self, plain, error);
  (void)fclose (plain);
  if (good && (fflush (self.file) != 0 || fsync (fileno (self.file)) != 0))
    good = fail_file (path, _ ("put onto the disk"), error);
  return good;
}

/* ---- reading ---- */

static gboolean
open_head (Backup *self, char **out_key_text, GError **error)
{
  g_autoptr (GByteArray) room = g_byte_array_new ();
  char magic[sizeof MAGIC - 1];

  self->file = fopen (self->path, "rbe");
  if (self->file == NULL)
    return fail_file (self->path, _ ("read"), error);
  if (fread (magic, 1, sizeof magic, self->file) != sizeof magic
      || !base_bytes_equal (BASE_SPAN (magic, sizeof magic), BASE_SPAN_STR (MAGIC)))
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_CORRUPT, _ ("“%s” is no backup of Till"),
                   self->path);
      return FALSE;
    }
  if (!get_sized (self, KEY_TEXT_MAX, room, error))
    return FALSE;
  *out_key_text = g_strndup ((const char *)room->data, room->len);
  if (strlen (*out_key_text) != room->len)
    {
      g_clear_pointer (out_key_text, g_free);
      return damaged (self, error);
    }
  set_head (self, *out_key_text);
  return TRUE;
}

/* The next piece. */
static BaseSecret *
open_piece (Backup *self, GByteArray *room, gboolean *out_last, GError **error)
{
  g_autofree char *data = NULL;
  BaseSecret *piece;

  if (!get_sized (self, SEALED_MAX, room, error))
    return NULL;
  *out_last = at_end (self->file);
  data = associated (self, *out_last);
  piece = crypto_sealer_open (self->sealer, BASE_SPAN (room->data, room->len), BASE_SPAN_STR (data),
                              /* error= */ NULL);
  self->pieces++;
  if (piece == NULL)
    damaged (self, error);
  return piece;
}

typedef gboolean (*UsePiece) (gpointer data, BaseSpan piece, GError **error);

static gboolean
read_sealed (const char *path, const BaseSecret *key, UsePiece use, gpointer data, GError **error)
{
  g_auto (Backup) self = { .path = path };
  g_autoptr (GByteArray) room = g_byte_array_new ();
  g_autofree char *key_text = NULL;
  gboolean last = FALSE, good;

  good = open_head (&self, &key_text, error);
  set_key (&self, key);
  while (good && !last)
    {
      g_autoptr (BaseSecret) piece = open_piece (&self, room, &last, error);

      good = piece != NULL && use (data, base_secret_span (piece), error);
    }
  return good;
}

char *
vault_backup_key_text (const char *path, GError **error)
{
  g_auto (Backup) self = { .path = path };
  char *key_text = NULL;

  base_check_may_block ();
  return open_head (&self, &key_text, error) ? key_text : NULL;
}

/* ---- whole ---- */

static gboolean
compare_piece (gpointer data, BaseSpan piece, GError **error)
{
  g_autofree guint8 *room = g_malloc (piece.size);

  if (fread (room, 1, piece.size, data) == piece.size
      && base_bytes_equal (BASE_SPAN (room, piece.size), piece))
    return TRUE;
  g_set_error_literal (error, VAULT_ERROR, VAULT_ERROR_IO,
                       _ ("What was written can't be read back as it was: use another disk"));
  return FALSE;
}

/* Reads back what was written, to its end. */
static gboolean
check_sealed (const char *plain_path, const char *path, const BaseSecret *key, GError **error)
{
  FILE *plain = fopen (plain_path, "rbe");
  gboolean good;

  if (plain == NULL)
    return fail_file (plain_path, _ ("read"), error);
  good = read_sealed (path, key, compare_piece, plain, error)
         && (at_end (plain) || compare_piece (plain, BASE_SPAN ("", 1), error));
  (void)fclose (plain);
  return good;
}

static void
remove_copy (const char *copy)
{
  static const char *const endings[] = { "", "-journal", "-wal", "-shm" };

  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      g_autofree char *path = g_strconcat (copy, endings[i], NULL);

      (void)g_unlink (path);
    }
}

static gboolean
copy_database (const char *dir, const char *copy, GError **error)
{
  g_autofree char *path = g_build_filename (dir, DATABASE, NULL);
  g_autoptr (VaultDb) db = vault_db_open (path, VAULT_DB_READ_ONLY, error);

  remove_copy (copy);
  return db != NULL && vault_db_copy (db, copy, error);
}

gboolean
vault_backup_create (const char *dir, const BaseSecret *key, const char *path, GError **error)
{
  g_autofree char *copy = g_build_filename (dir, COPY, NULL);
  g_autofree char *part = g_strconcat (path, ".part", NULL);
  g_autofree char *key_text = vault_key_text (dir, error);
  gboolean good;

  base_check_may_block ();
  if (key_text == NULL)
    return FALSE;
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_EXISTS,
                   _ ("“%s” is there already: give the backup another name"), path);
      return FALSE;
    }
  good = copy_database (dir, copy, error) && write_sealed (copy, key_text, key, part, error)
         && check_sealed (copy, part, key, error) && vault_db_settle_file (part, path, error);
  remove_copy (copy);
  if (!good)
    (void)g_unlink (part);
  return good;
}

static gboolean
write_piece (gpointer data, BaseSpan piece, GError **error)
{
  return fwrite (piece.data, 1, piece.size, data) == piece.size
         || fail_file (_ ("the database"), _ ("written"), error);
}

gboolean
vault_backup_unpack (const char *path, const BaseSecret *key, const char *to, GError **error)
{
  int fd = open (to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, MODE);
  FILE *plain;
  gboolean good;

  base_check_may_block ();
  if (fd < 0)
    return fail_file (to, _ ("made"), error);
  plain = fdopen (fd, "wb");
  good = read_sealed (path, key, write_piece, plain, error);
  if (fflush (plain) != 0 && good)
    good = fail_file (to, _ ("written"), error);
  if (fsync (fd) != 0 && good)
    good = fail_file (to, _ ("put onto the disk"), error);
  (void)fclose (plain);
  if (!good)
    (void)g_unlink (to);
  return good;
}
