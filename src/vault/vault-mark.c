/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-mark.h"

#include "base-check.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

#define FOLDER "till"
#define MAGIC G_GUINT64_CONSTANT (0x54494C4C4D41524B) /* "TILLMARK" */
#define PLACES 2
#define PLACE_SIZE 512 /* a sector: it is written whole or not at all on most disks */
#define BODY_SIZE (6 * 8 + VAULT_CHAIN_SIZE)
#define SIZE (BODY_SIZE + CRYPTO_DIGEST_SIZE)
#define NAME_SIZE 16

struct _VaultMark
{
  char *dir, *path;
  int fd;
  CryptoHmac *hmac;
  guint64 turn; /* of the newest place; 0: none */
};

static void
seal (CryptoHmac *sealer, BaseSpan body, guint8 out[CRYPTO_DIGEST_SIZE])
{
  crypto_hmac_compute (sealer, &body, 1, out);
}

char *
vault_mark_name (const BaseSecret *key)
{
  g_autoptr (BaseSecret) name = crypto_derive (key, "till mark name");

  return base_bytes_to_hex (BASE_SPAN (base_secret_span (name).data, NAME_SIZE));
}

CryptoHmac *
vault_mark_sealer (const BaseSecret *key)
{
  g_autoptr (BaseSecret) mark_key = crypto_derive (key, "till mark");

  return crypto_hmac_new (base_secret_span (mark_key));
}

static char *
path_of (const BaseSecret *key, const char *dir)
{
  g_autofree char *name = vault_mark_name (key);
  g_autofree char *file = g_strconcat (name, ".mark", NULL);

  return g_build_filename (dir, file, NULL);
}

static gboolean
fail (const VaultMark *self, const char *what, GError **error)
{
  g_set_error (error, VAULT_ERROR, VAULT_ERROR_IO, _ ("“%s” can't be %s: %s"), self->path, what,
               g_strerror (errno));
  return FALSE;
}

