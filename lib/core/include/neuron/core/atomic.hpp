// SPDX-License-Identifier: MIT
// Shared words. Rules: INV-CORE-1: every access spells its memory order, and a comment names the
// access that it pairs with; relaxed for counters, acquire and release for hand-over, seq_cst only
// with a reason. Legal in every context; never blocks.
#pragma once

#include <neuron/env/cell.hpp>

#include <concepts>
#include <type_traits>

namespace neuron::core {

using Order = env::Order;
inline constexpr Order relaxed = Order::relaxed;
inline constexpr Order acquire = Order::acquire;
inline constexpr Order release = Order::release;
inline constexpr Order acq_rel = Order::acq_rel;
inline constexpr Order seq_cst = Order::seq_cst;

/// What an Atomic may hold: 4 or 8 bytes. Smaller read-modify-writes become library calls that no
/// freestanding image can link; wider ones take a lock.
template <class T>
concept AtomicValue = std::is_trivially_copyable_v<T> && (sizeof(T) == 4 || sizeof(T) == 8);

/// A word that several CPUs may touch at once. Its cell stands in its type, so that the world does
/// (INV-ENV-1).
template <AtomicValue T, class Cell = env::Cell<T>>
class Atomic {
  public:
    constexpr Atomic() : cell_(T{}) {}
    constexpr explicit Atomic(T value) : cell_(value) {}
    Atomic(const Atomic&) = delete;
    Atomic& operator=(const Atomic&) = delete;

    [[nodiscard]] T load(Order order) const { return cell_.load(order); }
    void store(T value, Order order) { cell_.store(value, order); }
    T exchange(T value, Order order) { return cell_.exchange(value, order); }

    /// Writes `desired` if the word holds `expected`; else reads the word into `expected`.
    [[nodiscard]] bool compare_exchange(T& expected, T desired, Order success, Order failure) {
        return cell_.compare_exchange(expected, desired, success, failure);
    }

    T fetch_add(T value, Order order)
        requires std::integral<T>
    {
        return cell_.fetch_add(value, order);
    }
    T fetch_sub(T value, Order order)
        requires std::integral<T>
    {
        return cell_.fetch_sub(value, order);
    }
    T fetch_or(T value, Order order)
        requires std::integral<T>
    {
        return cell_.fetch_or(value, order);
    }
    T fetch_and(T value, Order order)
        requires std::integral<T>
    {
        return cell_.fetch_and(value, order);
    }

  private:
    Cell cell_;
};

/// Orders memory accesses of this CPU; devices need a fence of the platform's.
inline void fence(Order order) {
    env::fence(order);
}

} // namespace neuron::core
