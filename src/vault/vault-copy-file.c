/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-copy-file.h"

#include "vault-key.h"

#include "base-check.h"
#include "crypto-random.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC "TILL COPY 1\n"
#define KEY_TEXT_MAX VAULT_KEY_FILE_MAX
#define RANDOM_SIZE 16
#define LAST 0x80000000u /* in the size: the last piece of its step */
#define POSITION_SIZE (5 * 8 + VAULT_CHAIN_SIZE)
#define SEALED_MAX (POSITION_SIZE + VAULT_COPY_PIECE_MAX + CRYPTO_SEAL_OVERHEAD)
#define MODE 0600

struct _VaultCopyFile
{
  char *path, *part; /* part: where it lies until it is settled, else NULL */
  int fd;
  CryptoSealer *sealer;
  char *key_text;
  char *head;     /* digest of what stands before the pieces, in hex */
  gint64 offset;  /* of the next piece */
  guint32 pieces; /* before it */
};

static gboolean
fail (const VaultCopyFile *self, const char *what, GError **error)
{
  g_set_error (error, VAULT_ERROR,
               errno == ENOSPC || errno == EDQUOT    ? VAULT_ERROR_FULL
               : errno == ENOENT || errno == ENOTDIR ? VAULT_ERROR_ABSENT
                                                     : VAULT_ERROR_IO,
               _ ("“%s” can't be %s: %s"), self->path, what, g_strerror (errno));
  return FALSE;
}

static gboolean
damaged (const VaultCopyFile *self, GError **error)
{
  g_set_error (error, VAULT_ERROR, VAULT_ERROR_CORRUPT, _ ("“%s” is damaged, or was changed"),
               self->path);
  return FALSE;
}

/* ---- the head ---- */

static void
set_head (VaultCopyFile *self, BaseSpan bytes)
{
  guint8 digest[CRYPTO_DIGEST_SIZE];

  crypto_sha256 (bytes, digest);
  self->head = base_bytes_to_hex (BASE_SPAN (digest, sizeof digest));
  self->offset = (gint64)bytes.size;
}

