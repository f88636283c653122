/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the acquirer's response codes mean and what to do about each, as the group [codes] of a
 * profile says: an action for the till, and words in two languages for whoever stands at it. Codes
 * that approve aren't among them. Immutable once read.
 *
 *   51 = decline | Not enough money on the card | 余额不足
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define ACQUIRER_CODES_MAX 256

typedef enum
{
  ACQUIRER_ACTION_DECLINE, /* this card won't do: another one, or another way to pay */
  ACQUIRER_ACTION_RETRY,   /* the same once more may do */
  ACQUIRER_ACTION_CALL,    /* somebody has to talk to the bank first */
  ACQUIRER_ACTION_SIGN_IN, /* the terminal signs in, by itself; then once more */
  ACQUIRER_ACTION_PICK_UP, /* the bank wants the card kept */
  ACQUIRER_ACTION_HANDED,  /* another till has this one's number: this one sends nothing more */
} AcquirerAction;

typedef struct
{
  AcquirerAction action;
  char *words;    /* English */
  char *words_zh; /* Chinese */
} AcquirerCode;

typedef struct _AcquirerCodes AcquirerCodes;

/* An empty list where the profile has no such group. NULL with ACQUIRER_ERROR_PROFILE. */
AcquirerCodes *acquirer_codes_read (GKeyFile *file, GError **error);
void acquirer_codes_free (AcquirerCodes *self);
/* NULL: the profile doesn't know it, which is as good as a decline. */
const AcquirerCode *acquirer_codes_find (const AcquirerCodes *self, const char *code);

const char *acquirer_action_name (AcquirerAction action);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AcquirerCodes, acquirer_codes_free)

G_END_DECLS
