// SPDX-License-Identifier: MIT
// What a task may have: its base class, its share, the CPUs that it may run on. It may do with
// less; more takes the Authority. INV-QOS-5: who is refused is as it was, with the slot that it
// had. Each decision of this header is recorded (authority.hpp).
#pragma once

#include <neuron/core/time.hpp>
#include <neuron/sched-qos/authority.hpp>
#include <neuron/sched/spawn.hpp>

namespace neuron::sched_qos {

template <class Values>
struct Feature; // feature.hpp

using core::QosClass;
using sched::Error;
using sched::Task;

namespace detail {

using Outcome = core::Result<void, Error>;
using Inside = sched::detail::Inside;

/// Records what `outcome` has decided, and answers it.
template <class System, class T>
core::Result<T, Error> decided(System& system, core::Pid of, Subject subject, std::uint32_t wanted,
                               bool with_authority, core::Result<T, Error> outcome) {
    const core::IrqOff masked;
    const Task* const by = sched::detail::caller(system, masked);
    system.template shared<Feature>().record(
        {.by = by != nullptr ? by->pid() : core::Pid{},
         .of = of,
         .subject = subject,
         .wanted = wanted,
         .with_authority = with_authority,
         .refusal = outcome ? std::nullopt : std::optional(outcome.error())});
    return outcome;
}

constexpr std::uint32_t number_of(QosClass qos) {
    return static_cast<std::uint32_t>(qos);
}
constexpr std::uint32_t number_of(const sched::CpuMask& affinity) {
    return static_cast<std::uint32_t>(affinity.word(0));
}

/// Notes that a task is to be of another class, with a slot in it.
template <class System>
Outcome note_qos(System& system, core::Pid pid, QosClass qos) {
    using Goal = core::Result<sched::ParkWord::Home, Error>;
    return sched::detail::note_move(
        system, pid, [&](const sched::TaskSlot&, sched::ParkWord::Home home) -> Goal {
            return sched::ParkWord::Home{home.cpu, qos};
        });
}

template <class System>
Outcome set_qos_of(System& system, core::Pid pid, QosClass qos, bool may) {
    if (!may)
        return std::unexpected(Error::NoAuthority);
    if (!core::is_class(qos))
        return std::unexpected(Error::InvalidClass);
    const Outcome noted = note_qos(system, pid, qos);
    if (noted)
        sched::detail::have_attended(system, pid, sched::detail::most_hops);
    return noted;
}

template <class System>
Outcome set_own_qos(System& system, Task& self, QosClass qos) {
    if (!core::is_class(qos))
        return std::unexpected(Error::InvalidClass);
    if (qos > self.qos())
        return std::unexpected(Error::NoAuthority);
    if (qos == self.qos())
        return {};
    const Outcome noted = note_qos(system, self.pid(), qos);
    if (noted)
        sched::yield(system, self);
    return noted;
}

template <class System>
Outcome set_own_share(System& system, Task& self, std::uint32_t share, bool may_rise) {
    if (share < sched::least_share || share > sched::greatest_share)
        return std::unexpected(Error::InvalidShare);
    if (share > self.share() && !may_rise)
        return std::unexpected(Error::NoAuthority);
    const core::IrqOff masked;
    sched::detail::check_is_running(system, masked, self);
    sched::detail::cpu(system, masked).with(masked, [&](auto& own) {
        own.ready.set_share(self, share);
    });
    return {};
}

/// The first CPU of `affinity` that has room for `self`, which is to go there.
template <class System>
Outcome note_move_into(System& system, Task& self, const sched::CpuMask& affinity) {
    using Goal = core::Result<sched::ParkWord::Home, Error>;
    Outcome noted = std::unexpected(Error::EmptyAffinity);
    for (std::uint32_t cpu = 0; cpu < system.cpu_count() && !noted; ++cpu)
        if (affinity.contains(core::CpuId{cpu}) &&
            sched::detail::is_reachable_cpu(system, core::CpuId{cpu}))
            noted = sched::detail::note_move(
                system, self.pid(),
                [&](const sched::TaskSlot&, sched::ParkWord::Home home) -> Goal {
                    return sched::ParkWord::Home{core::CpuId{cpu}, home.qos};
                });
    return noted;
}

template <class System>
Outcome set_own_affinity(System& system, Task& self, const sched::CpuMask& affinity,
                         bool may_rise) {
    sched::TaskSlot& slot = *Inside::of(self).slot;
    if (!sched::detail::leaves_a_cpu(system, affinity))
        return std::unexpected(Error::EmptyAffinity);
    if (!may_rise && !slot.may_run_on_all(affinity))
        return std::unexpected(Error::NoAuthority);
    if (Inside::word(self).wants_to_move())
        return std::unexpected(Error::Busy);
    const bool moves = !affinity.contains(sched::detail::cpu_of_this(system));
    if (moves)
        if (const Outcome noted = note_move_into(system, self, affinity); !noted)
            return noted;
    slot.set_affinity(affinity);
    if (moves)
        sched::yield(system, self);
    return {};
}

} // namespace detail

/// The authority over classes, shares and affinities, for whoever asks first: INV-QOS-4. Nothing
/// for all others.
template <class System>
std::optional<Authority> take_authority(System& system) {
    if (!system.template shared<Feature>().may_mint())
        return {};
    return Authority();
}

/// The base class of `self` is `qos` from now on, which is no higher than it was; without an
/// Authority. The task gives way to those that are ready. QueueFull: as many tasks of that class
/// are on this CPU as may be; Busy: it is about to move. Task level, no lock held; so for the
/// others that take a Task&.
template <class System>
core::Result<void, Error> set_qos(System& system, Task& self, QosClass qos) {
    core::check_may_block();
    return detail::decided(system, self.pid(), Subject::Class, detail::number_of(qos), false,
                           detail::set_own_qos(system, self, qos));
}
/// That of any task, and any class: soon, or when it wakes. Every context, no lock held.
template <class System>
core::Result<void, Error> set_qos(System& system, const Authority& authority, core::Pid pid,
                                  QosClass qos) {
    const bool may = authority.is_held();
    return detail::decided(system, pid, Subject::Class, detail::number_of(qos), may,
                           detail::set_qos_of(system, pid, qos, may));
}

/// The share of `self`, 1 to 1000, no higher than it was without an Authority: how much of the time
/// of its class it gets beside others that want it, too.
template <class System>
core::Result<void, Error> set_share(System& system, Task& self, std::uint32_t share) {
    core::check_may_block();
    return detail::decided(system, self.pid(), Subject::Share, share, false,
                           detail::set_own_share(system, self, share, false));
}
template <class System>
core::Result<void, Error> set_share(System& system, const Authority& authority, Task& self,
                                    std::uint32_t share) {
    core::check_may_block();
    const bool may = authority.is_held();
    return detail::decided(system, self.pid(), Subject::Share, share, may,
                           detail::set_own_share(system, self, share, may));
}

/// The CPUs that `self` may run on: none that it might not before, without an Authority. If it runs
/// on another it moves to the first that has room. EmptyAffinity: none of them takes tasks. A move
/// that another CPU asks for at the same time may still come to pass.
template <class System>
core::Result<void, Error> set_affinity(System& system, Task& self, const sched::CpuMask& affinity) {
    core::check_may_block();
    return detail::decided(system, self.pid(), Subject::Affinity, detail::number_of(affinity),
                           false, detail::set_own_affinity(system, self, affinity, false));
}
template <class System>
core::Result<void, Error> set_affinity(System& system, const Authority& authority, Task& self,
                                       const sched::CpuMask& affinity) {
    core::check_may_block();
    const bool may = authority.is_held();
    return detail::decided(system, self.pid(), Subject::Affinity, detail::number_of(affinity), may,
                           detail::set_own_affinity(system, self, affinity, may));
}

/// As sched::spawn, for a task of any class.
template <class System, class F, class... Args>
[[nodiscard]] core::Result<sched::Handle<System>, Error>
spawn(System& system, const Authority& authority, const sched::Spawn& spawn, F function,
      Args&&... args) {
    sched::detail::Limits limits = sched::detail::limits_here(system);
    if (authority.is_held())
        limits.most = QosClass::PerfBurst;
    auto task =
        sched::detail::spawn_within(system, spawn, limits, function, std::forward<Args>(args)...);
    const core::Pid pid = task ? task->pid() : core::Pid{};
    return detail::decided(system, pid, Subject::Spawn,
                           detail::number_of(spawn.qos.value_or(limits.qos)), authority.is_held(),
                           std::move(task));
}

/// The first decision that is kept, of those from `number` on: read on from its number + 1.
/// Nothing: there is none yet.
template <class System>
[[nodiscard]] std::optional<Decision> decision_from(System& system, std::uint64_t number) {
    return system.template shared<Feature>().from(number);
}

/// For how long `self` has run.
template <class System>
[[nodiscard]] core::Nanoseconds cpu_time(System& system, Task& self) {
    const core::IrqOff masked;
    sched::detail::check_is_running(system, masked, self);
    return system.tick_rate().to_nanoseconds(
        sched::detail::cpu(system, masked).with(masked, [&](auto& own) {
            own.ready.observe(system.now());
            return own.ready.used_by_running(self);
        }));
}

} // namespace neuron::sched_qos
