/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * For the benchmarks of the queue: a shop whose acquirer is a till-acquirer of the benchmark's own,
 * and stored card sales in it, many to a commit. A fault is a failed assertion.
 */
#pragma once

#include "checkout-shop.h"
#include "sandbox-process.h"

G_BEGIN_DECLS

#define BENCH_STORED_MINOR 1250

/* A folder on the real disk (TILL_BENCH_DIR, else /var/tmp) with a shop in it. */
char *bench_stored_make (const SandboxProcess *host);
/* Opens it as a start does. */
CheckoutShop *bench_stored_open (const char *dir);
/* Its acquirer is at this port from the next opening on; `in_flight` 0 leaves that as it is. */
void bench_stored_set_line (const char *dir, guint16 port, guint in_flight);
/* Stored sales that wait, each with its receipt printed. */
void bench_stored_add (const char *dir, guint count);
/* Sales, their payments and records that were done long ago, as copies of the first one, which must
 * be done: rows without good seals, which nobody opens. */
void bench_stored_copy_done (const char *dir, guint count);
/* As it is after a crash: what a clean end leaves behind is not there. */
void bench_stored_crash (const char *dir);
void bench_stored_remove (char *dir);

G_END_DECLS
