/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-copy.h"

#include "vault-books.h"
#include "vault-copy-file.h"
#include "vault-copy-rows.h"
#include "vault-key.h"
#include "vault-schema.h"

#include "base-check.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#define DATABASE "till.db"
#define NAME_BYTES 8
#define ENTRIES_MAX 16    /* of the journal in one step */
#define RECORDS_MAX 16    /* in one step of a copy that is made anew */
#define NEWS_MAX 256      /* records of one step: more, and the copy is made anew */
#define GAP_MAX 5000      /* entries that are read one by one: more, and it is made anew */
#define RECENT_SALES 64   /* that may yet change without their record */
#define SPARE_BYTES 65536 /* of no use, before the copy is made anew */
#define RECORD_BYTES 4096 /* about, with its sale */
#define KEPT_MAX 100      /* copies of earlier epochs under other names */

struct _VaultCopy
{
  char *dir, *folder, *path;
  gint64 epoch;
  BaseSecret *key;
  VaultDb *db;
  VaultCopyFile *file; /* NULL: to be looked at first */
  VaultCopyPosition position;
  gint64 live_bytes; /* when it was made anew, or about */
  gboolean spoilt;   /* something could not be written: its end isn't known */
  gint64 recent[RECENT_SALES];
  guint recent_count;
};

/* What the journal has that the copy doesn't: ids (gint64 *). */
typedef struct
{
  GHashTable *sales, *records;
  guint entries;
} News;

