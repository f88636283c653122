/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-probe.h"

#include "acquirer-error.h"
#include "acquirer-framing.h"
#include "base-check.h"
#include "crypto-error.h"
#include "iso8583.h"
#include "iso8583-frame.h"

#include <glib/gi18n.h>
#include <string.h>

#define READ_SIZE 1024

void
acquirer_probe_free (AcquirerProbe *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->sent, g_bytes_unref);
  g_clear_pointer (&self->received, g_bytes_unref);
  g_clear_pointer (&self->findings, g_ptr_array_unref);
  g_free (self);
}

G_GNUC_PRINTF (2, 3)
static void
find (AcquirerProbe *self, const char *format, ...)
{
  va_list list;

  va_start (list, format);
  g_ptr_array_add (self->findings, g_strdup_vprintf (format, list));
  va_end (list);
}

/* ---- Explaining ---- */

/* The first two bytes as a number in four ways of writing it. */
typedef struct
{
  gsize big;
  gsize little;
  gsize bcd;   /* 0 when they aren't digits */
  gsize ascii; /* of four characters; 0 when they aren't digits */
} Lengths;

static Lengths
read_lengths (BaseSpan bytes)
{
  Lengths lengths = { 0 };
  guint8 high = bytes.data[0], low = bytes.data[1];

  lengths.big = (gsize)high << 8 | low;
  lengths.little = (gsize)low << 8 | high;
  if (high >> 4 <= 9 && (high & 0x0F) <= 9 && low >> 4 <= 9 && (low & 0x0F) <= 9)
    lengths.bcd = (high >> 4) * 1000u + (high & 0x0Fu) * 100u + (low >> 4) * 10u + (low & 0x0Fu);
  for (gsize i = 0; bytes.size >= 4 && i < 4; i++)
    {
      if (!g_ascii_isdigit (bytes.data[i]))
        {
          lengths.ascii = 0;
          break;
        }
      lengths.ascii = lengths.ascii * 10 + (bytes.data[i] - '0');
    }
  return lengths;
}

static gboolean
starts_with (BaseSpan bytes, const char *text)
{
  return bytes.size >= strlen (text) && memcmp (bytes.data, text, strlen (text)) == 0;
}

/* An answer's MTI at the start, packed or in characters. */
static gboolean
is_mti (BaseSpan bytes)
{
  return (bytes.size >= 2 && bytes.data[0] >= 0x01 && bytes.data[0] <= 0x09
          && (bytes.data[1] & 0x1F) == 0x10)
         || (bytes.size >= 4 && bytes.data[0] == '0' && g_ascii_isdigit (bytes.data[1])
             && bytes.data[3] == '0');
}

/* What the length is, when it isn't what the profile says. */
static void
explain_length (AcquirerProbe *self, const Iso8583Dialect *dialect, BaseSpan bytes)
{
  Lengths lengths = read_lengths (bytes);

  if (starts_with (bytes, "HTTP/"))
    find (self,
          _ ("The host speaks HTTP: this isn't the port for ISO 8583, or the acquirer wraps its "
             "messages in HTTP."));
  else if (dialect->frame != ISO8583_FRAME_BINARY2 && lengths.big == bytes.size - 2)
    find (self, _ ("The length before the answer is two binary bytes: set frame = binary2."));
  else if (dialect->frame != ISO8583_FRAME_ASCII4 && bytes.size > 4
           && lengths.ascii == bytes.size - 4)
    find (self, _ ("The length before the answer is four characters: set frame = ascii4."));
  else if (dialect->frame != ISO8583_FRAME_BCD2 && lengths.bcd == bytes.size - 2)
    find (self, _ ("The length before the answer is packed digits: set frame = bcd2."));
  else if (lengths.big == bytes.size)
    find (self, _ ("The length before the answer counts its own two bytes: set frame = "
                   "binary2-inclusive."));
  else if (lengths.little == bytes.size - 2)
    find (self, _ ("The length before the answer has its low byte first."));
  else if (is_mti (bytes))
    find (self, _ ("The answer begins with an MTI: the host sends no length before it."));
  else if (bytes.data[0] == 0x60)
    find (self, _ ("The answer begins with 60, a TPDU: the host sends no length before it."));
  else
    find (self, _ ("The first bytes of the answer are no length that fits its %zu bytes."),
          bytes.size);
}

