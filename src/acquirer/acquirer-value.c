/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-value.h"

#include <string.h>

typedef struct
{
  const char *name;
  guint8 field; /* where ISO 8583 has it; 0 where that is the acquirer's choice */
  guint8 width;
  gboolean bytes;
} Value;

static const Value values[ACQUIRER_VALUE_COUNT] = {
  [ACQUIRER_VALUE_AMOUNT] = { "amount", 4, 12, FALSE },
  [ACQUIRER_VALUE_TRANSMITTED] = { "transmitted", 7, 10, FALSE },
  [ACQUIRER_VALUE_STAN] = { "stan", 11, 6, FALSE },
  [ACQUIRER_VALUE_TIME] = { "time", 12, 6, FALSE },
  [ACQUIRER_VALUE_DATE] = { "date", 13, 4, FALSE },
  [ACQUIRER_VALUE_ENTRY] = { "entry", 22, 3, FALSE },
  [ACQUIRER_VALUE_CURRENCY] = { "currency", 49, 3, FALSE },
  [ACQUIRER_VALUE_TERMINAL] = { "terminal", 41, 8, FALSE },
  [ACQUIRER_VALUE_MERCHANT] = { "merchant", 42, 15, FALSE },
  [ACQUIRER_VALUE_BATCH] = { "batch", 0, 6, FALSE },
  [ACQUIRER_VALUE_OPERATOR] = { "operator", 0, 3, FALSE },
  [ACQUIRER_VALUE_SERIAL] = { "serial", 0, 0, FALSE },
  [ACQUIRER_VALUE_SERIAL_SIZE] = { "serial-size", 0, 2, FALSE },
  [ACQUIRER_VALUE_PAYMENT] = { "payment", 0, 36, FALSE },
  [ACQUIRER_VALUE_REASON] = { "reason", 0, 0, FALSE },
  [ACQUIRER_VALUE_WHY] = { "why", 0, 2, FALSE },
  [ACQUIRER_VALUE_TOTALS] = { "totals", 0, 0, FALSE },
  [ACQUIRER_VALUE_ROWS] = { "rows", 0, 0, FALSE },
  [ACQUIRER_VALUE_KEYS] = { "keys", 0, 0, TRUE },
  [ACQUIRER_VALUE_INSTALL] = { "install", 0, 32, TRUE },
  [ACQUIRER_VALUE_EPOCH] = { "epoch", 0, 6, FALSE },
  [ACQUIRER_VALUE_LAST_RECORD] = { "last-record", 0, 16, FALSE },
  [ACQUIRER_VALUE_LAST_ENTRY] = { "last-entry", 0, 16, FALSE },
  [ACQUIRER_VALUE_HEAD] = { "head", 0, 64, TRUE },
  [ACQUIRER_VALUE_FOUND] = { "found", 0, 0, FALSE },
  [ACQUIRER_VALUE_FOUND_CODE] = { "found-code", 0, 2, FALSE },
  [ACQUIRER_VALUE_DOWNLOAD] = { "download", 0, 0, TRUE },
  [ACQUIRER_VALUE_PAN] = { "pan", 2, 0, FALSE },
  [ACQUIRER_VALUE_EXPIRY] = { "expiry", 14, 4, FALSE },
  [ACQUIRER_VALUE_SEQUENCE] = { "sequence", 23, 3, FALSE },
  [ACQUIRER_VALUE_TRACK2] = { "track2", 35, 0, FALSE },
  [ACQUIRER_VALUE_TRACK3] = { "track3", 36, 0, FALSE },
  [ACQUIRER_VALUE_PIN] = { "pin", 52, 16, TRUE },
  [ACQUIRER_VALUE_CHIP] = { "chip", 55, 0, TRUE },
  [ACQUIRER_VALUE_ENVELOPE] = { "envelope", 0, 0, TRUE },
  [ACQUIRER_VALUE_FORMAT] = { "format", 0, 0, FALSE },
  [ACQUIRER_VALUE_KSN] = { "ksn", 0, 0, TRUE },
  [ACQUIRER_VALUE_BLOCK1] = { "block1", 0, 0, TRUE },
  [ACQUIRER_VALUE_BLOCK2] = { "block2", 0, 0, TRUE },
  [ACQUIRER_VALUE_BLOCK3] = { "block3", 0, 0, TRUE },
  [ACQUIRER_VALUE_REFERENCE] = { "reference", 37, 12, FALSE },
  [ACQUIRER_VALUE_AUTHORISATION] = { "authorisation", 38, 6, FALSE },
  [ACQUIRER_VALUE_ORIGINAL_BATCH] = { "original-batch", 0, 6, FALSE },
  [ACQUIRER_VALUE_ORIGINAL_STAN] = { "original-stan", 0, 6, FALSE },
  [ACQUIRER_VALUE_ORIGINAL_DATE] = { "original-date", 0, 4, FALSE },
};

gboolean
acquirer_value_from_name (const char *name, AcquirerValue *out_value)
{
  for (guint i = ACQUIRER_VALUE_NONE + 1; i < ACQUIRER_VALUE_COUNT; i++)
    if (strcmp (values[i].name, name) == 0)
      {
        *out_value = (AcquirerValue)i;
        return TRUE;
      }
  return FALSE;
}

const char *
acquirer_value_name (AcquirerValue value)
{
  g_assert (value > ACQUIRER_VALUE_NONE && value < ACQUIRER_VALUE_COUNT);
  return values[value].name;
}

guint
acquirer_value_width (AcquirerValue value)
{
  return values[value].width;
}

gboolean
acquirer_value_is_bytes (AcquirerValue value)
{
  return values[value].bytes;
}

AcquirerValue
acquirer_value_of_field (guint field)
{
  for (guint i = ACQUIRER_VALUE_NONE + 1; i < ACQUIRER_VALUE_COUNT; i++)
    if (values[i].field != 0 && values[i].field == field)
      return (AcquirerValue)i;
  return ACQUIRER_VALUE_NONE;
}
