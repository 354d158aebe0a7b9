// SPDX-License-Identifier: MIT
// A system of three CPUs that steal: what lib/ipi carries is a bit for each kind and sender here.
#pragma once

#include <neuron/steal/hooks.hpp>

#include "../sched/system.hpp"

namespace sched_model {

struct StealNumbers : Numbers<2> {
    static constexpr std::uint32_t steal_max = 1;
    static constexpr std::uint32_t steal_max_class = 1;
    static constexpr std::uint32_t steal_least = 1;
    static constexpr std::uint32_t steal_pause = 0; // time stands still
    static constexpr std::uint32_t steal_victim = 0;
    static constexpr std::uint32_t steal_chance = 1;
};
/// Idle CPUs don't ask, and are told nothing: a test does that.
struct Quiet : StealNumbers {};
/// Kinds of messages: the first of three bits in the mail, one for each sender.
constexpr unsigned asks = 32;
constexpr unsigned gave_one = 36;
constexpr unsigned gave_none = 40;
constexpr unsigned has_work = 44;

template <class Values>
struct HooksOf : std::type_identity<steal::Hooks<Values>> {};
struct JustParts {
    using PerCpu = steal::Hooks<Quiet>::PerCpu;
    using Remote = steal::Remote;
    using Shared = steal::Hooks<Quiet>::Shared;
};
template <>
struct HooksOf<Quiet> : std::type_identity<JustParts> {};

} // namespace sched_model

template <class Values>
struct neuron::steal::Feature : sched_model::HooksOf<Values>::type {
    template <class System, class W>
    static void deliver(System& system, W& masked, std::uint64_t mail) {
        for (std::uint32_t cpu = 0; cpu < Values::max_cpus; ++cpu) {
            const core::CpuId sender{cpu};
            const auto has = [&](unsigned kind) { return (mail >> (kind + cpu) & 1) != 0; };
            if (has(sched_model::asks))
                detail::answer(system, masked, sender, Values::steal_max);
            if (has(sched_model::gave_one) || has(sched_model::gave_none))
                detail::hear(system, masked, sender, has(sched_model::gave_one) ? 1 : 0);
            if (has(sched_model::has_work))
                detail::wake(system, masked);
        }
    }
};

namespace sched_model {

template <class Values>
using Stealing = System<Values, steal::Feature<Values>>;

template <class System>
void post_steal(System& system, CpuId to, unsigned kind) {
    // INV-STEAL-3: one request in flight, so one answer.
    const std::uint64_t bit = std::uint64_t{1} << (kind + system.this_cpu().value);
    MODEL_ASSERT((system.send(to, bit) & bit) == 0 || kind == has_work);
}
template <class... F, class System>
bool post_request(core::TypeList<F...>, System& system, CpuId victim, std::uint32_t) {
    post_steal(system, victim, asks);
    return true;
}
template <class... F, class System>
void post_answer(core::TypeList<F...>, System& system, CpuId thief, std::uint32_t given) {
    post_steal(system, thief, given > 0 ? gave_one : gave_none);
}
template <class... F, class System>
void post_waiting(core::TypeList<F...>, System& system, CpuId idle) {
    post_steal(system, idle, has_work);
}

} // namespace sched_model
