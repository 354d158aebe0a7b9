// SPDX-License-Identifier: MIT
#pragma once

#include <neuron/idle/idle.hpp>

namespace neuron::idle {

/// While one lives, no CPU that falls idle is suspended; who is suspended by then stays so until it
/// is woken. Made and ended in every context; neither copied nor moved.
template <class System>
class WakeLock {
  public:
    explicit WakeLock(System& system) : count_(system.template shared<Feature>().wake_locks) {
        const std::uint32_t before = count_.fetch_add(1, core::relaxed); // as in may_suspend
        core::check(before != ~std::uint32_t{0}, "WakeLock: too many at a time");
    }
    WakeLock(const WakeLock&) = delete;
    WakeLock& operator=(const WakeLock&) = delete;
    ~WakeLock() { count_.fetch_sub(1, core::relaxed); } // as above

  private:
    core::Atomic<std::uint32_t>& count_;
};

} // namespace neuron::idle
