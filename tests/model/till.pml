/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The life of a payment with everything that can go wrong around it: tests/model/README.md says how to read this, what it
 * assumes and what it leaves out. The rows of the table come from src/vault/payment-life.tsv, through make-payment-life.py;
 * what is written here by hand is who raises which event and when, the line, the acquirer, and what must hold.
 *
 * Variants by -D:  PAYMENTS     one or two; everything else happens as often as it likes
 *                  RESTORE      a backup is taken at any moment and put back at any crash
 *                  WHOLE_DISK   with RESTORE: what knows better comes back with it, and only the host tells
 *                  ASK_AGAIN    the acquirer doesn't know a stored request again: one without an answer is reversed, and then
 *                               asked for under a new identity (`deferred_unanswered = reverse`)
 *                  CALM         the program crashes only to have the backup put back, and pays online or stored only
 *                  LIVENESS     the line comes back for good some day: the claim `drains` is there to be checked
 *                  TABLE_FROM_FILE  the rows are read when the verifier starts
 *                  BREAK_…      one rule of the law is broken: the model must find it (tests/model/check-model)
 */

#ifndef PAYMENTS
#define PAYMENTS 2
#endif
#define STANS 4
#define NO_STAN 7

/* What becomes of a record, and the states of one; the numbers of those two agree. */
#define REQUEST_OPEN 1
#define REQUEST_AGAIN 6
#define REVERSAL_OWE 1
#define R_NONE 0
#define R_WAITING 2
#define R_SENDING 3
#define R_ATTENTION 4
#define R_DONE 5

/* The acquirer's books: one line for each identity (terminal, batch, STAN). */
#define L_NONE 0
#define L_CHARGED 1
#define L_ADVISED 2   /* a chip's advice: charged, too */
#define L_DECLINED 3
#define L_REVERSED 4
#define L_BURIED 5    /* the reversal came first: a tombstone */
#define L_MALFORMED 6 /* not in the books: these bytes are refused whenever they come */

/* Answers in the air. */
#define A_APPROVED 1
#define A_DECLINED 2
#define A_MALFORMED 4

#define NOBODY 0
#define LANE 1
#define DRAINER 2

c_decl {
  /* What the search met, told once each; check-model reads it. With TILL_MODEL_TRACE every row is told, for a replay. */
  static unsigned char covered[256];

  static void
  cover (int row)
  {
    if (!covered[row] || getenv ("TILL_MODEL_TRACE") != 0)
      printf ("ROW %d\n", row);
    covered[row] = 1;
  }

  static void
  tell (const char *property)
  {
    static const char *told[64];
    int i;

    for (i = 0; i < 63 && told[i] != 0; i++)
      if (told[i] == property)
        return;
    told[i] = property;
    printf ("BROKEN %s\n", property);
  }
}

/* ---- What lies on the till's disk ---- */

typedef Payment {
  byte state;     /* ST_…, from the table */
  byte request;   /* its record in the queue */
  byte class;     /* CLASS_… of that record */
  byte reversal;  /* the reversal's record */
  byte stan;      /* of the attempt that may be repeated */
  byte undone;    /* of the one that its reversal is about: the same, but where a host is asked again under a new one */
  bit printed;
  bit marked      /* as sent, once at least */
#ifdef WHOLE_DISK
  ;bit restarted  /* it was found under way by a start, and its reversal is owed for that */
  ;bit held       /* that reversal was set aside, for it may be of an older copy */
#endif
}

Payment pay[PAYMENTS];
byte next_stan;
#include "payment-life.pml"

byte row; /* 0 but inside a commit */

/* ---- What the program has in its head; gone with a crash ---- */

bit up = 1;       /* the program runs */
bit ready;        /* what was found at the start has been put right */
byte turn;        /* who speaks to the acquirer */
bit lane_stopped, drainer_stopped;

/* ---- The line: what was sent stays in the air, to arrive late, twice or never ---- */

bit request_sent[STANS], reversal_sent[STANS];
byte answers[STANS], reversal_answers[STANS];
#ifdef LIVENESS
bit request_fresh[STANS], reversal_fresh[STANS]; /* sent, and has not arrived since */
bit back;         /* from now on whatever is sent arrives, once and in time */
#define IS_BACK back
#define SET(flag, value) flag = value
#define MAY_ARRIVE(sent, fresh, s) (sent[s] && (fresh[s] || !back))
#else
#define IS_BACK false
#define SET(flag, value) skip
#define MAY_ARRIVE(sent, fresh, s) sent[s]
#endif

/* ---- The acquirer ---- */

byte ledger[STANS];

/* ---- What really happened; neither program knows it, the properties do ---- */

byte owner[STANS];        /* the payment that an identity was given to, + 1 */
byte kind[STANS];         /* and the class of its request */
bit goods[PAYMENTS];      /* the customer left with goods for his card, and a receipt that says approved or stored */
bit card_refused[PAYMENTS]; /* after the acquirer's approval */
bit told_no[PAYMENTS];    /* the cashier was told that this payment does not count: another tender was asked for */
bit taken_back[PAYMENTS]; /* by the cashier, before it left here */
#ifdef RESTORE
Payment kept[PAYMENTS];   /* the backup */
byte kept_stan;
bit has_backup, restored, noticed, compared;
bit forgotten[PAYMENTS];  /* more happened to it than the backup knows of */
byte mark_stan;           /* kept outside the database */
bit confirmed[PAYMENTS];  /* by a manager: its receipt, if any, came from the books that were lost */
#endif

