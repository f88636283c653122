/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How the catalogue's rows are read, shared by looking up, import and export. Never included
 * outside the vault folder.
 */
#pragma once

#include "vault-catalogue.h"
#include "vault-db.h"

G_BEGIN_DECLS

/* In the order that vault_catalogue_row() takes them; further columns of a query come behind. */
#define VAULT_CATALOGUE_COLUMNS                                                                    \
  "product.id, product.code, product.name, product.name_zh, product.category, "                    \
  "product.price_minor, product.unit,"                                                             \
  " product.tax_bp, product.quick_key, product.colour"
#define VAULT_CATALOGUE_COLUMN_COUNT 10

ShopProduct *vault_catalogue_row (sqlite3_stmt *statement);
/* The product's further codes as its row keeps them: parted by blanks, NULL for none. */
char **vault_catalogue_split_codes (const char *more_codes);
/* The first id that an import gives; those below are for products that are promoted. */
#define VAULT_CATALOGUE_FIRST_ID (1 << 24)

/* A table without content must be told by the old grams what it is to forget. */
gboolean vault_catalogue_put_grams (VaultDb *db, gint64 product, const char *grams, GError **error);
gboolean
vault_catalogue_take_grams (VaultDb *db, gint64 product, const char *grams, GError **error);

G_END_DECLS
