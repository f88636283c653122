/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A flow as a profile's text has it, and the flows of both shipped dialects against frames that
 * were not made by our encoder (tests/vectors/iso8583): each is built from the same values byte for
 * byte, recognised, and found whole.
 */
#include "acquirer-flow.h"

#include "acquirer-mac.h"
#include "acquirer-message.h"
#include "frame-testing.h"
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

typedef struct
{
  AcquirerFlowKind kind;
  const char *frame; /* its file's name behind the dialect's */
  const char *rows;
} Frame;

static const Frame unionpay_frames[] = {
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

#define SANDBOX_KEY "2B7E151628AED2A6ABF7158809CF4F3C"
#define TOTALS "0000002000000000002500000001000000000000100"

static const Frame sandbox_frames[] = {
  { ACQUIRER_FLOW_VOID, "void", NULL },
  { ACQUIRER_FLOW_REFUND, "refund", NULL },
  { ACQUIRER_FLOW_HOLD, "pre-authorisation", NULL },
  { ACQUIRER_FLOW_HOLD_VOID, "pre-authorisation-void", NULL },
  { ACQUIRER_FLOW_CAPTURE, "completion", NULL },
  { ACQUIRER_FLOW_CAPTURE_VOID, "completion-void", NULL },
  { ACQUIRER_FLOW_CAPTURE_ADVICE, "completion-advice", NULL },
  { ACQUIRER_FLOW_BALANCE, "balance", NULL },
  { ACQUIRER_FLOW_SCRIPT, "script-result", NULL },
  { ACQUIRER_FLOW_SETTLE, "settlement", NULL },
  { ACQUIRER_FLOW_TOTALS, "totals", NULL },
  { ACQUIRER_FLOW_UPLOAD, "upload", "01000000300012362000000000000050000000001000000000000000" },
  { ACQUIRER_FLOW_BATCH_END, "batch-end", "000001" },
  { ACQUIRER_FLOW_PARAMETERS, "parameters", NULL },
  { ACQUIRER_FLOW_PARAMETERS_END, "parameters-end", NULL },
  { ACQUIRER_FLOW_CA_KEYS_STATUS, "ca-keys-status", "00" },
  { ACQUIRER_FLOW_CA_KEYS, "ca-keys", NULL },
  { ACQUIRER_FLOW_CA_KEYS_END, "ca-keys-end", NULL },
  { ACQUIRER_FLOW_AIDS_STATUS, "aids-status", "00" },
  { ACQUIRER_FLOW_AIDS, "aids", NULL },
  { ACQUIRER_FLOW_AIDS_END, "aids-end", NULL },
  { ACQUIRER_FLOW_SIGN_IN, "sign-in", NULL },
  { ACQUIRER_FLOW_SIGN_OUT, "sign-out", NULL },
  { ACQUIRER_FLOW_ENQUIRY, "enquiry", NULL },
};

static GBytes *
read_frame (const AcquirerProfile *profile, const char *name)
{
  g_autofree char *file = g_strdup_printf ("%s-%s.txt", acquirer_profile_name (profile), name);

  return frame_testing_read (file);
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
  g_autoptr (GBytes) wanted = read_frame (profile, name);
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

/* Which piece a download asks for. */
static BaseSpan
wish_of (AcquirerFlowKind kind)
{
  static const guint8 key[]
      = { 0x9F, 0x06, 0x05, 0xA0, 0x00, 0x00, 0x03, 0x33, 0x9F, 0x22, 0x01, 0x0B };
  static const guint8 aid[] = { 0x9F, 0x06, 0x08, 0xA0, 0x00, 0x00, 0x03, 0x33, 0x01, 0x01, 0x01 };

  return kind == ACQUIRER_FLOW_CA_KEYS ? BASE_SPAN (key, sizeof key)
         : kind == ACQUIRER_FLOW_AIDS  ? BASE_SPAN (aid, sizeof aid)
                                       : BASE_SPAN (NULL, 0);
}

static void
test_unionpay (void)
{
  g_autoptr (AcquirerProfile) profile = acquirer_profile_load ("unionpay", NULL);
  g_autoptr (BaseSecret) key = base_secret_new_from_hex (KEY);
  g_autoptr (AcquirerMac) mac = acquirer_mac_new (profile, key);
  g_autoptr (GBytes) chip = base_bytes_from_hex (CHIP, NULL);
  GError *error = NULL;

  g_assert_nonnull (chip);
  for (guint i = 0; i < G_N_ELEMENTS (unionpay_frames); i++)
    {
      const Frame *frame = &unionpay_frames[i];
      AcquirerSale sale = values (base_bytes_span (chip), frame->rows);
      g_autoptr (Iso8583Message) message = NULL;

      g_test_message ("%s", frame->frame);
      if (frame->kind == ACQUIRER_FLOW_VOICE || frame->kind == ACQUIRER_FLOW_ADJUST
          || frame->kind == ACQUIRER_FLOW_CAPTURE_ADVICE)
        sale.entry.track2 = NULL;
      sale.download = wish_of (frame->kind);
      message = acquirer_message_build (profile, frame->kind, &sale, &error);
      g_assert_no_error (error);
      check_frame (message, profile, mac, frame->frame, frame->kind);
    }
}

/* The values of the frames of the sandbox's dialect; no track of the card is among them. */
static AcquirerSale
sandbox_values (const Frame *frame, BaseSpan head, BaseSpan ksn, BaseSpan block)
{
  static const guint8 envelope[] = { 0x30, 0x03, 0x02, 0x01, 0x00 };
  AcquirerSale sale = values (BASE_SPAN (NULL, 0), frame->rows);

  sale.payment_id = "3f2b8c1e-5d47-4a90-9c63-0e1f2a3b4c5d";
  sale.totals = TOTALS;
  sale.books = (AcquirerBooks){ "00112233445566778899aabbccddeeff", 2, 345, 6789, head };
  sale.download = wish_of (frame->kind);
  if (frame->kind == ACQUIRER_FLOW_SCRIPT)
    sale.entry = (AcquirerEntry){ .kind = ACQUIRER_ENTRY_CHIP,
                                  .envelope = BASE_SPAN (envelope, sizeof envelope) };
  else
    sale.entry = (AcquirerEntry){
      .kind = ACQUIRER_ENTRY_STRIPE, .format = "magtek", .ksn = ksn, .blocks = { block }
    };
  return sale;
}

/* A sign-in's MAC is under the key that is made of the master key, all others' under the same one
 * itself. */
static void
test_sandbox (void)
{
  g_autoptr (AcquirerProfile) profile = acquirer_profile_load ("sandbox", NULL);
  g_autoptr (BaseSecret) key = base_secret_new_from_hex (SANDBOX_KEY);
  g_autoptr (AcquirerMac) mac = acquirer_mac_new (profile, key);
  g_autoptr (GBytes) head = base_bytes_from_hex (
      "0102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F20", NULL);
  g_autoptr (GBytes) ksn = base_bytes_from_hex ("FFFF9876543210E00008", NULL);
  g_autoptr (GBytes) block = base_bytes_from_hex (
      "9BC226D59F8B83BBEFB65FD6928C65C03D639967C12DACDC6DA5EDD0D2095F5E9DC6F58E57F62989", NULL);
  GError *error = NULL;

  acquirer_mac_set_master (mac, key);
  for (guint i = 0; i < G_N_ELEMENTS (sandbox_frames); i++)
    {
      const Frame *frame = &sandbox_frames[i];
      AcquirerSale sale = sandbox_values (frame, base_bytes_span (head), base_bytes_span (ksn),
                                          base_bytes_span (block));
      g_autoptr (Iso8583Message) message = NULL;

      g_test_message ("%s", frame->frame);
      message = acquirer_message_build (profile, frame->kind, &sale, &error);
      g_assert_no_error (error);
      check_frame (message, profile, mac, frame->frame, frame->kind);
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
  g_autoptr (GBytes) frame = read_frame (profile, "sale-chip");

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
  g_test_add_func ("/acquirer/flow/sandbox", test_sandbox);
  g_test_add_func ("/acquirer/flow/unionpay-reversal", test_unionpay_reversal);
  g_test_add_func ("/acquirer/flow/unionpay-breaches", test_unionpay_breaches);
  return g_test_run ();
}
