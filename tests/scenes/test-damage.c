/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Damaged files, by accident or by somebody's hand: each gives a clear error or is put aside, none
 * crashes, hangs or makes the rest unusable.
 *
 * First a shop with stored sales, one of whose records is changed: it goes aside, is never sent, is
 * shown, and the rest drains. Then many mutations, from a fixed seed, of the database, its log, the
 * key file, the profile and a list of goods. TILL_DAMAGE_RUNS says how many of each (default 60);
 * TILL_DAMAGE_SEED where to begin.
 */
#include "subject.h"

#include "acquirer-message.h"
#include "base-data.h"
#include "iso8583.h"
#include "sync-queue.h"
#include "vault-catalogue.h"
#include "vault-journal.h"
#include "vault-key.h"
#include "vault-print.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STORED 4
#define RUNS 60
#define ROWS_MAX 1000
#define RUN_SECONDS_MAX 60 /* one that takes longer hangs: SIGALRM ends the test */

static guint
setting (const char *name, guint otherwise)
{
  const char *text = g_getenv (name);

  return text != NULL ? (guint)g_ascii_strtoull (text, NULL, 10) : otherwise;
}

static void
expect_opened (Subject *subject, const char *pattern)
{
  g_autofree char *opened = subject_open (subject);

  if (opened == NULL || !g_pattern_match_simple (pattern, opened))
    g_error ("Opening was answered by “%s”", opened);
}

static char *
shop_file (const Subject *subject, const char *name)
{
  return g_build_filename (subject->shop, name, NULL);
}

/* A shop with sales that wait, its acquirer away. `closed` FALSE: killed, and the log holds most of
 * it. */
static void
begin_stored (Subject *subject, gboolean closed)
{
  *subject = (Subject){ 0 };
  subject_begin (subject, NULL);
  subject_stop_host (subject, SIGTERM);
  expect_opened (subject, "opened");
  for (guint i = 0; i < STORED; i++)
    subject_expect (subject, "card 1200", "sold * card stored no-connection");
  subject_expect (subject, "cash 700", "sold * cash approved -");
  if (closed)
    g_assert_cmpint (subject_close (subject), ==, 0);
  else
    (void)subject_kill (subject);
}

static void
change (const Subject *subject, const char *sql)
{
  g_autofree char *path = shop_file (subject, "till.db");
  sqlite3 *db = NULL;
  int changed;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  changed = sqlite3_changes (db);
  sqlite3_close (db);
  g_assert_cmpint (changed, >, 0);
}

/* ---- one changed record ---- */

typedef struct
{
  const char *name;
  const char *sql; /* changes record 2 of the four */
  guint sent;      /* of the four */
} Forgery;

static const Forgery forgeries[] = {
  { "bit",
    "UPDATE record SET sealed = CAST (substr (sealed, 1, 40) || iif (substr (sealed, 41, 1) = "
    "x'00', "
    "x'01', x'00') || substr (sealed, 42) AS BLOB) WHERE id = 2",
    3 },
  { "short", "UPDATE record SET sealed = substr (sealed, 1, 20) WHERE id = 2", 3 },
  { "empty", "UPDATE record SET sealed = x'' WHERE id = 2", 3 },
  { "amount", "UPDATE record SET amount_minor = 1 WHERE id = 2", 3 },
  { "moved", "UPDATE record SET sale = 1 WHERE id = 2", 3 },
  { "class", "UPDATE record SET class = 'reversal' WHERE id = 2", 3 },
  { "no-class", "UPDATE record SET class = 'gift' WHERE id = 2", 3 },
  { "swapped", "UPDATE record SET sealed = (SELECT sealed FROM record WHERE id = 3) WHERE id = 2",
    3 },
  { "huge", "UPDATE record SET sealed = zeroblob (20000000) WHERE id = 2", 3 },
};

