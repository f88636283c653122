/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shop-pinyin.h"

#include "shop-polyphone.h"

#include <string.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

#define SYLLABLE_UNITS_MAX 16

struct _ShopPinyin
{
  UTransliterator *rules; /* NULL until needed */
  gboolean failed;        /* ICU has no such rules: only the polyphones are known */
  GHashTable *known;      /* gunichar → its readings as spelled; bounded by what Unicode has */
};

ShopPinyin *
shop_pinyin_new (void)
{
  ShopPinyin *self = g_new0 (ShopPinyin, 1);

  self->known = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  return self;
}

void
shop_pinyin_free (ShopPinyin *self)
{
  if (self == NULL)
    return;
  if (self->rules != NULL)
    utrans_close (self->rules);
  g_hash_table_unref (self->known);
  g_free (self);
}

static gboolean
is_han (gunichar c)
{
  return c >= 0x3400
         && (c <= 0x9FFF || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x3FFFF));
}

static gboolean
open_rules (ShopPinyin *self)
{
  UErrorCode code = U_ZERO_ERROR;
  UChar name[16];

  if (self->rules == NULL && !self->failed)
    {
      u_uastrcpy (name, "Han-Latin");
      self->rules = utrans_openU (name, -1, UTRANS_FORWARD, NULL, 0, NULL, &code);
      self->failed = U_FAILURE (code);
    }
  return !self->failed;
}

/* ICU's reading with its tone marks, "háng"; NULL when it has none. */
static char *
read_with_tones (ShopPinyin *self, gunichar c)
{
  UErrorCode code = U_ZERO_ERROR;
  UChar units[SYLLABLE_UNITS_MAX];
  char text[SYLLABLE_UNITS_MAX * 3 + 1];
  int32_t length = 0, limit, written = 0;

  if (!open_rules (self))
    return NULL;
  u_strFromUTF32 (units, SYLLABLE_UNITS_MAX, &length, (const UChar32 *)&c, 1, &code);
  limit = length;
  if (U_SUCCESS (code))
    utrans_transUChars (self->rules, units, &length, SYLLABLE_UNITS_MAX, 0, &limit, &code);
  if (U_SUCCESS (code))
    u_strToUTF8 (text, sizeof text - 1, &written, units, length, &code);
  if (U_FAILURE (code))
    return NULL;
  text[written] = '\0';
  return g_strdup (text);
}

/* "lǜ" → "lv": marks of tone go, ü is v. NULL when it isn't all letters then. */
static char *
drop_tones (const char *syllable)
{
  g_autofree char *split = g_utf8_normalize (syllable, -1, G_NORMALIZE_ALL);
  g_autoptr (GString) plain = g_string_new (NULL);

  for (const char *p = split != NULL ? split : ""; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == 0x0308 && plain->len > 0 && plain->str[plain->len - 1] == 'u')
        plain->str[plain->len - 1] = 'v';
      else if (g_unichar_combining_class (c) != 0)
        continue;
      else if (c < 0x80 && g_ascii_isalpha ((char)c))
        g_string_append_c (plain, g_ascii_tolower ((char)c));
      else
        return NULL;
    }
  return plain->len > 0 ? g_string_free (g_steal_pointer (&plain), FALSE) : NULL;
}

/* "lv" → "lv/lu": people type either. */
static void
append_reading (GString *spelled, const char *reading)
{
  char *v;
  gsize start;

  if (spelled->len > 0)
    g_string_append_c (spelled, '/');
  g_string_append (spelled, reading);
  if (strchr (reading, 'v') == NULL)
    return;
  g_string_append_c (spelled, '/');
  start = spelled->len;
  g_string_append (spelled, reading);
  v = strchr (spelled->str + start, 'v');
  *v = 'u';
}

static char *
spell_character (ShopPinyin *self, gunichar c)
{
  g_autoptr (GString) spelled = g_string_new (NULL);
  const char *readings = shop_polyphone_readings (c);

  if (readings != NULL)
    {
      g_auto (GStrv) each = g_strsplit (readings, " ", -1);

      for (guint i = 0; each[i] != NULL; i++)
        append_reading (spelled, each[i]);
    }
  else
    {
      g_autofree char *with_tones = read_with_tones (self, c);
      g_autofree char *plain = with_tones != NULL ? drop_tones (with_tones) : NULL;

      if (plain != NULL)
        append_reading (spelled, plain);
    }
  return g_string_free (g_steal_pointer (&spelled), FALSE);
}

/* Empty for a character that nobody knows how to read. */
static const char *
look_up (ShopPinyin *self, gunichar c)
{
  gpointer spelled;

  if (!g_hash_table_lookup_extended (self->known, GUINT_TO_POINTER (c), NULL, &spelled))
    {
      spelled = spell_character (self, c);
      g_hash_table_insert (self->known, GUINT_TO_POINTER (c), spelled);
    }
  return spelled;
}

/* The letters and digits from `text` on. */
static gsize
run_length (const char *text)
{
  gsize length = 0;

  while (g_ascii_isalnum (text[length]))
    length++;
  return length;
}

static void
append_syllable (GString *spelled, const char *syllable, gsize size)
{
  if (size == 0)
    return;
  if (spelled->len > 0)
    g_string_append_c (spelled, ' ');
  g_string_append_len (spelled, syllable, (gssize)size);
}

/* Numbers within are sizes, which nobody types in pinyin. */
static gboolean
is_size (const char *run, gsize size, gboolean first)
{
  return !first && strspn (run, "0123456789") >= size;
}

char *
shop_pinyin_spell (ShopPinyin *self, const char *text)
{
  g_autoptr (GString) spelled = NULL;
  gboolean chinese = FALSE;

  g_assert (self != NULL && text != NULL);
  for (const char *p = text; *p != '\0' && !chinese; p = g_utf8_next_char (p))
    chinese = (guchar)*p >= 0xE3 && is_han (g_utf8_get_char (p));
  if (!chinese)
    return NULL;
  spelled = g_string_sized_new (strlen (text) * 3);
  for (const char *p = text; *p != '\0';)
    {
      gsize run = run_length (p);
      gunichar c = g_utf8_get_char (p);

      if (run > 0 && !is_size (p, run, p == text))
        append_syllable (spelled, p, run);
      else if (run == 0 && is_han (c))
        append_syllable (spelled, look_up (self, c), strlen (look_up (self, c)));
      p = run > 0 ? p + run : g_utf8_next_char (p);
    }
  return spelled->len > 0 ? g_string_free (g_steal_pointer (&spelled), FALSE) : NULL;
}
