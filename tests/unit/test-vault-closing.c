/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Shifts closed: in one commit or not at all, kept as they were, and tied to the journal.
 */
#include "vault-closing.h"
#include "vault-journal.h"
#include "vault-print.h"
#include "vault-testing.h"

#include <string.h>

static void
sell (VaultTesting *self)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (1);

  vault_testing_pay (self, sale, VAULT_TENDER_CASH, VAULT_EVENT_CASH_TAKEN);
}

static VaultShift *
close_shift (VaultTesting *self)
{
  VaultShift *shift = g_new0 (VaultShift, 1);
  g_autoptr (GError) error = NULL;

  g_assert_true (vault_closing_make (self->vault, "wang", shift, &error));
  g_assert_no_error (error);
  return shift;
}

static void
assert_bad (VaultTesting *self, gint64 number)
{
  g_autoptr (GArray) bad = NULL;

  g_assert_true (vault_closing_verify (self->vault, &bad, NULL));
  g_assert_cmpuint (bad->len, ==, number != 0 ? 1 : 0);
  if (number != 0)
    g_assert_cmpint (g_array_index (bad, gint64, 0), ==, number);
}

static void
test_closes_and_is_kept (VaultTesting *self, gconstpointer data)
{
  g_autofree VaultShift *made = NULL, *loaded = g_new0 (VaultShift, 1),
                        *next = g_new0 (VaultShift, 1);
  g_autofree char *one = NULL, *other = NULL;
  g_autoptr (VaultPrintJob) job = NULL;
  g_autoptr (GError) error = NULL;

  sell (self);
  vault_testing_sql (self, "UPDATE print_job SET open = 0, state = 'printed'");
  made = close_shift (self);
  g_assert_cmpint (made->number, ==, 1);
  job = vault_print_next (self->vault, NULL);
  g_assert_cmpint (job->kind, ==, VAULT_PRINT_REPORT);
  g_assert_cmpint (job->sale_id, ==, 1);
  vault_testing_reopen (self);
  g_assert_true (vault_closing_load (self->vault, 1, loaded, &error));
  g_assert_no_error (error);
  one = vault_shift_to_text (made);
  other = vault_shift_to_text (loaded);
  g_assert_cmpstr (one, ==, other);
  g_assert_cmpint (memcmp (made->chain, loaded->chain, sizeof made->chain), ==, 0);
  g_assert_false (vault_closing_make (self->vault, "wang", next, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_ABSENT);
  sell (self);
  g_free (g_steal_pointer (&next));
  next = close_shift (self);
  g_assert_cmpint (next->number, ==, 2);
  g_assert_cmpint (next->after, ==, made->head);
  g_assert_cmpint (next->sales.count, ==, 1);
  assert_bad (self, 0);
}

static void
test_absent (VaultTesting *self, gconstpointer data)
{
  g_autofree VaultShift *shift = g_new0 (VaultShift, 1);
  g_autoptr (GError) error = NULL;
  gint64 last = 9;

  g_assert_false (vault_closing_load (self->vault, 1, shift, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_ABSENT);
  g_assert_true (vault_closing_last (self->vault, &last, NULL));
  g_assert_cmpint (last, ==, 0);
}

static void
test_not_while_a_card_is_taken (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (1);
  g_autofree VaultShift *shift = g_new0 (VaultShift, 1);
  g_autoptr (GError) error = NULL;

  vault_testing_pay (self, sale, VAULT_TENDER_CARD, VAULT_EVENT_GO_ONLINE);
  g_assert_false (vault_closing_make (self->vault, "wang", shift, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_STATE);
}

/* Under a disk that fails at each call in turn: closed with its report, or not at all. */
static void
test_any_failure (VaultTesting *self, gconstpointer data)
{
  gboolean closed = FALSE;
  guint n;

  sell (self);
  for (n = 1; !closed; n++)
    {
      g_autofree VaultShift *shift = g_new0 (VaultShift, 1);
      g_autofree char *before = vault_testing_dump (self), *after = NULL;
      g_autoptr (GError) error = NULL;

      vault_testing_disk_fail (VAULT_TESTING_FAIL_ONCE, n);
      closed = vault_closing_make (self->vault, "wang", shift, &error);
      vault_testing_disk_mend ();
      vault_testing_reopen (self);
      after = vault_testing_dump (self);
      g_assert_cmpint (vault_testing_number (self, "SELECT count (*) FROM closing"), ==, closed);
      g_assert_cmpint (
          vault_testing_number (self, "SELECT value FROM counter WHERE name = 'shift'"), ==,
          closed ? 2 : 1);
      g_assert_cmpint (strcmp (before, after) == 0, ==, !closed);
    }
  g_assert_cmpuint (n, >, 3);
  assert_bad (self, 0);
}

static void
test_changes_are_noticed (VaultTesting *self, gconstpointer data)
{
  static const struct
  {
    const char *sql, *undo;
    gint64 bad;
  } changes[] = {
    { "CREATE TABLE away AS SELECT * FROM closing WHERE number = 2; DELETE FROM closing WHERE "
      "number = 2",
      "INSERT INTO closing SELECT * FROM away; DROP TABLE away", 2 },
    { "INSERT INTO closing SELECT 9, sealed FROM closing WHERE number = 1",
      "DELETE FROM closing WHERE number = 9", 9 },
    { "CREATE TABLE away AS SELECT * FROM closing; UPDATE closing SET sealed = (SELECT sealed FROM "
      "away WHERE number = 2) WHERE number = 1",
      "INSERT OR REPLACE INTO closing SELECT * FROM away; DROP TABLE away", 1 },
  };
  g_autofree VaultShift *first = NULL, *second = NULL;

  sell (self);
  first = close_shift (self);
  sell (self);
  second = close_shift (self);
  assert_bad (self, 0);
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      vault_testing_sql (self, changes[i].sql);
      assert_bad (self, changes[i].bad);
      vault_testing_sql (self, changes[i].undo);
      assert_bad (self, 0);
    }
}

static void
test_a_copy_is_marked (VaultTesting *self, gconstpointer data)
{
  g_autofree VaultShift *shift = NULL;

  sell (self);
  shift = close_shift (self);
  g_assert_true (vault_closing_print (self->vault, 1, "wang", NULL));
  g_assert_true (vault_closing_print (self->vault, 1, "wang", NULL));
  g_assert_cmpint (
      vault_testing_number (self, "SELECT max (copy) FROM print_job WHERE kind = 'report'"), ==, 2);
  /* A receipt of the same number isn't one of them. */
  g_assert_true (vault_print_again (self->vault, 1, "wang", NULL));
  g_assert_cmpint (
      vault_testing_number (self, "SELECT max (copy) FROM print_job WHERE kind = 'receipt'"), ==,
      1);
}

static void
test_heads (VaultTesting *self, gconstpointer data)
{
  g_autofree VaultShift *shift = NULL;
  g_autofree char *printed = NULL, *digits = NULL;
  VaultHead head = VAULT_HEAD_OTHER;
  gint64 seq = 0;

  sell (self);
  shift = close_shift (self);
  printed = vault_shift_head_text (shift, VAULT_CLOSING_HEAD_DIGITS);
  g_assert_true (vault_closing_parse_head (printed, &digits, &seq));
  g_assert_true (vault_closing_find_head (self->vault, digits, seq, &head, NULL));
  g_assert_cmpint (head, ==, VAULT_HEAD_CONTAINED);
  sell (self);
  g_assert_true (vault_closing_find_head (self->vault, digits, seq, &head, NULL));
  g_assert_cmpint (head, ==, VAULT_HEAD_CONTAINED);
  g_assert_true (vault_closing_find_head (self->vault, digits, seq + 1, &head, NULL));
  g_assert_cmpint (head, ==, VAULT_HEAD_OTHER);
  g_assert_true (vault_closing_find_head (self->vault, digits, seq + 100, &head, NULL));
  g_assert_cmpint (head, ==, VAULT_HEAD_CUT_OFF);
  /* The end is cut off, by somebody who owns the file. */
  vault_testing_sql (self, "DELETE FROM journal WHERE act = 'z-report'");
  g_assert_true (vault_closing_find_head (self->vault, digits, seq, &head, NULL));
  g_assert_cmpint (head, ==, VAULT_HEAD_CUT_OFF);
}

static void
test_typed_heads (void)
{
  static const char *const bad[]
      = { "",
          "abcd@1",
          "0123456789abcdef",
          "0123456789abcdef@",
          "0123456789abcdef@0",
          "0123456789abcdeg@1",
          "0123456789abcdef@x",
          "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0@1" };
  g_autofree char *digits = NULL;
  gint64 seq = 0;

  g_assert_true (vault_closing_parse_head ("0123 4567-89AB CDEF@12", &digits, &seq));
  g_assert_cmpstr (digits, ==, "0123456789ABCDEF");
  g_assert_cmpint (seq, ==, 12);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (vault_closing_parse_head (bad[i], &digits, &seq));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  vault_testing_disk_install ();
#define ADD(name, function)                                                                        \
  g_test_add ("/vault/closing/" name, VaultTesting, NULL, vault_testing_set_up, function,          \
              vault_testing_tear_down)
  ADD ("closes-and-is-kept", test_closes_and_is_kept);
  ADD ("absent", test_absent);
  ADD ("not-while-a-card-is-taken", test_not_while_a_card_is_taken);
  ADD ("any-failure", test_any_failure);
  ADD ("changes-are-noticed", test_changes_are_noticed);
  ADD ("a-copy-is-marked", test_a_copy_is_marked);
  ADD ("heads", test_heads);
  g_test_add_func ("/vault/closing/typed-heads", test_typed_heads);
  return g_test_run ();
}
