// SPDX-License-Identifier: MIT
// A short lock that owns its data. Rules: interrupts are masked inside; the data is reachable only
// in with(); a lock has a rank, and whoever takes several takes them in strictly increasing order
// (by convention: nothing compares ranks yet).
//
//   CPU a                         CPU b
//   exchange(1) -> 0  (acquire)   exchange(1) -> 1
//   ... data ...                  spin_until(load == 0)
//   store(0)          (release)   exchange(1) -> 0  (acquire): sees a's writes
#pragma once

#include <neuron/core/atomic.hpp>
#include <neuron/core/irq.hpp>
#include <neuron/core/wait.hpp>

#include <concepts>
#include <cstdint>
#include <utility>

namespace neuron::sync {

/// The order in which locks may be taken: upwards only, never two of one rank.
enum class Rank : std::uint32_t { Scheduler, WaitQueue, IpcRouter, MemoryManager, Console };

/// Owns a T that several CPUs change. Legal in every context, handlers included.
template <class T, Rank R>
class SpinLock {
  public:
    static constexpr Rank rank = R;

    template <class... A>
        requires std::constructible_from<T, A...>
    constexpr explicit SpinLock(A&&... args) : data_(std::forward<A>(args)...) {}
    SpinLock(const SpinLock&) = delete;
    SpinLock& operator=(const SpinLock&) = delete;

    /// Runs use(T&) with the lock held and interrupts masked; returns what it returns. `use` is
    /// short and waits for nobody. INV-SYNC-1.
    template <class Use>
    decltype(auto) with(Use&& use) {
        core::IrqOff masked;
        acquire_word();
        Unlock unlock{word_};
        return std::forward<Use>(use)(data_);
    }

    /// The data without the lock, for the panic alone: every other CPU has stopped by then, or is
    /// past help, and a report that may be garbled beats none.
    [[nodiscard]] T& bypass() { return data_; }

  private:
    struct Unlock {
        core::Atomic<std::uint32_t>& word;
        ~Unlock() { word.store(0, core::release); } // pairs with the exchange in acquire_word
    };

    void acquire_word() {
        // Acquire: pairs with the release store in Unlock.
        while (word_.exchange(1, core::acquire) != 0)
            core::spin_until([&] { return word_.load(core::relaxed) == 0; }); // a hint only
    }

    core::Atomic<std::uint32_t> word_{0};
    T data_;
};

} // namespace neuron::sync
