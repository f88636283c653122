/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-right.h"

static const struct
{
  const char *words;
  ShopRight right;
} needs[] = {
  { "catalogue import", SHOP_RIGHT_GOODS },   { "catalogue scale-codes", SHOP_RIGHT_GOODS },
  { "queue retry", SHOP_RIGHT_QUEUE },        { "queue resolve", SHOP_RIGHT_QUEUE },
  { "queue release", SHOP_RIGHT_QUEUE },      { "queue compare", SHOP_RIGHT_QUEUE },
  { "queue import", SHOP_RIGHT_QUEUE },       { "backup follow", SHOP_RIGHT_BACKUP },
  { "offline-cards", SHOP_RIGHT_OFFLINE },    { "drawer float", SHOP_RIGHT_SELL },
  { "drawer in", SHOP_RIGHT_CASH },           { "drawer out", SHOP_RIGHT_CASH },
  { "drawer open", SHOP_RIGHT_NO_SALE },      { "drawer count", SHOP_RIGHT_SELL },
  { "report z", SHOP_RIGHT_CLOSE },           { "acquirer settle", SHOP_RIGHT_SETTLE },
  { "acquirer load", SHOP_RIGHT_DEVICES },    { "acquirer transport-key", SHOP_RIGHT_DEVICES },
  { "devices pin-test", SHOP_RIGHT_DEVICES }, { "devices pin-off", SHOP_RIGHT_DEVICES },
  { "people operator", SHOP_RIGHT_PEOPLE },   { "people discount-limit", SHOP_RIGHT_PEOPLE },
  { "people lock-after", SHOP_RIGHT_PEOPLE }, { "reset", SHOP_RIGHT_PEOPLE },
};

const ShopRight *
cli_right_find (const char *words)
{
  for (guint i = 0; i < G_N_ELEMENTS (needs); i++)
    if (g_str_equal (needs[i].words, words))
      return &needs[i].right;
  return NULL;
}
