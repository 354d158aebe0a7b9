// SPDX-License-Identifier: MIT
// An argument that can be sent and moved, not copied, and that is counted.
#pragma once

#include <neuron/core/send.hpp>

#include <utility>

namespace sched_test {

class Ticket {
  public:
    explicit Ticket(int number) : number_(number) { ++count; }
    Ticket(Ticket&& other) noexcept : number_(std::exchange(other.number_, 0)) {}
    Ticket& operator=(Ticket&&) = delete;
    ~Ticket() { count -= number_ != 0 ? 1 : 0; }

    /// 0 if it was moved from.
    [[nodiscard]] int number() const { return number_; }
    /// How many there are that were not moved from, and not forgotten.
    [[nodiscard]] static int alive() { return count; }
    static void forget_all() { count = 0; }

  private:
    int number_;
    static inline int count = 0;

  public:
    using neuron_members = neuron::core::Members<Ticket, &Ticket::number_>;
};

} // namespace sched_test
