// SPDX-License-Identifier: MIT
// Which state pays: by when the next timer comes, and by how long this CPU was idle lately. It
// knows no clock and no CPU.
#pragma once

#include <neuron/idle/state.hpp>

#include <algorithm>

namespace neuron::idle {

/// From how many ticks of idleness on a state pays.
struct Limits {
    std::uint64_t wait;
    std::uint64_t suspend;
};

/// What an idle CPU is to do: first to poll, or not; then to sleep, that deep.
struct Plan {
    bool polls = false;
    State sleep{}; ///< Wait or Suspend
    friend constexpr bool operator==(const Plan&, const Plan&) = default;
};

/// Of one CPU. A state is doubted while most of the last times were too short for it.
class Governor {
  public:
    /// `until_timer`: ticks until this CPU's next timer interrupt; all ones if there is none.
    [[nodiscard]] constexpr Plan choose(std::uint64_t until_timer, const Limits& limits,
                                        bool may_suspend) const {
        if (may_suspend && !suspend_.is_doubted() && until_timer >= limits.suspend)
            return {.polls = wait_.is_doubted(), .sleep = State::Suspend};
        return {.polls = wait_.is_doubted() && until_timer >= limits.wait, .sleep = State::Wait};
    }
    /// It was idle for so long.
    constexpr void learn(std::uint64_t ticks, const Limits& limits) {
        wait_.learn(ticks >= limits.wait);
        suspend_.learn(ticks >= limits.suspend);
    }

  private:
    /// Counts up to `most` for each time that was too short, and down: one that is sure changes its
    /// mind by four times of the other kind.
    class Doubt {
      public:
        [[nodiscard]] constexpr bool is_doubted() const { return count_ > most / 2; }
        constexpr void learn(bool was_long_enough) {
            if (was_long_enough)
                count_ = std::max(count_, 1U) - 1;
            else
                count_ = std::min(count_ + 1, most);
        }

      private:
        static constexpr std::uint32_t most = 7;
        std::uint32_t count_ = 0;
    };

    Doubt wait_;
    Doubt suspend_;
};

} // namespace neuron::idle
