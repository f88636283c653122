/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The codec against frames made by hand (tests/vectors/iso8583) and against its own faults. A
 * vector names its profile, then the MTI and the fields, then the bytes of the frame; '#' begins a
 * comment.
 */
#include "iso8583.h"
#include "iso8583-frame.h"

#include <string.h>

typedef struct
{
  AcquirerProfile *profile;
  Iso8583Message *message;
  GBytes *frame;
} Vector;

static void
vector_clear (Vector *self)
{
  acquirer_profile_unref (self->profile);
  iso8583_message_free (self->message);
  g_bytes_unref (self->frame);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Vector, vector_clear)

static void
vector_line (Vector *self, const char *line, GString *hex)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 3);

  if (strcmp (words[0], "profile") == 0)
    self->profile = acquirer_profile_load (words[1], NULL);
  else if (strcmp (words[0], "mti") == 0)
    self->message = iso8583_message_new (words[1]);
  else if (strcmp (words[0], "field") == 0)
    {
      gsize size = strlen (words[2]);
      g_autofree char *text
          = words[2][0] == '"' ? g_strndup (&words[2][1], size - 2) : g_strdup (words[2]);

      iso8583_message_set (self->message, (guint)g_ascii_strtoull (words[1], NULL, 10), text);
    }
  else if (strcmp (words[0], "key") != 0 && strcmp (words[0], "frame") != 0)
    g_string_append (hex, line);
}

static void
vector_read (Vector *self, const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "vectors", "iso8583", name, NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GString) hex = g_string_new (NULL);

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *comment = strchr (lines[i], '#');

      if (comment != NULL)
        *comment = '\0';
      if (g_strchomp (lines[i])[0] != '\0')
        vector_line (self, lines[i], hex);
    }
  self->frame = base_bytes_from_hex (hex->str, NULL);
  g_assert_true (self->profile != NULL && self->message != NULL && self->frame != NULL);
}

static void
test_vector (gconstpointer name)
{
  g_auto (Vector) vector = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GBytes) frame = NULL;
  g_autoptr (Iso8583Message) message = NULL;
  const Iso8583Dialect *dialect;
  BaseSpan stripped;

  vector_read (&vector, name);
  dialect = acquirer_profile_dialect (vector.profile);
  stripped = iso8583_frame_strip (dialect, base_bytes_span (vector.frame));
  g_assert_cmpuint (stripped.size, ==, g_bytes_get_size (vector.frame) - 2);
  message = iso8583_unpack (vector.profile, stripped, &error);
  g_assert_no_error (error);
  for (guint i = 0; i <= ISO8583_FIELD_MAX; i++)
    g_assert_cmpstr (iso8583_message_get (message, i), ==, iso8583_message_get (vector.message, i));
  g_assert_true (iso8583_message_equal (message, vector.message));
  body = iso8583_pack (vector.profile, vector.message, &error);
  g_assert_no_error (error);
  frame = iso8583_frame_wrap (dialect, base_bytes_span (body));
  g_assert_cmpmem (g_bytes_get_data (frame, NULL), g_bytes_get_size (frame),
                   g_bytes_get_data (vector.frame, NULL), g_bytes_get_size (vector.frame));
}

/* Every shorter frame is refused, whatever the byte it ends at. */
static void
test_truncated (void)
{
  g_auto (Vector) vector = { 0 };
  BaseSpan span;

  vector_read (&vector, "sandbox-sale.txt");
  span = base_bytes_span (vector.frame);
  for (gsize size = 0; size < span.size - 2; size++)
    {
      g_autofree guint8 *copy
          = g_memdup2 (&span.data[2], size); /* of its own, so that a sanitiser sees its end */
      g_autoptr (GError) error = NULL;

      g_assert_null (iso8583_unpack (vector.profile, BASE_SPAN (copy, size), &error));
      g_assert_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_FIELD);
    }
}

