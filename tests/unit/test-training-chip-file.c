/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A card's file is read strictly: what is wrong in it is told with its line.
 */
#include "training-chip-file.h"

#include "chip-atr.h"

#include <glib/gstdio.h>
#include <string.h>

#define GOOD                                                                                       \
  "[card]\natr = 3B00\n[application 1]\naid = F054494C4C0102\nnumber = 6200000000000013\n"         \
  "expiry = 351231\n"

typedef struct
{
  char *folder, *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  (void)data;
  fixture->folder = g_dir_make_tmp ("till-card-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "mine.ini", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  (void)data;
  g_unlink (fixture->path);
  g_rmdir (fixture->folder);
  g_free (fixture->path);
  g_free (fixture->folder);
}

static TrainingChipFile *
load (Fixture *fixture, const char *text, GError **error)
{
  g_assert_true (g_file_set_contents (fixture->path, text, -1, NULL));
  return training_chip_file_load (fixture->path, error);
}

static void
test_good (Fixture *fixture, gconstpointer data)
{
  static const char text[]
      = "# mine\n" GOOD "50 = \"NAME\"\n8E = 00 01\nsigned-2.1 = 5A 8E\nrecord-1.1 = 57\n"
        "[rules]\ndecide = limit\nlimit = 500\nunable = approve\n[faults]\nwrong = record "
        "cryptogram\ntear = 3\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (TrainingChipFile) file = load (fixture, text, &error);
  const TrainingChipRecord *record;

  (void)data;
  g_assert_no_error (error);
  g_assert_cmpstr (file->name, ==, "mine");
  g_assert_cmpuint (file->atr_size, ==, 2);
  g_assert_cmpuint (file->application_count, ==, 1);
  g_assert_cmpuint (file->applications[0]->records->len, ==, 2);
  record = &g_array_index (file->applications[0]->records, TrainingChipRecord, 1);
  g_assert_cmpuint (record->sfi, ==, 2);
  g_assert_true (record->authenticated);
  g_assert_cmpuint (record->count, ==, 2);
  g_assert_cmphex (record->tags[1], ==, 0x8E);
  g_assert_cmpint (file->rules.decide, ==, TRAINING_CHIP_LIMIT);
  g_assert_cmpuint (file->rules.limit_minor, ==, 500);
  g_assert_true (file->rules.unable);
  g_assert_false (file->rules.issuer_required);
  g_assert_cmpuint (file->wrong, ==, TRAINING_CHIP_WRONG_RECORD | TRAINING_CHIP_WRONG_CRYPTOGRAM);
  g_assert_cmpuint (file->tear_at, ==, 3);
  g_assert_cmpuint (file->mute_at, ==, TRAINING_CHIP_NEVER);
}

static void
test_bad (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *text, *told;
  } bad[] = {
    { GOOD "nonsense\n", "mine.ini:7: " },
    { GOOD "5 = 00\n", "mine.ini:7: " },
    { GOOD "8E = 0G\n", "mine.ini:7: " },
    { GOOD "8E = 000\n", "mine.ini:7: " },
    { GOOD "record-0.1 = 5A\n", "mine.ini:7: " },
    { GOOD "record-31.1 = 5A\n", "mine.ini:7: " },
    { GOOD "record-1.17 = 5A\n", "mine.ini:7: " },
    { GOOD "record-1 = 5A\n", "mine.ini:7: " },
    { GOOD "number = 12345678901\n", "mine.ini:7: " },
    { GOOD "number = 12345678901234567890\n", "mine.ini:7: " },
    { GOOD "number = 62000000000000 3\n", "mine.ini:7: " },
    { GOOD "issuer = ../key\n", "mine.ini:7: " },
    { GOOD "options = 81\n", "mine.ini:7: " },
    { GOOD "aid = F054\n", "mine.ini:7: " },
    { GOOD "blocked = maybe\n", "mine.ini:7: " },
    { GOOD "[rules]\ndecide = well\n", "mine.ini:8: " },
    { GOOD "[rules]\nlimit = -1\n", "mine.ini:8: " },
    { GOOD "[rules]\nother = 1\n", "mine.ini:8: " },
    { GOOD "[faults]\nwrong = all\n", "mine.ini:8: " },
    { GOOD "[faults]\ntear = 10001\n", "mine.ini:8: " },
    { GOOD "[application 3]\n", "mine.ini:7: " },
    { GOOD "[application]\n", "mine.ini:7: " },
    { GOOD "[other]\n", "mine.ini:7: " },
    { "atr = 3B00\n", "mine.ini:1: " },
    { "[card]\natr = 3B\n", "mine.ini:2: " },
    { "[card]\npin = 123\n", "mine.ini:2: " },
    { "[card]\npin-tries = 16\n", "mine.ini:2: " },
    { "[card]\nother = 1\n", "mine.ini:2: " },
    { "[card]\ndirectory = yes\n", "answer to reset" },
    { "[card]\natr = 3B00\n[application 1]\nnumber = 6200000000000013\n", "aid" },
    { "[card]\natr = 3B00\n[application 1]\naid = F054494C4C0102\n", "number" },
    { "[card]\nlike = nobody\n", "nobody.ini" },
    { "[card]\nlike = mine\n", "one like another" },
    { "[card]\nlike = ../mine\n", "no folder" },
  };

  (void)data;
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (load (fixture, bad[i].text, &error));
      g_assert_nonnull (error);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, bad[i].told));
    }
}

