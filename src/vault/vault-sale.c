/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-sale.h"

#include "vault-journal.h"
#include "vault-books.h"
#include "vault-private.h"

#include "crypto-random.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

G_STATIC_ASSERT (SHOP_CART_LINES_MAX < VAULT_SALE_LINE_KEYS);
G_STATIC_ASSERT (VAULT_SALE_PAYMENTS_MAX < VAULT_SALE_PAYMENT_KEYS);

static const char *const sale_states[] = { "open", "paid", "parked", "cancelled" };
static const char *const sale_kinds[]
    = { "sale", "refund", "void", "hold", "completion", "hold-void", "completion-void" };
static const char *const tenders[] = { "cash", "card" };

const char *
vault_sale_state_name (VaultSaleState state)
{
  return sale_states[state];
}

const char *
vault_sale_kind_name (VaultSaleKind kind)
{
  return sale_kinds[kind];
}

gboolean
vault_sale_kind_is_back (VaultSaleKind kind)
{
  return kind == VAULT_SALE_REFUND || kind == VAULT_SALE_VOID || kind == VAULT_SALE_HOLD_VOID
         || kind == VAULT_SALE_COMPLETION_VOID;
}

gboolean
vault_sale_kind_is_hold (VaultSaleKind kind)
{
  return kind >= VAULT_SALE_HOLD;
}

gboolean
vault_sale_kind_charges (VaultSaleKind kind)
{
  return kind != VAULT_SALE_HOLD && kind != VAULT_SALE_HOLD_VOID;
}

gint64
vault_sale_total_minor (const VaultSale *self)
{
  const VaultPayment *payment
      = self->payments->len > 0 ? g_ptr_array_index (self->payments, 0) : NULL;

  if (self->kind == VAULT_SALE_SALE || !shop_cart_is_empty (self->cart))
    return shop_cart_totals (self->cart)->total_minor;
  return payment != NULL ? payment->amount_minor : 0;
}

const char *
vault_payment_tender_name (VaultTender tender)
{
  return tenders[tender];
}

VaultPayment *
vault_payment_new (VaultTender tender, gint64 amount_minor)
{
  VaultPayment *self = g_new0 (VaultPayment, 1);

  self->uuid = crypto_random_uuid ();
  self->tender = tender;
  self->state = VAULT_STATE_NONE;
  self->amount_minor = amount_minor;
  self->at_us = g_get_real_time ();
  return self;
}

void
vault_payment_free (VaultPayment *self)
{
  if (self == NULL)
    return;
  g_free (self->uuid);
  g_free (self->masked_pan);
  g_free (self->auth_code);
  g_free (self->reference);
  g_free (self->response);
  g_free (self->host_date);
  g_free (self->terminal);
  g_free (self->slip);
  g_free (self->reason);
  g_free (self);
}

VaultPayment *
vault_payment_copy (const VaultPayment *self)
{
  VaultPayment *copy = g_memdup2 (self, sizeof *self);

  copy->uuid = g_strdup (self->uuid);
  copy->masked_pan = g_strdup (self->masked_pan);
  copy->auth_code = g_strdup (self->auth_code);
  copy->reference = g_strdup (self->reference);
  copy->response = g_strdup (self->response);
  copy->host_date = g_strdup (self->host_date);
  copy->terminal = g_strdup (self->terminal);
  copy->slip = g_strdup (self->slip);
  copy->reason = g_strdup (self->reason);
  return copy;
}

gboolean
vault_payment_covers (const VaultPayment *self)
{
  return self->state == VAULT_STATE_APPROVED || self->state == VAULT_STATE_CHIP_UNSENT
         || self->state == VAULT_STATE_CHIP_SENT || self->state == VAULT_STATE_COMPLETED_UNSENT
         || self->state == VAULT_STATE_COMPLETED_SENT || self->state == VAULT_STATE_STORED
         || self->state == VAULT_STATE_STORED_SENDING;
}

