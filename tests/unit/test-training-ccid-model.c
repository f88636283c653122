/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training-ccid-model.h"

#include "chip-testing.h"

static void
test_names (void)
{
  guint count = 0;

  for (const TrainingCcidModel *model; (model = training_ccid_model_at (count)) != NULL; count++)
    g_assert_true (training_ccid_model_find (model->name) == model);
  g_assert_cmpuint (count, >, 20);
  g_assert_null (training_ccid_model_find ("none"));
}

/* Each is what the till makes of it: a reader, or a refused one. */
static void
test_listed (void)
{
  for (guint i = 0; training_ccid_model_at (i) != NULL; i++)
    {
      const TrainingCcidModel *model = training_ccid_model_at (i);
      gboolean refused = model->protocol != 0 || (model->level & 0x70000) == 0;
      ChipTesting testing;
      g_autoptr (GPtrArray) entries = NULL;
      const DeviceEntry *entry;

      chip_testing_init_with (&testing, model, NULL);
      entries = device_list_snapshot (testing.list);
      g_assert_cmpuint (entries->len, ==, 1);
      entry = g_ptr_array_index (entries, 0);
      g_assert_cmpstr (device_role_word (entry->role), ==, refused ? "refused" : "chip");
      g_assert_cmpuint (entry->interface, ==, model->first_interface);
      g_assert_cmpstr (entry->driver, ==, "ccid");
      g_assert_cmpint (entry->state == DEVICE_STATE_READY, ==, !refused);
      chip_testing_clear (&testing);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/training/ccid-model/names", test_names);
  g_test_add_func ("/training/ccid-model/listed", test_listed);
  return g_test_run ();
}
