/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-sound.h"

#include "base-bytes.h"

#define RATE_HZ 22050
#define LEVEL 9000
#define WAV_MAX (1 << 17)

typedef struct
{
  guint hz; /* 0 is a rest */
  guint ms;
} Note;

static const Note accepted_notes[] = { { 1760, 60 } };
static const Note attention_notes[] = { { 880, 120 }, { 0, 60 }, { 1175, 160 } };
static const Note stop_notes[] = { { 262, 220 }, { 0, 50 }, { 208, 360 } };

struct _AppSound
{
  GtkMediaStream *
      streams[APP_SOUND_COUNT]; /* made when first heard: a media backend takes its time to start */
  gboolean on;
};

/* A triangle wave that fades in and out over a few milliseconds, so that it doesn't click. */
static gint16
sample_at (const Note *note, guint index, guint count)
{
  guint fade = RATE_HZ / 200;
  guint edge = MIN (MIN (index, count - 1 - index), fade);
  guint phase;
  gint64 level;

  if (note->hz == 0)
    return 0;
  phase = (guint)((guint64)index * note->hz * 4000 / RATE_HZ % 4000);
  level = phase < 2000 ? (gint64)phase - 1000 : 3000 - (gint64)phase;
  return (gint16)(level * LEVEL / 1000 * edge / fade);
}

static void
write_notes (BaseWriter *writer, const Note *notes, guint count)
{
  for (guint n = 0; n < count; n++)
    {
      guint samples = notes[n].ms * RATE_HZ / 1000;

      for (guint i = 0; i < samples; i++)
        base_writer_u16le (writer, (guint16)sample_at (&notes[n], i, samples));
    }
}

static void
write_u32le (BaseWriter *writer, guint32 value)
{
  base_writer_u16le (writer, (guint16)(value & 0xffff));
  base_writer_u16le (writer, (guint16)(value >> 16));
}

static void
write_header (BaseWriter *writer, guint32 data_size)
{
  base_writer_put (writer, BASE_SPAN_STR ("RIFF"));
  write_u32le (writer, 36 + data_size);
  base_writer_put (writer, BASE_SPAN_STR ("WAVEfmt "));
  write_u32le (writer, 16);
  base_writer_u16le (writer, 1); /* PCM */
  base_writer_u16le (writer, 1); /* mono */
  write_u32le (writer, RATE_HZ);
  write_u32le (writer, RATE_HZ * 2);
  base_writer_u16le (writer, 2);
  base_writer_u16le (writer, 16);
  base_writer_put (writer, BASE_SPAN_STR ("data"));
  write_u32le (writer, data_size);
}

static const Note *
notes_of (AppSoundKind kind, guint *out_count)
{
  switch (kind)
    {
    case APP_SOUND_ACCEPTED:
      *out_count = G_N_ELEMENTS (accepted_notes);
      return accepted_notes;
    case APP_SOUND_ATTENTION:
      *out_count = G_N_ELEMENTS (attention_notes);
      return attention_notes;
    case APP_SOUND_STOP:
      break;
    }
  *out_count = G_N_ELEMENTS (stop_notes);
  return stop_notes;
}

GBytes *
app_sound_make (AppSoundKind kind)
{
  g_auto (BaseWriter) samples = { 0 };
  g_auto (BaseWriter) file = { 0 };
  guint count;
  const Note *notes = notes_of (kind, &count);

  base_writer_init (&samples, WAV_MAX);
  base_writer_init (&file, WAV_MAX);
  write_notes (&samples, notes, count);
  write_header (&file, (guint32)base_writer_span (&samples).size);
  base_writer_put (&file, base_writer_span (&samples));
  return base_writer_steal (&file);
}

AppSound *
app_sound_new (void)
{
  AppSound *self = g_new0 (AppSound, 1);

  self->on = TRUE;
  return self;
}

void
app_sound_free (AppSound *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < APP_SOUND_COUNT; i++)
    g_clear_object (&self->streams[i]);
  g_free (self);
}

void
app_sound_set_on (AppSound *self, gboolean on)
{
  self->on = on;
}

void
app_sound_play (AppSound *self, AppSoundKind kind)
{
  if (!self->on)
    return;
  if (self->streams[kind] == NULL)
    {
      g_autoptr (GBytes) wav = app_sound_make (kind);
      g_autoptr (GInputStream) input = g_memory_input_stream_new_from_bytes (wav);

      self->streams[kind] = gtk_media_file_new_for_input_stream (input);
    }
  if (gtk_media_stream_get_error (self->streams[kind]) == NULL)
    {
      gtk_media_stream_seek (self->streams[kind], 0);
      gtk_media_stream_play (self->streams[kind]);
    }
  else if (kind == APP_SOUND_STOP && gdk_display_get_default () != NULL)
    gdk_display_beep (gdk_display_get_default ());
}
