// SPDX-License-Identifier: MIT
// The devices that the kernel needs. Each is a small value made from the sealed Machine.
#pragma once

#include <neuron/core/cpu_set.hpp>
#include <plat/board.hpp>
#include <plat/machine.hpp>

#include <cstdint>
#include <string_view>

namespace neuron::plat {

/// NS16550 transmitter, polled. Any context; callers keep others out.
class Uart {
  public:
    constexpr Uart() = default; ///< no device: says nothing
    constexpr Uart(std::uintptr_t base, std::uint32_t shift) : base_(base), shift_(shift) {}
    void put(std::string_view text);

  private:
    std::uintptr_t base_ = 0;
    std::uint32_t shift_ = 0;
};

/// Ends QEMU with `status`, 0 to 255, through its sifive_test device at `finisher`.
[[noreturn]] void finish(std::uintptr_t finisher, std::uint8_t status);

/// Raises the software interrupt of `cpu`; false if the firmware refused. Everything written
/// before is visible to the handler. Any context.
[[nodiscard]] bool ring(const Machine& machine, core::CpuId cpu);

/// Raises those of several, with one firmware call for as many as one takes; false if one of them
/// was refused.
[[nodiscard]] bool ring_all(const Machine& machine, const core::CpuSet<config::max_cpus>& cpus);

/// Calls visit(address, bytes) for the registers of each device that this image touches.
template <class Visit>
void for_each_device(const Machine& machine, Visit visit) {
    visit(machine.uart, std::size_t{8} << machine.uart_shift);
    visit(machine.finisher, sizeof(std::uint32_t));
    for (const std::uintptr_t doorbell : machine.doorbell)
        if (doorbell != 0)
            visit(doorbell, sizeof(std::uint32_t));
}

/// INV-PLAT-1: the one owner of this hart's timer compare register. Two inputs: the next timer
/// (`armed`) and the nap of a waiter; the earlier of the two is what the hardware has.
class Clock {
  public:
    static constexpr std::uint64_t never = ~std::uint64_t{0};

    /// By the hart itself, once, before it unmasks interrupts. `nap_ticks` bounds one nap.
    void open(const Machine& machine);

    [[nodiscard]] static std::uint64_t now();

    /// Sleeps until an interrupt is pending or a few microseconds have passed. Interrupts masked.
    void nap();

    /// The timer interrupt came; with no timer armed it is only moved away.
    void on_interrupt() { write(armed_); }

  private:
    void write(std::uint64_t ticks);

    std::uint64_t armed_ = 0; // set by open; blocks start as zeros
    std::uint64_t nap_ticks_ = 0;
    bool sstc_ = false;
};

} // namespace neuron::plat
