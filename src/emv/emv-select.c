/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Application selection (EMV 4.4 Book 1, 12): what card and terminal have in common, by the card's
 * directory (PSE) or by asking for each name, and which of it is used.
 */
#include "emv-kernel-private.h"
#include "emv-tlv.h"

#include <string.h>

#define STATUS_CARD_BLOCKED 0x6A81
#define STATUS_INVALIDATED 0x6283
#define RECORDS_MAX 64
#define NEXT_MAX 16 /* longer names that begin like one of ours */
#define PRIORITY 0x0F
#define CONFIRM 0x80
#define SFI_MAX 10
#define AID_MIN 5
#define TAG_NAME 0x84
#define TAG_ADF_NAME 0x4F
#define TAG_LABEL 0x50
#define TAG_PREFERRED 0x9F12
#define TAG_CODE_TABLE 0x9F11
#define TAG_PRIORITY 0x87

static const char directory[] = "1PAY.SYS.DDF01";

/* ---- Names for people ---- */

static gboolean
can_show (const EmvTerminal *terminal, BaseSpan table)
{
  return table.size == 1 && table.data[0] >= 1 && table.data[0] <= 8
         && (terminal->code_tables & 1u << (table.data[0] - 1)) != 0;
}

static gboolean
take_name (EmvCandidate *self, BaseSpan bytes, guint table)
{
  g_autofree char *charset = g_strdup_printf ("ISO-8859-%u", table);
  g_autofree char *text = bytes.size > 0 ? g_convert ((const char *)bytes.data, (gssize)bytes.size,
                                                      "UTF-8", charset, NULL, NULL, NULL)
                                         : NULL;

  if (text == NULL || strlen (text) > EMV_NAME_MAX || !g_utf8_validate (text, -1, NULL))
    return FALSE;
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    if (!g_unichar_isprint (g_utf8_get_char (at)))
      return FALSE;
  if (*g_strstrip (text) == '\0')
    return FALSE;
  g_strlcpy (self->name, text, sizeof self->name);
  return TRUE;
}

static gboolean
take_preferred (const EmvKernel *kernel, EmvCandidate *self, BaseSpan objects, BaseSpan table)
{
  BaseSpan name;

  return can_show (kernel->terminal, table) && emv_tlv_find (objects, TAG_PREFERRED, &name)
         && take_name (self, name, table.data[0]);
}

/* The preferred name where its letters can be shown, else the label (always ASCII), else the
 * identifier itself. */
static void
name_candidate (const EmvKernel *kernel, EmvCandidate *self, BaseSpan objects, BaseSpan table)
{
  BaseSpan name;
  g_autofree char *hex = NULL;

  self->named = take_preferred (kernel, self, objects, table)
                || (emv_tlv_find (objects, TAG_LABEL, &name) && take_name (self, name, 1));
  if (self->named)
    return;
  hex = base_bytes_to_hex (BASE_SPAN (self->aid, self->aid_size));
  g_strlcpy (self->name, hex, sizeof self->name);
}

/* ---- The list of candidates ---- */

static gboolean
is_listed (const EmvKernel *self, BaseSpan aid)
{
  for (guint i = 0; i < self->candidate_count; i++)
    if (base_bytes_equal (BASE_SPAN (self->candidates[i].aid, self->candidates[i].aid_size), aid))
      return TRUE;
  return FALSE;
}

static void
add_candidate (EmvKernel *self, BaseSpan aid, BaseSpan objects, BaseSpan table)
{
  EmvCandidate *candidate = &self->candidates[self->candidate_count];
  BaseSpan priority;

  if (aid.size < AID_MIN || aid.size > EMV_AID_MAX || self->candidate_count == EMV_CANDIDATES_MAX
      || is_listed (self, aid))
    return;
  *candidate = (EmvCandidate){ .aid_size = aid.size };
  for (gsize i = 0; i < aid.size; i++)
    candidate->aid[i] = aid.data[i];
  if (emv_tlv_find (objects, TAG_PRIORITY, &priority) && priority.size == 1)
    {
      candidate->priority = priority.data[0] & PRIORITY;
      candidate->confirm = (priority.data[0] & CONFIRM) != 0;
    }
  name_candidate (self, candidate, objects, table);
  self->candidate_count++;
}

/* An entry of the directory. One without an application's name is none of ours. */
static void
take_entry (EmvKernel *self, BaseSpan entry, BaseSpan table)
{
  BaseSpan aid;

  if (emv_tlv_find (entry, TAG_ADF_NAME, &aid) && emv_terminal_rules (self->terminal, aid) != NULL)
    add_candidate (self, aid, entry, table);
}

static gboolean
take_directory_record (EmvKernel *self, BaseSpan record, BaseSpan table)
{
  BaseSpan entries;
  BaseReader reader;
  EmvTlv object;
  EmvTlvStep step;

  if (!emv_tlv_find (record, 0x70, &entries))
    return FALSE;
  base_reader_init (&reader, entries);
  while ((step = emv_tlv_next (&reader, &object)) == EMV_TLV_OBJECT)
    if (object.tag == 0x61)
      take_entry (self, object.value, table);
  return step == EMV_TLV_END;
}

