/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * X9.24-1:2009, A.4: initial key, transaction keys and the PIN blocks of its first and its rollover
 * sequence, reached by counting up from the KSN before. The use keys are those that opened a MagTek
 * and an ID TECH reader's sample swipes.
 */
#include "crypto-dukpt.h"

#include "crypto-error.h"

#define BASE_KEY "0123456789ABCDEFFEDCBA9876543210"
#define INITIAL_KSN "FFFF9876543210E00000"
#define PIN_BLOCK "041274EDCBA9876F"

static const char *const first_pins[] = {
  "1B9C1845EB993A7A", "10A01C8D02C69107", "18DC07B94797B466", "0BC79509D5645DF7",
  "5BC0AF22AD87B327", "A16DF70AE36158D8", "27711C16CB257F8E", "50E55547A5027551",
  "536CF7F678ACFC8D", "EDABBA23221833FE", "2328981C57B4BDBA", "038D03CC926CF286",
  "6C8AA97088B62C68", "F17C9E1D72CD4950", "B170F6E7F7F2F64A", "D5D9638559EF53D6",
  "D544F8CDD292C863", "7A21BD10F36DC41D", "78649BD17D0DFA60", "7E7E16EA0C31AD56",
  "72105C22EBC791E6",
};

static const char *const rollover_pins[] = {
  "33365F5CC6F23C35", "3A86BF003F835C9D", "3DB977D05C36DF3F", "BA83243305712099",
  "B0DA04AC90A36D85", "2CF02BD9C309EEDA", "9D1E2F77AEEE81C6", "40870B0F8BA2011C",
  "22E340D6ABB40981", "1A4C10AFBA03A430", "849763B43E5F9CFF", "DEFC6F09F8927B71",
  "73EC88AD0AC5830E",
};

static BaseSecret *
make_key (const char *hex)
{
  g_autoptr (GBytes) bytes = base_bytes_from_hex (hex, NULL);

  return base_secret_new_from (base_bytes_span (bytes));
}

static void
fill_ksn (guint8 ksn[CRYPTO_DUKPT_KSN_SIZE], const char *hex)
{
  g_autoptr (GBytes) bytes = base_bytes_from_hex (hex, NULL);
  BaseSpan span = base_bytes_span (bytes);

  g_assert_cmpuint (span.size, ==, CRYPTO_DUKPT_KSN_SIZE);
  for (guint i = 0; i < CRYPTO_DUKPT_KSN_SIZE; i++)
    ksn[i] = span.data[i];
}

static void
assert_key (const BaseSecret *key, const char *expected)
{
  g_autofree char *hex = base_bytes_to_hex (base_secret_span (key));

  g_assert_cmpstr (hex, ==, expected);
}

static BaseSecret *
make_transaction_key (const char *ksn_hex)
{
  g_autoptr (BaseSecret) base = make_key (BASE_KEY);
  g_autoptr (BaseSecret) initial = NULL;
  guint8 ksn[CRYPTO_DUKPT_KSN_SIZE];

  fill_ksn (ksn, ksn_hex);
  initial = crypto_dukpt_initial_key (base, BASE_SPAN (ksn, sizeof ksn), NULL);
  return crypto_dukpt_transaction_key (initial, BASE_SPAN (ksn, sizeof ksn), NULL);
}

static void
test_initial_key (void)
{
  g_autoptr (BaseSecret) base = make_key (BASE_KEY);
  guint8 ksn[CRYPTO_DUKPT_KSN_SIZE];
  static const char *ksns[] = { INITIAL_KSN, "FFFF9876543210E00008", "FFFF9876543210FFFFFF" };

  for (guint i = 0; i < G_N_ELEMENTS (ksns); i++)
    {
      g_autoptr (BaseSecret) initial = NULL;

      fill_ksn (ksn, ksns[i]);
      initial = crypto_dukpt_initial_key (base, BASE_SPAN (ksn, sizeof ksn), NULL);
      assert_key (initial, "6AC292FAA1315B4D858AB3A3D7D5933A");
    }
}

