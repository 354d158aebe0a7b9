// SPDX-License-Identifier: MIT
// The word of a spin lock: who is in. Whoever finds it free takes it, first come or not: a strict
// queue waits for a CPU that its host does not run (docs/adr/0007-spin-lock.md). But nobody is
// passed by for ever: who has polled long enough claims the lock, and then no newcomer gets it.
//
//   word = 2 * claims + held     holder            claimant                 newcomer
//   0 -> 1                       in (acquire)
//   1 -> 3                       ... data ...      claims: its turn is next
//   3 -> 2                       out (release)                              finds no 0: waits
//   2 -> 1                                         in (acquire)
//
// Claimants have turns, in the order in which they drew them; only the one whose turn it is takes a
// claimed lock, so the step 2 -> 1 has no rival.
#pragma once

#include <neuron/core/atomic.hpp>
#include <neuron/core/wait.hpp>

#include <cstdint>

namespace neuron::sync::detail {

/// `Patience`: how many polls a waiter spends as a newcomer before it claims.
template <unsigned Patience>
class LockWordOf {
  public:
    /// Interrupts masked. Takes the lock if it is free and unclaimed; waits for nobody.
    [[nodiscard]] bool try_acquire() {
        std::uint32_t seen = 0;
        // Acquire: pairs with release(). A failure says nothing about the data.
        return word_.compare_exchange(seen, held, core::acquire, core::relaxed);
    }

    /// Interrupts masked; waits until the lock is this CPU's. INV-SYNC-4: from its claim on a
    /// waiter is passed by at most once by each other CPU.
    void acquire() {
        if (!try_acquire()) [[unlikely]]
            wait();
    }

    /// By the CPU that holds it. A read-modify-write: claims come meanwhile.
    void release() { word_.fetch_sub(held, core::release); } // pairs with both ways in

    /// How many wait with a claim; a moment old.
    [[nodiscard]] std::uint32_t claims() const { return word_.load(core::relaxed) / claim; }

  private:
    static constexpr std::uint32_t held = 1, claim = 2;

    [[gnu::noinline]] void wait() {
        // The look is a hint only: it spares the line that all poll.
        if (core::spin_at_most(Patience,
                               [&] { return word_.load(core::relaxed) == 0 && try_acquire(); }))
            return;
        // Acquire: hands nothing over, but draws before it claims. Otherwise hardware may show the
        // claim first (RC11 knows no such load buffering), and who draws meanwhile comes in twice.
        const std::uint32_t turn = turns_.fetch_add(1, core::acquire);
        word_.fetch_add(claim, core::relaxed); // keeps newcomers out; publishes nothing
        // Acquire: pairs with the store below, so that the look that follows does not see the word
        // as it was before the claimant ahead took the lock.
        core::spin_until([&] {
            return turn_.load(core::acquire) == turn && (word_.load(core::relaxed) & held) == 0;
        }); // and nobody but this CPU changes either now
        // Acquire: pairs with release().
        word_.fetch_sub(claim - held, core::acquire);
        turn_.store(turn + 1, core::release); // pairs with the wait for a turn
    }

    core::Atomic<std::uint32_t> word_{0};
    core::Atomic<std::uint32_t> turns_{0}; ///< drawn so far; wraps
    core::Atomic<std::uint32_t> turn_{0};  ///< whose it is to take a claimed lock
};

/// Far past the naps that an ordinary wait takes: claims are for the unlucky, since while there are
/// any the lock waits for one CPU, whether its host runs it or not.
using LockWord = LockWordOf<256>;

} // namespace neuron::sync::detail
