// SPDX-License-Identifier: MIT
// What any CPU may do to a task by its name: unpark it, ask it to stop, have it moved. From every
// context, under any lock; no lock is taken and nobody is waited for.
#pragma once

#include <neuron/sched/error.hpp>
#include <neuron/sched/switch.hpp>

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

/// Notes where a task is to go, with a slot there; its home.
template <class System>
core::Result<core::CpuId, Error> note_move(System& system, Pid pid, core::CpuId cpu) {
    Place* const place = find(system, pid);
    if (place == nullptr)
        return std::unexpected(Error::NoSuchTask);
    const auto qos = place->slot.word.qos_of(pid.generation);
    if (!qos)
        return std::unexpected(Error::NoSuchTask);
    if (cpu.value >= system.cpu_count() || !is_reachable_cpu(system, cpu))
        return std::unexpected(Error::InvalidCpu);
    if (!place->slot.may_run_on(cpu))
        return std::unexpected(Error::NotAllowed);
    auto slot = system.template shared<Feature>().try_take(cpu, *qos);
    if (!slot)
        return std::unexpected(error_of(slot.error().reason));
    const core::IrqOff masked; // it is noted and the slot is the word's, or neither
    const auto [noted, home] = place->slot.word.note_move(pid.generation, {cpu, *qos});
    if (noted != ParkWord::Noted::Noted)
        return std::unexpected(noted == ParkWord::Noted::Busy ? Error::Busy : Error::NoSuchTask);
    slot->detach();
    return home;
}

} // namespace detail

/// Has a task go on on `cpu`: when it next would run, or wakes. A task that runs keeps running
/// until it waits, yields or is preempted, which this asks for. Refused if its affinity does not
/// have that CPU, or that takes no more of its class; Busy while it is about to move.
template <class System>
core::Result<void, Error> migrate(System& system, Pid pid, core::CpuId cpu) {
    const auto home = detail::note_move(system, pid, cpu);
    if (!home)
        return std::unexpected(home.error());
    const core::IrqOff masked;
    if (*home == system.this_cpu())
        detail::note_waiting(system, masked);
    else
        detail::nudge(system, *home);
    return {};
}

/// The running task goes on on `cpu`.
template <class System>
core::Result<void, Error> migrate(System& system, Task& self, core::CpuId cpu) {
    core::check_may_block();
    const auto home = detail::note_move(system, self.pid(), cpu);
    if (!home)
        return std::unexpected(home.error());
    yield(system, self);
    return {};
}

} // namespace neuron::sched
