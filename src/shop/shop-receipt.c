/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shop-receipt.h"

#include <string.h>

#define TEXT_COLUMNS_MIN 16
#define TEXT_COLUMNS_MAX 200
#define TEXT_RIGHT_MIN 7
#define TEXT_LEFT_MIN 8 /* narrower than this, the left column gets lines of its own */

struct _ShopReceipt
{
  GPtrArray *rows; /* of ShopRow */
};

static void
row_free (gpointer data)
{
  ShopRow *row = data;

  g_free (row->text);
  g_free (row->middle);
  g_free (row->right);
  g_free (row);
}

/* Names, reasons and acquirers' texts come from outside: a row is one paragraph of valid UTF-8
 * without control characters. */
static char *
clean (const char *text)
{
  g_autofree char *valid = text != NULL ? g_utf8_make_valid (text, -1) : NULL;
  g_autoptr (GString) cleaned = NULL;

  if (valid == NULL)
    return NULL;
  cleaned = g_string_sized_new (strlen (valid));
  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      g_string_append_unichar (cleaned,
                               g_unichar_iscntrl (c) || c == 0x2028 || c == 0x2029 ? ' ' : c);
    }
  return g_string_free (g_steal_pointer (&cleaned), FALSE);
}

static ShopRow *
add_row (ShopReceipt *self, ShopRowKind kind, const char *text)
{
  ShopRow *row = g_new0 (ShopRow, 1);

  g_assert (self->rows->len < SHOP_RECEIPT_ROWS_MAX);
  row->kind = kind;
  row->scale = 1;
  row->text = clean (text);
  g_ptr_array_add (self->rows, row);
  return row;
}

ShopReceipt *
shop_receipt_new (void)
{
  ShopReceipt *self = g_new0 (ShopReceipt, 1);

  self->rows = g_ptr_array_new_with_free_func (row_free);
  return self;
}

void
shop_receipt_free (ShopReceipt *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->rows);
  g_free (self);
}

guint
shop_receipt_count (const ShopReceipt *self)
{
  return self->rows->len;
}

const ShopRow *
shop_receipt_row (const ShopReceipt *self, guint index)
{
  g_assert (index < self->rows->len);
  return g_ptr_array_index (self->rows, index);
}

void
shop_receipt_text (ShopReceipt *self, ShopAlign align, guint scale, gboolean bold, const char *text)
{
  ShopRow *row = add_row (self, SHOP_ROW_TEXT, text);

  g_assert (scale >= 1);
  row->align = align;
  row->scale = scale;
  row->bold = bold;
}

void
shop_receipt_boxed (ShopReceipt *self, const char *text)
{
  ShopRow *row = add_row (self, SHOP_ROW_TEXT, text);

  row->align = SHOP_ALIGN_CENTRE;
  row->bold = TRUE;
  row->boxed = TRUE;
}

void
shop_receipt_columns (ShopReceipt *self,
                      const char *left,
                      const char *middle,
                      const char *right,
                      gboolean bold,
                      guint scale)
{
  ShopRow *row = add_row (self, SHOP_ROW_COLUMNS, left);

  g_assert (scale >= 1);
  row->middle = clean (middle);
  row->right = clean (right);
  row->bold = bold;
  row->scale = scale;
}

void
shop_receipt_rule (ShopReceipt *self)
{
  add_row (self, SHOP_ROW_RULE, NULL);
}

void
shop_receipt_space (ShopReceipt *self)
{
  add_row (self, SHOP_ROW_SPACE, NULL);
}

void
shop_receipt_qr (ShopReceipt *self, const char *data)
{
  g_assert (data != NULL);
  add_row (self, SHOP_ROW_QR, data)->align = SHOP_ALIGN_CENTRE;
}

void
shop_receipt_barcode (ShopReceipt *self, const char *data)
{
  g_assert (data != NULL);
  add_row (self, SHOP_ROW_BARCODE, data)->align = SHOP_ALIGN_CENTRE;
}

void
shop_receipt_cut (ShopReceipt *self)
{
  add_row (self, SHOP_ROW_CUT, NULL);
}

/* As plain text. */

static guint
character_width (gunichar c)
{
  if (g_unichar_iszerowidth (c))
    return 0;
  return g_unichar_iswide (c) ? 2 : 1;
}

static guint
text_width (const char *text)
{
  guint width = 0;

  for (const char *p = text != NULL ? text : ""; *p != '\0'; p = g_utf8_next_char (p))
    width += character_width (g_utf8_get_char (p));
  return width;
}

/* Where the first line of `text` ends that is at most `width` wide: after a blank or a wide
 * character where there is one, in the middle of a word when not. Always past at least one
 * character. */
static const char *
find_break (const char *text, guint width)
{
  const char *place = NULL;
  const char *p = text;
  guint used = 0;

  while (*p != '\0')
    {
      gunichar c = g_utf8_get_char (p);
      guint wide = character_width (c);

      if (used + wide > width && p != text)
        return c == ' ' || wide == 2 || place == NULL ? p : place;
      used += wide;
      p = g_utf8_next_char (p);
      if (c == ' ' || wide == 2)
        place = p;
    }
  return p;
}

