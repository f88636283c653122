/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What terminals must know about chips: names first, then one piece at a time, then the end. All of
 * it comes from data/training/chip.ini.
 */
#include "acquirer-host-private.h"

#include "emv-tlv.h"
#include "acquirer-emv.h"
#include "base-data.h"
#include "base-number.h"

#include <string.h>

#define DATA_FILE "training/chip.ini"
#define DATA_MAX 65536
#define NAMES_EACH 2 /* in one answer, so that there is more than one */
#define SAID_NONE "30"
#define SAID_ALL "31"
#define SAID_MORE "32"

static const struct
{
  AcquirerFlowKind status, piece, end;
  const char *group;
  AcquirerDemand demand;
} kinds[] = {
  { ACQUIRER_FLOW_AIDS_STATUS, ACQUIRER_FLOW_AIDS, ACQUIRER_FLOW_AIDS_END, "aids",
    ACQUIRER_DEMAND_AIDS },
  { ACQUIRER_FLOW_CA_KEYS_STATUS, ACQUIRER_FLOW_CA_KEYS, ACQUIRER_FLOW_CA_KEYS_END, "ca-keys",
    ACQUIRER_DEMAND_CA_KEYS },
  { ACQUIRER_FLOW_PARAMETERS, ACQUIRER_FLOW_PARAMETERS, ACQUIRER_FLOW_PARAMETERS_END, "parameters",
    ACQUIRER_DEMAND_PARAMETERS },
};

static guint
kind_of (const AcquirerCase *self)
{
  guint i = 0;

  while (kinds[i].status != self->flow->kind && kinds[i].piece != self->flow->kind
         && kinds[i].end != self->flow->kind)
    i++;
  return i;
}

/* NULL: it was installed without its data. */
static GKeyFile *
load_data (void)
{
  g_autofree char *path = base_data_find (DATA_FILE);
  g_autofree char *text = path != NULL ? base_data_read (path, DATA_MAX, NULL, NULL) : NULL;
  g_autoptr (GKeyFile) file = g_key_file_new ();

  return text != NULL && g_key_file_load_from_data (file, text, (gsize)-1, 0, NULL)
             ? g_steal_pointer (&file)
             : NULL;
}

static void
say (AcquirerCase *self, const char *how, const char *hex)
{
  guint field = acquirer_profile_role (self->host->profile, ACQUIRER_VALUE_DOWNLOAD);
  g_autofree char *text = g_strconcat (how, hex, NULL);

  acquirer_host_decide (self, CODE_APPROVED, "");
  acquirer_host_say (self, field, text);
}

/* The objects that name an entry stand first in it, 9F06 and for a key 9F22; in hexadecimal.
 * Nothing else of it is looked at: that is the terminal's affair. */
static char *
name_of (const char *hex, gboolean key)
{
  g_autoptr (GBytes) tlv = base_bytes_from_hex (hex, NULL);
  g_auto (BaseWriter) name = { 0 };
  BaseReader reader;
  EmvTlv object;

  base_reader_init (&reader, tlv != NULL ? base_bytes_span (tlv) : BASE_SPAN (NULL, 0));
  base_writer_init (&name, ACQUIRER_EMV_NAME_MAX);
  for (guint i = 0; i < (key ? 2 : 1); i++)
    if (!emv_tlv_read (&reader, &object) || !base_writer_put (&name, object.object))
      return NULL;
  return base_bytes_to_hex (base_writer_span (&name));
}

gboolean
acquirer_host_download_status (AcquirerCase *self)
{
  guint kind = kind_of (self);
  g_autoptr (GKeyFile) file = load_data ();
  g_auto (GStrv) keys
      = file != NULL ? g_key_file_get_keys (file, kinds[kind].group, NULL, NULL) : NULL;
  g_autofree char *rows = acquirer_host_value (self, ACQUIRER_VALUE_ROWS);
  g_autoptr (GString) list = g_string_new (NULL);
  guint count = keys != NULL ? g_strv_length (keys) : 0;
  guint64 known;

  if (strlen (rows) != 2 || !base_number_parse (rows, 10, 0, 99, &known))
    {
      acquirer_host_decide (self, CODE_MALFORMED, "how many are known isn't said in two digits");
      return TRUE;
    }
  for (guint i = (guint)known; i < count && i < known + NAMES_EACH; i++)
    {
      g_autofree char *hex = g_key_file_get_string (file, kinds[kind].group, keys[i], NULL);
      g_autofree char *name = name_of (hex, kinds[kind].status == ACQUIRER_FLOW_CA_KEYS_STATUS);

      g_string_append (list, name != NULL ? name : "");
    }
  say (self,
       known >= count               ? SAID_NONE
       : known + NAMES_EACH < count ? SAID_MORE
                                    : SAID_ALL,
       list->str);
  return TRUE;
}

gboolean
acquirer_host_download_piece (AcquirerCase *self)
{
  guint kind = kind_of (self);
  g_autoptr (GKeyFile) file = load_data ();
  g_autofree char *wanted = acquirer_host_value (self, ACQUIRER_VALUE_DOWNLOAD);
  g_auto (GStrv) keys
      = file != NULL ? g_key_file_get_keys (file, kinds[kind].group, NULL, NULL) : NULL;

  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    {
      g_autofree char *text = g_key_file_get_string (file, kinds[kind].group, keys[i], NULL);
      g_autofree char *name = NULL;

      if (self->flow->kind == ACQUIRER_FLOW_PARAMETERS)
        {
          g_autofree char *hex = base_bytes_to_hex (BASE_SPAN_STR (text));

          say (self, "", hex);
          return TRUE;
        }
      name = name_of (text, self->flow->kind == ACQUIRER_FLOW_CA_KEYS);
      if (g_strcmp0 (name, wanted) != 0)
        continue;
      say (self, SAID_ALL, text);
      return TRUE;
    }
  say (self, SAID_NONE, "");
  return TRUE;
}

gboolean
acquirer_host_download_end (AcquirerCase *self)
{
  acquirer_host_decide (self, CODE_APPROVED, "");
  if (self->host->demand == kinds[kind_of (self)].demand)
    self->host->demand = ACQUIRER_DEMAND_NONE;
  return TRUE;
}
