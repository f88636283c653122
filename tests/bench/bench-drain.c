/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ten thousand stored card sales drained to the sandbox acquirer over TLS, against a floor for
 * each: one round trip (plain TCP to an echo on a thread, so less than TLS) and two bare durable
 * commits of one row. The floor is timed before and after the drain. Folder on the real disk:
 * TILL_BENCH_DIR, else /var/tmp.
 */
#include "sandbox-process.h"
#include "sync-queue.h"

#include "base-data.h"

#include <glib/gstdio.h>
#include <netinet/in.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define RECORDS 10000
#define FLOOR_TURNS 2000
#define MESSAGE_SIZE 300
#define GOAL_PERCENT 100

typedef struct
{
  char *dir;
  SandboxProcess *sandbox;
  AcquirerProfile *profile;
  Vault *vault;
  SyncLine *line;
} Bench;

/* ---- the floor ---- */

static void
whole (int fd, gboolean out, guint8 *bytes, gsize size)
{
  for (gsize done = 0; done < size;)
    {
      gssize count = out ? send (fd, bytes + done, size - done, MSG_NOSIGNAL)
                         : recv (fd, bytes + done, size - done, 0);

      if (count <= 0)
        return;
      done += (gsize)count;
    }
}

static gpointer
run_echo (gpointer data)
{
  int fd = accept (GPOINTER_TO_INT (data), NULL, NULL);
  guint8 message[MESSAGE_SIZE] = { 0 };

  for (guint i = 0; i < FLOOR_TURNS; i++)
    {
      whole (fd, FALSE, message, sizeof message);
      whole (fd, TRUE, message, sizeof message);
    }
  close (fd);
  return NULL;
}

static int
connect_echo (GThread **out_thread, int *out_listener)
{
  struct sockaddr_in address
      = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t size = sizeof address;
  int fd = socket (AF_INET, SOCK_STREAM, 0);

  *out_listener = socket (AF_INET, SOCK_STREAM, 0);
  g_assert_cmpint (bind (*out_listener, (struct sockaddr *)&address, sizeof address), ==, 0);
  g_assert_cmpint (listen (*out_listener, 1), ==, 0);
  g_assert_cmpint (getsockname (*out_listener, (struct sockaddr *)&address, &size), ==, 0);
  *out_thread = g_thread_new ("echo", run_echo, GINT_TO_POINTER (*out_listener));
  g_assert_cmpint (connect (fd, (struct sockaddr *)&address, sizeof address), ==, 0);
  return fd;
}

static void
update_row (sqlite3 *db, guint turn)
{
  g_autofree char *sql = g_strdup_printf (
      "BEGIN IMMEDIATE; UPDATE t SET b = zeroblob (1500), c = %u WHERE a = %u; COMMIT", turn,
      turn % 100 + 1);

  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
}

/* Records a second. */
static double
time_floor (Bench *bench)
{
  g_autofree char *path = g_build_filename (bench->dir, "floor.db", NULL);
  guint8 message[MESSAGE_SIZE] = { 0 };
  GThread *echo;
  sqlite3 *db;
  gint64 begin;
  double seconds;
  int listener, fd = connect_echo (&echo, &listener);

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (
      sqlite3_exec (db,
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                    "CREATE TABLE IF NOT EXISTS t (a INTEGER PRIMARY KEY, b BLOB, c INTEGER);"
                    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)"
                    " INSERT OR IGNORE INTO t SELECT i, zeroblob (1500), 0 FROM n",
                    NULL, NULL, NULL),
      ==, SQLITE_OK);
  begin = g_get_monotonic_time ();
  for (guint i = 0; i < FLOOR_TURNS; i++)
    {
      update_row (db, i);
      whole (fd, TRUE, message, sizeof message);
      whole (fd, FALSE, message, sizeof message);
      update_row (db, i);
    }
  seconds = (double)(g_get_monotonic_time () - begin) / G_USEC_PER_SEC;
  close (fd);
  g_thread_join (echo);
  close (listener);
  sqlite3_close (db);
  return FLOOR_TURNS / seconds;
}

/* ---- the drain ---- */

static void
keep_file (Bench *bench, const char *setting, const char *name)
{
  g_autofree char *path
      = g_build_filename (sandbox_process_dir (bench->sandbox), "tls", name, NULL);
  g_autofree char *text = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &text, &size, NULL));
  g_assert_true (vault_setting_set (bench->vault, setting, BASE_SPAN (text, size), NULL));
}

static void
keep_profile (Bench *bench)
{
  g_autofree char *path = base_data_find ("acquirers/sandbox.ini");
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_true (vault_setting_set_text (bench->vault, SYNC_SETTING_PROFILE, text, NULL));
}

