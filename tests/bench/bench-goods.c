/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-goods.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Chinese and its pinyin, a syllable a character. */
typedef struct
{
  const char *chinese, *pinyin;
} Word;

static const Word brand_starts[]
    = { { "金", "jin" },   { "海", "hai" },   { "福", "fu" },   { "康", "kang" }, { "华", "hua" },
        { "新", "xin" },   { "大", "da" },    { "天", "tian" }, { "山", "shan" }, { "江", "jiang" },
        { "南", "nan" },   { "北", "bei" },   { "东", "dong" }, { "西", "xi" },   { "春", "chun" },
        { "秋", "qiu" },   { "白", "bai" },   { "青", "qing" }, { "红", "hong" }, { "龙", "long" },
        { "凤", "feng" },  { "祥", "xiang" }, { "瑞", "rui" },  { "和", "he" },   { "永", "yong" },
        { "长", "chang" }, { "万", "wan" },   { "百", "bai" },  { "美", "mei" },  { "佳", "jia" } };
static const Word brand_ends[]
    = { { "源", "yuan" }, { "丰", "feng" }, { "泰", "tai" },   { "味", "wei" },  { "香", "xiang" },
        { "园", "yuan" }, { "家", "jia" },  { "乐", "le" },    { "堂", "tang" }, { "记", "ji" },
        { "泉", "quan" }, { "牧", "mu" },   { "田", "tian" },  { "谷", "gu" },   { "鲜", "xian" },
        { "宝", "bao" },  { "星", "xing" }, { "光", "guang" }, { "兴", "xing" }, { "隆", "long" },
        { "顺", "shun" }, { "达", "da" },   { "利", "li" },    { "德", "de" },   { "仁", "ren" },
        { "安", "an" },   { "宁", "ning" }, { "怡", "yi" },    { "雅", "ya" },   { "纯", "chun" } };
static const Word flavours[] = {
  { "原味", "yuanwei" }, { "红烧", "hongshao" }, { "麻辣", "mala" },      { "香辣", "xiangla" },
  { "五香", "wuxiang" }, { "草莓", "caomei" },   { "柠檬", "ningmeng" },  { "芒果", "mangguo" },
  { "葡萄", "putao" },   { "蜂蜜", "fengmi" },   { "无糖", "wutang" },    { "低脂", "dizhi" },
  { "有机", "youji" },   { "经典", "jingdian" }, { "海盐", "haiyan" },    { "黑糖", "heitang" },
  { "桂花", "guihua" },  { "茉莉", "moli" },     { "抹茶", "mocha" },     { "巧克力", "qiaokeli" },
  { "椰香", "yexiang" }, { "番茄", "fanqie" },   { "蒜香", "suanxiang" }, { "藤椒", "tengjiao" }
};
static const Word things[] = { { "牛奶", "niunai" },         { "酸奶", "suannai" },
                               { "可乐", "kele" },           { "矿泉水", "kuangquanshui" },
                               { "果汁", "guozhi" },         { "绿茶", "lvcha" },
                               { "咖啡", "kafei" },          { "啤酒", "pijiu" },
                               { "方便面", "fangbianmian" }, { "饼干", "binggan" },
                               { "薯片", "shupian" },        { "瓜子", "guazi" },
                               { "花生", "huasheng" },       { "果冻", "guodong" },
                               { "面包", "mianbao" },        { "蛋糕", "dangao" },
                               { "火腿肠", "huotuichang" },  { "豆腐干", "doufugan" },
                               { "酱油", "jiangyou" },       { "陈醋", "chencu" },
                               { "食用油", "shiyongyou" },   { "大米", "dami" },
                               { "面粉", "mianfen" },        { "白糖", "baitang" },
                               { "调味料", "tiaoweiliao" },  { "辣椒酱", "lajiaojiang" },
                               { "汤圆", "tangyuan" },       { "水饺", "shuijiao" },
                               { "冰淇淋", "bingqilin" },    { "洗衣液", "xiyiye" },
                               { "洗洁精", "xijiejing" },    { "牙膏", "yagao" },
                               { "香皂", "xiangzao" },       { "洗发水", "xifashui" },
                               { "纸巾", "zhijin" },         { "卷筒纸", "juantongzhi" },
                               { "垃圾袋", "lajidai" },      { "保鲜膜", "baoxianmo" },
                               { "电池", "dianchi" },        { "毛巾", "maojin" } };
static const char *const sizes[] = { "100克",   "250克", "500克", "1千克", "250毫升", "330毫升",
                                     "500毫升", "1升",   "6包",   "10片",  "12支",    "24罐" };

static const char *const latin_starts[] = { "Alder", "Bay",     "Brook", "Cedar",  "Clover",
                                            "Dove",  "Elm",     "Fern",  "Golden", "Hazel",
                                            "Iris",  "Juniper", "Lark",  "Maple",  "North",
                                            "Oak",   "Pine",    "River", "Silver", "Willow" };
static const char *const latin_ends[]
    = { "field", "ford", "wood", "mill", "farm", "dale", "stone", "crest", "haven", "gate" };
static const char *const latin_flavours[]
    = { "Dark",    "Plain", "Salted",     "Organic", "Smoked", "Sugar-Free", "Classic", "Lemon",
        "Vanilla", "Honey", "Strawberry", "Spicy",   "Whole",  "Light",      "Roasted", "Double" };
