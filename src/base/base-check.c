/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base-check.h"

static gpointer main_thread; /* atomic; NULL until claimed */

void
base_check_claim_main (void)
{
  g_atomic_pointer_set (&main_thread, g_thread_self ());
}

void
base_check_may_block (void)
{
  gpointer claimed = g_atomic_pointer_get (&main_thread);

  g_assert (claimed == NULL || claimed != (gpointer)g_thread_self ());
}
