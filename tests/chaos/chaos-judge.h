/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The acquirer's ledger against the till's books and against what the cashier was told. It knows
 * nothing of how the till works, and believes the ledger.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One sale or hold that was asked for. Its amount is its own: no other of the world has it. Or with
 * `back`: something about it: that it be given back, wholly or a part of it, or completed. */
typedef struct
{
  gint64 amount_minor;
  gboolean card;
  char *told; /* "UUID TENDER STATE REASON"; NULL: the till died, or refused */
  gboolean back;
  gboolean hold;      /* it is a hold, or about one */
  gboolean forgotten; /* asked of books that were put back to an older copy since */
  gboolean withdrawn; /* of a sale: it was asked to be voided, and may be cancelled by that */
  gboolean warned;    /* told that a sale is withdrawn, and that its copy may not know it */
} ChaosAsked;

/* What the shop-subject printed at the end. */
typedef struct
{
  const char *books, *queue;
  const char *former;  /* books of a till that handed over: what still waits there waits for ever;
                          NULL: there is none */
  const char *batches; /* "": nothing was settled, or nobody looks */
} ChaosBooks;

typedef struct
{
  /* told approved or stored, or charged, and not so in the books; or approved unpaid; or given back
   * in the books alone; or settled in the books alone */
  guint lost;
  /* charged more than once, charged for a sale that isn't, or one sale twice; given back more than
   * once, or more than was charged; a hold completed twice, or after it was let go; a batch settled
   * twice */
  guint doubled;
  /* another amount in the books or in the ledger than was asked for, or of another payment; a batch
   * whose sums aren't those of the receipts, or differ and nobody says where */
  guint wrong;
  guint open;  /* neither done nor undone when everything works again */
  guint aside; /* of the stored: set aside, visibly, for they got older than the limit */
  guint payments, charges, holds, reversals, backs, batches; /* what was looked at */
  GString *findings;                                         /* a line each */
} ChaosVerdict;

void chaos_asked_free (gpointer asked);
/* `ledger` is a file. `old` says that the clock
 * was so far ahead that stored sales may have become too old. */
void chaos_judge (ChaosVerdict *out_verdict,
                  const char *ledger,
                  const ChaosBooks *books,
                  GPtrArray *asked,
                  gboolean old);
gboolean chaos_verdict_is_good (const ChaosVerdict *self);
void chaos_verdict_clear (ChaosVerdict *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ChaosVerdict, chaos_verdict_clear)

G_END_DECLS
