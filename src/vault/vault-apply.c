/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-apply.h"

#include "vault-hold.h"
#include "vault-journal.h"
#include "vault-print.h"
#include "vault-private.h"
#include "vault-refund.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

#define DRAWER_WORD ", drawer"

/* The values in memory as they were, until the commit is on the disk. A payment's reason that the
 * change replaced is kept in its copy. */
typedef struct
{
  VaultPayment payment;
  VaultSale sale;
  gboolean reason_replaced;
} Before;

static void
remember (const VaultChange *change, Before *before)
{
  before->payment = *change->payment;
  before->sale = *change->sale;
  before->reason_replaced = FALSE;
}

static void
restore (const VaultChange *change, const Before *before)
{
  if (before->payment.position == 0 && change->payment->position != 0)
    g_ptr_array_steal_index (change->sale->payments, change->sale->payments->len - 1);
  if (before->reason_replaced)
    g_free (change->payment->reason);
  *change->payment = before->payment;
  *change->sale = before->sale;
}

static VaultRecordState
record_state_after (VaultRequestStep step)
{
  switch (step)
    {
    case VAULT_REQUEST_SENDING:
      return VAULT_RECORD_SENDING;
    case VAULT_REQUEST_WAITING:
      return VAULT_RECORD_WAITING;
    case VAULT_REQUEST_DONE:
      return VAULT_RECORD_DONE;
    case VAULT_REQUEST_ATTENTION:
      return VAULT_RECORD_ATTENTION;
    case VAULT_REQUEST_KEEP:
    case VAULT_REQUEST_OPEN:
    case VAULT_REQUEST_AGAIN:
      break;
    }
  g_assert_not_reached ();
}

/* The commit is on the disk: the record in memory follows, and what was replaced is let go. */
static void
settle (const VaultChange *change, Before *before)
{
  const VaultLifeRow *row = vault_life_row (before->payment.state, change->event);

  if (before->reason_replaced)
    g_free (before->payment.reason);
  if (change->record == NULL)
    return;
  if (row->reversal == VAULT_REVERSAL_DONE)
    vault_record_settle (change->record, VAULT_RECORD_DONE, change->reason);
  else if (row->reversal == VAULT_REVERSAL_ATTENTION)
    vault_record_settle (change->record, VAULT_RECORD_ATTENTION, change->reason);
  else if (row->request == VAULT_REQUEST_AGAIN)
    vault_record_settle (change->record, VAULT_RECORD_DONE, change->reason);
  else if (row->request != VAULT_REQUEST_KEEP && row->request != VAULT_REQUEST_OPEN)
    vault_record_settle (change->record, record_state_after (row->request), change->reason);
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
open_record (Vault *self,
             const VaultChange *change,
             VaultClass klass,
             VaultRecordState state,
             GError **error)
{
  g_autoptr (VaultRecord) record = new_record (change, klass, state);

  if (!vault_record_open (self, record, change->message, error))
    return FALSE;
  change->payment->batch = change->batch;
  change->payment->stan = change->stan;
  return TRUE;
}

/* The open record of this payment that is, or isn't, its reversal. */
static VaultRecord *
look_up (Vault *self, const VaultChange *change, gboolean reversal, GError **error)
{
  VaultRecord *record = NULL;

  if (!vault_record_find (self, change->sale->id, change->payment->position, reversal, &record,
                          error))
    return NULL;
  if (record == NULL)
    g_set_error (error, VAULT_ERROR, VAULT_ERROR_STATE, _ ("Payment %s has no record waiting"),
                 change->payment->uuid);
  return record;
}

/* What the acquirer has accepted: from here on the money is in its books, too. Money that goes back
 * is negative. Of a reversal only one that is given up counts, for its payment was charged. */
static gint
counts_as (const VaultChange *change, VaultRecordState state)
{
  if (state != VAULT_RECORD_DONE
      || (change->payment->state != VAULT_STATE_APPROVED
          && change->payment->state != VAULT_STATE_CHIP_SENT
          && change->payment->state != VAULT_STATE_COMPLETED_SENT))
    return 0;
  if (!vault_sale_kind_charges (change->sale->kind))
    return 0;
  return change->payment->amount_minor < 0 ? -1 : 1;
}

static gboolean
move (Vault *self,
      const VaultChange *change,
      gboolean reversal,
      VaultRecordState state,
      GError **error)
{
  g_autoptr (VaultRecord) found = NULL;
  const VaultRecord *record = change->record;
  VaultRecord moved;

  if (record == NULL)
    record = found = look_up (self, change, reversal, error);
  if (record == NULL)
    return FALSE;
  if ((record->klass == VAULT_CLASS_REVERSAL) != reversal || record->klass == VAULT_CLASS_NOTICE
      || record->sale_id != change->sale->id || record->position != change->payment->position)
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_STATE,
                   _ ("Record %" PRId64 " is not the one that “%s” of payment %s moves"),
                   record->id, vault_life_event_name (change->event), change->payment->uuid);
      return FALSE;
    }
  moved = *record;
  moved.counts = counts_as (change, state);
  return vault_record_move (self, &moved, state, change->reason, error);
}