VaultSale *
vault_sale_new (ShopCart *cart, const char *cashier)
{
  VaultSale *self = g_new0 (VaultSale, 1);

  self->cart = cart;
  self->cashier = g_strdup (cashier);
  self->opened_us = g_get_real_time ();
  self->payments = g_ptr_array_new_with_free_func ((GDestroyNotify)vault_payment_free);
  return self;
}

void
vault_sale_free (VaultSale *self)
{
  if (self == NULL)
    return;
  g_free (self->cashier);
  g_free (self->label);
  shop_cart_free (self->cart);
  g_clear_pointer (&self->payments, g_ptr_array_unref);
  g_free (self);
}

VaultSale *
vault_sale_copy (const VaultSale *self)
{
  VaultSale *copy = g_memdup2 (self, sizeof *self);

  copy->cashier = g_strdup (self->cashier);
  copy->label = g_strdup (self->label);
  copy->cart = shop_cart_copy (self->cart);
  copy->payments = g_ptr_array_new_with_free_func ((GDestroyNotify)vault_payment_free);
  for (guint i = 0; i < self->payments->len; i++)
    g_ptr_array_add (copy->payments, vault_payment_copy (self->payments->pdata[i]));
  return copy;
}

gint64
vault_sale_paid_minor (const VaultSale *self)
{
  gint64 paid = 0;

  for (guint i = 0; i < self->payments->len; i++)
    {
      const VaultPayment *payment = self->payments->pdata[i];

      if (vault_payment_covers (payment))
        g_assert_true (base_money_add (paid, payment->amount_minor, &paid));
    }
  return paid;
}

gint64
vault_sale_cash_minor (const VaultSale *self)
{
  gint64 cash = 0;

  for (guint i = 0; i < self->payments->len; i++)
    {
      const VaultPayment *payment = self->payments->pdata[i];

      if (payment->tender == VAULT_TENDER_CASH && vault_payment_covers (payment))
        g_assert_true (base_money_add (cash, payment->amount_minor, &cash));
    }
  return cash;
}

gboolean
vault_sale_is_open (const VaultSale *self)
{
  return self->kind == VAULT_SALE_SALE
         && (self->state == VAULT_SALE_OPEN || self->state == VAULT_SALE_PARKED);
}

/* Keys of lines and payments: those of one sale stand together. */
static gint64
line_key (gint64 sale, guint number)
{
  return sale * VAULT_SALE_LINE_KEYS + number;
}

static gint64
payment_key (gint64 sale, guint position)
{
  return sale * VAULT_SALE_PAYMENT_KEYS + position;
}

static gboolean
write_lines (Vault *self, VaultSale *sale, GError **error)
{
  for (guint i = 0; i < shop_cart_count (sale->cart); i++)
    {
      const ShopCartLine *line = shop_cart_line (sale->cart, i);
      const ShopProduct *product = line->product;

      if (!vault_db_run (self->db, error,
                         "INSERT INTO sale_line VALUES"
                         " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                         "iiitttt"
                         "iiiiiii"
                         "ti",
                         line_key (sale->id, line->number), sale->id, (gint64)line->number,
                         product->code, product->name, product->name_zh, product->category,
                         (gint64)product->unit, (gint64)product->tax_bp, line->quantity_milli,
                         line->unit_price_minor, line->discount_minor, line->amount_minor,
                         (gint64)line->voided, line->void_reason, (gint64)line->original))
        return FALSE;
    }
  sale->lines_kept = TRUE;
  return TRUE;
}

