/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a chip and a till have at a payment, for tests that have no card: data of a training card
 * with the cryptogram that such a card makes, so that till-acquirer's issuer believes it. What an
 * entry borrows stays until the process ends.
 */
#pragma once

#include "acquirer-message.h"

G_BEGIN_DECLS

#define ENTRY_TESTING_NUMBER "6200000000000005"

typedef struct
{
  const char *number; /* NULL: ENTRY_TESTING_NUMBER */
  BaseMoney amount;
  gboolean approves; /* a TC; else an ARQC */
  gboolean wrong;    /* the cryptogram isn't the card's */
  gboolean same;     /* the card's count is that of the last entry, for it is about that payment */
} EntryTesting;

/* All that the dialects know of a card, in the clear; expires 2030-12. Its sequence number and its
 * count go up with the machine's clock, so that no process comes back to one of another. */
AcquirerEntry entry_testing_next (const EntryTesting *self);
/* The same with a count of the test's own, of the card with sequence number 1. */
AcquirerEntry entry_testing_counted (const EntryTesting *self, guint counter);

G_END_DECLS
