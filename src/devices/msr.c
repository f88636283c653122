/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "msr.h"

#include "device-error.h"
#include "msr-hid.h"
#include "msr-idtech.h"
#include "msr-magtek.h"

#include <glib/gi18n.h>
#include <string.h>

#define SLICE_MS 250 /* how often the cancellable is looked at */
#define CONTROL_MS 500
#define DRAIN_MS 40 /* silence that ends the throwing away of an old swipe */
#define DRAIN_READS_MAX 128
#define GAP_US (1 * G_USEC_PER_SEC) /* between two reports of one frame */
#define HID_INTERRUPT 3
#define HID_FEATURE 0x0300
#define MAGTEK_GET_SECURITY 0x15
#define IDTECH_SECURITY 0x7E
#define LEVEL_ENCRYPTING 3
#define PACKET_DEFAULT 64

typedef enum
{
  MODEL_MAGTEK,
  MODEL_IDTECH,
} Model;

struct _Msr
{
  Model model;
  UsbPort *port;
  guint8 interface;
  guint8 endpoint;
  gsize report_size; /* of one input report */
  gsize feature_size;
  MsrMagtekLayout layout;
  BaseSecret *frame; /* what arrived of the swipe so far */
  gsize frame_filled;
};

void
msr_swipe_free (MsrSwipe *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < MSR_TRACKS; i++)
    base_secret_free (self->tracks[i]);
  g_free (self);
}

BaseSpan
msr_swipe_ciphertext (const MsrSwipe *self)
{
  const BaseSecret *track = self->tracks[1];

  if (self->layout == MSR_LAYOUT_JOINED || track == NULL)
    track = self->tracks[0];
  return track != NULL ? base_secret_span (track) : BASE_SPAN (NULL, 0);
}

const char *
msr_outcome_word (MsrOutcome outcome)
{
  switch (outcome)
    {
    case MSR_SWIPED:
      return "swiped";
    case MSR_BAD_READ:
      return "bad-read";
    case MSR_TIMED_OUT:
      return "timed-out";
    case MSR_CANCELLED:
      return "cancelled";
    case MSR_REFUSED:
      return "refused";
    case MSR_GONE:
      return "gone";
    case MSR_FAULT:
      return "fault";
    }
  g_assert_not_reached ();
}

Msr *
msr_open (UsbBus *bus, const DeviceEntry *entry, GError **error)
{
  const UsbInterface *interface = device_entry_find_interface (entry);
  const UsbEndpoint *endpoint
      = interface != NULL ? usb_interface_find_endpoint (interface, HID_INTERRUPT, TRUE) : NULL;
  UsbOutcome outcome;
  g_autoptr (UsbPort) port = NULL;
  Msr *self;

  if (entry->role != DEVICE_ROLE_STRIPE || endpoint == NULL)
    {
      g_set_error_literal (error, DEVICE_ERROR, DEVICE_ERROR_REFUSED, entry->sentence);
      return NULL;
    }
  port = usb_bus_open (bus, entry->usb, &outcome);
  if (port == NULL)
    {
      device_error_set_outcome (error, outcome, _ ("Opening the card reader"));
      return NULL;
    }
  self = g_new0 (Msr, 1);
  self->model = strcmp (entry->driver, "idtech") == 0 ? MODEL_IDTECH : MODEL_MAGTEK;
  self->interface = entry->interface;
  self->endpoint = endpoint->address;
  self->report_size = endpoint->packet_size > 0 ? endpoint->packet_size : PACKET_DEFAULT;
  self->port = g_steal_pointer (&port);
  self->frame = base_secret_new (MSR_FRAME_SIZE_MAX);
  return self;
}

void
msr_free (Msr *self)
{
  if (self == NULL)
    return;
  usb_port_free (self->port);
  base_secret_free (self->frame);
  g_free (self);
}

static MsrOutcome
outcome_for (UsbOutcome outcome, const char *doing, GError **error)
{
  if (outcome == USB_OUTCOME_GONE)
    return MSR_GONE;
  device_error_set_outcome (error, outcome, doing);
  return MSR_FAULT;
}

static void
wipe_frame (Msr *self)
{
  base_secret_wipe (base_secret_bytes (self->frame), MSR_FRAME_SIZE_MAX);
  self->frame_filled = 0;
}

