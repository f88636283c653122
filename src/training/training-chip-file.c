/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training-chip-file.h"

#include "base-data.h"
#include "base-number.h"
#include "emv-tlv.h"

#include <string.h>

#define FOLDER "training/cards"
#define LINES_MAX 400
#define VALUE_MAX 252
#define SFI_MAX 30
#define TRIES_MAX 15
#define TAG_NAME 0x84

typedef enum
{
  SECTION_NONE,
  SECTION_CARD,
  SECTION_APPLICATION,
  SECTION_RULES,
  SECTION_FAULTS,
} Section;

typedef struct
{
  TrainingChipFile *card;
  TrainingChipApplication *application; /* of the section */
  Section section;
  const char *shown;
  guint line;
} Reading;

static gboolean
fail (const Reading *at, GError **error, const char *why)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s:%u: %s", at->shown, at->line, why);
  return FALSE;
}

/* ---- Values ---- */

static gboolean
read_number (const Reading *at, const char *text, guint64 maximum, guint64 *out, GError **error)
{
  return base_number_parse (text, 10, 0, maximum, out)
         || fail (at, error, "a number is wanted, and not too large a one");
}

static gboolean
read_count (const Reading *at, const char *text, guint *out, GError **error)
{
  guint64 number;

  if (!read_number (at, text, 10000, &number, error))
    return FALSE;
  *out = (guint)number;
  return TRUE;
}

static gboolean
read_choice (const Reading *at,
             const char *text,
             const char *const *words,
             guint *out,
             GError **error)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (strcmp (text, words[i]) == 0)
      {
        *out = i;
        return TRUE;
      }
  return fail (at, error, "no such word here");
}

static gboolean
read_yes (const Reading *at, const char *text, gboolean *out, GError **error)
{
  static const char *const words[] = { "no", "yes", NULL };
  guint choice;

  if (!read_choice (at, text, words, &choice, error))
    return FALSE;
  *out = choice == 1;
  return TRUE;
}

/* Digits alone, as many as the room has, or fewer down to `least`. */
static gboolean
read_digits (const Reading *at,
             const char *text,
             gsize least,
             char *out,
             gsize out_size,
             GError **error)
{
  gsize size = strlen (text);

  if (size < least || size >= out_size || strspn (text, "0123456789") != size)
    return fail (at, error, "digits are wanted, neither fewer nor more than there are here");
  g_strlcpy (out, text, out_size);
  return TRUE;
}

/* Hexadecimal digits, or "text". */
static GBytes *
read_bytes (const Reading *at, const char *text, GError **error)
{
  gsize size = strlen (text);
  g_autoptr (GBytes) bytes = NULL;

  if (size >= 2 && text[0] == '"' && text[size - 1] == '"')
    bytes = g_bytes_new (text + 1, size - 2);
  else
    bytes = base_bytes_from_hex (text, NULL);
  if (bytes == NULL || g_bytes_get_size (bytes) > VALUE_MAX)
    {
      fail (at, error, "neither hexadecimal digits nor \"text\", or too many of them");
      return NULL;
    }
  return g_steal_pointer (&bytes);
}

static gboolean
read_tag (const char *text, guint32 *out_tag)
{
  g_autoptr (GBytes) bytes = base_bytes_from_hex (text, NULL);
  BaseReader reader;

  if (bytes == NULL)
    return FALSE;
  base_reader_init (&reader, base_bytes_span (bytes));
  return emv_tlv_read_tag (&reader, out_tag) && base_reader_left (&reader) == 0;
}

/* ---- [card] ---- */

static gboolean
read_atr (const Reading *at, const char *text, GError **error)
{
  g_autoptr (GBytes) bytes = read_bytes (at, text, error);
  BaseSpan span;

  if (bytes == NULL)
    return FALSE;
  span = base_bytes_span (bytes);
  if (span.size < 2 || span.size > TRAINING_CHIP_ATR_MAX)
    return fail (at, error, "an answer to reset has 2 to 33 bytes");
  for (gsize i = 0; i < span.size; i++)
    at->card->atr[i] = span.data[i];
  at->card->atr_size = span.size;
  return TRUE;
}

