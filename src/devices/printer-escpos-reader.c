/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "printer-escpos-reader.h"

#include <string.h>

#define CHARACTER_DOTS 12
#define TEXT_ROWS 24
#define LINE_DOTS 30
#define CUTS_MAX 512

/* How many bytes follow the name of a command. */
typedef enum
{
  FORM_FIXED,     /* `count` of them */
  FORM_LENGTH_16, /* pL pH, then so many bytes of data */
  FORM_LENGTH_32,
  FORM_NUL_ENDED,
  FORM_RASTER,    /* m xL xH yL yH, then x * y bytes */
  FORM_COLUMNS,   /* m nL nH, then n or 3 n bytes */
  FORM_CUT,       /* m, and n from 65 on */
  FORM_BARCODE,   /* form A ended by NUL, form B counted */
  FORM_REAL_TIME, /* DLE DC4: by its function */
} Form;

typedef struct
{
  guint8 first;
  guint8 second;
  Form form;
  guint count;
  PrinterTokenKind kind;
  const char *name;
} Command;

static const Command commands[] = {
  { 0x10, 0x04, FORM_FIXED, 1, PRINTER_TOKEN_STATUS, "DLE EOT" },
  { 0x10, 0x05, FORM_FIXED, 1, PRINTER_TOKEN_COMMAND, "DLE ENQ" },
  { 0x10, 0x14, FORM_REAL_TIME, 0, PRINTER_TOKEN_PULSE, "DLE DC4" },
  { 0x1B, '@', FORM_FIXED, 0, PRINTER_TOKEN_RESET, "ESC @" },
  { 0x1B, '!', FORM_FIXED, 1, PRINTER_TOKEN_COMMAND, "ESC !" },
  { 0x1B, ' ', FORM_FIXED, 1, PRINTER_TOKEN_COMMAND, "ESC SP" },
  { 0x1B, '$', FORM_FIXED, 2, PRINTER_TOKEN_COMMAND, "ESC $" },
  { 0x1B, '\\', FORM_FIXED, 2, PRINTER_TOKEN_COMMAND, "ESC \\" },
  { 0x1B, '*', FORM_COLUMNS, 3, PRINTER_TOKEN_RASTER, "ESC *" },
  { 0x1B, '-', FORM_FIXED, 1, PRINTER_TOKEN_COMMAND, "ESC -" },
  { 0x1B, '2', FORM_FIXED, 0, PRINTER_TOKEN_COMMAND, "ESC 2" },
  { 0x1B, '3', FORM_FIXED, 1, PRINTER_TOKEN_COMMAND, "ESC 3" },
  { 0x1B, '=', FORM_FIXED, 1, PRINTER_TOKEN_COMMAND, "ESC =" },
  { 0x1B, 'B', FORM_FIXED, 2, PRINTER_TOKEN_COMMAND, "ESC B" },
  { 0x1B, 'D', FORM_NUL_ENDED, 0, PRINTER_TOKEN_COMMAND, "ESC D" },
  { 0x1B, 'E', FORM_FIXED, 1, PRINTER_TOKEN_COMMAND, "ESC E" },
  { 0x1B, 'G', FORM_FIXED, 1, PRINTER_TOKEN_COMMAND, "ESC G" },
  { 0x1B, 'J', FORM_FIXED, 1, PRINTER_TOKEN_FEED, "ESC J" },
  { 0x1B, 'L', FORM_FIXED, 0, PRINTER_TOKEN_COMMAND, "ESC L" },
  { 0x1B, 'M', FORM_FIXED, 1, PRINTER_TOKEN_COMMAND, "ESC M" },
  { 0x1B, 'R', FORM_FIXED, 1, PRINTER_TOKEN_COMMAND, "ESC R" },
  { 0x1B, 'S', FORM_FIXED, 0, PRINTER_TOKEN_COMMAND, "ESC S" },
  { 0x1B, 'T', FORM_FIXED, 1, PRINTER_TOKEN_COMMAND, "ESC T" },
  { 0x1B, 'V', FORM_FIXED, 1, PRINTER_TOKEN_COMMAND, "ESC V" },
  { 0x1B, 'W', FORM_FIXED, 8, PRINTER_TOKEN_COMMAND, "ESC W" },
  { 0x1B, 'a', FORM_FIXED, 1, PRINTER_TOKEN_COMMAND, "ESC a" },
  { 0x1B, 'd', FORM_FIXED, 1, PRINTER_TOKEN_FEED, "ESC d" },
  { 0x1B, 'i', FORM_FIXED, 0, PRINTER_TOKEN_CUT, "ESC i" },
  { 0x1B, 'm', FORM_FIXED, 0, PRINTER_TOKEN_CUT, "ESC m" },
  { 0x1B, 'p', FORM_FIXED, 3, PRINTER_TOKEN_PULSE, "ESC p" },
  { 0x1B, 't', FORM_FIXED, 1, PRINTER_TOKEN_COMMAND, "ESC t" },
  { 0x1B, '{', FORM_FIXED, 1, PRINTER_TOKEN_COMMAND, "ESC {" },
  { 0x1C, '!', FORM_FIXED, 1, PRINTER_TOKEN_COMMAND, "FS !" },
  { 0x1C, '&', FORM_FIXED, 0, PRINTER_TOKEN_COMMAND, "FS &" },
  { 0x1C, '-', FORM_FIXED, 1, PRINTER_TOKEN_COMMAND, "FS -" },
  { 0x1C, '.', FORM_FIXED, 0, PRINTER_TOKEN_COMMAND, "FS ." },
  { 0x1C, 'C', FORM_FIXED, 1, PRINTER_TOKEN_COMMAND, "FS C" },
  { 0x1C, 'S', FORM_FIXED, 2, PRINTER_TOKEN_COMMAND, "FS S" },
  { 0x1C, 'W', FORM_FIXED, 1, PRINTER_TOKEN_COMMAND, "FS W" },
  { 0x1C, 'p', FORM_FIXED, 2, PRINTER_TOKEN_COMMAND, "FS p" },
  { 0x1D, '!', FORM_FIXED, 1, PRINTER_TOKEN_COMMAND, "GS !" },
  { 0x1D, '(', FORM_LENGTH_16, 3, PRINTER_TOKEN_COMMAND, "GS (" },
  { 0x1D, '8', FORM_LENGTH_32, 5, PRINTER_TOKEN_COMMAND, "GS 8" },
  { 0x1D, 'B', FORM_FIXED, 1, PRINTER_TOKEN_COMMAND, "GS B" },
  { 0x1D, 'H', FORM_FIXED, 1, PRINTER_TOKEN_COMMAND, "GS H" },
  { 0x1D, 'I', FORM_FIXED, 1, PRINTER_TOKEN_ASK, "GS I" },
  { 0x1D, 'L', FORM_FIXED, 2, PRINTER_TOKEN_COMMAND, "GS L" },
  { 0x1D, 'P', FORM_FIXED, 2, PRINTER_TOKEN_COMMAND, "GS P" },
  { 0x1D, 'V', FORM_CUT, 1, PRINTER_TOKEN_CUT, "GS V" },
  { 0x1D, 'W', FORM_FIXED, 2, PRINTER_TOKEN_COMMAND, "GS W" },
  { 0x1D, 'a', FORM_FIXED, 1, PRINTER_TOKEN_COMMAND, "GS a" },
  { 0x1D, 'f', FORM_FIXED, 1, PRINTER_TOKEN_COMMAND, "GS f" },
  { 0x1D, 'h', FORM_FIXED, 1, PRINTER_TOKEN_COMMAND, "GS h" },
  { 0x1D, 'k', FORM_BARCODE, 1, PRINTER_TOKEN_COMMAND, "GS k" },
  { 0x1D, 'r', FORM_FIXED, 1, PRINTER_TOKEN_ASK, "GS r" },
  { 0x1D, 'w', FORM_FIXED, 1, PRINTER_TOKEN_COMMAND, "GS w" },
};

