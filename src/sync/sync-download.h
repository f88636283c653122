/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Downloads from the acquirer: the terminal's parameters, the applications (AIDs) and the public
 * keys of certification authorities that a chip's transaction wants. Names first, then each piece,
 * then the end; every piece is read strictly when it comes (acquirer-emv.h), and only after the
 * host's word about the end one commit replaces what was there before. So the shop has the old set
 * or the new one, whatever breaks. They are settings of the vault: sealed, and tied by vault-books.
 *
 * Blocks. Moves no money, so it may go before an owed reversal (payment-life.md, rule 1).
 */
#pragma once

#include "acquirer-emv.h"
#include "sync-certificates.h"
#include "sync-line.h"

G_BEGIN_DECLS

#define SYNC_SETTING_DOWNLOAD_PARAMETERS "acquirer.download-parameters"
#define SYNC_SETTING_DOWNLOAD_AIDS "acquirer.download-aids"
#define SYNC_SETTING_DOWNLOAD_KEYS "acquirer.download-ca-keys"
#define SYNC_DOWNLOAD_PIECE_MAX 990 /* bytes */

typedef enum
{
  SYNC_DOWNLOAD_PARAMETERS,
  SYNC_DOWNLOAD_AIDS,
  SYNC_DOWNLOAD_CA_KEYS,
  SYNC_DOWNLOAD_KINDS,
} SyncDownloadKind;

typedef enum
{
  SYNC_DOWNLOAD_DONE,
  SYNC_DOWNLOAD_NOT_THERE, /* this acquirer has no such download */
  SYNC_DOWNLOAD_REFUSED,   /* the host said no: see the code */
  SYNC_DOWNLOAD_NO_ANSWER, /* see the error */
  SYNC_DOWNLOAD_WRONG,     /* what came can't be taken: see the error; the old set stays */
  SYNC_DOWNLOAD_FAULT,     /* the disk: see the error */
} SyncDownload;

typedef struct
{
  char code[ACQUIRER_CODE_MAX]; /* the host's last, "" without an answer */
  guint count;                  /* of what is there now, when done */
} SyncDownloadReport;

const char *sync_download_kind_word (SyncDownloadKind kind);
gboolean sync_download_kind_from_word (const char *word, SyncDownloadKind *out_kind);

/* Takes the terminal's turn itself. */
SyncDownload sync_download_run (SyncLine *line,
                                SyncDownloadKind kind,
                                GCancellable *cancellable,
                                SyncDownloadReport *report,
                                GError **error);
/* At a quiet moment, when nothing waits: does what the host demanded in its answers meanwhile. What
 * comes to nothing is tried again when the host demands it again. Takes turns itself. */
void sync_download_heed (SyncLine *line, GCancellable *cancellable);

/* What is loaded. */
typedef struct
{
  gint64 at_unix_s;
  GPtrArray *pieces; /* GBytes: the TLV of an entry; of parameters one text */
} SyncDownloaded;

/* NULL without an error: nothing was ever loaded. VAULT_ERROR_CHANGED for what can't be read. */
SyncDownloaded *sync_download_read (Vault *vault, SyncDownloadKind kind, GError **error);
void sync_downloaded_free (SyncDownloaded *self);
/* For whoever runs a chip's transaction: values (AcquirerEmvAid, EmvKey), as they were
 * loaded last; empty where nothing was. NULL with an error. */
GArray *sync_download_aids (Vault *vault, GError **error);
GArray *sync_download_keys (Vault *vault, GError **error);

/* This day here, YYYYMMDD, as a key's last one is told. */
guint32 sync_download_today (void);
/* A CA key's state at this time: GOOD, SOON or ENDED, as a certificate's (sync-certificates.h); it
 * is good to the end of its day here. */
SyncCertificateState sync_download_key_state (const EmvKey *key, gint64 now_unix_s);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyncDownloaded, sync_downloaded_free)

G_END_DECLS
