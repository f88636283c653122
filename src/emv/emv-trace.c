/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emv-trace.h"

#include "emv-tag.h"
#include "emv-tlv.h"

#include <string.h>

#define BYTES_MAX BASE_SECRET_SIZE_MAX
#define SHOWN_FIRST 6
#define SHOWN_LAST 4
#define DIGITS_MIN 8 /* of a card number */
#define DIGITS_MAX 19
#define DEPTH_MAX 6
#define STATUS_SIZE 2
#define TAG_PAN 0x5A
#define TAG_TRACK2 0x57

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
};

EmvTrace *
emv_trace_new (void)
{
  EmvTrace *self = g_new0 (EmvTrace, 1);

  self->bytes = base_secret_new (BYTES_MAX);
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

/* A card that never ends fills the trace, and no more. */
static void
add (EmvTrace *self, StepKind kind, BaseSpan first, BaseSpan second)
{
  gsize size = first.size + second.size;

  if (self->count == EMV_TRACE_STEPS_MAX || size > BYTES_MAX - self->used)
    return;
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

static void
hide_wherever (char *hex, const char *digits)
{
  gsize count = strlen (digits);

  if (count < DIGITS_MIN)
    return;
  for (char *at = strstr (hex, digits); at != NULL; at = strstr (at + count, digits))
    hide_number (at, count);
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
write_step (GString *text, const EmvTrace *self, const Step *step, const char *digits)
{
  static const char marks[] = { '#', '>', '<', '=' };
  BaseSpan bytes = BASE_SPAN (base_secret_span (self->bytes).data + step->offset, step->size);
  BaseSpan objects = BASE_SPAN (NULL, 0);

  g_string_append_printf (text, "%c ", marks[step->kind]);
  if (step->kind == STEP_RESPONSE)
    objects = BASE_SPAN (bytes.data, bytes.size - STATUS_SIZE);
  if (step->kind == STEP_COMMAND || step->kind == STEP_RESPONSE)
    write_bytes (text, bytes, objects, digits);
  else
    g_string_append_len (text, (const char *)bytes.data, (gssize)bytes.size);
  g_string_append_c (text, '\n');
}

static void
write_object (GString *text, const EmvObject *object, const char *digits)
{
  char *hex = base_bytes_to_hex (object->value);
  const EmvTag *tag = emv_tag_find (object->tag);

  if (object->tag == TAG_PAN || object->tag == TAG_TRACK2)
    hide_number (hex, strlen (hex));
  else if (tag != NULL && tag->card_number)
    hide (hex, 0, strlen (hex));
  hide_wherever (hex, digits);
  g_string_append_printf (text, "@ %02X %s\n", object->tag, hex);
  base_secret_free_text (hex);
}

char *
emv_trace_to_text (const EmvTrace *self, const EmvData *data)
{
  GString *text = g_string_new (NULL);
  char digits[DIGITS_MAX + 1];

  read_number (data, digits);
  for (guint i = 0; i < self->count; i++)
    write_step (text, self, &self->steps[i], digits);
  for (guint i = 0; i < emv_data_count (data); i++)
    {
      EmvObject object = emv_data_at (data, i);

      write_object (text, &object, digits);
    }
  base_secret_wipe (digits, sizeof digits);
  return g_string_free (text, FALSE);
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