static void
set_up (Bench *bench)
{
  const char *place = g_getenv ("TILL_BENCH_DIR");
  g_autofree char *shape
      = g_build_filename (place != NULL ? place : "/var/tmp", "till-drain-XXXXXX", NULL);
  g_autoptr (BaseSecret) key = base_secret_new (32);
  g_autoptr (BaseSecret) mac = NULL;
  GError *error = NULL;

  for (guint i = 0; i < base_secret_size (key); i++)
    base_secret_bytes (key)[i] = (guint8)g_random_int ();
  bench->dir = g_strdup (g_mkdtemp (shape));
  bench->sandbox = sandbox_process_new (NULL, 1);
  bench->profile = acquirer_profile_load ("sandbox", &error);
  g_assert_no_error (error);
  bench->vault = vault_create (bench->dir, key, &error);
  g_assert_no_error (error);
  keep_profile (bench);
  keep_file (bench, SYNC_SETTING_CA, "ca.pem");
  keep_file (bench, SYNC_SETTING_CERTIFICATE, "client.pem");
  keep_file (bench, SYNC_SETTING_KEY, "client.key");
  mac = sandbox_process_mac_key (bench->sandbox);
  g_assert_true (
      vault_setting_set (bench->vault, SYNC_SETTING_MAC_KEY, base_secret_span (mac), NULL));
  g_assert_true (vault_setting_set_text (bench->vault, SYNC_SETTING_HOST, "127.0.0.1", NULL));
  g_assert_true (vault_setting_set_number (bench->vault, SYNC_SETTING_PORT,
                                           sandbox_process_port (bench->sandbox), NULL));
  g_assert_true (vault_setting_set_text (bench->vault, SYNC_SETTING_TERMINAL, "BENCH001", NULL));
  g_assert_true (
      vault_setting_set_text (bench->vault, SYNC_SETTING_MERCHANT, "123456789012345", NULL));
  bench->line = sync_line_new (bench->vault, &error);
  g_assert_no_error (error);
}

static VaultSale *
make_sale (void)
{
  g_autoptr (ShopProduct) product = shop_product_new ("6900000000012", "Water", 1250);
  ShopCart *cart = shop_cart_new ("CNY", SHOP_TAX_INCLUSIVE);
  guint line;

  g_assert_true (shop_cart_add (cart, product, SHOP_QUANTITY_ONE_MILLI, &line, NULL));
  return vault_sale_new (cart, "01");
}

static GBytes *
make_request (Bench *bench, const VaultPayment *payment, guint32 *out_batch, guint32 *out_stan)
{
  AcquirerSale sale = sandbox_process_sale (1);
  g_autoptr (Iso8583Message) message = NULL;
  GBytes *bytes;

  vault_take_identity (bench->vault, out_batch, out_stan);
  sale.terminal = "BENCH001";
  sale.merchant = "123456789012345";
  sale.batch = *out_batch;
  sale.stan = *out_stan;
  sale.payment_id = payment->uuid;
  sale.amount = base_money (payment->amount_minor, "CNY");
  message = acquirer_message_deferred (bench->profile, &sale, NULL);
  bytes = message != NULL ? iso8583_pack (bench->profile, message, NULL) : NULL;
  g_assert_nonnull (bytes);
  return bytes;
}

static void
store_one (Bench *bench)
{
  g_autoptr (VaultSale) sale = make_sale ();
  VaultPayment *payment = vault_payment_new (VAULT_TENDER_CARD, 1250);
  VaultChange change
      = { .event = VAULT_EVENT_DEFERRED, .sale = sale, .payment = payment, .terminal = "BENCH001" };
  g_autoptr (GBytes) request = make_request (bench, payment, &change.batch, &change.stan);
  GError *error = NULL;

  change.message = base_bytes_span (request);
  vault_apply (bench->vault, &change, 1, &error);
  g_assert_no_error (error);
}

static double
time_drain (Bench *bench)
{
  g_auto (SyncReport) report = { 0 };
  gint64 begin = g_get_monotonic_time ();
  GError *error = NULL;
  double seconds;

  sync_report_init (&report);
  g_assert_cmpint (sync_queue_run (bench->line, NULL, &report, &error), ==, SYNC_EMPTY);
  g_assert_no_error (error);
  seconds = (double)(g_get_monotonic_time () - begin) / G_USEC_PER_SEC;
  g_assert_cmpuint (report.approved, ==, RECORDS);
  return RECORDS / seconds;
}

static void
tear_down (Bench *bench)
{
  g_autoptr (GDir) dir = g_dir_open (bench->dir, 0, NULL);
  const char *name;

  sync_line_free (bench->line);
  vault_free (bench->vault);
  acquirer_profile_unref (bench->profile);
  sandbox_process_free (bench->sandbox);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (bench->dir, name, NULL);

      g_remove (path);
    }
  g_rmdir (bench->dir);
  g_free (bench->dir);
}

int
main (void)
{
  Bench bench = { 0 };
  double before, drain, after, ratio;

  set_up (&bench);
  for (guint i = 0; i < RECORDS; i++)
    store_one (&bench);
  before = time_floor (&bench);
  drain = time_drain (&bench);
  after = time_floor (&bench);
  ratio = drain / ((before + after) / 2);
  printf ("floor: %.0f and %.0f records/s (one TCP round trip and two bare commits each)\n", before,
          after);
  printf ("drain of %d: %.0f records/s over TLS, MAC and seals included\n", RECORDS, drain);
  printf ("ratio drain %.2f %.2f\n", ratio, GOAL_PERCENT / 100.0);
  tear_down (&bench);
  return ratio * 100 >= GOAL_PERCENT ? 0 : 1;
}
