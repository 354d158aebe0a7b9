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
//   none: a pause, twice as long each time
//
//   nobody has any: it is in the IdleSet
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
auto& thief(System& system, const W& masked) {
    return system.template own<Feature>(masked).thief;
}
/// How many tasks are ready on this CPU.
template <class System, class W>
std::uint32_t ready(System& system, const W& masked) {
    return sched::detail::cpu(system, masked).with(masked, [](auto& own) {
        return static_cast<std::uint32_t>(own.ready.size());
    });
}
template <class System, class W>
bool is_idle(System& system, const W& masked) {
    return sched::detail::running(system, masked) == nullptr && ready(system, masked) == 0;
}

// The thief.

/// Whether a request of this CPU is still to be answered; one that went offline does not.
template <class System, class W>
bool is_in_flight(System& system, const W& masked) {
    return thief(system, masked).with(masked, [&](auto& own) {
        return own.asked && sched::detail::is_reachable_cpu(system, *own.asked);
    });
}

/// Posts a request, if none is in flight.
template <class System, class W>
core::Result<void, Error> ask(System& system, const W& masked, core::CpuId victim,
                              std::uint32_t count) {
    if (is_in_flight(system, masked))
        return std::unexpected(Error::InFlight);
    if (!post_request(FeaturesOf<System>(), system, victim, count))
        return std::unexpected(Error::Offline);
    thief(system, masked).with(masked, [&](auto& own) { own.asked = victim; });
    remote(system, system.this_cpu()).counters.asked.add(masked, 1);
    return {};
}

template <class System, class W>
std::optional<core::CpuId> choose(System& system, const W& masked) {
    const core::CpuId self = system.this_cpu();
    return thief(system, masked).with(masked, [&](auto& own) {
        return own.policy.choose(self, system.cpu_count(), [&](core::CpuId cpu) {
            return cpu != self && sched::detail::is_reachable_cpu(system, cpu)
                       ? remote(system, cpu).waiting.load(core::relaxed) // a hint
                       : 0;
        });
    });
}

/// This CPU asks somebody, or has something to run.
template <class System, class W>
void leave_set(System& system, const W& masked) {
    const bool was_in_set = thief(system, masked).with(masked, [](auto& own) {
        return std::exchange(own.is_in_set, false);
    });
    if (was_in_set)
        (void)system.template shared<Feature>().erase(system.this_cpu());
}

/// This CPU is idle: it asks somebody, or is told when somebody has tasks to give. INV-STEAL-1.
template <class System, class W>
void seek(System& system, const W& masked) {
    const core::CpuId self = system.this_cpu();
    Remote& own = remote(system, self);
    own.waiting.store(0, core::relaxed); // a hint
    if (is_in_flight(system, masked))
        return; // the answer goes on
    thief(system, masked).with(masked, [](auto& thief) { thief.is_in_set = true; });
    auto& idle = system.template shared<Feature>();
    idle.insert(self);
    if (own.pause.load(core::relaxed) > system.now()) // its own
        return;
    const auto victim = choose(system, masked);
    if (!victim)
        return;
    leave_set(system, masked); // who has taken it out in the meantime posts in vain
    (void)ask(system, masked, *victim, System::Values::steal_max);
}

/// Some tasks wait elsewhere.
template <class System, class W>
void wake(System& system, const W& masked) {
    leave_set(system, masked);
    if (is_idle(system, masked))
        seek(system, masked);
}

/// `victim` has given so many.
template <class System, class W>
void hear(System& system, W& irq, core::CpuId victim, std::uint32_t count) {
    constexpr unsigned most_doublings = 8;
    const std::uint32_t refusals = thief(system, irq).with(irq, [&](auto& own) {
        if (own.asked == victim)
            own.asked.reset();
        own.refusals = count > 0 ? 0 : own.refusals + 1;
        return own.refusals;
    });
    const std::uint64_t pause = system.ticks(System::Values::steal_pause)
                                << std::min(refusals - 1, most_doublings);
    remote(system, system.this_cpu())
        .pause.store(refusals > 0 ? system.now() + pause : 0, core::relaxed); // a hint
}

// The owner.

/// This CPU has so many to give, and tells an idle one that does not pause.
template <class System, class W>
[[gnu::noinline]] void tell(System& system, const W& masked, std::uint32_t waiting) {
    const core::CpuId self = system.this_cpu();
    Remote& own = remote(system, self);
    own.waiting.store(waiting, core::relaxed); // a hint
    auto& idle = system.template shared<Feature>();
    if (!idle.may_have_any()) [[likely]]
        return;
    const std::uint64_t now = system.now();
    const auto told = first_from(self.value + 1, system.cpu_count(), [&](core::CpuId cpu) {
        return idle.may_have(cpu) && remote(system, cpu).pause.load(core::relaxed) <= now;
    });
    if (told && idle.erase(*told)) {
        own.counters.told.add(masked, 1);
        post_waiting(FeaturesOf<System>(), system, *told);
    }
}

/// Some tasks are ready on this CPU: `least` of them are told of. If they are fewer, an old hint
/// may stay: who asks is refused, once.
template <class System, class W>
void offer(System& system, const W& masked, std::uint32_t least) {
    const std::uint32_t waiting = ready(system, masked);
    if (waiting >= least) [[unlikely]]
        tell(system, masked, waiting);
}

/// Whether a task that is ready here may be given to `thief`. Its affinity, the thief and its slot
/// are migrate()'s to look at.
template <class System>
bool is_eligible(const sched::Task& task) {
    return static_cast<std::uint32_t>(task.qos()) <= System::Values::steal_max_class;
}

/// INV-STEAL-3: gives `thief` at most so many, and half of what is ready here. How many it gave.
template <class System, class W>
std::uint32_t give(System& system, W& irq, core::CpuId thief, std::uint32_t wanted) {
    constexpr std::uint32_t most = System::Values::steal_max;
    constexpr std::uint32_t most_looked_at = 4 * most;
    std::array<sched::Pid, most> chosen;
    std::uint32_t count = 0;
    sched::detail::cpu(system, irq).with(irq, [&](auto& own) {
        const auto half = static_cast<std::uint32_t>((own.ready.size() + 1) / 2);
        const std::uint32_t limit = std::min({wanted, most, half});
        std::uint32_t looked_at = 0;
        own.ready.visit_last_first([&](sched::Task& task) {
            if (count < limit && is_eligible<System>(task) &&
                sched::detail::Inside::of(task).slot->may_run_on(thief))
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
    Remote& own = remote(system, system.this_cpu());
    // A hint: who has refused is asked again when more have become ready.
    own.waiting.store(given > 0 ? ready(system, irq) : 0, core::relaxed);
    own.counters.answered.add(irq, 1);
    own.counters.refused.add(irq, given > 0 ? 0 : 1);
    own.counters.given.add(irq, given);
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
/// is idle.
template <class... F, class System>
core::CpuId place(core::TypeList<F...>, System& system,
                  const std::optional<sched::CpuMask>& affinity) {
    const core::IrqOff masked;
    const core::CpuId self = system.this_cpu();
    if (detail::ready(system, masked) < System::Values::steal_least) [[likely]]
        return self;
    auto& idle = system.template shared<Feature>();
    return first_from(self.value + 1, system.cpu_count(),
                      [&](core::CpuId cpu) {
                          return idle.may_have(cpu) && (!affinity || affinity->contains(cpu));
                      })
        .value_or(self);
}

} // namespace neuron::steal