static EmvStep
read_directory (EmvKernel *self, guint8 sfi, BaseSpan table)
{
  for (guint record = 1; record <= RECORDS_MAX; record++)
    {
      g_auto (EmvResponse) response = { 0 };
      EmvLink link = emv_card_read_record (&self->transport, sfi, (guint8)record, &response);

      if (link != EMV_LINK_DONE)
        return emv_kernel_end_link (self, link);
      if (response.status != EMV_STATUS_GOOD)
        break;
      if (!take_directory_record (self, emv_response_span (&response), table))
        {
          self->candidate_count = 0; /* a directory that can't be read counts as none */
          break;
        }
    }
  return EMV_STEP_ON;
}

/* The proprietary part of a file control information; empty when there is none. */
static BaseSpan
control_of (BaseSpan answer)
{
  BaseSpan control, issuer;

  if (!emv_tlv_find (answer, 0x6F, &control) || !emv_tlv_find (control, 0xA5, &issuer))
    return BASE_SPAN (NULL, 0);
  return issuer;
}

static EmvStep
ask_directory (EmvKernel *self)
{
  g_auto (EmvResponse) response = { 0 };
  EmvLink link = emv_card_select (&self->transport, BASE_SPAN_STR (directory), FALSE, &response);
  BaseSpan issuer, sfi, table;

  if (link != EMV_LINK_DONE)
    return emv_kernel_end_link (self, link);
  if (response.status == STATUS_CARD_BLOCKED)
    return emv_kernel_end (self, "card-blocked");
  if (response.status != EMV_STATUS_GOOD)
    return EMV_STEP_ON;
  issuer = control_of (emv_response_span (&response));
  if (!emv_tlv_find (issuer, 0x88, &sfi) || sfi.size != 1 || sfi.data[0] < 1
      || sfi.data[0] > SFI_MAX)
    return EMV_STEP_ON;
  if (!emv_tlv_find (issuer, TAG_CODE_TABLE, &table))
    table = BASE_SPAN (NULL, 0);
  return read_directory (self, sfi.data[0], table);
}

/* One answer to SELECT by one of our names. FALSE: nothing more by this name. */
static gboolean
take_selected (EmvKernel *self, const EmvApplicationRules *rules, const EmvResponse *response)
{
  BaseSpan answer = emv_response_span (response), control, name, table;
  BaseSpan ours = BASE_SPAN (rules->aid, rules->aid_size);
  gboolean exact;

  if (response->status != EMV_STATUS_GOOD && response->status != STATUS_INVALIDATED)
    return FALSE;
  if (!emv_tlv_find (answer, 0x6F, &control) || !emv_tlv_find (control, TAG_NAME, &name)
      || name.size < ours.size || !base_bytes_equal (BASE_SPAN (name.data, ours.size), ours))
    return FALSE;
  exact = name.size == ours.size;
  if (response->status == STATUS_INVALIDATED)
    self->blocked = TRUE;
  else if (exact || rules->partial)
    {
      BaseSpan issuer = control_of (answer);

      if (!emv_tlv_find (issuer, TAG_CODE_TABLE, &table))
        table = BASE_SPAN (NULL, 0);
      add_candidate (self, name, issuer, table);
    }
  return !exact;
}

static EmvStep
ask_by_name (EmvKernel *self, const EmvApplicationRules *rules)
{
  BaseSpan aid = BASE_SPAN (rules->aid, rules->aid_size);

  for (guint i = 0; i < NEXT_MAX; i++)
    {
      g_auto (EmvResponse) response = { 0 };
      EmvLink link = emv_card_select (&self->transport, aid, i > 0, &response);

      if (link != EMV_LINK_DONE)
        return emv_kernel_end_link (self, link);
      if (i == 0 && response.status == STATUS_CARD_BLOCKED)
        return emv_kernel_end (self, "card-blocked");
      if (!take_selected (self, rules, &response))
        break;
    }
  return EMV_STEP_ON;
}

/* A stable sort: by priority, those without one last, else as the card or the shop lists them. */
static void
sort_candidates (EmvKernel *self)
{
  for (guint i = 1; i < self->candidate_count; i++)
    for (guint j = i; j > 0; j--)
      {
        EmvCandidate *upper = &self->candidates[j - 1], *lower = &self->candidates[j], kept;
        guint first = upper->priority != 0 ? upper->priority : PRIORITY + 1;
        guint second = lower->priority != 0 ? lower->priority : PRIORITY + 1;

        if (first <= second)
          break;
        kept = *upper;
        *upper = *lower;
        *lower = kept;
      }
}

