/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-flow.h"

#include "acquirer-error.h"

#include <glib/gi18n.h>
#include <string.h>

#define GROUP "flow "

static const char *const names[ACQUIRER_FLOW_COUNT] = {
  [ACQUIRER_FLOW_SALE] = "sale",
  [ACQUIRER_FLOW_DEFERRED] = "deferred",
  [ACQUIRER_FLOW_ADVICE] = "advice",
  [ACQUIRER_FLOW_VOID] = "void",
  [ACQUIRER_FLOW_REFUND] = "refund",
  [ACQUIRER_FLOW_HOLD] = "pre-authorisation",
  [ACQUIRER_FLOW_HOLD_VOID] = "pre-authorisation-void",
  [ACQUIRER_FLOW_CAPTURE] = "completion",
  [ACQUIRER_FLOW_CAPTURE_VOID] = "completion-void",
  [ACQUIRER_FLOW_CAPTURE_ADVICE] = "completion-advice",
  [ACQUIRER_FLOW_VOICE] = "voice",
  [ACQUIRER_FLOW_ADJUST] = "adjust",
  [ACQUIRER_FLOW_BALANCE] = "balance",
  [ACQUIRER_FLOW_REVERSAL] = "reversal",
  [ACQUIRER_FLOW_SCRIPT] = "script-result",
  [ACQUIRER_FLOW_SIGN_IN] = "sign-in",
  [ACQUIRER_FLOW_SIGN_OUT] = "sign-out",
  [ACQUIRER_FLOW_ECHO] = "echo",
  [ACQUIRER_FLOW_SETTLE] = "settlement",
  [ACQUIRER_FLOW_UPLOAD] = "upload",
  [ACQUIRER_FLOW_UPLOAD_CHIP] = "upload-chip",
  [ACQUIRER_FLOW_BATCH_END] = "batch-end",
  [ACQUIRER_FLOW_BATCH_CLOSED] = "batch-closed",
  [ACQUIRER_FLOW_PARAMETERS] = "parameters",
  [ACQUIRER_FLOW_PARAMETERS_END] = "parameters-end",
  [ACQUIRER_FLOW_CA_KEYS_STATUS] = "ca-keys-status",
  [ACQUIRER_FLOW_CA_KEYS] = "ca-keys",
  [ACQUIRER_FLOW_CA_KEYS_END] = "ca-keys-end",
  [ACQUIRER_FLOW_AIDS_STATUS] = "aids-status",
  [ACQUIRER_FLOW_AIDS] = "aids",
  [ACQUIRER_FLOW_AIDS_END] = "aids-end",
  [ACQUIRER_FLOW_ENQUIRY] = "enquiry",
  [ACQUIRER_FLOW_TOTALS] = "totals",
};

gboolean
acquirer_flow_kind_from_name (const char *name, AcquirerFlowKind *out_kind)
{
  for (guint i = 0; i < ACQUIRER_FLOW_COUNT; i++)
    if (strcmp (names[i], name) == 0)
      {
        *out_kind = (AcquirerFlowKind)i;
        return TRUE;
      }
  return FALSE;
}

const char *
acquirer_flow_kind_name (AcquirerFlowKind kind)
{
  g_assert (kind < ACQUIRER_FLOW_COUNT);
  return names[kind];
}

void
acquirer_flow_free (AcquirerFlow *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i <= ISO8583_FIELD_MAX; i++)
    g_free (self->templates[i]);
  g_free (self);
}

const char *
acquirer_flow_constant (const AcquirerFlow *self, guint field)
{
  return self->templates[field] != NULL ? acquirer_template_constant (self->templates[field])
                                        : NULL;
}

/* ---- Reading ---- */

gboolean
acquirer_flow_read_field (const Iso8583Dialect *dialect,
                          const char *text,
                          guint *out_field,
                          const char **out_rest)
{
  char *end = NULL;
  guint64 field = g_ascii_isdigit (text[0]) ? g_ascii_strtoull (text, &end, 10) : 0;

  if (field < 2 || field > dialect->field_max
      || dialect->fields[field].format == ISO8583_FORMAT_NONE)
    return FALSE;
  *out_field = (guint)field;
  *out_rest = end;
  return TRUE;
}