/* Cuts the text into lines at most `width` wide, without blanks at their ends; at least one line.
 */
static GPtrArray *
wrap (const char *text, guint width)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);
  const char *p = text != NULL ? text : "";

  do
    {
      const char *end;

      while (*p == ' ')
        p++;
      end = find_break (p, width);
      g_ptr_array_add (lines, g_strchomp (g_strndup (p, (gsize)(end - p))));
      p = end;
    }
  while (*p != '\0');
  return lines;
}

static void
append_blanks (GString *out, guint count)
{
  for (guint i = 0; i < count; i++)
    g_string_append_c (out, ' ');
}

static void
append_aligned (GString *out, const char *text, ShopAlign align, guint columns)
{
  guint width = text_width (text);
  guint left_over = width < columns ? columns - width : 0;

  if (align != SHOP_ALIGN_LEFT)
    append_blanks (out, align == SHOP_ALIGN_CENTRE ? left_over / 2 : left_over);
  g_string_append (out, text);
  g_string_append_c (out, '\n');
}

static void
append_paragraph (GString *out, const ShopRow *row, guint columns)
{
  g_autofree char *text = NULL;
  g_autoptr (GPtrArray) lines = NULL;

  if (row->boxed)
    text = g_strdup_printf ("[ %s ]", row->text != NULL ? row->text : "");
  else if (row->kind == SHOP_ROW_QR)
    text = g_strdup_printf ("[QR %s]", row->text);
  else if (row->kind == SHOP_ROW_BARCODE)
    text = g_strdup_printf ("||| %s |||", row->text);
  else
    text = g_strdup (row->text);
  lines = wrap (text, columns);
  for (guint i = 0; i < lines->len; i++)
    append_aligned (out, g_ptr_array_index (lines, i), row->align, columns);
}

/* How wide the right column of rows with a middle one is, so that those stand under each other. */
static guint
measure_right (const ShopReceipt *self)
{
  guint right = TEXT_RIGHT_MIN;

  for (guint i = 0; i < self->rows->len; i++)
    {
      const ShopRow *row = shop_receipt_row (self, i);

      if (row->kind == SHOP_ROW_COLUMNS && row->middle != NULL)
        right = MAX (right, text_width (row->right));
    }
  return right;
}

static void
append_columns (GString *out, const ShopRow *row, guint shared_right, guint columns)
{
  guint middle = row->middle != NULL ? text_width (row->middle) + 1 : 0;
  guint right = row->middle != NULL ? shared_right : text_width (row->right);
  guint taken = middle + right + 1;
  gboolean beside = taken + TEXT_LEFT_MIN <= columns;
  g_autoptr (GPtrArray) lines = wrap (row->text, beside ? columns - taken : columns);
  const char *last = g_ptr_array_index (lines, lines->len - 1);
  guint used;

  for (guint i = 0; i + 1 < lines->len; i++)
    append_aligned (out, g_ptr_array_index (lines, i), SHOP_ALIGN_LEFT, columns);
  g_string_append (out, last);
  used = text_width (last);
  if (used + taken > columns)
    {
      g_string_append_c (out, '\n');
      used = 0;
    }
  if (row->middle != NULL)
    {
      guint end = columns > right + 1 ? columns - right - 1 : 0;
      guint width = text_width (row->middle);

      append_blanks (out, end > used + width ? end - used - width : 1);
      g_string_append (out, row->middle);
      used = MAX (end, used + width + 1);
    }
  append_blanks (
      out, columns > used + text_width (row->right) ? columns - used - text_width (row->right) : 1);
  g_string_append (out, row->right != NULL ? row->right : "");
  g_string_append_c (out, '\n');
}

static void
append_repeated (GString *out, const char *pattern, guint columns)
{
  for (guint i = 0; i < columns; i++)
    g_string_append_c (out, pattern[i % 2]);
  g_string_append_c (out, '\n');
}

char *
shop_receipt_to_text (const ShopReceipt *self, guint columns)
{
  g_autoptr (GString) out = g_string_new (NULL);
  guint right = measure_right (self);

  g_assert (columns >= TEXT_COLUMNS_MIN && columns <= TEXT_COLUMNS_MAX);
  for (guint i = 0; i < self->rows->len; i++)
    {
      const ShopRow *row = shop_receipt_row (self, i);

      switch (row->kind)
        {
        case SHOP_ROW_TEXT:
        case SHOP_ROW_QR:
        case SHOP_ROW_BARCODE:
          append_paragraph (out, row, columns);
          break;
        case SHOP_ROW_COLUMNS:
          append_columns (out, row, right, columns);
          break;
        case SHOP_ROW_RULE:
          append_repeated (out, "--", columns);
          break;
        case SHOP_ROW_SPACE:
          g_string_append_c (out, '\n');
          break;
        case SHOP_ROW_CUT:
          append_repeated (out, "- ", columns);
          break;
        }
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}
