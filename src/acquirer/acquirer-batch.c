/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-batch.h"

#include "acquirer-error.h"
#include "base-money.h"
#include "base-number.h"

#include <glib/gi18n.h>
#include <string.h>

#define GROUP "batch"
#define WIDTH_MAX 20
#define LAYOUT_MAX 99 /* digits of one layout */
#define SIX_DIGITS_MAX 999999
#define CARD_DIGITS 16 /* of a masked card in a row: six, six zeros, four */
#define CARD_FIRST 6
#define CARD_LAST 4

typedef enum
{
  PART_DIGITS, /* always so */
  PART_VERDICT,
  PART_DEBIT_COUNT,
  PART_DEBIT,
  PART_CREDIT_COUNT,
  PART_CREDIT,
  PART_COUNT,
  PART_KIND,
  PART_BATCH,
  PART_STAN,
  PART_CARD,
  PART_AMOUNT,
  PART_HOST_AMOUNT,
  PART_MARK,
} Part;

/* Each part's name, and the most that it may stand for. */
static const struct
{
  const char *name;
  gint64 maximum;
} parts[] = {
  [PART_DIGITS] = { "", 0 },
  [PART_VERDICT] = { "verdict", ACQUIRER_BATCH_WRONG },
  [PART_DEBIT_COUNT] = { "debit-count", SIX_DIGITS_MAX },
  [PART_DEBIT] = { "debit", BASE_MONEY_MAX_MINOR },
  [PART_CREDIT_COUNT] = { "credit-count", SIX_DIGITS_MAX },
  [PART_CREDIT] = { "credit", BASE_MONEY_MAX_MINOR },
  [PART_COUNT] = { "count", SIX_DIGITS_MAX },
  [PART_KIND] = { "kind", 1 },
  [PART_BATCH] = { "batch", SIX_DIGITS_MAX },
  [PART_STAN] = { "stan", SIX_DIGITS_MAX },
  [PART_CARD] = { "card", G_MAXINT64 },
  [PART_AMOUNT] = { "amount", BASE_MONEY_MAX_MINOR },
  [PART_HOST_AMOUNT] = { "host-amount", BASE_MONEY_MAX_MINOR },
  [PART_MARK] = { "mark", ACQUIRER_MARK_COUNT - 1 },
};
#define PARTS G_N_ELEMENTS (parts)

typedef struct
{
  guint count; /* 0: the profile has no such layout */
  guint width; /* digits of all parts */
  struct
  {
    Part part;
    guint width;
    char digits[WIDTH_MAX + 1];
  } parts[ACQUIRER_BATCH_PARTS_MAX];
} Layout;

struct _AcquirerBatchPlan
{
  gboolean host_totals;
  Layout totals, piece, row, end, result;
};

/* What a layout holds, by its parts; the card apart. */
typedef struct
{
  gint64 numbers[PARTS];
  char card[ACQUIRER_BATCH_CARD_SIZE + 1];
} Values;

gboolean
acquirer_totals_equal (const AcquirerTotals *a, const AcquirerTotals *b)
{
  return a->debit_count == b->debit_count && a->debit_minor == b->debit_minor
         && a->credit_count == b->credit_count && a->credit_minor == b->credit_minor;
}

void
acquirer_batch_plan_free (AcquirerBatchPlan *self)
{
  g_free (self);
}

gboolean
acquirer_batch_plan_host_totals (const AcquirerBatchPlan *self)
{
  return self->host_totals;
}

static gboolean
has (const Layout *layout, Part part)
{
  for (guint i = 0; i < layout->count; i++)
    if (layout->parts[i].part == part)
      return TRUE;
  return FALSE;
}

gboolean
acquirer_batch_plan_names_rows (const AcquirerBatchPlan *self)
{
  return self->result.count > 0 && has (&self->row, PART_MARK);
}

/* ---- Reading the profile ---- */

static gboolean
all_digits (const char *text)
{
  return text[0] != '\0' && strspn (text, "0123456789") == strlen (text);
}

