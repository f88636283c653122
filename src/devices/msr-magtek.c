/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "msr-magtek.h"

#include "device-error.h"
#include "msr-mask.h"

#include <glib/gi18n.h>
#include <string.h>

#define BLOCK 8
#define STATUS_ERROR 0x01
#define ENCRYPTION_EXHAUSTED 0x0001
#define ENCRYPTION_ENABLED 0x0004

typedef struct
{
  guint16 usage;
  gsize offset; /* in the classic report */
  gsize size;
} Classic;

static const Classic classic[MSR_MAGTEK_FIELDS] = {
  [MSR_MAGTEK_STATUS_1] = { 0x20, 0, 1 },          [MSR_MAGTEK_STATUS_2] = { 0x21, 1, 1 },
  [MSR_MAGTEK_STATUS_3] = { 0x22, 2, 1 },          [MSR_MAGTEK_LENGTH_1] = { 0x28, 3, 1 },
  [MSR_MAGTEK_LENGTH_2] = { 0x29, 4, 1 },          [MSR_MAGTEK_LENGTH_3] = { 0x2A, 5, 1 },
  [MSR_MAGTEK_DATA_1] = { 0x30, 7, 112 },          [MSR_MAGTEK_DATA_2] = { 0x31, 119, 112 },
  [MSR_MAGTEK_DATA_3] = { 0x32, 231, 112 },        [MSR_MAGTEK_SERIAL] = { 0x40, 477, 16 },
  [MSR_MAGTEK_ENCRYPTION] = { 0x42, 493, 2 },      [MSR_MAGTEK_KSN] = { 0x46, 495, 10 },
  [MSR_MAGTEK_MASKED_LENGTH_1] = { 0x47, 505, 1 }, [MSR_MAGTEK_MASKED_LENGTH_2] = { 0x48, 506, 1 },
  [MSR_MAGTEK_MASKED_LENGTH_3] = { 0x49, 507, 1 }, [MSR_MAGTEK_MASKED_1] = { 0x4A, 508, 112 },
  [MSR_MAGTEK_MASKED_2] = { 0x4B, 620, 112 },      [MSR_MAGTEK_MASKED_3] = { 0x4C, 732, 112 },
  [MSR_MAGTEK_CLEAR_LENGTH_1] = { 0x51, 852, 1 },  [MSR_MAGTEK_CLEAR_LENGTH_2] = { 0x52, 853, 1 },
  [MSR_MAGTEK_CLEAR_LENGTH_3] = { 0x53, 854, 1 },
};
#define CLASSIC_SIZE 856

void
msr_magtek_layout_init (MsrMagtekLayout *out_layout)
{
  *out_layout = (MsrMagtekLayout){ .report_size = CLASSIC_SIZE };
  for (guint i = 0; i < MSR_MAGTEK_FIELDS; i++)
    out_layout->fields[i] = (MsrHidField){ .page = MSR_MAGTEK_USAGE_PAGE,
                                           .usage = classic[i].usage,
                                           .offset = classic[i].offset,
                                           .size = classic[i].size };
}

static const MsrHidField *
find_usage (const MsrHidReport *report, guint16 usage)
{
  for (guint i = 0; i < report->field_count; i++)
    if (report->fields[i].page == MSR_MAGTEK_USAGE_PAGE && report->fields[i].usage == usage)
      return &report->fields[i];
  return NULL;
}

static gboolean
has_needed (const MsrMagtekLayout *layout)
{
  static const MsrMagtekField needed[]
      = { MSR_MAGTEK_STATUS_2, MSR_MAGTEK_LENGTH_2, MSR_MAGTEK_DATA_2, MSR_MAGTEK_ENCRYPTION,
          MSR_MAGTEK_KSN };

  for (gsize i = 0; i < G_N_ELEMENTS (needed); i++)
    if (layout->fields[needed[i]].size == 0)
      return FALSE;
  return layout->fields[MSR_MAGTEK_KSN].size == MSR_KSN_SIZE
         && layout->fields[MSR_MAGTEK_ENCRYPTION].size == 2
         && layout->report_size <= MSR_FRAME_SIZE_MAX;
}

gboolean
msr_magtek_layout_read (BaseSpan descriptor, MsrMagtekLayout *out_layout, GError **error)
{
  g_autofree MsrHidReport *report = g_new0 (MsrHidReport, 1);
  MsrMagtekLayout layout = { 0 };

  if (!msr_hid_parse (descriptor, report, error))
    return FALSE;
  layout.report_size = report->report_size;
  for (guint i = 0; i < MSR_MAGTEK_FIELDS; i++)
    {
      const MsrHidField *field = find_usage (report, classic[i].usage);

      if (field != NULL)
        layout.fields[i] = *field;
    }
  if (!has_needed (&layout))
    {
      g_set_error_literal (
          error, DEVICE_ERROR, DEVICE_ERROR_DATA,
          _ ("The reader's report has no field for an encrypted track 2, its KSN or "
             "its encryption status"));
      return FALSE;
    }
  *out_layout = layout;
  return TRUE;
}

/* Empty when the firmware has no such field or the report is too short for it. */
static BaseSpan
take_field (const MsrMagtekLayout *layout, BaseSpan report, MsrMagtekField which)
{
  const MsrHidField *field = &layout->fields[which];
  BaseSpan span = { NULL, 0 };
  BaseReader reader;

  base_reader_init (&reader, report);
  if (base_reader_skip (&reader, field->offset))
    base_reader_take (&reader, field->size, &span);
  return span;
}

