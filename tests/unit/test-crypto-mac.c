/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * aes-cmac, tdes-cmac: NIST SP 800-38B, appendix D. hmac-sm3: GM/T 0042-2015, D.3. x9.9: FIPS 113's
 * example. x9.19: ISO 9797-1, annex B.4. cup-ecb: three public sets of key, folded block and code,
 * one of them from a whole frame with both halves of its key alike.
 */
#include "crypto-mac.h"

#include "crypto-error.h"

#include <string.h>

static BaseSecret *
make_key (const char *hex)
{
  g_autoptr (GBytes) bytes = base_bytes_from_hex (hex, NULL);

  return base_secret_new_from (base_bytes_span (bytes));
}

static void
check (const char *algorithm, const char *key_hex, BaseSpan data, const char *expected_hex)
{
  g_autoptr (BaseSecret) key = make_key (key_hex);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) code = crypto_mac_compute (algorithm, key, data, &error);
  g_autoptr (CryptoMac) prepared = crypto_mac_new (algorithm, key, NULL);
  g_autofree char *hex = NULL;

  g_assert_no_error (error);
  hex = base_bytes_to_hex (base_bytes_span (code));
  g_assert_cmpstr (hex, ==, expected_hex);
  for (guint i = 0; i < 3; i++) /* one code leaves nothing behind for the next */
    {
      g_autoptr (GBytes) again = crypto_mac_code (prepared, data);

      g_assert_true (g_bytes_equal (again, code));
    }
}

static void
test_aes_cmac (void)
{
  static const char message[] = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130"
                                "c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17"
                                "ad2b417be66c3710";
  static const struct
  {
    const char *key;
    gsize size;
    const char *code;
  } vectors[] = {
    { "2b7e151628aed2a6abf7158809cf4f3c", 0, "BB1D6929E95937287FA37D129B756746" },
    { "2b7e151628aed2a6abf7158809cf4f3c", 16, "070A16B46B4D4144F79BDD9DD04A287C" },
    { "2b7e151628aed2a6abf7158809cf4f3c", 40, "DFA66747DE9AE63030CA32611497C827" },
    { "2b7e151628aed2a6abf7158809cf4f3c", 64, "51F0BEBF7E3B9D92FC49741779363CFE" },
    { "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b", 0, "D17DDF46ADAACDE531CAC483DE7A9367" },
    { "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b", 16, "9E99A7BF31E710900662F65E617C5184" },
    { "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4", 0,
      "028962F61B7BF89EFC6B551F4667D983" },
    { "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4", 16,
      "28A7023F452E8F82BD4BF28D8C37C35C" },
    { "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4", 40,
      "AAF3D8F1DE5640C232F5B169B9C911E6" },
    { "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4", 64,
      "E1992190549F6ED5696A2C056C315410" },
  };
  g_autoptr (GBytes) bytes = base_bytes_from_hex (message, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++)
    check ("aes-cmac", vectors[i].key, BASE_SPAN (g_bytes_get_data (bytes, NULL), vectors[i].size),
           vectors[i].code);
}

static void
test_tdes_cmac (void)
{
  static const char three[] = "8aa83bf8cbda10620bc1bf19fbb6cd58bc313d4a371ca8b5";
  static const char two[] = "4cf15134a2850dd58a3d10ba80570d38";
  static const struct
  {
    const char *key;
    gsize size;
    const char *code;
  } vectors[] = {
    { three, 0, "B7A688E122FFAF95" },  { three, 8, "8E8F293136283797" },
    { three, 20, "743DDBE0CE2DC2ED" }, { three, 32, "33E6B1092400EAE5" },
    { two, 0, "BD2EBF9A3BA00361" },    { two, 8, "4FF2AB813C53CE83" },
    { two, 20, "62DD1B471902BD4E" },   { two, 32, "31B1E431DABC4EB8" },
  };
  g_autoptr (GBytes) bytes = base_bytes_from_hex ("6bc1bee22e409f96e93d7e117393172a"
                                                  "ae2d8a571e03ac9c9eb76fac45af8e51",
                                                  NULL);

  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++)
    check ("tdes-cmac", vectors[i].key, BASE_SPAN (g_bytes_get_data (bytes, NULL), vectors[i].size),
           vectors[i].code);
}

