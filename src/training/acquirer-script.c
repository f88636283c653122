/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-script.h"

#include "base-number.h"
#include "emv-tlv.h"
#include "training-issuer.h"

#include <string.h>

#define TAG_IDENTIFIER 0x9F18
#define TAG_COMMAND 0x86
#define BEFORE 0x71
#define AFTER 0x72
#define PUT "put/"
#define WRONG "wrong-"
#define BODY_MAX 192

static const struct
{
  const char *name;
  guint8 header[4];
} commands[] = {
  { "block-application", { 0x84, 0x1E, 0x00, 0x00 } },
  { "unblock-application", { 0x84, 0x18, 0x00, 0x00 } },
  { "block-card", { 0x84, 0x16, 0x00, 0x00 } },
  { "unblock-pin", { 0x84, 0x24, 0x00, 0x00 } },
};
static const guint8 put_data[] = { 0x84, 0xDA };

/* "9F14/05" */
static gboolean
parse_put (const char *text, AcquirerScriptCommand *out_command)
{
  g_auto (GStrv) halves = g_strsplit (text, "/", 2);
  g_autoptr (GBytes) value = NULL;
  guint64 tag;

  if (g_strv_length (halves) != 2 || !base_number_parse (halves[0], 16, 1, G_MAXUINT16, &tag))
    return FALSE;
  value = base_bytes_from_hex (halves[1], NULL);
  if (value == NULL || g_bytes_get_size (value) == 0
      || g_bytes_get_size (value) > ACQUIRER_SCRIPT_VALUE_MAX)
    return FALSE;
  for (guint i = 0; i < 2; i++)
    out_command->header[i] = put_data[i];
  out_command->header[2] = (guint8)(tag >> 8);
  out_command->header[3] = (guint8)tag;
  out_command->value_size = g_bytes_get_size (value);
  for (gsize i = 0; i < out_command->value_size; i++)
    out_command->value[i] = base_bytes_span (value).data[i];
  return TRUE;
}

static gboolean
parse_command (const char *text, AcquirerScriptCommand *out_command)
{
  *out_command = (AcquirerScriptCommand){ .wrong = g_str_has_prefix (text, WRONG) };
  if (out_command->wrong)
    text += strlen (WRONG);
  if (g_str_has_prefix (text, PUT))
    return parse_put (text + strlen (PUT), out_command);
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (text, commands[i].name) == 0)
      {
        for (guint j = 0; j < sizeof out_command->header; j++)
          out_command->header[j] = commands[i].header[j];
        return TRUE;
      }
  return FALSE;
}

static gboolean
parse_which (const char *text, AcquirerScriptRule *rule)
{
  guint64 ending;

  rule->ending = -1;
  if (strcmp (text, "all") == 0)
    return TRUE;
  if (strlen (text) != 2 || !base_number_parse (text, 10, 0, 99, &ending))
    return FALSE;
  rule->ending = (gint)ending;
  return TRUE;
}

static gboolean
parse_rule (const char *text, AcquirerScriptRule *rule)
{
  g_auto (GStrv) halves = g_strsplit (text, "=", 2);
  g_auto (GStrv) parts
      = g_strsplit (halves[0] != NULL && halves[1] != NULL ? halves[1] : "", ":", 2);
  g_auto (GStrv) words = NULL;
  guint64 template;

  if (g_strv_length (parts) != 2 || !parse_which (halves[0], rule)
      || !base_number_parse (parts[0], 16, BEFORE, AFTER, &template))
    return FALSE;
  rule->template = (guint8) template;
  words = g_strsplit (parts[1], "+", -1);
  for (rule->count = 0; words[rule->count] != NULL; rule->count++)
    if (rule->count == ACQUIRER_SCRIPT_COMMANDS_MAX
        || !parse_command (words[rule->count], &rule->commands[rule->count]))
      return FALSE;
  return rule->count > 0;
}

gboolean
acquirer_script_parse (AcquirerScripts *self, const char *spec, GError **error)
{
  g_auto (GStrv) rules = g_strsplit (spec != NULL ? spec : "", ",", -1);

  for (self->count = 0; rules[self->count] != NULL; self->count++)
    if (self->count == ACQUIRER_SCRIPT_RULES_MAX
        || !parse_rule (rules[self->count], &self->rules[self->count]))
      {
        g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                     "\"%s\" is no script: it must be WHICH=TEMPLATE:COMMAND[+COMMAND]",
                     rules[self->count]);
        return FALSE;
      }
  return TRUE;
}

static gboolean
put_command (const AcquirerScriptCommand *self, const AcquirerScriptCard *card, BaseWriter *writer)
{
  TrainingIssuerCommand command = { .data = BASE_SPAN (self->value, self->value_size) };
  guint8 code[TRAINING_ISSUER_CODE_SIZE];
  g_auto (BaseWriter) text = { 0 };

  for (guint i = 0; i < sizeof command.header; i++)
    command.header[i] = self->header[i];
  training_issuer_script_code (card->script_key, card->cryptogram, card->counter, &command, code);
  if (self->wrong)
    code[0] ^= 0x01;
  base_writer_init (&text, BODY_MAX);
  return base_writer_put (&text, BASE_SPAN (command.header, sizeof command.header))
         && base_writer_u8 (&text, (guint8)(self->value_size + sizeof code))
         && base_writer_put (&text, command.data)
         && base_writer_put (&text, BASE_SPAN (code, sizeof code))
         && emv_tlv_put (writer, TAG_COMMAND, base_writer_span (&text));
}

/* The script's name is its number among the rules. */
static gboolean
put_rule (const AcquirerScriptRule *self,
          guint number,
          const AcquirerScriptCard *card,
          BaseWriter *writer)
{
  const guint8 name[] = { 0, 0, 0, (guint8)number };
  g_auto (BaseWriter) body = { 0 };

  base_writer_init (&body, BODY_MAX);
  if (!emv_tlv_put (&body, TAG_IDENTIFIER, BASE_SPAN (name, sizeof name)))
    return FALSE;
  for (guint i = 0; i < self->count; i++)
    if (!put_command (&self->commands[i], card, &body))
      return FALSE;
  return emv_tlv_put (writer, self->template, base_writer_span (&body));
}

gboolean
acquirer_script_put (const AcquirerScripts *self,
                     const AcquirerScriptCard *card,
                     BaseWriter *writer)
{
  for (guint i = 0; i < self->count; i++)
    if ((self->rules[i].ending < 0 || self->rules[i].ending == card->amount_minor % 100)
        && !put_rule (&self->rules[i], i + 1, card, writer))
      return FALSE;
  return TRUE;
}
