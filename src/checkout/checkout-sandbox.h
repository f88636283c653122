/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sandbox acquirer as training mode runs it: the program till-acquirer as a child, with its
 * ledger in the training folder. Cutting the line ends it; bringing the line back starts it again
 * on the same port with the same ledger. Blocks shortly.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _CheckoutSandbox CheckoutSandbox;

/* Starts it; on return its certificates and keys lie in checkout_sandbox_tls_dir(). `port` 0 takes
 * a free one. */
CheckoutSandbox *checkout_sandbox_new (const char *dir, guint16 port, GError **error);
/* Ends the child. */
void checkout_sandbox_free (CheckoutSandbox *self);
guint16 checkout_sandbox_port (CheckoutSandbox *self);
const char *checkout_sandbox_tls_dir (CheckoutSandbox *self);
const char *checkout_sandbox_ledger (CheckoutSandbox *self);
gboolean checkout_sandbox_set_up (CheckoutSandbox *self, gboolean up, GError **error);
/* While it isn't answering it takes requests, charges, and says nothing: what comes of it is
 * unknown. Also while the line is cut; told at once when it is up. */
gboolean checkout_sandbox_set_answering (CheckoutSandbox *self, gboolean answering, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CheckoutSandbox, checkout_sandbox_free)

G_END_DECLS
