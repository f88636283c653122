/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rows of the database as bytes, for the steps of a sealed copy (vault-copy.h), and back. Rows go
 * as they are, sealed blobs under their seals; a sale replaces all that was known of it. Private to
 * the vault folder.
 */
#pragma once

#include "vault-private.h"

G_BEGIN_DECLS

/* The version of the tables, first of all. */
void vault_copy_rows_add_version (GByteArray *rows);
gboolean vault_copy_rows_add_settings (VaultDb *db, GByteArray *rows, GError **error);
/* The sale with its lines and payments. */
gboolean vault_copy_rows_add_sale (VaultDb *db, gint64 sale, GByteArray *rows, GError **error);
/* One that is open: its row, and *out_sale; one that is done: that it is gone, and 0. */
gboolean vault_copy_rows_add_record (VaultDb *db,
                                     gint64 record,
                                     GByteArray *rows,
                                     gint64 *out_sale,
                                     GError **error);

/* What reading a step does with each row; NULL `db`: records are counted alone. */
typedef struct
{
  VaultDb *db;
  GHashTable *records; /* gint64 * of those that are open; owned keys */
} VaultCopyTarget;

/* FALSE: not such rows, of tables of another version, or the database refused. */
gboolean vault_copy_rows_take (const VaultCopyTarget *target, BaseSpan rows, GError **error);

G_END_DECLS
