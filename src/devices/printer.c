/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "printer.h"

#include "device-error.h"

#include <glib/gi18n.h>
#include <string.h>

#define SLICE_MS 500 /* of a write or a wait: how long a cancel may take */
#define CONTROL_MS 500
#define QUIET_MS 5 /* silence that ends the throwing away of old answers */
#define STALE_READS_MAX 16
#define ANSWER_READS_MAX 5
#define BYTES_PER_MS 20 /* the slowest head that we wait for */
#define JOB_MS_MIN 20000
#define BULK 2
#define PORT_STATUS_PAPER_EMPTY 0x20
#define GS_R_PAPER_END 0x0C

typedef enum
{
  ANSWERS_UNKNOWN, /* not asked yet */
  ANSWERS_NEVER,
  ANSWERS_STATUS, /* DLE EOT, but it let GS r 1 unanswered */
  ANSWERS_ALL,
} Answers;

struct _Printer
{
  UsbPort *port;
  PrinterProfile *profile;
  PrinterId id;
  guint8 interface;
  guint8 out;
  guint8 in; /* 0: it has none */
  Answers answers;
  gboolean torn;
};

const char *
printer_outcome_word (PrinterOutcome outcome)
{
  switch (outcome)
    {
    case PRINTER_PRINTED:
      return "printed";
    case PRINTER_SENT:
      return "sent";
    case PRINTER_ATTENTION:
      return "attention";
    }
  g_assert_not_reached ();
}

static const struct
{
  const char *word;
  const char *sentence;
} causes[] = {
  [PRINTER_CAUSE_NONE] = { "none", N_ ("The printer is fine.") },
  [PRINTER_CAUSE_PAPER_OUT] = { "paper-out", N_ ("The printer is out of paper.") },
  [PRINTER_CAUSE_COVER_OPEN] = { "cover-open", N_ ("The printer's cover is open.") },
  [PRINTER_CAUSE_CUTTER] = { "cutter", N_ ("The printer's cutter is jammed.") },
  [PRINTER_CAUSE_ERROR] = { "error", N_ ("The printer reports an error.") },
  [PRINTER_CAUSE_GONE] = { "unplugged", N_ ("The printer was unplugged or switched off.") },
  [PRINTER_CAUSE_STUCK] = { "stuck", N_ ("The printer takes no more data.") },
  [PRINTER_CAUSE_BUSY]
  = { "busy", N_ ("Another program holds the printer (CUPS, or a second till?).") },
  [PRINTER_CAUSE_ACCESS]
  = { "no-access", N_ ("The system doesn't let this program open the printer.") },
  [PRINTER_CAUSE_CANCELLED] = { "cancelled", N_ ("Printing was cancelled.") },
  [PRINTER_CAUSE_FAULT] = { "fault", N_ ("The printer can't be reached.") },
};

const char *
printer_cause_word (PrinterCause cause)
{
  g_assert (cause < G_N_ELEMENTS (causes));
  return causes[cause].word;
}

const char *
printer_cause_sentence (PrinterCause cause)
{
  g_assert (cause < G_N_ELEMENTS (causes));
  return _ (causes[cause].sentence);
}

static PrinterCause
cause_for (UsbOutcome outcome)
{
  switch (outcome)
    {
    case USB_OUTCOME_DONE:
      return PRINTER_CAUSE_NONE;
    case USB_OUTCOME_TIMEOUT:
      return PRINTER_CAUSE_STUCK;
    case USB_OUTCOME_GONE:
      return PRINTER_CAUSE_GONE;
    case USB_OUTCOME_BUSY:
      return PRINTER_CAUSE_BUSY;
    case USB_OUTCOME_ACCESS:
      return PRINTER_CAUSE_ACCESS;
    case USB_OUTCOME_STALL:
    case USB_OUTCOME_FAULT:
      return PRINTER_CAUSE_FAULT;
    }
  g_assert_not_reached ();
}

/* Many printers stall this, answer rubbish, or lie about its length: none of that matters. */
static void
read_id (Printer *self)
{
  guint8 bytes[PRINTER_ID_SIZE_MAX];
  UsbBuffer buffer = { bytes, sizeof bytes, 0 };
  UsbSetup setup = { 0xA1, 0x00, 0, (guint16)(self->interface << 8) };

  if (usb_port_control (self->port, &setup, &buffer, CONTROL_MS) == USB_OUTCOME_DONE)
    printer_id_parse (BASE_SPAN (bytes, buffer.filled), &self->id);
}