/* Where a host doesn't know a request again, it is asked under a new identity; it is as old as the
 * first. */
static gboolean
ask_again (Vault *self, const VaultChange *change, VaultClass klass, GError **error)
{
  VaultChange next = *change;
  g_autoptr (VaultRecord) record = NULL;

  if (!move (self, change, FALSE, VAULT_RECORD_DONE, error))
    return FALSE;
  next.batch = change->again_batch;
  next.stan = change->again_stan;
  record = new_record (&next, klass, VAULT_RECORD_WAITING);
  record->created_us = change->record != NULL ? change->record->created_us : 0;
  if (!vault_record_open (self, record, change->again, error))
    return FALSE;
  change->payment->batch = next.batch;
  change->payment->stan = next.stan;
  return TRUE;
}

static gboolean
step_request (Vault *self, const VaultChange *change, const VaultLifeRow *row, GError **error)
{
  VaultChange looked_up = *change;

  /* A row that moves both names the reversal; the request is looked up. */
  looked_up.record = NULL;
  switch (row->request)
    {
    case VAULT_REQUEST_KEEP:
      return TRUE;
    case VAULT_REQUEST_OPEN:
      return open_record (
          self, change, row->opens,
          row->opens == VAULT_CLASS_ONLINE ? VAULT_RECORD_SENDING : VAULT_RECORD_WAITING, error);
    case VAULT_REQUEST_AGAIN:
      return ask_again (self, change, row->opens, error);
    case VAULT_REQUEST_SENDING:
    case VAULT_REQUEST_WAITING:
    case VAULT_REQUEST_DONE:
    case VAULT_REQUEST_ATTENTION:
      return move (self, row->reversal == VAULT_REVERSAL_ATTENTION ? &looked_up : change, FALSE,
                   record_state_after (row->request), error);
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
        g_autoptr (VaultRecord) record
            = new_record (change, VAULT_CLASS_REVERSAL, VAULT_RECORD_WAITING);

        return vault_record_open (self, record, change->message, error);
      }
    case VAULT_REVERSAL_DONE:
      return move (self, change, TRUE, VAULT_RECORD_DONE, error);
    case VAULT_REVERSAL_ATTENTION:
      return move (self, change, TRUE, VAULT_RECORD_ATTENTION, error);
    }
  g_assert_not_reached ();
}

/* It moves no money, and is no record of the payment's own request: it has no amount. */
static gboolean
owe_notice (Vault *self, const VaultChange *change, GError **error)
{
  g_autoptr (VaultRecord) record = NULL;

  if (change->notice.size == 0)
    return TRUE;
  record = new_record (change, VAULT_CLASS_NOTICE, VAULT_RECORD_WAITING);
  record->batch = change->notice_batch;
  record->stan = change->notice_stan;
  record->amount_minor = 0;
  return vault_record_open (self, record, change->notice, error);
}

