/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-commands.h"
#include "cli-input.h"

#include "iso8583-frame.h"
#include "iso8583.h"

#include "base-number.h"

#include <glib/gi18n.h>
#include <string.h>

#define FIELD_NAME_MAX 8

static AcquirerProfile *
load_profile (const CliContext *context, GError **error)
{
  const char *name = cli_arguments_value (context->arguments, "profile");

  if (name != NULL)
    return acquirer_profile_load (name, error);
  g_set_error_literal (error, CLI_ERROR, CLI_EXIT_USAGE,
                       _ ("Which dialect? Say --profile NAME, as sandbox or unionpay"));
  return NULL;
}

static void
print_message (const CliContext *context,
               const Iso8583Dialect *dialect,
               const Iso8583Message *message)
{
  if (iso8583_message_mti (message) != NULL)
    cli_output_line (context, "MTI %s", iso8583_message_mti (message));
  if (iso8583_message_has (message, 0))
    cli_output_line (context, _ ("  0  header  %s"), iso8583_message_get (message, 0));
  for (guint field = iso8583_message_next (message, 0); field != 0;
       field = iso8583_message_next (message, field))
    cli_output_line (context, "%3u  %-32s %s", field, dialect->fields[field].name,
                     iso8583_message_get (message, field));
}

static void
build_message (CliContext *context, const Iso8583Message *message)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  cli_output_text_member (builder, "mti", iso8583_message_mti (message));
  if (iso8583_message_has (message, 0))
    cli_output_text_member (builder, "header", iso8583_message_get (message, 0));
  json_builder_set_member_name (builder, "fields");
  json_builder_begin_object (builder);
  for (guint field = iso8583_message_next (message, 0); field != 0;
       field = iso8583_message_next (message, field))
    {
      g_autofree char *name = g_strdup_printf ("%u", field);

      cli_output_text_member (builder, name, iso8583_message_get (message, field));
    }
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
}

/* A log may leave out what stands before the MTI. Then the dialect's own is put there to read it,
 * and not told, for it wasn't given. FALSE: no message either. */
static gboolean
unpack_bare (const AcquirerProfile *profile, BaseSpan body, Iso8583Message **message)
{
  const Iso8583Dialect *dialect = acquirer_profile_dialect (profile);
  g_autoptr (Iso8583Message) read = NULL;
  g_autoptr (GBytes) whole = NULL;
  BaseWriter writer;

  if (dialect->prefix_size == 0)
    return FALSE;
  base_writer_init (&writer, dialect->prefix_size + body.size);
  base_writer_put (&writer, BASE_SPAN (dialect->prefix, dialect->prefix_size));
  base_writer_put (&writer, body);
  whole = base_writer_steal (&writer);
  read = iso8583_unpack (profile, base_bytes_span (whole), /* error= */ NULL);
  if (read == NULL)
    return FALSE;
  iso8583_message_remove (read, 0);
  iso8583_message_free (*message);
  *message = g_steal_pointer (&read);
  return TRUE;
}

CliExit
cli_iso8583_decode (CliContext *context)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AcquirerProfile) profile = load_profile (context, &error);
  g_autoptr (GBytes) bytes = profile != NULL ? cli_input_hex (context, 0, &error) : NULL;
  g_autoptr (Iso8583Message) message = NULL;
  const Iso8583Dialect *dialect;
  BaseSpan body;
  gboolean whole;

  if (bytes == NULL)
    return cli_output_fail (context, error);
  dialect = acquirer_profile_dialect (profile);
  body = iso8583_frame_strip (dialect, base_bytes_span (bytes));
  whole = iso8583_unpack_partial (profile, body, &message, &error)
          || unpack_bare (profile, body, &message);
  print_message (context, dialect, message);
  if (!whole)
    return cli_output_fail (context, error);
  build_message (context, message);
  return CLI_EXIT_DONE;
}

static gboolean
bad_json (GError **error, const char *why)
{
  g_set_error (error, CLI_ERROR, CLI_EXIT_USAGE,
               _ ("This is no message (%s): it is written as "
                  "{\"mti\":\"0200\",\"fields\":{\"3\":\"000000\"}}"),
               why);
  return FALSE;
}

static gboolean
is_text (JsonNode *node)
{
  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
         && json_node_get_value_type (node) == G_TYPE_STRING;
}

static gboolean
read_fields (Iso8583Message *message, JsonObject *fields, GError **error)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  json_object_iter_init (&iter, fields);
  while (json_object_iter_next (&iter, &name, &value))
    {
      guint64 field = 0;

      if (strlen (name) > FIELD_NAME_MAX
          || !base_number_parse (name, 10, 2, ISO8583_FIELD_MAX, &field))
        return bad_json (error, _ ("fields are numbered 2 to 128"));
      if (!is_text (value))
        return bad_json (error, _ ("every field is text"));
      iso8583_message_set (message, (guint)field, json_node_get_string (value));
    }
  return TRUE;
}

static Iso8583Message *
read_message (const char *text, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (Iso8583Message) message = NULL;
  g_autoptr (GError) why = NULL;
  JsonNode *root;
  JsonObject *object;

  if (!json_parser_load_from_data (parser, text, -1, &why))
    return bad_json (error, why->message), NULL;
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return bad_json (error, _ ("an object is wanted")), NULL;
  object = json_node_get_object (root);
  message = iso8583_message_new (NULL);
  if (!is_text (json_object_get_member (object, "mti"))
      || !iso8583_message_set_mti (message, json_object_get_string_member (object, "mti")))
    return bad_json (error, _ ("“mti” is four digits")), NULL;
  if (is_text (json_object_get_member (object, "header")))
    iso8583_message_set (message, 0, json_object_get_string_member (object, "header"));
  if (!json_object_has_member (object, "fields")
      || !JSON_NODE_HOLDS_OBJECT (json_object_get_member (object, "fields")))
    return bad_json (error, _ ("“fields” is an object")), NULL;
  return read_fields (message, json_object_get_object_member (object, "fields"), error)
             ? g_steal_pointer (&message)
             : NULL;
}

CliExit
cli_iso8583_encode (CliContext *context)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AcquirerProfile) profile = load_profile (context, &error);
  char *text = profile != NULL ? cli_input_text (context, 0, &error) : NULL;
  g_autoptr (Iso8583Message) message = text != NULL ? read_message (text, &error) : NULL;
  g_autoptr (GBytes) bytes = message != NULL ? iso8583_pack (profile, message, &error) : NULL;
  g_autofree char *hex = NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  cli_input_wipe (text);
  if (bytes == NULL)
    return cli_output_fail (context, error);
  hex = base_bytes_to_hex (base_bytes_span (bytes));
  cli_output_line (context, "%s", hex);
  json_builder_begin_object (builder);
  cli_output_text_member (builder, "hex", hex);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
  return CLI_EXIT_DONE;
}
