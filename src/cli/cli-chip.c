/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-chip.h"

#include "cli-shop.h"

#include "base-number.h"
#include "checkout-words.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <unistd.h>

#define LINE_MAX_BYTES 64

struct _CliChip
{
  TillPayment *payment;
  char *told;        /* the reason that was said last */
  guint input;       /* watches standard input while something is asked; 0: nothing is */
  gboolean was_sent; /* that the bank is asked was said */
};

static void
say (const char *words)
{
  fprintf (stderr, "%s\n", words);
}

static void
on_payment_notify_cb (CliChip *self, GParamSpec *spec, TillPayment *payment)
{
  const char *reason = till_payment_reason (payment);

  if (till_payment_state (payment) == TILL_PAYMENT_STATE_SENDING && !self->was_sent)
    {
      self->was_sent = TRUE;
      say (_ ("The bank is being asked."));
    }
  if (till_payment_state (payment) != TILL_PAYMENT_STATE_WAITING_CARD
      || (self->told != NULL && g_strcmp0 (reason, self->told) == 0))
    return;
  say (reason != NULL ? checkout_words_reason (reason, cli_shop_translate)
                      : _ ("Put the card into the reader, or swipe it."));
  g_free (self->told);
  self->told = g_strdup (reason != NULL ? reason : "");
}

/* A line that names none of them is passed over; the end of the input chooses none. */
static gboolean
on_input_cb (int fd, GIOCondition condition, gpointer data)
{
  CliChip *self = data;
  const char *const *names = till_payment_choices (self->payment);
  char line[LINE_MAX_BYTES + 1];
  gssize size = read (fd, line, LINE_MAX_BYTES);
  guint64 number;

  line[MAX (size, 0)] = '\0';
  if (names == NULL || size <= 0)
    {
      self->input = 0;
      till_payment_choose (self->payment, -1);
      return G_SOURCE_REMOVE;
    }
  if (!base_number_parse (g_strstrip (line), 10, 1, g_strv_length ((char **)names), &number))
    {
      say (_ ("Type one of the numbers, and Enter."));
      return G_SOURCE_CONTINUE;
    }
  self->input = 0;
  till_payment_choose (self->payment, (int)number - 1);
  return G_SOURCE_REMOVE;
}

static void
on_choices_cb (CliChip *self, GParamSpec *spec, TillPayment *payment)
{
  const char *const *names = till_payment_choices (payment);

  g_clear_handle_id (&self->input, g_source_remove);
  if (names == NULL)
    return;
  for (guint i = 0; names[i] != NULL; i++)
    fprintf (stderr, "  %u  %s\n", i + 1, names[i]);
  say (_ ("Type one of the numbers, and Enter."));
  self->input = g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP, on_input_cb, self);
}

CliChip *
cli_chip_new (TillPayment *payment)
{
  CliChip *self;

  if (isatty (STDERR_FILENO) == 0)
    return NULL;
  self = g_new0 (CliChip, 1);
  self->payment = g_object_ref (payment);
  g_signal_connect_swapped (payment, "notify::state", G_CALLBACK (on_payment_notify_cb), self);
  g_signal_connect_swapped (payment, "notify::reason", G_CALLBACK (on_payment_notify_cb), self);
  if (isatty (STDIN_FILENO) != 0)
    g_signal_connect_swapped (payment, "notify::choices", G_CALLBACK (on_choices_cb), self);
  return self;
}

void
cli_chip_free (CliChip *self)
{
  if (self == NULL)
    return;
  if (till_payment_leaves_card (self->payment))
    say (_ ("Take the card out of the reader."));
  g_signal_handlers_disconnect_by_data (self->payment, self);
  g_clear_handle_id (&self->input, g_source_remove);
  g_object_unref (self->payment);
  g_free (self->told);
  g_free (self);
}
