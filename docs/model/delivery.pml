/*
 * The way of one task's events from the one who publishes them to one watcher, as the code has it (README.md says which lines are
 * which methods). Faults happen at any moment, each as often as its bound says. Spin looks at every order of every step.
 *
 * Ids are small numbers that only grow, as Redis's clock does. In one life of the log they have no holes, so the event after id i is
 * i + 1 and its seq is i - base. When the log is emptied one id is left out: no event of the new log follows one of the old.
 *
 * Each  #ifdef  of a name in capitals is a mutation that ./check expects spin to refute.
 */

#ifndef EVENTS
#define EVENTS 4        /* the last one is the end */
#endif
#ifndef LOSSES
#define LOSSES 0        /* published messages that never come in */
#endif
#ifndef CUTS
#define CUTS 0          /* the listener's connection breaks */
#endif
#ifndef REPEATS
#define REPEATS 0       /* replies to the publisher that are lost */
#endif
#ifndef DROPS
#define DROPS 0         /* the client's connection breaks */
#endif
#ifndef CRASHES
#define CRASHES 0       /* the instance dies, and comes back with nothing */
#endif
#ifndef TRIMS
#define TRIMS 0         /* the oldest event is no longer kept */
#endif
#ifndef LOG_TRIMS
#define LOG_TRIMS 0     /* the log of all tasks keeps its newest event only, the task's own stream all */
#endif
#ifndef EMPTIED
#define EMPTIED 0       /* the log loses everything */
#endif
#ifndef OUTAGES
#define OUTAGES 0       /* the log does not answer for a while */
#endif
#ifndef BOX
#define BOX 3           /* what the mailbox holds before it is conflated */
#endif

#define PAGE 2          /* events read at once */
#define NONE 63
#define ROOM 14         /* frames that wait at most */

/* ---- the log: emit.lua, RedisProgressLog */
byte head, born;                /* newest id, first one ever; 0 = START */
byte oldest, log_oldest;        /* first one kept of the task, and of all */
byte next_id = 1;
byte base;                      /* the id before the first one of this life */
byte source_last;               /* f:<source>: the newest number recorded */
bool attempt_ended;             /* z */
byte end_id, old_end;           /* which event is the end, in this life and in the one before */
bool away;
chan pubsub = [EVENTS + 2] of { byte, byte };   /* id and prev */
bool subscribed;

/* ---- the database */
bool row_ended;
byte row_last;                  /* last_event_id */

/* ---- the stream: Subscription, ClientSink, Mailbox */
mtype = { JOINING, LIVE, WAITING };
mtype state;
bool joined, opened, closed;
byte resume_after = NONE;       /* Resume; NONE = from the snapshot */
bool resume_resync;
byte reached = NONE, watermark = NONE;
#ifndef FORGET_WHAT_WAITS
byte waits;
#endif
bool asked;                     /* a hand-over waits for a reader */
bool superseded = true;         /* what the reader has read so far is not of the current one */
bool live_end;                  /* Ends, of the live events */
bool held, conflated, page_waits, ending;
byte box[BOX], skips[BOX], boxed;
mtype = { EVENT, SNAPSHOT, RESYNC, ROW, ROW_END, COVERED };
chan ahead = [ROOM] of { mtype, byte, byte };

/* ---- the client, and what it can prove */
bool connected, done;
byte last_id;                   /* what it sends as Last-Event-ID */
byte position = NONE;           /* it holds, or was told to have missed, everything up to here */
bool resynced, told_row;

/* ---- faults */
byte losses = LOSSES, cuts = CUTS, repeats = REPEATS, drops = DROPS, crashes = CRASHES, trims = TRIMS, log_trims = LOG_TRIMS, emptied = EMPTIED,
     outages = OUTAGES;

#define PREVIOUS(i) (i == born -> 0 : i - 1)
#define IS_END(i) (i != 0 && (i == end_id || i == old_end))
#define FIRST_AFTER(i, kept) (i + 1 > kept -> i + 1 : kept)
#define GIVEN_UP (superseded || closed || ending)

/* ======== emit.lua ======== */

