/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Beside the three invariants of the header:
 * 4. A request is written to one connection only. A connection that turned out dead before its
 * first byte left is replaced once, and only while no other request is under way on it.
 * 5. A bad MAC, an unreadable frame or a broken line ends the connection and every request under
 * way on it.
 * 6. A request that got no answer in time leaves the connection up, so that its late answer can be
 * told from others; when nothing at all was heard over two deadlines in a row, the line is held for
 * dead.
 */
#include "acquirer-link.h"

#include "acquirer-mac.h"
#include "acquirer-message.h"
#include "base-check.h"
#include "crypto-error.h"
#include "iso8583.h"
#include "iso8583-frame.h"

#include <glib/gi18n.h>

#define READ_SIZE 4096
#define INBOX_SIZE (ISO8583_FRAME_HEAD_MAX + ISO8583_MESSAGE_MAX + READ_SIZE)
#define SILENCES_MAX 2
#define STRAYS_MAX 256 /* in one round: more is a host that talks without being asked */

struct _AcquirerLink
{
  AcquirerProfile *profile;
  char *host;
  guint16 port;
  CryptoTlsIdentity *identity;
  AcquirerMac *mac;
  CryptoTlsStream *stream; /* NULL while there is no line */
  GByteArray *inbox;       /* what has come and isn't a whole frame yet */
  guint silences;
  gint64 last_contact_us;
  guint64 stray_count;
  AcquirerLinkStray stray;
  gpointer stray_data;
};

/* One call's requests under way. */
typedef struct
{
  AcquirerLink *link;
  const Iso8583Message *const *requests;
  AcquirerResult *results;
  gint64 *sent_us; /* 0: not under way (not yet, or done) */
  guint count;
  guint next; /* the first one that wasn't tried yet */
  guint flying;
  guint strays;
  GCancellable *cancellable;
} Round;

AcquirerLink *
acquirer_link_new (AcquirerProfile *profile,
                   const char *host,
                   guint16 port,
                   CryptoTlsIdentity *identity,
                   const BaseSecret *mac_key)
{
  AcquirerLink *self = g_new0 (AcquirerLink, 1);

  g_assert (profile != NULL && host != NULL && identity != NULL);
  self->profile = acquirer_profile_ref (profile);
  self->host = g_strdup (host);
  self->port = port;
  self->identity = crypto_tls_identity_ref (identity);
  self->mac = acquirer_mac_new (profile, mac_key);
  self->inbox = g_byte_array_sized_new (INBOX_SIZE); /* growing would leave copies behind */
  return self;
}

void
acquirer_link_free (AcquirerLink *self)
{
  if (self == NULL)
    return;
  acquirer_link_drop (self);
  g_byte_array_unref (self->inbox);
  acquirer_mac_free (self->mac);
  crypto_tls_identity_unref (self->identity);
  g_free (self->host);
  acquirer_profile_unref (self->profile);
  g_free (self);
}

void
acquirer_link_set_mac_key (AcquirerLink *self, const BaseSecret *mac_key)
{
  acquirer_mac_set_key (self->mac, mac_key);
}

void
acquirer_link_set_master_key (AcquirerLink *self, const BaseSecret *master_key)
{
  acquirer_mac_set_master (self->mac, master_key);
}

void
acquirer_link_set_stray (AcquirerLink *self, AcquirerLinkStray callback, gpointer data)
{
  self->stray = callback;
  self->stray_data = data;
}

void
acquirer_link_drop (AcquirerLink *self)
{
  g_clear_pointer (&self->stream, crypto_tls_free);
  base_secret_wipe (self->inbox->data, self->inbox->len);
  g_byte_array_set_size (self->inbox, 0);
  self->silences = 0;
}

gint64
acquirer_link_last_contact_us (const AcquirerLink *self)
{
  return self->last_contact_us;
}

guint64
acquirer_link_stray_count (const AcquirerLink *self)
{
  return self->stray_count;
}

void
acquirer_result_clear (AcquirerResult *result)
{
  g_clear_pointer (&result->answer, iso8583_message_free);
  g_clear_error (&result->error);
}