/* GS v 0 has a name of three bytes, so it stands apart. */
static const Command raster_command = { 0x1D, 'v', FORM_RASTER, 5, PRINTER_TOKEN_RASTER, "GS v 0" };

struct _PrinterEscposReader
{
  guint dots;
  guint stride;
  PrinterTokenFunc func;
  gpointer func_data;
  GByteArray *pending; /* an unfinished command */
  gsize wanted;        /* bytes that `pending` must have before another try makes sense */
  guint64 offset;      /* of pending's first byte */
  GByteArray *page;
  guint cuts[CUTS_MAX];
  guint cut_count;
  guint column; /* characters on the line that isn't fed yet */
};

typedef enum
{
  TRY_TOKEN, /* one was found */
  TRY_MORE,  /* it isn't all there */
} Try;

PrinterEscposReader *
printer_escpos_reader_new (guint dots, PrinterTokenFunc func, gpointer data)
{
  PrinterEscposReader *self = g_new0 (PrinterEscposReader, 1);

  g_assert (dots > 0 && dots <= PRINTER_ESCPOS_READER_DOTS_MAX);
  self->dots = dots;
  self->stride = (dots + 7) / 8;
  self->func = func;
  self->func_data = data;
  self->pending = g_byte_array_new ();
  self->page = g_byte_array_new ();
  return self;
}

