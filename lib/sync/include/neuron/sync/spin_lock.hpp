// SPDX-License-Identifier: MIT
// A short lock that owns its data. Rules: interrupts are masked inside; the data is reachable only
// in with(); a lock has a rank, and whoever takes several takes them in strictly increasing order
// (INV-SYNC-3), which a witness proves to the compiler:
//
//   queue.with(NoLocks(), [&](Queue& queue, auto& held) {
//       table.with(held, [&](Table& table) { ... });      // compiles if table's rank is higher
//   });
#pragma once

#include <neuron/core/send.hpp>
#include <neuron/sync/lock_word.hpp>
#include <neuron/sync/witness.hpp>

#include <concepts>
#include <utility>

namespace neuron::sync {

/// Owns a T that several CPUs change. Legal in every context, handlers included.
template <class T, Rank R, class Word = detail::LockWord>
class SpinLock {
  public:
    static constexpr Rank rank = R;

    constexpr SpinLock()
        requires std::default_initializable<T>
        : data_{} {}
    template <class... A>
        requires std::constructible_from<T, A...> && (sizeof...(A) > 0)
    constexpr explicit SpinLock(A&&... args) : data_(std::forward<A>(args)...) {}
    SpinLock(const SpinLock&) = delete;
    SpinLock& operator=(const SpinLock&) = delete;

    /// Runs use(T&) or use(T&, Held<R>&) with the lock held and interrupts masked; returns what it
    /// returns, by value. `use` is short and waits for nobody. INV-SYNC-1.
    template <class W, class Use>
    auto with(const W&, Use&& use, core::Where where = {__builtin_FILE(), __builtin_LINE()}) {
        static_assert(Permits<W, R>,
                      "lock ranks: this lock is not above the one that is held (core/rank.hpp)");
        return locked(std::forward<Use>(use), where);
    }

    /// The same without a witness: for the last rank alone, which comes after whatever is held.
    template <class Use>
    auto with(Use&& use, core::Where where = {__builtin_FILE(), __builtin_LINE()}) {
        static_assert(R == Rank::Console,
                      "lock ranks: say what is held: with(NoLocks(), ...) or with(held, ...)");
        return locked(std::forward<Use>(use), where);
    }

    /// The data without the lock, for the panic alone: a report that may be garbled beats none.
    [[nodiscard]] T& bypass(const core::PanicContext&) { return data_; }

  private:
    template <class Use>
    auto locked(Use&& use, core::Where where) {
        const core::IrqOff masked;
        audit::take_rank(R, where); // before it waits: an inversion is told also when it would hang
        word_.acquire();
        const Unlock unlock{word_};
        Held<R> held;
        if constexpr (std::invocable<Use, T&, Held<R>&>)
            return std::forward<Use>(use)(data_, held);
        else
            return std::forward<Use>(use)(data_);
    }

    class Unlock {
      public:
        explicit Unlock(Word& word) : word_(word) {}
        ~Unlock() {
            word_.release();
            audit::release_rank(R);
        }
        Unlock(const Unlock&) = delete;
        Unlock& operator=(const Unlock&) = delete;

      private:
        Word& word_;
    };

    Word word_;
    T data_;
};

} // namespace neuron::sync

// SAFETY: the data has no access but with(), one CPU at a time, acquire after release (INV-SYNC-1);
// CPUs take turns in it, so it must be allowed to cross (Send<T>).
template <class T, neuron::core::Rank R, class Word>
inline constexpr bool neuron::core::unsafe_synchronized<neuron::sync::SpinLock<T, R, Word>> =
    neuron::core::Send<T>;
