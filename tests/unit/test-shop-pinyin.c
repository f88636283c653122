/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shop-pinyin.h"

#include "shop-polyphone.h"

#include <string.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

static void
test_spell (void)
{
  static const struct
  {
    const char *text, *spelled;
  } cases[] = {
    { "银行卡", "yin xing/hang/heng ka/qia" },
    { "调味", "diao/tiao wei" },
    { "音乐", "yin le/yue" },
    { "绿茶 500ml", "lv/lu cha 500ml" },
    { "7喜 2升", "7 xi sheng" },
    { "女", "nv/nu" },
    { "cola 可乐!", "cola ke le/yue" },
    { "cola", NULL },
    { "", NULL },
    { "あ", NULL },
  };
  g_autoptr (ShopPinyin) pinyin = shop_pinyin_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *spelled = shop_pinyin_spell (pinyin, cases[i].text);

      g_assert_cmpstr (spelled, ==, cases[i].spelled);
    }
}

static char *
read_by_icu (UTransliterator *rules, gunichar c)
{
  UErrorCode code = U_ZERO_ERROR;
  UChar units[32];
  char text[64];
  int32_t length = 0, limit, written = 0;

  u_strFromUTF32 (units, 32, &length, (const UChar32 *)&c, 1, &code);
  limit = length;
  utrans_transUChars (rules, units, &length, 32, 0, &limit, &code);
  u_strToUTF8 (text, sizeof text - 1, &written, units, length, &code);
  g_assert_true (U_SUCCESS (code));
  return g_strndup (text, (gsize)written);
}

/* The table was written from knowledge; ICU's one reading of each character must be among ours. */
static void
test_polyphones_agree_with_icu (void)
{
  UErrorCode code = U_ZERO_ERROR;
  UChar name[64];
  UTransliterator *rules;

  u_uastrcpy (name, "Han-Latin; Latin-ASCII");
  rules = utrans_openU (name, -1, UTRANS_FORWARD, NULL, 0, NULL, &code);
  g_assert_true (U_SUCCESS (code));
  for (guint i = 0; i < shop_polyphone_count (); i++)
    {
      gunichar c = shop_polyphone_character (i);
      g_autofree char *reading = read_by_icu (rules, c);
      g_autofree char *ours = g_strdelimit (g_strdup (shop_polyphone_readings (c)), "v", 'u');
      g_auto (GStrv) each = g_strsplit (ours, " ", -1);

      g_test_message ("U+%04X: %s, ours: %s", c, reading, ours);
      g_assert_true (g_strv_contains ((const char *const *)each, reading));
    }
  utrans_close (rules);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/shop/pinyin/spell", test_spell);
  g_test_add_func ("/shop/pinyin/polyphones-agree-with-icu", test_polyphones_agree_with_icu);
  return g_test_run ();
}
