/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-error.h"
#include "iso8583-frame.h"

static const struct
{
  Iso8583Frame frame;
  const char *head; /* of a body of 258 bytes */
} heads[] = {
  { ISO8583_FRAME_BINARY2, "0102" },
  { ISO8583_FRAME_BCD2, "0258" },
  { ISO8583_FRAME_ASCII4, "30323538" },
  { ISO8583_FRAME_BINARY2_INCLUSIVE, "0104" },
};

static void
test_wrap (void)
{
  g_autofree guint8 *body = g_malloc0 (258);

  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    {
      Iso8583Dialect dialect = { .frame = heads[i].frame };
      gsize head_size = iso8583_frame_head_size (&dialect);
      g_autoptr (GBytes) frame = iso8583_frame_wrap (&dialect, BASE_SPAN (body, 258));
      BaseSpan span = base_bytes_span (frame);
      g_autofree char *hex = base_bytes_to_hex (BASE_SPAN (span.data, head_size));
      gsize size = 0;

      g_assert_cmpstr (hex, ==, heads[i].head);
      g_assert_true (iso8583_frame_read (&dialect, BASE_SPAN (span.data, head_size), &size, NULL));
      g_assert_cmpuint (size, ==, 258);
      g_assert_cmpuint (iso8583_frame_strip (&dialect, span).size, ==, 258);
      g_assert_cmpuint (iso8583_frame_strip (&dialect, BASE_SPAN (body, 258)).size, ==, 258);
    }
}

static const struct
{
  Iso8583Frame frame;
  const char *head;
} bad_heads[] = {
  { ISO8583_FRAME_BINARY2, "0000" },
  { ISO8583_FRAME_BINARY2, "1001" },
  { ISO8583_FRAME_BCD2, "00A0" },
  { ISO8583_FRAME_BCD2, "4097" },
  { ISO8583_FRAME_ASCII4, "30303A30" },
  { ISO8583_FRAME_ASCII4, "34303937" },
  { ISO8583_FRAME_BINARY2_INCLUSIVE, "0001" },
  { ISO8583_FRAME_BINARY2_INCLUSIVE, "0002" },
};

static void
test_bad (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_heads); i++)
    {
      Iso8583Dialect dialect = { .frame = bad_heads[i].frame };
      g_autoptr (GBytes) head = base_bytes_from_hex (bad_heads[i].head, NULL);
      g_autoptr (GError) error = NULL;
      gsize size;

      g_assert_false (iso8583_frame_read (&dialect, base_bytes_span (head), &size, &error));
      g_assert_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_FIELD);
    }
}

static void
test_max (void)
{
  static const guint8 head[] = { 0x10, 0x00 };
  Iso8583Dialect dialect = { .frame = ISO8583_FRAME_BINARY2 };
  gsize size;

  g_assert_true (iso8583_frame_read (&dialect, BASE_SPAN (head, 2), &size, NULL));
  g_assert_cmpuint (size, ==, ISO8583_MESSAGE_MAX);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/iso8583/frame/wrap", test_wrap);
  g_test_add_func ("/iso8583/frame/bad", test_bad);
  g_test_add_func ("/iso8583/frame/max", test_max);
  return g_test_run ();
}
