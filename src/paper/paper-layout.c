/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "paper-layout.h"

#include "paper-code.h"
#include "paper-font.h"

#include <string.h>

#define CELLS_MAX 3
#define SCALE_MAX 2
#define GAP_DOTS 12
#define SPILL_DOTS 3 /* what a letter may reach out of its line without touching the next */
#define SPACE_DOTS 15
#define RULE_DOTS 16
#define RULE_THICKNESS_DOTS 2
#define BOX_PAD_X_DOTS 12
#define BOX_PAD_Y_DOTS 4
#define BAR_HEIGHT_DOTS 72
#define BAR_MODULE_MAX_DOTS 3
#define BAR_MODULE_MIN_DOTS 2
#define BAR_QUIET_MODULES 10
#define QR_MODULE_MAX_DOTS 6
#define QR_MODULE_MIN_DOTS 2
#define QR_QUIET_MODULES 4

typedef enum
{
  BLOCK_TEXT,
  BLOCK_BOX,
  BLOCK_RULE,
  BLOCK_CODE,
} BlockKind;

typedef struct
{
  PangoLayout *text;
  int width; /* dots, as measured */
  int height;
  int x, y; /* within its block */
} Cell;

typedef struct
{
  BlockKind kind;
  int x, y, width, height; /* of what is painted; x and width mean nothing for text */
  Cell cells[CELLS_MAX];
  guint cell_count;
  PaperCode *code;
  int module_dots;
} Block;

struct _PaperLayout
{
  int width;
  int height;
  GArray *blocks;
  GArray *cuts;
};

typedef struct
{
  PangoFontDescription *font;
  PangoAttrList *tight;   /* tabular digits, the receipt's own line height */
  PangoAttrList *natural; /* tabular digits, as high as the script wants */
} Style;

typedef struct
{
  PaperLayout *paper;
  PangoContext *context;
  const char *families;
  Style styles[SCALE_MAX][2];
  GArray *values; /* of Cell: the amounts of the rows that have something in the middle before them,
                     in order */
  guint value_next;
  int value_width; /* of the widest among them */
} Builder;

static void
clear_block (gpointer data)
{
  Block *block = data;

  for (guint i = 0; i < block->cell_count; i++)
    g_object_unref (block->cells[i].text);
  paper_code_free (block->code);
}

static void
clear_cell (gpointer data)
{
  Cell *cell = data;

  g_clear_object (&cell->text);
}

static void
clear_style (Style *style)
{
  if (style->font == NULL)
    return;
  pango_font_description_free (style->font);
  pango_attr_list_unref (style->tight);
  pango_attr_list_unref (style->natural);
}

static const Style *
pick_style (Builder *self, guint scale, gboolean bold)
{
  Style *style = &self->styles[scale - 1][bold ? 1 : 0];

  if (style->font == NULL)
    {
      style->font = paper_font_describe (self->families, scale, bold);
      style->tight = pango_attr_list_new ();
      pango_attr_list_insert (style->tight, pango_attr_font_features_new ("tnum=1"));
      style->natural = pango_attr_list_copy (style->tight);
      pango_attr_list_insert (style->tight, pango_attr_line_height_new_absolute (
                                                (int)(PAPER_FONT_LINE_DOTS * scale) * PANGO_SCALE));
    }
  return style;
}

/* What is drawn of `text`: valid UTF-8 of bounded size. Yours to free. */
static char *
bound_text (const char *text)
{
  g_autofree char *valid = NULL;
  const char *end;

  if (strlen (text) <= PAPER_TEXT_MAX)
    return g_utf8_make_valid (text, -1);
  valid = g_utf8_make_valid (text, PAPER_TEXT_MAX);
  end = g_utf8_find_prev_char (valid, valid + strlen (valid));
  return g_strdup_printf ("%.*s…", (int)(end - valid), valid);
}

/* Measures again, after whatever changed. A script too tall for the receipt's line height gets the
 * height it asks for. */
