/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A flow as a profile's text has it, and the flows of UnionPay's dialect against frames that were
 * not made by our encoder (tests/vectors/iso8583/unionpay-*.txt): each is built from the same
 * values byte for byte, recognised, and found whole.
 */
#include "acquirer-flow.h"

#include "acquirer-mac.h"
#include "acquirer-message.h"
#include "iso8583.h"

#include <string.h>

#define KEY "0123456789ABCDEFFEDCBA9876543210"
/* Everything that a chip and a till may have, its number and track among it, in no order. */
#define CHIP                                                                                       \
  "5A086200000000000005570F6200000000000005D30122010000009F7406454343303031"                       \
  "DF310520000000009F410400000123950500000000009F37041122334482027C009F3602000"                    \
  "19F26080102030405060708"                                                                        \
  "9F1E0831323334353637389F270180"                                                                 \
  "9F100707010103A0A0009A032611239C01009F02060000000001005F2A0201569F1A0201569F0306000000000000"   \
  "9F3303E0F0C89F34033F00009F3501228408A0000003330101019F09020020"

static const struct
{
  AcquirerFlowKind kind;
  const char *frame;
  const char *rows;
} frames[] = {
  { ACQUIRER_FLOW_SALE, "sale-chip", NULL },
  { ACQUIRER_FLOW_ADVICE, "advice", NULL },
  { ACQUIRER_FLOW_VOID, "void", NULL },
  { ACQUIRER_FLOW_REFUND, "refund", NULL },
  { ACQUIRER_FLOW_HOLD, "pre-authorisation", NULL },
  { ACQUIRER_FLOW_HOLD_VOID, "pre-authorisation-void", NULL },
  { ACQUIRER_FLOW_CAPTURE, "completion", NULL },
  { ACQUIRER_FLOW_CAPTURE_VOID, "completion-void", NULL },
  { ACQUIRER_FLOW_CAPTURE_ADVICE, "completion-advice", NULL },
  { ACQUIRER_FLOW_VOICE, "voice", NULL },
  { ACQUIRER_FLOW_ADJUST, "adjust", NULL },
  { ACQUIRER_FLOW_BALANCE, "balance", NULL },
  { ACQUIRER_FLOW_SCRIPT, "script-result", NULL },
  { ACQUIRER_FLOW_SIGN_IN, "sign-in", NULL },
  { ACQUIRER_FLOW_SIGN_OUT, "sign-out", NULL },
  { ACQUIRER_FLOW_ECHO, "echo", NULL },
  { ACQUIRER_FLOW_SETTLE, "settlement", NULL },
  { ACQUIRER_FLOW_UPLOAD, "upload", "010000012300006200000000000005000000000100" },
  { ACQUIRER_FLOW_UPLOAD_CHIP, "upload-chip", "010000012300006200000000000005000000000100" },
  { ACQUIRER_FLOW_BATCH_END, "batch-end", "0001" },
  { ACQUIRER_FLOW_BATCH_CLOSED, "batch-closed", "0000" },
  { ACQUIRER_FLOW_PARAMETERS, "parameters", NULL },
  { ACQUIRER_FLOW_PARAMETERS_END, "parameters-end", NULL },
  { ACQUIRER_FLOW_CA_KEYS_STATUS, "ca-keys-status", "00" },
  { ACQUIRER_FLOW_CA_KEYS, "ca-keys", NULL },
  { ACQUIRER_FLOW_CA_KEYS_END, "ca-keys-end", NULL },
  { ACQUIRER_FLOW_AIDS_STATUS, "aids-status", "00" },
  { ACQUIRER_FLOW_AIDS, "aids", NULL },
  { ACQUIRER_FLOW_AIDS_END, "aids-end", NULL },
};

static GBytes *
read_frame (const char *name)
{
  g_autofree char *file = g_strdup_printf ("unionpay-%s.txt", name);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "vectors", "iso8583", file, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GString) hex = g_string_new (NULL);
  g_auto (GStrv) lines = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (strstr (text, "\nframe\n"), "\n", -1);
  for (guint i = 3; lines[i] != NULL; i++) /* behind "frame" and the length */
    {
      g_auto (GStrv) halves = g_strsplit (lines[i], "#", 2);

      g_string_append (hex, halves[0] != NULL ? halves[0] : "");
    }
  return base_bytes_from_hex (hex->str, NULL);
}

static AcquirerSale
values (BaseSpan chip, const char *rows)
{
  return (AcquirerSale){
    .terminal = "12345678",
    .merchant = "123456789012345",
    .batch = 3,
    .stan = 123,
    .amount = base_money (100, "CNY"),
    .at_unix_s = 1795406706,
    .utc_offset_s = 8 * 3600,
    .entry = { .kind = ACQUIRER_ENTRY_CHIP,
               .pan = "6200000000000005",
               .expiry = "3012",
               .sequence = "001",
               .track2 = "6200000000000005=301220100000000000",
               .chip = chip },
    .original = { .batch = 2,
                  .stan = 100,
                  .date = "1122",
                  .reference = "000000000042",
                  .authorisation = "A00042" },
    .operator_id = "01",
    .serial = "TILL0001000042",
    .totals = "00000000250000200000000010000100000000000000000000000000000000",
    .rows = rows,
  };
}

