/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training-track.h"

#include "crypto-dukpt-aes.h"
#include "crypto-dukpt.h"

#include <string.h>

#define BLOCK CRYPTO_DUKPT_BLOCK_SIZE
#define SENT_AES 0x10
#define FIELD 112
#define FRAME_MAX 4096
#define HASH_SIZE 20
#define LEVEL_ENCRYPTING 3

/* The classic report, field after field: usage, bytes. */
#define MAGTEK_FIELD(usage, size) 0x09, usage, 0x75, 0x08, 0x95, size, 0x81, 0x02
static const guint8 magtek_descriptor[] = {
  0x06,
  0x00,
  0xFF,
  0x09,
  0x01,
  0xA1,
  0x01,
  0x15,
  0x00,
  0x26,
  0xFF,
  0x00,
  MAGTEK_FIELD (0x20, 1),
  MAGTEK_FIELD (0x21, 1),
  MAGTEK_FIELD (0x22, 1),
  MAGTEK_FIELD (0x28, 1),
  MAGTEK_FIELD (0x29, 1),
  MAGTEK_FIELD (0x2A, 1),
  MAGTEK_FIELD (0x38, 1),
  MAGTEK_FIELD (0x30, 112),
  MAGTEK_FIELD (0x31, 112),
  MAGTEK_FIELD (0x32, 112),
  MAGTEK_FIELD (0x39, 1),
  MAGTEK_FIELD (0x23, 4),
  MAGTEK_FIELD (0x2B, 1),
  MAGTEK_FIELD (0x33, 128),
  MAGTEK_FIELD (0x40, 16),
  MAGTEK_FIELD (0x42, 2),
  MAGTEK_FIELD (0x46, 10),
  MAGTEK_FIELD (0x47, 1),
  MAGTEK_FIELD (0x48, 1),
  MAGTEK_FIELD (0x49, 1),
  MAGTEK_FIELD (0x4A, 112),
  MAGTEK_FIELD (0x4B, 112),
  MAGTEK_FIELD (0x4C, 112),
  MAGTEK_FIELD (0x50, 8),
  MAGTEK_FIELD (0x51, 1),
  MAGTEK_FIELD (0x52, 1),
  MAGTEK_FIELD (0x53, 1),
  MAGTEK_FIELD (0x54, 1),
  0x09,
  0x20,
  0x75,
  0x08,
  0x95,
  24,
  0xB1,
  0x02, /* commands: a feature report of 24 bytes */
  0xC0,
};

static const guint8 idtech_descriptor[] = {
  0x06, 0x00, 0xFF, 0x09, 0x01, 0xA1, 0x01, 0x15, 0x00,
  0x26, 0xFF, 0x00, 0x09, 0x20, 0x75, 0x08, 0x95, TRAINING_TRACK_IDTECH_REPORT,
  0x81, 0x02, 0x09, 0x20, 0x75, 0x08, 0x95, 24,   0xB1,
  0x02, 0xC0,
};

BaseSpan
training_track_magtek_descriptor (void)
{
  return BASE_SPAN (magtek_descriptor, sizeof magtek_descriptor);
}

BaseSpan
training_track_idtech_descriptor (void)
{
  return BASE_SPAN (idtech_descriptor, sizeof idtech_descriptor);
}

static gsize
track_size (const char *track)
{
  return track != NULL ? strlen (track) : 0;
}

static BaseSpan
swipe_ksn (const TrainingTrackSwipe *swipe)
{
  return BASE_SPAN (swipe->ksn, swipe->cipher == TRAINING_TRACK_AES_DUKPT
                                    ? TRAINING_TRACK_KSN_SIZE_AES
                                    : TRAINING_TRACK_KSN_SIZE);
}

static BaseSecret *
swipe_key (const TrainingTrackSwipe *swipe, CryptoDukptUse use, GError **error)
{
  if (swipe->cipher == TRAINING_TRACK_AES_DUKPT)
    return crypto_dukpt_aes_data_key (swipe->base_key, swipe_ksn (swipe), error);
  return crypto_dukpt_key (swipe->base_key, swipe_ksn (swipe), use, error);
}

/* Zeroes up to whole blocks, then the cipher. An empty span gives an empty one. */
static GBytes *
encrypt_padded (TrainingTrackCipher cipher, const BaseSecret *key, BaseSpan plain, GError **error)
{
  gsize block = cipher == TRAINING_TRACK_TDES ? BLOCK : CRYPTO_DUKPT_AES_BLOCK_SIZE;
  gsize padded = (plain.size + block - 1) / block * block;
  g_autoptr (BaseSecret) buffer = base_secret_new (MAX (padded, 1));
  guint8 *bytes = base_secret_bytes (buffer);

  if (plain.size == 0)
    return g_bytes_new (NULL, 0);
  for (gsize i = 0; i < plain.size; i++)
    bytes[i] = plain.data[i];
  return cipher == TRAINING_TRACK_TDES
             ? crypto_dukpt_encrypt (key, base_secret_span (buffer), error)
             : crypto_dukpt_aes_encrypt (key, base_secret_span (buffer), error);
}