static gboolean
write_journal (Vault *self, const VaultChange *change, const Before *before, GError **error)
{
  const VaultPayment *payment = change->payment;
  g_autofree char *amount = base_money_to_plain (
      base_money (payment->amount_minor, shop_cart_currency (change->sale->cart)));
  g_autofree char *about = change->sale->kind != VAULT_SALE_SALE
                               ? g_strdup_printf (", %s of %" G_GINT64_FORMAT "/%u",
                                                  vault_sale_kind_name (change->sale->kind),
                                                  change->sale->original, payment->original)
                               : g_strdup ("");
  g_autofree char *detail = g_strdup_printf (
      VAULT_MOVED_RECEIPT "%" G_GINT64_FORMAT " payment %u %s %s %s: %s to %s%s%s%s%s",
      change->sale->id, payment->position, payment->uuid,
      vault_payment_tender_name (payment->tender), amount,
      vault_life_state_name (before->payment.state), vault_life_state_name (payment->state), about,
      change->reason != NULL ? ", " : "", change->reason != NULL ? change->reason : "",
      change->opens_drawer ? DRAWER_WORD : "");

  const char *cashier = change->sale->cashier != NULL ? change->sale->cashier : "till";

  return vault_journal_append (self, change->who != NULL ? change->who : cashier,
                               vault_life_event_name (change->event), detail, error);
}

/* What follows `word` in `text`; NULL where it isn't there. */
static const char *
after (const char *text, const char *word)
{
  const char *found = text != NULL ? strstr (text, word) : NULL;

  return found != NULL ? found + strlen (word) : NULL;
}

gboolean
vault_apply_read_detail (const char *detail, VaultMoved *out_moved)
{
  const char *position = after (detail, " payment ");
  const char *before = after (position, ": ");
  const char *to = after (before, " to ");
  g_autofree char *name
      = to != NULL ? g_strndup (before, (gsize)(to - strlen (" to ") - before)) : NULL;
  VaultMoved moved = { 0 };

  if (name == NULL || !g_str_has_prefix (detail, VAULT_MOVED_RECEIPT)
      || !vault_life_state_from_name (name, &moved.before))
    return FALSE;
  moved.sale = g_ascii_strtoll (detail + strlen (VAULT_MOVED_RECEIPT), NULL, 10);
  moved.position = (guint)g_ascii_strtoull (position, NULL, 10);
  moved.drawer = strstr (to, DRAWER_WORD) != NULL;
  if (moved.sale < 1 || moved.sale > VAULT_HEAD_MAX || moved.position < 1
      || moved.position > VAULT_SALE_PAYMENTS_MAX)
    return FALSE;
  *out_moved = moved;
  return TRUE;
}

/* A sale is paid once its payments cover it; an open one stays open, a parked one parked. */
static void
settle_sale (const Vault *self, VaultSale *sale)
{
  gint64 paid = vault_sale_paid_minor (sale), total = vault_sale_total_minor (sale);

  if (sale->state == VAULT_SALE_OPEN
      && (vault_sale_kind_is_back (sale->kind) ? paid <= total : paid >= total))
    {
      sale->state = VAULT_SALE_PAID;
      sale->closed_us = g_get_real_time ();
      sale->shift = self->heads.shift;
    }
}

static gboolean
refuse (const VaultChange *change, const Before *before, GError **error)
{
  g_set_error (error, VAULT_ERROR, VAULT_ERROR_STATE, _ ("A payment that is “%s” can't meet “%s”"),
               vault_life_state_name (before->payment.state),
               vault_life_event_name (change->event));
  return FALSE;
}

/* Money that a sale itself gives back, for it is dropped; a refund or void is another sale. */
static gboolean
drops_sale (const VaultChange *change)
{
  return change->sale->kind == VAULT_SALE_SALE && change->payment->amount_minor < 0;
}

/* Nothing is paid of it any more: it was stored and is withdrawn, or was paid in part in cash. */
static gboolean
comes_to_nothing (const VaultChange *change)
{
  return vault_sale_paid_minor (change->sale) == 0
         && (change->event == VAULT_EVENT_WITHDRAWN
             || (drops_sale (change) && vault_sale_is_open (change->sale)));
}