/* ---- What must hold ---- */

#define IN_BOOKS(s) (ledger[s] == L_CHARGED || ledger[s] == L_ADVISED)
#define CHARGES_BY(s, p) (IN_BOOKS (s) && owner[s] == (p) + 1)
#define CHARGES(p) (CHARGES_BY (0, p) + CHARGES_BY (1, p) + CHARGES_BY (2, p) + CHARGES_BY (3, p))

#define OPEN(r) (r == R_WAITING || r == R_SENDING || r == R_ATTENTION)
#define REVERSAL_OPEN(p) (pay[p].reversal == R_WAITING || pay[p].reversal == R_ATTENTION)
#define VISIBLE(p) (OPEN (pay[p].request) || REVERSAL_OPEN (p))

#define ADVISED(s) (s == ST_CHIP_SENT || s == ST_COMPLETED_SENT)
#define TO_ADVISE(s) (s == ST_CHIP_UNSENT || s == ST_COMPLETED_UNSENT)
#define IS_ADVICE(c) (c == CLASS_CHIP || c == CLASS_COMPLETION)
#define SAYS_APPROVED(s) (s == ST_APPROVED || ADVISED (s))
#define SAYS_WAITING(s) (TO_ADVISE (s) || s == ST_STORED || s == ST_STORED_SENDING || s == ST_STORED_REVERSING)
#define SAYS_NO(s) (s == ST_DECLINED || s == ST_REVERSED || s == ST_CANCELLED)

/* A broken property names itself. */
#define MUST(property, condition) \
  if \
  :: !(condition) -> c_code { tell (#property); }; assert (false) \
  :: else \
  fi

#ifdef RESTORE
#ifdef WHOLE_DISK
#define EXCUSED(p) forgotten[p] /* nothing leaves before it is noticed */
#else
#define EXCUSED(p) (forgotten[p] && (noticed || !ready))
#endif
#define CONFIRMED(p) confirmed[p]
#define HELD (restored && !compared) /* nothing is sent, and no word of it counts */
#else
#define EXCUSED(p) false
#define CONFIRMED(p) false
#define HELD false
#endif

#define CARD_APPROVED(p) (SAYS_APPROVED (pay[p].state) && pay[p].stan != NO_STAN)

/* What waits to be judged by the host: a sale nobody approved, and a refund, which the acquirer's books count once, too. */
#define IS_REQUEST(c) (c == CLASS_DEFERRED || c == CLASS_REFUND)

#define ONCE(p) (CHARGES (p) <= 1)
#define APPROVED(p) (!SAYS_APPROVED (pay[p].state) || pay[p].stan == NO_STAN \
                     || (CHARGES (p) == 1 && IN_BOOKS (pay[p].stan)))
#define KEPT(p) (!goods[p] || CHARGES (p) == 1 || VISIBLE (p) \
                 || (pay[p].state == ST_DECLINED && IS_REQUEST (pay[p].class)) || EXCUSED (p))
#define STORED(p) (!SAYS_WAITING (pay[p].state) || (OPEN (pay[p].request) && pay[p].class != CLASS_ONLINE))
#define SAID_NO(s) (ledger[s] == L_DECLINED || ledger[s] == L_REVERSED || ledger[s] == L_BURIED)
#define NOT_CHARGED(p) ((!SAYS_NO (pay[p].state) || CHARGES (p) == 0 || REVERSAL_OPEN (p) || EXCUSED (p)) \
                        && (pay[p].reversal != R_DONE || CONFIRMED (p) || SAID_NO (pay[p].undone)))
#define UNKNOWN(p) (pay[p].state != ST_UNKNOWN || REVERSAL_OPEN (p))
#define CLOSED(p) (!(SAYS_APPROVED (pay[p].state) || SAYS_NO (pay[p].state) || pay[p].state == ST_UNKNOWN) || !OPEN (pay[p].request))
#define WORD(p) (!told_no[p] || HELD || !(SAYS_APPROVED (pay[p].state) || SAYS_WAITING (pay[p].state)))
#define RECEIPT(p) (!(SAYS_APPROVED (pay[p].state) || SAYS_WAITING (pay[p].state)) || pay[p].printed \
                    || CONFIRMED (p))

/* Cancelled: before anything was sent, or taken back before it left here, and then with a reversal. A refund never is. Reversed: and acknowledged. Declined: by the acquirer, or by the card itself after
 * the approval, then with a reversal. Approved by the acquirer, or by the chip. */
#define MEANT(p) ((pay[p].state != ST_CANCELLED || pay[p].stan == NO_STAN \
                      || (taken_back[p] && pay[p].reversal != R_NONE)) \
                  && (pay[p].state != ST_REVERSED || pay[p].reversal == R_DONE) \
                  && (pay[p].state != ST_DECLINED || pay[p].reversal == R_NONE || card_refused[p] || pay[p].undone != pay[p].stan) \
                  && (pay[p].state != ST_APPROVED || !IS_ADVICE (pay[p].class)) \
                  && (!ADVISED (pay[p].state) || IS_ADVICE (pay[p].class)) \
                  && (!REVERSAL_OPEN (p) || pay[p].state == ST_UNKNOWN || pay[p].state == ST_STORED_REVERSING || pay[p].state == ST_CANCELLED || card_refused[p]) \
                  && (pay[p].class != CLASS_REFUND || pay[p].reversal == R_NONE))

