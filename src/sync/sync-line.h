/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * This terminal's line to its acquirer, as checkout's card payment and the draining of the queue
 * share it. The terminal speaks in turns: whoever wants to say something financial takes the turn
 * first, so that a reversal always goes before the next sale. Made from the vault's settings; lives
 * as long as the station. Blocks; never on the thread that paints.
 */
#pragma once

#include "acquirer-link.h"
#include "acquirer-message.h"
#include "iso8583.h"
#include "sync-certificates.h"
#include "vault-apply.h"

G_BEGIN_DECLS

#define SYNC_ERROR (sync_error_quark ())
GQuark sync_error_quark (void);
typedef enum
{
  SYNC_ERROR_SETTINGS, /* the acquirer's settings are missing or make no sense */
  SYNC_ERROR_ENDED,    /* a certificate that is needed has ended */
  SYNC_ERROR_HELD,     /* nothing may be sent: the books are quarantined, or another's */
  SYNC_ERROR_NO_KEY,   /* the acquirer's key wasn't taken in yet */
} SyncError;

#define SYNC_BACKOFF_FIRST_MS 1000
#define SYNC_BACKOFF_MAX_MS 300000

typedef struct _SyncLine SyncLine;

/* Names of the vault's settings that make a line. */
#define SYNC_SETTING_PROFILE "acquirer.profile" /* the .ini's text */
#define SYNC_SETTING_HOST "acquirer.host"
#define SYNC_SETTING_PORT "acquirer.port"
#define SYNC_SETTING_TERMINAL "acquirer.terminal"
#define SYNC_SETTING_MERCHANT "acquirer.merchant"
#define SYNC_SETTING_CA "acquirer.ca"
#define SYNC_SETTING_CERTIFICATE "acquirer.certificate"
#define SYNC_SETTING_KEY "acquirer.key"
#define SYNC_SETTING_MAC_KEY "acquirer.mac-key" /* where there is no sign-in */
#define SYNC_SETTING_MASTER_KEY "acquirer.master-key"
#define SYNC_SETTING_WORKING_KEYS "acquirer.working-keys" /* as they came, under the master key */
#define SYNC_SETTING_SERIAL "acquirer.serial" /* make and number of this till; may be missing */
#define SYNC_SETTING_ENVELOPE "acquirer.envelope"
#define SYNC_SETTING_ENVELOPE_FORMER "acquirer.envelope-former"
#define SYNC_SETTING_TRANSPORT_KEY "acquirer.transport-key"
#define SYNC_SETTING_MASTER_KEY_FORMER "acquirer.master-key-former"
#define SYNC_SETTING_MAC_KEY_FORMER "acquirer.mac-key-former"

/* Of a terminal whose queue was taken in, beside its merchant number and keys: see
 * sync_line_taken_name(). */
#define SYNC_TAKEN_EPOCH "epoch"

/* Their numbers, with a blank after each. */
#define SYNC_SETTING_TAKEN "taken.terminals"
#define SYNC_TAKEN_MAX 64

/* How long a stored sale may wait before it needs somebody. */
#define SYNC_SETTING_OFFLINE_HOURS "offline.hours"
#define SYNC_OFFLINE_HOURS 24
#define SYNC_OFFLINE_HOURS_MAX (10 * 366 * 24)

/* NULL without an error: this shop has no acquirer. */
SyncLine *sync_line_new (Vault *vault, GError **error);
void sync_line_free (SyncLine *self);
Vault *sync_line_vault (SyncLine *self);
AcquirerProfile *sync_line_profile (SyncLine *self);
const char *sync_line_terminal (SyncLine *self);
const char *sync_line_merchant (SyncLine *self);
/* FALSE: the acquirer's key comes in a key block that nobody took in yet (sync-keys.h). Such a line
 * connects to nobody. As it was when the line was made. */
gboolean sync_line_has_key (SyncLine *self);
const SyncCertificates *sync_line_certificates (SyncLine *self);
const char *sync_line_host (SyncLine *self);
guint16 sync_line_port (SyncLine *self);

/* Make and number of this till, as the acquirer was told it; made of the terminal's number where
 * nobody said otherwise. */
const char *sync_line_serial (SyncLine *self);

/* A payment's turn makes the draining give way after what it has in flight. */
void sync_line_take_turn (SyncLine *self, gboolean payment);
void sync_line_end_turn (SyncLine *self, gboolean payment);
gboolean sync_line_payment_waits (SyncLine *self);
/* The turn for what nobody waits for: a payment that wants the turn cancels what this returns,
 * which is yours, and is to be given to each exchange. */
GCancellable *sync_line_take_yielding_turn (SyncLine *self);
void sync_line_end_yielding_turn (SyncLine *self);
/* Sleeps until the payment that has the turn is over. */
void sync_line_wait_for_payment (SyncLine *self);

