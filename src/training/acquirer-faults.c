/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-faults.h"

#include "acquirer-framing.h"

#include "base-number.h"

#include <string.h>

static const char *const names[ACQUIRER_FAULT_COUNT] = {
  [ACQUIRER_FAULT_DROP_REQUEST] = "drop-request",
  [ACQUIRER_FAULT_LATE_REQUEST] = "late-request",
  [ACQUIRER_FAULT_DROP_ANSWER] = "drop-answer",
  [ACQUIRER_FAULT_LATE_ANSWER] = "late-answer",
  [ACQUIRER_FAULT_CLOSE] = "close",
  [ACQUIRER_FAULT_TRUNCATE] = "truncate",
  [ACQUIRER_FAULT_BAD_MAC] = "bad-mac",
  [ACQUIRER_FAULT_DECLINE] = "decline",
  [ACQUIRER_FAULT_DUPLICATE_ANSWER] = "duplicate-answer",
  [ACQUIRER_FAULT_KEY_CHANGE] = "key-change",
  [ACQUIRER_FAULT_BAD_ARPC] = "bad-arpc",
};

/* "0", "1", "0.25", ".5": millionths, without floating point. */
static gboolean
parse_chance (const char *text, guint32 *out_chance)
{
  guint32 value = 0, unit = ACQUIRER_FAULTS_MILLION;
  gsize i = 0, digits = 0;

  for (; g_ascii_isdigit (text[i]) && i < 2; i++, digits++)
    value = value * 10 + (guint32)g_ascii_digit_value (text[i]);
  value *= ACQUIRER_FAULTS_MILLION;
  if (text[i] == '.')
    for (i++; g_ascii_isdigit (text[i]) && unit > 1; i++, digits++)
      {
        unit /= 10;
        value += (guint32)g_ascii_digit_value (text[i]) * unit;
      }
  *out_chance = value;
  return text[i] == '\0' && digits > 0 && value <= ACQUIRER_FAULTS_MILLION;
}

static gboolean
parse_ms (const char *text, guint *out_ms)
{
  guint64 value;

  if (!base_number_parse (text, 10, 0, ACQUIRER_FAULTS_DELAY_MAX_MS, &value))
    return FALSE;
  *out_ms = (guint)value;
  return TRUE;
}

static gboolean
parse_pair (AcquirerFaults *self, const char *name, const char *value)
{
  AcquirerFraming framing;

  if (strcmp (name, "delay-ms") == 0)
    return parse_ms (value, &self->delay_ms);
  if (strcmp (name, "late-ms") == 0)
    return parse_ms (value, &self->late_ms);
  if (acquirer_framing_from_name (name, &framing))
    {
      self->framing = strcmp (value, "1") == 0 ? framing + 1 : 0;
      return strcmp (value, "1") == 0 || strcmp (value, "0") == 0;
    }
  for (guint i = 0; i < ACQUIRER_FAULT_COUNT; i++)
    if (strcmp (name, names[i]) == 0)
      return parse_chance (value, &self->chance[i]);
  return FALSE;
}

gboolean
acquirer_faults_parse (AcquirerFaults *self, const char *spec, GError **error)
{
  g_auto (GStrv) pairs = g_strsplit (spec != NULL ? spec : "", ",", -1);

  for (guint i = 0; pairs[i] != NULL; i++)
    {
      g_auto (GStrv) halves = g_strsplit (pairs[i], "=", 2);

      if (g_strv_length (halves) != 2
          || !parse_pair (self, g_strstrip (halves[0]), g_strstrip (halves[1])))
        {
          g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                       "\"%s\" is no fault: it must be NAME=PROBABILITY from 0 to 1, delay-ms=N or "
                       "late-ms=N",
                       pairs[i]);
          return FALSE;
        }
    }
  return TRUE;
}

void
acquirer_faults_draw (const AcquirerFaults *self,
                      const char *identity,
                      guint times,
                      AcquirerFaultDraw *out_draw)
{
  const guint32 seeds[] = { self->seed, g_str_hash (identity), times };
  g_autoptr (GRand) random = g_rand_new_with_seed_array (seeds, G_N_ELEMENTS (seeds));

  for (guint i = 0; i < ACQUIRER_FAULT_COUNT; i++)
    out_draw->fault[i]
        = (guint32)g_rand_int_range (random, 0, ACQUIRER_FAULTS_MILLION) < self->chance[i];
  out_draw->close_early = g_rand_boolean (random);
}