/* Reads the report descriptor: sizes for both, and where MagTek's fields lie. */
static MsrOutcome
learn_layout (Msr *self, GError **error)
{
  g_autofree guint8 *bytes = g_malloc0 (MSR_HID_DESCRIPTOR_MAX);
  g_autofree MsrHidReport *report = g_new0 (MsrHidReport, 1);
  UsbBuffer buffer = { bytes, MSR_HID_DESCRIPTOR_MAX, 0 };
  UsbSetup setup = { 0x81, 0x06, 0x2200, self->interface };
  UsbOutcome outcome = usb_port_control (self->port, &setup, &buffer, CONTROL_MS);
  BaseSpan descriptor = BASE_SPAN (bytes, buffer.filled);

  if (outcome == USB_OUTCOME_STALL && self->model == MODEL_MAGTEK)
    {
      msr_magtek_layout_init (&self->layout);
      self->report_size = self->layout.report_size;
      return MSR_SWIPED;
    }
  if (outcome != USB_OUTCOME_DONE)
    return outcome_for (outcome, _ ("Asking the card reader for its reports"), error);
  if (!msr_hid_parse (descriptor, report, error))
    return MSR_FAULT;
  if (self->model == MODEL_MAGTEK && !msr_magtek_layout_read (descriptor, &self->layout, error))
    return MSR_FAULT;
  if (report->report_size > 0)
    self->report_size = MIN (report->report_size, MSR_FRAME_SIZE_MAX);
  self->feature_size = MIN (report->feature_size, MSR_FRAME_SIZE_MAX);
  return MSR_SWIPED;
}

/* A card that was swiped before the payment waited for it must not pay. */
static MsrOutcome
drain (Msr *self, GError **error)
{
  UsbOutcome outcome = USB_OUTCOME_DONE;
  UsbBuffer buffer = { base_secret_bytes (self->frame), MSR_FRAME_SIZE_MAX, 0 };

  for (guint i = 0; i < DRAIN_READS_MAX; i++)
    {
      buffer.size = self->report_size;
      outcome = usb_port_read (self->port, self->endpoint, &buffer, DRAIN_MS);
      if (outcome == USB_OUTCOME_STALL)
        usb_port_clear_halt (self->port, self->endpoint);
      else if (outcome != USB_OUTCOME_DONE
               && (outcome != USB_OUTCOME_TIMEOUT || buffer.filled == 0))
        break;
    }
  wipe_frame (self);
  if (outcome == USB_OUTCOME_TIMEOUT)
    return MSR_SWIPED;
  return outcome_for (outcome == USB_OUTCOME_DONE ? USB_OUTCOME_FAULT : outcome,
                      _ ("Emptying the card reader"), error);
}

static gsize
make_question (const Msr *self, guint8 *bytes)
{
  if (self->model == MODEL_MAGTEK)
    {
      bytes[0] = MAGTEK_GET_SECURITY;
      return 2;
    }
  bytes[0] = 0x02;
  bytes[1] = 0x52;
  bytes[2] = IDTECH_SECURITY;
  bytes[3] = 0x03;
  bytes[4] = 0x02 ^ 0x52 ^ IDTECH_SECURITY ^ 0x03;
  return 5;
}

/* The level in the answer; 0 when there is none to be seen. */
static guint
read_level (const Msr *self, BaseSpan answer)
{
  BaseReader reader;
  guint8 head[4], level = 0;

  base_reader_init (&reader, answer);
  if (self->model == MODEL_MAGTEK)
    return base_reader_u8 (&reader, &head[0]) && base_reader_u8 (&reader, &head[1]) && head[0] == 0
                   && head[1] >= 1 && base_reader_u8 (&reader, &level)
               ? level
               : 0;
  for (guint i = 0; i < G_N_ELEMENTS (head); i++)
    if (!base_reader_u8 (&reader, &head[i]))
      return 0;
  if (head[0] != 0x06 || head[1] != 0x02 || head[2] != IDTECH_SECURITY || head[3] != 1)
    return 0;
  /* The level comes as a digit. */
  return base_reader_u8 (&reader, &level) && g_ascii_isdigit (level) ? (guint)(level - '0') : 0;
}

/* A reader that tells a level that doesn't encrypt is refused before any card; one that tells none
 * is judged by its swipes. */
static MsrOutcome
check_level (Msr *self, GError **error)
{
  g_autofree guint8 *bytes = g_malloc0 (MSR_FRAME_SIZE_MAX);
  UsbBuffer buffer = { bytes, self->feature_size, 0 };
  UsbSetup ask = { 0x21, 0x09, HID_FEATURE, self->interface };
  UsbSetup answer = { 0xA1, 0x01, HID_FEATURE, self->interface };
  UsbOutcome outcome;
  guint level;

  if (self->feature_size < 8)
    return MSR_SWIPED;
  make_question (self, bytes);
  outcome = usb_port_control (self->port, &ask, &buffer, CONTROL_MS);
  if (outcome == USB_OUTCOME_DONE)
    outcome = usb_port_control (self->port, &answer, &buffer, CONTROL_MS);
  if (outcome == USB_OUTCOME_GONE)
    return MSR_GONE;
  level = outcome == USB_OUTCOME_DONE ? read_level (self, BASE_SPAN (bytes, buffer.filled)) : 0;
  if (level == 0 || level >= LEVEL_ENCRYPTING)
    return MSR_SWIPED;
  g_set_error (error, DEVICE_ERROR, DEVICE_ERROR_REFUSED,
               _ ("This reader is at security level %u and sends card tracks in the clear, so it "
                  "can't be used for payment"),
               level);
  return MSR_REFUSED;
}

