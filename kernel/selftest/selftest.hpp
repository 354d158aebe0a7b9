// SPDX-License-Identifier: MIT
#pragma once

#include <arch/csr.hpp>
#include <neuron/core/witness.hpp>
#include <neuron/kernel/system.hpp>
#include <neuron/selftest/feature.hpp>
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

inline std::uint64_t read_sstatus() {
    std::uint64_t now;
    // SAFETY: reads one CSR.
    asm volatile("csrr %0, sstatus" : "=r"(now));
    return now;
}

/// Takes a software interrupt with `wrong` in tp; whether tp is right afterwards.
inline bool tp_is_repaired(std::uintptr_t wrong) {
    std::uintptr_t good;
    std::uintptr_t after;
    // SAFETY: tp is wrong between the two moves, and only a trap can come in between: the pending
    // software interrupt, taken when the mask goes.
    asm volatile("csrc sstatus, %3\n\t"
                 "mv %0, tp\n\t"
                 "mv tp, %4\n\t"
                 "csrs sip, %2\n\t"
                 "csrs sstatus, %3\n\t"
                 "nop\n\tnop\n\tnop\n\tnop\n\t"
                 "mv %1, tp\n\t"
                 "mv tp, %0"
                 : "=&r"(good), "=&r"(after)
                 : "rK"(SIE_SSIE), "rK"(SSTATUS_SIE), "r"(wrong)
                 : "memory");
    return after == good;
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

    run.test("kernel.handlers_run_masked_without_fp", [&](selftest::Record& record) { // INV-ARCH-3
        record.expect(selftest::run_in_handler(
                          system,
                          [](AnySystem& here, core::IrqContext& irq) {
                              here.template own<selftest::Feature>(irq).shared_with_handlers.with(
                                  irq, [](std::uint64_t& seen) { seen = read_sstatus(); });
                          }),
                      "the doorbell rings");
        const core::IrqOff masked;
        const std::uint64_t seen =
            system.template own<selftest::Feature>(masked).shared_with_handlers.with(
                masked, [](std::uint64_t& value) { return value; });
        record.expect((seen & SSTATUS_SIE) == 0, "masked");
        record.expect((seen & SSTATUS_FS) == 0, "FS off");
    });

    run.test("kernel.doorbell_before_sleep_ends_it", [&](selftest::Record& record) { // INV-KERNEL-3
        std::uint32_t woken = 0;
        for (std::uint32_t n = 1; n < system.cpu_count(); ++n) {
            const core::CpuId cpu{n};
            auto& probe = system.template remote<selftest::Feature>(cpu).idle_probe;
            const std::uint64_t deadline = system.diagnostic_deadline();
            probe.arm();
            record.expect(system.ring(cpu), "the doorbell rings");
            core::spin_until([&] { return probe.has_woken() || system.now() >= deadline; });
            record.expect(probe.has_woken(), "a doorbell before the sleep ends it");
            if (!probe.has_woken())
                break; // each would take the whole bound
            ++woken;
        }
        record.value("woken", woken);
    });

    // Trap entry knows the CPU without tp; it counts that, and repairs tp.
    const auto repairs = [&](selftest::Record& record, std::uintptr_t wrong) {
        const core::CpuId self = system.this_cpu();
        const auto& fallbacks = system.remote_counters(self).identity_fallbacks;
        const std::uint64_t before = fallbacks.remote_load();
        record.expect(tp_is_repaired(wrong), "trap entry repaired tp");
        record.value("fallbacks", fallbacks.remote_load() - before);
    };
    run.test("kernel.lost_tp_is_repaired", [&](selftest::Record& record) { // INV-ARCH-2
        repairs(record, 0x1234);
    });
    run.test("kernel.next_cpus_tp_is_repaired", [&](selftest::Record& record) { // INV-KERNEL-1
        // SAFETY: an address, for the wrong purpose.
        repairs(record, reinterpret_cast<std::uintptr_t>(env::cpu_block()) + sizeof(CpuBlock));
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
