/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A shop whose test does every kind of card payment itself, in either dialect, and looks at it from
 * outside with till-cli, as a manager would. For as long as till-cli runs the shop is closed here.
 */
#pragma once

#include "cli-scene.h"
#include "shop-testing.h"

G_BEGIN_DECLS

typedef struct
{
  ShopTesting shop;
  CliScene cli; /* what till-cli said last; its ledger is the host's */
} Desk;

/* `dialect`: a shipped profile's name. */
void desk_set_up (Desk *self, gconstpointer dialect);
void desk_tear_down (Desk *self, gconstpointer dialect);
gboolean desk_is_sandbox (const Desk *self);

/* Each is asked for once, whatever becomes of it; the sale is yours. */
VaultSale *desk_sell (Desk *self, gint64 amount_minor);
VaultSale *desk_void (Desk *self, const VaultSale *sale);
/* `line` 0: all that is left. */
VaultSale *desk_refund (Desk *self, const VaultSale *sale, guint line);
/* A pre-authorisation, its completion, or the void of either. */
VaultSale *desk_hold (Desk *self, VaultSaleKind kind, const VaultSale *original, gint64 minor);
/* The chip approves at once; its advice waits. */
VaultSale *desk_advise (Desk *self, gint64 amount_minor);

/* The newest payment. Borrowed. */
const VaultPayment *desk_payment (const VaultSale *sale);
void desk_assert_state (const VaultSale *sale, VaultState state);
/* Lines of the ledger with this effect, of any amount. */
guint desk_ledger (Desk *self, const char *effect);

/* till-cli with these words; with its document in `cli.json`. Neither fails for its exit code. */
void desk_run (Desk *self, const char *words);
void desk_run_json (Desk *self, const char *words);
/* Closes the shift, whose paper is in `cli.out` then. The head on it, as somebody types it. */
char *desk_close_shift (Desk *self);
/* `queue verify` and `journal verify` find nothing, and the journal still holds this head. */
void desk_verify (Desk *self, const char *head);

G_END_DECLS