EmvStep
emv_select_candidates (EmvKernel *self)
{
  const GArray *ours = self->terminal->applications;
  EmvStep step = ask_directory (self);

  if (self->candidate_count == 0)
    for (guint i = 0; step == EMV_STEP_ON && ours != NULL && i < ours->len; i++)
      step = ask_by_name (self, &g_array_index (ours, EmvApplicationRules, i));
  sort_candidates (self);
  return step;
}

/* ---- The choice ---- */

static void
drop_candidate (EmvKernel *self, guint index)
{
  for (guint i = index; i + 1 < self->candidate_count; i++)
    self->candidates[i] = self->candidates[i + 1];
  self->candidate_count--;
}

/* Whom to work with; -1: nobody wants any. With nobody to ask, the first that needs no word. */
static int
choose (EmvKernel *self)
{
  if (self->candidate_count == 1 && !self->candidates[0].confirm)
    return 0;
  if (self->holder.choose != NULL)
    {
      int chosen = self->holder.choose (self->holder.ctx, self->candidates, self->candidate_count);

      return chosen < (int)self->candidate_count ? chosen : -1;
    }
  for (guint i = 0; i < self->candidate_count; i++)
    if (!self->candidates[i].confirm)
      return (int)i;
  return -1;
}

/* The objects of the file control information, each where it may stand and once. */
static gboolean
take_control (EmvKernel *self, BaseSpan answer)
{
  BaseSpan control, name, issuer;
  BaseReader reader;
  EmvTlv object;
  EmvTlvStep step;

  if (!emv_tlv_find (answer, 0x6F, &control) || !emv_tlv_find (control, TAG_NAME, &name)
      || !emv_tlv_find (control, 0xA5, &issuer)
      || !base_bytes_equal (name, BASE_SPAN (self->application.aid, self->application.aid_size))
      || !emv_data_add (self->data, TAG_NAME, name, EMV_ORIGIN_CARD))
    return FALSE;
  base_reader_init (&reader, issuer);
  while ((step = emv_tlv_next (&reader, &object)) == EMV_TLV_OBJECT)
    if (!emv_tlv_is_constructed (object.tag)
        && !emv_data_add (self->data, object.tag, object.value, EMV_ORIGIN_CARD))
      return FALSE;
  return step == EMV_TLV_END;
}

/* What the application says of itself once it is selected may be more than the list did: its
 * preferred name, or any at all (Book 4, 11.3). */
static void
name_selected (EmvKernel *self, BaseSpan issuer)
{
  BaseSpan table;

  if (!emv_tlv_find (issuer, TAG_CODE_TABLE, &table))
    table = BASE_SPAN (NULL, 0);
  if (!take_preferred (self, &self->application, issuer, table) && !self->application.named)
    name_candidate (self, &self->application, issuer, table);
}

static void
apply_rules (EmvKernel *self)
{
  guint32 floor = (guint32)MIN (self->rules->floor_minor, (gint64)G_MAXUINT32);
  guint8 bytes[4]
      = { (guint8)(floor >> 24), (guint8)(floor >> 16), (guint8)(floor >> 8), (guint8)floor };

  (void)emv_data_set (self->data, 0x9F06,
                      BASE_SPAN (self->application.aid, self->application.aid_size),
                      EMV_ORIGIN_TERMINAL);
  (void)emv_data_set (self->data, 0x9F09, BASE_SPAN (self->rules->version, 2), EMV_ORIGIN_TERMINAL);
  (void)emv_data_set (self->data, 0x9F1B, BASE_SPAN (bytes, sizeof bytes), EMV_ORIGIN_TERMINAL);
}

static EmvStep
open_chosen (EmvKernel *self)
{
  g_auto (EmvResponse) response = { 0 };
  BaseSpan aid = BASE_SPAN (self->application.aid, self->application.aid_size);
  EmvLink link = emv_card_select (&self->transport, aid, FALSE, &response);

  if (link != EMV_LINK_DONE)
    return emv_kernel_end_link (self, link);
  if (response.status == STATUS_INVALIDATED)
    self->blocked = TRUE;
  self->rules = emv_terminal_rules (self->terminal, aid);
  if (response.status != EMV_STATUS_GOOD || self->rules == NULL
      || !take_control (self, emv_response_span (&response)))
    return EMV_STEP_AGAIN;
  name_selected (self, control_of (emv_response_span (&response)));
  apply_rules (self);
  self->selected = TRUE;
  return EMV_STEP_ON;
}

/* Whichever is chosen leaves the list: if it can't be used, the rest is asked about again. */
EmvStep
emv_select_application (EmvKernel *self)
{
  while (self->candidate_count > 0)
    {
      int chosen = choose (self);
      EmvStep step;

      if (chosen < 0)
        return emv_kernel_end (self, "cancelled");
      self->application = self->candidates[chosen];
      drop_candidate (self, (guint)chosen);
      step = open_chosen (self);
      if (step != EMV_STEP_AGAIN)
        return step;
      emv_kernel_reset (self);
    }
  return emv_kernel_end (self, self->blocked ? "application-blocked" : "no-application");
}
