/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-error.h"

G_DEFINE_QUARK (acquirer - error - quark, acquirer_error)

gboolean
acquirer_error_set (GError **error, AcquirerError code, const char *format, ...)
{
  va_list list;

  va_start (list, format);
  g_propagate_error (error, g_error_new_valist (ACQUIRER_ERROR, (gint)code, format, list));
  va_end (list);
  return FALSE;
}
