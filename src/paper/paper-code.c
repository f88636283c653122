/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "paper-code.h"

#include <string.h>
#include <zint.h>

struct _PaperCode
{
  struct zint_symbol *symbol;
};

/* zint packs eight modules into a byte, the leftmost in the lowest bit. */
#define MODULES_PER_BYTE 8
#define QR_LEVEL_M 2

static PaperCode *
encode (struct zint_symbol *symbol, const char *text)
{
  PaperCode *self = NULL;
  int result = ZBarcode_Encode (symbol, (const unsigned char *)text, (int)strlen (text));

  if (result < ZINT_ERROR && symbol->rows > 0 && symbol->width > 0)
    {
      self = g_new0 (PaperCode, 1);
      self->symbol = symbol;
    }
  else
    ZBarcode_Delete (symbol);
  return self;
}

PaperCode *
paper_code_new_qr (const char *text)
{
  struct zint_symbol *symbol;

  g_assert (text != NULL);
  if (*text == '\0' || strlen (text) > PAPER_CODE_QR_MAX || !g_utf8_validate (text, -1, NULL))
    return NULL;
  symbol = ZBarcode_Create ();
  symbol->symbology = BARCODE_QRCODE;
  symbol->input_mode = UNICODE_MODE;
  symbol->option_1 = QR_LEVEL_M;
  return encode (symbol, text);
}

PaperCode *
paper_code_new_code128 (const char *text)
{
  struct zint_symbol *symbol;

  g_assert (text != NULL);
  if (*text == '\0' || strlen (text) > PAPER_CODE_CODE128_MAX || !g_str_is_ascii (text))
    return NULL;
  symbol = ZBarcode_Create ();
  symbol->symbology = BARCODE_CODE128;
  return encode (symbol, text);
}

void
paper_code_free (PaperCode *self)
{
  if (self == NULL)
    return;
  ZBarcode_Delete (self->symbol);
  g_free (self);
}

guint
paper_code_width (const PaperCode *self)
{
  return (guint)self->symbol->width;
}

guint
paper_code_height (const PaperCode *self)
{
  return (guint)self->symbol->rows;
}

gboolean
paper_code_is_dark (const PaperCode *self, guint x, guint y)
{
  g_assert (x < paper_code_width (self) && y < paper_code_height (self));
  return (self->symbol->encoded_data[y][x / MODULES_PER_BYTE] >> (x % MODULES_PER_BYTE)) & 1;
}
