/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-download.h"

#include "sync-sign-in.h"

#include <glib/gi18n.h>
#include <string.h>

#define FORM 1 /* of what is kept; then the time, how many, and each with its size */
#define NAMES_TURNS_MAX 40
#define KEPT_MAX (ACQUIRER_EMV_ENTRIES_MAX * (SYNC_DOWNLOAD_PIECE_MAX + 2) + 11)
#define SAYS_NONE '0'
#define SAYS_ALL '1'
#define SAYS_MORE '2'

G_STATIC_ASSERT (KEPT_MAX <= VAULT_SETTING_SIZE_MAX);
G_STATIC_ASSERT (ACQUIRER_EMV_ENTRY_MAX <= SYNC_DOWNLOAD_PIECE_MAX);

static const struct
{
  const char *word, *setting;
  AcquirerFlowKind status, piece, end;
  AcquirerDemand demand;
} kinds[SYNC_DOWNLOAD_KINDS] = {
  [SYNC_DOWNLOAD_PARAMETERS]
  = { "parameters", SYNC_SETTING_DOWNLOAD_PARAMETERS, ACQUIRER_FLOW_PARAMETERS,
      ACQUIRER_FLOW_PARAMETERS, ACQUIRER_FLOW_PARAMETERS_END, ACQUIRER_DEMAND_PARAMETERS },
  [SYNC_DOWNLOAD_AIDS] = { "aids", SYNC_SETTING_DOWNLOAD_AIDS, ACQUIRER_FLOW_AIDS_STATUS,
                           ACQUIRER_FLOW_AIDS, ACQUIRER_FLOW_AIDS_END, ACQUIRER_DEMAND_AIDS },
  [SYNC_DOWNLOAD_CA_KEYS]
  = { "ca-keys", SYNC_SETTING_DOWNLOAD_KEYS, ACQUIRER_FLOW_CA_KEYS_STATUS, ACQUIRER_FLOW_CA_KEYS,
      ACQUIRER_FLOW_CA_KEYS_END, ACQUIRER_DEMAND_CA_KEYS },
};

const char *
sync_download_kind_word (SyncDownloadKind kind)
{
  g_assert (kind < SYNC_DOWNLOAD_KINDS);
  return kinds[kind].word;
}

gboolean
sync_download_kind_from_word (const char *word, SyncDownloadKind *out_kind)
{
  for (guint i = 0; i < SYNC_DOWNLOAD_KINDS; i++)
    if (strcmp (kinds[i].word, word) == 0)
      {
        *out_kind = (SyncDownloadKind)i;
        return TRUE;
      }
  return FALSE;
}

/* ---- What is kept ---- */

void
sync_downloaded_free (SyncDownloaded *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->pieces);
  g_free (self);
}

static SyncDownloaded *
downloaded_new (void)
{
  SyncDownloaded *self = g_new0 (SyncDownloaded, 1);

  self->at_unix_s = g_get_real_time () / G_USEC_PER_SEC;
  self->pieces = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  return self;
}

static gboolean
keep (SyncLine *line, SyncDownloadKind kind, const SyncDownloaded *set, GError **error)
{
  g_auto (BaseWriter) writer = { 0 };

  base_writer_init (&writer, KEPT_MAX);
  base_writer_u8 (&writer, FORM);
  base_writer_u64be (&writer, (guint64)set->at_unix_s);
  base_writer_u16be (&writer, (guint16)set->pieces->len);
  for (guint i = 0; i < set->pieces->len; i++)
    {
      BaseSpan piece = base_bytes_span (set->pieces->pdata[i]);

      base_writer_u16be (&writer, (guint16)piece.size);
      base_writer_put (&writer, piece);
    }
  g_assert (!writer.overflowed);
  return vault_setting_set (sync_line_vault (line), kinds[kind].setting, base_writer_span (&writer),
                            error);
}

