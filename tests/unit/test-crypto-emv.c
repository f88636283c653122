/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Keys and codes of a chip: the values were computed with the openssl command from the standard's
 * formulas.
 */
#include "crypto-emv.h"

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

/* One block and two, filled up by hand; des-ede of openssl's with equal halves is what chains. */
static void
test_mac (void)
{
  static const guint8 data[] = { 0x00, 0x00, 0x00, 0x01, 0x25, 0x00, 0x11, 0x22 };
  g_autoptr (BaseSecret) key = base_secret_new_from_hex ("0123456789ABCDEFFEDCBA9876543210");
  g_autofree char *one = NULL;
  g_autofree char *two = NULL;
  guint8 out[CRYPTO_EMV_BLOCK_SIZE];

  crypto_emv_mac (key, BASE_SPAN (data, 6), out);
  one = hex (BASE_SPAN (out, sizeof out));
  g_assert_cmpstr (one, ==, "4C206EFF44D373C4");
  crypto_emv_mac (key, BASE_SPAN (data, 8), out);
  two = hex (BASE_SPAN (out, sizeof out));
  g_assert_cmpstr (two, ==, "0BA1496A466A5F2E");
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