/* "amount:12", or "000". */
static gboolean
add_part (Layout *layout, const char *word)
{
  const char *colon = strchr (word, ':');
  guint64 width = strlen (word);

  if (layout->count == ACQUIRER_BATCH_PARTS_MAX)
    return FALSE;
  if (colon == NULL)
    {
      if (!all_digits (word) || width > WIDTH_MAX)
        return FALSE;
      g_strlcpy (layout->parts[layout->count].digits, word, WIDTH_MAX + 1);
    }
  else if (!base_number_parse (colon + 1, 10, 1, WIDTH_MAX, &width))
    return FALSE;
  for (guint i = PART_DIGITS; i < PARTS; i++)
    if (colon == NULL
        || (i != PART_DIGITS && strlen (parts[i].name) == (gsize)(colon - word)
            && strncmp (parts[i].name, word, (gsize)(colon - word)) == 0))
      {
        layout->parts[layout->count].part = (Part)i;
        layout->parts[layout->count++].width = (guint)width;
        layout->width += (guint)width;
        return layout->width <= LAYOUT_MAX && (i != PART_CARD || width >= CARD_DIGITS);
      }
  return FALSE;
}

/* `wanted`: parts that it must have, each once, ended by DIGITS. */
static gboolean
read_layout (GKeyFile *file,
             const char *key,
             const Part *wanted,
             Layout *out_layout,
             GError **error)
{
  g_autofree char *text = g_key_file_get_string (file, GROUP, key, NULL);
  g_auto (GStrv) words = g_strsplit (text != NULL ? text : "", " ", -1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      if (words[i][0] == '\0')
        continue;
      if (!add_part (out_layout, words[i]))
        return acquirer_error_set (
            error, ACQUIRER_ERROR_PROFILE,
            _ ("[%s] %s has a part that isn't digits, or a name with its width"), GROUP, key);
    }
  for (guint i = 0; wanted[i] != PART_DIGITS; i++)
    if (!has (out_layout, wanted[i]))
      return acquirer_error_set (error, ACQUIRER_ERROR_PROFILE,
                                 _ ("[%s] %s lacks something that must be in it"), GROUP, key);
  for (guint i = 0; i < out_layout->count; i++)
    for (guint j = 0; j < i; j++)
      if (out_layout->parts[i].part != PART_DIGITS
          && out_layout->parts[i].part == out_layout->parts[j].part)
        return acquirer_error_set (error, ACQUIRER_ERROR_PROFILE,
                                   _ ("[%s] %s names something twice"), GROUP, key);
  return TRUE;
}

AcquirerBatchPlan *
acquirer_batch_plan_read (GKeyFile *file, GError **error)
{
  static const Part totals[]
      = { PART_VERDICT, PART_DEBIT_COUNT, PART_DEBIT, PART_CREDIT_COUNT, PART_CREDIT, PART_DIGITS };
  static const Part count[] = { PART_COUNT, PART_DIGITS };
  static const Part row[] = { PART_KIND, PART_STAN, PART_AMOUNT, PART_DIGITS };
  static const Part nothing[] = { PART_DIGITS };
  g_autoptr (AcquirerBatchPlan) self = NULL;
  g_autofree char *host = NULL;

  if (!g_key_file_has_group (file, GROUP))
    return NULL;
  self = g_new0 (AcquirerBatchPlan, 1);
  host = g_key_file_get_string (file, GROUP, "host_totals", NULL);
  self->host_totals = g_strcmp0 (host, "yes") == 0;
  if (host != NULL && !self->host_totals && strcmp (host, "no") != 0)
    acquirer_error_set (error, ACQUIRER_ERROR_PROFILE, _ ("[%s] %s must be yes or no"), GROUP,
                        "host_totals");
  else if (read_layout (file, "totals", totals, &self->totals, error)
           && read_layout (file, "piece", count, &self->piece, error)
           && read_layout (file, "row", row, &self->row, error)
           && read_layout (file, "end", count, &self->end, error)
           && read_layout (file, "result", nothing, &self->result, error))
    return g_steal_pointer (&self);
  return NULL;
}

static const Layout *
head_of (const AcquirerBatchPlan *self, AcquirerBatchHead head)
{
  return head == ACQUIRER_BATCH_PIECE ? &self->piece : &self->result;
}

