/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emv-testing.h"

#define PSE "00A404000E315041592E5359532E444446303100>"
#define NO_PSE PSE "6A82 "
#define DIRECTORY                                                                                  \
  PSE "6F15840E315041592E5359532E4444463031A503880101"                                             \
      "9000 "
#define DIRECTORY_LATIN                                                                            \
  PSE "6F19840E315041592E5359532E4444463031A5078801019F110101"                                     \
      "9000 "
#define RECORD_1 "00B2010C00>"
#define RECORD_2 "00B2020C00>"
#define SELECT                                                                                     \
  "00A4040007F054494C4C0102"                                                                       \
  "00>"
#define NEXT                                                                                       \
  "00A4040207F054494C4C0102"                                                                       \
  "00>"

typedef struct
{
  const char *talk;
  const char *candidates; /* "name/priority[!] name/priority" */
  const char *reason;
  gboolean exact, blocked;
} Row;

static char *
describe (const EmvKernel *kernel)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < kernel->candidate_count; i++)
    {
      const EmvCandidate *candidate = &kernel->candidates[i];
      g_autofree char *aid = base_bytes_to_hex (BASE_SPAN (candidate->aid, candidate->aid_size));

      g_string_append_printf (text, "%s%s=%s/%u%s", i > 0 ? " " : "", aid, candidate->name,
                              candidate->priority, candidate->confirm ? "!" : "");
    }
  return g_string_free (text, FALSE);
}

/* clang-format off: an exchange a line */
static const Row rows[] = {
  /* the directory: what isn't ours isn't taken, by priority, those without one last */
  { DIRECTORY RECORD_1 "700B61094F07F054494C4C0102"
                       "9000 " RECORD_2 "6A83",
    "F054494C4C0102=F054494C4C0102/0" },
  { DIRECTORY RECORD_1 "7036"
                       "610F4F07A0000003330101"
                       "5004554E494F"
                       "61114F08F054494C4C010201"
                       "50024131"
                       "870102"
                       "61104F07F054494C4C0102"
                       "50024130"
                       "870181"
                       "9000 " RECORD_2 "6A83",
    "F054494C4C0102=A0/1! F054494C4C010201=A1/2" },
  { DIRECTORY RECORD_1 "700B61094F07F054494C4C0102"
                       "9000 " RECORD_2 "700F610D4F08F054494C4C010201"
                       "870101"
                       "9000 "
                       "00B2030C00>6A83",
    "F054494C4C010201=F054494C4C010201/1 F054494C4C0102=F054494C4C0102/0" },
  /* a name twice is one; a directory in a directory isn't ours */
  { DIRECTORY RECORD_1 "701661094F07F054494C4C010261094F07F054494C4C0102"
                       "9000 " RECORD_2 "6A83",
    "F054494C4C0102=F054494C4C0102/0" },
  { DIRECTORY RECORD_1 "701661094F07F054494C4C010261099D07F054494C4C0102"
                       "9000 " RECORD_2 "6A83",
    "F054494C4C0102=F054494C4C0102/0" },
  /* the preferred name only in letters that can be shown */
  { DIRECTORY_LATIN RECORD_1 "701661144F07F054494C4C0102"
                             "50024130"
                             "9F1204436166E9"
                             "9000 " RECORD_2 "6A83",
    "F054494C4C0102=Caf\xC3\xA9/0" },
  { DIRECTORY RECORD_1 "701661144F07F054494C4C0102"
                       "50024130"
                       "9F1204436166E9"
                       "9000 " RECORD_2 "6A83",
    "F054494C4C0102=A0/0" },
  { DIRECTORY_LATIN RECORD_1 "701661144F07F054494C4C0102"
                             "50024130"
                             "9F12040A0A0A0A"
                             "9000 " RECORD_2 "6A83",
    "F054494C4C0102=A0/0" },
  /* nothing of ours in it, or not to be read: each name is asked for */
  { DIRECTORY RECORD_1 "6A83 " SELECT "6F0D8407F054494C4C0102A50250009000",
    "F054494C4C0102=F054494C4C0102/0" },
  { DIRECTORY RECORD_1 "71006A9000 " SELECT "6A82", "" },
  { DIRECTORY RECORD_1 "700B61094F07F054494C4C0102"
                       "9000 " RECORD_2 "700261FF9000 " SELECT "6F0D8407F054494C4C0102A50250009000",
    "F054494C4C0102=F054494C4C0102/0" },
  { PSE "6283 " SELECT "6A82", "" },
  { PSE "6F0384016A"
        "9000 " SELECT "6A82",
    "" },
  { PSE "6F15840E315041592E5359532E4444463031A50388010B"
        "9000 " SELECT "6A82",
    "" },
  /* the whole card is blocked, or gone */
  { PSE "6A81", "", "card-blocked" },
  { NO_PSE SELECT "6A81", "", "card-blocked" },
  { PSE "-", "", "card-removed" },
  { NO_PSE SELECT "!", "", "reader-fault" },
  { DIRECTORY RECORD_1 "-", "", "card-removed" },
  /* partial names: as many as there are, but not where the shop wants the whole */
  { NO_PSE SELECT "6F0E8408F054494C4C010201A50250009000 " NEXT
                  "6F0E8408F054494C4C010202A50250009000 " NEXT "6A82",
    "F054494C4C010201=F054494C4C010201/0 F054494C4C010202=F054494C4C010202/0" },
  { NO_PSE SELECT "6F0E8408F054494C4C010201A50250009000 " NEXT "6F0D8407F054494C4C0102A50250009000",
    "F054494C4C0102=F054494C4C0102/0", .exact = TRUE },
  { NO_PSE SELECT "6F0D8407F054494C4C0102A50250009000", "F054494C4C0102=F054494C4C0102/0" },
  /* a blocked one is none, but the next by its name may be */
  { NO_PSE SELECT "6F0D8407F054494C4C0102A50250006283", "", .blocked = TRUE },
  { NO_PSE SELECT "6F0E8408F054494C4C010201A50250006283 " NEXT
                  "6F0E8408F054494C4C010202A50250009000 " NEXT "6A82",
    "F054494C4C010202=F054494C4C010202/0", .blocked = TRUE },
  /* an answer that isn't about what was asked */
  { NO_PSE SELECT "6F0D8407A0000003330101A50250009000", "" },
  { NO_PSE SELECT "6F048402F0549000", "" },
  { NO_PSE SELECT "9000", "" },
};
/* clang-format on */

