// SPDX-License-Identifier: MIT
// As std::counting_semaphore, for tasks: whoever waits longest goes first, and is handed its count
// by who releases.
#pragma once

#include <neuron/sched/wait_queue.hpp>

namespace neuron::sched {

/// Outlives every call on it. Every CPU; acquire at task level, release in every context.
template <class System>
class CountingSemaphore {
  public:
    static constexpr std::uint32_t max = 0x7fff'ffff;

    explicit CountingSemaphore(std::uint32_t count) : word_(count) {
        core::check(count <= max, "CountingSemaphore: 0 to 2^31 - 1");
    }
    CountingSemaphore(const CountingSemaphore&) = delete;
    CountingSemaphore& operator=(const CountingSemaphore&) = delete;

    void acquire(Task& self) { (void)acquire_by(self, Forever()); }
    [[nodiscard]] bool try_acquire() {
        std::uint32_t seen = word_.load(core::relaxed); // a first guess
        while ((seen & max) != 0)
            // Acquire: pairs with release.
            if (word_.compare_exchange(seen, seen - 1, core::acquire, core::relaxed))
                return true;
        return false;
    }
    /// False if there was nothing to take by then.
    [[nodiscard]] bool try_acquire_until(Task& self, core::Instant limit) {
        return acquire_by(self, limit);
    }

    /// INV-SCHED-10: what is released is acquired once, or counted.
    void release(std::uint32_t count = 1) {
        std::uint32_t seen = word_.load(core::relaxed); // a first guess
        while ((seen & somebody_waits) == 0) {
            core::check(count <= max - seen, "CountingSemaphore: 2^31 - 1 at most");
            // Release: pairs with try_acquire.
            if (word_.compare_exchange(seen, seen + count, core::release, core::relaxed))
                return;
        }
        hand_over(count);
    }

  private:
    template <class Limit>
    bool acquire_by(Task& self, Limit limit) {
        core::check_may_block();
        return try_acquire() || wait(self, limit);
    }

    template <class Limit>
    [[gnu::noinline]] bool wait(Task& self, Limit limit) {
        return detail::wait_unless<System>(
            self, queue_, limit, [&](auto&) { return take_or_mark(); },
            [&](auto& waiters) {
                if (waiters.list.is_empty())
                    end_of_waiting(0);
            });
    }

    /// Under the lock: takes one, or marks that somebody waits.
    bool take_or_mark() {
        std::uint32_t seen = word_.load(core::relaxed); // a first guess
        for (;;) {
            if ((seen & max) != 0) {
                // Acquire: pairs with release.
                if (word_.compare_exchange(seen, seen - 1, core::acquire, core::relaxed))
                    return true;
            } else if (seen == somebody_waits ||
                       // Relaxed: it only sends who releases here, under the lock.
                       word_.compare_exchange(seen, somebody_waits, core::relaxed, core::relaxed)) {
                return false;
            }
        }
    }

    [[gnu::noinline]] void hand_over(std::uint32_t count) {
        System& system = detail::here<System>();
        // The lock for one at a time: it is never held for as long as there are waiters.
        while (queue_.with(sync::NoLocks(), [&](auto& waiters) {
            if (count != 0 && detail::grant_first(system, waiters))
                --count;
            if (!waiters.list.is_empty())
                return count != 0;
            core::check(count <= max, "CountingSemaphore: 2^31 - 1 at most");
            end_of_waiting(count);
            return false;
        })) {
        }
    }
    /// Under the lock, when nobody waits any more; `count` is left. While somebody waits, nothing
    /// is counted and nobody else writes the word; but the last may have given up since it was
    /// read.
    void end_of_waiting(std::uint32_t count) {
        if (word_.load(core::relaxed) == somebody_waits) // only the lock's holder changes that
            word_.store(count, core::release);           // pairs with try_acquire
        else
            release(count);
    }

    static constexpr std::uint32_t somebody_waits = max + 1;

    core::Atomic<std::uint32_t> word_;
    WaitQueue<> queue_;

  public:
    using neuron_members =
        core::Members<CountingSemaphore, &CountingSemaphore::word_, &CountingSemaphore::queue_>;
};

} // namespace neuron::sched
