/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-arguments.h"

#include "base-number.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

/* One option as it was given; `value` is NULL for a flag. Both are borrowed from the table and from
 * argv. */
typedef struct
{
  const CliOption *option;
  const char *value;
} Given;

struct _CliArguments
{
  GPtrArray *words; /* of const char * */
  GArray *given;    /* of Given */
};

GQuark
cli_error_quark (void)
{
  return g_quark_from_static_string ("cli-error-quark");
}

static const CliOption *
find_option (const CliOption *options, const char *name, gsize size)
{
  for (const CliOption *option = options; option->name != NULL; option++)
    if (strlen (option->name) == size && strncmp (option->name, name, size) == 0)
      return option;
  return NULL;
}

static void
take_value (CliArguments *self, const CliOption *option, const char *value)
{
  Given given = { option, value };

  g_array_append_val (self->given, given);
}

/* One "--name", "--name=value" or "--name value"; *at is moved over what was taken besides it. */
static gboolean
take_option (CliArguments *self,
             const CliOption *options,
             char **argv,
             int argc,
             int *at,
             GError **error)
{
  const char *name = argv[*at] + 2;
  const char *equals = strchr (name, '=');
  const CliOption *option
      = find_option (options, name, equals != NULL ? (gsize)(equals - name) : strlen (name));

  if (option == NULL)
    g_set_error (error, CLI_ERROR, CLI_EXIT_USAGE,
                 _ ("There is no option “%s”: see till-cli --help"), argv[*at]);
  else if (option->value == NULL && equals != NULL)
    g_set_error (error, CLI_ERROR, CLI_EXIT_USAGE, _ ("The option --%s takes no value"),
                 option->name);
  else if (option->value != NULL && equals == NULL
           && (*at + 1 >= argc || g_str_has_prefix (argv[*at + 1], "--")))
    g_set_error (error, CLI_ERROR, CLI_EXIT_USAGE, _ ("The option --%s wants a value after it: %s"),
                 option->name, option->value);
  else
    {
      if (option->value == NULL)
        take_value (self, option, NULL);
      else
        take_value (self, option, equals != NULL ? equals + 1 : argv[++*at]);
      while (option->takes_more != NULL && *at + 1 < argc && option->takes_more (argv[*at + 1]))
        take_value (self, option, argv[++*at]);
      return TRUE;
    }
  return FALSE;
}

static gboolean
take_all (CliArguments *self, const CliOption *options, int argc, char **argv, GError **error)
{
  gboolean only_words = FALSE;

  /* The values of options, too: a shop's name goes onto paper and into JSON. */
  for (int i = 1; i < argc; i++)
    if (!g_utf8_validate (argv[i], -1, NULL))
      {
        g_set_error (error, CLI_ERROR, CLI_EXIT_USAGE, _ ("Argument %d is not UTF-8 text"), i);
        return FALSE;
      }
  for (int i = 1; i < argc; i++)
    {
      if (only_words || argv[i][0] != '-' || argv[i][1] == '\0')
        g_ptr_array_add (self->words, argv[i]);
      else if (g_str_equal (argv[i], "--"))
        only_words = TRUE;
      else if (g_str_equal (argv[i], "-h") || g_str_equal (argv[i], "-?"))
        take_value (self, find_option (options, "help", strlen ("help")), NULL);
      else if (argv[i][1] != '-')
        {
          g_set_error (error, CLI_ERROR, CLI_EXIT_USAGE,
                       _ ("There is no option “%s”: see till-cli --help"), argv[i]);
          return FALSE;
        }
      else if (!take_option (self, options, argv, argc, &i, error))
        return FALSE;
    }
  return TRUE;
}

CliArguments *
cli_arguments_new (const CliOption *options, int argc, char **argv, GError **error)
{
  g_autoptr (CliArguments) self = g_new0 (CliArguments, 1);

  self->words = g_ptr_array_new ();
  self->given = g_array_new (FALSE, FALSE, sizeof (Given));
  if (argc > CLI_ARGUMENTS_MAX)
    {
      g_set_error (error, CLI_ERROR, CLI_EXIT_USAGE, _ ("More than %d arguments are too many"),
                   CLI_ARGUMENTS_MAX);
      return NULL;
    }
  return take_all (self, options, argc, argv, error) ? g_steal_pointer (&self) : NULL;
}

void
cli_arguments_free (CliArguments *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->words);
  g_array_unref (self->given);
  g_free (self);
}

guint
cli_arguments_count (const CliArguments *self)
{
  return self->words->len;
}

const char *
cli_arguments_word (const CliArguments *self, guint index)
{
  return index < self->words->len ? self->words->pdata[index] : NULL;
}

gboolean
cli_arguments_has (const CliArguments *self, const char *option)
{
  for (guint i = 0; i < self->given->len; i++)
    if (g_str_equal (g_array_index (self->given, Given, i).option->name, option))
      return TRUE;
  return FALSE;
}

guint
cli_arguments_value_count (const CliArguments *self, const char *option)
{
  guint count = 0;

  for (guint i = 0; i < self->given->len; i++)
    count += g_str_equal (g_array_index (self->given, Given, i).option->name, option);
  return count;
}

const char *
cli_arguments_value_at (const CliArguments *self, const char *option, guint index)
{
  for (guint i = 0; i < self->given->len; i++)
    if (g_str_equal (g_array_index (self->given, Given, i).option->name, option) && index-- == 0)
      return g_array_index (self->given, Given, i).value;
  return NULL;
}

const char *
cli_arguments_value (const CliArguments *self, const char *option)
{
  guint count = cli_arguments_value_count (self, option);

  return count > 0 ? cli_arguments_value_at (self, option, count - 1) : NULL;
}

gboolean
cli_arguments_number (const CliArguments *self,
                      const char *option,
                      guint64 min,
                      guint64 max,
                      guint64 otherwise,
                      guint64 *out_number,
                      GError **error)
{
  const char *text = cli_arguments_value (self, option);

  if (text == NULL)
    *out_number = otherwise;
  else if (!base_number_parse (text, 10, min, max, out_number))
    {
      g_set_error (
          error, CLI_ERROR, CLI_EXIT_USAGE,
          _ ("The option --%s wants a whole number from %" PRIu64 " to %" PRIu64 ", not “%s”"),
          option, min, max, text);
      return FALSE;
    }
  return TRUE;
}

const char *
cli_arguments_stranger (const CliArguments *self, const char *const *allowed)
{
  for (guint i = 0; i < self->given->len; i++)
    if (!g_strv_contains (allowed, g_array_index (self->given, Given, i).option->name))
      return g_array_index (self->given, Given, i).option->name;
  return NULL;
}
