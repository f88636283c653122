/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-report.h"

void
sync_report_init (SyncReport *self)
{
  *self = (SyncReport){ .sales = g_array_new (FALSE, FALSE, sizeof (gint64)) };
}

void
sync_report_clear (SyncReport *self)
{
  g_clear_pointer (&self->sales, g_array_unref);
}

void
sync_report_note (SyncReport *self, const VaultSale *sale)
{
  if (self->sales->len < SYNC_SALES_MAX)
    g_array_append_val (self->sales, sale->id);
}
