/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "card-testing.h"

#include "acquirer-emv.h"
#include "crypto-emv.h"
#include "emv-tlv.h"
#include "training-issuer.h"

#include <gio/gio.h>
#include <string.h>

static EmvLink
transmit_cb (gpointer ctx, BaseSpan command, EmvResponse *out)
{
  CardTest *test = ctx;
  g_autoptr (GByteArray) answer = g_byte_array_new ();

  out->size = 0;
  out->status = 0;
  if (!training_chip_transmit (test->chip, command, answer))
    return training_chip_is_torn (test->chip) ? EMV_LINK_REMOVED : EMV_LINK_MUTE;
  if (test->bend != NULL)
    test->bend (test->bend_ctx, training_chip_commands (test->chip), answer);
  g_assert_cmpuint (answer->len, >=, 2);
  g_assert_cmpuint (answer->len, <=, TRAINING_CHIP_ANSWER_MAX);
  out->size = answer->len - 2;
  for (gsize i = 0; i < out->size; i++)
    out->bytes[i] = answer->data[i];
  out->status = (guint16)(answer->data[out->size] << 8 | answer->data[out->size + 1]);
  return EMV_LINK_DONE;
}

static int
choose_cb (gpointer ctx, const EmvCandidate *list, guint count)
{
  CardTest *test = ctx;

  (void)list;
  test->asked++;
  return test->choice < (int)count ? test->choice : -1;
}

/* A reader's own pad: what it sends isn't seen by the kernel. */
static EmvPin
verify_pin_cb (gpointer ctx, guint tries_left, guint16 *out_status)
{
  CardTest *test = ctx;
  guint8 command[13] = { 0x00, 0x20, 0x00, 0x80, 0x08 };
  g_autoptr (GByteArray) answer = g_byte_array_new ();

  (void)tries_left;
  if (test->pin[0] == '\0')
    return EMV_PIN_BYPASSED;
  g_assert_true (training_chip_pin_block (test->pin, command + 5));
  if (!training_chip_transmit (test->chip, BASE_SPAN (command, sizeof command), answer))
    return EMV_PIN_REMOVED;
  *out_status = (guint16)(answer->data[0] << 8 | answer->data[1]);
  return EMV_PIN_CHECKED;
}

static gint64
logged_cb (gpointer ctx, BaseSpan digits)
{
  const CardTest *test = ctx;

  if (test->bend == NULL)
    g_assert_cmpuint (digits.size, ==, 16);
  return test->logged;
}

static void
take_rules (GArray *applications, BaseSpan tlv)
{
  AcquirerEmvAid aid;

  g_assert_true (acquirer_emv_read_aid (tlv, &aid, NULL));
  g_array_append_val (applications, aid.rules);
}

static void
take_key (GArray *keys, BaseSpan tlv)
{
  EmvKey key;

  g_assert_true (acquirer_emv_read_key (tlv, &key, NULL));
  g_array_append_val (keys, key);
}

static void
each (GKeyFile *file, const char *group, GArray *out, void (*take) (GArray *out, BaseSpan tlv))
{
  g_auto (GStrv) keys = g_key_file_get_keys (file, group, NULL, NULL);

  for (guint i = 0; keys[i] != NULL; i++)
    {
      g_autofree char *hex = g_key_file_get_string (file, group, keys[i], NULL);
      g_autoptr (GBytes) tlv = base_bytes_from_hex (hex, NULL);

      take (out, base_bytes_span (tlv));
    }
}

