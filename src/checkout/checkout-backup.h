/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A shop's backup (vault-backup.h) made and restored. Restored books begin a new epoch, quarantined
 * (vault-epoch.h): what had been sent since the backup was made can't be sent twice. Blocks; for a
 * worker, or till-cli.
 */
#pragma once

#include "checkout-shop.h"
#include "vault-handover.h"

G_BEGIN_DECLS

/* Beside whoever works with the folder. The passphrase is that of the folder, empty where the
 * Secret Service keeps the key. */
gboolean
checkout_backup_create (const char *dir, BaseSpan passphrase, const char *path, GError **error);
/* Makes a shop in `dir`, whole or not at all, as checkout_shop_create() does; refuses a folder that
 * holds one. With a recovery key the passphrase is the new one (empty: Secret Service), without it
 * the one that the backup was made under. */
gboolean checkout_backup_restore (const char *dir,
                                  const char *path,
                                  BaseSpan passphrase,
                                  const char *recovery,
                                  GError **error);

/* What another till's books are opened with: its recovery key, or (NULL) its passphrase; and who at
 * the acquirer agreed (1 to VAULT_EPOCH_LEAVE_MAX bytes), or NULL. */
typedef struct
{
  BaseSpan passphrase;
  const char *recovery;
  const char *leave;
} CheckoutBackupOpener;

/* Takes in what waits in another till's books (vault-handover.h), which lie in a backup or an
 * export of it, in the copy in a second folder, or, where `path` is a folder, in all copies there
 * that open. VAULT_ERROR_STATE, with a sentence, when they are this till's own, when that till's
 * acquirer isn't reached over this one's line, or when it can't turn the other till away and nobody
 * said who there gave leave: that is asked for once, and stands in the journal. */
gboolean checkout_backup_hand_over (CheckoutShop *shop,
                                    const char *path,
                                    const CheckoutBackupOpener *opener,
                                    VaultHandoverReport *out_report,
                                    GError **error);

G_END_DECLS
