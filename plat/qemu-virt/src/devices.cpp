// SPDX-License-Identifier: MIT
#include <arch/csr.hpp>
#include <arch/mmio.hpp>
#include <arch/sbi.hpp>
#include <plat/devices.hpp>

#include <algorithm>

namespace neuron::plat {
namespace {

// NS16550 registers, in units of the register distance, and the bit that says "holding register
// empty" (National Semiconductor PC16550D data sheet, section 8.0).
constexpr std::uintptr_t transmit = 0;
constexpr std::uintptr_t line_status = 5;
constexpr std::uint8_t can_transmit = 0x20;

// The sifive_test device (QEMU 7.2, include/hw/misc/sifive_test.h).
constexpr std::uint32_t finisher_pass = 0x5555;
constexpr std::uint32_t finisher_fail = 0x3333;

/// How long a waiter naps: short against any wait worth napping in, long against a wake-up.
constexpr std::uint64_t nap_microseconds = 5;

} // namespace

// The one wait that is no spin_until: the device takes a byte within a fixed time of its own.
void Uart::put(std::string_view text) {
    for (const char c : base_ != 0 ? text : std::string_view{}) {
        while ((arch::mmio_read<std::uint8_t>(base_ + (line_status << shift_)) & can_transmit) == 0)
            continue;
        arch::mmio_write(base_ + (transmit << shift_), static_cast<std::uint8_t>(c));
    }
}

void finish(std::uintptr_t finisher, std::uint8_t status) {
    const std::uint32_t code =
        status == 0 ? finisher_pass : (std::uint32_t{status} << 16 | finisher_fail);
    arch::mmio_write(finisher, code);
    if (status == 0)
        arch::sbi::shut_down(); // no such device; it ends with 0 too, so never after a failure
    arch::halt();
}

bool ring(const Machine& machine, core::CpuId cpu) {
    if (const std::uintptr_t address = machine.doorbell[cpu.index()]; address != 0) {
        arch::fence_before_doorbell();
        arch::mmio_write(address, std::uint32_t{1});
        return true;
    }
    return arch::sbi::send_ipi(machine.cpus.hart_of(cpu)).has_value();
}

// A call takes the harts from a base on that fit into 64 bits: those of the lowest CPU left, and
// all that lie near it.
bool ring_all(const Machine& machine, const core::CpuSet<config::max_cpus>& cpus) {
    bool rang = true;
    auto left = cpus;
    cpus.for_each([&](core::CpuId cpu) {
        if (!left.contains(cpu))
            return;
        if (machine.doorbell[cpu.index()] != 0) {
            rang = ring(machine, cpu) && rang;
            return;
        }
        const std::uint64_t base = machine.cpus.hart_of(cpu).value & ~std::uint64_t{63};
        std::uint64_t mask = 0;
        left.for_each([&](core::CpuId other) {
            const std::uint64_t place = machine.cpus.hart_of(other).value - base;
            if (place < 64 && machine.doorbell[other.index()] == 0) {
                mask |= std::uint64_t{1} << place;
                left.erase(other);
            }
        });
        rang = arch::sbi::send_ipis(mask, core::HartId{base}).has_value() && rang;
    });
    return rang;
}

void Clock::open(const Machine& machine) {
    sstc_ = machine.sstc;
    nap_ticks_ = machine.timebase_hz * nap_microseconds / 1'000'000 + 1;
    arm(never);
}

void Clock::nap(bool masked) {
    if (nap_ticks_ == 0)
        return; // not open yet: nothing would end the sleep
    // Once due, its interrupt would end every nap of a waiter that can't take it.
    const std::uint64_t time = now();
    write(std::min(masked && armed_ <= time ? never : armed_, time + nap_ticks_));
    arch::wait_for_interrupt();
    write(armed_);
}

void Clock::write(std::uint64_t ticks) {
    if (sstc_)
        arch::write_stimecmp(ticks);
    else
        arch::sbi::set_timer(ticks);
}

} // namespace neuron::plat
