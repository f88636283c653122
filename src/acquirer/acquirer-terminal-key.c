/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-terminal-key.h"

#include <string.h>

/* By the cipher of the working keys, or by the way of the MAC. */
static const struct
{
  const char *name;
  char algorithm;
  const char *usage;
} known[] = {
  { "tdes-ecb", 'T', "K0" }, { "aes-ecb", 'A', "K0" }, { "aes-ecb-cmac", 'A', "K0" },
  { "aes-cmac", 'A', "M6" }, { "x9.19", 'T', "M3" },   { "x9.9", 'D', "M1" },
};

gboolean
acquirer_terminal_key_find (const AcquirerProfile *profile, AcquirerTerminalKey *out_key)
{
  const AcquirerKeyPlan *plan = acquirer_profile_key_plan (profile);
  const char *name
      = plan != NULL ? acquirer_key_plan_cipher (plan) : acquirer_profile_mac_algorithm (profile);

  if (name == NULL)
    return FALSE;
  *out_key = (AcquirerTerminalKey){
    .purpose = plan != NULL ? CRYPTO_KEYBLOCK_MASTER : CRYPTO_KEYBLOCK_MAC,
    .mode = plan != NULL ? 'D' : 'C',
    .usage = "",
  };
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (strcmp (known[i].name, name) == 0)
      {
        out_key->mac_algorithm = plan != NULL ? NULL : known[i].name;
        out_key->algorithm = known[i].algorithm;
        out_key->usage = known[i].usage;
        out_key->version = known[i].algorithm == 'A' ? 'D' : 'B';
      }
  return TRUE;
}
