/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-server.h"

#include "crypto-error.h"
#include "iso8583-frame.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HANDSHAKE_US (10 * G_USEC_PER_SEC)
#define WRITE_US (10 * G_USEC_PER_SEC)
#define LOOK_US (G_USEC_PER_SEC / 10) /* how often a quiet line looks whether to stop */
#define BACKLOG 16
#define READ_SIZE 4096

struct _AcquirerServer
{
  AcquirerProfile *profile;
  AcquirerHost *host;
  CryptoTlsServer *tls;
  AcquirerFaults faults;
  int fd; /* -1 before listen */
  GMutex mutex;
  GCond idle;
  guint connections;
  GPtrArray *ended; /* GThread of connections that are over, to be joined */
  gboolean stopping;
};

typedef struct
{
  AcquirerServer *server;
  int fd;
  CryptoTlsStream *stream; /* NULL once the line is gone */
  GByteArray *inbox;
  GPtrArray *due; /* of Due, in no order */
} Connection;

/* Something to do later: handle a request, or say an answer. */
typedef struct
{
  gint64 at_us;
  GBytes *request; /* or NULL */
  GBytes *frame;   /* or NULL */
  AcquirerFaultDraw draw;
  gboolean repeat;
} Due;

static void
due_free (gpointer data)
{
  Due *self = data;

  g_clear_pointer (&self->request, g_bytes_unref);
  g_clear_pointer (&self->frame, g_bytes_unref);
  g_free (self);
}

AcquirerServer *
acquirer_server_new (AcquirerProfile *profile,
                     AcquirerHost *host,
                     CryptoTlsServer *tls,
                     const AcquirerFaults *faults)
{
  AcquirerServer *self = g_new0 (AcquirerServer, 1);

  self->profile = profile;
  self->host = host;
  self->tls = tls;
  self->faults = *faults;
  self->fd = -1;
  self->ended = g_ptr_array_new ();
  g_mutex_init (&self->mutex);
  g_cond_init (&self->idle);
  return self;
}

void
acquirer_server_free (AcquirerServer *self)
{
  if (self == NULL)
    return;
  g_assert (self->connections == 0);
  if (self->fd >= 0)
    close (self->fd);
  g_ptr_array_unref (self->ended);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->idle);
  g_free (self);
}

guint16
acquirer_server_listen (AcquirerServer *self, guint16 port, GError **error)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_port = htons (port),
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t size = sizeof address;
  int on = 1;

  self->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (self->fd >= 0 && setsockopt (self->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0
      && bind (self->fd, (struct sockaddr *)&address, sizeof address) == 0
      && listen (self->fd, BACKLOG) == 0
      && getsockname (self->fd, (struct sockaddr *)&address, &size) == 0)
    return ntohs (address.sin_port);
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "Port %u can't be listened on: %s",
               port, g_strerror (errno));
  return 0;
}

static gboolean
is_stopping (AcquirerServer *self)
{
  gboolean stopping;

  g_mutex_lock (&self->mutex);
  stopping = self->stopping;
  g_mutex_unlock (&self->mutex);
  return stopping;
}

/* ---- One connection ---- */

/* As a pulled cable does. */
static void
hang_up (Connection *self)
{
  g_clear_pointer (&self->stream, crypto_tls_drop);
}

static void
say (Connection *self, BaseSpan bytes)
{
  gboolean any_left;

  if (self->stream != NULL
      && !crypto_tls_write (self->stream, bytes, g_get_monotonic_time () + WRITE_US, &any_left,
                            NULL))
    hang_up (self);
}

/* Says an answer, or what the faults leave of it. */
static void
say_answer (Connection *self, GBytes *frame, const AcquirerFaultDraw *draw)
{
  BaseSpan span = base_bytes_span (frame);
  g_autofree guint8 *spoilt = g_memdup2 (span.data, span.size);

  if (draw->fault[ACQUIRER_FAULT_TRUNCATE])
    {
      say (self, BASE_SPAN (span.data, span.size / 2));
      hang_up (self);
      return;
    }
  if (draw->fault[ACQUIRER_FAULT_BAD_MAC])
    spoilt[span.size - 1] ^= 0x01;
  say (self, BASE_SPAN (spoilt, span.size));
  if (draw->fault[ACQUIRER_FAULT_DUPLICATE_ANSWER])
    say (self, BASE_SPAN (spoilt, span.size));
}

