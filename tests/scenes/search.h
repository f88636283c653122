/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Looks for what must not be found: card numbers, tracks and keys, in every form in which a program
 * could hold them, in files, in what was printed, and in the memory of another process.
 */
#pragma once

#include "base-bytes.h"

G_BEGIN_DECLS

typedef struct _Search Search;

Search *search_new (void);
void search_free (Search *self);

/* Digits in plain text, UTF-16, UTF-32, hexadecimal and BCD in both alignments; each part of them
 * that shows more than the first six and the last four. */
void search_add_digits (Search *self, const char *name, const char *digits);
/* A text as ASCII, UTF-16, UTF-32 and hexadecimal. */
void search_add_text (Search *self, const char *name, const char *text);
/* Bytes as they are, backwards (as big numbers lie in memory) and in hexadecimal. */
void search_add_bytes (Search *self, const char *name, BaseSpan bytes);

/* How many of the needles are there. Each one found is told as a message of the test. */
guint search_span (Search *self, const char *where, BaseSpan span);
guint search_file (Search *self, const char *path);
/* All files below it. */
guint search_tree (Search *self, const char *dir);
/* What a core dump of this process would hold: its writable and its nameless memory without what is
 * marked MADV_DONTDUMP. */
guint search_process (Search *self, int pid, gsize *out_searched);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Search, search_free)

G_END_DECLS
