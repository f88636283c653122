/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The published blocks are those of the standards' own annexes: TR-31:2018, A.7.2.2, A.7.3.2 and
 * A.7.4, and ANSI X9.143:2021, 8.1, 8.4.2 and 8.6. (Its 8.2 and 8.3.2.2 are known to be wrong in
 * print and aren't used.) What they don't cover goes there and back.
 */
#include "crypto-keyblock.h"

#include "crypto-error.h"

#include <string.h>

#define KEY_AES_256 "88E1AB2A2E3DD38C1FA039A536500CC8A87AB9D62DC92C01058FA79F44657DE6"
#define KEY_TDES_1 "DD7515F2BFC17F85CE48F3CA25CB21F6"
#define KEY_TDES_2 "1D22BF32387C600AD97F9B97A51311AC"
#define BLOCK_D                                                                                    \
  "D0112P0AE00E0000B82679114F470F540165EDFBF7E250FCEA43F810D215F8D207E2E417C07156A27E8E31DA05F74"  \
  "25509593D03A457DC34"

static const struct
{
  const char *protection_key, *block, *usage, *key, *check;
  char algorithm, mode;
} published[] = {
  { KEY_TDES_1, "B0080P0TE00E000094B420079CC80BA3461F86FE26EFC4A3B8E4FA4C5F5341176EED7B727B8A248E",
    "P0", "3F419E1CB7079442AA37474C2EFBF8B8", "57C409", 'T', 'E' },
  { KEY_TDES_2,
    "B0104B0TX12S0100KS1800604B120F9292800000BB68BE8680A400D9191AD4ECE45B6E6C0D21C4738A52190E248719"
    "E24B433627",
    "B0", "E8BC63E5479455E26577F715D587FE68", "9A4212", 'T', 'X' },
  { KEY_TDES_2,
    "B0120B0TX12S0100KS1800604B120F929280000015CEB14B76D551F21EC43A75390FA118A98C6CB049E3B9E864A5F4"
    "A8B9A5108A6DB5635C95B042D7",
    "B0", "E8BC63E5479455E26577F715D587FE68", "9A4212", 'T', 'X' },
  { KEY_AES_256, BLOCK_D, "P0", "3F419E1CB7079442AA37474C2EFBF8B8", "08793E25AB", 'A', 'E' },
  { KEY_AES_256,
    "D0144P0AE00E00002C77FA3F4A553BED6E88AE5C172A4166E3D4ACA8E2AC71C158A476FAC12C13C3829DE55D3AB54C"
    "48F4C4FEF7AC75E90FC47F1B77E7B19A73ED46E64410082557",
    "P0", "3F419E1CB7079442AA37474C2EFBF8B8", "08793E25AB", 'A', 'E' },
};

static BaseSecret *
make_key (const char *hex)
{
  BaseSecret *key = base_secret_new_from_hex (hex);

  g_assert_nonnull (key);
  return key;
}

static void
assert_key (const BaseSecret *key, const char *expected)
{
  g_autofree char *hex = key != NULL ? base_bytes_to_hex (base_secret_span (key)) : NULL;

  g_assert_cmpstr (hex, ==, expected);
}

static void
test_published (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (published); i++)
    {
      g_autoptr (BaseSecret) protection_key = make_key (published[i].protection_key);
      BaseSpan text = BASE_SPAN_STR (published[i].block);
      g_autoptr (GError) error = NULL;
      g_autoptr (BaseSecret) key = crypto_keyblock_unwrap (text, protection_key, &error);
      g_autofree char *check = NULL;
      CryptoKeyblock block;

      g_assert_no_error (error);
      assert_key (key, published[i].key);
      g_assert_true (crypto_keyblock_read (text, &block, &error));
      g_assert_cmpstr (block.usage, ==, published[i].usage);
      g_assert_cmpint (block.algorithm, ==, published[i].algorithm);
      g_assert_cmpint (block.mode, ==, published[i].mode);
      check = crypto_keyblock_check_value (block.algorithm, key);
      g_assert_cmpstr (check, ==, published[i].check);
    }
}

