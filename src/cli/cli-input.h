/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a decoder is given: a word on the command line, a file, or standard input, bounded, and
 * wiped from memory where it may hold card data.
 */
#pragma once

#include "base-secret.h"
#include "cli-output.h"

G_BEGIN_DECLS

#define CLI_INPUT_FILE_MAX (16 * 1024 * 1024)
#define CLI_INPUT_TEXT_MAX 65536

/* The command's argument `index`, or standard input where there is none. Yours; free it with
 * cli_input_wipe(). */
char *cli_input_text (const CliContext *context, guint index, GError **error);
void cli_input_wipe (char *text);
/* The same as bytes written in hexadecimal digits. */
GBytes *cli_input_hex (const CliContext *context, guint index, GError **error);
/* A file's bytes; "-" is standard input. */
GBytes *cli_input_file (const char *path, gsize size_max, GError **error);

G_END_DECLS