gboolean
vault_sale_write (Vault *self, VaultSale *sale, GError **error)
{
  const ShopTotals *totals = shop_cart_totals (sale->cart);

  gboolean written;

  if (sale->id == 0)
    {
      /* A number never used before has no lines. */
      sale->shift = self->heads.shift;
      sale->id = ++self->heads.sale;
      sale->lines_kept = FALSE;
      written = vault_db_run (
          self->db, error,
          "INSERT INTO sale VALUES (?, ?, ?, nullif (?, 0), ?, ?, ?, ?, ?, ?, ?, ?)",
          "itiiitttiiti", sale->id, sale_states[sale->state], sale->opened_us, sale->closed_us,
          sale->shift, sale->cashier, sale->label, shop_cart_currency (sale->cart),
          (gint64)totals->tax.mode, vault_sale_total_minor (sale), sale_kinds[sale->kind],
          sale->original);
    }
  else
    written = vault_db_run (self->db, error,
                            "UPDATE sale SET state = ?, closed_us = nullif (?, 0), shift = ?,"
                            " cashier = ?, label = ?, total_minor = ? WHERE id = ?",
                            "tiittii", sale_states[sale->state], sale->closed_us, sale->shift,
                            sale->cashier, sale->label, vault_sale_total_minor (sale), sale->id)
              && (sale->lines_kept
                  || vault_db_run (
                      self->db, error, "DELETE FROM sale_line WHERE id BETWEEN ? AND ?", "ii",
                      line_key (sale->id, 0), line_key (sale->id, VAULT_SALE_LINE_KEYS - 1)));
  vault_books_note_sale (self, sale->id);
  return written && (sale->lines_kept || write_lines (self, sale, error));
}

static gboolean
insert_payment (Vault *self, const VaultSale *sale, const VaultPayment *payment, GError **error)
{
  return vault_db_run (
      self->db, error,
      "INSERT INTO payment VALUES"
      " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
      " ON CONFLICT DO NOTHING",
      "iiittt"
      "iiiii"
      "ttttt"
      "ittit",
      payment_key (sale->id, payment->position), sale->id, (gint64)payment->position, payment->uuid,
      tenders[payment->tender], vault_life_state_name (payment->state), payment->amount_minor,
      payment->tendered_minor, payment->change_minor, payment->at_us, (gint64)payment->stan,
      payment->masked_pan, payment->auth_code, payment->reference, payment->response,
      payment->reason, (gint64)payment->batch, payment->host_date, payment->terminal,
      (gint64)payment->original, payment->slip);
}

static gboolean
update_payment (Vault *self,
                const VaultSale *sale,
                const VaultPayment *payment,
                VaultState before,
                GError **error)
{
  return vault_db_run (
      self->db, error,
      "UPDATE payment SET state = ?, stan = ?, masked_pan = ?, auth_code = ?, reference = ?, "
      "response = ?,"
      " reason = ?, at_us = ?, batch = ?, host_date = ?, slip = ?"
      " WHERE id = ? AND state = ? AND uuid = ?",
      "tittttt"
      "iittitt",
      vault_life_state_name (payment->state), (gint64)payment->stan, payment->masked_pan,
      payment->auth_code, payment->reference, payment->response, payment->reason, payment->at_us,
      (gint64)payment->batch, payment->host_date, payment->slip,
      payment_key (sale->id, payment->position), vault_life_state_name (before), payment->uuid);
}

gboolean
vault_payment_write (Vault *self,
                     const VaultSale *sale,
                     const VaultPayment *payment,
                     VaultState before,
                     GError **error)
{
  g_assert (sale->id > 0 && payment->position > 0);
  vault_books_note_sale (self, sale->id);
  if (before == VAULT_STATE_NONE ? !insert_payment (self, sale, payment, error)
                                 : !update_payment (self, sale, payment, before, error))
    return FALSE;
  if (vault_db_changed (self->db))
    return TRUE;
  g_set_error (error, VAULT_ERROR, VAULT_ERROR_STATE,
               _ ("Payment %s of receipt %" PRId64 " has moved on meanwhile"), payment->uuid,
               sale->id);
  return FALSE;
}

/* The row under `query`, without its lines and payments; NULL when it holds what Till never writes.
 */
