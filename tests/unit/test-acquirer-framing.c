/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each of the usual mistakes of framing, made by the acquirer on purpose, is found by the self-test
 * itself; in both dialects.
 */
#include "acquirer-framing.h"

#include "acquirer-probe.h"
#include "sandbox-process.h"

#include <string.h>

static const struct
{
  AcquirerFraming framing;
  const char *sandbox; /* what the sentence says; NULL: this mistake changes nothing there */
  const char *unionpay;
} framings[] = {
  { ACQUIRER_FRAMING_LENGTH_COUNTS_ITSELF, "set frame = binary2-inclusive",
    "set frame = binary2-inclusive" },
  { ACQUIRER_FRAMING_LENGTH_ASCII, "set frame = ascii4", "set frame = ascii4" },
  { ACQUIRER_FRAMING_LENGTH_BCD, "set frame = bcd2", "set frame = bcd2" },
  { ACQUIRER_FRAMING_NO_TPDU, NULL, "neither TPDU nor header before the MTI: leave prefix empty" },
  { ACQUIRER_FRAMING_TPDU, "set prefix = 6000000000", NULL },
  { ACQUIRER_FRAMING_HEX_BITMAP, "set bitmap = hex", "set bitmap = hex" },
  { ACQUIRER_FRAMING_ASCII_MTI, "set mti = ascii", "set mti = ascii" },
};

static void
test_names (void)
{
  AcquirerFraming framing;

  for (guint i = 0; i < ACQUIRER_FRAMING_COUNT; i++)
    {
      g_assert_true (
          acquirer_framing_from_name (acquirer_framing_name ((AcquirerFraming)i), &framing));
      g_assert_cmpint (framing, ==, i);
    }
  g_assert_false (acquirer_framing_from_name ("upside-down", &framing));
}

static void
find (const char *name, AcquirerFraming framing, const char *says)
{
  g_autofree char *fault = g_strdup_printf ("%s=1", acquirer_framing_name (framing));
  g_autoptr (AcquirerProfile) shipped = acquirer_profile_load (name, NULL);
  g_autoptr (AcquirerProfile) profile
      = acquirer_profile_vary (shipped, "profile", "answer_ms", "300");
  g_autoptr (SandboxProcess) host = sandbox_process_new_for (name, fault, 1);
  g_autoptr (CryptoTlsIdentity) identity = sandbox_process_identity (host);
  g_autoptr (BaseSecret) key
      = sandbox_process_working_keys (host) != NULL ? sandbox_process_mac_key (host) : NULL;
  AcquirerProbeTarget target = { "127.0.0.1", sandbox_process_port (host), identity, key };
  AcquirerSale values = sandbox_process_sale (17);
  g_autoptr (Iso8583Message) echo
      = acquirer_message_build (profile, ACQUIRER_FLOW_ECHO, &values, NULL);
  g_autoptr (AcquirerProbe) probe = acquirer_probe_run (profile, &target, echo, NULL, NULL);
  const char *first;

  g_assert_nonnull (probe);
  g_assert_false (probe->good);
  first = probe->findings->pdata[0];
  g_test_message ("%s, %s: %s", name, fault, first);
  g_assert_true (g_str_has_prefix (first, "The host answers where"));
  g_assert_nonnull (strstr (first, says));
}

static void
test_found (void)
{
  g_autoptr (AcquirerProfile) sandbox = acquirer_profile_load ("sandbox", NULL);
  g_autoptr (AcquirerProfile) unionpay = acquirer_profile_load ("unionpay", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (framings); i++)
    {
      g_autoptr (AcquirerProfile) one = acquirer_framing_vary (framings[i].framing, sandbox);
      g_autoptr (AcquirerProfile) two = acquirer_framing_vary (framings[i].framing, unionpay);

      g_assert_true ((one != NULL) == (framings[i].sandbox != NULL));
      g_assert_true ((two != NULL) == (framings[i].unionpay != NULL));
      if (one != NULL)
        find ("sandbox", framings[i].framing, framings[i].sandbox);
      if (two != NULL)
        find ("unionpay", framings[i].framing, framings[i].unionpay);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/acquirer/framing/names", test_names);
  g_test_add_func ("/acquirer/framing/found", test_found);
  return g_test_run ();
}
