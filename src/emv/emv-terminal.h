/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a terminal must know before a chip is put in: itself, the applications that it takes with
 * their rules of risk and action, and the public keys of certification authorities. Values alone;
 * they come from the acquirer's profile and its downloads, and are not changed by a transaction.
 * Amounts are in minor units of the terminal's currency.
 */
#pragma once

#include "base-bytes.h"

G_BEGIN_DECLS

#define EMV_AID_MAX 16
#define EMV_RID_SIZE 5
#define EMV_CODES_SIZE 5 /* of an action code, as a TVR (Book 3, C5) */
#define EMV_DOL_MAX 64
#define EMV_MODULUS_MAX 248
#define EMV_EXPONENT_MAX 3

typedef struct
{
  guint8 aid[EMV_AID_MAX];
  gsize aid_size;
  gboolean partial;  /* longer names that begin so are meant as well (application selection
                        indicator, Book 1, 12.3.1) */
  guint8 version[2]; /* 9F09 */
  guint8 tac_default[EMV_CODES_SIZE], tac_online[EMV_CODES_SIZE], tac_denial[EMV_CODES_SIZE];
  gint64 floor_minor;     /* 9F1B: at or above it, online */
  gint64 threshold_minor; /* of the biased random selection (Book 3, 10.6.2) */
  guint target_percent, target_max_percent;
  guint8 ddol[EMV_DOL_MAX]; /* where the card has none */
  gsize ddol_size;
  guint8 tdol[EMV_DOL_MAX];
  gsize tdol_size;
  gboolean online_pin;
} EmvApplicationRules;

/* RSA with SHA-1 (Book 2). */
typedef struct
{
  guint8 rid[EMV_RID_SIZE];
  guint8 index;
  guint32 expiry; /* YYYYMMDD, the last day on which it is good */
  guint8 modulus[EMV_MODULUS_MAX];
  gsize modulus_size;
  guint8 exponent[EMV_EXPONENT_MAX];
  gsize exponent_size;
} EmvKey;

typedef struct
{
  GArray *applications;   /* EmvApplicationRules, in the shop's order of preference */
  GArray *keys;           /* EmvKey */
  guint8 capabilities[3]; /* 9F33: never more than the reader at hand can do */
  guint8 additional[5];   /* 9F40 */
  guint8 type;            /* 9F35: 22 attended, offline with online capability */
  guint16 country;        /* 9F1A, ISO 3166-1 number */
  guint16 category;       /* 9F15, ISO 18245; 0: not told */
  char terminal[9];       /* 9F1C */
  char merchant[16];      /* 9F16 */
  char serial[9];         /* 9F1E: the till's, 8 characters */
  char name[41];          /* 9F4E: the shop's; may be empty */
  guint8
      code_tables; /* of ISO 8859: bit n-1 for table n that can be shown (9F40 byte 5 has 1 … 8) */
} EmvTerminal;

/* The rules under which an application of this name is taken: the longest that fits. NULL: none. */
const EmvApplicationRules *emv_terminal_rules (const EmvTerminal *self, BaseSpan aid);
/* The key of that name and index; NULL: the shop hasn't it. */
const EmvKey *emv_terminal_key (const EmvTerminal *self, BaseSpan rid, guint8 index);

G_END_DECLS
