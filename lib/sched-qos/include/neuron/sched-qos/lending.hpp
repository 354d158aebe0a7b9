// SPDX-License-Identifier: MIT
// Who waits for a mutex, or joins a task, lends its class to whoever it waits for. What a task is
// lent stands in one word of its slot: how many wait for it, of each class. So its class is
// recomputed from that word and its own, and nobody walks lists:
//
//   waits                 + 1 in its class: the lock's account, and the holder's word
//   gives up              - 1 in both
//   lock goes to the next - all of the account in the old holder's word, + those left in the new's
//   is of another class   by its home: - 1, + 1 in both, and the holder is attended to
//
// INV-QOS-6: a task's word counts those that wait for it. INV-QOS-7: once what was noted is
// attended to, a task that is ready or runs is of the highest class among its own and those.
#pragma once

#include <neuron/sched/wait_queue.hpp>

#include <algorithm>

namespace neuron::sched_qos {
namespace detail {

using core::QosClass;
using sched::Task;
using sched::TaskSlot;
using Inside = sched::detail::Inside;

/// One that waits, in the word: 21 bits for each class, none for Idle, which raises nobody.
constexpr unsigned bits_of_class = 21;
constexpr std::uint64_t one_of(QosClass qos) {
    const auto rank = static_cast<unsigned>(qos);
    return rank == 0 ? 0 : std::uint64_t{1} << (rank - 1) * bits_of_class;
}
/// The highest class in a word.
constexpr QosClass highest_of(std::uint64_t word) {
    return word >> 2 * bits_of_class != 0 ? QosClass::PerfBurst
           : word >> bits_of_class != 0   ? QosClass::Interactive
           : word != 0                    ? QosClass::Normal
                                          : QosClass::Idle;
}
/// What `change` makes of a word, and whether its task is of another class by that.
inline bool change_pressure(TaskSlot& slot, std::uint64_t less, std::uint64_t more) {
    // Relaxed: it stands for itself; who notes it has the task attended to (sched/attend.hpp).
    const std::uint64_t before = slot.pressure.fetch_add(more - less, core::relaxed);
    // Pairs with the fence in on_new_class: either this sees the new class of the task, or its home
    // sees the new word.
    core::fence(core::seq_cst);
    const QosClass own = slot.word.qos();
    return std::max(own, highest_of(before)) != std::max(own, highest_of(before - less + more));
}
/// Of a task that is at home on this CPU.
inline QosClass class_of(Task& task) {
    const std::uint64_t word = Inside::of(task).slot->pressure.load(core::relaxed);
    return std::max(task.qos(), highest_of(word));
}

} // namespace detail

/// See sched/lending.hpp for what is asked of it.
struct Lending {
    static constexpr bool lends = true;

    struct Account {
        std::uint64_t word = 0; ///< as of a task: of those that wait for one lock
    };

    static bool is_due(sched::Task& task) {
        return detail::Inside::standing(task).qos != detail::class_of(task);
    }
    static void recompute(sched::Task& task) {
        detail::Inside::standing(task).qos = detail::class_of(task);
    }
    static void on_new_class() { core::fence(core::seq_cst); } // pairs with change_pressure
    static sched::Pid change_debt(sched::Task& task) {
        sched::detail::Debt* const debt = detail::Inside::of(task).debt;
        return debt != nullptr ? debt->change(*debt, detail::class_of(task)) : sched::Pid{};
    }

    class Passing {
      public:
        explicit Passing(sched::Task& self) : self_(self) {}
        void to(Account& account, sched::Waiter& next) {
            const std::uint64_t all = account.word;
            account.word -= detail::one_of(next.lends);
            is_lowered_ = detail::change_pressure(*detail::Inside::of(self_).slot, all, 0);
            if (detail::change_pressure(next.slot(), 0, account.word))
                next_ = next.task();
        }
        template <class System>
        void tell(System& system) {
            if (next_.is_valid())
                sched::detail::have_attended(system, next_, sched::detail::most_hops);
            if (is_lowered_)
                sched::detail::have_attended(system, self_.pid());
        }

      private:
        sched::Task& self_;
        sched::Pid next_{};
        bool is_lowered_ = false;
    };

    template <class System, class Wait>
    class Loan : sched::detail::Debt {
      public:
        Loan(sched::Task& self, Wait wait) : Debt{&Loan::change_to}, self_(self), wait_(wait) {}
        ~Loan() {
            const core::IrqOff masked; // its home may be about to use it
            detail::Inside::of(self_).debt = nullptr;
        }
        Loan(const Loan&) = delete;
        Loan& operator=(const Loan&) = delete;

        void begin(Account& account) {
            const core::IrqOff masked;
            wait_.lends() = detail::class_of(self_);
            detail::Inside::of(self_).debt = this;
            concerns_ = change(account, 0, detail::one_of(wait_.lends()));
        }
        void withdraw(Account& account) {
            const core::IrqOff masked; // its home changes it before, or not at all
            detail::Inside::of(self_).debt = nullptr;
            concerns_ = change(account, detail::one_of(wait_.lends()), 0);
        }
        void tell(System& system) {
            if (concerns_.is_valid())
                sched::detail::have_attended(system, concerns_, sched::detail::most_hops);
        }

      private:
        /// The debtor, if it is of another class by that.
        sched::Pid change(Account& account, std::uint64_t less, std::uint64_t more) {
            account.word += more - less;
            const sched::Pid debtor = wait_.debtor();
            sched::TaskSlot& slot =
                sched::detail::held_place(sched::detail::here<System>(), debtor).slot;
            if (slot.word.generation() != debtor.generation)
                return {}; // it ended with the lock held
            return detail::change_pressure(slot, less, more) ? debtor : sched::Pid{};
        }
        /// By the home of the task that waits.
        static sched::Pid change_to(Debt& debt, core::QosClass qos) {
            auto& loan = static_cast<Loan&>(debt);
            sched::Pid concerns{};
            loan.wait_.with_account([&](Account& account) {
                const core::QosClass before = std::exchange(loan.wait_.lends(), qos);
                concerns = loan.change(account, detail::one_of(before), detail::one_of(qos));
            });
            return concerns;
        }

        sched::Task& self_;
        Wait wait_;
        sched::Pid concerns_{}; ///< whose class may be another by that
    };
};

} // namespace neuron::sched_qos
