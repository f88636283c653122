/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lets a sealed copy (vault-copy.h) follow the books into a second folder, on a thread of its own
 * that a commit only wakes: no sale waits for a stick, however slow, full or gone it is. What could
 * not be written is tried again, and found by comparing. Where the thread hangs in a disk that
 * doesn't answer, stopping leaves it behind after a moment: it holds nothing that anybody else
 * uses.
 *
 * Started with the shop by checkout_shop_open() where somebody named a folder, and stopped
 * before the vault is freed.
 */
#pragma once

#include "vault-copy.h"
#include "vault.h"

G_BEGIN_DECLS

#define CHECKOUT_SETTING_FOLLOW "copy.folder"
#define CHECKOUT_FOLLOW_STOP_MS 3000     /* for what is left to be written at the end */
#define CHECKOUT_FOLLOW_RETRY_MS 5000    /* after a failure */
#define CHECKOUT_FOLLOW_GATHER_MS 20     /* commits that come together are written together */
#define CHECKOUT_FOLLOW_QUIET_MS 2000    /* before requests that are done are swept out */
#define CHECKOUT_FOLLOW_PATIENCE_MS 5000 /* of who must know that the copy has something */
#define CHECKOUT_FOLLOW_REASON_MAX 24    /* bytes of the word, with its end */

typedef struct _CheckoutFollow CheckoutFollow;

/* How the copy stands. The words of `reason`: "absent" (the folder, or the copy in it, isn't
 * there), "full", "foreign" (what is there is another's, or newer), "busy" (another program writes
 * it), "failed"; "slow" when it takes long; "": nothing is wrong. */
typedef struct
{
  gboolean current; /* it has all */
  gint64 behind;    /* entries of the journal that it doesn't have yet; -1: it wasn't seen yet */
  gint64 since_us;  /* since when it isn't up to date; Unix time, 0: it is */
  char reason[CHECKOUT_FOLLOW_REASON_MAX];
} CheckoutFollowState;

/* What the copy knows of one entry of the journal. */
typedef enum
{
  CHECKOUT_FOLLOW_HAS,     /* on its disk */
  CHECKOUT_FOLLOW_WRITING, /* it is on its way: ask again in a moment */
  CHECKOUT_FOLLOW_LACKS,   /* it can't be written to, and wasn't since */
} CheckoutFollowKnows;

/* For the folder's owner. NULL: the shop has no second folder. `vault` must outlive it. */
CheckoutFollow *checkout_follow_start (Vault *vault, const BaseSecret *key);
void checkout_follow_stop (CheckoutFollow *self);
/* From any thread; waits for nobody. */
void checkout_follow_read (CheckoutFollow *self, CheckoutFollowState *out_state);
/* From any thread; waits for nobody. */
CheckoutFollowKnows checkout_follow_knows (CheckoutFollow *self, gint64 entry);
/* Where the copy is; as long as `self`. */
const char *checkout_follow_folder (const CheckoutFollow *self);
/* The word for what following failed with. */
const char *checkout_follow_reason (const GError *error);

/* Makes the copy in this folder, whole, and keeps it as the one that is followed into from the next
 * start on; the journal says so. NULL: none, and the copy stays where it is. Waits for the disk. */
gboolean
checkout_follow_begin (Vault *vault, const BaseSecret *key, const char *folder, GError **error);
/* `till-cli backup follow DIR`, as the owner of the shop in `dir`: the same. The passphrase is the
 * shop's, empty where the Secret Service keeps its key. */
gboolean
checkout_follow_set (const char *dir, BaseSpan passphrase, const char *folder, GError **error);
/* Reads the whole copy, beside whoever works with the shop. *out_folder: yours; NULL where the shop
 * has no second folder, and then there are no facts. */
gboolean checkout_follow_check (const char *dir,
                                BaseSpan passphrase,
                                char **out_folder,
                                VaultCopyFacts *out_facts,
                                GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CheckoutFollow, checkout_follow_stop)

G_END_DECLS