static gboolean
read_kept (SyncDownloaded *self, BaseSpan kept)
{
  BaseReader reader;
  guint64 at = 0;
  guint16 count = 0, size;
  guint8 form = 0;
  BaseSpan piece;

  base_reader_init (&reader, kept);
  if (!base_reader_u8 (&reader, &form) || form != FORM || !base_reader_u64be (&reader, &at)
      || at > G_MAXINT64 || !base_reader_u16be (&reader, &count)
      || count > ACQUIRER_EMV_ENTRIES_MAX)
    return FALSE;
  self->at_unix_s = (gint64)at;
  for (guint i = 0; i < count; i++)
    {
      if (!base_reader_u16be (&reader, &size) || !base_reader_take (&reader, size, &piece))
        return FALSE;
      g_ptr_array_add (self->pieces, g_bytes_new (piece.data, piece.size));
    }
  return base_reader_left (&reader) == 0;
}

static gboolean
fail_kept (SyncDownloadKind kind, GError **error)
{
  g_set_error (error, VAULT_ERROR, VAULT_ERROR_CHANGED,
               _ ("The %s that were downloaded can't be read any more: download them again"),
               kinds[kind].word);
  return FALSE;
}

SyncDownloaded *
sync_download_read (Vault *vault, SyncDownloadKind kind, GError **error)
{
  g_autoptr (GError) broken = NULL;
  g_autoptr (BaseSecret) kept = vault_setting (vault, kinds[kind].setting, &broken);
  g_autoptr (SyncDownloaded) self = NULL;

  if (kept == NULL)
    {
      if (broken != NULL)
        g_propagate_error (error, g_steal_pointer (&broken));
      return NULL;
    }
  self = downloaded_new ();
  if (read_kept (self, base_secret_span (kept)))
    return g_steal_pointer (&self);
  fail_kept (kind, error);
  return NULL;
}

GArray *
sync_download_aids (Vault *vault, GError **error)
{
  g_autoptr (GError) broken = NULL;
  g_autoptr (SyncDownloaded) set = sync_download_read (vault, SYNC_DOWNLOAD_AIDS, &broken);
  g_autoptr (GArray) aids = g_array_new (FALSE, FALSE, sizeof (AcquirerEmvAid));

  for (guint i = 0; set != NULL && broken == NULL && i < set->pieces->len; i++)
    {
      AcquirerEmvAid aid;

      if (acquirer_emv_read_aid (base_bytes_span (set->pieces->pdata[i]), &aid, &broken))
        g_array_append_val (aids, aid);
    }
  if (broken == NULL)
    return g_steal_pointer (&aids);
  g_propagate_error (error, g_steal_pointer (&broken));
  return NULL;
}

GArray *
sync_download_keys (Vault *vault, GError **error)
{
  g_autoptr (GError) broken = NULL;
  g_autoptr (SyncDownloaded) set = sync_download_read (vault, SYNC_DOWNLOAD_CA_KEYS, &broken);
  g_autoptr (GArray) keys = g_array_new (FALSE, FALSE, sizeof (EmvKey));

  for (guint i = 0; set != NULL && broken == NULL && i < set->pieces->len; i++)
    {
      EmvKey key;

      if (acquirer_emv_read_key (base_bytes_span (set->pieces->pdata[i]), &key, &broken))
        g_array_append_val (keys, key);
    }
  if (broken == NULL)
    return g_steal_pointer (&keys);
  g_propagate_error (error, g_steal_pointer (&broken));
  return NULL;
}

guint32
sync_download_today (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  int year, month, day;

  g_date_time_get_ymd (now, &year, &month, &day);
  return (guint32)(year * 10000 + month * 100 + day);
}