static VaultSale *
read_sale_row (sqlite3_stmt *query)
{
  const char *currency = (const char *)sqlite3_column_text (query, 7);
  gint64 id = sqlite3_column_int64 (query, 0);
  gint64 mode = sqlite3_column_int64 (query, 8);
  gint64 original = sqlite3_column_int64 (query, 10);
  VaultSale *sale;
  guint state, kind;

  if (id < 1 || id > VAULT_HEAD_MAX || currency == NULL || strlen (currency) != 3
      || (mode != SHOP_TAX_INCLUSIVE && mode != SHOP_TAX_EXCLUSIVE)
      || !vault_life_find_name (sale_states, G_N_ELEMENTS (sale_states),
                                (const char *)sqlite3_column_text (query, 1), &state)
      || !vault_life_find_name (sale_kinds, G_N_ELEMENTS (sale_kinds),
                                (const char *)sqlite3_column_text (query, 9), &kind)
      || original < 0 || original > VAULT_HEAD_MAX)
    return NULL;
  sale = vault_sale_new (shop_cart_new (currency, (ShopTaxMode)mode),
                         (const char *)sqlite3_column_text (query, 5));
  sale->id = id;
  sale->kind = (VaultSaleKind)kind;
  sale->original = original;
  if (vault_sale_kind_is_back (sale->kind))
    shop_cart_set_returning (sale->cart);
  sale->state = (VaultSaleState)state;
  sale->opened_us = sqlite3_column_int64 (query, 2);
  sale->closed_us = sqlite3_column_int64 (query, 3);
  sale->shift = sqlite3_column_int64 (query, 4);
  sale->label = vault_db_text (query, 6);
  sale->lines_kept = TRUE;
  return sale;
}

static gboolean
within (sqlite3_stmt *query, int column, gint64 least, gint64 most)
{
  gint64 number = sqlite3_column_int64 (query, column);

  return number >= least && number <= most;
}

/* Through shop_cart_restore(), so that a damaged line is refused and sums are made anew. */
static gboolean
restore_line (VaultSale *sale, sqlite3_stmt *query, GError **error)
{
  g_autoptr (ShopProduct) product = shop_product_new ((const char *)sqlite3_column_text (query, 1),
                                                      (const char *)sqlite3_column_text (query, 2),
                                                      sqlite3_column_int64 (query, 8));
  ShopCartLine line = {
    .number = (guint)sqlite3_column_int64 (query, 0),
    .product = product,
    .quantity_milli = sqlite3_column_int64 (query, 7),
    .unit_price_minor = sqlite3_column_int64 (query, 8),
    .discount_minor = sqlite3_column_int64 (query, 9),
    .voided = sqlite3_column_int64 (query, 10) != 0,
    .void_reason = (char *)sqlite3_column_text (query, 11),
    .original = (guint)sqlite3_column_int64 (query, 12),
  };
  gint64 number;

  product->name_zh = vault_db_text (query, 3);
  product->category = vault_db_text (query, 4);
  product->unit = sqlite3_column_int64 (query, 5) == SHOP_UNIT_KG ? SHOP_UNIT_KG : SHOP_UNIT_PIECE;
  product->tax_bp = (guint)sqlite3_column_int64 (query, 6);
  number = shop_cart_count (sale->cart) + 1;
  if (!within (query, 0, number, number) || !within (query, 6, 0, SHOP_TAX_MAX_BP)
      || !within (query, 12, 0, SHOP_CART_LINES_MAX))
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_CHANGED,
                   _ ("A line of receipt %" PRId64 " is missing or damaged"), sale->id);
      return FALSE;
    }
  return shop_cart_restore (sale->cart, &line, error);
}

static gboolean
load_lines (Vault *self, VaultSale *sale, GError **error)
{
  sqlite3_stmt *query = vault_db_query (
      self->db, error,
      "SELECT number, code, name, name_zh, category, unit, tax_bp, quantity_milli,"
      " price_minor, discount_minor, voided, void_reason, original"
      " FROM sale_line WHERE id BETWEEN ? AND ? ORDER BY id",
      "ii", line_key (sale->id, 0), line_key (sale->id, VAULT_SALE_LINE_KEYS - 1));
  gboolean row = TRUE;

  while (query != NULL && row)
    if (!vault_db_step (self->db, query, &row, error)
        || (row && !restore_line (sale, query, error)))
      query = (sqlite3_reset (query), NULL);
  return query != NULL;
}