#if PAYMENTS > 1
#define ALL(property) (property (0) && property (1))
#else
#define ALL(property) property (0)
#endif

/* Looks on, and moves only to say what is broken. */
proctype monitor () {
end_all_is_well:
  if
  :: !ALL (ONCE) -> MUST (once, false)
  :: !ALL (APPROVED) -> MUST (approved, false)
  :: !ALL (KEPT) -> MUST (kept, false)
  :: !ALL (STORED) -> MUST (stored, false)
  :: !ALL (NOT_CHARGED) -> MUST (not_charged, false)
  :: !ALL (UNKNOWN) -> MUST (unknown, false)
  :: !ALL (CLOSED) -> MUST (closed, false)
  :: !ALL (WORD) -> MUST (word, false)
  :: !ALL (MEANT) -> MUST (meant, false)
  :: !ALL (RECEIPT) -> MUST (receipt, false)
  fi
}

/* ---- Commits: what a row's columns mean, as vault-apply.c carries them out ---- */

/* vault_apply() refuses an event that has no row, and one whose record is not there; the till never raises one. */
#define ROW_OF(p, event) life_row[pay[p].state * LIFE_EVENTS + (event)]

inline life (p, event) {
  row = ROW_OF (p, event);
  MUST (row, row != LIFE_NO_ROW);
  c_code { cover (now.row); };
  pay[p].state = life_next[row];
  if
  :: life_request[row] == R_SENDING -> pay[p].marked = 1
  :: else
  fi;
  if
  :: life_request[row] == REQUEST_OPEN ->
     pay[p].class = life_opens[row];
     pay[p].request = (life_opens[row] == CLASS_ONLINE -> R_SENDING : R_WAITING)
  :: life_request[row] == REQUEST_AGAIN ->
     MUST (record, OPEN (pay[p].request));
     pay[p].class = life_opens[row];
     pay[p].request = R_WAITING;
     pay[p].marked = 0
  :: life_request[row] > REQUEST_OPEN && life_request[row] != REQUEST_AGAIN ->
     MUST (record, OPEN (pay[p].request));
     pay[p].request = life_request[row]
  :: else
  fi;
  if
  :: life_reversal[row] == REVERSAL_OWE ->
     MUST (record, !REVERSAL_OPEN (p));
     pay[p].undone = pay[p].stan;
     pay[p].reversal = R_WAITING
  :: life_reversal[row] > REVERSAL_OWE ->
     MUST (record, REVERSAL_OPEN (p));
     pay[p].reversal = life_reversal[row]
  :: else
  fi;
  if
  :: life_print[row] ->
     MUST (receipt, !pay[p].printed && !CONFIRMED (p) && (SAYS_APPROVED (pay[p].state) || SAYS_WAITING (pay[p].state)));
     pay[p].printed = 1
  :: else
  fi;
  row = 0
}

/* ---- Commits ---- */

/* An answer that nobody waits for any more is dropped by the till, so it need not stay in the air; but after a restored
 * backup somebody may wait again. */
#ifdef RESTORE
#define AWAITS(p) true
#else
#define AWAITS(p) VISIBLE (p)
#endif

/* The world sees the commit: the customer takes the goods, or is asked for another tender. */
inline see (p) {
  if
  :: SAYS_APPROVED (pay[p].state) || SAYS_WAITING (pay[p].state) -> goods[p] = (pay[p].stan != NO_STAN)
  :: (pay[p].state == ST_UNKNOWN || SAYS_NO (pay[p].state)) && !goods[p] -> told_no[p] = 1
  :: else
  fi;
  if
  :: !AWAITS (p) && pay[p].stan != NO_STAN && pay[p].undone != NO_STAN ->
     answers[pay[p].stan] = 0;
     answers[pay[p].undone] = 0;
     reversal_answers[pay[p].undone] = 0
  :: !AWAITS (p) && pay[p].stan != NO_STAN && pay[p].undone == NO_STAN -> answers[pay[p].stan] = 0
  :: else
  fi
}

inline commit (p, event) {
  d_step { life (p, event); see (p) }
}

inline give_stan (p) {
  MUST (stan, next_stan < STANS && owner[next_stan] == 0);
  pay[p].stan = next_stan;
  owner[next_stan] = p + 1;
  next_stan++;
#ifdef RESTORE
  mark_stan = (next_stan > mark_stan -> next_stan : mark_stan)
#endif
}

/* With an identity of its own, given once. */
inline commit_new (p, event) {
  d_step {
    give_stan (p);
    life (p, event);
    kind[pay[p].stan] = pay[p].class;
    see (p)
  }
}

/* Two rows in one commit: what was never sent becomes something else. */
inline commit_both (p, first, second) {
  d_step { life (p, first); life (p, second); see (p) }
}

inline commit_both_new (p, first, second) {
  d_step {
    life (p, first);
    give_stan (p);
    life (p, second);
    kind[pay[p].stan] = pay[p].class;
    see (p)
  }
}