static void
test_candidates (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *found = NULL;
      EmvTest test;

      emv_testing_init (&test);
      emv_testing_rules (&test, 0)->partial = !rows[i].exact;
      emv_testing_start (&test, rows[i].talk);
      g_test_message ("row %u", i);
      g_assert_cmpint (emv_select_candidates (test.kernel), ==,
                       rows[i].reason != NULL ? EMV_STEP_END : EMV_STEP_ON);
      g_assert_cmpstr (test.kernel->reason, ==, rows[i].reason);
      found = describe (test.kernel);
      if (rows[i].reason == NULL)
        g_assert_cmpstr (found, ==, rows[i].candidates);
      g_assert_cmpint (test.kernel->blocked, ==, rows[i].blocked);
      emv_testing_clear (&test);
    }
}

/* Names that go on for ever, and records that do. */
static void
test_bounds (void)
{
  g_autoptr (GString) talk = g_string_new (NO_PSE);
  EmvTest test;

  for (guint i = 0; i < 16; i++)
    g_string_append_printf (talk, "%s6F0E8408F054494C4C0102%02XA50250009000 ",
                            i == 0 ? SELECT : NEXT, i);
  emv_testing_init (&test);
  emv_testing_start (&test, talk->str);
  g_assert_cmpint (emv_select_candidates (test.kernel), ==, EMV_STEP_ON);
  g_assert_cmpuint (test.kernel->candidate_count, ==, 16);
  emv_testing_clear (&test);

  g_string_assign (talk, DIRECTORY);
  for (guint i = 1; i <= 64; i++)
    g_string_append_printf (talk, "00B2%02X0C00>700C610A4F08F054494C4C0102%02X9000 ", i, i);
  emv_testing_init (&test);
  emv_testing_start (&test, talk->str);
  g_assert_cmpint (emv_select_candidates (test.kernel), ==, EMV_STEP_ON);
  g_assert_cmpuint (test.kernel->candidate_count, ==, EMV_CANDIDATES_MAX);
  emv_testing_clear (&test);
}

