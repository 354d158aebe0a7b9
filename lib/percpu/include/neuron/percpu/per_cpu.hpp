// SPDX-License-Identifier: MIT
// Data of one CPU. Its declaration says what it takes to touch it:
//
//   PerCpu<Queue, core::IrqOff> ready;     a handler of the same CPU touches it too
//   PerCpu<Cache, core::Pinned> cache;     only code at task level does
//   RemoteReadable<std::uint64_t> wakes;   its CPU writes it, every CPU may read it
//
// One of each lies in every per-CPU block; the block is how code reaches the one of its own CPU.
#pragma once

#include <neuron/audit/audit.hpp>
#include <neuron/core/send.hpp>
#include <neuron/core/witness.hpp>

#include <concepts>
#include <utility>

namespace neuron::percpu {

/// A T that one CPU owns. INV-PERCPU-4: it is touched by code of that CPU alone, under a witness
/// that keeps whatever else touches it on that CPU out.
template <class T, class Witness>
class PerCpu {
    static_assert(std::same_as<Witness, core::IrqOff> || std::same_as<Witness, core::Pinned>,
                  "PerCpu: touched under core::IrqOff or core::Pinned");

  public:
    constexpr PerCpu() = default;
    PerCpu(const PerCpu&) = delete;
    PerCpu& operator=(const PerCpu&) = delete;

    /// Runs use(T&); returns what it returns, by value. On the CPU that owns it.
    template <class W, class Use>
    auto with(const W&, Use&& use, core::Where where = {__builtin_FILE(), __builtin_LINE()}) {
        static_assert(core::Proves<W, Witness>,
                      "PerCpu: the declaration of this datum asks for another witness");
        audit::own(this, where);
        if constexpr (std::same_as<Witness, core::Pinned>)
            audit::not_in_handler(where);
        return std::forward<Use>(use)(value_);
    }

  private:
    T value_{};
};

/// A number that its own CPU writes and every CPU may read, a moment old.
template <class T>
class RemoteReadable {
  public:
    constexpr RemoteReadable() = default;

    /// By the CPU that owns it, masked or in a handler: no other writer, so a load and a store do.
    template <class W>
    void add(const W&, T amount, core::Where where = {__builtin_FILE(), __builtin_LINE()}) {
        store_own<W>(value_.load(core::relaxed) + amount, where); // its own last value
    }
    template <class W>
    void set(const W&, T value, core::Where where = {__builtin_FILE(), __builtin_LINE()}) {
        store_own<W>(value, where);
    }

    /// By any CPU. Relaxed: a statistic or a hint, which orders nothing.
    [[nodiscard]] T remote_load() const { return value_.load(core::relaxed); }

  private:
    template <class W>
    void store_own(T value, core::Where where) {
        static_assert(core::Proves<W, core::IrqOff>,
                      "RemoteReadable: written by its own CPU under IrqOff or in a handler");
        audit::own(this, where);
        value_.store(value, core::relaxed); // pairs with nothing: see remote_load
    }

    core::Atomic<T> value_{};

  public:
    using neuron_members = core::Members<RemoteReadable, &RemoteReadable::value_>;
};

} // namespace neuron::percpu
