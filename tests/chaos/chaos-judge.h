/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The acquirer's ledger against the till's books and against what the cashier was told. It knows
 * nothing of how the till works, and believes the ledger.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One sale that was asked for. Its amount is its own: no other sale of the world has it. */
typedef struct
{
  gint64 amount_minor;
  gboolean card;
  char *told; /* "UUID TENDER STATE REASON"; NULL: the till died, or refused */
} ChaosAsked;

typedef struct
{
  guint lost; /* told approved or stored, or charged, and not so in the books; or approved unpaid */
  guint doubled; /* charged more than once, charged for a sale that isn't, or one sale twice */
  guint wrong;   /* another amount in the books or in the ledger than was asked for */
  guint open;    /* neither done nor undone when everything works again */
  guint aside;   /* of the stored: set aside, visibly, for they got older than the limit */
  guint payments, charges, reversals; /* what was looked at */
  GString *findings;                  /* a line each */
} ChaosVerdict;

void chaos_asked_free (gpointer asked);
/* `books` and `queue` as shop-subject prints them; `ledger` is a file. `old` says that the clock
 * was so far ahead that stored sales may have become too old. */
void chaos_judge (ChaosVerdict *out_verdict,
                  const char *ledger,
                  const char *books,
                  const char *queue,
                  GPtrArray *asked,
                  gboolean old);
gboolean chaos_verdict_is_good (const ChaosVerdict *self);
void chaos_verdict_clear (ChaosVerdict *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ChaosVerdict, chaos_verdict_clear)

G_END_DECLS