/* What the row does to the values in memory; restore() takes it back. */
static gboolean
step_values (const Vault *self,
             const VaultChange *change,
             const VaultLifeRow *row,
             Before *before,
             GError **error)
{
  VaultPayment *payment = change->payment;
  VaultSale *sale = change->sale;

  if (payment->position == 0 && sale->payments->len >= VAULT_SALE_PAYMENTS_MAX)
    {
      g_set_error_literal (error, VAULT_ERROR, VAULT_ERROR_STATE,
                           _ ("This sale has had as many payments as one can have"));
      return FALSE;
    }
  if (payment->position == 0)
    {
      g_ptr_array_add (sale->payments, payment);
      payment->position = sale->payments->len;
    }
  payment->state = row->next;
  if (change->reason != NULL)
    {
      payment->reason = g_strdup (change->reason);
      before->reason_replaced = TRUE;
    }
  settle_sale (self, sale);
  if (comes_to_nothing (change))
    sale->state = VAULT_SALE_CANCELLED;
  return TRUE;
}

/* Money that goes back begins with the question how much is left of what came; what a hold has
 * kept, with the question whether it is still held. */
static gboolean
check_refund (Vault *self, const VaultChange *change, const Before *before, GError **error)
{
  if (change->event == VAULT_EVENT_WITHDRAWN && change->sale->kind != VAULT_SALE_SALE)
    {
      g_set_error_literal (error, VAULT_ERROR, VAULT_ERROR_STATE, _ ("A refund is not taken back"));
      return FALSE;
    }
  if (drops_sale (change) && change->sale->state != VAULT_SALE_CANCELLED)
    {
      g_set_error_literal (error, VAULT_ERROR, VAULT_ERROR_STATE,
                           _ ("Only a sale that isn't paid is dropped, with all that was taken"));
      return FALSE;
    }
  /* One that ends where it begins, for there is no line, moves nothing. */
  if (change->sale->kind == VAULT_SALE_SALE || before->payment.state != VAULT_STATE_NONE
      || change->payment->state == VAULT_STATE_DECLINED
      || change->payment->state == VAULT_STATE_CANCELLED)
    return TRUE;
  if (vault_sale_kind_is_hold (change->sale->kind))
    return vault_hold_check (self, change->sale, change->payment, change->batch,
                             change->above_percent, error);
  return vault_refund_check (self, change->sale, change->payment, change->batch,
                             /* lines= */ before->sale.id == 0, error);
}

static gboolean
write_sale (Vault *self, VaultSale *sale, const Before *before, GError **error)
{
  return (sale->id != 0 && sale->lines_kept && sale->state == before->sale.state)
         || vault_sale_write (self, sale, error);
}

static gboolean
apply_one (Vault *self, const VaultChange *change, Before *before, GError **error)
{
  const VaultLifeRow *row = vault_life_row (before->payment.state, change->event);
  VaultSale *sale = change->sale;

  if (row == NULL)
    return refuse (change, before, error);
  if (!step_values (self, change, row, before, error) || !check_refund (self, change, before, error)
      || !write_sale (self, sale, before, error) || !step_request (self, change, row, error)
      || !step_reversal (self, change, row, error) || !owe_notice (self, change, error)
      || !vault_payment_write (self, sale, change->payment, before->payment.state, error)
      || !write_journal (self, change, before, error))
    return FALSE;
  if (!row->prints || before->sale.state == VAULT_SALE_PAID)
    return TRUE;
  if (sale->state == VAULT_SALE_PAID || sale->state == VAULT_SALE_CANCELLED)
    return vault_print_add_locked (self, VAULT_PRINT_RECEIPT, sale->id, 0, change->opens_drawer,
                                   error);
  /* Cash for a part of the sale: the receipt waits for the rest, the drawer doesn't. */
  return !change->opens_drawer
         || vault_print_add_locked (self, VAULT_PRINT_DRAWER, sale->id, 0, TRUE, error);
}

