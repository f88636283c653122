/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-devices.h"

#include "crypto-dukpt-aes.h"
#include "crypto-dukpt.h"
#include "device-error.h"
#include "msr.h"

#include <string.h>

#define TRACK_2 ";4761739001010119=22122011143804489?"

static void
set_cards (TestShop *shop, const char *card)
{
  TrainingDevice *device = training_reader_device (shop->reader);
  g_autoptr (GPtrArray) cards = training_card_parse_file (card, NULL);

  training_device_lock (device);
  training_reader_set_cards (shop->reader, cards);
  training_device_unlock (device);
}

static Msr *
open_reader (TestShop *shop)
{
  g_autoptr (DeviceEntry) entry = device_list_find (shop->list, DEVICE_ROLE_STRIPE, NULL);
  g_autoptr (GError) error = NULL;
  Msr *msr;

  g_assert_nonnull (entry);
  msr = msr_open (shop->bus, entry, &error);
  g_assert_no_error (error);
  return msr;
}

static BaseSecret *
swipe_key (const MsrSwipe *swipe)
{
  gboolean aes = g_str_equal (swipe->format, "idtech-aes-dukpt");
  g_autoptr (BaseSecret) base_key
      = base_secret_new_from_hex (aes ? TRAINING_READER_AES_BASE_KEY : TRAINING_READER_BASE_KEY);
  BaseSpan ksn = BASE_SPAN (swipe->ksn, swipe->ksn_size);
  CryptoDukptUse use = g_str_equal (swipe->format, "magtek") ? CRYPTO_DUKPT_PIN : CRYPTO_DUKPT_DATA;

  return aes ? crypto_dukpt_aes_data_key (base_key, ksn, NULL)
             : crypto_dukpt_key (base_key, ksn, use, NULL);
}

static void
assert_opens (const MsrSwipe *swipe)
{
  g_autoptr (BaseSecret) key = swipe_key (swipe);
  BaseSpan cipher = msr_swipe_ciphertext (swipe);
  g_autoptr (BaseSecret) plain = g_str_has_prefix (swipe->format, "idtech-aes")
                                     ? crypto_dukpt_aes_decrypt (key, cipher, NULL)
                                     : crypto_dukpt_decrypt (key, cipher, NULL);
  BaseSpan span = base_secret_span (plain);
  g_autofree char *text = g_strndup ((const char *)span.data, span.size);

  g_assert_nonnull (strstr (text, TRACK_2));
}

static void
test_swipe (gconstpointer data)
{
  TestShop shop;
  g_autoptr (Msr) msr = NULL;
  guint8 last[MSR_KSN_SIZE_AES] = { 0 };

  test_shop_init (&shop, NULL, (TrainingReaderModel)GPOINTER_TO_INT (data));
  set_cards (&shop, TEST_CARD);
  msr = open_reader (&shop);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (MsrSwipe) swipe = NULL;
      g_autoptr (GError) error = NULL;
      gint64 start_ms = test_shop_now_ms ();

      g_assert_cmpint (
          msr_read_swipe (msr, g_get_monotonic_time () + 5 * G_USEC_PER_SEC, NULL, &swipe, &error),
          ==, MSR_SWIPED);
      g_test_message ("swiped after %" G_GINT64_FORMAT " ms", test_shop_now_ms () - start_ms);
      g_assert_cmpstr (swipe->masked_pan, ==, "476173******0119");
      assert_opens (swipe);
      g_assert_cmpint (memcmp (last, swipe->ksn, sizeof last), !=, 0);
      memcpy (last, swipe->ksn, sizeof last);
    }
  g_clear_pointer (&msr, msr_free);
  test_shop_clear (&shop);
}

/* A card that was swiped while nobody paid must not pay for the next sale. */
static void
test_early (void)
{
  TestShop shop;
  g_autoptr (Msr) msr = NULL;
  g_autoptr (MsrSwipe) swipe = NULL;
  g_autoptr (TrainingCard) card = training_card_parse (TEST_CARD, NULL);
  gint64 start_ms;

  test_shop_init (&shop, NULL, TRAINING_READER_IDTECH_ENHANCED);
  training_device_lock (training_reader_device (shop.reader));
  g_assert_true (training_reader_swipe (shop.reader, card, NULL));
  training_device_unlock (training_reader_device (shop.reader));
  msr = open_reader (&shop);
  start_ms = test_shop_now_ms ();
  g_assert_cmpint (
      msr_read_swipe (msr, g_get_monotonic_time () + G_USEC_PER_SEC, NULL, &swipe, NULL), ==,
      MSR_TIMED_OUT);
  g_assert_cmpint (test_shop_now_ms () - start_ms, <, 2500);
  g_clear_pointer (&msr, msr_free);
  test_shop_clear (&shop);
}