static gboolean
read_card (const Reading *at, const char *key, const char *value, GError **error)
{
  TrainingChipFile *card = at->card;
  guint64 tries;

  if (strcmp (key, "like") == 0)
    return TRUE; /* that file was read before this one */
  if (strcmp (key, "atr") == 0)
    return read_atr (at, value, error);
  if (strcmp (key, "directory") == 0)
    return read_yes (at, value, &card->directory, error);
  if (strcmp (key, "blocked") == 0)
    return read_yes (at, value, &card->blocked, error);
  if (strcmp (key, "pin") == 0)
    return read_digits (at, value, 4, card->pin, sizeof card->pin, error);
  if (strcmp (key, "pin-tries") != 0)
    return fail (at, error, "[card] has no such key");
  if (!read_number (at, value, TRIES_MAX, &tries, error))
    return FALSE;
  card->pin_tries = (guint)tries;
  return TRUE;
}

/* ---- [application N] ---- */

static void
free_application (TrainingChipApplication *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->objects);
  g_array_unref (self->records);
  g_free (self->issuer);
  g_free (self->key);
  g_free (self);
}

static TrainingChipApplication *
new_application (void)
{
  TrainingChipApplication *self = g_new0 (TrainingChipApplication, 1);

  self->objects
      = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)(void (*) (void))g_bytes_unref);
  self->records = g_array_new (FALSE, TRUE, sizeof (TrainingChipRecord));
  return self;
}

/* By file and number; another one of the same place is replaced. */
static void
put_record (GArray *records, const TrainingChipRecord *record)
{
  guint place = 0;

  while (place < records->len)
    {
      const TrainingChipRecord *other = &g_array_index (records, TrainingChipRecord, place);

      if (other->sfi == record->sfi && other->number == record->number)
        {
          g_array_remove_index (records, place);
          break;
        }
      if (other->sfi > record->sfi || (other->sfi == record->sfi && other->number > record->number))
        break;
      place++;
    }
  if (record->count > 0)
    g_array_insert_val (records, place, *record);
}

static gboolean
read_place (const char *text, TrainingChipRecord *record)
{
  g_auto (GStrv) parts = g_strsplit (text, ".", 3);
  guint64 sfi, number;

  if (g_strv_length (parts) != 2 || !base_number_parse (parts[0], 10, 1, SFI_MAX, &sfi)
      || !base_number_parse (parts[1], 10, 1, TRAINING_CHIP_RECORDS_MAX, &number))
    return FALSE;
  record->sfi = (guint8)sfi;
  record->number = (guint8)number;
  return TRUE;
}

static gboolean
read_record (const Reading *at, const char *key, const char *value, GError **error)
{
  gboolean authenticated = g_str_has_prefix (key, "signed-");
  TrainingChipRecord record = { .authenticated = authenticated };
  g_auto (GStrv) tags = g_strsplit (value, " ", TRAINING_CHIP_TAGS_MAX + 2);

  if (!read_place (strchr (key, '-') + 1, &record))
    return fail (at, error, "a record is named FILE.NUMBER");
  for (guint i = 0; tags[i] != NULL && strcmp (value, "none") != 0; i++)
    if (tags[i][0] == '\0')
      continue;
    else if (record.count == TRAINING_CHIP_TAGS_MAX
             || !read_tag (tags[i], &record.tags[record.count++]))
      return fail (at, error, "a record is a list of tags, and not too long a one");
  if (at->application->records->len == TRAINING_CHIP_RECORDS_MAX)
    return fail (at, error, "too many records");
  put_record (at->application->records, &record);
  return TRUE;
}

