/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Finds and reads the files that come with the program (acquirer profiles, printer profiles, the
 * training shop), wherever it was installed or built: $TILL_DATA_DIR first, then share/till beside
 * the program's bin, then data/ of its build tree.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* `name` is relative, as "acquirers/sandbox.ini". Yours to free; NULL when there is no such file.
 */
char *base_data_find (const char *name);
/* The whole of a file that may be anybody's, up to `size_max` bytes of it; a larger one is an
 * error, and so is one with a NUL in it. Ended by NUL, yours to wipe where it is secret, and to
 * free. */
char *base_data_read (const char *path, gsize size_max, gsize *out_size, GError **error);
/* The program beside this one: bin/ when installed, its folder of the build tree otherwise
 * ("till-acquirer"). NULL when absent. */
char *base_data_find_program (const char *name);
/* Where the translations are: share/locale beside bin, or po/ of the build tree. Yours to free. */
char *base_data_locale_dir (void);

G_END_DECLS
