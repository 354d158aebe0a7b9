// SPDX-License-Identifier: MIT
// What any CPU may do to a task by its name: unpark it, ask it to stop, have it moved. From every
// context, under any lock; no lock is taken and nobody is waited for.
#pragma once

#include <neuron/sched/attend.hpp>
#include <neuron/sched/error.hpp>

namespace neuron::sched {
namespace detail {

/// A task, known by more than its name. What is pointed to stays where it is, whatever becomes of
/// the task.
struct Known {
    Pid pid;
    Task& task; ///< for who owns it by then
    TaskSlot& slot;
};

/// False if it has ended.
template <class System>
[[gnu::always_inline]] inline bool unpark(System& system, const Known& known, bool stop = false) {
    const core::IrqOff masked;
    const ParkWord::Answer answer =
        known.slot.word.unpark(known.pid.generation, system.this_cpu(), stop);
    if (answer.what == ParkWord::Unparked::Ready)
        make_ready(system, masked, known.task);
    else if (answer.what == ParkWord::Unparked::Sent)
        send_home(system, answer.home, known.task);
    return answer.what != ParkWord::Unparked::Stale;
}

template <class System>
core::Result<void, Error> unpark(System& system, Pid pid, bool stop) {
    Place* const place = find(system, pid);
    if (place == nullptr || !unpark(system, Known{pid, place->task, place->slot}, stop))
        return std::unexpected(Error::NoSuchTask);
    return {};
}

} // namespace detail

/// Ends the wait of a task, or its next one. INV-SCHED-1.
template <class System>
core::Result<void, Error> unpark(System& system, Pid pid) {
    return detail::unpark(system, pid, false);
}

/// Asks a task to stop (Task::stop_requested), and unparks it so that it can look. It ends when it
/// wants to.
template <class System>
core::Result<void, Error> request_stop(System& system, Pid pid) {
    return detail::unpark(system, pid, true);
}

namespace detail {

/// Notes which home a task is to have, with a slot there. `goal_from(slot, home)` says which, or
/// why not.
template <class System, class GoalFrom>
core::Result<void, Error> note_move(System& system, Pid pid, GoalFrom goal_from) {
    Place* const place = find(system, pid);
    if (place == nullptr)
        return std::unexpected(Error::NoSuchTask);
    const auto home = place->slot.word.home_of(pid.generation);
    if (!home)
        return std::unexpected(Error::NoSuchTask);
    const core::Result<ParkWord::Home, Error> goal = goal_from(place->slot, *home);
    if (!goal)
        return std::unexpected(goal.error());
    auto slot = system.template shared<Feature>().try_take(goal->cpu, goal->qos);
    if (!slot)
        return std::unexpected(error_of(slot.error().reason));
    const core::IrqOff masked; // it is noted and the slot is the word's, or neither
    const ParkWord::Noted noted = place->slot.word.note_move(pid.generation, *home, *goal);
    if (noted != ParkWord::Noted::Noted)
        return std::unexpected(noted == ParkWord::Noted::Busy ? Error::Busy : Error::NoSuchTask);
    slot->detach();
    return {};
}

/// The same: `cpu`, in the class that it has.
template <class System>
core::Result<void, Error> note_move(System& system, Pid pid, core::CpuId cpu) {
    using Goal = core::Result<ParkWord::Home, Error>;
    return note_move(system, pid, [&](const TaskSlot& slot, ParkWord::Home home) -> Goal {
        if (cpu.value >= system.cpu_count() || !is_reachable_cpu(system, cpu))
            return std::unexpected(Error::InvalidCpu);
        if (!slot.may_run_on(cpu))
            return std::unexpected(Error::NotAllowed);
        return ParkWord::Home{cpu, home.qos};
    });
}

} // namespace detail

/// Has a task go on on `cpu`: soon, or when it wakes. A task that runs keeps running until it
/// waits, yields or is preempted, which this asks for. Refused if its affinity does not
/// have that CPU, or that takes no more of its class; Busy while it is about to move.
template <class System>
core::Result<void, Error> migrate(System& system, Pid pid, core::CpuId cpu) {
    const auto noted = detail::note_move(system, pid, cpu);
    if (noted)
        detail::have_attended(system, pid);
    return noted;
}

/// The running task goes on on `cpu`.
template <class System>
core::Result<void, Error> migrate(System& system, Task& self, core::CpuId cpu) {
    core::check_may_block();
    const auto noted = detail::note_move(system, self.pid(), cpu);
    if (noted)
        yield(system, self);
    return noted;
}

} // namespace neuron::sched
