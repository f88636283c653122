/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A shop of the benchmarks' own, made by till-cli and opened by passphrase, for those that start
 * the till's window.
 */
#pragma once

#include <glib.h>

/* Runs a program to its end, which must be a good one. */
void bench_shop_run (const char *const *argv);
/* Makes a shop of so many goods below `folder`, unless an earlier run finished it there; its data
 * folder, yours to free. */
char *bench_shop_make (const char *cli,
                       const char *folder,
                       const char *passphrase_file,
                       guint64 products);
