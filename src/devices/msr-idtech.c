/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "msr-idtech.h"

#include "device-error.h"
#include "msr-mask.h"

#include <glib/gi18n.h>

#define STX 0x02
#define ETX 0x03
#define HEAD 3 /* STX and length */
#define TAIL 3 /* LRC, sum, ETX */
#define ENHANCED 0x80
#define HASH_SIZE 20
#define SESSION_SIZE 8
#define SERIAL_SIZE 10
#define SENT_FIXED 0x08 /* byte 8: no DUKPT */
#define SENT_AES 0x10
#define SENT_CHIP 0x20 /* the service code says so */
#define SENT_SERIAL 0x80
#define MADE_HASH 0x08 /* byte 9: bits 3–5, one a track */
#define MADE_SESSION 0x40
#define MADE_KSN 0x80

typedef struct
{
  guint8 encode_type;
  guint8 status;
  guint8 lengths[MSR_TRACKS];
  guint8 sent; /* enhanced only */
  guint8 made; /* enhanced only */
  BaseSpan masked[MSR_TRACKS];
} Head;

gsize
msr_idtech_frame_size (BaseSpan head)
{
  BaseReader reader;
  guint8 start;
  guint16 length;

  base_reader_init (&reader, head);
  if (!base_reader_u8 (&reader, &start))
    return 0;
  if (start != STX)
    return MSR_FRAME_SIZE_MAX + 1;
  if (!base_reader_u16le (&reader, &length))
    return 0;
  return MIN ((gsize)length + HEAD + TAIL, (gsize)MSR_FRAME_SIZE_MAX + 1);
}

static MsrOutcome
fail (GError **error, const char *why)
{
  g_set_error (error, DEVICE_ERROR, DEVICE_ERROR_DATA, _ ("The reader's frame makes no sense: %s"),
               why);
  return MSR_FAULT;
}

static MsrOutcome
refuse (GError **error, const char *why)
{
  g_set_error (error, DEVICE_ERROR, DEVICE_ERROR_REFUSED,
               _ ("This reader %s, so it can't be used for payment"), why);
  return MSR_REFUSED;
}

/* The card data between length and LRC, once both sums agree. */
static MsrOutcome
unwrap (BaseSpan frame, BaseSpan *out_body, GError **error)
{
  BaseReader reader;
  guint16 length = 0;
  guint8 start = 0, lrc, sum, end, got_lrc = 0, got_sum = 0;

  if (msr_mask_is_track (frame))
    return refuse (error, _ ("sends card tracks in the clear"));
  base_reader_init (&reader, frame);
  if (!base_reader_u8 (&reader, &start) || start != STX || !base_reader_u16le (&reader, &length))
    return fail (error, _ ("it doesn't begin with STX and a length"));
  if (!base_reader_take (&reader, length, out_body) || !base_reader_u8 (&reader, &lrc)
      || !base_reader_u8 (&reader, &sum) || !base_reader_u8 (&reader, &end))
    return fail (error, _ ("it is shorter than its length says"));
  for (gsize i = 0; i < out_body->size; i++)
    {
      got_lrc ^= out_body->data[i];
      got_sum = (guint8)(got_sum + out_body->data[i]);
    }
  if (lrc != got_lrc || sum != got_sum || end != ETX)
    return fail (error, _ ("its check bytes are wrong"));
  return MSR_SWIPED;
}

static gboolean
is_enhanced (const Head *head)
{
  return (head->encode_type & ENHANCED) != 0;
}

/* Whether track `i` has its masked text in the frame. */
static gboolean
has_masked (const Head *head, guint i)
{
  return is_enhanced (head) ? (head->sent >> i & 1) != 0 : TRUE;
}

static MsrOutcome
read_head (BaseReader *reader, Head *head, GError **error)
{
  if (!base_reader_u8 (reader, &head->encode_type) || !base_reader_u8 (reader, &head->status))
    return fail (error, _ ("it ends in its head"));
  for (guint i = 0; i < MSR_TRACKS; i++)
    if (!base_reader_u8 (reader, &head->lengths[i]))
      return fail (error, _ ("it ends in its head"));
  if (is_enhanced (head)
      && (!base_reader_u8 (reader, &head->sent) || !base_reader_u8 (reader, &head->made)))
    return fail (error, _ ("it ends in its head"));
  for (guint i = 0; i < MSR_TRACKS; i++)
    {
      if (has_masked (head, i) && !base_reader_take (reader, head->lengths[i], &head->masked[i]))
        return fail (error, _ ("a masked track goes over its end"));
      if (i < 2 && msr_mask_is_clear (head->masked[i]))
        return refuse (error, _ ("shows the whole card number"));
    }
  return MSR_SWIPED;
}

static gsize
round_up (gsize size, gsize block)
{
  return (size + block - 1) / block * block;
}

static MsrOutcome
keep_track (BaseReader *reader, gsize size, BaseSecret **out_track, GError **error)
{
  BaseSpan track;

  if (!base_reader_take (reader, size, &track))
    return fail (error, _ ("an encrypted track goes over its end"));
  if (msr_mask_is_track (track))
    return refuse (error, _ ("sends card tracks in the clear"));
  if (size > 0)
    *out_track = base_secret_new_from (track);
  return MSR_SWIPED;
}

/* The end of the frame. No byte tells whether a reader that encrypts with AES derives its keys by
 * AES DUKPT, too: its serial number is longer. */