static void
make_terminal (EmvTerminal *terminal)
{
  static const guint8 capabilities[] = { 0xE0, 0x28, 0xC8 };
  static const guint8 additional[] = { 0x60, 0x00, 0xF0, 0xA0, 0x01 };
  g_autofree char *path = g_build_filename (g_getenv ("TILL_DATA_DIR"), "training/chip.ini", NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();

  g_assert_true (g_key_file_load_from_file (file, path, 0, NULL));
  *terminal = (EmvTerminal){ .type = 0x22, .country = 156, .category = 5411, .code_tables = 0x01 };
  memcpy (terminal->capabilities, capabilities, sizeof capabilities);
  memcpy (terminal->additional, additional, sizeof additional);
  g_strlcpy (terminal->terminal, "00000001", sizeof terminal->terminal);
  g_strlcpy (terminal->merchant, "104110000000001", sizeof terminal->merchant);
  g_strlcpy (terminal->serial, "TILL0001", sizeof terminal->serial);
  g_strlcpy (terminal->name, "TILL", sizeof terminal->name);
  terminal->applications = g_array_new (FALSE, TRUE, sizeof (EmvApplicationRules));
  terminal->keys = g_array_new (FALSE, TRUE, sizeof (EmvKey));
  each (file, "aids", terminal->applications, take_rules);
  each (file, "ca-keys", terminal->keys, take_key);
}

void
card_testing_init (CardTest *test, const char *kind, gint64 amount_minor)
{
  g_autoptr (GError) error = NULL;
  TrainingChipFile *file = training_chip_file_load (kind, &error);

  g_assert_no_error (error);
  *test = (CardTest){ .chip = training_chip_new (file, &error) };
  g_assert_no_error (error);
  make_terminal (&test->terminal);
  test->sale = (EmvSale){ .amount_minor = amount_minor,
                          .currency = 156,
                          .exponent = 2,
                          .date = CARD_TESTING_DATE,
                          .time = 143000,
                          .sequence = 17,
                          .unpredictable = { 0x1A, 0x2B, 0x3C, 0x4D },
                          .random_percent = 99,
                          .online = TRUE };
  test->holder = (EmvHolder){ .choose = choose_cb, .logged_minor = logged_cb, .ctx = test };
}

void
card_testing_clear (CardTest *test)
{
  emv_kernel_free (test->kernel);
  training_chip_free (test->chip);
  g_array_unref (test->terminal.applications);
  g_array_unref (test->terminal.keys);
}

EmvSays
card_testing_run (CardTest *test)
{
  const EmvTransport transport = { transmit_cb, test };
  g_autoptr (GBytes) atr = NULL;

  if (test->pin != NULL)
    {
      test->terminal.capabilities[1] |= CARD_TESTING_PAD;
      test->holder.verify_pin = verify_pin_cb;
    }
  training_chip_insert (test->chip);
  atr = training_chip_reset (test->chip, FALSE);
  emv_kernel_free (test->kernel);
  test->kernel = emv_kernel_new (&test->terminal, &test->sale, transport, &test->holder);
  return emv_kernel_run (test->kernel);
}

/* ---- The issuer ---- */

static BaseSpan
object (const CardTest *test, guint32 tag)
{
  return emv_data_get (emv_kernel_data (test->kernel), tag);
}

static BaseSecret *
card_key (const CardTest *test, gboolean script)
{
  BaseSpan sequence = object (test, 0x5F34);
  guint8 number = sequence.size == 1 ? sequence.data[0] : 0; /* all of ours are below 10 */
  g_autofree char *digits = card_testing_hex (test, 0x5A);

  return script ? training_issuer_script_key (BASE_SPAN_STR (digits), number)
                : training_issuer_card_key (BASE_SPAN_STR (digits), number);
}

BaseSecret *
card_testing_script_key (const CardTest *test)
{
  g_autoptr (BaseSecret) card = card_key (test, TRUE);

  return crypto_emv_session_key (card, object (test, 0x9F26).data);
}

gboolean
card_testing_is_genuine (const CardTest *test)
{
  const EmvData *data = emv_kernel_data (test->kernel);
  g_autoptr (BaseSecret) key = card_key (test, FALSE);
  g_auto (BaseWriter) objects = { 0 };
  guint8 right[8];

  base_writer_init (&objects, EMV_DATA_BYTES_MAX);
  for (guint i = 0; i < emv_data_count (data); i++)
    g_assert_true (emv_tlv_put (&objects, emv_data_at (data, i).tag, emv_data_at (data, i).value));
  g_assert_true (training_issuer_cryptogram (key, base_writer_span (&objects), right));
  return base_bytes_equal (object (test, 0x9F26), BASE_SPAN (right, sizeof right));
}

GBytes *
card_testing_proof (const CardTest *test, const char *code, gboolean right)
{
  g_autoptr (BaseSecret) card = card_key (test, FALSE);
  BaseSpan counter = object (test, 0x9F36);
  const guint8 by[8] = { counter.data[0], counter.data[1] };
  g_autoptr (BaseSecret) key = crypto_emv_session_key (card, by);
  guint8 proof[CRYPTO_EMV_ARPC_SIZE];

  crypto_emv_arpc (key, object (test, 0x9F26).data, code, proof);
  proof[0] ^= right ? 0 : 1;
  return g_bytes_new (proof, sizeof proof);
}

void
card_testing_script (const CardTest *test, const char *head, BaseSpan plain, GByteArray *out)
{
  g_autoptr (BaseSecret) card = card_key (test, TRUE);
  g_autoptr (GBytes) start = base_bytes_from_hex (head, NULL);
  const guint8 *bytes = g_bytes_get_data (start, NULL);
  const TrainingIssuerCommand command = { { bytes[0], bytes[1], bytes[2], bytes[3] }, plain };
  BaseSpan counter = object (test, 0x9F36);
  guint8 code[TRAINING_ISSUER_CODE_SIZE];
  g_auto (BaseWriter) whole = { 0 };
  g_auto (BaseWriter) writer = { 0 };

  training_issuer_script_code (card, object (test, 0x9F26).data,
                               (guint)counter.data[0] << 8 | counter.data[1], &command, code);
  base_writer_init (&whole, 100);
  (void)base_writer_put (&whole, BASE_SPAN (bytes, 4));
  (void)base_writer_u8 (&whole, (guint8)(plain.size + sizeof code));
  (void)base_writer_put (&whole, plain);
  g_assert_true (base_writer_put (&whole, BASE_SPAN (code, sizeof code)));
  base_writer_init (&writer, 300);
  g_assert_true (emv_tlv_put (&writer, 0x86, base_writer_span (&whole)));
  g_byte_array_append (out, base_writer_span (&writer).data,
                       (guint)base_writer_span (&writer).size);
}

EmvSays
card_testing_answer (CardTest *test, const char *code, BaseSpan issuer_data)
{
  EmvOnline online = { .how = EMV_ONLINE_ANSWERED,
                       .approved = strcmp (code, "00") == 0,
                       .issuer_data = issuer_data };

  g_strlcpy (online.code, code, sizeof online.code);
  return emv_kernel_finish (test->kernel, &online);
}

char *
card_testing_hex (const CardTest *test, guint32 tag)
{
  return base_bytes_to_hex (object (test, tag));
}
