/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-books.h"

#include "vault-journal.h"
#include "vault-record.h"
#include "vault-testing.h"

static void
fill (VaultTesting *self)
{
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (VaultSale) sale = vault_testing_sale (2);
      VaultPayment *payment
          = vault_testing_pay (self, sale, VAULT_TENDER_CARD, VAULT_EVENT_DEFERRED);

      if (i == 1)
        vault_testing_move (self, sale, payment, VAULT_EVENT_SEND);
    }
}

static void
assert_bad (VaultTesting *self, gint64 sale, gint64 record)
{
  g_autoptr (GArray) sales = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) records = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GError) error = NULL;

  g_assert_true (vault_books_verify (self->vault, sales, records, records, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (sales->len, ==, sale != 0);
  g_assert_cmpuint (records->len, ==, record != 0);
  if (sale != 0)
    g_assert_cmpint (g_array_index (sales, gint64, 0), ==, sale);
  if (record != 0)
    g_assert_cmpint (g_array_index (records, gint64, 0), ==, record);
}

static const struct
{
  const char *sql, *undo;
  gint64 sale, record;
} changes[] = {
  { "UPDATE sale SET total_minor = total_minor + 1 WHERE id = 2",
    "UPDATE sale SET total_minor = total_minor - 1 WHERE id = 2", 2, 0 },
  { "UPDATE sale SET kind = 'void' WHERE id = 2", "UPDATE sale SET kind = 'sale' WHERE id = 2", 2,
    0 },
  { "UPDATE sale SET original = 1 WHERE id = 2", "UPDATE sale SET original = 0 WHERE id = 2", 2,
    0 },
  { "UPDATE sale_line SET original = 1 WHERE sale = 2",
    "UPDATE sale_line SET original = 0 WHERE sale = 2", 2, 0 },
  { "UPDATE payment SET batch = batch + 1 WHERE sale = 1",
    "UPDATE payment SET batch = batch - 1 WHERE sale = 1", 1, 0 },
  { "UPDATE payment SET host_date = '1231' WHERE sale = 1",
    "UPDATE payment SET host_date = NULL WHERE sale = 1", 1, 0 },
  { "UPDATE payment SET terminal = 'OTHER' WHERE sale = 2",
    "UPDATE payment SET terminal = NULL WHERE sale = 2", 2, 0 },
  { "UPDATE payment SET original = 1 WHERE sale = 2",
    "UPDATE payment SET original = 0 WHERE sale = 2", 2, 0 },
  { "UPDATE payment SET slip = 'entry chip' WHERE sale = 2",
    "UPDATE payment SET slip = NULL WHERE sale = 2", 2, 0 },
  { "UPDATE sale_line SET price_minor = 1 WHERE sale = 2 AND number = 2",
    "UPDATE sale_line SET price_minor = 500 WHERE sale = 2 AND number = 2", 2, 0 },
  { "UPDATE sale_line SET category = NULL WHERE sale = 3",
    "UPDATE sale_line SET category = 'drinks' WHERE sale = 3", 3, 0 },
  { "UPDATE payment SET state = 'approved' WHERE sale = 1",
    "UPDATE payment SET state = 'stored' WHERE sale = 1", 1, 0 },
  { "INSERT INTO sale_line SELECT 9999999, sale, number, code, name, name_zh, category, unit, "
    "tax_bp, quantity_milli, price_minor, discount_minor, amount_minor, voided, void_reason, "
    "original "
    "FROM sale_line WHERE sale = 2 AND number = 1",
    "DELETE FROM sale_line WHERE id = 9999999", 9765, 0 },
  { "INSERT INTO sale SELECT 4, state, opened_us, closed_us, shift, cashier, label, currency, "
    "tax_mode, total_minor, kind, original FROM sale WHERE id = 2",
    "DELETE FROM sale WHERE id = 4", 4, 0 },
  { "CREATE TABLE away AS SELECT * FROM sale WHERE id = 1; DELETE FROM sale WHERE id = 1",
    "INSERT INTO sale SELECT * FROM away; DROP TABLE away", 1, 0 },
  { "INSERT INTO record SELECT 4, class, state, sale, position, terminal, batch, stan, "
    "amount_minor, created_us, tries, next_us, done_us, reason, identity, sealed, settled, counts "
    "FROM record WHERE "
    "id = 2",
    "DELETE FROM record WHERE id = 4", 0, 4 },
  { "CREATE TABLE away AS SELECT * FROM record WHERE id = 3; DELETE FROM record WHERE id = 3",
    "INSERT INTO record SELECT * FROM away; DROP TABLE away", 0, 3 },
};

static void
test_single_rows (VaultTesting *self, gconstpointer data)
{
  fill (self);
  assert_bad (self, 0, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_test_message ("%s", changes[i].sql);
      vault_testing_sql (self, changes[i].sql);
      assert_bad (self, changes[i].sale, changes[i].record);
      vault_testing_sql (self, changes[i].undo);
      assert_bad (self, 0, 0);
    }
}

/* Rows that once were right, put back: each by itself is sealed and sound. */
static void
test_earlier_rows (VaultTesting *self, gconstpointer data)
{
  g_autoptr (GArray) bad = NULL;
  g_autoptr (VaultSale) sale = NULL;
  guint checked;

  fill (self);
  vault_testing_sql (self, "CREATE TABLE was AS SELECT * FROM record WHERE id = 1");
  sale = vault_sale_load (self->vault, 1, NULL);
  vault_testing_move (self, sale, sale->payments->pdata[0], VAULT_EVENT_TOO_OLD);
  vault_testing_sql (self, "INSERT OR REPLACE INTO record SELECT * FROM was; DROP TABLE was");
  assert_bad (self, 0, 1);
  /* It is set aside, so that it isn't sent. */
  g_assert_true (vault_queue_verify (self->vault, &checked, &bad, NULL));
  g_assert_cmpuint (bad->len, ==, 1);
  g_assert_cmpint (vault_testing_number (
                       self, "SELECT count (*) FROM record WHERE id = 1 AND state = 'attention'"),
                   ==, 1);
}

/* Set aside and taken back are ties as well. */
static void
test_moves_beside_payments (VaultTesting *self, gconstpointer data)
{
  fill (self);
  g_assert_true (vault_queue_set_aside (self->vault, 1, "malformed", NULL));
  assert_bad (self, 0, 0);
  g_assert_true (vault_queue_retry (self->vault, 1, "wang", NULL));
  assert_bad (self, 0, 0);
  g_assert_cmpint (vault_testing_number (
                       self, "SELECT count (*) FROM journal WHERE act IN ('queue', 'queue-retry')"),
                   ==, 2);
}

/* An entry of before there were ties, or one whose detail is gone, accuses nobody. */
static void
test_what_cant_be_told (VaultTesting *self, gconstpointer data)
{
  fill (self);
  vault_testing_sql (self, "UPDATE journal SET detail = 'receipt 1 payment' WHERE seq = 1");
  vault_testing_sql (self, "UPDATE sale SET label = 'x' WHERE id = 1");
  assert_bad (self, 0, 0);
  vault_testing_sql (self, "UPDATE journal SET detail = NULL WHERE detail LIKE '%s3=%'");
  vault_testing_sql (self, "UPDATE sale SET label = 'x' WHERE id = 3");
  assert_bad (self, 0, 0);
  vault_testing_sql (self, "UPDATE sale SET label = 'x' WHERE id = 2");
  assert_bad (self, 2, 0);
}

static void
assert_bad_setting (VaultTesting *self, const char *name)
{
  g_autoptr (GPtrArray) bad = NULL;

  g_assert_true (vault_settings_verify (self->vault, &bad, NULL));
  g_assert_cmpuint (bad->len, ==, name != NULL);
  if (name != NULL)
    g_assert_cmpstr (bad->pdata[0], ==, name);
}

static void
test_settings (VaultTesting *self, gconstpointer data)
{
  g_assert_true (vault_setting_set_text (self->vault, "offline.hours", "24", NULL));
  g_assert_true (vault_setting_set_text (self->vault, "shop.name", "Corner", NULL));
  assert_bad_setting (self, NULL);
  vault_testing_sql (self,
                     "CREATE TABLE was AS SELECT * FROM setting WHERE name = 'offline.hours'");
  g_assert_true (vault_setting_set_text (self->vault, "offline.hours", "12", NULL));
  assert_bad_setting (self, NULL);
  vault_testing_sql (self, "INSERT OR REPLACE INTO setting SELECT * FROM was");
  assert_bad_setting (self, "");
  vault_testing_sql (self, "DELETE FROM setting WHERE name = 'offline.hours'");
  assert_bad_setting (self, "");
  g_assert_true (vault_setting_set_text (self->vault, "offline.hours", "12", NULL));
  assert_bad_setting (self, NULL);
  vault_testing_sql (self, "UPDATE setting SET sealed = zeroblob (40) WHERE name = 'shop.name'");
  assert_bad_setting (self, "shop.name");
  vault_testing_sql (self, "DROP TABLE was");
}

static gpointer
write_often (gpointer data)
{
  VaultTesting *self = data;

  for (guint i = 0; i < 400; i++)
    g_assert_true (vault_setting_set_number (self->vault, "offline.hours", i, NULL));
  return NULL;
}

/* What is written while they are looked through is no fault of the books. */
static void
test_settings_beside (VaultTesting *self, gconstpointer data)
{
  GThread *writer = g_thread_new ("writer", write_often, self);

  for (guint i = 0; i < 400; i++)
    assert_bad_setting (self, NULL);
  g_thread_join (writer);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/vault/books/" name, VaultTesting, NULL, vault_testing_set_up, function,            \
              vault_testing_tear_down)
  ADD ("single-rows", test_single_rows);
  ADD ("earlier-rows", test_earlier_rows);
  ADD ("moves-beside-payments", test_moves_beside_payments);
  ADD ("what-cant-be-told", test_what_cant_be_told);
  ADD ("settings", test_settings);
  ADD ("settings-beside", test_settings_beside);
  return g_test_run ();
}
