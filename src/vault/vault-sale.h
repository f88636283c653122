/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A sale as the database keeps it: its lines (a ShopCart) and its payments. Values: read into
 * memory whole, changed by checkout through vault_apply() or vault_sale_park(), never row by row.
 * The receipt's number is the sale's id, given at its first commit and never used again.
 */
#pragma once

#include "shop-cart.h"
#include "vault.h"

G_BEGIN_DECLS

#define VAULT_SALE_PAYMENTS_MAX 50
/* Numbers that the lines and the payments of one sale have among the keys of their tables. */
#define VAULT_SALE_LINE_KEYS 1024
#define VAULT_SALE_PAYMENT_KEYS 64

typedef enum
{
  VAULT_SALE_OPEN, /* some payment was tried, the rest is still owed */
  VAULT_SALE_PAID,
  VAULT_SALE_PARKED,
  VAULT_SALE_CANCELLED,
} VaultSaleState;

/* A refund or a void is a sale of its own, whose quantities and amounts are negative. */
typedef enum
{
  VAULT_SALE_SALE,
  VAULT_SALE_REFUND,
  VAULT_SALE_VOID, /* of the whole, in the batch of the sale */
  /* Money that is held on a card, and what becomes of it: without lines, one payment each. */
  VAULT_SALE_HOLD,            /* a pre-authorisation: held, not charged */
  VAULT_SALE_COMPLETION,      /* charges it, once and at most so much */
  VAULT_SALE_HOLD_VOID,       /* lets it go */
  VAULT_SALE_COMPLETION_VOID, /* undoes a completion of the batch: the hold stands again */
} VaultSaleKind;

typedef enum
{
  VAULT_TENDER_CASH,
  VAULT_TENDER_CARD,
} VaultTender;

typedef struct
{
  guint position; /* 1 … within its sale; 0 until its first commit */
  char *uuid;     /* for life: the acquirer's key against charging twice */
  VaultTender tender;
  VaultState state;
  gint64 amount_minor;
  gint64 tendered_minor; /* cash handed over; 0 for cards */
  gint64 change_minor;
  gint64 at_us;
  guint32 batch, stan; /* of its newest attempt; 0 for cash */
  char *masked_pan;    /* first 6 and last 4 at most; may be NULL */
  char *auth_code;     /* DE 38 */
  char *reference;     /* DE 37 */
  char *response;      /* DE 39 */
  char *host_date;     /* DE 13, MMDD, of the answer; may be NULL */
  char *terminal;      /* of another till, from which it was taken over; NULL: ours */
  char *slip;          /* how the card was read and what its chip said, checkout-slip.h: what is
                          printed, and no card data; may be NULL */
  guint original; /* of what gives money back: the position of the payment, in the original sale,
                     whose money that is; 0 else */
  char *reason;   /* a word for the screen: "declined", "no-connection" …; may be NULL */
} VaultPayment;

typedef struct
{
  gint64 id; /* receipt number; 0 until its first commit */
  VaultSaleKind kind;
  gint64 original; /* of a refund or void: the receipt number of the sale; 0: not in these books */
  VaultSaleState state;
  gint64 opened_us;
  gint64 closed_us; /* 0 while open */
  gint64 shift;     /* in which it was begun and, once it is paid, in which it was paid */
  char *cashier;
  char *label; /* of a parked sale; may be NULL */
  ShopCart *cart;
  GPtrArray *payments; /* VaultPayment *, owned */
  gboolean lines_kept; /* the lines are in the database and have not changed since */
} VaultSale;

/* Takes over `cart`. */
VaultSale *vault_sale_new (ShopCart *cart, const char *cashier);
void vault_sale_free (VaultSale *self);
VaultSale *vault_sale_copy (const VaultSale *self);
/* What approved and stored payments cover. */
gint64 vault_sale_paid_minor (const VaultSale *self);
/* What of it lies in the drawer: cash taken, less what went back when it was dropped. */
gint64 vault_sale_cash_minor (const VaultSale *self);
/* Not paid, and still to be paid or dropped. */
gboolean vault_sale_is_open (const VaultSale *self);
const char *vault_sale_state_name (VaultSaleState state);
/* "sale", "refund", "void", "hold", "completion", "hold-void", "completion-void" */
const char *vault_sale_kind_name (VaultSaleKind kind);
/* Its amounts are negative. */
gboolean vault_sale_kind_is_back (VaultSaleKind kind);
/* A hold, or about one: no lines. */
gboolean vault_sale_kind_is_hold (VaultSaleKind kind);
/* FALSE: nothing is charged or given back by it, only held or let go. */
gboolean vault_sale_kind_charges (VaultSaleKind kind);
/* Of the lines; of what has none, of its payment. */
gint64 vault_sale_total_minor (const VaultSale *self);

VaultPayment *vault_payment_new (VaultTender tender, gint64 amount_minor);
void vault_payment_free (VaultPayment *self);
VaultPayment *vault_payment_copy (const VaultPayment *self);
const char *vault_payment_tender_name (VaultTender tender);
/* Counts towards the sale: approved by whom ever, or stored. */
gboolean vault_payment_covers (const VaultPayment *self);

/* NULL with VAULT_ERROR_ABSENT when there is none. */
VaultSale *vault_sale_load (Vault *self, gint64 id, GError **error);
/* The newest first; only of one state unless `state` is NULL. */
GPtrArray *vault_sale_list (Vault *self, const VaultSaleState *state, guint limit, GError **error);
/* Parks a sale without payments, or one whose payments don't cover it: one commit. The sale gets
 * its id. */
gboolean vault_sale_park (Vault *self, VaultSale *sale, const char *label, GError **error);
/* Takes a parked sale back: it is open, and nobody else's, from this commit on. */
VaultSale *vault_sale_recall (Vault *self, gint64 id, GError **error);
/* Drops an open or parked sale that nothing covers; journalled with the reason. One that was paid
 * in part in cash is dropped by a payment of its own that gives back all of it (vault-apply.h). */
gboolean vault_sale_cancel (Vault *self, VaultSale *sale, const char *reason, GError **error);
guint vault_sale_count_parked (Vault *self);

/* Inside the vault folder, with the mutex held: as vault_sale_load(). */
VaultSale *vault_sale_read (Vault *self, gint64 id, GError **error);
/* Inside the vault folder, within a transaction: writes the sale row and, unless kept already, the
 * lines. */
gboolean vault_sale_write (Vault *self, VaultSale *sale, GError **error);
/* A payment that was in no state yet gets a row; another's row moves on, if it is in state
 * `before`: else VAULT_ERROR_STATE, for somebody moved it meanwhile and this copy is old. */
gboolean vault_payment_write (Vault *self,
                              const VaultSale *sale,
                              const VaultPayment *payment,
                              VaultState before,
                              GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VaultSale, vault_sale_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VaultPayment, vault_payment_free)

G_END_DECLS