void
printer_escpos_reader_free (PrinterEscposReader *self)
{
  if (self == NULL)
    return;
  g_byte_array_unref (self->pending);
  g_byte_array_unref (self->page);
  g_free (self);
}

static guint
page_rows (const PrinterEscposReader *self)
{
  return self->page->len / self->stride;
}

/* The page keeps its end: the older half goes when it is full. */
static void
drop_old_rows (PrinterEscposReader *self)
{
  guint dropped = page_rows (self) / 2, kept = 0;

  if (page_rows (self) < PRINTER_ESCPOS_READER_ROWS_MAX)
    return;
  g_byte_array_remove_range (self->page, 0, dropped * self->stride);
  for (guint i = 0; i < self->cut_count; i++)
    if (self->cuts[i] >= dropped)
      self->cuts[kept++] = self->cuts[i] - dropped;
  self->cut_count = kept;
}

/* A white row at the end of the page, to draw on. */
static guint8 *
add_row (PrinterEscposReader *self)
{
  guint start;

  drop_old_rows (self);
  start = self->page->len;
  g_byte_array_set_size (self->page, start + self->stride);
  memset (self->page->data + start, 0, self->stride);
  return self->page->data + start;
}

static void
feed_dots (PrinterEscposReader *self, guint dots)
{
  for (guint i = 0; i < dots; i++)
    add_row (self);
}

static void
set_dot (PrinterEscposReader *self, guint8 *row, guint x)
{
  if (x < self->dots)
    row[x / 8] |= (guint8)(0x80 >> (x % 8));
}

/* There is no font here: each character is a patch of grey. */
static void
flush_line (PrinterEscposReader *self)
{
  guint width = MIN (self->column * CHARACTER_DOTS, self->dots);

  if (width > 0)
    for (guint y = 0; y < TEXT_ROWS; y++)
      {
        guint8 *row = add_row (self);

        for (guint x = y % 2; x < width; x += 2)
          if (x % CHARACTER_DOTS < CHARACTER_DOTS - 2 && y > 2)
            set_dot (self, row, x);
      }
  feed_dots (self, width > 0 ? LINE_DOTS - TEXT_ROWS : 0);
  self->column = 0;
}

static void
draw_raster_row (PrinterEscposReader *self, BaseSpan bits, gboolean wide)
{
  guint8 *row = add_row (self);

  if (!wide)
    {
      for (gsize i = 0; i < MIN (bits.size, self->stride); i++)
        row[i] = bits.data[i];
      return;
    }
  for (gsize x = 0; x < MIN (bits.size * 8, self->dots); x++)
    if (bits.data[x / 8] & 0x80 >> (x % 8))
      {
        set_dot (self, row, (guint)(2 * x));
        set_dot (self, row, (guint)(2 * x + 1));
      }
}

static void
draw_raster (PrinterEscposReader *self, const PrinterToken *token, guint8 mode)
{
  guint rows = MIN (token->height, PRINTER_ESCPOS_READER_ROWS_MAX);

  flush_line (self);
  for (guint y = 0; y < rows; y++)
    {
      BaseSpan bits
          = BASE_SPAN (token->data.data + (gsize)y * token->width_bytes, token->width_bytes);

      draw_raster_row (self, bits, (mode & 1) != 0);
      if (mode & 2)
        draw_raster_row (self, bits, (mode & 1) != 0);
    }
}

