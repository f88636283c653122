/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The lane: what one cashier is doing at this till right now. It holds the sale being rung up, what
 * stands in the input line, the page that is shown and the notice on top, and turns wishes (a scan,
 * a key, a button, all as actions "sale.*") into calls of checkout, one after another in the order
 * in which they came. The widgets show it and never talk to a sale by themselves. Owned by the
 * window; main thread only; it never blocks.
 *
 * Properties (notify): sale : TillSale · page : string ("sell", "pay", "queue", "keys") · results,
 * parked : GListModel · station : TillStation Signals: "changed": anything that a label or a button
 * may depend on. "sound" (int AppSoundKind). "approve" (AppApproval): somebody is to be asked.
 * "badge" (string): was scanned where people sign in.
 */
#pragma once

#include "app-words.h"
#include "till-people.h"
#include "till-sale.h"

G_BEGIN_DECLS

#define APP_LANE_SIGN_IN "sign-in"        /* the page on which people sign in and approve */
#define APP_LANE_TEXT_MAX 64              /* characters in the input line */
#define APP_LANE_WAITING_MAX 256          /* wishes that wait for one before them */
#define APP_LANE_QUANTITY_ASK_MILLI 99000 /* above this, a quantity is asked for twice */

#define APP_TYPE_LANE (app_lane_get_type ())
G_DECLARE_FINAL_TYPE (AppLane, app_lane, APP, LANE, GObject)

typedef enum
{
  APP_MODE_ITEM,         /* a code, with a quantity before it or not */
  APP_MODE_QUANTITY,     /* a new quantity for the selected line */
  APP_MODE_DISCOUNT,     /* per cent off the selected line */
  APP_MODE_DISCOUNT_ALL, /* off the whole sale */
  APP_MODE_SEARCH,       /* a name, pinyin, part of a code */
  APP_MODE_WEIGHT,       /* how much of a weighed thing, before it is added */
  APP_MODE_RECALL,       /* which parked sale */
} AppMode;

/* What stands on top of everything until it is dealt with. */
typedef struct
{
  AppTone tone;
  const char *text; /* NULL: nothing */
  const char *code; /* the raw code that was refused; may be NULL */
  guint code_count; /* refused since the last Esc */
} AppNotice;

/* How the last sale ended, shown until the next one has its first line. */
typedef struct
{
  gint64 receipt_no; /* 0: there was none yet */
  gint64 total_minor, change_minor;
  AppTone tone;      /* of its worst payment: STORED stays amber */
  const char *print; /* state of its receipt: "waiting", "printed" …; may be NULL */
} AppLast;

/* What somebody else has to approve before it is done. Texts are copied. */
typedef struct
{
  ShopRight right;
  const char *about; /* for the journal, in plain words: "receipt 12" */
  const char *back;  /* the page to return to */
  void (*agreed) (GObject *owner, gint64 number);
  GObject *owner;
  gint64 number;
} AppApproval;

AppLane *app_lane_new (TillStation *station);

TillStation *app_lane_station (AppLane *self);
TillSale *app_lane_sale (AppLane *self);
TillPayment *app_lane_payment (AppLane *self);
const char *app_lane_page (AppLane *self);
AppMode app_lane_mode (AppLane *self);
const char *app_lane_line_text (AppLane *self);
const char *app_lane_amount_text (AppLane *self);
gint64 app_lane_times_milli (AppLane *self); /* quantity before the next item; 0 none */
guint app_lane_selected_line (AppLane *self);
const AppNotice *app_lane_notice (AppLane *self);
/* It was seen, or its cause is gone. */
void app_lane_clear_notice (AppLane *self);
const AppLast *app_lane_last (AppLane *self);
GListModel *app_lane_results (AppLane *self);
GListModel *app_lane_parked (AppLane *self);
/* What APP_MODE_WEIGHT weighs; NULL in other modes. */
const ShopProduct *app_lane_weighed (AppLane *self);
GActionGroup *app_lane_actions (AppLane *self);
/* Cash in minor units that the typed amount means; 0 when nothing, or nothing sensible, was typed.
 */
gint64 app_lane_amount_minor (AppLane *self);
/* A payment is at the reader or at the bank. */
gboolean app_lane_is_paying (AppLane *self);

/* Why this action of "sale." can't be done now, in a few words; NULL when it can. */
const char *app_lane_reason (AppLane *self, const char *action);

/* Like activating "sale.NAME", but what can't be done now says why. Takes a floating `parameter`.
 */
void app_lane_act (AppLane *self, const char *action, GVariant *parameter);
/* Whether whoever is signed in may. FALSE: somebody who may is asked, and `agreed` is called when
 * he approved; or it was said that this can't be. */
gboolean app_lane_may (AppLane *self, const AppApproval *approval);
/* Nobody is signed in, where people have PINs: the page is APP_LANE_SIGN_IN and no other. */
gboolean app_lane_is_locked (AppLane *self);
/* The cashier goes, or the next one comes. The sale stays. */
void app_lane_lock (AppLane *self);
/* The same because nobody has touched the till for a while: waits for what is being done. */
void app_lane_lock_idle (AppLane *self);
void app_lane_show_page (AppLane *self, const char *page);
void app_lane_set_line_text (AppLane *self, const char *text);
void app_lane_set_mode (AppLane *self, AppMode mode);
void app_lane_notify (AppLane *self, AppTone tone, const char *text);

/* The whole code of a scan. Only ever adds an item. */
void app_lane_scan (AppLane *self, const char *code);
/* One character by hand, for the page shown. FALSE: it belongs to the widget that has the focus
 * (the input method may want it). */
gboolean app_lane_type (AppLane *self, gunichar character);
void app_lane_erase (AppLane *self);
/* What was typed since `mark` turned out to be a scan: back to how it was. */
void app_lane_mark (AppLane *self);
void app_lane_rewind (AppLane *self);
void app_lane_add_product (AppLane *self, const ShopProduct *product);
/* Up and down: in the cart, the results or the parked sales, whichever the mode is about. */
void app_lane_move_selection (AppLane *self, int step);
void app_lane_select_line (AppLane *self, guint number);
guint app_lane_selected_row (AppLane *self); /* of results or parked */
void app_lane_select_row (AppLane *self, guint row);

G_END_DECLS