inline emit(number) {
    if
#ifndef NO_SOURCE_NUMBERS
    :: number <= source_last || attempt_ended -> skip           /* a repeat */
    :: else
#else
    :: true
#endif
        -> assert(!attempt_ended);                              /* exactly one end, and nothing after it */
        assert(number > source_last);                           /* no event twice */
        if
        :: head == 0 -> born = next_id; oldest = next_id; log_oldest = next_id
        :: else
        fi;
        if
        :: subscribed && losses > 0 -> losses--
        :: subscribed -> pubsub!next_id, head
        :: !subscribed
        fi;
        head = next_id;
        next_id++;
        source_last = number;
        if
        :: number == EVENTS -> attempt_ended = true; end_id = head
        :: else
        fi
    fi
}

/* ======== ProgressPublisher, EndPublisher ======== */

active proctype Publisher() {
    byte number = 1;
    do
    :: number > EVENTS -> break
    :: else ->
        if
        :: number == EVENTS -> row_ended = true                 /* committed first */
        :: else
        fi;
again:  atomic {
            !away -> emit(number);
            if
            :: repeats > 0 -> repeats--; goto again
            :: true
            fi
        };
        atomic { row_last = head; number++ }
    od
}

/* Another instance finds the end in the row and tells it too; the script lets only one of them. */
active proctype Repair() {
    if
    :: atomic { row_ended && !away -> emit(EVENTS) }
    :: true
    fi
}

/* ======== Mailbox, ClientSink: called with the lock ======== */

inline offer(i) {
    if
    :: closed || ending -> skip
    :: else ->
        if
        :: boxed == BOX ->                                      /* conflate: the first of the run and the newest stay */
            atomic {
                skips[1] = skips[BOX - 1] + skips[1] + (BOX - 2);
#ifdef SKIPS_NOT_COUNTED
                skips[1] = 0;
#endif
                box[1] = box[BOX - 1];
                skips[BOX - 1] = 0; box[BOX - 1] = 0;
                boxed = 2;
                conflated = true
            }
        :: else
        fi;
        box[boxed] = i; skips[boxed] = 0; boxed++
    fi
}

inline clear_box() {
    d_step { box[0] = 0; box[1] = 0; box[2] = 0; skips[0] = 0; skips[1] = 0; skips[2] = 0; boxed = 0 }
}

inline shift_box() {
    d_step { box[0] = box[1]; skips[0] = skips[1]; box[1] = box[2]; skips[1] = skips[2]; box[2] = 0; skips[2] = 0; boxed-- }
}

inline box_to_ahead() {
    do
    :: boxed > 0 -> ahead!EVENT, box[0], skips[0]; shift_box()
    :: else -> break
    od
}

inline drop_up_to(i) {
    do
    :: boxed > 0 && box[0] <= i -> shift_box()
    :: else -> break
    od
}

inline clear_ahead() {
    do
    :: ahead?_, _, _
    :: empty(ahead) -> break
    od
}

inline abort_stream() {
    closed = true; clear_box(); clear_ahead(); page_waits = false
}

inline hold() {
    if
#ifndef HOLD_FORGETS_LIVE
    :: !held -> box_to_ahead()
#endif
    :: else
    fi;
    held = true; conflated = false; page_waits = false;
    clear_box()
}

inline end_stream() {
    if
    :: closed || ending -> skip
    :: else ->
        ending = true; page_waits = false;
        if
        :: !held -> box_to_ahead()
        :: else
        fi;
        clear_box()
    fi
}

/* ======== Subscription ======== */

inline begin_hand_over() {
    if
    :: reached != NONE -> resume_after = reached; resume_resync = false
    :: else
    fi;
    superseded = true;
    state = JOINING;
    watermark = NONE;
#ifndef FORGET_WHAT_WAITS
    waits = 0;
#endif
    live_end = false;
    hold();
    asked = true
}

inline recorded(i) {
    if
    :: !joined || closed || state == WAITING -> skip
#ifndef NO_WATERMARK
    :: joined && !closed && state != WAITING && watermark != NONE && i <= watermark -> skip
#endif
    :: else ->
        offer(i);
        if
        :: IS_END(i) -> live_end = true
        :: else
        fi;
        if
        :: state == LIVE ->
            watermark = i; reached = i;
            if
            :: live_end -> end_stream()
            :: else
            fi
#ifndef FORGET_WHAT_WAITS
        :: state == JOINING -> waits = i
#endif
        :: else
        fi
    fi
}