static MsrOutcome
arm (Msr *self, GError **error)
{
  MsrOutcome outcome = learn_layout (self, error);

  if (outcome == MSR_SWIPED)
    outcome = drain (self, error);
  if (outcome == MSR_SWIPED)
    outcome = check_level (self, error);
  return outcome;
}

/* Bytes that the swipe in `frame` has in all, as far as can be told. */
static gsize
wanted_size (const Msr *self)
{
  BaseSpan span = BASE_SPAN (base_secret_span (self->frame).data, self->frame_filled);
  gsize size
      = self->model == MODEL_MAGTEK ? self->layout.report_size : msr_idtech_frame_size (span);

  return size == 0 || size > MSR_FRAME_SIZE_MAX ? self->report_size : size;
}

static UsbOutcome
read_more (Msr *self)
{
  UsbBuffer buffer = { base_secret_bytes (self->frame) + self->frame_filled, 0, 0 };
  UsbOutcome outcome;

  buffer.size = MIN (self->report_size, MSR_FRAME_SIZE_MAX - self->frame_filled);
  outcome = usb_port_read (self->port, self->endpoint, &buffer, SLICE_MS);
  self->frame_filled += buffer.filled;
  return outcome;
}

static MsrOutcome
parse_frame (Msr *self, MsrSwipe **out_swipe, GError **error)
{
  BaseSpan span = BASE_SPAN (base_secret_span (self->frame).data, self->frame_filled);
  MsrOutcome outcome = self->model == MODEL_MAGTEK
                           ? msr_magtek_parse (&self->layout, span, out_swipe, error)
                           : msr_idtech_parse (span, out_swipe, error);

  wipe_frame (self);
  return outcome;
}

/* One slice of waiting. TRUE when the wait is over with *out_outcome. */
static gboolean
wait_slice (Msr *self,
            gint64 *last_us,
            MsrOutcome *out_outcome,
            MsrSwipe **out_swipe,
            GError **error)
{
  gsize before = self->frame_filled;
  UsbOutcome outcome = read_more (self);
  gint64 now_us = g_get_monotonic_time ();

  if (outcome == USB_OUTCOME_STALL)
    outcome = usb_port_clear_halt (self->port, self->endpoint);
  if (outcome != USB_OUTCOME_DONE && outcome != USB_OUTCOME_TIMEOUT)
    {
      *out_outcome = outcome_for (outcome, _ ("Reading from the card reader"), error);
      return TRUE;
    }
  if (self->frame_filled > before)
    *last_us = now_us;
  if (self->frame_filled == 0)
    return FALSE;
  /* A frame that breaks off is a bad read. */
  if (self->frame_filled < wanted_size (self) && now_us - *last_us < GAP_US
      && self->frame_filled < MSR_FRAME_SIZE_MAX)
    return FALSE;
  *out_outcome = parse_frame (self, out_swipe, error);
  return TRUE;
}

static MsrOutcome
wait_for_card (Msr *self,
               gint64 deadline_us,
               GCancellable *cancellable,
               MsrSwipe **out_swipe,
               GError **error)
{
  MsrOutcome outcome = MSR_FAULT;
  gint64 last_us = g_get_monotonic_time ();

  while (!g_cancellable_is_cancelled (cancellable))
    {
      if (g_get_monotonic_time () >= deadline_us)
        return MSR_TIMED_OUT;
      if (wait_slice (self, &last_us, &outcome, out_swipe, error))
        return outcome;
    }
  return MSR_CANCELLED;
}

MsrOutcome
msr_read_swipe (Msr *self,
                gint64 deadline_us,
                GCancellable *cancellable,
                MsrSwipe **out_swipe,
                GError **error)
{
  UsbOutcome claimed = usb_port_claim (self->port, self->interface);
  MsrOutcome outcome;

  if (claimed != USB_OUTCOME_DONE)
    return outcome_for (claimed, _ ("Claiming the card reader"), error);
  outcome = arm (self, error);
  if (outcome == MSR_SWIPED)
    outcome = wait_for_card (self, deadline_us, cancellable, out_swipe, error);
  wipe_frame (self);
  usb_port_release (self->port, self->interface);
  return outcome;
}