/* Whether the numbers are such as Till writes: sums over them can't overflow, and positions have no
 * gap. A sale that was dropped gives back what was taken of it in cash, and no more. */
static gboolean
sound_payment (const VaultSale *sale, VaultTender tender, sqlite3_stmt *query)
{
  gint64 position = sale->payments->len + 1;
  gboolean back = vault_sale_kind_is_back (sale->kind);
  gint64 taken = tender == VAULT_TENDER_CASH ? vault_sale_cash_minor (sale) : 0;

  return position <= VAULT_SALE_PAYMENTS_MAX && within (query, 0, position, position)
         && within (query, 4, back ? -BASE_MONEY_MAX_MINOR : -taken,
                    back ? 0 : BASE_MONEY_MAX_MINOR)
         && within (query, 14, 0, VAULT_STAN_MAX) && within (query, 17, 0, VAULT_SALE_PAYMENTS_MAX)
         && within (query, 5, 0, BASE_MONEY_MAX_MINOR) && within (query, 6, 0, BASE_MONEY_MAX_MINOR)
         && within (query, 8, 0, VAULT_STAN_MAX);
}

static gboolean
read_payment (VaultSale *sale, sqlite3_stmt *query, GError **error)
{
  g_autoptr (VaultPayment) payment = g_new0 (VaultPayment, 1);
  guint tender;

  if (!vault_life_find_name (tenders, G_N_ELEMENTS (tenders),
                             (const char *)sqlite3_column_text (query, 2), &tender)
      || !vault_life_state_from_name ((const char *)sqlite3_column_text (query, 3), &payment->state)
      || !sound_payment (sale, (VaultTender)tender, query))
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_CHANGED,
                   _ ("A payment of receipt %" PRId64 " is damaged"), sale->id);
      return FALSE;
    }
  payment->tender = (VaultTender)tender;
  payment->position = (guint)sqlite3_column_int64 (query, 0);
  payment->uuid = vault_db_text (query, 1);
  payment->amount_minor = sqlite3_column_int64 (query, 4);
  payment->tendered_minor = sqlite3_column_int64 (query, 5);
  payment->change_minor = sqlite3_column_int64 (query, 6);
  payment->at_us = sqlite3_column_int64 (query, 7);
  payment->stan = (guint32)sqlite3_column_int64 (query, 8);
  payment->masked_pan = vault_db_text (query, 9);
  payment->auth_code = vault_db_text (query, 10);
  payment->reference = vault_db_text (query, 11);
  payment->response = vault_db_text (query, 12);
  payment->reason = vault_db_text (query, 13);
  payment->batch = (guint32)sqlite3_column_int64 (query, 14);
  payment->host_date = vault_db_text (query, 15);
  payment->terminal = vault_db_text (query, 16);
  payment->original = (guint)sqlite3_column_int64 (query, 17);
  payment->slip = vault_db_text (query, 18);
  g_ptr_array_add (sale->payments, g_steal_pointer (&payment));
  return TRUE;
}

static gboolean
load_payments (Vault *self, VaultSale *sale, GError **error)
{
  sqlite3_stmt *query = vault_db_query (
      self->db, error,
      "SELECT position, uuid, tender, state, amount_minor, tendered_minor, change_minor,"
      " at_us, stan, masked_pan, auth_code, reference, response, reason, batch, host_date,"
      " terminal, original, slip"
      " FROM payment WHERE id BETWEEN ? AND ? ORDER BY id",
      "ii", payment_key (sale->id, 0), payment_key (sale->id, VAULT_SALE_PAYMENT_KEYS - 1));
  gboolean row = TRUE;

  while (query != NULL && row)
    if (!vault_db_step (self->db, query, &row, error)
        || (row && !read_payment (sale, query, error)))
      query = (sqlite3_reset (query), NULL);
  return query != NULL;
}