static void
news_clear (News *self)
{
  g_clear_pointer (&self->sales, g_hash_table_unref);
  g_clear_pointer (&self->records, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (News, news_clear)

static char *
path_in (const char *folder, const BaseSecret *key)
{
  g_autoptr (BaseSecret) name = crypto_derive (key, "till copy name");
  g_autofree char *hex = base_bytes_to_hex (BASE_SPAN (base_secret_span (name).data, NAME_BYTES));
  g_autofree char *file = g_strdup_printf ("till-%s" VAULT_COPY_ENDING, hex);

  return g_build_filename (folder, file, NULL);
}

VaultCopy *
vault_copy_new (const char *dir, const char *folder, gint64 epoch, const BaseSecret *key)
{
  VaultCopy *self = g_new0 (VaultCopy, 1);

  self->dir = g_strdup (dir);
  self->folder = g_strdup (folder);
  self->path = path_in (folder, key);
  self->epoch = epoch;
  self->key = base_secret_copy (key);
  return self;
}

void
vault_copy_free (VaultCopy *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->db, vault_db_free);
  g_clear_pointer (&self->file, vault_copy_file_free);
  base_secret_free (self->key);
  g_free (self->dir);
  g_free (self->folder);
  g_free (self->path);
  g_free (self);
}

const char *
vault_copy_path (const VaultCopy *self)
{
  return self->path;
}

gint64
vault_copy_journal (const VaultCopy *self)
{
  return self->position.journal;
}

gboolean
vault_copy_is_untidy (const VaultCopy *self)
{
  return self->file != NULL && self->position.untidy;
}

/* ---- looking at the database ---- */

static VaultDb *
open_books (const char *dir, GError **error)
{
  g_autofree char *path = g_build_filename (dir, DATABASE, NULL);

  return vault_db_open (path, VAULT_DB_READ_ONLY, error);
}

static gboolean
begin_look (VaultCopy *self, GError **error)
{
  if (self->db == NULL)
    self->db = open_books (self->dir, error);
  return self->db != NULL && vault_db_exec (self->db, "BEGIN", error);
}

/* Nothing holds a snapshot while a slow disk is written to. */
static void
end_look (VaultCopy *self)
{
  if (self->db != NULL)
    vault_db_rollback (self->db);
}

/* The seal of the digest over all settings is another one each time one of them is written. */
static gboolean
read_settings_tag (VaultDb *db, guint64 *out_tag, GError **error)
{
  sqlite3_stmt *query = vault_db_query (db, error, "SELECT sealed FROM setting WHERE name = ?", "t",
                                        VAULT_BOOKS_SETTINGS);
  gboolean row = FALSE;
  BaseReader reader;

  *out_tag = 0;
  if (query == NULL || !vault_db_step (db, query, &row, error))
    return FALSE;
  if (row)
    {
      base_reader_init (&reader, BASE_SPAN (sqlite3_column_blob (query, 0),
                                            (gsize)sqlite3_column_bytes (query, 0)));
      (void)base_reader_u64be (&reader, out_tag); /* the nonce */
      sqlite3_reset (query);
    }
  return TRUE;
}

static void
take_chain (sqlite3_stmt *query, int column, VaultCopyPosition *position)
{
  const guint8 *chain = sqlite3_column_blob (query, column);

  if (sqlite3_column_bytes (query, column) != VAULT_CHAIN_SIZE)
    return;
  for (guint i = 0; i < VAULT_CHAIN_SIZE; i++)
    position->chain[i] = chain[i];
}

/* Where the books stand. */
static gboolean
read_head (VaultCopy *self, VaultCopyPosition *position, GError **error)
{
  sqlite3_stmt *query = vault_db_query (
      self->db, error, "SELECT seq, chain FROM journal ORDER BY seq DESC LIMIT 1", "");
  gboolean row = FALSE;

  *position = (VaultCopyPosition){ .epoch = self->epoch, .at_us = g_get_real_time () };
  if (query == NULL || !vault_db_step (self->db, query, &row, error))
    return FALSE;
  if (row)
    {
      position->journal = sqlite3_column_int64 (query, 0);
      take_chain (query, 1, position);
      sqlite3_reset (query);
    }
  return read_settings_tag (self->db, &position->settings, error);
}

static gboolean
count_open (VaultDb *db, gint64 *out_count, GError **error)
{
  return vault_db_number (db, 0, out_count, error,
                          "SELECT count (*) FROM record INDEXED BY record_open"
                          " WHERE state <> 'done'",
                          "");
}

/* ---- what is new ---- */

static void
take_tie (GHashTable *table, const char *word)
{
  gint64 id = g_ascii_strtoll (word + 1, NULL, 10);

  if (id > 0 && id <= VAULT_HEAD_MAX)
    g_hash_table_add (table, g_memdup2 (&id, sizeof id));
}

static void
take_detail (News *news, const char *detail)
{
  g_auto (GStrv) words = detail != NULL ? vault_books_tie_words (detail) : NULL;

  for (guint i = 0; words != NULL && words[i] != NULL; i++)
    if (words[i][0] == 's')
      take_tie (news->sales, words[i]);
    else if (words[i][0] == 'r')
      take_tie (news->records, words[i]);
}

static gboolean
read_news (VaultCopy *self, VaultCopyPosition *next, News *news, GError **error)
{
  sqlite3_stmt *query = vault_db_query (
      self->db, error, "SELECT seq, chain, detail FROM journal WHERE seq > ? ORDER BY seq LIMIT ?",
      "ii", next->journal, (gint64)ENTRIES_MAX);
  gboolean row = TRUE;

  news->sales = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  news->records = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  while (query != NULL && row)
    {
      if (!vault_db_step (self->db, query, &row, error))
        return FALSE;
      if (!row)
        break;
      news->entries++;
      next->journal = sqlite3_column_int64 (query, 0);
      take_chain (query, 1, next);
      take_detail (news, (const char *)sqlite3_column_text (query, 2));
    }
  return query != NULL;
}

static gboolean
is_recent (const VaultCopy *self, gint64 sale)
{
  for (guint i = 0; i < MIN (self->recent_count, RECENT_SALES); i++)
    if (self->recent[i] == sale)
      return TRUE;
  return FALSE;
}

static void
note_recent (VaultCopy *self, gint64 sale)
{
  if (!is_recent (self, sale))
    self->recent[self->recent_count++ % RECENT_SALES] = sale;
}

/* The sale before its record, and each once. */
static gboolean
add_record (VaultCopy *self, gint64 id, GHashTable *sales_done, GByteArray *rows, GError **error)
{
  gint64 sale = 0;

  if (!vault_copy_rows_add_record (self->db, id, rows, &sale, error))
    return FALSE;
  if (sale == 0 || g_hash_table_contains (sales_done, &sale))
    return TRUE;
  g_hash_table_add (sales_done, g_memdup2 (&sale, sizeof sale));
  note_recent (self, sale);
  return vault_copy_rows_add_sale (self->db, sale, rows, error);
}

/* *out_gone: some request in the copy is owed no longer. */
static gboolean
add_news (VaultCopy *self, const News *news, GByteArray *rows, gboolean *out_gone, GError **error)
{
  g_autoptr (GHashTable) done = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, news->records);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (!add_record (self, *(const gint64 *)id, done, rows, error))
      return FALSE;
  *out_gone = g_hash_table_size (news->records) > 0;
  g_hash_table_iter_init (&iter, news->sales);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (is_recent (self, *(const gint64 *)id) && !g_hash_table_contains (done, id)
        && !vault_copy_rows_add_sale (self->db, *(const gint64 *)id, rows, error))
      return FALSE;
  return TRUE;
}

