/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-demand.h"

#include "acquirer-error.h"
#include "base-number.h"

#include <glib/gi18n.h>
#include <string.h>

#define GROUP "demands"
#define PREFIX_DIGITS_MAX 64

static const char *const names[ACQUIRER_DEMAND_COUNT] = {
  [ACQUIRER_DEMAND_NONE] = "nothing",    [ACQUIRER_DEMAND_PARAMETERS] = "parameters",
  [ACQUIRER_DEMAND_AIDS] = "aids",       [ACQUIRER_DEMAND_CA_KEYS] = "ca-keys",
  [ACQUIRER_DEMAND_SIGN_IN] = "sign-in",
};

gboolean
acquirer_demand_from_name (const char *name, AcquirerDemand *out_demand)
{
  for (guint i = 0; i < ACQUIRER_DEMAND_COUNT; i++)
    if (strcmp (names[i], name) == 0)
      {
        *out_demand = (AcquirerDemand)i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
read_key (AcquirerDemands *self, const char *key, const char *text)
{
  AcquirerDemand demand;
  guint64 number;

  if (strcmp (key, "digit") == 0)
    {
      if (!base_number_parse (text, 10, 1, PREFIX_DIGITS_MAX, &number))
        return FALSE;
      self->digit = (guint)number;
      return TRUE;
    }
  if (!g_ascii_isdigit (key[0]) || key[1] != '\0' || !acquirer_demand_from_name (text, &demand))
    return FALSE;
  self->meaning[key[0] - '0'] = (guint8)demand;
  return TRUE;
}

gboolean
acquirer_demands_read (AcquirerDemands *self, GKeyFile *file, GError **error)
{
  g_auto (GStrv) keys = g_key_file_get_keys (file, GROUP, NULL, NULL);

  *self = (AcquirerDemands){ 0 };
  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    {
      g_autofree char *text = g_key_file_get_string (file, GROUP, keys[i], NULL);

      if (text != NULL && read_key (self, keys[i], text))
        continue;
      return acquirer_error_set (error, ACQUIRER_ERROR_PROFILE,
                                 _ ("[%s] %s must be the place of a digit, or what one means"),
                                 GROUP, keys[i]);
    }
  return keys == NULL || self->digit != 0
         || acquirer_error_set (error, ACQUIRER_ERROR_PROFILE, _ ("[%s] %s is missing"), GROUP,
                                "digit");
}

AcquirerDemand
acquirer_demands_find (const AcquirerDemands *self, const char *prefix)
{
  if (self->digit == 0 || prefix == NULL || strlen (prefix) < self->digit
      || !g_ascii_isdigit (prefix[self->digit - 1]))
    return ACQUIRER_DEMAND_NONE;
  return (AcquirerDemand)self->meaning[prefix[self->digit - 1] - '0'];
}

char
acquirer_demands_digit (const AcquirerDemands *self, AcquirerDemand demand)
{
  for (guint i = 0; self->digit != 0 && i < G_N_ELEMENTS (self->meaning); i++)
    if (self->meaning[i] == demand)
      return (char)('0' + i);
  return '\0';
}
