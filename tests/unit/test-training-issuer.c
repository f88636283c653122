/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a cryptogram is made over: each of its values counts, and none may be missing.
 */
#include "training-issuer.h"

#include <string.h>

static const char *const objects[] = { "9F0206000000012500",
                                       "9F0306000000000000",
                                       "9F1A020156",
                                       "95050000000000",
                                       "5F2A020156",
                                       "9A03261123",
                                       "9C0100",
                                       "9F370401020304",
                                       "82025C00",
                                       "9F36020001",
                                       "9F100807010AA000000003" };

static GBytes *
join (guint without, guint changed)
{
  g_autoptr (GString) hex = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (objects); i++)
    {
      gsize end = hex->len + strlen (objects[i]) - 1;

      if (i == without)
        continue;
      g_string_append (hex, objects[i]);
      if (i == changed)
        hex->str[end] = hex->str[end] == '9' ? '8' : '9';
    }
  return base_bytes_from_hex (hex->str, NULL);
}

static void
test_each_counts (void)
{
  g_autoptr (BaseSecret) key = training_issuer_card_key (BASE_SPAN_STR ("6200000000000005"), 1);
  g_autoptr (GBytes) whole = join (G_MAXUINT, G_MAXUINT);
  guint8 first[8], other[8];

  g_assert_true (training_issuer_cryptogram (key, base_bytes_span (whole), first));
  for (guint i = 0; i < G_N_ELEMENTS (objects); i++)
    {
      g_autoptr (GBytes) changed = join (G_MAXUINT, i);
      g_autoptr (GBytes) missing = join (i, G_MAXUINT);

      g_assert_true (training_issuer_cryptogram (key, base_bytes_span (changed), other));
      g_assert_false (base_bytes_equal (BASE_SPAN (first, 8), BASE_SPAN (other, 8)));
      g_assert_false (training_issuer_cryptogram (key, base_bytes_span (missing), other));
    }
}

static void
test_keys_differ (void)
{
  g_autoptr (BaseSecret) card = training_issuer_card_key (BASE_SPAN_STR ("6200000000000005"), 1);
  g_autoptr (BaseSecret) script
      = training_issuer_script_key (BASE_SPAN_STR ("6200000000000005"), 1);

  g_assert_false (base_bytes_equal (base_secret_span (card), base_secret_span (script)));
}

/* Worked out with Python's cryptography, not with our code. */
static void
test_script (void)
{
  static const guint8 cryptogram[] = { 0xA1, 0xB2, 0xC3, 0xD4, 0xE5, 0xF6, 0x07, 0x18 },
                      value[] = { 0x05 };
  static const struct
  {
    TrainingIssuerCommand command;
    const char *code;
  } commands[] = {
    { { { 0x84, 0x1E, 0x00, 0x00 }, { NULL, 0 } }, "96A087D69C92B6F1" },
    { { { 0x84, 0xDA, 0x9F, 0x14 }, { value, sizeof value } }, "C51719BA0F906BC5" },
  };
  g_autoptr (BaseSecret) key = training_issuer_script_key (BASE_SPAN_STR ("6200000000000005"), 1);

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *code = NULL;
      guint8 out[TRAINING_ISSUER_CODE_SIZE];

      training_issuer_script_code (key, cryptogram, 0x0123, &commands[i].command, out);
      code = base_bytes_to_hex (BASE_SPAN (out, sizeof out));
      g_assert_cmpstr (code, ==, commands[i].code);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/training/issuer/each-counts", test_each_counts);
  g_test_add_func ("/training/issuer/keys-differ", test_keys_differ);
  g_test_add_func ("/training/issuer/script", test_script);
  return g_test_run ();
}
