/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Invariants:
 * 1. A message has exactly the fields that its flow lists: what is required and can't be filled is
 * an error, what isn't listed is left out.
 * 2. The same sale gives the same message, byte for byte, however often it is built.
 * 3. A reversal has the STAN, terminal, merchant, batch and amount of its original.
 */
#include "acquirer-message.h"

#include <string.h>

#define SIX_DIGITS_MAX 999999

/* ISO 8583 names of the fields that have the same number with every acquirer. */
enum
{
  FIELD_AMOUNT = 4,
  FIELD_TRANSMITTED = 7,
  FIELD_STAN = 11,
  FIELD_TIME = 12,
  FIELD_DATE = 13,
  FIELD_ENTRY_MODE = 22,
  FIELD_RESPONSE = 39,
  FIELD_TERMINAL = 41,
  FIELD_MERCHANT = 42,
  FIELD_CURRENCY = 49,
};

static void
set_time (Iso8583Message *message, guint field, gint64 unix_s, const char *format)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (unix_s);
  g_autofree char *text = time != NULL ? g_date_time_format (time, format) : NULL;

  if (text != NULL)
    iso8583_message_set (message, field, text);
}

/* Identities shorter than their field are filled up with spaces on the right. */
static void
set_padded (Iso8583Message *message, guint field, const char *text, guint size)
{
  g_autofree char *padded = g_strdup_printf ("%-*s", (int)size, text);

  iso8583_message_set (message, field, padded);
}

static void
set_number (Iso8583Message *message, guint field, guint64 value, int digits)
{
  g_autofree char *text = g_strdup_printf ("%0*" G_GUINT64_FORMAT, digits, value);

  iso8583_message_set (message, field, text);
}

static gboolean
set_standard (Iso8583Message *message, guint field, const AcquirerSale *sale)
{
  const char *currency;

  switch (field)
    {
    case FIELD_AMOUNT:
      set_number (message, field, (guint64)sale->amount.minor, 12);
      return TRUE;
    case FIELD_TRANSMITTED:
      set_time (message, field, sale->at_unix_s, "%m%d%H%M%S");
      return TRUE;
    case FIELD_STAN:
      set_number (message, field, sale->stan, 6);
      return TRUE;
    case FIELD_TIME:
      set_time (message, field, sale->at_unix_s + sale->utc_offset_s, "%H%M%S");
      return TRUE;
    case FIELD_DATE:
      set_time (message, field, sale->at_unix_s + sale->utc_offset_s, "%m%d");
      return TRUE;
    case FIELD_ENTRY_MODE:
      iso8583_message_set (message, field, sale->entry.kind == ACQUIRER_ENTRY_CHIP ? "052" : "022");
      return TRUE;
    case FIELD_TERMINAL:
      set_padded (message, field, sale->terminal, ACQUIRER_TERMINAL_SIZE);
      return TRUE;
    case FIELD_MERCHANT:
      set_padded (message, field, sale->merchant, ACQUIRER_MERCHANT_SIZE);
      return TRUE;
    case FIELD_CURRENCY:
      currency = base_money_numeric (sale->amount.currency);
      if (currency != NULL)
        iso8583_message_set (message, field, currency);
      return TRUE;
    default:
      return FALSE;
    }
}

static void
set_span (Iso8583Message *message, guint field, BaseSpan span)
{
  if (span.size > 0)
    iso8583_message_set_bytes (message, field, span);
}

static void
set_role (Iso8583Message *message, guint field, AcquirerRole role, const AcquirerSale *sale)
{
  const AcquirerEntry *entry = &sale->entry;

  switch (role)
    {
    case ACQUIRER_ROLE_BATCH:
      set_number (message, field, sale->batch, 6);
      break;
    case ACQUIRER_ROLE_PAYMENT:
      if (sale->payment_id != NULL)
        iso8583_message_set (message, field, sale->payment_id);
      break;
    case ACQUIRER_ROLE_ENVELOPE:
      set_span (message, field, entry->envelope);
      break;
    case ACQUIRER_ROLE_FORMAT:
      if (entry->format != NULL)
        iso8583_message_set (message, field, entry->format);
      break;
    case ACQUIRER_ROLE_KSN:
      set_span (message, field, entry->ksn);
      break;
    case ACQUIRER_ROLE_BLOCK1:
    case ACQUIRER_ROLE_BLOCK2:
    case ACQUIRER_ROLE_BLOCK3:
      set_span (message, field, entry->blocks[role - ACQUIRER_ROLE_BLOCK1]);
      break;
    case ACQUIRER_ROLE_REASON:
    case ACQUIRER_ROLE_COUNT:
      break;
    }
}

static void
set_field (const AcquirerProfile *profile,
           Iso8583Message *message,
           guint field,
           const AcquirerSale *sale)
{
  if (set_standard (message, field, sale))
    return;
  for (guint i = 0; i < ACQUIRER_ROLE_COUNT; i++)
    if (acquirer_profile_role (profile, (AcquirerRole)i) == field)
      set_role (message, field, (AcquirerRole)i, sale);
}

static const AcquirerFlow *
find_flow (const AcquirerProfile *profile, const char *name, GError **error)
{
  const AcquirerFlow *flow = acquirer_profile_flow (profile, name);

  if (flow == NULL)
    g_set_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_PROFILE,
                 "The acquirer profile %s has no flow \"%s\"", acquirer_profile_name (profile),
                 name);
  return flow;
}