static void
test_options (void)
{
  CryptoKeyblock block;
  const CryptoKeyblockOption *option;

  g_assert_true (crypto_keyblock_read (BASE_SPAN_STR (published[1].block), &block, NULL));
  g_assert_cmpstr (block.key_version, ==, "12");
  g_assert_cmpint (block.exportability, ==, 'S');
  g_assert_cmpuint (block.option_count, ==, 1);
  option = crypto_keyblock_option (&block, "KS");
  g_assert_nonnull (option);
  g_assert_true (base_bytes_equal (option->value, BASE_SPAN_STR ("00604B120F9292800000")));
  g_assert_null (crypto_keyblock_option (&block, "KC"));
}

/* X9.143:2021, 8.6 prints the check value of this protection key in its block KP. */
static void
test_check_values (void)
{
  g_autoptr (BaseSecret) key = make_key (KEY_AES_256);
  g_autofree char *check = crypto_keyblock_check_value ('A', key);

  g_assert_cmpstr (check, ==, "2331550BC9");
  g_assert_null (crypto_keyblock_check_value ('T', key));
  g_assert_null (crypto_keyblock_check_value ('R', key));
}

static void
test_wrong_key (void)
{
  g_autoptr (BaseSecret) wrong
      = make_key ("88E1AB2A2E3DD38C1FA039A536500CC8A87AB9D62DC92C01058FA79F44657DE7");
  g_autoptr (BaseSecret) short_key = make_key ("0123456789ABCDEF");
  g_autoptr (GError) error = NULL;

  g_assert_null (crypto_keyblock_unwrap (BASE_SPAN_STR (BLOCK_D), wrong, &error));
  g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_AUTHENTIC);
  g_clear_error (&error);
  g_assert_null (crypto_keyblock_unwrap (BASE_SPAN_STR (BLOCK_D), short_key, &error));
  g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (crypto_keyblock_unwrap (BASE_SPAN_STR (published[0].block), short_key, &error));
  g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID);
}

/* Each character of a block changed, and each end cut off: none of it opens. */
static void
test_changed (void)
{
  g_autoptr (BaseSecret) key = make_key (KEY_AES_256);
  gsize size = strlen (BLOCK_D);

  for (gsize i = 0; i < size; i++)
    {
      g_autofree char *text = g_strdup (BLOCK_D);
      g_autoptr (GError) error = NULL;

      text[i] = text[i] == '1' ? '2' : '1';
      g_assert_null (crypto_keyblock_unwrap (BASE_SPAN (text, size), key, &error));
      g_assert_true (error->domain == CRYPTO_ERROR);
      g_clear_error (&error);
      g_assert_null (crypto_keyblock_unwrap (BASE_SPAN (text, i), key, &error));
      g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID);
    }
}

static void
test_malformed (void)
{
  static const char *const texts[] = {
    "",
    "D",
    "D0016K0AD00N0000",                                                         /* no key at all */
    "A0072P0TE00E0000F5161ED902807AF26F1D62263644BD24192FDB3193C730301CEE8701", /* version A */
    "D0112P0AE00X0000B82679114F470F540165EDFBF7E250FC",                         /* exportability */
    "D0080K0AD00N0001XX010000000000000000000000000000000000000000000000000000000000000",
    "D0080K0AD00N0001XXFF0000000000000000000000000000000000000000000000000000000000000",
    "D0080K0AD00N0001XX000000000000000000000000000000000000000000000000000000000000000",
    "D0080K0AD00N0099XX100000000000000000000000000000000000000000000000000000000000000",
    "B0048K0TD00N0000000000000000000000000000000000+0", /* no digit */
    "B004 K0TD00N0000000000000000000000000000000000000",
  };
  g_autoptr (BaseSecret) aes = make_key (KEY_AES_256);
  g_autoptr (BaseSecret) tdes = make_key (KEY_TDES_1);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (crypto_keyblock_unwrap (BASE_SPAN_STR (texts[i]),
                                             texts[i][0] == 'B' ? tdes : aes, &error));
      g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID);
    }
}

