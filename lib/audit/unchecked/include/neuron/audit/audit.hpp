// SPDX-License-Identifier: MIT
// The face of audit without its checks: see the checked variant.
#pragma once

#include <neuron/core/rank.hpp>
#include <neuron/core/where.hpp>

#include <optional>

namespace neuron::audit {
inline namespace unchecked {

inline void take_rank(core::Rank, core::Where) {}
inline void release_rank(core::Rank) {}
inline void hold_nothing(core::Where) {}
inline void own(const void*, core::Where) {}
inline void not_in_handler(core::Where) {}
[[nodiscard]] inline std::optional<std::uint32_t> locks_taken() {
    return {};
}

} // namespace unchecked
} // namespace neuron::audit
