/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Keys and codes of a chip. That the last step is algorithm 3 is checked against the retail MAC
 * that is proven by ISO 9797-1's own example; the values of the rest were computed with the openssl
 * command from the standard's formulas.
 */
#include "crypto-emv.h"
#include "crypto-mac.h"

static char *
hex (BaseSpan span)
{
  return base_bytes_to_hex (span);
}

/* des-ede of 6200000000000501 … under the issuer's key, parity set. */
static void
test_card_key (void)
{
  g_autoptr (BaseSecret) issuer = base_secret_new_from_hex ("0123456789ABCDEFFEDCBA9876543210");
  g_autoptr (BaseSecret) key = crypto_emv_card_key (issuer, BASE_SPAN_STR ("6200000000000005"), 1);
  g_autoptr (BaseSecret) other
      = crypto_emv_card_key (issuer, BASE_SPAN_STR ("6200000000000005"), 2);
  g_autoptr (BaseSecret) few = crypto_emv_card_key (issuer, BASE_SPAN_STR ("62"), 1);
  g_autofree char *text = hex (base_secret_span (key));

  g_assert_cmpstr (text, ==, "A151C74962BA76646DEADC52B0EA5E4A");
  g_assert_false (base_bytes_equal (base_secret_span (key), base_secret_span (other)));
  g_assert_false (base_bytes_equal (base_secret_span (key), base_secret_span (few)));
}

static void
test_session_key (void)
{
  static const guint8 by[8] = { 0x00, 0x01 };
  g_autoptr (BaseSecret) card = base_secret_new_from_hex ("0123456789ABCDEFFEDCBA9876543210");
  g_autoptr (BaseSecret) key = crypto_emv_session_key (card, by);
  g_autofree char *text = hex (base_secret_span (key));

  g_assert_cmpstr (text, ==, "848C35717F66D40944F9286FF19ABFFD");
}

/* Algorithm 3 with padding method 2 is the retail MAC over data that were filled up before. */
static void
test_mac (void)
{
  g_autoptr (BaseSecret) key = base_secret_new_from_hex ("0123456789ABCDEFFEDCBA9876543210");
  g_autoptr (GBytes) filled = base_bytes_from_hex ("00000001250080000000000000000000", NULL);
  g_autoptr (GBytes) proven = crypto_mac_compute ("x9.19", key, base_bytes_span (filled), NULL);
  guint8 out[CRYPTO_EMV_BLOCK_SIZE];

  crypto_emv_mac (key, BASE_SPAN (base_bytes_span (filled).data, 6), out);
  filled = (g_bytes_unref (filled), base_bytes_from_hex ("0000000125008000", NULL));
  g_bytes_unref (proven);
  proven = crypto_mac_compute ("x9.19", key, base_bytes_span (filled), NULL);
  g_assert_true (base_bytes_equal (BASE_SPAN (out, sizeof out), base_bytes_span (proven)));
}

static void
test_arpc (void)
{
  static const guint8 cryptogram[8] = { 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88 };
  g_autoptr (BaseSecret) key = base_secret_new_from_hex ("0123456789ABCDEFFEDCBA9876543210");
  guint8 out[CRYPTO_EMV_ARPC_SIZE];
  g_autofree char *text = NULL;

  crypto_emv_arpc (key, cryptogram, "00", out);
  text = hex (BASE_SPAN (out, sizeof out));
  g_assert_cmpstr (text, ==, "4D605DF18D589F0F3030");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crypto/emv/card-key", test_card_key);
  g_test_add_func ("/crypto/emv/session-key", test_session_key);
  g_test_add_func ("/crypto/emv/mac", test_mac);
  g_test_add_func ("/crypto/emv/arpc", test_arpc);
  return g_test_run ();
}
