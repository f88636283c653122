/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emv-testing.h"

#include "emv-tlv.h"

#include <string.h>

void
emv_testing_fill (guint8 *bytes, gsize size, const char *hex)
{
  g_autoptr (GBytes) from = base_bytes_from_hex (hex, NULL);

  g_assert_cmpuint (g_bytes_get_size (from), ==, size);
  memcpy (bytes, g_bytes_get_data (from, NULL), size);
}

/* Takes what stands before `mark` off the transcript; NULL: it has ended. Yours. */
static char *
take_word (EmvTest *self, const char *marks)
{
  gsize size;
  char *word;

  self->talk += strspn (self->talk, " \n");
  size = strcspn (self->talk, marks);
  if (size == 0)
    return NULL;
  word = g_strndup (self->talk, size);
  self->talk += size;
  return word;
}

static EmvLink
transmit_cb (gpointer ctx, BaseSpan command, EmvResponse *out)
{
  EmvTest *self = ctx;
  g_autofree char *said = base_bytes_to_hex (command);
  g_autofree char *wanted = take_word (self, ">");
  g_autofree char *answer = NULL;
  g_autoptr (GBytes) bytes = NULL;
  BaseSpan span;

  g_assert_cmpstr (said, ==, wanted);
  self->talk++;
  answer = take_word (self, " \n");
  g_assert_nonnull (answer);
  if (strchr ("-~!", answer[0]) != NULL)
    return answer[0] == '-' ? EMV_LINK_REMOVED : answer[0] == '~' ? EMV_LINK_MUTE : EMV_LINK_FAULT;
  bytes = base_bytes_from_hex (answer, NULL);
  g_assert_nonnull (bytes);
  span = base_bytes_span (bytes);
  g_assert_cmpuint (span.size, >=, 2);
  g_assert_cmpuint (span.size, <=, EMV_RESPONSE_MAX + 2);
  out->size = span.size - 2;
  memcpy (out->bytes, span.data, out->size);
  out->status = (guint16)(span.data[out->size] << 8 | span.data[out->size + 1]);
  return EMV_LINK_DONE;
}

EmvApplicationRules *
emv_testing_rules (EmvTest *self, guint index)
{
  return &g_array_index (self->terminal.applications, EmvApplicationRules, index);
}

EmvApplicationRules *
emv_testing_add_rules (EmvTest *self, const char *aid)
{
  EmvApplicationRules rules = { .aid_size = strlen (aid) / 2,
                                .partial = TRUE,
                                .version = { 0x00, 0x20 },
                                .floor_minor = 10000,
                                .threshold_minor = 10000 };

  emv_testing_fill (rules.aid, rules.aid_size, aid);
  rules.ddol_size = 3;
  emv_testing_fill (rules.ddol, 3, "9F3704");
  g_array_append_val (self->terminal.applications, rules);
  return emv_testing_rules (self, self->terminal.applications->len - 1);
}

void
emv_testing_init (EmvTest *self)
{
  *self = (EmvTest){ .terminal = { .capabilities = { 0xE0, 0x28, 0xC8 },
                                   .additional = { 0x60, 0x00, 0xF0, 0xA0, 0x01 },
                                   .type = 0x22,
                                   .country = 156,
                                   .category = 5411,
                                   .terminal = "00000001",
                                   .merchant = "104110000000001",
                                   .serial = "TILL0001",
                                   .name = "TILL",
                                   .code_tables = 0x01 },
                     .sale = { .amount_minor = 5000,
                               .currency = 156,
                               .exponent = 2,
                               .date = 20261123,
                               .time = 143000,
                               .sequence = 17,
                               .unpredictable = { 0x1A, 0x2B, 0x3C, 0x4D },
                               .random_percent = 99,
                               .online = TRUE },
                     .holder = { .ctx = self } };
  self->terminal.applications = g_array_new (FALSE, TRUE, sizeof (EmvApplicationRules));
  self->terminal.keys = g_array_new (FALSE, TRUE, sizeof (EmvKey));
  emv_testing_add_rules (self, EMV_TESTING_AID);
}

void
emv_testing_start (EmvTest *self, const char *talk)
{
  const EmvTransport transport = { transmit_cb, self };
  const EmvApplicationRules *rules = emv_testing_rules (self, 0);
  EmvCandidate *application;

  emv_kernel_free (self->kernel);
  self->talk = talk;
  self->kernel = emv_kernel_new (&self->terminal, &self->sale, transport, &self->holder);
  self->kernel->rules = rules;
  self->kernel->selected = TRUE;
  application = &self->kernel->application;
  application->aid_size = rules->aid_size;
  memcpy (application->aid, rules->aid, rules->aid_size);
}

void
emv_testing_clear (EmvTest *self)
{
  if (self->talk != NULL)
    g_assert_cmpstr (self->talk + strspn (self->talk, " \n"), ==, "");
  emv_kernel_free (self->kernel);
  g_array_unref (self->terminal.applications);
  g_array_unref (self->terminal.keys);
}

void
emv_testing_put (EmvTest *self, const char *objects)
{
  g_autoptr (GBytes) bytes = base_bytes_from_hex (objects, NULL);
  BaseReader reader;
  EmvTlv object;
  EmvTlvStep step;

  g_assert_nonnull (bytes);
  base_reader_init (&reader, base_bytes_span (bytes));
  while ((step = emv_tlv_next (&reader, &object)) == EMV_TLV_OBJECT)
    g_assert_true (emv_data_set (self->kernel->data, object.tag, object.value, EMV_ORIGIN_CARD));
  g_assert_cmpint (step, ==, EMV_TLV_END);
}

void
emv_testing_results (EmvTest *self, const char *tvr)
{
  g_autoptr (GBytes) bytes = base_bytes_from_hex (tvr, NULL);

  g_assert_cmpuint (g_bytes_get_size (bytes), ==, EMV_CODES_SIZE);
  g_assert_true (
      emv_data_set (self->kernel->data, 0x95, base_bytes_span (bytes), EMV_ORIGIN_TERMINAL));
}

void
emv_testing_check (const EmvTest *self, guint32 tag, const char *hex)
{
  BaseSpan value = emv_data_get (self->kernel->data, tag);
  g_autofree char *found = value.data != NULL ? base_bytes_to_hex (value) : NULL;

  g_assert_cmpstr (found, ==, hex);
}

void
emv_testing_check_results (const EmvTest *self, const char *tvr, const char *tsi)
{
  emv_testing_check (self, 0x95, tvr);
  emv_testing_check (self, 0x9B, tsi);
}