/* Cancelling stays what it is; everything else gets our code and keeps its sentence. */
static void
translate (GError **error, AcquirerError code, const char *what, GError *inner)
{
  if (g_error_matches (inner, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error (error, inner);
  else
    {
      g_set_error (error, ACQUIRER_ERROR, code, _ ("%s: %s"), what, inner->message);
      g_error_free (inner);
    }
}

/* ---- Sending ---- */

static gboolean
connect_line (AcquirerLink *self, GCancellable *cancellable, GError **error)
{
  CryptoTlsTarget target = { self->host, self->port, acquirer_profile_tls12 (self->profile) };
  gint64 deadline_us = g_get_monotonic_time ()
                       + acquirer_profile_connect_ms (self->profile) * G_GINT64_CONSTANT (1000);
  GError *inner = NULL;

  acquirer_link_drop (self);
  self->stream = crypto_tls_connect (self->identity, &target, deadline_us, cancellable, &inner);
  if (self->stream == NULL)
    translate (error, ACQUIRER_ERROR_CONNECT, _ ("No line to the acquirer's host"), inner);
  return self->stream != NULL;
}

/* One try on the line as it is. */
static AcquirerExchange
write_frame (AcquirerLink *self, BaseSpan frame, GCancellable *cancellable, GError **error)
{
  gint64 deadline_us = g_get_monotonic_time ()
                       + acquirer_profile_answer_ms (self->profile) * G_GINT64_CONSTANT (1000);
  gboolean any_left = TRUE;
  GError *inner = NULL;

  crypto_tls_set_cancellable (self->stream, cancellable);
  if (crypto_tls_write (self->stream, frame, deadline_us, &any_left, &inner))
    return ACQUIRER_EXCHANGE_ANSWERED;
  translate (error, any_left ? ACQUIRER_ERROR_CLOSED : ACQUIRER_ERROR_CONNECT,
             _ ("The line broke while sending"), inner);
  return any_left ? ACQUIRER_EXCHANGE_NO_ANSWER : ACQUIRER_EXCHANGE_NOT_SENT;
}

gboolean
acquirer_link_connect (AcquirerLink *self, GCancellable *cancellable, GError **error)
{
  if (self->stream != NULL && crypto_tls_is_open (self->stream))
    return TRUE;
  return connect_line (self, cancellable, error);
}

/* ANSWERED here stands for: it is on its way. Writing looks first whether the line is still there,
 * so a stale one is found before a byte leaves. */
static AcquirerExchange
send_frame (AcquirerLink *self,
            BaseSpan frame,
            gboolean may_reconnect,
            GCancellable *cancellable,
            GError **error)
{
  gboolean stale = self->stream != NULL;
  AcquirerExchange exchange;
  g_autoptr (GError) first = NULL;

  if (self->stream == NULL && (!may_reconnect || !connect_line (self, cancellable, error)))
    return ACQUIRER_EXCHANGE_NOT_SENT;
  exchange = write_frame (self, frame, cancellable, &first);
  if (exchange == ACQUIRER_EXCHANGE_NOT_SENT && stale && may_reconnect
      && !g_cancellable_is_cancelled (cancellable))
    {
      g_clear_error (&first);
      if (!connect_line (self, cancellable, error))
        return ACQUIRER_EXCHANGE_NOT_SENT;
      exchange = write_frame (self, frame, cancellable, &first);
    }
  if (first != NULL)
    g_propagate_error (error, g_steal_pointer (&first));
  return exchange;
}

/* ---- Receiving ---- */

/* Waits for more bytes. */
static gboolean
fill_inbox (AcquirerLink *self, gint64 deadline_us, GError **error)
{
  guint8 bytes[READ_SIZE];
  GError *inner = NULL;
  gssize size = crypto_tls_read (self->stream, bytes, sizeof bytes, deadline_us, &inner);

  if (size > 0)
    {
      g_byte_array_append (self->inbox, bytes, (guint)size);
      base_secret_wipe (bytes, (gsize)size);
      return TRUE;
    }
  if (size == 0)
    g_set_error_literal (error, ACQUIRER_ERROR, ACQUIRER_ERROR_CLOSED,
                         _ ("The host closed the line before its answer"));
  else if (g_error_matches (inner, CRYPTO_ERROR, CRYPTO_ERROR_DEADLINE))
    translate (error, ACQUIRER_ERROR_TIMEOUT, _ ("The host didn't answer in time"), inner);
  else
    translate (error, ACQUIRER_ERROR_CLOSED, _ ("The line broke before the host's answer"), inner);
  return FALSE;
}

/* The whole frames in the inbox begin with its first byte; TRUE when there is one, with the size of
 * its parts. */
static gboolean
frame_ready (AcquirerLink *self, gsize *out_head, gsize *out_body, GError **error)
{
  const Iso8583Dialect *dialect = acquirer_profile_dialect (self->profile);

  *out_head = iso8583_frame_head_size (dialect);
  *out_body = 0;
  if (self->inbox->len < *out_head)
    return FALSE;
  return iso8583_frame_read (dialect, BASE_SPAN (self->inbox->data, *out_head), out_body, error)
         && self->inbox->len >= *out_head + *out_body;
}

/* The next message with a good MAC. Every error but TIMEOUT and cancelling means that the line is
 * of no more use. */
static Iso8583Message *
receive (AcquirerLink *self, gint64 deadline_us, GError **error)
{
  gsize head, body;
  GError *inner = NULL;
  Iso8583Message *message = NULL;
  BaseSpan span;

  while (!frame_ready (self, &head, &body, &inner))
    if (inner != NULL || !fill_inbox (self, deadline_us, &inner))
      {
        g_propagate_error (error, inner);
        return NULL;
      }
  span = BASE_SPAN (&self->inbox->data[head], body);
  if (acquirer_mac_check (self->mac, span, error))
    message = iso8583_unpack (self->profile, span, error);
  g_byte_array_remove_range (self->inbox, 0, (guint)(head + body));
  if (message != NULL)
    {
      self->last_contact_us = g_get_monotonic_time ();
      self->silences = 0;
    }
  return message;
}

/* ---- A round ---- */

static void
finish (Round *round, guint index, AcquirerExchange exchange, GError *error)
{
  if (round->sent_us[index] != 0)
    round->flying--;
  round->sent_us[index] = 0;
  round->results[index].exchange = exchange;
  round->results[index].error = error;
}

/* The line is gone: what flies has no answer, what was never tried wasn't sent. */
static void
finish_all (Round *round, const GError *error)
{
  for (guint i = 0; i < round->next; i++)
    if (round->sent_us[i] != 0)
      finish (round, i, ACQUIRER_EXCHANGE_NO_ANSWER, g_error_copy (error));
  for (; round->next < round->count; round->next++)
    finish (round, round->next, ACQUIRER_EXCHANGE_NOT_SENT, g_error_copy (error));
  g_assert (round->flying == 0);
}

static void
lose_line (Round *round, const GError *error)
{
  acquirer_link_drop (round->link);
  finish_all (round, error);
}

/* Puts the next request on the line. */
static void
launch (Round *round)
{
  AcquirerLink *self = round->link;
  guint index = round->next++;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = acquirer_mac_pack (self->mac, round->requests[index], &error);
  g_autoptr (GBytes) frame = NULL;
  AcquirerExchange exchange;

  if (body == NULL)
    {
      finish (round, index, ACQUIRER_EXCHANGE_NOT_SENT, g_steal_pointer (&error));
      return;
    }
  frame = iso8583_frame_wrap (acquirer_profile_dialect (self->profile), base_bytes_span (body));
  exchange
      = send_frame (self, base_bytes_span (frame), round->flying == 0, round->cancellable, &error);
  if (exchange == ACQUIRER_EXCHANGE_ANSWERED)
    {
      round->sent_us[index] = g_get_monotonic_time ();
      round->flying++;
      return;
    }
  finish (round, index, exchange, g_error_copy (error));
  lose_line (round, error);
}

/* The request that has waited longest. */
static guint
oldest (const Round *round)
{
  guint found = round->next;

  for (guint i = 0; i < round->next; i++)
    if (round->sent_us[i] != 0
        && (found == round->next || round->sent_us[i] < round->sent_us[found]))
      found = i;
  g_assert (found < round->next);
  return found;
}

/* Gives an answer to the request that it belongs to, or to nobody. */
static void
deliver (Round *round, Iso8583Message *answer)
{
  AcquirerLink *self = round->link;

  for (guint i = 0; i < round->next; i++)
    if (round->sent_us[i] != 0
        && acquirer_message_matches (self->profile, round->requests[i], answer))
      {
        round->results[i].answer = answer;
        finish (round, i, ACQUIRER_EXCHANGE_ANSWERED, NULL);
        return;
      }
  self->stray_count++;
  round->strays++;
  if (self->stray != NULL)
    self->stray (answer, self->stray_data);
  iso8583_message_free (answer);
}

static void
give_up (Round *round, guint index, GError *error)
{
  AcquirerLink *self = round->link;
  gboolean silent = self->last_contact_us < round->sent_us[index];
  g_autoptr (GError) copy = g_error_copy (error);

  finish (round, index, ACQUIRER_EXCHANGE_NO_ANSWER, error);
  if (silent && ++self->silences >= SILENCES_MAX)
    lose_line (round, copy);
}

/* Waits for one answer, at most until the oldest request's deadline. */
static void
land (Round *round)
{
  AcquirerLink *self = round->link;
  guint index = oldest (round);
  gint64 deadline_us = round->sent_us[index]
                       + acquirer_profile_answer_ms (self->profile) * G_GINT64_CONSTANT (1000);
  GError *error = NULL;
  Iso8583Message *answer = receive (self, deadline_us, &error);

  if (answer != NULL && round->strays < STRAYS_MAX)
    deliver (round, answer);
  else if (answer != NULL)
    {
      iso8583_message_free (answer);
      error = g_error_new_literal (ACQUIRER_ERROR, ACQUIRER_ERROR_CLOSED,
                                   _ ("The host sends answers that nobody asked for"));
      give_up (round, index, g_error_copy (error));
      lose_line (round, error);
      g_error_free (error);
    }
  else if (g_error_matches (error, ACQUIRER_ERROR, ACQUIRER_ERROR_TIMEOUT))
    give_up (round, index, error);
  else
    {
      lose_line (round, error);
      g_error_free (error);
    }
}

void
acquirer_link_exchange_many (AcquirerLink *self,
                             const Iso8583Message *const *requests,
                             guint count,
                             GCancellable *cancellable,
                             AcquirerResult *results)
{
  g_autofree gint64 *sent_us = g_new0 (gint64, count);
  Round round = { .link = self,
                  .requests = requests,
                  .results = results,
                  .sent_us = sent_us,
                  .count = count,
                  .cancellable = cancellable };
  GError *cancelled = NULL;

  base_check_may_block ();
  for (guint i = 0; i < count; i++)
    results[i] = (AcquirerResult){ 0 };
  while (round.next < count || round.flying > 0)
    if (g_cancellable_set_error_if_cancelled (cancellable, &cancelled))
      {
        lose_line (&round, cancelled);
        g_clear_error (&cancelled);
      }
    else if (round.next < count && round.flying < acquirer_profile_in_flight (self->profile))
      launch (&round);
    else
      land (&round);
  if (self->stream != NULL)
    crypto_tls_set_cancellable (self->stream, NULL);
}

AcquirerExchange
acquirer_link_exchange (AcquirerLink *self,
                        const Iso8583Message *request,
                        GCancellable *cancellable,
                        Iso8583Message **out_answer,
                        GError **error)
{
  AcquirerResult result;

  acquirer_link_exchange_many (self, &request, 1, cancellable, &result);
  if (result.exchange == ACQUIRER_EXCHANGE_ANSWERED)
    *out_answer = result.answer;
  else
    g_propagate_error (error, result.error);
  return result.exchange;
}
