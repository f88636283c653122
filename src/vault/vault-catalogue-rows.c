/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-catalogue-rows.h"

#include "shop-search.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#define READ_CHUNK_BYTES 65536
#define TAX_NOT_SAID (SHOP_TAX_MAX_BP + 1)

typedef struct
{
  VaultCatalogueRow rows[VAULT_CATALOGUE_ROWS_BATCH];
  guint count;
  gboolean last;
  GError *error; /* with `last`: reading failed here */
} Batch;

struct _VaultCatalogueRows
{
  /* The thread's alone while it runs. */
  ShopCsv *csv;
  ShopGoodsHeader header; /* written before it starts */
  char *currency;
  ShopPinyin *pinyin;
  GString *grams;
  /* Between the two: batches go through `ready`, and for each there must be a token in `room`. */
  GThread *thread;
  GAsyncQueue *ready, *room;
  gint stopping; /* atomic */
  /* The caller's. */
  Batch *batch;
  guint next;
};

static void
row_clear (VaultCatalogueRow *row)
{
  g_free (row->problem);
  shop_product_free (row->product);
  g_strfreev (row->more_codes);
  g_free (row->search);
  g_free (row->grams);
}

static void
batch_free (gpointer data)
{
  Batch *batch = data;

  if (batch == NULL)
    return;
  for (guint i = 0; i < batch->count; i++)
    row_clear (&batch->rows[i]);
  g_clear_error (&batch->error);
  g_free (batch);
}

static gboolean
read_file (gpointer ctx, guint8 *buffer, gsize size, gsize *out_count, GError **error)
{
  gssize count;

  do
    count = read (GPOINTER_TO_INT (ctx), buffer, size);
  while (count < 0 && errno == EINTR);
  if (count < 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                   _ ("The list can't be read: %s"), g_strerror (errno));
      return FALSE;
    }
  *out_count = (gsize)count;
  return TRUE;
}

/* Reads the whole file once for its encoding, and stands at its beginning again. */
static gboolean
sniff (int fd, ShopCsvEncoding *out_encoding, GError **error)
{
  g_autofree guint8 *buffer = g_malloc (READ_CHUNK_BYTES);
  ShopCsvSniffer sniffer;
  gsize count = 0;

  shop_csv_sniffer_init (&sniffer);
  do
    {
      if (!read_file (GINT_TO_POINTER (fd), buffer, READ_CHUNK_BYTES, &count, error))
        return FALSE;
      shop_csv_sniffer_feed (&sniffer, BASE_SPAN (buffer, count));
    }
  while (count > 0);
  *out_encoding = shop_csv_sniffer_finish (&sniffer);
  if (*out_encoding == SHOP_CSV_UTF16)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                         _ ("The list is in UTF-16; save it as “CSV UTF-8” in the spreadsheet"));
  else if (lseek (fd, 0, SEEK_SET) != 0)
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                 _ ("The list must be a file: %s"), g_strerror (errno));
  else
    return TRUE;
  return FALSE;
}

/* Each further code once and without the first one. */
static void
tidy_codes (VaultCatalogueRow *row)
{
  guint kept = 0;

  for (guint i = 0; row->more_codes != NULL && row->more_codes[i] != NULL; i++)
    {
      char *code = row->more_codes[i];
      gboolean again = strcmp (code, row->product->code) == 0;

      for (guint j = 0; j < kept && !again; j++)
        again = strcmp (code, row->more_codes[j]) == 0;
      if (again)
        g_free (code);
      else
        row->more_codes[kept++] = code;
    }
  if (row->more_codes != NULL)
    row->more_codes[kept] = NULL;
}

static void
read_row (VaultCatalogueRows *self, VaultCatalogueRow *row)
{
  g_autoptr (GError) bad = NULL;
  const char *code = NULL;

  if (shop_goods_read_code (&self->header, self->csv, &code, &bad))
    {
      row->product = shop_product_new (code, "", 0);
      row->product->tax_bp = TAX_NOT_SAID;
      if (shop_goods_read (&self->header, self->csv, self->currency, row->product, &row->more_codes,
                           &bad))
        {
          row->has_tax = row->product->tax_bp != TAX_NOT_SAID;
          tidy_codes (row);
          row->search
              = shop_search_text (row->product, (const char *const *)row->more_codes, self->pinyin);
          g_string_truncate (self->grams, 0);
          shop_search_grams (row->search, self->grams);
          row->grams = g_strndup (self->grams->str, self->grams->len);
          return;
        }
    }
  row->problem = g_strdup (bad->message);
}

