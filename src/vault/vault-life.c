/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-life.h"

#include "vault-life-rows.h"

#include <string.h>

static const char *const class_names[]
    = { "reversal", "chip", "completion", "deferred", "refund", "notice", "online" };

const VaultLifeRow *
vault_life_row (VaultState now, VaultEvent event)
{
  for (gsize i = 0; i < G_N_ELEMENTS (life_rows); i++)
    if (life_rows[i].now == now && life_rows[i].event == event)
      return &life_rows[i];
  return NULL;
}

const VaultLifeRow *
vault_life_rows (guint *out_count)
{
  *out_count = G_N_ELEMENTS (life_rows);
  return life_rows;
}

const char *
vault_life_state_name (VaultState state)
{
  return state_names[state];
}

gboolean
vault_life_find_name (const char *const *names, gsize count, const char *name, guint *out_index)
{
  for (gsize i = 0; name != NULL && i < count; i++)
    if (strcmp (names[i], name) == 0)
      {
        *out_index = (guint)i;
        return TRUE;
      }
  return FALSE;
}

gboolean
vault_life_state_from_name (const char *name, VaultState *out_state)
{
  guint index;

  if (!vault_life_find_name (state_names, G_N_ELEMENTS (state_names), name, &index))
    return FALSE;
  *out_state = (VaultState)index;
  return TRUE;
}

const char *
vault_life_event_name (VaultEvent event)
{
  return event_names[event];
}

const char *
vault_life_class_name (VaultClass klass)
{
  return class_names[klass];
}

gboolean
vault_life_class_from_name (const char *name, VaultClass *out_class)
{
  guint index;

  if (!vault_life_find_name (class_names, G_N_ELEMENTS (class_names), name, &index))
    return FALSE;
  *out_class = (VaultClass)index;
  return TRUE;
}

const char *
vault_life_public_name (VaultState state)
{
  switch (state)
    {
    case VAULT_STATE_APPROVED:
    case VAULT_STATE_CHIP_UNSENT:
    case VAULT_STATE_CHIP_SENT:
    case VAULT_STATE_COMPLETED_UNSENT:
    case VAULT_STATE_COMPLETED_SENT:
      return "approved";
    case VAULT_STATE_STORED:
    case VAULT_STATE_STORED_SENDING:
    case VAULT_STATE_STORED_REVERSING:
      return "stored";
    case VAULT_STATE_UNKNOWN:
      return "unknown";
    case VAULT_STATE_DECLINED:
      return "declined";
    case VAULT_STATE_REVERSED:
      return "reversed";
    case VAULT_STATE_CANCELLED:
      return "cancelled";
    case VAULT_STATE_NONE:
    case VAULT_STATE_SENDING:
    case VAULT_STATE_NOT_SENT:
      return "sending";
    }
  g_assert_not_reached ();
}

gboolean
vault_life_is_final (VaultState state)
{
  return state == VAULT_STATE_APPROVED || state == VAULT_STATE_CHIP_SENT
         || state == VAULT_STATE_COMPLETED_SENT || state == VAULT_STATE_DECLINED
         || state == VAULT_STATE_REVERSED || state == VAULT_STATE_CANCELLED;
}
