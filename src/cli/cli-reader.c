/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-reader.h"

#include "checkout-words.h"
#include "cli-shop.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

#define TRAINING_CARD                                                                              \
  "%B4761739001010119^TRAINING/CARD^30122010000000000000?;4761739001010119=30122010000000000000?"

struct _CliReader
{
  const CliContext *context;
  GCancellable *cancellable;
  GMainContext *main; /* of the watcher alone */
  GThread *watcher;
  gint ended; /* atomic */
  gboolean asked;
};

static gboolean
on_give_up_cb (gpointer data)
{
  g_cancellable_cancel (data);
  return G_SOURCE_CONTINUE;
}

/* Turns the timeout and the signals while the caller blocks. No GMainLoop: one that is told to quit
 * before this thread has begun to run it would run for good. */
static gpointer
watch (gpointer data)
{
  CliReader *self = data;

  while (!g_atomic_int_get (&self->ended))
    g_main_context_iteration (self->main, /* may_block= */ TRUE);
  return NULL;
}

static void
add_source (CliReader *self, GSource *source)
{
  g_source_set_callback (source, on_give_up_cb, self->cancellable, NULL);
  g_source_attach (source, self->main);
  g_source_unref (source);
}

CliReader *
cli_reader_begin (CliContext *context, CheckoutShop *shop, GError **error)
{
  static const char *const cards[] = { TRAINING_CARD, NULL };
  CliReader *self;
  guint64 seconds;

  if (!cli_arguments_number (context->arguments, "card-timeout", 1, CLI_READER_TIMEOUT_MAX_S,
                             CLI_READER_TIMEOUT_S, &seconds, error))
    return NULL;
  if (shop->bench != NULL && !training_bench_set_cards (shop->bench, cards, error))
    return NULL;
  self = g_new0 (CliReader, 1);
  self->context = context;
  self->cancellable = g_cancellable_new ();
  self->main = g_main_context_new ();
  add_source (self, g_timeout_source_new_seconds ((guint)seconds));
  add_source (self, g_unix_signal_source_new (SIGINT));
  add_source (self, g_unix_signal_source_new (SIGTERM));
  self->watcher = g_thread_new ("till-cli-card", watch, self);
  return self;
}

void
cli_reader_end (CliReader *self)
{
  if (self == NULL)
    return;
  g_atomic_int_set (&self->ended, TRUE);
  g_main_context_wakeup (self->main);
  g_thread_join (self->watcher);
  g_main_context_unref (self->main);
  g_object_unref (self->cancellable);
  g_free (self);
}

GCancellable *
cli_reader_cancellable (CliReader *self)
{
  return self->cancellable;
}

void
cli_reader_notify (TillPaymentState state, const char *reason, gpointer data)
{
  CliReader *self = data;

  if (state != TILL_PAYMENT_STATE_WAITING_CARD)
    return;
  if (reason != NULL)
    cli_output_line (self->context, "%s", checkout_words_reason (reason, cli_shop_translate));
  else if (!self->asked)
    cli_output_line (self->context, "%s", _ ("Swipe the card."));
  self->asked = TRUE;
}