/* The length is right: what is wrong behind it? */
static void
explain_body (AcquirerProbe *self, AcquirerProfile *profile, const AcquirerMac *mac, BaseSpan body)
{
  const Iso8583Dialect *dialect = acquirer_profile_dialect (profile);
  g_autoptr (GError) error = NULL;
  g_autoptr (Iso8583Message) message = iso8583_unpack (profile, body, &error);

  if (message != NULL && acquirer_mac_check (mac, body, NULL))
    {
      const char *code = iso8583_message_get (message, 39);

      self->good = TRUE;
      find (self,
            acquirer_profile_has_mac (profile, iso8583_message_mti (message))
                ? _ ("The host answered %s with code %s and a good MAC.")
                : _ ("The host answered %s with code %s."),
            iso8583_message_mti (message), code != NULL ? code : "-");
      return;
    }
  if (message != NULL)
    {
      find (self, _ ("The answer can be read, but its MAC is wrong: the host has another MAC key "
                     "or algorithm."));
      return;
    }
  if (dialect->prefix_size == 0 && body.data[0] == 0x60)
    find (self, _ ("The answer begins with 60, a TPDU: the profile needs a prefix."));
  if (dialect->prefix_size > 0 && is_mti (body))
    find (self,
          _ ("The answer begins with its MTI: the host uses no TPDU or header, the profile does."));
  if (dialect->mti == ISO8583_ENCODING_BCD && dialect->prefix_size == 0 && is_mti (body)
      && body.data[0] == '0')
    find (self, _ ("The answer's MTI is written in characters: set mti = ascii."));
  find (self, _ ("The answer can't be read. %s."), error->message);
}

static void
explain_silence (AcquirerProbe *self, gboolean any)
{
  if (self->closed && any)
    find (self, _ ("The host took the message and hung up after a few bytes: it may want another "
                   "length or a TPDU before the message, or not know this terminal."));
  else if (self->closed)
    find (self, _ ("The host took the message and hung up: it may want another length or a TPDU "
                   "before the message, or not know this terminal."));
  else if (any)
    find (self, _ ("The host took the message and sent a few bytes only: it may wait for more, "
                   "because it reads another length before the message."));
  else
    find (self, _ ("The host took the message and said nothing: it may wait for more, because it "
                   "reads another length before the message."));
}

void
acquirer_probe_explain (AcquirerProbe *self, AcquirerProfile *profile, const AcquirerMac *mac)
{
  const Iso8583Dialect *dialect = acquirer_profile_dialect (profile);
  BaseSpan bytes = base_bytes_span (self->received), body;

  self->good = FALSE;
  g_ptr_array_set_size (self->findings, 0);
  if (bytes.size < 4)
    {
      explain_silence (self, bytes.size > 0);
      return;
    }
  body = iso8583_frame_strip (dialect, bytes);
  if (body.size == bytes.size)
    explain_length (self, dialect, bytes);
  else
    explain_body (self, profile, mac, body);
}

/* ---- Running ---- */

static gboolean
whole (const Iso8583Dialect *dialect, const GByteArray *received)
{
  BaseSpan bytes = BASE_SPAN (received->data, received->len);

  return received->len > 0 && iso8583_frame_strip (dialect, bytes).size != bytes.size;
}

/* Until there is one whole frame, the host hangs up, or the deadline. */
static void
listen_for (AcquirerProbe *self,
            const Iso8583Dialect *dialect,
            CryptoTlsStream *stream,
            gint64 deadline_us)
{
  GByteArray *received = g_byte_array_new ();

  while (received->len < ACQUIRER_PROBE_RECEIVED_MAX && !whole (dialect, received))
    {
      guint8 bytes[READ_SIZE];
      g_autoptr (GError) error = NULL;
      gssize size = crypto_tls_read (stream, bytes, sizeof bytes, deadline_us, &error);

      if (size <= 0)
        {
          self->closed = size == 0 || g_error_matches (error, CRYPTO_ERROR, CRYPTO_ERROR_CLOSED);
          break;
        }
      g_byte_array_append (received, bytes, (guint)size);
    }
  self->received = g_byte_array_free_to_bytes (received);
}

