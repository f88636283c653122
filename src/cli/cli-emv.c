/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A chip's transaction as the vault has kept it, explained: the phases, each command and answer,
 * and the objects at the end. The text is masked already (emv-trace.h).
 */
#include "cli-commands.h"
#include "cli-shop.h"
#include "cli-tlv.h"

#include "emv-trace.h"
#include "till-office.h"
#include "vault-trace.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

#define INDENT 4
#define STATUS_DIGITS 4
#define GENERATE_AC 0xAE
#define GET_CHALLENGE 0x84
#define COMBINED 0x10 /* P1 of GENERATE AC */

typedef struct
{
  CliContext *context;
  JsonBuilder *builder;
  guint8 instruction; /* of the last command */
  gboolean in_objects;
} Telling;

static const char *
phase_name (const char *word)
{
  static const struct
  {
    const char *word, *name;
  } phases[] = {
    { "select", N_ ("Application selection") },
    { "initiate", N_ ("Processing options") },
    { "read", N_ ("Reading the records") },
    { "authenticate", N_ ("Offline data authentication") },
    { "restrict", N_ ("Processing restrictions") },
    { "verify", N_ ("Cardholder verification") },
    { "risk", N_ ("Terminal risk management") },
    { "action", N_ ("Terminal action analysis") },
    { "first", N_ ("First cryptogram") },
    { "issuer", N_ ("Issuer's answer") },
    { "second", N_ ("Second cryptogram") },
    { "after", N_ ("Issuer's scripts after it") },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (phases); i++)
    if (g_str_equal (word, phases[i].word))
      return _ (phases[i].name);
  return word;
}

/* ---- Commands (EMV 4.4 Book 1, 11; Book 3, 6): their names are the standard's ---- */

