/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Initiate application processing and read application data (EMV 4.4 Book 3, 10.1 and 10.2).
 */
#include "emv-kernel-private.h"
#include "emv-tag.h"
#include "emv-tlv.h"

#define STATUS_CONDITIONS 0x6985
#define TAG_AIP 0x82
#define TAG_AFL 0x94
#define TAG_RECORD 0x70
#define TAG_PDOL 0x9F38
#define AIP_SIZE 2
#define AFL_ENTRY_SIZE 4
#define AFL_MAX 252
#define RECORDS_MAX 255
#define SFI_EMV_MAX 10 /* files whose records the standard lays out */
#define SFI_MAX 30
#define AUTHENTICATED_MAX 16384
#define DIGITS_MIN 8
#define DIGITS_MAX 19

/* ---- GET PROCESSING OPTIONS ---- */

static gboolean
take_options (EmvKernel *self, BaseSpan profile, BaseSpan locator)
{
  return profile.size == AIP_SIZE && locator.size >= AFL_ENTRY_SIZE && locator.size <= AFL_MAX
         && locator.size % AFL_ENTRY_SIZE == 0
         && emv_data_add (self->data, TAG_AIP, profile, EMV_ORIGIN_CARD)
         && emv_data_add (self->data, TAG_AFL, locator, EMV_ORIGIN_CARD);
}

/* Format 1 is profile and locator one after the other, format 2 is objects. */
static gboolean
read_options (EmvKernel *self, BaseSpan answer)
{
  BaseSpan value, profile, locator;

  if (emv_tlv_find (answer, 0x80, &value) && value.size > AIP_SIZE)
    return take_options (self, BASE_SPAN (value.data, AIP_SIZE),
                         BASE_SPAN (value.data + AIP_SIZE, value.size - AIP_SIZE));
  return emv_tlv_find (answer, 0x77, &value) && emv_tlv_find (value, TAG_AIP, &profile)
         && emv_tlv_find (value, TAG_AFL, &locator) && take_options (self, profile, locator);
}

EmvStep
emv_application_initiate (EmvKernel *self)
{
  g_auto (EmvResponse) response = { 0 };
  EmvLink link;

  if (!emv_dol_fill (emv_data_get (self->data, TAG_PDOL), self->data, &self->pdol))
    return emv_kernel_end (self, "card-error");
  link = emv_card_get_processing_options (&self->transport, emv_list_span (&self->pdol), &response);
  if (link != EMV_LINK_DONE)
    return emv_kernel_end_link (self, link);
  if (response.status == STATUS_CONDITIONS)
    return EMV_STEP_AGAIN;
  if (response.status != EMV_STATUS_GOOD || !read_options (self, emv_response_span (&response)))
    return emv_kernel_end (self, "card-error");
  return EMV_STEP_ON;
}

/* ---- READ RECORD ---- */

typedef struct
{
  guint8 sfi, first, last, authenticated;
} Group;

static gboolean
read_group (BaseReader *reader, Group *out_group)
{
  guint8 file;

  if (!base_reader_u8 (reader, &file) || !base_reader_u8 (reader, &out_group->first)
      || !base_reader_u8 (reader, &out_group->last)
      || !base_reader_u8 (reader, &out_group->authenticated))
    return FALSE;
  out_group->sfi = file >> 3;
  return (file & 0x07) == 0 && out_group->sfi >= 1 && out_group->sfi <= SFI_MAX
         && out_group->first >= 1 && out_group->last >= out_group->first
         && out_group->authenticated <= out_group->last - out_group->first + 1;
}

/* What the standard knows stands once and comes from the card alone: a second one, or one that the
 * terminal had said itself, ends the transaction. Of what it doesn't know, the first is kept. */
static gboolean
take_object (EmvKernel *self, const EmvTlv *object)
{
  if (emv_tlv_is_constructed (object->tag))
    return TRUE;
  if (emv_data_add (self->data, object->tag, object->value, EMV_ORIGIN_CARD))
    return TRUE;
  return emv_tag_find (object->tag) == NULL;
}

