/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-hold.h"

#include "vault-private.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

/* A payment that has no effect, and never will. */
#define DEAD "('declined', 'reversed', 'cancelled')"
/* One that has its effect: a completion that the acquirer is only told of has, from the start. */
#define DONE "('approved', 'completed-unsent', 'completed-sent')"

static const char *const states[] = { "never", "open", "held", "ending", "completed", "released" };

const char *
vault_hold_state_name (VaultHoldState state)
{
  return states[state];
}

/* What stands, or still may, of all that is about a receipt: the newest first. */
typedef struct
{
  gint64 id;
  gint64 amount_minor;
  gboolean completes;
  gboolean approved;
  gboolean refunds; /* gives money of a completion back, which leaves it completed */
} About;

static gboolean
read_about (Vault *self, gint64 original, GArray *abouts, GError **error)
{
  sqlite3_stmt *query
      = vault_db_query (self->db, error,
                        "SELECT s.id, p.amount_minor, s.kind = 'completion', p.state IN " DONE ","
                        " s.kind = 'refund'"
                        " FROM sale s INDEXED BY sale_original JOIN payment p"
                        " ON p.id BETWEEN s.id * 64 AND s.id * 64 + 63"
                        " WHERE s.original = ? AND s.original <> 0 AND s.state <> 'cancelled'"
                        " AND p.state NOT IN " DEAD " ORDER BY s.id DESC",
                        "i", original);
  gboolean row = TRUE;

  while (query != NULL && row)
    {
      About about;

      if (!vault_db_step (self->db, query, &row, error))
        return FALSE;
      about = (About){ sqlite3_column_int64 (query, 0), sqlite3_column_int64 (query, 1),
                       sqlite3_column_int64 (query, 2) != 0, sqlite3_column_int64 (query, 3) != 0,
                       sqlite3_column_int64 (query, 4) != 0 };
      if (row)
        g_array_append_val (abouts, about);
    }
  return query != NULL;
}

/* What was done about a completion. */
typedef struct
{
  gboolean undone;   /* a void of it is approved */
  gboolean trying;   /* or may be still */
  gboolean refunded; /* some of it was given back, or may be still */
} Undone;

static gboolean
read_undone (Vault *self, gint64 completion, Undone *out_undone, GError **error)
{
  g_autoptr (GArray) abouts = g_array_new (FALSE, FALSE, sizeof (About));

  *out_undone = (Undone){ 0 };
  if (!read_about (self, completion, abouts, error))
    return FALSE;
  for (guint i = 0; i < abouts->len; i++)
    {
      const About *about = &g_array_index (abouts, About, i);

      out_undone->refunded |= about->refunds;
      out_undone->undone |= !about->refunds && about->approved;
      out_undone->trying |= !about->refunds && !about->approved;
    }
  return TRUE;
}

static void
take_hold (const VaultSale *sale, VaultHold *hold)
{
  const VaultPayment *payment
      = sale->payments->len > 0 ? g_ptr_array_index (sale->payments, 0) : NULL;

  *hold = (VaultHold){ .id = sale->id, .state = VAULT_HOLD_NEVER, .at_us = sale->opened_us };
  if (payment == NULL)
    return;
  hold->held_minor = payment->amount_minor;
  hold->elsewhere = payment->terminal != NULL;
  g_strlcpy (hold->masked_pan, payment->masked_pan != NULL ? payment->masked_pan : "",
             sizeof hold->masked_pan);
  if (payment->state == VAULT_STATE_APPROVED)
    hold->state = VAULT_HOLD_HELD;
  else if (payment->state == VAULT_STATE_SENDING || payment->state == VAULT_STATE_UNKNOWN)
    hold->state = VAULT_HOLD_OPEN;
}

/* What was done about a hold that stands. */
static gboolean
take_end (Vault *self, VaultHold *hold, GError **error)
{
  g_autoptr (GArray) abouts = g_array_new (FALSE, FALSE, sizeof (About));

  if (!read_about (self, hold->id, abouts, error))
    return FALSE;
  for (guint i = 0; i < abouts->len && hold->ended_by == 0; i++)
    {
      const About *about = &g_array_index (abouts, About, i);
      Undone undone = { 0 };

      if (about->completes && about->approved && !read_undone (self, about->id, &undone, error))
        return FALSE;
      if (undone.undone)
        continue;
      hold->ended_by = about->id;
      hold->taken_minor = about->completes && about->approved ? about->amount_minor : 0;
      hold->state = !about->approved || undone.trying ? VAULT_HOLD_ENDING
                    : about->completes                ? VAULT_HOLD_COMPLETED
                                                      : VAULT_HOLD_RELEASED;
    }
  return TRUE;
}

static gboolean
refuse (gint64 receipt, const char *why, GError **error)
{
  g_set_error (error, VAULT_ERROR, VAULT_ERROR_STATE, _ ("Receipt %" PRId64 " %s"), receipt, why);
  return FALSE;
}

static gboolean
read_locked (Vault *self, gint64 id, VaultHold *out_hold, GError **error)
{
  g_autoptr (VaultSale) sale = vault_sale_read (self, id, error);

  if (sale == NULL)
    return FALSE;
  if (sale->kind != VAULT_SALE_HOLD)
    return refuse (id, _ ("is no hold"), error);
  take_hold (sale, out_hold);
  return out_hold->state != VAULT_HOLD_HELD || take_end (self, out_hold, error);
}

