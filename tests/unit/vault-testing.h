/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the vault's tests share: a folder with a shop in it, sales made of nothing in particular, a
 * second connection that looks into the file or spoils it, and a disk (a wrapping sqlite3_vfs) that
 * counts writes and syncs and fails the n-th one.
 */
#pragma once

#include "vault-apply.h"

G_BEGIN_DECLS

typedef struct
{
  char *dir;
  char *path; /* of till.db */
  BaseSecret *key;
  Vault *vault;
} VaultTesting;

void vault_testing_set_up (VaultTesting *self, gconstpointer data);
void vault_testing_tear_down (VaultTesting *self, gconstpointer data);
/* Closes and opens again. */
void vault_testing_reopen (VaultTesting *self);

/* Lines of 5.00 each, tax included. */
VaultSale *vault_testing_sale (guint lines);
/* A change with everything a row could need: message, terminal, a fresh identity, a reason. */
VaultChange
vault_testing_change (VaultTesting *self, VaultSale *sale, VaultPayment *payment, VaultEvent event);
/* A change applied to a payment of the whole sale, which must go well. */
VaultPayment *
vault_testing_pay (VaultTesting *self, VaultSale *sale, VaultTender tender, VaultEvent event);
void
vault_testing_move (VaultTesting *self, VaultSale *sale, VaultPayment *payment, VaultEvent event);

/* Through another connection to the same file. */
void vault_testing_sql (VaultTesting *self, const char *sql);
gint64 vault_testing_number (VaultTesting *self, const char *sql);
char *vault_testing_text (VaultTesting *self, const char *sql);
/* Every row of every table of Till's, as text. */
char *vault_testing_dump (VaultTesting *self);
/* Everything that memory holds of a sale. */
char *vault_testing_print_sale (const VaultSale *sale);
char *vault_testing_print_record (const VaultRecord *record);

typedef enum
{
  VAULT_TESTING_SOUND,
  VAULT_TESTING_FAIL_ONCE, /* the n-th call fails, the next is fine */
  VAULT_TESTING_FAIL_ON,   /* it and all after it */
  VAULT_TESTING_FULL,      /* no write goes through from the n-th on; syncs do */
} VaultTestingFault;

/* The disk becomes SQLite's default one; call it before the first file is opened. */
void vault_testing_disk_install (void);
/* Counts anew; `n` from 1. */
void vault_testing_disk_fail (VaultTestingFault fault, guint n);
/* Whether the fault was met since. */
gboolean vault_testing_disk_failed (void);
void vault_testing_disk_mend (void);
/* Since the last reset: syncs that put part of a commit onto the disk. Those of a checkpoint, and
 * of the head of a log that begins anew after one, are left out. */
guint vault_testing_disk_syncs (void);
guint vault_testing_disk_writes (void);
void vault_testing_disk_reset (void);

G_END_DECLS