/* What goes back of a sale with tax on top is rounded once for all that went back of it: that the
 * lines don't tell, but the total that was written down. */
static gboolean
restore_rounding (VaultSale *sale, gint64 total_minor, GError **error)
{
  gint64 rounding;

  if (shop_cart_is_empty (sale->cart) || !shop_cart_is_returning (sale->cart)
      || shop_cart_tax_mode (sale->cart) != SHOP_TAX_EXCLUSIVE)
    return TRUE;
  if (base_money_subtract (total_minor, shop_cart_totals (sale->cart)->total_minor, &rounding)
      && shop_cart_set_rounding (sale->cart, rounding, /* error= */ NULL))
    return TRUE;
  g_set_error (error, VAULT_ERROR, VAULT_ERROR_CHANGED, _ ("Receipt %" PRId64 " is damaged"),
               sale->id);
  return FALSE;
}

VaultSale *
vault_sale_read (Vault *self, gint64 id, GError **error)
{
  g_autoptr (VaultSale) sale = NULL;
  sqlite3_stmt *query = vault_db_query (
      self->db, error,
      "SELECT id, state, opened_us, coalesce (closed_us, 0), shift, cashier, label,"
      " currency, tax_mode, kind, original, total_minor FROM sale WHERE id = ?",
      "i", id);
  gboolean row = FALSE;
  gint64 total_minor;

  if (query == NULL || !vault_db_step (self->db, query, &row, error))
    return NULL;
  if (!row)
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_ABSENT, _ ("There is no receipt %" PRId64), id);
      return NULL;
    }
  sale = read_sale_row (query);
  total_minor = sqlite3_column_int64 (query, 11);
  sqlite3_reset (query);
  if (sale == NULL)
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_CHANGED, _ ("Receipt %" PRId64 " is damaged"),
                   id);
      return NULL;
    }
  if (!load_lines (self, sale, error) || !restore_rounding (sale, total_minor, error)
      || !load_payments (self, sale, error))
    return NULL;
  return g_steal_pointer (&sale);
}

VaultSale *
vault_sale_load (Vault *self, gint64 id, GError **error)
{
  VaultSale *sale;

  vault_lock (self);
  sale = vault_sale_read (self, id, error);
  vault_unlock (self);
  return sale;
}

/* The ids first, so that loading each does not disturb the statement that lists them. */
static GArray *
list_ids (Vault *self, const VaultSaleState *state, guint limit, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  sqlite3_stmt *query
      = state != NULL && *state == VAULT_SALE_PARKED
            ? vault_db_query (self->db, error,
                              "SELECT id FROM sale WHERE state = 'parked' ORDER BY id DESC LIMIT ?",
                              "i", (gint64)limit)
            : vault_db_query (
                self->db, error,
                "SELECT id FROM sale WHERE ?2 IS NULL OR state = ?2 ORDER BY id DESC LIMIT ?1",
                "it", (gint64)limit, state != NULL ? sale_states[*state] : NULL);

  return vault_db_take_ids (self->db, query, ids, error) ? g_steal_pointer (&ids) : NULL;
}

GPtrArray *
vault_sale_list (Vault *self, const VaultSaleState *state, guint limit, GError **error)
{
  g_autoptr (GPtrArray) sales = g_ptr_array_new_with_free_func ((GDestroyNotify)vault_sale_free);
  g_autoptr (GArray) ids = NULL;

  vault_lock (self);
  ids = list_ids (self, state, limit, error);
  for (guint i = 0; ids != NULL && i < ids->len; i++)
    {
      VaultSale *sale = vault_sale_read (self, g_array_index (ids, gint64, i), /* error= */ NULL);

      if (sale != NULL)
        g_ptr_array_add (sales, sale);
    }
  vault_unlock (self);
  return ids != NULL ? g_steal_pointer (&sales) : NULL;
}

