// SPDX-License-Identifier: MIT
// Something that one at a time may do, and nobody waits for.
#pragma once

#include <neuron/core/atomic.hpp>

#include <cstdint>

namespace neuron::core {

/// Whoever finds the word 0 has the claim, until this ends: what one did under it comes before what
/// the next one does. Every CPU, every context; neither copied nor moved.
class [[nodiscard]] Claim {
  public:
    explicit Claim(Atomic<std::uint32_t>& word)
        : word_(word), is_mine_(word.exchange(1, acquire) == 0) {} // pairs with ~Claim
    Claim(const Claim&) = delete;
    Claim& operator=(const Claim&) = delete;
    ~Claim() {
        if (is_mine_)
            word_.store(0, release);
    }

    [[nodiscard]] bool is_mine() const { return is_mine_; }

  private:
    Atomic<std::uint32_t>& word_;
    bool is_mine_;
};

} // namespace neuron::core