static void
test_forgery (gconstpointer data)
{
  const Forgery *forgery = data;
  Subject subject;

  begin_stored (&subject, TRUE);
  change (&subject, forgery->sql);
  subject_start_host (&subject, NULL);
  /* The port is another one now: the subject finds it in its settings, which only it can write. */
  expect_opened (&subject, "opened");
  subject_expect (&subject, "drain", "empty");
  g_assert_cmpuint (subject_ledger_count (&subject, "charge", NULL), ==, forgery->sent);
  g_assert_cmpuint (subject_ledger_count (&subject, "reversal", NULL), ==, 0);
  subject_expect (&subject, "queue", "record 2 * attention *");
  subject_expect (&subject, "verify", "records * 1\njournal whole");
  subject_expect (&subject, "card 1500", "sold * card approved -");
  subject_expect (&subject, "drain", "empty");
  g_assert_cmpuint (subject_ledger_count (&subject, "charge", NULL), ==, forgery->sent + 1);
  g_assert_cmpint (subject_close (&subject), ==, 0);
  subject_end (&subject);
}

/* ---- the key ---- */

static void
test_wrong_key (void)
{
  Subject subject, other;
  g_autofree char *theirs = NULL;
  g_autofree char *ours = NULL;
  g_autofree char *text = NULL;
  gsize size;

  begin_stored (&subject, TRUE);
  g_assert_true (g_file_set_contents (subject.passphrase, "another one", -1, NULL));
  expect_opened (&subject, "refused 3 *passphrase*");
  g_assert_cmpint (subject_close (&subject), ==, 3);
  g_assert_true (g_file_set_contents (subject.passphrase, SUBJECT_PASSPHRASE, -1, NULL));
  /* The key file of another shop, whose passphrase is the same. */
  begin_stored (&other, TRUE);
  theirs = shop_file (&other, "key.ini");
  ours = shop_file (&subject, "key.ini");
  g_assert_true (g_file_get_contents (theirs, &text, &size, NULL));
  g_assert_true (g_file_set_contents (ours, text, (gssize)size, NULL));
  expect_opened (&subject, "refused 3 This key does not open *");
  g_assert_cmpint (subject_close (&subject), ==, 3);
  subject_end (&other);
  subject_end (&subject);
}

/* ---- mutations ---- */

typedef struct
{
  guint8 *data;
  gsize size;
} Bytes;

static void
scramble (GRand *random, guint8 *data, gsize size)
{
  for (gsize i = 0; i < size; i++)
    data[i] = (guint8)g_rand_int_range (random, 0, 256);
}

/* One of the ways in which files go bad; its name. */
static const char *
mutate (GRand *random, Bytes *bytes)
{
  gsize at = bytes->size > 0 ? (gsize)g_rand_int_range (random, 0, (gint32)bytes->size) : 0;
  gsize power = (gsize)1 << g_rand_int_range (random, 0, 13);
  gsize run = MIN (bytes->size - at, power);

  switch (g_rand_int_range (random, 0, 8))
    {
    case 0:
      bytes->size = at;
      return "cut off";
    case 1:
      memset (bytes->data + at, 0, run);
      return "zeroed in part";
    case 2:
      memset (bytes->data, 0, bytes->size);
      return "all zeroes";
    case 3:
      scramble (random, bytes->data, bytes->size);
      return "all garbage";
    case 4:
      bytes->size = 0;
      return "empty";
    case 5:
    case 6:
      for (guint i = 0; i < 8 && bytes->size > 0; i++)
        bytes->data[g_rand_int_range (random, 0, (gint32)bytes->size)]
            ^= (guint8)(1 << g_rand_int_range (random, 0, 8));
      return "eight bits turned";
    default:
      scramble (random, bytes->data + at, run);
      return "garbage in part";
    }
}

static void
write_mutated (GRand *random, const char *from, const char *to, guint turns, const char *what)
{
  g_autofree char *contents = NULL;
  Bytes bytes;

  g_assert_true (g_file_get_contents (from, &contents, &bytes.size, NULL));
  bytes.data = (guint8 *)contents;
  for (guint i = 0; i < turns; i++)
    {
      const char *how = mutate (random, &bytes);

      g_test_message ("%s: %s", what, how);
    }
  g_assert_true (g_file_set_contents (to, contents, (gssize)bytes.size, NULL));
}

