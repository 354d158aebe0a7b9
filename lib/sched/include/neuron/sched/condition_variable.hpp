// SPDX-License-Identifier: MIT
// As std::condition_variable, for tasks. A wait may end without a notify: give it what you wait
// for.
#pragma once

#include <neuron/sched/mutex.hpp>

namespace neuron::sched {

/// Outlives every call on it. Every CPU; waits at task level, notify in every context.
template <class System>
class ConditionVariable {
  public:
    ConditionVariable() = default;
    ConditionVariable(const ConditionVariable&) = delete;
    ConditionVariable& operator=(const ConditionVariable&) = delete;

    /// `self` holds `mutex`, and does again afterwards. INV-SCHED-9: a notify after the unlock is
    /// not lost.
    void wait(Task& self, Mutex<System>& mutex) { (void)wait_by(self, mutex, Forever()); }
    /// False if nobody notified it by then.
    [[nodiscard]] bool wait_until(Task& self, Mutex<System>& mutex, core::Instant limit) {
        return wait_by(self, mutex, limit);
    }
    /// Until is_so().
    template <class IsSo>
    void wait(Task& self, Mutex<System>& mutex, IsSo is_so) {
        while (!is_so())
            wait(self, mutex);
    }
    /// What is_so() answers in the end.
    template <class IsSo>
    [[nodiscard]] bool wait_until(Task& self, Mutex<System>& mutex, core::Instant limit,
                                  IsSo is_so) {
        while (!is_so())
            if (!wait_until(self, mutex, limit))
                return is_so();
        return true;
    }

    void notify_one() { (void)detail::grant_one(detail::here<System>(), queue_); }
    /// As many as wait now.
    void notify_all() {
        std::size_t count =
            queue_.with(sync::NoLocks(), [](auto& waiters) { return waiters.list.size(); });
        while (count-- != 0 && detail::grant_one(detail::here<System>(), queue_)) {
        }
    }

  private:
    template <class Limit>
    bool wait_by(Task& self, Mutex<System>& mutex, Limit limit) {
        System& system = detail::here<System>();
        Waiter waiter(self);
        queue_.with(sync::NoLocks(), [&](auto& waiters) { waiters.list.push_back(waiter); });
        mutex.unlock(self);
        const bool was_notified =
            detail::wait_for_grant(system, self, queue_, waiter, limit, [](auto&) {});
        mutex.lock(self);
        return was_notified;
    }

    WaitQueue<> queue_;

  public:
    using neuron_members = core::Members<ConditionVariable, &ConditionVariable::queue_>;
};

} // namespace neuron::sched
