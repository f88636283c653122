/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whole numbers from outside text. GLib's g_ascii_string_to_unsigned () is not used: it takes any
 * errno for a refusal, and its first call, when another thread holds GLib up at that moment, leaves
 * one behind (GLib 2.74). A right passphrase file was "damaged" then, once in a hundred starts.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Digits of base 2 to 16 and nothing else: no sign, no space, no "0x". FALSE when it is no such
 * number or lies outside of [minimum, maximum]; *out_number is then left alone. */
gboolean base_number_parse (const char *text,
                            guint base,
                            guint64 minimum,
                            guint64 maximum,
                            guint64 *out_number);
/* The same of base 10 with a '-' before it or not, from -`most` to `most`. */
gboolean base_number_parse_signed (const char *text, gint64 most, gint64 *out_number);

G_END_DECLS
