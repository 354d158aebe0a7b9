// SPDX-License-Identifier: MIT
// A value that moves, is not copied, and is counted.
#pragma once

#include <neuron/core/send.hpp>

#include <utility>

namespace channel_test {

class Token {
  public:
    explicit Token(int number) : number_(number) { ++count; }
    Token(Token&& other) noexcept : number_(std::exchange(other.number_, nobody)) {}
    Token& operator=(Token&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~Token() { count -= number_ != nobody ? 1 : 0; }

    [[nodiscard]] int number() const { return number_; }
    /// How many have not ended.
    [[nodiscard]] static int alive() { return count; }

  private:
    static constexpr int nobody = -1; ///< what was moved away
    int number_;
    static inline int count = 0;

  public:
    using neuron_members = neuron::core::Members<Token, &Token::number_>;
};

} // namespace channel_test
