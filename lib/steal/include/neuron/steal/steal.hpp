// SPDX-License-Identifier: MIT
// Work moves by message: whoever has none asks, whoever has some gives, and nobody waits for the
// other.
//
//   thief: idle                                  owner
//   one request at a time: asked = owner
//   StealRequest{count} --------------------->   in an interrupt: of the tasks that are ready here,
//                                                those that would run last and may go; each takes a
//                                                slot at the thief first (sched::migrate)
//                       <---------------------   the tasks themselves
//   asked = nobody      <---------------------   StealAnswer{how many}
//   none: it asks the next one; all have refused: a pause, twice as long each time
//
//   nobody has any: it sleeps, in the IdleSet
//                       <---------------------   WorkWaits, when some wait here
//
// INV-STEAL-2: a task that is not given stays where it was, and one that is given is in one place
// at a time (INV-SCHED-5). How messages go is found through the types of the image's features
// (messages.hpp).
#pragma once

#include <neuron/sched/wake.hpp>
#include <neuron/steal/error.hpp>
#include <neuron/steal/parts.hpp>

namespace neuron::steal {
namespace detail {

template <class System>
using FeaturesOf = typename System::Features;

template <class System>
Remote& remote(System& system, core::CpuId cpu) {
    return system.template remote<Feature>(cpu);
}
template <class System, class W>
auto& own(System& system, const W& masked) {
    return system.template own<Feature>(masked).own;
}
/// How many tasks are ready on this CPU.
template <class System, class W>
std::uint32_t ready(System& system, const W& masked) {
    return sched::detail::cpu(system, masked).with(masked, [](auto& cpu) {
        return static_cast<std::uint32_t>(cpu.ready.size());
    });
}
/// Whether that is enough to tell others of it.
template <class System>
std::uint32_t as_hint(std::uint32_t waiting) {
    return waiting >= System::Values::steal_least ? waiting : 0;
}

// The thief.

/// Whether a request of this CPU is still to be answered; one that has left does not.
template <class System, class W>
bool is_in_flight(System& system, const W& masked) {
    return own(system, masked).with(masked, [&](auto& self) {
        return self.asked && !sched::detail::has_left(system, *self.asked);
    });
}

/// Whether this CPU takes tasks: one that is taken down asks for none, and is told of none.
template <class System>
bool takes_tasks(System& system) {
    return system.template shared<sched::Feature>().is_open(system.this_cpu());
}

/// Posts a request, if none is in flight.
template <class System, class W>
core::Result<void, Error> ask(System& system, const W& masked, core::CpuId victim,
                              std::uint32_t count) {
    if (is_in_flight(system, masked))
        return std::unexpected(Error::InFlight);
    if (!takes_tasks(system) || !post_request(FeaturesOf<System>(), system, victim, count))
        return std::unexpected(Error::Offline);
    own(system, masked).with(masked, [&](auto& self) { self.asked = victim; });
    remote(system, system.this_cpu()).counters.asked.add(masked, 1);
    return {};
}

/// One that has tasks to give and has not refused; if all that have some have refused, a pause.
template <class System, class W>
std::optional<core::CpuId> choose(System& system, const W& masked) {
    constexpr unsigned most_doublings = 8;
    const core::CpuId cpu = system.this_cpu();
    return own(system, masked).with(masked, [&](auto& self) {
        const auto victim = self.policy.choose(cpu, system.cpu_count(), [&](core::CpuId other) {
            return other != cpu && !self.refused.contains(other) &&
                           sched::detail::is_reachable_cpu(system, other)
                       ? remote(system, other).waiting.load(core::relaxed) // a hint
                       : 0;
        });
        if (!victim && !self.refused.empty()) {
            const std::uint64_t pause = system.ticks(System::Values::steal_pause)
                                        << std::min(self.pauses++, most_doublings);
            remote(system, cpu).pause.store(system.now() + pause, core::relaxed); // a hint
            self.refused = {};
        }
        return victim;
    });
}

/// This CPU asks somebody, or is awake.
template <class System, class W>
void leave_set(System& system, const W& masked) {
    const bool was_in_set = own(system, masked).with(masked, [](auto& self) {
        return std::exchange(self.is_in_set, false);
    });
    if (was_in_set)
        (void)system.template shared<Feature>().erase(system.this_cpu());
}

/// This CPU is about to sleep: it asks somebody, or is told when somebody has tasks to give.
/// INV-STEAL-1. Whether it has asked: then it is to look again whether its doorbell rang.
template <class System, class W>
bool seek(System& system, const W& masked) {
    const core::CpuId cpu = system.this_cpu();
    Remote& mine = remote(system, cpu);
    mine.waiting.store(0, core::relaxed); // a hint
    if (is_in_flight(system, masked) || !takes_tasks(system))
        return false; // the answer wakes it
    own(system, masked).with(masked, [](auto& self) { self.is_in_set = true; });
    system.template shared<Feature>().insert(cpu);
    if (mine.pause.load(core::relaxed) > system.now()) // its own
        return false;
    const auto victim = choose(system, masked);
    if (!victim)
        return false;
    leave_set(system, masked); // who has taken it out in the meantime posts in vain
    (void)ask(system, masked, *victim, System::Values::steal_max); // or that one went offline
    return true;
}

/// `victim` has given so many.
template <class System, class W>
void hear(System& system, W& irq, core::CpuId victim, std::uint32_t count) {
    own(system, irq).with(irq, [&](auto& self) {
        if (self.asked == victim)
            self.asked.reset();
        if (count == 0)
            return self.refused.insert(victim);
        self.refused = {};
        self.pauses = 0;
    });
}

// The owner.

/// Another CPU that is in the IdleSet (a hint) and that `takes(CpuId)`: each in its turn.
template <class System, class W, class Takes>
std::optional<core::CpuId> next_idle(System& system, const W& masked, Takes takes) {
    const core::CpuId cpu = system.this_cpu();
    auto& idle = system.template shared<Feature>();
    return own(system, masked).with(masked, [&](auto& self) {
        const auto found = core::first_from(self.next, system.cpu_count(), [&](core::CpuId other) {
            return other != cpu && idle.may_have(other) && takes(other);
        });
        if (found)
            self.next = found->value + 1;
        return found;
    });
}
/// The same, and out of the set: it is the caller's to tell.
template <class System, class W, class Takes>
std::optional<core::CpuId> take_idle(System& system, const W& masked, Takes takes) {
    return next_idle(system, masked, [&](core::CpuId other) {
        return sched::detail::is_reachable_cpu(system, other) && takes(other) &&
               system.template shared<Feature>().erase(other);
    });
}

/// Somebody who is asleep, and does not pause, is told that tasks wait.
template <class System, class W>
[[gnu::noinline]] void tell(System& system, const W& masked) {
    const std::uint64_t now = system.now();
    const auto told = take_idle(system, masked, [&](core::CpuId other) {
        return remote(system, other).pause.load(core::relaxed) <= now; // a hint
    });
    if (!told)
        return;
    remote(system, system.this_cpu()).counters.told.add(masked, 1);
    post_waiting(FeaturesOf<System>(), system, *told);
}

/// This CPU, which runs a task, has so many to give.
template <class System, class W>
[[gnu::noinline]] void advertise(System& system, const W& masked, std::uint32_t waiting) {
    remote(system, system.this_cpu()).waiting.store(waiting, core::relaxed); // a hint
    if (system.template shared<Feature>().may_have_any()) [[unlikely]]
        tell(system, masked);
}
/// While a task runs some are ready: `least` of them are told of. If they are fewer, an old hint
/// may stay; who asks is given half all the same.
template <class System, class W>
void offer(System& system, const W& masked, std::uint32_t least) {
    const std::uint32_t waiting = ready(system, masked);
    if (waiting >= least) [[unlikely]]
        advertise(system, masked, waiting);
}

/// This CPU was told. If it is idle it looks as it goes back to sleep (it may pause by then, or
/// have asked another); else another is told.
template <class System, class W>
void wake(System& system, const W& masked) {
    if (sched::detail::running(system, masked) != nullptr || ready(system, masked) > 0)
        tell(system, masked);
}

/// Whether a task that is ready here may go there. A moment old: migrate() looks again.
template <class System>
bool may_go(System& system, sched::Task& task, core::CpuId thief) {
    const sched::TaskSlot& slot = *sched::detail::Inside::of(task).slot;
    return static_cast<std::uint32_t>(task.qos()) <= System::Values::steal_max_class &&
           slot.may_run_on(thief) && !slot.word.wants_to_move() &&
           thief.value < system.cpu_count() &&
           system.template shared<sched::Feature>().taken(thief, task.qos()) <
               System::Values::sched_capacity;
}

/// INV-STEAL-3: gives `thief` at most so many, and half of what is ready here: who would run last
/// in the highest class that may go. How many it gave. Where else a task may go, and whether there
/// is room, is migrate()'s to say.
template <class System, class W>
std::uint32_t give(System& system, const W& irq, core::CpuId thief, std::uint32_t wanted) {
    constexpr std::uint32_t most = System::Values::steal_max;
    constexpr std::uint32_t most_looked_at = 256;
    std::array<sched::Pid, most> chosen;
    std::uint32_t count = 0;
    sched::detail::cpu(system, irq).with(irq, [&](auto& cpu) {
        // An idle CPU is about to run one itself.
        const auto half =
            static_cast<std::uint32_t>((cpu.ready.size() + (cpu.running != nullptr ? 1 : 0)) / 2);
        const std::uint32_t limit = std::min({wanted, most, half});
        std::uint32_t looked_at = 0;
        cpu.ready.visit_last_first([&](sched::Task& task) {
            if (count < limit && may_go(system, task, thief))
                chosen[count++] = task.pid();
            return count < limit && ++looked_at < most_looked_at;
        });
    });
    std::uint32_t given = 0;
    for (std::uint32_t n = 0; n < count; ++n)
        given += sched::migrate(system, chosen[n], thief) ? 1 : 0;
    return given;
}

/// Answers a request.
template <class System, class W>
void answer(System& system, W& irq, core::CpuId thief, std::uint32_t wanted) {
    const std::uint32_t given = give(system, irq, thief, wanted);
    Remote& mine = remote(system, system.this_cpu());
    mine.waiting.store(as_hint<System>(ready(system, irq)), core::relaxed); // a hint
    mine.counters.answered.add(irq, 1);
    mine.counters.refused.add(irq, given > 0 ? 0 : 1);
    mine.counters.given.add(irq, given);
    post_answer(FeaturesOf<System>(), system, thief, given);
}

} // namespace detail

/// Asks `victim` for tasks, `count` at most, which come when it answers; an idle CPU does so by
/// itself. From every context. Refused while another request of this CPU is in flight.
template <class System>
core::Result<void, Error> ask(System& system, core::CpuId victim, std::uint32_t count) {
    const core::IrqOff masked;
    if (count == 0 || count > System::Values::steal_max)
        return std::unexpected(Error::InvalidCount);
    if (victim.value >= system.cpu_count() || victim == system.this_cpu())
        return std::unexpected(Error::InvalidCpu);
    return detail::ask(system, masked, victim, count);
}

/// What a CPU below cpu_count() has counted.
template <class System>
[[nodiscard]] const Counters& counters(System& system, core::CpuId cpu) {
    return detail::remote(system, cpu).counters;
}

// What lib/sched looks for (sched/remote.hpp).

/// Where a task begins that names no CPU: here; or, if CONFIG_STEAL_LEAST wait here, on a CPU that
/// is asleep, each in its turn. If it may run here at all: else that is refused, as without this.
template <class... F, class System>
core::CpuId place(core::TypeList<F...>, System& system,
                  const std::optional<sched::CpuMask>& affinity) {
    const core::IrqOff masked;
    const core::CpuId cpu = system.this_cpu();
    if (detail::ready(system, masked) < System::Values::steal_least ||
        (affinity && !affinity->contains(cpu))) [[likely]]
        return cpu;
    return detail::next_idle(
               system, masked,
               [&](core::CpuId other) { return !affinity || affinity->contains(other); })
        .value_or(cpu);
}

} // namespace neuron::steal
