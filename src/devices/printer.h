/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One receipt printer on USB. Whoever runs the print queue's thread opens it on a device-list
 * entry, prints job after job, and frees it (also after an unplug: open it anew when it is back).
 * Every call blocks, bounded in time whatever the printer does, and none decides policy: a job that
 * didn't surely come out is told as such, and the caller marks what it prints again.
 */
#pragma once

#include "device-list.h"
#include "printer-escpos.h"
#include "printer-id.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define PRINTER_JOB_SIZE_MAX (16 * 1024 * 1024)
#define PRINTER_STUCK_MS 4000   /* no byte taken for so long: stuck */
#define PRINTER_CONFIRM_MS 4000 /* for "is it all out?", and the time that the paper needs */
#define PRINTER_ANSWER_MS 300   /* for a real-time status */

typedef enum
{
  PRINTER_PRINTED,   /* it answered after the last byte was worked off */
  PRINTER_SENT,      /* it took every byte; whether it printed them nobody can know */
  PRINTER_ATTENTION, /* somebody must look: the report says why */
} PrinterOutcome;

typedef enum
{
  PRINTER_CAUSE_NONE,
  PRINTER_CAUSE_PAPER_OUT,
  PRINTER_CAUSE_COVER_OPEN,
  PRINTER_CAUSE_CUTTER,
  PRINTER_CAUSE_ERROR,  /* the printer says error or offline, no more */
  PRINTER_CAUSE_GONE,   /* unplugged or switched off */
  PRINTER_CAUSE_STUCK,  /* takes no more bytes, or never said that it was done */
  PRINTER_CAUSE_BUSY,   /* another program holds it */
  PRINTER_CAUSE_ACCESS, /* no right to open it */
  PRINTER_CAUSE_CANCELLED,
  PRINTER_CAUSE_FAULT, /* see the error */
} PrinterCause;

typedef struct
{
  PrinterCause cause;
  gsize bytes_written; /* of the job, as far as known */
  gboolean any_left;   /* TRUE: some of it may be on paper, so printing it again needs a mark */
} PrinterReport;

typedef struct
{
  gboolean known; /* FALSE: it doesn't answer; the rest means nothing */
  gboolean paper_out;
  gboolean paper_low;
  gboolean cover_open;
  gboolean cutter_error;
  gboolean error;
  gboolean offline;
  gboolean drawer_pin_high; /* which level means open depends on the drawer's wiring */
} PrinterStatus;

typedef struct _Printer Printer;

/* `profile` may be NULL: the entry's own. NULL with DEVICE_ERROR_BUSY, _ACCESS, _GONE … */
Printer *
printer_open (UsbBus *bus, const DeviceEntry *entry, PrinterProfile *profile, GError **error);
/* Gives the interface back to the kernel. */
void printer_free (Printer *self);
const PrinterProfile *printer_profile (const Printer *self);
/* What it says of itself; empty when it says nothing. */
const PrinterId *printer_id (const Printer *self);
/* The printer may be in the middle of a picture that an unplug or a killed program cut off: the
 * next job first fills that up with white. A printer object knows it of its own jobs; call this
 * when a job is printed again after a restart or a replug. */
void printer_set_torn (Printer *self);
/* out_report is always written. `error` is set only with PRINTER_CAUSE_FAULT. */
PrinterOutcome printer_print (Printer *self,
                              GBytes *escpos,
                              GCancellable *cancellable,
                              PrinterReport *out_report,
                              GError **error);
PrinterOutcome printer_pulse_drawer (Printer *self, PrinterReport *out_report, GError **error);
/* FALSE only when the printer is gone or broken. */
gboolean printer_status (Printer *self, PrinterStatus *out_status, GError **error);
/* "paper-out", "unplugged", …: fixed words; and an English sentence. */
const char *printer_cause_word (PrinterCause cause);
const char *printer_cause_sentence (PrinterCause cause);
const char *printer_outcome_word (PrinterOutcome outcome);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Printer, printer_free)

G_END_DECLS
