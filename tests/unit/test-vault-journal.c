/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The chain: whole as written, whole after an erased detail, broken by any change, drop or
 * insertion at the entry where it happened.
 */
#include "vault-journal.h"
#include "vault-testing.h"

static void
write_entries (VaultTesting *self, guint count)
{
  for (guint i = 1; i <= count; i++)
    {
      g_autofree char *detail = g_strdup_printf ("the drawer was opened, %u", i);

      g_assert_true (vault_journal_add (self->vault, "wang", "drawer", detail, NULL));
    }
}

static void
assert_chain (VaultTesting *self,
              VaultJournalVerdict expected,
              gint64 count_expected,
              gint64 seq_expected)
{
  VaultJournalVerdict verdict;
  g_autoptr (GError) error = NULL;
  gint64 count, seq;

  g_assert_true (vault_journal_verify (self->vault, &verdict, &count, &seq, &error));
  g_assert_no_error (error);
  g_assert_cmpint (verdict, ==, expected);
  g_assert_cmpint (count, ==, count_expected);
  g_assert_cmpint (seq, ==, seq_expected);
}

static void
test_whole_as_written (VaultTesting *self, gconstpointer data)
{
  assert_chain (self, VAULT_JOURNAL_WHOLE, 0, 0);
  write_entries (self, 3);
  assert_chain (self, VAULT_JOURNAL_WHOLE, 3, 0);
  vault_testing_reopen (self);
  write_entries (self, 2);
  assert_chain (self, VAULT_JOURNAL_WHOLE, 5, 0);
  g_assert_true (vault_journal_add (self->vault, "wang", "note", NULL, NULL));
  g_assert_true (vault_journal_add (self->vault, "", "", "", NULL));
  assert_chain (self, VAULT_JOURNAL_WHOLE, 7, 0);
}

static void
test_an_erased_detail_leaves_it_whole (VaultTesting *self, gconstpointer data)
{
  g_autoptr (GPtrArray) list = NULL;

  write_entries (self, 5);
  vault_testing_sql (self, "UPDATE journal SET detail = NULL WHERE seq IN (1, 3, 5)");
  vault_testing_reopen (self);
  write_entries (self, 1);
  assert_chain (self, VAULT_JOURNAL_WHOLE, 6, 0);
  list = vault_journal_list (self->vault, 2, NULL);
  g_assert_cmpuint (list->len, ==, 2);
  g_assert_cmpint (((VaultJournalEntry *)list->pdata[0])->seq, ==, 6);
  g_assert_cmpstr (((VaultJournalEntry *)list->pdata[0])->detail, ==, "the drawer was opened, 1");
  g_assert_null (((VaultJournalEntry *)list->pdata[1])->detail);
  g_assert_cmpstr (((VaultJournalEntry *)list->pdata[1])->act, ==, "drawer");
  g_assert_cmpstr (((VaultJournalEntry *)list->pdata[1])->who, ==, "wang");
}

static const struct
{
  const char *sql;
  gint64 seq; /* the first that doesn't follow, of 5 */
} spoilers[] = {
  { "UPDATE journal SET detail = 'nothing to see' WHERE seq = 3", 3 },
  { "UPDATE journal SET detail = '' WHERE seq = 3", 3 },
  { "UPDATE journal SET who = 'li' WHERE seq = 1", 1 },
  { "UPDATE journal SET act = 'sale' WHERE seq = 5", 5 },
  { "UPDATE journal SET at_us = at_us + 1 WHERE seq = 2", 2 },
  { "UPDATE journal SET digest = zeroblob (32), detail = NULL WHERE seq = 2", 2 },
  { "UPDATE journal SET digest = x'' WHERE seq = 2", 2 },
  { "UPDATE journal SET chain = zeroblob (32) WHERE seq = 2", 2 },
  { "UPDATE journal SET chain = x'00' WHERE seq = 5", 5 },
  { "UPDATE journal SET who = 'wangd', act = 'rawer' WHERE seq = 4", 4 },
  { "DELETE FROM journal WHERE seq = 1", 1 },
  { "DELETE FROM journal WHERE seq = 3", 3 },
  { "DELETE FROM journal WHERE seq = 5", 5 },
  { "DELETE FROM journal", 1 },
  { "DELETE FROM journal WHERE seq = 3; UPDATE journal SET seq = seq - 1 WHERE seq > 3", 3 },
  { "INSERT INTO journal SELECT 6, at_us, who, act, detail, digest, chain FROM journal WHERE seq = "
    "5",
    6 },
  { "INSERT INTO journal SELECT 0, at_us, who, act, detail, digest, chain FROM journal WHERE seq = "
    "5",
    1 },
  { "UPDATE journal SET seq = seq + 100 WHERE seq > 3; INSERT INTO journal SELECT 4, at_us, who, "
    "act, detail, digest, chain"
    " FROM journal WHERE seq = 3; UPDATE journal SET seq = seq - 99 WHERE seq > 100",
    4 },
  { "UPDATE journal SET seq = 100 WHERE seq = 2; UPDATE journal SET seq = 2 WHERE seq = 3; UPDATE "
    "journal SET seq = 3 WHERE seq = 100",
    2 },
};

