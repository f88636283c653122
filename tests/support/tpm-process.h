/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A TPM 2.0 of a test's own: swtpm in a folder of its own, which is the chip that stays where it is
 * while disks come and go. TILL_TPM leads this process and those it starts to it.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct
{
  char *dir, *socket;
  GSubprocess *process;
} TpmProcess;

/* FALSE: no swtpm is installed, and the test was skipped or, where CI=true, failed. */
gboolean tpm_process_start (TpmProcess *self);
/* Off and on again, as the computer. */
void tpm_process_restart (TpmProcess *self);
/* As its firmware's menu clears it: all that it held is gone. */
void tpm_process_clear (TpmProcess *self);
void tpm_process_stop (TpmProcess *self);
/* Whether this process and its children see it. */
void tpm_process_show (TpmProcess *self, gboolean there);

G_END_DECLS