/* ESC *: columns of 8 or 24 dots, the top one in the first byte's highest bit. */
static void
draw_columns (PrinterEscposReader *self, const PrinterToken *token)
{
  guint deep = token->height / 8;

  flush_line (self);
  for (guint y = 0; y < token->height; y++)
    {
      guint8 *row = add_row (self);

      for (guint x = 0; x < token->width_bytes && deep > 0; x++)
        if (token->data.data[(gsize)x * deep + y / 8] & 0x80 >> (y % 8))
          set_dot (self, row, x);
    }
}

static void
add_cut (PrinterEscposReader *self)
{
  flush_line (self);
  if (self->cut_count < CUTS_MAX)
    self->cuts[self->cut_count++] = page_rows (self);
}

static void
draw_feed (PrinterEscposReader *self, const PrinterToken *token)
{
  gboolean lines = strcmp (token->name, "ESC J") != 0;
  gboolean had_text = self->column > 0;

  flush_line (self);
  if (lines && had_text && token->value > 0)
    feed_dots (self, (token->value - 1) * LINE_DOTS);
  else
    feed_dots (self, token->value * (lines ? LINE_DOTS : 1));
}

static void
draw (PrinterEscposReader *self, const PrinterToken *token)
{
  switch (token->kind)
    {
    case PRINTER_TOKEN_TEXT:
      self->column = (guint)MIN (self->column + token->data.size, self->dots / CHARACTER_DOTS);
      break;
    case PRINTER_TOKEN_FEED:
      draw_feed (self, token);
      break;
    case PRINTER_TOKEN_RASTER:
      if (token->name[0] == 'G')
        draw_raster (self, token, token->parameters.data[0]);
      else
        draw_columns (self, token);
      break;
    case PRINTER_TOKEN_CUT:
      add_cut (self);
      break;
    case PRINTER_TOKEN_RESET:
      self->column = 0;
      break;
    case PRINTER_TOKEN_PULSE:
    case PRINTER_TOKEN_STATUS:
    case PRINTER_TOKEN_ASK:
    case PRINTER_TOKEN_COMMAND:
    case PRINTER_TOKEN_UNKNOWN:
      break;
    }
}

static void
tell (PrinterEscposReader *self, PrinterToken *token)
{
  token->offset = self->offset;
  draw (self, token);
  if (self->func != NULL)
    self->func (token, self->func_data);
}

static const Command *
find_command (guint8 first, guint8 second)
{
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (commands[i].first == first && commands[i].second == second)
      return &commands[i];
  return NULL;
}

static guint
le16 (const guint8 *bytes)
{
  return bytes[0] | (guint)bytes[1] << 8;
}

/* Size of the data that follows the parameters. */
static gsize
data_size (const Command *command, BaseSpan p, PrinterToken *token)
{
  switch (command->form)
    {
    case FORM_LENGTH_16:
      return le16 (p.data + 1);
    case FORM_LENGTH_32:
      return le16 (p.data + 1) | (gsize)le16 (p.data + 3) << 16;
    case FORM_RASTER:
      token->width_bytes = le16 (p.data + 1);
      token->height = le16 (p.data + 3);
      return (gsize)token->width_bytes * token->height;
    case FORM_COLUMNS:
      token->width_bytes = le16 (p.data + 1);
      token->height = p.data[0] >= 32 ? 24 : 8;
      return (gsize)token->width_bytes * (token->height / 8);
    case FORM_FIXED:
    case FORM_NUL_ENDED:
    case FORM_CUT:
    case FORM_BARCODE:
    case FORM_REAL_TIME:
      return 0;
    }
  g_assert_not_reached ();
}

/* Parameters more than `count`, as the first of them says. */
static guint
more_parameters (const Command *command, BaseSpan p)
{
  if (command->form == FORM_CUT)
    return p.data[0] >= 65 && p.data[0] <= 104 ? 1 : 0;
  return 0;
}

static Try
want (PrinterEscposReader *self, gsize size)
{
  self->wanted = size;
  return TRY_MORE;
}

