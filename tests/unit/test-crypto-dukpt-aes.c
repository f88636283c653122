/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The numbers are those of the supplement to ANSI X9.24-3:2017: initial keys, the first eight
 * transactions with their working keys, those around a counter with too many ones, and a device's
 * last four, of an AES-128 and an AES-256 base key. AES-192 isn't in it: computed with `openssl
 * enc` by the rule.
 */
#include "crypto-dukpt-aes.h"

#include "crypto-error.h"

#include <string.h>

#define BASE_128 "FEDCBA9876543210F1F1F1F1F1F1F1F1"
#define BASE_192 BASE_128 "FEDCBA9876543210"
#define BASE_256 BASE_128 BASE_128
#define DEVICE "1234567890123456"
#define TRACK ";4761739001010119=30122011143878089?"

typedef struct
{
  const char *counter, *key;
  const char *pin, *mac, *data; /* as long as the base key; NULL: not in the supplement */
} Transaction;

static const Transaction of_128[] = {
  { "00000001", "4F21B565BAD9835E112B6465635EAE44", "AF8CB133A78F8DC2D1359F18527593FB",
    "A2DC23DE6FDE0824A2BC321E08E4B8B7", "A35C412EFD41FDB98B69797C02DCD08F" },
  { "00000002", "2F34D68DE10F68D38091A73B9E7C437C", "D30BDC73EC9714B000BEC66BDB7B6D09",
    "484C3B06E8562704528CD5B46FB12FB6", "D639514AA33AC43AD9229E433D6D4E5B" },
  { "00000003", "031504E530365CF81264238540518318", "7D69F01F3B45449F62C7816ECE723268",
    "A5DF7D9D800CA769766F0C77CA4E6E6C", "EF17F6AB45B4820C93A3DCB21BC491AD" },
  { "00000004", "0EEFC7ADA628BA68878DA9165A8A1887", "91A0588318EC2673214271F70137896E",
    "E6E4679647D8A9057C1FC15537CB4C4E", "B3BD44C08BB6BA27C3BB4711D7D70387" },
  { "00000005", "C2A7AC328A5DA2D6002D62465BFC028B", "35A43BC9EFEB09C756204B57E3FB7D4D",
    "0588185FE1FF8C7E22FAD78C1C61F065", "CA02DF6F30B39E14BD0B4A30E460920F" },
  { "00000006", "D30F7D9351DA58448A2F5E92B4EE3B7D", "02DCC6CD1201A3A2CA7099559C862123",
    "7B60F72A5639C0EE7EB2100FA80BB793", "C9B8A7C4E486180B2229115164F0B293" },
  { "00000007", "A8253CEED9AC042C54F75D35C8352278", "6ECF912F3B18CA11A7A27BB60705FD09",
    "BAA08CA263C69525BC6B1BA8F4275D69", "0FA8F1F0A2DD7B1005A862D77CDED698" },
  { "00000008", "718EE6CF0B27E53D5F7AF99C4D8146A2", "4D9DF3FBEE3448FC3E676D04320A90F5",
    "6FD572E5D59E618875F193484F9178FB", "650F34204ABD4E57764D61AC3D266FB1" },
  { "0001FFFE", "E21E8C8D347F8561A2BE752DAA85A111", NULL, NULL, NULL },
  { "00020000", "F7AE9025468A25D37B7249CFFED224C8", NULL, NULL, NULL },
  { "00020001", "692C8EA4013645135B36497131DF9D2C", NULL, NULL, NULL },
  { "FFFE2000", "48E585B694EB0B18D5C35443E163C0BA", NULL, NULL, NULL },
  { "FFFE4000", "396C2C7CA1EA701C03B86B7D41F0C562", NULL, NULL, NULL },
  { "FFFE8000", "0387625F189B58AE03EF0E8CCA41105E", NULL, NULL, NULL },
  { "FFFF0000", "F6BA59389BD14A9855BE9727E7C52E3C", NULL, NULL, NULL },
};

static const Transaction of_256[] = {
  { "00000001", "54AC2B32B145EA4A554CB8BC44B17467063A799856B1CCC2A138D36E8DBF78B3",
    "8C1AB7BEE973829E30242E0BBBDD4946D540C98FC1B5BDCF94790001A23FD502",
    "61DABDF4B340CF461EE860B1D1AB55357142BD2D6977306859CF49AEFE8F1549",
    "71EB36C9A6B7F801D1D1700C29741FC5A5C4E9B45D742DA7AF6992B8AA29AF58" },
  { "00000002", "5DD5A0253842BBBE1D7C0DA27021412C6F1FAB53FB928DEAE56DA06090A9DE97",
    "3583D6CD02FC38822CC71A8D7678E04F4A8556335E6CC66863D3DADC5AEE2C62",
    "4417356219B2F93CE3F2671623DDCAB58A8B85AD80662A8D628024000956D426",
    "D0AC9F71F875FFFF3A83778F72F39EBB0924A5A526617AF669665E0A19725465" },
  { "00000003", "8EEEF7C464AE415BB1D73FAED21993CD669F7999092A579EC6DD3CC680C65171",
    "96A1AB5D37CB7CF81DDE64F66C46E0389B833E7AD5F4E44C791F04FAFDA6DA0E",
    "35BD00A46F2A2BD127F565FBF2974B735AE3BB70242C0A415857CF69B2C2691A",
    "8E70D5DF53F48ED2F2A0B54FC4F45C844579BE96F6F161222CDD50193E2F737F" },
  { "00000004", "C18CBED570B3B89ECADA7CEC9C224CD5A86ECF3DE377D3EFAB720F8C4D76B9D0",
    "420AA584BF215C4777E93009B56D08DE80687021D07ED96349FF71379CE5636D",
    "D80617C3C5869A8DCF0DA5383D032A0D6E6C51C0BF649BE992BE84AA191AE326",
    "41D23F7D78E22A978D726BC71D266374263120EE49146CE5C1291FD0EE7DDD31" },
  { "00000005", "6B3C3C93307151C25DC2309456F01C5C3108DAD571C321899A9B7E0C009FD2EB",
    "B1E9E3D918952E6E5F67917F0FE77060F865AE27DCAD5742DDF90F61453B98BA",
    "8B047E32C476C0A0AF90A9B8D1C247C433E3D4C1DF1C7FC52E8CB1DC4C8FB275",
    "813D156C142E5BB8F136427EBD0A1AC4DC9B2B5963C481F5E0A58F4BF33BD185" },
  { "00000006", "B8BB61AE3E2D5CD8C699E0C578FB2C7B89B0C0CF02DBAB60864D8049C986C844",
    "8714EB94E3BFD3018EC99D0434D9C94F071AF2EEBF4332FB14F5179793AA582C",
    "A2FF6FFB37CB8042B8C9B2F94C90C83D94DD5BECCD9951CFAB0BE7BD865CA403",
    "F1FB0591AA2E45E1CE4C5D970C7396C4A87E53E5900C4A6D95C174140CC0AC9C" },
  { "00000007", "88D0ACA287B3066F5DE0C93396337D4C2DA8D92C1F720A576D62CEB4C979E01E",
    "693C893A1E81D280302E0A47E7E634337B9A9B26E7CC6064D807E08FF911AFAC",
    "E8A57085DBE804B8C2767F9F77D54854861E99633A062C700B4E50A865153150",
    "69BC5C9AFB2C93CC30C3F7529360B34D7B64B7206E0F0940D8654378C54824F2" },
  { "00000008", "20A796D5077D51B8E7613893A4F095B134E02917DC84BD391F3661D0873FF308",
    "173A45284262A3E292D86D08FD6DE9167963214450D1D48F6103BD2EB08E61B5",
    "949A3FEF12DBD273DD25BB60E29BBE313C872A9DE3BE03A7E29626ACA0A42880",
    "0BF8789A21D068410A16C9F7FCBF65A7B4FF73203ADC0F1B4B5E5BF8050E4284" },
  { "0001FFFE", "A289508CBF1228452CD86AB77B15CB35577AC828C18BB66681E5A16D6C9CCED3", NULL, NULL,
    NULL },
  { "00020000", "D62DDA94A47D7DA5D763443B4ECB15EA8DD62E0E4F915958BA459591F8312E37", NULL, NULL,
    NULL },
  { "00020001", "44110A1102748D4A3AC326F53D8CAC650212590CA7126D54546DDE0F20E89CEE", NULL, NULL,
    NULL },
  { "FFFE2000", "4625EB06E4886D4AFCC9AE37ED4F4E4E1653C9E60E3F24742A87A26AA96AB7A6", NULL, NULL,
    NULL },
  { "FFFE4000", "FF20E1BB575539ACCB44E3111BE8757F83AE8549A2DD71B441A4A424F7FFD4B1", NULL, NULL,
    NULL },
  { "FFFE8000", "630535C9C53E1EC6524016930B56F6728909C45403536B419AEBCB25B7351C07", NULL, NULL,
    NULL },
  { "FFFF0000", "6D6DB7AAAE8B3EA90E57A39E4BBA71E173B21B446B30A78D64BFC6A8806C55EE", NULL, NULL,
    NULL },
};

static BaseSecret *
make_key (const char *hex)
{
  BaseSecret *key = base_secret_new_from_hex (hex);

  g_assert_nonnull (key);
  return key;
}

static void
fill_ksn (guint8 ksn[CRYPTO_DUKPT_AES_KSN_SIZE], const char *counter)
{
  g_autofree char *hex = g_strconcat (DEVICE, counter, NULL);
  g_autoptr (GBytes) bytes = base_bytes_from_hex (hex, NULL);

  g_assert_cmpuint (g_bytes_get_size (bytes), ==, CRYPTO_DUKPT_AES_KSN_SIZE);
  for (guint i = 0; i < CRYPTO_DUKPT_AES_KSN_SIZE; i++)
    ksn[i] = base_bytes_span (bytes).data[i];
}

static void
assert_key (const BaseSecret *key, const char *expected)
{
  g_autofree char *hex = key != NULL ? base_bytes_to_hex (base_secret_span (key)) : NULL;

  g_assert_cmpstr (hex, ==, expected);
}

static BaseSecret *
make_transaction_key (const char *base_hex, BaseSpan ksn)
{
  g_autoptr (BaseSecret) base = make_key (base_hex);
  g_autoptr (BaseSecret) initial = crypto_dukpt_aes_initial_key (base, ksn, NULL);

  return crypto_dukpt_aes_transaction_key (initial, ksn, NULL);
}

static void
test_initial_keys (void)
{
  static const struct
  {
    const char *base, *initial;
  } vectors[] = {
    { BASE_128, "1273671EA26AC29AFA4D1084127652A1" },
    { BASE_192, "5B6DEE2B5B7FABFFA32591F35BF8F23DD9329AE85131E584" },
    { BASE_256, "CE9CE0C101D1138F97FB6CAD4DF045A7083D4EAE2D35A31789D01CCF0949550F" },
  };
  guint8 ksn[CRYPTO_DUKPT_AES_KSN_SIZE];

  fill_ksn (ksn, "FFFF0000"); /* the counter is no part of it */
  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      g_autoptr (BaseSecret) base = make_key (vectors[i].base);
      g_autoptr (BaseSecret) initial
          = crypto_dukpt_aes_initial_key (base, BASE_SPAN (ksn, sizeof ksn), NULL);

      assert_key (initial, vectors[i].initial);
    }
}

static void
check_use (const BaseSecret *key, BaseSpan ksn, CryptoDukptAesUse use, const char *expected)
{
  g_autoptr (BaseSecret) working = NULL;

  if (expected == NULL)
    return;
  working = crypto_dukpt_aes_use_key (key, ksn, use, strlen (expected) / 2, NULL);
  assert_key (working, expected);
}

static void
check_transactions (const char *base, const Transaction *transactions, guint count)
{
  for (guint i = 0; i < count; i++)
    {
      guint8 ksn[CRYPTO_DUKPT_AES_KSN_SIZE];
      BaseSpan span = BASE_SPAN (ksn, sizeof ksn);
      g_autoptr (BaseSecret) key = NULL;

      fill_ksn (ksn, transactions[i].counter);
      key = make_transaction_key (base, span);
      assert_key (key, transactions[i].key);
      check_use (key, span, CRYPTO_DUKPT_AES_PIN, transactions[i].pin);
      check_use (key, span, CRYPTO_DUKPT_AES_MAC, transactions[i].mac);
      check_use (key, span, CRYPTO_DUKPT_AES_DATA, transactions[i].data);
    }
}

static void
test_transactions (void)
{
  check_transactions (BASE_128, of_128, G_N_ELEMENTS (of_128));
  check_transactions (BASE_256, of_256, G_N_ELEMENTS (of_256));
}

/* AES-192, and what tracks are encrypted with under longer base keys: a key of 16 bytes. */
static void
test_sizes (void)
{
  guint8 ksn[CRYPTO_DUKPT_AES_KSN_SIZE];
  BaseSpan span = BASE_SPAN (ksn, sizeof ksn);
  g_autoptr (BaseSecret) base = make_key (BASE_256);
  g_autoptr (BaseSecret) key = NULL;
  g_autoptr (BaseSecret) data = NULL;

  fill_ksn (ksn, "00000005");
  key = make_transaction_key (BASE_192, span);
  assert_key (key, "08C64364FA2AFB299E21EA6616F751BF1DC852B5FB76FBFD");
  check_use (key, span, CRYPTO_DUKPT_AES_DATA, "8D03F68A6D13844F83CE42036F92333CCB6EB1B1D7419AF0");
  data = crypto_dukpt_aes_data_key (base, span, NULL);
  assert_key (data, "94C28455AEAD970555F326298557FA81");
}

/* From each counter of the supplement to the next of its run. */
static void
test_advance (void)
{
  static const char *const steps[][2]
      = { { "00000000", "00000001" }, { "00000001", "00000002" }, { "00000007", "00000008" },
          { "0001FFFD", "0001FFFE" }, { "0001FFFE", "00020000" }, { "00020000", "00020001" },
          { "FFFE2000", "FFFE4000" }, { "FFFE4000", "FFFE8000" }, { "FFFE8000", "FFFF0000" } };
  guint8 ksn[CRYPTO_DUKPT_AES_KSN_SIZE], next[CRYPTO_DUKPT_AES_KSN_SIZE];

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      fill_ksn (ksn, steps[i][0]);
      fill_ksn (next, steps[i][1]);
      g_assert_true (crypto_dukpt_aes_advance (ksn));
      g_assert_cmpmem (ksn, sizeof ksn, next, sizeof next);
    }
  fill_ksn (next, "FFFF0000");
  g_assert_false (crypto_dukpt_aes_advance (ksn));
  g_assert_cmpmem (ksn, sizeof ksn, next, sizeof next);
}

static void
assert_no_key (const char *base_hex, const char *ksn_hex)
{
  g_autoptr (BaseSecret) base = make_key (base_hex);
  g_autoptr (GBytes) ksn = base_bytes_from_hex (ksn_hex, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (crypto_dukpt_aes_data_key (base, base_bytes_span (ksn), &error));
  g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID);
}

static void
test_refuses_what_has_no_key (void)
{
  guint8 ksn[CRYPTO_DUKPT_AES_KSN_SIZE];
  g_autoptr (BaseSecret) key = NULL;
  g_autoptr (GError) error = NULL;

  assert_no_key (BASE_128, DEVICE "00000000");
  assert_no_key (BASE_128, DEVICE "0001FFFF"); /* 17 ones */
  assert_no_key (BASE_128, DEVICE "FFFFFFFF");
  assert_no_key (BASE_128, "FFFF9876543210E00008");
  assert_no_key (BASE_128, DEVICE "0000000100");
  assert_no_key ("0123456789ABCDEF", DEVICE "00000001");
  fill_ksn (ksn, "00000001");
  key = make_transaction_key (BASE_128, BASE_SPAN (ksn, sizeof ksn));
  g_assert_null (crypto_dukpt_aes_use_key (key, BASE_SPAN (ksn, sizeof ksn), CRYPTO_DUKPT_AES_DATA,
                                           32, &error)); /* stronger than what it comes from */
  g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID);
}

static void
test_track_round_trip (void)
{
  guint8 ksn[CRYPTO_DUKPT_AES_KSN_SIZE];
  guint8 track[48] = TRACK;
  g_autoptr (BaseSecret) base = make_key (BASE_128);
  g_autoptr (BaseSecret) key = NULL, plain = NULL;
  g_autoptr (GBytes) cipher = NULL;
  g_autoptr (GError) error = NULL;

  fill_ksn (ksn, "00000001");
  key = crypto_dukpt_aes_data_key (base, BASE_SPAN (ksn, sizeof ksn), NULL);
  cipher = crypto_dukpt_aes_encrypt (key, BASE_SPAN (track, sizeof track), NULL);
  g_assert_false (base_bytes_equal (base_bytes_span (cipher), BASE_SPAN (track, sizeof track)));
  plain = crypto_dukpt_aes_decrypt (key, base_bytes_span (cipher), NULL);
  g_assert_true (base_bytes_equal (base_secret_span (plain), BASE_SPAN (track, sizeof track)));
  g_assert_null (crypto_dukpt_aes_encrypt (key, BASE_SPAN (track, 0), NULL));
  g_assert_null (crypto_dukpt_aes_decrypt (key, BASE_SPAN (track, 40), &error));
  g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crypto/dukpt-aes/initial-keys", test_initial_keys);
  g_test_add_func ("/crypto/dukpt-aes/transactions", test_transactions);
  g_test_add_func ("/crypto/dukpt-aes/sizes", test_sizes);
  g_test_add_func ("/crypto/dukpt-aes/advance", test_advance);
  g_test_add_func ("/crypto/dukpt-aes/refuses-what-has-no-key", test_refuses_what_has_no_key);
  g_test_add_func ("/crypto/dukpt-aes/track-round-trip", test_track_round_trip);
  return g_test_run ();
}
