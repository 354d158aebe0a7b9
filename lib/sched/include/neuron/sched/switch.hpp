// SPDX-License-Identifier: MIT
// Who runs on a CPU. Everything here happens on that CPU with interrupts masked. The strand that
// goes and the one that comes meet in switch_to: what the one that went could not do on its own
// stack (end, move to another CPU) the one that came does for it.
#pragma once

#include <neuron/core/witness.hpp>
#include <neuron/sched/lending.hpp>
#include <neuron/sched/remote.hpp>

namespace neuron::sched {
namespace detail {

/// A holder of the task's place is done with it: the last one frees it.
template <class System>
void release_place(System& system, Place& place, Pid pid) {
    // Acquire and release: what either holder did comes before the place's next task.
    if (place.slot.holders.fetch_sub(1, core::acq_rel) == 1)
        system.template remote<Feature>(pool_of(pid)).tasks.give_back(place_of(pid));
}

/// A task runs on this CPU while others are ready, or it is wanted elsewhere.
template <class System, class W>
void note_waiting(System& system, const W& masked) {
    FeaturesOf<System>::for_each([&]<class F> {
        if constexpr (requires { &F::template on_waiting<System, W>; })
            F::on_waiting(system, masked);
    });
}

/// A queue that goes by time is told what time it is.
template <class System, class Queue>
void observe(System& system, Queue& ready) {
    if constexpr (KeepsTime<Queue>)
        ready.observe(system.now());
}
/// The same, and that `self` has had its turn; nullptr: this CPU was idle.
template <class System, class Queue>
void end_turn(System& system, Queue& ready, Task* self) {
    observe(system, ready);
    if constexpr (KeepsTime<Queue>)
        ready.end_turn(self);
}

/// A task that this CPU owns, and that is in no queue, is ready here.
template <class System, class W>
void make_ready(System& system, const W& masked, Task& task) {
    const bool waits = cpu(system, masked).with(masked, [&](auto& own) {
        observe(system, own.ready);
        LendingOf<System>::recompute(task);
        own.ready.enqueue(task);
        return own.running != nullptr;
    });
    if (waits)
        note_waiting(system, masked);
}

/// A task leaves this CPU: a queue that has reckoned with it does so no more.
template <class System, class W>
void forget(System& system, const W& masked, Task& task) {
    cpu(system, masked).with(masked, [&](auto& own) {
        if constexpr (KeepsTime<decltype(own.ready)>)
            own.ready.forget(task);
    });
}

/// A task of this CPU, in no queue, has the home that it is to have from now on, with the slot that
/// it has there.
template <class System, class W>
ParkWord::Home take_home(System& system, const W& masked, Task& task) {
    auto& admissions = system.template shared<Feature>();
    const ParkWord::Home home = Inside::word(task).goal();
    Inside::of(task).admission = admissions.attach(home.cpu, home.qos); // the old one goes back
    Inside::standing(task).qos = home.qos;
    if (home.cpu != system.this_cpu())
        forget(system, masked, task);
    Inside::word(task).depart(); // last: it may be attended to there at once
    LendingOf<System>::on_new_class();
    return home;
}

/// A task of this CPU that is in no queue goes to where it is wanted.
template <class System, class W>
void depart(System& system, const W& masked, Task& task) {
    const ParkWord::Home home = take_home(system, masked, task);
    if (home.cpu == system.this_cpu())
        return make_ready(system, masked, task);
    send_away(system, home.cpu, task);
}

/// What the strand that was left could not do on its own stack.
template <class System>
[[gnu::noinline]] void settle(System& system, const core::IrqOff& masked, Task& left) {
    const bool has_ended = cpu(system, masked).with(masked, [](auto& own) {
        own.left = nullptr;
        return own.has_ended;
    });
    if (has_ended)
        release_place(system, held_place(system, left.pid()), left.pid());
    else
        depart(system, masked, left);
}
template <class System>
void settle(System& system, const core::IrqOff& masked) {
    Task* const left = cpu(system, masked).with(masked, [](auto& own) { return own.left; });
    if (left != nullptr) [[unlikely]]
        settle(system, masked, *left);
}

template <class System>
[[gnu::always_inline]] inline Task* dequeue(System& system, const core::IrqOff& masked) {
    return cpu(system, masked).with(masked, [](auto& own) { return own.ready.dequeue(); });
}

/// `next` came out of the queue and is wanted elsewhere: it goes, and who runs is the next that
/// stays.
template <class System>
[[gnu::noinline]] Task* pick_other(System& system, const core::IrqOff& masked, const Task* current,
                                   Task* next) {
    for (; next != nullptr && Inside::word(*next).wants_to_move(); next = dequeue(system, masked)) {
        cpu(system, masked).with(masked, [&](auto& own) {
            if constexpr (KeepsTime<decltype(own.ready)>)
                own.ready.skip();
            if (next == current) {
                own.left = next;
                own.has_ended = false;
            }
        });
        if (next != current)
            depart(system, masked, *next);
    }
    return next;
}

/// The next task of this CPU's queue; nullptr if there is none. Those that are wanted elsewhere go
/// there. `current`: who stands on this stack, and can't go before the switch.
template <class System>
[[gnu::always_inline]] inline Task* pick(System& system, const core::IrqOff& masked,
                                         const Task* current) {
    Task* const next = dequeue(system, masked);
    if (next == nullptr || !Inside::word(*next).wants_to_move()) [[likely]]
        return next;
    return pick_other(system, masked, current, next);
}

/// Leaves `from` for `next`, or to be idle; comes back when `from` is gone on with, perhaps on
/// another CPU.
template <class System>
[[gnu::always_inline]] inline void switch_to(System& system, const core::IrqOff& masked,
                                             core::Strand& from, Task* next) {
    core::Strand& to = next != nullptr ? *Inside::of(*next).strand : system.idle_strand(masked);
    cpu(system, masked).with(masked, [&](auto& own) {
        own.running = next;
        ++own.switches;
    });
    system.switch_strands(masked, from, to);
    settle(system, masked);
}

/// The running task, which is in no queue, waits; returns when it runs again.
template <class System>
void leave(System& system, const core::IrqOff& masked, Task& self) {
    cpu(system, masked).with(masked, [&](auto& own) { end_turn(system, own.ready, &self); });
    switch_to(system, masked, *Inside::of(self).strand, pick(system, masked, &self));
}

/// The running task goes behind all that are ready and before which it does not go.
template <class System>
[[gnu::always_inline]] inline void give_way(System& system, const core::IrqOff& masked,
                                            Task& self) {
    Task* next = cpu(system, masked).with(masked, [&](auto& own) {
        if (own.ready.is_empty() && !Inside::word(self).wants_to_move())
            return &self;
        end_turn(system, own.ready, &self);
        return &own.ready.rotate(self);
    });
    if (Inside::word(*next).wants_to_move()) [[unlikely]]
        next = pick_other(system, masked, &self, next);
    if (next != &self)
        switch_to(system, masked, *Inside::of(self).strand, next);
}

/// The task that runs on this CPU; nullptr if it is idle.
template <class System, class W>
Task* running(System& system, const W& masked) {
    return cpu(system, masked).with(masked, [](auto& own) { return own.running; });
}

/// The task whose call this is: none if a handler's, or an idle CPU's.
template <class System, class W>
Task* caller(System& system, const W& masked) {
    return env::handlers() == 0 ? running(system, masked) : nullptr;
}

/// Whether somebody waits for who runs on this CPU to give way: a task that is ready, or whoever
/// wants the running one to move; and how often it has switched.
struct Load {
    bool is_waiting;
    std::uint64_t switches;
};
template <class System, class W>
Load load_of(System& system, const W& masked) {
    return cpu(system, masked).with(masked, [](auto& own) {
        const bool moves = own.running != nullptr && Inside::word(*own.running).wants_to_move();
        return Load{moves || !own.ready.is_empty(), own.switches};
    });
}

/// Whether who is ready here is to run at once, before the task that runs.
template <class System, class W>
bool is_outranked(System& system, const W& masked) {
    return cpu(system, masked).with(masked, [](auto& own) {
        if constexpr (KeepsTime<decltype(own.ready)>)
            return own.running != nullptr && own.ready.outranks(*own.running);
        else
            return false;
    });
}

/// Ends the image unless `self` is who runs: a Task& is not for others.
template <class System>
void check_is_running(System& system, const core::IrqOff& masked, const Task& self) {
    core::check(running(system, masked) == &self, "a Task& is used by another task");
}

} // namespace detail

/// The task that runs this code. Task level; an idle CPU runs none, which ends the image. For code
/// that is not handed its Task&, as a plain main.
template <class System>
[[nodiscard]] Task& this_task(System& system) {
    const core::IrqOff masked;
    Task* const task = detail::running(system, masked);
    core::check(task != nullptr, "no task runs on this CPU");
    return *task;
}

/// How many bytes of its stack were ever in use, by whichever task had it.
template <class System>
[[nodiscard]] std::size_t stack_used(System& system, Task& self) {
    return system.stack_used(*detail::Inside::of(self).strand);
}

/// Lets the others that are ready on this CPU run, each once.
template <class System>
void yield(System& system, Task& self) {
    core::check_may_block();
    const core::IrqOff masked;
    detail::check_is_running(system, masked, self);
    detail::give_way(system, masked, self);
}

/// Waits until somebody unparks this task; at once if that has happened since it last waited. May
/// return for another reason: look at what you wait for, and park again.
template <class System>
void park(System& system, Task& self) {
    core::check_may_block();
    const core::IrqOff masked;
    detail::check_is_running(system, masked, self);
    if (detail::Inside::word(self).park())
        detail::leave(system, masked, self);
}

} // namespace neuron::sched
