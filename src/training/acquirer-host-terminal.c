/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-host-private.h"

/* A key that is made anew is good at once, and the one before at once no more. */
gboolean
acquirer_host_terminal_sign_in (AcquirerCase *self)
{
  g_autoptr (GError) error = NULL;

  if (self->host->sessions != NULL)
    self->keys = acquirer_sessions_begin (self->host->sessions, self->line.terminal, &error);
  if (self->keys != NULL)
    {
      acquirer_host_decide (self, CODE_APPROVED, "");
      acquirer_host_batch_tell (self);
      if (self->host->demand == ACQUIRER_DEMAND_SIGN_IN)
        self->host->demand = ACQUIRER_DEMAND_NONE;
    }
  else
    acquirer_host_decide (self, CODE_UNSUPPORTED,
                          error != NULL ? error->message : "there is no sign-in here");
  return TRUE;
}

gboolean
acquirer_host_terminal_sign_out (AcquirerCase *self)
{
  self->ends_session = TRUE;
  acquirer_host_decide (self, CODE_APPROVED, "");
  return TRUE;
}

gboolean
acquirer_host_terminal_echo (AcquirerCase *self)
{
  acquirer_host_decide (self, CODE_APPROVED, "");
  return TRUE;
}

gboolean
acquirer_host_terminal_wants_key (AcquirerCase *self)
{
  AcquirerProfile *profile = self->host->profile;

  if (!self->mood->wants_key || self->host->sessions == NULL
      || acquirer_profile_has_master_mac (profile, self->flow->mti)
      || !acquirer_profile_has_mac (profile, self->flow->mti))
    return FALSE;
  acquirer_host_decide (
      self, acquirer_profile_code_sign_in (profile, CODE_NEW_KEY) ? CODE_NEW_KEY : CODE_BAD_MAC,
      "a new key is due");
  return TRUE;
}
