// SPDX-License-Identifier: MIT
// A function on a stack of its own, left and entered again by hand. x86-64 and its System V calling
// convention; a fiber that is not entered again is simply left where it is, without unwinding.
#pragma once

#include <cstddef>

namespace model {

class Fiber {
  public:
    static constexpr std::size_t stack_size = std::size_t{256} << 10;

    Fiber();
    ~Fiber();
    Fiber(const Fiber&) = delete;
    Fiber& operator=(const Fiber&) = delete;

    /// The next enter() calls function(argument), which must not return: it leaves for good.
    void start(void (*function)(void*), void* argument);
    /// From outside: goes on in the fiber until it leaves.
    void enter();
    /// From inside: goes on behind enter().
    void leave();

  private:
    std::byte* stack_; ///< its lowest page is a guard
    void* inside_ = nullptr;
    void* outside_ = nullptr;
};

} // namespace model
