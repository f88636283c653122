/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One ISO 8583 message as its MTI and the texts of its fields, independent of any dialect. Digits
 * are digits, track data has '=' for its separator, bytes are upper-case hex, a CMS block or a MAC
 * too. Field 0 stands for what comes before the MTI (TPDU and header, in hex). It may hold card
 * data, so its memory is wiped when it is freed or grows. Made by the codec, by acquirer-message
 * and by till-cli; one thread at a time.
 */
#pragma once

#include "base-bytes.h"

G_BEGIN_DECLS

#define ISO8583_TEXT_MAX 16384 /* all texts of one message together */

typedef struct _Iso8583Message Iso8583Message;

/* `mti` is four digits, or NULL for one still to be read. */
Iso8583Message *iso8583_message_new (const char *mti);
Iso8583Message *iso8583_message_copy (const Iso8583Message *self);
void iso8583_message_free (Iso8583Message *self);

const char *iso8583_message_mti (const Iso8583Message *self);
/* FALSE, and nothing changed, unless it is four digits. */
gboolean iso8583_message_set_mti (Iso8583Message *self, const char *mti);

gboolean iso8583_message_has (const Iso8583Message *self, guint field);
/* NULL when the field isn't there. Borrowed until the next change of the message. */
const char *iso8583_message_get (const Iso8583Message *self, guint field);
/* The text's size in characters; 0 when the field isn't there. */
gsize iso8583_message_size (const Iso8583Message *self, guint field);
/* A message that would pass ISO8583_TEXT_MAX takes nothing more, and packing it fails. */
void iso8583_message_set (Iso8583Message *self, guint field, const char *text);
void iso8583_message_set_bytes (Iso8583Message *self, guint field, BaseSpan bytes);
void iso8583_message_remove (Iso8583Message *self, guint field);
gboolean iso8583_message_overflowed (const Iso8583Message *self);

/* The first field above `field` that is there; 0 after the last. */
guint iso8583_message_next (const Iso8583Message *self, guint field);
/* Same MTI, same fields, same texts. */
gboolean iso8583_message_equal (const Iso8583Message *self, const Iso8583Message *other);

/* For the codec: text and size at once, of a field that is there. */
const char *iso8583_message_peek (const Iso8583Message *self, guint field, gsize *out_size);
/* For the codec: room for `size` characters of a field, already ended by NUL; NULL when the message
 * is full. */
char *iso8583_message_reserve (Iso8583Message *self, guint field, gsize size);
/* Characters in use by all texts: what packing can need at most. */
gsize iso8583_message_text_size (const Iso8583Message *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Iso8583Message, iso8583_message_free)

G_END_DECLS
