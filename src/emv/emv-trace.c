/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emv-trace.h"

#include "emv-dol.h"
#include "emv-tag.h"
#include "emv-tlv.h"

#include <string.h>

#define BYTES_MAX BASE_SECRET_SIZE_MAX
#define BYTES_AT_FIRST 4096 /* most transactions say less */
#define SHOWN_FIRST 6
#define SHOWN_LAST 4
#define DIGITS_MIN 8 /* of a card number */
#define DIGITS_MAX 19
#define DEPTH_MAX 6
#define STATUS_SIZE 2
#define TAG_PAN 0x5A
#define TAG_TRACK2 0x57
#define TAG_CDOL1 0x8C
#define TAG_CDOL2 0x8D
#define TAG_DDOL 0x9F49
#define GENERATE_AC 0xAE
#define INTERNAL_AUTHENTICATE 0x88
#define HEADER_SIZE 5 /* of a command, with the length of its data */
#define SEPARATOR 'D' /* between a track's number and the rest of it */

typedef enum
{
  STEP_PHASE,
  STEP_COMMAND,
  STEP_RESPONSE,
  STEP_NOTE,
} StepKind;

typedef struct
{
  StepKind kind;
  gsize offset, size;
} Step;

/* What was exchanged lies in locked memory as it was; it is masked on its way out. */
struct _EmvTrace
{
  Step steps[EMV_TRACE_STEPS_MAX];
  guint count;
  BaseSecret *bytes;
  gsize used;
  gboolean full; /* something had no room any more */
};

/* What is known while the text is written. */
typedef struct
{
  GString *text;
  const EmvData *data;
  const char *digits; /* the card's number; "" when it didn't tell */
  guint cryptograms;  /* asked for so far */
} Writing;

EmvTrace *
emv_trace_new (void)
{
  EmvTrace *self = g_new0 (EmvTrace, 1);

  self->bytes = base_secret_new (BYTES_AT_FIRST);
  return self;
}

void
emv_trace_free (EmvTrace *self)
{
  if (self == NULL)
    return;
  base_secret_free (self->bytes);
  g_free (self);
}

static void
keep (EmvTrace *self, BaseSpan span)
{
  guint8 *bytes = base_secret_bytes (self->bytes);

  for (gsize i = 0; i < span.size; i++)
    bytes[self->used++] = span.data[i];
}

static void
make_room (EmvTrace *self, gsize size)
{
  gsize room = base_secret_size (self->bytes);

  while (room - self->used < size)
    room = MIN (2 * room, BYTES_MAX);
  if (room > base_secret_size (self->bytes))
    base_secret_resize (self->bytes, room);
}

/* A card that never ends fills the trace, and no more. */
static void
add (EmvTrace *self, StepKind kind, BaseSpan first, BaseSpan second)
{
  gsize size = first.size + second.size;

  self->full = self->full || self->count == EMV_TRACE_STEPS_MAX || size > BYTES_MAX - self->used;
  if (self->full)
    return;
  make_room (self, size);
  self->steps[self->count++] = (Step){ .kind = kind, .offset = self->used, .size = size };
  keep (self, first);
  keep (self, second);
}

void
emv_trace_phase (EmvTrace *self, const char *name)
{
  add (self, STEP_PHASE, BASE_SPAN_STR (name), BASE_SPAN (NULL, 0));
}

void
emv_trace_note (EmvTrace *self, const char *word)
{
  add (self, STEP_NOTE, BASE_SPAN_STR (word), BASE_SPAN (NULL, 0));
}

void
emv_trace_exchange (EmvTrace *self, BaseSpan command, const EmvResponse *response)
{
  guint8 status[STATUS_SIZE]
      = { (guint8)(response->status >> 8), (guint8)(response->status & 0xFF) };

  add (self, STEP_COMMAND, command, BASE_SPAN (NULL, 0));
  add (self, STEP_RESPONSE, emv_response_span (response), BASE_SPAN (status, STATUS_SIZE));
}

/* ---- What may be shown ---- */

static void
hide (char *hex, gsize from, gsize to)
{
  for (gsize i = from; i < to; i++)
    hex[i] = '*';
}

