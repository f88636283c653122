/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-error.h"

G_DEFINE_QUARK (vault - error - quark, vault_error)
