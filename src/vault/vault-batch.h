/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Batches: what this terminal has done since it last settled with its acquirer, counted on both
 * sides. A message counts in the batch that is open when its acceptance is committed (an approval,
 * or an advice's acknowledgement): there the host counts it, too. The count is written with the
 * record that is done by that commit (vault-record.h), in a page that is written anyway; the sums
 * of the open batch are kept in memory and, after a start, added up from an index of that batch
 * alone.
 *
 * Settling goes through states, each one commit, and nothing is sent before its commit: open →
 * counted → (agreed, or uploading → uploaded) → settled, when the next batch is opened. Killed
 * anywhere, it is taken up again where it was (sync-settle.h). While a batch is being settled
 * nothing else counts in it: no payment is sent (sync-queue.h), and what is accepted all the same
 * (a copy that was put back hears from the host what its own end had sent; somebody confirms a
 * charge) counts in the next one, which begins when this one is settled. Where the host refuses to
 * settle, that counts in this one again.
 *
 * Records that came from another till (vault-handover.h) count in that terminal's batch and never
 * in ours; its row lies above VAULT_BATCH_TAKEN_FIRST and is settled in that one's voice. Sums are
 * minor units of the shop's currency. Called from where one may block; a second process may read.
 */
#pragma once

#include "vault.h"

G_BEGIN_DECLS

#define VAULT_BATCH_ROWS_MAX 1000       /* of one page */
#define VAULT_BATCH_DIFFERENCES_MAX 999 /* of one batch; more are counted, not listed */
#define VAULT_BATCH_NUMBER_MAX 999999
#define VAULT_BATCH_TAKEN_FIRST (G_GINT64_CONSTANT (1) << 33) /* ids of taken over batches */

/* Credits are what went back to customers: refunds, voids. Never negative. */
typedef struct
{
  guint debit_count;
  gint64 debit_minor;
  guint credit_count;
  gint64 credit_minor;
} VaultBatchSums;

typedef enum
{
  VAULT_BATCH_OPEN,
  VAULT_BATCH_COUNTED,   /* its sums stand, the acquirer is asked */
  VAULT_BATCH_AGREED,    /* it agreed, and wants a last word */
  VAULT_BATCH_UPLOADING, /* it did not: each row is sent */
  VAULT_BATCH_UPLOADED,  /* it has them all, the result is asked for */
  VAULT_BATCH_SETTLED,
} VaultBatchState;

typedef enum
{
  VAULT_BATCH_VERDICT_NONE, /* not asked yet */
  VAULT_BATCH_VERDICT_AGREES,
  VAULT_BATCH_VERDICT_DIFFERS,
  VAULT_BATCH_VERDICT_WRONG, /* the host can't compare */
} VaultBatchVerdict;

typedef struct
{
  gint64 id;      /* 1 …, by which records name it */
  guint32 number; /* at the acquirer, from counting on; 0 while open */
  VaultBatchState state;
  VaultBatchVerdict verdict;
  gint64 opened_us;
  gint64 counted_us; /* 0: not yet, as the next one */
  gint64 settled_us;
  VaultBatchSums till;
  gboolean host_known; /* the acquirer told its sums */
  VaultBatchSums host;
  gboolean rows_known; /* it told, by row, what differs */
  guint differences;   /* how many it named; those listed may be fewer */
} VaultBatch;

typedef enum
{
  VAULT_BATCH_ONLY_HERE,      /* the acquirer lacked it */
  VAULT_BATCH_ONLY_THERE,     /* the till lacks it */
  VAULT_BATCH_ANOTHER_AMOUNT, /* both have it */
} VaultBatchDifferenceKind;

typedef struct
{
  VaultBatchDifferenceKind kind;
  guint32 batch; /* identity of the message */
  guint32 stan;
  gboolean credit;
  gint64 amount_minor; /* the till's; 0 with ONLY_THERE */
  gint64 host_minor;   /* the acquirer's; 0 with ONLY_HERE */
  char masked_pan[20]; /* "" where unknown */
  gint64 sale;         /* the receipt here; 0: none */
  gboolean resolved;   /* the acquirer has taken it into its books: nobody need do anything */
} VaultBatchDifference;

/* One accepted message of a batch, as it is uploaded. */
typedef struct
{
  gint64 record;
  guint32 batch;
  guint32 stan;
  gboolean credit;
  gint64 amount_minor; /* never negative */
  char masked_pan[20];
  gint64 sale;
  gboolean chip; /* the card approved by itself: an advice */
} VaultBatchRow;

/* Where the two sides stand, for the queue page's live line and the Z report. */
typedef struct
{
  gint64 id;
  gboolean settling;   /* counted, and the end of it is still to come */
  VaultBatchSums till; /* of the open batch, now */
  gint64 asked_us; /* when the acquirer last told its sums; 0: never since the last settlement */
  VaultBatchSums host; /* what it told then */
  VaultBatchSums till_then;
  gboolean agreed; /* both were alike then */
  gboolean moved;  /* something has been counted here since: ask again before you compare */
  VaultBatch last; /* the batch before, settled; id 0: there was none */
} VaultBatchView;

/* "open", "counted", "agreed", "uploading", "uploaded", "settled" */
const char *vault_batch_state_name (VaultBatchState state);
/* "none", "agrees", "differs", "wrong" */
const char *vault_batch_verdict_name (VaultBatchVerdict verdict);
/* "only-here", "only-there", "another-amount" */
const char *vault_batch_difference_name (VaultBatchDifferenceKind kind);
gboolean vault_batch_sums_equal (const VaultBatchSums *a, const VaultBatchSums *b);
/* Debits less credits. */
gint64 vault_batch_sums_net (const VaultBatchSums *self);

/* Cheap enough for once a second. */
gboolean vault_batch_view (Vault *self, VaultBatchView *out_view, GError **error);
/* Nothing is being settled. */
gboolean vault_batch_is_open (Vault *self);
/* What of this class and terminal (NULL: this till's own) still has to be sent, what is set aside
 * left out. */
gboolean vault_batch_owed (Vault *self,
                           const char *terminal,
                           VaultClass klass,
                           guint *out_count,
                           gint64 *out_minor,
                           GError **error);
/* What of this class and terminal is set aside. Of requests that keeps no batch open: they count in
 * the one in which they are answered, if they ever are. */
gboolean vault_batch_aside (Vault *self,
                            const char *terminal,
                            VaultClass klass,
                            guint *out_count,
                            gint64 *out_minor,
                            GError **error);
/* The newest: open, or being settled. */
gboolean vault_batch_current (Vault *self, VaultBatch *out_batch, GError **error);
/* VAULT_ERROR_ABSENT: there is none. */
gboolean vault_batch_load (Vault *self, gint64 id, VaultBatch *out_batch, GError **error);
/* The one of this number at the acquirer. VAULT_ERROR_ABSENT: none has it. */
gboolean vault_batch_find (Vault *self, guint32 number, VaultBatch *out_batch, GError **error);
/* VaultBatchDifference, as the acquirer named them. */
GArray *vault_batch_differences (Vault *self, gint64 id, GError **error);
/* Whether nobody has to call the acquirer about it, as these say. */
gboolean vault_batch_is_resolved (const VaultBatch *self, const GArray *differences);
/* VaultBatchRow, after record `after`, by their numbers; at most VAULT_BATCH_ROWS_MAX. */
GArray *vault_batch_rows (Vault *self, gint64 id, gint64 after, guint limit, GError **error);
/* The acquirer told its sums of the open batch; nothing is closed. Not journalled: the next one
 * takes its place. */
gboolean vault_batch_note_host (Vault *self, const VaultBatchSums *host, GError **error);

/* The newest batch of a terminal that was taken over; 0: none of it was opened yet. */
gboolean vault_batch_taken (Vault *self, const char *terminal, gint64 *out_id, GError **error);
/* Opens its first one, where none is there: what it has sold must be settled by somebody. `leave`:
 * who at the acquirer agreed, for the journal; NULL where nobody had to be asked. */
gboolean vault_batch_take_over (Vault *self,
                                const char *terminal,
                                const char *who,
                                const char *leave,
                                GError **error);
/* Which batch the steps below are about, with the terminal's turn taken: a taken over one, or our
 * own with 0. */
void vault_batch_step_on (Vault *self, gint64 id);

/* The steps of settling, by the folder's owner and with the terminal's turn taken; each is one
 * commit with its journal entry. VAULT_ERROR_STATE: the batch isn't where the step begins. */
/* open → counted, under the number that messages carry now. */
gboolean vault_batch_count (Vault *self, const char *who, VaultBatch *out_batch, GError **error);
/* counted or agreed → open: the acquirer refused to settle, and has closed nothing. */
gboolean vault_batch_reopen (Vault *self, const char *reason, GError **error);
/* counted → agreed or uploading. `host`: NULL where it doesn't tell its sums. */
gboolean vault_batch_judge (Vault *self,
                            VaultBatchVerdict verdict,
                            const VaultBatchSums *host,
                            GError **error);
/* uploading → uploaded, and back where the acquirer wants the rows again. */
gboolean vault_batch_set_uploaded (Vault *self, gboolean uploaded, GError **error);

typedef struct
{
  const VaultBatchSums *host; /* NULL: as before */
  gboolean rows_known;        /* the list below is what the acquirer named */
  const VaultBatchDifference *differences;
  guint n_differences;
  guint total_differences; /* with those that it counted and didn't name */
} VaultBatchEnd;

/* counted (agreed at once), agreed or uploaded → settled; the next batch is open, and message
 * identities go on in the next number. */
gboolean vault_batch_close (Vault *self, const VaultBatchEnd *end, GError **error);

/* Whose messages count: set once by whoever makes the line. NULL: everybody's. */
void vault_batch_set_terminal (Vault *self, const char *terminal);

/* Inside the vault folder. With the mutex held: as vault_batch_load(), or for 0 as
 * vault_batch_current(). */
gboolean vault_batch_read (Vault *self, gint64 id, VaultBatch *out_batch, GError **error);
gboolean vault_batch_state_from_name (const char *name, VaultBatchState *out_state);
gboolean vault_batch_verdict_from_name (const char *name, VaultBatchVerdict *out_verdict);
/* Within a transaction: no settling that was under way goes on. A new epoch has other numbers, and
 * the acquirer may have settled the old one with the books that these are a copy of. */
gboolean vault_batch_reopen_all (Vault *self, const char *reason, GError **error);
/* At opening. */
gboolean vault_batch_open (Vault *self, GError **error);
/* Within a transaction: a record of this terminal is done, accepted or not; says in which batch,
 * and counts it there: counts is 1 for a debit, -1 for a credit, 0 for neither. 0: see the error.
 */
gint64 vault_batch_take (Vault *self,
                         const char *terminal,
                         gint64 amount_minor,
                         gint counts,
                         GError **error);

G_END_DECLS
