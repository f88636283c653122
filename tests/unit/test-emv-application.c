/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emv-testing.h"

#include <string.h>

/* ---- GET PROCESSING OPTIONS ---- */

static const struct
{
  const char *pdol, *talk;
  EmvStep step;
  const char *profile, *locator, *reason;
} options[] = {
#define GPO "80A8000002830000>"
#define ON EMV_STEP_ON
#define END EMV_STEP_END
  /* format 1 and format 2, which may have more in it */
  { "", GPO "80063C00080101009000", ON, "3C00", "08010100" },
  { "", GPO "770A82023C009404080101009000", ON, "3C00", "08010100" },
  { "", GPO "770F94040801010082023C009F360200019000", ON, "3C00", "08010100" },
  { "", GPO "800A3C0008010100100102019000", ON, "3C00", "0801010010010201" },
  { "9F38069F02069F1A02",
    "80A800000A8308"
    "000000005000"
    "0156"
    "00>80063C00080101009000",
    ON, "3C00", "08010100" },
  { "9F380100", NULL, END, NULL, NULL, "card-error" },
  { "9F38039F02FF", NULL, END, NULL, NULL, "card-error" },
  /* not under these conditions: another application may be */
  { "", GPO "6985", EMV_STEP_AGAIN, NULL, NULL },
  { "", GPO "6A81", END, NULL, NULL, "card-error" },
  { "", GPO "80063C00080101006283", END, NULL, NULL, "card-error" },
  { "", GPO "80023C009000", END, NULL, NULL, "card-error" },
  { "", GPO "80053C000801019000", END, NULL, NULL, "card-error" },
  { "", GPO "770482023C009000", END, NULL, NULL, "card-error" },
  { "", GPO "77069404080101009000", END, NULL, NULL, "card-error" },
  { "",
    GPO "770B8203"
        "3C0000"
        "9404080101009000",
    END, NULL, NULL, "card-error" },
  { "", GPO "9000", END, NULL, NULL, "card-error" },
  { "", GPO "-", END, NULL, NULL, "card-removed" },
  { "", GPO "!", END, NULL, NULL, "reader-fault" },
};

static void
test_initiate (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    {
      EmvTest test;

      emv_testing_init (&test);
      emv_testing_start (&test, options[i].talk != NULL ? options[i].talk : "");
      emv_testing_put (&test, options[i].pdol);
      g_test_message ("row %u", i);
      g_assert_cmpint (emv_application_initiate (test.kernel), ==, options[i].step);
      g_assert_cmpstr (test.kernel->reason, ==, options[i].reason);
      emv_testing_check (&test, 0x82, options[i].profile);
      emv_testing_check (&test, 0x94, options[i].locator);
      emv_testing_clear (&test);
    }
}

/* ---- READ RECORD ---- */

#define NUMBER "5A086200000000000005"
#define UNTIL "5F2403351231"
#define LISTS "8C039F02068D028A02"
#define WHOLE "7019" NUMBER UNTIL LISTS
#define WHOLE_AND(size, more) "70" size NUMBER UNTIL LISTS more
#define R(record, sfi) "00B2" record sfi "00>"

