/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "till-private.h"

#include "checkout-sandbox.h"
#include "sync-download.h"

#define PAPER_POLL_MS 200
#define PAPER_BITS_A_BYTE 8
#define N_(text) text

/* Made-up cards from public test ranges; none belongs to anybody. `tracks` stands beside in the
 * same order. */
static const TillBenchCard cards[] = {
  { "visa", N_ ("Visa test card"), "476173******0119" },
  { "unionpay", N_ ("UnionPay test card"), "620000******0005" },
  { "mastercard", N_ ("Mastercard test card"), "541333******4111" },
  { "expired", N_ ("Expired card, declined"), "476173******0119" },
  { "chip", N_ ("Chip card"), "620000******0013" },
  { "chip-several", N_ ("Chip card, several applications"), "620000******0120" },
  { "chip-refusing", N_ ("Chip card that refuses"), "620000******0070" },
};

static const char *const tracks[] = {
  "%B4761739001010119^TRAINING/CARD^30122010000000000000?;4761739001010119=30122010000000000000?",
  "%B6200000000000005^TRAINING/CARD^30122010000000000000?;6200000000000005=30122010000000000000?",
  "%B5413330089604111^TRAINING/CARD^30122010000000000000?;5413330089604111=30122010000000000000?",
  "%B4761739001010119^TRAINING/CARD^20012010000000000000?;4761739001010119=20012010000000000000?",
};

/* The rest are chips, of these kinds. */
static const char *const kinds[] = { "cda", "applications", "always-decline" };

G_STATIC_ASSERT (G_N_ELEMENTS (cards) == G_N_ELEMENTS (tracks) + G_N_ELEMENTS (kinds));

struct _TillBench
{
  GObject parent;
  TillStation *station; /* borrowed: the station owns the bench; NULL once it is closed */
  TrainingBench *bench; /* borrowed; NULL likewise */
  guint poll, counter;
  const char *kind; /* of the chip card that was put in last */
  gboolean paper_in, cover_open, printer_plugged, reader_plugged, line_up, answers_come;
};

enum
{
  PROP_0,
  PROP_PAPER_IN,
  PROP_COVER_OPEN,
  PROP_PRINTER_PLUGGED,
  PROP_READER_PLUGGED,
  PROP_LINE_UP,
  PROP_ANSWERS_COME,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];
static guint signal_paper_changed;

G_DEFINE_FINAL_TYPE (TillBench, till_bench, G_TYPE_OBJECT)

static gboolean *
place_of (TillBench *self, guint id)
{
  switch (id)
    {
    case PROP_PAPER_IN:
      return &self->paper_in;
    case PROP_COVER_OPEN:
      return &self->cover_open;
    case PROP_PRINTER_PLUGGED:
      return &self->printer_plugged;
    case PROP_READER_PLUGGED:
      return &self->reader_plugged;
    case PROP_LINE_UP:
      return &self->line_up;
    case PROP_ANSWERS_COME:
      return &self->answers_come;
    default:
      return NULL;
    }
}

typedef struct
{
  CheckoutSandbox *sandbox;
  gboolean up, answers;
} LineSwitch;

static void
line_job (GTask *task, gpointer data)
{
  LineSwitch *wanted = data;
  GError *error = NULL;

  if (checkout_sandbox_set_answering (wanted->sandbox, wanted->answers, &error)
      && checkout_sandbox_set_up (wanted->sandbox, wanted->up, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, till_error_take (error));
}

static void
on_line_switched_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  TillBench *self = TILL_BENCH (source);
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error) && self->line_up)
    {
      g_debug ("The sandbox acquirer did not come back: %s", error->message);
      self->line_up = FALSE;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LINE_UP]);
    }
}

static void
switch_line (TillBench *self)
{
  CheckoutShop *shop = till_station_shop (self->station);
  GTask *task = g_task_new (self, NULL, on_line_switched_cb, NULL);
  LineSwitch *wanted = g_new0 (LineSwitch, 1);

  *wanted = (LineSwitch){ shop->sandbox, self->line_up, self->answers_come };
  g_task_set_task_data (task, wanted, g_free);
  till_station_push (self->station, TILL_WORKER_STORE, task, line_job);
}

static void
act (TillBench *self, guint id)
{
  switch (id)
    {
    case PROP_PAPER_IN:
      training_bench_set_paper (self->bench, self->paper_in);
      break;
    case PROP_COVER_OPEN:
      training_bench_set_cover (self->bench, self->cover_open);
      break;
    case PROP_PRINTER_PLUGGED:
      training_bench_plug (self->bench, TRAINING_PRINTER, self->printer_plugged);
      break;
    case PROP_READER_PLUGGED:
      training_bench_plug (self->bench, TRAINING_STRIPE, self->reader_plugged);
      training_bench_plug (self->bench, TRAINING_CHIP_READER, self->reader_plugged);
      break;
    default:
      switch_line (self);
    }
}

static void
till_bench_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  gboolean *place = place_of (TILL_BENCH (object), id);

  if (place != NULL)
    g_value_set_boolean (value, *place);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
till_bench_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  TillBench *self = TILL_BENCH (object);
  gboolean *place = place_of (self, id), wanted = g_value_get_boolean (value);

  if (place == NULL)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
      return;
    }
  if (*place == wanted)
    return;
  *place = wanted;
  if (self->bench != NULL)
    act (self, id);
  g_object_notify_by_pspec (object, spec);
}

static void
till_bench_dispose (GObject *object)
{
  g_clear_handle_id (&TILL_BENCH (object)->poll, g_source_remove);
  G_OBJECT_CLASS (till_bench_parent_class)->dispose (object);
}

