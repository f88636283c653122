/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How Chinese names are typed on a Latin keyboard. Turns a name into its syllables with every
 * reading of each character, so that 银行卡 is found by yhk and yinhangka. Made once for an import,
 * which is its only user: opening ICU's rules takes a moment, and so happens only when the first
 * Chinese character comes along. One thread at a time. ICU is used nowhere else.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _ShopPinyin ShopPinyin;

ShopPinyin *shop_pinyin_new (void);
void shop_pinyin_free (ShopPinyin *self);

/* "调味 Plus 5" → "diao/tiao wei plus": a blank between syllables, '/' between readings, ü as v
 * with u beside it ("lv/lu"); a Latin word is a syllable, a number only in front (7喜), all else is
 * left out. NULL when nothing in it is Chinese. `text` is UTF-8 in lower case. Yours to free. */
char *shop_pinyin_spell (ShopPinyin *self, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShopPinyin, shop_pinyin_free)

G_END_DECLS