static void
copy_file (const char *from_dir, const char *to_dir, const char *name)
{
  g_autofree char *from = g_build_filename (from_dir, name, NULL);
  g_autofree char *to = g_build_filename (to_dir, name, NULL);
  g_autofree char *contents = NULL;
  gsize size;

  g_unlink (to);
  if (g_file_get_contents (from, &contents, &size, NULL))
    g_assert_true (g_file_set_contents (to, contents, (gssize)size, NULL));
}

/* An error is one of ours, with a sentence. */
static void
check_error (GError *error)
{
  g_assert_nonnull (error);
  g_assert_cmpuint (strlen (error->message), >, 10);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_test_message ("… %s", error->message);
  g_error_free (error);
}

static void
sell_for_cash (Vault *vault)
{
  g_autoptr (ShopProduct) product = shop_product_new ("6900000000012", "Water", 100);
  ShopCart *cart = shop_cart_new ("CNY", SHOP_TAX_INCLUSIVE);
  g_autoptr (VaultSale) sale = NULL;
  VaultPayment *payment = vault_payment_new (VAULT_TENDER_CASH, 100);
  VaultChange cash = { .event = VAULT_EVENT_CASH_TAKEN, .payment = payment };
  GError *error = NULL;
  guint line;

  g_assert_true (shop_cart_add (cart, product, SHOP_QUANTITY_ONE_MILLI, &line, NULL));
  cash.sale = sale = vault_sale_new (cart, "01");
  if (vault_apply (vault, &cash, 1, &error))
    return;
  check_error (error);
  vault_payment_free (payment);
}

/* A list that only had to be made; NULL where that failed. */
static void
drop (GPtrArray *list)
{
  if (list != NULL)
    g_ptr_array_unref (list);
}

static void
look_at_queue (Vault *vault)
{
  VaultQueueStats stats;
  g_autoptr (GPtrArray) open = vault_queue_list (vault, FALSE, ROWS_MAX, NULL);
  g_autoptr (GArray) bad = NULL;
  guint checked;

  drop (vault_queue_list (vault, TRUE, ROWS_MAX, NULL));
  (void)vault_queue_stats (vault, &stats, NULL);
  for (guint i = 0; open != NULL && i < open->len; i++)
    {
      const VaultRecord *record = open->pdata[i];
      vault_record_free (vault_queue_load (vault, record->id, NULL));
    }
  for (guint class = VAULT_CLASS_REVERSAL; class <= VAULT_CLASS_ONLINE; class ++)
    drop (vault_queue_next (vault, (VaultClass) class, VAULT_WHOSE_ANY, ROWS_MAX, 0, NULL));
  (void)vault_queue_verify (vault, &checked, &bad, NULL);
}

/* All that a till does with a database, short of a host. */
static void
live_with (const char *dir, Vault *vault)
{
  g_autoptr (VaultCatalogue) catalogue = vault_catalogue_open (dir, NULL);
  g_autoptr (SyncLine) line = sync_line_new (vault, NULL);
  VaultJournalVerdict verdict;
  gint64 count, seq;
  guint waiting, attention;

  drop (vault_sale_list (vault, NULL, ROWS_MAX, NULL));
  drop (vault_journal_list (vault, ROWS_MAX, NULL));
  if (line != NULL)
    {
      g_auto (SyncReport) report = { 0 };

      sync_report_init (&report);
      (void)sync_queue_recover (line, &report, NULL);
      (void)sync_queue_run (line, NULL, &report, NULL);
    }
  if (catalogue != NULL)
    {
      g_autoptr (ShopProduct) product
          = vault_catalogue_find_code (catalogue, "6900000000012", NULL);
      g_autoptr (GPtrArray) found = vault_catalogue_search (catalogue, "wa", 20, NULL, NULL);

      g_test_message ("%d %u", product != NULL, found != NULL ? found->len : 0);
    }
  look_at_queue (vault);
  (void)vault_print_recover (vault, NULL);
  (void)vault_print_stats (vault, &waiting, &attention, NULL);
  (void)vault_journal_verify (vault, &verdict, &count, &seq, NULL);
  sell_for_cash (vault);
}

