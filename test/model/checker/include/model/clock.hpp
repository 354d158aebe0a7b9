// SPDX-License-Identifier: MIT
// Vector clocks: what of each thread has happened before something.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

namespace model {

inline constexpr unsigned max_threads = 16;
using ThreadId = std::uint8_t;
/// The place of an event in its thread, from 1 on.
using Index = std::int16_t; // signed: its maximum is one SSE2 instruction

class Clock {
  public:
    [[nodiscard]] Index operator[](ThreadId thread) const { return at_[thread]; }
    /// Whether event `index` of `thread` has happened before.
    [[nodiscard]] bool covers(ThreadId thread, Index index) const { return at_[thread] >= index; }
    void set(ThreadId thread, Index index) { at_[thread] = index; }
    void join(const Clock& other) {
        for (unsigned i = 0; i < max_threads; ++i)
            at_[i] = std::max(at_[i], other.at_[i]);
    }

  private:
    alignas(16) std::array<Index, max_threads> at_{};
};

} // namespace model
