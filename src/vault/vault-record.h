/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The queue: what is owed to the acquirer, one sealed record each. A record's bytes (the request as
 * it is to be sent) lie under the vault's AES-256-GCM with the record's id, class, state and
 * message identity as associated data, so each transition seals again and no record can be moved,
 * copied or relabelled. With the final answer the bytes are erased in the same commit.
 *
 * Order of draining (payment-life.md): reversals one at a time · chip advices · deferred requests ·
 * refunds · notices.
 */
#pragma once

#include "vault-sale.h"

G_BEGIN_DECLS

#define VAULT_RECORD_MESSAGE_MAX 8192
/* No try is put off further than this: one that is was put off by a clock that has been set back.
 */
#define VAULT_RECORD_LATER_MAX_US (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)
/* The reason of a record that somebody took back into the queue, until it is sent. */
#define VAULT_REASON_RETRY "retry"
/* Of one that was under way in a restored copy, or in one that was handed over. */
#define VAULT_REASON_OUTCOME_MISSING "outcome-missing"
/* Of one whose outcome a stop of the program cut off: it is reversed. */
#define VAULT_REASON_RESTART "restart"
/* Of one that somebody decided to reverse, because its outcome is missing. */
#define VAULT_REASON_DECIDED "decided"
/* Of a reversal or an advice that stays set aside: a manager said that the acquirer clears it by
 * hand, and that the batch is settled without it (vault_queue_by_hand). */
#define VAULT_REASON_BY_HAND "by-hand"
/* The setting with the list of those decisions, as vault_settings_verify() names it. */
#define VAULT_SETTING_DECIDED "by-hand"
/* Of one that was set aside for its age, before it was ever sent. */
#define VAULT_REASON_TOO_OLD "too-old"
/* Of one that was taken over: the acquirer has another payment under its number. */
#define VAULT_REASON_NUMBER_TAKEN "number-taken"

typedef enum
{
  VAULT_RECORD_WAITING,
  VAULT_RECORD_SENDING,   /* a byte of it may have left */
  VAULT_RECORD_ATTENTION, /* set aside with its reason; never sent by itself */
  VAULT_RECORD_DONE,
} VaultRecordState;

/* Of those that are set aside, a batch isn't settled over these (payment-life.md, rule 5). */
#define VAULT_RECORD_OWED_CLASSES "'reversal', 'chip', 'completion'"

typedef enum
{
  VAULT_WHOSE_ANY,
  VAULT_WHOSE_OURS,   /* this terminal's */
  VAULT_WHOSE_OTHERS, /* those of terminals that were taken over (vault-handover.h) */
} VaultWhose;

/* What somebody can do about a record that is set aside. */
typedef enum
{
  VAULT_REMEDY_NONE,   /* nothing, or nothing needs to be done */
  VAULT_REMEDY_RETRY,  /* send it once more as it is: vault_queue_retry() */
  VAULT_REMEDY_DECIDE, /* its outcome is missing: vault_confirm_charged(), or retry to reverse it */
  VAULT_REMEDY_BY_HAND, /* its bytes are lost, and the bank can clear it: vault_queue_by_hand() */
  VAULT_REMEDY_BANK,    /* it can't be sent: ask the bank what it has of it */
} VaultRemedy;

typedef struct
{
  gint64 id; /* also the sequence */
  VaultClass klass;
  VaultRecordState state;
  gint64 sale_id;
  guint position; /* of its payment within the sale */
  char *terminal;
  guint32 batch;
  guint32 stan;
  gint64 amount_minor;
  gint64 created_us;
  gint64 identity; /* the highest that was known when it was made, as one number */
  gint64 settled;  /* the batch in which it was done (vault-batch.h); 0: not done, or before there
                      were any */
  gint counts;     /* there: 1 a debit, -1 a credit, 0 neither. Set it before it is moved to done */
  guint tries;
  gint64 next_us;      /* not to be sent before; Unix time */
  char *reason;        /* of the last failure or of being set aside; may be NULL */
  BaseSecret *message; /* NULL unless opened, and once erased */
} VaultRecord;

typedef struct
{
  guint asking;         /* requests of payments that are under way at this moment */
  guint waiting;        /* records that still have to reach the acquirer, those left out */
  gint64 waiting_minor; /* their sum, reversals and refunds left out */
  guint reversals;      /* of those, reversals */
  guint stored;         /* deferred requests that nobody has approved yet, set aside or not */
  gint64 stored_minor;
  gint64 oldest_us; /* 0: none */
  gint64 oldest_stored_us;
  guint attention;
  guint done;
} VaultQueueStats;

void vault_record_free (VaultRecord *self);
const char *vault_record_state_name (VaultRecordState state);
gboolean vault_record_state_from_name (const char *name, VaultRecordState *out_state);
/* Whether no byte of this request can have left here: it was never marked as being sent. */
gboolean vault_record_never_left (const VaultRecord *self);

/* What the card with these first and last digits has bought by its chip's word alone, and its
 * issuer wasn't told yet; minor units. 0 also where that can't be read. */
gint64 vault_queue_chip_minor (Vault *self, const char *masked_pan);
gboolean vault_queue_stats (Vault *self, VaultQueueStats *out_stats, GError **error);
/* Without messages: the newest done ones, or the oldest open ones, of each class and state `limit`
 * at most, so that many that wait don't hide the few that need somebody. Oldest first. */