/* The standard's first set, and two more that OpenSSL's own tests have. */
static void
test_hmac_sm3 (void)
{
  static const struct
  {
    const char *key, *text, *code;
  } vectors[] = {
    { "0102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F20",
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "CA05E144ED05D1857840D1F318A4A8669E559FC8391F414485BFDF7BB408963A" },
    { "0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B", "Hi There",
      "C0BA18C68B90C88BC07DE794BFC7D2C8D19EC31ED8773BC2B390C9604E0BE11E" },
    { "4A656665204A65666572736F6E204A72", "what do ya want for nothing?",
      "CE791A34C59ADEF472997A249600F3F244D59E875BE04055BA2AE12FC845E78C" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++)
    check ("hmac-sm3", vectors[i].key, BASE_SPAN_STR (vectors[i].text), vectors[i].code);
}

static void
test_x9_9 (void)
{
  check ("x9.9", "0123456789ABCDEF", BASE_SPAN_STR ("7654321 Now is the time for "),
         "F1D30F6849312CA4");
}

static void
test_x9_19 (void)
{
  static const char key[] = "0123456789ABCDEFFEDCBA9876543210";

  check ("x9.19", key, BASE_SPAN_STR ("Now is the time for all "), "A1C72E74EA3FA9B6");
  check ("x9.19", key, BASE_SPAN_STR ("Now is the time for it"), "2E2B1428CC78254F");
}

static void
check_cup (const char *key_hex, BaseSpan data, const char *expected)
{
  g_autofree char *expected_hex = base_bytes_to_hex (BASE_SPAN_STR (expected));

  check ("cup-ecb", key_hex, data, expected_hex);
}

static void
test_cup_ecb (void)
{
  static const struct
  {
    const char *key, *folded, *code;
  } vectors[] = {
    { "313215FDA2C4AB4C", "8DBA2933C4B6C379", "B7133B57" },
    { "C24A8FB57AA20123", "4D09F434464FE7BF", "72489CAC" },
    { "0723C80DB5F4CD3D0723C80DB5F4CD3D", "3761343619AC6492", "B3A092AE" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      g_autoptr (GBytes) folded = base_bytes_from_hex (vectors[i].folded, NULL);

      check_cup (vectors[i].key, base_bytes_span (folded), vectors[i].code);
    }
}

/* Blocks 0100…, 0200… and the folded block of the second set with both taken out again, then a
 * padded one. */
static void
test_cup_ecb_folds (void)
{
  g_autoptr (GBytes) three = base_bytes_from_hex ("01000000000000000200000000000000"
                                                  "4E09F434464FE7BF",
                                                  NULL);
  g_autoptr (GBytes) padded = base_bytes_from_hex ("4D09F434464FE7BE"
                                                   "00000000000000010000",
                                                   NULL);

  check_cup ("C24A8FB57AA20123", base_bytes_span (three), "72489CAC");
  check_cup ("C24A8FB57AA20123", base_bytes_span (padded), "72489CAC");
}

/* No published set has two different halves; this one was computed with `openssl enc -des-ede`. */
static void
test_cup_ecb_under_a_double_key (void)
{
  g_autoptr (GBytes) folded = base_bytes_from_hex ("4D09F434464FE7BF", NULL);

  check_cup ("0123456789ABCDEFFEDCBA9876543210", base_bytes_span (folded), "61CF7C12");
}

/* Computed with `openssl enc -sm4-ecb` by the rule; no acquirer's frame is public. */
static void
test_cup_sm4 (void)
{
  g_autofree char *expected = base_bytes_to_hex (BASE_SPAN_STR ("31A90AFA"));
  guint8 data[40];

  for (guint i = 0; i < sizeof data; i++)
    data[i] = (guint8)i;
  check ("cup-sm4", "0123456789ABCDEFFEDCBA9876543210", BASE_SPAN (data, sizeof data), expected);
}

static void
test_every_bit_counts (void)
{
  static const struct
  {
    const char *name, *key;
  } algorithms[] = {
    { "aes-cmac", "2b7e151628aed2a6abf7158809cf4f3c" },
    { "tdes-cmac", "0123456789ABCDEFFEDCBA9876543210" },
    { "hmac-sm3", "0123456789ABCDEFFEDCBA9876543210" },
    { "x9.9", "0123456789ABCDEF" },
    { "x9.19", "0123456789ABCDEFFEDCBA9876543210" },
    { "cup-ecb", "0123456789ABCDEFFEDCBA9876543210" },
    { "cup-sm4", "0123456789ABCDEFFEDCBA9876543210" },
  };

  for (guint a = 0; a < G_N_ELEMENTS (algorithms); a++)
    {
      g_autoptr (BaseSecret) key = make_key (algorithms[a].key);
      guint8 data[21] = "0200 a message of 21";
      g_autoptr (GBytes) code
          = crypto_mac_compute (algorithms[a].name, key, BASE_SPAN (data, sizeof data), NULL);

      for (gsize i = 0; i < sizeof data * 8; i++)
        {
          g_autoptr (GBytes) other = NULL;

          data[i / 8] ^= 1u << i % 8;
          other = crypto_mac_compute (algorithms[a].name, key, BASE_SPAN (data, sizeof data), NULL);
          data[i / 8] ^= 1u << i % 8;
          g_assert_false (g_bytes_equal (code, other));
        }
    }
}

static void
test_refuses_names_and_keys (void)
{
  static const struct
  {
    const char *name;
    gsize key_size;
  } refused[] = { { "", 16 },         { "AES-CMAC", 16 }, { "hmac", 16 },     { "aes-cmac", 8 },
                  { "aes-cmac", 17 }, { "x9.9", 16 },     { "x9.19", 8 },     { "x9.19", 24 },
                  { "cup-ecb", 24 },  { "cup-ecb", 1 },   { "tdes-cmac", 8 }, { "tdes-cmac", 32 },
                  { "hmac-sm3", 24 }, { "sm3", 32 } };

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (BaseSecret) key = base_secret_new (refused[i].key_size);
      g_autoptr (GError) error = NULL;

      g_assert_null (crypto_mac_compute (refused[i].name, key, BASE_SPAN_STR ("x"), &error));
      g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID);
    }
  g_assert_true (crypto_mac_is_known ("aes-cmac"));
  g_assert_false (crypto_mac_is_known ("none"));
}