static const char *
instruction_name (guint8 instruction)
{
  static const struct
  {
    guint8 instruction;
    const char *name;
  } names[] = {
    { 0x16, "CARD BLOCK" },
    { 0x18, "APPLICATION UNBLOCK" },
    { 0x1E, "APPLICATION BLOCK" },
    { 0x20, "VERIFY" },
    { 0x24, "PIN CHANGE/UNBLOCK" },
    { 0x82, "EXTERNAL AUTHENTICATE" },
    { GET_CHALLENGE, "GET CHALLENGE" },
    { 0x88, "INTERNAL AUTHENTICATE" },
    { 0xA4, "SELECT" },
    { 0xA8, "GET PROCESSING OPTIONS" },
    { GENERATE_AC, "GENERATE AC" },
    { 0xB2, "READ RECORD" },
    { 0xCA, "GET DATA" },
    { 0xDA, "PUT DATA" },
    { 0xDC, "UPDATE RECORD" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (names[i].instruction == instruction)
      return names[i].name;
  return NULL;
}

/* Yours; NULL for what the standard doesn't have. */
static char *
name_command (guint8 instruction, guint8 p1)
{
  static const char *const kinds[] = { "AAC", "TC", "ARQC", "RFU" };

  if (instruction != GENERATE_AC)
    return g_strdup (instruction_name (instruction));
  return g_strdup_printf ("GENERATE AC (%s%s)", kinds[p1 >> 6],
                          (p1 & COMBINED) != 0 ? ", CDA" : "");
}

static gboolean
read_byte (const char *hex, guint index, guint8 *out_byte)
{
  gint high, low;

  if (strlen (hex) < 2 * (gsize)index + 2)
    return FALSE;
  high = g_ascii_xdigit_value (hex[2 * index]);
  low = g_ascii_xdigit_value (hex[2 * index + 1]);
  *out_byte = (guint8)(high << 4 | low);
  return high >= 0 && low >= 0;
}

static void
tell_command (Telling *self, const char *hex)
{
  guint8 p1 = 0;
  g_autofree char *name = NULL;

  self->instruction = 0;
  if (read_byte (hex, 1, &self->instruction) && read_byte (hex, 2, &p1))
    name = name_command (self->instruction, p1);
  cli_output_line (self->context, "> %s  %s", hex, name != NULL ? name : "");
  json_builder_begin_object (self->builder);
  cli_output_text_member (self->builder, "kind", "command");
  cli_output_text_member (self->builder, "bytes", hex);
  cli_output_text_member (self->builder, "name", name);
  json_builder_end_object (self->builder);
}

static const char *
status_text (const char *status)
{
  static const struct
  {
    const char *status, *text;
  } texts[] = {
    { "9000", N_ ("done") },
    { "6283", N_ ("blocked") },
    { "6300", N_ ("not authentic, or a wrong PIN") },
    { "6700", N_ ("wrong length") },
    { "6983", N_ ("the method is blocked: no tries are left") },
    { "6984", N_ ("the data can't be used") },
    { "6985", N_ ("not under these conditions") },
    { "6A80", N_ ("wrong data") },
    { "6A81", N_ ("not supported") },
    { "6A82", N_ ("not found") },
    { "6A83", N_ ("no such record") },
    { "6A86", N_ ("wrong parameters") },
    { "6A88", N_ ("no such data") },
    { "6D00", N_ ("the card doesn't know this command") },
    { "6E00", N_ ("the card doesn't know this class of commands") },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    if (g_str_equal (status, texts[i].status))
      return _ (texts[i].text);
  return NULL;
}

/* Yours; NULL for one that says nothing to us. */
static char *
explain_status (const char *status)
{
  if (g_str_has_prefix (status, "63C"))
    return g_strdup_printf (_ ("wrong PIN, tries left: %d"), g_ascii_xdigit_value (status[3]));
  return g_strdup (status_text (status));
}

static void
tell_response (Telling *self, const char *hex)
{
  gsize size = strlen (hex);
  gsize status_at = size >= STATUS_DIGITS ? size - STATUS_DIGITS : 0, bad;
  g_autofree char *data = g_strndup (hex, status_at);
  g_autofree char *meaning = explain_status (hex + status_at);

  cli_output_line (self->context, "< %s  %s", hex + status_at, meaning != NULL ? meaning : "");
  json_builder_begin_object (self->builder);
  cli_output_text_member (self->builder, "kind", "answer");
  cli_output_text_member (self->builder, "bytes", hex);
  cli_output_text_member (self->builder, "status", hex + status_at);
  cli_output_text_member (self->builder, "status_text", meaning);
  json_builder_set_member_name (self->builder, "objects");
  if (self->instruction == GET_CHALLENGE)
    {
      json_builder_begin_array (self->builder);
      json_builder_end_array (self->builder);
      cli_output_line (self->context, "%*s%s", INDENT, "", data);
    }
  else if (!cli_tlv_tell (self->context, self->builder, data, INDENT, &bad))
    cli_output_line (self->context, _ ("%*sno data objects from byte %zu on"), INDENT, "", bad + 1);
  json_builder_end_object (self->builder);
}

static void
tell_word (Telling *self, const char *kind, const char *mark, const char *word, const char *text)
{
  cli_output_line (self->context, "%s%s", mark, text);
  json_builder_begin_object (self->builder);
  cli_output_text_member (self->builder, "kind", kind);
  cli_output_text_member (self->builder, "word", word);
  cli_output_text_member (self->builder, "text", text);
  json_builder_end_object (self->builder);
}

/* A word of the kernel's is as it is, but for the one that is none about the card. */
static void
tell_note (Telling *self, const char *word)
{
  tell_word (self, "note", "= ", word,
             g_str_equal (word, EMV_TRACE_CUT)
                 ? _ ("Left out here: the conversation is longer than is kept")
                 : word);
}

/* ---- The text's lines ---- */

/* From the first object on, another list. */
static void
begin_objects (Telling *self)
{
  if (self->in_objects)
    return;
  self->in_objects = TRUE;
  json_builder_end_array (self->builder);
  json_builder_set_member_name (self->builder, "objects");
  json_builder_begin_array (self->builder);
  cli_output_line (self->context, "%s", "");
  cli_output_line (self->context, "%s", _ ("Data at the end"));
}

static void
tell_object (Telling *self, const char *line)
{
  char *end;
  guint64 tag = g_ascii_strtoull (line, &end, 16);

  begin_objects (self);
  if (*end == ' ' && tag <= G_MAXUINT32)
    cli_tlv_tell_object (self->context, self->builder, (guint32)tag, end + 1, INDENT);
}

static void
tell_line (Telling *self, const char *line)
{
  const char *rest;

  if (line[0] == '\0' || line[1] != ' ' || (self->in_objects && line[0] != '@'))
    return;
  rest = line + 2;
  switch (line[0])
    {
    case '#':
      cli_output_line (self->context, "%s", "");
      tell_word (self, "phase", "", rest, phase_name (rest));
      break;
    case '>':
      tell_command (self, rest);
      break;
    case '<':
      tell_response (self, rest);
      break;
    case '=':
      tell_note (self, rest);
      break;
    case '@':
      tell_object (self, rest);
      break;
    default:
      break;
    }
}

static void
tell_trace (CliContext *context, const VaultTrace *trace)
{
  g_auto (GStrv) lines = g_strsplit (trace->text, "\n", 0);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  Telling telling = { .context = context, .builder = builder };

  cli_output_line (context, _ ("Receipt %" PRId64 ", payment %u"), trace->sale_id, trace->position);
  json_builder_begin_object (builder);
  cli_output_number_member (builder, "receipt", trace->sale_id);
  cli_output_number_member (builder, "position", trace->position);
  json_builder_set_member_name (builder, "steps");
  json_builder_begin_array (builder);
  for (guint i = 0; lines[i] != NULL; i++)
    tell_line (&telling, lines[i]);
  begin_objects (&telling);
  json_builder_end_array (builder);
  cli_output_text_member (builder, "notice", till_office_kernel_notice ());
  json_builder_end_object (builder);
  cli_output_line (context, "%s", "");
  cli_output_line (context, "%s", till_office_kernel_notice ());
  cli_output_json (context, builder);
}

CliExit
cli_emv_trace (CliContext *context)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CheckoutShop) shop = NULL;
  g_auto (VaultTrace) trace = { 0 };
  gint64 receipt = 0;

  if (cli_output_argument (context, 0) != NULL && !cli_output_receipt (context, &receipt, &error))
    return cli_output_fail (context, error);
  shop = cli_shop_open (context, /* may_read_only= */ TRUE, &error);
  if (shop == NULL || !vault_trace_load (shop->vault, receipt, &trace, &error))
    return cli_output_fail (context, error);
  if (trace.text == NULL && receipt != 0)
    return cli_output_say (context, CLI_EXIT_NO,
                           _ ("No chip transaction of receipt %" PRId64 " is kept"), receipt);
  if (trace.text == NULL)
    return cli_output_say (context, CLI_EXIT_NO, _ ("No chip transaction is kept yet"));
  tell_trace (context, &trace);
  return CLI_EXIT_DONE;
}