gboolean
vault_apply (Vault *self, const VaultChange *changes, guint count, GError **error)
{
  g_autofree Before *before = g_new (Before, count);
  gboolean good = TRUE;
  guint tried = 0;

  g_assert (count > 0 && count <= VAULT_CHANGES_MAX);
  if (!vault_lock_and_begin (self, error))
    return FALSE;
  for (; good && tried < count; tried++)
    {
      remember (&changes[tried], &before[tried]);
      good = apply_one (self, &changes[tried], &before[tried], error);
    }
  good = vault_commit_and_unlock (self, good, error);
  for (guint i = 0; good && i < count; i++)
    settle (&changes[i], &before[i]);
  for (; !good && tried > 0; tried--)
    restore (&changes[tried - 1], &before[tried - 1]);
  return good;
}

static gboolean
is_outcome_missing (const VaultRecord *record)
{
  return (record->klass == VAULT_CLASS_ONLINE || record->klass == VAULT_CLASS_REVERSAL)
         && record->state == VAULT_RECORD_ATTENTION
         && g_strcmp0 (record->reason, VAULT_REASON_OUTCOME_MISSING) == 0;
}

static gboolean
renew (Vault *self, const VaultChange *change, VaultRecord *next, GError **error)
{
  const VaultPayment *payment = change->payment;
  VaultRecord *record = change->record;
  g_autofree char *detail = g_strdup_printf (
      VAULT_MOVED_RECEIPT "%" G_GINT64_FORMAT " payment %u %s, record %" G_GINT64_FORMAT
                          ": %06u/%06u is another payment's, %06u/%06u",
      change->sale->id, payment->position, payment->uuid, record->id, record->batch, record->stan,
      next->batch, next->stan);

  record->counts = 0;
  return vault_record_move (self, record, VAULT_RECORD_DONE, "identity-reused", error)
         && vault_record_open (self, next, change->message, error)
         && (record->klass == VAULT_CLASS_NOTICE
             || vault_payment_write (self, change->sale, payment, payment->state, error))
         && vault_journal_append (self, "till", "identity-renewed", detail, error);
}

gboolean
vault_renew (Vault *self, const VaultChange *change, GError **error)
{
  VaultPayment *payment = change->payment;
  VaultRecord *record = change->record;
  g_autoptr (VaultRecord) next = new_record (change, record->klass, VAULT_RECORD_WAITING);
  VaultRecord kept;
  guint32 batch_before = payment->batch, stan_before = payment->stan;
  gboolean good;

  next->amount_minor = record->amount_minor;
  next->created_us = record->created_us;
  next->tries = record->tries;
  if (!vault_lock_and_begin (self, error))
    return FALSE;
  if (record->klass != VAULT_CLASS_NOTICE)
    {
      payment->batch = change->batch;
      payment->stan = change->stan;
    }
  good = renew (self, change, next, error);
  good = vault_commit_and_unlock (self, good, error);
  if (!good)
    {
      payment->batch = batch_before;
      payment->stan = stan_before;
      return FALSE;
    }
  kept = *record;
  *record = *next;
  *next = kept;
  return TRUE;
}

gboolean
vault_confirm_charged (Vault *self, gint64 id, const char *who, GError **error)
{
  g_autoptr (VaultRecord) record = vault_queue_load (self, id, error);
  g_autoptr (VaultSale) sale
      = record != NULL ? vault_sale_load (self, record->sale_id, error) : NULL;
  VaultChange change
      = { .event = VAULT_EVENT_CHARGED_CONFIRMED, .sale = sale, .record = record, .who = who };

  if (sale == NULL)
    return FALSE;
  if (!is_outcome_missing (record) || record->position < 1
      || record->position > sale->payments->len)
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_STATE,
                   _ ("Record %" PRId64 " is not one whose outcome is missing"), id);
      return FALSE;
    }
  change.payment = sale->payments->pdata[record->position - 1];
  return vault_apply (self, &change, 1, error);
}