SyncCertificateState
sync_download_key_state (const EmvKey *key, gint64 now_unix_s)
{
  g_autoptr (GDateTime) day
      = g_date_time_new_local ((int)(key->expiry / 10000), (int)(key->expiry / 100 % 100),
                               (int)(key->expiry % 100), 0, 0, 0);
  g_autoptr (GDateTime) end = day != NULL ? g_date_time_add_days (day, 1) : NULL;
  gint64 left_s = end != NULL ? g_date_time_to_unix (end) - now_unix_s : 0;

  if (left_s <= 0)
    return SYNC_CERTIFICATE_ENDED;
  return left_s <= (gint64)SYNC_CERTIFICATES_WARN_DAYS * SYNC_CERTIFICATES_DAY_S
             ? SYNC_CERTIFICATE_SOON
             : SYNC_CERTIFICATE_GOOD;
}

/* ---- Asking ---- */

/* One exchange; DONE: the host agrees, and *out_data is what it sent (empty: nothing). */
static SyncDownload
ask (SyncLine *line,
     AcquirerFlowKind flow,
     AcquirerSale *values,
     GCancellable *cancellable,
     SyncDownloadReport *report,
     GBytes **out_data,
     GError **error)
{
  const AcquirerProfile *profile = sync_line_profile (line);
  guint field = acquirer_profile_role (profile, ACQUIRER_VALUE_DOWNLOAD);
  g_autoptr (Iso8583Message) request = NULL;
  g_autoptr (Iso8583Message) answer = NULL;
  const char *hex;

  values->terminal = sync_line_terminal (line);
  values->merchant = sync_line_merchant (line);
  values->at_unix_s = g_get_real_time () / G_USEC_PER_SEC;
  vault_take_identity (sync_line_vault (line), &values->batch, &values->stan);
  request = acquirer_message_build (profile, flow, values, error);
  if (request == NULL)
    return SYNC_DOWNLOAD_WRONG;
  if (sync_line_exchange (line, request, cancellable, &answer, error) != ACQUIRER_EXCHANGE_ANSWERED)
    return SYNC_DOWNLOAD_NO_ANSWER;
  if (acquirer_message_judge (profile, request, answer, report->code) != ACQUIRER_VERDICT_APPROVED)
    return SYNC_DOWNLOAD_REFUSED;
  hex = field != 0 ? iso8583_message_get (answer, field) : NULL;
  *out_data = base_bytes_from_hex (hex != NULL ? hex : "", NULL);
  return SYNC_DOWNLOAD_DONE;
}

static SyncDownload
wrong (GError **error, SyncDownloadKind kind, const char *why)
{
  g_set_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_FIELD, _ ("The download of %s: %s"),
               kinds[kind].word, why);
  return SYNC_DOWNLOAD_WRONG;
}

/* What is behind the answer's first character, which says how it goes on. */
static gboolean
split (GBytes *data, char *out_says, BaseSpan *out_rest)
{
  BaseReader reader;
  guint8 says;

  base_reader_init (&reader, base_bytes_span (data));
  if (!base_reader_u8 (&reader, &says))
    return FALSE;
  *out_says = (char)says;
  return base_reader_take (&reader, base_reader_left (&reader), out_rest);
}

/* Which pieces there are. */
static SyncDownload
ask_names (SyncLine *line,
           SyncDownloadKind kind,
           GCancellable *cancellable,
           SyncDownloadReport *report,
           GArray *names,
           GError **error)
{
  for (guint i = 0; i < NAMES_TURNS_MAX; i++)
    {
      g_autofree char *known = g_strdup_printf ("%02u", names->len);
      AcquirerSale values = { .rows = known };
      g_autoptr (GBytes) data = NULL;
      guint before = names->len;
      SyncDownload outcome
          = ask (line, kinds[kind].status, &values, cancellable, report, &data, error);
      BaseSpan list;
      char says = SAYS_NONE;

      if (outcome != SYNC_DOWNLOAD_DONE)
        return outcome;
      if (!split (data, &says, &list) || says < SAYS_NONE || says > SAYS_MORE)
        return wrong (error, kind, _ ("the host doesn't say what there is"));
      if (says != SAYS_NONE
          && !acquirer_emv_read_names (list, kind == SYNC_DOWNLOAD_CA_KEYS, names, error))
        return SYNC_DOWNLOAD_WRONG;
      if (says != SAYS_MORE)
        return SYNC_DOWNLOAD_DONE;
      if (names->len == before)
        break;
    }
  return wrong (error, kind, _ ("the host says that there is more, and names no more"));
}

