/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a host asks of the terminal beside its answer: one digit of the prefix (TPDU and header)
 * says that parameters, AIDs or CA keys are to be downloaded, or that the terminal should sign in
 * again. Which digit, and what it means, stands in the profile's group [demands]. No MAC covers a
 * prefix, so a demand never does more than what a person may ask for at any time. Immutable once
 * read.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  ACQUIRER_DEMAND_NONE,
  ACQUIRER_DEMAND_PARAMETERS,
  ACQUIRER_DEMAND_AIDS,
  ACQUIRER_DEMAND_CA_KEYS,
  ACQUIRER_DEMAND_SIGN_IN,
  ACQUIRER_DEMAND_COUNT,
} AcquirerDemand;

typedef struct
{
  guint digit;        /* which of the prefix's digits, from 1; 0: there is none */
  guint8 meaning[10]; /* AcquirerDemand of each digit */
} AcquirerDemands;

/* ACQUIRER_ERROR_PROFILE. A profile without the group has no demands. */
gboolean acquirer_demands_read (AcquirerDemands *self, GKeyFile *file, GError **error);
/* `prefix`: digits, or NULL. */
AcquirerDemand acquirer_demands_find (const AcquirerDemands *self, const char *prefix);
/* For till-acquirer: the digit that says so; '\0' when this dialect has none. */
char acquirer_demands_digit (const AcquirerDemands *self, AcquirerDemand demand);
gboolean acquirer_demand_from_name (const char *name, AcquirerDemand *out_demand);

G_END_DECLS
