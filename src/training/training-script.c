/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training-script.h"

#include "base-number.h"

#include <gio/gio.h>
#include <string.h>

#define SPEED_MAX 100000000
#define ENDPOINT_MAX 0xFF
#define WORDS_MAX 4

typedef enum
{
  TAKES_NOTHING,
  TAKES_DEVICE,
  TAKES_ENDPOINT,
  TAKES_NUMBER,
  TAKES_COUNT, /* from 1 on */
} Takes;

static const struct
{
  const char *word;
  TrainingScriptAct act;
  Takes takes;
} acts[] = {
  { "plug", TRAINING_SCRIPT_PLUG, TAKES_DEVICE },
  { "unplug", TRAINING_SCRIPT_UNPLUG, TAKES_DEVICE },
  { "swipe", TRAINING_SCRIPT_SWIPE, TAKES_NOTHING },
  { "swipe-early", TRAINING_SCRIPT_SWIPE_EARLY, TAKES_NOTHING },
  { "paper-out", TRAINING_SCRIPT_PAPER_OUT, TAKES_NOTHING },
  { "paper-in", TRAINING_SCRIPT_PAPER_IN, TAKES_NOTHING },
  { "cover-open", TRAINING_SCRIPT_COVER_OPEN, TAKES_NOTHING },
  { "cover-closed", TRAINING_SCRIPT_COVER_CLOSED, TAKES_NOTHING },
  { "cover-close", TRAINING_SCRIPT_COVER_CLOSED, TAKES_NOTHING },
  { "stall", TRAINING_SCRIPT_STALL, TAKES_ENDPOINT },
  { "hang", TRAINING_SCRIPT_HANG, TAKES_ENDPOINT },
  { "unhang", TRAINING_SCRIPT_UNHANG, TAKES_ENDPOINT },
  { "busy", TRAINING_SCRIPT_BUSY, TAKES_DEVICE },
  { "free", TRAINING_SCRIPT_FREE, TAKES_DEVICE },
  { "speed", TRAINING_SCRIPT_SPEED, TAKES_NUMBER },
  { "insert", TRAINING_SCRIPT_INSERT, TAKES_NOTHING },
  { "remove", TRAINING_SCRIPT_REMOVE, TAKES_NOTHING },
  { "tear", TRAINING_SCRIPT_TEAR, TAKES_COUNT },
};

/* Digits with this ending. */
static gboolean
read_amount (const char *word, const char *ending, guint64 max, guint64 *out_amount)
{
  gsize size = strlen (word), tail = strlen (ending);
  g_autofree char *digits = NULL;

  if (size <= tail || strcmp (word + size - tail, ending) != 0)
    return FALSE;
  digits = g_strndup (word, size - tail);
  return base_number_parse (digits, 10, 0, max, out_amount);
}

/* TRUE when the word says when. */
static gboolean
read_when (const char *word, TrainingScriptStep *step)
{
  guint64 amount;

  if (read_amount (word, "ms", TRAINING_SCRIPT_WAIT_MAX_MS, &amount))
    step->wait_ms = (guint)amount;
  else if (read_amount (word, "s", TRAINING_SCRIPT_WAIT_MAX_MS / 1000, &amount))
    step->wait_ms = (guint)amount * 1000;
  else if (read_amount (word, "B", G_MAXINT64, &amount))
    step->wait_bytes = amount;
  else if (read_amount (word, "C", G_MAXINT, &amount))
    step->wait_commands = (guint)amount;
  else
    return FALSE;
  return TRUE;
}

static gboolean
read_device (const char *word, TrainingScriptStep *step)
{
  static const char *const words[] = { [TRAINING_SCRIPT_STRIPE] = "stripe",
                                       [TRAINING_SCRIPT_PRINTER] = "printer",
                                       [TRAINING_SCRIPT_CHIP] = "chip" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_strcmp0 (word, words[i]) == 0)
      {
        step->device = (TrainingScriptDevice)i;
        return TRUE;
      }
  return FALSE;
}

/* The word after the act: "printer", "ep01", a number. */
static gboolean
read_argument (const char *word, Takes takes, TrainingScriptStep *step)
{
  guint64 number = 0;

  switch (takes)
    {
    case TAKES_NOTHING:
      return word == NULL;
    case TAKES_DEVICE:
      return read_device (word, step);
    case TAKES_ENDPOINT:
      if (word == NULL || !g_str_has_prefix (word, "ep")
          || !base_number_parse (word + 2, 16, 1, ENDPOINT_MAX, &number))
        return FALSE;
      break;
    case TAKES_NUMBER:
    case TAKES_COUNT:
      if (word == NULL
          || !base_number_parse (word, 10, takes == TAKES_COUNT ? 1 : 0, SPEED_MAX, &number))
        return FALSE;
      break;
    }
  step->number = (guint)number;
  return TRUE;
}

/* `word` NULL: the line says only when. */
static gboolean
read_act (char **words, TrainingScriptStep *step)
{
  for (gsize i = 0; i < G_N_ELEMENTS (acts); i++)
    if (g_strcmp0 (words[0], acts[i].word) == 0)
      {
        step->act = acts[i].act;
        return read_argument (words[1], acts[i].takes, step)
               && (words[1] == NULL || words[2] == NULL);
      }
  return FALSE;
}

static gboolean
read_line (char *line, TrainingScriptStep *step)
{
  g_auto (GStrv) raw = g_strsplit_set (line, " \t\r", 0);
  char *words[WORDS_MAX + 1] = { NULL };
  guint count = 0;

  for (gsize i = 0; raw[i] != NULL; i++)
    if (raw[i][0] != '\0')
      {
        if (count == WORDS_MAX)
          return FALSE;
        words[count++] = raw[i];
      }
  return count > 0 && read_act (words + (read_when (words[0], step) ? 1 : 0), step);
}

GArray *
training_script_parse (const char *text, GError **error)
{
  g_autoptr (GArray) steps = g_array_new (FALSE, TRUE, sizeof (TrainingScriptStep));
  g_auto (GStrv) lines = g_strsplit (text, "\n", TRAINING_SCRIPT_LINES_MAX + 1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      TrainingScriptStep step = { .line = i + 1 };

      g_strstrip (lines[i]);
      if (lines[i][0] == '\0' || lines[i][0] == '#')
        continue;
      if (i >= TRAINING_SCRIPT_LINES_MAX || !read_line (lines[i], &step))
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       "Line %u of the script can't be understood: %s", i + 1, lines[i]);
          return NULL;
        }
      g_array_append_val (steps, step);
    }
  return g_steal_pointer (&steps);
}