/* ---- The line ---- */

#define REVERSAL_WAITS(p) (pay[p].reversal == R_WAITING)
#if PAYMENTS > 1
#define ANY_REVERSAL_WAITS (REVERSAL_WAITS (0) || REVERSAL_WAITS (1))
#else
#define ANY_REVERSAL_WAITS REVERSAL_WAITS (0)
#endif

/* A whole disk that was put back, before the first contact; and a reversal that was set aside by that. */
#ifdef WHOLE_DISK
#define IS_HELD(p) (pay[p].held && pay[p].reversal == R_ATTENTION)
#define UNTOLD (restored && !noticed)
#define MAY_SEND (!HELD)
#else
#define IS_HELD(p) false
#define UNTOLD false
#define MAY_SEND true
#endif

/* A request leaves only when the disk says that it may have left, never after its own reversal, and never before a
 * reversal that is owed. */
inline send_request (p) {
  d_step {
    MUST (order, !ANY_REVERSAL_WAITS && !UNTOLD);
    MUST (committed, pay[p].stan != NO_STAN && (pay[p].reversal == R_NONE || (pay[p].reversal == R_DONE && pay[p].undone != pay[p].stan))
                     && ((pay[p].state == ST_SENDING && pay[p].request == R_SENDING)
                         || (pay[p].state == ST_STORED_SENDING && pay[p].request == R_SENDING)
                         || (TO_ADVISE (pay[p].state) && pay[p].request == R_WAITING)));
    request_sent[pay[p].stan] = 1;
    SET (request_fresh[pay[p].stan], 1)
  }
}

inline send_reversal (p) {
  d_step {
    MUST (order, !UNTOLD);
    MUST (committed, pay[p].undone != NO_STAN && pay[p].reversal == R_WAITING && pay[p].request != R_SENDING);
    reversal_sent[pay[p].undone] = 1;
    SET (reversal_fresh[pay[p].undone], 1)
  }
}

/* Once the line is back, only what was lost by a host that crashed is waited for in vain. */
#ifdef LIVENESS
#define REQUEST_LOST(p) (!back || (!request_fresh[pay[p].stan] && answers[pay[p].stan] == 0))
#define REVERSAL_LOST(p) (!back || (!reversal_fresh[pay[p].undone] && reversal_answers[pay[p].undone] == 0))
#else
#define REQUEST_LOST(p) true
#define REVERSAL_LOST(p) true
#endif
#define ANSWERED(p, answer) ((answers[pay[p].stan] & answer) != 0)
#define REVERSAL_ANSWERED(p, answer) ((reversal_answers[pay[p].undone] & answer) != 0)

/* ---- The counter: one customer after another ---- */

/* No byte left: a chip may approve, a hold is completed all the same, a deferral may be allowed, else another tender. In one commit with the attempt's
 * end, or, for the program could be written so, in two. */
inline never_sent (p) {
  if
  :: commit_both_new (p, EV_NEVER_SENT, EV_DEFERRED)
  :: commit_both_new (p, EV_NEVER_SENT, EV_CHIP_APPROVED)
  :: commit_both (p, EV_NEVER_SENT, EV_REFUSED)
#if PAYMENTS == 1
  :: commit_both_new (p, EV_NEVER_SENT, EV_COMPLETED_OFFLINE)
  :: commit (p, EV_NEVER_SENT);
     if
     :: commit_new (p, EV_COMPLETED_OFFLINE)
     :: commit_new (p, EV_DEFERRED)
     :: commit_new (p, EV_CHIP_APPROVED)
     :: commit (p, EV_REFUSED)
     fi
#endif
  fi
}

inline pay_online (p) {
#ifdef BREAK_REVERSAL_LAST
  atomic { turn == NOBODY && ready -> turn = LANE };
#else
  atomic { turn == NOBODY && ready && MAY_SEND && !ANY_REVERSAL_WAITS -> turn = LANE };
#endif
#ifdef BREAK_SEND_FIRST
  d_step { give_stan (p); kind[pay[p].stan] = CLASS_ONLINE; request_sent[pay[p].stan] = 1 };
  commit (p, EV_GO_ONLINE);
#else
  commit_new (p, EV_GO_ONLINE);
#endif
  if
#ifndef CALM
  :: !IS_BACK -> never_sent (p)
#endif
  :: send_request (p);
     if
     :: ANSWERED (p, A_APPROVED) ->
        if
        :: commit (p, EV_ANSWER_APPROVED);
#ifdef BREAK_CARD_LAST
           if
           :: commit (p, EV_APPROVED_CARD_REFUSED)
           :: true
           fi
#endif
#ifndef CALM
        :: card_refused[p] = 1; commit (p, EV_APPROVED_CARD_REFUSED)
#endif
        fi
     :: ANSWERED (p, A_DECLINED) || ANSWERED (p, A_MALFORMED) -> commit (p, EV_ANSWER_DECLINED)
     :: REQUEST_LOST (p) -> commit (p, EV_NO_ANSWER)
     fi
  fi;
  turn = NOBODY
}

#ifdef RESTORE
#define FORGOTTEN(p) forgotten[p]
#else
#define FORGOTTEN(p) false
#endif

