// SPDX-License-Identifier: MIT
// What it costs to say that a call or a loop may be shared, while nobody is idle. Whole programs:
// make parallel-table.
#pragma once

#include <neuron/bench/run.hpp>
#include <neuron/parallel/loop.hpp>

namespace neuron::parallel {

template <class System>
void run_benches(bench::Run<System>& run, System& system) {
    Scope<System> scope(system, sched::this_task(system));
    run.measure("parallel.join_of_nothing", [&] {
        (void)join(scope, call([](Scope<System>&) {}), call([](Scope<System>&) {}));
    });
    std::array<std::uint32_t, 64> numbers{};
    constexpr auto add_index = [](std::uint32_t& number, std::size_t index) {
        number += static_cast<std::uint32_t>(index);
    };
    run.measure("parallel.plain_loop_of_64", [&] {
        for (std::size_t index = 0; index < numbers.size(); ++index)
            add_index(numbers[index], index);
    });
    run.measure("parallel.for_64_grain_8",
                [&] { parallel_for(scope, Part(std::span(numbers)), 8, add_index); });
}

} // namespace neuron::parallel
