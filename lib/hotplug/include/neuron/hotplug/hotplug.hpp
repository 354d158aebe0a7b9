// SPDX-License-Identifier: MIT
// A CPU is taken down, and up again, while the system runs. By a task of any CPU:
//
//   it takes no tasks any more    whoever has a slot there is counted (INV-RUNQUEUE-5)
//   a slot elsewhere for each     or it is refused, and nothing has changed
//   they move; those that are parked wake, and park there; with them go their time-outs
//   none is there, nor on its way, and its last timer has run
//   it parts                      who posts to it now is refused
//   every other CPU has heard     what was posted before is in its mailbox
//   it may leave   ------------>  it handles all that, says that it has left, and stops its hart
#pragma once

#include <neuron/core/claim.hpp>
#include <neuron/hotplug/error.hpp>
#include <neuron/hotplug/evict.hpp>
#include <neuron/hotplug/leave.hpp>
#include <neuron/ipi/call.hpp>
#include <neuron/sched-smp/feature.hpp>
#include <neuron/smp/run_on_each_cpu.hpp>

namespace neuron::hotplug {
namespace detail {

/// Some polls, and a nap (core::spin_until): in deterministic time other CPUs run meanwhile.
inline constexpr unsigned look_and_nap = 65;

/// Lets others run until done(); false if that takes too long.
template <class System, class Done>
bool comes_to_pass(System& system, sched::Task& self, std::uint64_t deadline, Done done) {
    while (!done()) {
        if (system.now() >= deadline)
            return false;
        sched::yield(system, self);
        (void)core::spin_at_most(look_and_nap, [] { return false; }); // nobody else may be ready
    }
    return true;
}

/// What function(IrqContext&) answers on `cpu`; false if that is not yet to be had.
template <class System, class F>
bool ask(System& system, core::CpuId cpu, F function) {
    return ipi::call_on(system, sync::NoLocks(), cpu, function).value_or(false);
}

/// Whether every other CPU that is online has ended what it posted before this call: its posts are
/// masked, and it runs a handler since.
template <class System>
bool all_have_heard(System& system, sched::Task& self, std::uint64_t deadline) {
    for (std::uint32_t number = 0; number < system.cpu_count(); ++number) {
        const core::CpuId cpu{number};
        const bool heard = comes_to_pass(system, self, deadline, [&] {
            return !system.life(cpu).is_online() ||
                   ask(system, cpu, [](core::IrqContext&) { return true; });
        });
        if (!heard)
            return false;
    }
    return true;
}

/// The CPU, which has no tasks, leaves; false if it is to stay.
template <class System>
bool let_leave(System& system, sched::Task& self, core::CpuId cpu, std::uint64_t deadline) {
    percpu::Life& life = system.life(cpu);
    auto& may_leave = system.template shared<Feature>().may_leave;
    if (!life.part())
        return false;
    bool left = all_have_heard(system, self, deadline);
    if (left) {
        may_leave.store(cpu.value + 1, core::release); // pairs with leave_if_quiet
        bool rang = false;
        left = comes_to_pass(system, self, deadline, [&] {
            rang = rang || system.ring(cpu); // it looks
            return life.has_left();
        });
    }
    left = left || !life.stay();
    may_leave.store(0, core::relaxed); // nobody parts any more
    return left;
}

/// The steps of cpu_down.
template <class System>
core::Result<void, Error> empty_and_stop(System& system, sched::Task& self, core::CpuId cpu,
                                         std::uint64_t deadline) {
    if (!reserve(system, cpu))
        return std::unexpected(Error::NoRoom);
    const bool moved = comes_to_pass(system, self, deadline, [&] {
        evict(system, cpu);
        return is_empty(system, cpu);
    });
    release_reserved(system);
    const bool quiet = moved && comes_to_pass(system, self, deadline, [&] {
                           return ask(system, cpu, [](core::IrqContext&) {
                               const core::IrqOff masked;
                               return is_quiet(sched::detail::here<System>(), masked);
                           });
                       });
    // No function is called on each CPU while one of them may be gone.
    std::optional<core::Claim> claim;
    const auto claims = [&] {
        return claim.emplace(system.template shared<smp::Feature>().claimed).is_mine();
    };
    if (!quiet || !comes_to_pass(system, self, deadline, claims) ||
        !let_leave(system, self, cpu, deadline))
        return std::unexpected(Error::TimedOut);
    return {};
}

} // namespace detail

/// Takes `cpu`, any but CPU 0, out of the system: its tasks go on elsewhere, its hart stops. A task
/// that runs there goes when it waits, yields or is preempted, a timer that is armed there is
/// waited for (a periodic one has to be cancelled): until `deadline`, in ticks. INV-HOTPLUG-1:
/// refused, it takes tasks as before. At task level, no lock held, not pinned; a task of that very
/// CPU moves, too.
template <class System>
core::Result<void, Error> cpu_down(System& system, sched::Task& self, core::CpuId cpu,
                                   std::uint64_t deadline) {
    core::check_may_block();
    if (cpu.value >= system.cpu_count() || cpu == core::boot_cpu)
        return std::unexpected(Error::InvalidCpu);
    const core::Claim change(system.template shared<Feature>().changing);
    if (!change.is_mine())
        return std::unexpected(Error::Busy);
    if (!system.life(cpu).is_online())
        return std::unexpected(Error::NotOnline);
    detail::admissions(system).close(cpu);
    const auto down = detail::empty_and_stop(system, self, cpu, deadline);
    if (!down)
        sched_smp::take_tasks(system, cpu);
    return down;
}

/// Brings it back. It has nothing to do at first. As cpu_down.
template <class System>
core::Result<void, Error> cpu_up(System& system, sched::Task& self, core::CpuId cpu,
                                 std::uint64_t deadline) {
    core::check_may_block();
    if (cpu.value >= system.cpu_count())
        return std::unexpected(Error::InvalidCpu);
    const core::Claim change(system.template shared<Feature>().changing);
    if (!change.is_mine())
        return std::unexpected(Error::Busy);
    percpu::Life& life = system.life(cpu);
    if (life.state() != percpu::LifeState::Offline)
        return std::unexpected(Error::NotOffline);
    // It may still be on its way out, on the stack that it is to have.
    if (!detail::comes_to_pass(system, self, deadline, [&] { return system.is_hart_stopped(cpu); }))
        return std::unexpected(Error::TimedOut);
    life.begin();
    const bool started = system.start_hart(cpu).has_value();
    const bool came =
        started && detail::comes_to_pass(system, self, deadline, [&] { return life.is_online(); });
    if (!came && life.call_off()) // one that comes late stops by itself
        return std::unexpected(started ? Error::TimedOut : Error::Firmware);
    sched_smp::take_tasks(system, cpu);
    return {};
}

} // namespace neuron::hotplug