/* Readable, and what was asked for. */
static gboolean
check_piece (SyncDownloadKind kind, BaseSpan tlv, const AcquirerEmvName *wanted, GError **error)
{
  AcquirerEmvName name;
  AcquirerEmvAid aid;
  EmvKey key;

  if (kind == SYNC_DOWNLOAD_CA_KEYS)
    {
      if (!acquirer_emv_read_key (tlv, &key, error))
        return FALSE;
      acquirer_emv_key_name (&key, &name);
    }
  else
    {
      if (!acquirer_emv_read_aid (tlv, &aid, error))
        return FALSE;
      acquirer_emv_aid_name (&aid, &name);
    }
  if (acquirer_emv_name_equal (&name, wanted))
    return TRUE;
  (void)wrong (error, kind, _ ("the host sent another piece than it was asked for"));
  return FALSE;
}

static SyncDownload
ask_piece (SyncLine *line,
           SyncDownloadKind kind,
           const AcquirerEmvName *name,
           GCancellable *cancellable,
           SyncDownloadReport *report,
           SyncDownloaded *set,
           GError **error)
{
  AcquirerSale values = { .download = BASE_SPAN (name->bytes, name->size) };
  g_autoptr (GBytes) data = NULL;
  SyncDownload outcome = ask (line, kinds[kind].piece, &values, cancellable, report, &data, error);
  BaseSpan tlv;
  char says;

  if (outcome != SYNC_DOWNLOAD_DONE)
    return outcome;
  if (!split (data, &says, &tlv) || says != SAYS_ALL)
    return wrong (error, kind, _ ("the host names a piece that it doesn't have"));
  if (!check_piece (kind, tlv, name, error))
    return SYNC_DOWNLOAD_WRONG;
  g_ptr_array_add (set->pieces, g_bytes_new (tlv.data, tlv.size));
  return SYNC_DOWNLOAD_DONE;
}

static SyncDownload
ask_entries (SyncLine *line,
             SyncDownloadKind kind,
             GCancellable *cancellable,
             SyncDownloadReport *report,
             SyncDownloaded *set,
             GError **error)
{
  g_autoptr (GArray) names = g_array_new (FALSE, FALSE, sizeof (AcquirerEmvName));
  SyncDownload outcome = ask_names (line, kind, cancellable, report, names, error);

  for (guint i = 0; outcome == SYNC_DOWNLOAD_DONE && i < names->len; i++)
    outcome = ask_piece (line, kind, &g_array_index (names, AcquirerEmvName, i), cancellable,
                         report, set, error);
  report->count = names->len;
  return outcome;
}

static SyncDownload
ask_parameters (SyncLine *line,
                GCancellable *cancellable,
                SyncDownloadReport *report,
                SyncDownloaded *set,
                GError **error)
{
  const AcquirerParameters *plan = acquirer_profile_parameters (sync_line_profile (line));
  const AcquirerParameter *parameter;
  AcquirerSale values = { 0 };
  g_autoptr (GBytes) data = NULL;
  g_autoptr (GError) broken = NULL;
  SyncDownload outcome
      = ask (line, ACQUIRER_FLOW_PARAMETERS, &values, cancellable, report, &data, error);
  BaseReader reader;
  BaseSpan value;

  if (outcome != SYNC_DOWNLOAD_DONE)
    return outcome;
  base_reader_init (&reader, base_bytes_span (data));
  while (acquirer_parameters_next (plan, &reader, &parameter, &value, &broken))
    report->count++;
  if (broken != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&broken));
      return SYNC_DOWNLOAD_WRONG;
    }
  if (base_bytes_span (data).size > SYNC_DOWNLOAD_PIECE_MAX)
    return wrong (error, SYNC_DOWNLOAD_PARAMETERS, _ ("they are too long"));
  if (report->count > 0)
    g_ptr_array_add (set->pieces, g_bytes_ref (data));
  return SYNC_DOWNLOAD_DONE;
}

