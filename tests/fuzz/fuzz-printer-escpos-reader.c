/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "printer-escpos-reader.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
on_reader_token_cb (const PrinterToken *token, gpointer data)
{
  g_assert (token->name != NULL);
  *(guint64 *)data += token->data.size + token->parameters.size;
}

/* The first byte says in how large pieces the rest comes. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  guint64 sum = 0;
  g_autoptr (PrinterEscposReader) reader
      = printer_escpos_reader_new (384, on_reader_token_cb, &sum);
  BaseReader bytes;
  BaseSpan piece;
  guint8 step;

  base_reader_init (&bytes, BASE_SPAN (data, size));
  if (!base_reader_u8 (&bytes, &step))
    return 0;
  while (base_reader_left (&bytes) > 0)
    {
      base_reader_take (&bytes, MIN (base_reader_left (&bytes), (gsize)step + 1), &piece);
      printer_escpos_reader_feed (reader, piece);
    }
  printer_escpos_reader_finish (reader);
  return 0;
}
