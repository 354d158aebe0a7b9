// SPDX-License-Identifier: MIT
// Kernel world: one atomic word in memory, for core::Atomic only.
#pragma once

#include <bit>
#include <cstdint>

namespace neuron::env::detail {

/// The orders of the C++ memory model, as the compiler's atomic operations number them. Not those
/// of <atomic>: a kernel that includes it compiles a third longer. In a namespace of its own, so
/// that an argument of it finds no function of env.
enum class MemoryOrder : int {
    // NOLINTBEGIN(readability-identifier-naming): as std::memory_order has them
    relaxed = __ATOMIC_RELAXED,
    acquire = __ATOMIC_ACQUIRE,
    release = __ATOMIC_RELEASE,
    acq_rel = __ATOMIC_ACQ_REL,
    seq_cst = __ATOMIC_SEQ_CST,
    // NOLINTEND(readability-identifier-naming)
};

} // namespace neuron::env::detail

// INV-ENV-1: each world has an inline namespace of its own, so that mixing them fails to link.
namespace neuron::env {
inline namespace kernel_world {

using Order = detail::MemoryOrder;

/// A word that several harts may touch at once. Legal in every context.
/// Orders are those of the C++ memory model; libraries go through core::Atomic.
template <class T>
class Cell {
  public:
    constexpr explicit Cell(T value) : value_(value) {}
    Cell(const Cell&) = delete;
    Cell& operator=(const Cell&) = delete;

    [[nodiscard, gnu::always_inline]] T load(Order order) const {
        T result;
        __atomic_load(&value_, &result, static_cast<int>(order));
        return result;
    }
    /// GCC 12 makes every atomic store an amoswap. A plain store of an aligned word is as atomic
    /// and does not read it; a release needs the fence before it, as in the ISA's own table
    /// (Unprivileged ISA, appendix A.5, "Mappings from C/C++ primitives to RISC-V primitives").
    [[gnu::always_inline]] void store(T value, Order order) {
        if (order != Order::relaxed && order != Order::release)
            return __atomic_store(&value_, &value, static_cast<int>(order));
        // SAFETY: a fence.
        if (order == Order::release)
            asm volatile("fence rw, w" : : : "memory");
        // SAFETY: writes value_ and nothing else, all of it at once.
        if constexpr (requires { std::bit_cast<std::uint32_t>(value); })
            asm volatile("sw %z1, %0" : "=m"(value_) : "rJ"(std::bit_cast<std::uint32_t>(value)));
        else
            asm volatile("sd %z1, %0" : "=m"(value_) : "rJ"(std::bit_cast<std::uint64_t>(value)));
    }
    [[gnu::always_inline]] T exchange(T value, Order order) {
        T result;
        __atomic_exchange(&value_, &value, &result, static_cast<int>(order));
        return result;
    }
    /// INV-ENV-2: ordered as asked for. GCC 12 emits `lr.aq; sc` without release ordering when the
    /// failure order is weaker than seq_cst, so a publish through compare-exchange could be seen
    /// before what it publishes. A release fence in front restores the order that was asked for.
    [[gnu::always_inline]] bool compare_exchange(T& expected, T desired, Order success,
                                                 Order failure) {
        if (success == Order::release || success == Order::acq_rel || success == Order::seq_cst)
            __atomic_thread_fence(__ATOMIC_RELEASE);
        // And with a failure order weaker than acquire its lr has no acquire ordering.
        if (success != Order::relaxed && success != Order::release && failure == Order::relaxed)
            failure = Order::acquire;
        return __atomic_compare_exchange(&value_, &expected, &desired, false,
                                         static_cast<int>(success), static_cast<int>(failure));
    }
    [[gnu::always_inline]] T fetch_add(T value, Order order) {
        return __atomic_fetch_add(&value_, value, static_cast<int>(order));
    }
    [[gnu::always_inline]] T fetch_sub(T value, Order order) {
        return __atomic_fetch_sub(&value_, value, static_cast<int>(order));
    }
    [[gnu::always_inline]] T fetch_or(T value, Order order) {
        return __atomic_fetch_or(&value_, value, static_cast<int>(order));
    }
    [[gnu::always_inline]] T fetch_and(T value, Order order) {
        return __atomic_fetch_and(&value_, value, static_cast<int>(order));
    }

  private:
    alignas(sizeof(T)) T value_; // or a store would not be one access
};

/// A fence between memory accesses of the given order; it orders no device access.
[[gnu::always_inline]] inline void fence(Order order) {
    __atomic_thread_fence(static_cast<int>(order));
}

} // namespace kernel_world
} // namespace neuron::env