inline continuity_lost() {
#ifndef NOBODY_IS_TOLD
    if
    :: joined && opened && !closed -> begin_hand_over()
    :: else
    fi
#else
    skip
#endif
}

/* ======== RedisSubscriber, OrderedDelivery: one thread ======== */

inline unsubscribe() {
    subscribed = false;
    do
    :: pubsub?_, _
    :: empty(pubsub) -> break
    od
}

inline leave_start() {
#ifndef TRUST_THE_START
    if
    :: last == 0 -> continuity_lost()
    :: else
    fi
#else
    skip
#endif
}

active proctype Listener() {
    byte last = NONE, id, prev, upto;
idle:
    atomic { true; d_step { id = 0; prev = 0; upto = 0 } };
end:
    do
    :: atomic { !subscribed && !away -> subscribed = true };
        if
        :: last == NONE -> goto begin_at_head
#ifndef TRUST_THE_START
        :: last == 0 -> goto begin_at_head
#endif
#ifndef NO_CATCH_UP_AFTER_RECONNECTION
        :: else -> goto catch_up
#else
        :: else -> last = head
#endif
        fi
    :: atomic { pubsub?id, prev ->
            if
            :: id <= last -> goto idle
#ifndef NO_PREV
            :: id > last && prev != last -> goto catch_up
#endif
            :: else -> leave_start(); last = id
            fi };
        atomic { recorded(id); goto idle }
#ifndef NO_LOOK_IN_SILENCE
    :: atomic { subscribed && empty(pubsub) && !away && head != last -> goto catch_up }   /* else it finds nothing */
#endif
    :: atomic { subscribed && cuts > 0 -> cuts--; unsubscribe() }
    :: atomic { away && subscribed -> unsubscribe() }
    :: atomic { crashes > 0 -> crashes--; unsubscribe(); last = NONE; abort_stream(); joined = false }
    od;

catch_up:
    atomic {
        if
        :: away -> unsubscribe(); goto idle
        :: !away && (head == 0 || head <= last) ->
            if
            :: head == last -> goto idle
            :: else -> goto begin_at_head
            fi
        :: else ->
            id = FIRST_AFTER(last, log_oldest);
            upto = (head > id + PAGE - 1 -> id + PAGE - 1 : head);
            if
            :: PREVIOUS(id) != last -> goto begin_at_head
            :: else -> leave_start()
            fi
        fi
    };
    do
    :: atomic { id <= upto -> recorded(id); id++ }
    :: atomic { id > upto -> last = upto; break }
    od;
    goto catch_up;

begin_at_head:
#ifdef TELL_BEFORE_HEAD
    atomic { continuity_lost() };
#endif
    atomic {
        if
        :: away -> unsubscribe(); goto idle
        :: else -> last = head
        fi
    };
#ifndef TELL_BEFORE_HEAD
    atomic { continuity_lost() };
#endif
    goto idle
}

/* ======== HandOver, Backlog, Standing: the readers' pool ======== */

inline page_reads() {           /* Standing.read: the row first, then the newest event */
    seen_ended = row_ended; seen_last = row_last
}

/* The last page was handed over: live messages follow. */
inline go_live() {
    reached = seam;
#ifndef FORGET_WHAT_WAITS
    if
    :: waits > seam -> reached = waits; watermark = waits
    :: else
    fi;
#endif
    state = LIVE;
    held = false;
    if
    :: live_end || told -> end_stream()
    :: else
    fi
}