static gboolean
choose_profile (Printer *self, const DeviceEntry *entry, PrinterProfile *profile, GError **error)
{
  if (profile != NULL)
    self->profile = printer_profile_ref (profile);
  else if (entry->profile != NULL && strcmp (entry->profile, PRINTER_PROFILE_DEFAULT) != 0)
    self->profile = printer_profile_load (entry->profile, error);
  else
    self->profile = printer_profile_find (
        entry->usb->vendor, entry->usb->product,
        self->id.model[0] != '\0' ? self->id.model : entry->usb->model, error);
  return self->profile != NULL;
}

Printer *
printer_open (UsbBus *bus, const DeviceEntry *entry, PrinterProfile *profile, GError **error)
{
  const UsbInterface *interface = device_entry_find_interface (entry);
  const UsbEndpoint *out
      = interface != NULL ? usb_interface_find_endpoint (interface, BULK, FALSE) : NULL;
  const UsbEndpoint *in
      = interface != NULL ? usb_interface_find_endpoint (interface, BULK, TRUE) : NULL;
  g_autoptr (UsbPort) port = NULL;
  g_autoptr (Printer) self = NULL;
  UsbOutcome outcome;

  if (out == NULL)
    {
      g_set_error_literal (error, DEVICE_ERROR, DEVICE_ERROR_REFUSED,
                           _ ("This device is not a printer"));
      return NULL;
    }
  port = usb_bus_open (bus, entry->usb, &outcome);
  if (port != NULL)
    outcome = usb_port_claim (port, interface->number);
  if (outcome != USB_OUTCOME_DONE)
    {
      device_error_set_outcome (error, outcome, _ ("Opening the printer"));
      return NULL;
    }
  self = g_new0 (Printer, 1);
  self->port = g_steal_pointer (&port);
  self->interface = interface->number;
  self->out = out->address;
  self->in = in != NULL ? in->address : 0;
  read_id (self);
  return choose_profile (self, entry, profile, error) ? g_steal_pointer (&self) : NULL;
}

void
printer_free (Printer *self)
{
  if (self == NULL)
    return;
  usb_port_release (self->port, self->interface);
  usb_port_free (self->port);
  printer_profile_unref (self->profile);
  g_free (self);
}

const PrinterProfile *
printer_profile (const Printer *self)
{
  return self->profile;
}

const PrinterId *
printer_id (const Printer *self)
{
  return &self->id;
}

void
printer_set_torn (Printer *self)
{
  self->torn = TRUE;
}

/* Throws away answers to what somebody asked before. */
static UsbOutcome
drain (Printer *self)
{
  guint8 bytes[64];
  UsbOutcome outcome = USB_OUTCOME_DONE;

  for (guint i = 0; i < STALE_READS_MAX && outcome == USB_OUTCOME_DONE; i++)
    {
      UsbBuffer buffer = { bytes, sizeof bytes, 0 };

      outcome = usb_port_read (self->port, self->in, &buffer, QUIET_MS);
      if (outcome == USB_OUTCOME_STALL)
        outcome = usb_port_clear_halt (self->port, self->in);
      else if (outcome == USB_OUTCOME_TIMEOUT && buffer.filled == 0)
        return USB_OUTCOME_DONE;
    }
  return outcome;
}

static gboolean
is_dle_answer (guint8 byte)
{
  return (byte & 0x93) == 0x12;
}

static gboolean
is_gs_r_answer (guint8 byte)
{
  return (byte & 0x90) == 0;
}

/* Reads until a byte of the right form comes. TIMEOUT: none did. */
static UsbOutcome
read_answer (Printer *self, gboolean (*is_answer) (guint8 byte), guint timeout_ms, guint8 *out_byte)
{
  guint8 bytes[64];
  UsbOutcome outcome = USB_OUTCOME_TIMEOUT;

  for (guint i = 0; i < ANSWER_READS_MAX; i++)
    {
      UsbBuffer buffer = { bytes, sizeof bytes, 0 };

      outcome = usb_port_read (self->port, self->in, &buffer, timeout_ms);
      for (gsize k = 0; k < buffer.filled; k++)
        if (is_answer (bytes[k]))
          {
            *out_byte = bytes[k];
            return USB_OUTCOME_DONE;
          }
      if (outcome != USB_OUTCOME_DONE)
        return outcome;
    }
  return USB_OUTCOME_TIMEOUT;
}

static UsbOutcome
ask (Printer *self, guint8 n, guint8 *out_byte)
{
  guint8 question[] = { 0x10, 0x04, n };
  gsize written;
  UsbOutcome outcome = usb_port_write (self->port, self->out, BASE_SPAN (question, sizeof question),
                                       PRINTER_ANSWER_MS, &written);

  return outcome == USB_OUTCOME_DONE
             ? read_answer (self, is_dle_answer, PRINTER_ANSWER_MS, out_byte)
             : outcome;
}

