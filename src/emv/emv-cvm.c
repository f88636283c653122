/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Cardholder verification (EMV 4.4 Book 3, 10.5; Book 4, 6.3.4): the card's list of methods, each
 * under its condition, until one is good or none is left. A PIN is typed into a reader's own pad or
 * not at all.
 */
#include "emv-kernel-private.h"

#define TAG_LIST 0x8E
#define TAG_RESULTS 0x9F34
#define TAG_PIN_TRIES 0x9F17
#define AMOUNTS_SIZE 8
#define TRY_NEXT 0x40
#define METHOD 0x3F
#define STATUS_NO_TRIES 0x6983

/* Methods (Book 3, C3). */
#define METHOD_FAIL 0x00
#define METHOD_PIN 0x01
#define METHOD_PIN_ONLINE 0x02
#define METHOD_PIN_AND_SIGNATURE 0x03
#define METHOD_PIN_ENCIPHERED 0x04
#define METHOD_PIN_ENCIPHERED_AND_SIGNATURE 0x05
#define METHOD_SIGNATURE 0x1E
#define METHOD_NONE 0x1F

/* Conditions (Book 3, table 40). */
#define IF_ALWAYS 0x00
#define IF_UNATTENDED_CASH 0x01
#define IF_NO_CASH 0x02
#define IF_SUPPORTED 0x03
#define IF_MANUAL_CASH 0x04
#define IF_CASHBACK 0x05
#define IF_UNDER_X 0x06
#define IF_OVER_X 0x07
#define IF_UNDER_Y 0x08
#define IF_OVER_Y 0x09

/* 9F33, byte 2. */
#define CAN_PIN 0x80
#define CAN_PIN_ONLINE 0x40
#define CAN_SIGNATURE 0x20
#define CAN_PIN_ENCIPHERED 0x10
#define CAN_NONE 0x08

typedef enum
{
  RESULT_UNKNOWN = 0x00, /* a signature, that somebody looks at later */
  RESULT_FAILED = 0x01,
  RESULT_GOOD = 0x02,
} Result;

static void
set_results (EmvKernel *self, guint8 method, guint8 condition, guint8 result)
{
  const guint8 bytes[] = { method, condition, result };

  (void)emv_data_set (self->data, TAG_RESULTS, BASE_SPAN (bytes, sizeof bytes),
                      EMV_ORIGIN_TERMINAL);
}

static gboolean
can (const EmvKernel *self, guint8 capability)
{
  return (self->terminal->capabilities[1] & capability) == capability;
}

static gboolean
is_known (guint8 method)
{
  return method <= METHOD_PIN_ENCIPHERED_AND_SIGNATURE || method == METHOD_SIGNATURE
         || method == METHOD_NONE;
}

static gboolean
is_supported (const EmvKernel *self, guint8 method)
{
  switch (method)
    {
    case METHOD_FAIL:
      return TRUE;
    case METHOD_PIN:
      return can (self, CAN_PIN);
    case METHOD_PIN_ONLINE:
      return can (self, CAN_PIN_ONLINE);
    case METHOD_PIN_AND_SIGNATURE:
      return can (self, CAN_PIN | CAN_SIGNATURE);
    case METHOD_PIN_ENCIPHERED:
      return can (self, CAN_PIN_ENCIPHERED);
    case METHOD_PIN_ENCIPHERED_AND_SIGNATURE:
      return can (self, CAN_PIN_ENCIPHERED | CAN_SIGNATURE);
    case METHOD_SIGNATURE:
      return can (self, CAN_SIGNATURE);
    case METHOD_NONE:
      return can (self, CAN_NONE);
    default:
      return FALSE;
    }
}

/* X is the first amount of the list, Y the second: binary, in the application's currency. */
static gboolean
compares (const EmvKernel *self, BaseSpan list, guint8 condition)
{
  BaseSpan application = emv_data_get (self->data, 0x9F42);
  gsize at = condition == IF_UNDER_X || condition == IF_OVER_X ? 0 : 4;
  guint32 limit = (guint32)list.data[at] << 24 | (guint32)list.data[at + 1] << 16
                  | (guint32)list.data[at + 2] << 8 | list.data[at + 3];
  gboolean under = condition == IF_UNDER_X || condition == IF_UNDER_Y;

  if (!base_bytes_equal (application, emv_data_get (self->data, 0x5F2A)))
    return FALSE;
  return under ? self->sale.amount_minor < (gint64)limit : self->sale.amount_minor > (gint64)limit;
}

