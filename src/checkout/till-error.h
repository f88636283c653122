/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Errors as the faces see them: one domain for all that can break below, so that a window needs no
 * header of the vault or the devices. SHOP_ERROR and G_IO_ERROR (CANCELLED, BUSY, CLOSED) come
 * through as they are.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define TILL_ERROR (till_error_quark ())
GQuark till_error_quark (void);

typedef enum
{
  TILL_ERROR_ABSENT,     /* there is no shop, receipt or record of this name */
  TILL_ERROR_PASSPHRASE, /* a passphrase is needed, or this one is wrong */
  TILL_ERROR_NO_KEYRING, /* the keyring that holds the key doesn't answer */
  TILL_ERROR_BUSY,       /* another process owns the data folder */
  TILL_ERROR_EXISTS,     /* there is a shop here already */
  TILL_ERROR_FULL,       /* the disk is full; nothing was charged */
  TILL_ERROR_CORRUPT,    /* a file or record is damaged or was changed */
  TILL_ERROR_STATE,      /* what was asked doesn't fit how things stand */
  TILL_ERROR_RIGHT,      /* who is signed in may not do that, and nobody approved it */
  TILL_ERROR_FAULT,      /* anything else: disk, device, network */
} TillError;

/* Takes over an error from below and gives the one to hand up, with the same sentence. */
GError *till_error_take (GError *below);

G_END_DECLS