#ifdef BREAK_SEND_FIRST
#define MAY_SERVE (next_stan <= STANS - 2)
#else
#define MAY_SERVE true
#endif

inline serve (p) {
  if
  :: pay[p].state == ST_NONE && !FORGOTTEN (p) && MAY_SERVE ->
     if
#if PAYMENTS == 1 && !defined (CALM)
     :: commit (p, EV_CASH_TAKEN); MUST (cash, pay[p].state == ST_APPROVED)
     :: commit (p, EV_CANCELLED)
     :: commit (p, EV_REFUSED)
     :: commit_new (p, EV_REFUND_ASKED)
     :: commit_new (p, EV_COMPLETED_OFFLINE)
#endif
#ifndef CALM
     :: commit_new (p, EV_CHIP_APPROVED)
#endif
     :: commit_new (p, EV_DEFERRED)
     :: pay_online (p)
     fi
  :: else
  fi
}

/* The customer brings back what he took, before the sale left: he gets another receipt, and is not charged. One that may have
 * left is not taken back so: a restored backup would find it in the host's books, and close it as approved. */
#ifdef BREAK_WITHDRAW_LATE
#define NEVER_LEFT(p) (pay[p].state == ST_STORED)
#else
#define NEVER_LEFT(p) (pay[p].state == ST_STORED && !pay[p].marked)
#endif
#define MAY_WITHDRAW(p) (turn == NOBODY && ready && !IS_BACK && NEVER_LEFT (p) && pay[p].class == CLASS_DEFERRED)
inline withdraw (p) {
  life (p, EV_WITHDRAWN);
  goods[p] = 0;
  taken_back[p] = 1;
  told_no[p] = 1
}

proctype lane () {
start:
  {
    serve (0);
#if PAYMENTS > 1
    serve (1);
#endif
end_served:
    do
#ifndef CALM
    :: d_step { MAY_WITHDRAW (0) -> withdraw (0) }
#if PAYMENTS > 1
    :: d_step { MAY_WITHDRAW (1) -> withdraw (1) }
#endif
#else
    :: false
#endif
    od
  } unless { !up };
  lane_stopped = 1;
  d_step { up -> lane_stopped = 0 };
  goto start
}

/* ---- The drainer ---- */

#ifdef ASK_AGAIN
#define ASKS_AGAIN(p) (pay[p].class == CLASS_DEFERRED && next_stan < 2) /* once */
/* One commit: the reversal of what was not answered, and a new request, which alone has an identity of its own. */
inline begin_again (p) {
  d_step {
    if
    :: life_request[ROW_OF (p, EV_NO_ANSWER)] == REQUEST_AGAIN ->
       life (p, EV_NO_ANSWER);
       give_stan (p);
       kind[pay[p].stan] = pay[p].class
    :: else -> life (p, EV_NO_ANSWER)
    fi;
    see (p)
  }
}
#else
#define ASKS_AGAIN(p) false
#endif

inline recover_sending (p) {
#ifdef WHOLE_DISK
  d_step { life (p, EV_FOUND_AT_START); see (p); pay[p].restarted = 1 }
#else
  commit (p, EV_FOUND_AT_START)
#endif
}

/* What the program finds when it starts: with the turn, before anything else leaves. */
inline recover (p) {
  if
#ifndef BREAK_NO_RECOVERY
  :: pay[p].state == ST_SENDING && pay[p].request != R_ATTENTION -> recover_sending (p)
  :: pay[p].state == ST_NOT_SENT -> commit (p, EV_FOUND_AT_START)
#ifdef ASK_AGAIN
  :: pay[p].state == ST_STORED_SENDING && pay[p].request == R_SENDING && ASKS_AGAIN (p) -> begin_again (p)
#endif
#endif
  :: else
  fi
}

inline aside (p) {
  pay[p].request = R_ATTENTION
}

inline take_back_reversal (p) {
  pay[p].reversal = R_WAITING
}

/* A manager takes back what was set aside. */
inline take_back (p) {
  d_step {
    if
    :: pay[p].reversal == R_ATTENTION -> take_back_reversal (p)
    :: else -> pay[p].request = R_WAITING
    fi
  }
}

inline drain_reversal (p) {
  send_reversal (p);
  if
  :: answers[pay[p].undone] != 0 && (pay[p].state == ST_UNKNOWN || pay[p].state == ST_STORED_REVERSING) ->
     commit (p, EV_LATE_ANSWER)
  :: true
  fi;
  if
  :: REVERSAL_ANSWERED (p, A_APPROVED) -> commit (p, EV_REVERSAL_ACKNOWLEDGED)
  :: REVERSAL_ANSWERED (p, A_MALFORMED) -> commit (p, EV_REVERSAL_MALFORMED)
  :: REVERSAL_LOST (p)
  fi
}

inline drain_advice (p) {
  send_request (p);
  if
  :: ANSWERED (p, A_APPROVED) -> commit (p, EV_ADVICE_ACKNOWLEDGED)
  :: ANSWERED (p, A_MALFORMED) -> commit (p, EV_MALFORMED)
  :: REQUEST_LOST (p)
  fi
}

