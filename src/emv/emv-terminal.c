/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emv-terminal.h"

static gboolean
takes (const EmvApplicationRules *rules, BaseSpan aid)
{
  if (aid.size < rules->aid_size || (aid.size > rules->aid_size && !rules->partial))
    return FALSE;
  return base_bytes_equal (BASE_SPAN (rules->aid, rules->aid_size),
                           BASE_SPAN (aid.data, rules->aid_size));
}

const EmvApplicationRules *
emv_terminal_rules (const EmvTerminal *self, BaseSpan aid)
{
  const EmvApplicationRules *best = NULL;

  for (guint i = 0; self->applications != NULL && i < self->applications->len; i++)
    {
      const EmvApplicationRules *rules
          = &g_array_index (self->applications, EmvApplicationRules, i);

      if (takes (rules, aid) && (best == NULL || rules->aid_size > best->aid_size))
        best = rules;
    }
  return best;
}

const EmvKey *
emv_terminal_key (const EmvTerminal *self, BaseSpan rid, guint8 index)
{
  for (guint i = 0; self->keys != NULL && i < self->keys->len; i++)
    {
      const EmvKey *key = &g_array_index (self->keys, EmvKey, i);

      if (key->index == index && base_bytes_equal (BASE_SPAN (key->rid, EMV_RID_SIZE), rid))
        return key;
    }
  return NULL;
}