static void
measure_cell (Cell *cell, const Style *style)
{
  PangoRectangle ink, logical;

  pango_layout_get_pixel_extents (cell->text, &ink, &logical);
  if (pango_layout_get_attributes (cell->text) == style->tight
      && (ink.y < -SPILL_DOTS || ink.y + ink.height > logical.height + SPILL_DOTS))
    {
      pango_layout_set_attributes (cell->text, style->natural);
      pango_layout_get_pixel_extents (cell->text, NULL, &logical);
    }
  cell->width = logical.width;
  cell->height = logical.height;
}

static Cell
make_cell (Builder *self, const char *text, const Style *style)
{
  Cell cell = { .text = pango_layout_new (self->context) };
  g_autofree char *bounded = bound_text (text);

  pango_layout_set_font_description (cell.text, style->font);
  pango_layout_set_attributes (cell.text, style->tight);
  pango_layout_set_wrap (cell.text, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_text (cell.text, bounded, -1);
  measure_cell (&cell, style);
  return cell;
}

static Cell *
add_cell (Block *block, Cell cell)
{
  g_assert (block->cell_count < CELLS_MAX);
  block->cells[block->cell_count] = cell;
  return &block->cells[block->cell_count++];
}

static PangoAlignment
pango_align (ShopAlign align)
{
  switch (align)
    {
    case SHOP_ALIGN_LEFT:
      return PANGO_ALIGN_LEFT;
    case SHOP_ALIGN_CENTRE:
      return PANGO_ALIGN_CENTER;
    case SHOP_ALIGN_RIGHT:
      return PANGO_ALIGN_RIGHT;
    }
  return PANGO_ALIGN_LEFT;
}

/* A paragraph of a script that is written from the right begins there. */
static ShopAlign
natural_align (Cell *cell, ShopAlign align)
{
  if (align == SHOP_ALIGN_CENTRE
      || pango_layout_get_direction (cell->text, 0) != PANGO_DIRECTION_RTL)
    return align;
  return align == SHOP_ALIGN_LEFT ? SHOP_ALIGN_RIGHT : SHOP_ALIGN_LEFT;
}

static int
aligned_x (int x, int spare, ShopAlign align)
{
  switch (align)
    {
    case SHOP_ALIGN_LEFT:
      return x;
    case SHOP_ALIGN_CENTRE:
      return x + spare / 2;
    case SHOP_ALIGN_RIGHT:
      return x + spare;
    }
  return x;
}

/* Lets the cell have `width` dots from `x` on, placed by `align`, wrapped when it is wider. Telling
 * Pango a width makes it shape the text once more, which is why one that fits is only moved. */
static void
fit_cell (Cell *cell, const Style *style, int x, int width, ShopAlign align)
{
  if (cell->width <= width)
    {
      cell->x = aligned_x (x, width - cell->width, natural_align (cell, align));
      return;
    }
  cell->x = x;
  pango_layout_set_alignment (cell->text, pango_align (align));
  pango_layout_set_width (cell->text, MAX (width, PAPER_FONT_SIZE_DOTS) * PANGO_SCALE);
  measure_cell (cell, style);
}

static int
baseline (const Cell *cell)
{
  return PANGO_PIXELS (pango_layout_get_baseline (cell->text));
}

/* Puts cells [first, cell_count) on one baseline from `y` down; says where the lowest ends. */
static int
level_cells (Block *block, guint first, int y)
{
  int deepest = 0, bottom = y;

  for (guint i = first; i < block->cell_count; i++)
    deepest = MAX (deepest, baseline (&block->cells[i]));
  for (guint i = first; i < block->cell_count; i++)
    {
      block->cells[i].y = y + deepest - baseline (&block->cells[i]);
      bottom = MAX (bottom, block->cells[i].y + block->cells[i].height);
    }
  return bottom;
}

static guint
row_scale (const ShopRow *row)
{
  return CLAMP (row->scale, 1, SCALE_MAX);
}

static void
add_block (Builder *self, Block *block)
{
  block->y = self->paper->height;
  self->paper->height += block->height;
  g_array_append_vals (self->paper->blocks, block, 1);
}

static void
place_text (Builder *self, const ShopRow *row, const char *text)
{
  const Style *style = pick_style (self, row_scale (row), row->bold);
  Block block = { .kind = BLOCK_TEXT };
  Cell *cell = add_cell (&block, make_cell (self, text, style));

  fit_cell (cell, style, 0, self->paper->width, row->align);
  block.height = level_cells (&block, 0, 0);
  add_block (self, &block);
}

static void
place_box (Builder *self, const ShopRow *row)
{
  const Style *style = pick_style (self, row_scale (row), TRUE);
  int inner = self->paper->width - 2 * BOX_PAD_X_DOTS;
  Block block = { .kind = BLOCK_BOX };
  Cell *cell = add_cell (&block, make_cell (self, row->text != NULL ? row->text : "", style));

  block.width = MIN (cell->width, inner) + 2 * BOX_PAD_X_DOTS;
  block.x = row->align == SHOP_ALIGN_LEFT     ? 0
            : row->align == SHOP_ALIGN_CENTRE ? (self->paper->width - block.width) / 2
                                              : self->paper->width - block.width;
  fit_cell (cell, style, block.x + BOX_PAD_X_DOTS, block.width - 2 * BOX_PAD_X_DOTS,
            SHOP_ALIGN_CENTRE);
  block.height = level_cells (&block, 0, BOX_PAD_Y_DOTS) + BOX_PAD_Y_DOTS;
  add_block (self, &block);
}

static gboolean
is_value_row (const ShopRow *row)
{
  return row->kind == SHOP_ROW_COLUMNS && row->middle != NULL && row->right != NULL
         && row_scale (row) == 1;
}

/* Measures the amounts that have something before them. One wider than a third of the paper aligns
 * with nothing. */
static void
measure_values (Builder *self, const ShopReceipt *receipt)
{
  for (guint i = 0; i < shop_receipt_count (receipt); i++)
    {
      const ShopRow *row = shop_receipt_row (receipt, i);
      Cell cell;

      if (!is_value_row (row))
        continue;
      cell = make_cell (self, row->right, pick_style (self, 1, row->bold));
      g_array_append_val (self->values, cell);
      if (cell.width <= self->paper->width / 3)
        self->value_width = MAX (self->value_width, cell.width);
    }
}

/* The amount of a row, made already where measure_values () met it. */
static Cell
make_value (Builder *self, const ShopRow *row, const Style *style)
{
  Cell made;

  if (!is_value_row (row))
    return make_cell (self, row->right, style);
  made = g_array_index (self->values, Cell, self->value_next);
  g_array_index (self->values, Cell, self->value_next++).text = NULL;
  return made;
}

/* Places the amounts: the last ends at the right edge, and what stands before it ends where the
 * widest amount begins, so that both align from row to row. Says how much is left for the name. */
static int
place_values (Builder *self, Block *block, const ShopRow *row, const Style *style)
{
  int edge = self->paper->width;

  if (row->right != NULL)
    {
      Cell *right = add_cell (block, make_value (self, row, style));
      int room = MIN (right->width, edge);

      fit_cell (right, style, edge - room, room, SHOP_ALIGN_RIGHT);
      edge -= room + GAP_DOTS;
    }
  if (row->middle != NULL)
    {
      Cell *middle = add_cell (block, make_cell (self, row->middle, style));
      int end = MIN (edge, self->paper->width - self->value_width - GAP_DOTS);
      int room = MIN (middle->width, MAX (end, PAPER_FONT_SIZE_DOTS));

      edge = MAX (end - room, 0);
      fit_cell (middle, style, edge, room, SHOP_ALIGN_RIGHT);
      edge -= GAP_DOTS;
    }
  return edge;
}

/* A name too wide for what the amounts leave takes a line of its own when it fits there, or when
 * little is left; else it wraps. */
static void
place_columns (Builder *self, const ShopRow *row)
{
  const Style *style = pick_style (self, row_scale (row), row->bold);
  int width = self->paper->width;
  Block block = { .kind = BLOCK_TEXT };
  Cell *left = add_cell (&block, make_cell (self, row->text != NULL ? row->text : "", style));
  int room = place_values (self, &block, row, style);

  if (left->width > room && (left->width <= width || room < width * 2 / 5))
    {
      fit_cell (left, style, 0, width, SHOP_ALIGN_LEFT);
      block.height = level_cells (&block, 1, left->height);
    }
  else
    {
      fit_cell (left, style, 0, room, SHOP_ALIGN_LEFT);
      block.height = level_cells (&block, 0, 0);
    }
  add_block (self, &block);
}

static void
place_rule (Builder *self)
{
  Block block = { .kind = BLOCK_RULE, .width = self->paper->width, .height = RULE_DOTS };

  add_block (self, &block);
}

/* A code with its quiet zone above and below; the paper beside it is the rest of the zone. Takes
 * *code unless it does not fit. */
static gboolean
place_code (Builder *self, PaperCode **code, int quiet, int module_min, int module_max)
{
  int modules = (int)paper_code_width (*code);
  int rows = (int)paper_code_height (*code);
  int module = MIN (module_max, self->paper->width / (modules + 2 * quiet));
  Block block = { .kind = BLOCK_CODE, .module_dots = module };

  if (module < module_min)
    return FALSE;
  block.code = g_steal_pointer (code);
  block.width = modules * module;
  block.x = (self->paper->width - block.width) / 2;
  block.height = rows == 1 ? BAR_HEIGHT_DOTS + 2 * SPACE_DOTS : (rows + 2 * quiet) * module;
  add_block (self, &block);
  return TRUE;
}

static void
place_qr (Builder *self, const ShopRow *row)
{
  const char *text = row->text != NULL ? row->text : "";
  g_autoptr (PaperCode) code = paper_code_new_qr (text);

  if (code == NULL
      || !place_code (self, &code, QR_QUIET_MODULES, QR_MODULE_MIN_DOTS, QR_MODULE_MAX_DOTS))
    place_text (self, row, text);
}

static void
place_barcode (Builder *self, const ShopRow *row)
{
  const char *text = row->text != NULL ? row->text : "";
  g_autoptr (PaperCode) code = paper_code_new_code128 (text);
  ShopRow below = *row;

  below.align = SHOP_ALIGN_CENTRE;
  if (code != NULL)
    place_code (self, &code, BAR_QUIET_MODULES, BAR_MODULE_MIN_DOTS, BAR_MODULE_MAX_DOTS);
  place_text (self, &below, text);
}

static void
place_row (Builder *self, const ShopRow *row)
{
  switch (row->kind)
    {
    case SHOP_ROW_TEXT:
      if (row->boxed)
        place_box (self, row);
      else
        place_text (self, row, row->text != NULL ? row->text : "");
      return;
    case SHOP_ROW_COLUMNS:
      place_columns (self, row);
      return;
    case SHOP_ROW_RULE:
      place_rule (self);
      return;
    case SHOP_ROW_SPACE:
      self->paper->height += SPACE_DOTS;
      return;
    case SHOP_ROW_QR:
      place_qr (self, row);
      return;
    case SHOP_ROW_BARCODE:
      place_barcode (self, row);
      return;
    case SHOP_ROW_CUT:
      g_array_append_val (self->paper->cuts, self->paper->height);
      return;
    }
}

static void
place_rows (Builder *self, const ShopReceipt *receipt)
{
  static const ShopRow more = { .kind = SHOP_ROW_TEXT, .align = SHOP_ALIGN_CENTRE, .scale = 1 };
  guint count = shop_receipt_count (receipt);
  guint i = 0;

  measure_values (self, receipt);
  for (; i < count && self->paper->height < PAPER_HEIGHT_MAX_DOTS; i++)
    place_row (self, shop_receipt_row (receipt, i));
  if (i < count)
    place_text (self, &more, "…");
}

PaperLayout *
paper_layout_new (const ShopReceipt *receipt, guint width_dots, const char *font)
{
  PaperLayout *self = g_new0 (PaperLayout, 1);
  g_autoptr (PaperFontLock) lock = paper_font_lock ();
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (Cell));
  Builder builder
      = { .paper = self, .context = paper_font_context (lock), .families = font, .values = values };

  g_assert (receipt != NULL);
  g_assert (width_dots >= PAPER_WIDTH_MIN_DOTS && width_dots <= PAPER_WIDTH_MAX_DOTS);
  self->width = (int)width_dots;
  self->blocks = g_array_new (FALSE, FALSE, sizeof (Block));
  g_array_set_clear_func (self->blocks, clear_block);
  self->cuts = g_array_new (FALSE, FALSE, sizeof (int));
  g_array_set_clear_func (values, clear_cell);
  place_rows (&builder, receipt);
  for (guint scale = 0; scale < SCALE_MAX; scale++)
    for (guint bold = 0; bold < 2; bold++)
      clear_style (&builder.styles[scale][bold]);
  return self;
}