/* Two writers at the end of one file would ruin it; a file system without locks has but one. */
static gboolean
lock (VaultCopyFile *self, GError **error)
{
  if (flock (self->fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
    return TRUE;
  g_set_error (error, VAULT_ERROR, VAULT_ERROR_BUSY, _ ("Another Till is writing “%s”"),
               self->path);
  return FALSE;
}

static gboolean
write_at_end (VaultCopyFile *self, BaseSpan bytes, GError **error)
{
  for (gsize done = 0; done < bytes.size;)
    {
      gssize wrote
          = pwrite (self->fd, bytes.data + done, bytes.size - done, self->offset + (off_t)done);

      if (wrote < 0 && errno == EINTR)
        continue;
      if (wrote <= 0)
        return fail (self, _ ("written"), error);
      done += (gsize)wrote;
    }
  self->offset += (gint64)bytes.size;
  return TRUE;
}

static gboolean
write_head (VaultCopyFile *self, GError **error)
{
  g_auto (BaseWriter) writer = { 0 };
  guint8 random[RANDOM_SIZE];

  crypto_random_bytes (random, sizeof random);
  base_writer_init (&writer, sizeof MAGIC + sizeof (guint32) + KEY_TEXT_MAX + RANDOM_SIZE);
  base_writer_put (&writer, BASE_SPAN_STR (MAGIC));
  base_writer_u32be (&writer, (guint32)strlen (self->key_text));
  base_writer_put (&writer, BASE_SPAN_STR (self->key_text));
  base_writer_put (&writer, BASE_SPAN (random, sizeof random));
  if (!write_at_end (self, base_writer_span (&writer), error))
    return FALSE;
  set_head (self, base_writer_span (&writer));
  return TRUE;
}

VaultCopyFile *
vault_copy_file_make (const char *path, const char *key_text, const BaseSecret *key, GError **error)
{
  g_autoptr (VaultCopyFile) self = g_new0 (VaultCopyFile, 1);

  base_check_may_block ();
  g_assert (strlen (key_text) <= KEY_TEXT_MAX);
  self->path = g_strdup (path);
  self->part = g_strconcat (path, ".part", NULL);
  self->key_text = g_strdup (key_text);
  vault_copy_file_set_key (self, key);
  self->fd = open (self->part, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, MODE);
  if (self->fd < 0)
    fail (self, _ ("made"), error);
  else if (!lock (self, error))
    g_clear_pointer (&self->part, g_free); /* it is another's */
  else if (ftruncate (self->fd, 0) != 0)
    fail (self, _ ("made"), error);
  else if (write_head (self, error))
    return g_steal_pointer (&self);
  return NULL;
}

/* -1: the disk refused; else as many bytes as there are. */
static gssize
read_bytes (VaultCopyFile *self, gint64 offset, guint8 *room, gsize size)
{
  gsize done = 0;

  while (done < size)
    {
      gssize got = pread (self->fd, room + done, size - done, offset + (off_t)done);

      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        return -1;
      if (got == 0)
        break;
      done += (gsize)got;
    }
  return (gssize)done;
}

static gboolean
read_head (VaultCopyFile *self, GError **error)
{
  guint8 bytes[sizeof MAGIC + sizeof (guint32) + KEY_TEXT_MAX + RANDOM_SIZE];
  gssize size = read_bytes (self, 0, bytes, sizeof bytes);
  BaseReader reader;
  BaseSpan magic, text, random;
  guint32 text_size = 0;

  if (size < 0)
    return fail (self, _ ("read"), error);
  base_reader_init (&reader, BASE_SPAN (bytes, (gsize)size));
  if (!base_reader_take (&reader, sizeof MAGIC - 1, &magic)
      || !base_bytes_equal (magic, BASE_SPAN_STR (MAGIC)))
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_CORRUPT, _ ("“%s” is no copy of Till"),
                   self->path);
      return FALSE;
    }
  if (!base_reader_u32be (&reader, &text_size) || text_size > KEY_TEXT_MAX
      || !base_reader_take (&reader, text_size, &text)
      || !base_reader_take (&reader, RANDOM_SIZE, &random))
    return damaged (self, error);
  self->key_text = g_strndup ((const char *)text.data, text.size);
  if (strlen (self->key_text) != text.size)
    return damaged (self, error);
  set_head (self, BASE_SPAN (bytes, reader.offset));
  return TRUE;
}

