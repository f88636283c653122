/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * till-cli's decoders: what they explain, and what they say of what can't be read.
 */
#include "cli-scene.h"

#include <locale.h>
#include <string.h>

/* One sentence, in one line. */
static void
assert_sentence (CliScene *scene)
{
  g_assert_true (g_str_has_prefix (scene->err, "till-cli: "));
  g_assert_true (strchr (scene->err, '\n') == scene->err + strlen (scene->err) - 1);
}

static void
test_decode (void)
{
  static const char *const message = "{\"mti\":\"0800\",\"fields\":{\"7\":\"1123045905\",\"11\":"
                                     "\"000001\",\"41\":\"TILL0001\",\"70\":\"301\"}}";
  CliScene scene;
  g_autofree char *hex = NULL;
  g_autofree char *encode = g_strdup_printf ("encode iso8583 --profile sandbox %s", message);
  g_autofree char *decode = NULL;

  cli_scene_open_empty (&scene);
  cli_scene_run_json (&scene, encode);
  g_assert_cmpint (scene.exit_code, ==, 0);
  hex = g_strdup (cli_scene_text (&scene, "hex"));
  decode = g_strdup_printf ("decode iso8583 --profile sandbox %s", hex);
  cli_scene_run_json (&scene, decode);
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_cmpstr (cli_scene_text (&scene, "mti"), ==, "0800");
  g_assert_cmpstr (cli_scene_text (&scene, "fields.41"), ==, "TILL0001");
  g_assert_cmpstr (cli_scene_text (&scene, "fields.70"), ==, "301");
  cli_scene_clear (&scene);
}

/* What a log has left out, the length and what stands before the MTI, is read all the same, and
 * isn't told as if it had been there. */
static void
test_decode_bare (void)
{
  static const char *const whole = "60000300006031000000000820"
                                   "0020000000C00010"
                                   "000123"
                                   "3132333435363738"
                                   "313233343536373839303132333435"
                                   "0011000000033010";
  CliScene scene;

  cli_scene_open_empty (&scene);
  for (guint skip = 0; skip <= 22; skip += 11)
    {
      g_autofree char *decode
          = g_strdup_printf ("decode iso8583 --profile unionpay %s", whole + skip * 2);

      cli_scene_run_json (&scene, decode);
      g_assert_cmpint (scene.exit_code, ==, skip <= 11 ? 0 : 2);
      if (skip > 11)
        continue;
      g_assert_cmpstr (cli_scene_text (&scene, "mti"), ==, "0820");
      g_assert_cmpstr (cli_scene_text (&scene, "fields.41"), ==, "12345678");
      g_assert_true ((cli_scene_at (&scene, "header") == NULL) == (skip > 0));
    }
  cli_scene_clear (&scene);
}

/* What a chip says, for people and for programs, with the card's number masked. */
static void
test_decode_chip (void)
{
  CliScene scene;

  cli_scene_open_empty (&scene);
  cli_scene_run (&scene, "decode tlv 7017950580000800005A086200000000000005990412345678");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_nonnull (strstr (scene.out, "byte 3, bit 4: a PIN was wanted"));
  g_assert_nonnull (strstr (scene.out, "620000******0005"));
  g_assert_null (strstr (scene.out, "6200000000000005"));
  g_assert_null (strstr (scene.out, "12345678"));
  cli_scene_run_json (&scene,
                      "decode tlv 5A08620000000000000557136200000000000005D30122010000000000000F"
                      "9F270180");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_cmpstr (cli_scene_text (&scene, "objects.0.value"), ==, "620000******0005");
  g_assert_null (strstr (scene.out, "3012"));
  g_assert_cmpstr (cli_scene_text (&scene, "objects.2.tag"), ==, "9F27");
  g_assert_cmpint (cli_scene_number (&scene, "objects.2.bits.0.bits"), ==, 0x80);
  cli_scene_run_json (&scene, "decode tlv 8C069F02069F1A02");
  g_assert_cmpstr (cli_scene_text (&scene, "objects.0.list.1.tag"), ==, "9F1A");
  g_assert_cmpint (cli_scene_number (&scene, "objects.0.list.0.length"), ==, 6);
  cli_scene_clear (&scene);
}

static void
test_decode_bad (void)
{
  static const char *const wrong[] = { "decode tlv 5A0",  "decode tlv 7006955A", "decode tlv",
                                       "decode atr 3BFF", "decode atr 41",       "decode atr" };
  CliScene scene;

  cli_scene_open_empty (&scene);
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      cli_scene_run (&scene, wrong[i]);
      g_assert_cmpint (scene.exit_code, ==, 2);
      g_assert_cmpstr (scene.out, ==, "");
      assert_sentence (&scene);
    }
  cli_scene_clear (&scene);
}

static void
test_decode_atr (void)
{
  CliScene scene;

  cli_scene_open_empty (&scene);
  cli_scene_run_json (&scene, "decode atr 3B6500002063CB6800");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_true (json_node_get_boolean (cli_scene_at (&scene, "emv")));
  g_assert_cmpstr (cli_scene_text (&scene, "historical"), ==, "2063CB6800");
  g_assert_cmpstr (cli_scene_text (&scene, "bytes.2.name"), ==, "TB1");
  cli_scene_run (&scene, "decode atr 3B9F96801FC78031A073BE21136743200718000001A5");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_nonnull (strstr (scene.out, "F = 512, D = 32"));
  g_assert_nonnull (strstr (scene.out, "doesn't take this card"));
  cli_scene_clear (&scene);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/decode", test_decode);
  g_test_add_func ("/cli/decode-chip", test_decode_chip);
  g_test_add_func ("/cli/decode-bad", test_decode_bad);
  g_test_add_func ("/cli/decode-atr", test_decode_atr);
  g_test_add_func ("/cli/decode-bare", test_decode_bare);
  return g_test_run ();
}
