/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Terminal risk management (EMV 4.4 Book 3, 10.6): floor limit with what the same card has bought
 * here already, random selection, velocity. It is done whatever the card's profile says: a shop
 * that bears the risk looks at it.
 */
#include "emv-kernel-private.h"
#include "emv-tlv.h"

#define TAG_NUMBER 0x5A
#define TAG_COUNTER 0x9F36
#define TAG_LAST_ONLINE 0x9F13
#define TAG_LOWER 0x9F14
#define TAG_UPPER 0x9F23
#define DIGITS_MAX 20

/* What this card has bought offline, and its issuer doesn't know of yet. */
static gint64
logged (EmvKernel *self)
{
  BaseSpan number = emv_data_get (self->data, TAG_NUMBER);
  char digits[DIGITS_MAX];
  gsize count = 0;
  gint64 sum;

  if (self->holder.logged_minor == NULL)
    return 0;
  for (gsize i = 0; i < 2 * number.size && count < DIGITS_MAX; i++)
    {
      guint digit = i % 2 == 0 ? number.data[i / 2] >> 4 : number.data[i / 2] & 0x0F;

      if (digit > 9)
        break;
      digits[count++] = (char)('0' + digit);
    }
  sum = self->holder.logged_minor (self->holder.ctx, BASE_SPAN (digits, count));
  base_secret_wipe (digits, sizeof digits);
  return MAX (sum, 0);
}

/* The nearer to the floor limit, the likelier (10.6.2). */
static gboolean
is_drawn (const EmvKernel *self)
{
  const EmvApplicationRules *rules = self->rules;
  gint64 amount = self->sale.amount_minor, span = rules->floor_minor - rules->threshold_minor;
  guint percent = rules->target_percent;

  if (amount >= rules->threshold_minor && span > 0
      && rules->target_max_percent > rules->target_percent)
    percent += (guint)((rules->target_max_percent - rules->target_percent)
                       * (amount - rules->threshold_minor) / span);
  return self->sale.random_percent <= percent;
}

static void
check_amount (EmvKernel *self)
{
  gint64 floor = self->rules->floor_minor, amount = self->sale.amount_minor;

  if (amount >= floor || logged (self) >= floor - amount)
    emv_kernel_raise (self, EMV_TVR_FLOOR_LIMIT);
  else if (is_drawn (self))
    emv_kernel_raise (self, EMV_TVR_RANDOM);
}

/* A counter that the card keeps. FALSE in *out_told: it doesn't tell. */
static EmvStep
read_counter (EmvKernel *self, guint16 tag, gboolean *out_told, guint64 *out_counter)
{
  g_auto (EmvResponse) response = { 0 };
  EmvLink link = emv_card_get_data (&self->transport, tag, &response);
  BaseSpan value;

  if (link != EMV_LINK_DONE)
    return emv_kernel_end_link (self, link);
  *out_told = response.status == EMV_STATUS_GOOD
              && emv_tlv_find (emv_response_span (&response), tag, &value) && value.size == 2;
  if (*out_told)
    {
      *out_counter = (guint64)value.data[0] << 8 | value.data[1];
      (void)emv_data_set (self->data, tag, value, EMV_ORIGIN_CARD);
    }
  return EMV_STEP_ON;
}

/* 10.6.3: how many transactions in a row without its issuer; counters that are missing or make no
 * sense count as exceeded. */
static EmvStep
check_velocity (EmvKernel *self)
{
  guint64 lower, upper, now = 0, last = 0;
  gboolean has_now, has_last;
  EmvStep step;

  if (!emv_data_uint (self->data, TAG_LOWER, &lower)
      || !emv_data_uint (self->data, TAG_UPPER, &upper))
    return EMV_STEP_ON;
  step = read_counter (self, TAG_COUNTER, &has_now, &now);
  if (step == EMV_STEP_ON)
    step = read_counter (self, TAG_LAST_ONLINE, &has_last, &last);
  if (step != EMV_STEP_ON)
    return step;
  if (!has_now || !has_last || now <= last || now - last > lower)
    emv_kernel_raise (self, EMV_TVR_LOWER_LIMIT);
  if (!has_now || !has_last || now <= last || now - last > upper)
    emv_kernel_raise (self, EMV_TVR_UPPER_LIMIT);
  if (has_last && last == 0)
    emv_kernel_raise (self, EMV_TVR_NEW_CARD);
  return EMV_STEP_ON;
}

EmvStep
emv_risk_manage (EmvKernel *self)
{
  EmvStep step;

  if (self->sale.force_online)
    emv_kernel_raise (self, EMV_TVR_FORCED_ONLINE);
  check_amount (self);
  step = check_velocity (self);
  if (step == EMV_STEP_ON)
    emv_kernel_mark_done (self, EMV_TSI_RISK);
  return step;
}
