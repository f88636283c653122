/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-testing.h"

#include <glib/gstdio.h>

#include <sqlite3.h>
#include <string.h>

static const char message[] = "0200 a request that nobody but the acquirer should read";

void
vault_testing_set_up (VaultTesting *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint8 key_bytes[32];

  /* One of its own each time: shops of one key are copies of one shop. */
  for (guint i = 0; i < sizeof key_bytes; i++)
    key_bytes[i] = (guint8)g_random_int ();
  self->dir = g_dir_make_tmp ("till-XXXXXX", &error);
  g_assert_no_error (error);
  self->path = g_build_filename (self->dir, "till.db", NULL);
  self->key = base_secret_new_from (BASE_SPAN (key_bytes, sizeof key_bytes));
  self->vault = vault_create (self->dir, self->key, &error);
  g_assert_no_error (error);
}

void
vault_testing_tear_down (VaultTesting *self, gconstpointer data)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  g_clear_pointer (&self->vault, vault_free);
  dir = g_dir_open (self->dir, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->dir, name, NULL);

      g_remove (path);
    }
  g_rmdir (self->dir);
  g_free (self->dir);
  g_free (self->path);
  base_secret_free (self->key);
}

void
vault_testing_reopen (VaultTesting *self)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->vault, vault_free);
  self->vault = vault_open (self->dir, self->key, VAULT_ACCESS_OWN, &error);
  g_assert_no_error (error);
}

VaultSale *
vault_testing_sale (guint lines)
{
  ShopCart *cart = shop_cart_new ("CNY", SHOP_TAX_INCLUSIVE);

  for (guint i = 0; i < lines; i++)
    {
      g_autofree char *code = g_strdup_printf ("69012345%05u", i);
      g_autoptr (ShopProduct) product = shop_product_new (code, "Jasmine tea, 500 ml", 500);

      product->name_zh = g_strdup ("茉莉花茶 500 毫升");
      product->category = g_strdup ("drinks");
      product->tax_bp = 1300;
      g_assert_true (shop_cart_add (cart, product, SHOP_QUANTITY_ONE_MILLI, NULL, NULL));
    }
  return vault_sale_new (cart, "wang");
}

VaultChange
vault_testing_change (VaultTesting *self, VaultSale *sale, VaultPayment *payment, VaultEvent event)
{
  VaultChange change = {
    .event = event, .sale = sale, .payment = payment, .terminal = "00000001", .reason = "because"
  };

  change.message = change.again = BASE_SPAN_STR (message);
  vault_take_identity (self->vault, &change.batch, &change.stan);
  if (event == VAULT_EVENT_NO_ANSWER)
    vault_take_identity (self->vault, &change.again_batch, &change.again_stan);
  return change;
}

void
vault_testing_move (VaultTesting *self, VaultSale *sale, VaultPayment *payment, VaultEvent event)
{
  VaultChange change = vault_testing_change (self, sale, payment, event);
  g_autoptr (GError) error = NULL;
  gboolean moved = vault_apply (self->vault, &change, 1, &error);

  g_assert_no_error (error);
  g_assert_true (moved);
}

VaultPayment *
vault_testing_pay (VaultTesting *self, VaultSale *sale, VaultTender tender, VaultEvent event)
{
  VaultPayment *payment = vault_payment_new (tender, shop_cart_totals (sale->cart)->total_minor);

  vault_testing_move (self, sale, payment, event);
  return payment;
}

/* --- Looking --- */

static sqlite3 *
look (VaultTesting *self)
{
  sqlite3 *db = NULL;

  g_assert_cmpint (
      sqlite3_open_v2 (self->path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL), ==,
      SQLITE_OK);
  sqlite3_busy_timeout (db, 5000);
  return db;
}

void
vault_testing_sql (VaultTesting *self, const char *sql)
{
  sqlite3 *db = look (self);
  char *why = NULL;

  if (sqlite3_exec (db, sql, NULL, NULL, &why) != SQLITE_OK)
    g_error ("%s: %s", sql, why);
  sqlite3_close (db);
}

static int
add_row (gpointer data, int count, char **values, char **names)
{
  GString *text = data;

  for (int i = 0; i < count; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "|" : "", values[i] != NULL ? values[i] : "");
  g_string_append_c (text, '\n');
  return 0;
}

static void
add_rows (sqlite3 *db, const char *sql, GString *text)
{
  char *why = NULL;

  if (sqlite3_exec (db, sql, add_row, text, &why) != SQLITE_OK)
    g_error ("%s: %s", sql, why);
}

char *
vault_testing_text (VaultTesting *self, const char *sql)
{
  GString *text = g_string_new (NULL);
  sqlite3 *db = look (self);

  add_rows (db, sql, text);
  sqlite3_close (db);
  if (text->len > 0)
    g_string_truncate (text, text->len - 1);
  return g_string_free (text, FALSE);
}

gint64
vault_testing_number (VaultTesting *self, const char *sql)
{
  g_autofree char *text = vault_testing_text (self, sql);

  return g_ascii_strtoll (text, NULL, 10);
}