GPtrArray *vault_queue_list (Vault *self, gboolean done, guint limit, GError **error);
/* Open ones after record `after`, without messages, by their numbers: a queue of any length, page
 * by page. */
GPtrArray *vault_queue_page (Vault *self, gint64 after, guint limit, GError **error);
VaultRecord *vault_queue_load (Vault *self, gint64 id, GError **error);
/* The next to be sent of this class that may be sent at `now_us` (0: whenever), with their messages
 * opened, oldest first. One whose seal doesn't open is set aside here and left out. Of the others',
 * what waits behind a reversal of its own terminal is left out, too. */
GPtrArray *vault_queue_next (Vault *self,
                             VaultClass klass,
                             VaultWhose whose,
                             guint limit,
                             gint64 now_us,
                             GError **error);
/* The reversal (or other open record) that belongs to a payment, its message opened; NULL without
 * an error when there is none, with VAULT_ERROR_CHANGED when its seal doesn't open. */
VaultRecord *
vault_queue_find (Vault *self, gint64 sale_id, guint position, VaultClass klass, GError **error);
/* A failed try: counts it, notes why and when next, unless the record was set aside meanwhile. No
 * state moves; a loss of this commit is harmless. */
gboolean vault_queue_defer (Vault *self,
                            const VaultRecord *record,
                            gint64 next_us,
                            const char *reason,
                            GError **error);
/* When the next one that was put off may be sent again; 0: none was. */
gboolean vault_queue_next_us (Vault *self, gint64 *out_next_us, GError **error);
/* Makes every waiting record due now. */
gboolean vault_queue_due_now (Vault *self, GError **error);
/* What can be done about this one; its seal is looked at. */
VaultRemedy vault_queue_remedy (Vault *self, const VaultRecord *record);
/* Takes a record back from being set aside, to be sent again. VAULT_ERROR_CHANGED: its seal doesn't
 * open, so there is nothing that could be sent (vault_queue_remedy). */
gboolean vault_queue_retry (Vault *self, gint64 id, const char *who, GError **error);
/* Reversals and advices of this terminal (NULL: of this till's own) that are set aside, and about
 * which nobody decided: *out_first is the oldest, 0 where there is none. No batch is settled over
 * them (payment-life.md, rule 5). */
gboolean vault_queue_aside_owed (Vault *self,
                                 const char *terminal,
                                 guint *out_count,
                                 gint64 *out_first,
                                 GError **error);
/* Whether what was decided so far counts no more: its list was changed, or an older one put back.
 */
gboolean vault_queue_decisions_lost (Vault *self);
/* Somebody decided that the batch is settled without this one: it stays set aside, and may still be
 * taken back into the queue. That is kept under a seal and in the journal; the word of its reason
 * only says so. VAULT_ERROR_STATE: it isn't such a record, or what became of its
 * request isn't known here (VAULT_REASON_OUTCOME_MISSING: say that instead). */
gboolean vault_queue_by_hand (Vault *self, gint64 id, const char *who, GError **error);
/* The acquirer has this notice: it is done, and its bytes are erased. No payment moves. `record`
 * follows. VAULT_ERROR_STATE: it is none, or done already. */
gboolean vault_queue_acknowledge (Vault *self, VaultRecord *record, GError **error);
/* Marks a record that belongs to no payment any more, or a notice that is refused: it is never sent
 * by itself, and shown. */
gboolean vault_queue_set_aside (Vault *self, gint64 id, const char *reason, GError **error);
/* Looks through the file's pages and opens every record. out_bad: ids (gint64) that were changed,
 * put back as they were earlier, slipped in or are gone; those there are set aside when we own the
 * folder. VAULT_ERROR_CORRUPT: the file itself is damaged. */
gboolean vault_queue_verify (Vault *self, guint *out_checked, GArray **out_bad, GError **error);

/* Inside the vault folder, within a transaction. */
gboolean vault_record_open (Vault *self, VaultRecord *record, BaseSpan message, GError **error);
/* The row of one id, its message opened unless `message` is FALSE. NULL with VAULT_ERROR_ABSENT or
 * VAULT_ERROR_CHANGED. */
VaultRecord *vault_record_read (Vault *self, gint64 id, gboolean message, GError **error);
/* The newest open record of a payment that asks for it or tells it, or else its reversal, without
 * its message; *out_record is NULL when there is none. A notice is neither. */
gboolean vault_record_find (Vault *self,
                            gint64 sale_id,
                            guint position,
                            gboolean reversal,
                            VaultRecord **out_record,
                            GError **error);
/* A record that is done counts in the open batch as its `counts` says; while that is being settled,
 * in the next. */
gboolean vault_record_move (Vault *self,
                            const VaultRecord *record,
                            VaultRecordState state,
                            const char *reason,
                            GError **error);
/* One that is done counts in another batch. One whose seal doesn't open is left as it is. */
gboolean vault_record_recount (Vault *self, gint64 id, gint64 batch, GError **error);
/* Books that turn out to be an older copy: what their start found under way and owes a reversal may
 * have been finished by the newer ones. Those reversals are set aside as outcome-missing, but for
 * what somebody took back. */
gboolean vault_record_hold_restarts (Vault *self, GError **error);
/* What a move that is on the disk means for the record in memory. */
void vault_record_settle (VaultRecord *record, VaultRecordState state, const char *reason);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VaultRecord, vault_record_free)

G_END_DECLS
