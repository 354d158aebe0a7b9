// SPDX-License-Identifier: MIT
// Tasks that wait for one thing, in the order in which they came. What stands for one is a Waiter
// on its own stack, which is in the queue until somebody grants it, or it gives up.
//
//   the waiter                       who grants
//   under the lock: is in            under the lock: takes it out; granted_.store (release)
//   park ... granted_? (acquire) <-- unpark by name: the Waiter may be gone by then
//   gives up, under the lock: still in? out it goes. Not in: it was granted, in time.
//
// INV-SCHED-7: each Waiter is granted once or has given up, not both.
#pragma once

#include <neuron/core/list.hpp>
#include <neuron/sched/handle.hpp>
#include <neuron/sched/lending.hpp>
#include <neuron/sync/spin_lock.hpp>

namespace neuron::sched {

class Waiter : public core::Linked<Waiter> {
  public:
    explicit Waiter(Task& self) : known_{self.pid(), self, *detail::Inside::of(self).slot} {}

    [[nodiscard]] Pid task() const { return known_.pid; }
    [[nodiscard]] TaskSlot& slot() const { return known_.slot; }
    core::QosClass lends{}; ///< under the lock of the queue (lending.hpp)
    [[nodiscard]] bool is_granted() const {
        return granted_.load(core::acquire) != 0; // pairs with grant
    }
    /// By who took it out of the queue: grants it, and unparks its task, which may have seen the
    /// grant by then, and be gone.
    template <class System>
    void grant(System& system) {
        const detail::Known known = known_;
        granted_.store(1, core::release); // pairs with is_granted
        detail::unpark(system, known);
    }

  private:
    detail::Known known_;
    core::Atomic<std::uint32_t> granted_{0};
};

/// A queue and what else its lock guards.
template <class Extra>
struct Waiters {
    core::List<Waiter> list;
    Extra extra{};
};
} // namespace neuron::sched

// SAFETY: a list of pointers is not derived; a Waiter lives until it was granted or has given up,
// both of which take it out first, under the lock that this stands in (INV-SCHED-7).
template <class Extra>
inline constexpr bool neuron::core::unsafe_send<neuron::sched::Waiters<Extra>> =
    neuron::core::Send<Extra>;

namespace neuron::sched {

template <class Extra = NothingMore>
using WaitQueue = sync::SpinLock<Waiters<Extra>, core::Rank::WaitQueue>;

namespace detail {

/// Waits until `waiter`, which is in `queue`, is granted: true; or until `limit`: false, and it is
/// in it no more. given_up(Waiters&) runs then, under the lock.
template <class System, class Queue, class Limit, class GivenUp>
bool wait_for_grant(System& system, Task& self, Queue& queue, Waiter& waiter, Limit limit,
                    GivenUp given_up) {
    while (!waiter.is_granted()) {
        if (wait_once(system, self, limit))
            continue;
        return queue.with(sync::NoLocks(), [&](auto& waiters) {
            if (waiter.is_granted())
                return true;
            waiters.list.remove(waiter);
            given_up(waiters);
            return false;
        });
    }
    return true;
}

/// Waits in `queue` unless is_met(Waiters&), which is asked under its lock: true then, and when it
/// was granted; false as above.
template <class System, class Queue, class Limit, class IsMet, class GivenUp>
bool wait_unless(Task& self, Queue& queue, Limit limit, IsMet is_met, GivenUp given_up) {
    Waiter waiter(self);
    const bool met = queue.with(sync::NoLocks(), [&](auto& waiters) {
        const bool now = is_met(waiters);
        if (!now)
            waiters.list.push_back(waiter);
        return now;
    });
    return met || wait_for_grant(here<System>(), self, queue, waiter, limit, given_up);
}

/// Grants the first of `waiters` and unparks it; false if there is none. Under the lock.
template <class System, class Extra>
bool grant_first(System& system, Waiters<Extra>& waiters) {
    Waiter* const first = waiters.list.pop_front();
    if (first == nullptr)
        return false;
    first->grant(system);
    return true;
}

/// The same, with the lock for one at a time: it is never held for as long as there are waiters.
template <class System, class Queue>
bool grant_one(System& system, Queue& queue) {
    return queue.with(sync::NoLocks(), [&](auto& waiters) { return grant_first(system, waiters); });
}

} // namespace detail
} // namespace neuron::sched