static GBytes *
encrypt_track (const BaseSecret *key, const char *track, GError **error)
{
  return encrypt_padded (TRAINING_TRACK_TDES, key, BASE_SPAN (track, track_size (track)), error);
}

/* A field of fixed size, zeroes behind. */
static void
put_field (BaseWriter *writer, BaseSpan value, gsize size)
{
  base_writer_put (writer, BASE_SPAN (value.data, MIN (value.size, size)));
  base_writer_fill (writer, 0, size - MIN (value.size, size));
}

static void
put_magtek_head (BaseWriter *writer, const TrainingTrackSwipe *swipe, GBytes *const *tracks)
{
  for (guint i = 0; i < TRAINING_CARD_TRACKS; i++)
    base_writer_u8 (writer, 0x00); /* decode status: good, or no such track */
  for (guint i = 0; i < TRAINING_CARD_TRACKS; i++)
    base_writer_u8 (writer, (guint8)g_bytes_get_size (tracks[i]));
  base_writer_u8 (writer, 0x00); /* ISO/ABA */
  for (guint i = 0; i < TRAINING_CARD_TRACKS; i++)
    put_field (writer, base_bytes_span (tracks[i]), FIELD);
  base_writer_fill (writer, 0, 1 + 4 + 1 + 128); /* card status, MagnePrint */
  put_field (writer, BASE_SPAN_STR (TRAINING_TRACK_SERIAL), 16);
}

static void
put_magtek_rest (BaseWriter *writer, const TrainingTrackSwipe *swipe, guint level)
{
  base_writer_u16be (writer, level >= LEVEL_ENCRYPTING ? 0x0006 : 0x0002);
  base_writer_put (writer, BASE_SPAN (swipe->ksn, TRAINING_TRACK_KSN_SIZE));
  for (guint i = 0; i < TRAINING_CARD_TRACKS; i++)
    base_writer_u8 (writer, (guint8)track_size (swipe->card->tracks[i]));
  for (guint i = 0; i < TRAINING_CARD_TRACKS; i++)
    {
      const char *track = swipe->card->tracks[i];
      g_autofree char *masked = swipe->shows_service && track != NULL
                                    ? training_card_mask_but_service (track, '0')
                                    : training_card_mask (track != NULL ? track : "", '0');

      put_field (writer, BASE_SPAN_STR (masked), FIELD);
    }
  base_writer_fill (writer, 0, 8); /* session id */
  for (guint i = 0; i < TRAINING_CARD_TRACKS; i++)
    base_writer_u8 (writer, (guint8)track_size (swipe->card->tracks[i]));
  base_writer_u8 (writer, 0);
}

static GBytes *
magtek_track (const BaseSecret *key, const char *track, guint level, GError **error)
{
  gsize size = track_size (track), padded = (size + BLOCK - 1) / BLOCK * BLOCK;
  BaseWriter writer;

  if (level >= LEVEL_ENCRYPTING)
    return encrypt_track (key, track, error);
  base_writer_init (&writer, FIELD);
  put_field (&writer, BASE_SPAN (track, size), padded);
  return base_writer_steal (&writer);
}

GBytes *
training_track_magtek (const TrainingTrackSwipe *swipe, guint level, GError **error)
{
  g_autoptr (BaseSecret) key = swipe_key (swipe, CRYPTO_DUKPT_PIN, error);
  GBytes *tracks[TRAINING_CARD_TRACKS] = { NULL };
  BaseWriter writer;
  gboolean good = key != NULL;

  base_writer_init (&writer, TRAINING_TRACK_MAGTEK_SIZE);
  for (guint i = 0; i < TRAINING_CARD_TRACKS && good; i++)
    good = (tracks[i] = magtek_track (key, swipe->card->tracks[i], level, error)) != NULL;
  if (good)
    {
      put_magtek_head (&writer, swipe, tracks);
      put_magtek_rest (&writer, swipe, level);
      g_assert (base_writer_span (&writer).size == TRAINING_TRACK_MAGTEK_SIZE);
    }
  for (guint i = 0; i < TRAINING_CARD_TRACKS; i++)
    g_clear_pointer (&tracks[i], g_bytes_unref);
  if (good)
    return base_writer_steal (&writer);
  base_writer_clear (&writer);
  return NULL;
}