typedef enum
{
  NEWS_FAILED,
  NEWS_NONE,
  NEWS_SOME,
  NEWS_TOO_MANY,
} Found;

/* One look: what the next step is to hold, and where the copy stands after it. */
static Found
look (VaultCopy *self,
      VaultCopyPosition *next,
      GByteArray *rows,
      gboolean *out_more,
      GError **error)
{
  g_auto (News) news = { 0 };
  gboolean gone = FALSE;
  gint64 open = 0;
  guint64 tag = 0;

  *next = self->position;
  next->at_us = g_get_real_time ();
  if (!read_news (self, next, &news, error) || !read_settings_tag (self->db, &tag, error))
    return NEWS_FAILED;
  *out_more = news.entries == ENTRIES_MAX;
  if (g_hash_table_size (news.records) > NEWS_MAX)
    return NEWS_TOO_MANY;
  if (!add_news (self, &news, rows, &gone, error)
      || (tag != next->settings && !vault_copy_rows_add_settings (self->db, rows, error))
      || (gone && !count_open (self->db, &open, error)))
    return NEWS_FAILED;
  if (rows->len > VAULT_COPY_STEP_MAX)
    return NEWS_TOO_MANY;
  next->settings = tag;
  next->untidy = gone ? open == 0 : next->untidy;
  return rows->len > 0 ? NEWS_SOME : NEWS_NONE;
}

/* *out_too_many: the copy is better made anew. */
static gboolean
catch_up (VaultCopy *self, VaultCopyFile *file, gboolean *out_too_many, GError **error)
{
  g_autoptr (GByteArray) rows = g_byte_array_new ();
  gboolean more = TRUE, wrote = FALSE;

  while (more)
    {
      VaultCopyPosition next;
      Found found = NEWS_FAILED;

      g_byte_array_set_size (rows, 0);
      if (begin_look (self, error))
        found = look (self, &next, rows, &more, error);
      end_look (self);
      if (found == NEWS_FAILED)
        return FALSE;
      *out_too_many = found == NEWS_TOO_MANY;
      if (*out_too_many)
        return TRUE;
      if (found == NEWS_SOME)
        {
          self->spoilt = TRUE; /* until its end is on the disk */
          if (!vault_copy_file_add (file, &next, BASE_SPAN (rows->data, rows->len), error))
            return FALSE;
          wrote = TRUE;
        }
      self->position = next;
    }
  if (wrote && !vault_copy_file_sync (file, error))
    return FALSE;
  self->spoilt = FALSE;
  return TRUE;
}

/* ---- made anew ---- */

typedef struct
{
  char *klass, *state;
  gint64 id;
} Place;

static void
place_clear (Place *self)
{
  g_free (self->klass);
  g_free (self->state);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Place, place_clear)

/* The next open records in the order of the index, on from `place`. One that moves to another place
 * meanwhile is in the journal after the position. */
static gboolean
read_page (VaultCopy *self, Place *place, GArray *ids, GError **error)
{
  sqlite3_stmt *query = vault_db_query (
      self->db, error,
      "SELECT class, state, id FROM record INDEXED BY record_open WHERE state <> 'done'"
      " AND (class, state, id) > (?, ?, ?) ORDER BY class, state, id LIMIT ?",
      "ttii", place->klass, place->state, place->id, (gint64)RECORDS_MAX);
  gboolean row = TRUE;

  while (query != NULL && row)
    {
      if (!vault_db_step (self->db, query, &row, error))
        return FALSE;
      if (!row)
        break;
      place->id = sqlite3_column_int64 (query, 2);
      g_array_append_val (ids, place->id);
      if (ids->len == RECORDS_MAX)
        {
          g_autofree char *klass = vault_db_text (query, 0), *state = vault_db_text (query, 1);

          sqlite3_reset (query);
          place_clear (place);
          place->klass = g_steal_pointer (&klass);
          place->state = g_steal_pointer (&state);
          return TRUE;
        }
    }
  return query != NULL;
}

