// SPDX-License-Identifier: MIT
// A system for what is compiled and never run: all that lib/sched asks for, and more features.
#pragma once
#include <neuron/sched/feature.hpp>

struct neuron::core::Strand {};

template <class ItsValues, class... More>
struct TaskSystem {
    using Values = ItsValues;
    using Feature = neuron::sched::Feature<Values>;
    using Features = neuron::core::TypeList<Feature, More...>;
    neuron::core::CpuId this_cpu() const;
    unsigned cpu_count() const;
    std::uint64_t now() const;
    std::uint64_t ticks(std::uint64_t) const;
    neuron::core::TickRate tick_rate() const;
    neuron::core::Strand& prepare_task_stack(neuron::core::CpuId, unsigned);
    static std::span<std::byte> stack_of(neuron::core::Strand&);
    std::size_t stack_used(const neuron::core::Strand&) const;
    void begin_strand(neuron::core::Strand&, void (*)(void*), void*);
    neuron::core::Strand& idle_strand(const neuron::core::IrqOff&);
    void switch_strands(const neuron::core::IrqOff&, neuron::core::Strand&, neuron::core::Strand&);
    template <template <class> class F>
    typename F<Values>::template PerCpuIn<Features>& own(const auto&);
    template <template <class> class>
    typename Feature::Remote& remote(neuron::core::CpuId);
    template <template <class> class F>
    typename F<Values>::Shared& shared();
};
