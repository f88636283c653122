/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All texts lie one after another in one piece of memory, each ended by NUL; a slot says where. A
 * text that is replaced by a longer one is wiped and its room is lost until the message goes:
 * messages are built once. A bit for each field says whether it is there; the slot of one that
 * isn't holds nothing of meaning.
 */
#include "iso8583-message.h"

#include "base-secret.h"
#include "iso8583-dialect.h"

#include <string.h>

#define INLINE_SIZE 1024
#define WORDS (ISO8583_FIELD_MAX / 64 + 1)

typedef struct
{
  guint16 offset;
  guint16 size;
} Slot;

struct _Iso8583Message
{
  guint64 present[WORDS]; /* bit f % 64 of word f / 64 */
  guint16 used;
  guint16 capacity;
  gboolean overflowed;
  char mti[5];
  char *text; /* inline_text until that is too small */
  Slot slots[ISO8583_FIELD_MAX + 1];
  char inline_text[INLINE_SIZE];
};

G_STATIC_ASSERT (ISO8583_TEXT_MAX < G_MAXUINT16);

static inline gboolean
is_present (const Iso8583Message *self, guint field)
{
  return (self->present[field / 64] >> field % 64 & 1) != 0;
}

Iso8583Message *
iso8583_message_new (const char *mti)
{
  Iso8583Message *self = g_malloc (sizeof *self);

  memset (self, 0, G_STRUCT_OFFSET (Iso8583Message, slots));
  self->text = self->inline_text;
  self->capacity = INLINE_SIZE;
  if (mti != NULL && !iso8583_message_set_mti (self, mti))
    g_error ("An MTI has four digits, not \"%s\"", mti);
  return self;
}

void
iso8583_message_free (Iso8583Message *self)
{
  if (self == NULL)
    return;
  base_secret_wipe (self->text, self->used);
  if (self->text != self->inline_text)
    g_free (self->text);
  g_free (self);
}

Iso8583Message *
iso8583_message_copy (const Iso8583Message *self)
{
  Iso8583Message *copy = iso8583_message_new (self->mti[0] != '\0' ? self->mti : NULL);

  for (guint i = 0; i <= ISO8583_FIELD_MAX; i++)
    if (is_present (self, i))
      iso8583_message_set (copy, i, iso8583_message_get (self, i));
  return copy;
}

const char *
iso8583_message_mti (const Iso8583Message *self)
{
  return self->mti;
}

gboolean
iso8583_message_set_mti (Iso8583Message *self, const char *mti)
{
  for (guint i = 0; i < 4; i++)
    if (!g_ascii_isdigit (mti[i]))
      return FALSE;
  if (mti[4] != '\0')
    return FALSE;
  for (guint i = 0; i < 4; i++)
    self->mti[i] = mti[i];
  return TRUE;
}

gboolean
iso8583_message_has (const Iso8583Message *self, guint field)
{
  g_assert (field <= ISO8583_FIELD_MAX);
  return is_present (self, field);
}

const char *
iso8583_message_get (const Iso8583Message *self, guint field)
{
  g_assert (field <= ISO8583_FIELD_MAX);
  return is_present (self, field) ? &self->text[self->slots[field].offset] : NULL;
}

gsize
iso8583_message_size (const Iso8583Message *self, guint field)
{
  g_assert (field <= ISO8583_FIELD_MAX);
  return is_present (self, field) ? self->slots[field].size : 0;
}

const char *
iso8583_message_peek (const Iso8583Message *self, guint field, gsize *out_size)
{
  const Slot *slot = &self->slots[field];

  g_assert (field <= ISO8583_FIELD_MAX && is_present (self, field));
  *out_size = slot->size;
  return &self->text[slot->offset];
}

/* Doubles the memory until `needed` fits; the old piece is wiped before it goes. */
static gboolean
grow (Iso8583Message *self, gsize needed)
{
  gsize capacity = self->capacity;
  char *text;

  if (needed > ISO8583_TEXT_MAX)
    return FALSE;
  while (capacity < needed)
    capacity *= 2;
  text = g_malloc (capacity);
  for (gsize i = 0; i < self->used; i++)
    text[i] = self->text[i];
  base_secret_wipe (self->text, self->used);
  if (self->text != self->inline_text)
    g_free (self->text);
  self->text = text;
  self->capacity = (guint16)capacity;
  return TRUE;
}

