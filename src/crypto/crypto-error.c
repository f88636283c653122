/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypto-error.h"

#include <glib/gi18n.h>
#include <openssl/err.h>

G_DEFINE_QUARK (crypto - error - quark, crypto_error)

void
crypto_error_set (GError **error, CryptoError code, const char *what)
{
  unsigned long first = ERR_peek_error ();
  const char *reason = first != 0 ? ERR_reason_error_string (first) : NULL;

  if (reason != NULL)
    g_set_error (error, CRYPTO_ERROR, (int)code, _ ("%s: %s"), what, reason);
  else
    g_set_error_literal (error, CRYPTO_ERROR, (int)code, what);
  ERR_clear_error ();
}
