/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The short form of chaos: some worlds of fixed seeds, judged as ./dev chaos judges its many. And
 * that the judge is one: what a buggy till or acquirer would do is done on purpose, by tampering
 * with books and ledger, by a till that sends a sale under a second name or with another amount,
 * and by a disk that makes the till tell what it hasn't kept; each must be noticed by its name.
 *
 * TILL_CHAOS_SEED and TILL_CHAOS_WORLDS choose others.
 */
#include "chaos-disk.h"
#include "chaos-world.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define WORLDS CHAOS_WORLD_KINDS /* one of each */
#define WORLDS_SANITIZED 1
#define LIVES 8
#define SEED 1

static guint
setting (const char *name, guint otherwise)
{
  const char *text = g_getenv (name);

  return text != NULL ? (guint)g_ascii_strtoull (text, NULL, 10) : otherwise;
}

/* ---- worlds ---- */

static void
test_worlds (void)
{
  guint worlds = setting ("TILL_CHAOS_WORLDS",
                          g_getenv ("TILL_SANITIZED") != NULL ? WORLDS_SANITIZED : WORLDS),
        first = setting ("TILL_CHAOS_SEED", SEED);
  ChaosTally tally = { 0 };
  g_autofree char *text = NULL;

  for (guint i = 0; i < worlds; i++)
    {
      g_autofree char *trace = NULL;

      if (!chaos_world_run (first + i, LIVES, &tally, &trace))
        g_error ("%s\nAgain: ./dev chaos --one --seed %u --lives %u", trace, first + i, LIVES);
    }
  text = chaos_tally_describe (&tally);
  g_test_message ("%s", text);
  g_assert_cmpuint (chaos_tally_kills (&tally), >=, worlds * LIVES / 4);
  g_assert_cmpuint (tally.counts[CHAOS_VERIFIED], >=, worlds * LIVES);
}

/* ---- the judge, with tampered papers ---- */

typedef struct
{
  char *ledger, *books;
  const char *batches, *former;
  GPtrArray *asked;
} Papers;

static const char *const uuids[]
    = { "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222",
        "33333333-3333-4333-8333-333333333333", "44444444-4444-4444-8444-444444444444" };

static void
add_asked (Papers *papers, gint64 amount_minor, gboolean card, char *told)
{
  ChaosAsked *asked = g_new0 (ChaosAsked, 1);

  *asked = (ChaosAsked){ .amount_minor = amount_minor, .card = card, .told = told };
  g_ptr_array_add (papers->asked, asked);
}

static char *
line (const char *effect, guint uuid, gint64 amount_minor)
{
  return g_strdup_printf ("{\"effect\":\"%s\",\"amount_minor\":%" G_GINT64_FORMAT
                          ",\"currency\":\"CNY\",\"key\":\"%s\"}\n",
                          effect, amount_minor, uuids[uuid]);
}

/* A cash sale, a charged one, one that was reversed, and one that the cashier never heard of. */
static Papers
make_papers (void)
{
  Papers papers = { .batches = "", .asked = g_ptr_array_new_with_free_func (chaos_asked_free) };
  g_autofree char *first = line ("charge", 1, 1200);
  g_autofree char *second = line ("charge", 2, 1300);
  g_autofree char *undone = line ("reversal", 2, 1300);
  g_autofree char *third = line ("charge", 3, 1400);

  papers.ledger = g_strconcat (first, second, undone, third, NULL);
  papers.books = g_strdup_printf ("payment %s cash approved 1100\npayment %s card approved 1200\n"
                                  "payment %s card reversed 1300\npayment %s card approved 1400",
                                  uuids[0], uuids[1], uuids[2], uuids[3]);
  add_asked (&papers, 1100, FALSE, g_strdup_printf ("%s cash approved -", uuids[0]));
  add_asked (&papers, 1200, TRUE, g_strdup_printf ("%s card stored -", uuids[1]));
  add_asked (&papers, 1300, TRUE, g_strdup_printf ("%s card unknown no-answer", uuids[2]));
  add_asked (&papers, 1400, TRUE, NULL);
  return papers;
}

static void
replace (char **text, const char *from, const char *to)
{
  g_autoptr (GString) changed = g_string_new (*text);

  g_assert_cmpuint (g_string_replace (changed, from, to, 1), ==, 1);
  g_free (*text);
  *text = g_strdup (changed->str);
}