static void
test_transaction_keys (void)
{
  static const struct
  {
    const char *ksn, *key;
  } vectors[] = {
    { "FFFF9876543210E00001", "042666B49184CFA368DE9628D0397BC9" },
    { "FFFF9876543210E00002", "C46551CEF9FD24B0AA9AD834130D3BC7" },
    { "FFFF9876543210E00008", "27F66D5244FF62E1AA6F6120EDEB4280" },
    { "FFFF9876543210E00015", "E161D1956A61F6D2F37AFD7F9CC3699A" },
    { "FFFF9876543210EFF800", "F9CDFEBF4F5B1D9EB3EC12454527E176" },
    { "FFFF9876543210F00000", "AA4D58DB653EC74A48C75F2F047DD2B5" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      g_autoptr (BaseSecret) key = make_transaction_key (vectors[i].ksn);

      assert_key (key, vectors[i].key);
    }
}

static void
test_use_keys (void)
{
  g_autoptr (BaseSecret) key = make_transaction_key ("FFFF9876543210E00008");
  g_autoptr (BaseSecret) pin = crypto_dukpt_use_key (key, CRYPTO_DUKPT_PIN);
  g_autoptr (BaseSecret) data = crypto_dukpt_use_key (key, CRYPTO_DUKPT_DATA);

  assert_key (pin, "27F66D5244FF621EAA6F6120EDEB427F");
  assert_key (data, "C39B2778B058AC376FB18DC906F75CBA");
}

static void
check_pins (const char *ksn_before, const char *const *pins, guint count)
{
  g_autoptr (BaseSecret) base = make_key (BASE_KEY);
  g_autoptr (GBytes) block = base_bytes_from_hex (PIN_BLOCK, NULL);
  guint8 ksn[CRYPTO_DUKPT_KSN_SIZE];

  fill_ksn (ksn, ksn_before);
  for (guint i = 0; i < count; i++)
    {
      g_autoptr (BaseSecret) key = NULL;
      g_autoptr (GBytes) cipher = NULL;
      g_autoptr (BaseSecret) plain = NULL;
      g_autofree char *hex = NULL;

      g_assert_true (crypto_dukpt_advance (ksn));
      key = crypto_dukpt_key (base, BASE_SPAN (ksn, sizeof ksn), CRYPTO_DUKPT_PIN, NULL);
      cipher = crypto_dukpt_encrypt (key, base_bytes_span (block), NULL);
      hex = base_bytes_to_hex (base_bytes_span (cipher));
      g_assert_cmpstr (hex, ==, pins[i]);
      plain = crypto_dukpt_decrypt (key, base_bytes_span (cipher), NULL);
      assert_key (plain, PIN_BLOCK);
    }
}

static void
test_first_sequence (void)
{
  check_pins (INITIAL_KSN, first_pins, G_N_ELEMENTS (first_pins));
}

static void
test_rollover_sequence (void)
{
  /* Every counter between this one and EFF800 has more than ten ones. */
  check_pins ("FFFF9876543210EFF700", rollover_pins, G_N_ELEMENTS (rollover_pins));
}

/* A device has 1,048,575 keys in its life: all are passed, the last is 1FF800, and none follows. */
static void
test_life_of_a_device (void)
{
  guint8 ksn[CRYPTO_DUKPT_KSN_SIZE];
  guint8 last[CRYPTO_DUKPT_KSN_SIZE];
  guint count = 0;

  fill_ksn (ksn, INITIAL_KSN);
  fill_ksn (last, "FFFF9876543210FFF800");
  while (crypto_dukpt_advance (ksn))
    count++;
  g_assert_cmpuint (count, ==, 1048575);
  g_assert_cmpmem (ksn, sizeof ksn, last, sizeof last);
}

static void
assert_no_key (const char *base_hex, const char *ksn_hex)
{
  g_autoptr (BaseSecret) base = make_key (base_hex);
  g_autoptr (GBytes) ksn = base_bytes_from_hex (ksn_hex, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (crypto_dukpt_key (base, base_bytes_span (ksn), CRYPTO_DUKPT_DATA, &error));
  g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID);
}

static void
test_refuses_what_has_no_key (void)
{
  assert_no_key (BASE_KEY, INITIAL_KSN);
  assert_no_key (BASE_KEY, "FFFF9876543210FFFFFF");
  assert_no_key (BASE_KEY, "FFFF9876543210E007FF"); /* eleven ones */
  assert_no_key (BASE_KEY, "FFFF9876543210E000");
  assert_no_key (BASE_KEY, "FFFF9876543210E0000101");
  assert_no_key (BASE_KEY, "");
  assert_no_key ("0123456789ABCDEF", "FFFF9876543210E00001");
}

static void
test_refuses_partial_blocks (void)
{
  static const gsize sizes[] = { 0, 1, 7, 9, 63 };
  g_autoptr (BaseSecret) key = make_key (BASE_KEY);
  g_autoptr (BaseSecret) short_key = make_key ("0123456789ABCDEF");
  guint8 bytes[64] = { 0 };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_assert_null (crypto_dukpt_encrypt (key, BASE_SPAN (bytes, sizes[i]), NULL));
      g_assert_null (crypto_dukpt_decrypt (key, BASE_SPAN (bytes, sizes[i]), &error));
      g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID);
      g_clear_error (&error);
    }
  g_assert_null (crypto_dukpt_decrypt (short_key, BASE_SPAN (bytes, 64), &error));
  g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID);
}

