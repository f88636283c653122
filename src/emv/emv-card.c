/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emv-card.h"

#include "base-secret.h"

#define CLA_ISO 0x00
#define CLA_EMV 0x80
#define INS_SELECT 0xA4
#define INS_READ_RECORD 0xB2
#define INS_GET_DATA 0xCA
#define INS_GET_PROCESSING_OPTIONS 0xA8
#define INS_INTERNAL_AUTHENTICATE 0x88
#define INS_EXTERNAL_AUTHENTICATE 0x82
#define INS_GENERATE_AC 0xAE
#define TAG_COMMAND_TEMPLATE 0x83
#define COMBINED 0x10
#define DATA_MAX 255

typedef struct
{
  guint8 bytes[EMV_COMMAND_MAX];
  gsize size;
} Command;

/* The head, and data where there are any. An answer with data is asked for by Le = 00. */
static Command
make (guint8 cla, guint8 ins, guint8 p1, guint8 p2, BaseSpan data, gboolean answered)
{
  Command command = { .bytes = { cla, ins, p1, p2 }, .size = 4 };

  g_assert (data.size <= DATA_MAX);
  if (data.size > 0)
    command.bytes[command.size++] = (guint8)data.size;
  for (gsize i = 0; i < data.size; i++)
    command.bytes[command.size++] = data.data[i];
  if (answered)
    command.bytes[command.size++] = 0x00;
  return command;
}

static EmvLink
send_command (const EmvTransport *self, Command command, EmvResponse *out_response)
{
  EmvLink link = emv_card_transmit (self, BASE_SPAN (command.bytes, command.size), out_response);

  base_secret_wipe (command.bytes, command.size);
  return link;
}

BaseSpan
emv_response_span (const EmvResponse *self)
{
  return BASE_SPAN (self->bytes, self->size);
}

void
emv_response_clear (EmvResponse *self)
{
  base_secret_wipe (self, sizeof *self);
}

EmvLink
emv_card_transmit (const EmvTransport *self, BaseSpan command, EmvResponse *out_response)
{
  out_response->size = 0;
  out_response->status = 0;
  return self->transmit (self->ctx, command, out_response);
}

EmvLink
emv_card_select (const EmvTransport *self, BaseSpan name, gboolean next, EmvResponse *out_response)
{
  return send_command (self, make (CLA_ISO, INS_SELECT, 0x04, next ? 0x02 : 0x00, name, TRUE),
                       out_response);
}

EmvLink
emv_card_read_record (const EmvTransport *self,
                      guint8 sfi,
                      guint8 record,
                      EmvResponse *out_response)
{
  return send_command (
      self,
      make (CLA_ISO, INS_READ_RECORD, record, (guint8)(sfi << 3 | 0x04), BASE_SPAN (NULL, 0), TRUE),
      out_response);
}

EmvLink
emv_card_get_processing_options (const EmvTransport *self, BaseSpan list, EmvResponse *out_response)
{
  guint8 template[DATA_MAX] = { TAG_COMMAND_TEMPLATE };
  gsize size = 1;
  EmvLink link;

  g_assert (list.size <= DATA_MAX - 3);
  if (list.size > 0x7F)
    template[size++] = 0x81;
  template[size++] = (guint8)list.size;
  for (gsize i = 0; i < list.size; i++)
    template[size++] = list.data[i];
  link = send_command (
      self, make (CLA_EMV, INS_GET_PROCESSING_OPTIONS, 0, 0, BASE_SPAN (template, size), TRUE),
      out_response);
  base_secret_wipe (template, sizeof template);
  return link;
}

EmvLink
emv_card_get_data (const EmvTransport *self, guint16 tag, EmvResponse *out_response)
{
  return send_command (self,
                       make (CLA_EMV, INS_GET_DATA, (guint8)(tag >> 8), (guint8)(tag & 0xFF),
                             BASE_SPAN (NULL, 0), TRUE),
                       out_response);
}

EmvLink
emv_card_internal_authenticate (const EmvTransport *self, BaseSpan list, EmvResponse *out_response)
{
  return send_command (self, make (CLA_ISO, INS_INTERNAL_AUTHENTICATE, 0, 0, list, TRUE),
                       out_response);
}

EmvLink
emv_card_external_authenticate (const EmvTransport *self, BaseSpan data, EmvResponse *out_response)
{
  return send_command (self, make (CLA_ISO, INS_EXTERNAL_AUTHENTICATE, 0, 0, data, FALSE),
                       out_response);
}

EmvLink
emv_card_generate_ac (const EmvTransport *self,
                      EmvCryptogram kind,
                      gboolean combined,
                      BaseSpan list,
                      EmvResponse *out_response)
{
  return send_command (
      self,
      make (CLA_EMV, INS_GENERATE_AC, (guint8)(kind | (combined ? COMBINED : 0)), 0, list, TRUE),
      out_response);
}
