// SPDX-License-Identifier: MIT
#pragma once

#include <neuron/core/irq.hpp>
#include <neuron/kernel/system.hpp>
#include <neuron/selftest/run.hpp>

#include <arch/csr.hpp>

namespace neuron::kernel {
namespace selftests {

/// Rings this CPU's own doorbell and waits until its handler ran.
inline bool ring_self(System& system) {
    const core::CpuId self = system.this_cpu();
    const auto& taken = system.remote_counters(self).software_interrupts;
    const std::uint64_t before = taken.load(core::relaxed); // its own counter
    if (!system.ring(self))
        return false;
    core::spin_until([&] { return taken.load(core::relaxed) != before; });
    return true;
}

} // namespace selftests

template <class AnySystem>
void run_selftests(selftest::Run& run, AnySystem& system) {
    using namespace selftests;

    run.test("kernel.software_interrupt", [&](selftest::Record& record) {
        record.expect(ring_self(system), "the doorbell rings");
    });

    run.test("kernel.interrupt_with_nothing_to_do", [&](selftest::Record& record) {
        const core::CpuId self = system.this_cpu();
        const auto& taken = system.remote_counters(self).software_interrupts;
        const std::uint64_t before = taken.load(core::relaxed); // its own counter
        // SAFETY: raises this hart's own software interrupt; nobody posted anything.
        asm volatile("csrs sip, %0" : : "rK"(SIE_SSIE) : "memory");
        core::spin_until([&] { return taken.load(core::relaxed) != before; });
        record.value("taken", taken.load(core::relaxed) - before);
    });

    // With tp lost, trap entry finds the CPU by its stack, counts that, and repairs tp.
    run.test("kernel.lost_tp_is_found_by_stack", [&](selftest::Record& record) {
        const core::CpuId self = system.this_cpu();
        const auto& fallbacks = system.remote_counters(self).identity_fallbacks;
        const std::uint64_t before = fallbacks.load(core::relaxed); // its own counter
        std::uintptr_t good;
        std::uintptr_t after;
        // SAFETY: tp is wrong between the two moves, and only a trap can come in between: the
        // pending software interrupt, taken when the mask goes.
        asm volatile("csrc sstatus, %3\n\t"
                     "mv %0, tp\n\t"
                     "li tp, 0x1234\n\t"
                     "csrs sip, %2\n\t"
                     "csrs sstatus, %3\n\t"
                     "nop\n\tnop\n\tnop\n\tnop\n\t"
                     "mv %1, tp\n\t"
                     "mv tp, %0"
                     : "=&r"(good), "=&r"(after)
                     : "rK"(SIE_SSIE), "rK"(SSTATUS_SIE)
                     : "memory");
        record.expect(after == good, "trap entry repaired tp");
        record.value("fallbacks", fallbacks.load(core::relaxed) - before);
    });

    run.test("kernel.registers_survive_interrupts", [&](selftest::Record& record) {
        std::uint64_t wrong;
        double changed;
        const double pattern = 1.5;
        // SAFETY: fills caller-saved registers and an FP register, raises a software interrupt
        // that is taken at once, and compares.
        asm volatile("fmv.d fa0, %2\n\t"
                     "li t1, 0x1111\n\tli t2, 0x2222\n\tli t3, 0x3333\n\tli a5, 0x5555\n\t"
                     "csrs sip, %3\n\t"
                     "nop\n\tnop\n\tnop\n\tnop\n\t"
                     "li t4, 0x1111\n\txor %0, t1, t4\n\t"
                     "li t4, 0x2222\n\txor t4, t2, t4\n\tor %0, %0, t4\n\t"
                     "li t4, 0x3333\n\txor t4, t3, t4\n\tor %0, %0, t4\n\t"
                     "li t4, 0x5555\n\txor t4, a5, t4\n\tor %0, %0, t4\n\t"
                     "fsub.d %1, fa0, %2"
                     : "=&r"(wrong), "=&f"(changed)
                     : "f"(pattern), "rK"(SIE_SSIE)
                     : "t1", "t2", "t3", "t4", "a5", "fa0", "memory");
        record.expect(wrong == 0, "integer registers");
        record.expect(changed == 0, "FP registers");
    });
}

} // namespace neuron::kernel