/* ---- The choice ---- */

typedef struct
{
  int answers[3];
  guint asked, count;
} Person;

static int
choose_cb (gpointer ctx, const EmvCandidate *list, guint count)
{
  Person *person = ctx;

  g_assert_cmpuint (list[0].aid_size, >, 0);
  person->count = count;
  return person->answers[person->asked++];
}

#define FIRST                                                                                      \
  "00A4040007F054494C4C0102"                                                                       \
  "00>"
#define SECOND                                                                                     \
  "00A4040008F054494C4C010201"                                                                     \
  "00>"
#define FIRST_OPENED "6F0D8407F054494C4C0102A50250009000 "
#define SECOND_OPENED "6F0E8408F054494C4C010201A50250009000 "

static const struct
{
  guint count, confirm; /* bits of those that want to be confirmed */
  gboolean nobody;
  int answers[3];
  guint asked;
  const char *talk, *aid, *reason;
} choices[] = {
  { 1, 0, FALSE, { 0 }, 0, FIRST FIRST_OPENED, "F054494C4C0102" },
  { 1, 1, FALSE, { 0 }, 1, FIRST FIRST_OPENED, "F054494C4C0102" },
  { 1, 1, FALSE, { -1 }, 1, "", NULL, "cancelled" },
  { 1, 1, TRUE, { 0 }, 0, "", NULL, "cancelled" },
  { 2, 0, FALSE, { 1 }, 1, SECOND SECOND_OPENED, "F054494C4C010201" },
  { 2, 0, FALSE, { 2 }, 1, "", NULL, "cancelled" },
  { 2, 0, TRUE, { 0 }, 0, FIRST FIRST_OPENED, "F054494C4C0102" },
  { 2, 1, TRUE, { 0 }, 0, SECOND SECOND_OPENED, "F054494C4C010201" },
  { 2, 3, TRUE, { 0 }, 0, "", NULL, "cancelled" },
  /* the one that was chosen can't be opened: the other, which is confirmed where it must be */
  { 2, 0, FALSE, { 0 }, 1, FIRST "6A82 " SECOND SECOND_OPENED, "F054494C4C010201" },
  { 2, 2, FALSE, { 0, 0 }, 2, FIRST "6A82 " SECOND SECOND_OPENED, "F054494C4C010201" },
  { 2, 0, FALSE, { 0 }, 1, FIRST "6283 " SECOND "6283", NULL, "application-blocked" },
  { 2, 0, FALSE, { 0 }, 1, FIRST "6A82 " SECOND "6A82", NULL, "no-application" },
  { 1, 0, FALSE, { 0 }, 0, FIRST "-", NULL, "card-removed" },
  /* an answer about another, without its parts, or with one twice */
  { 1, 0, FALSE, { 0 }, 0, FIRST SECOND_OPENED, NULL, "no-application" },
  { 1, 0, FALSE, { 0 }, 0, FIRST "6F098407F054494C4C01029000", NULL, "no-application" },
  { 1,
    0,
    FALSE,
    { 0 },
    0,
    FIRST "6F118407F054494C4C0102A5065001415001419000",
    NULL,
    "no-application" },
  { 0, 0, FALSE, { 0 }, 0, "", NULL, "no-application" },
};

static void
add_candidates (EmvKernel *kernel, guint count, guint confirm)
{
  static const guint8 name[] = { 0xF0, 0x54, 0x49, 0x4C, 0x4C, 0x01, 0x02, 0x01 };

  kernel->candidate_count = count;
  for (guint i = 0; i < count; i++)
    {
      EmvCandidate *candidate = &kernel->candidates[i];

      candidate->aid_size = sizeof name - 1 + i;
      candidate->confirm = (confirm & 1u << i) != 0;
      for (gsize j = 0; j < candidate->aid_size; j++)
        candidate->aid[j] = name[j];
    }
}

