/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The states of a payment and the events that move it, as the table payment-life.tsv has them. Each
 * row of that table is one durable commit. Nobody moves a payment in any other way: vault_apply()
 * asks here first, and an event that has no row is refused.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What waits in the queue, in the order of draining. */
typedef enum
{
  VAULT_CLASS_REVERSAL,   /* goes before any other financial message */
  VAULT_CLASS_CHIP,       /* the card approved offline: an advice, repeated for ever */
  VAULT_CLASS_COMPLETION, /* of a hold, made without a line: an advice, too */
  VAULT_CLASS_DEFERRED,   /* nobody has approved: a request for later */
  VAULT_CLASS_REFUND,     /* owed to a card: repeated until it is answered, never reversed */
  VAULT_CLASS_NOTICE, /* script results: about a payment that was judged, which it doesn't move */
  VAULT_CLASS_ONLINE, /* a request that waits for its answer */
} VaultClass;

typedef enum
{
  VAULT_REQUEST_KEEP,
  VAULT_REQUEST_OPEN,  /* a new record of the row's class */
  VAULT_REQUEST_AGAIN, /* it is done, and a new one of the row's class has a new identity */
  VAULT_REQUEST_SENDING,
  VAULT_REQUEST_WAITING,
  VAULT_REQUEST_DONE,
  VAULT_REQUEST_ATTENTION,
} VaultRequestStep;

typedef enum
{
  VAULT_REVERSAL_NONE,
  VAULT_REVERSAL_OWE, /* a reversal is put into the queue by the same commit */
  VAULT_REVERSAL_DONE,
  VAULT_REVERSAL_ATTENTION,
} VaultReversalStep;

#include "vault-life-table.h"

typedef struct
{
  VaultState now;
  VaultEvent event;
  VaultState next;
  VaultRequestStep request;
  VaultClass opens; /* only with VAULT_REQUEST_OPEN and _AGAIN */
  VaultReversalStep reversal;
  gboolean prints;
} VaultLifeRow;

/* NULL when the table has no such row. */
const VaultLifeRow *vault_life_row (VaultState now, VaultEvent event);
const VaultLifeRow *vault_life_rows (guint *out_count);

/* Names as in the table: "sending", "chip-unsent" …; they are what the database holds. */
const char *vault_life_state_name (VaultState state);
gboolean vault_life_state_from_name (const char *name, VaultState *out_state);
const char *vault_life_event_name (VaultEvent event);
const char *vault_life_class_name (VaultClass klass);
gboolean vault_life_class_from_name (const char *name, VaultClass *out_class);
/* The place of a name in such a list; of no name, none. */
gboolean
vault_life_find_name (const char *const *names, gsize count, const char *name, guint *out_index);

/* What everybody sees (payment-life.md): "approved", "stored", "unknown", "declined", "reversed",
 * "cancelled" or, inside only, "sending". */
const char *vault_life_public_name (VaultState state);
gboolean vault_life_is_final (VaultState state);

G_END_DECLS
