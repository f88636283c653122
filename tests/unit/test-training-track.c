/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training-track.h"

#include "crypto-dukpt-aes.h"
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

  memcpy (swipe.ksn, g_bytes_get_data (ksn, NULL), g_bytes_get_size (ksn));
  report = training_track_magtek (&swipe, 3, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (report), ==, TRAINING_TRACK_MAGTEK_SIZE);
  plain = crypto_dukpt_decrypt (
      key, BASE_SPAN ((const guint8 *)g_bytes_get_data (report, NULL) + 119, 40), NULL);
  g_assert_cmpmem (base_secret_span (plain).data, 36, ";4761739001010119=22122011143804489?", 36);
}

/* The first transaction of X9.24-3's example device; its data key is published. The frame's end:
 * the encrypted track 2 of 48 bytes, serial, KSN, LRC, sum, ETX. */
#define AES_KSN "123456789012345600000001"
#define AES_KEY "A35C412EFD41FDB98B69797C02DCD08F"
#define AES_FRAME_SIZE (3 + 7 + 36 + 48 + 10 + 12 + 3)

static void
test_idtech_aes_dukpt (void)
{
  g_autoptr (GBytes) ksn = base_bytes_from_hex (AES_KSN, NULL);
  g_autoptr (BaseSecret) base_key = base_secret_new_from_hex ("FEDCBA9876543210F1F1F1F1F1F1F1F1");
  g_autoptr (BaseSecret) key = base_secret_new_from_hex (AES_KEY);
  g_autoptr (TrainingCard) card
      = training_card_parse (";4761739001010119=22122011143804489?", NULL);
  TrainingTrackSwipe swipe
      = { .card = card, .cipher = TRAINING_TRACK_AES_DUKPT, .base_key = base_key };
  g_autoptr (GBytes) frame = NULL;
  g_autoptr (BaseSecret) plain = NULL;
  const guint8 *bytes;

  memcpy (swipe.ksn, g_bytes_get_data (ksn, NULL), sizeof swipe.ksn);
  frame = training_track_idtech (&swipe, TRUE, NULL);
  bytes = g_bytes_get_data (frame, NULL);
  g_assert_cmpuint (bytes[1], ==, AES_FRAME_SIZE - 6);
  g_assert_cmpuint (bytes[8], ==, 0x92); /* masked track 2, AES, serial */
  g_assert_cmpmem (bytes + AES_FRAME_SIZE - 15, 12, swipe.ksn, 12);
  plain = crypto_dukpt_aes_decrypt (key, BASE_SPAN (bytes + 3 + 7 + 36, 48), NULL);
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
  g_test_add_func ("/training/track/idtech-aes-dukpt", test_idtech_aes_dukpt);
  g_test_add_func ("/training/track/descriptor", test_descriptor);
  return g_test_run ();
}
