/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Invariants:
 * 1. A message has exactly the fields that its flow lists: what is required and can't be filled is
 * an error, what isn't listed is left out.
 * 2. The same sale gives the same message, byte for byte, however often it is built.
 * 3. A reversal has the STAN, terminal, merchant, batch and amount of its original.
 */
#include "acquirer-message.h"

#include "base-secret.h"

#include <glib/gi18n.h>
#include <string.h>

#define SIX_DIGITS_MAX 999999
#define SERIAL_MAX 50
#define OPERATOR_DEFAULT "01 " /* filled up on the right */
#define FIELD_STAN 11
#define FIELD_RESPONSE 39

/* ---- Values ---- */

static char *
time_text (gint64 unix_s, const char *format)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (unix_s);

  return time != NULL ? g_date_time_format (time, format) : NULL;
}

static char *
number_text (guint64 value, int digits)
{
  return g_strdup_printf ("%0*" G_GUINT64_FORMAT, digits, value);
}

/* What is shorter than its field is filled up with spaces on the right. */
static char *
padded_text (const char *text, AcquirerValue value)
{
  return text != NULL ? g_strdup_printf ("%-*s", (int)acquirer_value_width (value), text) : NULL;
}

static char *
span_text (BaseSpan span)
{
  return span.size > 0 ? base_bytes_to_hex (span) : NULL;
}

static char *
entry_text (const AcquirerEntry *entry)
{
  static const char *const ways[] = {
    [ACQUIRER_ENTRY_STRIPE] = "02", [ACQUIRER_ENTRY_CHIP] = "05", [ACQUIRER_ENTRY_NONE] = "01"
  };

  return g_strdup_printf ("%s%c", entry->fallback ? "80" : ways[entry->kind],
                          entry->pin.size > 0 ? '1' : '2');
}

static char *
serial_text (const char *serial, gboolean size)
{
  gsize count = serial != NULL ? strlen (serial) : 0;

  if (count == 0 || count > SERIAL_MAX)
    return NULL;
  return size ? number_text (count, 2) : g_strdup (serial);
}

/* What the card gives, each as the text of its field. */
static char *
card_text (const AcquirerEntry *entry, AcquirerValue value)
{
  switch ((guint)value)
    {
    case ACQUIRER_VALUE_PAN:
      return g_strdup (entry->pan);
    case ACQUIRER_VALUE_EXPIRY:
      return g_strdup (entry->expiry);
    case ACQUIRER_VALUE_SEQUENCE:
      return g_strdup (entry->sequence);
    case ACQUIRER_VALUE_TRACK2:
      return g_strdup (entry->track2);
    case ACQUIRER_VALUE_PIN:
      return span_text (entry->pin);
    case ACQUIRER_VALUE_CHIP:
      return span_text (entry->chip);
    case ACQUIRER_VALUE_ENVELOPE:
      return span_text (entry->envelope);
    case ACQUIRER_VALUE_FORMAT:
      return g_strdup (entry->format);
    case ACQUIRER_VALUE_KSN:
      return span_text (entry->ksn);
    case ACQUIRER_VALUE_BLOCK1:
    case ACQUIRER_VALUE_BLOCK2:
    case ACQUIRER_VALUE_BLOCK3:
      return span_text (entry->blocks[value - ACQUIRER_VALUE_BLOCK1]);
    default:
      return NULL;
    }
}

static char *
books_text (const AcquirerBooks *books, AcquirerValue value)
{
  if (books->install == NULL)
    return NULL;
  switch ((guint)value)
    {
    case ACQUIRER_VALUE_INSTALL:
      return g_ascii_strup (books->install, -1);
    case ACQUIRER_VALUE_EPOCH:
      return number_text ((guint64)books->epoch, (int)acquirer_value_width (value));
    case ACQUIRER_VALUE_LAST_RECORD:
      return number_text ((guint64)books->last_record, (int)acquirer_value_width (value));
    case ACQUIRER_VALUE_LAST_ENTRY:
      return number_text ((guint64)books->last_entry, (int)acquirer_value_width (value));
    case ACQUIRER_VALUE_HEAD:
      return span_text (books->head);
    default:
      return NULL;
    }
}