static void
judge_papers (Papers *papers, const char *queue, ChaosVerdict *out_verdict)
{
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("till-chaos-XXXXXX", &path, NULL);

  g_assert_cmpint (fd, >=, 0);
  close (fd);
  g_assert_true (g_file_set_contents (path, papers->ledger, -1, NULL));
  chaos_judge (out_verdict, path,
               &(ChaosBooks){ .books = papers->books,
                              .former = papers->former,
                              .queue = queue,
                              .batches = papers->batches },
               papers->asked, FALSE);
  g_unlink (path);
  g_free (papers->ledger);
  g_free (papers->books);
  g_ptr_array_unref (papers->asked);
}

typedef struct
{
  gboolean ledger; /* else the books are changed */
  const char *from, *to, *queue;
  guint lost, doubled, wrong, open;
} Tampering;

static void
check_tampering_of (Papers papers, const Tampering *tampering)
{
  g_auto (ChaosVerdict) verdict = { 0 };

  if (tampering->from != NULL)
    replace (tampering->ledger ? &papers.ledger : &papers.books, tampering->from, tampering->to);
  judge_papers (&papers, tampering->queue != NULL ? tampering->queue : "", &verdict);
  g_test_message ("%s → %s: %s", tampering->from, tampering->to, verdict.findings->str);
  g_assert_cmpuint (verdict.lost, ==, tampering->lost);
  g_assert_cmpuint (verdict.doubled, ==, tampering->doubled);
  g_assert_cmpuint (verdict.wrong, ==, tampering->wrong);
  g_assert_cmpuint (verdict.open, ==, tampering->open);
}