static gboolean
open_file (VaultMark *self, GError **error)
{
  if (g_mkdir_with_parents (self->dir, 0700) != 0)
    return fail (self, _ ("made"), error);
  self->fd = open (self->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (self->fd < 0)
    return fail (self, _ ("opened"), error);
  if (flock (self->fd, LOCK_EX | LOCK_NB) == 0)
    return TRUE;
  if (errno != EWOULDBLOCK)
    return fail (self, _ ("locked"), error);
  g_set_error_literal (
      error, VAULT_ERROR, VAULT_ERROR_BUSY,
      _ ("Another copy of this shop is being worked with on this machine. Close it "
         "first: two would send the same sales"));
  return FALSE;
}

VaultMark *
vault_mark_open (const BaseSecret *key, GError **error)
{
  g_autoptr (VaultMark) self = g_new0 (VaultMark, 1);

  base_check_may_block ();
  self->fd = -1;
  self->hmac = vault_mark_sealer (key);
  self->dir = g_build_filename (g_get_user_state_dir (), FOLDER, NULL);
  self->path = path_of (key, self->dir);
  return open_file (self, error) ? g_steal_pointer (&self) : NULL;
}

void
vault_mark_free (VaultMark *self)
{
  if (self == NULL)
    return;
  if (self->fd >= 0)
    close (self->fd);
  g_clear_pointer (&self->hmac, crypto_hmac_free);
  g_free (self->dir);
  g_free (self->path);
  g_free (self);
}

static gboolean
read_number (BaseReader *reader, gint64 most, gint64 *out_number)
{
  guint64 number;

  if (!base_reader_u64be (reader, &number) || number > (guint64)most)
    return FALSE;
  *out_number = (gint64)number;
  return TRUE;
}

gboolean
vault_mark_unpack (CryptoHmac *sealer,
                   BaseSpan bytes,
                   guint64 *out_turn,
                   VaultMarkValues *out_values)
{
  guint8 code[CRYPTO_DIGEST_SIZE];
  guint64 magic;
  BaseReader reader;
  BaseSpan chain;

  if (bytes.size != SIZE)
    return FALSE;
  seal (sealer, BASE_SPAN (bytes.data, BODY_SIZE), code);
  if (!base_bytes_equal_secret (BASE_SPAN (bytes.data + BODY_SIZE, CRYPTO_DIGEST_SIZE),
                                BASE_SPAN (code, sizeof code)))
    return FALSE;
  base_reader_init (&reader, BASE_SPAN (bytes.data, BODY_SIZE));
  if (!base_reader_u64be (&reader, &magic) || magic != MAGIC
      || !base_reader_u64be (&reader, out_turn)
      || !read_number (&reader, VAULT_HEAD_MAX, &out_values->epoch)
      || !read_number (&reader, VAULT_HEAD_MAX, &out_values->journal)
      || !read_number (&reader, VAULT_HEAD_MAX, &out_values->record)
      || !read_number (&reader, VAULT_HEAD_MAX, &out_values->identity)
      || !base_reader_take (&reader, VAULT_CHAIN_SIZE, &chain))
    return FALSE;
  for (guint i = 0; i < VAULT_CHAIN_SIZE; i++)
    out_values->chain[i] = chain.data[i];
  return TRUE;
}

void
vault_mark_pack (CryptoHmac *sealer,
                 guint64 turn,
                 const VaultMarkValues *values,
                 BaseWriter *writer)
{
  guint8 code[CRYPTO_DIGEST_SIZE];

  base_writer_init (writer, SIZE);
  base_writer_u64be (writer, MAGIC);
  base_writer_u64be (writer, turn);
  base_writer_u64be (writer, (guint64)values->epoch);
  base_writer_u64be (writer, (guint64)values->journal);
  base_writer_u64be (writer, (guint64)values->record);
  base_writer_u64be (writer, (guint64)values->identity);
  base_writer_put (writer, BASE_SPAN (values->chain, VAULT_CHAIN_SIZE));
  seal (sealer, base_writer_span (writer), code);
  base_writer_put (writer, BASE_SPAN (code, sizeof code));
}

void
vault_mark_fill (const Vault *vault, VaultMarkValues *out_values)
{
  *out_values = (VaultMarkValues){ .epoch = vault->epoch,
                                   .journal = vault->heads_committed.journal,
                                   .record = vault->heads_committed.record,
                                   .identity = vault_identity (vault->batch, vault->stan) };
  for (guint i = 0; i < VAULT_CHAIN_SIZE; i++)
    out_values->chain[i] = vault->heads_committed.chain[i];
}

static gboolean
read_place (VaultMark *self, guint place, guint64 *out_turn, VaultMarkValues *out_values)
{
  guint8 bytes[SIZE];

  return pread (self->fd, bytes, sizeof bytes, (off_t)place * PLACE_SIZE) == (gssize)sizeof bytes
         && vault_mark_unpack (self->hmac, BASE_SPAN (bytes, sizeof bytes), out_turn, out_values);
}

gboolean
vault_mark_read (VaultMark *self, VaultMarkValues *out_values)
{
  gboolean found = FALSE;

  base_check_may_block ();
  for (guint place = 0; place < PLACES; place++)
    {
      VaultMarkValues values;
      guint64 turn;

      if (!read_place (self, place, &turn, &values) || (found && turn < self->turn))
        continue;
      self->turn = turn;
      *out_values = values;
      found = TRUE;
    }
  return found;
}

gboolean
vault_mark_write (VaultMark *self, const VaultMarkValues *values)
{
  g_auto (BaseWriter) writer = { 0 };
  guint64 turn = self->turn + 1;
  BaseSpan bytes;

  vault_mark_pack (self->hmac, turn, values, &writer);
  bytes = base_writer_span (&writer);
  if (pwrite (self->fd, bytes.data, bytes.size, (off_t)(turn % PLACES) * PLACE_SIZE)
      != (gssize)bytes.size)
    return FALSE;
  self->turn = turn;
  return TRUE;
}

gboolean
vault_mark_sync (VaultMark *self)
{
  base_check_may_block ();
  return fdatasync (self->fd) == 0 && vault_db_sync_dir (self->dir, /* error= */ NULL);
}
