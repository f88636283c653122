/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the issuer sends to its chip (EMV 4.4 Book 3, 10.9 and 10.10): proof that it is the issuer,
 * and scripts, whose commands the terminal only carries.
 */
#include "emv-kernel-private.h"
#include "emv-tlv.h"

#define TAG_ISSUER_AUTHENTICATION 0x91
#define TAG_SCRIPT_NAME 0x9F18
#define TAG_SCRIPT_COMMAND 0x86
#define TEMPLATE_BEFORE 0x71
#define SCRIPT_NAME_SIZE 4
#define RESULT_NOT_DONE 0x00
#define RESULT_FAILED 0x10
#define RESULT_GOOD 0x20
#define NUMBER_MAX 0x0F

EmvStep
emv_issuer_authenticate (EmvKernel *self, const EmvOnline *online)
{
  g_auto (EmvResponse) response = { 0 };
  BaseSpan data;
  EmvLink link;

  if (!emv_tlv_find (online->issuer_data, TAG_ISSUER_AUTHENTICATION, &data) || data.size < 8
      || data.size > 16)
    return EMV_STEP_ON;
  (void)emv_data_set (self->data, TAG_ISSUER_AUTHENTICATION, data, EMV_ORIGIN_ISSUER);
  if (!emv_kernel_profile_has (self, EMV_AIP_ISSUER_AUTH))
    return EMV_STEP_ON; /* the card takes it with its second list */
  link = emv_card_external_authenticate (&self->transport, data, &response);
  if (link != EMV_LINK_DONE)
    return emv_kernel_end_link (self, link);
  if (response.status != EMV_STATUS_GOOD)
    emv_kernel_raise (self, EMV_TVR_ISSUER_AUTH_FAILED);
  emv_kernel_mark_done (self, EMV_TSI_ISSUER_AUTH);
  return EMV_STEP_ON;
}

static void
note_result (EmvKernel *self, guint8 first, BaseSpan name)
{
  guint8 result[EMV_SCRIPT_RESULT_SIZE] = { first };

  for (gsize i = 0; i < SCRIPT_NAME_SIZE && name.size == SCRIPT_NAME_SIZE; i++)
    result[1 + i] = name.data[i];
  if (self->script_results->len < EMV_SCRIPTS_MAX * EMV_SCRIPT_RESULT_SIZE)
    g_byte_array_append (self->script_results, result, sizeof result);
}

/* Warnings (62, 63) don't stop a script. */
static gboolean
is_good (guint16 status)
{
  guint first = status >> 8;

  return first == 0x90 || first == 0x62 || first == 0x63;
}

typedef struct
{
  guint8 number; /* of the command that is at hand, from 1 on; stays at 15 */
  guint8 result;
  EmvLink link;
} Run;

/* FALSE: the script ends here. */
static gboolean
run_command (EmvKernel *self, BaseSpan command, Run *run)
{
  g_auto (EmvResponse) response = { 0 };

  if (run->number < NUMBER_MAX)
    run->number++;
  run->result = RESULT_FAILED | run->number;
  if (command.size < 4 || command.size > EMV_COMMAND_MAX)
    return FALSE;
  run->link = emv_card_transmit (&self->transport, command, &response);
  if (run->link != EMV_LINK_DONE || !is_good (response.status))
    return FALSE;
  run->result = RESULT_GOOD;
  return TRUE;
}

static EmvLink
run_script (EmvKernel *self, BaseSpan script, EmvTvr failed)
{
  Run run = { .result = RESULT_NOT_DONE, .link = EMV_LINK_DONE };
  BaseSpan name = BASE_SPAN (NULL, 0);
  BaseReader reader;
  EmvTlv object;
  EmvTlvStep step = emv_tlv_is_readable (script) ? EMV_TLV_OBJECT : EMV_TLV_BAD;

  base_reader_init (&reader, script);
  while (step == EMV_TLV_OBJECT && (step = emv_tlv_next (&reader, &object)) == EMV_TLV_OBJECT)
    if (object.tag == TAG_SCRIPT_NAME && object.value.size == SCRIPT_NAME_SIZE)
      name = object.value;
    else if (object.tag == TAG_SCRIPT_COMMAND && !run_command (self, object.value, &run))
      break;
  if (run.result != RESULT_GOOD)
    emv_kernel_raise (self, failed);
  note_result (self, run.result, name);
  emv_kernel_mark_done (self, EMV_TSI_SCRIPT);
  return run.link;
}

/* The template comes from what the kernel was told with the answer; each of its kind is a script.
 */
EmvStep
emv_issuer_run_scripts (EmvKernel *self, const EmvOnline *online, guint32 template)
{
  EmvTvr failed = template == TEMPLATE_BEFORE ? EMV_TVR_SCRIPT_71_FAILED : EMV_TVR_SCRIPT_72_FAILED;
  BaseReader reader;
  EmvTlv object;

  base_reader_init (&reader, online->issuer_data);
  while (emv_tlv_next (&reader, &object) == EMV_TLV_OBJECT)
    if (object.tag == template)
      {
        EmvLink link = run_script (self, object.value, failed);

        if (link != EMV_LINK_DONE)
          return emv_kernel_end_link (self, link);
      }
  return EMV_STEP_ON;
}
