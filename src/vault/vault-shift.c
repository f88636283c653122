/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-shift.h"

#include "vault-apply.h"
#include "vault-closing.h"
#include "vault-drawer.h"
#include "vault-private.h"

#include "base-number.h"

#include <string.h>

G_STATIC_ASSERT (VAULT_SHIFT_HEAD_SIZE == VAULT_CHAIN_SIZE);

#define TAKEN_MAX 2 /* of taken over terminals, of one report */

static const char *const late_names[] = { "approved", "declined", "reversed" };

const char *
vault_shift_late_name (VaultLate late)
{
  return late_names[late];
}

gboolean
vault_shift_is_open (const VaultShift *self)
{
  return self->from_us != 0;
}

gint64
vault_shift_expected_minor (const VaultShift *self)
{
  const gint64 parts[]
      = { self->floated.minor, self->cash_minor, self->cash_in.minor, -self->cash_out.minor };
  gint64 sum = 0;

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (!base_money_add (sum, parts[i], &sum))
      return 0; /* no shop comes to it */
  return sum;
}

char *
vault_shift_head_text (const VaultShift *self, guint digits)
{
  g_autofree char *hex = base_bytes_to_hex (BASE_SPAN (self->chain, sizeof self->chain));

  return g_strdup_printf ("%.*s@%" G_GINT64_FORMAT, (int)MIN (digits, strlen (hex)), hex,
                          self->head);
}

/* ---- what the journal says ---- */

/* A payment that moved in this shift: the state it had when the shift began, "none" for one that
 * was taken in it. */
typedef struct
{
  gint64 sale;
  guint position;
  VaultState before;
} Move;

typedef struct
{
  GHashTable *sales;  /* the numbers of those that something happened to (gint64, owned) */
  GHashTable *handed; /* of these, those that came from another till */
  GHashTable *moves;  /* Move, by itself */
  gint64 first_us;
  VaultShift *shift; /* gets what was done to the drawer */
} Day;

