/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Opening and owning the folder, its key, its settings and its identities.
 */
#include "vault-journal.h"
#include "vault-testing.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

static guint64 room_blocks; /* 0: as it is */

/* Stands in the way of the C library's, so that a disk can be full without filling one. */
int
statvfs (const char *path, struct statvfs *out)
{
  if (room_blocks == G_MAXUINT64)
    return errno = EIO, -1;
  *out = (struct statvfs){ .f_bavail = room_blocks, .f_frsize = 4096 };
  return 0;
}

static Vault *
open_with (VaultTesting *self, guint8 changed_bits, VaultAccess access, GError **error)
{
  g_autoptr (BaseSecret) key = base_secret_copy (self->key);

  base_secret_bytes (key)[0] ^= changed_bits;
  return vault_open (self->dir, key, access, error);
}

/* Refused, and not a byte of the file or its name changed. */
static void
assert_refused (VaultTesting *self, guint8 changed_bits, VaultError code)
{
  g_autofree char *before = NULL, *after = NULL;
  g_autoptr (GError) error = NULL;
  gsize before_size, after_size;

  g_assert_true (g_file_get_contents (self->path, &before, &before_size, NULL));
  g_assert_null (open_with (self, changed_bits, VAULT_ACCESS_OWN, &error));
  g_assert_error (error, VAULT_ERROR, (gint)code);
  g_assert_null (open_with (self, changed_bits, VAULT_ACCESS_READ, NULL));
  g_assert_true (g_file_get_contents (self->path, &after, &after_size, NULL));
  g_assert_cmpmem (before, before_size, after, after_size);
}

