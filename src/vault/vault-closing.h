/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Closing a shift: its Z report is written down, sealed, and the next shift begins, in one commit.
 * Killed before it, the shift runs on; after it, it is closed and its report is there. The entry
 * that the commit adds to the journal holds a digest of the report; its link is the head that goes
 * onto the report's paper. So a report that is changed is noticed by the journal, and a journal
 * that was cut off by its last paper (vault_closing_find_head).
 *
 * For the folder's owner; reading also beside it. Blocks.
 */
#pragma once

#include "vault-drawer.h"

G_BEGIN_DECLS

#define VAULT_CLOSING_HEAD_DIGITS 32     /* of the head on paper: 128 bits */
#define VAULT_CLOSING_HEAD_DIGITS_MIN 16 /* that a comparison wants */

/* *out_shift is what was written down, and its print job waits. VAULT_ERROR_ABSENT: nothing was
 * sold or taken since the last one, so no shift is open; VAULT_ERROR_STATE: a payment is under way,
 * whose outcome would be missing. Records may wait: the report says so. */
gboolean vault_closing_make (Vault *self, const char *who, VaultShift *out_shift, GError **error);
/* The same with the drawer counted in that commit, just before; NULL: it isn't. VAULT_ERROR_STATE
 * also: the count can't be (vault_drawer_check). */
gboolean vault_closing_make_counted (Vault *self,
                                     const VaultDrawerMove *count,
                                     const char *who,
                                     VaultShift *out_shift,
                                     GError **error);
/* An earlier one, as it was written down. VAULT_ERROR_ABSENT: there is none of this number;
 * VAULT_ERROR_CHANGED: it isn't what the journal says of it. */
gboolean vault_closing_load (Vault *self, gint64 number, VaultShift *out_shift, GError **error);
/* The number of the newest; 0: there is none yet. */
gboolean vault_closing_last (Vault *self, gint64 *out_number, GError **error);
/* Puts a print of it, marked as a copy, into the print queue; journalled with who. */
gboolean vault_closing_print (Vault *self, gint64 number, const char *who, GError **error);
/* Numbers (gint64) of those that are changed, gone or slipped in. */
gboolean vault_closing_verify (Vault *self, GArray **out_bad, GError **error);

typedef enum
{
  VAULT_HEAD_CONTAINED, /* the journal came to this head, and has gone on from it */
  VAULT_HEAD_CUT_OFF,   /* the journal ends before it */
  VAULT_HEAD_OTHER,     /* its entry of that number is another one */
} VaultHead;

/* "0A1B 2C3D …@123" as a report prints it: blanks and hyphens mean nothing. FALSE: no head, or
 * fewer than VAULT_CLOSING_HEAD_DIGITS_MIN digits. *out_digits, yours, are its digits, upper case.
 */
gboolean vault_closing_parse_head (const char *text, char **out_digits, gint64 *out_seq);
/* Whether the journal, as vault_journal_verify() finds it whole, still holds that head. */
gboolean vault_closing_find_head (Vault *self,
                                  const char *digits,
                                  gint64 seq,
                                  VaultHead *out_head,
                                  GError **error);

/* Inside the vault folder, with the mutex held: the number of the running shift and the journal's
 * entry that ended the one before (0: none). */
gboolean vault_closing_end (Vault *self, gint64 *out_number, gint64 *out_after, GError **error);
/* With the mutex held: the newest batch that report `number` tells of; 0: it tells of none. */
gint64 vault_closing_batch (Vault *self, gint64 number);
/* The link of an entry; of the last one for -1. *out_seq 0: there is none. */
gboolean vault_closing_link (Vault *self,
                             gint64 seq,
                             gint64 *out_seq,
                             guint8 out_chain[VAULT_SHIFT_HEAD_SIZE],
                             GError **error);

G_END_DECLS