static gboolean
holds (const EmvKernel *self, BaseSpan list, guint8 method, guint8 condition)
{
  switch (condition)
    {
    case IF_ALWAYS:
      return TRUE;
    case IF_NO_CASH:
      return self->sale.other_minor == 0;
    case IF_SUPPORTED:
      return is_supported (self, method);
    case IF_CASHBACK:
      return self->sale.other_minor > 0;
    case IF_UNDER_X:
    case IF_OVER_X:
    case IF_UNDER_Y:
    case IF_OVER_Y:
      return compares (self, list, condition);
    case IF_UNATTENDED_CASH: /* a till gives no cash by itself */
    case IF_MANUAL_CASH:
    default: /* a condition that nobody knows never holds */
      return FALSE;
    }
}

/* ---- The PIN ---- */

/* How often the card lets it be tried yet; one that doesn't tell is asked. */
static EmvStep
read_tries (EmvKernel *self, guint *out_tries)
{
  g_auto (EmvResponse) response = { 0 };
  EmvLink link = emv_card_get_data (&self->transport, TAG_PIN_TRIES, &response);

  *out_tries = G_MAXUINT8;
  if (link != EMV_LINK_DONE)
    return emv_kernel_end_link (self, link);
  if (response.status == EMV_STATUS_GOOD && response.size == 4 && response.bytes[0] == 0x9F
      && response.bytes[1] == 0x17 && response.bytes[2] == 1)
    *out_tries = response.bytes[3];
  return EMV_STEP_ON;
}

static EmvStep
fail (EmvKernel *self, EmvTvr bit, Result *out_result)
{
  emv_kernel_raise (self, bit);
  *out_result = RESULT_FAILED;
  return EMV_STEP_ON;
}

/* What the card said to VERIFY: TRUE when that decides it. */
static gboolean
take_status (EmvKernel *self, guint16 status, guint *tries, Result *out_result)
{
  *out_result = status == EMV_STATUS_GOOD ? RESULT_GOOD : RESULT_FAILED;
  if ((status & 0xFFF0) == 0x63C0 && (status & 0x000F) != 0)
    {
      *tries = status & 0x000F;
      return FALSE;
    }
  if ((status & 0xFFF0) == 0x63C0 || status == STATUS_NO_TRIES || status == 0x6984)
    emv_kernel_raise (self, EMV_TVR_PIN_TRIES_OVER);
  return TRUE;
}

static EmvStep
ask_pin (EmvKernel *self, Result *out_result)
{
  guint tries;
  EmvStep step = read_tries (self, &tries);

  if (step != EMV_STEP_ON)
    return step;
  for (;;)
    {
      guint16 status = 0;

      if (tries == 0)
        return fail (self, EMV_TVR_PIN_TRIES_OVER, out_result);
      switch (self->holder.verify_pin (self->holder.ctx, tries, &status))
        {
        case EMV_PIN_CHECKED:
          if (take_status (self, status, &tries, out_result))
            return EMV_STEP_ON;
          break;
        case EMV_PIN_BYPASSED:
          return fail (self, EMV_TVR_PIN_NOT_ENTERED, out_result);
        case EMV_PIN_CANCELLED:
          return emv_kernel_end (self, "cancelled");
        case EMV_PIN_BROKEN:
          return fail (self, EMV_TVR_PIN_PAD_MISSING, out_result);
        case EMV_PIN_REMOVED:
          return emv_kernel_end (self, "card-removed");
        }
    }
}

EmvStep
emv_cvm_try_pin (EmvKernel *self, EmvPin *out_pin, guint16 *out_status)
{
  guint tries;
  EmvStep step = read_tries (self, &tries);

  if (step != EMV_STEP_ON)
    return step;
  *out_pin = EMV_PIN_CHECKED;
  *out_status = STATUS_NO_TRIES;
  if (tries != 0)
    *out_pin = self->holder.verify_pin (self->holder.ctx, tries, out_status);
  return *out_pin == EMV_PIN_REMOVED ? emv_kernel_end (self, "card-removed") : EMV_STEP_ON;
}

static EmvStep
verify_pin (EmvKernel *self, Result *out_result)
{
  if (!can (self, CAN_PIN) || self->holder.verify_pin == NULL)
    return fail (self, EMV_TVR_PIN_PAD_MISSING, out_result);
  return ask_pin (self, out_result);
}

