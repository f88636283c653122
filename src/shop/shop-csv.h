/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads comma-separated values from anybody's spreadsheet, record by record, whatever the file's
 * length: UTF-8 with or without its mark, or GB18030; CRLF or LF; quoted fields with doubled quotes
 * and line ends in them; tabs or semicolons where the first line has no comma. Bytes come through a
 * function of the caller's, since shop does no I/O. A bad record is told with its line and skipped;
 * a quote that is never closed costs its own line, not the rest of the file.
 */
#pragma once

#include "base-bytes.h"

G_BEGIN_DECLS

#define SHOP_CSV_RECORD_MAX 65536 /* bytes */
#define SHOP_CSV_FIELDS_MAX 64

typedef enum
{
  SHOP_CSV_UTF8,
  SHOP_CSV_GB18030,
  SHOP_CSV_UTF16, /* not read; for telling so */
} ShopCsvEncoding;

/* Goes over the whole file first: which of the two fits more of its lines. */
typedef struct
{
  guint64 offset, good_lines, bad_lines;
  guint8 first[2];
  guint wanted; /* continuation bytes still to come */
  gboolean beyond_ascii, broken;
} ShopCsvSniffer;

void shop_csv_sniffer_init (ShopCsvSniffer *self);
void shop_csv_sniffer_feed (ShopCsvSniffer *self, BaseSpan bytes);
ShopCsvEncoding shop_csv_sniffer_finish (ShopCsvSniffer *self);

/* Fills `buffer`, says how much in *out_count; 0 is the end. */
typedef gboolean (
    *ShopCsvRead) (gpointer ctx, guint8 *buffer, gsize size, gsize *out_count, GError **error);

typedef enum
{
  SHOP_CSV_RECORD,
  SHOP_CSV_BAD, /* shop_csv_problem() says why; go on */
  SHOP_CSV_END,
  SHOP_CSV_FAILED, /* reading failed: `error` is set */
} ShopCsvOutcome;

typedef struct _ShopCsv ShopCsv;

/* `encoding` is not UTF-16. */
ShopCsv *shop_csv_new (ShopCsvEncoding encoding, ShopCsvRead read, gpointer ctx);
void shop_csv_free (ShopCsv *self);
ShopCsvOutcome shop_csv_next (ShopCsv *self, GError **error);
/* The line where the record begins, from 1. */
guint64 shop_csv_line (const ShopCsv *self);
guint shop_csv_count (const ShopCsv *self);
/* UTF-8 without outer blanks; "" beyond the last field. Good until the next record. */
const char *shop_csv_field (const ShopCsv *self, guint index);
const char *shop_csv_problem (const ShopCsv *self);

/* Appends a field as this reader would read it back, quoted where it must be. */
void shop_csv_append_field (GString *out, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShopCsv, shop_csv_free)

G_END_DECLS