inline take_deferred (p) {
  if
  :: ANSWERED (p, A_APPROVED) -> commit (p, EV_ANSWER_APPROVED)
  :: ANSWERED (p, A_DECLINED) -> commit (p, EV_ANSWER_DECLINED)
  :: ANSWERED (p, A_MALFORMED) -> commit (p, EV_MALFORMED)
#ifdef ASK_AGAIN
  :: REQUEST_LOST (p) && ASKS_AGAIN (p) -> begin_again (p)
#endif
  :: REQUEST_LOST (p) && !ASKS_AGAIN (p)
  fi
}

inline drain_deferred (p) {
#ifdef BREAK_NEW_STAN
  if
  :: pay[p].state == ST_STORED_SENDING && next_stan < STANS -> d_step { give_stan (p); kind[pay[p].stan] = CLASS_DEFERRED }
  :: else
  fi;
#endif
  commit (p, EV_SEND);
  if
#ifndef CALM
  :: !IS_BACK -> commit (p, EV_NEVER_SENT)
#endif
  :: send_request (p); take_deferred (p)
  fi
}

/* Two in flight: one commit marks both, then both leave. */
inline drain_both () {
  d_step { life (0, EV_SEND); life (1, EV_SEND) };
  send_request (0);
  send_request (1);
  take_deferred (1);
  take_deferred (0)
}

#ifdef RESTORE
/* The first contact of a whole disk that was put back: the quarantine begins, and in the same commit the reversals that are
 * owed because a start found something under way are set aside: the copy that is lost may have finished it. */
#ifdef WHOLE_DISK
inline hold (p) {
#ifndef BREAK_REVERSE_RESTARTS
  if
  :: REVERSAL_WAITS (p) && pay[p].state == ST_UNKNOWN && pay[p].restarted -> pay[p].held = 1; pay[p].reversal = R_ATTENTION
  :: else
  fi
#else
  skip
#endif
}

inline first_contact () {
  d_step {
    hold (0);
    next_stan = mark_stan;
    noticed = 1
  }
}
#endif

/* A restored backup: nothing leaves before every record was compared with the acquirer's books, where the host tells them:
 * what they know is closed, the rest waits for the manager. Or a manager releases them as they are, to be sent again under
 * their identities, but for those that were taken back since, as their customers' receipts say. A request found under way is
 * set aside in both cases, known or not: the backup cannot tell whether its answer was taken or its reversal owed. */
#define IS_STORED(p) (pay[p].state == ST_STORED || pay[p].state == ST_STORED_SENDING)
#ifdef BREAK_RELEASE_BLIND
#define WAS_TAKEN_BACK(p) false
#else
#define WAS_TAKEN_BACK(p) (IS_STORED (p) && told_no[p])
#endif

inline compare (p) {
  if
  :: pay[p].state == ST_SENDING ->
#ifdef BREAK_CLOSE_SENDING
     if
     :: ledger[pay[p].stan] == L_CHARGED -> commit (p, EV_ANSWER_APPROVED)
     :: else -> aside (p)
     fi
#else
     aside (p)
#endif
  :: IS_STORED (p) && IN_BOOKS (pay[p].stan) -> commit (p, EV_KNOWN_APPROVED)
  :: IS_STORED (p) && SAID_NO (pay[p].stan) -> commit (p, EV_KNOWN_DECLINED)
#ifndef BREAK_RELEASE_BLIND
  :: WAS_TAKEN_BACK (p) -> d_step { withdraw (p) }
#endif
  :: TO_ADVISE (pay[p].state) && IN_BOOKS (pay[p].stan) -> commit (p, EV_ADVICE_ACKNOWLEDGED)
  :: SAYS_WAITING (pay[p].state) && !IN_BOOKS (pay[p].stan) && !WAS_TAKEN_BACK (p) -> aside (p)
  :: pay[p].state != ST_SENDING && !WAS_TAKEN_BACK (p) /* released */
  :: (REVERSAL_WAITS (p) || IS_HELD (p)) && SAID_NO (pay[p].stan) -> commit (p, EV_REVERSAL_ACKNOWLEDGED)
  :: else
  fi
}

/* What was under way in the backup: a manager looks into the host's books, and knows whether the customer got his goods. */
#define MAY_DECIDE(p) (turn == NOBODY && !IS_BACK \
                       && ((compared && pay[p].state == ST_SENDING && pay[p].request == R_ATTENTION) || IS_HELD (p)))
#ifdef BREAK_CONFIRM_BLIND
#define MAY_CONFIRM(p) IN_BOOKS (pay[p].stan)
#else
#define MAY_CONFIRM(p) (goods[p] && IN_BOOKS (pay[p].stan))
#endif
inline decide (p) {
  if
  :: MAY_CONFIRM (p) -> confirmed[p] = 1; commit (p, EV_CHARGED_CONFIRMED)
  :: !goods[p] && pay[p].state == ST_SENDING -> commit (p, EV_FOUND_AT_START)
#ifdef WHOLE_DISK
  :: !goods[p] && IS_HELD (p) -> d_step { pay[p].held = 0; take_back_reversal (p) }
#endif
  fi
}

inline quarantine () {
  compare (0);
#if PAYMENTS > 1
  compare (1);
#endif
  compared = 1
}
#endif