/* Text up to a NUL that ends it: tabs, and bar codes of form A. */
static Try
take_nul_ended (PrinterEscposReader *self, BaseReader *reader, PrinterToken *token)
{
  BaseSpan rest = BASE_SPAN (reader->span.data + reader->offset, base_reader_left (reader));
  const guint8 *nul = rest.size > 0 ? memchr (rest.data, 0, rest.size) : NULL;

  if (nul == NULL && rest.size < 255)
    return want (self, self->pending->len + 1);
  base_reader_take (reader, nul != NULL ? (gsize)(nul - rest.data) : 255, &token->data);
  base_reader_skip (reader, nul != NULL ? 1 : 0);
  return TRY_TOKEN;
}

static Try
take_barcode (PrinterEscposReader *self, BaseReader *reader, PrinterToken *token)
{
  guint8 size;

  if (token->parameters.data[0] < 65)
    return take_nul_ended (self, reader, token);
  if (!base_reader_u8 (reader, &size))
    return want (self, self->pending->len + 1);
  return base_reader_take (reader, size, &token->data) ? TRY_TOKEN
                                                       : want (self, reader->offset + size);
}

/* DLE DC4: fn 1 pulse (2 more), fn 2 power off (2 more), fn 8 clear (7 more). */
static Try
take_real_time (PrinterEscposReader *self, BaseReader *reader, PrinterToken *token)
{
  guint8 function = 0;
  BaseReader probe = *reader;
  gsize size;

  if (!base_reader_u8 (&probe, &function))
    return want (self, self->pending->len + 1);
  size = function == 8 ? 8 : function == 1 || function == 2 ? 3 : 1;
  if (!base_reader_take (reader, size, &token->parameters))
    return want (self, reader->offset + size);
  token->value = size > 1 ? token->parameters.data[1] : 0;
  token->kind = function == 1 ? PRINTER_TOKEN_PULSE : PRINTER_TOKEN_COMMAND;
  return TRY_TOKEN;
}

static Try
take_counted (PrinterEscposReader *self,
              const Command *command,
              BaseReader *reader,
              PrinterToken *token)
{
  gsize size = data_size (command, token->parameters, token);

  if (size > PRINTER_ESCPOS_READER_DATA_MAX)
    {
      /* Nobody prints so much in one piece: take the name for noise and go on behind it. */
      token->kind = PRINTER_TOKEN_UNKNOWN;
      return TRY_TOKEN;
    }
  return base_reader_take (reader, size, &token->data) ? TRY_TOKEN
                                                       : want (self, reader->offset + size);
}

static Try
take_command (PrinterEscposReader *self,
              const Command *command,
              BaseReader *reader,
              PrinterToken *token)
{
  gsize start = reader->offset;
  guint more;

  token->kind = command->kind;
  token->name = command->name;
  if (command->form == FORM_REAL_TIME)
    return take_real_time (self, reader, token);
  if (!base_reader_take (reader, command->count, &token->parameters))
    return want (self, start + command->count);
  more = command->count > 0 ? more_parameters (command, token->parameters) : 0;
  if (more > 0)
    {
      reader->offset = start;
      if (!base_reader_take (reader, command->count + more, &token->parameters))
        return want (self, start + command->count + more);
    }
  token->value = token->parameters.size > 0 ? token->parameters.data[0] : 0;
  if (command->form == FORM_NUL_ENDED)
    return take_nul_ended (self, reader, token);
  if (command->form == FORM_BARCODE)
    return take_barcode (self, reader, token);
  return take_counted (self, command, reader, token);
}

static gboolean
is_text (guint8 byte)
{
  return byte >= 0x20 && byte != 0x7F;
}

static gboolean
is_introducer (guint8 byte)
{
  return byte == 0x10 || byte == 0x1B || byte == 0x1C || byte == 0x1D;
}

/* A run of printable bytes, or of one control byte again and again. */
static void
take_run (BaseReader *reader, guint8 first, PrinterToken *token)
{
  BaseReader probe = *reader;
  gsize size = 0;
  guint8 byte;

  while (base_reader_u8 (&probe, &byte) && (is_text (first) ? is_text (byte) : byte == first))
    size++;
  base_reader_take (reader, size, &token->data);
}