/* Longer lengths of optional blocks, each block once, padding last. */
static void
test_option_forms (void)
{
  static const struct
  {
    const char *options; /* the header's last eight characters, and what follows */
    gboolean good;
  } forms[] = {
    { "01LB000210ABCDEFGH", TRUE },  /* length of two digits */
    { "01LB00040010ABCDEF", TRUE },  /* and of four */
    { "01LB00050001012345", FALSE }, /* five are too many */
    { "01LB0000ABCDEFGHIJ", FALSE }, /* none at all */
    { "01LB0002070000ABCD", FALSE }, /* shorter than its own head */
    { "02LB08ABCDPB080000", TRUE },  { "02PB080000LB08ABCD", FALSE },
    { "02LB08ABCDLB08ABCD", FALSE }, { "01LB10ABCDEFGH\tJKL", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      const char *options = forms[i].options + 2;
      g_autofree char *zeros = g_strnfill (64, '0');
      g_autofree char *text
          = g_strdup_printf ("D%04uK0AD00N%.2s00%s%s", (guint)(16 + strlen (options) + 64),
                             forms[i].options, options, zeros);
      CryptoKeyblock block;

      g_test_message ("%s", text);
      g_assert_cmpint (crypto_keyblock_read (BASE_SPAN_STR (text), &block, NULL), ==,
                       forms[i].good);
    }
}

static CryptoKeyblock
make_block (char version, const char *usage, char algorithm, char mode)
{
  CryptoKeyblock block = { .version = version,
                           .algorithm = algorithm,
                           .mode = mode,
                           .key_version = "00",
                           .exportability = 'N' };

  g_strlcpy (block.usage, usage, sizeof block.usage);
  return block;
}

/* Every size of protection key by every size of key, and the length doesn't show. */
static void
test_there_and_back (void)
{
  static const struct
  {
    char version, algorithm;
    gsize protection_size, key_size, length;
  } ways[] = {
    { 'B', 'T', 16, 16, 96 },  { 'B', 'T', 24, 16, 96 },  { 'B', 'T', 16, 24, 96 },
    { 'B', 'D', 16, 8, 96 },   { 'D', 'A', 16, 16, 144 }, { 'D', 'A', 24, 24, 144 },
    { 'D', 'A', 32, 16, 144 }, { 'D', 'A', 32, 32, 144 }, { 'D', 'T', 16, 24, 112 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autoptr (BaseSecret) protection_key = base_secret_new (ways[i].protection_size);
      g_autoptr (BaseSecret) key = base_secret_new (ways[i].key_size);
      CryptoKeyblock block = make_block (ways[i].version, "K0", ways[i].algorithm, 'B');
      g_autoptr (GError) error = NULL;
      g_autoptr (BaseSecret) back = NULL;
      g_autofree char *text = NULL;
      g_autofree char *line = NULL;

      for (gsize j = 0; j < ways[i].protection_size; j++)
        base_secret_bytes (protection_key)[j] = (guint8)(7 * j + i);
      for (gsize j = 0; j < ways[i].key_size; j++)
        base_secret_bytes (key)[j] = (guint8)(200 - 11 * j + i);
      text = crypto_keyblock_wrap (&block, protection_key, key, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (strlen (text), ==, ways[i].length);
      line = g_strconcat (text, "\r\n", NULL);
      back = crypto_keyblock_unwrap (BASE_SPAN_STR (line), protection_key, &error);
      g_assert_no_error (error);
      g_assert_true (base_bytes_equal (base_secret_span (back), base_secret_span (key)));
    }
}

/* Check values inside the block: of the key, and of what protects it. */
static void
test_carried_checks (void)
{
  static const struct
  {
    const char *id, *value;
    gboolean good;
  } cases[] = {
    { "KC", "0108793E25AB", TRUE },  { "KC", "0108793E25AC", FALSE },
    { "KC", "0108793e", TRUE },      { "KP", "012331550BC9", TRUE },
    { "KP", "012331550BC8", FALSE }, { "KC", "0208793E25AB", FALSE },
    { "KC", "01", FALSE },           { "KC", "0108793", FALSE },
    { "LB", "till 7", TRUE },        { "TS", "20260818221218Z", TRUE },
  };
  g_autoptr (BaseSecret) protection_key = make_key (KEY_AES_256);
  g_autoptr (BaseSecret) key = make_key ("3F419E1CB7079442AA37474C2EFBF8B8");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      CryptoKeyblock block = make_block ('D', "K0", 'A', 'D');
      g_autoptr (BaseSecret) back = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *text = NULL;

      block.option_count = 1;
      g_strlcpy (block.options[0].id, cases[i].id, sizeof block.options[0].id);
      block.options[0].value = BASE_SPAN_STR (cases[i].value);
      text = crypto_keyblock_wrap (&block, protection_key, key, &error);
      g_assert_no_error (error);
      back = crypto_keyblock_unwrap (BASE_SPAN_STR (text), protection_key, &error);
      g_assert_cmpint (back != NULL, ==, cases[i].good);
      if (back == NULL)
        g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_AUTHENTIC);
    }
}

static void
test_wrap_refuses (void)
{
  g_autoptr (BaseSecret) protection_key = make_key (KEY_AES_256);
  g_autoptr (BaseSecret) key = make_key ("3F419E1CB7079442AA37474C2EFBF8B8");
  g_autoptr (BaseSecret) odd = make_key ("3F419E1CB7");
  g_autofree char *long_value = g_strnfill (CRYPTO_KEYBLOCK_OPTION_MAX + 1, 'x');
  CryptoKeyblock good = make_block ('D', "K0", 'A', 'D');
  CryptoKeyblock bad;

  g_assert_null (crypto_keyblock_wrap (&good, protection_key, odd, NULL));
  g_assert_null (crypto_keyblock_wrap (&good, odd, key, NULL));
  bad = make_block ('A', "K0", 'A', 'D');
  g_assert_null (crypto_keyblock_wrap (&bad, protection_key, key, NULL));
  bad = make_block ('D', "K", 'A', 'D');
  g_assert_null (crypto_keyblock_wrap (&bad, protection_key, key, NULL));
  bad = good;
  bad.exportability = '\0';
  g_assert_null (crypto_keyblock_wrap (&bad, protection_key, key, NULL));
  bad = good;
  bad.option_count = 1;
  g_strlcpy (bad.options[0].id, "LB", sizeof bad.options[0].id);
  bad.options[0].value = BASE_SPAN_STR (long_value);
  g_assert_null (crypto_keyblock_wrap (&bad, protection_key, key, NULL));
  bad.options[0].value.size = CRYPTO_KEYBLOCK_OPTION_MAX;
  g_free (crypto_keyblock_wrap (&bad, protection_key, key, NULL));
  bad.option_count = CRYPTO_KEYBLOCK_OPTIONS_MAX;
  g_assert_null (crypto_keyblock_wrap (&bad, protection_key, key, NULL));
}

static void
test_purposes (void)
{
  static const struct
  {
    CryptoKeyblockPurpose purpose;
    const char *mac, *usage;
    char version, algorithm, mode;
    gboolean good;
  } cases[] = {
    { CRYPTO_KEYBLOCK_MASTER, NULL, "K0", 'D', 'A', 'D', TRUE },
    { CRYPTO_KEYBLOCK_MASTER, NULL, "K1", 'B', 'T', 'B', TRUE },
    { CRYPTO_KEYBLOCK_MASTER, NULL, "K0", 'D', 'A', 'E', FALSE }, /* only wraps */
    { CRYPTO_KEYBLOCK_MASTER, NULL, "K0", 'B', 'A', 'D', FALSE }, /* under a weaker one */
    { CRYPTO_KEYBLOCK_MASTER, NULL, "P0", 'D', 'A', 'D', FALSE },
    { CRYPTO_KEYBLOCK_MASTER, NULL, "0K", 'D', 'A', 'D', FALSE },
    { CRYPTO_KEYBLOCK_MASTER, NULL, "K0", 'D', 'R', 'D', FALSE },
    { CRYPTO_KEYBLOCK_MAC, "aes-cmac", "M6", 'D', 'A', 'C', TRUE },
    { CRYPTO_KEYBLOCK_MAC, "aes-cmac", "M6", 'D', 'A', 'V', FALSE },
    { CRYPTO_KEYBLOCK_MAC, "aes-cmac", "M3", 'D', 'T', 'C', FALSE },
    { CRYPTO_KEYBLOCK_MAC, "tdes-cmac", "M6", 'B', 'T', 'C', TRUE },
    { CRYPTO_KEYBLOCK_MAC, "tdes-cmac", "M6", 'D', 'A', 'C', FALSE },
    { CRYPTO_KEYBLOCK_MAC, "hmac-sm3", "M7", 'D', 'H', 'C', FALSE },
    { CRYPTO_KEYBLOCK_MAC, "x9.19", "M3", 'B', 'T', 'C', TRUE },
    { CRYPTO_KEYBLOCK_MAC, "x9.9", "M1", 'B', 'D', 'N', TRUE },
    { CRYPTO_KEYBLOCK_MAC, "cup-ecb", "M1", 'B', 'T', 'C', FALSE },
    { CRYPTO_KEYBLOCK_MAC, NULL, "M6", 'D', 'A', 'C', FALSE },
    { CRYPTO_KEYBLOCK_DATA, NULL, "D0", 'D', 'A', 'B', TRUE },
    { CRYPTO_KEYBLOCK_DATA, NULL, "K0", 'D', 'A', 'B', FALSE },
  };
  CryptoKeyblock part = make_block ('D', "K0", 'A', 'D');

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      CryptoKeyblock block
          = make_block (cases[i].version, cases[i].usage, cases[i].algorithm, cases[i].mode);
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (crypto_keyblock_check (&block, cases[i].purpose, cases[i].mac, &error), ==,
                       cases[i].good);
      if (!cases[i].good)
        g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID);
    }
  part.key_version[0] = 'c';
  g_assert_false (crypto_keyblock_check (&part, CRYPTO_KEYBLOCK_MASTER, NULL, NULL));
  part.key_version[0] = '0';
  part.context = '1';
  g_assert_false (crypto_keyblock_check (&part, CRYPTO_KEYBLOCK_MASTER, NULL, NULL));
  part.context = '2';
  g_assert_true (crypto_keyblock_check (&part, CRYPTO_KEYBLOCK_MASTER, NULL, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crypto/keyblock/published", test_published);
  g_test_add_func ("/crypto/keyblock/options", test_options);
  g_test_add_func ("/crypto/keyblock/option-forms", test_option_forms);
  g_test_add_func ("/crypto/keyblock/check-values", test_check_values);
  g_test_add_func ("/crypto/keyblock/wrong-key", test_wrong_key);
  g_test_add_func ("/crypto/keyblock/changed", test_changed);
  g_test_add_func ("/crypto/keyblock/malformed", test_malformed);
  g_test_add_func ("/crypto/keyblock/there-and-back", test_there_and_back);
  g_test_add_func ("/crypto/keyblock/carried-checks", test_carried_checks);
  g_test_add_func ("/crypto/keyblock/wrap-refuses", test_wrap_refuses);
  g_test_add_func ("/crypto/keyblock/purposes", test_purposes);
  return g_test_run ();
}
