/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-wait.h"

void
cli_wait_ready_cb (GObject *source, GAsyncResult *result, gpointer place)
{
  *(GAsyncResult **)place = g_object_ref (result);
}

GAsyncResult *
cli_wait_for (GAsyncResult **place)
{
  while (*place == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *place;
}