guint
acquirer_batch_plan_rows_max (const AcquirerBatchPlan *self, AcquirerBatchHead head, guint digits)
{
  guint width = head_of (self, head)->width, most = ACQUIRER_BATCH_PIECE_MAX;

  for (guint i = 0; head == ACQUIRER_BATCH_PIECE && i < self->piece.count; i++)
    if (self->piece.parts[i].part == PART_COUNT && self->piece.parts[i].width == 1)
      most = 9;
  return digits <= width ? 1 : CLAMP ((digits - width) / self->row.width, 1, most);
}

/* ---- Digits ---- */

/* "620000******0005" as sixteen digits; zeros where it isn't known. */
static void
card_digits (const char *masked, guint width, GString *text)
{
  gsize size = strlen (masked);
  char digits[CARD_DIGITS + 1] = "0000000000000000";

  if (size >= CARD_FIRST + CARD_LAST && strspn (masked, "0123456789") >= CARD_FIRST
      && all_digits (&masked[size - CARD_LAST]))
    {
      for (guint i = 0; i < CARD_FIRST; i++)
        digits[i] = masked[i];
      for (guint i = 0; i < CARD_LAST; i++)
        digits[CARD_DIGITS - CARD_LAST + i] = masked[size - CARD_LAST + i];
    }
  for (guint i = CARD_DIGITS; i < width; i++)
    g_string_append_c (text, '0');
  g_string_append (text, digits);
}

static void
card_masked (const char *digits, char *out_card)
{
  const char *card = &digits[strlen (digits) - CARD_DIGITS];

  if (strspn (card, "0") == CARD_DIGITS)
    out_card[0] = '\0';
  else
    g_snprintf (out_card, ACQUIRER_BATCH_CARD_SIZE + 1, "%.*s******%s", CARD_FIRST, card,
                &card[CARD_DIGITS - CARD_LAST]);
}

static gboolean
write_layout (const Layout *layout, const Values *values, GString *text, GError **error)
{
  for (guint i = 0; i < layout->count; i++)
    {
      Part part = layout->parts[i].part;
      guint width = layout->parts[i].width;
      g_autofree char *digits = NULL;

      if (part == PART_CARD)
        {
          card_digits (values->card, width, text);
          continue;
        }
      digits = part == PART_DIGITS
                   ? g_strdup (layout->parts[i].digits)
                   : g_strdup_printf ("%0*" G_GINT64_FORMAT, (int)width, values->numbers[part]);
      if (strlen (digits) != width || values->numbers[part] < 0)
        return acquirer_error_set (error, ACQUIRER_ERROR_FIELD,
                                   _ ("The batch's “%s” does not fit into %u digits"),
                                   parts[part].name, width);
      g_string_append (text, digits);
    }
  return TRUE;
}

static gboolean
bad (GError **error, const char *name)
{
  return acquirer_error_set (error, ACQUIRER_ERROR_FIELD,
                             _ ("What the other side says about the batch can't be read (%s)"),
                             name);
}

/* Reads one layout from *text on, and moves it behind. */
static gboolean
read_values (const Layout *layout, const char **text, Values *out_values, GError **error)
{
  *out_values = (Values){ 0 };
  for (guint i = 0; i < layout->count; i++)
    {
      Part part = layout->parts[i].part;
      g_autofree char *digits = g_strndup (*text, layout->parts[i].width);
      guint64 number = 0;

      if (strlen (digits) != layout->parts[i].width || !all_digits (digits))
        return bad (error, "length");
      *text += layout->parts[i].width;
      if (part == PART_CARD)
        card_masked (digits, out_values->card);
      else if (part == PART_DIGITS
                   ? strcmp (digits, layout->parts[i].digits) != 0
                   : !base_number_parse (digits, 10, 0, (guint64)parts[part].maximum, &number))
        return bad (error, parts[part].name);
      out_values->numbers[part] = (gint64)number;
    }
  return TRUE;
}

/* ---- Sums ---- */

char *
acquirer_batch_totals_text (const AcquirerBatchPlan *self,
                            const AcquirerTotals *totals,
                            AcquirerBatchVerdict verdict,
                            GError **error)
{
  Values values = { .numbers = { [PART_VERDICT] = verdict,
                                 [PART_DEBIT_COUNT] = totals->debit_count,
                                 [PART_DEBIT] = totals->debit_minor,
                                 [PART_CREDIT_COUNT] = totals->credit_count,
                                 [PART_CREDIT] = totals->credit_minor } };
  GString *text = g_string_new (NULL);

  return g_string_free (text, !write_layout (&self->totals, &values, text, error));
}

