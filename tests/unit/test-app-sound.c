/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-sound.h"

#include "base-bytes.h"

static void
test_wav (void)
{
  for (int kind = APP_SOUND_ACCEPTED; kind < APP_SOUND_COUNT; kind++)
    {
      g_autoptr (GBytes) wav = app_sound_make ((AppSoundKind)kind);
      BaseReader reader;
      guint32 riff_size, data_size;
      BaseSpan name;

      g_assert_nonnull (wav);
      base_reader_init (&reader, base_bytes_span (wav));
      g_assert_true (base_reader_take (&reader, 4, &name));
      g_assert_true (base_bytes_equal (name, BASE_SPAN_STR ("RIFF")));
      g_assert_true (base_reader_u32le (&reader, &riff_size));
      g_assert_cmpuint (riff_size, ==, g_bytes_get_size (wav) - 8);
      g_assert_true (base_reader_skip (&reader, 32));
      g_assert_true (base_reader_u32le (&reader, &data_size));
      g_assert_cmpuint (data_size, ==, base_reader_left (&reader));
      g_assert_cmpuint (data_size, >, 1000);
    }
}

static void
test_silent (void)
{
  g_autoptr (AppSound) sound = app_sound_new ();

  app_sound_set_on (sound, FALSE);
  app_sound_play (sound, APP_SOUND_STOP);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/sound/wav", test_wav);
  g_test_add_func ("/app/sound/silent", test_silent);
  return g_test_run ();
}
