// SPDX-License-Identifier: MIT
// The devices that the kernel needs. Each is a small value made from the sealed Machine.
#pragma once

#include <arch/csr.hpp>
#include <neuron/core/cpu_set.hpp>
#include <neuron/core/time.hpp>
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

/// Nanoseconds since 1970 by the board's own clock, a Goldfish RTC; nothing if it has none. Boot
/// CPU, before paging is on: one read of it disturbs another.
[[nodiscard]] std::optional<core::Nanoseconds> read_wall_clock(const Machine& machine);

/// INV-PLAT-1: the one owner of this hart's timer compare register. Two inputs: the next timer
/// (`armed`) and the nap of a waiter; the earlier of the two is what the hardware has.
class Clock {
  public:
    static constexpr std::uint64_t never = ~std::uint64_t{0};

    /// By the hart itself, once, before it unmasks interrupts. `nap_ticks` bounds one nap.
    void open(const Machine& machine);

    [[nodiscard]] static std::uint64_t now() { return arch::read_time(); }

    /// Sleeps until an interrupt is pending or a few microseconds have passed. Interrupts masked;
    /// `masked`: they stay so.
    void nap(bool masked);

    /// The timer interrupt comes at `ticks`, at once if that has passed; `never`: it does not.
    /// Interrupts masked.
    void arm(std::uint64_t ticks) {
        is_over_ = false;
        write(armed_ = ticks);
    }

    /// What is armed; `never` if nothing is. Interrupts masked.
    [[nodiscard]] std::uint64_t armed() const { return armed_; }

    /// The timer interrupt came: what was armed is over, unless `arm` is called before `settle`.
    void on_interrupt() {
        armed_ = never;
        is_over_ = true;
    }
    /// At the end of the timer interrupt: an interrupt that nobody has armed anew is moved away.
    void settle() {
        if (is_over_)
            arm(never);
    }

  private:
    void write(std::uint64_t ticks);

    std::uint64_t armed_ = 0; // set by open; blocks start as zeros
    std::uint64_t nap_ticks_ = 0;
    bool sstc_ = false;
    bool is_over_ = false;
};

} // namespace neuron::plat
