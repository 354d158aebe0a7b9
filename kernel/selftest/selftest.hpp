// SPDX-License-Identifier: MIT
#pragma once

#include <arch/csr.hpp>
#include <neuron/core/witness.hpp>
#include <neuron/kernel/system.hpp>
#include <neuron/selftest/run.hpp>

namespace neuron::kernel {
namespace selftests {

/// Rings this CPU's own doorbell and waits until its handler ran.
inline bool ring_self(System& system) {
    const core::CpuId self = system.this_cpu();
    const auto& taken = system.remote_counters(self).software_interrupts;
    const std::uint64_t before = taken.remote_load();
    if (!system.ring(self))
        return false;
    core::spin_until([&] { return taken.remote_load() != before; });
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
        const std::uint64_t before = taken.remote_load();
        // SAFETY: raises this hart's own software interrupt; nobody posted anything.
        asm volatile("csrs sip, %0" : : "rK"(SIE_SSIE) : "memory");
        core::spin_until([&] { return taken.remote_load() != before; });
        record.value("taken", taken.remote_load() - before);
    });

    // With tp lost, trap entry still knows the CPU; it counts that, and repairs tp.
    run.test("kernel.lost_tp_is_repaired", [&](selftest::Record& record) {
        const core::CpuId self = system.this_cpu();
        const auto& fallbacks = system.remote_counters(self).identity_fallbacks;
        const std::uint64_t before = fallbacks.remote_load();
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
        record.value("fallbacks", fallbacks.remote_load() - before);
    });

    run.test("kernel.registers_survive_interrupts", [&](selftest::Record& record) {
        const auto& taken = system.remote_counters(system.this_cpu()).software_interrupts;
        const std::uint64_t before = taken.remote_load();
        // SAFETY: names the register that the block below leaves its answer in.
        register std::uint64_t wrong asm("t0");
        double changed;
        const double pattern = 1.5;
        // SAFETY: fills registers (each with its number), raises a software interrupt that is
        // taken at once, and subtracts the numbers again: what is left must be 0. Not among them:
        // sp and s0, without which nothing after this would work, tp, and the FP register's own.
        asm volatile("fmv.d fa0, %2\n\t"
                     ".irp n, 1,5,6,7,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,"
                     "29,30,31\n\tli x\\n, \\n\n\t.endr\n\t"
                     "csrs sip, %3\n\t"
                     "nop\n\tnop\n\tnop\n\tnop\n\t"
                     ".irp n, 1,5,6,7,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,"
                     "29,30,31\n\taddi x\\n, x\\n, -\\n\n\t.endr\n\t"
                     ".irp n, 1,6,7,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,"
                     "29,30,31\n\tor t0, t0, x\\n\n\t.endr\n\t"
                     "fsub.d %1, fa0, %2"
                     : "=&r"(wrong), "=&f"(changed)
                     : "f"(pattern), "K"(SIE_SSIE)
                     : "ra", "t1", "t2", "s1", "a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "s2",
                       "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5",
                       "t6", "fa0", "memory");
        const std::uint64_t left = wrong;
        record.value("taken", taken.remote_load() - before);
        record.expect(left == 0, "integer registers");
        record.expect(changed == 0, "an FP register");
    });
}

} // namespace neuron::kernel
