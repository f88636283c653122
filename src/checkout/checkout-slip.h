/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a card's slip says of how it was read and of what its chip said: the rows that EMV 4.4 Book
 * 4, 11.3 and the acquirers want on paper. Kept as text with the payment (VaultPayment's slip), so
 * that a reprint says the same. It holds nothing that may not be in the clear: no number, no
 * track, no expiry date. Pure; any thread.
 */
#pragma once

#include "till-types.h"

G_BEGIN_DECLS

#define CHECKOUT_SLIP_NAME_MAX 64  /* bytes of UTF-8 */
#define CHECKOUT_SLIP_TEXT_MAX 512 /* bytes of what is kept */
#define CHECKOUT_SLIP_ROWS 6       /* at most */

typedef enum
{
  CHECKOUT_ENTRY_CHIP,
  CHECKOUT_ENTRY_STRIPE,
  CHECKOUT_ENTRY_FALLBACK, /* the stripe, for the chip couldn't be used */
} CheckoutEntry;

/* How the cardholder was verified (9F34). */
typedef enum
{
  CHECKOUT_HOLDER_UNSAID,
  CHECKOUT_HOLDER_NONE, /* nothing was asked for */
  CHECKOUT_HOLDER_SIGNATURE,
  CHECKOUT_HOLDER_PIN,
  CHECKOUT_HOLDER_PIN_AND_SIGNATURE,
  CHECKOUT_HOLDER_FAILED,
} CheckoutHolder;

/* Digits are hexadecimal; "" where there is nothing. Of a stripe there is the entry alone. */
typedef struct
{
  CheckoutEntry entry;
  CheckoutHolder holder;
  char application[CHECKOUT_SLIP_NAME_MAX + 1]; /* its name for people */
  char aid[2 * 16 + 1];
  char kind[5]; /* of the cryptogram: "TC", "ARQC", "AAC" */
  char cryptogram[2 * 8 + 1];
  char tvr[2 * 5 + 1];
  char tsi[2 * 2 + 1];
} CheckoutSlip;

/* What is kept. Yours. */
char *checkout_slip_to_text (const CheckoutSlip *self);
/* FALSE: nothing was kept (`text` may be NULL), or not by us. */
gboolean checkout_slip_from_text (const char *text, CheckoutSlip *out_slip);
/* The card asks for a signature. */
gboolean checkout_slip_signs (const CheckoutSlip *self);
/* "chip", "stripe", "fallback"; for JSON. */
const char *checkout_slip_entry_name (const CheckoutSlip *self);
/* "none", "signature", "pin", "pin-and-signature", "failed"; NULL where nothing is said. */
const char *checkout_slip_holder_name (const CheckoutSlip *self);
/* Rows for people, translated; each yours. Returns how many. */
guint checkout_slip_rows (const CheckoutSlip *self,
                          TillTranslate translate,
                          char *out_rows[CHECKOUT_SLIP_ROWS]);

G_END_DECLS