static gboolean
add_page (VaultCopy *self, Place *place, GByteArray *rows, gboolean *out_more, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GHashTable) done = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  if (!read_page (self, place, ids, error))
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    if (!add_record (self, g_array_index (ids, gint64, i), done, rows, error))
      return FALSE;
  *out_more = ids->len == RECORDS_MAX;
  return TRUE;
}

static gboolean
write_all (VaultCopy *self, VaultCopyFile *file, GError **error)
{
  g_autoptr (GByteArray) rows = g_byte_array_new ();
  g_auto (Place) place = { .klass = g_strdup (""), .state = g_strdup (""), .id = 0 };
  gboolean more = TRUE, good;

  vault_copy_rows_add_version (rows);
  good = begin_look (self, error) && read_head (self, &self->position, error)
         && vault_copy_rows_add_settings (self->db, rows, error);
  while (good && more)
    {
      good = add_page (self, &place, rows, &more, error);
      end_look (self);
      good = good
             && vault_copy_file_add (file, &self->position, BASE_SPAN (rows->data, rows->len),
                                     error);
      g_byte_array_set_size (rows, 0);
      good = good && (!more || begin_look (self, error));
    }
  end_look (self);
  return good;
}

/* Beside the one that is there, and then in its place. */
static gboolean
make_anew (VaultCopy *self, GError **error)
{
  g_autofree char *key_text = vault_key_text (self->dir, error);
  g_autoptr (VaultCopyFile) file = NULL;
  gboolean too_many = FALSE;

  g_clear_pointer (&self->file, vault_copy_file_free);
  if (key_text == NULL)
    return FALSE;
  file = vault_copy_file_make (self->path, key_text, self->key, error);
  if (file == NULL || !write_all (self, file, error) || !catch_up (self, file, &too_many, error)
      || !vault_copy_file_settle (file, error))
    return FALSE;
  self->spoilt = FALSE;
  self->live_bytes = vault_copy_file_size (file);
  self->file = g_steal_pointer (&file);
  return TRUE;
}

/* ---- what is there already ---- */

/* A copy of an earlier epoch, which may know what our books have lost. */
static gboolean
keep_aside (VaultCopy *self, gint64 epoch, GError **error)
{
  g_autofree char *stem = g_strndup (self->path, strlen (self->path) - strlen (VAULT_COPY_ENDING));

  for (guint i = 0; i < KEPT_MAX; i++)
    {
      g_autofree char *kept
          = g_strdup_printf ("%s-epoch-%" G_GINT64_FORMAT "-%u" VAULT_COPY_ENDING, stem, epoch, i);

      if (g_file_test (kept, G_FILE_TEST_EXISTS))
        continue;
      return g_rename (self->path, kept) == 0
             || (g_set_error (error, VAULT_ERROR, VAULT_ERROR_IO, _ ("“%s” can't be renamed"),
                              self->path),
                 FALSE);
    }
  g_set_error (error, VAULT_ERROR, VAULT_ERROR_EXISTS, _ ("“%s” holds too many copies"),
               self->folder);
  return FALSE;
}

/* Whether what stands at the copy's end is of our books: then they go on from there. */
static gboolean
judge (VaultCopy *self, const VaultCopyPosition *end, gboolean *out_ours, GError **error)
{
  gboolean read = begin_look (self, error)
                  && vault_books_has_link (self->db, end->journal, end->chain, out_ours, error);

  end_look (self);
  if (!read || *out_ours)
    return read;
  if (end->epoch < self->epoch)
    return keep_aside (self, end->epoch, error);
  g_set_error (
      error, VAULT_ERROR, VAULT_ERROR_EXISTS,
      _ ("“%s” is newer than this till's books, or another's: nothing was written over it"),
      self->path);
  return FALSE;
}

/* How far it is behind, and how much of it may be of use, as far as that can be told from outside.
 */
