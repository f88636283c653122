/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Puts a message's MAC in its place and looks at one that came. The MAC is the last field of a
 * message and covers what is on the wire from the MTI up to it, so it is checked before a single
 * field is believed. The algorithm is the profile's. Prepared once for a key; one thread at a time.
 */
#pragma once

#include "acquirer-profile.h"
#include "base-secret.h"
#include "iso8583-message.h"

G_BEGIN_DECLS

typedef struct _AcquirerMac AcquirerMac;

/* Never NULL: a key that the algorithm doesn't take makes every call below that needs a MAC fail
 * with CRYPTO_ERROR_INVALID, and no key at all (NULL, before a sign-in) with ACQUIRER_ERROR_MAC. */
AcquirerMac *acquirer_mac_new (AcquirerProfile *profile, const BaseSecret *key);
void acquirer_mac_free (AcquirerMac *self);
/* From here on another one; NULL: none. */
void acquirer_mac_set_key (AcquirerMac *self, const BaseSecret *key);
/* For a profile whose sign-in has a MAC: its key is made of this master key. NULL: forgotten. */
void acquirer_mac_set_master (AcquirerMac *self, const BaseSecret *master);

/* The bytes of `message` with its MAC, without the frame's length. What `message` has in the MAC's
 * field is ignored. */
GBytes *acquirer_mac_pack (const AcquirerMac *self, const Iso8583Message *message, GError **error);
/* FALSE with ACQUIRER_ERROR_MAC when `body` doesn't end in its own MAC. TRUE where the profile has
 * none, or none in messages of this MTI. */
gboolean acquirer_mac_check (const AcquirerMac *self, BaseSpan body, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AcquirerMac, acquirer_mac_free)

G_END_DECLS
