// SPDX-License-Identifier: MIT
// How many best-effort messages a CPU may post: `Burst` at once, and one more every `interval`
// ticks. A value that its CPU owns.
#pragma once

#include <cstdint>

namespace neuron::ipi {

template <std::uint32_t Burst>
class TokenBucket {
    static_assert(Burst >= 1);

  public:
    /// Takes a token if there is one. `now` does not go back; `interval`, in the same unit, is at
    /// least 1 and the same in all calls. The bucket is full at first.
    [[nodiscard]] bool try_take(std::uint64_t now, std::uint64_t interval) {
        const std::uint64_t due = now < filled_at_ ? 0 : (now - filled_at_) / interval;
        if (due >= taken_) { // full: time that is not needed is not saved up
            taken_ = 0;
            filled_at_ = now;
        } else {
            taken_ -= static_cast<std::uint32_t>(due);
            filled_at_ += due * interval;
        }
        if (taken_ == Burst)
            return false;
        ++taken_;
        return true;
    }

  private:
    std::uint32_t taken_ = 0; ///< and not come back yet
    std::uint64_t filled_at_ = 0;
};

} // namespace neuron::ipi
