/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The print queue: one job a receipt, slip or report, kept in the database so that nothing printed
 * depends on a printer being there. A job is marked `printing` before its first byte leaves; one
 * found so at start may be on paper already, so its next print is a marked reprint.
 */
#pragma once

#include "vault.h"

G_BEGIN_DECLS

typedef enum
{
  VAULT_PRINT_RECEIPT,
  VAULT_PRINT_TEST,
  VAULT_PRINT_DRAWER, /* nothing on paper: the drawer springs open */
  VAULT_PRINT_REPORT, /* a Z report: `sale_id` is its number */
} VaultPrintKind;

typedef enum
{
  VAULT_PRINT_WAITING,
  VAULT_PRINT_PRINTING,
  VAULT_PRINT_PRINTED,   /* the printer confirmed it */
  VAULT_PRINT_SENT,      /* the printer took it and can't tell */
  VAULT_PRINT_ATTENTION, /* someone must look; `reason` says at what */
  VAULT_PRINT_SKIPPED,   /* the cashier wants it no more */
} VaultPrintState;

typedef struct
{
  gint64 id;
  VaultPrintKind kind;
  gint64 sale_id;
  guint copy; /* 0 the first print; n the n-th reprint, and marked so */
  VaultPrintState state;
  gboolean opens_drawer;
  gint64 at_us;
  char *reason;
} VaultPrintJob;

void vault_print_job_free (VaultPrintJob *job);
const char *vault_print_state_name (VaultPrintState state);
/* A reprint: journalled with who. */
gboolean vault_print_again (Vault *self, gint64 sale_id, const char *who, GError **error);
/* The oldest waiting job; NULL without an error when there is none. */
VaultPrintJob *vault_print_next (Vault *self, GError **error);
/* The newest job of a sale; NULL when it never had one. */
VaultPrintJob *vault_print_of_sale (Vault *self, gint64 sale_id, GError **error);
/* Writes job->state, copy, opens_drawer and reason. */
gboolean vault_print_keep (Vault *self, const VaultPrintJob *job, GError **error);
/* Makes jobs that need attention wait again. One found `printing` (at start: the program died) may
 * be on paper already, so it becomes a marked reprint; who sets a job aside after some of it came
 * out has counted its copy up himself. */
gboolean vault_print_recover (Vault *self, GError **error);
gboolean vault_print_stats (Vault *self, guint *out_waiting, guint *out_attention, GError **error);

/* Inside the vault folder, within a transaction. */
gboolean vault_print_add_locked (Vault *self,
                                 VaultPrintKind kind,
                                 gint64 sale_id,
                                 guint copy,
                                 gboolean opens_drawer,
                                 GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VaultPrintJob, vault_print_job_free)

G_END_DECLS
