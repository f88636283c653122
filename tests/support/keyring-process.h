/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A session bus and a Secret Service of a test's own: gnome-keyring-daemon with a folder of its
 * own, so that nobody's keyring is met. One bus a program, from keyring_process_begin() at the top
 * of main() to keyring_process_end(); the service on it comes and goes.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  KEYRING_PROCESS_PASSWORD, /* a login keyring with one, opened as at a login */
  KEYRING_PROCESS_PLAIN,    /* a default keyring without one, under a name that isn't plain */
  KEYRING_PROCESS_MUTE,     /* something has its name and never answers */
} KeyringProcessKind;

void keyring_process_begin (void);
void keyring_process_end (void);
/* FALSE: the programs aren't installed, and the test was skipped or, where CI=true, failed. */
gboolean keyring_process_start (KeyringProcessKind kind);
/* Its keyrings stay where they are. */
void keyring_process_stop (void);
/* As "Lock" in the desktop's program for keyrings. */
void keyring_process_lock (void);
/* All keyrings are gone. */
void keyring_process_clear (void);

G_END_DECLS