static gboolean
measure (VaultCopy *self, const VaultCopyPosition *end, gboolean *out_fit, GError **error)
{
  VaultCopyPosition head;
  gint64 open = 0;
  gboolean read = begin_look (self, error) && read_head (self, &head, error)
                  && count_open (self->db, &open, error);

  end_look (self);
  if (!read)
    return FALSE;
  self->live_bytes = SPARE_BYTES + open * RECORD_BYTES;
  *out_fit = head.journal - end->journal <= GAP_MAX;
  return TRUE;
}

static gboolean
same_key_text (VaultCopy *self, const VaultCopyFile *file)
{
  g_autofree char *text = vault_key_text (self->dir, /* error= */ NULL);

  return g_strcmp0 (text, vault_copy_file_key_text (file)) == 0;
}

/* *out_fit: self->file and the position are those of the copy; else it is to be made anew. */
static gboolean
take_up (VaultCopy *self, gboolean *out_fit, GError **error)
{
  g_autoptr (GError) broken = NULL;
  g_autoptr (VaultCopyFile) file = vault_copy_file_open (self->path, /* adds= */ TRUE, &broken);
  VaultCopyPosition end;
  gboolean ours = FALSE, fit = FALSE;

  *out_fit = FALSE;
  if (file != NULL)
    vault_copy_file_set_key (file, self->key);
  if (file == NULL || !vault_copy_file_find_end (file, &end, &broken))
    {
      if (g_error_matches (broken, VAULT_ERROR, VAULT_ERROR_CORRUPT))
        return TRUE; /* torn, when the stick was pulled out */
      g_propagate_error (error, g_steal_pointer (&broken));
      return FALSE;
    }
  if (!judge (self, &end, &ours, error) || !measure (self, &end, &fit, error))
    return FALSE;
  if (!ours || !fit || end.epoch != self->epoch || !same_key_text (self, file))
    return TRUE;
  self->position = end;
  self->file = g_steal_pointer (&file);
  *out_fit = TRUE;
  return TRUE;
}

static gboolean
is_wasteful (const VaultCopy *self)
{
  gint64 size = vault_copy_file_size (self->file);

  return size - self->live_bytes > MAX (SPARE_BYTES, self->live_bytes);
}

static gboolean
follow (VaultCopy *self, GError **error)
{
  gboolean fit = self->file != NULL && !self->spoilt && vault_copy_file_is_there (self->file),
           too_many = FALSE;

  if (!fit)
    {
      g_clear_pointer (&self->file, vault_copy_file_free);
      if (!take_up (self, &fit, error))
        return FALSE;
    }
  if (!fit || self->spoilt)
    return make_anew (self, error);
  if (!catch_up (self, self->file, &too_many, error))
    return FALSE;
  return (!too_many && !is_wasteful (self)) || make_anew (self, error);
}

/* What went into a file that was taken away meanwhile isn't in the copy. */
static gboolean
is_still_there (const VaultCopy *self, GError **error)
{
  if (vault_copy_file_is_there (self->file))
    return TRUE;
  g_set_error (error, VAULT_ERROR, VAULT_ERROR_ABSENT, _ ("“%s” went away while it was written"),
               self->path);
  return FALSE;
}

gboolean
vault_copy_follow (VaultCopy *self, GError **error)
{
  base_check_may_block ();
  if (follow (self, error) && is_still_there (self, error))
    return TRUE;
  g_clear_pointer (&self->file, vault_copy_file_free);
  return FALSE;
}

gboolean
vault_copy_begin (VaultCopy *self, GError **error)
{
  base_check_may_block ();
  return g_file_test (self->path, G_FILE_TEST_EXISTS) ? vault_copy_follow (self, error)
                                                      : make_anew (self, error);
}

gboolean
vault_copy_tidy (VaultCopy *self, GError **error)
{
  base_check_may_block ();
  if (self->file != NULL && !vault_copy_file_is_there (self->file))
    g_clear_pointer (&self->file, vault_copy_file_free);
  return self->file != NULL ? make_anew (self, error) : vault_copy_follow (self, error);
}

/* ---- reading one ---- */

char *
vault_copy_key_text (const char *path, GError **error)
{
  g_autoptr (VaultCopyFile) file = vault_copy_file_open (path, /* adds= */ FALSE, error);

  return file != NULL ? g_strdup (vault_copy_file_key_text (file)) : NULL;
}

