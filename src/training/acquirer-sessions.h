/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The terminals that signed in at the sandbox acquirer, each with working keys of its own. They are
 * kept in a file, still under the master key, so that a terminal needn't sign in again because the
 * host was started again. Used by the host under its lock.
 */
#pragma once

#include "acquirer-mac.h"

G_BEGIN_DECLS

#define ACQUIRER_SESSIONS_MAX 1000

typedef struct _AcquirerSessions AcquirerSessions;

/* For a profile that has a key plan. `path` NULL keeps all in memory; a file that can't be read is
 * as good as none: the terminals sign in again. */
AcquirerSessions *
acquirer_sessions_new (AcquirerProfile *profile, const BaseSecret *master_key, const char *path);
void acquirer_sessions_free (AcquirerSessions *self);

/* What makes and checks this terminal's MACs; NULL: it didn't sign in. */
const AcquirerMac *acquirer_sessions_mac (const AcquirerSessions *self, const char *terminal);
/* New keys, good from now on, as a field of the answer. NULL: there are too many terminals, or the
 * file can't be written. */
GBytes *acquirer_sessions_begin (AcquirerSessions *self, const char *terminal, GError **error);
/* So that `mac` checks a sign-in of a terminal that has no working keys yet. */
void acquirer_sessions_lend_master (const AcquirerSessions *self, AcquirerMac *mac);
void acquirer_sessions_end (AcquirerSessions *self, const char *terminal);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AcquirerSessions, acquirer_sessions_free)

G_END_DECLS