static void
test_any_change_breaks_it (VaultTesting *self, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (spoilers); i++)
    {
      g_test_message ("%s", spoilers[i].sql);
      write_entries (self, 5);
      vault_testing_sql (self, spoilers[i].sql);
      assert_chain (self, VAULT_JOURNAL_BROKEN, spoilers[i].seq - 1, spoilers[i].seq);
      vault_testing_tear_down (self, NULL);
      vault_testing_set_up (self, NULL);
    }
}

/* The newest entries dropped while the till was closed, and the mark that would tell of them. */
static void
test_a_cut_end_is_found_later (VaultTesting *self, gconstpointer data)
{
  write_entries (self, 5);
  g_clear_pointer (&self->vault, vault_free);
  vault_testing_sql (self, "DELETE FROM journal WHERE seq > 3");
  vault_testing_reopen (self);
  assert_chain (self, VAULT_JOURNAL_BROKEN, 3, 4);
  write_entries (self, 1);
  vault_testing_reopen (self);
  assert_chain (self, VAULT_JOURNAL_BROKEN, 3, 4);
}

static void
test_a_missing_mark_is_found (VaultTesting *self, gconstpointer data)
{
  static const char *const marks[]
      = { "DELETE FROM setting WHERE name = 'heads'",
          "UPDATE setting SET sealed = zeroblob (40) WHERE name = 'heads'" };

  for (gsize i = 0; i < G_N_ELEMENTS (marks); i++)
    {
      write_entries (self, 40);
      vault_testing_reopen (self);
      assert_chain (self, VAULT_JOURNAL_WHOLE, 40, 0);
      g_clear_pointer (&self->vault, vault_free);
      vault_testing_sql (self, marks[i]);
      vault_testing_reopen (self);
      assert_chain (self, VAULT_JOURNAL_BROKEN, 40, 41);
      vault_testing_tear_down (self, NULL);
      vault_testing_set_up (self, NULL);
    }
}

/* Entries go on after a break, and the break stays where it is. */
static void
test_a_break_stays (VaultTesting *self, gconstpointer data)
{
  write_entries (self, 3);
  vault_testing_sql (self, "UPDATE journal SET who = 'li' WHERE seq = 2");
  vault_testing_reopen (self);
  write_entries (self, 3);
  assert_chain (self, VAULT_JOURNAL_BROKEN, 1, 2);
}

static void
test_verify_turns_pages (VaultTesting *self, gconstpointer data)
{
  for (guint i = 0; i < 2000; i++)
    g_assert_true (vault_journal_add (self->vault, "wang", "drawer", "x", NULL));
  assert_chain (self, VAULT_JOURNAL_WHOLE, 2000, 0);
  write_entries (self, 3);
  assert_chain (self, VAULT_JOURNAL_WHOLE, 2003, 0);
  vault_testing_sql (self, "UPDATE journal SET who = 'li' WHERE seq = 2002");
  assert_chain (self, VAULT_JOURNAL_BROKEN, 2001, 2002);
}

/* Every way a sale takes writes its acts down. */
static void
test_money_is_written_down (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (1);
  VaultPayment *payment = vault_testing_pay (self, sale, VAULT_TENDER_CARD, VAULT_EVENT_GO_ONLINE);
  g_autofree char *expected = g_strdup_printf (
      "receipt 1 payment 1 %s card 5.00: sending to approved, because", payment->uuid);
  g_autoptr (GPtrArray) list = NULL;

  vault_testing_move (self, sale, payment, VAULT_EVENT_ANSWER_APPROVED);
  list = vault_journal_list (self->vault, 10, NULL);
  g_assert_cmpuint (list->len, ==, 2);
  g_assert_cmpstr (((VaultJournalEntry *)list->pdata[0])->act, ==, "answer-approved");
  g_assert_true (g_str_has_prefix (((VaultJournalEntry *)list->pdata[0])->detail, expected));
  g_assert_cmpint (((VaultJournalEntry *)list->pdata[0])->at_us, >=, sale->opened_us);
  assert_chain (self, VAULT_JOURNAL_WHOLE, 2, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/vault/journal/" name, VaultTesting, NULL, vault_testing_set_up, function,          \
              vault_testing_tear_down)
  ADD ("whole-as-written", test_whole_as_written);
  ADD ("an-erased-detail-leaves-it-whole", test_an_erased_detail_leaves_it_whole);
  ADD ("any-change-breaks-it", test_any_change_breaks_it);
  ADD ("a-cut-end-is-found-later", test_a_cut_end_is_found_later);
  ADD ("a-missing-mark-is-found", test_a_missing_mark_is_found);
  ADD ("a-break-stays", test_a_break_stays);
  ADD ("verify-turns-pages", test_verify_turns_pages);
  ADD ("money-is-written-down", test_money_is_written_down);
  return g_test_run ();
}