static void
test_clear_tracks (void)
{
  TestShop shop;
  g_autoptr (Msr) msr = NULL;
  g_autoptr (MsrSwipe) swipe = NULL;
  g_autoptr (GError) error = NULL;

  test_shop_init (&shop, NULL, TRAINING_READER_MAGTEK_CLEAR);
  set_cards (&shop, TEST_CARD);
  msr = open_reader (&shop);
  g_assert_cmpint (
      msr_read_swipe (msr, g_get_monotonic_time () + 5 * G_USEC_PER_SEC, NULL, &swipe, &error), ==,
      MSR_REFUSED);
  g_assert_error (error, DEVICE_ERROR, DEVICE_ERROR_REFUSED);
  g_clear_pointer (&msr, msr_free);
  test_shop_clear (&shop);
}

static void
test_keyboard (void)
{
  TestShop shop;
  g_autoptr (GPtrArray) entries = NULL;
  gboolean seen = FALSE;

  test_shop_init (&shop, NULL, TRAINING_READER_MAGTEK_KEYBOARD);
  g_assert_null (device_list_find (shop.list, DEVICE_ROLE_STRIPE, NULL));
  entries = device_list_snapshot (shop.list);
  for (guint i = 0; i < entries->len; i++)
    {
      const DeviceEntry *entry = g_ptr_array_index (entries, i);

      if (entry->role == DEVICE_ROLE_REFUSED)
        seen = strstr (entry->sentence, "keyboard") != NULL;
    }
  g_assert_true (seen);
  test_shop_clear (&shop);
}

static gpointer
cancel_later (gpointer data)
{
  g_usleep (200 * 1000);
  g_cancellable_cancel (data);
  return NULL;
}

static void
test_cancel (void)
{
  TestShop shop;
  g_autoptr (Msr) msr = NULL;
  g_autoptr (MsrSwipe) swipe = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GThread *thread;
  gint64 start_ms = test_shop_now_ms ();

  test_shop_init (&shop, NULL, TRAINING_READER_MAGTEK);
  msr = open_reader (&shop);
  thread = g_thread_new ("cancel", cancel_later, cancellable);
  g_assert_cmpint (msr_read_swipe (msr, g_get_monotonic_time () + 20 * G_USEC_PER_SEC, cancellable,
                                   &swipe, NULL),
                   ==, MSR_CANCELLED);
  g_thread_join (thread);
  g_assert_cmpint (test_shop_now_ms () - start_ms, <, 3000);
  g_clear_pointer (&msr, msr_free);
  test_shop_clear (&shop);
}

static gpointer
unplug_later (gpointer data)
{
  g_usleep (200 * 1000);
  training_umockdev_unplug (((TestShop *)data)->reader_node);
  return NULL;
}

static void
test_unplug (void)
{
  TestShop shop;
  g_autoptr (Msr) msr = NULL;
  g_autoptr (MsrSwipe) swipe = NULL;
  GThread *thread;

  test_shop_init (&shop, NULL, TRAINING_READER_MAGTEK);
  msr = open_reader (&shop);
  thread = g_thread_new ("unplug", unplug_later, &shop);
  g_assert_cmpint (
      msr_read_swipe (msr, g_get_monotonic_time () + 20 * G_USEC_PER_SEC, NULL, &swipe, NULL), ==,
      MSR_GONE);
  g_thread_join (thread);
  g_clear_pointer (&msr, msr_free);
  test_shop_clear (&shop);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/devices/msr/magtek", GINT_TO_POINTER (TRAINING_READER_MAGTEK),
                        test_swipe);
  g_test_add_data_func ("/devices/msr/idtech-original",
                        GINT_TO_POINTER (TRAINING_READER_IDTECH_ORIGINAL), test_swipe);
  g_test_add_data_func ("/devices/msr/idtech-enhanced",
                        GINT_TO_POINTER (TRAINING_READER_IDTECH_ENHANCED), test_swipe);
  g_test_add_data_func ("/devices/msr/idtech-aes", GINT_TO_POINTER (TRAINING_READER_IDTECH_AES),
                        test_swipe);
  g_test_add_data_func ("/devices/msr/idtech-aes-dukpt",
                        GINT_TO_POINTER (TRAINING_READER_IDTECH_AES_DUKPT), test_swipe);
  g_test_add_func ("/devices/msr/early", test_early);
  g_test_add_func ("/devices/msr/clear-tracks", test_clear_tracks);
  g_test_add_func ("/devices/msr/keyboard", test_keyboard);
  g_test_add_func ("/devices/msr/cancel", test_cancel);
  g_test_add_func ("/devices/msr/unplug", test_unplug);
  return g_test_run ();
}
