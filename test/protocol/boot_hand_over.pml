/* SPDX-License-Identifier: MIT
 * The hand-over of a hart that boots (lib/percpu, Life; lib/smp, bring_up): the boot CPU starts it, waits
 * for it up to a deadline, and goes on with it or without it. Sequentially consistent: memory orders
 * are the model checker's (test/model/percpu). Here: does everybody get on, however late the hart is? */
mtype = { Offline, Starting, Online, Failed };

mtype life = Offline;
bool boot_went_on = false;   /* the boot CPU has its answer */
bool counted_online = false; /* and it is yes */
bool hart_idles = false;     /* the hart takes part */
bool hart_stopped = false;   /* it came too late, and stopped itself */
bool too_late = false;       /* the deadline has passed */

/* compare-exchange */
inline swap(from, to, won) {
    atomic {
        if
        :: life == from -> life = to; won = true
        :: else -> won = false
        fi
    }
}

active proctype boot() {
    bool gave_up;
    life = Starting; /* before the firmware is asked */
    run hart();
    run clock();
    /* spin_until: the hart is in, or time is up */
    (life != Starting || too_late);
    if
    :: life == Starting -> swap(Starting, Failed, gave_up)
    :: else -> gave_up = false
    fi;
    counted_online = !gave_up;
    boot_went_on = true
}

proctype hart() {
    bool is_in;
    swap(Starting, Online, is_in);
    if
    :: is_in -> hart_idles = true
    :: else -> hart_stopped = true
    fi
}

proctype clock() {
    too_late = true
}

/* Both agree, whoever was first. */
ltl agree { [] (boot_went_on -> (counted_online -> life == Online) && (!counted_online -> life == Failed)) }
/* Nobody waits for ever. */
ltl progress { <> boot_went_on && <> (hart_idles || hart_stopped) }
/* A hart that was given up never takes part. */
ltl out_is_out { [] !(hart_idles && boot_went_on && !counted_online) }
