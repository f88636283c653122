/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a hand, or a scanner, does at the keyboard: sees every key of the window in the capture
 * phase, before any widget and any input method, and gives it to the lane. A scan is recognised by
 * its speed and only ever adds an item; its Enter reaches no button. Keys that move money wait a
 * moment, in case they turn out to be the first of a scan. Owned by the window, and ends with it.
 */
#pragma once

#include "app-sell-page.h"

G_BEGIN_DECLS

#define APP_HAND_MONEY_WAIT_MS 80  /* "+" and "*" on the pay page */
#define APP_HAND_HOLD_MS 60        /* a digit that may be a scan's first */
#define APP_HAND_CHOICE_MS 200     /* the same while a chip's application is chosen: no hurry */
#define APP_HAND_BURST_WAIT_MS 300 /* a scan that sends no Enter */

typedef struct _AppHand AppHand;

/* Borrows all three; none is freed before the hand. */
AppHand *app_hand_new (GtkWidget *window, AppLane *lane, AppSellPage *page);
void app_hand_free (AppHand *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AppHand, app_hand_free)

G_END_DECLS
