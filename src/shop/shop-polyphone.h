/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The characters of everyday Chinese that are read in more than one way, with all their readings:
 * 行 is xing, hang and heng. ICU knows only the commonest one. Used by shop-pinyin.c; plain
 * constant data.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* "xing hang heng"; NULL for a character with one reading. */
const char *shop_polyphone_readings (gunichar character);
/* For going through them all: in order of their code points. */
guint shop_polyphone_count (void);
gunichar shop_polyphone_character (guint index);

G_END_DECLS