guint
vault_sale_count_parked (Vault *self)
{
  gint64 count = 0;

  vault_lock (self);
  (void)vault_db_number (self->db, 0, &count, NULL,
                         "SELECT count(*) FROM sale WHERE state = 'parked'", "");
  vault_unlock (self);
  return (guint)count;
}

static gboolean
set_state (Vault *self,
           VaultSale *sale,
           VaultSaleState state,
           const char *act,
           const char *why,
           GError **error)
{
  VaultSaleState before = sale->state;
  gint64 id_before = sale->id, shift_before = sale->shift;
  gboolean kept_before = sale->lines_kept, good;
  g_autofree char *detail = NULL;

  if (!vault_lock_and_begin (self, error))
    return FALSE;
  sale->state = state;
  good = vault_sale_write (self, sale, error);
  detail = g_strdup_printf ("receipt %" G_GINT64_FORMAT "%s%s", sale->id, why != NULL ? ": " : "",
                            why != NULL ? why : "");
  good = good
         && vault_journal_append (self, sale->cashier != NULL ? sale->cashier : "till", act, detail,
                                  error);
  if (vault_commit_and_unlock (self, good, error))
    return TRUE;
  sale->state = before;
  sale->id = id_before;
  sale->shift = shift_before;
  sale->lines_kept = kept_before;
  return FALSE;
}

/* A payment whose outcome is still to come: its sale must wait for it. */
static gboolean
under_way (const VaultSale *sale)
{
  for (guint i = 0; i < sale->payments->len; i++)
    {
      const VaultPayment *payment = sale->payments->pdata[i];

      if (payment->state == VAULT_STATE_SENDING || payment->state == VAULT_STATE_NOT_SENT)
        return TRUE;
    }
  return FALSE;
}

gboolean
vault_sale_park (Vault *self, VaultSale *sale, const char *label, GError **error)
{
  char *label_before = sale->label;

  if (sale->state != VAULT_SALE_OPEN || under_way (sale))
    {
      g_set_error_literal (error, VAULT_ERROR, VAULT_ERROR_STATE,
                           _ ("Only an open sale without a payment under way can be parked"));
      return FALSE;
    }
  sale->label = g_strdup (label);
  if (set_state (self, sale, VAULT_SALE_PARKED, "park", label, error))
    {
      g_free (label_before);
      return TRUE;
    }
  g_free (sale->label);
  sale->label = label_before;
  return FALSE;
}

VaultSale *
vault_sale_recall (Vault *self, gint64 id, GError **error)
{
  g_autoptr (VaultSale) sale = vault_sale_load (self, id, error);

  if (sale == NULL)
    return NULL;
  if (sale->state != VAULT_SALE_PARKED)
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_STATE, _ ("Receipt %" PRId64 " is not parked"),
                   id);
      return NULL;
    }
  if (!set_state (self, sale, VAULT_SALE_OPEN, "recall", sale->label, error))
    return NULL;
  return g_steal_pointer (&sale);
}

gboolean
vault_sale_cancel (Vault *self, VaultSale *sale, const char *reason, GError **error)
{
  if (sale->state == VAULT_SALE_CANCELLED || under_way (sale))
    {
      g_set_error_literal (error, VAULT_ERROR, VAULT_ERROR_STATE,
                           _ ("A payment is under way, or the sale is cancelled already"));
      return FALSE;
    }
  if (vault_sale_paid_minor (sale) != 0 || sale->state == VAULT_SALE_PAID)
    {
      g_set_error_literal (error, VAULT_ERROR, VAULT_ERROR_STATE,
                           _ ("Something was paid already: refund it instead"));
      return FALSE;
    }
  return set_state (self, sale, VAULT_SALE_CANCELLED, "cancel", reason, error);
}