/* Nothing at all is one block of zeroes to the DES codes. */
static void
test_of_nothing (void)
{
  guint8 zeroes[8] = { 0 };
  static const char *names[] = { "x9.19", "cup-ecb" };
  g_autoptr (BaseSecret) key = make_key ("0123456789ABCDEFFEDCBA9876543210");

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GBytes) nothing = crypto_mac_compute (names[i], key, BASE_SPAN (NULL, 0), NULL);
      g_autoptr (GBytes) block = crypto_mac_compute (names[i], key, BASE_SPAN (zeroes, 8), NULL);

      g_assert_true (g_bytes_equal (nothing, block));
    }
}

/* The prepared one is another way to the same code, at every size around blocks and pieces. */
static void
test_prepared (void)
{
  g_autoptr (BaseSecret) key = make_key ("2b7e151628aed2a6abf7158809cf4f3c");
  g_autoptr (CryptoMac) prepared = crypto_mac_new ("aes-cmac", key, NULL);
  guint8 data[2100];

  for (guint i = 0; i < sizeof data; i++)
    data[i] = (guint8)(i * 7);
  for (gsize size = 0; size <= sizeof data; size++)
    {
      g_autoptr (GBytes) code = crypto_mac_code (prepared, BASE_SPAN (data, size));
      g_autoptr (GBytes) plain = crypto_mac_compute ("aes-cmac", key, BASE_SPAN (data, size), NULL);

      g_assert_true (g_bytes_equal (code, plain));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crypto/mac/aes-cmac", test_aes_cmac);
  g_test_add_func ("/crypto/mac/tdes-cmac", test_tdes_cmac);
  g_test_add_func ("/crypto/mac/hmac-sm3", test_hmac_sm3);
  g_test_add_func ("/crypto/mac/x9.9", test_x9_9);
  g_test_add_func ("/crypto/mac/x9.19", test_x9_19);
  g_test_add_func ("/crypto/mac/cup-ecb", test_cup_ecb);
  g_test_add_func ("/crypto/mac/cup-ecb-folds", test_cup_ecb_folds);
  g_test_add_func ("/crypto/mac/cup-ecb-under-a-double-key", test_cup_ecb_under_a_double_key);
  g_test_add_func ("/crypto/mac/cup-sm4", test_cup_sm4);
  g_test_add_func ("/crypto/mac/every-bit-counts", test_every_bit_counts);
  g_test_add_func ("/crypto/mac/refuses-names-and-keys", test_refuses_names_and_keys);
  g_test_add_func ("/crypto/mac/of-nothing", test_of_nothing);
  g_test_add_func ("/crypto/mac/prepared", test_prepared);
  return g_test_run ();
}
