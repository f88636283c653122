/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The commands of a payment chip (EMV 4.4 Book 1, 11; Book 3, 6.5), each as one exchange over
 * whatever carries it: a reader, an emulated card, a transcript. The transport gives whole answers:
 * 61xx and 6Cxx are dealt with below it. What a status means is for the phases to say. Blocks as
 * long as the transport does.
 */
#pragma once

#include "base-bytes.h"

G_BEGIN_DECLS

#define EMV_COMMAND_MAX 261  /* bytes: a short command with data and Le */
#define EMV_RESPONSE_MAX 256 /* bytes without the status */
#define EMV_STATUS_GOOD 0x9000

typedef enum
{
  EMV_LINK_DONE,
  EMV_LINK_REMOVED,  /* torn out */
  EMV_LINK_MUTE,     /* it is still in, and doesn't answer any more */
  EMV_LINK_FAULT,    /* the reader is gone or broken */
  EMV_LINK_GIVEN_UP, /* people don't want it any more; the command was not sent */
} EmvLink;

typedef struct
{
  guint8 bytes[EMV_RESPONSE_MAX];
  gsize size;     /* without the status */
  guint16 status; /* SW1 SW2 */
} EmvResponse;

typedef struct
{
  /* out_response is always written; of a link that isn't DONE, empty with status 0. */
  EmvLink (*transmit) (gpointer ctx, BaseSpan command, EmvResponse *out_response);
  gpointer ctx;
} EmvTransport;

typedef enum
{
  EMV_CRYPTOGRAM_AAC = 0x00, /* declined */
  EMV_CRYPTOGRAM_TC = 0x40,  /* approved */
  EMV_CRYPTOGRAM_ARQC = 0x80 /* go online */
} EmvCryptogram;

BaseSpan emv_response_span (const EmvResponse *self);
/* Wipes it: there may be card data in it. */
void emv_response_clear (EmvResponse *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (EmvResponse, emv_response_clear)

/* Any command as it stands, for issuer scripts. At most EMV_COMMAND_MAX bytes. */
EmvLink emv_card_transmit (const EmvTransport *self, BaseSpan command, EmvResponse *out_response);
/* `next`: the next application whose name begins so. */
EmvLink
emv_card_select (const EmvTransport *self, BaseSpan name, gboolean next, EmvResponse *out_response);
EmvLink emv_card_read_record (const EmvTransport *self,
                              guint8 sfi,
                              guint8 record,
                              EmvResponse *out_response);
/* `list`: the filled PDOL, without its tag. */
EmvLink emv_card_get_processing_options (const EmvTransport *self,
                                         BaseSpan list,
                                         EmvResponse *out_response);
/* The object `tag` (two bytes): 9F36, 9F13, 9F17, 9F4F. */
EmvLink emv_card_get_data (const EmvTransport *self, guint16 tag, EmvResponse *out_response);
EmvLink
emv_card_internal_authenticate (const EmvTransport *self, BaseSpan list, EmvResponse *out_response);
EmvLink
emv_card_external_authenticate (const EmvTransport *self, BaseSpan data, EmvResponse *out_response);
/* `combined` asks for a signature too (CDA). */
EmvLink emv_card_generate_ac (const EmvTransport *self,
                              EmvCryptogram kind,
                              gboolean combined,
                              BaseSpan list,
                              EmvResponse *out_response);

G_END_DECLS
