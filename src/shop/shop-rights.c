/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shop-rights.h"

#include <glib/gi18n.h>
#include <string.h>

static const struct
{
  const char *name, *words;
} roles[SHOP_ROLE_COUNT] = {
  [SHOP_ROLE_CASHIER] = { "cashier", N_ ("Cashier") },
  [SHOP_ROLE_SUPERVISOR] = { "supervisor", N_ ("Supervisor") },
  [SHOP_ROLE_MANAGER] = { "manager", N_ ("Manager") },
  [SHOP_ROLE_AUDITOR] = { "auditor", N_ ("Auditor") },
};

#define NO SHOP_MAY_NOT
#define ASK SHOP_MAY_ASK
#define YES SHOP_MAY

/* A page that stays open, as that of the people, can't be approved for somebody else: whoever may
 * signs in. */
static const struct
{
  const char *name, *words;
  ShopMay may[SHOP_ROLE_COUNT]; /* cashier, supervisor, manager, auditor */
} rights[SHOP_RIGHT_COUNT] = {
  [SHOP_RIGHT_SELL] = { "sell", N_ ("Sell, park, take payments"), { YES, YES, YES, NO } },
  [SHOP_RIGHT_DISCOUNT]
  = { "discount", N_ ("Discounts and prices beyond the limit"), { ASK, YES, YES, NO } },
  [SHOP_RIGHT_REFUND] = { "refund", N_ ("Refunds"), { ASK, YES, YES, NO } },
  [SHOP_RIGHT_VOID] = { "void", N_ ("Voiding a paid sale"), { ASK, YES, YES, NO } },
  [SHOP_RIGHT_CASH] = { "cash", N_ ("Cash into and out of the drawer"), { ASK, YES, YES, NO } },
  [SHOP_RIGHT_NO_SALE]
  = { "no-sale", N_ ("Opening the drawer without a sale"), { ASK, YES, YES, NO } },
  [SHOP_RIGHT_REPORTS] = { "reports", N_ ("Figures of the shift"), { ASK, YES, YES, YES } },
  [SHOP_RIGHT_CLOSE] = { "close", N_ ("Closing the shift"), { ASK, YES, YES, NO } },
  [SHOP_RIGHT_SETTLE] = { "settle", N_ ("Settling with the acquirer"), { ASK, YES, YES, NO } },
  [SHOP_RIGHT_QUEUE]
  = { "queue", N_ ("Deciding about payments that are set aside"), { ASK, ASK, YES, NO } },
  [SHOP_RIGHT_OFFLINE]
  = { "offline", N_ ("Cards without a line, and their limits"), { NO, ASK, YES, NO } },
  [SHOP_RIGHT_DEVICES] = { "devices", N_ ("Readers, PIN pads, printers"), { ASK, YES, YES, NO } },
  [SHOP_RIGHT_GOODS] = { "goods", N_ ("Goods and prices"), { NO, ASK, YES, NO } },
  [SHOP_RIGHT_BACKUP] = { "backup", N_ ("Backups and copies"), { ASK, YES, YES, NO } },
  [SHOP_RIGHT_JOURNAL] = { "journal", N_ ("Reading the journal"), { NO, NO, YES, YES } },
  [SHOP_RIGHT_PEOPLE] = { "people", N_ ("People and their PINs"), { NO, NO, YES, NO } },
};

ShopMay
shop_rights_of (ShopRole role, ShopRight right)
{
  return rights[right].may[role];
}

const char *
shop_rights_role_name (ShopRole role)
{
  return roles[role].name;
}

gboolean
shop_rights_role_from_name (const char *name, ShopRole *out_role)
{
  for (guint i = 0; i < SHOP_ROLE_COUNT; i++)
    if (strcmp (roles[i].name, name) == 0)
      {
        *out_role = (ShopRole)i;
        return TRUE;
      }
  return FALSE;
}

const char *
shop_rights_name (ShopRight right)
{
  return rights[right].name;
}

const char *
shop_rights_role_words (ShopRole role)
{
  return roles[role].words;
}

const char *
shop_rights_words (ShopRight right)
{
  return rights[right].words;
}