static char *
original_text (const AcquirerOriginal *original, AcquirerValue value)
{
  switch ((guint)value)
    {
    case ACQUIRER_VALUE_REFERENCE:
      return padded_text (original->reference, value);
    case ACQUIRER_VALUE_AUTHORISATION:
      return padded_text (original->authorisation, value);
    case ACQUIRER_VALUE_ORIGINAL_BATCH:
      return original->batch != 0 ? number_text (original->batch, 6) : NULL;
    case ACQUIRER_VALUE_ORIGINAL_STAN:
      return original->batch != 0 ? number_text (original->stan, 6) : NULL;
    case ACQUIRER_VALUE_ORIGINAL_DATE:
      return g_strdup (original->date);
    default:
      return NULL;
    }
}

/* AcquirerTemplateSource over an AcquirerSale. */
static char *
sale_text (gpointer data, AcquirerValue value)
{
  const AcquirerSale *sale = data;
  gint64 local_s = sale->at_unix_s + sale->utc_offset_s;
  char *text;

  switch ((guint)value)
    {
    case ACQUIRER_VALUE_AMOUNT:
      return number_text ((guint64)sale->amount.minor, 12);
    case ACQUIRER_VALUE_TRANSMITTED:
      return time_text (sale->at_unix_s, "%m%d%H%M%S");
    case ACQUIRER_VALUE_STAN:
      return number_text (sale->stan, 6);
    case ACQUIRER_VALUE_TIME:
      return time_text (local_s, "%H%M%S");
    case ACQUIRER_VALUE_DATE:
      return time_text (local_s, "%m%d");
    case ACQUIRER_VALUE_ENTRY:
      return entry_text (&sale->entry);
    case ACQUIRER_VALUE_CURRENCY:
      return g_strdup (base_money_numeric (sale->amount.currency));
    case ACQUIRER_VALUE_TERMINAL:
      return padded_text (sale->terminal, value);
    case ACQUIRER_VALUE_MERCHANT:
      return padded_text (sale->merchant, value);
    case ACQUIRER_VALUE_BATCH:
      return number_text (sale->batch, 6);
    case ACQUIRER_VALUE_OPERATOR:
      return padded_text (sale->operator_id != NULL ? sale->operator_id : OPERATOR_DEFAULT, value);
    case ACQUIRER_VALUE_SERIAL:
    case ACQUIRER_VALUE_SERIAL_SIZE:
      return serial_text (sale->serial, value == ACQUIRER_VALUE_SERIAL_SIZE);
    case ACQUIRER_VALUE_PAYMENT:
      return g_strdup (sale->payment_id);
    case ACQUIRER_VALUE_TOTALS:
      return g_strdup (sale->totals);
    case ACQUIRER_VALUE_ROWS:
      return g_strdup (sale->rows);
    case ACQUIRER_VALUE_DOWNLOAD:
      return span_text (sale->download);
    default:
      text = original_text (&sale->original, value);
      if (text == NULL)
        text = books_text (&sale->books, value);
      return text != NULL ? text : card_text (&sale->entry, value);
    }
}

/* ---- Building ---- */

static gboolean
holds_bytes (const AcquirerProfile *profile, guint field)
{
  return acquirer_profile_dialect (profile)->fields[field].format == ISO8583_FORMAT_B;
}

static void
take_text (Iso8583Message *message, guint field, char *text)
{
  if (text != NULL)
    iso8583_message_set (message, field, text);
  base_secret_free_text (text);
}

/* The chip's data that this flow carries. */
static char *
pick_chip (const AcquirerFlow *flow, BaseSpan data)
{
  g_autoptr (BaseSecret) picked = acquirer_chip_pick (&flow->chip, data);

  return picked != NULL ? base_bytes_to_hex (base_secret_span (picked)) : NULL;
}

static void
set_field (const AcquirerProfile *profile,
           const AcquirerFlow *flow,
           Iso8583Message *message,
           guint field,
           const AcquirerSale *sale)
{
  AcquirerValue value = acquirer_profile_value (profile, field);
  char *text;

  if (flow->templates[field] != NULL)
    text = acquirer_template_fill (flow->templates[field], holds_bytes (profile, field), sale_text,
                                   (gpointer)sale);
  else if (value == ACQUIRER_VALUE_CHIP)
    text = pick_chip (flow, sale->entry.chip);
  else
    text = sale_text ((gpointer)sale, value);
  take_text (message, field, text);
}