/* Invariant 1: the MAC's field comes later, all other required ones must be there now. */
static gboolean
check_filled (const AcquirerProfile *profile,
              const AcquirerFlow *flow,
              const Iso8583Message *message,
              GError **error)
{
  for (guint i = 2; i <= ISO8583_FIELD_MAX; i++)
    if (flow->request[i] == ACQUIRER_NEED_REQUIRED && !iso8583_message_has (message, i)
        && i != acquirer_profile_mac_field (profile))
      {
        g_set_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_FIELD,
                     "Field %u (%s) of a %s can't be filled", i,
                     acquirer_profile_dialect (profile)->fields[i].name, flow->name);
        return FALSE;
      }
  return TRUE;
}

static Iso8583Message *
build (const AcquirerProfile *profile, const char *name, const AcquirerSale *sale, GError **error)
{
  const AcquirerFlow *flow = find_flow (profile, name, error);
  g_autoptr (Iso8583Message) message = NULL;

  g_assert (sale->terminal != NULL && sale->merchant != NULL);
  g_assert (sale->stan > 0 && sale->stan <= SIX_DIGITS_MAX && sale->batch <= SIX_DIGITS_MAX);
  g_assert (sale->amount.minor >= 0 && sale->amount.minor <= BASE_MONEY_MAX_MINOR);
  if (flow == NULL)
    return NULL;
  message = iso8583_message_new (flow->mti);
  for (guint i = 2; i <= ISO8583_FIELD_MAX; i++)
    if (flow->constants[i] != NULL)
      iso8583_message_set (message, i, flow->constants[i]);
    else if (flow->request[i] != ACQUIRER_NEED_NONE)
      set_field (profile, message, i, sale);
  return check_filled (profile, flow, message, error) ? g_steal_pointer (&message) : NULL;
}

Iso8583Message *
acquirer_message_sale (const AcquirerProfile *profile, const AcquirerSale *sale, GError **error)
{
  return build (profile, "sale", sale, error);
}

Iso8583Message *
acquirer_message_deferred (const AcquirerProfile *profile, const AcquirerSale *sale, GError **error)
{
  return build (profile, "deferred", sale, error);
}

Iso8583Message *
acquirer_message_advice (const AcquirerProfile *profile, const AcquirerSale *sale, GError **error)
{
  return build (profile, "advice", sale, error);
}

Iso8583Message *
acquirer_message_echo (const AcquirerProfile *profile, const AcquirerSale *sale, GError **error)
{
  return build (profile, "echo", sale, error);
}

Iso8583Message *
acquirer_message_reversal (const AcquirerProfile *profile,
                           const Iso8583Message *original,
                           const char *reason,
                           GError **error)
{
  const AcquirerFlow *flow = find_flow (profile, "reversal", error);
  guint reason_field = acquirer_profile_role (profile, ACQUIRER_ROLE_REASON);
  g_autoptr (Iso8583Message) message = NULL;

  if (flow == NULL)
    return NULL;
  message = iso8583_message_new (flow->mti);
  for (guint i = 2; i <= ISO8583_FIELD_MAX; i++)
    if (flow->constants[i] != NULL)
      iso8583_message_set (message, i, flow->constants[i]);
    else if (i == reason_field && flow->request[i] != ACQUIRER_NEED_NONE)
      iso8583_message_set (message, i, reason);
    else if (flow->request[i] != ACQUIRER_NEED_NONE && i != acquirer_profile_mac_field (profile)
             && iso8583_message_has (original, i))
      iso8583_message_set (message, i, iso8583_message_get (original, i));
  return check_filled (profile, flow, message, error) ? g_steal_pointer (&message) : NULL;
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
  return ACQUIRER_VERDICT_DECLINED;
}

const char *
acquirer_message_reason (const AcquirerProfile *profile, const Iso8583Message *answer)
{
  guint field = acquirer_profile_role (profile, ACQUIRER_ROLE_REASON);

  return field != 0 ? iso8583_message_get (answer, field) : NULL;
}

/* ---- Being strict ---- */

/* The first field whose text isn't the flow's constant; 0 when all are. */
static guint
wrong_constant (const AcquirerFlow *flow, const Iso8583Message *request)
{
  for (guint i = 2; i <= ISO8583_FIELD_MAX; i++)
    if (flow->constants[i] != NULL
        && g_strcmp0 (flow->constants[i], iso8583_message_get (request, i)) != 0)
      return i;
  return 0;
}

const AcquirerFlow *
acquirer_message_flow (const AcquirerProfile *profile, const Iso8583Message *request)
{
  const AcquirerFlow *nearest = NULL;

  for (guint i = 0; i < acquirer_profile_flow_count (profile); i++)
    {
      const AcquirerFlow *flow = acquirer_profile_flow_at (profile, i);

      if (strcmp (flow->mti, iso8583_message_mti (request)) != 0)
        continue;
      if (wrong_constant (flow, request) == 0)
        return flow;
      nearest = flow;
    }
  return nearest;
}

gboolean
acquirer_message_check (const AcquirerProfile *profile,
                        const AcquirerFlow *flow,
                        const Iso8583Message *request,
                        guint *out_bad_field,
                        GError **error)
{
  const Iso8583Field *fields = acquirer_profile_dialect (profile)->fields;

  for (guint i = 2; i <= ISO8583_FIELD_MAX; i++)
    {
      const char *text = iso8583_message_get (request, i);
      const char *why = NULL;

      if (text == NULL && flow->request[i] == ACQUIRER_NEED_REQUIRED)
        why = "is missing";
      else if (text != NULL && flow->request[i] == ACQUIRER_NEED_NONE)
        why = "doesn't belong here";
      else if (text != NULL && flow->constants[i] != NULL && strcmp (text, flow->constants[i]) != 0)
        why = "has the wrong value";
      if (why != NULL)
        {
          *out_bad_field = i;
          g_set_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_FIELD, "Field %u (%s) %s", i,
                       fields[i].name, why);
          return FALSE;
        }
    }
  return TRUE;
}