VaultCopyFile *
vault_copy_file_open (const char *path, gboolean adds, GError **error)
{
  g_autoptr (VaultCopyFile) self = g_new0 (VaultCopyFile, 1);

  base_check_may_block ();
  self->path = g_strdup (path);
  self->fd = open (path, (adds ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NOFOLLOW);
  if (self->fd < 0)
    {
      fail (self, _ ("read"), error);
      return NULL;
    }
  return (!adds || lock (self, error)) && read_head (self, error) ? g_steal_pointer (&self) : NULL;
}

void
vault_copy_file_set_key (VaultCopyFile *self, const BaseSecret *key)
{
  g_autoptr (BaseSecret) seal_key = crypto_derive (key, "till copy seal");

  g_clear_pointer (&self->sealer, crypto_sealer_free);
  self->sealer = crypto_sealer_new (seal_key);
}

void
vault_copy_file_free (VaultCopyFile *self)
{
  if (self == NULL)
    return;
  if (self->fd >= 0)
    close (self->fd);
  if (self->part != NULL)
    (void)unlink (self->part);
  g_clear_pointer (&self->sealer, crypto_sealer_free);
  g_free (self->path);
  g_free (self->part);
  g_free (self->key_text);
  g_free (self->head);
  g_free (self);
}

const char *
vault_copy_file_key_text (const VaultCopyFile *self)
{
  return self->key_text;
}

gint64
vault_copy_file_size (const VaultCopyFile *self)
{
  return self->offset;
}

gboolean
vault_copy_file_is_there (const VaultCopyFile *self)
{
  struct stat named, opened;

  return stat (self->path, &named) == 0 && fstat (self->fd, &opened) == 0
         && named.st_dev == opened.st_dev && named.st_ino == opened.st_ino;
}

/* ---- adding ---- */

static char *
associated (const VaultCopyFile *self, gboolean last)
{
  return g_strdup_printf ("copy:%s:%u:%d", self->head, self->pieces, last);
}

static gboolean
add_piece (VaultCopyFile *self,
           const VaultCopyPosition *position,
           BaseSpan rows,
           gboolean last,
           GError **error)
{
  g_autofree char *data = associated (self, last);
  g_auto (BaseWriter) plain = { 0 }, out = { 0 };
  g_autoptr (GBytes) sealed = NULL;

  base_writer_init (&plain, POSITION_SIZE + VAULT_COPY_PIECE_MAX);
  base_writer_u64be (&plain, (guint64)position->epoch);
  base_writer_u64be (&plain, (guint64)position->journal);
  base_writer_u64be (&plain, (guint64)position->at_us);
  base_writer_u64be (&plain, position->settings);
  base_writer_u64be (&plain, position->untidy ? 1 : 0);
  base_writer_put (&plain, BASE_SPAN (position->chain, VAULT_CHAIN_SIZE));
  base_writer_put (&plain, rows);
  sealed = crypto_sealer_seal (self->sealer, base_writer_span (&plain), BASE_SPAN_STR (data));
  base_writer_init (&out, sizeof (guint32) + SEALED_MAX);
  base_writer_u32be (&out, (guint32)g_bytes_get_size (sealed) | (last ? LAST : 0));
  base_writer_put (&out, base_bytes_span (sealed));
  self->pieces++;
  return write_at_end (self, base_writer_span (&out), error);
}

gboolean
vault_copy_file_add (VaultCopyFile *self,
                     const VaultCopyPosition *position,
                     BaseSpan rows,
                     GError **error)
{
  gsize done = 0;

  base_check_may_block ();
  g_assert (rows.size <= VAULT_COPY_STEP_MAX);
  do
    {
      gsize size = MIN (rows.size - done, VAULT_COPY_PIECE_MAX);
      BaseSpan piece = BASE_SPAN (size > 0 ? rows.data + done : NULL, size);

      done += size;
      if (!add_piece (self, position, piece, done == rows.size, error))
        return FALSE;
    }
  while (done < rows.size);
  return TRUE;
}

gboolean
vault_copy_file_sync (VaultCopyFile *self, GError **error)
{
  base_check_may_block ();
  return fdatasync (self->fd) == 0 || fail (self, _ ("put onto its disk"), error);
}

gboolean
vault_copy_file_settle (VaultCopyFile *self, GError **error)
{
  g_autofree char *dir = g_path_get_dirname (self->path);

  base_check_may_block ();
  if (fsync (self->fd) != 0)
    return fail (self, _ ("put onto its disk"), error);
  if (rename (self->part, self->path) != 0)
    return fail (self, _ ("given its name"), error);
  g_clear_pointer (&self->part, g_free);
  return vault_db_sync_dir (dir, error);
}

/* ---- reading ---- */

/* The size and flag of the next piece; *out_end where the file ends. */
static gboolean
read_size (VaultCopyFile *self,
           guint32 *out_size,
           gboolean *out_last,
           gboolean *out_end,
           GError **error)
{
  guint32 word = 0;
  gssize got = read_bytes (self, self->offset, (guint8 *)&word, sizeof word);

  if (got < 0)
    return fail (self, _ ("read"), error);
  *out_end = got == 0;
  if (got == 0)
    return TRUE;
  word = GUINT32_FROM_BE (word);
  *out_last = (word & LAST) != 0;
  *out_size = word & ~LAST;
  return (got == sizeof word && *out_size > POSITION_SIZE && *out_size <= SEALED_MAX)
         || damaged (self, error);
}

static BaseSecret *
open_piece (VaultCopyFile *self, guint32 size, gboolean last, GError **error)
{
  g_autofree guint8 *room = g_malloc (size);
  g_autofree char *data = associated (self, last);
  gssize got = read_bytes (self, self->offset + (gint64)sizeof size, room, size);
  BaseSecret *piece = NULL;

  if (got < 0)
    {
      fail (self, _ ("read"), error);
      return NULL;
    }
  if (got == (gssize)size)
    piece = crypto_sealer_open (self->sealer, BASE_SPAN (room, size), BASE_SPAN_STR (data),
                                /* error= */ NULL);
  if (piece == NULL)
    damaged (self, error);
  self->offset += (gint64)sizeof size + size;
  self->pieces++;
  return piece;
}

static gboolean
read_position (BaseReader *reader, VaultCopyPosition *out_position)
{
  guint64 epoch, journal, at_us, settings, untidy;
  BaseSpan chain;

  if (!base_reader_u64be (reader, &epoch) || !base_reader_u64be (reader, &journal)
      || !base_reader_u64be (reader, &at_us) || !base_reader_u64be (reader, &settings)
      || !base_reader_u64be (reader, &untidy)
      || !base_reader_take (reader, VAULT_CHAIN_SIZE, &chain) || epoch > VAULT_HEAD_MAX
      || journal > VAULT_HEAD_MAX || at_us > G_MAXINT64)
    return FALSE;
  *out_position = (VaultCopyPosition){ .epoch = (gint64)epoch,
                                       .journal = (gint64)journal,
                                       .at_us = (gint64)at_us,
                                       .settings = settings,
                                       .untidy = untidy != 0 };
  for (guint i = 0; i < VAULT_CHAIN_SIZE; i++)
    out_position->chain[i] = chain.data[i];
  return TRUE;
}

static gboolean
take_piece (VaultCopyFile *self,
            const BaseSecret *piece,
            VaultCopyPosition *out_position,
            GByteArray *rows,
            GError **error)
{
  BaseReader reader;
  BaseSpan rest;

  base_reader_init (&reader, base_secret_span (piece));
  if (!read_position (&reader, out_position)
      || !base_reader_take (&reader, base_reader_left (&reader), &rest)
      || rows->len + rest.size > VAULT_COPY_STEP_MAX)
    return damaged (self, error);
  if (rest.size > 0)
    g_byte_array_append (rows, rest.data, (guint)rest.size);
  return TRUE;
}

gboolean
vault_copy_file_read (VaultCopyFile *self,
                      VaultCopyPosition *out_position,
                      GByteArray *rows,
                      gboolean *out_end,
                      GError **error)
{
  gboolean last = FALSE, first = TRUE;
  guint32 size = 0;

  base_check_may_block ();
  g_byte_array_set_size (rows, 0);
  for (; !last; first = FALSE)
    {
      g_autoptr (BaseSecret) piece = NULL;

      if (!read_size (self, &size, &last, out_end, error))
        return FALSE;
      if (*out_end)
        return first || damaged (self, error); /* it ends within a step */
      piece = open_piece (self, size, last, error);
      if (piece == NULL || !take_piece (self, piece, out_position, rows, error))
        return FALSE;
    }
  return TRUE;
}

/* Steps from size to size; the last piece alone is opened. */
gboolean
vault_copy_file_find_end (VaultCopyFile *self, VaultCopyPosition *out_position, GError **error)
{
  g_autoptr (GByteArray) rows = g_byte_array_new ();
  g_autoptr (BaseSecret) piece = NULL;
  gint64 before = -1;
  gboolean last = FALSE, end = FALSE, newest_last = FALSE;
  guint32 size = 0, newest_size = 0;

  base_check_may_block ();
  while (!end)
    {
      if (!read_size (self, &size, &last, &end, error))
        return FALSE;
      if (end)
        break;
      before = self->offset;
      newest_size = size;
      newest_last = last;
      self->offset += (gint64)sizeof size + size;
      self->pieces++;
    }
  if (before < 0 || !newest_last)
    return damaged (self, error);
  self->offset = before;
  self->pieces--;
  piece = open_piece (self, newest_size, TRUE, error);
  return piece != NULL && take_piece (self, piece, out_position, rows, error);
}