static const AcquirerFlow *
find_flow (const AcquirerProfile *profile, AcquirerFlowKind kind, GError **error)
{
  const AcquirerFlow *flow = acquirer_profile_flow (profile, kind);

  if (flow == NULL)
    g_set_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_PROFILE,
                 _ ("The acquirer profile %s has no flow “%s”"), acquirer_profile_name (profile),
                 acquirer_flow_kind_name (kind));
  return flow;
}

/* A message that carries the chip's data, or a number, or a track, is about a card: it must have
 * the number or the track. The number's field when it has neither, else 0. */
static guint
missing_card (const AcquirerProfile *profile,
              const AcquirerFlow *flow,
              const Iso8583Message *message)
{
  guint pan = acquirer_profile_role (profile, ACQUIRER_VALUE_PAN),
        track2 = acquirer_profile_role (profile, ACQUIRER_VALUE_TRACK2),
        chip = acquirer_profile_role (profile, ACQUIRER_VALUE_CHIP);
  gboolean wanted = pan != 0 && track2 != 0 && chip != 0
                    && flow->request[pan] == ACQUIRER_NEED_OPTIONAL
                    && flow->request[track2] == ACQUIRER_NEED_OPTIONAL
                    && flow->request[chip] == ACQUIRER_NEED_OPTIONAL;

  return wanted && !iso8583_message_has (message, pan) && !iso8583_message_has (message, track2)
             ? pan
             : 0;
}

/* Invariant 1: the MAC's field comes later, all other required ones must be there now. */
static gboolean
check_filled (const AcquirerProfile *profile,
              const AcquirerFlow *flow,
              const Iso8583Message *message,
              GError **error)
{
  guint card = missing_card (profile, flow, message);

  for (guint i = 2; i <= ISO8583_FIELD_MAX; i++)
    if (i == card
        || (flow->request[i] == ACQUIRER_NEED_REQUIRED && !iso8583_message_has (message, i)
            && i != acquirer_profile_mac_field (profile)))
      {
        return acquirer_error_set (error, ACQUIRER_ERROR_FIELD,
                                   _ ("Field %u (%s) of the flow “%s” can't be filled"), i,
                                   acquirer_profile_dialect (profile)->fields[i].name,
                                   acquirer_flow_kind_name (flow->kind));
      }
  return TRUE;
}

Iso8583Message *
acquirer_message_build (const AcquirerProfile *profile,
                        AcquirerFlowKind kind,
                        const AcquirerSale *sale,
                        GError **error)
{
  const AcquirerFlow *flow = find_flow (profile, kind, error);
  g_autoptr (Iso8583Message) message = NULL;

  g_assert (sale->terminal != NULL && sale->merchant != NULL);
  g_assert (sale->stan > 0 && sale->stan <= SIX_DIGITS_MAX && sale->batch <= SIX_DIGITS_MAX);
  g_assert (sale->amount.minor >= 0 && sale->amount.minor <= BASE_MONEY_MAX_MINOR);
  if (flow == NULL)
    return NULL;
  message = iso8583_message_new (flow->mti);
  for (guint i = 2; i <= ISO8583_FIELD_MAX; i++)
    if (flow->request[i] != ACQUIRER_NEED_NONE)
      set_field (profile, flow, message, i, sale);
  return check_filled (profile, flow, message, error) ? g_steal_pointer (&message) : NULL;
}

/* What a reversal is made of. */
typedef struct
{
  const AcquirerProfile *profile;
  const AcquirerFlow *flow; /* the original's */
  const Iso8583Message *original;
  const char *reason;
} Undo;

/* AcquirerTemplateSource over an Undo. */
static char *
undo_text (gpointer data, AcquirerValue value)
{
  const Undo *undo = data;

  switch ((guint)value)
    {
    case ACQUIRER_VALUE_REASON:
      return g_strdup (undo->reason);
    case ACQUIRER_VALUE_WHY:
      return g_strdup (acquirer_profile_why (undo->profile, undo->reason));
    case ACQUIRER_VALUE_ORIGINAL_BATCH:
      return acquirer_message_value (undo->profile, undo->flow, undo->original,
                                     ACQUIRER_VALUE_BATCH);
    case ACQUIRER_VALUE_ORIGINAL_STAN:
      return acquirer_message_value (undo->profile, undo->flow, undo->original,
                                     ACQUIRER_VALUE_STAN);
    default:
      return acquirer_message_value (undo->profile, undo->flow, undo->original, value);
    }
}

