/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What goes wrong is told in the cashier's language, whichever layer found it: real mistakes made
 * with till-cli in Chinese, and no English left in what it says.
 */
#include "cli-scene.h"

#include <locale.h>
#include <string.h>

/* Names that nobody translates: what is quoted, keys and groups of a profile, paths, commands,
 * options. */
#define NAMES                                                                                      \
  "“[^”]*”|\\[[a-z -]+\\]( [a-z0-9_]+)?|[a-z]+ = [a-z0-9-]+|/[^ ：，。]*"                 \
  "|till-cli( [a-z0-9-]+)*|--[a-z-]+|\\([^)]*\\)|（[^）]*）"

/* Chinese, and not two English words after another. */
static void
assert_chinese (const char *text)
{
  g_autoptr (GRegex) names = g_regex_new (NAMES, 0, 0, NULL);
  g_autofree char *left = g_regex_replace_literal (names, text, -1, 0, " · ", 0, NULL);

  g_test_message ("%s", text);
  g_assert_true (g_regex_match_simple ("\\p{Han}{2}", text, 0, 0));
  g_assert_false (g_regex_match_simple ("[A-Za-z]{2,} [a-z]{2,}", left, 0, 0));
}

static void
assert_refused (CliScene *scene, const char *words, const char *says)
{
  g_test_message ("%s", words);
  cli_scene_run (scene, words);
  g_assert_cmpint (scene->exit_code, !=, 0);
  g_assert_true (g_str_has_prefix (scene->err, "till-cli: "));
  assert_chinese (scene->err + strlen ("till-cli: "));
  if (strstr (scene->err, says) == NULL)
    g_error ("“%s” is not in: %s", says, scene->err);
}

static const struct
{
  const char *line;
  const char *instead;
  const char *says;
} profiles[] = {
  { "in_flight = 8", "in_flight = 0", "须是 1 到 64 的数字" },
  { "frame = binary2", "frame = smoke", "不能是“smoke”" },
  { "fields = 128", "fields = 129", "须是 64 或 128" },
  { "4 = n 12 bcd | amount", "4 = n 0 bcd | amount", "无法解读" },
  { "approved = 00", "approved =", "缺少" },
  { "mti = 0800", "mti = 800", "四位消息类型" },
  { "answer = 7 11 39 41 42 44? 70 128", "answer = 39=00", "不能有“39=00”" },
  { "cipher = aes-ecb-cmac", "cipher = rot13", "不是收银机支持的算法" },
  { "keys = 115", "keys = 44", "签到流程" },
};

static void
test_profile (void)
{
  g_autofree char *path
      = g_test_build_filename (G_TEST_DIST, "..", "data", "acquirers", "sandbox.ini", NULL);
  g_autofree char *good = NULL;
  CliScene scene;

  g_assert_true (g_file_get_contents (path, &good, NULL, NULL));
  cli_scene_open_empty (&scene);
  for (guint i = 0; i < G_N_ELEMENTS (profiles); i++)
    {
      g_autofree char *line = g_strdup_printf ("\n%s\n", profiles[i].line);
      g_autofree char *instead = g_strdup_printf ("\n%s\n", profiles[i].instead);
      g_auto (GStrv) parts = g_strsplit (good, line, 2);
      g_autofree char *text = g_strjoinv (instead, parts);
      g_autofree char *file = cli_scene_file (&scene, "bad.ini", text);
      g_autofree char *words = g_strdup_printf ("decode iso8583 --profile %s 00", file);

      g_assert_cmpuint (g_strv_length (parts), ==, 2);
      assert_refused (&scene, words, profiles[i].says);
    }
  cli_scene_clear (&scene);
}

/* One fault of a message each, and what a reader and a list of goods may have wrong. */
static const struct
{
  const char *words;
  const char *says;
} inputs[] = {
  { "decode iso8583 --profile nowhere 00", "没有收单机构配置" },
  { "decode iso8583 --profile sandbox 02A00000000000000000", "消息类型应为四位数字" },
  { "decode iso8583 --profile sandbox 020000000000", "位图应有 8 字节" },
  { "decode iso8583 --profile sandbox 02001000000000000000000000", "应有 6 字节" },
  { "decode iso8583 --profile sandbox 02001000000000000000000000000A00", "应为压缩 BCD 码" },
  { "decode iso8583 --profile sandbox 02004000000000000000", "此配置没有该域" },
  { "decode iso8583 --profile sandbox 0200000000000000000000", "最后一个域之后还有 1 字节" },
  { "decode iso8583 --profile unionpay 60000300", "TPDU 和报文头" },
  { "decode stripe 0011", "读卡器" },
};

