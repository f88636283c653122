/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as what a card answers, one answer after another (two bytes of length, data, status);
 * what is left when the card asks for its issuer is the issuer's answer. The kernel comes to an end
 * that says what it is.
 */
#include "emv-kernel.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* The public halves of tests/vectors/emv/ca-01.key and ca-03.key. */
static const struct
{
  guint8 index;
  const char *modulus;
} authorities[] = {
  { 0x01, "9F2F3427B1BD581B50570B0EA6281BBFACEC4E3242AC0669ACE64D084F131A0E6A58D6BC89EA5D2D"
          "7002A4F83B9DCA6C65C8634EF9E32C0A0FCFD0DCFC498922932E045062A1394C285B98BA7C21D92F"
          "4D175D3EF167B1B920D5F1CC99EA098D168BB4E487A2948734599309443AD1B9B74BCBFF7A531866"
          "26D23F3287E49D85" },
  { 0x03, "F202165E196D17273475D922C74DEFF1CD520F79E60A0F95ED416BC4DC36F0CCECB3CFA2215A5A21"
          "8BB04A0CC3C87A0E51AD568C96B2943E0A7D53192C1B9BD207C4C2F19D502C34128266211F7BDBBA"
          "3EA7BE3B5CC6858C277F210E57E1C640CA650B9AF390C108A33F691054D479B00DC734E6911969EE"
          "7B6166265B70FAE60EE4D86EB9DC57B47ADFE8483EE47595BCA3120D715DF8893766D019C293925A"
          "60DF1D763050036B60630C8DC8BC8849" },
};

static EmvLink
transmit_cb (gpointer ctx, BaseSpan command, EmvResponse *out)
{
  BaseReader *reader = ctx;
  guint16 size;
  BaseSpan answer;

  g_assert (command.size >= 4 && command.size <= EMV_COMMAND_MAX);
  if (!base_reader_u16be (reader, &size) || size < 2 || size > sizeof out->bytes + 2
      || !base_reader_take (reader, size, &answer))
    return EMV_LINK_REMOVED;
  out->size = answer.size - 2;
  for (gsize i = 0; i < out->size; i++)
    out->bytes[i] = answer.data[i];
  out->status = (guint16)(answer.data[out->size] << 8 | answer.data[out->size + 1]);
  return EMV_LINK_DONE;
}

static int
choose_cb (gpointer ctx, const EmvCandidate *list, guint count)
{
  (void)ctx;
  for (guint i = 0; i < count; i++)
    g_assert (g_utf8_validate (list[i].name, -1, NULL));
  return (int)count - 1;
}

static EmvPin
verify_pin_cb (gpointer ctx, guint tries_left, guint16 *out_status)
{
  (void)ctx;
  *out_status = 0x9000;
  return tries_left > 1 ? EMV_PIN_CHECKED : EMV_PIN_BYPASSED;
}

static void
make_terminal (EmvTerminal *terminal)
{
  static const EmvApplicationRules rules = { .aid = { 0xF0, 0x54, 0x49, 0x4C, 0x4C },
                                             .aid_size = 5,
                                             .partial = TRUE,
                                             .version = { 0x00, 0x20 },
                                             .floor_minor = 10000,
                                             .threshold_minor = 5000,
                                             .target_percent = 20,
                                             .target_max_percent = 40,
                                             .ddol = { 0x9F, 0x37, 0x04 },
                                             .ddol_size = 3 };

  *terminal = (EmvTerminal){
    .capabilities = { 0xE0, 0xA8, 0xC8 }, .type = 0x22, .country = 156, .code_tables = 0x01
  };
  terminal->applications = g_array_new (FALSE, TRUE, sizeof (EmvApplicationRules));
  g_array_append_val (terminal->applications, rules);
  terminal->keys = g_array_new (FALSE, TRUE, sizeof (EmvKey));
  for (guint i = 0; i < G_N_ELEMENTS (authorities); i++)
    {
      g_autoptr (GBytes) modulus = base_bytes_from_hex (authorities[i].modulus, NULL);
      BaseSpan bytes = base_bytes_span (modulus);
      EmvKey key = { .rid = { 0xF0, 0x54, 0x49, 0x4C, 0x4C },
                     .index = authorities[i].index,
                     .expiry = 20351231,
                     .modulus_size = bytes.size,
                     .exponent = { 0x03 },
                     .exponent_size = 1 };

      memcpy (key.modulus, bytes.data, bytes.size);
      g_array_append_val (terminal->keys, key);
    }
}

static void
check (const EmvKernel *kernel, EmvSays says)
{
  const EmvData *data = emv_kernel_data (kernel);
  g_autofree char *text = emv_trace_to_text (emv_kernel_trace (kernel), data);

  g_assert (emv_data_get (data, 0x95).size == 5 && emv_data_get (data, 0x9B).size == 2);
  g_assert (says != EMV_SAYS_ENDED || emv_kernel_reason (kernel) != NULL);
  g_assert (says == EMV_SAYS_ENDED || emv_kernel_application (kernel) != NULL);
  g_assert (says != EMV_SAYS_APPROVES || emv_data_get (data, 0x9F26).size == 8);
  g_assert (emv_kernel_script_results (kernel).size % EMV_SCRIPT_RESULT_SIZE == 0);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const EmvSale sale = { .amount_minor = 5000,
                         .currency = 156,
                         .exponent = 2,
                         .date = 20261123,
                         .time = 143000,
                         .sequence = 17,
                         .unpredictable = { 0x1A, 0x2B, 0x3C, 0x4D },
                         .random_percent = 50,
                         .online = TRUE };
  const EmvHolder holder = { .choose = choose_cb, .verify_pin = verify_pin_cb };
  EmvOnline online = { .how = EMV_ONLINE_ANSWERED, .approved = TRUE, .code = "00" };
  BaseReader reader;
  EmvTerminal terminal;
  EmvKernel *kernel;
  EmvSays says;
  guint16 told;

  base_reader_init (&reader, BASE_SPAN (data, size));
  make_terminal (&terminal);
  kernel = emv_kernel_new (&terminal, &sale, (EmvTransport){ transmit_cb, &reader }, &holder);
  says = emv_kernel_run (kernel);
  check (kernel, says);
  if (says == EMV_SAYS_ASKS && base_reader_u16be (&reader, &told)
      && base_reader_take (&reader, MIN (told, base_reader_left (&reader)), &online.issuer_data))
    {
      says = emv_kernel_finish (kernel, &online);
      g_assert (says != EMV_SAYS_ASKS);
      check (kernel, says);
    }
  emv_kernel_free (kernel);
  g_array_unref (terminal.applications);
  g_array_unref (terminal.keys);
  return 0;
}