static void
postpone (Connection *self, Due *due, guint delay_ms)
{
  if (self->due->len >= ACQUIRER_SERVER_DUE_MAX)
    {
      due_free (due);
      return;
    }
  due->at_us = g_get_monotonic_time () + delay_ms * G_GINT64_CONSTANT (1000);
  g_ptr_array_add (self->due, due);
}

/* Has the request handled and its answer said, now or later. */
static void
handle (Connection *self, BaseSpan body, const AcquirerFaultDraw *draw, gboolean repeat)
{
  const AcquirerFaults *faults = &self->server->faults;
  AcquirerHostMood mood = { .decline = draw->fault[ACQUIRER_FAULT_DECLINE],
                            .repeat = repeat,
                            .now_unix_s = g_get_real_time () / G_USEC_PER_SEC,
                            .wrong_proof = draw->fault[ACQUIRER_FAULT_BAD_ARPC],
                            .wants_key = draw->fault[ACQUIRER_FAULT_KEY_CHANGE] };
  g_autoptr (GBytes) answer = acquirer_host_handle (self->server->host, body, &mood);
  g_autoptr (GBytes) frame = NULL;
  guint delay_ms = draw->fault[ACQUIRER_FAULT_LATE_ANSWER] ? faults->late_ms : faults->delay_ms;

  if (draw->fault[ACQUIRER_FAULT_CLOSE])
    hang_up (self);
  if (answer == NULL || draw->fault[ACQUIRER_FAULT_DROP_ANSWER])
    return;
  frame = iso8583_frame_wrap (acquirer_profile_dialect (self->server->profile),
                              base_bytes_span (answer));
  if (delay_ms == 0)
    say_answer (self, frame, draw);
  else
    {
      Due *due = g_new0 (Due, 1);

      due->frame = g_steal_pointer (&frame);
      due->draw = *draw;
      postpone (self, due, delay_ms);
    }
}

/* A request has come: what does it meet? */
static void
receive (Connection *self, BaseSpan body)
{
  AcquirerServer *server = self->server;
  char identity[ACQUIRER_HOST_IDENTITY_MAX];
  guint times = acquirer_host_recognise (server->host, body, identity);
  AcquirerFaultDraw draw;

  acquirer_faults_draw (&server->faults, identity, times, &draw);
  if (draw.fault[ACQUIRER_FAULT_CLOSE] && draw.close_early)
    hang_up (self);
  else if (draw.fault[ACQUIRER_FAULT_DROP_REQUEST])
    return;
  else if (draw.fault[ACQUIRER_FAULT_LATE_REQUEST])
    {
      Due *due = g_new0 (Due, 1);

      due->request = g_bytes_new (body.data, body.size);
      due->draw = draw;
      due->repeat = times > 0;
      postpone (self, due, server->faults.late_ms);
    }
  else
    handle (self, body, &draw, times > 0);
}

/* Does what is due; returns when the next thing is, or when to look again. */
static gint64
do_due (Connection *self)
{
  gint64 next_us = g_get_monotonic_time () + LOOK_US;

  for (guint i = 0; i < self->due->len;)
    {
      Due *due = g_ptr_array_index (self->due, i);

      if (due->at_us > g_get_monotonic_time ())
        {
          next_us = MIN (next_us, due->at_us);
          i++;
          continue;
        }
      due = g_ptr_array_steal_index (self->due, i);
      if (due->request != NULL)
        handle (self, base_bytes_span (due->request), &due->draw, due->repeat);
      else
        say_answer (self, due->frame, &due->draw);
      due_free (due);
    }
  return next_us;
}

/* Takes one whole frame out of the inbox. FALSE when there is none; bytes that are no frame end the
 * line. */
static gboolean
take_frame (Connection *self, GBytes **out_body)
{
  const Iso8583Dialect *dialect = acquirer_profile_dialect (self->server->profile);
  gsize head = iso8583_frame_head_size (dialect), body = 0;

  if (self->inbox->len < head)
    return FALSE;
  if (!iso8583_frame_read (dialect, BASE_SPAN (self->inbox->data, head), &body, NULL))
    {
      hang_up (self);
      return FALSE;
    }
  if (self->inbox->len < head + body)
    return FALSE;
  *out_body = g_bytes_new (&self->inbox->data[head], body);
  g_byte_array_remove_range (self->inbox, 0, (guint)(head + body));
  return TRUE;
}

