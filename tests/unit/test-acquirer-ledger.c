/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-ledger.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#define KEY "3f2b8c1e-5d47-4a90-9c63-0e1f2a3b4c5d"
#define OTHER_KEY "3f2b8c1e-5d47-4a90-9c63-0e1f2a3b4c5e"

typedef struct
{
  char *dir;
  char *path;
  char *tombstones;
} Place;

static void
place_init (Place *self)
{
  self->dir = g_dir_make_tmp ("till-ledger-XXXXXX", NULL);
  self->path = g_build_filename (self->dir, "ledger.jsonl", NULL);
  self->tombstones = g_strconcat (self->path, ".tombstones", NULL);
}

static void
place_clear (Place *self)
{
  g_unlink (self->path);
  g_unlink (self->tombstones);
  g_rmdir (self->dir);
  g_free (self->dir);
  g_free (self->path);
  g_free (self->tombstones);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Place, place_clear)

static AcquirerLine
line (AcquirerEffect effect, guint32 stan)
{
  return (AcquirerLine){
    .effect = effect,
    .terminal = "T1",
    .batch = 3,
    .stan = stan,
    .amount_minor = 1250,
    .currency = "CNY",
    .masked_pan = "476173******0119",
    .key = KEY,
    .code = "00",
    .reference = "000000000001",
    .authorisation = "A00001",
    .reason = "\"quoted\"",
  };
}

static void
append (AcquirerLedger *ledger, AcquirerEffect effect, guint32 stan)
{
  AcquirerLine entry = line (effect, stan);

  g_assert_true (acquirer_ledger_append (ledger, &entry, NULL));
}

static void
check_known (AcquirerLedger *ledger)
{
  const AcquirerLine *found = acquirer_ledger_find (ledger, "T1", 3, 17);

  g_assert_cmpuint (acquirer_ledger_count (ledger), ==, 2);
  g_assert_nonnull (found);
  g_assert_cmpint (found->effect, ==, ACQUIRER_EFFECT_CHARGE);
  g_assert_cmpint (found->amount_minor, ==, 1250);
  g_assert_cmpstr (found->authorisation, ==, "A00001");
  g_assert_cmpstr (found->reason, ==, "\"quoted\"");
  g_assert_true (acquirer_ledger_is_reversed (ledger, "T1", 3, 17));
  g_assert_false (acquirer_ledger_is_reversed (ledger, "T1", 4, 17));
  g_assert_null (acquirer_ledger_find (ledger, "T2", 3, 17));
  g_assert_true (acquirer_ledger_is_buried (ledger, "T1", 3, 99));
  g_assert_false (acquirer_ledger_is_buried (ledger, "T1", 3, 17));
  g_assert_cmpstr (acquirer_ledger_owner (ledger, "T1", 3, 17), ==, KEY);
  g_assert_cmpstr (acquirer_ledger_owner (ledger, "T1", 3, 99), ==, OTHER_KEY);
  g_assert_cmpstr (acquirer_ledger_owner (ledger, "T1", 3, 98), ==, "");
}

static AcquirerLedger *
reopen (const Place *place)
{
  g_autoptr (GError) error = NULL;
  AcquirerLedger *ledger = acquirer_ledger_open (place->path, &error);

  g_assert_no_error (error);
  return ledger;
}

static void
test_again (void)
{
  g_auto (Place) place = { 0 };
  g_autoptr (AcquirerLedger) ledger = NULL;

  place_init (&place);
  ledger = reopen (&place);
  append (ledger, ACQUIRER_EFFECT_CHARGE, 17);
  append (ledger, ACQUIRER_EFFECT_REVERSAL, 17);
  g_assert_true (acquirer_ledger_bury (ledger, "T1", 3, 99, OTHER_KEY, NULL));
  check_known (ledger);
  g_clear_pointer (&ledger, acquirer_ledger_free);
  ledger = reopen (&place);
  check_known (ledger);
}

static void
append_back (AcquirerLedger *ledger, AcquirerEffect effect, guint32 stan, gint64 amount_minor)
{
  AcquirerLine entry = line (effect, stan);

  entry.original_batch = 3;
  entry.original_stan = 17;
  entry.amount_minor = amount_minor;
  g_strlcpy (entry.date, "1123", sizeof entry.date);
  g_assert_true (acquirer_ledger_append (ledger, &entry, NULL));
}

