/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checkout-deferral.h"

#include "vault-epoch.h"

/* A limit that makes no sense allows nothing. */
static gint64
limit (Vault *vault, const char *name, gint64 otherwise, gint64 most)
{
  gint64 value = vault_setting_number (vault, name, otherwise);

  return value >= 0 && value <= most ? value : 0;
}

static gboolean
may_defer (CheckoutShop *shop)
{
  const AcquirerProfile *profile = shop->line != NULL ? sync_line_profile (shop->line) : NULL;

  return profile != NULL && acquirer_profile_deferred (profile)
         && acquirer_profile_card_data (profile) == ACQUIRER_CARD_DATA_ACQUIRER
         && vault_setting_number (shop->vault, CHECKOUT_SETTING_OFFLINE, 0) != 0;
}

gint64
checkout_deferral_count (Vault *vault)
{
  return limit (vault, CHECKOUT_SETTING_OFFLINE_COUNT, 0, G_MAXINT);
}

gint64
checkout_deferral_hours (Vault *vault)
{
  return limit (vault, CHECKOUT_SETTING_OFFLINE_HOURS, SYNC_OFFLINE_HOURS, SYNC_OFFLINE_HOURS_MAX);
}

const char *
checkout_deferral_refusal (CheckoutShop *shop, gint64 amount_minor, gint64 *out_left_minor)
{
  Vault *vault = shop->vault;
  VaultQueueStats stats;
  gint64 hours = checkout_deferral_hours (vault);

  *out_left_minor = 0;
  if (!may_defer (shop) || !vault_queue_stats (vault, &stats, NULL))
    return "offline-off";
  if (g_strcmp0 (vault_epoch_quarantine (vault), VAULT_QUARANTINE_HANDED) == 0)
    return "handed-over"; /* nobody would send it any more */
  *out_left_minor
      = limit (vault, CHECKOUT_SETTING_OFFLINE_SUM, 0, BASE_MONEY_MAX_MINOR) - stats.stored_minor;
  if (amount_minor > limit (vault, CHECKOUT_SETTING_OFFLINE_SALE, 0, BASE_MONEY_MAX_MINOR))
    return "limit-sale";
  if (amount_minor > *out_left_minor)
    return "limit-sum";
  if (stats.stored >= checkout_deferral_count (vault))
    return "limit-count";
  if (stats.oldest_stored_us != 0
      && g_get_real_time () - stats.oldest_stored_us > hours * 3600 * G_USEC_PER_SEC)
    return "limit-age";
  return NULL;
}
