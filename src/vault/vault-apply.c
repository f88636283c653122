/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-apply.h"

#include "vault-journal.h"
#include "vault-print.h"
#include "vault-private.h"

/* What a change does to the values in memory, kept apart until the commit is on the disk. */
typedef struct
{
  VaultState payment_state;
  guint position;
  gint64 sale_id, sale_shift, sale_closed_us;
  VaultSaleState sale_state;
  gboolean lines_kept;
} Before;

static Before
remember (const VaultChange *change)
{
  return (Before){
    .payment_state = change->payment->state,
    .position = change->payment->position,
    .sale_id = change->sale->id,
    .sale_shift = change->sale->shift,
    .sale_closed_us = change->sale->closed_us,
    .sale_state = change->sale->state,
    .lines_kept = change->sale->lines_kept,
  };
}

static void
restore (const VaultChange *change, const Before *before)
{
  change->payment->state = before->payment_state;
  if (before->position == 0 && change->payment->position != 0)
    {
      change->payment->position = 0;
      g_ptr_array_steal_index (change->sale->payments, change->sale->payments->len - 1);
    }
  change->sale->id = before->sale_id;
  change->sale->shift = before->sale_shift;
  change->sale->closed_us = before->sale_closed_us;
  change->sale->state = before->sale_state;
  change->sale->lines_kept = before->lines_kept;
}

static VaultRecord *
new_record (const VaultChange *change, VaultClass klass, VaultRecordState state)
{
  VaultRecord *record = g_new0 (VaultRecord, 1);

  record->klass = klass;
  record->state = state;
  record->sale_id = change->sale->id;
  record->position = change->payment->position;
  record->terminal = g_strdup (change->terminal);
  record->batch = change->batch;
  record->stan = change->stan;
  record->amount_minor = change->payment->amount_minor;
  return record;
}

static gboolean
open_record (Vault *self, const VaultChange *change, VaultClass klass, VaultRecordState state, GError **error)
{
  g_autoptr (VaultRecord) record = new_record (change, klass, state);

  if (!vault_record_open (self, record, change->message, error))
    return FALSE;
  change->payment->stan = change->stan;
  return vault_db_run (self->db, error, "UPDATE counter SET value = ? WHERE name = 'stan' AND value < ?1", "i",
                       (gint64) change->stan)
         && vault_db_run (self->db, error,
                          "UPDATE counter SET value = iif (name = 'stan', ?2, ?1)"
                          " WHERE name IN ('batch', 'stan') AND (SELECT value FROM counter WHERE name = 'batch') < ?1",
                          "ii", (gint64) change->batch, (gint64) change->stan);
}

/* The open record of this payment that is, or isn't, its reversal. */
static VaultRecord *
look_up (Vault *self, const VaultChange *change, gboolean reversal, GError **error)
{
  sqlite3_stmt *query = vault_db_query (self->db, error,
                                        "SELECT id, class, state, terminal, batch, stan, amount_minor FROM record"
                                        " INDEXED BY record_open WHERE state <> 'done' AND class IN ('reversal', 'chip',"
                                        " 'deferred', 'notice', 'online') AND (class = 'reversal') = ? AND sale = ?"
                                        " AND position = ? ORDER BY id DESC LIMIT 1",
                                        "iii", (gint64) reversal, change->sale->id, (gint64) change->payment->position);
  VaultRecord *record = NULL;
  gboolean row = FALSE;

  if (query == NULL || !vault_db_step (self->db, query, &row, error))
    return NULL;
  if (!row)
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_STATE, "Payment %s has no record waiting", change->payment->uuid);
      return NULL;
    }
  record = g_new0 (VaultRecord, 1);
  record->id = sqlite3_column_int64 (query, 0);
  (void) vault_life_class_from_name ((const char *) sqlite3_column_text (query, 1), &record->klass);
  record->state = g_strcmp0 ((const char *) sqlite3_column_text (query, 2), "sending") == 0     ? VAULT_RECORD_SENDING
                  : g_strcmp0 ((const char *) sqlite3_column_text (query, 2), "attention") == 0 ? VAULT_RECORD_ATTENTION
                                                                                                : VAULT_RECORD_WAITING;
  record->sale_id = change->sale->id;
  record->position = change->payment->position;
  record->terminal = vault_db_text (query, 3);
  record->batch = (guint32) sqlite3_column_int64 (query, 4);
  record->stan = (guint32) sqlite3_column_int64 (query, 5);
  record->amount_minor = sqlite3_column_int64 (query, 6);
  sqlite3_reset (query);
  return record;
}

static gboolean
move (Vault *self, const VaultChange *change, gboolean reversal, VaultRecordState state, GError **error)
{
  g_autoptr (VaultRecord) found = NULL;
  VaultRecord *record = change->record;

  if (record == NULL)
    record = found = look_up (self, change, reversal, error);
  return record != NULL && vault_record_move (self, record, state, change->reason, error);
}

