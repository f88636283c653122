/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shop-search.h"

#include <string.h>

#define GRAM_LONG 3         /* characters of the longest gram */
#define START_LONG 3        /* characters or letters of the longest gram of a beginning */
#define LETTERS_LONG 6      /* letters of the longest gram of pinyin in full */
#define SPELLED_LONG 4      /* of those that the next longest one has */
#define INITIALS_LONG 3     /* of initials; four are asked for as two overlapping threes */
#define GRAM_BYTES_MAX 24   /* six characters at most */
#define PINYIN_TYPED_MAX 60 /* so that offsets fit the bits of a guint64 */
#define EXPRESSION_GRAMS_MAX 8

struct _ShopSearch
{
  char *code;
  char *name;   /* folded */
  char *pinyin; /* letters and digits alone; NULL when it can't be pinyin */
  char *digits; /* folded, for parts of codes; NULL when it can't be one */
  char *expressions[SHOP_SEARCH_STAGES];
  gboolean exact[SHOP_SEARCH_STAGES];
};

static gboolean
is_ascii (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    if ((guchar)*p >= 0x80)
      return FALSE;
  return TRUE;
}

/* ASCII and the common Chinese characters, U+3400 to U+9FFF, which have no other width or case. */
static gboolean
is_plain (const char *text)
{
  for (const guchar *p = (const guchar *)text; *p != '\0'; p += *p < 0x80 ? 1 : 3)
    {
      gboolean chinese = (p[0] == 0xE3 && p[1] >= 0x90) || (p[0] >= 0xE4 && p[0] <= 0xE9);

      if (*p >= 0x80 && (!chinese || (p[1] & 0xC0) != 0x80 || (p[2] & 0xC0) != 0x80))
        return FALSE;
    }
  return TRUE;
}

/* Lower case, and blanks to one. */
static char *
fold_plain (const char *text)
{
  gsize size = strlen (text), length = 0;
  char *folded = g_malloc (size + 1);

  for (gsize i = 0; i < size; i++)
    {
      char c = text[i];

      if (g_ascii_isspace (c) || g_ascii_iscntrl (c))
        c = ' ';
      if (c != ' ' || (length > 0 && folded[length - 1] != ' '))
        folded[length++] = g_ascii_tolower (c);
    }
  if (length > 0 && folded[length - 1] == ' ')
    length--;
  folded[length] = '\0';
  return folded;
}