/* The original's chip data, as far as a reversal carries them. */
static char *
undo_chip (const AcquirerFlow *flow, const Iso8583Message *original, guint field)
{
  const char *hex = iso8583_message_get (original, field);
  g_autoptr (BaseSecret) data = hex != NULL ? base_secret_new_from_hex (hex) : NULL;

  return data != NULL ? pick_chip (flow, base_secret_span (data)) : NULL;
}

static void
set_undo_field (const Undo *undo, const AcquirerFlow *flow, Iso8583Message *message, guint field)
{
  AcquirerValue value = acquirer_profile_value (undo->profile, field);

  if (flow->templates[field] != NULL)
    take_text (message, field,
               acquirer_template_fill (flow->templates[field], holds_bytes (undo->profile, field),
                                       undo_text, (gpointer)undo));
  else if (value == ACQUIRER_VALUE_REASON)
    iso8583_message_set (message, field, undo->reason);
  else if (value == ACQUIRER_VALUE_CHIP)
    take_text (message, field, undo_chip (flow, undo->original, field));
  else if (iso8583_message_has (undo->original, field))
    iso8583_message_set (message, field, iso8583_message_get (undo->original, field));
}

Iso8583Message *
acquirer_message_reversal (const AcquirerProfile *profile,
                           const Iso8583Message *original,
                           const char *reason,
                           GError **error)
{
  const AcquirerFlow *flow = find_flow (profile, ACQUIRER_FLOW_REVERSAL, error);
  Undo undo = { profile, acquirer_message_flow (profile, original), original, reason };
  g_autoptr (Iso8583Message) message = NULL;

  if (flow == NULL)
    return NULL;
  message = iso8583_message_new (flow->mti);
  for (guint i = 2; i <= ISO8583_FIELD_MAX; i++)
    if (flow->request[i] != ACQUIRER_NEED_NONE && i != acquirer_profile_mac_field (profile))
      set_undo_field (&undo, flow, message, i);
  return check_filled (profile, flow, message, error) ? g_steal_pointer (&message) : NULL;
}

/* ---- Looking into one ---- */

/* The field whose template has the value, else the one that is it; 0: none. */
static guint
find_field (const AcquirerProfile *profile, const AcquirerFlow *flow, AcquirerValue value)
{
  for (guint i = 2; flow != NULL && i <= ISO8583_FIELD_MAX; i++)
    if (flow->templates[i] != NULL && acquirer_template_has (flow->templates[i], value))
      return i;
  return acquirer_profile_role (profile, value);
}

/* A field that a reversal has copied is made as in the flow that it undoes: the first one into
 * which its text fits tells where the value is. */
static char *
copied_value (const AcquirerProfile *profile,
              const AcquirerFlow *flow,
              const Iso8583Message *message,
              AcquirerValue value)
{
  for (guint i = 0; i < ACQUIRER_FLOW_COUNT; i++)
    {
      const AcquirerFlow *other = acquirer_profile_flow (profile, (AcquirerFlowKind)i);
      guint field = other != NULL ? find_field (profile, other, value) : 0;
      const char *text = field != 0 && flow->request[field] != ACQUIRER_NEED_NONE
                                 && flow->templates[field] == NULL
                             ? iso8583_message_get (message, field)
                             : NULL;
      char *found = text != NULL && other->templates[field] != NULL ? acquirer_template_take (
                        other->templates[field], holds_bytes (profile, field), text, value)
                                                                    : NULL;

      if (found != NULL)
        return found;
    }
  return NULL;
}

char *
acquirer_message_value (const AcquirerProfile *profile,
                        const AcquirerFlow *flow,
                        const Iso8583Message *message,
                        AcquirerValue value)
{
  guint field = find_field (profile, flow, value);
  const char *text = field != 0 ? iso8583_message_get (message, field) : NULL;

  if (field == 0 && flow != NULL && flow->kind == ACQUIRER_FLOW_REVERSAL)
    return copied_value (profile, flow, message, value);
  if (text == NULL || flow == NULL || flow->templates[field] == NULL)
    return g_strdup (text);
  return acquirer_template_take (flow->templates[field], holds_bytes (profile, field), text, value);
}

/* ---- Once more ---- */

typedef struct
{
  const AcquirerProfile *profile;
  const AcquirerFlow *flow;
  const Iso8583Message *original;
  guint32 batch, stan;
} Again;

