/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who is signed in at this till, what that person may do, and what somebody else has just approved.
 * As long as nobody was entered with a PIN, everybody may do everything, as in a shop of one
 * person. Scripts act as the station's operator, whom whoever has the books' passphrase names;
 * where none is named, they may do everything.
 *
 * PINs are proven on a worker (scrypt takes a tenth of a second), and a wrong one is counted before
 * it is tried, so that killing the program gives no further try. What may be done is asked from any
 * thread.
 */
#pragma once

#include "vault-people.h"

G_BEGIN_DECLS

#define CHECKOUT_PEOPLE_APPROVAL_S 120   /* an approval that isn't used by then is none */
#define CHECKOUT_PEOPLE_IDLE_S 600       /* where nobody said anything else */
#define CHECKOUT_PEOPLE_DISCOUNT_BP 1000 /* the same */
#define CHECKOUT_PEOPLE_IDLE_MIN_S 5
#define CHECKOUT_PEOPLE_IDLE_MAX_S 86400
#define CHECKOUT_PEOPLE_BADGE_MIN 8 /* characters of a badge's code */
#define CHECKOUT_PEOPLE_BADGE_MAX 64

typedef struct _CheckoutPeople CheckoutPeople;

typedef enum
{
  CHECKOUT_SIGN_GOOD,
  CHECKOUT_SIGN_WRONG,   /* no such person, PIN or badge */
  CHECKOUT_SIGN_WAIT,    /* too many wrong ones: not before out_wait_s seconds */
  CHECKOUT_SIGN_LOCKED,  /* a manager has to give a new PIN */
  CHECKOUT_SIGN_RENEW,   /* right, but it has to be changed: say a new one, too */
  CHECKOUT_SIGN_REFUSED, /* right, but the new one can't be: out_why says so */
  CHECKOUT_SIGN_MAY_NOT, /* right, but this person may not approve that */
} CheckoutSign;

typedef struct
{
  guint number;     /* 0: by the badge */
  BaseSpan pin;     /* or the badge's code */
  BaseSpan new_pin; /* empty: none */
  guint wait_s;     /* out */
  const char *why;  /* out: a sentence, translated */
  guint found;      /* out: who it was */
} CheckoutPeopleProof;

/* `signs_in`: a window, at which nobody may do anything before somebody has signed in; else the
 * station's operator acts. Where the list can't be trusted, nobody can sign in. */
CheckoutPeople *checkout_people_open (Vault *vault, gboolean signs_in, GError **error);
void checkout_people_free (CheckoutPeople *self);

/* Somebody has a PIN or a badge, so a window asks for it. */
gboolean checkout_people_is_staffed (CheckoutPeople *self);
/* "003"; NULL: nobody. A constant. */
const char *checkout_people_who (CheckoutPeople *self);
/* Yours; NULL: nobody. */
char *checkout_people_name (CheckoutPeople *self);
/* SHOP_MAY also where it is approved, and not used yet. */
ShopMay checkout_people_may (CheckoutPeople *self, ShopRight right);
/* Before the act itself: TRUE where whoever is signed in may, or somebody has approved it, which is
 * used up by this. Else TILL_ERROR_RIGHT. */
gboolean checkout_people_take (CheckoutPeople *self, ShopRight right, GError **error);

/* Nobody is signed in from now on; gives who was, a constant, NULL: nobody. The journal's entry is
 * the caller's. */
const char *checkout_people_leave (CheckoutPeople *self);

/* ---- On a worker, one call at a time ---- */

/* Copies. NULL: VAULT_ERROR_CHANGED, it can't be trusted. */
GPtrArray *checkout_people_list (CheckoutPeople *self, GError **error);
/* FALSE: a fault. */
gboolean checkout_people_sign_in (CheckoutPeople *self,
                                  CheckoutPeopleProof *proof,
                                  CheckoutSign *out_sign,
                                  GError **error);
/* `about`: what it is for, in a few plain words for the journal. */
gboolean checkout_people_approve (CheckoutPeople *self,
                                  CheckoutPeopleProof *proof,
                                  ShopRight right,
                                  const char *about,
                                  CheckoutSign *out_sign,
                                  GError **error);

typedef struct
{
  guint number;     /* 0: a new person, who gets the next number; out: that number */
  const char *name; /* NULL: stays */
  int role;         /* ShopRole; below 0: stays */
  BaseSpan pin;     /* empty: stays. Given by somebody else it is changed at the next sign-in */
  BaseSpan badge;   /* empty: stays */
  gboolean unlock;  /* wrong tries are forgotten */
  gboolean leaves;  /* can't sign in any more */
  gboolean own;     /* the PIN is that of whoever enters it: it isn't changed at once */
} CheckoutPerson;

/* Needs SHOP_RIGHT_PEOPLE. TILL_ERROR_STATE with a sentence: it can't be, as the last manager who
 * leaves or a first person who is none. */
gboolean checkout_people_change (CheckoutPeople *self, CheckoutPerson *person, GError **error);
/* The first manager of a shop that is being made. Whoever makes it gives a first PIN, which that
 * person changes at the first sign-in. */
gboolean checkout_people_found (Vault *vault, const char *name, BaseSpan pin, GError **error);
/* As whom scripts act; 0: as nobody in particular, who may do everything. */
gboolean checkout_people_set_operator (CheckoutPeople *self, guint number, GError **error);
guint checkout_people_operator (CheckoutPeople *self);
/* After so many seconds without a touch a window signs its cashier out; 0: never. */
guint checkout_people_idle_s (CheckoutPeople *self);
/* 0, or CHECKOUT_PEOPLE_IDLE_MIN_S … _MAX_S, else TILL_ERROR_STATE. */
gboolean checkout_people_set_idle_s (CheckoutPeople *self, guint seconds, GError **error);
/* What a cashier may take off a line, in hundredths of a per cent. */
guint checkout_people_discount_bp (CheckoutPeople *self);
gboolean checkout_people_set_discount_bp (CheckoutPeople *self, guint bp, GError **error);
/* Days until the PIN has to be changed; 0: at the next sign-in, or there is none. */
guint checkout_people_pin_days (const VaultPerson *person);
/* Somebody with the passphrase has looked at a list that isn't what was written last, and takes it
 * as it is. */
gboolean checkout_people_accept (CheckoutPeople *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CheckoutPeople, checkout_people_free)

G_END_DECLS
