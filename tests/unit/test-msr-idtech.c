/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "msr-idtech.h"

#include "device-error.h"

#include <string.h>

#define MASKED "3B3437363137332A2A2A2A2A2A303131393D2A2A2A3F" /* ;476173******0119=***? */
#define CIPHER "C0C1C2C3C4C5C6C7C8C9CACBCCCDCECFD0D1D2D3D4D5D6D7"
#define HASH "0000000000000000000000000000000000000000"
#define KSN "62994901190000000001"
#define PADDING "E0E1E2E3E4E5E6E7" /* a track of 22 fills 24 bytes with TDES, 32 with AES */
#define AES_KSN "123456789012345600000001"

/* STX and length before, LRC, sum and ETX behind. */
static GBytes *
wrap (const char *body_hex)
{
  g_autoptr (GBytes) body = base_bytes_from_hex (body_hex, NULL);
  BaseSpan span = base_bytes_span (body);
  BaseWriter writer;
  guint8 lrc = 0, sum = 0;

  for (gsize i = 0; i < span.size; i++)
    {
      lrc ^= span.data[i];
      sum = (guint8)(sum + span.data[i]);
    }
  base_writer_init (&writer, 4096);
  base_writer_u8 (&writer, 2);
  base_writer_u16le (&writer, (guint16)span.size);
  base_writer_put (&writer, span);
  base_writer_u8 (&writer, lrc);
  base_writer_u8 (&writer, sum);
  base_writer_u8 (&writer, 3);
  return base_writer_steal (&writer);
}

static void
test_original (void)
{
  g_autoptr (GBytes) frame = wrap ("00 02 00 16 00" MASKED CIPHER HASH KSN);
  g_autoptr (MsrSwipe) swipe = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (msr_idtech_parse (base_bytes_span (frame), &swipe, &error), ==, MSR_SWIPED);
  g_assert_cmpint (swipe->layout, ==, MSR_LAYOUT_JOINED);
  g_assert_cmpuint (msr_swipe_ciphertext (swipe).size, ==, 24);
  g_assert_cmpuint (swipe->ksn[0], ==, 0x62);
  g_assert_cmpuint (swipe->ksn[9], ==, 0x01);
  g_assert_cmpstr (swipe->masked_pan, ==, "476173******0119");
  g_assert_cmpint (swipe->chip, ==, MSR_CHIP_UNKNOWN);
}

static void
test_enhanced (void)
{
  g_autoptr (GBytes) frame
      = wrap ("80 02 00 16 00 82 92" MASKED CIPHER HASH "41424344454647484950" KSN);
  g_autoptr (MsrSwipe) swipe = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (msr_idtech_parse (base_bytes_span (frame), &swipe, &error), ==, MSR_SWIPED);
  g_assert_cmpint (swipe->layout, ==, MSR_LAYOUT_TRACKS);
  g_assert_cmpuint (msr_swipe_ciphertext (swipe).data[0], ==, 0xC0);
  g_assert_cmpuint (swipe->ksn[1], ==, 0x99);
}

/* Which key opens the bytes follows from the cipher's bit and the length of the serial number. */
static void
test_formats (void)
{
  static const struct
  {
    const char *body, *format;
    gsize size, ksn_size;
    MsrChip chip;
  } cases[] = {
    { "80 02 00 16 00 02 82" MASKED CIPHER KSN, "idtech", 24, 10, MSR_CHIP_UNKNOWN },
    { "80 02 00 16 00 22 82" MASKED CIPHER KSN, "idtech", 24, 10, MSR_CHIP_THERE },
    { "80 02 00 16 00 12 82" MASKED CIPHER PADDING KSN, "idtech-aes", 32, 10, MSR_CHIP_UNKNOWN },
    { "80 02 00 16 00 B2 92" MASKED CIPHER PADDING HASH "41424344454647484950" AES_KSN,
      "idtech-aes-dukpt", 32, 12, MSR_CHIP_THERE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) frame = wrap (cases[i].body);
      g_autoptr (MsrSwipe) swipe = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (msr_idtech_parse (base_bytes_span (frame), &swipe, &error), ==, MSR_SWIPED);
      g_assert_cmpstr (swipe->format, ==, cases[i].format);
      g_assert_cmpuint (msr_swipe_ciphertext (swipe).size, ==, cases[i].size);
      g_assert_cmpuint (swipe->ksn_size, ==, cases[i].ksn_size);
      g_assert_cmpuint (swipe->ksn[swipe->ksn_size - 1], ==, 0x01);
      g_assert_cmpint (swipe->chip, ==, cases[i].chip);
    }
}

