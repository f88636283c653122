/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-framing.h"

#include <glib/gi18n.h>
#include <string.h>

#define TPDU "6000000000"

static const struct
{
  const char *name;
  const char *key;
} framings[ACQUIRER_FRAMING_COUNT] = {
  [ACQUIRER_FRAMING_LENGTH_COUNTS_ITSELF] = { "length-counts-itself", "frame" },
  [ACQUIRER_FRAMING_LENGTH_ASCII] = { "length-ascii", "frame" },
  [ACQUIRER_FRAMING_LENGTH_BCD] = { "length-bcd", "frame" },
  [ACQUIRER_FRAMING_NO_TPDU] = { "no-tpdu", "prefix" },
  [ACQUIRER_FRAMING_TPDU] = { "tpdu", "prefix" },
  [ACQUIRER_FRAMING_HEX_BITMAP] = { "hex-bitmap", "bitmap" },
  [ACQUIRER_FRAMING_ASCII_MTI] = { "ascii-mti", "mti" },
};

gboolean
acquirer_framing_from_name (const char *name, AcquirerFraming *out_framing)
{
  for (guint i = 0; i < ACQUIRER_FRAMING_COUNT; i++)
    if (strcmp (framings[i].name, name) == 0)
      {
        *out_framing = (AcquirerFraming)i;
        return TRUE;
      }
  return FALSE;
}

const char *
acquirer_framing_name (AcquirerFraming framing)
{
  g_assert (framing < ACQUIRER_FRAMING_COUNT);
  return framings[framing].name;
}

/* The key's other value; NULL where the profile has it already. */
static const char *
value_of (AcquirerFraming framing, const Iso8583Dialect *dialect)
{
  switch (framing)
    {
    case ACQUIRER_FRAMING_LENGTH_COUNTS_ITSELF:
      return dialect->frame == ISO8583_FRAME_BINARY2_INCLUSIVE ? NULL : "binary2-inclusive";
    case ACQUIRER_FRAMING_LENGTH_ASCII:
      return dialect->frame == ISO8583_FRAME_ASCII4 ? NULL : "ascii4";
    case ACQUIRER_FRAMING_LENGTH_BCD:
      return dialect->frame == ISO8583_FRAME_BCD2 ? NULL : "bcd2";
    case ACQUIRER_FRAMING_NO_TPDU:
      return dialect->prefix_size == 0 ? NULL : "";
    case ACQUIRER_FRAMING_TPDU:
      return dialect->prefix_size == 0 ? TPDU : NULL;
    case ACQUIRER_FRAMING_HEX_BITMAP:
      return dialect->bitmap == ISO8583_ENCODING_BINARY ? "hex" : "binary";
    case ACQUIRER_FRAMING_ASCII_MTI:
      return dialect->mti == ISO8583_ENCODING_BCD ? "ascii" : "bcd";
    case ACQUIRER_FRAMING_COUNT:
      break;
    }
  g_assert_not_reached ();
}

char *
acquirer_framing_sentence (AcquirerFraming framing, const AcquirerProfile *profile)
{
  const char *value = value_of (framing, acquirer_profile_dialect (profile));

  g_assert (value != NULL);
  switch (framing)
    {
    case ACQUIRER_FRAMING_LENGTH_COUNTS_ITSELF:
      return g_strdup_printf (
          _ ("The host answers where the length before a message counts its own "
             "two bytes: set frame = %s in the profile's [codec]."),
          value);
    case ACQUIRER_FRAMING_LENGTH_ASCII:
      return g_strdup_printf (_ ("The host answers where the length before a message is four "
                                 "characters: set frame = %s in the profile's [codec]."),
                              value);
    case ACQUIRER_FRAMING_LENGTH_BCD:
      return g_strdup_printf (_ ("The host answers where the length before a message is packed "
                                 "digits: set frame = %s in the profile's [codec]."),
                              value);
    case ACQUIRER_FRAMING_NO_TPDU:
      return g_strdup (_ ("The host answers where there is neither TPDU nor header before the MTI: "
                          "leave prefix empty in the profile's [codec]."));
    case ACQUIRER_FRAMING_TPDU:
      return g_strdup_printf (
          _ ("The host answers where a TPDU stands before the MTI: set prefix = "
             "%s in the profile's [codec]."),
          value);
    case ACQUIRER_FRAMING_HEX_BITMAP:
      return g_strdup_printf (_ ("The host answers where the bitmap is written the other way: set "
                                 "bitmap = %s in the profile's [codec]."),
                              value);
    case ACQUIRER_FRAMING_ASCII_MTI:
      return g_strdup_printf (_ ("The host answers where the MTI is written the other way: set mti "
                                 "= %s in the profile's [codec]."),
                              value);
    case ACQUIRER_FRAMING_COUNT:
      break;
    }
  g_assert_not_reached ();
}

AcquirerProfile *
acquirer_framing_vary (AcquirerFraming framing, const AcquirerProfile *profile)
{
  const char *value = value_of (framing, acquirer_profile_dialect (profile));

  return value != NULL ? acquirer_profile_vary (profile, "codec", framings[framing].key, value)
                       : NULL;
}
