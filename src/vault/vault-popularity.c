/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-popularity.h"

#include "vault-private.h"

gboolean
vault_popularity_newest (Vault *self, gint64 *out_sale, GError **error)
{
  gboolean read;

  vault_lock (self);
  read = vault_db_number (self->db, 0, out_sale, error, "SELECT max (id) FROM sale", "");
  vault_unlock (self);
  return read;
}

/* The first column of all rows, as text. */
static GPtrArray *
collect (VaultDb *db, sqlite3_stmt *statement, GError **error)
{
  g_autoptr (GPtrArray) codes = g_ptr_array_new_with_free_func (g_free);
  gboolean row = statement != NULL;

  if (statement == NULL)
    return NULL;
  while (row)
    {
      if (!vault_db_step (db, statement, &row, error))
        return NULL;
      if (row)
        g_ptr_array_add (codes, vault_db_text (statement, 0));
    }
  return g_steal_pointer (&codes);
}

/* Among equals the one that stands before stays before: nothing moves for nothing. */
static GPtrArray *
best_sellers (VaultDb *db, GError **error)
{
  static const char sql[]
      = "SELECT product.code FROM (SELECT code, count (*) AS sold FROM"
        "  (SELECT code FROM sale_line WHERE voided = 0 ORDER BY id DESC LIMIT ?)"
        "  GROUP BY code) AS line"
        " JOIN product_code ON product_code.code = line.code"
        " JOIN product ON product.id = product_code.product"
        " ORDER BY line.sold DESC, product.id LIMIT ?";

  return collect (db,
                  vault_db_query (db, error, sql, "ii", (gint64)VAULT_POPULARITY_LINES,
                                  (gint64)VAULT_POPULARITY_COUNT),
                  error);
}

/* As many more as may stand between the best ones. */
static GPtrArray *
first_products (VaultDb *db, GError **error)
{
  return collect (db,
                  vault_db_query (db, error, "SELECT code FROM product ORDER BY id LIMIT ?", "i",
                                  (gint64)(2 * VAULT_POPULARITY_COUNT)),
                  error);
}

static gboolean
is_among (const GPtrArray *codes, guint count, const char *code)
{
  for (guint i = 0; i < count; i++)
    if (g_str_equal (codes->pdata[i], code))
      return TRUE;
  return FALSE;
}

/* Whether the best but for the first `count` would stand in their order, once those had gone before
 * them. */
static gboolean
rest_stands (const GPtrArray *best, guint count, const GPtrArray *first)
{
  guint next = count;

  for (guint i = 0; i < first->len && next < best->len; i++)
    {
      if (is_among (best, count, first->pdata[i]))
        continue;
      if (!g_str_equal (first->pdata[i], best->pdata[next]))
        return FALSE;
      next++;
    }
  return next == best->len;
}

char **
vault_popularity_due (Vault *self, GError **error)
{
  g_autoptr (GPtrArray) best = NULL;
  g_autoptr (GPtrArray) first = NULL;
  guint count = 0;

  vault_lock (self);
  best = best_sellers (self->db, error);
  first = best != NULL ? first_products (self->db, error) : NULL;
  vault_unlock (self);
  if (first == NULL)
    return NULL;
  while (!rest_stands (best, count, first))
    count++;
  g_ptr_array_set_size (best, (int)count);
  g_ptr_array_add (best, NULL);
  return (char **)g_ptr_array_free (g_steal_pointer (&best), FALSE);
}