gboolean
vault_hold_read (Vault *self, gint64 id, VaultHold *out_hold, GError **error)
{
  gboolean read;

  vault_lock (self);
  read = read_locked (self, id, out_hold, error);
  vault_unlock (self);
  return read;
}

static GArray *
list_ids (Vault *self, guint limit, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  sqlite3_stmt *query = vault_db_query (
      self->db, error,
      "SELECT id FROM sale INDEXED BY sale_hold WHERE kind = 'hold' ORDER BY id DESC LIMIT ?", "i",
      (gint64)limit);
  gboolean row = TRUE;

  while (query != NULL && row)
    {
      gint64 id;

      if (!vault_db_step (self->db, query, &row, error))
        return NULL;
      id = sqlite3_column_int64 (query, 0);
      if (row)
        g_array_append_val (ids, id);
    }
  return query != NULL ? g_steal_pointer (&ids) : NULL;
}

GArray *
vault_hold_list (Vault *self, guint limit, GError **error)
{
  g_autoptr (GArray) holds = g_array_new (FALSE, FALSE, sizeof (VaultHold));
  g_autoptr (GArray) ids = NULL;
  gboolean good = TRUE;

  vault_lock (self);
  ids = list_ids (self, limit, error);
  for (guint i = 0; ids != NULL && good && i < ids->len; i++)
    {
      VaultHold hold;

      good = read_locked (self, g_array_index (ids, gint64, i), &hold, error);
      if (good)
        g_array_append_val (holds, hold);
    }
  vault_unlock (self);
  return ids != NULL && good ? g_steal_pointer (&holds) : NULL;
}

/* ---- Whether one more may be ---- */

gint64
vault_hold_most_minor (const VaultHold *self, guint above_percent)
{
  return self->held_minor
         + self->held_minor / 100 * (gint64)MIN (above_percent, VAULT_HOLD_PERCENT_MAX);
}

static gboolean
check_end (Vault *self,
           const VaultSale *sale,
           const VaultPayment *payment,
           guint above_percent,
           GError **error)
{
  gboolean completes = sale->kind == VAULT_SALE_COMPLETION;
  VaultHold hold;

  if (!read_locked (self, sale->original, &hold, error))
    return FALSE;
  if (hold.state != VAULT_HOLD_HELD)
    return refuse (sale->original,
                   hold.state == VAULT_HOLD_COMPLETED  ? _ ("was completed already")
                   : hold.state == VAULT_HOLD_RELEASED ? _ ("was voided already")
                   : hold.state == VAULT_HOLD_ENDING
                       ? _ ("is being completed or voided, with an outcome that isn't known yet")
                       : _ ("holds nothing"),
                   error);
  if (hold.elsewhere)
    return refuse (sale->original, _ ("was made at another till"), error);
  if (completes ? payment->amount_minor <= 0
                      || payment->amount_minor > vault_hold_most_minor (&hold, above_percent)
                : payment->amount_minor != -hold.held_minor)
    return refuse (sale->original,
                   completes ? _ ("holds less than that") : _ ("is voided as a whole"), error);
  return TRUE;
}

static gboolean
check_undo (Vault *self,
            const VaultSale *sale,
            const VaultPayment *payment,
            guint32 batch,
            GError **error)
{
  g_autoptr (VaultSale) original = vault_sale_read (self, sale->original, error);
  const VaultPayment *paid;
  Undone undone;

  if (original == NULL)
    return FALSE;
  paid = original->payments->len > 0 ? g_ptr_array_index (original->payments, 0) : NULL;
  if (paid != NULL && paid->state == VAULT_STATE_COMPLETED_UNSENT)
    return refuse (sale->original, _ ("has not been sent to the bank yet"), error);
  if (original->kind != VAULT_SALE_COMPLETION || paid == NULL
      || (paid->state != VAULT_STATE_APPROVED && paid->state != VAULT_STATE_COMPLETED_SENT))
    return refuse (sale->original, _ ("is no completion that was approved"), error);
  if (paid->terminal != NULL)
    return refuse (sale->original, _ ("was made at another till"), error);
  if (!read_undone (self, sale->original, &undone, error))
    return FALSE;
  if (undone.undone || undone.trying)
    return refuse (sale->original, _ ("was voided already, or is being voided"), error);
  if (undone.refunded)
    return refuse (sale->original, _ ("was refunded, in part at least"), error);
  if (payment->amount_minor != -paid->amount_minor)
    return refuse (sale->original, _ ("is voided as a whole"), error);
  if (paid->batch != batch)
    return refuse (sale->original, _ ("is of another batch: it can only be refunded"), error);
  return TRUE;
}

gboolean
vault_hold_check (Vault *self,
                  const VaultSale *sale,
                  const VaultPayment *payment,
                  guint32 batch,
                  guint above_percent,
                  GError **error)
{
  switch ((guint)sale->kind)
    {
    case VAULT_SALE_COMPLETION:
    case VAULT_SALE_HOLD_VOID:
      return check_end (self, sale, payment, above_percent, error);
    case VAULT_SALE_COMPLETION_VOID:
      return check_undo (self, sale, payment, batch, error);
    default:
      return TRUE;
    }
}