#define ADVICE_WAITS(p) (pay[p].request == R_WAITING && IS_ADVICE (pay[p].class))
#define DEFERRED_WAITS(p) (pay[p].state != ST_STORED_REVERSING && (pay[p].request == R_WAITING || pay[p].request == R_SENDING) && IS_REQUEST (pay[p].class))
#define ASIDE(p) (pay[p].request == R_ATTENTION || pay[p].reversal == R_ATTENTION)

inline drain (p) {
  if
  :: REVERSAL_WAITS (p) -> drain_reversal (p)
  :: !ANY_REVERSAL_WAITS && ADVICE_WAITS (p) -> drain_advice (p)
  :: !ANY_REVERSAL_WAITS && DEFERRED_WAITS (p) -> drain_deferred (p)
#ifndef CALM
  :: DEFERRED_WAITS (p) && pay[p].class == CLASS_DEFERRED -> commit (p, EV_TOO_OLD)
#endif
  fi
}

#define WAITS(p) (REVERSAL_WAITS (p) || (!ANY_REVERSAL_WAITS && (ADVICE_WAITS (p) || DEFERRED_WAITS (p))))
/* Between two turns: what a manager takes back while a message is under way counts from the next turn on. */
#define MAY_TAKE_BACK(p) (turn == NOBODY && !IS_BACK && ASIDE (p) && pay[p].state != ST_SENDING && !IS_HELD (p))
#define TURN atomic { turn == NOBODY -> turn = DRAINER }

proctype drainer () {
start:
  {
    TURN;
#if defined (RESTORE) && !defined (BREAK_NO_QUARANTINE) && !defined (WHOLE_DISK)
    if
    :: restored && !compared -> quarantine ()
    :: else
    fi;
#endif
    recover (0);
#if PAYMENTS > 1
    recover (1);
#endif
    d_step { ready = 1; turn = NOBODY };
end_idle:
    do
#ifdef WHOLE_DISK
    :: atomic { turn == NOBODY && UNTOLD -> turn = DRAINER }; first_contact (); turn = NOBODY
    :: atomic { turn == NOBODY && noticed && !compared -> turn = DRAINER }; quarantine (); turn = NOBODY
#endif
    :: atomic { turn == NOBODY && MAY_SEND && WAITS (0) -> turn = DRAINER }; drain (0); turn = NOBODY
    :: atomic { MAY_TAKE_BACK (0) -> take_back (0) }
#ifdef RESTORE
    :: atomic { MAY_DECIDE (0) -> decide (0) }
#if PAYMENTS > 1
    :: atomic { MAY_DECIDE (1) -> decide (1) }
#endif
#endif
#if PAYMENTS > 1
    :: atomic { turn == NOBODY && WAITS (1) -> turn = DRAINER }; drain (1); turn = NOBODY
    :: atomic { MAY_TAKE_BACK (1) -> take_back (1) }
    :: atomic { turn == NOBODY && !ANY_REVERSAL_WAITS && DEFERRED_WAITS (0) && DEFERRED_WAITS (1)
                -> turn = DRAINER };
       drain_both ();
       turn = NOBODY
#endif
    od
  } unless { !up };
  drainer_stopped = 1;
  d_step { up -> drainer_stopped = 0 };
  goto start
}

/* ---- The acquirer: what arrives is written down before it is answered; it may crash on either side of that ---- */

#ifdef RESTORE
#define AWAITED(s) true
#else
#define AWAITED(s) ((pay[owner[s] - 1].stan == s || pay[owner[s] - 1].undone == s) && AWAITS (owner[s] - 1))
#endif

inline answer_request (s) {
  if
  :: !AWAITED (s)
  :: AWAITED (s) && IN_BOOKS (s) -> answers[s] = answers[s] | A_APPROVED
  :: AWAITED (s) && ledger[s] == L_MALFORMED -> answers[s] = answers[s] | A_MALFORMED
  :: else -> answers[s] = answers[s] | A_DECLINED
  fi
}

/* An advice can't be declined: the card has approved, or the acquirer when it was held. */
inline judge (s) {
  if
  :: ledger[s] == L_NONE && IS_ADVICE (kind[s]) -> ledger[s] = L_ADVISED
  :: ledger[s] == L_NONE && !IS_ADVICE (kind[s]) -> ledger[s] = L_CHARGED
  :: ledger[s] == L_NONE && !IS_ADVICE (kind[s]) -> ledger[s] = L_DECLINED
#if PAYMENTS == 1
  :: ledger[s] == L_NONE -> ledger[s] = L_MALFORMED
#endif
  :: else
  fi
}

inline undo (s) {
  if
  :: IN_BOOKS (s) -> ledger[s] = L_REVERSED
#ifndef BREAK_NO_TOMBSTONE
  :: ledger[s] == L_NONE || ledger[s] == L_MALFORMED -> ledger[s] = L_BURIED
#endif
  :: else
  fi
}

inline host_takes (s) {
  if
  :: atomic {
       MAY_ARRIVE (request_sent, request_fresh, s) -> SET (request_fresh[s], 0);
       if
       :: judge (s);
          if
          :: answer_request (s)
          :: !IS_BACK /* it crashed: on the books, and not said */
          fi
       :: !IS_BACK /* it crashed: neither */
       fi
     }
  :: atomic {
       MAY_ARRIVE (reversal_sent, reversal_fresh, s) -> SET (reversal_fresh[s], 0);
       if
       :: undo (s);
          if
          :: AWAITED (s) -> reversal_answers[s] = reversal_answers[s] | A_APPROVED
          :: !AWAITED (s)
          :: !IS_BACK
          fi
#if PAYMENTS == 1
       :: AWAITED (s) -> reversal_answers[s] = reversal_answers[s] | A_MALFORMED
#endif
       :: !IS_BACK
       fi
     }
  fi
}

