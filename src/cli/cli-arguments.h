/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The command line taken apart: words and options, which may stand before or after each other.
 * Which options there are and which of them want a value is a table, so that nothing here knows any
 * command. A wrong option is CLI_ERROR with CLI_EXIT_USAGE.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CLI_ARGUMENTS_MAX 100000

/* What a program says with its end (commands.md); also the codes of CLI_ERROR, so that an error
 * knows what it will say. */
typedef enum
{
  CLI_EXIT_DONE,
  CLI_EXIT_NO,    /* the world said no */
  CLI_EXIT_USAGE, /* wrong usage or bad input */
  CLI_EXIT_FAULT, /* disk, device, network, database */
} CliExit;

#define CLI_ERROR (cli_error_quark ())
GQuark cli_error_quark (void);

typedef struct
{
  const char *name;  /* "data-dir", without the dashes */
  const char *value; /* what it wants, for the help: "DIR"; NULL: nothing */
  const char *help;  /* a msgid */
  gboolean (*takes_more) (
      const char *word); /* whether a word after its value is one more value; NULL: never */
} CliOption;

typedef struct _CliArguments CliArguments;

/* argv[0] is the program; `options` ends with a NULL name and must outlive the result. */
CliArguments *cli_arguments_new (const CliOption *options, int argc, char **argv, GError **error);
void cli_arguments_free (CliArguments *self);

guint cli_arguments_count (const CliArguments *self);
/* NULL past the end. */
const char *cli_arguments_word (const CliArguments *self, guint index);
gboolean cli_arguments_has (const CliArguments *self, const char *option);
/* The last one given, or NULL. */
const char *cli_arguments_value (const CliArguments *self, const char *option);
guint cli_arguments_value_count (const CliArguments *self, const char *option);
const char *cli_arguments_value_at (const CliArguments *self, const char *option, guint index);
/* FALSE when what was given is no whole number from min to max; `otherwise` when nothing was. */
gboolean cli_arguments_number (const CliArguments *self,
                               const char *option,
                               guint64 min,
                               guint64 max,
                               guint64 otherwise,
                               guint64 *out_number,
                               GError **error);
/* The first option given that is not among `allowed` (NULL-ended), or NULL. */
const char *cli_arguments_stranger (const CliArguments *self, const char *const *allowed);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CliArguments, cli_arguments_free)

G_END_DECLS