static gboolean
may_ask (const Printer *self)
{
  return self->in != 0 && self->profile->status == PRINTER_STATUS_DLE
         && self->answers != ANSWERS_NEVER;
}

/* TIMEOUT or STALL: it doesn't answer; the status stays unknown. */
static UsbOutcome
read_status (Printer *self, PrinterStatus *status)
{
  guint8 bytes[5] = { 0 };
  UsbOutcome outcome = drain (self);

  for (guint8 n = 1; n <= 4 && outcome == USB_OUTCOME_DONE; n++)
    outcome = ask (self, n, &bytes[n]);
  if (outcome != USB_OUTCOME_DONE)
    return outcome;
  status->known = TRUE;
  status->drawer_pin_high = (bytes[1] & 0x04) != 0;
  status->offline = (bytes[1] & 0x08) != 0;
  status->cover_open = (bytes[2] & 0x04) != 0;
  status->paper_out = (bytes[4] & 0x60) != 0 || (bytes[2] & 0x20) != 0;
  status->paper_low = (bytes[4] & 0x0C) != 0;
  status->cutter_error = (bytes[3] & 0x08) != 0;
  status->error = (bytes[2] & 0x40) != 0 || (bytes[3] & 0x60) != 0;
  return USB_OUTCOME_DONE;
}

static PrinterCause
judge_status (const PrinterStatus *status)
{
  if (!status->known)
    return PRINTER_CAUSE_NONE;
  if (status->cover_open)
    return PRINTER_CAUSE_COVER_OPEN;
  if (status->paper_out)
    return PRINTER_CAUSE_PAPER_OUT;
  if (status->cutter_error)
    return PRINTER_CAUSE_CUTTER;
  return status->error || status->offline ? PRINTER_CAUSE_ERROR : PRINTER_CAUSE_NONE;
}

gboolean
printer_status (Printer *self, PrinterStatus *out_status, GError **error)
{
  UsbOutcome outcome;

  *out_status = (PrinterStatus){ 0 };
  if (!may_ask (self))
    return TRUE;
  outcome = read_status (self, out_status);
  if (outcome == USB_OUTCOME_GONE || outcome == USB_OUTCOME_FAULT)
    {
      device_error_set_outcome (error, outcome, _ ("Asking the printer for its state"));
      return FALSE;
    }
  return TRUE;
}

static PrinterOutcome
attention (PrinterReport *report, PrinterCause cause, GError **error)
{
  report->cause = cause;
  if (cause == PRINTER_CAUSE_FAULT)
    g_set_error_literal (error, DEVICE_ERROR, DEVICE_ERROR_FAULT,
                         _ ("A USB transfer to the printer failed"));
  return PRINTER_ATTENTION;
}

/* Before the first byte: whether the printer can print, and whether it is one that answers. */
static PrinterCause
check_before (Printer *self)
{
  PrinterStatus status = { 0 };
  UsbOutcome outcome;

  if (!may_ask (self))
    return PRINTER_CAUSE_NONE;
  outcome = read_status (self, &status);
  if (outcome == USB_OUTCOME_DONE)
    {
      if (self->answers == ANSWERS_UNKNOWN)
        self->answers = ANSWERS_ALL;
      return judge_status (&status);
    }
  if (outcome == USB_OUTCOME_GONE || outcome == USB_OUTCOME_FAULT)
    return cause_for (outcome);
  /* One that never answered is one that can't; one that used to is asked again next time. */
  if (self->answers == ANSWERS_UNKNOWN)
    self->answers = ANSWERS_NEVER;
  return PRINTER_CAUSE_NONE;
}

/* Real-time questions can't reach a printer that takes no bytes; the class request can. */
static PrinterCause
why_stuck (Printer *self)
{
  guint8 byte = 0;
  UsbBuffer buffer = { &byte, 1, 0 };
  UsbSetup setup = { 0xA1, 0x01, 0, self->interface };
  UsbOutcome outcome = usb_port_control (self->port, &setup, &buffer, CONTROL_MS);
  PrinterStatus status = { 0 };
  PrinterCause cause;

  if (outcome == USB_OUTCOME_GONE)
    return PRINTER_CAUSE_GONE;
  if (outcome == USB_OUTCOME_DONE && buffer.filled == 1 && (byte & PORT_STATUS_PAPER_EMPTY))
    return PRINTER_CAUSE_PAPER_OUT;
  if (!may_ask (self))
    return PRINTER_CAUSE_STUCK;
  outcome = read_status (self, &status);
  cause = outcome == USB_OUTCOME_GONE ? PRINTER_CAUSE_GONE : judge_status (&status);
  return cause == PRINTER_CAUSE_NONE ? PRINTER_CAUSE_STUCK : cause;
}