/* AcquirerTemplateSource over an Again. */
static char *
again_text (gpointer data, AcquirerValue value)
{
  const Again *again = data;

  if (value == ACQUIRER_VALUE_BATCH)
    return g_strdup_printf ("%06u", again->batch);
  if (value == ACQUIRER_VALUE_STAN)
    return g_strdup_printf ("%06u", again->stan);
  return acquirer_message_value (again->profile, again->flow, again->original, value);
}

static void
set_again_value (const Again *again, Iso8583Message *message, AcquirerValue value)
{
  guint field = find_field (again->profile, again->flow, value);

  if (field == 0 || !iso8583_message_has (message, field))
    return;
  if (again->flow->templates[field] == NULL)
    take_text (message, field, again_text ((gpointer)again, value));
  else
    take_text (message, field,
               acquirer_template_fill (again->flow->templates[field],
                                       holds_bytes (again->profile, field), again_text,
                                       (gpointer)again));
}

Iso8583Message *
acquirer_message_again (const AcquirerProfile *profile,
                        const Iso8583Message *original,
                        guint32 batch,
                        guint32 stan)
{
  Again again = { profile, acquirer_message_flow (profile, original), original, batch, stan };
  Iso8583Message *message = iso8583_message_copy (original);

  if (again.flow != NULL)
    {
      set_again_value (&again, message, ACQUIRER_VALUE_STAN);
      set_again_value (&again, message, ACQUIRER_VALUE_BATCH);
    }
  return message;
}

/* ---- Answers ---- */

/* ISO 8583: the third digit of the MTI goes from even (request, advice) to the next odd one. */
static gboolean
mti_answers (const char *request, const char *answer)
{
  return request[0] == answer[0] && request[1] == answer[1] && answer[2] == request[2] + 1;
}

static gboolean
same_field (const Iso8583Message *request, const Iso8583Message *answer, guint field)
{
  return g_strcmp0 (iso8583_message_get (request, field), iso8583_message_get (answer, field)) == 0;
}

/* A host that could read a request only in part repeats only that part: with code "malformed" and
 * the right STAN, a field that is missing from the answer doesn't count against it. */
gboolean
acquirer_message_matches (const AcquirerProfile *profile,
                          const Iso8583Message *request,
                          const Iso8583Message *answer)
{
  const char *code = iso8583_message_get (answer, FIELD_RESPONSE);
  gboolean partly = code != NULL && acquirer_profile_code_malformed (profile, code);

  if (!mti_answers (iso8583_message_mti (request), iso8583_message_mti (answer))
      || !iso8583_message_has (answer, FIELD_STAN))
    return FALSE;
  for (const guint8 *field = acquirer_profile_match_fields (profile); *field != 0; field++)
    if (iso8583_message_has (request, *field) && !same_field (request, answer, *field)
        && !(partly && !iso8583_message_has (answer, *field)))
      return FALSE;
  return TRUE;
}

AcquirerVerdict
acquirer_message_judge (const AcquirerProfile *profile,
                        const Iso8583Message *request,
                        const Iso8583Message *answer,
                        char *out_code)
{
  const char *code = iso8583_message_get (answer, FIELD_RESPONSE);
  gboolean reversal = iso8583_message_mti (request)[1] == '4';

  out_code[0] = '\0';
  if (!acquirer_message_matches (profile, request, answer) || code == NULL)
    return ACQUIRER_VERDICT_NO_MATCH;
  g_strlcpy (out_code, code, ACQUIRER_CODE_MAX);
  if (acquirer_profile_code_approved (profile, code))
    return ACQUIRER_VERDICT_APPROVED;
  if (acquirer_profile_code_malformed (profile, code))
    return ACQUIRER_VERDICT_MALFORMED;
  if (reversal && acquirer_profile_code_no_original (profile, code))
    return ACQUIRER_VERDICT_NO_ORIGINAL;
  if (!reversal && acquirer_profile_code_reused (profile, code))
    return ACQUIRER_VERDICT_REUSED;
  return ACQUIRER_VERDICT_DECLINED;
}

const char *
acquirer_message_reason (const AcquirerProfile *profile, const Iso8583Message *answer)
{
  guint field = acquirer_profile_role (profile, ACQUIRER_VALUE_REASON);

  return field != 0 ? iso8583_message_get (answer, field) : NULL;
}