/* What a bad frame is told: field, offset, wanted. */
static const struct
{
  const char *profile;
  const char *hex;
  const char *says;
} bad_frames[] = {
  { "sandbox", "", "At byte 0: wanted 2 bytes of MTI, 0 are left" },
  { "sandbox", "02A0 0000000000000000", "At byte 0: wanted an MTI of four digits" },
  { "sandbox", "0200 00000000", "At byte 2: wanted 8 bytes of bitmap, 4 are left" },
  { "sandbox", "0200 8000000000000000 00", "At byte 10: wanted 8 bytes of bitmap, 1 are left" },
  { "sandbox", "0200 1000000000000000 0000",
    "Field 4 (amount) at byte 10: wanted 6 bytes, 2 are left" },
  { "sandbox", "0200 1000000000000000 00000A000000",
    "Field 4 (amount) at byte 12: wanted packed digits, found 0A" },
  { "sandbox", "0200 4000000000000000 00",
    "At byte 10: the bitmap names field 2, which this dialect hasn't" },
  { "sandbox", "0200 8000000000000000 8000000000000000", "names field 65" },
  { "sandbox", "0200 0000000000100000 9A",
    "Field 44 (reason text) at byte 10: wanted a length in digits" },
  { "sandbox", "0200 0000000000100000 9941", "wanted 99 bytes, 1 are left" },
  { "sandbox", "0200 0000000000100000 02410A",
    "Field 44 (reason text) at byte 12: wanted format ans, found 0A" },
  { "sandbox", "0200 0000000000000200 0256",
    "Field 55 (chip data) at byte 10: wanted a length of at most 255, it says 256" },
  { "sandbox", "0200 0000040000000000 1022",
    "Field 22 (entry mode) at byte 10: wanted the odd digit filled up with 0, found 1" },
  { "sandbox", "0200 0000000000000008 11",
    "Field 61 (deferred mark) at byte 10: wanted the odd digit filled up with 0" },
  { "sandbox", "0200 0000000000000000 00",
    "At byte 10: wanted the end, 1 bytes follow the last field" },
  { "unionpay", "60000300", "At byte 0: wanted 11 bytes of TPDU and header, 4 are left" },
  { "unionpay", "6000030000603100000000 0200 8000000000000000 00", "promises a second one" },
  { "unionpay", "6000030000603100000000 0200 0000000020000000 38",
    "Field 35 (track 2) at byte 21: wanted a length of at most 37" },
};

static void
test_bad_frames (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_frames); i++)
    {
      g_autoptr (AcquirerProfile) profile = acquirer_profile_load (bad_frames[i].profile, NULL);
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (GError) error = NULL;

      bytes = base_bytes_from_hex (bad_frames[i].hex, NULL);
      g_assert_null (iso8583_unpack (profile, base_bytes_span (bytes), &error));
      g_assert_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_FIELD);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, bad_frames[i].says));
    }
}

static void
test_partial (void)
{
  g_autoptr (AcquirerProfile) profile = acquirer_profile_load ("sandbox", NULL);
  g_autoptr (GBytes) bytes
      = base_bytes_from_hex ("0200 3000000000000000 190000 00000000FF00", NULL);
  g_autoptr (Iso8583Message) message = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (iso8583_unpack_partial (profile, base_bytes_span (bytes), &message, &error));
  g_assert_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_FIELD);
  g_assert_cmpstr (iso8583_message_mti (message), ==, "0200");
  g_assert_cmpstr (iso8583_message_get (message, 3), ==, "190000");
  g_assert_false (iso8583_message_has (message, 4));
}

static void
add_vectors (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "vectors", "iso8583", NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint count = 0;

  for (const char *name = g_dir_read_name (dir); name != NULL;
       name = g_dir_read_name (dir), count++)
    {
      g_autofree char *test = g_strconcat ("/iso8583/vector/", name, NULL);

      g_test_add_data_func_full (test, g_strdup (name), test_vector, g_free);
    }
  g_assert_cmpuint (count, >=, 13);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_vectors ();
  g_test_add_func ("/iso8583/unpack/truncated", test_truncated);
  g_test_add_func ("/iso8583/unpack/bad-frames", test_bad_frames);
  g_test_add_func ("/iso8583/unpack/partial", test_partial);
  return g_test_run ();
}
