/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The lane's inside, shared by the six files that make it up: app-lane.c (what is shown and
 * typed), app-lane-wish.c (one after another), app-lane-pay.c (money), app-lane-people.c (who),
 * app-lane-discount.c and app-lane-actions.c (the table of "sale.*"). Nobody else includes this.
 */
#pragma once

#include "app-lane.h"
#include "app-sound.h"

G_BEGIN_DECLS

typedef enum
{
  APP_WISH_CODE,      /* a code to add */
  APP_WISH_ACTION,    /* an action by name */
  APP_WISH_CHARACTER, /* a character typed while something was being done */
} AppWishKind;

typedef struct
{
  AppWishKind kind;
  char *text; /* code or action */
  GVariant *parameter;
  gunichar character;
} AppWish;

/* What app_lane_rewind() goes back to. */
typedef struct
{
  AppMode mode;
  char *line_text, *amount_text;
  gint64 times_milli;
  guint wishes;
} AppMark;

struct _AppLane
{
  GObject parent_instance;

  TillStation *station;
  TillSale *sale;
  GSignalGroup *sale_signals, *payment_signals;
  TillPayment *payment;
  GSimpleActionGroup *actions;
  guint changed_id;

  const char *page; /* interned */
  AppMode mode;
  GString *line_text;
  GString *amount_text;
  gint64 times_milli;
  guint selected_line, selected_row;
  gint64 asked_quantity_milli; /* a large one, asked for once */
  gboolean asked_cancel;       /* F9 was pressed once */
  ShopProduct *weighed;        /* what APP_MODE_WEIGHT weighs */

  AppNotice notice;
  char *notice_text, *notice_code;
  AppLast last;
  char *last_print;

  GListModel *results, *parked;
  char *results_text; /* what was searched for */
  gboolean enter_when_found;
  AppMark mark;

  GQueue wishes;    /* of AppWish */
  guint entries;    /* codes being looked up */
  gboolean locked;  /* when it was looked at last */
  gboolean blocked; /* parking, recalling, taking cash */
};

void app_lane_emit_changed (AppLane *self);
void app_lane_emit_approve (AppLane *self, const AppApproval *approval);
void app_lane_emit_badge (AppLane *self, const char *code);
/* After somebody has signed in or out. */
void app_lane_follow_lock (AppLane *self);
void app_lane_emit_sound (AppLane *self, AppSoundKind kind);
/* A STOP notice stays until Esc; others give way to the next thing that happens. */
void app_lane_stop (AppLane *self, const char *text, const char *code);
void app_lane_fail (AppLane *self, const GError *error);
void app_lane_pass_notice (AppLane *self);
void app_lane_set_sale (AppLane *self, TillSale *sale);
void app_lane_set_payment (AppLane *self, TillPayment *payment);
gboolean app_lane_type_now (AppLane *self, gunichar character);
void app_lane_reset_line (AppLane *self);
void app_lane_clear_amount (AppLane *self);
void app_lane_list_parked (AppLane *self);

void app_lane_wish_code (AppLane *self, const char *code);
/* The same, for a wish whose turn it is. */
void app_lane_wish_code_now (AppLane *self, const char *code);
void app_lane_wish_action (AppLane *self, const char *action, GVariant *parameter);
gboolean app_lane_wish_character (AppLane *self, gunichar character);
/* Holds further wishes back until app_lane_wish_go_on(). */
void app_lane_wish_block (AppLane *self);
void app_lane_wish_go_on (AppLane *self);
void app_lane_wish_drop_since (AppLane *self, guint count);
void app_lane_wish_free (AppWish *wish);

void app_lane_pay_open (AppLane *self);
void app_lane_pay_cash (AppLane *self, gint64 tendered_minor);
void app_lane_pay_card (AppLane *self);
void app_lane_pay_cancel_card (AppLane *self);
/* Esc on the pay page. */
void app_lane_pay_back (AppLane *self);
/* Enter on the pay page. */
void app_lane_pay_finish (AppLane *self);
/* The sale is paid: what is to be told of it stays, a new one begins. */
void app_lane_pay_begin_anew (AppLane *self);

void app_lane_actions_add (AppLane *self);
void app_lane_actions_update (AppLane *self);
/* Does it at once: the wish's turn has come. */
void app_lane_actions_run (AppLane *self, const char *action, GVariant *parameter);
/* "/" and, in its mode, Enter. */
void app_lane_discount_begin (AppLane *self);
void app_lane_discount_enter (AppLane *self);
/* "/" in one of its modes: to the other one. FALSE: another character. */
gboolean app_lane_discount_type (AppLane *self, gunichar character);
/* Enter on the sell page, by mode. */
void app_lane_actions_enter (AppLane *self);

G_END_DECLS
