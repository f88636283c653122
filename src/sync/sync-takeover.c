/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-takeover.h"

#include "sync-sign-in.h"
#include "vault-epoch.h"

#include <glib/gi18n.h>

#define TOLD "told" /* the epoch with which the host was told last */

static gint64
number (SyncLine *line, const char *terminal, const char *setting)
{
  g_autofree char *name = sync_line_taken_name (terminal, setting);

  return vault_setting_number (sync_line_vault (line), name, 0);
}

gboolean
sync_takeover_is_told (SyncLine *line, const char *terminal)
{
  gint64 epoch;

  if (!acquirer_profile_keeps_books (sync_line_profile (line))
      || g_strcmp0 (terminal, sync_line_terminal (line)) == 0)
    return TRUE;
  epoch = number (line, terminal, SYNC_TAKEN_EPOCH);
  return epoch == 0 || number (line, terminal, TOLD) == epoch;
}

static gboolean
note_told (SyncLine *line, const char *terminal, GError **error)
{
  g_autofree char *name = sync_line_taken_name (terminal, TOLD);

  return vault_setting_set_number (sync_line_vault (line), name,
                                   number (line, terminal, SYNC_TAKEN_EPOCH), error);
}

/* With the turn taken. */
static gboolean
sign_in_as (SyncLine *line, const char *terminal, GCancellable *cancellable, GError **error)
{
  SyncSignInReport report;

  sync_line_speak_for (line, terminal);
  if (!sync_line_connect (line, cancellable, error))
    return FALSE;
  switch (sync_sign_in_run (line, cancellable, &report, error))
    {
    case SYNC_SIGN_IN_DONE:
    case SYNC_SIGN_IN_NOT_NEEDED:
      return note_told (line, terminal, error);
    case SYNC_SIGN_IN_REFUSED:
      if (report.ours) /* it has seen later books of ours under that number: it knows */
        return note_told (line, terminal, error);
      g_set_error (error, SYNC_ERROR, SYNC_ERROR_HELD,
                   _ ("The acquirer doesn't let this till speak for terminal %s (%s)"), terminal,
                   report.code);
      return FALSE;
    case SYNC_SIGN_IN_NO_ANSWER:
    case SYNC_SIGN_IN_FAULT:
    case SYNC_SIGN_IN_HELD:
    case SYNC_SIGN_IN_OWED:
    case SYNC_SIGN_IN_ABSENT:
      return FALSE;
    }
  g_assert_not_reached ();
}

gboolean
sync_takeover_tell (SyncLine *line, const char *terminal, GCancellable *cancellable, GError **error)
{
  gboolean told;

  if (sync_takeover_is_told (line, terminal))
    return TRUE;
  if (vault_epoch_quarantine (sync_line_vault (line)) != NULL)
    {
      g_set_error_literal (error, SYNC_ERROR, SYNC_ERROR_HELD,
                           _ ("Nothing is sent before somebody decided about these books"));
      return FALSE;
    }
  sync_line_take_turn (line, FALSE);
  told = sign_in_as (line, terminal, cancellable, error);
  sync_line_speak_for (line, /* terminal= */ NULL);
  sync_line_end_turn (line, FALSE);
  return told;
}

void
sync_takeover_tell_all (SyncLine *line, GCancellable *cancellable)
{
  g_auto (GStrv) terminals = sync_line_taken (sync_line_vault (line));
  guint asked = 0;

  for (guint i = 0; terminals[i] != NULL; i++)
    {
      g_autoptr (GError) why = NULL;

      if (sync_takeover_is_told (line, terminals[i]))
        continue;
      if (sync_line_payment_waits (line)
          || (asked++ == 0
              && !sync_line_may_ask (line, SYNC_ERRAND_TAKEOVER, SYNC_TAKEOVER_EVERY_S)))
        return;
      if (!sync_takeover_tell (line, terminals[i], cancellable, &why))
        g_debug ("The acquirer doesn't know yet that %s was taken over: %s", terminals[i],
                 why != NULL ? why->message : "no reason");
    }
}
