/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The mark that a disk put back whole doesn't take back with it: a counter in the computer's TPM
 * (crypto-tpm.h), named and guarded by the vault key. The books hold, sealed, the value that the
 * counter has, or is about to have: it is written down first and the counter stepped then, so the
 * counter is never ahead of the newest books, and one behind them when the power went between.
 * Books whose value the counter has passed are older than it.
 *
 * A step is due when the books have grown since the last one: at an opening, each hour, and at once
 * after a Z report or a settlement, which are what is compared later; never more than
 * VAULT_COUNTER_STEPS_A_DAY. So what is noticed is a disk as it was before the last step:
 * with a day's work between always, with less than an hour's perhaps not.
 *
 * Nobody is locked out: without a TPM, or without leave to use it, the books open as they would on
 * a computer that has none, and vault_counter_state() says so. A TPM that was cleared, and the
 * books on another computer with a TPM, count as moved: quarantined, until somebody decides.
 */
#pragma once

#include "vault.h"

G_BEGIN_DECLS

#define VAULT_COUNTER_STEPS_A_DAY 48 /* 17,520 a year, of some hundred thousand */
#define VAULT_COUNTER_EVERY_US (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)

typedef enum
{
  VAULT_COUNTER_NONE,    /* no TPM, and none was known to the books */
  VAULT_COUNTER_AWAY,    /* the books have a counter, and it can't be asked */
  VAULT_COUNTER_REFUSED, /* there is a TPM, but it gives us none */
  VAULT_COUNTER_NEW,     /* there is a TPM, and no step was made yet */
  VAULT_COUNTER_GOOD,    /* it agreed with the books when they were opened, or since */
  VAULT_COUNTER_LOST,    /* the books have a counter, and the TPM doesn't: it was cleared, or is
                            another one; a new one is made */
} VaultCounterState;

/* "none", "away" …, for JSON. */
const char *vault_counter_word (VaultCounterState state);
VaultCounterState vault_counter_state (Vault *self);
/* For the owner: steps it when that is due, `at_once` also before the hour is over; makes it where
 * there is none. Takes as long as the TPM does, which holds no lock of the vault meanwhile: for a
 * thread that nobody waits for. */
gboolean vault_counter_step (Vault *self, gboolean at_once, GError **error);

/* Inside the vault folder, for the owner at opening: *out_word, unless it says so already, says why
 * the books may not be the newest. Once they know that themselves they go on from the counter that
 * is there. */
void vault_counter_open (Vault *self, const BaseSecret *key, const char **out_word);
gboolean vault_counter_adopt (Vault *self, GError **error);
void vault_counter_close (Vault *self);

G_END_DECLS
