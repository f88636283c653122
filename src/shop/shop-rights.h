/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who may do what at a till: one table of roles and rights, the same for the program, for its
 * command line and for the page on which people read it. Constant data, any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  SHOP_ROLE_CASHIER,
  SHOP_ROLE_SUPERVISOR,
  SHOP_ROLE_MANAGER,
  SHOP_ROLE_AUDITOR, /* reads everything, moves nothing */
} ShopRole;
#define SHOP_ROLE_COUNT (SHOP_ROLE_AUDITOR + 1)

typedef enum
{
  SHOP_RIGHT_SELL,
  SHOP_RIGHT_DISCOUNT, /* above the shop's limit */
  SHOP_RIGHT_REFUND,
  SHOP_RIGHT_VOID,
  SHOP_RIGHT_CASH,    /* in and out of the drawer, without a sale */
  SHOP_RIGHT_NO_SALE, /* opening the drawer for nothing */
  SHOP_RIGHT_REPORTS, /* the shift's figures */
  SHOP_RIGHT_CLOSE,   /* the Z report */
  SHOP_RIGHT_SETTLE,
  SHOP_RIGHT_QUEUE,   /* decisions about records, and another till's queue */
  SHOP_RIGHT_OFFLINE, /* cards without a line, and their limits */
  SHOP_RIGHT_DEVICES,
  SHOP_RIGHT_GOODS,
  SHOP_RIGHT_BACKUP,
  SHOP_RIGHT_JOURNAL,
  SHOP_RIGHT_PEOPLE,
} ShopRight;
#define SHOP_RIGHT_COUNT (SHOP_RIGHT_PEOPLE + 1)

typedef enum
{
  SHOP_MAY_NOT,
  SHOP_MAY_ASK, /* once somebody who may has approved it on the spot */
  SHOP_MAY,
} ShopMay;

ShopMay shop_rights_of (ShopRole role, ShopRight right);

/* "cashier", "refund": as files and the journal have them. FALSE: there is none of that name. */
const char *shop_rights_role_name (ShopRole role);
gboolean shop_rights_role_from_name (const char *name, ShopRole *out_role);
const char *shop_rights_name (ShopRight right);
/* For people; translatable, by whoever shows them. */
const char *shop_rights_role_words (ShopRole role);
const char *shop_rights_words (ShopRight right);

G_END_DECLS
