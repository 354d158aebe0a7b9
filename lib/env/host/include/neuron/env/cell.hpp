// SPDX-License-Identifier: MIT
// Host world: one atomic word in memory, for core::Atomic only.
#pragma once

#include <atomic>

// INV-ENV-1: a namespace of its own, so that mixing worlds fails to link.
namespace neuron::env {
inline namespace host_world {

using Order = std::memory_order;

/// A word that several threads may touch at once; same face as in the kernel world.
template <class T>
class Cell {
  public:
    constexpr explicit Cell(T value) : value_(value) {}

    [[nodiscard]] T load(Order order) const { return value_.load(order); }
    void store(T value, Order order) { value_.store(value, order); }
    T exchange(T value, Order order) { return value_.exchange(value, order); }
    bool compare_exchange(T& expected, T desired, Order success, Order failure) {
        return value_.compare_exchange_strong(expected, desired, success, failure);
    }
    T fetch_add(T value, Order order) { return value_.fetch_add(value, order); }
    T fetch_sub(T value, Order order) { return value_.fetch_sub(value, order); }
    T fetch_or(T value, Order order) { return value_.fetch_or(value, order); }
    T fetch_and(T value, Order order) { return value_.fetch_and(value, order); }

  private:
    alignas(sizeof(T)) std::atomic<T> value_;
};

/// A fence between memory accesses of the given order.
inline void fence(Order order) {
    std::atomic_thread_fence(order);
}

} // namespace host_world
} // namespace neuron::env