typedef struct
{
  GCancellable *cancellable;
  gint64 end_us;   /* of the whole job */
  gint64 moved_us; /* when a byte was last taken */
  gsize written;
  gboolean tried; /* a transfer was begun, so bytes may have left whatever it says */
} Progress;

static PrinterCause
check_progress (Printer *self, const Progress *progress)
{
  gint64 now_us = g_get_monotonic_time ();

  if (g_cancellable_is_cancelled (progress->cancellable))
    return PRINTER_CAUSE_CANCELLED;
  if (now_us - progress->moved_us < PRINTER_STUCK_MS * 1000 && now_us < progress->end_us)
    return PRINTER_CAUSE_NONE;
  return why_stuck (self);
}

/* One piece of at most a transfer's size. NONE: all of it was taken. */
static PrinterCause
write_piece (Printer *self, BaseSpan piece, Progress *progress)
{
  BaseReader reader;
  PrinterCause cause = PRINTER_CAUSE_NONE;

  base_reader_init (&reader, piece);
  while (base_reader_left (&reader) > 0 && cause == PRINTER_CAUSE_NONE)
    {
      BaseSpan rest = BASE_SPAN (piece.data + reader.offset, base_reader_left (&reader));
      gsize written = 0;
      UsbOutcome outcome = usb_port_write (self->port, self->out, rest, SLICE_MS, &written);

      base_reader_skip (&reader, MIN (written, rest.size));
      progress->written += written;
      progress->tried |= written > 0 || outcome == USB_OUTCOME_GONE || outcome == USB_OUTCOME_FAULT;
      if (written > 0)
        progress->moved_us = g_get_monotonic_time ();
      if (outcome == USB_OUTCOME_STALL)
        outcome = usb_port_clear_halt (self->port, self->out);
      if (outcome == USB_OUTCOME_FAULT
          && usb_port_clear_halt (self->port, self->out) == USB_OUTCOME_GONE)
        outcome = USB_OUTCOME_GONE;
      cause = outcome == USB_OUTCOME_DONE || outcome == USB_OUTCOME_TIMEOUT
                  ? check_progress (self, progress)
                  : cause_for (outcome);
      /* What was taken completely is done, even if the time is up with it. */
      if (base_reader_left (&reader) == 0 && cause == PRINTER_CAUSE_STUCK)
        cause = PRINTER_CAUSE_NONE;
    }
  return cause;
}

static PrinterCause
write_all (Printer *self, BaseSpan bytes, Progress *progress)
{
  const PrinterProfile *profile = self->profile;
  gsize chunk = profile->write_chunk;
  BaseReader reader;
  PrinterCause cause = PRINTER_CAUSE_NONE;

  /* A rest between bands is a rest after as many bytes as one has. */
  if (profile->band_delay_ms > 0)
    chunk = MIN (chunk, (gsize)profile->band_rows * ((profile->dots + 7) / 8));
  base_reader_init (&reader, bytes);
  while (base_reader_left (&reader) > 0 && cause == PRINTER_CAUSE_NONE)
    {
      BaseSpan piece = { NULL, 0 };

      base_reader_take (&reader, MIN (chunk, base_reader_left (&reader)), &piece);
      cause = write_piece (self, piece, progress);
      if (profile->band_delay_ms > 0)
        g_usleep (profile->band_delay_ms * 1000);
    }
  return cause;
}

/* Fills up a picture that was cut off: bytes of nothing, which a printer between two commands
 * ignores. */
static PrinterCause
mend_torn (Printer *self, Progress *progress)
{
  gsize size = ((gsize)self->profile->band_rows + 8) * ((self->profile->dots + 7) / 8) + 8;
  g_autofree guint8 *zeros = g_malloc0 (size);

  return self->torn ? write_all (self, BASE_SPAN (zeros, size), progress) : PRINTER_CAUSE_NONE;
}