static void
check_frame (const Iso8583Message *message,
             AcquirerProfile *profile,
             const AcquirerMac *mac,
             const char *name,
             AcquirerFlowKind kind)
{
  g_autoptr (GBytes) wanted = read_frame (name);
  g_autoptr (GBytes) made = acquirer_mac_pack (mac, message, NULL);
  g_autoptr (Iso8583Message) back = NULL;
  GError *error = NULL;
  guint bad;

  g_assert_nonnull (made);
  g_assert_cmpmem (g_bytes_get_data (made, NULL), g_bytes_get_size (made),
                   g_bytes_get_data (wanted, NULL), g_bytes_get_size (wanted));
  g_assert_true (acquirer_mac_check (mac, base_bytes_span (wanted), &error));
  back = iso8583_unpack (profile, base_bytes_span (wanted), NULL);
  g_assert_cmpint (acquirer_message_flow (profile, back)->kind, ==, kind);
  acquirer_message_check (profile, acquirer_message_flow (profile, back), back, &bad, &error);
  g_assert_no_error (error);
}

static void
test_unionpay (void)
{
  g_autoptr (AcquirerProfile) profile = acquirer_profile_load ("unionpay", NULL);
  g_autoptr (BaseSecret) key = base_secret_new_from_hex (KEY);
  g_autoptr (AcquirerMac) mac = acquirer_mac_new (profile, key);
  g_autoptr (GBytes) chip = base_bytes_from_hex (CHIP, NULL);
  g_autoptr (GBytes) key_wish = base_bytes_from_hex ("9F0605A0000003339F22010B", NULL);
  g_autoptr (GBytes) aid_wish = base_bytes_from_hex ("9F0608A000000333010101", NULL);
  GError *error = NULL;

  g_assert_nonnull (chip);
  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    {
      AcquirerSale sale = values (base_bytes_span (chip), frames[i].rows);
      g_autoptr (Iso8583Message) message = NULL;

      g_test_message ("%s", frames[i].frame);
      if (frames[i].kind == ACQUIRER_FLOW_VOICE || frames[i].kind == ACQUIRER_FLOW_ADJUST
          || frames[i].kind == ACQUIRER_FLOW_CAPTURE_ADVICE)
        sale.entry.track2 = NULL;
      if (frames[i].kind == ACQUIRER_FLOW_CA_KEYS || frames[i].kind == ACQUIRER_FLOW_AIDS)
        sale.download
            = base_bytes_span (frames[i].kind == ACQUIRER_FLOW_AIDS ? aid_wish : key_wish);
      message = acquirer_message_build (profile, frames[i].kind, &sale, &error);
      g_assert_no_error (error);
      check_frame (message, profile, mac, frames[i].frame, frames[i].kind);
    }
}

static void
test_unionpay_reversal (void)
{
  g_autoptr (AcquirerProfile) profile = acquirer_profile_load ("unionpay", NULL);
  g_autoptr (BaseSecret) key = base_secret_new_from_hex (KEY);
  g_autoptr (AcquirerMac) mac = acquirer_mac_new (profile, key);
  g_autoptr (GBytes) chip = base_bytes_from_hex (CHIP, NULL);
  AcquirerSale sale = values (base_bytes_span (chip), NULL);
  g_autoptr (Iso8583Message) original
      = acquirer_message_build (profile, ACQUIRER_FLOW_SALE, &sale, NULL);
  g_autoptr (Iso8583Message) reversal
      = acquirer_message_reversal (profile, original, "no-answer", NULL);
  g_autoptr (Iso8583Message) other = NULL;
  const struct
  {
    AcquirerValue value;
    const char *text;
  } parts[] = { { ACQUIRER_VALUE_BATCH, "000003" }, { ACQUIRER_VALUE_STAN, "000123" },
                { ACQUIRER_VALUE_WHY, "98" },       { ACQUIRER_VALUE_PAN, "6200000000000005" },
                { ACQUIRER_VALUE_SERIAL, NULL },    { ACQUIRER_VALUE_ORIGINAL_DATE, NULL } };

  /* The sale's own field 55 has no DF31, which belongs into a reversal once a script has run. */
  g_assert_cmpstr (iso8583_message_get (reversal, 39), ==, "98");
  check_frame (reversal, profile, mac, "reversal", ACQUIRER_FLOW_REVERSAL);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autofree char *found = acquirer_message_value (
          profile, acquirer_profile_flow (profile, ACQUIRER_FLOW_REVERSAL), reversal,
          parts[i].value);

      g_assert_cmpstr (found, ==, parts[i].text);
    }
  other = acquirer_message_reversal (profile, original, "bad-mac", NULL);
  g_assert_cmpstr (iso8583_message_get (other, 39), ==, "A0");
  iso8583_message_free (g_steal_pointer (&other));
  other = acquirer_message_reversal (profile, original, "whatever", NULL);
  g_assert_cmpstr (iso8583_message_get (other, 39), ==, "06");
}

