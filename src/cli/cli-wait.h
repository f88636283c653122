/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Waits for the station's asynchronous calls one after the other, so that a command reads from top
 * to bottom. The main context runs meanwhile, with its signals and timers.
 *
 *   g_autoptr (GAsyncResult) result = NULL;
 *   till_station_send_async (station, NULL, cli_wait_ready_cb, &result);
 *   till_station_send_finish (station, cli_wait_for (&result), &left, error);
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void cli_wait_ready_cb (GObject *source, GAsyncResult *result, gpointer place);
GAsyncResult *cli_wait_for (GAsyncResult **place);

G_END_DECLS
