/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads any ESC/POS stream, whole or in pieces: what a printer would do with it, told as commands,
 * and the paper that comes out as a page of dots. Used by the emulated printer, the practice
 * bench's paper view and `till-cli decode escpos`. Bounded; it never fails: bytes that mean nothing
 * are told as such. Not thread-safe.
 */
#pragma once

#include "base-bytes.h"

G_BEGIN_DECLS

#define PRINTER_ESCPOS_READER_DOTS_MAX 2048
#define PRINTER_ESCPOS_READER_ROWS_MAX 20000 /* the page keeps the last so many */
#define PRINTER_ESCPOS_READER_DATA_MAX (4 * 1024 * 1024)

typedef enum
{
  PRINTER_TOKEN_TEXT,   /* printable bytes, of any code page */
  PRINTER_TOKEN_FEED,   /* LF, ESC d, ESC J: `value` is lines or dots */
  PRINTER_TOKEN_RASTER, /* GS v 0, GS ( L: `width` bytes a row, `height` rows */
  PRINTER_TOKEN_CUT,
  PRINTER_TOKEN_PULSE,   /* ESC p, DLE DC4: `value` is the pin */
  PRINTER_TOKEN_STATUS,  /* DLE EOT n: `value` is n */
  PRINTER_TOKEN_ASK,     /* GS r n, answered in its turn */
  PRINTER_TOKEN_RESET,   /* ESC @ */
  PRINTER_TOKEN_COMMAND, /* any other that is known */
  PRINTER_TOKEN_UNKNOWN, /* skipped */
} PrinterTokenKind;

typedef struct
{
  PrinterTokenKind kind;
  guint64 offset;      /* of its first byte in the stream */
  const char *name;    /* "GS v 0"; never NULL */
  BaseSpan parameters; /* bytes after the name, without data; borrowed during the call */
  BaseSpan data;       /* text or raster bytes; borrowed during the call */
  guint value;
  guint width_bytes;
  guint height;
} PrinterToken;

typedef void (*PrinterTokenFunc) (const PrinterToken *token, gpointer data);
typedef struct _PrinterEscposReader PrinterEscposReader;

/* `func` may be NULL. */
PrinterEscposReader *printer_escpos_reader_new (guint dots, PrinterTokenFunc func, gpointer data);
void printer_escpos_reader_free (PrinterEscposReader *self);
void printer_escpos_reader_feed (PrinterEscposReader *self, BaseSpan bytes);
/* Tells what is left over of an unfinished command, at the end of a file. */
void printer_escpos_reader_finish (PrinterEscposReader *self);
/* The page: rows so far, each of (dots + 7) / 8 bytes, 1 = black. Text is drawn as grey bars of its
 * length (there is no font here). Borrowed until the next call. */
BaseSpan printer_escpos_reader_page (PrinterEscposReader *self, guint *out_stride, guint *out_rows);
/* Row numbers of cuts on the page. Borrowed. */
const guint *printer_escpos_reader_cuts (PrinterEscposReader *self, guint *out_count);
/* Bytes of the command that is in the middle of its data and still wants some; 0 between commands.
 */
gsize printer_escpos_reader_wanting (const PrinterEscposReader *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PrinterEscposReader, printer_escpos_reader_free)

G_END_DECLS
