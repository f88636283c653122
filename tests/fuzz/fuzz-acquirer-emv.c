/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as an application's parameters, a CA's key, or the list of either. What is taken keeps
 * its bounds, and names itself as it would be asked for.
 */
#include "acquirer-emv.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
check_names (BaseSpan bytes, gboolean keys)
{
  g_autoptr (GArray) names = g_array_new (FALSE, FALSE, sizeof (AcquirerEmvName));
  g_autoptr (GArray) again = g_array_new (FALSE, FALSE, sizeof (AcquirerEmvName));

  if (!acquirer_emv_read_names (bytes, keys, names, NULL))
    return;
  g_assert (names->len <= ACQUIRER_EMV_ENTRIES_MAX);
  for (guint i = 0; i < names->len; i++)
    {
      const AcquirerEmvName *name = &g_array_index (names, AcquirerEmvName, i);

      g_assert (acquirer_emv_read_names (BASE_SPAN (name->bytes, name->size), keys, again, NULL));
    }
  g_assert (again->len == names->len);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  BaseSpan bytes = BASE_SPAN (data, size);
  AcquirerEmvAid aid;
  EmvKey key;
  AcquirerEmvName name;

  if (acquirer_emv_read_aid (bytes, &aid, NULL))
    {
      acquirer_emv_aid_name (&aid, &name);
      g_assert (aid.rules.aid_size <= EMV_AID_MAX && aid.rules.ddol_size <= EMV_DOL_MAX);
      g_assert (aid.rules.target_percent <= aid.rules.target_max_percent);
    }
  if (acquirer_emv_read_key (bytes, &key, NULL))
    {
      acquirer_emv_key_name (&key, &name);
      g_assert (key.modulus_size <= EMV_MODULUS_MAX);
      g_assert (key.exponent_size <= EMV_EXPONENT_MAX);
    }
  check_names (bytes, FALSE);
  check_names (bytes, TRUE);
  return 0;
}
