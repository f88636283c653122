/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The people of a shop for the faces: signing in and out, approvals on the spot, the list and its
 * changes. PINs are copied and wiped. Main thread only; nothing blocks.
 */
#pragma once

#include "shop-rights.h"
#include "till-station.h"

G_BEGIN_DECLS

#define TILL_PEOPLE_BADGE_MIN 8 /* characters of a badge's code */

typedef struct
{
  guint number;
  ShopRole role;
  char *name;
  gboolean has_pin, has_badge;
  gboolean renews; /* has to choose a PIN at the next sign-in */
  gboolean locked; /* too many wrong ones: needs a new PIN, or to be unlocked */
  gboolean has_left;
  guint days; /* until the PIN has to be changed */
} TillPerson;

typedef enum
{
  TILL_SIGN_GOOD,
  TILL_SIGN_WRONG,
  TILL_SIGN_WAIT,    /* not before wait_s seconds */
  TILL_SIGN_LOCKED,  /* a manager has to help */
  TILL_SIGN_RENEW,   /* right, and to be changed: ask for a new PIN */
  TILL_SIGN_REFUSED, /* the new one can't be; `why` says so */
  TILL_SIGN_MAY_NOT, /* may not approve that */
} TillSign;

typedef struct
{
  TillSign sign;
  guint wait_s;
  const char *why; /* a sentence, translated; NULL unless REFUSED */
  guint found;     /* whose PIN or badge it was; 0: nobody's */
} TillSigned;

/* Somebody has a PIN, and nobody is signed in: nothing may be done. */
gboolean till_people_is_locked (TillStation *station);
ShopMay till_people_may (TillStation *station, ShopRight right);

/* `number` 0: `pin` is the code of a badge. `new_pin`: NULL unless it was asked for. FALSE: a
 * fault. */
void till_people_sign_in_async (TillStation *station,
                                guint number,
                                const char *pin,
                                const char *new_pin,
                                GAsyncReadyCallback callback,
                                gpointer data);
/* The same for an approval, used up by the next act of this right. `about`: in plain words, for the
 * journal. */
void till_people_approve_async (TillStation *station,
                                ShopRight right,
                                const char *about,
                                guint number,
                                const char *pin,
                                GAsyncReadyCallback callback,
                                gpointer data);
gboolean till_people_sign_finish (TillStation *station,
                                  GAsyncResult *result,
                                  TillSigned *out_signed,
                                  GError **error);
/* At once: from the return on the till is locked. The journal's entry follows; `idle`: because
 * nobody touched the till. */
void till_people_sign_out (TillStation *station, gboolean idle);
/* After how many seconds without a touch; 0: never, or nobody has a PIN. */
guint till_people_idle_s (TillStation *station);

void till_people_free_person (TillPerson *self);
/* GPtrArray of TillPerson, those who have left last. */
void till_people_list_async (TillStation *station, GAsyncReadyCallback callback, gpointer data);
GPtrArray *till_people_list_finish (TillStation *station, GAsyncResult *result, GError **error);

typedef struct
{
  guint number;      /* 0: a new person */
  const char *name;  /* NULL: stays */
  int role;          /* ShopRole; below 0: stays */
  const char *pin;   /* NULL: stays */
  const char *badge; /* NULL: stays */
  gboolean unlock, leaves;
} TillPersonWish;

/* TILL_ERROR_RIGHT, or TILL_ERROR_STATE with a sentence that says what to do. */
void till_people_change_async (TillStation *station,
                               const TillPersonWish *wish,
                               GAsyncReadyCallback callback,
                               gpointer data);
gboolean till_people_change_finish (TillStation *station, GAsyncResult *result, GError **error);

G_END_DECLS
