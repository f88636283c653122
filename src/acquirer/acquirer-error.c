/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-error.h"

G_DEFINE_QUARK (acquirer - error - quark, acquirer_error)