static void
test_creates_once (VaultTesting *self, gconstpointer data)
{
  g_autofree char *draft = g_strconcat (self->path, ".new", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (vault_dir (self->vault), ==, self->dir);
  g_assert_true (vault_is_owner (self->vault));
  g_assert_true (vault_exists (self->dir));
  g_assert_false (g_file_test (draft, G_FILE_TEST_EXISTS));
  g_assert_null (vault_create (self->dir, self->key, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_EXISTS);
  g_clear_error (&error);
  vault_testing_reopen (self);
  g_assert_null (vault_create (self->dir, self->key, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_EXISTS);
}

static void
test_absent_is_said_so (VaultTesting *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (vault_open ("/nowhere/at/all", self->key, VAULT_ACCESS_OWN, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_ABSENT);
  g_assert_false (vault_exists ("/nowhere/at/all"));
  g_clear_error (&error);
  g_assert_null (vault_create ("/nowhere/at/all", self->key, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_IO);
}

/* However the making of a shop fails, there is no half of one, and the next try goes well; one that
 * is made is whole. */
static void
test_creates_whole_or_not (VaultTesting *self, gconstpointer data)
{
  gboolean struck = TRUE;
  guint failures = 0;

  for (guint n = 1; struck && n < 500; n++)
    {
      g_autoptr (GError) error = NULL;

      g_clear_pointer (&self->vault, vault_free);
      (void)g_remove (self->path);
      vault_testing_disk_fail (VAULT_TESTING_FAIL_ONCE, n);
      self->vault = vault_create (self->dir, self->key, &error);
      vault_testing_disk_mend ();
      struck = vault_testing_disk_failed ();
      failures += self->vault == NULL;
      g_assert_cmpint (self->vault != NULL, ==, error == NULL);
      g_assert_cmpint (vault_exists (self->dir), ==, self->vault != NULL);
      if (self->vault != NULL)
        vault_testing_reopen (self);
    }
  g_assert_false (struck);
  g_assert_cmpuint (failures, >, 3);
}

static void
test_wrong_key_refuses_all (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (1);
  g_autoptr (Vault) right = NULL;

  vault_testing_pay (self, sale, VAULT_TENDER_CARD, VAULT_EVENT_DEFERRED);
  g_clear_pointer (&self->vault, vault_free);
  assert_refused (self, 99, VAULT_ERROR_KEY);
  right = open_with (self, 0, VAULT_ACCESS_OWN, NULL);
  g_assert_nonnull (right);
}

static void
test_no_version_is_no_till (VaultTesting *self, gconstpointer data)
{
  g_clear_pointer (&self->vault, vault_free);
  vault_testing_sql (self, "PRAGMA user_version=0");
  assert_refused (self, 99, VAULT_ERROR_CORRUPT);
}

static void
test_newer_till_is_left_alone (VaultTesting *self, gconstpointer data)
{
  g_clear_pointer (&self->vault, vault_free);
  vault_testing_sql (self, "PRAGMA user_version=1000");
  assert_refused (self, 0, VAULT_ERROR_CORRUPT);
  vault_testing_sql (self, "PRAGMA user_version=4"); /* VAULT_SCHEMA_VERSION */
  vault_testing_reopen (self);
}

/* Another program's database, one that isn't in WAL mode, an empty file and no database at all. */
static void
test_foreign_files_are_left_alone (VaultTesting *self, gconstpointer data)
{
  static const char *const texts[]
      = { "", "SQLite format 3", "a shopping list: tea, rice, and a good deal more than a header" };

  g_clear_pointer (&self->vault, vault_free);
  vault_testing_sql (self, "PRAGMA application_id=7");
  assert_refused (self, 0, VAULT_ERROR_CORRUPT);
  g_assert_cmpint (g_remove (self->path), ==, 0);
  vault_testing_sql (self, "CREATE TABLE recipe (name TEXT)");
  assert_refused (self, 0, VAULT_ERROR_CORRUPT);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_assert_true (g_file_set_contents (self->path, texts[i], -1, NULL));
      assert_refused (self, 0, VAULT_ERROR_CORRUPT);
    }
}

static void
test_damaged_numbers_are_refused (VaultTesting *self, gconstpointer data)
{
  g_clear_pointer (&self->vault, vault_free);
  vault_testing_sql (
      self, "INSERT INTO journal VALUES (9223372036854775807, 0, 'x', 'x', 'x', x'00', x'00')");
  assert_refused (self, 0, VAULT_ERROR_CORRUPT);
}

/* --- Owning --- */

static void
test_second_owner_is_busy (VaultTesting *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (open_with (self, 0, VAULT_ACCESS_OWN, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_BUSY);
  vault_testing_reopen (self);
}

static void
assert_busy (gboolean done, GError **error)
{
  g_assert_false (done);
  g_assert_error (*error, VAULT_ERROR, VAULT_ERROR_BUSY);
  g_clear_error (error);
}

static void
test_reader_reads_beside (VaultTesting *self, gconstpointer data)
{
  g_autoptr (Vault) reader = open_with (self, 0, VAULT_ACCESS_READ, NULL);
  g_autoptr (VaultSale) sale = vault_testing_sale (1), other = vault_testing_sale (1), seen = NULL;
  g_autoptr (VaultPayment) payment = vault_payment_new (VAULT_TENDER_CASH, 500);
  VaultChange change = vault_testing_change (self, other, payment, VAULT_EVENT_CASH_TAKEN);
  g_autofree char *before = NULL, *after = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (vault_is_owner (reader));
  vault_testing_pay (self, sale, VAULT_TENDER_CARD, VAULT_EVENT_DEFERRED);
  seen = vault_sale_load (reader, sale->id, &error);
  g_assert_no_error (error);
  g_assert_cmpint (((VaultPayment *)seen->payments->pdata[0])->state, ==, VAULT_STATE_STORED);
  before = vault_testing_dump (self);
  assert_busy (vault_apply (reader, &change, 1, &error), &error);
  assert_busy (vault_setting_set_text (reader, "name", "x", &error), &error);
  assert_busy (vault_sale_park (reader, other, "x", &error), &error);
  assert_busy (vault_queue_due_now (reader, &error), &error);
  after = vault_testing_dump (self);
  g_assert_cmpstr (before, ==, after);
  g_assert_cmpint (other->state, ==, VAULT_SALE_OPEN);
  g_assert_null (other->label);
}

static void
test_reader_sets_nothing_aside (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (1);
  g_autoptr (Vault) reader = open_with (self, 0, VAULT_ACCESS_READ, NULL);
  g_autoptr (GPtrArray) next = NULL;
  g_autoptr (GArray) bad = NULL;
  g_autofree char *state = NULL;
  guint checked;

  vault_testing_pay (self, sale, VAULT_TENDER_CARD, VAULT_EVENT_DEFERRED);
  vault_testing_sql (self, "UPDATE record SET amount_minor = 1");
  next = vault_queue_next (reader, VAULT_CLASS_DEFERRED, VAULT_WHOSE_ANY, 10, 0, NULL);
  g_assert_cmpuint (next->len, ==, 0);
  g_assert_true (vault_queue_verify (reader, &checked, &bad, NULL));
  g_assert_cmpuint (bad->len, ==, 1);
  state = vault_testing_text (self, "SELECT state FROM record");
  g_assert_cmpstr (state, ==, "waiting");
}

/* Another process owns the folder, until it is killed. */
static void
test_lock_falls_with_its_owner (VaultTesting *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Vault) reader = NULL;
  int ready[2], status;
  char byte = 0;
  pid_t owner;

  g_clear_pointer (&self->vault, vault_free);
  g_assert_cmpint (pipe (ready), ==, 0);
  owner = fork ();
  g_assert_cmpint (owner, >=, 0);
  if (owner == 0)
    {
      Vault *mine = open_with (self, 0, VAULT_ACCESS_OWN, NULL);

      if (mine == NULL || !vault_setting_set_text (mine, "kept", "by the owner", NULL)
          || write (ready[1], "!", 1) != 1)
        _exit (1);
      for (;;)
        pause ();
    }
  g_assert_cmpint (read (ready[0], &byte, 1), ==, 1);
  g_assert_null (open_with (self, 0, VAULT_ACCESS_OWN, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_BUSY);
  g_assert_null (vault_create (self->dir, self->key, NULL));
  reader = open_with (self, 0, VAULT_ACCESS_READ, NULL);
  g_assert_nonnull (reader);
  g_assert_cmpint (kill (owner, SIGKILL), ==, 0);
  g_assert_cmpint (waitpid (owner, &status, 0), ==, owner);
  vault_testing_reopen (self);
  g_assert_true (vault_is_owner (self->vault));
  close (ready[0]);
  close (ready[1]);
}

/* --- Settings --- */

static void
assert_text (Vault *vault, const char *name, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = vault_setting_text (vault, name, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_settings_round_trip (VaultTesting *self, gconstpointer data)
{
  static const guint8 bytes[] = { 0, 1, 0, 255 };
  g_autoptr (BaseSecret) back = NULL;
  BaseSpan span;

  g_assert_true (vault_setting_set_text (self->vault, "shop", "京都茶舗", NULL));
  g_assert_true (vault_setting_set_number (self->vault, "limit", G_MININT64, NULL));
  g_assert_true (vault_setting_set (self->vault, "mac", BASE_SPAN (bytes, sizeof bytes), NULL));
  g_assert_true (vault_setting_set_text (self->vault, "gone", "soon", NULL));
  g_assert_true (vault_setting_set_text (self->vault, "gone", "", NULL));
  g_assert_true (vault_setting_set_text (self->vault, "shop", "Tea House", NULL));
  vault_testing_reopen (self);
  assert_text (self->vault, "shop", "Tea House");
  assert_text (self->vault, "gone", NULL);
  assert_text (self->vault, "never", NULL);
  g_assert_cmpint (vault_setting_number (self->vault, "limit", 5), ==, G_MININT64);
  g_assert_cmpint (vault_setting_number (self->vault, "never", 5), ==, 5);
  back = vault_setting (self->vault, "mac", NULL);
  span = base_secret_span (back);
  g_assert_cmpmem (span.data, span.size, bytes, sizeof bytes);
}

/* Nothing of a setting lies open in the file, and one put in another's place is found out. */
static void
test_settings_are_sealed (VaultTesting *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *file = NULL;
  gsize size;

  g_assert_true (vault_setting_set_text (self->vault, "mac", "8899AABBCCDDEEFF", NULL));
  g_assert_true (vault_setting_set_text (self->vault, "shop", "Tea House", NULL));
  vault_testing_sql (self, "UPDATE setting SET sealed = (SELECT sealed FROM setting WHERE name = "
                           "'mac') WHERE name = 'shop'");
  g_assert_null (vault_setting_text (self->vault, "shop", &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_CHANGED);
  assert_text (self->vault, "mac", "8899AABBCCDDEEFF");
  g_clear_pointer (&self->vault, vault_free);
  g_assert_true (g_file_get_contents (self->path, &file, &size, NULL));
  g_assert_null (memmem (file, size, "8899AABB", 8));
}

static void
test_a_failed_setting_stays_as_it_was (VaultTesting *self, gconstpointer data)
{
  guint n = 1;

  g_assert_true (vault_setting_set_text (self->vault, "shop", "before", NULL));
  for (;; n++)
    {
      gboolean set;

      vault_testing_disk_fail (VAULT_TESTING_FAIL_ONCE, n);
      set = vault_setting_set_text (self->vault, "shop", "after", NULL);
      vault_testing_disk_mend ();
      vault_testing_reopen (self);
      assert_text (self->vault, "shop", set ? "after" : "before");
      if (set)
        break;
    }
  g_assert_cmpuint (n, >, 2);
}

/* Several are set together or not at all. */
static void
test_settings_together (VaultTesting *self, gconstpointer data)
{
  const VaultSetting settings[] = {
    { "one", BASE_SPAN_STR ("1") },
    { "two", BASE_SPAN_STR ("2") },
    { "three", { NULL, 0 } },
  };
  gboolean set = FALSE;

  g_assert_true (vault_setting_set_text (self->vault, "three", "3", NULL));
  for (guint n = 1; !set; n++)
    {
      vault_testing_disk_fail (VAULT_TESTING_FAIL_ONCE, n);
      set = vault_setting_set_all (self->vault, settings, G_N_ELEMENTS (settings), NULL);
      vault_testing_disk_mend ();
      vault_testing_reopen (self);
      assert_text (self->vault, "one", set ? "1" : NULL);
      assert_text (self->vault, "two", set ? "2" : NULL);
      assert_text (self->vault, "three", set ? NULL : "3");
    }
}

static gint64
count_entries (Vault *vault)
{
  g_autoptr (GPtrArray) entries = vault_journal_list (vault, 100, NULL);

  return entries->len;
}

/* The setting and its entry of the journal, or neither. */
static void
test_setting_noted (VaultTesting *self, gconstpointer data)
{
  const VaultSetting setting = { "scale", BASE_SPAN_STR ("21") };
  gint64 before = count_entries (self->vault);
  gboolean set = FALSE;

  for (guint n = 1; !set; n++)
    {
      vault_testing_disk_fail (VAULT_TESTING_FAIL_ONCE, n);
      set = vault_setting_set_noted (self->vault, &setting, 1, "7", "scale-codes", "21", NULL);
      vault_testing_disk_mend ();
      vault_testing_reopen (self);
      assert_text (self->vault, "scale", set ? "21" : NULL);
      g_assert_cmpint (count_entries (self->vault), ==, before + (set ? 1 : 0));
    }
}

static void
test_space_is_kept_back (VaultTesting *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  room_blocks = VAULT_DISK_RESERVE_BYTES / 4096;
  g_assert_true (vault_check_space (self->vault, &error));
  g_assert_no_error (error);
  room_blocks--;
  g_assert_false (vault_check_space (self->vault, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_FULL);
  g_assert_nonnull (strstr (error->message, "disk is full"));
  g_assert_nonnull (strstr (error->message, "nothing was charged"));
  g_clear_error (&error);
  room_blocks = G_MAXUINT64;
  g_assert_false (vault_check_space (self->vault, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_IO);
  room_blocks = 0;
}

/* --- Identities --- */

/* A killed process: nothing is closed, and the next one finds what was committed. */
static void
crash (VaultTesting *self)
{
  Vault *killed = g_steal_pointer (&self->vault);
  VaultTesting copy = { 0 };
  static const char *const endings[] = { "", "-wal" };

  copy.dir = g_dir_make_tmp ("till-XXXXXX", NULL);
  copy.path = g_build_filename (copy.dir, "till.db", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      g_autofree char *from = g_strconcat (self->path, endings[i], NULL),
                      *to = g_strconcat (copy.path, endings[i], NULL);
      g_autofree char *bytes = NULL;
      gsize size;

      g_assert_true (g_file_get_contents (from, &bytes, &size, NULL));
      g_assert_true (g_file_set_contents (to, bytes, (gssize)size, NULL));
    }
  copy.key = base_secret_copy (self->key);
  self->vault = killed;
  vault_testing_tear_down (self, NULL);
  *self = copy;
  vault_testing_reopen (self);
}

static void
test_identities_never_repeat (VaultTesting *self, gconstpointer data)
{
  g_autoptr (GHashTable) used = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (VaultSale) sale = vault_testing_sale (1);
      gint64 *identity = g_new (gint64, 1);

      vault_testing_pay (self, sale, VAULT_TENDER_CARD,
                         i % 2 == 0 ? VAULT_EVENT_GO_ONLINE : VAULT_EVENT_DEFERRED);
      *identity = vault_testing_number (
          self, "SELECT batch * 1000000 + stan FROM record ORDER BY id DESC LIMIT 1");
      g_assert_true (g_hash_table_add (used, identity));
      if (i % 5 == 4)
        crash (self);
      else if (i % 3 == 2)
        vault_testing_reopen (self);
    }
}

static void
test_identities_wrap_into_the_next_batch (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (1), next = vault_testing_sale (1);
  VaultPayment *payment = vault_payment_new (VAULT_TENDER_CARD, 500);
  VaultChange change = vault_testing_change (self, sale, payment, VAULT_EVENT_DEFERRED);
  guint32 batch, stan;

  change.batch = 1;
  change.stan = 999998;
  g_assert_true (vault_apply (self->vault, &change, 1, NULL));
  vault_testing_reopen (self);
  vault_take_identity (self->vault, &batch, &stan);
  g_assert_cmpuint (batch, ==, 1);
  g_assert_cmpuint (stan, ==, 999999);
  vault_take_identity (self->vault, &batch, &stan);
  g_assert_cmpuint (batch, ==, 2);
  g_assert_cmpuint (stan, ==, 1);
  vault_testing_pay (self, next, VAULT_TENDER_CARD, VAULT_EVENT_DEFERRED);
  crash (self);
  vault_take_identity (self->vault, &batch, &stan);
  g_assert_cmpuint (batch, ==, 2);
  g_assert_cmpuint (stan, ==, 3);
}

/* A record written late, under an identity given early, does not set the count back. */
static void
test_identities_written_out_of_order (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) early = vault_testing_sale (1), late = vault_testing_sale (1);
  VaultPayment *first = vault_payment_new (VAULT_TENDER_CARD, 500),
               *second = vault_payment_new (VAULT_TENDER_CARD, 500);
  VaultChange a = vault_testing_change (self, early, first, VAULT_EVENT_DEFERRED);
  VaultChange b = vault_testing_change (self, late, second, VAULT_EVENT_DEFERRED);
  guint32 batch, stan;

  g_assert_true (vault_apply (self->vault, &b, 1, NULL));
  g_assert_true (vault_apply (self->vault, &a, 1, NULL));
  vault_testing_reopen (self);
  vault_take_identity (self->vault, &batch, &stan);
  g_assert_cmpuint (stan, ==, b.stan + 1);
}

/* The acquirer's batch is taken on at once and for good; it never goes back. */
static void
test_batch_of_the_acquirer (VaultTesting *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint32 batch, stan;

  vault_take_identity (self->vault, &batch, &stan);
  g_assert_true (vault_start_batch (self->vault, batch, &error)); /* changes nothing */
  vault_take_identity (self->vault, &batch, &stan);
  g_assert_cmpuint (stan, ==, 2);
  g_assert_true (vault_start_batch (self->vault, 7, &error));
  vault_take_identity (self->vault, &batch, &stan);
  g_assert_cmpuint (batch, ==, 7);
  g_assert_cmpuint (stan, ==, 1);
  g_assert_false (vault_start_batch (self->vault, 6, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_STATE);
  g_assert_false (vault_start_batch (self->vault, 1000000, NULL));
  crash (self);
  vault_take_identity (self->vault, &batch, &stan);
  g_assert_cmpuint (batch, ==, 7);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  vault_testing_disk_install ();
#define ADD(name, function)                                                                        \
  g_test_add ("/vault/" name, VaultTesting, NULL, vault_testing_set_up, function,                  \
              vault_testing_tear_down)
  ADD ("batch-of-the-acquirer", test_batch_of_the_acquirer);
  ADD ("creates-once", test_creates_once);
  ADD ("absent-is-said-so", test_absent_is_said_so);
  ADD ("creates-whole-or-not", test_creates_whole_or_not);
  ADD ("wrong-key-refuses-all", test_wrong_key_refuses_all);
  ADD ("wrong-key-upgrades-nothing", test_no_version_is_no_till);
  ADD ("newer-till-is-left-alone", test_newer_till_is_left_alone);
  ADD ("foreign-files-are-left-alone", test_foreign_files_are_left_alone);
  ADD ("damaged-numbers-are-refused", test_damaged_numbers_are_refused);
  ADD ("second-owner-is-busy", test_second_owner_is_busy);
  ADD ("reader-reads-beside", test_reader_reads_beside);
  ADD ("reader-sets-nothing-aside", test_reader_sets_nothing_aside);
  ADD ("lock-falls-with-its-owner", test_lock_falls_with_its_owner);
  ADD ("settings-round-trip", test_settings_round_trip);
  ADD ("settings-are-sealed", test_settings_are_sealed);
  ADD ("a-failed-setting-stays-as-it-was", test_a_failed_setting_stays_as_it_was);
  ADD ("settings-together", test_settings_together);
  ADD ("setting-noted", test_setting_noted);
  ADD ("space-is-kept-back", test_space_is_kept_back);
  ADD ("identities-never-repeat", test_identities_never_repeat);
  ADD ("identities-wrap-into-the-next-batch", test_identities_wrap_into_the_next_batch);
  ADD ("identities-written-out-of-order", test_identities_written_out_of_order);
  return g_test_run ();
}
