/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Processing restrictions (EMV 4.4 Book 3, 10.4): versions, what the application may be used for,
 * its first and last day. They end nothing by themselves: they raise bits.
 */
#include "emv-kernel-private.h"

#define TAG_VERSION_CARD 0x9F08
#define TAG_VERSION_TERMINAL 0x9F09
#define TAG_USAGE 0x9F07
#define TAG_ISSUER_COUNTRY 0x5F28
#define TAG_TERMINAL_COUNTRY 0x9F1A
#define TAG_FIRST_DAY 0x5F25
#define TAG_LAST_DAY 0x5F24

/* 9F07, byte 1 (Book 3, C2). */
#define USAGE_GOODS_HOME 0x20
#define USAGE_GOODS_ABROAD 0x10
#define USAGE_SERVICES_HOME 0x08
#define USAGE_SERVICES_ABROAD 0x04
#define USAGE_NOT_ATM 0x01
/* …and byte 2. */
#define USAGE_CASHBACK_HOME 0x80
#define USAGE_CASHBACK_ABROAD 0x40

static void
check_versions (EmvKernel *self)
{
  BaseSpan card = emv_data_get (self->data, TAG_VERSION_CARD);

  if (card.data != NULL
      && !base_bytes_equal (card, emv_data_get (self->data, TAG_VERSION_TERMINAL)))
    emv_kernel_raise (self, EMV_TVR_VERSIONS_DIFFER);
}

/* At a till goods and services are one; the card must allow either. */
static gboolean
is_allowed (const EmvKernel *self, BaseSpan usage)
{
  BaseSpan country = emv_data_get (self->data, TAG_ISSUER_COUNTRY);
  gboolean home;
  guint8 buy, cashback;

  if ((usage.data[0] & USAGE_NOT_ATM) == 0)
    return FALSE;
  if (country.data == NULL)
    return TRUE;
  home = base_bytes_equal (country, emv_data_get (self->data, TAG_TERMINAL_COUNTRY));
  buy = home ? USAGE_GOODS_HOME | USAGE_SERVICES_HOME : USAGE_GOODS_ABROAD | USAGE_SERVICES_ABROAD;
  cashback = home ? USAGE_CASHBACK_HOME : USAGE_CASHBACK_ABROAD;
  return (usage.data[0] & buy) != 0
         && (self->sale.other_minor == 0 || (usage.data[1] & cashback) != 0);
}

/* YYYYMMDD of six packed digits: years from 50 on are of the last century (Book 4, 6.7.3). */
static gboolean
read_day (const EmvData *data, guint32 tag, guint32 *out_day)
{
  guint64 day;

  if (emv_data_get (data, tag).size != 3 || !emv_data_number (data, tag, &day))
    return FALSE;
  *out_day = (guint32)(day + (day >= 500000 ? 19000000 : 20000000));
  return TRUE;
}

EmvStep
emv_restrictions_check (EmvKernel *self)
{
  BaseSpan usage = emv_data_get (self->data, TAG_USAGE);
  guint32 day;

  check_versions (self);
  if (usage.size == 2 && !is_allowed (self, usage))
    emv_kernel_raise (self, EMV_TVR_SERVICE_NOT_ALLOWED);
  if (read_day (self->data, TAG_FIRST_DAY, &day) && self->sale.date < day)
    emv_kernel_raise (self, EMV_TVR_NOT_YET_EFFECTIVE);
  if (!read_day (self->data, TAG_LAST_DAY, &day))
    return emv_kernel_end (self, "card-error");
  if (self->sale.date > day)
    emv_kernel_raise (self, EMV_TVR_EXPIRED);
  return EMV_STEP_ON;
}
