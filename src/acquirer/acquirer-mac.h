/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Puts a message's MAC in its place and looks at one that came. The MAC is the last field of a message and covers what is
 * on the wire from the MTI up to it, so it is checked before a single field is believed. The algorithm is the profile's.
 */
#pragma once

#include "acquirer-profile.h"
#include "base-secret.h"
#include "iso8583-message.h"

G_BEGIN_DECLS

/* The bytes of `message` with its MAC, without the frame's length. What `message` has in the MAC's field is ignored. */
GBytes *acquirer_mac_pack (const AcquirerProfile *profile,
                           const BaseSecret *key,
                           const Iso8583Message *message,
                           GError **error);
/* FALSE with ACQUIRER_ERROR_MAC when `body` doesn't end in its own MAC. TRUE where the profile has none. */
gboolean acquirer_mac_check (const AcquirerProfile *profile, const BaseSecret *key, BaseSpan body, GError **error);

G_END_DECLS