static void
test_papers (void)
{
#define CHARGE(amount, uuid)                                                                       \
  "{\"effect\":\"charge\",\"amount_minor\":" amount ",\"currency\":\"CNY\",\"key\":\"" uuid "\"}"  \
  "\n"
#define FIRST "11111111-1111-4111-8111-111111111111"
#define SECOND "22222222-2222-4222-8222-222222222222"
#define THIRD "33333333-3333-4333-8333-333333333333"
#define FOURTH "44444444-4444-4444-8444-444444444444"
  static const Tampering tamperings[] = {
    { 0 },
    /* a charge, a sale, a told sale, a cash sale is gone */
    { TRUE, CHARGE ("1200", SECOND), "", NULL, 1, 0, 0, 0 },
    { FALSE, "payment " SECOND " card approved 1200\n", "", NULL, 2, 0, 0, 0 },
    { FALSE, "payment " FIRST " cash approved 1100\n", "", NULL, 1, 0, 0, 0 },
    { FALSE, "\npayment " FOURTH " card approved 1400", "", NULL, 1, 0, 0, 0 },
    { FALSE, SECOND " card approved", SECOND " card declined", NULL, 0, 1, 0, 0 },
    { FALSE, SECOND " card approved", SECOND " card reversed", NULL, 1, 1, 0, 0 },
    /* charged twice; charged though reversed; one sale twice in the books */
    { TRUE, CHARGE ("1200", SECOND), CHARGE ("1200", SECOND) CHARGE ("1200", SECOND), NULL, 0, 1, 0,
      0 },
    { TRUE, "\"reversal\"", "\"decline\"", NULL, 0, 1, 0, 0 },
    { FALSE, FOURTH " card approved 1400",
      FOURTH " card approved 1400\npayment 55555555-5555-4555-8555-555555555555 card declined 1400",
      NULL, 0, 1, 0, 0 },
    /* another amount or currency in one of the two */
    { TRUE, CHARGE ("1400", FOURTH), CHARGE ("14000", FOURTH), NULL, 0, 0, 1, 0 },
    { TRUE, "\"currency\":\"CNY\"", "\"currency\":\"HKD\"", NULL, 0, 0, 1, 0 },
    { FALSE, FOURTH " card approved 1400", FOURTH " card approved 1401", NULL, 0, 0, 2, 0 },
    /* not done with */
    { FALSE, THIRD " card reversed", THIRD " card unknown", NULL, 1, 0, 0, 1 },
    { FALSE, NULL, NULL, "record 7 reversal waiting no-answer", 0, 0, 0, 1 },
    { FALSE, NULL, NULL, "record 7 deferred attention too-old", 0, 0, 0, 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (tamperings); i++)
    check_tampering_of (make_papers (), &tamperings[i]);
}

/* ---- what was given back, and batches ---- */

#define LINE(effect, identity, minor, key)                                                         \
  "{\"effect\":\"" effect "\"," identity ",\"amount_minor\":" minor                                \
  ",\"currency\":\"CNY\",\"key\":\"" key "\"}\n"
#define OWN(stan) "\"batch\":1,\"stan\":" stan
#define VOID(minor, key, stan) LINE ("void", OWN (stan), minor, key)
#define REFUND(minor, key, stan)                                                                   \
  LINE ("refund", OWN ("99") ",\"original_batch\":1,\"original_stan\":" stan, minor, key)
#define SETTLE(number, sums)                                                                       \
  "{\"effect\":\"settle\",\"batch\":" number                                                       \
  ",\"stan\":9,\"amount_minor\":0,\"currency\":\"CNY\","                                           \
  "\"key\":\"\"," sums "}\n"
#define SUMS "\"debit_count\":3,\"debit_minor\":3900,\"credit_count\":2,\"credit_minor\":1700"
#define BATCHES "batch 1 settled agrees 3 3900 2 1700 0\nbatch 0 open none 0 0 0 0 0"
#define UNDONE LINE ("reversal", OWN ("7"), "1400", "55")

/* One that is voided; one of which a part is refunded, and some given in cash; one whose void was
 * undone. The batch is settled. */
static Papers
make_back_papers (void)
{
  Papers papers
      = { .batches = BATCHES, .asked = g_ptr_array_new_with_free_func (chaos_asked_free) };

  papers.ledger = g_strdup (
      LINE ("charge", OWN ("1"), "1200", "11") LINE ("charge", OWN ("2"), "1300", "22")
          LINE ("charge", OWN ("3"), "1400", "33") VOID ("1200", "44", "1") VOID ("1400", "55", "3")
              UNDONE REFUND ("500", "66", "2") SETTLE ("1", SUMS));
  papers.books = g_strdup ("payment 11 card approved 1200\npayment 22 card approved 1300\n"
                           "payment 33 card approved 1400\nback 44 card approved -1200 void 11\n"
                           "back 55 card reversed -1400 void 33\n"
                           "back 66 card approved -500 refund 22\n"
                           "back 77 cash approved -300 refund 22");
  add_asked (&papers, 1200, TRUE, g_strdup ("11 card approved -"));
  add_asked (&papers, 1300, TRUE, g_strdup ("22 card approved -"));
  add_asked (&papers, 1400, TRUE, NULL);
  add_asked (&papers, 1300, TRUE, g_strdup ("66 card stored -"));
  ((ChaosAsked *)papers.asked->pdata[3])->back = TRUE;
  return papers;
}

static void
test_back_papers (void)
{
  static const Tampering tamperings[] = {
    { 0 },
    /* a void, a refund that the till tells of is not in the ledger, or in the ledger alone */
    { TRUE, VOID ("1200", "44", "1"), "", NULL, 1, 0, 0, 0 },
    { TRUE, REFUND ("500", "66", "2"), "", NULL, 1, 0, 0, 0 },
    { FALSE, "back 44 card approved -1200 void 11\n", "", NULL, 1, 0, 1, 0 },
    { FALSE, "66 card approved", "66 card declined", NULL, 0, 1, 1, 0 },
    /* given back twice, under one name and under two; and more than was charged */
    { TRUE, REFUND ("500", "66", "2"), REFUND ("500", "66", "2") REFUND ("500", "66", "2"), NULL, 0,
      1, 0, 0 },
    { TRUE, REFUND ("500", "66", "2"), REFUND ("500", "66", "2") REFUND ("900", "88", "2"), NULL, 1,
      2, 0, 0 },
    /* two payments under one identity */
    { TRUE, LINE ("charge", OWN ("2"), "1300", "22"), LINE ("charge", OWN ("1"), "1300", "22"),
      NULL, 0, 2, 3, 0 },
    { FALSE, "cash approved -300", "cash approved -900", NULL, 0, 1, 0, 0 },
    /* a void that was undone, and stands; one that was not, and doesn't */
    { TRUE, UNDONE, "", NULL, 0, 1, 0, 0 },
    { FALSE, "55 card reversed", "55 card approved", NULL, 1, 0, 1, 0 },
    /* of another payment; another amount; a refund that was undone */
    { FALSE, "void 11", "void 33", NULL, 0, 0, 1, 0 },
    { FALSE, "-1200 void", "-1100 void", NULL, 0, 0, 2, 0 },
    { TRUE, UNDONE, UNDONE LINE ("reversal", OWN ("2"), "500", "66"), NULL, 1, 0, 1, 0 },
    /* it still waits; what was told stored is still there */
    { FALSE, "66 card approved", "66 card stored", NULL, 1, 0, 1, 1 },
    /* a batch closed twice, or here alone, or with other sums */
    { TRUE, SETTLE ("1", SUMS), SETTLE ("1", SUMS) SETTLE ("1", SUMS), NULL, 0, 1, 0, 0 },
    { TRUE, SETTLE ("1", SUMS), SETTLE ("2", SUMS), NULL, 1, 0, 0, 0 },
    { TRUE, "\"debit_minor\":3900", "\"debit_minor\":3901", NULL, 0, 0, 1, 0 },
  };
  static const char *const batches[] = {
    "batch 1 settled agrees 3 3900 2 1800 0",  /* neither the receipts' nor the acquirer's */
    "batch 1 settled differs 3 3900 2 1700 0", /* and nobody says where */
    "batch 1 settled agrees 2 2600 2 1700 0\n" /* counted in two */
    "batch 2 settled differs 1 1300 0 0 1",
  };
  static const guint wrong[] = { 2, 1, 1 }, lost[] = { 0, 0, 1 };

  for (guint i = 0; i < G_N_ELEMENTS (tamperings); i++)
    check_tampering_of (make_back_papers (), &tamperings[i]);
  for (guint i = 0; i < G_N_ELEMENTS (batches); i++)
    {
      Papers papers = make_back_papers ();
      g_auto (ChaosVerdict) verdict = { 0 };

      papers.batches = batches[i];
      judge_papers (&papers, "", &verdict);
      g_test_message ("%s: %s", batches[i], verdict.findings->str);
      g_assert_cmpuint (verdict.wrong, ==, wrong[i]);
      g_assert_cmpuint (verdict.lost, ==, lost[i]);
    }
}

/* ---- books that were handed over ---- */

/* Withdrawn at the first till, and sent by the heir: only who was told that his copy may not know
 * it has been told the truth. */
static void
test_withdrawn_papers (void)
{
  for (guint warned = 0; warned <= 1; warned++)
    {
      Papers papers = { .batches = "", .asked = g_ptr_array_new_with_free_func (chaos_asked_free) };
      g_auto (ChaosVerdict) verdict = { 0 };

      papers.ledger = g_strdup (LINE ("charge", OWN ("1"), "1200", "11"));
      papers.books = g_strdup ("payment 11 card approved 1200");
      papers.former = "payment 11 card cancelled 1200";
      add_asked (&papers, 1200, TRUE, g_strdup ("11 card cancelled -"));
      ((ChaosAsked *)papers.asked->pdata[0])->warned = warned != 0;
      judge_papers (&papers, "", &verdict);
      g_test_message ("%s", verdict.findings->str);
      g_assert_cmpuint (verdict.lost, ==, 1 - warned);
    }
}

/* ---- books that were put back ---- */

/* Nothing of what was asked for after the copy is in the books: a sale in cash, one that the
 * cashier was told is paid, one that he heard nothing of, and a void of one from before. */
static Papers
make_past_papers (void)
{
  Papers papers = { .batches = "", .asked = g_ptr_array_new_with_free_func (chaos_asked_free) };

  papers.ledger
      = g_strdup (LINE ("charge", OWN ("1"), "1200", "11") LINE ("charge", OWN ("2"), "1300", "22")
                      LINE ("charge", OWN ("3"), "1400", "33") VOID ("1200", "44", "1"));
  papers.books = g_strdup ("payment 11 card approved 1200");
  add_asked (&papers, 1200, TRUE, g_strdup ("11 card approved -"));
  add_asked (&papers, 1100, FALSE, g_strdup ("99 cash approved -"));
  add_asked (&papers, 1300, TRUE, g_strdup ("22 card approved -"));
  add_asked (&papers, 1400, TRUE, NULL);
  add_asked (&papers, 1200, TRUE, g_strdup ("44 card approved -"));
  ((ChaosAsked *)papers.asked->pdata[4])->back = TRUE;
  add_asked (&papers, 1600, TRUE, g_strdup ("55 card approved reversal-owed")); /* never told */
  for (guint i = 1; i < papers.asked->len; i++)
    ((ChaosAsked *)papers.asked->pdata[i])->forgotten = TRUE;
  return papers;
}

static void
test_past_papers (void)
{
  static const Tampering tamperings[] = {
    { 0 },
    /* what was paid is not charged, is charged twice, or for a sale that nobody asked for */
    { TRUE, LINE ("charge", OWN ("2"), "1300", "22"), "", NULL, 1, 0, 0, 0 },
    { TRUE, LINE ("charge", OWN ("2"), "1300", "22"),
      LINE ("charge", OWN ("2"), "1300", "22") LINE ("charge", OWN ("5"), "1300", "22"), NULL, 0, 1,
      0, 0 },
    { TRUE, LINE ("charge", OWN ("3"), "1400", "33"), LINE ("charge", OWN ("3"), "1500", "33"),
      NULL, 1, 0, 0, 0 },
    /* of before the copy nothing is forgotten */
    { FALSE, "payment 11 card approved 1200", "", NULL, 2, 0, 0, 0 },
    { TRUE, LINE ("charge", OWN ("1"), "1200", "11"), "", NULL, 2, 0, 1, 0 },
    /* the restored till began again with a number that was used */
    { TRUE, OWN ("3"), OWN ("2"), NULL, 0, 1, 0, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (tamperings); i++)
    check_tampering_of (make_past_papers (), &tamperings[i]);
}

/* ---- books of two tills ---- */

/* One that was sent before, one that was taken over and sent, one that waits with the till that is
 * turned away, one of the other till's own, and a void that was taken over without its sale. */
static Papers
make_former_papers (void)
{
  Papers papers = { .batches = "", .asked = g_ptr_array_new_with_free_func (chaos_asked_free) };

  papers.former = "payment 11 card approved 1200\npayment 22 card stored 1300\n"
                  "payment 33 card stored 1400\nback 55 card unknown -1200 void 11";
  papers.books = g_strdup ("payment 22 card approved 1300\npayment 44 card approved 1500\n"
                           "back 55 card approved -1200");
  papers.ledger
      = g_strdup (LINE ("charge", OWN ("1"), "1200", "11") LINE ("charge", OWN ("2"), "1300", "22")
                      LINE ("charge", OWN ("3"), "1500", "44") VOID ("1200", "55", "1"));
  add_asked (&papers, 1200, TRUE, g_strdup ("11 card approved -"));
  add_asked (&papers, 1300, TRUE, g_strdup ("22 card stored -"));
  add_asked (&papers, 1400, TRUE, g_strdup ("33 card stored -"));
  add_asked (&papers, 1500, TRUE, g_strdup ("44 card approved -"));
  return papers;
}

static void
test_former_papers (void)
{
  static const Tampering tamperings[] = {
    { 0 },
    /* what was taken over isn't charged, or twice; what is paid by the first one's books isn't */
    { TRUE, LINE ("charge", OWN ("2"), "1300", "22"), "", NULL, 1, 0, 0, 0 },
    { TRUE, LINE ("charge", OWN ("2"), "1300", "22"),
      LINE ("charge", OWN ("2"), "1300", "22") LINE ("charge", OWN ("5"), "1300", "22"), NULL, 0, 1,
      0, 0 },
    { TRUE, VOID ("1200", "55", "1"), "", NULL, 1, 0, 0, 0 },
    { TRUE, OWN ("1"), OWN ("8"), NULL, 0, 0, 2, 0 },
    /* it waits with the till that took over; that one's own is lost */
    { FALSE, "22 card approved", "22 card stored", NULL, 1, 0, 0, 1 },
    { FALSE, "payment 44 card approved 1500\n", "", NULL, 2, 0, 0, 0 },
    /* another amount */
    { FALSE, "44 card approved 1500", "44 card approved 1501", NULL, 0, 0, 3, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (tamperings); i++)
    check_tampering_of (make_former_papers (), &tamperings[i]);
}

/* ---- holds ---- */

#define CAPTURE(stan, minor, key, hold)                                                            \
  LINE ("capture", OWN (stan) ",\"original_batch\":1,\"original_stan\":" hold, minor, key)
#define HOLD(stan, minor, key) LINE ("hold", OWN (stan), minor, key)

/* One that is completed; one that is let go; one whose completion was voided, and that was
 * completed again; and one that was reversed. */
static Papers
make_hold_papers (void)
{
  Papers papers = { .batches = "", .asked = g_ptr_array_new_with_free_func (chaos_asked_free) };

  papers.ledger
      = g_strdup (HOLD ("1", "1200", "11") HOLD ("2", "1300", "22") HOLD ("3", "1400", "33")
                      HOLD ("7", "1500", "99") LINE ("reversal", OWN ("7"), "1500", "99")
                          CAPTURE ("4", "1100", "44", "1") VOID ("1300", "55", "2")
                              CAPTURE ("5", "1260", "66", "3") VOID ("1260", "77", "5")
                                  CAPTURE ("6", "1260", "88", "3"));
  papers.books = g_strdup (
      "hold 11 card approved 1200\nhold 22 card approved 1300\nhold 33 card approved 1400\n"
      "completion 44 card approved 1100 completion 11\nback 55 card approved -1300 hold-void 22\n"
      "completion 66 card approved 1260 completion 33\n"
      "back 77 card approved -1260 completion-void 66\n"
      "completion 88 card approved 1260 completion 33\nhold 99 card reversed 1500");
  for (gint64 amount_minor = 1200; amount_minor <= 1500; amount_minor += 100)
    {
      add_asked (&papers, amount_minor, TRUE, NULL);
      ((ChaosAsked *)papers.asked->pdata[papers.asked->len - 1])->hold = TRUE;
    }
  return papers;
}

static void
test_hold_papers (void)
{
  static const Tampering tamperings[] = {
    { 0 },
    /* held, completed, let go in the books alone; held or completed in the ledger alone */
    { TRUE, HOLD ("1", "1200", "11"), "", NULL, 1, 0, 2, 0 },
    { TRUE, CAPTURE ("4", "1100", "44", "1"), "", NULL, 1, 0, 0, 0 },
    { TRUE, VOID ("1300", "55", "2"), "", NULL, 1, 0, 0, 0 },
    { FALSE, "hold 11 card approved 1200\n", "", NULL, 1, 0, 0, 0 },
    { FALSE, "44 card approved", "44 card declined", NULL, 0, 1, 0, 0 },
    /* completed twice, though it was let go, or though it was reversed */
    { TRUE, VOID ("1260", "77", "5"), "", NULL, 1, 1, 0, 0 },
    { TRUE, CAPTURE ("4", "1100", "44", "1"), CAPTURE ("4", "1100", "44", "2"), NULL, 0, 1, 1, 0 },
    { TRUE, CAPTURE ("4", "1100", "44", "1"), CAPTURE ("4", "1100", "44", "7"), NULL, 0, 1, 1, 0 },
    /* for more than was held; of what is no hold; charged instead of held */
    { TRUE, CAPTURE ("4", "1100", "44", "1"), CAPTURE ("4", "1201", "44", "1"), NULL, 0, 0, 2, 0 },
    { TRUE, CAPTURE ("4", "1100", "44", "1"), CAPTURE ("4", "1100", "44", "5"), NULL, 0, 0, 2, 0 },
    { TRUE, HOLD ("2", "1300", "22"), LINE ("charge", OWN ("2"), "1300", "22"), NULL, 0, 0, 1, 0 },
    /* it was taken back here alone, and waits */
    { TRUE, "\"reversal\"", "\"decline\"", NULL, 0, 1, 0, 0 },
    { FALSE, "99 card reversed", "99 card unknown", NULL, 0, 0, 0, 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (tamperings); i++)
    check_tampering_of (make_hold_papers (), &tamperings[i]);
}

/* ---- tills that do wrong ---- */

static void
open_till (ChaosWorld *world)
{
  g_autofree char *opened = subject_open (&world->subject);

  g_assert_cmpstr (opened, ==, "opened");
}

/* A stored sale, sent as `wrong` says behind the back of the books. */
static void
do_wrong (const char *wrong, ChaosVerdict *out_verdict)
{
  g_autofree char *answer = NULL;
  ChaosWorld world;

  chaos_world_begin (&world, SEED, CHAOS_WORLD_PLAIN);
  chaos_proxy_plug (world.proxy, FALSE);
  open_till (&world);
  g_assert_true (chaos_world_sell (&world, TRUE, 1200));
  chaos_proxy_plug (world.proxy, TRUE);
  if (wrong != NULL)
    {
      answer = subject_ask (&world.subject, wrong);
      g_assert_cmpstr (answer, ==, "sent");
    }
  g_assert_cmpint (subject_close (&world.subject), ==, 0);
  chaos_world_settle (&world, out_verdict);
  g_test_message ("%s: %s", wrong, out_verdict->findings->str);
  g_assert_cmpstr (world.broken->str, ==, "");
  chaos_world_end (&world);
}

static void
test_no_wrong (void)
{
  g_auto (ChaosVerdict) verdict = { 0 };

  do_wrong (NULL, &verdict);
  g_assert_true (chaos_verdict_is_good (&verdict));
  g_assert_cmpuint (verdict.charges, ==, 1);
}

static void
test_twice (void)
{
  g_auto (ChaosVerdict) verdict = { 0 };

  do_wrong ("twice", &verdict);
  g_assert_cmpuint (verdict.doubled, ==, 1);
}

static void
test_overcharge (void)
{
  g_auto (ChaosVerdict) verdict = { 0 };

  do_wrong ("overcharge", &verdict);
  g_assert_cmpuint (verdict.wrong, ==, 1);
}

/* A till whose syncs do nothing sends and tells before it has committed: with the power gone, so
 * are the sales. The same with honest syncs loses nothing. */
static void
cut_power (gboolean lie, ChaosVerdict *out_verdict)
{
  const char *environment[]
      = { "LD_PRELOAD", NULL, CHAOS_CONTROL_ENV, NULL, CHAOS_JOURNAL_ENV, NULL, NULL };
  ChaosWorld world;
  ChaosCut cut;

  chaos_world_begin (&world, SEED, CHAOS_WORLD_PLAIN);
  environment[1] = world.preload;
  environment[3] = world.control_path;
  environment[5] = world.journal_path;
  world.subject.environment = environment;
  world.control->lie = lie;
  chaos_disk_save (world.durable, world.subject.shop, world.marks);
  open_till (&world);
  g_assert_true (chaos_world_sell (&world, FALSE, 1200));
  g_assert_true (chaos_world_sell (&world, TRUE, 1300));
  g_assert_cmpint (subject_kill (&world.subject), ==, -1);
  if (lie) /* the disk that keeps least */
    chaos_disk_restore (world.durable, world.subject.shop, world.marks);
  else
    chaos_disk_cut (world.durable, world.subject.shop, world.marks, world.journal_path,
                    world.random, &cut);
  chaos_world_settle (&world, out_verdict);
  g_test_message ("%s", out_verdict->findings->str);
  chaos_world_end (&world);
}

static void
test_lie (void)
{
  g_auto (ChaosVerdict) honest = { 0 };
  g_auto (ChaosVerdict) lied = { 0 };

  cut_power (FALSE, &honest);
  g_assert_true (chaos_verdict_is_good (&honest));
  g_assert_cmpuint (honest.payments, ==, 2);
  cut_power (TRUE, &lied);
  g_assert_cmpuint (lied.lost, >=, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGPIPE, SIG_IGN);
  g_test_add_func ("/chaos/judge/papers", test_papers);
  g_test_add_func ("/chaos/judge/back-papers", test_back_papers);
  g_test_add_func ("/chaos/judge/withdrawn-papers", test_withdrawn_papers);
  g_test_add_func ("/chaos/judge/past-papers", test_past_papers);
  g_test_add_func ("/chaos/judge/former-papers", test_former_papers);
  g_test_add_func ("/chaos/judge/hold-papers", test_hold_papers);
  g_test_add_func ("/chaos/judge/nothing-wrong", test_no_wrong);
  g_test_add_func ("/chaos/judge/doubled", test_twice);
  g_test_add_func ("/chaos/judge/wrong-amount", test_overcharge);
  g_test_add_func ("/chaos/judge/lost", test_lie);
  g_test_add_func ("/chaos/worlds", test_worlds);
  return g_test_run ();
}