/* A late answer: it came when nobody waited for it any more. */
#define SYNC_STRAYS_MAX 16
typedef struct
{
  guint32 stan;
  char mti[5];
  char code[ACQUIRER_CODE_MAX]; /* DE 39; "" when it had none */
} SyncStray;

/* With the turn taken: the newest late answers to requests (not to reversals) are kept until
 * somebody asks. */
gboolean sync_line_take_stray (SyncLine *self, guint32 stan, SyncStray *out_stray);

/* With the turn taken. TRUE where the acquirer gives working keys and this terminal has none that
 * hold: it never signed in, the host asked for it, or a MAC on the line was wrong. */
gboolean sync_line_needs_sign_in (SyncLine *self);
/* With the turn taken. Whether there are working keys, first contact or not; TRUE where the
 * acquirer gives none. */
gboolean sync_line_is_signed_in (SyncLine *self);
/* With the turn taken. A till that took in the queue of another one (checkout-backup.h) sends it in
 * that one's name, with keys that it got by signing in as that one. From here on the line speaks
 * for `terminal`; for ourselves with NULL, where no such one was taken over, and at the beginning
 * of each turn. One whose key is missing can't sign in: nothing of it leaves under another's. */
void sync_line_speak_for (SyncLine *self, const char *terminal);
/* Who it is at this moment, and that one's merchant number. Borrowed until the next change. */
const char *sync_line_voice (SyncLine *self, const char **out_merchant);
/* Yours to free: the name of a setting of ours, as it was the other terminal's. */
char *sync_line_taken_name (const char *terminal, const char *setting);

/* The terminals whose queues were taken in, NULL-ended. Yours to free. */
char **sync_line_taken (Vault *vault);
/* Adds one, once. VAULT_ERROR_STATE: there are SYNC_TAKEN_MAX already. */
gboolean sync_line_add_taken (Vault *vault, const char *terminal, GError **error);

/* With the turn taken, before a sign-in: its own MAC, where it has one, is made with the master
 * key.
 */
gboolean sync_line_prepare_sign_in (SyncLine *self, GError **error);
/* With the turn taken: the keys of a sign-in's answer are checked, kept (still under the master
 * key) and used from the next message on. */
gboolean sync_line_take_keys (SyncLine *self, BaseSpan field, GError **error);

/* From any thread. What the host asked for in the prefix of its answers (acquirer-demand.h), and
 * nobody has taken up yet. Taking one makes it heard again only after SYNC_DEMAND_AGAIN_S seconds,
 * for a prefix has no MAC. */
#define SYNC_DEMAND_AGAIN_S 600
gboolean sync_line_has_demand (SyncLine *self);
gboolean sync_line_take_demand (SyncLine *self, AcquirerDemand demand);

/* With the turn taken, after signing out: there are no working keys any more. */
gboolean sync_line_drop_keys (SyncLine *self, GError **error);

/* With the turn taken. Connecting is not sending: FALSE says that no byte of any message left.
 * SYNC_ERROR_ENDED: it wasn't even tried. */
gboolean sync_line_connect (SyncLine *self, GCancellable *cancellable, GError **error);
AcquirerExchange sync_line_exchange (SyncLine *self,
                                     const Iso8583Message *request,
                                     GCancellable *cancellable,
                                     Iso8583Message **out_answer,
                                     GError **error);
void sync_line_exchange_many (SyncLine *self,
                              const Iso8583Message *const *requests,
                              guint count,
                              GCancellable *cancellable,
                              AcquirerResult *results);

/* What the drainer asks of the host beside the queue. */
typedef enum
{
  SYNC_ERRAND_SUMS,
  SYNC_ERRAND_TAKEOVER,
  SYNC_ERRAND_COUNT,
} SyncErrand;

/* Whether the host may be asked for it again, which is then noted: an answer that doesn't come must
 * not hold up payments again and again. From any thread. */
gboolean sync_line_may_ask (SyncLine *self, SyncErrand errand, guint every_s);

/* The word for the screen (app-words.c, checkout-words.c) when nothing left, by the error of
 * connecting or of the sign-in before it. */
const char *sync_line_unsent_reason (SyncLine *self, const GError *why);

/* From any thread. Online means that the host answered last time; `out_since_us` (Unix) is when it
 * last didn't, 0 when online or untried. */
gboolean sync_line_is_online (SyncLine *self, gint64 *out_since_us);
gboolean sync_line_was_tried (SyncLine *self);
/* Seconds since the host last answered; G_MAXINT64 for never. */
gint64 sync_line_silence_s (SyncLine *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyncLine, sync_line_free)

G_END_DECLS
