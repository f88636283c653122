/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training-track.h"

#include "crypto-dukpt.h"
#include "msr-magtek.h"

#include <string.h>

/* Counter 8 of X9.24-1's example device; its PIN variant is published as 27F66D5244FF621E
 * AA6F6120EDEB427F. */
#define KSN "FFFF9876543210E00008"
#define PIN_KEY "27F66D5244FF621EAA6F6120EDEB427F"

static void
test_magtek (void)
{
  g_autoptr (GBytes) ksn = base_bytes_from_hex (KSN, NULL);
  g_autoptr (GBytes) key_bytes = base_bytes_from_hex (PIN_KEY, NULL);
  g_autoptr (GBytes) base_bytes = base_bytes_from_hex ("0123456789ABCDEFFEDCBA9876543210", NULL);
  g_autoptr (BaseSecret) base_key = base_secret_new_from (base_bytes_span (base_bytes));
  g_autoptr (BaseSecret) key = base_secret_new_from (base_bytes_span (key_bytes));
  g_autoptr (TrainingCard) card
      = training_card_parse (";4761739001010119=22122011143804489?", NULL);
  TrainingTrackSwipe swipe = { .card = card, .base_key = base_key };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) report = NULL;
  g_autoptr (BaseSecret) plain = NULL;

  memcpy (swipe.ksn, g_bytes_get_data (ksn, NULL), sizeof swipe.ksn);
  report = training_track_magtek (&swipe, 3, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (report), ==, TRAINING_TRACK_MAGTEK_SIZE);
  plain = crypto_dukpt_decrypt (
      key, BASE_SPAN ((const guint8 *)g_bytes_get_data (report, NULL) + 119, 40), NULL);
  g_assert_cmpmem (base_secret_span (plain).data, 36, ";4761739001010119=22122011143804489?", 36);
}

/* The descriptor tells the same places as the table in the manual. */
static void
test_descriptor (void)
{
  MsrMagtekLayout read, table;
  g_autoptr (GError) error = NULL;

  msr_magtek_layout_init (&table);
  g_assert_true (msr_magtek_layout_read (training_track_magtek_descriptor (), &read, &error));
  g_assert_cmpuint (read.report_size, ==, table.report_size);
  for (guint i = 0; i < MSR_MAGTEK_FIELDS; i++)
    {
      g_assert_cmpuint (read.fields[i].offset, ==, table.fields[i].offset);
      g_assert_cmpuint (read.fields[i].size, ==, table.fields[i].size);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/training/track/magtek", test_magtek);
  g_test_add_func ("/training/track/descriptor", test_descriptor);
  return g_test_run ();
}
