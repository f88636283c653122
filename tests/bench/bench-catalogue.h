/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A data folder with made-up goods in it, for the benchmarks of the catalogue: Till's side.
 */
#pragma once

#include "vault-catalogue.h"

typedef struct
{
  char *dir, *list, *till_path, *bare_path;
  Vault *vault;
} BenchCatalogue;

/* In $TMPDIR; with an empty catalogue and the list of `count` goods beside it. */
void bench_catalogue_init (BenchCatalogue *self, guint64 count);
void bench_catalogue_fill (BenchCatalogue *self);
void bench_catalogue_clear (BenchCatalogue *self);
gint64 bench_catalogue_size (const char *path);
