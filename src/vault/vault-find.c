/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-find.h"

#include "vault-private.h"

#include <string.h>

/* Lines and payments of a sale stand together by their keys (vault-sale.c). */
#define LINES "SELECT 1 FROM sale_line l WHERE l.id BETWEEN s.id * %d AND s.id * %d + %d"
#define PAYMENTS "SELECT 1 FROM payment p WHERE p.id BETWEEN s.id * %d AND s.id * %d + %d"

/* Yours. */
static char *
statement (void)
{
  return g_strdup_printf (
      "SELECT s.id FROM sale s WHERE s.id BETWEEN ?1 AND ?2 AND s.state = 'paid'"
      " AND (?3 OR s.id = ?4 OR abs (s.total_minor) = ?5"
      " OR (?6 IS NOT NULL AND EXISTS (" PAYMENTS " AND substr (p.masked_pan, -4) = ?6))"
      " OR (?7 IS NOT NULL AND EXISTS (" LINES " AND l.code = ?7 AND l.voided = 0))"
      " OR (s.closed_us >= ?9 AND s.closed_us < ?10))"
      " ORDER BY s.id DESC LIMIT ?8",
      VAULT_SALE_PAYMENT_KEYS, VAULT_SALE_PAYMENT_KEYS, VAULT_SALE_PAYMENT_KEYS - 1,
      VAULT_SALE_LINE_KEYS, VAULT_SALE_LINE_KEYS, VAULT_SALE_LINE_KEYS - 1);
}

static gboolean
wants_all (const VaultFindWish *wish)
{
  return wish->receipt == 0 && wish->minor < 0 && wish->digits == NULL && wish->code == NULL
         && wish->until_us == 0;
}

/* With the mutex held: receipts from `first` to `last`. */
static gboolean
look (Vault *self,
      const char *sql,
      const VaultFindWish *wish,
      gint64 first,
      gint64 last,
      guint limit,
      GArray *ids,
      GError **error)
{
  sqlite3_stmt *query
      = vault_db_query (self->db, error, sql, "iiiiittiii", first, last, (gint64)wants_all (wish),
                        wish->receipt, wish->minor, wish->digits, wish->code,
                        (gint64)limit - (gint64)ids->len, wish->from_us, wish->until_us);

  return vault_db_take_ids (self->db, query, ids, error);
}

GArray *
vault_find_sales (Vault *self,
                  const VaultFindWish *wish,
                  guint limit,
                  GCancellable *cancellable,
                  GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autofree char *sql = statement ();
  gint64 last = 0;
  gboolean good;

  vault_lock (self);
  good = vault_db_number (self->db, 0, &last, error, "SELECT max (id) FROM sale", "");
  vault_unlock (self);
  for (; good && last > 0 && ids->len < limit; last -= VAULT_FIND_PART)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;
      vault_lock (self);
      good = look (self, sql, wish, MAX (last - VAULT_FIND_PART + 1, 1), last, limit, ids, error);
      vault_unlock (self);
    }
  return good ? g_steal_pointer (&ids) : NULL;
}