static void
test_bounds (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (GOOD);
  GError *error = NULL;

  (void)data;
  for (guint i = 1; i < TRAINING_CHIP_OBJECTS_MAX; i++)
    g_string_append_printf (text, "DF%02X = 00\n", i);
  training_chip_file_free (load (fixture, text->str, &error));
  g_assert_no_error (error);
  g_string_append (text, "9F63 = 00\n");
  g_assert_null (load (fixture, text->str, &error));
  g_assert_nonnull (strstr (error->message, "too many objects"));
  g_clear_error (&error);
  g_string_assign (text, GOOD);
  for (guint i = 1; i <= TRAINING_CHIP_RECORDS_MAX; i++)
    g_string_append_printf (text, "record-1.%u = 5A\n", i);
  training_chip_file_free (load (fixture, text->str, &error));
  g_assert_no_error (error);
  g_string_append (text, "record-2.1 = 5A\n");
  g_assert_null (load (fixture, text->str, &error));
  g_clear_error (&error);
  g_string_set_size (text, 0);
  for (guint i = 0; i <= TRAINING_CHIP_FILE_SIZE_MAX / 2; i++)
    g_string_append (text, "#\n");
  g_assert_null (load (fixture, text->str, &error));
  g_clear_error (&error);
}

/* A record or an object of the file that this one is like can be taken back. */
static void
test_like (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TrainingChipFile) sda = training_chip_file_load ("sda", &error);
  const TrainingChipApplication *application;

  g_assert_no_error (error);
  application = sda->applications[0];
  g_assert_false (sda->directory);
  g_assert_null (application->key);
  g_assert_cmpstr (application->issuer, ==, "issuer-896");
  g_assert_false (g_hash_table_contains (application->objects, GUINT_TO_POINTER (0x9F49)));
  g_assert_true (g_hash_table_contains (application->objects, GUINT_TO_POINTER (0x8C)));
  g_assert_null (training_chip_file_load ("nobody", NULL));
  g_assert_null (training_chip_file_load ("none", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

static guint
luhn (const char *digits)
{
  gsize size = strlen (digits);
  guint sum = 0;

  for (gsize i = 0; i < size; i++)
    {
      guint digit = (guint)(digits[size - 1 - i] - '0') * (i % 2 == 0 ? 1 : 2);

      sum += digit > 9 ? digit - 9 : digit;
    }
  return sum % 10;
}

/* All that are shipped can be read, answer a reset as payment cards do, and have numbers of a test
 * range that nobody else has. */
static void
test_shipped (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("TILL_DATA_DIR"), "training/cards", NULL);
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  g_autoptr (GHashTable) numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const char *name;

  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *card = g_build_filename (path, name, NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (TrainingChipFile) file = NULL;
      ChipAtr atr;

      if (!g_str_has_suffix (name, ".ini"))
        continue;
      file = training_chip_file_load (card, &error);
      g_assert_no_error (error);
      g_assert_true (chip_atr_read (BASE_SPAN (file->atr, file->atr_size), &atr, &error));
      g_assert_true (chip_atr_is_emv (&atr, FALSE, &error));
      for (guint i = 0; i < file->application_count; i++)
        {
          const char *number = file->applications[i]->number;

          g_assert_true (g_str_has_prefix (number, "62000000000"));
          g_assert_cmpuint (luhn (number), ==, 0);
          g_assert_true (g_hash_table_add (numbers, g_strdup (number)));
        }
    }
  g_assert_cmpuint (g_hash_table_size (numbers), >, 20);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/training/chip-file/good", Fixture, NULL, set_up, test_good, tear_down);
  g_test_add ("/training/chip-file/bad", Fixture, NULL, set_up, test_bad, tear_down);
  g_test_add ("/training/chip-file/bounds", Fixture, NULL, set_up, test_bounds, tear_down);
  g_test_add_func ("/training/chip-file/like", test_like);
  g_test_add_func ("/training/chip-file/shipped", test_shipped);
  return g_test_run ();
}
