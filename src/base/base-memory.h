/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Hands back to the system memory that the program holds without needing it, at the few moments
 * when much of it has just become free. From any thread but the one that paints: it takes up to
 * milliseconds. Nothing is lost by it but the time to get a page again.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define BASE_MEMORY_MAPS_MAX 16384 /* lines of the process's map that are looked at */

/* Free pages of the heap, of all threads. */
void base_memory_trim_heap (void);

/* Pages of files mapped to be read, by the end of their names (".ttc"): who reads on there gets
 * them from the system's cache again. Says how many mappings it found. */
guint base_memory_drop_files (const char *const *suffixes);

G_END_DECLS