static void
test_input (void)
{
  CliScene scene;

  cli_scene_open_empty (&scene);
  for (guint i = 0; i < G_N_ELEMENTS (inputs); i++)
    assert_refused (&scene, inputs[i].words, inputs[i].says);
  cli_scene_clear (&scene);
}

static void
damage (CliScene *scene)
{
  g_autofree char *path = g_build_filename (scene->data, "till.db", NULL);
  g_autofree char *bytes = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  for (gsize i = 0; i < 512; i++)
    bytes[i] = (char)(i * 7);
  g_assert_true (g_file_set_contents (path, bytes, (gssize)size, NULL));
}

static void
test_shop (void)
{
  CliScene scene;
  g_autofree char *bad = NULL;
  g_autofree char *import = NULL;
  g_autofree char *load = NULL;
  g_autofree char *pass = NULL;

  cli_scene_open (&scene);
  bad = cli_scene_file (&scene, "bad.csv", "code,name,price,tax\n111,Apple,1.5x,13%\n");
  import = g_strdup_printf ("catalogue import %s", bad);
  load = g_strdup_printf ("acquirer load %s", bad);
  cli_scene_run (&scene, import);
  g_assert_cmpint (scene.exit_code, !=, 0);
  assert_chinese (scene.err);
  assert_refused (&scene, load, "传输密钥");
  assert_refused (&scene, "sell 999 --pay cash", "什么也没有卖出");
  cli_scene_run (&scene, "sell 111 --pay cash");
  g_assert_cmpint (scene.exit_code, ==, 0);
  cli_scene_run (&scene, "void 1");
  g_assert_cmpint (scene.exit_code, ==, 0);
  assert_refused (&scene, "void 1", "已全部退还");
  assert_refused (&scene, "hold void 1", "不是预授权");
  assert_refused (&scene, "queue show 7", "队列中没有记录 7：参见 till-cli queue list");
  assert_refused (&scene, "void 0", "请给出小票上的号码");
  assert_refused (&scene, "hold 0", "请写成 20.00");
  assert_refused (&scene, "acquirer batch 0", "Z 报表");
  assert_refused (&scene, "sell 0*111 --pay cash", "请写成 3*条码");
  assert_refused (&scene, "acquirer former-key", "没有可以换回");
  assert_refused (&scene, "journal verify --head 00000000000000000000000000000000@1",
                  "日志第 1 条");
  pass = g_steal_pointer (&scene.pass);
  scene.pass = cli_scene_file (&scene, "wrong", "no\n");
  assert_refused (&scene, "queue list", "此口令打不开本店的数据");
  g_free (scene.pass);
  scene.pass = g_steal_pointer (&pass);
  damage (&scene);
  assert_refused (&scene, "queue list", "不是 Till 的数据库");
  cli_scene_clear (&scene);
}

/* The host speaks another dialect since, then it is gone. */
static void
test_line (void)
{
  CliScene scene;

  cli_scene_open (&scene);
  cli_scene_run (&scene, "acquirer self-test");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_nonnull (strstr (scene.out, "主机应答"));
  cli_scene_set_line (&scene, FALSE);
  scene.profile = "unionpay";
  cli_scene_set_line (&scene, TRUE);
  cli_scene_run (&scene, "acquirer self-test");
  g_assert_cmpint (scene.exit_code, !=, 0);
  assert_chinese (scene.err);
  cli_scene_set_line (&scene, FALSE);
  assert_refused (&scene, "acquirer ping", "没有应答");
  assert_refused (&scene, "acquirer self-test", "请检查线路");
  cli_scene_clear (&scene);
}

int
main (int argc, char **argv)
{
  g_setenv ("LC_ALL", "C.UTF-8", TRUE); /* gettext asks LANGUAGE first, in any locale but C */
  g_setenv ("LANGUAGE", "zh_CN", TRUE);
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/words/profile", test_profile);
  g_test_add_func ("/words/input", test_input);
  g_test_add_func ("/words/shop", test_shop);
  g_test_add_func ("/words/line", test_line);
  return g_test_run ();
}