static MsrOutcome
keep_ksn (BaseReader *reader, const Head *head, MsrSwipe *swipe, GError **error)
{
  gboolean aes = (head->sent & SENT_AES) != 0;
  gsize left = base_reader_left (reader);
  BaseSpan ksn;

  if ((left != MSR_KSN_SIZE && !(aes && left == MSR_KSN_SIZE_AES))
      || !base_reader_take (reader, left, &ksn))
    return fail (error, _ ("its parts don't add up to its length"));
  swipe->format = !aes ? "idtech" : left == MSR_KSN_SIZE ? "idtech-aes" : "idtech-aes-dukpt";
  swipe->ksn_size = left;
  for (gsize i = 0; i < left; i++)
    swipe->ksn[i] = ksn.data[i];
  return MSR_SWIPED;
}

/* One block over tracks 1 and 2, then their hashes (none, one or both), then the KSN. */
static MsrOutcome
read_original (BaseReader *reader, const Head *head, MsrSwipe *swipe, GError **error)
{
  gsize block = round_up ((gsize)head->lengths[0] + head->lengths[1], 8);
  gsize left = base_reader_left (reader), hashes;
  MsrOutcome outcome;

  swipe->layout = MSR_LAYOUT_JOINED;
  if (left < block + MSR_KSN_SIZE)
    return left <= HASH_SIZE && head->lengths[1] > 0
               ? refuse (error, _ ("doesn't encrypt"))
               : fail (error, _ ("the encrypted tracks go over its end"));
  hashes = left - block - MSR_KSN_SIZE;
  if (hashes % HASH_SIZE != 0 || hashes > MSR_TRACKS * HASH_SIZE)
    return fail (error, _ ("its parts don't add up to its length"));
  outcome = keep_track (reader, block, &swipe->tracks[0], error);
  if (outcome != MSR_SWIPED)
    return outcome;
  base_reader_skip (reader, hashes);
  return keep_ksn (reader, head, swipe, error);
}

static MsrOutcome
skip_extras (BaseReader *reader, const Head *head, GError **error)
{
  gsize size = head->made & MADE_SESSION ? SESSION_SIZE : 0;

  for (guint i = 0; i < MSR_TRACKS; i++)
    size += head->made & (MADE_HASH << i) ? HASH_SIZE : 0;
  size += head->sent & SENT_SERIAL ? SERIAL_SIZE : 0;
  return base_reader_skip (reader, size) ? MSR_SWIPED
                                         : fail (error, _ ("its parts don't add up to its length"));
}

static MsrOutcome
read_enhanced (BaseReader *reader, const Head *head, MsrSwipe *swipe, GError **error)
{
  gsize block = head->sent & SENT_AES ? 16 : 8;
  MsrOutcome outcome;

  if (!(head->made & MADE_KSN) || (head->made & 7) == 0)
    return refuse (error, _ ("doesn't encrypt"));
  if (head->sent & SENT_FIXED)
    return refuse (error, _ ("encrypts every card under the same key"));
  for (guint i = 0; i < MSR_TRACKS; i++)
    {
      gsize size = head->made >> i & 1 ? round_up (head->lengths[i], block) : 0;

      outcome = keep_track (reader, size, &swipe->tracks[i], error);
      if (outcome != MSR_SWIPED)
        return outcome;
    }
  outcome = skip_extras (reader, head, error);
  return outcome == MSR_SWIPED ? keep_ksn (reader, head, swipe, error) : outcome;
}

static void
keep_rest (const Head *head, MsrSwipe *swipe)
{
  for (guint i = 0; i < MSR_TRACKS; i++)
    {
      swipe->decoded[i] = (head->status >> i & 1) != 0 && head->lengths[i] > 0;
      swipe->clear_sizes[i] = head->lengths[i];
    }
  if (!msr_mask_pan (head->masked[1], swipe->masked_pan))
    msr_mask_pan (head->masked[0], swipe->masked_pan);
  swipe->chip = msr_mask_chip (head->masked[1]);
  if (swipe->chip == MSR_CHIP_UNKNOWN)
    swipe->chip = msr_mask_chip (head->masked[0]);
  if (swipe->chip == MSR_CHIP_UNKNOWN && (head->sent & SENT_CHIP) != 0)
    swipe->chip = MSR_CHIP_THERE;
}

MsrOutcome
msr_idtech_parse (BaseSpan frame, MsrSwipe **out_swipe, GError **error)
{
  g_autoptr (MsrSwipe) swipe = g_new0 (MsrSwipe, 1);
  BaseReader reader;
  BaseSpan body;
  Head head = { 0 };
  MsrOutcome outcome = unwrap (frame, &body, error);

  if (outcome != MSR_SWIPED)
    return outcome;
  base_reader_init (&reader, body);
  outcome = read_head (&reader, &head, error);
  if (outcome != MSR_SWIPED)
    return outcome;
  keep_rest (&head, swipe);
  if (!swipe->decoded[0] && !swipe->decoded[1])
    return MSR_BAD_READ;
  outcome = is_enhanced (&head) ? read_enhanced (&reader, &head, swipe, error)
                                : read_original (&reader, &head, swipe, error);
  if (outcome == MSR_SWIPED)
    *out_swipe = g_steal_pointer (&swipe);
  return outcome;
}