/* A swipe's worth there and back, and another counter doesn't open it. */
static void
test_track_round_trip (void)
{
  g_autoptr (BaseSecret) base = make_key (BASE_KEY);
  g_autoptr (GBytes) ksn = base_bytes_from_hex ("62994901190000000001", NULL);
  g_autoptr (GBytes) next = base_bytes_from_hex ("62994901190000000002", NULL);
  g_autoptr (BaseSecret) key
      = crypto_dukpt_key (base, base_bytes_span (ksn), CRYPTO_DUKPT_DATA, NULL);
  g_autoptr (BaseSecret) other
      = crypto_dukpt_key (base, base_bytes_span (next), CRYPTO_DUKPT_DATA, NULL);
  guint8 track[40] = ";6200000000000005=30122010000000000000?";
  g_autoptr (GBytes) cipher = crypto_dukpt_encrypt (key, BASE_SPAN (track, sizeof track), NULL);
  g_autoptr (BaseSecret) plain = crypto_dukpt_decrypt (key, base_bytes_span (cipher), NULL);
  g_autoptr (BaseSecret) noise = crypto_dukpt_decrypt (other, base_bytes_span (cipher), NULL);

  g_assert_true (base_bytes_equal (base_secret_span (plain), BASE_SPAN (track, sizeof track)));
  g_assert_false (base_bytes_equal (base_secret_span (noise), BASE_SPAN (track, sizeof track)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crypto/dukpt/initial-key", test_initial_key);
  g_test_add_func ("/crypto/dukpt/transaction-keys", test_transaction_keys);
  g_test_add_func ("/crypto/dukpt/use-keys", test_use_keys);
  g_test_add_func ("/crypto/dukpt/first-sequence", test_first_sequence);
  g_test_add_func ("/crypto/dukpt/rollover-sequence", test_rollover_sequence);
  g_test_add_func ("/crypto/dukpt/life-of-a-device", test_life_of_a_device);
  g_test_add_func ("/crypto/dukpt/refuses-what-has-no-key", test_refuses_what_has_no_key);
  g_test_add_func ("/crypto/dukpt/refuses-partial-blocks", test_refuses_partial_blocks);
  g_test_add_func ("/crypto/dukpt/track-round-trip", test_track_round_trip);
  return g_test_run ();
}