static const char *const latin_things[]
    = { "Chocolate",     "Biscuits",       "Coffee Beans",  "Green Tea",  "Yoghurt",
        "Orange Juice",  "Tomato Ketchup", "Olive Oil",     "Spaghetti",  "Oat Flakes",
        "Peanut Butter", "Crackers",       "Shampoo",       "Toothpaste", "Dish Soap",
        "Paper Towels",  "Cola",           "Mineral Water", "Almonds",    "Cheese Slices" };
static const char *const latin_sizes[]
    = { "100 g", "250 g", "500 g", "1 kg", "330 ml", "500 ml", "1 l", "6 Pack", "12 Pack" };

#define PICK(list, value) (list)[(value) % G_N_ELEMENTS (list)]

/* SplitMix64: every number gives another. */
static guint64
mix (guint64 value)
{
  value += G_GUINT64_CONSTANT (0x9E3779B97F4A7C15);
  value = (value ^ value >> 30) * G_GUINT64_CONSTANT (0xBF58476D1CE4E5B9);
  value = (value ^ value >> 27) * G_GUINT64_CONSTANT (0x94D049BB133111EB);
  return value ^ value >> 31;
}

static void
make_code (guint64 number, char *out, gsize size)
{
  /* A prime to 10^10, so no two below that are the same; they lie scattered, as real ones do. */
  guint64 scattered = number * G_GUINT64_CONSTANT (6180339887) % G_GUINT64_CONSTANT (10000000000);
  guint sum = 0;

  g_snprintf (out, (gulong)size, "69%010" G_GUINT64_FORMAT, scattered);
  for (guint i = 0; i < 12; i++)
    sum += (guint)(out[i] - '0') * (i % 2 == 1 ? 3 : 1);
  out[12] = (char)('0' + (10 - sum % 10) % 10);
  out[13] = '\0';
}

static void
make_chinese (guint64 random, char *out, gsize size, BenchGoods *goods)
{
  const Word *words[4] = { &PICK (brand_starts, random), &PICK (brand_ends, random >> 8),
                           &PICK (flavours, random >> 16), &PICK (things, random >> 24) };
  gsize initials = 0;

  g_snprintf (out, (gulong)size, "%s%s%s%s %s", words[0]->chinese, words[1]->chinese,
              words[2]->chinese, words[3]->chinese, PICK (sizes, random >> 32));
  g_snprintf (goods->pinyin, sizeof goods->pinyin, "%s%s%s%s", words[0]->pinyin, words[1]->pinyin,
              words[2]->pinyin, words[3]->pinyin);
  /* A word's first letter is all that the floor's initials need: its work is the same. */
  for (guint i = 0; i < G_N_ELEMENTS (words) && initials + 1 < sizeof goods->initials; i++)
    goods->initials[initials++] = words[i]->pinyin[0];
  goods->initials[initials] = '\0';
}

static void
make_latin (guint64 random, char *out, gsize size)
{
  g_snprintf (out, (gulong)size, "%s%s %s %s %s", PICK (latin_starts, random),
              PICK (latin_ends, random >> 8), PICK (latin_flavours, random >> 16),
              PICK (latin_things, random >> 24), PICK (latin_sizes, random >> 32));
}

void
bench_goods_make (guint64 number, BenchGoods *out)
{
  guint64 random = mix (number);
  guint kind = (guint)(random >> 56) % 10;

  *out = (BenchGoods){ .price_minor = 100 + (gint64)(random >> 40 & 0x1FFF) };
  make_code (number + 1, out->code, sizeof out->code);
  if (kind < 6)
    make_chinese (random, out->name, sizeof out->name, out);
  else
    make_latin (random, out->name, sizeof out->name);
  if (kind >= 6 && kind < 9)
    make_chinese (random, out->name_zh, sizeof out->name_zh, out);
}

void
bench_goods_write_csv (const char *path, guint64 count)
{
  FILE *file = fopen (path, "w");
  BenchGoods goods;

  g_assert_nonnull (file);
  fputs ("code,name,name_zh,price\n", file);
  for (guint64 i = 0; i < count; i++)
    {
      bench_goods_make (i, &goods);
      fprintf (file, "%s,%s,%s,%d.%02d\n", goods.code, goods.name, goods.name_zh,
               (int)(goods.price_minor / 100), (int)(goods.price_minor % 100));
    }
  g_assert_cmpint (fclose (file), ==, 0);
}

guint64
bench_goods_count (guint64 otherwise)
{
  const char *wanted = g_getenv ("TILL_BENCH_PRODUCTS");

  return wanted != NULL ? g_ascii_strtoull (wanted, NULL, 10) : otherwise;
}

static int
compare (const void *a, const void *b)
{
  gint64 difference = *(const gint64 *)a - *(const gint64 *)b;

  return difference < 0 ? -1 : difference > 0;
}

gint64
bench_goods_quantile (gint64 *values, guint count, guint per_mille)
{
  qsort (values, count, sizeof *values, compare);
  return values[MIN (count - 1, (guint)((guint64)count * per_mille / 1000))];
}

gint64
bench_goods_now_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (gint64)now.tv_sec * 1000000000 + now.tv_nsec;
}
