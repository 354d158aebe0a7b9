// SPDX-License-Identifier: MIT
// As std::latch, for tasks.
#pragma once

#include <neuron/sched/wait_queue.hpp>

namespace neuron::sched {

/// Opens once, when it was counted down. Outlives every call on it.
template <class System>
class Latch {
  public:
    explicit Latch(std::uint32_t expected) : left_(expected) {}
    Latch(const Latch&) = delete;
    Latch& operator=(const Latch&) = delete;

    /// By at most what is left. Every context.
    void count_down(std::uint32_t count = 1) {
        // Release, and acquire for the last: pairs with try_wait, and with the others' before it.
        const std::uint32_t before = left_.fetch_sub(count, core::acq_rel);
        core::check(count <= before, "Latch: counted down below 0");
        if (before == count)
            while (detail::grant_one(detail::here<System>(), queue_)) {
            }
    }
    /// Whether it is open.
    [[nodiscard]] bool try_wait() const {
        return left_.load(core::acquire) == 0; // pairs with count_down
    }
    /// INV-SCHED-11: returns once it is open.
    void wait(Task& self) { (void)wait_by(self, Forever()); }
    /// False if it is not open by then.
    [[nodiscard]] bool wait_until(Task& self, core::Instant limit) { return wait_by(self, limit); }
    void arrive_and_wait(Task& self, std::uint32_t count = 1) {
        count_down(count);
        wait(self);
    }

  private:
    template <class Limit>
    bool wait_by(Task& self, Limit limit) {
        core::check_may_block();
        // Again under the lock: whoever opens it comes for the queue after that.
        return try_wait() ||
               detail::wait_unless<System>(
                   self, queue_, limit, [&](auto&) { return try_wait(); }, [](auto&) {});
    }

    core::Atomic<std::uint32_t> left_;
    WaitQueue<> queue_;

  public:
    using neuron_members = core::Members<Latch, &Latch::left_, &Latch::queue_>;
};

} // namespace neuron::sched
