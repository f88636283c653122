/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-refund.h"

#include "vault-private.h"

#include <glib/gi18n.h>
#include <inttypes.h>

/* A payment that gives nothing back, and never will. */
#define DEAD "('declined', 'reversed', 'cancelled')"
#define PAYMENTS "payment p ON p.id BETWEEN s.id * 64 AND s.id * 64 + 63"
#define OF_SALE "sale s INDEXED BY sale_original"
#define WHERE_ORIGINAL "WHERE s.original = ? AND s.original <> 0 AND s.state <> 'cancelled'"

G_STATIC_ASSERT (VAULT_SALE_LINE_KEYS == 1024 && VAULT_SALE_PAYMENT_KEYS == 64);

/* Rows of a place and a negative sum. */
static gboolean
take_sums (Vault *self, sqlite3_stmt *query, gint64 *sums, gint64 most, GError **error)
{
  gboolean row = TRUE;

  while (query != NULL && row)
    {
      gint64 place, sum;

      if (!vault_db_step (self->db, query, &row, error))
        return FALSE;
      place = row ? sqlite3_column_int64 (query, 0) : 0;
      sum = row ? sqlite3_column_int64 (query, 1) : 0;
      if (row && place >= 1 && place <= most && sum < 0 && sum > -G_MAXINT64)
        sums[place] = -sum;
    }
  return query != NULL;
}

static VaultRefunds *
read_locked (Vault *self, gint64 sale, GError **error)
{
  g_autofree VaultRefunds *refunds = g_new0 (VaultRefunds, 1);

  if (!take_sums (self,
                  vault_db_query (self->db, error,
                                  "SELECT p.original, sum (p.amount_minor) FROM " OF_SALE
                                  " JOIN " PAYMENTS " " WHERE_ORIGINAL " AND p.state NOT IN " DEAD
                                  " GROUP BY p.original",
                                  "i", sale),
                  refunds->minor, VAULT_SALE_PAYMENTS_MAX, error)
      || !take_sums (self,
                     vault_db_query (self->db, error,
                                     "SELECT l.original, sum (l.quantity_milli) FROM " OF_SALE
                                     " JOIN sale_line l"
                                     " ON l.id BETWEEN s.id * 1024 AND s.id * 1024 + 1023"
                                     " " WHERE_ORIGINAL " AND NOT l.voided AND EXISTS"
                                     " (SELECT 1 FROM payment p WHERE p.id BETWEEN s.id * 64"
                                     " AND s.id * 64 + 63 AND p.state NOT IN " DEAD ")"
                                     " GROUP BY l.original",
                                     "i", sale),
                     refunds->milli, SHOP_CART_LINES_MAX, error))
    return NULL;
  return g_steal_pointer (&refunds);
}

VaultRefunds *
vault_refunds_read (Vault *self, gint64 sale, GError **error)
{
  VaultRefunds *refunds;

  vault_lock (self);
  refunds = read_locked (self, sale, error);
  vault_unlock (self);
  return refunds;
}

static gboolean
refuse (const VaultSale *sale, const char *why, GError **error)
{
  g_set_error (error, VAULT_ERROR, VAULT_ERROR_STATE,
               _ ("Receipt %" PRId64 " can't be given back so: %s"), sale->original, why);
  return FALSE;
}

static gboolean
check_money (const VaultSale *sale,
             const VaultPayment *payment,
             const VaultSale *original,
             const VaultRefunds *refunds,
             guint32 batch,
             GError **error)
{
  const VaultPayment *paid = payment->original >= 1 && payment->original <= original->payments->len
                                 ? original->payments->pdata[payment->original - 1]
                                 : NULL;
  gboolean is_void = sale->kind == VAULT_SALE_VOID;

  if (paid == NULL || payment->amount_minor >= 0)
    return refuse (sale, _ ("it names no payment of it"), error);
  if (paid->state != VAULT_STATE_APPROVED && paid->state != VAULT_STATE_CHIP_SENT
      && paid->state != VAULT_STATE_COMPLETED_SENT)
    return refuse (sale, _ ("its payment is not approved, or not yet"), error);
  if (-payment->amount_minor > paid->amount_minor - refunds->minor[payment->original])
    return refuse (sale, _ ("more than is left of its payment"), error);
  if (is_void && -payment->amount_minor != paid->amount_minor)
    return refuse (sale, _ ("a void is of the whole payment"), error);
  if (is_void && payment->tender == VAULT_TENDER_CARD && paid->batch != batch)
    return refuse (sale, _ ("its payment is of another batch"), error);
  if (payment->tender == VAULT_TENDER_CARD && paid->terminal != NULL)
    return refuse (sale, _ ("its payment was made at another till"), error);
  return TRUE;
}

static gboolean
check_lines (const VaultSale *sale,
             const VaultSale *original,
             const VaultRefunds *refunds,
             GError **error)
{
  g_autofree gint64 *milli = g_new0 (gint64, SHOP_CART_LINES_MAX + 1);

  for (guint i = 0; i < shop_cart_count (sale->cart); i++)
    {
      const ShopCartLine *line = shop_cart_line (sale->cart, i);
      const ShopCartLine *sold = shop_cart_line_by_number (original->cart, line->original);

      if (sold == NULL || sold->voided)
        return refuse (sale, _ ("it names no line of it"), error);
      milli[line->original] -= line->quantity_milli;
      if (milli[line->original] > sold->quantity_milli - refunds->milli[line->original])
        return refuse (sale, _ ("more than is left of a line"), error);
    }
  return TRUE;
}

/* A completed hold is charged, too; its void is another matter (vault-hold.h). */
static gboolean
may_give_back (VaultSaleKind kind, const VaultSale *original)
{
  return original->state == VAULT_SALE_PAID
         && (original->kind == VAULT_SALE_SALE
             || (original->kind == VAULT_SALE_COMPLETION && kind == VAULT_SALE_REFUND));
}

gboolean
vault_refund_check (Vault *self,
                    const VaultSale *sale,
                    const VaultPayment *payment,
                    guint32 batch,
                    gboolean lines,
                    GError **error)
{
  g_autoptr (VaultSale) original = vault_sale_read (self, sale->original, error);
  g_autofree VaultRefunds *refunds
      = original != NULL ? read_locked (self, sale->original, error) : NULL;

  if (refunds == NULL)
    return FALSE;
  if (!may_give_back (sale->kind, original))
    return refuse (sale, _ ("it is no paid sale"), error);
  return check_money (sale, payment, original, refunds, batch, error)
         && (!lines || check_lines (sale, original, refunds, error));
}
