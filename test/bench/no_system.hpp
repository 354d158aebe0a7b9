// SPDX-License-Identifier: MIT
// A system for what has one to wait in, and is measured where nobody waits: nothing of it is
// called.
#pragma once
#include <neuron/sched/feature.hpp>

#include <cstdlib>

struct neuron::core::Strand {};

struct NoSystem {
    struct Values {
        static constexpr unsigned max_cpus = 1, sched_tasks = 1, sched_large_tasks = 1;
        static constexpr unsigned sched_capacity = 1;
    };
    using Feature = neuron::sched::Feature<Values>;
    using Features = neuron::core::TypeList<Feature>;
    [[noreturn]] neuron::core::CpuId this_cpu() const { std::abort(); }
    [[noreturn]] unsigned cpu_count() const { std::abort(); }
    [[noreturn]] std::size_t stack_used(const neuron::core::Strand&) const { std::abort(); }
    [[noreturn]] neuron::core::Strand& idle_strand(const neuron::core::IrqOff&) { std::abort(); }
    [[noreturn]] void switch_strands(const neuron::core::IrqOff&, neuron::core::Strand&,
                                     neuron::core::Strand&) {
        std::abort();
    }
    template <template <class> class F>
    [[noreturn]] typename F<Values>::template PerCpuIn<Features>& own(const auto&) {
        std::abort();
    }
    template <template <class> class>
    [[noreturn]] typename Feature::Remote& remote(neuron::core::CpuId) {
        std::abort();
    }
    template <template <class> class F>
    [[noreturn]] typename F<Values>::Shared& shared() {
        std::abort();
    }
};