static void
listen_until (Connection *self, gint64 until_us)
{
  guint8 bytes[READ_SIZE];
  g_autoptr (GError) error = NULL;
  gssize size = crypto_tls_read (self->stream, bytes, sizeof bytes, until_us, &error);
  GBytes *body;

  if (size == 0 || (size < 0 && !g_error_matches (error, CRYPTO_ERROR, CRYPTO_ERROR_DEADLINE)))
    hang_up (self);
  if (size > 0)
    g_byte_array_append (self->inbox, bytes, (guint)size);
  while (self->stream != NULL && take_frame (self, &body))
    {
      receive (self, base_bytes_span (body));
      g_bytes_unref (body);
    }
}

static void
converse (Connection *self)
{
  while (!is_stopping (self->server))
    {
      gint64 next_us = do_due (self);

      if (self->stream != NULL)
        listen_until (self, next_us);
      else if (self->due->len > 0)
        g_usleep ((gulong)MAX (next_us - g_get_monotonic_time (), 0));
      else
        break;
    }
}

static gpointer
connection_thread (gpointer data)
{
  Connection *self = data;
  AcquirerServer *server = self->server;

  self->stream = crypto_tls_server_accept (server->tls, self->fd,
                                           g_get_monotonic_time () + HANDSHAKE_US, NULL, NULL);
  if (self->stream != NULL)
    converse (self);
  g_clear_pointer (&self->stream, crypto_tls_free);
  g_byte_array_unref (self->inbox);
  g_ptr_array_unref (self->due);
  g_free (self);
  g_mutex_lock (&server->mutex);
  server->connections--;
  g_ptr_array_add (server->ended, g_thread_self ());
  g_cond_signal (&server->idle);
  g_mutex_unlock (&server->mutex);
  return NULL;
}

/* ---- All of them ---- */

/* A thread is over only when it is joined: OpenSSL cleans up behind one that ends, and so does the
 * program's own end. */
static void
join_ended (AcquirerServer *self)
{
  g_autoptr (GPtrArray) ended = g_ptr_array_new ();

  g_mutex_lock (&self->mutex);
  g_ptr_array_extend_and_steal (ended, g_steal_pointer (&self->ended));
  self->ended = g_ptr_array_new ();
  g_mutex_unlock (&self->mutex);
  for (guint i = 0; i < ended->len; i++)
    g_thread_join (ended->pdata[i]);
}

static void
take_connection (AcquirerServer *self)
{
  int fd = accept4 (self->fd, NULL, NULL, SOCK_CLOEXEC);
  Connection *connection;

  join_ended (self);
  if (fd < 0)
    return;
  g_mutex_lock (&self->mutex);
  if (self->connections >= ACQUIRER_SERVER_CONNECTIONS_MAX)
    {
      g_mutex_unlock (&self->mutex);
      close (fd);
      return;
    }
  self->connections++;
  g_mutex_unlock (&self->mutex);
  connection = g_new0 (Connection, 1);
  connection->server = self;
  connection->fd = fd;
  /* Else the second of several answers waits until the till has received the first. */
  (void)setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof (int));
  connection->inbox = g_byte_array_new ();
  connection->due = g_ptr_array_new_with_free_func (due_free);
  (void)g_thread_new ("connection", connection_thread, connection);
}

void
acquirer_server_run (AcquirerServer *self, int stop_fd)
{
  struct pollfd watched[]
      = { { .fd = self->fd, .events = POLLIN }, { .fd = stop_fd, .events = POLLIN } };

  while (watched[1].revents == 0)
    if (poll (watched, G_N_ELEMENTS (watched), -1) > 0 && watched[0].revents != 0)
      take_connection (self);
  g_mutex_lock (&self->mutex);
  self->stopping = TRUE;
  while (self->connections > 0)
    g_cond_wait (&self->idle, &self->mutex);
  g_mutex_unlock (&self->mutex);
  join_ended (self);
}