/* A number's digits up to the first that is none: the middle is hidden, and what follows them. */
static void
hide_number (char *hex, gsize size)
{
  gsize digits = 0;

  while (digits < size && g_ascii_isdigit (hex[digits]))
    digits++;
  if (digits < DIGITS_MIN || digits > DIGITS_MAX)
    hide (hex, 0, size);
  else
    hide (hex, digits <= SHOWN_FIRST + SHOWN_LAST ? 0 : SHOWN_FIRST,
          digits <= SHOWN_FIRST + SHOWN_LAST ? digits : digits - SHOWN_LAST);
  hide (hex, digits, size);
}

/* `hex` is the text of `whole`; `part` lies in it. */
static void
hide_objects (BaseSpan whole, char *hex, BaseSpan part, guint depth)
{
  BaseReader reader;
  EmvTlv object;

  base_reader_init (&reader, part);
  while (emv_tlv_next (&reader, &object) == EMV_TLV_OBJECT)
    {
      const EmvTag *tag = emv_tag_find (object.tag);
      gsize at = object.value.size > 0 ? 2 * (gsize)(object.value.data - whole.data) : 0;

      if (emv_tlv_is_constructed (object.tag) && depth < DEPTH_MAX)
        hide_objects (whole, hex, object.value, depth + 1);
      else if (emv_tlv_is_constructed (object.tag)) /* nobody looks that deep */
        hide (hex, at, at + 2 * object.value.size);
      else if (tag == NULL || !tag->card_number)
        continue;
      else if (object.tag == TAG_PAN || object.tag == TAG_TRACK2)
        hide_number (hex + at, 2 * object.value.size);
      else
        hide (hex, at, at + 2 * object.value.size);
    }
}

/* Where a track goes on behind its number nobody says how far. */
static void
hide_wherever (char *hex, const char *digits)
{
  gsize count = strlen (digits);

  if (count < DIGITS_MIN)
    return;
  for (char *at = strstr (hex, digits); at != NULL; at = strstr (at + count, digits))
    {
      hide_number (at, count);
      if (at[count] == SEPARATOR)
        hide (at, count, strlen (at));
    }
}

/* The list that a command's data were made by; empty: by none that may ask for a card's number. */
static BaseSpan
list_behind (Writing *self, BaseSpan command)
{
  guint8 instruction = command.size > HEADER_SIZE ? command.data[1] : 0;

  if (instruction == INTERNAL_AUTHENTICATE)
    return emv_data_get (self->data, TAG_DDOL);
  if (instruction == GENERATE_AC)
    return emv_data_get (self->data, self->cryptograms++ == 0 ? TAG_CDOL1 : TAG_CDOL2);
  return BASE_SPAN (NULL, 0);
}

/* A list may ask for less of a number than there is, and what is left of it has other ends. */
static void
hide_listed (const Writing *self, BaseSpan list, gsize size, char *hex)
{
  BaseReader reader;
  gsize at = HEADER_SIZE;
  guint32 wanted;
  guint8 length;

  base_reader_init (&reader, list);
  while (emv_dol_next (&reader, &wanted, &length) && length <= size - at)
    {
      const EmvTag *tag = emv_tag_find (wanted);
      gboolean number = wanted == TAG_PAN || wanted == TAG_TRACK2;

      if (number && emv_data_get (self->data, wanted).size == length)
        hide_number (hex + 2 * at, 2 * (gsize)length);
      else if (tag != NULL && tag->card_number)
        hide (hex, 2 * at, 2 * (at + length));
      at += length;
    }
}

/* The digits up to the first that is none. */
static void
take_digits (BaseSpan number, char out_digits[DIGITS_MAX + 1])
{
  gsize count = 0;

  for (gsize i = 0; i < 2 * number.size && count < DIGITS_MAX; i++)
    {
      guint digit = i % 2 == 0 ? number.data[i / 2] >> 4 : number.data[i / 2] & 0x0F;

      if (digit > 9)
        break;
      out_digits[count++] = (char)('0' + digit);
    }
  out_digits[count] = '\0';
}

/* The number as the card told it, ending before its padding; "" when it didn't. */
static void
read_number (const EmvData *data, char out_digits[DIGITS_MAX + 1])
{
  BaseSpan number = emv_data_get (data, emv_data_has (data, TAG_PAN) ? TAG_PAN : TAG_TRACK2);

  take_digits (number, out_digits);
}

