// SPDX-License-Identifier: MIT
// INV-SCHED-13. Something is to become of a task that its home does not know yet: it is to move, or
// to be of another class. Whoever has noted that on the task has its home attend to it: at once if
// that is this CPU, by a message if not. To attend is to look at all that was noted, so one message
// stands for many.
//
//   any CPU                                          its home
//   notes something (before the next step)
//   attention 0 -> bit n (release): a message
//   attention | bit n: one is on its way      ---->  attention -> 0 (acquire), and looks
//
// A task that has left that home by then is followed if it may have been lent a class. n: to how
// many tasks, of which each waits for the one before, this may lead: what one that waits lends may
// be another class by then (lending.hpp).
#pragma once

#include <neuron/sched/switch.hpp>

#include <optional>

namespace neuron::sched::detail {

/// The running task is wanted elsewhere, or in another class.
template <class System>
void note_wanted(System& system, const core::IrqOff& masked) {
    note_waiting(system, masked);
}
template <class System>
void note_wanted(System& system, core::IrqContext& irq) {
    FeaturesOf<System>::for_each([&]<class F> {
        if constexpr (requires { &F::template on_reschedule<System>; })
            F::on_reschedule(system, irq);
    });
}

/// A task that is ready here is of another class: it keeps what it has waited for.
template <class Queue, class Change>
void requeue(Queue& ready, Task& task, Change change) {
    if constexpr (KeepsTime<Queue>) {
        ready.requeue(task, change);
    } else {
        ready.remove(task);
        change();
        ready.enqueue(task);
    }
}

/// What was noted on the task, if it is at home here, is done if it is ready or runs. One that is
/// parked or on its way is of another class at once, and moves when it comes. Whom that concerns,
/// too; no task's name: nobody. `follows`: whether that is asked for, for which no lock may be
/// held.
template <class System, class W>
Pid attend_one(System& system, W& masked, Place& place, bool follows) {
    using Lending = LendingOf<System>;
    Task& task = place.task;
    const ParkWord& word = place.slot.word;
    if (!word.is_at_home(system.this_cpu()))
        return {};
    const bool changes = word.wants_another_class();
    const bool leaves = !changes && word.wants_to_move();
    bool is_running = false;
    bool was_ready = false;
    cpu(system, masked).with(masked, [&](auto& own) {
        is_running = own.running == &task;
        was_ready = task.is_linked();
        if (was_ready && leaves)
            own.ready.remove(task);
        observe(system, own.ready);
        if (is_running)
            Lending::recompute(task);
    });
    if (was_ready && leaves) {
        const Pid pid = task.pid();
        depart(system, masked, task);
        return follows ? pid : Pid{}; // its new home goes on
    }
    if (was_ready && (changes || Lending::is_due(task)))
        cpu(system, masked).with(masked, [&](auto& own) {
            requeue(own.ready, task, [&] {
                if (changes)
                    (void)take_home(system, masked, task);
                Lending::recompute(task);
            });
        });
    else if (changes && !is_running)
        (void)take_home(system, masked, task);
    if (is_running && (changes || leaves))
        note_wanted(system, masked);
    else if (is_outranked(system, masked))
        note_waiting(system, masked);
    return follows ? Lending::change_debt(task) : Pid{};
}

/// As far as `hops` says, or to where another CPU goes on.
template <class System, class W>
void attend(System& system, W& masked, Pid pid, unsigned hops) {
    std::optional<core::CpuId> left; // who has refused: the task has another home, or hears nothing
    while (pid.is_valid() && hops > 0) {
        Place& place = held_place(system, pid);
        const auto home = place.slot.word.home_of(pid.generation);
        if (!home || home->cpu == left)
            return; // it has ended, or stays on a CPU that was stopped
        if (home->cpu == system.this_cpu()) {
            pid = attend_one(system, masked, place, hops > 1);
            --hops;
            continue;
        }
        hops = send_attention(system, home->cpu, pid, hops);
        if (hops == 0)
            return;
        left = home->cpu;
        pid.generation = place.slot.word.generation(); // whoever has that place, as on_message
    }
}

/// By the message that send_attention asked for: whichever task has that place.
template <class System, class W>
void attend_on_message(System& system, W& irq, std::uint32_t index) {
    TaskSlot& slot = held_place(system, Pid{index, 1}).slot;
    // Acquire and release: pairs with send_attention.
    const std::uint32_t asked = slot.attention.exchange(0, core::acq_rel);
    // What it wanted to be done as it left was done then; what it is lent it may not have seen.
    if (LendingOf<System>::lends || slot.word.is_at_home(system.this_cpu()))
        attend(system, irq, Pid{index, slot.word.generation()}, hops_of(asked));
}

/// To so many tasks, one that waits for the other, a change of class leads.
inline constexpr unsigned most_hops = 8;

/// Something was noted on this task, which lived then. One hop: under any lock; else no lock held.
template <class System>
void have_attended(System& system, Pid pid, unsigned hops = 1) {
    const core::IrqOff masked;
    attend(system, masked, pid, hops);
}

} // namespace neuron::sched::detail