/* ---- Being strict ---- */

/* How many fields aren't laid out as the flow has them; *out_fitting: how many are. */
static guint
misfits (const AcquirerProfile *profile,
         const AcquirerFlow *flow,
         const Iso8583Message *request,
         guint *out_fitting)
{
  guint count = 0;

  *out_fitting = 0;
  for (guint i = 2; i <= ISO8583_FIELD_MAX; i++)
    {
      const char *text = iso8583_message_get (request, i);

      if (flow->templates[i] == NULL
          || (text == NULL && flow->request[i] == ACQUIRER_NEED_OPTIONAL))
        continue;
      if (text != NULL
          && acquirer_template_fits (flow->templates[i], holds_bytes (profile, i), text))
        ++*out_fitting;
      else
        count++;
    }
  return count;
}

const AcquirerFlow *
acquirer_message_flow (const AcquirerProfile *profile, const Iso8583Message *request)
{
  const AcquirerFlow *best = NULL;
  guint best_misfits = 0, best_fitting = 0;

  for (guint i = 0; i < ACQUIRER_FLOW_COUNT; i++)
    {
      const AcquirerFlow *flow = acquirer_profile_flow (profile, (AcquirerFlowKind)i);
      guint count, fitting;

      if (flow == NULL || strcmp (flow->mti, iso8583_message_mti (request)) != 0)
        continue;
      count = misfits (profile, flow, request, &fitting);
      if (best != NULL
          && (count > best_misfits || (count == best_misfits && fitting <= best_fitting)))
        continue;
      best = flow;
      best_misfits = count;
      best_fitting = fitting;
    }
  return best;
}

/* The chip's data hold nothing but what the flow carries. */
static gboolean
check_chip (const AcquirerFlow *flow,
            guint field,
            const char *name,
            const char *hex,
            GError **error)
{
  g_autoptr (BaseSecret) data = base_secret_new_from_hex (hex);
  guint32 tag = 0;

  if (data != NULL && acquirer_chip_fits (&flow->chip, base_secret_span (data), &tag))
    return TRUE;
  if (tag == 0)
    return acquirer_error_set (error, ACQUIRER_ERROR_FIELD, _ ("Field %u (%s) is no chip data"),
                               field, name);
  return acquirer_error_set (error, ACQUIRER_ERROR_FIELD,
                             _ ("Field %u (%s) has tag %X, which doesn't belong here"), field, name,
                             tag);
}

/* One field of a request. */
static gboolean
check_field (const AcquirerProfile *profile,
             const AcquirerFlow *flow,
             const Iso8583Message *request,
             guint field,
             GError **error)
{
  const char *text = iso8583_message_get (request, field);
  const char *name = acquirer_profile_dialect (profile)->fields[field].name;
  const AcquirerTemplate *template = flow->templates[field];

  if (text == NULL)
    return (flow->request[field] != ACQUIRER_NEED_REQUIRED
            && field != missing_card (profile, flow, request))
           || acquirer_error_set (error, ACQUIRER_ERROR_FIELD, _ ("Field %u (%s) is missing"),
                                  field, name);
  if (flow->request[field] == ACQUIRER_NEED_NONE)
    return acquirer_error_set (error, ACQUIRER_ERROR_FIELD, _ ("Field %u (%s) doesn't belong here"),
                               field, name);
  if (template != NULL && !acquirer_template_fits (template, holds_bytes (profile, field), text))
    return acquirer_error_set (error, ACQUIRER_ERROR_FIELD,
                               acquirer_template_constant (template) != NULL
                                   ? _ ("Field %u (%s) has the wrong value")
                                   : _ ("Field %u (%s) isn't made of its parts"),
                               field, name);
  if (template == NULL && flow->chip.count > 0
      && acquirer_profile_value (profile, field) == ACQUIRER_VALUE_CHIP)
    return check_chip (flow, field, name, text, error);
  return TRUE;
}

gboolean
acquirer_message_check (const AcquirerProfile *profile,
                        const AcquirerFlow *flow,
                        const Iso8583Message *request,
                        guint *out_bad_field,
                        GError **error)
{
  for (guint i = 2; i <= ISO8583_FIELD_MAX; i++)
    if (!check_field (profile, flow, request, i, error))
      return *out_bad_field = i, FALSE;
  return TRUE;
}