/* "4", "44?" (optional), "3=000000" (made so), "61?=…" (made so where all of it is to be had). */
static gboolean
read_word (AcquirerFlow *self,
           const Iso8583Dialect *dialect,
           gboolean answer,
           const char *word,
           GError **error)
{
  guint8 *needs = answer ? self->answer : self->request;
  const char *rest;
  guint field;
  gboolean optional;

  if (!acquirer_flow_read_field (dialect, word, &field, &rest)
      || needs[field] != ACQUIRER_NEED_NONE)
    return FALSE;
  optional = rest[0] == '?';
  rest += optional ? 1 : 0;
  needs[field] = optional ? ACQUIRER_NEED_OPTIONAL : ACQUIRER_NEED_REQUIRED;
  if (rest[0] != '=')
    return rest[0] == '\0';
  if (answer)
    return FALSE;
  self->templates[field] = acquirer_template_parse (
      &rest[1], dialect->fields[field].format == ISO8583_FORMAT_B, error);
  return self->templates[field] != NULL;
}

static gboolean
read_words (AcquirerFlow *self,
            const Iso8583Dialect *dialect,
            GKeyFile *file,
            const char *group,
            const char *key,
            GError **error)
{
  g_autofree char *text = g_key_file_get_string (file, group, key, NULL);
  g_auto (GStrv) words = g_strsplit (text != NULL ? text : "", " ", -1);
  guint count = 0;

  for (guint i = 0; words[i] != NULL; i++)
    {
      g_autoptr (GError) inner = NULL;

      if (words[i][0] == '\0')
        continue;
      count++;
      if (read_word (self, dialect, strcmp (key, "answer") == 0, words[i], &inner))
        continue;
      return inner != NULL
                 ? acquirer_error_set (error, ACQUIRER_ERROR_PROFILE,
                                       _ ("[%s] %s can't have “%s”: %s"), group, key, words[i],
                                       inner->message)
                 : acquirer_error_set (error, ACQUIRER_ERROR_PROFILE, _ ("[%s] %s can't have “%s”"),
                                       group, key, words[i]);
    }
  return count > 0
         || acquirer_error_set (error, ACQUIRER_ERROR_PROFILE, _ ("[%s] %s is missing"), group,
                                key);
}

static gboolean
read_head (AcquirerFlow *self, GKeyFile *file, const char *group, GError **error)
{
  g_autofree char *mti = g_key_file_get_string (file, group, "mti", NULL);
  g_autofree char *chip = g_key_file_get_string (file, group, "chip", NULL);
  gboolean digits = mti != NULL && strlen (mti) == 4;

  for (guint i = 0; digits && i < 4; i++)
    digits = g_ascii_isdigit (mti[i]);
  if (!digits || (mti[2] - '0') % 2 != 0)
    return acquirer_error_set (error, ACQUIRER_ERROR_PROFILE,
                               _ ("[%s] %s must be the four digits of a request"), group, "mti");
  g_strlcpy (self->mti, mti, sizeof self->mti);
  if (!acquirer_flow_kind_from_name (&group[strlen (GROUP)], &self->kind))
    return acquirer_error_set (error, ACQUIRER_ERROR_PROFILE,
                               _ ("[%s] %s is of a flow whose name the till doesn't know"), group,
                               "mti");
  if (chip != NULL && !acquirer_chip_tags_parse (&self->chip, chip))
    return acquirer_error_set (error, ACQUIRER_ERROR_PROFILE,
                               _ ("[%s] %s must be a list of tags, each of them once"), group,
                               "chip");
  return TRUE;
}

AcquirerFlow *
acquirer_flow_read (const Iso8583Dialect *dialect,
                    GKeyFile *file,
                    const char *group,
                    GError **error)
{
  g_autoptr (AcquirerFlow) self = g_new0 (AcquirerFlow, 1);

  g_assert (g_str_has_prefix (group, GROUP));
  if (!read_head (self, file, group, error)
      || !read_words (self, dialect, file, group, "request", error)
      || !read_words (self, dialect, file, group, "answer", error))
    return NULL;
  return g_steal_pointer (&self);
}
