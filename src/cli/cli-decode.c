/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-commands.h"
#include "cli-input.h"
#include "cli-tlv.h"

#include "emv-trace.h"
#include "msr-idtech.h"
#include "msr-magtek.h"
#include "printer-escpos-reader.h"
#include "printer-profile.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#define TOKENS_MAX 100000
#define TEXT_SHOWN_MAX 60
#define LABEL_COLUMNS 16

/* The commands of a print job, told as they come. */
typedef struct
{
  CliContext *context;
  JsonBuilder *builder;
  guint count, unknown;
} Job;

static const char *
kind_name (PrinterTokenKind kind)
{
  static const char *const names[] = { "text",   "feed", "raster", "cut",     "pulse",
                                       "status", "ask",  "reset",  "command", "unknown" };

  G_STATIC_ASSERT (G_N_ELEMENTS (names) == PRINTER_TOKEN_UNKNOWN + 1);
  return names[kind];
}

/* What a person makes of it. Yours. */
static char *
explain (const PrinterToken *token)
{
  switch (token->kind)
    {
    case PRINTER_TOKEN_TEXT:
      {
        g_autofree char *raw
            = g_strndup ((const char *)token->data.data, MIN (token->data.size, TEXT_SHOWN_MAX));
        g_autofree char *text = g_utf8_make_valid (raw, -1);

        return g_strdup_printf (_ ("prints “%s”"), text);
      }
    case PRINTER_TOKEN_FEED:
      return g_strdup_printf (_ ("feeds the paper (%u)"), token->value);
    case PRINTER_TOKEN_RASTER:
      return g_strdup_printf (_ ("prints a picture, %u dots wide and %u high"),
                              token->width_bytes * 8, token->height);
    case PRINTER_TOKEN_CUT:
      return g_strdup (_ ("cuts the paper"));
    case PRINTER_TOKEN_PULSE:
      return g_strdup (_ ("opens the cash drawer"));
    case PRINTER_TOKEN_STATUS:
      return g_strdup (_ ("asks how the printer is, answered at once"));
    case PRINTER_TOKEN_ASK:
      return g_strdup (_ ("asks for an answer when all before it is printed"));
    case PRINTER_TOKEN_RESET:
      return g_strdup (_ ("sets the printer back to its defaults"));
    case PRINTER_TOKEN_COMMAND:
      return g_strdup (_ ("a setting"));
    case PRINTER_TOKEN_UNKNOWN:
      return g_strdup (_ ("means nothing to a receipt printer: skipped"));
    }
  return NULL;
}

static void
on_token_cb (const PrinterToken *token, gpointer data)
{
  Job *job = data;
  g_autofree char *meaning = explain (token);
  g_autofree char *parameters = base_bytes_to_hex (token->parameters);

  job->unknown += token->kind == PRINTER_TOKEN_UNKNOWN;
  if (job->count++ >= TOKENS_MAX)
    return;
  cli_output_line (job->context, "%8" PRIu64 "  %-10s %-12s %s", token->offset, token->name,
                   parameters, meaning);
  json_builder_begin_object (job->builder);
  cli_output_number_member (job->builder, "offset", (gint64)token->offset);
  cli_output_text_member (job->builder, "name", token->name);
  cli_output_text_member (job->builder, "kind", kind_name (token->kind));
  cli_output_text_member (job->builder, "parameters", parameters);
  cli_output_number_member (job->builder, "value", token->value);
  cli_output_number_member (job->builder, "width_dots", (gint64)token->width_bytes * 8);
  cli_output_number_member (job->builder, "height_dots", token->height);
  cli_output_number_member (job->builder, "data_bytes", (gint64)token->data.size);
  json_builder_end_object (job->builder);
}

CliExit
cli_decode_escpos (CliContext *context)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes
      = cli_input_file (cli_output_argument (context, 0), CLI_INPUT_FILE_MAX, &error);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  Job job = { .context = context, .builder = builder };
  g_autoptr (PrinterEscposReader) reader = NULL;
  guint stride = 0, rows = 0, cuts = 0;

  if (bytes == NULL)
    return cli_output_fail (context, error);
  reader = printer_escpos_reader_new (PRINTER_ESCPOS_READER_DOTS_MAX, on_token_cb, &job);
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "commands");
  json_builder_begin_array (builder);
  printer_escpos_reader_feed (reader, base_bytes_span (bytes));
  printer_escpos_reader_finish (reader);
  json_builder_end_array (builder);
  (void)printer_escpos_reader_page (reader, &stride, &rows);
  (void)printer_escpos_reader_cuts (reader, &cuts);
  cli_output_line (context,
                   _ ("%u commands, %u of them unknown; %u rows of dots on the paper, %u cuts"),
                   job.count, job.unknown, rows, cuts);
  cli_output_number_member (builder, "count", job.count);
  cli_output_number_member (builder, "unknown", job.unknown);
  cli_output_number_member (builder, "rows", rows);
  cli_output_number_member (builder, "cuts", cuts);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
  return CLI_EXIT_DONE;
}

