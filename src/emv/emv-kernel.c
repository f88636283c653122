/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emv-kernel-private.h"

#include <string.h>

#define TAG_TVR 0x95
#define TAG_TSI 0x9B
#define TAG_AIP 0x82
#define TAG_RESPONSE_CODE 0x8A
#define ENTRY_MODE_CHIP 0x05

/* ---- Small things for all phases ---- */

static void
set_bits (EmvKernel *self, guint32 tag, guint byte, guint8 bits)
{
  guint8 copy[EMV_CODES_SIZE] = { 0 };
  BaseSpan now = emv_data_get (self->data, tag);

  g_assert (byte < now.size && now.size <= sizeof copy);
  for (gsize i = 0; i < now.size; i++)
    copy[i] = now.data[i];
  copy[byte] |= bits;
  (void)emv_data_set (self->data, tag, BASE_SPAN (copy, now.size), EMV_ORIGIN_TERMINAL);
}

void
emv_kernel_raise (EmvKernel *self, EmvTvr bit)
{
  set_bits (self, TAG_TVR, (guint)(bit >> 8) - 1, (guint8)(bit & 0xFF));
}

gboolean
emv_kernel_has_raised (const EmvKernel *self, EmvTvr bit)
{
  BaseSpan tvr = emv_data_get (self->data, TAG_TVR);

  return (tvr.data[(bit >> 8) - 1] & bit & 0xFF) != 0;
}

void
emv_kernel_mark_done (EmvKernel *self, EmvTsi bit)
{
  set_bits (self, TAG_TSI, 0, (guint8)bit);
}

gboolean
emv_kernel_profile_has (const EmvKernel *self, EmvAip bit)
{
  BaseSpan profile = emv_data_get (self->data, TAG_AIP);

  return profile.size == 2 && (profile.data[0] & bit) != 0;
}

EmvStep
emv_kernel_end (EmvKernel *self, const char *reason)
{
  self->reason = reason;
  emv_trace_note (self->trace, reason);
  return EMV_STEP_END;
}

EmvStep
emv_kernel_end_link (EmvKernel *self, EmvLink link)
{
  switch (link)
    {
    case EMV_LINK_REMOVED:
      return emv_kernel_end (self, "card-removed");
    case EMV_LINK_MUTE:
      return emv_kernel_end (self, "card-mute");
    case EMV_LINK_FAULT:
      return emv_kernel_end (self, "reader-fault");
    case EMV_LINK_GIVEN_UP:
      return emv_kernel_end (self, "cancelled");
    case EMV_LINK_DONE:
      break;
    }
  g_assert_not_reached ();
}

/* ---- What the terminal says of itself and the sale ---- */

static void
put (EmvKernel *self, guint32 tag, BaseSpan value)
{
  (void)emv_data_set (self->data, tag, value, EMV_ORIGIN_TERMINAL);
}

/* Packed digits. */
static void
put_digits (EmvKernel *self, guint32 tag, guint64 number, gsize size)
{
  guint8 bytes[6] = { 0 };

  g_assert (size <= sizeof bytes);
  for (gsize i = size; i > 0; i--, number /= 100)
    bytes[i - 1] = (guint8)((number / 10 % 10) << 4 | number % 10);
  put (self, tag, BASE_SPAN (bytes, size));
}

static void
put_binary (EmvKernel *self, guint32 tag, guint64 number, gsize size)
{
  guint8 bytes[6] = { 0 };

  g_assert (size <= sizeof bytes);
  for (gsize i = size; i > 0; i--, number >>= 8)
    bytes[i - 1] = (guint8)number;
  put (self, tag, BASE_SPAN (bytes, size));
}

static void
put_text (EmvKernel *self, guint32 tag, const char *text)
{
  if (text[0] != '\0')
    put (self, tag, BASE_SPAN_STR (text));
}

static void
describe_sale (EmvKernel *self)
{
  const EmvSale *sale = &self->sale;

  put_digits (self, 0x9F02, (guint64)sale->amount_minor, 6);
  put_digits (self, 0x9F03, (guint64)sale->other_minor, 6);
  put_binary (self, 0x81, MIN ((guint64)sale->amount_minor, G_MAXUINT32), 4);
  put_binary (self, 0x9F04, MIN ((guint64)sale->other_minor, G_MAXUINT32), 4);
  put_digits (self, 0x5F2A, sale->currency, 2);
  put_digits (self, 0x5F36, sale->exponent, 1);
  put_digits (self, 0x9A, sale->date % 1000000, 3);
  put_digits (self, 0x9F21, sale->time, 3);
  put_binary (self, 0x9C, sale->kind, 1); /* two packed digits already */
  put_digits (self, 0x9F41, sale->sequence, 4);
  put (self, 0x9F37, BASE_SPAN (sale->unpredictable, sizeof sale->unpredictable));
}