static gboolean
take_record (EmvKernel *self, BaseSpan record)
{
  BaseReader reader;
  EmvTlv object;
  EmvTlvStep step;

  base_reader_init (&reader, record);
  if (!emv_tlv_read (&reader, &object) || object.tag != TAG_RECORD
      || base_reader_left (&reader) > 0)
    return FALSE;
  base_reader_init (&reader, object.value);
  while ((step = emv_tlv_next (&reader, &object)) == EMV_TLV_OBJECT)
    if (!take_object (self, &object))
      return FALSE;
  return step == EMV_TLV_END;
}

/* Book 3, 10.3: of the first ten files what is in the template, of the others the whole record. */
static void
authenticate_record (EmvKernel *self, guint8 sfi, BaseSpan record)
{
  BaseSpan value = record, inner;
  guint8 *bytes;

  if (!emv_tlv_find (record, TAG_RECORD, &inner))
    {
      self->unauthentic = TRUE;
      return;
    }
  if (sfi <= SFI_EMV_MAX)
    value = inner;
  if (self->authenticated == NULL)
    self->authenticated = base_secret_new (AUTHENTICATED_MAX);
  if (value.size > AUTHENTICATED_MAX - self->authenticated_size)
    {
      self->unauthentic = TRUE;
      return;
    }
  bytes = base_secret_bytes (self->authenticated);
  for (gsize i = 0; i < value.size; i++)
    bytes[self->authenticated_size++] = value.data[i];
}

static EmvStep
read_record (EmvKernel *self, const Group *group, guint record)
{
  g_auto (EmvResponse) response = { 0 };
  EmvLink link = emv_card_read_record (&self->transport, group->sfi, (guint8)record, &response);

  if (link != EMV_LINK_DONE)
    return emv_kernel_end_link (self, link);
  if (response.status != EMV_STATUS_GOOD
      || (group->sfi <= SFI_EMV_MAX && !take_record (self, emv_response_span (&response))))
    return emv_kernel_end (self, "card-error");
  if (record - group->first < group->authenticated)
    authenticate_record (self, group->sfi, emv_response_span (&response));
  return EMV_STEP_ON;
}

static gboolean
has_number (const EmvKernel *self)
{
  BaseSpan number = emv_data_get (self->data, 0x5A);
  gsize digits = 0;

  while (digits < 2 * number.size
         && (digits % 2 == 0 ? number.data[digits / 2] >> 4 : number.data[digits / 2] & 0x0F) <= 9)
    digits++;
  return digits >= DIGITS_MIN && digits <= DIGITS_MAX;
}

/* What no transaction goes without (Book 3, table 30). */
static gboolean
is_complete (const EmvKernel *self)
{
  return has_number (self) && emv_data_get (self->data, 0x5F24).size == 3
         && emv_data_has (self->data, 0x8C) && emv_data_has (self->data, 0x8D);
}

EmvStep
emv_application_read (EmvKernel *self)
{
  guint8 copy[AFL_MAX];
  BaseSpan locator = emv_data_get (self->data, TAG_AFL);
  BaseReader reader;
  guint records = 0;

  for (gsize i = 0; i < locator.size; i++)
    copy[i] = locator.data[i];
  base_reader_init (&reader, BASE_SPAN (copy, locator.size));
  while (base_reader_left (&reader) > 0)
    {
      Group group;

      if (!read_group (&reader, &group))
        return emv_kernel_end (self, "card-error");
      for (guint record = group.first; record <= group.last; record++)
        {
          EmvStep step;

          if (++records > RECORDS_MAX)
            return emv_kernel_end (self, "card-error");
          step = read_record (self, &group, record);
          if (step != EMV_STEP_ON)
            return step;
        }
    }
  return is_complete (self) ? EMV_STEP_ON : emv_kernel_end (self, "card-error");
}
