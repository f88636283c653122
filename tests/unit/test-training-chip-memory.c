/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a card keeps comes back from its file as it was; a damaged file changes nothing.
 */
#include "training-chip-memory.h"

#include <glib/gstdio.h>
#include <string.h>

static TrainingChipMemory
some (void)
{
  g_autoptr (TrainingChipFile) file = training_chip_file_load ("unionpay", NULL);
  TrainingChipMemory memory;

  training_chip_memory_init (&memory, file);
  g_assert_cmpstr (memory.pin, ==, "1234");
  g_assert_cmpuint (memory.pin_tries, ==, 3);
  memory.pin_tries = 1;
  memory.blocked = TRUE;
  memory.uses[0].counter = 65535;
  memory.uses[0].last_online = 12;
  memory.uses[0].offline_count = 3;
  memory.uses[0].offline_sum = 123456;
  memory.uses[7].blocked = TRUE;
  g_assert_true (training_chip_memory_put (&memory.uses[0], 0x9F14, BASE_SPAN ("\x07", 1)));
  return memory;
}

static void
test_again (void)
{
  g_autofree char *path
      = g_strdup_printf ("%s/till-card-%u.ini", g_get_tmp_dir (), g_random_int ());
  const TrainingChipMemory memory = some ();
  TrainingChipMemory again = { .pin_tries = 9 };
  GError *error = NULL;

  g_assert_false (training_chip_memory_load (&again, path, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_clear_error (&error);
  g_assert_true (training_chip_memory_save (&memory, path, &error));
  g_assert_true (training_chip_memory_load (&again, path, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (again.pin, ==, "1234");
  g_assert_cmpuint (again.pin_tries, ==, 1);
  g_assert_true (again.blocked);
  g_assert_cmpuint (again.uses[0].counter, ==, 65535);
  g_assert_cmpuint (again.uses[0].last_online, ==, 12);
  g_assert_cmpuint (again.uses[0].offline_count, ==, 3);
  g_assert_cmpuint (again.uses[0].offline_sum, ==, 123456);
  g_assert_true (again.uses[7].blocked);
  g_assert_cmpuint (again.uses[0].put_count, ==, 1);
  g_assert_cmphex (again.uses[0].put[0].tag, ==, 0x9F14);
  g_assert_cmphex (again.uses[0].put[0].bytes[0], ==, 7);
  g_unlink (path);
}

/* Each line by itself is needed, and can be wrong. */
static void
test_damaged (void)
{
  g_autofree char *path
      = g_strdup_printf ("%s/till-card-%u.ini", g_get_tmp_dir (), g_random_int ());
  const TrainingChipMemory memory = some ();
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  guint tried = 0;

  g_assert_true (training_chip_memory_save (&memory, path, NULL));
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      TrainingChipMemory untouched = { .pin_tries = 9 };
      g_autofree char *whole = lines[i], *bad = NULL;

      if (strchr (whole, '=') == NULL)
        {
          whole = NULL;
          continue;
        }
      lines[i] = g_strdup_printf ("%.*s=x", (int)(strchr (whole, '=') - whole), whole);
      bad = g_strjoinv ("\n", lines);
      g_free (lines[i]);
      lines[i] = g_strdup (whole);
      g_assert_true (g_file_set_contents (path, bad, -1, NULL));
      g_assert_false (training_chip_memory_load (&untouched, path, NULL));
      g_assert_cmpuint (untouched.pin_tries, ==, 9);
      tried++;
    }
  g_assert_cmpuint (tried, >, 40);
  g_unlink (path);
}

static void
test_put (void)
{
  TrainingChipUse use = { .put_count = 0 };
  const guint8 value[TRAINING_CHIP_PUT_SIZE_MAX + 1] = { 1 };

  for (guint i = 0; i < TRAINING_CHIP_PUT_MAX; i++)
    g_assert_true (training_chip_memory_put (&use, 0x9F50 + i, BASE_SPAN (value, 1)));
  g_assert_false (training_chip_memory_put (&use, 0x9F70, BASE_SPAN (value, 1)));
  g_assert_true (
      training_chip_memory_put (&use, 0x9F50, BASE_SPAN (value, TRAINING_CHIP_PUT_SIZE_MAX)));
  g_assert_false (training_chip_memory_put (&use, 0x9F50, BASE_SPAN (value, sizeof value)));
  g_assert_cmpuint (use.put_count, ==, TRAINING_CHIP_PUT_MAX);
  g_assert_cmpuint (use.put[0].size, ==, TRAINING_CHIP_PUT_SIZE_MAX);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/training/chip-memory/again", test_again);
  g_test_add_func ("/training/chip-memory/damaged", test_damaged);
  g_test_add_func ("/training/chip-memory/put", test_put);
  return g_test_run ();
}