char *
vault_testing_dump (VaultTesting *self)
{
  static const char *const tables[] = {
    "SELECT name, hex (sealed) FROM setting WHERE name <> 'heads'",
    "SELECT * FROM sale",
    "SELECT * FROM sale_line",
    "SELECT * FROM payment",
    ("SELECT id, class, state, sale, position, terminal, batch, stan, amount_minor, created_us, "
     "tries, next_us, done_us, reason, identity, hex (sealed), settled, counts FROM record"),
    "SELECT * FROM batch",
    "SELECT * FROM batch_difference",
    "SELECT * FROM counter",
    "SELECT seq, at_us, who, act, detail, hex (digest), hex (chain) FROM journal",
    "SELECT * FROM print_job",
    "SELECT number, hex (sealed) FROM closing",
    "SELECT id, sale, position, hex (sealed) FROM chip_trace",
  };
  GString *text = g_string_new (NULL);
  sqlite3 *db = look (self);

  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      g_string_append_printf (text, "-- %s\n", tables[i]);
      add_rows (db, tables[i], text);
    }
  sqlite3_close (db);
  return g_string_free (text, FALSE);
}

char *
vault_testing_print_sale (const VaultSale *sale)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (
      text,
      "sale %" G_GINT64_FORMAT " %s opened %" G_GINT64_FORMAT " closed %" G_GINT64_FORMAT
      " shift %" G_GINT64_FORMAT " by %s label %s kept %d total %" G_GINT64_FORMAT
      " %s of %" G_GINT64_FORMAT "\n",
      sale->id, vault_sale_state_name (sale->state), sale->opened_us, sale->closed_us, sale->shift,
      sale->cashier, sale->label, sale->lines_kept, shop_cart_totals (sale->cart)->total_minor,
      vault_sale_kind_name (sale->kind), sale->original);
  for (guint i = 0; i < sale->payments->len; i++)
    {
      const VaultPayment *payment = sale->payments->pdata[i];

      g_string_append_printf (
          text,
          "%u %s %s %s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT
          " %" G_GINT64_FORMAT " stan %u %s %s %s %s %s batch %u %s %s of %u\n",
          payment->position, payment->uuid, vault_payment_tender_name (payment->tender),
          vault_life_state_name (payment->state), payment->amount_minor, payment->tendered_minor,
          payment->change_minor, payment->at_us, payment->stan, payment->masked_pan,
          payment->auth_code, payment->reference, payment->response, payment->reason,
          payment->batch, payment->host_date, payment->terminal, payment->original);
    }
  return g_string_free (text, FALSE);
}

char *
vault_testing_print_record (const VaultRecord *record)
{
  g_autofree char *hex
      = record->message != NULL ? base_bytes_to_hex (base_secret_span (record->message)) : NULL;

  return g_strdup_printf ("%" G_GINT64_FORMAT " %s %s %" G_GINT64_FORMAT
                          ".%u %s %u %u %" G_GINT64_FORMAT " tries %u %s %s",
                          record->id, vault_life_class_name (record->klass),
                          vault_record_state_name (record->state), record->sale_id,
                          record->position, record->terminal, record->batch, record->stan,
                          record->amount_minor, record->tries, record->reason, hex);
}

/* --- The disk --- */

typedef struct
{
  sqlite3_vfs vfs;
  sqlite3_vfs *real;
  VaultTestingFault fault;
  guint fail_at, calls, syncs, writes;
  gboolean failed;
  gboolean frames_unsynced; /* part of a commit was written to the log since it was synced */
} Disk;

typedef struct
{
  sqlite3_file base;
  gboolean is_log;
  sqlite3_file *real; /* right behind this struct */
} DiskFile;

static Disk disk;

static sqlite3_file *
real_of (sqlite3_file *file)
{
  return ((DiskFile *)file)->real;
}

/* Whether this call is one that fails. */
static gboolean
strikes (gboolean is_sync)
{
  gboolean struck;

  if (disk.fault == VAULT_TESTING_SOUND || (disk.fault == VAULT_TESTING_FULL && is_sync))
    return FALSE;
  disk.calls++;
  struck = disk.fault == VAULT_TESTING_FAIL_ONCE ? disk.calls == disk.fail_at
                                                 : disk.calls >= disk.fail_at;
  disk.failed = disk.failed || struck;
  return struck;
}

static int
disk_close (sqlite3_file *file)
{
  return real_of (file)->pMethods->xClose (real_of (file));
}

static int
disk_read (sqlite3_file *file, void *to, int size, sqlite3_int64 offset)
{
  return real_of (file)->pMethods->xRead (real_of (file), to, size, offset);
}

