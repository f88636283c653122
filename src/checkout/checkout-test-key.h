/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Public keys of certification authorities that a shop adds itself, to try its own test cards: in
 * training only. Keys of real payments come from the acquirer alone (sync-download.h). They are a
 * setting of the training shop; where one stands in the books of any other, nobody heeds it. Read
 * as strictly as a downloaded one (acquirer-emv.h), with its check value, and anew at each use.
 */
#pragma once

#include "checkout-shop.h"
#include "emv-terminal.h"

G_BEGIN_DECLS

#define CHECKOUT_TEST_KEYS_MAX 16
#define CHECKOUT_SETTING_TEST_KEYS "emv.test-keys"

/* `tlv` as in a download; takes the place of one with the same name and index. VAULT_ERROR_STATE
 * outside training and for too many; ACQUIRER_ERROR_FIELD for what is no key. */
gboolean checkout_test_key_add (CheckoutShop *shop, BaseSpan tlv, EmvKey *out_key, GError **error);
gboolean checkout_test_key_clear (CheckoutShop *shop, GError **error);
/* Array of EmvKey; empty outside training. */
GArray *checkout_test_key_list (CheckoutShop *shop, GError **error);

G_END_DECLS
