/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the shop sells, looked up on demand: nothing is loaded at start, so neither start-up nor
 * memory grows with the number of products. A VaultCatalogue reads through a connection of its own
 * and never waits for a sale being saved. It belongs to one thread that may block; who wants to
 * look up while a search runs opens a second one. Import and export work on whole lists.
 *
 * A product's id is its place in the order of popularity: products come in the order of the list
 * they were imported from, and promoted ones before all. It changes when a product is promoted; its
 * code does not.
 */
#pragma once

#include "shop-product.h"
#include "vault.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define VAULT_CATALOGUE_RESULTS_MAX 200
#define VAULT_CATALOGUE_PROMOTE_MAX 1000

/* The tables, for vault-schema.c. */
const char *vault_catalogue_schema (void);

typedef struct _VaultCatalogue VaultCatalogue;

VaultCatalogue *vault_catalogue_open (const char *dir, GError **error);
void vault_catalogue_free (VaultCatalogue *self);

/* By any of its barcodes, exactly; a UPC-A with or without its leading zero is the same. The
 * product's `code` is its first one. NULL without an error: there is none. */
ShopProduct *vault_catalogue_find_code (VaultCatalogue *self, const char *code, GError **error);
/* At most `limit` products (ShopProduct, freed with the array): the one with exactly this code;
 * those whose name begins so; whose pinyin does; those with it anywhere in name or pinyin; then
 * parts of codes; the more popular first within each. Cancelling from any thread ends it soon with
 * G_IO_ERROR_CANCELLED. Nothing found is an empty array. */
GPtrArray *vault_catalogue_search (VaultCatalogue *self,
                                   const char *typed,
                                   guint limit,
                                   GCancellable *cancellable,
                                   GError **error);
/* Those with a quick key, in order of the keys. */
GPtrArray *vault_catalogue_quick_keys (VaultCatalogue *self, GError **error);
/* Further codes of a product, NULL-ended; yours to free. */
char **
vault_catalogue_more_codes (VaultCatalogue *self, const ShopProduct *product, GError **error);
/* Goes through all of them, so for diagnostics alone. */
gboolean vault_catalogue_count (VaultCatalogue *self, guint64 *out_count, GError **error);

/* A row that was left out, or with `is_warning` one that was taken but looks odd. `sentence` has no
 * line number in it. */
typedef void (*VaultCatalogueProblem) (gpointer user_data,
                                       guint64 line,
                                       gboolean is_warning,
                                       const char *sentence);

typedef struct
{
  const char *currency;          /* of the prices */
  guint tax_bp;                  /* of new products where the list doesn't say */
  gboolean skip_bad;             /* import the others; without it one bad row keeps all out */
  VaultCatalogueProblem problem; /* called for every one; may be NULL */
  gpointer user_data;
} VaultImportOptions;

typedef struct
{
  guint64 added, updated, unchanged, bad, warnings; /* rows */
  gboolean imported; /* FALSE: there were bad rows, and nothing was changed */
} VaultImportReport;

/* Reads the list at `path` (shop-goods.h) into the catalogue in one transaction: known codes are
 * updated in what the list has columns for, others added. FALSE only for faults: unreadable, no
 * list of goods, disk. */
gboolean vault_catalogue_import (Vault *vault,
                                 const char *path,
                                 const VaultImportOptions *options,
                                 VaultImportReport *out_report,
                                 GCancellable *cancellable,
                                 GError **error);
/* Writes all products to `path`, whole or not at all, so that importing it gives the same
 * catalogue. */
gboolean vault_catalogue_export (VaultCatalogue *self,
                                 const char *path,
                                 const char *currency,
                                 GCancellable *cancellable,
                                 GError **error);
/* Puts the products with these codes, the best seller first, before all others. Unknown codes are
 * left out. Some milliseconds; vault_catalogue_tend() is to follow. */
gboolean
vault_catalogue_promote (Vault *vault, const char *const *codes, guint count, GError **error);

/* Brings the index of names, of which each change leaves a piece, together again: about `pages` of
 * it, which bounds how long it takes. *out_more: it is worth going on. */
gboolean vault_catalogue_tend (Vault *vault, guint pages, gboolean *out_more, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VaultCatalogue, vault_catalogue_free)

G_END_DECLS
