/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "iso8583-dialect.h"
#include "iso8583-message.h"

static void
test_mti (void)
{
  g_autoptr (Iso8583Message) message = iso8583_message_new (NULL);

  g_assert_cmpstr (iso8583_message_mti (message), ==, "");
  g_assert_false (iso8583_message_set_mti (message, "020"));
  g_assert_false (iso8583_message_set_mti (message, "02000"));
  g_assert_false (iso8583_message_set_mti (message, "02A0"));
  g_assert_cmpstr (iso8583_message_mti (message), ==, "");
  g_assert_true (iso8583_message_set_mti (message, "0200"));
  g_assert_cmpstr (iso8583_message_mti (message), ==, "0200");
}

static void
test_fields (void)
{
  static const guint8 bytes[] = { 0x0A, 0xFF };
  g_autoptr (Iso8583Message) message = iso8583_message_new ("0200");

  g_assert_null (iso8583_message_get (message, 3));
  g_assert_cmpuint (iso8583_message_next (message, 0), ==, 0);
  iso8583_message_set (message, 128, "last");
  iso8583_message_set (message, 3, "");
  iso8583_message_set_bytes (message, 55, BASE_SPAN (bytes, 2));
  g_assert_true (iso8583_message_has (message, 3));
  g_assert_cmpstr (iso8583_message_get (message, 3), ==, "");
  g_assert_cmpstr (iso8583_message_get (message, 55), ==, "0AFF");
  g_assert_cmpuint (iso8583_message_size (message, 55), ==, 4);
  g_assert_cmpuint (iso8583_message_next (message, 0), ==, 3);
  g_assert_cmpuint (iso8583_message_next (message, 3), ==, 55);
  g_assert_cmpuint (iso8583_message_next (message, 55), ==, 128);
  g_assert_cmpuint (iso8583_message_next (message, 128), ==, 0);
  iso8583_message_remove (message, 3);
  g_assert_false (iso8583_message_has (message, 3));
}

static void
test_replace (void)
{
  g_autoptr (Iso8583Message) message = iso8583_message_new ("0200");

  iso8583_message_set (message, 4, "123456");
  iso8583_message_set (message, 11, "next");
  iso8583_message_set (message, 4, "12");
  g_assert_cmpstr (iso8583_message_get (message, 4), ==, "12");
  iso8583_message_set (message, 4, "much longer than before");
  g_assert_cmpstr (iso8583_message_get (message, 4), ==, "much longer than before");
  g_assert_cmpstr (iso8583_message_get (message, 11), ==, "next");
}

/* Grows past its inline room, keeps what it has, and stops at the maximum without a crash. */
static void
test_full (void)
{
  g_autoptr (Iso8583Message) message = iso8583_message_new ("0200");
  g_autofree char *text = g_strnfill (999, 'x');
  g_autofree char *huge = g_strnfill (ISO8583_TEXT_MAX, 'x');
  guint fitting = (ISO8583_TEXT_MAX - 1) / 1000;

  for (guint i = 2; i < 2 + fitting; i++)
    iso8583_message_set (message, i, text);
  g_assert_false (iso8583_message_overflowed (message));
  for (guint i = 2; i < 2 + fitting; i++)
    g_assert_cmpstr (iso8583_message_get (message, i), ==, text);
  iso8583_message_set (message, 100, text);
  g_assert_true (iso8583_message_overflowed (message));
  g_assert_false (iso8583_message_has (message, 100));
  iso8583_message_set (message, 101, huge);
  g_assert_false (iso8583_message_has (message, 101));
}

static void
test_copy (void)
{
  g_autoptr (Iso8583Message) message = iso8583_message_new ("0400");
  g_autoptr (Iso8583Message) copy = NULL;

  iso8583_message_set (message, 0, "6000030000");
  iso8583_message_set (message, 11, "000017");
  copy = iso8583_message_copy (message);
  g_assert_true (iso8583_message_equal (message, copy));
  iso8583_message_set (copy, 11, "000018");
  g_assert_false (iso8583_message_equal (message, copy));
  iso8583_message_set (copy, 11, "000017");
  iso8583_message_set (copy, 12, "x");
  g_assert_false (iso8583_message_equal (message, copy));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/iso8583/message/mti", test_mti);
  g_test_add_func ("/iso8583/message/fields", test_fields);
  g_test_add_func ("/iso8583/message/replace", test_replace);
  g_test_add_func ("/iso8583/message/full", test_full);
  g_test_add_func ("/iso8583/message/copy", test_copy);
  return g_test_run ();
}
