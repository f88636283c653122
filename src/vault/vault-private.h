/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the vault's own files share: the connection under its mutex, the sealer and the journal's
 * chain. Never included outside the vault folder.
 */
#pragma once

#include "vault-batch.h"
#include "vault-db.h"
#include "vault-totals.h"
#include "vault.h"

#include "crypto-digest.h"
#include "crypto-seal.h"

G_BEGIN_DECLS

#define VAULT_STAN_MAX 999999
#define VAULT_IDENTITY_BATCH                                                                       \
  (VAULT_STAN_MAX + 1) /* an identity as one number: batch · this + STAN */
#define VAULT_CHAIN_SIZE 32
/* Of a number given in the database: no till comes near, and keys made of one are still numbers. */
#define VAULT_HEAD_MAX (G_GINT64_CONSTANT (1) << 50)

/* The batch that accepted messages count in (vault-batch.h). */
typedef struct
{
  gint64 id;
  gboolean known; /* its sums have been added up since the database was opened */
  VaultBatchSums sums;
} VaultBatchHead;

/* The ends of the tables that only grow. The owner alone adds to them, so it need not ask the
 * database each time. */
typedef struct
{
  gint64 sale, record, journal, print; /* the last number given */
  gint64 shift;                        /* the running one */
  guint8 chain[VAULT_CHAIN_SIZE];      /* the last link of the journal */
  VaultTotals totals;                  /* of the queue's open records */
  VaultBatchHead batch;
} VaultHeads;

typedef struct _VaultMark VaultMark;
typedef struct _VaultMarkItem VaultMarkItem;
typedef struct _VaultCounter VaultCounter;

struct _Vault
{
  char *dir;
  VaultAccess access;
  int lock_fd;
  GMutex mutex;
  VaultDb *db;
  CryptoSealer *sealer;
  CryptoHmac *chain_key;
  guint32 batch, stan; /* the last identity given */
  char *terminal;      /* whose messages count in our batches; NULL: everybody's */
  gint64 stepping;     /* the taken over batch that is being settled; 0: our own */
  VaultHeads heads;    /* as committed or, inside a transaction, as they will be */
  VaultHeads heads_committed;
  gint64 totals_version; /* of the database (PRAGMA data_version) that the totals were read from */
  gboolean totals_kept;  /* the database holds what they were when it was last closed */
  gint64 journal_opened; /* where the journal ended when the folder was opened */
  gint64 noted_sale;     /* what the next journal entry ties (vault-books.h) */
  GString *noted_records;
  VaultMark *mark;          /* the owner's; NULL where none can be kept */
  VaultMarkItem *mark_item; /* the owner's */
  VaultCounter *counter;    /* the owner's */
  gint64 epoch;
  char install[33]; /* hexadecimal digits; "" until the first owner made one */
  gboolean told;    /* since the opening the acquirer's host was told how far the books have come */
  gboolean marked;  /* the database knows that it has a mark */
  VaultWatch watch; /* NULL: nobody wants to know of commits */
  gpointer watch_data;
  const char *quarantined; /* why nothing may be sent, one of vault-epoch.c's words; else NULL */
};

/* With the mutex held; as vault_setting(). */
BaseSecret *vault_setting_read (Vault *self, const char *name, GError **error);
/* Within a transaction. */
gboolean vault_setting_write (Vault *self, const char *name, BaseSpan value, GError **error);
/* The same for the heads, which verify compares with the tables' ends. */
gboolean vault_heads_write (Vault *self, GError **error);
void vault_identity_set (Vault *self, gint64 identity);

/* Takes the mutex and begins; on FALSE neither is held. */
gboolean vault_lock_and_begin (Vault *self, GError **error);
/* Commits when `good`, else rolls back; lets the mutex go in both cases. Returns whether it was
 * committed. */
gboolean vault_commit_and_unlock (Vault *self, gboolean good, GError **error);
void vault_lock (Vault *self);
gint64 vault_identity (guint32 batch, guint32 stan);
void vault_unlock (Vault *self);

G_END_DECLS
