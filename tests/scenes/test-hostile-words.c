/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What people, and scripts gone wrong, write behind till-cli: endless files, numbers that no number
 * type holds, bytes that are no text. Each ends soon with the exit code of a wrong word and one
 * sentence that can be read.
 */
#include "subject.h"

#include "base-data.h"

#include <glib/gstdio.h>
#include <string.h>

#define BIG 100000
#define WORDS_MAX 12
#define CODE_NO 1
#define CODE_WRONG 2
#define CODE_FAULT 3

typedef struct
{
  const char *name;
  int code;
  const char
      *words[WORDS_MAX]; /* "BIG" stands for BIG letters; "SHOP" begins those that want one */
} Case;

static const Case cases[] = {
  { "shop-big", CODE_WRONG, { "--data-dir", "new", "init", "--shop", "BIG", "--currency", "CNY" } },
  { "shop-no-text",
    CODE_WRONG,
    { "--data-dir", "new", "init", "--shop", "\xff\xfe", "--currency", "CNY" } },
  { "shop-no-text-joined",
    CODE_WRONG,
    { "--data-dir", "new", "init", "--shop=\xff\xfe", "--currency", "CNY" } },
  { "currency-big",
    CODE_WRONG,
    { "--data-dir", "new", "init", "--shop", "S", "--currency", "BIG" } },
  { "folder-big", CODE_FAULT, { "--data-dir", "BIG", "init", "--shop", "S", "--currency", "CNY" } },
  { "passphrase-endless",
    CODE_WRONG,
    { "--passphrase-file", "/dev/zero", "--data-dir", "new", "init", "--shop", "S", "--currency",
      "CNY" } },
  { "code-big", CODE_WRONG, { "SHOP", "sell", "BIG", "--pay", "cash" } },
  { "quantity-big", CODE_WRONG, { "SHOP", "sell", "99999999999999999999*1", "--pay", "cash" } },
  { "cash-big", CODE_WRONG, { "SHOP", "sell", "1", "--pay", "cash:99999999999999999999" } },
  { "tender-unknown", CODE_WRONG, { "SHOP", "sell", "1", "--pay", "\x1b[31m" } },
  { "goods-endless", CODE_WRONG, { "SHOP", "catalogue", "import", "/dev/zero" } },
  { "find-big", CODE_NO, { "SHOP", "catalogue", "find", "BIG" } },
  { "find-no-text", CODE_WRONG, { "SHOP", "catalogue", "find", "\xff%_*\"" } },
  { "record-big", CODE_WRONG, { "SHOP", "queue", "show", "99999999999999999999" } },
  { "decode-big", CODE_WRONG, { "decode", "iso8583", "--profile", "sandbox", "BIG" } },
  { "profile-endless", CODE_WRONG, { "decode", "iso8583", "--profile", "/dev/zero", "00" } },
  { "profile-other", CODE_WRONG, { "decode", "iso8583", "--profile", "/etc/passwd", "00" } },
  { "stripe-odd", CODE_WRONG, { "decode", "stripe", "0" } },
  { "paper-endless", CODE_WRONG, { "decode", "escpos", "/dev/zero" } },
  { "json-deep",
    CODE_WRONG,
    { "encode", "iso8583", "--profile", "sandbox", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[" } },
  { "json-other",
    CODE_WRONG,
    { "encode", "iso8583", "--profile", "sandbox", "{\"mti\":200,\"fields\":[]}" } },
};

typedef struct
{
  char *dir, *shop, *passphrase, *program, *big;
} Stage;

static const char *
word_of (const Stage *stage, const char *word)
{
  return strcmp (word, "BIG") == 0 ? stage->big : word;
}

static GPtrArray *
make_command (const Stage *stage, const Case *play)
{
  GPtrArray *argv = g_ptr_array_new ();

  g_ptr_array_add (argv, stage->program);
  for (guint i = 0; i < WORDS_MAX && play->words[i] != NULL; i++)
    if (strcmp (play->words[i], "SHOP") == 0)
      {
        g_ptr_array_add (argv, (gpointer) "--data-dir");
        g_ptr_array_add (argv, stage->shop);
        g_ptr_array_add (argv, (gpointer) "--passphrase-file");
        g_ptr_array_add (argv, stage->passphrase);
      }
    else
      g_ptr_array_add (argv, (gpointer)word_of (stage, play->words[i]));
  g_ptr_array_add (argv, NULL);
  return argv;
}

static void
test_case (Stage *stage, gconstpointer data)
{
  const Case *play = data;
  g_autoptr (GPtrArray) argv = make_command (stage, play);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GBytes) said = NULL;
  GError *error = NULL;
  const char *text;
  gsize size;

  g_subprocess_launcher_set_cwd (launcher, stage->dir);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *)argv->pdata, &error);
  g_assert_no_error (error);
  g_subprocess_communicate (process, NULL, NULL, NULL, &said, &error);
  g_assert_no_error (error);
  text = g_bytes_get_data (said, &size);
  g_assert_true (g_subprocess_get_if_exited (process));
  g_test_message ("%d: %.*s", g_subprocess_get_exit_status (process), (int)MIN (size, 100), text);
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, play->code);
  g_assert_true (size > 0 && g_utf8_validate (text, (gssize)size, NULL));
  g_assert_true (memchr (text, '\n', size) == text + size - 1); /* one line */
}

static void
set_up (Stage *stage, gconstpointer data)
{
  g_autoptr (GSubprocess) process = NULL;

  stage->dir = g_dir_make_tmp ("till-words-XXXXXX", NULL);
  stage->shop = g_build_filename (stage->dir, "shop", NULL);
  stage->passphrase = g_build_filename (stage->dir, "passphrase", NULL);
  stage->program = base_data_find_program ("till-cli");
  stage->big = g_strnfill (BIG, 'A');
  g_assert_nonnull (stage->program);
  g_assert_true (g_file_set_contents (stage->passphrase, "words\n", -1, NULL));
  if (strcmp (((const Case *)data)->words[0], "SHOP") != 0)
    return;
  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE, NULL, stage->program, "--data-dir",
                              stage->shop, "--passphrase-file", stage->passphrase, "init", "--shop",
                              "S", "--currency", "CNY", NULL);
  g_assert_true (g_subprocess_wait_check (process, NULL, NULL));
}

static void
tear_down (Stage *stage, gconstpointer data)
{
  subject_remove_tree (stage->dir);
  g_free (stage->dir);
  g_free (stage->shop);
  g_free (stage->passphrase);
  g_free (stage->program);
  g_free (stage->big);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/scene/hostile-words/", cases[i].name, NULL);

      g_test_add (path, Stage, &cases[i], set_up, test_case, tear_down);
    }
  return g_test_run ();
}
