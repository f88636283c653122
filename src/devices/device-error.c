/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device-error.h"

G_DEFINE_QUARK (till-device-error-quark, device_error)
