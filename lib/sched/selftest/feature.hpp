// SPDX-License-Identifier: MIT
// What the selftests of tasks keep: the handles of a crowd, which are too many for a stack.
#pragma once

#include <neuron/sched/spawn.hpp>

namespace neuron::sched::selftests {

template <class Values>
struct Feature {
    static constexpr std::size_t most =
        Values::max_cpus * (Values::sched_tasks + Values::sched_large_tasks);

    struct Shared {
        std::array<core::Atomic<std::uint64_t>, most> pids{};
    };
};

} // namespace neuron::sched::selftests