static void
test_application (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    {
      Person person = { { choices[i].answers[0], choices[i].answers[1] }, 0, 0 };
      EmvTest test;

      emv_testing_init (&test);
      test.holder = (EmvHolder){ .choose = choices[i].nobody ? NULL : choose_cb, .ctx = &person };
      emv_testing_start (&test, choices[i].talk);
      test.kernel->selected = FALSE;
      add_candidates (test.kernel, choices[i].count, choices[i].confirm);
      g_test_message ("row %u", i);
      g_assert_cmpint (emv_select_application (test.kernel), ==,
                       choices[i].aid != NULL ? EMV_STEP_ON : EMV_STEP_END);
      g_assert_cmpstr (test.kernel->reason, ==, choices[i].reason);
      g_assert_cmpuint (person.asked, ==, choices[i].asked);
      g_assert_cmpint (emv_kernel_application (test.kernel) != NULL, ==, choices[i].aid != NULL);
      emv_testing_check (&test, 0x84, choices[i].aid);
      emv_testing_check (&test, 0x9F06, choices[i].aid);
      emv_testing_clear (&test);
    }
}

/* What the shop's rules say stands among the objects. */
static void
test_rules (void)
{
  EmvTest test;

  emv_testing_init (&test);
  emv_testing_rules (&test, 0)->floor_minor = 0x12345678;
  emv_testing_start (&test, FIRST "6F118407F054494C4C0102A5069F38039F1A029000");
  add_candidates (test.kernel, 1, 0);
  g_assert_cmpint (emv_select_application (test.kernel), ==, EMV_STEP_ON);
  emv_testing_check (&test, 0x9F09, "0020");
  emv_testing_check (&test, 0x9F1B, "12345678");
  emv_testing_check (&test, 0x9F38, "9F1A02");
  emv_testing_clear (&test);
}

/* The name on the receipt is what the application itself prefers, where its letters can be shown.
 */
static void
test_name (void)
{
  static const struct
  {
    const char *listed, *opened, *name;
  } names[] = {
    { "A",
      FIRST "6F188407F054494C4C0102A50D500141"
            "9F110101"
            "9F1203436166"
            "9000 ",
      "Caf" },
    /* Cyrillic can't be shown here */
    { "A",
      FIRST "6F188407F054494C4C0102A50D500142"
            "9F110105"
            "9F1203436166"
            "9000 ",
      "A" },
    { "A",
      FIRST "6F148407F054494C4C0102A509500142"
            "9F1203436166"
            "9000 ",
      "A" },
    { "A",
      FIRST "6F188407F054494C4C0102A50D500142"
            "9F110101"
            "9F1203202020"
            "9000 ",
      "A" },
    { NULL,
      FIRST "6F0E8407F054494C4C0102A503500142"
            "9000 ",
      "B" },
    { NULL,
      FIRST "6F0B8407F054494C4C0102A500"
            "9000 ",
      "F054494C4C0102" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      EmvTest test;
      EmvCandidate *candidate;

      emv_testing_init (&test);
      emv_testing_start (&test, names[i].opened);
      add_candidates (test.kernel, 1, 0);
      candidate = &test.kernel->candidates[0];
      candidate->named = names[i].listed != NULL;
      g_strlcpy (candidate->name, candidate->named ? names[i].listed : "F054494C4C0102",
                 sizeof candidate->name);
      g_test_message ("row %u", i);
      g_assert_cmpint (emv_select_application (test.kernel), ==, EMV_STEP_ON);
      g_assert_cmpstr (emv_kernel_application (test.kernel)->name, ==, names[i].name);
      emv_testing_clear (&test);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/emv/select/candidates", test_candidates);
  g_test_add_func ("/emv/select/bounds", test_bounds);
  g_test_add_func ("/emv/select/application", test_application);
  g_test_add_func ("/emv/select/name", test_name);
  g_test_add_func ("/emv/select/rules", test_rules);
  return g_test_run ();
}