static gboolean
read_object (const Reading *at, const char *key, const char *value, GError **error)
{
  GHashTable *objects = at->application->objects;
  guint32 tag = TAG_NAME;
  g_autoptr (GBytes) bytes = NULL;

  if (strcmp (key, "aid") != 0 && !read_tag (key, &tag))
    return fail (at, error, "an application has no such key, and a tag it isn't");
  if (strcmp (value, "none") == 0)
    {
      g_hash_table_remove (objects, GUINT_TO_POINTER (tag));
      return TRUE;
    }
  bytes = read_bytes (at, value, error);
  if (bytes == NULL)
    return FALSE;
  if (tag == TAG_NAME && (g_bytes_get_size (bytes) < 5 || g_bytes_get_size (bytes) > 16))
    return fail (at, error, "an application's name has 5 to 16 bytes");
  if (g_hash_table_size (objects) == TRAINING_CHIP_OBJECTS_MAX)
    return fail (at, error, "too many objects");
  g_hash_table_insert (objects, GUINT_TO_POINTER (tag), g_steal_pointer (&bytes));
  return TRUE;
}

static gboolean
read_name (const Reading *at, const char *value, char **name, GError **error)
{
  if (strspn (value, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen (value))
    return fail (at, error, "a name has small letters, digits and hyphens");
  g_free (*name);
  *name = strcmp (value, "none") != 0 ? g_strdup (value) : NULL;
  return TRUE;
}

static gboolean
read_format (const Reading *at, const char *value, gboolean *out_objects, GError **error)
{
  static const char *const formats[] = { "80", "77", NULL };
  guint format;

  if (!read_choice (at, value, formats, &format, error))
    return FALSE;
  *out_objects = format == 1;
  return TRUE;
}

static gboolean
read_application (const Reading *at, const char *key, const char *value, GError **error)
{
  TrainingChipApplication *self = at->application;

  if (g_str_has_prefix (key, "record-") || g_str_has_prefix (key, "signed-"))
    return read_record (at, key, value, error);
  if (strcmp (key, "number") == 0)
    return read_digits (at, value, 12, self->number, sizeof self->number, error);
  if (strcmp (key, "expiry") == 0)
    return read_digits (at, value, 6, self->expiry, sizeof self->expiry, error);
  if (strcmp (key, "service") == 0)
    return read_digits (at, value, 3, self->service, sizeof self->service, error);
  if (strcmp (key, "issuer") == 0)
    return read_name (at, value, &self->issuer, error);
  if (strcmp (key, "key") == 0)
    return read_name (at, value, &self->key, error);
  if (strcmp (key, "options") == 0)
    return read_format (at, value, &self->options_objects, error);
  if (strcmp (key, "answers") == 0)
    return read_format (at, value, &self->answers_objects, error);
  if (strcmp (key, "blocked") == 0)
    return read_yes (at, value, &self->blocked, error);
  return read_object (at, key, value, error);
}

/* ---- [rules] and [faults] ---- */

static gboolean
read_rule (const Reading *at, const char *key, const char *value, GError **error)
{
  static const char *const decisions[] = { "follow", "limit", "online", "decline", NULL };
  static const char *const unable[] = { "decline", "approve", NULL };
  static const char *const needs[] = { "optional", "required", NULL };
  static const char *const services[] = { "allowed", "refused", NULL };
  TrainingChipRules *rules = &at->card->rules;
  guint choice = 0;
  gboolean good;

  if (strcmp (key, "limit") == 0)
    return read_number (at, value, G_MAXINT64, &rules->limit_minor, error);
  if (strcmp (key, "sum") == 0)
    return read_number (at, value, G_MAXINT64, &rules->sum_minor, error);
  if (strcmp (key, "count") == 0)
    return read_count (at, value, &rules->count, error);
  if (strcmp (key, "decide") == 0)
    {
      good = read_choice (at, value, decisions, &choice, error);
      rules->decide = (TrainingChipDecide)choice;
      return good;
    }
  if (strcmp (key, "unable") == 0)
    return read_choice (at, value, unable, (guint *)&rules->unable, error);
  if (strcmp (key, "issuer-authentication") == 0)
    return read_choice (at, value, needs, (guint *)&rules->issuer_required, error);
  if (strcmp (key, "service") == 0)
    return read_choice (at, value, services, (guint *)&rules->service_refused, error);
  return fail (at, error, "[rules] has no such key");
}

static gboolean
read_wrong (const Reading *at, const char *value, GError **error)
{
  static const char *const words[]
      = { "issuer-certificate", "card-certificate", "static-signature", "dynamic-signature",
          "combined-signature", "cryptogram",       "record",           NULL };
  g_auto (GStrv) parts = g_strsplit (value, " ", G_N_ELEMENTS (words) + 1);

  at->card->wrong = 0;
  for (guint i = 0; parts[i] != NULL; i++)
    {
      guint choice;

      if (parts[i][0] == '\0')
        continue;
      if (!read_choice (at, parts[i], words, &choice, error))
        return FALSE;
      at->card->wrong |= 1u << choice;
    }
  return TRUE;
}

static gboolean
read_fault (const Reading *at, const char *key, const char *value, GError **error)
{
  TrainingChipFile *card = at->card;

  if (strcmp (key, "wrong") == 0)
    return read_wrong (at, value, error);
  if (strcmp (key, "tear") == 0)
    return read_count (at, value, &card->tear_at, error);
  if (strcmp (key, "mute") == 0)
    return read_count (at, value, &card->mute_at, error);
  if (strcmp (key, "slow") == 0)
    return read_count (at, value, &card->slow_at, error);
  if (strcmp (key, "extensions") == 0)
    return read_count (at, value, &card->extensions, error);
  return fail (at, error, "[faults] has no such key");
}

/* ---- The file ---- */

static gboolean
enter_application (Reading *at, const char *digits, GError **error)
{
  guint64 number;

  if (!base_number_parse (digits, 10, 1, TRAINING_CHIP_APPLICATIONS_MAX, &number)
      || number > at->card->application_count + 1)
    return fail (at, error, "applications are numbered from 1 on, eight at most");
  if (number > at->card->application_count)
    at->card->applications[at->card->application_count++] = new_application ();
  at->application = at->card->applications[number - 1];
  at->section = SECTION_APPLICATION;
  return TRUE;
}

static gboolean
enter_section (Reading *at, const char *line, GError **error)
{
  static const char *const names[] = { "[]", "[card]", "[application]", "[rules]", "[faults]" };
  gsize size = strlen (line);

  if (g_str_has_prefix (line, "[application ") && line[size - 1] == ']')
    {
      g_autofree char *digits = g_strndup (line + 13, size - 14);

      return enter_application (at, digits, error);
    }
  for (guint i = SECTION_CARD; i < G_N_ELEMENTS (names); i++)
    if (i != SECTION_APPLICATION && strcmp (line, names[i]) == 0)
      {
        at->section = (Section)i;
        return TRUE;
      }
  return fail (at, error, "no such section");
}

static gboolean
read_line (Reading *at, char *line, GError **error)
{
  char *equals = strchr (line, '=');
  const char *key, *value;

  if (line[0] == '\0' || line[0] == '#')
    return TRUE;
  if (line[0] == '[')
    return enter_section (at, line, error);
  if (equals == NULL)
    return fail (at, error, "neither a section nor KEY = VALUE");
  *equals = '\0';
  key = g_strchomp (line);
  value = g_strchug (equals + 1);
  switch (at->section)
    {
    case SECTION_CARD:
      return read_card (at, key, value, error);
    case SECTION_APPLICATION:
      return read_application (at, key, value, error);
    case SECTION_RULES:
      return read_rule (at, key, value, error);
    case SECTION_FAULTS:
      return read_fault (at, key, value, error);
    case SECTION_NONE:
      break;
    }
  return fail (at, error, "a key before any section");
}

static gboolean
read_text (TrainingChipFile *card, const char *path, const char *text, GError **error)
{
  g_autofree char *shown = g_path_get_basename (path);
  Reading at = { .card = card, .shown = shown };
  g_auto (GStrv) lines = g_strsplit (text, "\n", LINES_MAX + 1);

  for (; lines[at.line] != NULL;)
    {
      char *line = g_strstrip (lines[at.line++]);

      if (at.line > LINES_MAX)
        return fail (&at, error, "too many lines");
      if (!read_line (&at, line, error))
        return FALSE;
    }
  return TRUE;
}

/* The name after `like =`, which stands first in [card]. Yours; NULL: none. */
static char *
find_like (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", LINES_MAX + 1);
  gboolean card = FALSE;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *line = g_strstrip (lines[i]);

      if (card && g_str_has_prefix (line, "like") && strchr (line, '=') != NULL)
        return g_strstrip (g_strdup (strchr (line, '=') + 1));
      card = strcmp (line, "[card]") == 0 || (card && (line[0] == '#' || line[0] == '\0'));
    }
  return NULL;
}