void
paper_layout_free (PaperLayout *self)
{
  g_autoptr (PaperFontLock) lock = NULL;

  if (self == NULL)
    return;
  lock = paper_font_lock ();
  g_array_unref (self->blocks);
  g_array_unref (self->cuts);
  g_free (self);
}

guint
paper_layout_width (const PaperLayout *self)
{
  return (guint)self->width;
}

guint
paper_layout_height (const PaperLayout *self)
{
  return (guint)self->height;
}

guint
paper_layout_cut_count (const PaperLayout *self)
{
  return self->cuts->len;
}

guint
paper_layout_cut (const PaperLayout *self, guint index)
{
  g_assert (index < self->cuts->len);
  return (guint)g_array_index (self->cuts, int, index);
}

static void
draw_cells (const Block *block, cairo_t *cr)
{
  for (guint i = 0; i < block->cell_count; i++)
    {
      cairo_move_to (cr, block->cells[i].x, block->y + block->cells[i].y);
      pango_cairo_show_layout (cr, block->cells[i].text);
    }
}

/* The letters are cut out of the box rather than painted white, so that this works on a surface of
 * one bit as well. */
static void
draw_box (const Block *block, cairo_t *cr)
{
  cairo_push_group_with_content (cr, CAIRO_CONTENT_ALPHA);
  cairo_rectangle (cr, block->x, block->y, block->width, block->height);
  cairo_fill (cr);
  cairo_set_operator (cr, CAIRO_OPERATOR_DEST_OUT);
  draw_cells (block, cr);
  cairo_pop_group_to_source (cr);
  cairo_paint (cr);
  cairo_set_source_rgb (cr, 0, 0, 0);
}

