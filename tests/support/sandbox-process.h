/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A till-acquirer of one's own, as a process with a folder of its own, for tests and benchmarks;
 * and a link to it with the keys that it left there. A fault in it is a failed assertion of the
 * test.
 */
#pragma once

#include "acquirer-link.h"
#include "acquirer-message.h"

G_BEGIN_DECLS

typedef struct _SandboxProcess SandboxProcess;

/* `fault` and `seed` as on its command line; `fault` may be NULL. Waits until it listens. */
SandboxProcess *sandbox_process_new (const char *fault, guint seed);
/* The same for another of the shipped profiles. */
SandboxProcess *sandbox_process_new_for (const char *profile, const char *fault, guint seed);
/* Ends it with SIGTERM, checks its exit, and removes its folder. */
void sandbox_process_free (SandboxProcess *self);

/* Ends it by `signal` and starts another on the same folder and ledger, on another port. */
void sandbox_process_restart (SandboxProcess *self, int signal, const char *fault);
/* What its issuer has chips do from the next start on (till-acquirer --script). */
void sandbox_process_set_script (SandboxProcess *self, const char *spec);
guint16 sandbox_process_port (const SandboxProcess *self);
const char *sandbox_process_dir (const SandboxProcess *self);
CryptoTlsIdentity *sandbox_process_identity (const SandboxProcess *self);
/* The MAC key of everybody, or of T1000001 and TEST0001, which have signed in before where the
 * sign-in only brings keys. */
BaseSecret *sandbox_process_mac_key (const SandboxProcess *self);
/* The field that brought it; NULL: there is none. Borrowed. */
GBytes *sandbox_process_working_keys (const SandboxProcess *self);
AcquirerLink *sandbox_process_link (const SandboxProcess *self, AcquirerProfile *profile);
/* Lines of the ledger with this effect and STAN. */
guint sandbox_process_count (const SandboxProcess *self, const char *effect, guint stan);

/* A copy of a shipped profile in which `key` of this group has another value; without the group
 * where `key` is NULL. The path is yours, and the file, too. */
char *sandbox_process_vary_profile (const char *profile,
                                    const char *group,
                                    const char *key,
                                    const char *value);
/* The text of a profile like the sandbox's whose acquirer knows no sign-in. */
char *sandbox_process_plain_profile (void);
/* The shipped sandbox profile with another deadline for answers. */
AcquirerProfile *sandbox_process_profile (guint answer_ms);
/* 12.50 CNY by a MagTek reader with the test card 4761739001010119. */
AcquirerSale sandbox_process_sale (guint stan);

/* 1.00 CNY by a chip whose data the till makes itself: the test card 6200000000000005. */
AcquirerSale sandbox_process_chip_sale (guint stan);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SandboxProcess, sandbox_process_free)

G_END_DECLS