/* A write that fails leaves its first half on the disk. */
static int
disk_write (sqlite3_file *file, const void *from, int size, sqlite3_int64 offset)
{
  disk.writes++;
  if (((DiskFile *)file)->is_log && offset > 0)
    disk.frames_unsynced = TRUE;
  if (!strikes (FALSE))
    return real_of (file)->pMethods->xWrite (real_of (file), from, size, offset);
  if (disk.fault == VAULT_TESTING_FULL)
    return SQLITE_FULL;
  (void)real_of (file)->pMethods->xWrite (real_of (file), from, size / 2, offset);
  return SQLITE_IOERR_WRITE;
}

static int
disk_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  return strikes (FALSE) ? SQLITE_IOERR_TRUNCATE
                         : real_of (file)->pMethods->xTruncate (real_of (file), size);
}

static int
disk_sync (sqlite3_file *file, int flags)
{
  if (((DiskFile *)file)->is_log && disk.frames_unsynced)
    {
      disk.syncs++;
      disk.frames_unsynced = FALSE;
    }
  return strikes (TRUE) ? SQLITE_IOERR_FSYNC
                        : real_of (file)->pMethods->xSync (real_of (file), flags);
}

static int
disk_size (sqlite3_file *file, sqlite3_int64 *size)
{
  return real_of (file)->pMethods->xFileSize (real_of (file), size);
}

static int
disk_lock (sqlite3_file *file, int level)
{
  return real_of (file)->pMethods->xLock (real_of (file), level);
}

static int
disk_unlock (sqlite3_file *file, int level)
{
  return real_of (file)->pMethods->xUnlock (real_of (file), level);
}

static int
disk_reserved (sqlite3_file *file, int *out)
{
  return real_of (file)->pMethods->xCheckReservedLock (real_of (file), out);
}

static int
disk_control (sqlite3_file *file, int what, void *argument)
{
  return real_of (file)->pMethods->xFileControl (real_of (file), what, argument);
}

static int
disk_sector (sqlite3_file *file)
{
  return real_of (file)->pMethods->xSectorSize (real_of (file));
}

static int
disk_traits (sqlite3_file *file)
{
  return real_of (file)->pMethods->xDeviceCharacteristics (real_of (file));
}

static int
disk_shm_map (sqlite3_file *file, int region, int size, int extend, void volatile **out)
{
  return real_of (file)->pMethods->xShmMap (real_of (file), region, size, extend, out);
}

static int
disk_shm_lock (sqlite3_file *file, int offset, int count, int flags)
{
  return real_of (file)->pMethods->xShmLock (real_of (file), offset, count, flags);
}

static void
disk_shm_barrier (sqlite3_file *file)
{
  real_of (file)->pMethods->xShmBarrier (real_of (file));
}

static int
disk_shm_unmap (sqlite3_file *file, int erase)
{
  return real_of (file)->pMethods->xShmUnmap (real_of (file), erase);
}

static const sqlite3_io_methods disk_methods = {
  .iVersion = 2,
  .xClose = disk_close,
  .xRead = disk_read,
  .xWrite = disk_write,
  .xTruncate = disk_truncate,
  .xSync = disk_sync,
  .xFileSize = disk_size,
  .xLock = disk_lock,
  .xUnlock = disk_unlock,
  .xCheckReservedLock = disk_reserved,
  .xFileControl = disk_control,
  .xSectorSize = disk_sector,
  .xDeviceCharacteristics = disk_traits,
  .xShmMap = disk_shm_map,
  .xShmLock = disk_shm_lock,
  .xShmBarrier = disk_shm_barrier,
  .xShmUnmap = disk_shm_unmap,
};

static int
disk_open (sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
  DiskFile *self = (DiskFile *)file;
  int result;

  self->real = (sqlite3_file *)(self + 1);
  self->is_log = (flags & SQLITE_OPEN_WAL) != 0;
  self->base.pMethods = NULL;
  result = disk.real->xOpen (disk.real, name, self->real, flags, out_flags);
  if (self->real->pMethods != NULL)
    self->base.pMethods = &disk_methods;
  return result;
}

void
vault_testing_disk_install (void)
{
  disk.real = sqlite3_vfs_find (NULL);
  disk.vfs = *disk.real;
  disk.vfs.zName = "till-testing";
  disk.vfs.szOsFile = (int)sizeof (DiskFile) + disk.real->szOsFile;
  disk.vfs.xOpen = disk_open;
  g_assert_cmpint (sqlite3_vfs_register (&disk.vfs, 1), ==, SQLITE_OK);
}

void
vault_testing_disk_fail (VaultTestingFault fault, guint n)
{
  disk.fault = fault;
  disk.fail_at = n;
  disk.calls = 0;
  disk.failed = FALSE;
}

gboolean
vault_testing_disk_failed (void)
{
  return disk.failed;
}

void
vault_testing_disk_mend (void)
{
  disk.fault = VAULT_TESTING_SOUND;
}

guint
vault_testing_disk_syncs (void)
{
  return disk.syncs;
}

guint
vault_testing_disk_writes (void)
{
  return disk.writes;
}

void
vault_testing_disk_reset (void)
{
  disk.syncs = disk.writes = 0;
}