static void
draw_rule (const Block *block, cairo_t *cr)
{
  cairo_rectangle (cr, 0, block->y + (RULE_DOTS - RULE_THICKNESS_DOTS) / 2, block->width,
                   RULE_THICKNESS_DOTS);
  cairo_fill (cr);
}

static void
draw_code (const Block *block, cairo_t *cr)
{
  guint rows = paper_code_height (block->code);
  int module = block->module_dots;
  int height = rows == 1 ? BAR_HEIGHT_DOTS : module;
  int top = block->y + (block->height - (int)rows * height) / 2;

  for (guint y = 0; y < rows; y++)
    for (guint x = 0; x < paper_code_width (block->code); x++)
      if (paper_code_is_dark (block->code, x, y))
        cairo_rectangle (cr, block->x + (int)x * module, top + (int)y * height, module, height);
  cairo_fill (cr);
}

static void
draw_block (const Block *block, cairo_t *cr)
{
  switch (block->kind)
    {
    case BLOCK_TEXT:
      draw_cells (block, cr);
      return;
    case BLOCK_BOX:
      draw_box (block, cr);
      return;
    case BLOCK_RULE:
      draw_rule (block, cr);
      return;
    case BLOCK_CODE:
      draw_code (block, cr);
      return;
    }
}

/* A tall letter may reach a little out of its block. */
static gboolean
is_in_sight (const Block *block, double top, double bottom)
{
  return block->y + block->height + PAPER_FONT_LINE_DOTS > top
         && block->y - PAPER_FONT_LINE_DOTS < bottom;
}

void
paper_layout_draw (const PaperLayout *self, cairo_t *cr)
{
  g_autoptr (PaperFontLock) lock = paper_font_lock ();
  double left, top, right, bottom;

  g_assert (lock != NULL);
  cairo_save (cr);
  cairo_clip_extents (cr, &left, &top, &right, &bottom);
  cairo_set_antialias (cr, CAIRO_ANTIALIAS_NONE);
  cairo_set_source_rgb (cr, 0, 0, 0);
  for (guint i = 0; i < self->blocks->len; i++)
    {
      const Block *block = &g_array_index (self->blocks, Block, i);

      if (is_in_sight (block, top, bottom))
        draw_block (block, cr);
    }
  cairo_restore (cr);
}
