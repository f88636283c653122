/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The line between a till and its acquirer, which breaks as real ones do: it refuses, answers
 * nothing, answers rubbish instead of TLS, is reset in the middle of a record, goes silent, or
 * flips a bit. Which connection meets what follows from the seed and the connection's number. A
 * thread of its own for each connection; whoever makes it frees it.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  CHAOS_LINE_GOOD,
  CHAOS_LINE_REFUSE,     /* taken and reset at once */
  CHAOS_LINE_SILENT,     /* taken, and nothing more */
  CHAOS_LINE_RUBBISH,    /* no TLS on the other side */
  CHAOS_LINE_RESET_UP,   /* reset after so many bytes of the till's */
  CHAOS_LINE_RESET_DOWN, /* reset after so many bytes of the host's */
  CHAOS_LINE_HANG,       /* carries nothing more after so many bytes */
  CHAOS_LINE_FLIP_UP,    /* one bit of the till's is changed */
  CHAOS_LINE_FLIP_DOWN,
  CHAOS_LINE_COUNT,
} ChaosLine;

typedef struct _ChaosProxy ChaosProxy;

ChaosProxy *chaos_proxy_new (void);
void chaos_proxy_free (ChaosProxy *self);
/* Where the till connects. */
guint16 chaos_proxy_port (ChaosProxy *self);
/* Where the host is from now on. */
void chaos_proxy_lead (ChaosProxy *self, guint16 port);
/* Of each connection from now on; 0 is a good line. In thousandths. */
void chaos_proxy_trouble (ChaosProxy *self, guint chance, guint32 seed);
/* A pulled plug: nobody listens, and what is open is reset. */
void chaos_proxy_plug (ChaosProxy *self, gboolean in);
/* How often each of them has come to pass; CHAOS_LINE_COUNT numbers. */
void chaos_proxy_hits (ChaosProxy *self, guint *out_hits);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChaosProxy, chaos_proxy_free)

G_END_DECLS