active proctype Reader() {
    byte after, seam, ghost_seam, newest, id, upto;
    bool why, seen_ended, over, told;   /* told: HandOver.ends */
    byte seen_last;
idle:
    atomic {
        true;
        d_step {
            after = 0; seam = 0; ghost_seam = 0; newest = 0; id = 0; upto = 0; seen_last = 0;
            why = false; seen_ended = false; over = false; told = false
        }
    };
end:
    atomic { asked ->
        d_step {
            asked = false; superseded = false; after = resume_after; why = resume_resync
        }
    };

    /* begin */
    atomic {
        if
        :: away -> goto wait_for_log
        :: else -> seam = head; ghost_seam = (head == 0 -> base : head)
        fi
    };
    /* fixSeam */
    atomic {
#ifdef HEAD_BEFORE_JOINING
        joined = true;
#endif
        if
        :: GIVEN_UP -> goto idle
        :: else ->
#ifndef NO_DROP_UP_TO_SEAM
            drop_up_to(seam);
#endif
            watermark = seam;
#ifndef COUNT_ACROSS_SEAM
            if
            :: conflated -> abort_stream(); goto idle
            :: else
            fi
#endif
        fi
    };
    /* next, for the first time */
    page_reads();
    atomic {
        if
        :: away -> goto wait_for_log
        :: else -> newest = head
        fi;
        if
        :: after == NONE -> goto snapshot
        :: after != NONE && newest == 0 && (seen_last != 0 || seen_ended) -> why = true; goto snapshot
        :: else
        fi
    };

replay:
    atomic {
        if
        :: GIVEN_UP -> goto idle
        :: else
        fi;
        if
        :: away -> goto wait_for_log
        :: else
        fi;
        if
#ifndef NO_GAP_CHECK
        :: after != 0 && (after < born || after > head) -> goto gap
        :: !(after != 0 && (after < born || after > head)) && head > after && PREVIOUS(FIRST_AFTER(after, oldest)) > after -> goto gap
#endif
        :: else ->
            id = FIRST_AFTER(after, oldest);
            upto = (head > id + PAGE - 1 -> id + PAGE - 1 : head);
            upto = (upto > seam -> seam : upto);
            over = (head <= id + PAGE - 1 || upto == seam)
        fi
    };
    /* deliver */
    atomic {
#ifndef OLD_HAND_OVERS_GO_ON
        if
        :: GIVEN_UP -> goto idle
        :: else
        fi;
#endif
        do
        :: id <= upto && id != 0 && upto != 0 -> ahead!EVENT, id, 0;
            if
            :: IS_END(id) -> told = true
            :: else
            fi;
            after = id; id++
        :: else -> break
        od;
        if
        :: over -> go_live(); goto idle
        :: else -> reached = after; page_waits = true
        fi
    };
    (!page_waits || GIVEN_UP);
    goto replay;

gap:
    why = true;
    page_reads();
    atomic {
        if
        :: away -> goto wait_for_log
        :: else -> newest = head
        fi
    };

snapshot:
    atomic {
        if
        :: GIVEN_UP -> goto idle
        :: else
        fi;
        if
        :: why -> ahead!RESYNC, 0, 0
        :: else
        fi;
        if
        :: newest == 0 && seen_ended -> ahead!ROW_END, 0, 0;
#ifndef ALL_IS_RELEASED_AFTER_THE_END
            end_stream();                               /* while it is held: what was recorded since is the same end */
#endif
            told = true
        :: newest == 0 && !seen_ended -> ahead!ROW, 0, 0
        :: newest != 0 && newest <= seam -> ahead!SNAPSHOT, newest, 0;
            if
            :: IS_END(newest) -> told = true
            :: else
            fi
        :: else                                         /* it comes by the live way */
        fi;
        ahead!COVERED, ghost_seam, 0;
        go_live();
        goto idle
    };

wait_for_log:
    page_reads();
    atomic {
        if
        :: GIVEN_UP -> goto idle
        :: else
        fi;
        if
        :: resume_after == NONE ->
            if
            :: seen_ended -> ahead!ROW_END, 0, 0; told = true
            :: else -> ahead!ROW, 0, 0
            fi
        :: else
        fi;
        state = WAITING;
        hold();
        if
        :: reached == NONE && resume_after == NONE -> resume_resync = true
        :: else
        fi;
        if
#ifndef WAIT_WITH_AN_END_UNTOLD
        :: told -> end_stream()
#else
        :: told || live_end -> end_stream()
#endif
        :: else
        fi;
        goto idle
    }
}

/* Streams.tick and probe */
active proctype Ticker() {
end:
    do
    :: atomic { joined && !closed && !ending && state == WAITING && !away -> begin_hand_over() }
    od
}

