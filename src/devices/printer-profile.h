/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What must be known of a receipt printer beyond what it says itself: data/printers/NAME.ini.
 * Everything but the dots has a safe default. Immutable and shared by reference; a new printer
 * should be a new file and no code.
 */
#pragma once

#include "base-bytes.h"

G_BEGIN_DECLS

#define PRINTER_PROFILE_DOTS_MAX 2048
#define PRINTER_PROFILE_DEFAULT "generic-80mm"

typedef enum
{
  PRINTER_STATUS_NONE, /* it never answers */
  PRINTER_STATUS_DLE,  /* DLE EOT n and GS r 1 */
} PrinterStatusLevel;

typedef enum
{
  PRINTER_CUT_NONE,    /* no cutter: feed only */
  PRINTER_CUT_GS_V_66, /* feed to the cutter, then partial */
  PRINTER_CUT_GS_V_1,  /* partial, here */
  PRINTER_CUT_ESC_I,   /* the old form */
} PrinterCutForm;

typedef struct
{
  gint ref_count;
  char *name;
  char *title;         /* "Epson TM-T88 and alike" */
  guint dots;          /* across the paper */
  guint band_rows;     /* rows of one GS v 0 */
  guint band_delay_ms; /* rest after each band */
  guint write_chunk;   /* bytes of one transfer */
  gboolean pad_mod_48; /* add 8 white rows to a band whose height is a multiple of 48 */
  PrinterStatusLevel status;
  gboolean read_after_pulse;
  PrinterCutForm cut;
  guint feed_rows;  /* dots of white before the cut */
  guint drawer_pin; /* 0: pin 2, 1: pin 5 */
  guint drawer_on_ms;
  char **match; /* "04b8:0e28", "0416:*", "mdl:TM-T20" (found in the IEEE-1284 model) */
} PrinterProfile;

/* `name` as "generic-80mm", or the path of an .ini. */
PrinterProfile *printer_profile_load (const char *name, GError **error);
PrinterProfile *printer_profile_from_text (const char *name, const char *ini, GError **error);
PrinterProfile *printer_profile_ref (PrinterProfile *self);
void printer_profile_unref (PrinterProfile *self);
gboolean printer_profile_matches (const PrinterProfile *self,
                                  guint16 vendor,
                                  guint16 product,
                                  const char *model);
/* The one among the shipped files that fits best, else PRINTER_PROFILE_DEFAULT. `model` may be
 * NULL. */
PrinterProfile *
printer_profile_find (guint16 vendor, guint16 product, const char *model, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PrinterProfile, printer_profile_unref)

G_END_DECLS