static void
open_damaged (const char *dir, const BaseSecret *key, guint *opened)
{
  GError *error = NULL;
  g_autoptr (Vault) vault = NULL;

  alarm (RUN_SECONDS_MAX);
  vault = vault_open (dir, key, VAULT_ACCESS_OWN, &error);
  if (vault != NULL)
    {
      (*opened)++;
      live_with (dir, vault);
    }
  else
    check_error (error);
  alarm (0);
}

static void
mutate_database (gboolean closed)
{
  guint runs = setting ("TILL_DAMAGE_RUNS", RUNS), first = setting ("TILL_DAMAGE_SEED", 1),
        opened = 0;
  Subject subject;
  g_autoptr (BaseSecret) key = NULL;
  g_autofree char *work = NULL;

  begin_stored (&subject, closed);
  key = vault_key_open (subject.shop, BASE_SPAN_STR (SUBJECT_PASSPHRASE), NULL);
  g_assert_nonnull (key);
  work = g_build_filename (subject.dir, "work", NULL);
  for (guint i = 0; i < runs; i++)
    {
      g_autoptr (GRand) random = g_rand_new_with_seed (first + i);
      const char *name = closed ? "till.db" : i % 4 == 0 ? "till.db-shm" : "till.db-wal";
      g_autofree char *from = g_build_filename (subject.shop, name, NULL);
      g_autofree char *to = g_build_filename (work, name, NULL);

      g_test_message ("seed %u", first + i);
      subject_remove_tree (work);
      g_mkdir (work, 0700);
      copy_file (subject.shop, work, "till.db");
      copy_file (subject.shop, work, "till.db-wal");
      write_mutated (random, from, to, 1 + i % 2, name);
      open_damaged (work, key, &opened);
    }
  g_test_message ("%u of %u opened", opened, runs);
  subject_end (&subject);
}

static void
test_database (void)
{
  mutate_database (TRUE);
}

static void
test_log (void)
{
  mutate_database (FALSE);
}

static void
test_key_file (void)
{
  guint runs = setting ("TILL_DAMAGE_RUNS", RUNS), first = setting ("TILL_DAMAGE_SEED", 1);
  Subject subject;
  g_autoptr (BaseSecret) key = NULL;
  g_autofree char *work = NULL;
  g_autofree char *from = NULL;
  g_autofree char *to = NULL;

  begin_stored (&subject, TRUE);
  key = vault_key_open (subject.shop, BASE_SPAN_STR (SUBJECT_PASSPHRASE), NULL);
  work = g_build_filename (subject.dir, "work", NULL);
  from = g_build_filename (subject.shop, "key.ini", NULL);
  to = g_build_filename (work, "key.ini", NULL);
  g_mkdir (work, 0700);
  for (guint i = 0; i < runs; i++)
    {
      g_autoptr (GRand) random = g_rand_new_with_seed (first + i);
      g_autoptr (BaseSecret) found = NULL;
      GError *error = NULL;

      write_mutated (random, from, to, 1, "key.ini");
      alarm (RUN_SECONDS_MAX);
      found = vault_key_open (work, BASE_SPAN_STR (SUBJECT_PASSPHRASE), &error);
      alarm (0);
      if (found == NULL)
        check_error (error);
      else
        g_assert_true (base_bytes_equal (base_secret_span (found), base_secret_span (key)));
    }
  subject_end (&subject);
}

