/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The card schemes as shipped, and files that aren't as they should be: a key with a wrong check
 * value above all. The keys are those of the training authority (data/training/chip.ini).
 */
#include "acquirer-scheme.h"

#include "acquirer-error.h"
#include "base-data.h"

#include <string.h>

#define TODAY 20261123
#define TRAINING "[till]\nname=Till\nrid=F054494C4C\n"

static void
test_shipped (void)
{
  static const char *const ids[] = { "visa", "mastercard", "unionpay", "jcb", "amex", "discover" };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) schemes = acquirer_scheme_load (&error), lacking = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (schemes->len, ==, G_N_ELEMENTS (ids));
  for (guint i = 0; i < schemes->len; i++)
    {
      const AcquirerScheme *scheme = schemes->pdata[i];

      g_assert_cmpstr (scheme->id, ==, ids[i]);
      for (guint j = 0; j < scheme->keys->len; j++)
        g_assert_false (
            acquirer_emv_key_has_ended (&g_array_index (scheme->keys, EmvKey, j), TODAY));
    }
  lacking = acquirer_scheme_without_keys (schemes, NULL, TODAY);
  g_assert_cmpuint (lacking->len, ==, schemes->len); /* none could be verified: none ships */
}

/* A key of the training authority; `spoilt`: another modulus, with the old check value. */
static char *
training_key (gboolean spoilt)
{
  g_autofree char *path = base_data_find ("training/chip.ini");
  g_autoptr (GKeyFile) file = g_key_file_new ();
  char *hex;

  g_assert_true (g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL));
  hex = g_key_file_get_string (file, "ca-keys", "01", NULL);
  if (spoilt)
    {
      char *place = strstr (hex, "DF028180") + strlen ("DF028180") + 10;

      *place = *place == '0' ? '1' : '0';
    }
  return hex;
}

static void
test_keys (void)
{
  g_autofree char *good = training_key (FALSE), *bad = training_key (TRUE);
  g_autofree char *with = g_strconcat (TRAINING "key-1=", good, "\n", NULL);
  g_autofree char *wrong = g_strconcat (TRAINING "key-1=", bad, "\n", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) schemes = acquirer_scheme_from_text (with, &error);
  g_autoptr (GPtrArray) bare = acquirer_scheme_from_text (TRAINING, NULL);
  g_autoptr (GPtrArray) now = NULL, later = NULL, alone = NULL, loaded = NULL;
  const AcquirerScheme *scheme;
  guint32 until;

  g_assert_no_error (error);
  scheme = schemes->pdata[0];
  g_assert_cmpuint (scheme->keys->len, ==, 1);
  now = acquirer_scheme_without_keys (schemes, NULL, TODAY);
  later = acquirer_scheme_without_keys (schemes, NULL, 20360101); /* it ends with 2035 */
  alone = acquirer_scheme_without_keys (bare, NULL, TODAY);
  loaded = acquirer_scheme_without_keys (bare, scheme->keys, TODAY);
  /* One that was downloaded stands for the shipped one of its number. */
  g_assert_cmpuint (acquirer_scheme_count_keys (scheme, scheme->keys, TODAY, &until), ==, 1);
  g_assert_cmpuint (until, ==, 20351231);
  g_assert_cmpuint (acquirer_scheme_count_keys (scheme, NULL, 20360101, &until), ==, 0);
  g_assert_cmpuint (until, ==, 0);
  g_assert_cmpuint (now->len, ==, 0);
  g_assert_cmpuint (later->len, ==, 1);
  g_assert_cmpuint (alone->len, ==, 1);
  g_assert_cmpuint (loaded->len, ==, 0);
  g_assert_null (acquirer_scheme_from_text (wrong, &error));
  g_assert_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_FIELD);
}

static void
test_wrongs (void)
{
  static const char *const wrongs[][2] = {
    { "name=Till\n", "" },
    { "rid=F054494C4C", "rid=F054494C" },
    { "rid=F054494C4C", "rid=F054494C4C\naids=F054494C4C0101" }, /* nobody would heed it */
    { "rid=F054494C4C", "rid=F054494C4C\nkey-1=00" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrongs); i++)
    {
      g_autoptr (GString) text = g_string_new (TRAINING);
      g_autoptr (GError) error = NULL;

      g_assert_cmpuint (g_string_replace (text, wrongs[i][0], wrongs[i][1], 1), ==, 1);
      g_assert_null (acquirer_scheme_from_text (text->str, &error));
      g_assert_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_FIELD);
    }
}

static void
test_too_many (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GPtrArray) most = NULL;

  for (guint i = 0; i < ACQUIRER_SCHEMES_MAX; i++)
    {
      g_autoptr (GString) one = g_string_new (TRAINING);
      g_autofree char *group = g_strdup_printf ("[till%u]", i);

      g_string_replace (one, "[till]", group, 1);
      g_string_append (text, one->str);
    }
  most = acquirer_scheme_from_text (text->str, NULL);
  g_assert_cmpuint (most->len, ==, ACQUIRER_SCHEMES_MAX);
  g_string_append (text, TRAINING);
  g_assert_null (acquirer_scheme_from_text (text->str, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/acquirer/scheme/shipped", test_shipped);
  g_test_add_func ("/acquirer/scheme/keys", test_keys);
  g_test_add_func ("/acquirer/scheme/wrongs", test_wrongs);
  g_test_add_func ("/acquirer/scheme/too-many", test_too_many);
  return g_test_run ();
}