proctype host () {
end_host:
  do
  :: host_takes (0)
  :: host_takes (1)
  :: host_takes (2)
  :: host_takes (3)
  od
}

/* ---- Crashes, backups, and the line that comes back ---- */

#ifdef RESTORE
#ifdef WHOLE_DISK
#define COPY_RESTARTED(to, from, p) ; to[p].restarted = from[p].restarted
#else
#define COPY_RESTARTED(to, from, p)
#endif
#define COPY(to, from, p) \
  to[p].state = from[p].state; \
  to[p].request = from[p].request; \
  to[p].class = from[p].class; \
  to[p].reversal = from[p].reversal; \
  to[p].stan = from[p].stan; \
  to[p].undone = from[p].undone; \
  to[p].printed = from[p].printed; \
  to[p].marked = from[p].marked COPY_RESTARTED (to, from, p)

#define IS_FORGOTTEN(then, now) ((then == ST_NONE || then == ST_NOT_SENT) && then != now)

/* Whoever is not in the backup, or only on the way to being stored, is forgotten by it. */
inline put_back (p) {
  if
  :: IS_FORGOTTEN (kept[p].state, pay[p].state) -> forgotten[p] = 1
  :: else
  fi;
  COPY (pay, kept, p)
}

inline restore () {
  d_step {
    put_back (0);
#if PAYMENTS > 1
    put_back (1);
#endif
    next_stan = kept_stan;
    restored = 1
  }
}
#endif

#ifdef RESTORE
/* Before anybody may take an identity: a database older than its mark is noticed, and numbers go on from the mark's. */
inline open_database () {
  d_step {
    if
#ifndef WHOLE_DISK
    :: restored ->
       noticed = 1;
#ifndef BREAK_STAN_FROM_BACKUP
       next_stan = mark_stan
#endif
    :: else
#else
    :: !UNTOLD && restored -> next_stan = mark_stan
    :: else
#endif
    fi
  }
}
#endif

#define RUNS (up && !lane_stopped && !drainer_stopped)
#ifndef CALM
#define MAY_CRASH (RUNS && !IS_BACK)
#elif defined (RESTORE)
#define MAY_CRASH (RUNS && has_backup && !restored)
#else
#define MAY_CRASH false
#endif

proctype power () {
end_power:
  do
#ifdef RESTORE
  :: up && ready && !has_backup ->
     d_step {
       COPY (kept, pay, 0);
#if PAYMENTS > 1
       COPY (kept, pay, 1);
#endif
       kept_stan = next_stan;
       has_backup = 1
     }
#endif
  :: MAY_CRASH ->
     d_step { ready = 0; up = 0 };
     lane_stopped && drainer_stopped;
#ifdef RESTORE
     if
     :: has_backup && !restored -> restore ()
#ifndef CALM
     :: true
#endif
     fi;
#endif
 #ifdef RESTORE
    open_database ();
#endif
    d_step { turn = NOBODY; up = 1 }
  od
}

#ifdef LIVENESS
proctype line () {
  back = 1
}

#define SETTLED(p) (pay[p].request != R_WAITING && pay[p].request != R_SENDING && pay[p].reversal != R_WAITING \
                    && pay[p].state != ST_SENDING && pay[p].state != ST_NOT_SENT)
#if PAYMENTS > 1
#define QUIET (up && ready && SETTLED (0) && SETTLED (1))
#else
#define QUIET (up && ready && SETTLED (0))
#endif

ltl drains { (<> back) -> (<> [] QUIET) }
#endif

#ifdef TABLE_FROM_FILE
/* For the many changed tables of check-model: the arrays as numbers, so that one verifier does for all. */
c_code {
  static void
  read_array (FILE *file, unsigned char *array, size_t size)
  {
    unsigned int value;
    size_t i;

    for (i = 0; i < size; i++)
      if (fscanf (file, "%u", &value) == 1)
        array[i] = (unsigned char)value;
      else
        abort ();
  }

  static void
  read_table (void)
  {
    FILE *file = fopen ("table", "r");

    if (file == 0)
      abort ();
    read_array (file, life_row, sizeof life_row);
    read_array (file, life_next, sizeof life_next);
    read_array (file, life_request, sizeof life_request);
    read_array (file, life_opens, sizeof life_opens);
    read_array (file, life_reversal, sizeof life_reversal);
    read_array (file, life_print, sizeof life_print);
    fclose (file);
  }
}
#endif

init {
  atomic {
#ifdef TABLE_FROM_FILE
    c_code { read_table (); };
#endif
    pay[0].stan = NO_STAN;
    pay[0].undone = NO_STAN;
#if PAYMENTS > 1
    pay[1].stan = NO_STAN;
    pay[1].undone = NO_STAN;
#endif
    run lane ();
    run drainer ();
    run host ();
    run power ();
    run monitor ();
#ifdef LIVENESS
    run line ()
#endif
  }
}
