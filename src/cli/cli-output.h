/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a command is told and how it speaks: the context that main hands to it, its exit codes, text
 * for a person or exactly one JSON document on standard output, and one sentence on standard error
 * when something is not as it should be.
 */
#pragma once

#include "base-money.h"
#include "cli-arguments.h"
#include "shop-rights.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct
{
  const CliArguments *arguments;
  guint words; /* of the command itself: its own arguments stand after these */
  const char *data_dir;
  gboolean training;
  gboolean json;
  const ShopRight *right; /* what the station's operator needs for the command; NULL: none */
  gboolean spoken;        /* the one JSON document is out */
} CliContext;

/* The command's own n-th argument, or NULL. */
const char *cli_output_argument (const CliContext *self, guint index);
guint cli_output_argument_count (const CliContext *self);
/* The first one as a receipt's number. CLI_ERROR when it is none. */
gboolean cli_output_receipt (const CliContext *self, gint64 *out_number, GError **error);

/* A line of text for a person; nothing with --json. */
void cli_output_line (const CliContext *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* `what` in a column `columns` wide (wide characters count two), then `value`. */
void cli_output_row (const CliContext *self, guint columns, const char *what, const char *value);
/* The same with `value`, an amount, at the right edge of that width. */
void cli_output_sum (const CliContext *self, guint columns, const char *what, const char *value);
/* The JSON document, once; nothing without --json. */
void cli_output_json (CliContext *self, JsonBuilder *builder);
/* The document as an array, element by element as they are found: a list of any length takes no
 * more memory than one of them. `first` opens it; the end closes what was opened, or is [] by
 * itself. */
void cli_output_json_element (const CliContext *self, JsonBuilder *builder, gboolean first);
void cli_output_json_end (CliContext *self, gboolean any);
/* One sentence; with --json and nothing said yet, also {"error": …}. Gives `code` back, to be
 * returned. */
CliExit cli_output_say (CliContext *self, CliExit code, const char *format, ...)
    G_GNUC_PRINTF (3, 4);
/* The same for an error from below, translated where we know it. */
CliExit cli_output_fail (CliContext *self, const GError *error);

/* Members; NULL text is null. */
void cli_output_text_member (JsonBuilder *builder, const char *name, const char *text);
void cli_output_number_member (JsonBuilder *builder, const char *name, gint64 number);
void cli_output_flag_member (JsonBuilder *builder, const char *name, gboolean flag);
/* A point in time as "2026-11-23T05:00:00Z"; null for 0. */
void cli_output_time_member (JsonBuilder *builder, const char *name, gint64 unix_us);

/* "CNY 1,284.50". Yours to free. */
char *cli_output_money (gint64 minor, const char *currency);
/* "3 min", "2 h": how long ago that was. Yours to free. */
char *cli_output_age (gint64 unix_us);

G_END_DECLS