static void
describe_terminal (EmvKernel *self)
{
  const EmvTerminal *terminal = self->terminal;

  put (self, 0x9F33, BASE_SPAN (terminal->capabilities, sizeof terminal->capabilities));
  put (self, 0x9F40, BASE_SPAN (terminal->additional, sizeof terminal->additional));
  put_binary (self, 0x9F35, terminal->type, 1);
  put_digits (self, 0x9F1A, terminal->country, 2);
  if (terminal->category != 0)
    put_digits (self, 0x9F15, terminal->category, 2);
  put_text (self, 0x9F1C, terminal->terminal);
  put_text (self, 0x9F16, terminal->merchant);
  put_text (self, 0x9F1E, terminal->serial);
  put_text (self, 0x9F4E, terminal->name);
  put_binary (self, 0x9F39, ENTRY_MODE_CHIP, 1);
}

static EmvLink
transmit_cb (gpointer ctx, BaseSpan command, EmvResponse *out_response)
{
  EmvKernel *self = ctx;
  EmvLink link = self->inner.transmit (self->inner.ctx, command, out_response);

  emv_trace_exchange (self->trace, command, out_response);
  return link;
}

EmvKernel *
emv_kernel_new (const EmvTerminal *terminal,
                const EmvSale *sale,
                EmvTransport transport,
                const EmvHolder *holder)
{
  EmvKernel *self = g_new0 (EmvKernel, 1);

  g_assert (sale->amount_minor >= 0 && sale->other_minor >= 0);
  self->terminal = terminal;
  self->sale = *sale;
  self->inner = transport;
  self->transport = (EmvTransport){ transmit_cb, self };
  if (holder != NULL)
    self->holder = *holder;
  self->data = emv_data_new ();
  self->trace = emv_trace_new ();
  self->script_results = g_byte_array_new ();
  describe_sale (self);
  describe_terminal (self);
  emv_kernel_reset (self);
  return self;
}

void
emv_kernel_free (EmvKernel *self)
{
  if (self == NULL)
    return;
  emv_data_free (self->data);
  emv_trace_free (self->trace);
  base_secret_free (self->authenticated);
  g_byte_array_unref (self->script_results);
  base_secret_wipe (self, sizeof *self);
  g_free (self);
}

void
emv_kernel_reset (EmvKernel *self)
{
  emv_data_forget_card (self->data);
  put_binary (self, TAG_TVR, 0, EMV_CODES_SIZE);
  put_binary (self, TAG_TSI, 0, 2);
  g_clear_pointer (&self->authenticated, base_secret_free);
  self->authenticated_size = 0;
  self->selected = FALSE;
  self->unauthentic = FALSE;
  self->oda = EMV_ODA_NONE;
  self->signature = FALSE;
  emv_list_clear (&self->pdol);
}

/* ---- The phases in their order ---- */

static void
enter (EmvKernel *self, EmvPhase phase)
{
  static const char *const names[]
      = { "select", "initiate", "read",  "authenticate", "restrict", "verify",
          "risk",   "action",   "first", "issuer",       "second",   "after" };

  self->phase = phase;
  emv_trace_phase (self->trace, names[phase]);
  if (self->holder.phase != NULL)
    self->holder.phase (self->holder.ctx, phase);
}

/* An application that can be worked with, or the end of them. */
static EmvStep
open_application (EmvKernel *self)
{
  EmvStep step;

  enter (self, EMV_PHASE_SELECT);
  step = emv_select_candidates (self);
  while (step == EMV_STEP_ON)
    {
      emv_kernel_reset (self);
      step = emv_select_application (self);
      if (step != EMV_STEP_ON)
        break;
      enter (self, EMV_PHASE_INITIATE);
      step = emv_application_initiate (self);
      if (step != EMV_STEP_AGAIN)
        break;
      enter (self, EMV_PHASE_SELECT);
      step = EMV_STEP_ON;
    }
  return step;
}

static EmvStep
look_at_card (EmvKernel *self)
{
  static const struct
  {
    EmvPhase phase;
    EmvStep (*run) (EmvKernel *self);
  } phases[] = {
    { EMV_PHASE_READ, emv_application_read },
    { EMV_PHASE_AUTHENTICATE, emv_oda_authenticate },
    { EMV_PHASE_RESTRICT, emv_restrictions_check },
    { EMV_PHASE_VERIFY, emv_cvm_verify },
    { EMV_PHASE_RISK, emv_risk_manage },
  };

  for (guint i = 0; i < G_N_ELEMENTS (phases); i++)
    {
      EmvStep step;

      enter (self, phases[i].phase);
      step = phases[i].run (self);
      if (step != EMV_STEP_ON)
        return step;
    }
  return EMV_STEP_ON;
}

/* A chip that couldn't be used before it was asked for a cryptogram leaves the stripe open; one
 * that refuses, is blocked, was torn out or fell silent doesn't (Book 4, 6.3 and 11): the last is
 * put in again, and if it says nothing to a reset either, it can't be used. */