gboolean
acquirer_batch_totals_parse (const AcquirerBatchPlan *self,
                             const char *text,
                             AcquirerTotals *out_totals,
                             AcquirerBatchVerdict *out_verdict,
                             GError **error)
{
  Values values;

  if (!read_values (&self->totals, &text, &values, error))
    return FALSE;
  if (text[0] != '\0')
    return bad (error, "length");
  *out_totals
      = (AcquirerTotals){ (guint)values.numbers[PART_DEBIT_COUNT], values.numbers[PART_DEBIT],
                          (guint)values.numbers[PART_CREDIT_COUNT], values.numbers[PART_CREDIT] };
  *out_verdict = (AcquirerBatchVerdict)values.numbers[PART_VERDICT];
  return TRUE;
}

/* ---- Rows ---- */

static gboolean
write_row (const AcquirerBatchPlan *self, const AcquirerRow *row, GString *text, GError **error)
{
  Values values = { .numbers = { [PART_KIND] = row->credit ? 1 : 0,
                                 [PART_BATCH] = row->batch,
                                 [PART_STAN] = row->stan,
                                 [PART_AMOUNT] = row->amount_minor,
                                 [PART_HOST_AMOUNT] = row->host_minor,
                                 [PART_MARK] = row->mark } };

  g_strlcpy (values.card, row->card, sizeof values.card);
  return write_layout (&self->row, &values, text, error);
}

char *
acquirer_batch_rows_text (const AcquirerBatchPlan *self,
                          AcquirerBatchHead head,
                          guint total,
                          const AcquirerRow *rows,
                          guint count,
                          GError **error)
{
  Values values = { .numbers = { [PART_COUNT] = total } };
  GString *text = g_string_new (NULL);
  gboolean good = write_layout (head_of (self, head), &values, text, error);

  g_assert (count <= ACQUIRER_BATCH_PIECE_MAX);
  for (guint i = 0; good && i < count; i++)
    good = write_row (self, &rows[i], text, error);
  return g_string_free (text, !good);
}

static void
take_row (const Values *values, AcquirerRow *row)
{
  *row = (AcquirerRow){ .credit = values->numbers[PART_KIND] != 0,
                        .batch = (guint32)values->numbers[PART_BATCH],
                        .stan = (guint32)values->numbers[PART_STAN],
                        .amount_minor = values->numbers[PART_AMOUNT],
                        .host_minor = values->numbers[PART_HOST_AMOUNT],
                        .mark = (AcquirerMark)values->numbers[PART_MARK] };
  g_strlcpy (row->card, values->card, sizeof row->card);
}

GArray *
acquirer_batch_rows_parse (const AcquirerBatchPlan *self,
                           AcquirerBatchHead head,
                           const char *text,
                           guint *out_total,
                           GError **error)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, TRUE, sizeof (AcquirerRow));
  Values values;
  guint total;

  if (!read_values (head_of (self, head), &text, &values, error))
    return NULL;
  total = (guint)values.numbers[PART_COUNT];
  while (text[0] != '\0')
    {
      AcquirerRow row;

      if (rows->len == ACQUIRER_BATCH_PIECE_MAX)
        return bad (error, "count"), NULL;
      if (!read_values (&self->row, &text, &values, error))
        return NULL;
      take_row (&values, &row);
      g_array_append_val (rows, row);
    }
  if (head == ACQUIRER_BATCH_PIECE ? rows->len != total : rows->len > total)
    return bad (error, "count"), NULL;
  *out_total = total;
  return g_steal_pointer (&rows);
}

char *
acquirer_batch_end_text (const AcquirerBatchPlan *self, guint count, GError **error)
{
  Values values = { .numbers = { [PART_COUNT] = count } };
  GString *text = g_string_new (NULL);

  return g_string_free (text, !write_layout (&self->end, &values, text, error));
}

gboolean
acquirer_batch_end_parse (const AcquirerBatchPlan *self,
                          const char *text,
                          guint *out_count,
                          GError **error)
{
  Values values;

  if (!read_values (&self->end, &text, &values, error))
    return FALSE;
  if (text[0] != '\0')
    return bad (error, "length");
  *out_count = (guint)values.numbers[PART_COUNT];
  return TRUE;
}