static void
test_refused (void)
{
  static const struct
  {
    const char *body;
    MsrOutcome outcome;
  } cases[] = {
    { "80 02 00 16 00 02 00" MASKED, MSR_REFUSED },            /* nothing encrypted */
    { "80 02 00 16 00 0A 82" MASKED CIPHER KSN, MSR_REFUSED }, /* no DUKPT */
    { "80 02 00 16 00 12 82" MASKED CIPHER KSN, MSR_FAULT },   /* AES without its padding */
    { "80 02 00 16 00 12 82" MASKED CIPHER PADDING KSN "00", MSR_FAULT },
    { "80 02 00 16 00 12 82" MASKED CIPHER PADDING AES_KSN "00", MSR_FAULT },
    { "80 02 00 16 00 02 82" MASKED CIPHER AES_KSN, MSR_FAULT }, /* TDES has no such serial */
    { "80 00 00 16 00 02 82" MASKED CIPHER KSN, MSR_BAD_READ },
    { "80 02 00 16 00 02 82" MASKED CIPHER "00" KSN, MSR_FAULT },
    { "80 02 00 FF 00 02 82" MASKED CIPHER KSN, MSR_FAULT },
    { "00 02 00 16 00" MASKED CIPHER "00" KSN, MSR_FAULT },
    { "80 02 00 16 00 02 82 3B343736313733393030313031303131393D2A2A2A3F" CIPHER KSN,
      MSR_REFUSED }, /* not masked */
    { "80", MSR_FAULT },
    { "", MSR_FAULT },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) frame = wrap (cases[i].body);
      g_autoptr (MsrSwipe) swipe = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (msr_idtech_parse (base_bytes_span (frame), &swipe, &error), ==,
                       cases[i].outcome);
      g_assert_null (swipe);
    }
}

static void
test_damaged (void)
{
  g_autoptr (GBytes) frame = wrap ("80 02 00 16 00 02 82" MASKED CIPHER KSN);
  gsize size = 0;
  const guint8 *good = g_bytes_get_data (frame, &size);

  for (gsize i = 0; i < size; i++)
    {
      g_autofree guint8 *bad = g_memdup2 (good, size);
      g_autoptr (MsrSwipe) swipe = NULL;
      g_autoptr (GError) error = NULL;

      bad[i] ^= 0x5A;
      g_assert_cmpint (msr_idtech_parse (BASE_SPAN (bad, size), &swipe, &error), ==, MSR_FAULT);
      g_clear_error (&error);
      g_assert_cmpint (msr_idtech_parse (BASE_SPAN (good, i), &swipe, &error), ==, MSR_FAULT);
    }
}

static void
test_size (void)
{
  g_assert_cmpuint (msr_idtech_frame_size (BASE_SPAN ("\x02\x7D", 2)), ==, 0);
  g_assert_cmpuint (msr_idtech_frame_size (BASE_SPAN ("\x02\x7D\x01", 3)), ==, 387);
  g_assert_cmpuint (msr_idtech_frame_size (BASE_SPAN ("%B4", 3)), ==, MSR_FRAME_SIZE_MAX + 1);
  g_assert_cmpuint (msr_idtech_frame_size (BASE_SPAN ("\x02\xFF\xFF", 3)), ==,
                    MSR_FRAME_SIZE_MAX + 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/devices/msr-idtech/original", test_original);
  g_test_add_func ("/devices/msr-idtech/enhanced", test_enhanced);
  g_test_add_func ("/devices/msr-idtech/formats", test_formats);
  g_test_add_func ("/devices/msr-idtech/refused", test_refused);
  g_test_add_func ("/devices/msr-idtech/damaged", test_damaged);
  g_test_add_func ("/devices/msr-idtech/size", test_size);
  return g_test_run ();
}