static void
put_idtech_head (BaseWriter *writer, const TrainingTrackSwipe *swipe, gboolean enhanced)
{
  const TrainingCard *card = swipe->card;
  guint8 cipher = swipe->cipher == TRAINING_TRACK_TDES ? 0 : SENT_AES;
  guint8 present = 0, encrypted = 0;

  for (guint i = 0; i < TRAINING_CARD_TRACKS; i++)
    present |= (guint8)(card->tracks[i] != NULL ? 1 << i : 0);
  encrypted = present;
  base_writer_u8 (writer, enhanced ? 0x80 : 0x00);
  base_writer_u8 (writer, (guint8)(present | present << 3));
  for (guint i = 0; i < TRAINING_CARD_TRACKS; i++)
    base_writer_u8 (writer, (guint8)track_size (card->tracks[i]));
  if (enhanced)
    {
      base_writer_u8 (writer, present | cipher | 0x80); /* masked tracks, serial */
      base_writer_u8 (writer, encrypted | 0x80);        /* encrypted tracks, KSN */
    }
  for (guint i = 0; i < TRAINING_CARD_TRACKS; i++)
    if (card->tracks[i] != NULL)
      {
        g_autofree char *masked = training_card_mask (card->tracks[i], '*');

        base_writer_put (writer, BASE_SPAN_STR (masked));
      }
}

static gboolean
put_encrypted (BaseWriter *writer,
               TrainingTrackCipher cipher,
               const BaseSecret *key,
               BaseSpan plain,
               GError **error)
{
  g_autoptr (GBytes) encrypted = encrypt_padded (cipher, key, plain, error);

  return encrypted != NULL && base_writer_put (writer, base_bytes_span (encrypted));
}

/* Tracks 1 and 2 in one block, and the hashes, which nobody checks, as zeroes. */
static gboolean
put_idtech_original (BaseWriter *writer,
                     const BaseSecret *key,
                     const TrainingCard *card,
                     GError **error)
{
  g_autofree char *joined
      = g_strconcat (card->tracks[0] != NULL ? card->tracks[0] : "", card->tracks[1], NULL);
  gboolean good = put_encrypted (writer, TRAINING_TRACK_TDES, key, BASE_SPAN_STR (joined), error);

  base_secret_wipe (joined, strlen (joined));
  for (guint i = 0; i < 2; i++)
    base_writer_fill (writer, 0, card->tracks[i] != NULL ? HASH_SIZE : 0);
  return good;
}

static gboolean
put_idtech_enhanced (BaseWriter *writer,
                     const BaseSecret *key,
                     const TrainingTrackSwipe *swipe,
                     GError **error)
{
  const TrainingCard *card = swipe->card;
  gboolean good = TRUE;

  for (guint i = 0; i < TRAINING_CARD_TRACKS && good; i++)
    good = put_encrypted (writer, swipe->cipher, key,
                          BASE_SPAN (card->tracks[i], track_size (card->tracks[i])), error);
  put_field (writer, BASE_SPAN_STR (TRAINING_TRACK_SERIAL), 10);
  return good;
}

static GBytes *
wrap_idtech (BaseSpan body)
{
  BaseWriter writer;
  guint8 lrc = 0, sum = 0;

  for (gsize i = 0; i < body.size; i++)
    {
      lrc ^= body.data[i];
      sum = (guint8)(sum + body.data[i]);
    }
  base_writer_init (&writer, FRAME_MAX);
  base_writer_u8 (&writer, 0x02);
  base_writer_u16le (&writer, (guint16)body.size);
  base_writer_put (&writer, body);
  base_writer_u8 (&writer, lrc);
  base_writer_u8 (&writer, sum);
  base_writer_u8 (&writer, 0x03);
  /* The last report is filled up. */
  base_writer_fill (&writer, 0,
                    (TRAINING_TRACK_IDTECH_REPORT - (body.size + 6) % TRAINING_TRACK_IDTECH_REPORT)
                        % TRAINING_TRACK_IDTECH_REPORT);
  return base_writer_steal (&writer);
}

GBytes *
training_track_idtech (const TrainingTrackSwipe *swipe, gboolean enhanced, GError **error)
{
  g_autoptr (BaseSecret) key = swipe_key (swipe, CRYPTO_DUKPT_DATA, error);
  g_auto (BaseWriter) body = { 0 };

  if (key == NULL)
    return NULL;
  base_writer_init (&body, FRAME_MAX);
  put_idtech_head (&body, swipe, enhanced);
  if (!(enhanced ? put_idtech_enhanced (&body, key, swipe, error)
                 : put_idtech_original (&body, key, swipe->card, error)))
    return NULL;
  base_writer_put (&body, swipe_ksn (swipe));
  return wrap_idtech (base_writer_span (&body));
}