static void
tell_track (CliContext *context, JsonBuilder *builder, const MsrSwipe *swipe, guint index)
{
  g_autofree char *hex = swipe->tracks[index] != NULL
                             ? base_bytes_to_hex (base_secret_span (swipe->tracks[index]))
                             : NULL;
  g_autofree char *what = g_strdup_printf (_ ("Track %u"), index + 1);
  g_autofree char *figures
      = g_strdup_printf (_ ("%u characters, encrypted"), swipe->clear_sizes[index]);

  cli_output_row (context, LABEL_COLUMNS, what,
                  hex != NULL             ? figures
                  : swipe->decoded[index] ? _ ("read, and part of a joined block")
                                          : _ ("not read"));
  json_builder_begin_object (builder);
  cli_output_number_member (builder, "track", index + 1);
  cli_output_flag_member (builder, "decoded", swipe->decoded[index]);
  cli_output_number_member (builder, "characters", swipe->clear_sizes[index]);
  cli_output_text_member (builder, "ciphertext", hex);
  json_builder_end_object (builder);
}

static void
tell_swipe (CliContext *context, const MsrSwipe *swipe)
{
  g_autofree char *ksn = base_bytes_to_hex (BASE_SPAN (swipe->ksn, swipe->ksn_size));
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  cli_output_row (context, LABEL_COLUMNS, _ ("Reader"), swipe->format);
  cli_output_row (context, LABEL_COLUMNS, _ ("Serial"),
                  swipe->serial[0] != '\0' ? swipe->serial : NULL);
  cli_output_row (context, LABEL_COLUMNS, _ ("Key serial"), ksn);
  cli_output_row (context, LABEL_COLUMNS, _ ("Card"),
                  swipe->masked_pan[0] != '\0' ? swipe->masked_pan : NULL);
  json_builder_begin_object (builder);
  cli_output_text_member (builder, "reader", swipe->format);
  cli_output_text_member (builder, "serial", swipe->serial[0] != '\0' ? swipe->serial : NULL);
  cli_output_text_member (builder, "ksn", ksn);
  cli_output_text_member (builder, "masked_pan",
                          swipe->masked_pan[0] != '\0' ? swipe->masked_pan : NULL);
  cli_output_text_member (builder, "layout",
                          swipe->layout == MSR_LAYOUT_JOINED ? "joined" : "tracks");
  json_builder_set_member_name (builder, "tracks");
  json_builder_begin_array (builder);
  for (guint i = 0; i < MSR_TRACKS; i++)
    tell_track (context, builder, swipe, i);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
}

/* An ID TECH frame begins as one and is as long as it says; all else is taken for a MagTek report.
 */
static MsrOutcome
parse (BaseSpan bytes, MsrSwipe **out_swipe, GError **error)
{
  gsize size = msr_idtech_frame_size (bytes);
  MsrMagtekLayout layout;

  if (size >= MSR_IDTECH_FRAME_MIN && size <= MIN (bytes.size, MSR_FRAME_SIZE_MAX))
    return msr_idtech_parse (bytes, out_swipe, error);
  msr_magtek_layout_init (&layout);
  return msr_magtek_parse (&layout, bytes, out_swipe, error);
}

CliExit
cli_decode_stripe (CliContext *context)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = cli_input_hex (context, 0, &error);
  g_autoptr (MsrSwipe) swipe = NULL;

  if (bytes == NULL)
    return cli_output_fail (context, error);
  switch (parse (base_bytes_span (bytes), &swipe, &error))
    {
    case MSR_SWIPED:
      tell_swipe (context, swipe);
      return CLI_EXIT_DONE;
    case MSR_BAD_READ:
      return cli_output_say (context, CLI_EXIT_NO,
                             _ ("A card passed, but no track of it could be read: swipe it again"));
    case MSR_REFUSED:
      return cli_output_say (
          context, CLI_EXIT_NO,
          _ ("This reader sends card data in the clear, so it can't be used for payment: %s"),
          error != NULL ? error->message : "");
    case MSR_TIMED_OUT:
    case MSR_CANCELLED:
    case MSR_GONE:
    case MSR_FAULT:
      break;
    }
  return cli_output_say (context, CLI_EXIT_USAGE,
                         _ ("These bytes are no swipe of a MagTek or ID TECH reader: %s"),
                         error != NULL ? error->message : "");
}

/* Masked before anything else looks at it. */
CliExit
cli_decode_tlv (CliContext *context)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = cli_input_hex (context, 0, &error);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *hex = NULL;
  gsize bad;

  if (bytes == NULL)
    return cli_output_fail (context, error);
  hex = emv_trace_mask (base_bytes_span (bytes));
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "objects");
  if (!cli_tlv_tell (context, builder, hex, /* indent= */ 0, &bad))
    return cli_output_say (context, CLI_EXIT_USAGE,
                           _ ("These are no data objects of a chip from byte %zu on"), bad + 1);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
  return CLI_EXIT_DONE;
}