static char *
find_card (const char *folder, const char *name)
{
  g_autofree char *file = g_strconcat (name, ".ini", NULL);
  g_autofree char *shipped = g_build_filename (FOLDER, file, NULL);

  if (strchr (name, '/') != NULL)
    return NULL;
  return folder != NULL ? g_build_filename (folder, file, NULL) : base_data_find (shipped);
}

typedef struct
{
  char *paths[TRAINING_CHIP_FILE_DEPTH_MAX], *texts[TRAINING_CHIP_FILE_DEPTH_MAX];
  guint count;
} Chain;

static void
clear_chain (Chain *self)
{
  for (guint i = 0; i < self->count; i++)
    {
      g_free (self->paths[i]);
      g_free (self->texts[i]);
    }
}

/* The file and those that it is like, the last of them the base of all. */
static gboolean
collect (Chain *chain, const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *next = g_strdup (path);

  while (next != NULL)
    {
      g_autofree char *like = NULL;
      char *text;

      if (chain->count == TRAINING_CHIP_FILE_DEPTH_MAX)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       "%s: too many files, one like another", path);
          return FALSE;
        }
      text = base_data_read (next, TRAINING_CHIP_FILE_SIZE_MAX, NULL, error);
      if (text == NULL)
        return FALSE;
      chain->paths[chain->count] = g_steal_pointer (&next);
      chain->texts[chain->count++] = text;
      like = find_like (text);
      next = like != NULL ? find_card (folder, like) : NULL;
      if (like != NULL && next == NULL)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s: a KIND has no folder",
                       path);
          return FALSE;
        }
    }
  return TRUE;
}