static void
take_plain (BaseReader *reader, guint8 first, PrinterToken *token)
{
  take_run (reader, first, token);
  token->value = (guint)token->data.size;
  switch (first)
    {
    case '\n':
      token->kind = PRINTER_TOKEN_FEED;
      token->name = "LF";
      break;
    case '\r':
      token->kind = PRINTER_TOKEN_COMMAND;
      token->name = "CR";
      break;
    case '\t':
      token->kind = PRINTER_TOKEN_COMMAND;
      token->name = "HT";
      break;
    case '\f':
      token->kind = PRINTER_TOKEN_COMMAND;
      token->name = "FF";
      break;
    case 0:
      token->kind = PRINTER_TOKEN_COMMAND;
      token->name = "NUL";
      break;
    default:
      token->kind = is_text (first) ? PRINTER_TOKEN_TEXT : PRINTER_TOKEN_UNKNOWN;
      token->name = is_text (first) ? "text" : "unknown";
      break;
    }
}

static Try
take_introduced (PrinterEscposReader *self, BaseReader *reader, PrinterToken *token)
{
  const Command *command;
  guint8 first = 0, second = 0, third = 0;
  BaseReader probe;

  base_reader_u8 (reader, &first);
  if (!base_reader_u8 (reader, &second))
    return want (self, 2);
  probe = *reader;
  if (first == 0x1D && second == 'v')
    {
      if (!base_reader_u8 (&probe, &third))
        return want (self, 3);
      if (third == '0')
        {
          base_reader_skip (reader, 1);
          return take_command (self, &raster_command, reader, token);
        }
    }
  command = find_command (first, second);
  if (command != NULL)
    return take_command (self, command, reader, token);
  token->kind = PRINTER_TOKEN_UNKNOWN;
  token->name = "unknown";
  token->parameters = BASE_SPAN (reader->span.data + reader->offset - 2, 2);
  return TRY_TOKEN;
}

/* One token from the start of `bytes`. */
static Try
take_token (PrinterEscposReader *self, BaseSpan bytes, PrinterToken *token, gsize *out_size)
{
  BaseReader reader;
  Try result = TRY_TOKEN;

  base_reader_init (&reader, bytes);
  if (is_introducer (bytes.data[0]))
    result = take_introduced (self, &reader, token);
  else
    take_plain (&reader, bytes.data[0], token);
  *out_size = reader.offset;
  return result;
}

static void
work (PrinterEscposReader *self)
{
  gsize done = 0;

  while (done < self->pending->len)
    {
      BaseSpan rest = BASE_SPAN (self->pending->data + done, self->pending->len - done);
      PrinterToken token = { .name = "" };
      gsize size = 0;

      if (take_token (self, rest, &token, &size) == TRY_MORE)
        break;
      g_assert (size > 0 && size <= rest.size);
      self->wanted = 0;
      tell (self, &token);
      self->offset += size;
      done += size;
    }
  g_byte_array_remove_range (self->pending, 0, (guint)done);
}

void
printer_escpos_reader_feed (PrinterEscposReader *self, BaseSpan bytes)
{
  BaseReader reader;
  BaseSpan piece;

  base_reader_init (&reader, bytes);
  while (base_reader_left (&reader) > 0
         && base_reader_take (
             &reader, MIN (base_reader_left (&reader), PRINTER_ESCPOS_READER_DATA_MAX), &piece))
    {
      g_byte_array_append (self->pending, piece.data, (guint)piece.size);
      if (self->pending->len >= self->wanted)
        work (self);
    }
}

void
printer_escpos_reader_finish (PrinterEscposReader *self)
{
  PrinterToken token = { .kind = PRINTER_TOKEN_UNKNOWN, .name = "unfinished" };

  if (self->pending->len > 0)
    {
      token.data = BASE_SPAN (self->pending->data, self->pending->len);
      tell (self, &token);
      self->offset += self->pending->len;
      g_byte_array_set_size (self->pending, 0);
      self->wanted = 0;
    }
  flush_line (self);
}

BaseSpan
printer_escpos_reader_page (PrinterEscposReader *self, guint *out_stride, guint *out_rows)
{
  *out_stride = self->stride;
  *out_rows = page_rows (self);
  return BASE_SPAN (self->page->data, self->page->len);
}

const guint *
printer_escpos_reader_cuts (PrinterEscposReader *self, guint *out_count)
{
  *out_count = self->cut_count;
  return self->cuts;
}

gsize
printer_escpos_reader_wanting (const PrinterEscposReader *self)
{
  return self->wanted > self->pending->len ? self->wanted - self->pending->len : 0;
}