/* A profile that is taken in spite of all is also used. */
static void
use_profile (AcquirerProfile *profile)
{
  static const guint8 ksn[10] = { 0xFF, 0xFF, 0x98 };
  static const guint8 block[40] = { 1, 2, 3 };
  AcquirerSale sale = { .terminal = "T1000001",
                        .merchant = "M0000000000001",
                        .batch = 3,
                        .stan = 7,
                        .amount = base_money (1250, "CNY"),
                        .payment_id = "3f2b8c1e-5d47-4a90-9c63-0e1f2a3b4c5d",
                        .at_unix_s = 1795406706,
                        .entry = { .kind = ACQUIRER_ENTRY_STRIPE,
                                   .format = "magtek",
                                   .ksn = BASE_SPAN (ksn, sizeof ksn),
                                   .blocks = { BASE_SPAN (block, sizeof block) } } };
  g_autoptr (Iso8583Message) message
      = acquirer_message_build (profile, ACQUIRER_FLOW_SALE, &sale, NULL);
  g_autoptr (GBytes) packed = message != NULL ? iso8583_pack (profile, message, NULL) : NULL;
  g_autoptr (Iso8583Message) back
      = packed != NULL ? iso8583_unpack (profile, base_bytes_span (packed), NULL) : NULL;

  if (packed != NULL && back == NULL)
    g_test_message ("… is packed so that it can\'t be read");
}

static void
test_profile (void)
{
  guint runs = setting ("TILL_DAMAGE_RUNS", RUNS) * 10, first = setting ("TILL_DAMAGE_SEED", 1),
        taken = 0;
  g_autofree char *dir = g_dir_make_tmp ("till-damage-XXXXXX", NULL);
  g_autofree char *from = base_data_find ("acquirers/sandbox.ini");
  g_autofree char *to = g_build_filename (dir, "changed.ini", NULL);

  for (guint i = 0; i < runs; i++)
    {
      g_autoptr (GRand) random = g_rand_new_with_seed (first + i);
      g_autoptr (AcquirerProfile) profile = NULL;
      GError *error = NULL;

      write_mutated (random, from, to, 1, "profile");
      alarm (RUN_SECONDS_MAX);
      profile = acquirer_profile_load (to, &error);
      if (profile != NULL)
        {
          taken++;
          use_profile (profile);
        }
      else
        check_error (error);
      alarm (0);
    }
  g_test_message ("%u of %u taken", taken, runs);
  subject_remove_tree (dir);
}

static void
test_goods (void)
{
  guint runs = setting ("TILL_DAMAGE_RUNS", RUNS), first = setting ("TILL_DAMAGE_SEED", 1),
        imported = 0;
  g_autofree char *dir = g_dir_make_tmp ("till-damage-XXXXXX", NULL);
  g_autofree char *from = base_data_find ("training/products.csv");
  g_autofree char *to = g_build_filename (dir, "changed.csv", NULL);
  g_autoptr (BaseSecret) key = base_secret_new (32);
  g_autoptr (Vault) vault = NULL;

  for (guint i = 0; i < base_secret_size (key); i++)
    base_secret_bytes (key)[i] = (guint8)g_random_int ();
  vault = vault_create (dir, key, NULL);
  g_assert_nonnull (vault);
  for (guint i = 0; i < runs; i++)
    {
      g_autoptr (GRand) random = g_rand_new_with_seed (first + i);
      VaultImportOptions options = { .currency = "CNY", .tax_bp = 1300, .skip_bad = i % 2 == 0 };
      VaultImportReport report = { 0 };
      GError *error = NULL;

      write_mutated (random, from, to, 1, "products.csv");
      alarm (RUN_SECONDS_MAX);
      if (!vault_catalogue_import (vault, to, &options, &report, NULL, &error))
        check_error (error);
      else if (report.imported)
        imported++;
      else
        g_assert_cmpuint (report.bad, >, 0);
      alarm (0);
    }
  g_test_message ("%u of %u imported", imported, runs);
  g_clear_pointer (&vault, vault_free);
  subject_remove_tree (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (forgeries); i++)
    {
      g_autofree char *path = g_strconcat ("/scene/damage/record-", forgeries[i].name, NULL);

      g_test_add_data_func (path, &forgeries[i], test_forgery);
    }
  g_test_add_func ("/scene/damage/wrong-key", test_wrong_key);
  g_test_add_func ("/scene/damage/database", test_database);
  g_test_add_func ("/scene/damage/log", test_log);
  g_test_add_func ("/scene/damage/key-file", test_key_file);
  g_test_add_func ("/scene/damage/profile", test_profile);
  g_test_add_func ("/scene/damage/goods", test_goods);
  return g_test_run ();
}