/* One message there and whatever comes back, written as `profile` has it. */
static gboolean
try_once (AcquirerProbe *self,
          AcquirerProfile *profile,
          const AcquirerProbeTarget *target,
          const Iso8583Message *message,
          GCancellable *cancellable,
          GError **error)
{
  const Iso8583Dialect *dialect = acquirer_profile_dialect (profile);
  CryptoTlsTarget line = { target->host, target->port, acquirer_profile_tls12 (profile) };
  gint64 now_us = g_get_monotonic_time ();
  guint answer_ms = MIN (acquirer_profile_answer_ms (profile), ACQUIRER_PROBE_ANSWER_MAX_MS);
  g_autoptr (AcquirerMac) mac = acquirer_mac_new (profile, target->mac_key);
  g_autoptr (GBytes) body = NULL;
  g_autoptr (CryptoTlsStream) stream = NULL;
  g_autoptr (GError) inner = NULL;
  gint64 deadline_us;
  gboolean any_left;

  acquirer_mac_set_master (mac, target->master_key);
  body = acquirer_mac_pack (mac, message, error);
  if (body == NULL)
    return FALSE;
  self->sent = iso8583_frame_wrap (dialect, base_bytes_span (body));
  stream = crypto_tls_connect (
      target->identity, &line,
      now_us + acquirer_profile_connect_ms (profile) * G_GINT64_CONSTANT (1000), cancellable,
      &inner);
  if (stream == NULL)
    {
      g_set_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_CONNECT,
                   _ ("No line to the acquirer's host: %s"), inner->message);
      return FALSE;
    }
  deadline_us = g_get_monotonic_time () + answer_ms * G_GINT64_CONSTANT (1000);
  crypto_tls_set_cancellable (stream, cancellable);
  if (crypto_tls_write (stream, base_bytes_span (self->sent), deadline_us, &any_left, NULL))
    listen_for (self, dialect, stream, deadline_us);
  else
    {
      self->closed = TRUE;
      self->received = g_bytes_new (NULL, 0);
    }
  acquirer_probe_explain (self, profile, mac);
  return TRUE;
}

/* The host doesn't answer as the profile has it: does it with one of the usual mistakes made? What
 * is found so goes before all else. The message moves no money, so it may be sent often. */
static void
try_framings (AcquirerProbe *self,
              AcquirerProfile *profile,
              const AcquirerProbeTarget *target,
              const Iso8583Message *message,
              GCancellable *cancellable)
{
  for (guint i = 0; i < ACQUIRER_FRAMING_COUNT && !g_cancellable_is_cancelled (cancellable); i++)
    {
      AcquirerFraming framing = (AcquirerFraming)i;
      g_autoptr (AcquirerProfile) varied = acquirer_framing_vary (framing, profile);
      g_autoptr (AcquirerProbe) other = g_new0 (AcquirerProbe, 1);

      other->findings = g_ptr_array_new_with_free_func (g_free);
      if (varied == NULL
          || !try_once (other, varied, target, message, cancellable, /* error= */ NULL)
          || !other->good)
        continue;
      g_ptr_array_insert (self->findings, 0, acquirer_framing_sentence (framing, profile));
      return;
    }
}

AcquirerProbe *
acquirer_probe_run (AcquirerProfile *profile,
                    const AcquirerProbeTarget *target,
                    const Iso8583Message *message,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (AcquirerProbe) self = g_new0 (AcquirerProbe, 1);

  base_check_may_block ();
  self->findings = g_ptr_array_new_with_free_func (g_free);
  if (!try_once (self, profile, target, message, cancellable, error))
    return NULL;
  if (!self->good)
    try_framings (self, profile, target, message, cancellable);
  return g_steal_pointer (&self);
}
