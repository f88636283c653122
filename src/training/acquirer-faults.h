/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the sandbox acquirer does wrong on purpose. Which faults a request meets follows from the
 * seed, the request's identity and how often it has come, and from nothing else: the same seed
 * gives the same faults, whatever the order of connections. Plain value, read once, used by any
 * thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define ACQUIRER_FAULTS_MILLION 1000000
#define ACQUIRER_FAULTS_DELAY_MAX_MS 600000

typedef enum
{
  ACQUIRER_FAULT_DROP_REQUEST,     /* as if it had never come */
  ACQUIRER_FAULT_LATE_REQUEST,     /* looked at only after late_ms */
  ACQUIRER_FAULT_DROP_ANSWER,      /* done, and nothing said */
  ACQUIRER_FAULT_LATE_ANSWER,      /* done at once, said after late_ms */
  ACQUIRER_FAULT_CLOSE,            /* the line breaks: before or after it is done, half and half */
  ACQUIRER_FAULT_TRUNCATE,         /* half an answer, then the line breaks */
  ACQUIRER_FAULT_BAD_MAC,          /* the answer's last byte is wrong */
  ACQUIRER_FAULT_DECLINE,          /* a request for authorisation is declined with 05 */
  ACQUIRER_FAULT_DUPLICATE_ANSWER, /* said twice */
  ACQUIRER_FAULT_KEY_CHANGE,       /* not done: the terminal is to sign in anew first */
  ACQUIRER_FAULT_BAD_ARPC,         /* the issuer's proof to a chip (91) is wrong */
  ACQUIRER_FAULT_COUNT,
} AcquirerFault;

typedef struct
{
  guint32 chance[ACQUIRER_FAULT_COUNT]; /* in millionths */
  guint delay_ms;                       /* before every answer */
  guint late_ms;
  guint32 seed;
  guint framing; /* one more than the AcquirerFraming that it speaks with; 0: none */
} AcquirerFaults;

typedef struct
{
  gboolean fault[ACQUIRER_FAULT_COUNT];
  gboolean close_early; /* a CLOSE comes before the request is done */
} AcquirerFaultDraw;

/* "drop-answer=0.2,delay-ms=50,late-ms=3000", or a mistake of framing as "hex-bitmap=1"; NULL or ""
 * is none. G_OPTION_ERROR_BAD_VALUE names
 * what can't be read. seed and late_ms are left alone unless told. */
gboolean acquirer_faults_parse (AcquirerFaults *self, const char *spec, GError **error);
void acquirer_faults_draw (const AcquirerFaults *self,
                           const char *identity,
                           guint times,
                           AcquirerFaultDraw *out_draw);

G_END_DECLS
