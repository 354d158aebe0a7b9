// SPDX-License-Identifier: MIT
// A task that waits for another lends it its class, lest one of a class between the two keeps the
// other from going on. How is lib/sched-qos' to say: its Lending is found through the types of the
// image's features. Without it nothing is lent.
#pragma once

#include <neuron/sched/task.hpp>

#include <type_traits>

namespace neuron::sched {

/// Nothing else is guarded.
struct NothingMore {};

namespace detail {

/// What is asked of a Lending, done by one that lends nothing.
struct NoLending {
    /// Whether a task may be of another class without its home's doing.
    static constexpr bool lends = false;

    /// Of one lock: what those that wait for it lend together. Under the lock of its queue.
    using Account = NothingMore;

    /// Whether `task`, which is ready or runs, should be of another class.
    static bool is_due(Task&) { return false; }
    /// `task`, which is becoming ready or runs, is of the class that is right, by its owner.
    static void recompute(Task&) {}
    /// A task has another base class, as its word says.
    static void on_new_class() {}
    /// The one to attend to, since `task` may be of another class.
    static Pid change_debt(Task&) { return {}; }

    /// A lock goes on from the task that calls.
    struct Passing {
        explicit Passing(Task&) {}
        /// To that of `next`, which was taken out of the queue. Under its lock.
        template <class W>
        void to(Account&, W&) {}
        /// Whoever is concerned is attended to. No lock held.
        template <class System>
        void tell(System&) {}
    };

    /// What one task lends while it waits; it lives as long as that. `Wait` says for whom:
    ///   Pid debtor(); QosClass& lends(); with_account(use): use(Account&), if it waits still
    template <class System, class Wait>
    struct Loan {
        Loan(Task&, Wait) {}
        /// It waits from now on; it has given up. Under the lock of the queue, if there is one.
        void begin(Account&) {}
        void withdraw(Account&) {}
        /// Whoever is concerned is attended to. No lock held.
        void tell(System&) {}
    };
};

template <class Features>
struct LendingIn : std::type_identity<NoLending> {};
template <class F, class... Others>
struct LendingIn<core::TypeList<F, Others...>> : LendingIn<core::TypeList<Others...>> {};
template <class F, class... Others>
    requires requires { typename F::Lending; }
struct LendingIn<core::TypeList<F, Others...>> : std::type_identity<typename F::Lending> {};

template <class System>
using LendingOf = typename LendingIn<typename System::Features>::type;

} // namespace detail
} // namespace neuron::sched
