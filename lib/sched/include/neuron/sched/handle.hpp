// SPDX-License-Identifier: MIT
// The right to a task's end: whoever spawned it has its Handle, to wait for its exit value. Moves,
// and is not copied; one that ends without join lets the task run on by itself.
#pragma once

#include <neuron/core/result.hpp>
#include <neuron/core/time.hpp>
#include <neuron/core/wait.hpp>
#include <neuron/sched/wake.hpp>

namespace neuron::sched {

/// A wait without end.
struct Forever {};

namespace detail {

/// One wait of `self`; false if the time has come.
template <class System>
bool wait_once(System& system, Task& self, Forever) {
    park(system, self);
    return true;
}
template <class System>
bool wait_once(System& system, Task& self, core::Instant limit) {
    constexpr bool has_time = requires { park_until(FeaturesOf<System>(), system, self, limit); };
    static_assert(has_time, "a time-out is of lib/sched-time, which this image has not: set "
                            "CONFIG_TIMER=y and CONFIG_SCHED_TIME=y");
    if constexpr (has_time)
        return park_until(FeaturesOf<System>(), system, self, limit);
}

/// For a Loan: who joins lends to whom it waits for, whose place is not another's until it has.
template <class Account>
struct JoinWait {
    Pid pid;
    core::QosClass class_lent{};
    [[nodiscard]] Pid debtor() const { return pid; }
    [[nodiscard]] core::QosClass& lends() { return class_lent; }
    template <class Use>
    void with_account(Use use) const {
        Account nobody_elses{};
        use(nobody_elses);
    }
};

} // namespace detail

template <class System>
class [[nodiscard]] Handle {
  public:
    Handle(Handle&& other) noexcept : pid_(std::exchange(other.pid_, Pid{})) {}
    Handle& operator=(Handle&& other) noexcept {
        std::swap(pid_, other.pid_);
        return *this;
    }
    ~Handle() { let_go(); }

    /// Whose it is; no task's once it was joined or moved away.
    [[nodiscard]] Pid pid() const { return pid_; }

  private:
    template <class S, class Limit>
    friend core::Result<int, Error> join(S& system, Task& self, Handle<S>& handle, Limit limit);
    friend struct detail::Inside;
    explicit Handle(Pid pid) : pid_(pid) {}

    void let_go() {
        if (!pid_.is_valid())
            return;
        System& system = detail::here<System>();
        detail::release_place(system, detail::held_place(system, pid_), pid_);
        pid_ = Pid{};
    }

    Pid pid_;

  public:
    using neuron_members = core::Members<Handle, &Handle::pid_>;
};

/// Waits for the end of a task: its exit value, once; the handle is nobody's then. `limit`: a
/// core::Instant, TimedOut from then on; the handle is as it was.
template <class System, class Limit = Forever>
core::Result<int, Error> join(System& system, Task& self, Handle<System>& handle,
                              Limit limit = {}) {
    core::check_may_block();
    const Pid pid = handle.pid();
    if (!pid.is_valid())
        return std::unexpected(Error::NoSuchTask);
    if (pid == self.pid())
        return std::unexpected(Error::JoinsItself);
    TaskSlot& slot = detail::held_place(system, pid).slot;
    const std::uint64_t me = format_value(self.pid());
    std::uint64_t seen = 0;
    // Release, and acquire on failure: pairs with the exchange in end_task.
    if (slot.joiner.compare_exchange(seen, me, core::release, core::acquire)) {
        using Lending = detail::LendingOf<System>;
        typename Lending::Account account{};
        typename Lending::template Loan<System, detail::JoinWait<typename Lending::Account>> loan(
            self, {pid});
        loan.begin(account);
        loan.tell(system);
        while (slot.joiner.load(core::acquire) != TaskSlot::ended) {
            if (detail::wait_once(system, self, limit))
                continue;
            seen = me;
            // Relaxed: the load above looks again.
            if (slot.joiner.compare_exchange(seen, 0, core::relaxed, core::relaxed)) {
                loan.withdraw(account);
                loan.tell(system);
                return std::unexpected(Error::TimedOut);
            }
        }
    } else {
        core::check(seen == TaskSlot::ended, "a task is joined by two");
    }
    const int value = slot.exit_value.read();
    // It may stand on its stack still, on its CPU, which is about to switch: whoever has joined a
    // task may take its place. Relaxed: let_go reads it again.
    core::spin_until([&] { return slot.holders.load(core::relaxed) == 1; });
    handle.let_go();
    return value;
}

} // namespace neuron::sched
