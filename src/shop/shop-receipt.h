/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How a receipt, slip or report reads: a list of rows, in order, that paper draws once for the
 * printer and for the screen, and that till-cli writes as text. shop says what stands there; paper
 * decides where the dots go. Built from plain values by shop_receipt_build(); the words come in
 * from above, translated, as ShopReceiptLabels, since nothing here knows gettext.
 */
#pragma once

#include "base-money.h"
#include "shop-cart.h"

G_BEGIN_DECLS

#define SHOP_RECEIPT_ROWS_MAX 4000
#define SHOP_RECEIPT_PAYMENTS_MAX 32
#define SHOP_RECEIPT_DETAILS_MAX 14

typedef enum
{
  SHOP_ROW_TEXT,    /* one paragraph; `align` places it; wraps */
  SHOP_ROW_COLUMNS, /* `text` left (wraps), `middle` right-aligned before, `right` at the right edge
                     */
  SHOP_ROW_RULE,    /* a thin line across */
  SHOP_ROW_SPACE,   /* half a line of nothing */
  SHOP_ROW_QR,      /* `text` is what it holds */
  SHOP_ROW_BARCODE, /* `text` in Code 128, itself printed below */
  SHOP_ROW_CUT,     /* paper is cut here */
} ShopRowKind;

typedef enum
{
  SHOP_ALIGN_LEFT,
  SHOP_ALIGN_CENTRE,
  SHOP_ALIGN_RIGHT,
} ShopAlign;

typedef struct
{
  ShopRowKind kind;
  ShopAlign align;
  guint scale; /* 1 normal, 2 large: times the normal type size */
  gboolean bold;
  gboolean
      boxed; /* white on black: a reprint's mark, a training mark, “stored, not yet approved” */
  char *text;   /* may be NULL */
  char *middle; /* may be NULL */
  char *right;  /* may be NULL */
} ShopRow;

typedef struct _ShopReceipt ShopReceipt;

ShopReceipt *shop_receipt_new (void);
void shop_receipt_free (ShopReceipt *self);
guint shop_receipt_count (const ShopReceipt *self);
const ShopRow *shop_receipt_row (const ShopReceipt *self, guint index);

/* Texts are copied; control characters and bad UTF-8 in them become blanks and replacement
 * characters. */
void shop_receipt_text (ShopReceipt *self,
                        ShopAlign align,
                        guint scale,
                        gboolean bold,
                        const char *text);
void shop_receipt_boxed (ShopReceipt *self, const char *text);
void shop_receipt_columns (ShopReceipt *self,
                           const char *left,
                           const char *middle,
                           const char *right,
                           gboolean bold,
                           guint scale);
void shop_receipt_rule (ShopReceipt *self);
void shop_receipt_space (ShopReceipt *self);
void shop_receipt_qr (ShopReceipt *self, const char *data);
void shop_receipt_barcode (ShopReceipt *self, const char *data);
void shop_receipt_cut (ShopReceipt *self);
/* As plain text `columns` wide (CJK counts two), one line a row, for the terminal. Yours to free.
 */
char *shop_receipt_to_text (const ShopReceipt *self, guint columns);

/* One tender as the receipt tells it; the words are already the right ones for its state. */
typedef struct
{
  const char *name;     /* "Cash", "Card" */
  const char *state;    /* "Approved", "Stored, not yet approved"; NULL for cash */
  gboolean state_boxed; /* stored and unknown: must not be overlooked */
  gint64 amount_minor;
  gint64 tendered_minor; /* cash given; 0 where it means nothing */
  gint64 change_minor;
  const char *masked_pan; /* first 6, last 4 at most; may be NULL */
  /* Further rows: "Terminal 00000001", "Trace 000042", "Auth 123456"; NULL-ended unless full. */
  const char *details[SHOP_RECEIPT_DETAILS_MAX];
  gboolean signs; /* the customer signs for it: a merchant's copy of this payment comes first */
} ShopReceiptPayment;

typedef struct
{
  const char *title;   /* shop's name */
  const char *address; /* may be NULL */
  const char *heading; /* boxed under the head: "REFUND", "VOID"; NULL for a sale */
  const char *receipt_no;
  const char *original_no; /* of the sale that is given back; NULL for a sale */
  const char *when;        /* local date and time, formatted above */
  const char *till;
  const char *cashier;
  const char *language; /* which product name is printed: "zh_CN", "en" … */
  const char *mark;     /* boxed at top and bottom: "TRAINING", "REPRINT 1"; may be NULL */
  const ShopCart *cart;
  const ShopReceiptPayment *payments;
  guint payment_count;
} ShopReceiptData;

typedef struct
{
  const char *receipt, *original, *till, *cashier, *total, *tax, *net, *discount, *items,
      *cash_given, *change;
  const char *voided;    /* "Voided: ", before the reason */
  const char *thanks;    /* may be NULL */
  const char *signature; /* under it, on the merchant's copy, the customer signs */
  const char *merchant_copy, *customer_copy;
} ShopReceiptLabels;

/* The receipt; before it, cut off, a merchant's copy for each payment that the customer signs. */
ShopReceipt *shop_receipt_build (const ShopReceiptData *data, const ShopReceiptLabels *labels);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShopReceipt, shop_receipt_free)

G_END_DECLS