static gboolean
take_step (const VaultCopyTarget *target, BaseSpan rows, GError **error)
{
  gboolean good;

  if (target->db == NULL)
    return vault_copy_rows_take (target, rows, error);
  if (!vault_db_begin (target->db, error))
    return FALSE;
  good = vault_copy_rows_take (target, rows, error);
  if (good)
    return vault_db_commit (target->db, error);
  vault_db_rollback (target->db);
  return FALSE;
}

/* Every step to the end, or to the first that doesn't open; one at least. */
static gboolean
read_steps (const char *path,
            const BaseSecret *key,
            const VaultCopyTarget *target,
            VaultCopyPosition *out_end,
            VaultCopyFacts *facts,
            GError **error)
{
  g_autoptr (VaultCopyFile) file = vault_copy_file_open (path, /* adds= */ FALSE, error);
  g_autoptr (GByteArray) rows = g_byte_array_new ();
  g_autoptr (GError) broken = NULL;
  gboolean end = FALSE, any = FALSE;
  VaultCopyPosition position;

  if (file == NULL)
    return FALSE;
  vault_copy_file_set_key (file, key);
  while (vault_copy_file_read (file, &position, rows, &end, &broken) && !end)
    {
      if (!take_step (target, BASE_SPAN (rows->data, rows->len), error))
        return FALSE;
      *out_end = position;
      any = TRUE;
    }
  if (broken != NULL && (!any || !g_error_matches (broken, VAULT_ERROR, VAULT_ERROR_CORRUPT)))
    {
      g_propagate_error (error, g_steal_pointer (&broken));
      return FALSE;
    }
  *facts = (VaultCopyFacts){ .records = g_hash_table_size (target->records),
                             .journal = out_end->journal,
                             .epoch = out_end->epoch,
                             .at_us = out_end->at_us,
                             .size = vault_copy_file_size (file),
                             .cut = broken != NULL };
  return any
         || (g_set_error (error, VAULT_ERROR, VAULT_ERROR_CORRUPT, _ ("“%s” is empty"), path),
             FALSE);
}

/* Entries about records that came after its end; -1: its end isn't of these books. */
static gboolean
count_behind (const char *dir, const VaultCopyPosition *end, VaultCopyFacts *facts, GError **error)
{
  g_autoptr (VaultDb) db = open_books (dir, error);
  sqlite3_stmt *query;
  gboolean has = FALSE, row = FALSE;

  if (db == NULL || !vault_books_has_link (db, end->journal, end->chain, &has, error))
    return FALSE;
  facts->behind = -1;
  if (!has)
    return TRUE;
  query = vault_db_query (db, error,
                          "SELECT count (*), min (at_us) FROM journal WHERE seq > ?"
                          " AND detail GLOB '* [[]*r[0-9]*=*]'",
                          "i", end->journal);
  if (query == NULL || !vault_db_step (db, query, &row, error))
    return FALSE;
  facts->behind = sqlite3_column_int64 (query, 0);
  facts->since_us = sqlite3_column_int64 (query, 1);
  sqlite3_reset (query);
  return TRUE;
}

gboolean
vault_copy_check (const char *path,
                  const char *dir,
                  const BaseSecret *key,
                  VaultCopyFacts *out_facts,
                  GError **error)
{
  g_autoptr (GHashTable) records
      = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  VaultCopyTarget target = { .records = records };
  VaultCopyPosition end = { 0 };

  base_check_may_block ();
  return read_steps (path, key, &target, &end, out_facts, error)
         && (dir == NULL || count_behind (dir, &end, out_facts, error));
}

gboolean
vault_copy_unpack (const char *path,
                   const BaseSecret *key,
                   const char *to,
                   VaultCopyFacts *out_facts,
                   GError **error)
{
  g_autoptr (GHashTable) records
      = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autoptr (VaultDb) db = NULL;
  VaultCopyTarget target = { .records = records };
  VaultCopyPosition end = { 0 };

  base_check_may_block ();
  if (!vault_db_make_private (to, error))
    return FALSE;
  db = vault_db_open (to, VAULT_DB_READ_WRITE, error);
  target.db = db;
  return db != NULL && vault_db_exec (db, "PRAGMA synchronous=OFF", error)
         && vault_schema_create (db, error)
         && read_steps (path, key, &target, &end, out_facts, error);
}