static void
day_clear (Day *self)
{
  g_clear_pointer (&self->sales, g_hash_table_unref);
  g_clear_pointer (&self->handed, g_hash_table_unref);
  g_clear_pointer (&self->moves, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Day, day_clear)

static guint
move_hash (gconstpointer key)
{
  const Move *move = key;
  gint64 number = move->sale * VAULT_SALE_PAYMENT_KEYS + move->position;

  return g_int64_hash (&number);
}

static gboolean
move_equal (gconstpointer a, gconstpointer b)
{
  const Move *one = a, *other = b;

  return one->sale == other->sale && one->position == other->position;
}

static void
day_init (Day *self)
{
  self->sales = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->handed = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->moves = g_hash_table_new_full (move_hash, move_equal, g_free, NULL);
}

static void
add_sale (Day *day, gint64 sale, gboolean handed)
{
  g_hash_table_add (day->sales, g_memdup2 (&sale, sizeof sale));
  if (handed)
    g_hash_table_add (day->handed, g_memdup2 (&sale, sizeof sale));
}

/* The first move of a payment says what it was before. */
static void
take_move (Day *day, const VaultMoved *moved, gint64 at_us)
{
  Move move = { moved->sale, moved->position, moved->before };

  if (moved->drawer)
    day->shift->drawer++;
  if (moved->before == VAULT_STATE_NONE && day->first_us == 0)
    day->first_us = at_us;
  add_sale (day, moved->sale, FALSE);
  if (!g_hash_table_contains (day->moves, &move))
    g_hash_table_add (day->moves, g_memdup2 (&move, sizeof move));
}

static void
take_entry (Day *day, const char *act, const char *detail, gint64 at_us)
{
  gint64 counts = day->shift->counts;
  VaultMoved moved;

  if (act == NULL || detail == NULL)
    return;
  if (vault_drawer_take (day->shift, act, detail))
    {
      if (day->first_us == 0 && counts == day->shift->counts) /* counting opens no shift */
        day->first_us = at_us;
    }
  else if (strcmp (act, "hand-over") == 0 && g_str_has_prefix (detail, VAULT_MOVED_RECEIPT))
    add_sale (day, g_ascii_strtoll (detail + strlen (VAULT_MOVED_RECEIPT), NULL, 10), TRUE);
  else if (vault_apply_read_detail (detail, &moved))
    take_move (day, &moved, at_us);
}

static gboolean
read_journal (Vault *self, gint64 after, Day *day, GError **error)
{
  sqlite3_stmt *query = vault_db_query (
      self->db, error, "SELECT act, detail, at_us FROM journal WHERE seq > ? ORDER BY seq", "i",
      after);
  gboolean row = TRUE;

  while (query != NULL && row)
    {
      if (!vault_db_step (self->db, query, &row, error))
        return FALSE;
      if (row)
        take_entry (day, (const char *)sqlite3_column_text (query, 0),
                    (const char *)sqlite3_column_text (query, 1), sqlite3_column_int64 (query, 2));
    }
  return query != NULL;
}

/* ---- what the books say of it ---- */

/* A sum that no shop comes to says nothing any more, but must not overflow. */
static void
add_minor (gint64 *sum, gint64 minor)
{
  gint64 more;

  if (!__builtin_add_overflow (*sum, minor, &more))
    *sum = more;
}

static void
add (VaultShiftSum *sum, gint64 minor)
{
  sum->count++;
  add_minor (&sum->minor, minor);
}

static void
add_tax (VaultShift *shift, const ShopTaxTable *tax)
{
  shift->tax.mode = tax->mode;
  for (guint i = 0; i < tax->count; i++)
    {
      const ShopTaxSum *from = &tax->sums[i];
      guint at = 0;

      while (at < shift->tax.count && shift->tax.sums[at].rate_bp < from->rate_bp)
        at++;
      if (at == shift->tax.count || shift->tax.sums[at].rate_bp != from->rate_bp)
        {
          if (shift->tax.count == SHOP_TAX_RATES_MAX)
            continue;
          for (guint j = shift->tax.count++; j > at; j--)
            shift->tax.sums[j] = shift->tax.sums[j - 1];
          shift->tax.sums[at] = (ShopTaxSum){ .rate_bp = from->rate_bp };
        }
      add_minor (&shift->tax.sums[at].net_minor, from->net_minor);
      add_minor (&shift->tax.sums[at].tax_minor, from->tax_minor);
      add_minor (&shift->tax.sums[at].gross_minor, from->gross_minor);
    }
}

/* Of a payment that an earlier shift has counted: what it has become, if that is an end. */
static gboolean
is_late (const Move *move, VaultState now, VaultLate *out_late)
{
  if (now == VAULT_STATE_APPROVED)
    *out_late = VAULT_LATE_APPROVED;
  else if (now == VAULT_STATE_DECLINED)
    *out_late = VAULT_LATE_DECLINED;
  else if (now == VAULT_STATE_REVERSED)
    *out_late = VAULT_LATE_REVERSED;
  else
    return FALSE; /* still on its way, or only sent: counted as what it was */
  return move->before != now;
}

static void
add_late (VaultShift *shift, gint64 receipt, gint64 minor, VaultLate what)
{
  add (&shift->late[what], minor);
  if (shift->told < VAULT_SHIFT_LATE_MAX)
    shift->lates[shift->told++] = (VaultShiftLate){ receipt, minor, what };
}

static void
add_payment (VaultShift *shift, const Day *day, const VaultSale *sale, const VaultPayment *payment)
{
  const Move key = { sale->id, payment->position, VAULT_STATE_NONE };
  const Move *move = g_hash_table_lookup (day->moves, &key);
  VaultLate late;

  if (move == NULL)
    return;
  if (move->before != VAULT_STATE_NONE)
    {
      if (vault_sale_kind_charges (sale->kind) && is_late (move, payment->state, &late))
        add_late (shift, sale->id, payment->amount_minor, late);
      return;
    }
  if (!vault_sale_kind_charges (sale->kind))
    return;
  add (vault_sale_kind_is_back (sale->kind) || payment->amount_minor < 0
           ? &shift->given[payment->tender][payment->state]
           : &shift->payments[payment->tender][payment->state],
       payment->amount_minor);
  if (payment->tender == VAULT_TENDER_CASH && payment->state == VAULT_STATE_APPROVED)
    add_minor (&shift->cash_minor, payment->amount_minor);
}

static gboolean
add_books (Vault *self, VaultShift *shift, const Day *day, gint64 id, GError **error)
{
  g_autoptr (GError) broken = NULL;
  g_autoptr (VaultSale) sale = vault_sale_read (self, id, &broken);
  gboolean handed = g_hash_table_contains (day->handed, &id);

  if (sale == NULL
      && (g_error_matches (broken, VAULT_ERROR, VAULT_ERROR_CHANGED)
          || g_error_matches (broken, VAULT_ERROR, VAULT_ERROR_ABSENT)))
    {
      shift->damaged++;
      return TRUE;
    }
  if (sale == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&broken));
      return FALSE;
    }
  if (handed)
    add (&shift->handed, vault_sale_total_minor (sale));
  else if (sale->state == VAULT_SALE_PAID && sale->shift == shift->number)
    {
      VaultShiftSum *const sums[] = {
        [VAULT_SALE_SALE] = &shift->sales,           [VAULT_SALE_REFUND] = &shift->refunds,
        [VAULT_SALE_VOID] = &shift->voids,           [VAULT_SALE_HOLD] = &shift->holds,
        [VAULT_SALE_COMPLETION] = &shift->sales,     [VAULT_SALE_HOLD_VOID] = &shift->releases,
        [VAULT_SALE_COMPLETION_VOID] = &shift->voids
      };

      add (sums[sale->kind], vault_sale_total_minor (sale));
      add_tax (shift, &shop_cart_totals (sale->cart)->tax);
    }
  for (guint i = 0; i < sale->payments->len; i++)
    add_payment (shift, day, sale, sale->payments->pdata[i]);
  return TRUE;
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  gint64 one = **(const gint64 *const *)a, other = **(const gint64 *const *)b;

  return one < other ? -1 : one > other;
}

