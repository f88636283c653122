/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypto-socket.h"

#include "crypto-error.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

typedef struct
{
  GList *addresses;
  GError *error;
  gboolean done;
} Lookup;

static gint64
time_left_us (gint64 deadline_us)
{
  return MAX (0, deadline_us - g_get_monotonic_time ());
}

static void
on_lookup_done_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Lookup *lookup = data;

  lookup->addresses
      = g_resolver_lookup_by_name_finish (G_RESOLVER (source), result, &lookup->error);
  lookup->done = TRUE;
}

static gboolean
on_timeout_cb (gpointer data)
{
  g_cancellable_cancel (data);
  return G_SOURCE_REMOVE;
}

static gboolean
on_cancelled_cb (GCancellable *cancellable, gpointer data)
{
  g_cancellable_cancel (data);
  return G_SOURCE_REMOVE;
}

/* Runs `source` in `context` until it is destroyed, with `inner` as what its callback cancels. */
static void
attach (GMainContext *context, GSource *source, GSourceFunc callback, GCancellable *inner)
{
  g_source_set_callback (source, callback, inner, NULL);
  g_source_attach (source, context);
}

/* The system's own look-up knows no deadline, so it runs on a thread of GLib's and is left behind
 * when time is up. */
static GList *
look_up (const char *host, gint64 deadline_us, GCancellable *cancellable, GError **error)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  g_autoptr (GCancellable) inner = g_cancellable_new ();
  g_autoptr (GSource) timer
      = g_timeout_source_new ((guint)MIN (time_left_us (deadline_us) / 1000, G_MAXINT));
  g_autoptr (GSource) cancelled
      = cancellable != NULL ? g_cancellable_source_new (cancellable) : NULL;
  Lookup lookup = { NULL, NULL, FALSE };

  g_main_context_push_thread_default (context);
  attach (context, timer, on_timeout_cb, inner);
  if (cancelled != NULL)
    attach (context, cancelled, G_SOURCE_FUNC (on_cancelled_cb), inner);
  g_resolver_lookup_by_name_async (resolver, host, inner, on_lookup_done_cb, &lookup);
  while (!lookup.done)
    g_main_context_iteration (context, TRUE);
  g_source_destroy (timer);
  if (cancelled != NULL)
    g_source_destroy (cancelled);
  g_main_context_pop_thread_default (context);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    g_clear_error (&lookup.error);
  else if (lookup.error != NULL)
    {
      CryptoError code
          = g_cancellable_is_cancelled (inner) ? CRYPTO_ERROR_DEADLINE : CRYPTO_ERROR_CONNECT;

      g_set_error (error, CRYPTO_ERROR, (int)code, _ ("No address for %s: %s"), host,
                   lookup.error->message);
      g_clear_error (&lookup.error);
    }
  else
    return lookup.addresses;
  g_resolver_free_addresses (lookup.addresses);
  return NULL;
}

static GList *
find_addresses (const char *host, gint64 deadline_us, GCancellable *cancellable, GError **error)
{
  GInetAddress *literal = g_inet_address_new_from_string (host);

  if (literal != NULL)
    return g_list_append (NULL, literal);
  return look_up (host, deadline_us, cancellable, error);
}

gboolean
crypto_socket_wait (GSocket *socket,
                    GIOCondition condition,
                    gint64 deadline_us,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (GError) reason = NULL;

  if (g_socket_condition_timed_wait (socket, condition, time_left_us (deadline_us), cancellable,
                                     &reason))
    return TRUE;
  if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    g_set_error_literal (error, CRYPTO_ERROR, CRYPTO_ERROR_DEADLINE,
                         _ ("The other side didn't answer in time"));
  else if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error (error, g_steal_pointer (&reason));
  else
    g_set_error_literal (error, CRYPTO_ERROR, CRYPTO_ERROR_CLOSED, reason->message);
  return FALSE;
}

static void
set_up (GSocket *socket)
{
  g_socket_set_blocking (socket, FALSE);
  g_socket_set_keepalive (socket, TRUE);
  /* A message is one small write: waiting for more of them would only add a round trip. */
  (void)g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
}

static GSocket *
connect_address (GInetAddress *address,
                 guint16 port,
                 gint64 deadline_us,
                 GCancellable *cancellable,
                 GError **error)
{
  g_autoptr (GSocketAddress) target = g_inet_socket_address_new (address, port);
  g_autoptr (GError) reason = NULL;
  g_autoptr (GSocket) socket = g_socket_new (g_inet_address_get_family (address),
                                             G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &reason);

  if (socket == NULL)
    {
      g_set_error_literal (error, CRYPTO_ERROR, CRYPTO_ERROR_CONNECT, reason->message);
      return NULL;
    }
  set_up (socket);
  if (g_socket_connect (socket, target, NULL, &reason))
    return g_steal_pointer (&socket);
  if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_PENDING))
    {
      g_clear_error (&reason);
      if (!crypto_socket_wait (socket, G_IO_OUT, deadline_us, cancellable, error))
        return NULL;
      if (g_socket_check_connect_result (socket, &reason))
        return g_steal_pointer (&socket);
    }
  g_set_error_literal (error, CRYPTO_ERROR, CRYPTO_ERROR_CONNECT, reason->message);
  return NULL;
}

/* The error, if any, is that of the last address. */
GSocket *
crypto_socket_connect (const char *host,
                       guint16 port,
                       gint64 deadline_us,
                       GCancellable *cancellable,
                       GError **error)
{
  g_autoptr (GError) reason = NULL;
  GList *addresses = find_addresses (host, deadline_us, cancellable, &reason);
  guint left = MIN (g_list_length (addresses), CRYPTO_SOCKET_ADDRESSES_MAX);
  GSocket *socket = NULL;

  for (GList *l = addresses; socket == NULL && left > 0; l = l->next, left--)
    {
      gint64 share_us = time_left_us (deadline_us) / left;

      g_clear_error (&reason);
      if (g_cancellable_set_error_if_cancelled (cancellable, &reason))
        break;
      socket = connect_address (l->data, port, g_get_monotonic_time () + share_us, cancellable,
                                &reason);
    }
  g_list_free_full (addresses, g_object_unref);
  if (socket == NULL)
    g_propagate_error (error, g_steal_pointer (&reason));
  return socket;
}

GSocket *
crypto_socket_adopt (int fd, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (GSocket) socket = g_socket_new_from_fd (fd, &reason);

  if (socket == NULL)
    {
      g_set_error_literal (error, CRYPTO_ERROR, CRYPTO_ERROR_CLOSED, reason->message);
      (void)g_close (fd, NULL);
      return NULL;
    }
  set_up (socket);
  return g_steal_pointer (&socket);
}