static Batch *
read_batch (VaultCatalogueRows *self)
{
  Batch *batch = g_new0 (Batch, 1);

  while (batch->count < VAULT_CATALOGUE_ROWS_BATCH && !batch->last)
    {
      ShopCsvOutcome outcome = shop_csv_next (self->csv, &batch->error);
      VaultCatalogueRow *row = &batch->rows[batch->count];

      batch->last = outcome == SHOP_CSV_END || outcome == SHOP_CSV_FAILED;
      if (batch->last)
        break;
      batch->count++;
      row->line = shop_csv_line (self->csv);
      if (outcome == SHOP_CSV_BAD)
        row->problem = g_strdup (shop_csv_problem (self->csv));
      else
        read_row (self, row);
    }
  return batch;
}

static gpointer
read_ahead_job (gpointer data)
{
  VaultCatalogueRows *self = data;
  gboolean last = FALSE;

  while (!last)
    {
      Batch *batch = read_batch (self);

      last = batch->last;
      g_async_queue_pop (self->room);
      if (g_atomic_int_get (&self->stopping) != 0)
        {
          batch_free (batch);
          break;
        }
      g_async_queue_push (self->ready, batch);
    }
  return NULL;
}

static gboolean
read_headings (VaultCatalogueRows *self, GError **error)
{
  ShopCsvOutcome outcome = shop_csv_next (self->csv, error);

  if (outcome == SHOP_CSV_BAD || outcome == SHOP_CSV_END)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("This is no list of goods: %s"),
                 outcome == SHOP_CSV_END ? _ ("it is empty") : shop_csv_problem (self->csv));
  return outcome == SHOP_CSV_RECORD && shop_goods_header_read (&self->header, self->csv, error);
}

VaultCatalogueRows *
vault_catalogue_rows_new (int fd, const char *currency, GError **error)
{
  g_autoptr (VaultCatalogueRows) self = g_new0 (VaultCatalogueRows, 1);
  ShopCsvEncoding encoding;

  self->currency = g_strdup (currency);
  self->pinyin = shop_pinyin_new ();
  self->grams = g_string_new (NULL);
  self->ready = g_async_queue_new_full (batch_free);
  self->room = g_async_queue_new ();
  if (!sniff (fd, &encoding, error))
    return NULL;
  self->csv = shop_csv_new (encoding, read_file, GINT_TO_POINTER (fd));
  if (!read_headings (self, error))
    return NULL;
  for (guint i = 0; i < VAULT_CATALOGUE_ROWS_BATCHES; i++)
    g_async_queue_push (self->room, self);
  self->thread = g_thread_new ("catalogue-rows", read_ahead_job, self);
  return g_steal_pointer (&self);
}

void
vault_catalogue_rows_free (VaultCatalogueRows *self)
{
  if (self == NULL)
    return;
  if (self->thread != NULL)
    {
      g_atomic_int_set (&self->stopping, 1);
      g_async_queue_push (self->room, self);
      g_thread_join (self->thread);
    }
  g_async_queue_unref (self->ready);
  g_async_queue_unref (self->room);
  batch_free (self->batch);
  shop_csv_free (self->csv);
  shop_pinyin_free (self->pinyin);
  g_string_free (self->grams, TRUE);
  g_free (self->currency);
  g_free (self);
}

const ShopGoodsHeader *
vault_catalogue_rows_header (const VaultCatalogueRows *self)
{
  return &self->header;
}

gboolean
vault_catalogue_rows_next (VaultCatalogueRows *self,
                           const VaultCatalogueRow **out_row,
                           GError **error)
{
  while (self->batch == NULL || (self->next == self->batch->count && !self->batch->last))
    {
      batch_free (self->batch);
      self->batch = g_async_queue_pop (self->ready);
      self->next = 0;
      g_async_queue_push (self->room, self);
    }
  if (self->next < self->batch->count)
    *out_row = &self->batch->rows[self->next++];
  else if (self->batch->error != NULL)
    {
      g_propagate_error (error, g_error_copy (self->batch->error));
      return FALSE;
    }
  else
    *out_row = NULL;
  return TRUE;
}
