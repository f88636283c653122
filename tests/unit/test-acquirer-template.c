/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Fields that are made of parts: read, filled, checked and taken apart again.
 */
#include "acquirer-template.h"

#include "acquirer-error.h"
#include "base-secret.h"

#include <string.h>

static char *
source (gpointer data, AcquirerValue value)
{
  switch ((guint)value)
    {
    case ACQUIRER_VALUE_BATCH:
      return g_strdup ("000003");
    case ACQUIRER_VALUE_STAN:
      return g_strdup ("17"); /* too short */
    case ACQUIRER_VALUE_SERIAL:
      return g_strdup ("AB1");
    case ACQUIRER_VALUE_SERIAL_SIZE:
      return g_strdup ("03");
    case ACQUIRER_VALUE_KSN:
      return g_strdup ("FFFF9876543210E00008");
    default:
      return NULL;
    }
}

static const struct
{
  const char *text;
  gboolean bytes;
  const char *filled; /* NULL: it can't be */
} templates[] = {
  { "000000", FALSE, "000000" },
  { "", FALSE, "" },
  { "22{batch}00050", FALSE, "2200000300050" },
  { "{batch}", FALSE, "000003" },
  { "5345{serial-size}{serial}", TRUE, "53453033414231" },
  { "FF{ksn}", TRUE, "FFFFFF9876543210E00008" },
  { "{stan}", FALSE, NULL },
  { "{pan}", FALSE, NULL },
};

static void
test_fill (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (templates); i++)
    {
      GError *error = NULL;
      g_autofree AcquirerTemplate *self
          = acquirer_template_parse (templates[i].text, templates[i].bytes, &error);
      char *text;

      g_assert_no_error (error);
      text = acquirer_template_fill (self, templates[i].bytes, source, NULL);
      g_assert_cmpstr (text, ==, templates[i].filled);
      if (text != NULL)
        g_assert_true (acquirer_template_fits (self, templates[i].bytes, text));
      base_secret_free_text (text);
    }
}

static void
test_mistakes (void)
{
  static const struct
  {
    const char *text;
    gboolean bytes;
  } mistakes[] = {
    { "22{batch", FALSE },                                  /* not closed */
    { "22}batch", FALSE },                                  /* not opened */
    { "{lottery}", FALSE },                                 /* nothing is called so */
    { "{}", FALSE },                                        /* nor so */
    { "{serial}{batch}", FALSE },                           /* where does the serial end? */
    { "{chip}", FALSE },                                    /* bytes in a field of characters */
    { "5G", TRUE },                                         /* no hexadecimal */
    { "5a", TRUE },                                         /* in small letters */
    { "535{batch}", TRUE },                                 /* half a byte */
    { "12345678901234567890123456789012345678901", FALSE }, /* 41 letters */
    { "{batch}{batch}{batch}{batch}{batch}{batch}{batch}{batch}1", FALSE }, /* nine parts */
  };

  for (guint i = 0; i < G_N_ELEMENTS (mistakes); i++)
    {
      GError *error = NULL;

      g_assert_null (acquirer_template_parse (mistakes[i].text, mistakes[i].bytes, &error));
      g_assert_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_PROFILE);
      g_clear_error (&error);
    }
}

static void
takes (const AcquirerTemplate *self,
       gboolean bytes,
       const char *text,
       AcquirerValue value,
       const char *wanted)
{
  char *taken = acquirer_template_take (self, bytes, text, value);

  g_assert_cmpstr (taken, ==, wanted);
  base_secret_free_text (taken);
}

static void
test_take (void)
{
  g_autofree AcquirerTemplate *sale = acquirer_template_parse ("22{batch}00050", FALSE, NULL);
  g_autofree AcquirerTemplate *serial
      = acquirer_template_parse ("5345{serial-size}{serial}", TRUE, NULL);

  takes (sale, FALSE, "2200000300050", ACQUIRER_VALUE_BATCH, "000003");
  takes (sale, FALSE, "2300000300050", ACQUIRER_VALUE_BATCH, NULL);  /* another kind */
  takes (sale, FALSE, "22000003000500", ACQUIRER_VALUE_BATCH, NULL); /* too long */
  takes (sale, FALSE, "220000030005", ACQUIRER_VALUE_BATCH, NULL);   /* too short */
  takes (sale, FALSE, "", ACQUIRER_VALUE_BATCH, NULL);
  takes (sale, FALSE, "2200000300050", ACQUIRER_VALUE_STAN, NULL); /* not in it */
  takes (serial, TRUE, "53453033414231", ACQUIRER_VALUE_SERIAL, "AB1");
  takes (serial, TRUE, "53453030", ACQUIRER_VALUE_SERIAL, "");
  takes (serial, TRUE, "5345303341423", ACQUIRER_VALUE_SERIAL, NULL); /* half a byte */
  takes (serial, TRUE, "534530334100", ACQUIRER_VALUE_SERIAL, NULL);  /* a NUL is no text */
  g_assert_false (acquirer_template_fits (sale, FALSE, "22\n0000300050"));
  g_assert_null (acquirer_template_constant (sale));
  g_assert_true (acquirer_template_has (sale, ACQUIRER_VALUE_BATCH));
  g_assert_false (acquirer_template_has (sale, ACQUIRER_VALUE_STAN));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/acquirer/template/fill", test_fill);
  g_test_add_func ("/acquirer/template/mistakes", test_mistakes);
  g_test_add_func ("/acquirer/template/take", test_take);
  return g_test_run ();
}