static void
check_given_back (AcquirerLedger *ledger)
{
  const AcquirerLine *found = acquirer_ledger_find (ledger, "T1", 3, 18);

  g_assert_nonnull (found);
  g_assert_cmpint (found->effect, ==, ACQUIRER_EFFECT_VOID);
  g_assert_cmpuint (found->original_stan, ==, 17);
  g_assert_cmpstr (found->date, ==, "1123");
  g_assert_true (acquirer_ledger_is_reversed (ledger, "T1", 3, 18));
  g_assert_false (acquirer_ledger_is_reversed (ledger, "T1", 3, 17));
  g_assert_false (acquirer_ledger_is_voided (ledger, "T1", 3, 17));
  g_assert_cmpint (acquirer_ledger_refunded (ledger, "T1", 3, 17), ==, 300);
  g_assert_cmpint (acquirer_ledger_refunded (ledger, "T2", 3, 17), ==, 0);
}

/* A void's line has the name of what it undoes, a refund's its own. */
static void
test_given_back (void)
{
  g_auto (Place) place = { 0 };
  g_autoptr (AcquirerLedger) ledger = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  place_init (&place);
  ledger = reopen (&place);
  append (ledger, ACQUIRER_EFFECT_CHARGE, 17);
  append_back (ledger, ACQUIRER_EFFECT_VOID, 18, 1250);
  g_assert_true (acquirer_ledger_is_voided (ledger, "T1", 3, 17));
  append (ledger, ACQUIRER_EFFECT_REVERSAL, 18);
  append_back (ledger, ACQUIRER_EFFECT_REFUND, 19, 100);
  append_back (ledger, ACQUIRER_EFFECT_REFUND, 20, 200);
  check_given_back (ledger);
  g_clear_pointer (&ledger, acquirer_ledger_free);
  g_assert_true (g_file_get_contents (place.path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  g_assert_nonnull (strstr (lines[1], "\"effect\":\"void\",\"terminal\":\"T1\",\"batch\":3,"
                                      "\"stan\":17,\"by_batch\":3,\"by_stan\":18"));
  g_assert_nonnull (strstr (lines[3], "\"effect\":\"refund\",\"terminal\":\"T1\",\"batch\":3,"
                                      "\"stan\":19,\"original_batch\":3,\"original_stan\":17"));
  ledger = reopen (&place);
  check_given_back (ledger);
}

/* A crash in the middle of a line: the line goes, and the next one begins where it began. */
static void
test_cut_off (void)
{
  g_auto (Place) place = { 0 };
  g_autoptr (AcquirerLedger) ledger = NULL;
  g_autofree char *text = NULL;
  g_autofree char *cut = NULL;

  place_init (&place);
  ledger = reopen (&place);
  append (ledger, ACQUIRER_EFFECT_CHARGE, 17);
  g_clear_pointer (&ledger, acquirer_ledger_free);
  g_assert_true (g_file_get_contents (place.path, &text, NULL, NULL));
  cut = g_strconcat (text, "{\"effect\":\"char", NULL);
  g_assert_true (g_file_set_contents (place.path, cut, -1, NULL));
  ledger = reopen (&place);
  g_assert_cmpuint (acquirer_ledger_count (ledger), ==, 1);
  append (ledger, ACQUIRER_EFFECT_CHARGE, 18);
  g_clear_pointer (&ledger, acquirer_ledger_free);
  ledger = reopen (&place);
  g_assert_cmpuint (acquirer_ledger_count (ledger), ==, 2);
}

#define CARD "9B49B94B735CEBA7"

static AcquirerLine
chip_line (guint32 stan, guint counter, AcquirerChipProof proof)
{
  AcquirerLine entry = line (ACQUIRER_EFFECT_CHARGE, stan);

  g_strlcpy (entry.card, CARD, sizeof entry.card);
  entry.counter = counter;
  entry.proof = proof;
  return entry;
}

static void
check_counts (AcquirerLedger *ledger)
{
  g_assert_cmpuint (acquirer_ledger_highest (ledger, CARD), ==, 7);
  g_assert_cmpuint (acquirer_ledger_highest (ledger, "0000000000000000"), ==, 0);
  g_assert_cmpuint (acquirer_ledger_counted (ledger, CARD, 7)->stan, ==, 31);
  g_assert_cmpuint (acquirer_ledger_counted (ledger, CARD, 5)->stan, ==, 32);
  g_assert_null (acquirer_ledger_counted (ledger, CARD, 6));
  g_assert_null (acquirer_ledger_counted (ledger, CARD, 9)); /* nobody has proved that one */
  g_assert_cmpint (acquirer_ledger_find (ledger, "T1", 3, 33)->proof, ==, ACQUIRER_CHIP_WRONG);
}

/* What is known of a card is known after a restart. */
static void
test_counts (void)
{
  static const struct
  {
    guint stan, counter;
    AcquirerChipProof proof;
  } counts[] = { { 31, 7, ACQUIRER_CHIP_GOOD },
                 { 32, 5, ACQUIRER_CHIP_GOOD },
                 { 33, 9, ACQUIRER_CHIP_WRONG },
                 { 34, 7, ACQUIRER_CHIP_REPEATED } };
  g_auto (Place) place = { 0 };
  AcquirerLedger *ledger;

  place_init (&place);
  ledger = acquirer_ledger_open (place.path, NULL);
  append (ledger, ACQUIRER_EFFECT_CHARGE, 17); /* no chip's */
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      AcquirerLine entry = chip_line (counts[i].stan, counts[i].counter, counts[i].proof);

      g_assert_true (acquirer_ledger_append (ledger, &entry, NULL));
    }
  check_counts (ledger);
  acquirer_ledger_free (ledger);
  ledger = acquirer_ledger_open (place.path, NULL);
  g_assert_nonnull (ledger);
  check_counts (ledger);
  acquirer_ledger_free (ledger);
}

static const char *const bad_lines[] = {
  "\n",
  "[]\n",
  "{}\n",
  "not json\n",
  "{\"effect\":\"gift\",\"terminal\":\"T1\",\"batch\":3,\"stan\":17}\n",
  "{\"effect\":\"charge\",\"terminal\":\"T1\",\"batch\":3,\"stan\":1000000}\n",
  "{\"effect\":\"charge\",\"terminal\":7,\"batch\":\"3\",\"stan\":17}\n",
};

static void
test_bad (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_lines); i++)
    {
      g_auto (Place) place = { 0 };
      g_autoptr (GError) error = NULL;

      place_init (&place);
      g_assert_true (g_file_set_contents (place.path, bad_lines[i], -1, NULL));
      g_assert_null (acquirer_ledger_open (place.path, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      g_assert_nonnull (strstr (error->message, "line 1"));
    }
}

/* A disk without room: nothing is remembered that isn't written, and half a line doesn't stay. */
static void
test_full (void)
{
  g_autoptr (AcquirerLedger) ledger = NULL;
  g_autoptr (GError) error = NULL;
  AcquirerLine entry = line (ACQUIRER_EFFECT_CHARGE, 18);
  g_auto (Place) place = { 0 };
  struct rlimit before, small;

  place_init (&place);
  ledger = reopen (&place);
  append (ledger, ACQUIRER_EFFECT_CHARGE, 17);
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  small = before;
  small.rlim_cur = 400; /* the second line fits in part */
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  g_assert_false (acquirer_ledger_append (ledger, &entry, &error));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  g_assert_nonnull (error);
  g_assert_null (acquirer_ledger_find (ledger, "T1", 3, 18));
  append (ledger, ACQUIRER_EFFECT_CHARGE, 19);
  g_clear_pointer (&ledger, acquirer_ledger_free);
  ledger = reopen (&place);
  g_assert_cmpuint (acquirer_ledger_count (ledger), ==, 2);
}

static void
test_memory (void)
{
  g_autoptr (AcquirerLedger) ledger = acquirer_ledger_open (NULL, NULL);

  append (ledger, ACQUIRER_EFFECT_CHARGE, 17);
  append (ledger, ACQUIRER_EFFECT_REVERSAL, 17);
  g_assert_true (acquirer_ledger_bury (ledger, "T1", 3, 99, OTHER_KEY, NULL));
  check_known (ledger);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/acquirer/ledger/again", test_again);
  g_test_add_func ("/acquirer/ledger/given-back", test_given_back);
  g_test_add_func ("/acquirer/ledger/cut-off", test_cut_off);
  g_test_add_func ("/acquirer/ledger/counts", test_counts);
  g_test_add_func ("/acquirer/ledger/bad", test_bad);
  g_test_add_func ("/acquirer/ledger/full", test_full);
  g_test_add_func ("/acquirer/ledger/memory", test_memory);
  return g_test_run ();
}
