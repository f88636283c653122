/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-probe.h"

#include "sandbox-process.h"

#include <string.h>

/* What a host might say to the sandbox's echo, and the mistake that must be named. */
static const struct
{
  const char *received;
  gboolean closed;
  const char *says;
} mistakes[] = {
  { "", FALSE, "said nothing" },
  { "", TRUE, "hung up" },
  { "0008", TRUE, "hung up after a few bytes" },
  { "30303038 0810000000000000", FALSE, "frame = ascii4" },
  { "0010 08100000000000000000000000000000", FALSE, "can't be read" },
  { "0018 081000000000000000000000000000000000", FALSE, "frame = bcd2" },
  { "000C 08100000000000000000", FALSE, "counts its own" },
  { "0A00 08100000000000000000", FALSE, "low byte first" },
  { "08100000000000000000", FALSE, "no length before it" },
  { "6000030000 0810", FALSE, "no length before it" },
  { "485454502F312E31", FALSE, "HTTP" },
  { "000F 6000000003 0810 0000000000000000", FALSE, "needs a prefix" },
  { "0014 30383130 30303030303030303030303030303030", FALSE, "mti = ascii" },
  { "000A 0810 0000000000000000", FALSE, "MAC" },
  { "FFFFFFFFFF", FALSE, "no length that fits" },
};

static void
test_explain (void)
{
  static const guint8 key_bytes[16] = { 0 };
  g_autoptr (AcquirerProfile) profile = acquirer_profile_load ("sandbox", NULL);
  g_autoptr (BaseSecret) key = base_secret_new_from (BASE_SPAN (key_bytes, sizeof key_bytes));
  g_autoptr (AcquirerMac) mac = acquirer_mac_new (profile, key);

  for (guint i = 0; i < G_N_ELEMENTS (mistakes); i++)
    {
      g_autoptr (AcquirerProbe) probe = g_new0 (AcquirerProbe, 1);

      probe->findings = g_ptr_array_new_with_free_func (g_free);
      probe->received = base_bytes_from_hex (mistakes[i].received, NULL);
      probe->closed = mistakes[i].closed;
      acquirer_probe_explain (probe, profile, mac);
      g_assert_cmpuint (probe->findings->len, >, 0);
      g_test_message ("%s: %s", mistakes[i].received,
                      (char *)g_ptr_array_index (probe->findings, 0));
      g_assert_nonnull (strstr (g_ptr_array_index (probe->findings, 0), mistakes[i].says));
      g_assert_false (probe->good);
    }
}

static void
test_run (void)
{
  g_autoptr (SandboxProcess) sandbox = sandbox_process_new (NULL, 1);
  g_autoptr (AcquirerProfile) profile = sandbox_process_profile (500);
  g_autoptr (CryptoTlsIdentity) identity = sandbox_process_identity (sandbox);
  g_autoptr (BaseSecret) key = sandbox_process_mac_key (sandbox);
  AcquirerSale values = sandbox_process_sale (17);
  g_autoptr (Iso8583Message) echo
      = acquirer_message_build (profile, ACQUIRER_FLOW_ECHO, &values, NULL);
  AcquirerProbeTarget target = { "127.0.0.1", sandbox_process_port (sandbox), identity, key };
  g_autoptr (AcquirerProbe) probe = NULL;
  g_autoptr (GError) error = NULL;

  probe = acquirer_probe_run (profile, &target, echo, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (probe->good);
  g_assert_nonnull (strstr (g_ptr_array_index (probe->findings, 0), "0810 with code 00"));
  g_clear_pointer (&probe, acquirer_probe_free);
  target.port = 1;
  g_assert_null (acquirer_probe_run (profile, &target, echo, NULL, &error));
  g_assert_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_CONNECT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/acquirer/probe/explain", test_explain);
  g_test_add_func ("/acquirer/probe/run", test_run);
  return g_test_run ();
}
