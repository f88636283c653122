/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The rows of a list of goods, read ahead of the import: one thread parses, checks and spells them,
 * and makes their grams, while the caller's writes those before into the database. Pure work on
 * memory and one file; a few batches are kept ready, so a list of any length takes the same room.
 * Private to the vault folder.
 */
#pragma once

#include "shop-goods.h"

G_BEGIN_DECLS

#define VAULT_CATALOGUE_ROWS_BATCH 128 /* rows that are handed over at once */
#define VAULT_CATALOGUE_ROWS_BATCHES 4 /* that may be ready */

typedef struct
{
  guint64 line;
  char *problem;        /* why the row is bad, and then the rest is not set */
  ShopProduct *product; /* as the row has it, for a new product */
  gboolean has_tax;     /* FALSE: the row doesn't say, and product->tax_bp means nothing */
  char **more_codes;    /* each once, without product->code; NULL where there is no such column */
  char *search;         /* its text, and of that the grams */
  char *grams;
} VaultCatalogueRow;

typedef struct _VaultCatalogueRows VaultCatalogueRows;

/* Reads the headings and begins. `fd` stays the caller's and must stay open until it is freed. */
VaultCatalogueRows *vault_catalogue_rows_new (int fd, const char *currency, GError **error);
/* Stops the thread wherever it is. */
void vault_catalogue_rows_free (VaultCatalogueRows *self);
const ShopGoodsHeader *vault_catalogue_rows_header (const VaultCatalogueRows *self);
/* The next row, good until the one after it is asked for. FALSE: the file could not be read; TRUE
 * with NULL: there are no more. */
gboolean vault_catalogue_rows_next (VaultCatalogueRows *self,
                                    const VaultCatalogueRow **out_row,
                                    GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VaultCatalogueRows, vault_catalogue_rows_free)

G_END_DECLS