static gboolean
step_request (Vault *self, const VaultChange *change, const VaultLifeRow *row, GError **error)
{
  switch (row->request)
    {
    case VAULT_REQUEST_KEEP:
      return TRUE;
    case VAULT_REQUEST_OPEN:
      return open_record (self, change, row->opens,
                          row->opens == VAULT_CLASS_ONLINE ? VAULT_RECORD_SENDING : VAULT_RECORD_WAITING, error);
    case VAULT_REQUEST_SENDING:
      return move (self, change, FALSE, VAULT_RECORD_SENDING, error);
    case VAULT_REQUEST_WAITING:
      return move (self, change, FALSE, VAULT_RECORD_WAITING, error);
    case VAULT_REQUEST_DONE:
      return move (self, change, FALSE, VAULT_RECORD_DONE, error);
    case VAULT_REQUEST_ATTENTION:
      return move (self, change, FALSE, VAULT_RECORD_ATTENTION, error);
    }
  g_assert_not_reached ();
}

static gboolean
step_reversal (Vault *self, const VaultChange *change, const VaultLifeRow *row, GError **error)
{
  switch (row->reversal)
    {
    case VAULT_REVERSAL_NONE:
      return TRUE;
    case VAULT_REVERSAL_OWE:
      {
        g_autoptr (VaultRecord) record = new_record (change, VAULT_CLASS_REVERSAL, VAULT_RECORD_WAITING);

        return vault_record_open (self, record, change->message, error);
      }
    case VAULT_REVERSAL_DONE:
      return move (self, change, TRUE, VAULT_RECORD_DONE, error);
    case VAULT_REVERSAL_ATTENTION:
      return move (self, change, TRUE, VAULT_RECORD_ATTENTION, error);
    }
  g_assert_not_reached ();
}

static gboolean
write_journal (Vault *self, const VaultChange *change, const Before *before, GError **error)
{
  const VaultPayment *payment = change->payment;
  g_autofree char *amount = base_money_to_plain (base_money (payment->amount_minor, shop_cart_currency (change->sale->cart)));
  g_autofree char *detail = g_strdup_printf (
      "receipt %" G_GINT64_FORMAT " payment %u %s %s %s: %s to %s%s%s", change->sale->id, payment->position, payment->uuid,
      vault_payment_tender_name (payment->tender), amount, vault_life_state_name (before->payment_state),
      vault_life_state_name (payment->state), change->reason != NULL ? ", " : "",
      change->reason != NULL ? change->reason : "");

  return vault_journal_append (self, change->sale->cashier != NULL ? change->sale->cashier : "till",
                               vault_life_event_name (change->event), detail, error);
}

/* A sale is paid once its payments cover it; an open one stays open, a parked one parked. */
static void
settle_sale (VaultSale *sale)
{
  if (sale->state == VAULT_SALE_OPEN && vault_sale_paid_minor (sale) >= shop_cart_totals (sale->cart)->total_minor)
    {
      sale->state = VAULT_SALE_PAID;
      sale->closed_us = g_get_real_time ();
    }
}

static gboolean
apply_one (Vault *self, const VaultChange *change, const Before *before, GError **error)
{
  const VaultLifeRow *row = vault_life_row (before->payment_state, change->event);
  VaultSale *sale = change->sale;
  gboolean was_paid = sale->state == VAULT_SALE_PAID;

  if (row == NULL)
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_STATE, "A payment that is “%s” can't meet “%s”",
                   vault_life_state_name (before->payment_state), vault_life_event_name (change->event));
      return FALSE;
    }
  change->payment->state = row->next;
  if (change->payment->position == 0)
    {
      g_assert (sale->payments->len < VAULT_SALE_PAYMENTS_MAX);
      g_ptr_array_add (sale->payments, change->payment);
      change->payment->position = sale->payments->len;
    }
  settle_sale (sale);
  if (!vault_sale_write (self, sale, error) || !step_request (self, change, row, error)
      || !step_reversal (self, change, row, error) || !vault_payment_write (self, sale, change->payment, error)
      || !write_journal (self, change, before, error))
    return FALSE;
  return !row->prints || was_paid || sale->state != VAULT_SALE_PAID
         || vault_print_add_locked (self, VAULT_PRINT_RECEIPT, sale->id, 0, change->opens_drawer, error);
}

gboolean
vault_apply (Vault *self, const VaultChange *changes, guint count, GError **error)
{
  Before before[VAULT_CHANGES_MAX];
  gboolean good = TRUE;
  guint tried = 0;

  g_assert (count > 0 && count <= VAULT_CHANGES_MAX);
  if (!vault_lock_and_begin (self, error))
    return FALSE;
  for (; good && tried < count; tried++)
    {
      before[tried] = remember (&changes[tried]);
      good = apply_one (self, &changes[tried], &before[tried], error);
    }
  if (vault_commit_and_unlock (self, good, error))
    return TRUE;
  for (; tried > 0; tried--)
    restore (&changes[tried - 1], &before[tried - 1]);
  return FALSE;
}
