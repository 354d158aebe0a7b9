// SPDX-License-Identifier: MIT
// Run-time checks of what a smuggled witness could get past the types. This variant checks; the
// other has the same face and does nothing. Which one an image has is an include path
// (CONFIG_AUDIT_CHECKS); host tests have this one.
#pragma once

#include <neuron/core/check.hpp>
#include <neuron/core/rank.hpp>
#include <neuron/format/bounded_text.hpp>
#include <neuron/format/format.hpp>

#include <bit>
#include <optional>

namespace neuron::audit {
inline namespace checked {

constexpr std::uint32_t bit(core::Rank rank) {
    return std::uint32_t{1} << static_cast<std::uint32_t>(rank);
}

/// The highest rank in the mask, which is not 0.
constexpr core::Rank highest(std::uint32_t ranks) {
    std::uint32_t rank = 31;
    while ((ranks >> rank) == 0)
        --rank;
    return static_cast<core::Rank>(rank);
}

/// This CPU is about to take a lock of this rank. Interrupts masked. INV-AUDIT-1: ends the image,
/// naming both ranks, unless every lock it holds has a lower one.
inline void take_rank(core::Rank rank, core::Where where) {
    env::Execution& execution = env::execution();
    if (execution.held_ranks >= bit(rank)) [[unlikely]] {
        format::BoundedText<96> message;
        format::write(message, "lock ranks: {} taken while {} is held", to_string(rank),
                      to_string(highest(execution.held_ranks)));
        env::die(message.view(), where.file, where.line);
    }
    execution.held_ranks |= bit(rank);
    ++execution.locks_taken;
}

/// This CPU has released its lock of this rank. Interrupts masked.
inline void release_rank(core::Rank rank) {
    env::execution().held_ranks &= ~bit(rank);
}

/// INV-AUDIT-2: ends the image if this CPU holds any lock.
inline void hold_nothing(core::Where where) {
    const std::uint32_t held = env::held_ranks();
    if (held != 0) [[unlikely]] {
        format::BoundedText<96> message;
        format::write(message, "a wait for another CPU while lock {} is held",
                      to_string(highest(held)));
        env::die(message.view(), where.file, where.line);
    }
}

/// INV-AUDIT-3: ends the image unless `datum` lies in this CPU's own block.
inline void own(const void* datum, core::Where where) {
    core::check(env::owns(datum), "per-CPU data of another CPU", where);
}

/// INV-AUDIT-4: ends the image inside a handler: it may have interrupted who uses the datum.
inline void not_in_handler(core::Where where) {
    core::check(env::handlers() == 0, "task-level data touched in a handler", where);
}

/// How many locks this CPU has taken so far; nothing where that is not counted.
[[nodiscard]] inline std::optional<std::uint32_t> locks_taken() {
    return env::execution().locks_taken;
}

} // namespace checked
} // namespace neuron::audit