static guint
take_byte (const MsrMagtekLayout *layout, BaseSpan report, MsrMagtekField which)
{
  BaseSpan span = take_field (layout, report, which);

  return span.size > 0 ? span.data[0] : 0;
}

/* As many bytes of a track's field as its length field says. FALSE when that is more than the field
 * holds. */
static gboolean
take_track (const MsrMagtekLayout *layout, BaseSpan report, guint track, BaseSpan *out_span)
{
  BaseSpan field = take_field (layout, report, MSR_MAGTEK_DATA_1 + track);
  guint length = take_byte (layout, report, MSR_MAGTEK_LENGTH_1 + track);

  *out_span = BASE_SPAN (field.data, length);
  return length <= field.size && length % BLOCK == 0;
}

/* MSR_SWIPED: it may be believed. */
static MsrOutcome
check_encryption (const MsrMagtekLayout *layout, BaseSpan report, GError **error)
{
  BaseSpan field = take_field (layout, report, MSR_MAGTEK_ENCRYPTION);
  BaseReader reader;
  guint16 status;

  base_reader_init (&reader, field);
  if (!base_reader_u16be (&reader, &status))
    {
      g_set_error_literal (error, DEVICE_ERROR, DEVICE_ERROR_DATA,
                           _ ("The reader's report is too short"));
      return MSR_FAULT;
    }
  if (status & ENCRYPTION_EXHAUSTED)
    {
      g_set_error_literal (error, DEVICE_ERROR, DEVICE_ERROR_FAULT,
                           _ ("The reader has used up its keys and must be replaced"));
      return MSR_FAULT;
    }
  if (status & ENCRYPTION_ENABLED)
    return MSR_SWIPED;
  g_set_error_literal (
      error, DEVICE_ERROR, DEVICE_ERROR_REFUSED,
      _ ("This reader sends card tracks in the clear (security level 2 or lower), so "
         "it can't be used for payment"));
  return MSR_REFUSED;
}

static MsrOutcome
keep_tracks (const MsrMagtekLayout *layout, BaseSpan report, MsrSwipe *swipe, GError **error)
{
  for (guint i = 0; i < MSR_TRACKS; i++)
    {
      BaseSpan track;

      if (!take_track (layout, report, i, &track))
        {
          g_set_error (error, DEVICE_ERROR, DEVICE_ERROR_DATA,
                       _ ("The length of encrypted track %u makes no sense"), i + 1);
          return MSR_FAULT;
        }
      if (msr_mask_is_track (track))
        {
          g_set_error_literal (
              error, DEVICE_ERROR, DEVICE_ERROR_REFUSED,
              _ ("This reader says that it encrypts, but sent a track in the clear"));
          return MSR_REFUSED;
        }
      swipe->decoded[i]
          = track.size > 0 && !(take_byte (layout, report, MSR_MAGTEK_STATUS_1 + i) & STATUS_ERROR);
      swipe->clear_sizes[i] = take_byte (layout, report, MSR_MAGTEK_CLEAR_LENGTH_1 + i);
      if (swipe->decoded[i])
        swipe->tracks[i] = base_secret_new_from (track);
    }
  return swipe->decoded[0] || swipe->decoded[1] ? MSR_SWIPED : MSR_BAD_READ;
}

static void
keep_masked (const MsrMagtekLayout *layout, BaseSpan report, MsrSwipe *swipe)
{
  static const guint order[] = { 1, 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (order); i++)
    {
      BaseSpan field = take_field (layout, report, MSR_MAGTEK_MASKED_1 + order[i]);
      guint length = take_byte (layout, report, MSR_MAGTEK_MASKED_LENGTH_1 + order[i]);

      BaseSpan track = BASE_SPAN (field.data, MIN (field.size, length));

      if (!swipe->decoded[order[i]])
        continue;
      if (swipe->masked_pan[0] == '\0')
        msr_mask_pan (track, swipe->masked_pan);
      if (swipe->chip == MSR_CHIP_UNKNOWN)
        swipe->chip = msr_mask_chip (track);
    }
}

static void
keep_serial (BaseSpan field, MsrSwipe *swipe)
{
  gsize size = 0;

  for (gsize i = 0; i < field.size && size < MSR_SERIAL_MAX && g_ascii_isprint (field.data[i]); i++)
    swipe->serial[size++] = (char)field.data[i];
}

MsrOutcome
msr_magtek_parse (const MsrMagtekLayout *layout,
                  BaseSpan report,
                  MsrSwipe **out_swipe,
                  GError **error)
{
  g_autoptr (MsrSwipe) swipe = g_new0 (MsrSwipe, 1);
  BaseSpan ksn = take_field (layout, report, MSR_MAGTEK_KSN);
  MsrOutcome outcome = check_encryption (layout, report, error);

  if (outcome != MSR_SWIPED)
    return outcome;
  if (ksn.size != MSR_KSN_SIZE)
    {
      g_set_error_literal (error, DEVICE_ERROR, DEVICE_ERROR_DATA,
                           _ ("The reader's report is too short"));
      return MSR_FAULT;
    }
  swipe->format = "magtek";
  swipe->layout = MSR_LAYOUT_TRACKS;
  swipe->ksn_size = ksn.size;
  for (gsize i = 0; i < ksn.size; i++)
    swipe->ksn[i] = ksn.data[i];
  outcome = keep_tracks (layout, report, swipe, error);
  if (outcome != MSR_SWIPED)
    return outcome;
  keep_masked (layout, report, swipe);
  keep_serial (take_field (layout, report, MSR_MAGTEK_SERIAL), swipe);
  *out_swipe = g_steal_pointer (&swipe);
  return MSR_SWIPED;
}
