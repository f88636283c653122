/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Everything below the line that a station has opened: the vault, the catalogue, the line to the
 * acquirer, the USB bus, and, in training, the bench and the sandbox acquirer. Made and freed on a
 * worker; its parts are then used by the payment, printer and sync workers, each as that part's
 * header allows. Blocks.
 */
#pragma once

#include "checkout-follow.h"
#include "checkout-marks.h"
#include "checkout-people.h"
#include "checkout-slot.h"
#include "device-list.h"
#include "shop-scale-code.h"
#include "sync-queue.h"
#include "till-types.h"
#include "training-bench.h"
#include "vault-catalogue.h"
#include "vault-print.h"

G_BEGIN_DECLS

#define CHECKOUT_SETTING_SHOP "shop.name"
#define CHECKOUT_SETTING_CURRENCY "shop.currency"
#define CHECKOUT_SETTING_TAX_MODE "shop.tax-mode"
#define CHECKOUT_SETTING_CASHIER "shop.cashier"
#define CHECKOUT_SETTING_TILL "shop.till"
#define CHECKOUT_SETTING_SCALE_CODES "shop.scale-codes" /* checkout-scale.h */
#define CHECKOUT_SETTING_OFFLINE "offline.enabled"
#define CHECKOUT_SETTING_OFFLINE_SALE "offline.sale-minor"
#define CHECKOUT_SETTING_OFFLINE_SUM "offline.sum-minor"
#define CHECKOUT_SETTING_OFFLINE_COUNT "offline.count"
#define CHECKOUT_SETTING_OFFLINE_HOURS SYNC_SETTING_OFFLINE_HOURS

typedef struct _CheckoutSandbox CheckoutSandbox;

typedef struct
{
  Vault *vault;
  VaultCatalogue *catalogue; /* one thread at a time: the catalogue worker's */
  GMutex follow_mutex;
  CheckoutFollow *follow; /* under it; NULL: no second folder, or not the owner */
  CheckoutMarks *marks;   /* NULL: none to keep */
  CheckoutPeople *people;
  guint discount_limit_bp;  /* as of the opening: what a cashier may take off a line */
  guint idle_s;             /* checkout_people_idle_s(), as of the opening */
  SyncLine *line;           /* NULL: no acquirer */
  UsbBus *bus;              /* NULL: USB can't be used here at all */
  DeviceList *devices;      /* NULL with bus */
  CheckoutSlot slot;        /* of the chip reader: the payment worker's */
  TrainingBench *bench;     /* training only */
  CheckoutSandbox *sandbox; /* training only */
  char *shop_name, *currency, *cashier, *till_name, *language;
  ShopTaxMode tax_mode;
  ShopScaleCodeList *scale_codes; /* not changed while the shop is open */
  gboolean training;
  TillTranslate translate;
} CheckoutShop;

typedef struct
{
  const char *data_dir;
  BaseSpan passphrase; /* empty: Secret Service */
  gboolean training;
  gboolean may_read_only;
  gboolean signs_in; /* nobody does anything before somebody has signed in (checkout-people.h) */
  TillTranslate translate;
  const char *language;
} CheckoutShopOptions;

/* Recovers what a crash left behind (payments, print jobs, the sale on the screen) when it owns the
 * folder. */
CheckoutShop *checkout_shop_open (const CheckoutShopOptions *options, GError **error);
/* Whom the journal names for what is done at this till. */
const char *checkout_shop_operator (const CheckoutShop *self);
/* Whom a sale and its receipt name; NULL: nobody. */
const char *checkout_shop_cashier (const CheckoutShop *self);
void checkout_shop_free (CheckoutShop *self);
/* How the copy in the second folder stands, and where it is (yours); FALSE: there is none. From any
 * thread; waits for nobody. */
gboolean checkout_shop_copy (CheckoutShop *self, char **out_folder, CheckoutFollowState *out_state);
/* Whether the copy has this entry of the journal; where there is no copy, nobody lacks it. From any
 * thread; waits for nobody. */
CheckoutFollowKnows checkout_shop_copy_knows (CheckoutShop *self, gint64 entry);
/* Lets the copy follow into this folder from now on, while the shop is open. Waits for both disks,
 * holding up no sale; on failure the folder stays as it was. */
gboolean
checkout_shop_follow (CheckoutShop *self, BaseSpan passphrase, const char *folder, GError **error);

typedef struct
{
  const char *name, *currency, *profile /* NULL: no acquirer */, *host, *tls_dir, *terminal,
      *merchant;
  const char *goods;        /* a list to begin with; NULL: none */
  const char *scale_codes;  /* patterns of the shop's scales; NULL: none */
  const char *manager_name; /* with: */
  BaseSpan manager_pin;     /* empty: nobody is asked for a PIN */
  guint16 port;
  ShopTaxMode tax_mode;
  gboolean key_later; /* `tls_dir` has no open key, or it isn't wanted: it comes in a block */
} CheckoutShopSetup;

/* Makes a data folder; refuses one that holds a shop. `out_recovery` is shown once. Nothing is left
 * behind on failure; killed half-way, it leaves what the next call clears (vault-draft.h). */
gboolean checkout_shop_create (const char *dir,
                               BaseSpan passphrase,
                               const CheckoutShopSetup *setup,
                               char **out_recovery,
                               GError **error);

/* For whoever lost the passphrase or the keyring: opens the folder, as its owner, with the recovery
 * key and keeps its key from now on under this passphrase, or with an empty one in the Secret
 * Service. The journal says so. */
gboolean
checkout_shop_recover (const char *dir, const char *recovery, BaseSpan passphrase, GError **error);
/* For whoever lost the recovery key, or never saw it: makes a new one, as the folder's owner, with
 * the passphrase or (empty) the Secret Service. The journal says so before the old one stops
 * working. */
gboolean checkout_shop_new_recovery (const char *dir,
                                     BaseSpan passphrase,
                                     char **out_recovery,
                                     GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CheckoutShop, checkout_shop_free)

G_END_DECLS