/* Asks in the stream, behind the last byte: the answer says that all before it was worked off. */
static PrinterOutcome
confirm (Printer *self, gsize job_size, Progress *progress, PrinterReport *report, GError **error)
{
  static const guint8 question[] = { 0x1D, 'r', 1 };
  gint64 end_us
      = g_get_monotonic_time () + (gint64)(PRINTER_CONFIRM_MS + job_size / BYTES_PER_MS) * 1000;
  UsbOutcome outcome = drain (self);
  PrinterCause cause;
  guint8 byte = 0;

  if (outcome != USB_OUTCOME_DONE)
    return attention (report, cause_for (outcome), error);
  cause = write_piece (self, BASE_SPAN (question, sizeof question), progress);
  if (cause != PRINTER_CAUSE_NONE)
    return attention (report, cause, error);
  do
    outcome = read_answer (self, is_gs_r_answer, SLICE_MS, &byte);
  while (outcome == USB_OUTCOME_TIMEOUT && g_get_monotonic_time () < end_us
         && !g_cancellable_is_cancelled (progress->cancellable));
  if (outcome == USB_OUTCOME_DONE && (byte & GS_R_PAPER_END))
    return attention (report, PRINTER_CAUSE_PAPER_OUT, error);
  if (outcome == USB_OUTCOME_DONE)
    return PRINTER_PRINTED;
  if (outcome != USB_OUTCOME_TIMEOUT)
    return attention (report, cause_for (outcome), error);
  if (g_cancellable_is_cancelled (progress->cancellable))
    return attention (report, PRINTER_CAUSE_CANCELLED, error);
  cause = why_stuck (self);
  if (cause != PRINTER_CAUSE_STUCK)
    return attention (report, cause, error);
  /* Online, paper in, no error, and yet no word: one of those that don't know the question. */
  self->answers = ANSWERS_STATUS;
  return PRINTER_SENT;
}

static PrinterOutcome
do_print (Printer *self, BaseSpan bytes, Progress *progress, PrinterReport *report, GError **error)
{
  PrinterCause cause = mend_torn (self, progress);
  PrinterOutcome outcome;

  /* What mends the last job is nothing of this one. */
  progress->written = 0;
  progress->tried = FALSE;
  if (cause == PRINTER_CAUSE_NONE)
    cause = write_all (self, bytes, progress);
  report->bytes_written = MIN (progress->written, bytes.size);
  report->any_left = progress->tried;
  if (cause != PRINTER_CAUSE_NONE)
    outcome = attention (report, cause, error);
  else if (self->answers == ANSWERS_ALL)
    outcome = confirm (self, bytes.size, progress, report, error);
  else
    outcome = PRINTER_SENT;
  self->torn = outcome == PRINTER_ATTENTION && (progress->tried || self->torn);
  return outcome;
}

PrinterOutcome
printer_print (Printer *self,
               GBytes *escpos,
               GCancellable *cancellable,
               PrinterReport *out_report,
               GError **error)
{
  BaseSpan bytes = base_bytes_span (escpos);
  gint64 now_us = g_get_monotonic_time ();
  Progress progress = { .cancellable = cancellable, .moved_us = now_us };
  PrinterCause cause;

  *out_report = (PrinterReport){ 0 };
  if (bytes.size > PRINTER_JOB_SIZE_MAX)
    return attention (out_report, PRINTER_CAUSE_FAULT, error);
  cause = check_before (self);
  if (cause != PRINTER_CAUSE_NONE)
    return attention (out_report, cause, error);
  progress.moved_us = g_get_monotonic_time ();
  progress.end_us = progress.moved_us + (gint64)(JOB_MS_MIN + bytes.size / BYTES_PER_MS) * 1000;
  return do_print (self, bytes, &progress, out_report, error);
}

PrinterOutcome
printer_pulse_drawer (Printer *self, PrinterReport *out_report, GError **error)
{
  g_autoptr (GBytes) pulse = printer_escpos_pulse (self->profile);
  BaseSpan bytes = base_bytes_span (pulse);
  gint64 now_us = g_get_monotonic_time ();
  Progress progress = { .moved_us = now_us, .end_us = now_us + JOB_MS_MIN * 1000 };
  PrinterStatus status = { 0 };
  PrinterCause cause = mend_torn (self, &progress);

  *out_report = (PrinterReport){ 0 };
  progress.written = 0;
  progress.tried = FALSE;
  if (cause == PRINTER_CAUSE_NONE)
    cause = write_all (self, bytes, &progress);
  out_report->bytes_written = MIN (progress.written, bytes.size);
  out_report->any_left = progress.tried;
  if (cause != PRINTER_CAUSE_NONE)
    return attention (out_report, cause, error);
  self->torn = FALSE;
  if (self->profile->read_after_pulse && may_ask (self))
    read_status (self, &status);
  return PRINTER_SENT;
}
