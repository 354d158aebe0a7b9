// SPDX-License-Identifier: MIT
// As std::barrier, for tasks: opens whenever all have arrived, and is closed again at once.
#pragma once

#include <neuron/sched/wait_queue.hpp>

namespace neuron::sched {

/// Outlives every call on it. Every CPU.
template <class System>
class Barrier {
    struct Phase {
        std::uint32_t expected = 0;
        std::uint32_t missing = 0; ///< of this phase
        std::uint64_t number = 0;
    };

  public:
    /// A phase that somebody has arrived in.
    class [[nodiscard]] ArrivalToken {
      public:
        friend bool operator==(const ArrivalToken&, const ArrivalToken&) = default;

      private:
        friend class Barrier;
        explicit ArrivalToken(std::uint64_t phase) : phase_(phase) {}
        std::uint64_t phase_;
    };

    explicit Barrier(std::uint32_t expected) {
        core::check(expected >= 1, "Barrier: 1 at least");
        queue_.with(sync::NoLocks(),
                    [&](auto& waiters) { waiters.extra = {expected, expected, 0}; });
    }
    Barrier(const Barrier&) = delete;
    Barrier& operator=(const Barrier&) = delete;

    /// One more is there; the last one opens it. Every context.
    ArrivalToken arrive() {
        return queue_.with(sync::NoLocks(), [&](auto& waiters) {
            Phase& phase = waiters.extra;
            const ArrivalToken token(phase.number);
            if (--phase.missing == 0) {
                phase.missing = phase.expected;
                ++phase.number;
                // All at once: those of the next phase come behind the lock.
                while (detail::grant_first(detail::here<System>(), waiters)) {
                }
            }
            return token;
        });
    }
    /// INV-SCHED-12: returns once the token's phase is complete.
    void wait(Task& self, ArrivalToken token) { (void)wait_by(self, token, Forever()); }
    /// False if it is not complete by then; who has arrived still has.
    [[nodiscard]] bool wait_until(Task& self, ArrivalToken token, core::Instant limit) {
        return wait_by(self, token, limit);
    }
    void arrive_and_wait(Task& self) { wait(self, arrive()); }

  private:
    template <class Limit>
    bool wait_by(Task& self, ArrivalToken token, Limit limit) {
        core::check_may_block();
        // Who waits is of the phase that is not complete, as all that wait already.
        return detail::wait_unless<System>(
            self, queue_, limit,
            [&](auto& waiters) { return waiters.extra.number != token.phase_; }, [](auto&) {});
    }

    WaitQueue<Phase> queue_;

  public:
    using neuron_members = core::Members<Barrier, &Barrier::queue_>;
};

} // namespace neuron::sched