/* In the order of their receipts, so that a report reads the same each time. */
static gboolean
add_all_books (Vault *self, VaultShift *shift, const Day *day, GError **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  GHashTableIter each;
  gpointer id;

  g_hash_table_iter_init (&each, day->sales);
  while (g_hash_table_iter_next (&each, &id, NULL))
    g_ptr_array_add (ids, id);
  g_ptr_array_sort (ids, compare_numbers);
  for (guint i = 0; i < ids->len; i++)
    if (!add_books (self, shift, day, *(const gint64 *)ids->pdata[i], error))
      return FALSE;
  return TRUE;
}

/* ---- what waits ---- */

static void
take_waiting (VaultShift *shift, sqlite3_stmt *query)
{
  const char *klass = (const char *)sqlite3_column_text (query, 0),
             *state = (const char *)sqlite3_column_text (query, 1);
  gint64 oldest_us = sqlite3_column_int64 (query, 4);
  VaultShiftSum *sum = g_strcmp0 (state, "attention") == 0  ? &shift->attention
                       : g_strcmp0 (klass, "reversal") == 0 ? &shift->reversals
                                                            : &shift->waiting;

  sum->count += sqlite3_column_int64 (query, 2);
  add_minor (&sum->minor, sqlite3_column_int64 (query, 3));
  if (shift->oldest_us == 0 || oldest_us < shift->oldest_us)
    shift->oldest_us = oldest_us;
}

