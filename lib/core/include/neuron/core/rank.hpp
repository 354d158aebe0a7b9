// SPDX-License-Identifier: MIT
// The order in which locks may be taken: upwards only, never two of one rank.
#pragma once

#include <cstdint>
#include <string_view>

namespace neuron::core {

/// Lowest first. Console is the last of all, so that a line can be written under any lock; the
/// ranks between MemoryManager and Console are the app's own (app_rank).
enum class Rank : std::uint32_t {
    Scheduler = 0,
    WaitQueue = 1,
    IpcRouter = 2,
    MemoryManager = 3,
    Console = 31,
};

inline constexpr unsigned app_ranks = 16;

/// Rank N of an app's own locks, 0 to 15: after every lock of the system but the console's.
template <unsigned N>
    requires(N < app_ranks)
inline constexpr Rank app_rank = static_cast<Rank>(8 + N);

constexpr std::string_view to_string(Rank rank) {
    switch (rank) {
    case Rank::Scheduler:
        return "Scheduler";
    case Rank::WaitQueue:
        return "WaitQueue";
    case Rank::IpcRouter:
        return "IpcRouter";
    case Rank::MemoryManager:
        return "MemoryManager";
    case Rank::Console:
        return "Console";
    }
    return "an app's";
}

} // namespace neuron::core
