/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training-card.h"

#include <gio/gio.h>
#include <string.h>

#define PAN_FIRST 6
#define PAN_LAST 4
#define SERVICE_BEGINS 5 /* behind the separator and the date of expiry */
#define SERVICE 3

static gboolean
fail (GError **error, const char *why)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, why);
  return FALSE;
}

/* Track 1 begins with '%', track 2 with ';', track 3 with '+' (or is a second ';'). */
static int
track_index (const TrainingCard *card, char start)
{
  if (start == '%')
    return 0;
  if (start == '+' || (start == ';' && card->tracks[1] != NULL))
    return 2;
  return start == ';' ? 1 : -1;
}

static gboolean
check_track (const char *track, gsize size, GError **error)
{
  if (size > TRAINING_CARD_TRACK_MAX || size < 4)
    return fail (error, "A track is too short or too long");
  for (gsize i = 0; i < size; i++)
    if (!g_ascii_isprint (track[i]))
      return fail (error, "A track has a character that no card carries");
  return TRUE;
}

static gboolean
read_tracks (TrainingCard *card, const char *text, GError **error)
{
  const char *at = text;

  while (*at != '\0')
    {
      const char *end = strchr (at, '?');
      int index = track_index (card, *at);

      if (index < 0 || card->tracks[index] != NULL)
        return fail (error, "A track must begin with %, ; or +, each once");
      if (end == NULL)
        return fail (error, "A track must end with ?");
      if (!check_track (at, (gsize)(end + 1 - at), error))
        return FALSE;
      card->tracks[index] = g_strndup (at, (gsize)(end + 1 - at));
      at = end + 1;
      while (g_ascii_isspace (*at))
        at++;
    }
  return TRUE;
}

TrainingCard *
training_card_parse (const char *text, GError **error)
{
  g_autoptr (TrainingCard) card = g_new0 (TrainingCard, 1);
  g_autofree char *trimmed = g_strstrip (g_strdup (text));

  if (!read_tracks (card, trimmed, error))
    return NULL;
  if (card->tracks[0] == NULL && card->tracks[1] == NULL)
    {
      fail (error, "A card needs track 1 (%B…?) or track 2 (;…?)");
      return NULL;
    }
  return g_steal_pointer (&card);
}

void
training_card_free (TrainingCard *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < TRAINING_CARD_TRACKS; i++)
    g_free (self->tracks[i]);
  g_free (self);
}

/* Whether the line is a track 1 whose track 2 stands on the next. */
static gboolean
goes_on (char **lines, guint i)
{
  return lines[i][0] == '%' && strchr (lines[i], ';') == NULL && lines[i + 1] != NULL
         && lines[i + 1][0] == ';';
}

GPtrArray *
training_card_parse_file (const char *text, GError **error)
{
  g_autoptr (GPtrArray) cards = g_ptr_array_new_with_free_func ((GDestroyNotify)training_card_free);
  g_auto (GStrv) lines = g_strsplit (text, "\n", TRAINING_CARD_LINES_MAX + 1);

  for (guint i = 0; lines[i] != NULL; i++)
    g_strstrip (lines[i]);
  for (guint i = 0; lines[i] != NULL && i < TRAINING_CARD_LINES_MAX; i++)
    {
      guint line = i + 1;
      g_autofree char *joined = NULL;
      TrainingCard *card;

      if (lines[i][0] == '\0' || lines[i][0] == '#')
        continue;
      joined
          = goes_on (lines, i) ? g_strconcat (lines[i], lines[i + 1], NULL) : g_strdup (lines[i]);
      i += goes_on (lines, i) ? 1 : 0;
      card = training_card_parse (joined, error);
      if (card == NULL)
        {
          g_prefix_error (error, "Line %u: ", line);
          return NULL;
        }
      g_ptr_array_add (cards, card);
    }
  if (cards->len > 0)
    return g_steal_pointer (&cards);
  fail (error, "There is no card in it");
  return NULL;
}

static gboolean
is_separator (char c)
{
  return c == '^' || c == '=' || c == '?';
}

char *
training_card_mask (const char *track, char filler)
{
  char *masked = g_strdup (track);
  gsize start = track[0] == '%' ? 2 : 1, end = MIN (start, strlen (track));
  gboolean name = FALSE;

  while (track[end] != '\0' && !is_separator (track[end]))
    end++;
  for (gsize i = start + PAN_FIRST; i + PAN_LAST < end; i++)
    masked[i] = filler;
  /* On track 1 the name stands between two '^' and is shown. */
  for (gsize i = end; masked[i] != '\0'; i++)
    if (masked[i] == '^')
      name = !name;
    else if (!name && !is_separator (masked[i]))
      masked[i] = filler;
  return masked;
}

char *
training_card_mask_but_service (const char *track, char filler)
{
  char *masked = training_card_mask (track, filler);
  const char *separator = strrchr (track, track[0] == '%' ? '^' : '=');
  gsize size = strlen (track);

  for (gsize i = separator != NULL ? (gsize)(separator - track) + SERVICE_BEGINS : size,
             left = SERVICE;
       left > 0 && i < size && !is_separator (track[i]); i++, left--)
    masked[i] = track[i];
  return masked;
}
