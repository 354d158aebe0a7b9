// SPDX-License-Identifier: MIT
// As std::mutex and std::timed_mutex, for tasks; each call takes the Task that may block. It is
// handed to whoever waits longest, so nobody overtakes.
//
//   word: 0, or the holder's name; with a mark if somebody waits
//
// std::lock_guard over it does not compile: it could not say who blocks. Guard does.
#pragma once

#include <neuron/sched/wait_queue.hpp>

namespace neuron::sched {

/// Outlives every call on it. Every CPU; task level.
template <class System>
class Mutex {
  public:
    Mutex() = default;
    Mutex(const Mutex&) = delete;
    Mutex& operator=(const Mutex&) = delete;

    /// INV-SCHED-8: one task holds it at a time, and sees what the one before did.
    void lock(Task& self) { (void)lock_by(self, Forever()); }
    [[nodiscard]] bool try_lock(Task& self) {
        core::check_may_block();
        std::uint64_t holder = 0;
        // Acquire: pairs with the release in unlock.
        return word_.compare_exchange(holder, name_of(self), core::acquire, core::relaxed);
    }
    /// False if it could not be had by then.
    [[nodiscard]] bool try_lock_until(Task& self, core::Instant limit) {
        return lock_by(self, limit);
    }
    /// By the task that holds it.
    void unlock(Task& self) {
        std::uint64_t holder = name_of(self);
        // Release: pairs with lock.
        if (!word_.compare_exchange(holder, 0, core::release, core::relaxed))
            hand_over(self, holder);
    }

    /// Who holds it: no task's name if nobody does. A moment old.
    [[nodiscard]] Pid holder() const {
        return detail::pid_of(word_.load(core::relaxed) & ~somebody_waits);
    }

  private:
    using Lending = detail::LendingOf<System>;
    /// For a Loan: who waits here, and lends to the holder.
    struct Wait {
        Mutex& mutex;
        Waiter& waiter;
        [[nodiscard]] Pid debtor() const { return mutex.holder(); }
        [[nodiscard]] core::QosClass& lends() const { return waiter.lends; }
        template <class Use>
        void with_account(Use use) const {
            mutex.queue_.with(sync::NoLocks(), [&](auto& waiters) {
                if (waiter.is_linked())
                    use(waiters.extra);
            });
        }
    };

    static std::uint64_t name_of(const Task& task) { return format_value(task.pid()); }

    template <class Limit>
    bool lock_by(Task& self, Limit limit) {
        return try_lock(self) || wait(self, limit);
    }

    template <class Limit>
    [[gnu::noinline]] bool wait(Task& self, Limit limit) {
        core::check(holder() != self.pid(), "a mutex is locked by the task that holds it");
        Waiter waiter(self);
        System& system = detail::here<System>();
        typename Lending::template Loan<System, Wait> loan(self, {*this, waiter});
        const bool met = queue_.with(sync::NoLocks(), [&](auto& waiters) {
            if (take_or_mark(self))
                return true;
            waiters.list.push_back(waiter);
            loan.begin(waiters.extra);
            return false;
        });
        if (met)
            return true;
        loan.tell(system);
        const bool granted =
            detail::wait_for_grant(system, self, queue_, waiter, limit, [&](auto& waiters) {
                loan.withdraw(waiters.extra);
                if (waiters.list.is_empty())
                    word_.fetch_and(~somebody_waits, core::relaxed); // it is under the lock
            });
        if (!granted)
            loan.tell(system);
        return granted;
    }

    /// Under the lock: takes it, or marks that somebody waits.
    bool take_or_mark(Task& self) {
        std::uint64_t seen = word_.load(core::relaxed); // a first guess
        for (;;) {
            if (seen == 0) {
                // Acquire: pairs with unlock.
                if (word_.compare_exchange(seen, name_of(self), core::acquire, core::relaxed))
                    return true;
            } else if ((seen & somebody_waits) != 0 ||
                       // Relaxed: it only sends the holder here, under the lock.
                       word_.compare_exchange(seen, seen | somebody_waits, core::relaxed,
                                              core::relaxed)) {
                return false;
            }
        }
    }

    [[gnu::noinline]] void hand_over(Task& self, std::uint64_t seen) {
        core::check((seen & ~somebody_waits) == name_of(self),
                    "a mutex is unlocked by a task that does not hold it");
        System& system = detail::here<System>();
        typename Lending::Passing passing(self);
        queue_.with(sync::NoLocks(), [&](auto& waiters) {
            Waiter* const next = waiters.list.pop_front();
            if (next == nullptr) {             // it has given up in between
                word_.store(0, core::release); // pairs with try_lock
                return;
            }
            const std::uint64_t mark = waiters.list.is_empty() ? 0 : somebody_waits;
            // Relaxed: the next holder sees what came before by its grant.
            word_.store(format_value(next->task()) | mark, core::relaxed);
            passing.to(waiters.extra, *next);
            next->grant(system);
        });
        passing.tell(system);
    }

    /// No place of a task has that number (parts.hpp).
    static constexpr std::uint64_t somebody_waits = 0x8000'0000;

    core::Atomic<std::uint64_t> word_{0};
    WaitQueue<typename Lending::Account> queue_;

  public:
    using neuron_members = core::Members<Mutex, &Mutex::word_, &Mutex::queue_>;
};

/// Holds a mutex as long as it lives, for the task that it was made with.
template <class System>
class Guard {
  public:
    [[nodiscard]] Guard(Mutex<System>& mutex, Task& self) : mutex_(mutex), self_(self) {
        mutex_.lock(self_);
    }
    ~Guard() { mutex_.unlock(self_); }
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

  private:
    Mutex<System>& mutex_;
    Task& self_;
};

} // namespace neuron::sched