static void
write_bytes (GString *text, BaseSpan bytes, BaseSpan objects, const char *digits)
{
  char *hex = base_bytes_to_hex (bytes);

  hide_objects (bytes, hex, objects, 0);
  hide_wherever (hex, digits);
  g_string_append (text, hex);
  base_secret_free_text (hex);
}

static void
write_command (Writing *self, BaseSpan command)
{
  BaseSpan list = list_behind (self, command);
  char *hex = base_bytes_to_hex (command);

  hide_listed (self, list, command.size, hex);
  hide_wherever (hex, self->digits);
  g_string_append (self->text, hex);
  base_secret_free_text (hex);
}

static void
write_step (Writing *self, const EmvTrace *trace, const Step *step)
{
  static const char marks[] = { '#', '>', '<', '=' };
  BaseSpan bytes = BASE_SPAN (base_secret_span (trace->bytes).data + step->offset, step->size);

  g_string_append_printf (self->text, "%c ", marks[step->kind]);
  switch (step->kind)
    {
    case STEP_COMMAND:
      write_command (self, bytes);
      break;
    case STEP_RESPONSE:
      write_bytes (self->text, bytes, BASE_SPAN (bytes.data, bytes.size - STATUS_SIZE),
                   self->digits);
      break;
    case STEP_PHASE:
    case STEP_NOTE:
      g_string_append_len (self->text, (const char *)bytes.data, (gssize)bytes.size);
      break;
    }
  g_string_append_c (self->text, '\n');
}

static void
write_object (const Writing *self, const EmvObject *object)
{
  char *hex = base_bytes_to_hex (object->value);
  const EmvTag *tag = emv_tag_find (object->tag);

  if (object->tag == TAG_PAN || object->tag == TAG_TRACK2)
    hide_number (hex, strlen (hex));
  else if (tag != NULL && tag->card_number)
    hide (hex, 0, strlen (hex));
  hide_wherever (hex, self->digits);
  g_string_append_printf (self->text, "@ %02X %s\n", object->tag, hex);
  base_secret_free_text (hex);
}

/* Whole lines of its beginning and of its end, where the last cryptogram and the objects are. */
static void
bound (GString *text)
{
  static const char cut[] = "= " EMV_TRACE_CUT "\n";
  const gsize half = (EMV_TRACE_TEXT_MAX - sizeof cut) / 2;
  gsize from = half, to = text->len - half;

  if (text->len <= EMV_TRACE_TEXT_MAX)
    return;
  while (from > 0 && text->str[from - 1] != '\n')
    from--;
  while (to < text->len && text->str[to - 1] != '\n')
    to++;
  g_string_erase (text, (gssize)from, (gssize)(to - from));
  g_string_insert (text, (gssize)from, cut);
}

char *
emv_trace_to_text (const EmvTrace *self, const EmvData *data)
{
  char digits[DIGITS_MAX + 1];
  Writing writing = { .text = g_string_new (NULL), .data = data, .digits = digits };

  read_number (data, digits);
  for (guint i = 0; i < self->count; i++)
    write_step (&writing, self, &self->steps[i]);
  if (self->full)
    g_string_append (writing.text, "= " EMV_TRACE_CUT "\n");
  for (guint i = 0; i < emv_data_count (data); i++)
    {
      EmvObject object = emv_data_at (data, i);

      write_object (&writing, &object);
    }
  base_secret_wipe (digits, sizeof digits);
  bound (writing.text);
  return g_string_free (writing.text, FALSE);
}

/* The first number on any level. */
static gboolean
find_number (BaseSpan objects, guint depth, char out_digits[DIGITS_MAX + 1])
{
  BaseReader reader;
  EmvTlv object;

  base_reader_init (&reader, objects);
  while (emv_tlv_next (&reader, &object) == EMV_TLV_OBJECT)
    {
      if (object.tag == TAG_PAN || object.tag == TAG_TRACK2)
        take_digits (object.value, out_digits);
      else if (!emv_tlv_is_constructed (object.tag) || depth == DEPTH_MAX
               || !find_number (object.value, depth + 1, out_digits))
        continue;
      return TRUE;
    }
  return FALSE;
}

char *
emv_trace_mask (BaseSpan objects)
{
  GString *text = g_string_new (NULL);
  char digits[DIGITS_MAX + 1] = "";

  (void)find_number (objects, 0, digits);
  write_bytes (text, objects, objects, digits);
  base_secret_wipe (digits, sizeof digits);
  return g_string_free (text, FALSE);
}
