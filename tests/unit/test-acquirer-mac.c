/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The MACs of the frames made by hand, whose values came from the openssl command.
 */
#include "acquirer-mac.h"

#include "acquirer-error.h"
#include "iso8583.h"

static const struct
{
  const char *profile;
  const char *key;
  const char *body;
} vectors[] = {
  { "sandbox", "2B7E151628AED2A6ABF7158809CF4F3C",
    "08008220000000C000000400000000000001112304050600001854313030303030314D303030303030303030303030"
    "31200301161B54481390A916" },
  { "unionpay", "0123456789ABCDEF0123456789ABCDEF",
    "600003000060310000000002007024068020C082111662000000000000050000000000000001000001233012072000"
    "010035"
    "6200000000000005D3012201000000000000313233343536373831323334353637383930313233343531353600279F"
    "260801"
    "020304050607089F2701809F36020001950500000000000013220000030005004135453039423930" },
};

static void
test_vectors (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      g_autoptr (AcquirerProfile) profile = acquirer_profile_load (vectors[i].profile, NULL);
      g_autoptr (GBytes) key_bytes = base_bytes_from_hex (vectors[i].key, NULL);
      g_autoptr (BaseSecret) key = base_secret_new_from (base_bytes_span (key_bytes));
      g_autoptr (AcquirerMac) mac = acquirer_mac_new (profile, key);
      g_autoptr (GBytes) body = base_bytes_from_hex (vectors[i].body, NULL);
      g_autoptr (Iso8583Message) message = iso8583_unpack (profile, base_bytes_span (body), NULL);
      g_autoptr (GBytes) packed = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_true (acquirer_mac_check (mac, base_bytes_span (body), &error));
      g_assert_no_error (error);
      packed = acquirer_mac_pack (mac, message, &error);
      g_assert_no_error (error);
      g_assert_true (g_bytes_equal (packed, body));
    }
}

/* Any byte changed behind the prefix is noticed; so is every shorter message. */
static void
test_changed (void)
{
  g_autoptr (AcquirerProfile) profile = acquirer_profile_load (vectors[1].profile, NULL);
  g_autoptr (GBytes) key_bytes = base_bytes_from_hex (vectors[1].key, NULL);
  g_autoptr (BaseSecret) key = base_secret_new_from (base_bytes_span (key_bytes));
  g_autoptr (AcquirerMac) mac = acquirer_mac_new (profile, key);
  g_autoptr (GBytes) body = base_bytes_from_hex (vectors[1].body, NULL);
  BaseSpan span = base_bytes_span (body);

  for (gsize i = acquirer_profile_dialect (profile)->prefix_size; i < span.size; i++)
    {
      g_autofree guint8 *copy = g_memdup2 (span.data, span.size);
      g_autoptr (GError) error = NULL;

      copy[i] ^= 0x10;
      g_assert_false (acquirer_mac_check (mac, BASE_SPAN (copy, span.size), &error));
      g_assert_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_MAC);
      g_assert_false (acquirer_mac_check (mac, BASE_SPAN (copy, i), NULL));
    }
  g_assert_false (acquirer_mac_check (mac, BASE_SPAN (NULL, 0), NULL));
}

static void
test_no_key (void)
{
  g_autoptr (AcquirerProfile) profile = acquirer_profile_load ("sandbox", NULL);
  g_autoptr (BaseSecret) key = base_secret_new (5);
  g_autoptr (AcquirerMac) mac = acquirer_mac_new (profile, key);
  g_autoptr (Iso8583Message) message = iso8583_message_new ("0800");
  g_autoptr (GError) error = NULL;

  g_assert_null (acquirer_mac_pack (mac, message, &error));
  g_assert_nonnull (error);
}

/* A sign-in's MAC is by a key made of the master key, all others by the working key; neither does
 * for the other. The derived key came from `openssl kdf`. */
static void
test_master (void)
{
  g_autoptr (AcquirerProfile) profile = acquirer_profile_load ("sandbox", NULL);
  g_autoptr (BaseSecret) master = base_secret_new_from_hex ("000102030405060708090A0B0C0D0E0F");
  g_autoptr (BaseSecret) derived = base_secret_new_from_hex ("2C570D29119C1F9F3DF009DB13A2E979");
  g_autoptr (AcquirerMac) mac = acquirer_mac_new (profile, NULL);
  g_autoptr (AcquirerMac) plain = acquirer_mac_new (profile, derived);
  const char *const mtis[] = { "0820", "0830", "0800", "0810", "0200" };

  acquirer_mac_set_master (mac, master);
  for (guint i = 0; i < G_N_ELEMENTS (mtis); i++)
    {
      g_autoptr (Iso8583Message) message = iso8583_message_new (mtis[i]);
      g_autoptr (GBytes) ours = NULL;
      g_autoptr (GBytes) theirs = NULL;
      g_autoptr (GError) error = NULL;

      iso8583_message_set (message, 11, "000001");
      ours = acquirer_mac_pack (mac, message, &error);
      g_assert_true ((ours != NULL) == (i < 2));
      if (ours == NULL)
        {
          g_assert_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_MAC);
          continue;
        }
      acquirer_mac_set_master (plain, NULL);
      g_assert_null (acquirer_mac_pack (plain, message, NULL));
      g_assert_false (acquirer_mac_check (plain, base_bytes_span (ours), NULL));
      acquirer_mac_set_master (plain, master);
      theirs = acquirer_mac_pack (plain, message, NULL);
      g_assert_true (g_bytes_equal (ours, theirs));
      g_assert_true (acquirer_mac_check (mac, base_bytes_span (theirs), NULL));
    }
  {
    g_autoptr (Iso8583Message) message = iso8583_message_new ("0820");
    g_autoptr (GBytes) sealed = acquirer_mac_pack (mac, message, NULL);
    g_autoptr (AcquirerProfile) signless = acquirer_profile_load ("unionpay", NULL);

    g_assert_false (acquirer_profile_has_master_mac (signless, "0800"));
    acquirer_mac_set_key (mac, derived);
    g_assert_true (acquirer_mac_check (mac, base_bytes_span (sealed), NULL));
    acquirer_mac_set_master (mac, NULL);
    g_assert_false (acquirer_mac_check (mac, base_bytes_span (sealed), NULL));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/acquirer/mac/vectors", test_vectors);
  g_test_add_func ("/acquirer/mac/changed", test_changed);
  g_test_add_func ("/acquirer/mac/no-key", test_no_key);
  g_test_add_func ("/acquirer/mac/master", test_master);
  return g_test_run ();
}
