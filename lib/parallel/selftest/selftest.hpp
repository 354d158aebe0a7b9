// SPDX-License-Identifier: MIT
#pragma once

#include <neuron/parallel/loop.hpp>
#include <neuron/selftest/run.hpp>

namespace neuron::parallel {
namespace selftests {

/// The n-th Fibonacci number.
struct Fib {
    template <class System>
    std::uint64_t operator()(Scope<System>& scope, std::uint64_t n) const {
        if (n < 2)
            return n;
        const auto [one, other] = join(scope, call(Fib(), n - 1), call(Fib(), n - 2));
        return one + other;
    }
};

/// What the CPUs have done of a loop.
template <class Values>
struct Counts {
    std::array<core::Atomic<std::uint32_t>, Values::max_cpus> by{};
    using neuron_members = core::Members<Counts, &Counts::by>;
};

} // namespace selftests

template <class System>
void run_selftests(selftest::Run& run, System& system) {
    Scope<System> scope(system, sched::this_task(system));

    run.test("parallel.join", [&](selftest::Record& record) { // INV-PARALLEL-1
        record.value("fib", selftests::Fib()(scope, 22));
    });

    // Until every CPU has done some of it.
    run.test("parallel.for", [&](selftest::Record& record) { // INV-PARALLEL-2
        using Counts = selftests::Counts<typename System::Values>;
        Counts counts;
        const auto shared = core::Ref<Counts>::unsafe_to(counts); // SAFETY: the loops end below
        std::array<std::uint32_t, 200> numbers{};
        std::uint32_t loops = 0;
        std::uint64_t cpus = 0;
        const std::uint64_t deadline = system.diagnostic_deadline();
        while (cpus < system.cpu_count() && system.now() < deadline) {
            ++loops;
            parallel_for(
                scope, Part(std::span(numbers)), 4,
                [](std::uint32_t& number, std::size_t index, core::Ref<Counts> all) {
                    number += static_cast<std::uint32_t>(index);
                    const auto cpu = sched::detail::cpu_of_this(sched::detail::here<System>());
                    all->by[cpu.index()].fetch_add(1, core::relaxed); // a count
                },
                shared);
            cpus = 0;
            for (const auto& each : counts.by)
                cpus += each.load(core::relaxed) > 0 ? 1 : 0;
        }
        std::uint64_t wrong = 0;
        for (std::size_t index = 0; index < numbers.size(); ++index)
            wrong += numbers[index] != index * loops ? 1 : 0;
        record.value("wrong", wrong);
        record.value("cpus", cpus);
    });
}

} // namespace neuron::parallel