/* A request of one kind isn't taken for one of another, and what doesn't belong is named. */
static const struct
{
  guint field;
  const char *text; /* NULL: taken away */
  const char *says;
} breaches[] = {
  { 55, "5A086200000000000005", "Field 55 (chip data) has tag 5A, which doesn't belong here" },
  { 55, "9F36", "Field 55 (chip data) is no chip data" },
  { 60, "220000030005",
    "Field 60 (transmission type, batch, network code) isn't made of its parts" },
  { 25, "06", "Field 25 (condition code) has the wrong value" },
  { 61, "000002000100", "Field 61 (original transaction) doesn't belong here" },
  { 22, NULL, "Field 22 (entry mode) is missing" },
};

static void
test_unionpay_breaches (void)
{
  g_autoptr (AcquirerProfile) profile = acquirer_profile_load ("unionpay", NULL);
  g_autoptr (GBytes) frame = read_frame ("sale-chip");

  for (guint i = 0; i < G_N_ELEMENTS (breaches); i++)
    {
      g_autoptr (Iso8583Message) request = iso8583_unpack (profile, base_bytes_span (frame), NULL);
      const AcquirerFlow *sale = acquirer_profile_flow (profile, ACQUIRER_FLOW_SALE);
      g_autoptr (GError) error = NULL;
      guint bad = 0;

      if (breaches[i].text != NULL)
        iso8583_message_set (request, breaches[i].field, breaches[i].text);
      else
        iso8583_message_remove (request, breaches[i].field);
      g_assert_false (acquirer_message_check (profile, sale, request, &bad, &error));
      g_assert_cmpuint (bad, ==, breaches[i].field);
      g_test_message ("%s", error->message);
      if (breaches[i].field != 60)
        g_assert_cmpstr (error->message, ==, breaches[i].says);
    }
}

static void
test_names (void)
{
  AcquirerFlowKind kind;

  for (guint i = 0; i < ACQUIRER_FLOW_COUNT; i++)
    {
      g_assert_true (
          acquirer_flow_kind_from_name (acquirer_flow_kind_name ((AcquirerFlowKind)i), &kind));
      g_assert_cmpint (kind, ==, i);
    }
  g_assert_false (acquirer_flow_kind_from_name ("lottery", &kind));
}

/* Each must be refused with a sentence that has `says` in it. */
static const struct
{
  const char *text;
  const char *says;
} mistakes[] = {
  { "[flow lottery]\nmti=0200\nrequest=11\nanswer=11", "doesn't know" },
  { "[flow sale]\nmti=0210\nrequest=11\nanswer=11", "mti" },
  { "[flow sale]\nmti=02O0\nrequest=11\nanswer=11", "mti" },
  { "[flow sale]\nmti=0200\nrequest=11\nanswer=11\nchip=9F26 9F26", "chip" },
  { "[flow sale]\nmti=0200\nrequest=11 60={lottery}\nanswer=11", "60={lottery}" },
  { "[flow sale]\nmti=0200\nrequest=11 60=22{batch\nanswer=11", "60=22{batch" },
  { "[flow sale]\nmti=0200\nrequest=11\nanswer=11 60=22", "60=22" },
  { "[flow sale]\nmti=0200\nrequest=11?x\nanswer=11", "11?x" },
  { "[flow sale]\nmti=0200\nrequest=1\nanswer=11", "1" },
  { "[flow sale]\nmti=0200\nrequest=11\n", "answer" },
};

static void
test_mistakes (void)
{
  g_autoptr (AcquirerProfile) profile = acquirer_profile_load ("unionpay", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (mistakes); i++)
    {
      g_autoptr (GKeyFile) file = g_key_file_new ();
      g_auto (GStrv) groups = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_true (g_key_file_load_from_data (file, mistakes[i].text, (gsize)-1, 0, NULL));
      groups = g_key_file_get_groups (file, NULL);
      g_assert_null (
          acquirer_flow_read (acquirer_profile_dialect (profile), file, groups[0], &error));
      g_assert_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_PROFILE);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, mistakes[i].says));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/acquirer/flow/names", test_names);
  g_test_add_func ("/acquirer/flow/mistakes", test_mistakes);
  g_test_add_func ("/acquirer/flow/unionpay", test_unionpay);
  g_test_add_func ("/acquirer/flow/unionpay-reversal", test_unionpay_reversal);
  g_test_add_func ("/acquirer/flow/unionpay-breaches", test_unionpay_breaches);
  return g_test_run ();
}