static TrainingChipFile *
new_file (const char *path)
{
  TrainingChipFile *self = g_new0 (TrainingChipFile, 1);
  g_autofree char *name = g_path_get_basename (path);

  if (g_str_has_suffix (name, ".ini"))
    name[strlen (name) - 4] = '\0';
  self->name = g_steal_pointer (&name);
  self->tear_at = self->mute_at = self->slow_at = TRAINING_CHIP_NEVER;
  self->pin_tries = 3;
  return self;
}

/* What every card needs, whichever file says it. */
static gboolean
check (const TrainingChipFile *self, GError **error)
{
  const char *missing = self->atr_size == 0 ? "an answer to reset (atr)" : NULL;

  for (guint i = 0; missing == NULL && i < self->application_count; i++)
    if (!g_hash_table_contains (self->applications[i]->objects, GUINT_TO_POINTER (TAG_NAME)))
      missing = "a name of each application (aid)";
    else if (self->applications[i]->number[0] == '\0' || self->applications[i]->expiry[0] == '\0')
      missing = "number and expiry of each application";
  if (missing == NULL)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s.ini: the card needs %s", self->name,
               missing);
  return FALSE;
}

TrainingChipFile *
training_chip_file_load (const char *name, GError **error)
{
  gboolean is_path = strchr (name, '/') != NULL || g_str_has_suffix (name, ".ini");
  g_autofree char *path = is_path ? g_strdup (name) : find_card (NULL, name);
  g_autoptr (TrainingChipFile) self = NULL;
  Chain chain = { .count = 0 };
  gboolean good;

  if (path == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "There is no training card “%s”", name);
      return NULL;
    }
  self = new_file (path);
  good = collect (&chain, path, error);
  for (guint i = chain.count; good && i > 0; i--)
    good = read_text (self, chain.paths[i - 1], chain.texts[i - 1], error);
  clear_chain (&chain);
  return good && check (self, error) ? g_steal_pointer (&self) : NULL;
}

void
training_chip_file_free (TrainingChipFile *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->application_count; i++)
    free_application (self->applications[i]);
  g_free (self->name);
  g_free (self);
}