/* Of a field that isn't there yet, in room that is there. */
static inline char *
add_text (Iso8583Message *self, guint field, gsize size)
{
  char *room = &self->text[self->used];

  self->slots[field] = (Slot){ .offset = self->used, .size = (guint16)size };
  self->used = (guint16)(self->used + size + 1);
  self->present[field / 64] |= G_GUINT64_CONSTANT (1) << field % 64;
  room[size] = '\0';
  return room;
}

static inline gboolean
has_room (const Iso8583Message *self, gsize size)
{
  return size < (gsize)(self->capacity - self->used);
}

/* Apart from the usual case, which is so short that this one's calls would be most of its work. */
G_NO_INLINE static char *
replace_text (Iso8583Message *self, guint field, gsize size)
{
  Slot *slot = &self->slots[field];

  if (is_present (self, field))
    {
      base_secret_wipe (&self->text[slot->offset], slot->size);
      if (size <= slot->size)
        {
          slot->size = (guint16)size;
          self->text[slot->offset + size] = '\0';
          return &self->text[slot->offset];
        }
    }
  if (!has_room (self, size)
      && (self->overflowed || size > ISO8583_TEXT_MAX || !grow (self, self->used + size + 1)))
    {
      self->overflowed = TRUE;
      return NULL;
    }
  return add_text (self, field, size);
}

char *
iso8583_message_reserve (Iso8583Message *self, guint field, gsize size)
{
  g_assert (field <= ISO8583_FIELD_MAX);
  if (is_present (self, field) || !has_room (self, size))
    return replace_text (self, field, size);
  return add_text (self, field, size);
}

void
iso8583_message_set (Iso8583Message *self, guint field, const char *text)
{
  gsize size = strlen (text);
  char *room = iso8583_message_reserve (self, field, size);

  for (gsize i = 0; room != NULL && i < size; i++)
    room[i] = text[i];
}

void
iso8583_message_set_bytes (Iso8583Message *self, guint field, BaseSpan bytes)
{
  static const char digits[] = "0123456789ABCDEF";
  char *room = iso8583_message_reserve (self, field, bytes.size * 2);

  for (gsize i = 0; room != NULL && i < bytes.size; i++)
    {
      room[2 * i] = digits[bytes.data[i] >> 4];
      room[2 * i + 1] = digits[bytes.data[i] & 0x0F];
    }
}

void
iso8583_message_remove (Iso8583Message *self, guint field)
{
  Slot *slot = &self->slots[field];

  g_assert (field <= ISO8583_FIELD_MAX);
  if (is_present (self, field))
    base_secret_wipe (&self->text[slot->offset], slot->size);
  self->present[field / 64] &= ~(G_GUINT64_CONSTANT (1) << field % 64);
}

gboolean
iso8583_message_overflowed (const Iso8583Message *self)
{
  return self->overflowed;
}

guint
iso8583_message_next (const Iso8583Message *self, guint field)
{
  guint word = (field + 1) / 64;
  guint64 bits = word < WORDS ? self->present[word] >> (field + 1) % 64 << (field + 1) % 64 : 0;

  while (bits == 0 && word + 1 < WORDS)
    bits = self->present[++word];
  return bits != 0 ? word * 64 + (guint)__builtin_ctzll (bits) : 0;
}

gboolean
iso8583_message_equal (const Iso8583Message *self, const Iso8583Message *other)
{
  if (strcmp (self->mti, other->mti) != 0)
    return FALSE;
  for (guint i = 0; i <= ISO8583_FIELD_MAX; i++)
    if (g_strcmp0 (iso8583_message_get (self, i), iso8583_message_get (other, i)) != 0)
      return FALSE;
  return TRUE;
}

gsize
iso8583_message_text_size (const Iso8583Message *self)
{
  return self->used;
}