/* With the turn taken. */
static SyncDownload
download (SyncLine *line,
          SyncDownloadKind kind,
          GCancellable *cancellable,
          SyncDownloadReport *report,
          GError **error)
{
  g_autoptr (SyncDownloaded) set = downloaded_new ();
  AcquirerSale values = { 0 };
  g_autoptr (GBytes) data = NULL;
  SyncDownload outcome;

  if (!sync_line_connect (line, cancellable, error)
      || !sync_sign_in_ready (line, cancellable, error))
    return SYNC_DOWNLOAD_NO_ANSWER;
  outcome = kind == SYNC_DOWNLOAD_PARAMETERS
                ? ask_parameters (line, cancellable, report, set, error)
                : ask_entries (line, kind, cancellable, report, set, error);
  if (outcome == SYNC_DOWNLOAD_DONE)
    outcome = ask (line, kinds[kind].end, &values, cancellable, report, &data, error);
  if (outcome == SYNC_DOWNLOAD_DONE && !keep (line, kind, set, error))
    outcome = SYNC_DOWNLOAD_FAULT;
  return outcome;
}

SyncDownload
sync_download_run (SyncLine *line,
                   SyncDownloadKind kind,
                   GCancellable *cancellable,
                   SyncDownloadReport *report,
                   GError **error)
{
  const AcquirerProfile *profile = sync_line_profile (line);
  SyncDownload outcome;

  *report = (SyncDownloadReport){ 0 };
  if (acquirer_profile_role (profile, ACQUIRER_VALUE_DOWNLOAD) == 0
      || acquirer_profile_flow (profile, kinds[kind].status) == NULL
      || acquirer_profile_flow (profile, kinds[kind].piece) == NULL
      || acquirer_profile_flow (profile, kinds[kind].end) == NULL)
    return SYNC_DOWNLOAD_NOT_THERE;
  sync_line_take_turn (line, /* payment= */ FALSE);
  outcome = download (line, kind, cancellable, report, error);
  sync_line_end_turn (line, /* payment= */ FALSE);
  return outcome;
}

static void
heed_sign_in (SyncLine *line, GCancellable *cancellable)
{
  SyncSignInReport report;
  g_autoptr (GError) why = NULL;

  sync_line_take_turn (line, /* payment= */ FALSE);
  if (sync_line_connect (line, cancellable, &why)
      && sync_sign_in_run (line, cancellable, &report, &why) != SYNC_SIGN_IN_DONE)
    g_debug ("The host asked for a sign-in, and it came to nothing: %s",
             why != NULL ? why->message : report.code);
  sync_line_end_turn (line, /* payment= */ FALSE);
}

void
sync_download_heed (SyncLine *line, GCancellable *cancellable)
{
  if (sync_line_take_demand (line, ACQUIRER_DEMAND_SIGN_IN))
    heed_sign_in (line, cancellable);
  for (guint i = 0; i < SYNC_DOWNLOAD_KINDS; i++)
    {
      SyncDownloadReport report;
      g_autoptr (GError) why = NULL;

      if (!sync_line_take_demand (line, kinds[i].demand))
        continue;
      if (sync_download_run (line, (SyncDownloadKind)i, cancellable, &report, &why)
          != SYNC_DOWNLOAD_DONE)
        g_debug ("The host asked for a download of %s, and it came to nothing: %s", kinds[i].word,
                 why != NULL ? why->message : report.code);
    }
}