static EmvStep
verify (EmvKernel *self, guint8 method, Result *out_result)
{
  EmvStep step;

  switch (method)
    {
    case METHOD_PIN:
      return verify_pin (self, out_result);
    case METHOD_PIN_AND_SIGNATURE:
      if (!can (self, CAN_SIGNATURE))
        break;
      step = verify_pin (self, out_result);
      self->signature = step == EMV_STEP_ON && *out_result == RESULT_GOOD;
      if (self->signature)
        *out_result = RESULT_UNKNOWN;
      return step;
    case METHOD_PIN_ONLINE:
    case METHOD_PIN_ENCIPHERED:
    case METHOD_PIN_ENCIPHERED_AND_SIGNATURE: /* no reader here enciphers one */
      return fail (self, EMV_TVR_PIN_PAD_MISSING, out_result);
    case METHOD_SIGNATURE:
      self->signature = can (self, CAN_SIGNATURE);
      *out_result = self->signature ? RESULT_UNKNOWN : RESULT_FAILED;
      return EMV_STEP_ON;
    case METHOD_NONE:
      *out_result = can (self, CAN_NONE) ? RESULT_GOOD : RESULT_FAILED;
      return EMV_STEP_ON;
    default:
      break;
    }
  *out_result = RESULT_FAILED;
  return EMV_STEP_ON;
}

/* ---- The list ---- */

typedef struct
{
  guint8 code, condition;
} Rule;

/* One rule whose condition holds. *out_over: the list needs no further look. */
static EmvStep
apply (EmvKernel *self, Rule rule, gboolean *out_over)
{
  guint8 method = rule.code & METHOD;
  Result result = RESULT_FAILED;
  EmvStep step = EMV_STEP_ON;

  if (is_known (method))
    step = verify (self, method, &result);
  else
    emv_kernel_raise (self, EMV_TVR_CVM_UNKNOWN);
  if (step != EMV_STEP_ON)
    return step;
  if (is_supported (self, method)) /* else it wasn't performed (Book 4, 6.3.4.5) */
    set_results (self, rule.code, rule.condition, (guint8)result);
  *out_over = result != RESULT_FAILED || (rule.code & TRY_NEXT) == 0 || method == METHOD_FAIL;
  if (*out_over && result == RESULT_FAILED)
    emv_kernel_raise (self, EMV_TVR_CVM_FAILED);
  return EMV_STEP_ON;
}

static EmvStep
walk (EmvKernel *self, BaseSpan list)
{
  gboolean over = FALSE;

  set_results (self, METHOD_NONE | 0x20, IF_ALWAYS, RESULT_FAILED); /* 3F 00 01: none applied */
  for (gsize at = AMOUNTS_SIZE; !over && at < list.size; at += 2)
    {
      const Rule rule = { list.data[at], list.data[at + 1] };
      EmvStep step;

      if (!holds (self, list, rule.code & METHOD, rule.condition))
        continue;
      step = apply (self, rule, &over);
      if (step != EMV_STEP_ON)
        return step;
    }
  if (!over)
    emv_kernel_raise (self, EMV_TVR_CVM_FAILED);
  emv_kernel_mark_done (self, EMV_TSI_CVM);
  return EMV_STEP_ON;
}

EmvStep
emv_cvm_verify (EmvKernel *self)
{
  BaseSpan given = emv_data_get (self->data, TAG_LIST);
  guint8 copy[252];

  set_results (self, METHOD_NONE | 0x20, IF_ALWAYS, RESULT_UNKNOWN); /* 3F 00 00: not performed */
  if (!emv_kernel_profile_has (self, EMV_AIP_CVM))
    return EMV_STEP_ON;
  if (given.size <= AMOUNTS_SIZE)
    {
      if (given.data != NULL && given.size < AMOUNTS_SIZE)
        return emv_kernel_end (self, "card-error");
      emv_kernel_raise (self, EMV_TVR_CARD_DATA_MISSING);
      return EMV_STEP_ON;
    }
  if (given.size % 2 != 0 || given.size > sizeof copy)
    return emv_kernel_end (self, "card-error");
  for (gsize i = 0; i < given.size; i++) /* what is borrowed moves when results are put */
    copy[i] = given.data[i];
  return walk (self, BASE_SPAN (copy, given.size));
}
