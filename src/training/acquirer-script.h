/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the sandbox's issuer has chips do: commands to a card, asked for by whoever started
 * till-acquirer, for payments of certain amounts. A rule is written as
 *
 *   WHICH=TEMPLATE:COMMAND[+COMMAND…]
 *
 * WHICH is "all", or the last two digits of an amount. TEMPLATE is 71 (before the second GENERATE
 * AC) or 72 (after it). A command is block-application, unblock-application, block-card,
 * unblock-pin or put/TAG/VALUE in hexadecimal (PUT DATA); one that begins with "wrong-" has a code
 * that isn't right. Several rules are separated by commas, and all that fit a payment are followed.
 * Plain value, read once.
 */
#pragma once

#include "base-bytes.h"
#include "base-secret.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define ACQUIRER_SCRIPT_RULES_MAX 8
#define ACQUIRER_SCRIPT_COMMANDS_MAX 4 /* of one rule */
#define ACQUIRER_SCRIPT_VALUE_MAX 16   /* bytes that PUT DATA puts */

typedef struct
{
  guint8 header[4]; /* CLA INS P1 P2 */
  guint8 value[ACQUIRER_SCRIPT_VALUE_MAX];
  gsize value_size;
  gboolean wrong;
} AcquirerScriptCommand;

typedef struct
{
  gint ending;     /* 0 … 99; -1: every amount */
  guint8 template; /* 0x71 or 0x72 */
  guint count;
  AcquirerScriptCommand commands[ACQUIRER_SCRIPT_COMMANDS_MAX];
} AcquirerScriptRule;

typedef struct
{
  guint count;
  AcquirerScriptRule rules[ACQUIRER_SCRIPT_RULES_MAX];
} AcquirerScripts;

/* NULL or "": none. G_OPTION_ERROR_BAD_VALUE names what can't be read. */
gboolean acquirer_script_parse (AcquirerScripts *self, const char *spec, GError **error);

/* Whose answer it is that they go into. */
typedef struct
{
  const BaseSecret *script_key;
  const guint8 *cryptogram; /* 8 bytes: the first one of the transaction */
  guint counter;
  gint64 amount_minor;
} AcquirerScriptCard;

/* Appends the templates that fit the amount, in the order of the rules. FALSE: no room. */
gboolean acquirer_script_put (const AcquirerScripts *self,
                              const AcquirerScriptCard *card,
                              BaseWriter *writer);

G_END_DECLS