static gboolean
read_waiting (Vault *self, VaultShift *shift, GError **error)
{
  sqlite3_stmt *query = vault_db_query (
      self->db, error,
      "SELECT class, state, count (*), sum (amount_minor), min (created_us)"
      " FROM record INDEXED BY record_open WHERE state <> 'done' GROUP BY class, state",
      "");
  gboolean row = TRUE;

  while (query != NULL && row)
    {
      if (!vault_db_step (self->db, query, &row, error))
        return FALSE;
      if (row)
        take_waiting (shift, query);
    }
  return query != NULL;
}

/* ---- what was settled ---- */

/* One that is damaged is left out, and never keeps a shift open: verify names it. */
static gboolean
add_batch (Vault *self, VaultShift *shift, gint64 id, GError **error)
{
  g_autoptr (GError) broken = NULL;

  if (vault_batch_read (self, id, &shift->batches[shift->batch_count], &broken))
    {
      shift->batch_count++;
      return TRUE;
    }
  if (g_error_matches (broken, VAULT_ERROR, VAULT_ERROR_CHANGED)
      || g_error_matches (broken, VAULT_ERROR, VAULT_ERROR_ABSENT))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&broken));
  return FALSE;
}

/* Those of terminals that were taken over: what isn't settled, or was since the last Z. */
static gboolean
read_taken (Vault *self, VaultShift *shift, GError **error)
{
  gint64 after_us = 0, id = VAULT_BATCH_TAKEN_FIRST - 1;

  if (!vault_db_number (self->db, 0, &after_us, error, "SELECT at_us FROM journal WHERE seq = ?",
                        "i", shift->after))
    return FALSE;
  while (id != 0 && shift->batch_count < TAKEN_MAX)
    {
      if (!vault_db_number (self->db, 0, &id, error,
                            "SELECT min (id) FROM batch WHERE id > ?"
                            " AND (settled_us = 0 OR settled_us >= ?)",
                            "ii", id, after_us)
          || (id != 0 && !add_batch (self, shift, id, error)))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_batches (Vault *self, VaultShift *shift, GError **error)
{
  gint64 first = MAX (1, vault_closing_batch (self, shift->number - 1)), newest = 0, most;

  if (!read_taken (self, shift, error)
      || !vault_db_number (self->db, 0, &newest, error, "SELECT max (id) FROM batch WHERE id < ?",
                           "i", VAULT_BATCH_TAKEN_FIRST))
    return FALSE;
  most = VAULT_SHIFT_BATCHES_MAX - shift->batch_count;
  for (gint64 id = MAX (first, newest - most + 1); id < newest; id++)
    if (!add_batch (self, shift, id, error))
      return FALSE;
  return add_batch (self, shift, 0, error);
}

/* ---- counting ---- */

gboolean
vault_shift_count (Vault *self, VaultShift *out_shift, GError **error)
{
  VaultShift *shift = out_shift;
  g_auto (Day) day = { 0 };

  *shift = (VaultShift){ .at_us = g_get_real_time () };
  day_init (&day);
  day.shift = shift;
  if (!vault_closing_end (self, &shift->number, &shift->after, error)
      || !read_journal (self, shift->after, &day, error)
      || !add_all_books (self, shift, &day, error) || !read_waiting (self, shift, error)
      || !read_batches (self, shift, error))
    return FALSE;
  shift->from_us = day.first_us;
  return TRUE;
}

static gboolean
read_head (Vault *self, VaultShift *shift, GError **error)
{
  return vault_closing_link (self, -1, &shift->head, shift->chain, error);
}

gboolean
vault_shift_read (Vault *self, VaultShift *out_shift, GError **error)
{
  gboolean read;

  vault_lock (self);
  read = vault_db_run (self->db, error, "BEGIN", "") && vault_shift_count (self, out_shift, error)
         && read_head (self, out_shift, error);
  vault_db_rollback (self->db);
  vault_unlock (self);
  return read;
}