static EmvSays
ended (EmvKernel *self)
{
  self->fall_back = self->phase < EMV_PHASE_FIRST
                    && (g_strcmp0 (self->reason, "card-error") == 0
                        || g_strcmp0 (self->reason, "no-application") == 0);
  return EMV_SAYS_ENDED;
}

/* A combined signature that is wrong: nothing that this card says is believed any more. An ARQC is
 * closed by an AAC without going online (Book 2, 6.6.2). */
static EmvSays
close_unsigned (EmvKernel *self, EmvSays said)
{
  EmvSays ignored;

  put_text (self, TAG_RESPONSE_CODE, "Z1");
  if (said == EMV_SAYS_ASKS)
    {
      enter (self, EMV_PHASE_SECOND);
      (void)emv_cryptogram_second (self, EMV_CRYPTOGRAM_AAC, &ignored);
    }
  self->reason = NULL;
  return EMV_SAYS_REFUSES;
}

EmvSays
emv_kernel_run (EmvKernel *self)
{
  EmvSays says;

  if (open_application (self) != EMV_STEP_ON || look_at_card (self) != EMV_STEP_ON)
    return ended (self);
  enter (self, EMV_PHASE_ACTION);
  self->asked = emv_action_decide (self, /* unable= */ FALSE);
  enter (self, EMV_PHASE_FIRST);
  if (emv_cryptogram_first (self, self->asked, &says) != EMV_STEP_ON)
    return ended (self);
  if (says != EMV_SAYS_REFUSES && self->distrusted)
    return close_unsigned (self, says);
  if (says == EMV_SAYS_REFUSES) /* also where the terminal would have approved */
    put_text (self, TAG_RESPONSE_CODE, "Z1");
  return says;
}

gboolean
emv_kernel_try_pin (EmvKernel *self, EmvPin *out_pin, guint16 *out_status)
{
  g_assert (self->holder.verify_pin != NULL);
  if (open_application (self) != EMV_STEP_ON)
    return FALSE;
  enter (self, EMV_PHASE_READ);
  if (emv_application_read (self) != EMV_STEP_ON)
    return FALSE;
  enter (self, EMV_PHASE_VERIFY);
  return emv_cvm_try_pin (self, out_pin, out_status) == EMV_STEP_ON;
}

static EmvCryptogram
second_kind (EmvKernel *self, const EmvOnline *online)
{
  switch (online->how)
    {
    case EMV_ONLINE_ANSWERED:
      return online->approved ? EMV_CRYPTOGRAM_TC : EMV_CRYPTOGRAM_AAC;
    case EMV_ONLINE_UNABLE:
      return emv_action_decide (self, /* unable= */ TRUE);
    case EMV_ONLINE_LOST:
      break;
    }
  put_text (self, TAG_RESPONSE_CODE, "Z3");
  return EMV_CRYPTOGRAM_AAC;
}

EmvSays
emv_kernel_finish (EmvKernel *self, const EmvOnline *online)
{
  EmvSays says;

  enter (self, EMV_PHASE_ISSUER);
  if (online->how == EMV_ONLINE_ANSWERED)
    {
      put (self, TAG_RESPONSE_CODE, BASE_SPAN_STR (online->code));
      if (emv_issuer_authenticate (self, online) != EMV_STEP_ON
          || emv_issuer_run_scripts (self, online, 0x71) != EMV_STEP_ON)
        return EMV_SAYS_ENDED;
    }
  self->asked = second_kind (self, online);
  enter (self, EMV_PHASE_SECOND);
  if (emv_cryptogram_second (self, self->asked, &says) != EMV_STEP_ON)
    return EMV_SAYS_ENDED;
  if (says == EMV_SAYS_APPROVES && self->distrusted)
    says = EMV_SAYS_REFUSES;
  if (says == EMV_SAYS_REFUSES && online->how == EMV_ONLINE_UNABLE)
    put_text (self, TAG_RESPONSE_CODE, "Z3");
  if (online->how == EMV_ONLINE_ANSWERED)
    {
      enter (self, EMV_PHASE_AFTER);
      /* The card has said its last word: one torn out now changes nothing of the sale. */
      if (emv_issuer_run_scripts (self, online, 0x72) != EMV_STEP_ON)
        self->reason = NULL;
    }
  return says;
}

/* ---- What became of it ---- */

const EmvData *
emv_kernel_data (const EmvKernel *self)
{
  return self->data;
}

const EmvCandidate *
emv_kernel_application (const EmvKernel *self)
{
  return self->selected ? &self->application : NULL;
}

const char *
emv_kernel_reason (const EmvKernel *self)
{
  return self->reason;
}

gboolean
emv_kernel_may_fall_back (const EmvKernel *self)
{
  return self->fall_back;
}

gboolean
emv_kernel_wants_signature (const EmvKernel *self)
{
  return self->signature;
}

BaseSpan
emv_kernel_script_results (const EmvKernel *self)
{
  return BASE_SPAN (self->script_results->data, self->script_results->len);
}

const EmvTrace *
emv_kernel_trace (const EmvKernel *self)
{
  return self->trace;
}
