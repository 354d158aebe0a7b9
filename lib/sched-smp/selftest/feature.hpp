// SPDX-License-Identifier: MIT
// What the storm keeps of its tasks.
#pragma once

#include <neuron/sched-smp/feature.hpp>

namespace neuron::sched_smp::selftests {

/// One of the storm's tasks, for every CPU to see. Statistics and names, which order nothing.
struct Seen {
    core::Atomic<std::uint64_t> pid{0};
    core::Atomic<std::uint64_t> steps{0};  ///< that it has done
    core::Atomic<std::uint32_t> inside{0}; ///< how many run it just now: never two
};

template <class Values>
struct Feature {
    static constexpr std::uint32_t most = 24; ///< tasks of the storm

    struct Shared {
        std::array<Seen, most> seen;
        core::Atomic<std::uint64_t> operations{0};
        core::Atomic<std::uint64_t> wrong{0};
        core::Atomic<std::uint32_t> children{0};
    };
    /// What each CPU has run, as a hash of the order: the same in two runs that are the same.
    struct Remote {
        core::Atomic<std::uint64_t> schedule{0};
    };
};

} // namespace neuron::sched_smp::selftests