char *
shop_search_fold (const char *text)
{
  g_autofree char *wide = NULL;
  g_autofree char *folded = NULL;
  g_autoptr (GString) out = NULL;
  gboolean blank = FALSE;

  if (strnlen (text, SHOP_SEARCH_LINE_MAX) < SHOP_SEARCH_LINE_MAX && is_plain (text))
    return fold_plain (text);
  wide = g_utf8_normalize (text, -1, G_NORMALIZE_ALL_COMPOSE);
  if (wide == NULL) /* not UTF-8 */
    return g_strdup ("");
  folded = g_utf8_casefold (wide, -1);
  out = g_string_sized_new (strlen (folded));
  for (const char *p = folded; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      gsize size = (gsize)(g_utf8_next_char (p) - p);

      if (c == ' ' || g_unichar_isspace (c) || g_unichar_iscntrl (c))
        {
          blank = out->len > 0;
          continue;
        }
      if (out->len + size + 1 > SHOP_SEARCH_LINE_MAX)
        break;
      if (blank)
        g_string_append_c (out, ' ');
      blank = FALSE;
      g_string_append_len (out, p, (gssize)size);
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static void
append_line (GString *out, char kind, const char *content)
{
  if (content == NULL || *content == '\0')
    return;
  if (out->len > 0)
    g_string_append_c (out, '\n');
  g_string_append_c (out, kind);
  g_string_append (out, content);
}

static void
append_name (GString *out, const char *name, ShopPinyin *pinyin)
{
  g_autofree char *folded = shop_search_fold (name);
  g_autofree char *spelled = pinyin != NULL ? shop_pinyin_spell (pinyin, folded) : NULL;

  append_line (out, 'n', folded);
  append_line (out, 'p', spelled);
}

static void
append_code (GString *out, const char *code)
{
  g_autofree char *folded = shop_search_fold (code);

  append_line (out, 'c', folded);
}

char *
shop_search_text (const ShopProduct *product, const char *const *more_codes, ShopPinyin *pinyin)
{
  GString *out = g_string_sized_new (128);

  g_assert (product != NULL);
  append_name (out, product->name, pinyin);
  if (product->name_zh != NULL && strcmp (product->name_zh, product->name) != 0)
    append_name (out, product->name_zh, pinyin);
  append_code (out, product->code);
  for (guint i = 0; more_codes != NULL && more_codes[i] != NULL; i++)
    append_code (out, more_codes[i]);
  return g_string_free (out, FALSE);
}

/* The full-text table takes letters, digits and all beyond ASCII as they are, and would split at
 * the rest: that goes to the private use area, which nothing sold is called by. `after` ends the
 * gram. */
static void
append_gram (GString *out, char mark, const char *bytes, gsize size, char after)
{
  gsize start = out->len, length = 0;
  char *gram;

  g_assert (size <= GRAM_BYTES_MAX);
  g_string_set_size (out,
                     start + 3 * GRAM_BYTES_MAX
                         + 2); /* room, cut below: a gram is made hundreds of times a product */
  gram = out->str + start;
  if (mark != '\0')
    gram[length++] = mark;
  for (gsize i = 0; i < size; i++)
    {
      guchar byte = (guchar)bytes[i];

      if (byte >= 0x80 || g_ascii_isalnum (bytes[i]))
        gram[length++] = bytes[i];
      else
        {
          gram[length++] = (char)0xEE;
          gram[length++] = (char)(0x80 | byte >> 6);
          gram[length++] = (char)(0x80 | (byte & 0x3F));
        }
    }
  gram[length++] = after;
  g_string_truncate (out, start + length);
}

/* Where the characters of a line start, and in the last place where it ends. */
typedef struct
{
  const char *text;
  guint16 offsets[SHOP_SEARCH_LINE_MAX + 1];
  guint count;
} Characters;

static void
split (Characters *self, const char *text, gsize size)
{
  self->text = text;
  self->count = 0;
  for (gsize i = 0; i < size && self->count < SHOP_SEARCH_LINE_MAX; i++)
    if (((guchar)text[i] & 0xC0) != 0x80)
      self->offsets[self->count++] = (guint16)i;
  self->offsets[self->count] = (guint16)MIN (size, SHOP_SEARCH_LINE_MAX);
}

static void
append_run (GString *out,
            char mark,
            const Characters *characters,
            guint first,
            guint length,
            char after)
{
  guint16 start = characters->offsets[first];

  append_gram (out, mark, characters->text + start,
               (gsize)(characters->offsets[first + length] - start), after);
}

/* Pairs tell Chinese characters apart well enough; letters and digits need more. */
static gboolean
wants_long_gram (const Characters *characters, guint first)
{
  return first + GRAM_LONG <= characters->count
         && characters->offsets[first + GRAM_LONG] - characters->offsets[first] == GRAM_LONG;
}

static void
append_runs (GString *out, char mark, const Characters *characters)
{
  gboolean seen[0x80] = { FALSE }; /* a letter that comes again needs no second gram */

  for (guint i = 0; i < characters->count; i++)
    {
      guchar first = (guchar)characters->text[characters->offsets[i]];

      if (first >= 0x80 || !seen[first])
        append_run (out, mark, characters, i, 1, ' ');
      if (first < 0x80)
        seen[first] = TRUE;
      if (i + 2 <= characters->count)
        append_run (out, mark, characters, i, 2, ' ');
      if (wants_long_gram (characters, i))
        append_run (out, mark, characters, i, GRAM_LONG, ' ');
    }
}

static void
append_starts (GString *out, const Characters *characters)
{
  for (guint length = 1; length <= START_LONG && length <= characters->count; length++)
    append_run (out, '^', characters, 0, length, ' ');
}

/* Pinyin. A line of syllables, "diao/tiao wei 5 g", is walked from a syllable on, taking of each
 * all letters or the first. */

typedef struct
{
  char letters[LETTERS_LONG];
  guint length;
} Partial;

typedef struct
{
  Partial partials[SHOP_SEARCH_READINGS_MAX];
  guint count;
} Readings;

static void
add_partial (Readings *readings, const Partial *partial)
{
  for (guint i = 0; i < readings->count; i++)
    if (readings->partials[i].length == partial->length
        && strncmp (readings->partials[i].letters, partial->letters, partial->length) == 0)
      return;
  if (readings->count < SHOP_SEARCH_READINGS_MAX)
    readings->partials[readings->count++] = *partial;
}

static gboolean
is_gram_length (guint length, gboolean initials)
{
  return length <= (initials ? INITIALS_LONG : SPELLED_LONG) || length == LETTERS_LONG;
}

static void
append_letters (GString *out, char mark, const Partial *partial)
{
  append_gram (out, mark, partial->letters, partial->length, ' ');
}

/* Where the syllable ends: at a blank or the line's end. */
static const char *
syllable_end (const char *p, const char *end)
{
  while (p < end && *p != ' ')
    p++;
  return p;
}

/* Where this reading of a syllable ends: at a '/' or the syllable's end. */
static const char *
reading_end (const char *p, const char *end)
{
  while (p < end && *p != '/')
    p++;
  return p;
}

/* Adds `size` letters to a partial and writes each gram that they complete; one initial alone is as
 * good as the first letter. */
static void
grow (Partial *partial,
      const char *reading,
      gsize size,
      gboolean first,
      gboolean initials,
      GString *out)
{
  for (gsize i = 0; i < size && partial->length < LETTERS_LONG; i++)
    {
      partial->letters[partial->length++] = reading[i];
      if (is_gram_length (partial->length, initials) && !(initials && partial->length == 1))
        append_letters (out, initials ? '=' : '~', partial);
      if (first && partial->length <= START_LONG && !(initials && partial->length == 1))
        append_letters (out, '@', partial);
    }
}

/* All that can be read from `p` on, as far as the longest gram. */
static void
append_readings (GString *out, const char *p, const char *end, gboolean first, gboolean initials)
{
  guint length_max = initials ? INITIALS_LONG : LETTERS_LONG;
  Readings both[2];
  Readings *readings = &both[0], *longer = &both[1];

  readings->count = 1;
  readings->partials[0].length = 0;
  for (guint depth = 0; depth < length_max && p < end && readings->count > 0; depth++)
    {
      const char *stop = syllable_end (p, end);

      longer->count = 0;
      for (guint i = 0; i < readings->count; i++)
        for (const char *r = p; r < stop; r = reading_end (r, stop) + 1)
          {
            Partial partial = readings->partials[i];

            grow (&partial, r, initials ? 1 : (gsize)(reading_end (r, stop) - r), first, initials,
                  out);
            if (partial.length < length_max)
              add_partial (longer, &partial);
          }
      longer = readings;
      readings = &both[readings == &both[0] ? 1 : 0];
      p = stop + 1;
    }
}

static void
append_pinyin (GString *out, const char *line, gsize size)
{
  const char *end = line + size;

  for (const char *p = line; p < end; p = syllable_end (p, end) + 1)
    {
      append_readings (out, p, end, p == line, FALSE);
      append_readings (out, p, end, p == line, TRUE);
    }
}

void
shop_search_grams (const char *text, GString *out)
{
  Characters characters;

  for (const char *line = text; *line != '\0';)
    {
      const char *content = line + 1;
      gsize size = strcspn (content, "\n");

      if (*line == 'p')
        append_pinyin (out, content, size);
      else
        {
          split (&characters, content, size);
          append_runs (out, *line == 'c' ? '#' : '\0', &characters);
          if (*line == 'n')
            append_starts (out, &characters);
        }
      line = content + size;
      line += *line == '\n' ? 1 : 0;
    }
}

/* What was typed. */

static void
and_run (GString *out, char mark, const Characters *characters, guint first, guint length)
{
  if (out->len > 0)
    g_string_append (out, " AND ");
  g_string_append_c (out, '"');
  append_run (out, mark, characters, first, length, '"');
}

/* Grams that whatever holds the typed characters must have. TRUE: whatever has them holds those. */
static gboolean
and_inside (GString *out, char mark, const Characters *typed)
{
  gboolean long_ones = typed->count >= GRAM_LONG && typed->offsets[typed->count] == typed->count;
  guint length = long_ones ? GRAM_LONG : MIN (typed->count, 2);
  guint written = 0;

  for (guint i = 0; i + length < typed->count && written < EXPRESSION_GRAMS_MAX - 1;
       i += length, written++)
    and_run (out, mark, typed, i, length);
  and_run (out, mark, typed, typed->count - length, length);
  return typed->count == length;
}

static gboolean
and_start (GString *out, const Characters *typed)
{
  guint length = MIN (typed->count, START_LONG);

  and_run (out, '^', typed, 0, length);
  if (typed->count == length)
    return TRUE;
  (void)and_inside (out, '\0', typed);
  return FALSE;
}

static void
and_initials (GString *out, const Characters *typed)
{
  guint length = MIN (typed->count, INITIALS_LONG);
  guint written = 0;

  for (guint i = 0; i + length < typed->count && written < EXPRESSION_GRAMS_MAX - 1;
       i += length - 1, written++)
    and_run (out, '=', typed, i, length);
  and_run (out, '=', typed, typed->count - length, length);
}

/* Read in full or as initials. */
static gboolean
and_letters (GString *out, const Characters *typed)
{
  guint length = typed->count >= LETTERS_LONG ? LETTERS_LONG : MIN (typed->count, SPELLED_LONG);
  g_autoptr (GString) spelled = g_string_new (NULL);
  g_autoptr (GString) initials = g_string_new (NULL);

  and_run (spelled, '~', typed, 0, length);
  g_string_append_printf (out, "%s(%s", out->len > 0 ? " AND " : "", spelled->str);
  if (typed->count > 1)
    {
      and_initials (initials, typed);
      g_string_append_printf (out, " OR (%s)", initials->str);
    }
  g_string_append_c (out, ')');
  return typed->count <= INITIALS_LONG;
}

static gboolean
and_letters_start (GString *out, const Characters *typed)
{
  guint length = MIN (typed->count, START_LONG);

  and_run (out, '@', typed, 0, length);
  if (typed->count == length)
    return TRUE;
  (void)and_letters (out, typed);
  return FALSE;
}

static void
set_stage (ShopSearch *self, ShopSearchStage stage, GString *expression, gboolean exact)
{
  self->expressions[stage] = g_string_free (expression, FALSE);
  self->exact[stage] = exact;
}

static void
plan_names (ShopSearch *self)
{
  Characters typed, letters;
  g_autoptr (GString) spelled = g_string_new (NULL);
  GString *start = g_string_new (NULL), *inside = g_string_new (NULL);
  gboolean exact;

  split (&typed, self->name, strlen (self->name));
  exact = and_start (start, &typed);
  set_stage (self, SHOP_SEARCH_START, start, exact);
  exact = and_inside (inside, '\0', &typed);
  if (self->pinyin != NULL)
    {
      GString *pinyin_start = g_string_new (NULL);

      split (&letters, self->pinyin, strlen (self->pinyin));
      set_stage (self, SHOP_SEARCH_PINYIN_START, pinyin_start,
                 and_letters_start (pinyin_start, &letters));
      exact = and_letters (spelled, &letters) && exact;
      g_string_prepend_c (inside, '(');
      g_string_append_printf (inside, ") OR %s", spelled->str);
    }
  set_stage (self, SHOP_SEARCH_INSIDE, inside, exact);
}

static void
plan_codes (ShopSearch *self)
{
  Characters typed;
  GString *expression;

  if (self->digits == NULL)
    return;
  expression = g_string_new (NULL);
  split (&typed, self->digits, strlen (self->digits));
  set_stage (self, SHOP_SEARCH_CODE, expression, and_inside (expression, '#', &typed));
}

/* "Xi'an lü" → "xianlv"; NULL when it can't be pinyin. */
static char *
letters_of (const char *folded)
{
  g_autoptr (GString) letters = g_string_new (NULL);
  gboolean any = FALSE;

  for (const char *p = folded; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == ' ' || c == '\'' || c == 0x2019)
        continue;
      if (c == 0xFC) /* ü */
        c = 'v';
      if (c >= 0x80 || !g_ascii_isalnum ((char)c) || letters->len == PINYIN_TYPED_MAX)
        return NULL;
      any = any || g_ascii_isalpha ((char)c);
      g_string_append_c (letters, (char)c);
    }
  return any ? g_string_free (g_steal_pointer (&letters), FALSE) : NULL;
}

ShopSearch *
shop_search_new (const char *typed)
{
  g_autoptr (ShopSearch) self = NULL;

  g_assert (typed != NULL);
  if (strnlen (typed, SHOP_SEARCH_TYPED_MAX + 1) > SHOP_SEARCH_TYPED_MAX
      || !g_utf8_validate (typed, -1, NULL))
    return NULL;
  self = g_new0 (ShopSearch, 1);
  self->code = g_strstrip (g_utf8_normalize (typed, -1, G_NORMALIZE_ALL_COMPOSE));
  self->name = shop_search_fold (typed);
  if (*self->name == '\0')
    return NULL;
  self->pinyin = letters_of (self->name);
  if (strlen (self->name) <= SHOP_CODE_MAX && is_ascii (self->name)
      && strchr (self->name, ' ') == NULL)
    self->digits = g_strdup (self->name);
  plan_names (self);
  plan_codes (self);
  return g_steal_pointer (&self);
}

void
shop_search_free (ShopSearch *self)
{
  if (self == NULL)
    return;
  g_free (self->code);
  g_free (self->name);
  g_free (self->pinyin);
  g_free (self->digits);
  for (guint i = 0; i < SHOP_SEARCH_STAGES; i++)
    g_free (self->expressions[i]);
  g_free (self);
}

const char *
shop_search_code (const ShopSearch *self)
{
  return self->code;
}

const char *
shop_search_expression (const ShopSearch *self, ShopSearchStage stage)
{
  return self->expressions[stage];
}

gboolean
shop_search_is_exact (const ShopSearch *self, ShopSearchStage stage)
{
  return self->exact[stage];
}

/* Whether the typed letters can be read from `p` on, each syllable in full but the last, which may
 * break off. The bits of `reached` are offsets in what was typed that some reading has come to. */
static gboolean
reads_in_full (const char *typed, const char *p, const char *end)
{
  guint64 reached = 1;
  gsize length = strlen (typed);

  while (p < end && reached != 0)
    {
      const char *stop = syllable_end (p, end);
      guint64 next = 0;

      for (guint offset = 0; offset < length; offset++)
        for (const char *r = p; r < stop && (reached >> offset & 1) != 0;
             r = reading_end (r, stop) + 1)
          {
            gsize size = (gsize)(reading_end (r, stop) - r);
            gsize common = MIN (size, length - offset);

            if (strncmp (typed + offset, r, common) != 0)
              continue;
            if (offset + common == length)
              return TRUE;
            next |= G_GUINT64_CONSTANT (1) << (offset + common);
          }
      reached = next;
      p = stop + 1;
    }
  return FALSE;
}

static gboolean
reads_initials (const char *typed, const char *p, const char *end)
{
  for (; *typed != '\0' && p < end; typed++)
    {
      const char *stop = syllable_end (p, end);
      gboolean found = FALSE;

      for (const char *r = p; r < stop && !found; r = reading_end (r, stop) + 1)
        found = *r == *typed;
      if (!found)
        return FALSE;
      p = stop + 1;
    }
  return *typed == '\0';
}

static gboolean
accepts_pinyin (const ShopSearch *self, const char *line, gsize size, gboolean start)
{
  const char *end = line + size;

  if (self->pinyin == NULL)
    return FALSE;
  for (const char *p = line; p < end; p = syllable_end (p, end) + 1)
    {
      if (p != line && start)
        return FALSE;
      if (reads_in_full (self->pinyin, p, end) || reads_initials (self->pinyin, p, end))
        return TRUE;
    }
  return FALSE;
}

static gboolean
accepts_line (const ShopSearch *self,
              ShopSearchStage stage,
              char kind,
              const char *line,
              gsize size)
{
  switch (stage)
    {
    case SHOP_SEARCH_START:
      return kind == 'n' && strncmp (line, self->name, MIN (size + 1, strlen (self->name))) == 0;
    case SHOP_SEARCH_PINYIN_START:
      return kind == 'p' && accepts_pinyin (self, line, size, TRUE);
    case SHOP_SEARCH_INSIDE:
      if (kind == 'n')
        return g_strstr_len (line, (gssize)size, self->name) != NULL;
      return kind == 'p' && accepts_pinyin (self, line, size, FALSE);
    case SHOP_SEARCH_CODE:
      return kind == 'c' && self->digits != NULL
             && g_strstr_len (line, (gssize)size, self->digits) != NULL;
    }
  g_assert_not_reached ();
}

gboolean
shop_search_accepts (const ShopSearch *self, ShopSearchStage stage, const char *text)
{
  while (*text != '\0')
    {
      const char *content = text + 1;
      gsize size = strcspn (content, "\n");

      if (accepts_line (self, stage, *text, content, size))
        return TRUE;
      text = content + size;
      text += *text == '\n' ? 1 : 0;
    }
  return FALSE;
}