/* ======== the client; the writers' pool hands it one frame after another ======== */

#define EMPTIED_NOW (emptied < EMPTIED)
/* The listener was about to pass on an event of the old log when a hand-over found the new one. It will say so itself next. */
#define LEFT_OVER(i) (EMPTIED_NOW && i <= base && (position == 0 || position == base))

inline told_end() {
    done = true
}

inline take(kind, id, skipped) {
    assert(!done || kind == COVERED);                           /* nothing after the end, and one end */
    if
    :: kind == EVENT && LEFT_OVER(id) -> position = id; last_id = id
    :: kind == EVENT && !LEFT_OVER(id) ->
        assert(position != NONE);                               /* the snapshot comes first */
        assert(id > last_id);                                   /* order, and nothing twice */
        assert(id - skipped == position + 1                     /* nothing lost that was not counted */
            || (EMPTIED_NOW && (position == 0 || position == base)));   /* who holds nothing of an emptied log can't miss it */
        position = id; last_id = id;
        if
        :: IS_END(id) -> told_end()
        :: else
        fi
    :: kind == SNAPSHOT ->
        assert(last_id == 0 || resynced);
        assert(id > last_id || resynced);
        last_id = id;
        if
        :: IS_END(id) -> told_end()
        :: else
        fi
    :: kind == RESYNC ->
        assert(trims < TRIMS || EMPTIED_NOW || told_row);  /* never without a reason */
        resynced = true; position = NONE
    :: kind == ROW -> told_row = true
    :: kind == ROW_END -> told_end()
    :: kind == COVERED -> position = id; resynced = false
    fi
}

active proctype Client() {
    mtype kind;
    byte id, skipped;
    do
    :: done -> break
    :: !done && !connected ->
        atomic {                                                /* Streams.open */
            connected = true; closed = false; ending = false; opened = false; joined = false;
            state = JOINING; held = true; conflated = false; page_waits = false; asked = false;
            reached = NONE; watermark = NONE; live_end = false; superseded = true;
#ifndef FORGET_WHAT_WAITS
            waits = 0;
#endif
            clear_box(); clear_ahead();
            resume_after = (last_id == 0 -> NONE : last_id);
            resume_resync = false;
            position = (last_id == 0 -> NONE : last_id);
            told_row = false; resynced = false
        };
#ifndef HEAD_BEFORE_JOINING
        if
        :: closed                                               /* the instance died meanwhile */
        :: else -> joined = true
        fi;
#endif
        atomic {
            if
            :: closed
            :: else -> opened = true; begin_hand_over()
            fi
        }
    :: atomic { connected && !closed && nempty(ahead) -> ahead?kind, id, skipped;
            d_step { take(kind, id, skipped); kind = 0; id = 0; skipped = 0 } }
    :: atomic { connected && !closed && empty(ahead) && page_waits -> page_waits = false }
    :: atomic { connected && !closed && empty(ahead) && !held && boxed > 0 ->
            d_step { take(EVENT, box[0], skips[0]) }; shift_box() }
    :: atomic { connected && (closed || (ending && empty(ahead))) ->
            assert(closed || done || EMPTIED_NOW);        /* it does not end as if all were told */
            connected = false; joined = false; abort_stream() }
    :: atomic { connected && drops > 0 -> drops--; connected = false; joined = false; abort_stream() }
    od
}

/* ======== faults of the log ======== */

active proctype Faults() {
end:
    do
    :: atomic { trims > 0 && head != 0 && oldest < head -> trims--; oldest++ }
    :: atomic { log_trims > 0 && log_oldest < head -> log_trims--; log_oldest = head }
    :: atomic { emptied > 0 && head != 0 -> emptied--; base = next_id; next_id++; head = 0; born = 0; oldest = 0; log_oldest = 0; source_last = 0;
            attempt_ended = false; old_end = end_id; end_id = 0;
            if
            :: unsubscribe()                                    /* a restart */
            :: empty(pubsub)                                    /* FLUSHALL */
            fi }
    :: atomic { outages > 0 && !away -> outages--; away = true }
    :: atomic { away -> away = false }
    od
}