static const struct
{
  const char *locator, *talk;
  const char *authenticated; /* NULL: none */
  const char *reason;
  gboolean unauthentic;
} records[] = {
  { "08010100", R ("01", "0C") WHOLE "9000", NULL, NULL },
  { "08010101", R ("01", "0C") WHOLE "9000", NUMBER UNTIL LISTS, NULL },
  { "0801020118010101",
    R ("01", "0C") "700A" NUMBER "9000 " R ("02", "0C") "7006" UNTIL
                                                        "9000 " R ("01", "1C") "7009" LISTS "9000",
    NUMBER LISTS, NULL },
  /* of a file above 10 the whole record is authenticated, and nothing is taken from it */
  { "0801010058010101", R ("01", "0C") WHOLE "9000 " R ("01", "5C") "70039F01009000", "70039F0100",
    NULL },
  { "0801010058010101", R ("01", "0C") WHOLE "9000 " R ("01", "5C") "AABB9000", NULL, NULL, TRUE },
  { "0801010058010100", R ("01", "0C") WHOLE "9000 " R ("01", "5C") "AABB9000", NULL, NULL },
  /* what the standard doesn't know may come twice; what it knows may not, nor what is the
   * terminal's */
  { "08010100", R ("01", "0C") WHOLE_AND ("21", "DF0101AADF0101BB") "9000", NULL, NULL },
  { "08010100", R ("01", "0C") WHOLE_AND ("1F", "5F2403351231") "9000", NULL, "card-error" },
  { "08010100",
    R ("01", "0C") WHOLE_AND ("1F",
                              "9505"
                              "0000000000"),
    NULL, "card-error" },
  { "08010100",
    R ("01", "0C") WHOLE_AND ("20",
                              "9F1A020156"
                              "00") "9000",
    NULL, "card-error" },
  { "08010100", R ("01", "0C") WHOLE_AND ("1B", "0000") "9000", NULL, NULL },
  /* records that are none */
  { "08010100",
    R ("01", "0C") WHOLE "00"
                         "9000",
    NULL, "card-error" },
  { "08010100",
    R ("01", "0C") "71"
                   "1A" NUMBER UNTIL LISTS "9000",
    NULL, "card-error" },
  { "08010100",
    R ("01", "0C") "70"
                   "1B" NUMBER UNTIL LISTS "9000",
    NULL, "card-error" },
  { "08010100", R ("01", "0C") WHOLE_AND ("1B", "5F20") "9000", NULL, "card-error" },
  { "08010100", R ("01", "0C") "6A83", NULL, "card-error" },
  { "08010100", R ("01", "0C") WHOLE "6283", NULL, "card-error" },
  { "08010100", R ("01", "0C") "-", NULL, "card-removed" },
  { "08010100", R ("01", "0C") "!", NULL, "reader-fault" },
  /* what no transaction goes without */
  { "08010100",
    R ("01", "0C") "7010" UNTIL LISTS "00"
                   "9000",
    NULL, "card-error" },
  { "08010100", R ("01", "0C") "7013" NUMBER LISTS "9000", NULL, "card-error" },
  { "08010100",
    R ("01", "0C") "7015" NUMBER UNTIL "8C039F0206"
                   "9000",
    NULL, "card-error" },
  { "08010100",
    R ("01", "0C") "7014" NUMBER UNTIL "8D028A02"
                   "9000",
    NULL, "card-error" },
  { "08010100",
    R ("01", "0C") "7014"
                   "5A03620000" UNTIL LISTS "9000",
    NULL, "card-error" },
  { "08010100",
    R ("01", "0C") "701B"
                   "5A0A62000000000000000005" UNTIL LISTS "9000",
    NULL, "card-error" },
  /* locators that can't be */
  { "09010100", "", NULL, "card-error" },
  { "00010100", "", NULL, "card-error" },
  { "F8010100", "", NULL, "card-error" },
  { "08000100", "", NULL, "card-error" },
  { "08020100", "", NULL, "card-error" },
  { "08010102", "", NULL, "card-error" },
  { "080101", "", NULL, "card-error" },
};

static void
test_read (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (records); i++)
    {
      g_autofree char *locator = g_strdup_printf (
          "94%02X%s", (guint)strlen (records[i].locator) / 2, records[i].locator);
      g_autofree char *authenticated = NULL;
      EmvTest test;

      emv_testing_init (&test);
      emv_testing_start (&test, records[i].talk);
      emv_testing_put (&test, locator);
      g_test_message ("row %u", i);
      g_assert_cmpint (emv_application_read (test.kernel), ==,
                       records[i].reason != NULL ? END : ON);
      g_assert_cmpstr (test.kernel->reason, ==, records[i].reason);
      if (records[i].reason == NULL)
        {
          emv_testing_check (&test, 0x5A, "6200000000000005");
          g_assert_cmpint (test.kernel->unauthentic, ==, records[i].unauthentic);
        }
      if (test.kernel->authenticated_size > 0)
        authenticated = base_bytes_to_hex (BASE_SPAN (
            base_secret_bytes (test.kernel->authenticated), test.kernel->authenticated_size));
      if (records[i].reason == NULL)
        g_assert_cmpstr (authenticated, ==, records[i].authenticated);
      emv_testing_clear (&test);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/emv/application/initiate", test_initiate);
  g_test_add_func ("/emv/application/read", test_read);
  return g_test_run ();
}
