// SPDX-License-Identifier: MIT
// The name of a task: a place in the pool, and which of the tasks that had this place. A name that
// outlives its task is noticed, never taken for the next one's.
#pragma once

#include <compare>
#include <cstdint>

namespace neuron::core {

/// No task's until it is given one: generation 0 is never used.
struct Pid {
    std::uint32_t index = 0;
    std::uint32_t generation = 0;
    friend constexpr auto operator<=>(const Pid&, const Pid&) = default;
    [[nodiscard]] constexpr bool is_valid() const { return generation != 0; }
};

/// One number, the generation above the index.
constexpr std::uint64_t format_value(Pid pid) {
    return std::uint64_t{pid.generation} << 32 | pid.index;
}

} // namespace neuron::core
