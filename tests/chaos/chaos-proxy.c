/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chaos-proxy.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#define LOOK_MS 20
#define BACKLOG 16
#define CARRY_BYTES 2048
/* A handshake takes some 2 KB each way; half of the breaks lie in it, half in records after it. */
#define BREAK_BYTES_MAX 6000
#define SILENCE_LOOKS (5000 / LOOK_MS)

struct _ChaosProxy
{
  int fd;
  guint16 port;
  GThread *thread;
  GMutex mutex; /* of all that follows */
  GCond ended;
  guint16 host_port;
  guint chance;
  guint32 seed;
  guint number; /* of connections since the seed was set */
  guint plugs;  /* connections of an earlier plug are reset */
  gboolean in, stopping;
  guint connections;
  guint hits[CHAOS_LINE_COUNT];
};

typedef struct
{
  ChaosProxy *proxy;
  int till, host;
  guint plugs;
  ChaosLine line;
  gsize after;      /* bytes before it breaks */
  gsize carried[2]; /* of the till's, of the host's */
  guint bit;
} Connection;

static int
make_socket (guint16 port, struct sockaddr_in *out_address)
{
  *out_address = (struct sockaddr_in){ .sin_family = AF_INET,
                                       .sin_port = htons (port),
                                       .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  return socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

/* As a line that is cut: with a reset, without a good-bye. */
static void
cut (int *fd)
{
  const struct linger at_once = { 1, 0 };

  if (*fd < 0)
    return;
  (void)setsockopt (*fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close (*fd);
  *fd = -1;
}

static void
hit (ChaosProxy *self, ChaosLine line)
{
  g_mutex_lock (&self->mutex);
  self->hits[line]++;
  g_mutex_unlock (&self->mutex);
}

/* ---- one connection ---- */

static gboolean
is_over (Connection *self)
{
  gboolean over;

  g_mutex_lock (&self->proxy->mutex);
  over = self->proxy->stopping || self->plugs != self->proxy->plugs;
  g_mutex_unlock (&self->proxy->mutex);
  return over;
}

/* Until the till gives up. */
static void
keep_silent (Connection *self)
{
  guint8 bytes[CARRY_BYTES];
  struct pollfd watched = { .fd = self->till, .events = POLLIN };

  for (guint looks = 0; looks < SILENCE_LOOKS && !is_over (self); looks++)
    if (poll (&watched, 1, LOOK_MS) > 0 && recv (self->till, bytes, sizeof bytes, 0) <= 0)
      return;
}

static gboolean
send_all (int fd, const guint8 *bytes, gsize size)
{
  while (size > 0)
    {
      ssize_t sent = send (fd, bytes, size, MSG_NOSIGNAL);

      if (sent <= 0)
        return FALSE;
      bytes += sent;
      size -= (gsize)sent;
    }
  return TRUE;
}

static gboolean
breaks_here (const Connection *self, guint way, gsize size)
{
  gboolean up = self->line == CHAOS_LINE_RESET_UP || self->line == CHAOS_LINE_FLIP_UP,
           down = self->line == CHAOS_LINE_RESET_DOWN || self->line == CHAOS_LINE_FLIP_DOWN;

  if (self->line == CHAOS_LINE_HANG)
    return self->carried[0] + self->carried[1] + size > self->after;
  return ((up && way == 0) || (down && way == 1)) && self->carried[way] <= self->after
         && self->carried[way] + size > self->after;
}

/* From the till to the host (way 0), or back. FALSE: the connection is over. */
static gboolean
carry (Connection *self, guint way)
{
  guint8 bytes[CARRY_BYTES];
  ssize_t size = recv (way == 0 ? self->till : self->host, bytes, sizeof bytes, 0);
  int to = way == 0 ? self->host : self->till;
  gsize left;

  if (size <= 0)
    return FALSE;
  left = (gsize)size;
  if (breaks_here (self, way, left))
    {
      gsize before = self->after - MIN (self->carried[way], self->after);

      hit (self->proxy, self->line);
      switch ((guint)self->line)
        {
        case CHAOS_LINE_FLIP_UP:
        case CHAOS_LINE_FLIP_DOWN:
          bytes[before] ^= (guint8)(1 << self->bit);
          break;
        case CHAOS_LINE_HANG:
          keep_silent (self);
          return FALSE;
        default:
          (void)send_all (to, bytes, before);
          return FALSE;
        }
    }
  self->carried[way] += left;
  return send_all (to, bytes, left);
}

static gboolean
reach_host (Connection *self)
{
  struct sockaddr_in address;
  const int on = 1;
  guint16 port;

  g_mutex_lock (&self->proxy->mutex);
  port = self->proxy->host_port;
  g_mutex_unlock (&self->proxy->mutex);
  self->host = make_socket (port, &address);
  if (connect (self->host, (struct sockaddr *)&address, sizeof address) != 0)
    return FALSE;
  (void)setsockopt (self->host, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  (void)setsockopt (self->till, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return TRUE;
}

static void
converse (Connection *self)
{
  gboolean open = reach_host (self);

  while (open && !is_over (self))
    {
      struct pollfd watched[]
          = { { .fd = self->till, .events = POLLIN }, { .fd = self->host, .events = POLLIN } };

      if (poll (watched, G_N_ELEMENTS (watched), LOOK_MS) <= 0)
        continue;
      for (guint way = 0; way < 2 && open; way++)
        if (watched[way].revents != 0)
          open = carry (self, way);
    }
}

static gpointer
connection_thread (gpointer data)
{
  static const guint8 rubbish[] = "HTTP/1.0 400 Bad Request\r\n\r\n";
  Connection *self = data;
  ChaosProxy *proxy = self->proxy;

  if (self->line == CHAOS_LINE_REFUSE || self->line == CHAOS_LINE_SILENT
      || self->line == CHAOS_LINE_RUBBISH)
    hit (proxy, self->line);
  switch ((guint)self->line)
    {
    case CHAOS_LINE_REFUSE:
      break;
    case CHAOS_LINE_SILENT:
      keep_silent (self);
      break;
    case CHAOS_LINE_RUBBISH:
      (void)send_all (self->till, rubbish, sizeof rubbish - 1);
      keep_silent (self);
      break;
    default:
      converse (self);
      break;
    }
  cut (&self->till);
  cut (&self->host);
  g_free (self);
  g_mutex_lock (&proxy->mutex);
  proxy->connections--;
  g_cond_signal (&proxy->ended);
  g_mutex_unlock (&proxy->mutex);
  return NULL;
}

/* ---- all of them ---- */

/* With the mutex. */
static void
draw (ChaosProxy *self, Connection *connection)
{
  const guint32 seeds[] = { self->seed, self->number++ };
  g_autoptr (GRand) random = g_rand_new_with_seed_array (seeds, G_N_ELEMENTS (seeds));

  connection->line = CHAOS_LINE_GOOD;
  if ((guint)g_rand_int_range (random, 0, 1000) < self->chance)
    connection->line = (ChaosLine)g_rand_int_range (random, CHAOS_LINE_GOOD + 1, CHAOS_LINE_COUNT);
  connection->after = (gsize)g_rand_int_range (random, 0, BREAK_BYTES_MAX);
  connection->bit = (guint)g_rand_int_range (random, 0, 8);
}

static void
take_connection (ChaosProxy *self, int fd)
{
  Connection *connection = g_new0 (Connection, 1);

  connection->proxy = self;
  connection->till = fd;
  connection->host = -1;
  g_mutex_lock (&self->mutex);
  draw (self, connection);
  connection->plugs = self->plugs;
  self->connections++;
  g_mutex_unlock (&self->mutex);
  g_thread_unref (g_thread_new ("line", connection_thread, connection));
}

static gpointer
listen_thread (gpointer data)
{
  ChaosProxy *self = data;

  for (;;)
    {
      struct pollfd watched = { .fd = self->fd, .events = POLLIN };
      int ready = poll (&watched, 1, LOOK_MS), fd = -1;
      gboolean stopping, in;

      g_mutex_lock (&self->mutex);
      stopping = self->stopping;
      in = self->in;
      g_mutex_unlock (&self->mutex);
      if (stopping)
        return NULL;
      if (ready > 0 && in)
        fd = accept4 (self->fd, NULL, NULL, SOCK_CLOEXEC);
      else if (ready > 0)
        g_usleep (LOOK_MS * 1000); /* a socket that doesn't listen is always ready */
      if (fd >= 0)
        take_connection (self, fd);
    }
}

/* A port of this socket's own also while it doesn't listen: only one that was asked for by number
 * stays bound then, so one is found first. */
static int
bind_firmly (guint16 *out_port)
{
  struct sockaddr_in address;
  socklen_t size = sizeof address;
  const int on = 1;
  int finder = make_socket (0, &address), fd;

  g_assert_cmpint (bind (finder, (struct sockaddr *)&address, size), ==, 0);
  g_assert_cmpint (getsockname (finder, (struct sockaddr *)&address, &size), ==, 0);
  close (finder);
  *out_port = ntohs (address.sin_port);
  fd = make_socket (*out_port, &address);
  g_assert_cmpint (setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), ==, 0);
  g_assert_cmpint (fcntl (fd, F_SETFL, O_NONBLOCK), ==, 0);
  if (bind (fd, (struct sockaddr *)&address, sizeof address) == 0)
    return fd;
  close (fd);
  return -1;
}

ChaosProxy *
chaos_proxy_new (void)
{
  ChaosProxy *self = g_new0 (ChaosProxy, 1);

  g_mutex_init (&self->mutex);
  g_cond_init (&self->ended);
  self->fd = -1;
  while (self->fd < 0)
    self->fd = bind_firmly (&self->port);
  g_assert_cmpint (listen (self->fd, BACKLOG), ==, 0);
  self->in = TRUE;
  self->thread = g_thread_new ("lines", listen_thread, self);
  return self;
}

void
chaos_proxy_free (ChaosProxy *self)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->mutex);
  self->stopping = TRUE;
  g_mutex_unlock (&self->mutex);
  g_thread_join (self->thread);
  g_mutex_lock (&self->mutex);
  while (self->connections > 0)
    g_cond_wait (&self->ended, &self->mutex);
  g_mutex_unlock (&self->mutex);
  close (self->fd);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->ended);
  g_free (self);
}

guint16
chaos_proxy_port (ChaosProxy *self)
{
  return self->port;
}

void
chaos_proxy_lead (ChaosProxy *self, guint16 port)
{
  g_mutex_lock (&self->mutex);
  self->host_port = port;
  g_mutex_unlock (&self->mutex);
}

void
chaos_proxy_trouble (ChaosProxy *self, guint chance, guint32 seed)
{
  g_mutex_lock (&self->mutex);
  self->chance = chance;
  self->seed = seed;
  self->number = 0;
  g_mutex_unlock (&self->mutex);
}

/* The socket keeps its port: nobody else can take it while it doesn't listen. */
void
chaos_proxy_plug (ChaosProxy *self, gboolean in)
{
  g_mutex_lock (&self->mutex);
  if (self->in != in)
    {
      self->in = in;
      self->plugs++;
      if (in)
        g_assert_cmpint (listen (self->fd, BACKLOG), ==, 0);
      else
        (void)shutdown (self->fd, SHUT_RDWR);
    }
  g_mutex_unlock (&self->mutex);
}

void
chaos_proxy_hits (ChaosProxy *self, guint *out_hits)
{
  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < CHAOS_LINE_COUNT; i++)
    out_hits[i] = self->hits[i];
  g_mutex_unlock (&self->mutex);
}