static void
install_switch (guint id, const char *name, gboolean otherwise)
{
  properties[id]
      = g_param_spec_boolean (name, NULL, NULL, otherwise,
                              G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
}

static void
till_bench_class_init (TillBenchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = till_bench_get_property;
  object_class->set_property = till_bench_set_property;
  object_class->dispose = till_bench_dispose;
  install_switch (PROP_PAPER_IN, "paper-in", TRUE);
  install_switch (PROP_COVER_OPEN, "cover-open", FALSE);
  install_switch (PROP_PRINTER_PLUGGED, "printer-plugged", TRUE);
  install_switch (PROP_READER_PLUGGED, "reader-plugged", TRUE);
  install_switch (PROP_LINE_UP, "line-up", TRUE);
  install_switch (PROP_ANSWERS_COME, "answers-come", TRUE);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signal_paper_changed = g_signal_new ("paper-changed", TILL_TYPE_BENCH, G_SIGNAL_RUN_LAST, 0, NULL,
                                       NULL, NULL, G_TYPE_NONE, 0);
}

static void
till_bench_init (TillBench *self)
{
  self->paper_in = self->printer_plugged = self->reader_plugged = TRUE;
  self->line_up = self->answers_come = TRUE;
}

/* The printer works on a thread of its own; its paper is looked at from here. */
static gboolean
on_poll_cb (gpointer data)
{
  TillBench *self = data;
  guint counter = training_bench_paper_counter (self->bench);

  if (counter != self->counter)
    {
      self->counter = counter;
      g_signal_emit (self, signal_paper_changed, 0);
    }
  return G_SOURCE_CONTINUE;
}

TillBench *
till_bench_new (TillStation *station)
{
  TillBench *self = g_object_new (TILL_TYPE_BENCH, NULL);

  self->station = station;
  self->bench = till_station_shop (station)->bench;
  training_bench_plug (self->bench, TRAINING_CHIP_READER, TRUE);
  self->counter = training_bench_paper_counter (self->bench);
  self->poll = g_timeout_add (PAPER_POLL_MS, on_poll_cb, self);
  return self;
}

void
till_bench_close (TillBench *self)
{
  g_clear_handle_id (&self->poll, g_source_remove);
  self->bench = NULL;
  self->station = NULL;
}

const TillBenchCard *
till_bench_cards (TillBench *self, guint *out_count)
{
  *out_count = G_N_ELEMENTS (cards);
  return cards;
}

typedef struct
{
  CheckoutShop *shop;
  const char *kind;
} Insertion;

static gboolean
download (SyncLine *line, SyncDownloadKind kind, GError **error)
{
  SyncDownloadReport report;

  return sync_download_run (line, kind, NULL, &report, error) == SYNC_DOWNLOAD_DONE;
}

/* What the till has to know of chips comes from the sandbox, once. */
static void
insert_job (GTask *task, gpointer data)
{
  Insertion *insertion = data;
  CheckoutShop *shop = insertion->shop;
  GError *error = NULL;
  g_autoptr (GArray) aids = sync_download_aids (shop->vault, &error);
  gboolean good = aids != NULL;

  if (good && aids->len == 0 && shop->line != NULL)
    good = download (shop->line, SYNC_DOWNLOAD_AIDS, &error)
           && download (shop->line, SYNC_DOWNLOAD_CA_KEYS, &error);
  if (!good)
    g_debug ("Nothing was downloaded for chips: %s", error != NULL ? error->message : "refused");
  g_clear_error (&error);
  if (training_bench_insert (shop->bench, insertion->kind, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, till_error_take (error));
}

/* One that is in stays in. */
static void
insert (TillBench *self, const char *kind)
{
  GTask *task;
  Insertion *insertion;

  if (training_bench_has_card (self->bench) && g_strcmp0 (self->kind, kind) == 0)
    return;
  self->kind = kind;
  task = g_task_new (self, NULL, NULL, NULL);
  insertion = g_new0 (Insertion, 1);
  *insertion = (Insertion){ till_station_shop (self->station), kind };
  g_task_set_task_data (task, insertion, g_free);
  till_station_push (self->station, TILL_WORKER_STORE, task, insert_job);
}

void
till_bench_take_out (TillBench *self)
{
  if (self->bench != NULL)
    training_bench_remove_card (self->bench);
}

void
till_bench_swipe (TillBench *self, const char *card_id)
{
  for (guint i = 0; self->bench != NULL && i < G_N_ELEMENTS (cards); i++)
    if (!g_str_equal (cards[i].id, card_id))
      continue;
    else if (i >= G_N_ELEMENTS (tracks))
      insert (self, kinds[i - G_N_ELEMENTS (tracks)]);
    else if (!training_bench_swipe (self->bench, tracks[i], /* error= */ NULL))
      g_debug ("The reader is unplugged: nobody noticed the swipe");
}

void
till_bench_paper (TillBench *self, TillBenchPaper *out_paper)
{
  *out_paper = (TillBenchPaper){ 0 };
  if (self->bench == NULL)
    {
      out_paper->bits = g_bytes_new (NULL, 0);
      return;
    }
  out_paper->bits = training_bench_paper_page (self->bench, &out_paper->stride, &out_paper->height);
  out_paper->width = out_paper->stride * PAPER_BITS_A_BYTE;
}

void
till_bench_tear_off (TillBench *self)
{
  if (self->bench == NULL)
    return;
  training_bench_tear_paper (self->bench);
  g_signal_emit (self, signal_paper_changed, 0);
}
