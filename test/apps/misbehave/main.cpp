// SPDX-License-Identifier: MIT
// An app that goes wrong in the way that its first argument names, so that tests can see what the
// system makes of it.
#include <arch/sbi.hpp>
#include <neuron/app.hpp>
#include <neuron/core/wait.hpp>
#include <neuron/core/witness.hpp>
#include <neuron/selftest/feature.hpp>
#include <neuron/smp/run_on_each_cpu.hpp>
#include <neuron/sync/spin_lock.hpp>

#include <cstdlib>

extern "C" void _start(); // the image's entry

namespace {

using neuron::smp::Share;

std::uint64_t number(int argc, char** argv) {
    return argc > 2 ? neuron::args::parse_unsigned(argv[2]).value_or(0) : 0;
}

[[gnu::noinline]] void deep_enough_to_trace(std::uint64_t cpu) {
    if (cpu < neuron::System::max_cpus) // so that the call has code of this function behind it
        neuron::panic("asked to panic on CPU {}", cpu);
}

int panic_on(std::uint64_t cpu) {
    (void)neuron::smp::run_on_each_cpu(
        neuron::system(), neuron::NoLocks(),
        [](Share share, std::uint64_t wanted) {
            if (share.cpu.value == wanted)
                deep_enough_to_trace(wanted);
            neuron::core::spin_until([] { return false; }); // the panic stops this CPU
            return 0;
        },
        cpu);
    return 1;
}

/// Every CPU panics at once: one reports, all stop.
int panic_everywhere() {
    (void)neuron::smp::run_on_each_cpu(neuron::system(), neuron::NoLocks(), [](Share share) {
        neuron::panic("everybody panics, this is CPU {}", share.cpu);
        return 0;
    });
    return 1;
}

/// CPU 1 masks its interrupts and never looks up, so it can't be stopped.
int panic_beside_deaf_cpu() {
    (void)neuron::smp::run_on_each_cpu(neuron::system(), neuron::NoLocks(), [](Share share) {
        if (share.cpu.value == 1) {
            const neuron::core::IrqOff masked;
            for (;;)
                // SAFETY: no effect; keeps the loop.
                asm volatile("");
        }
        const auto later = neuron::system().now() + neuron::system().machine().timebase_hz / 10;
        neuron::core::spin_until([&] { return neuron::system().now() >= later; });
        if (share.cpu.value == 0)
            neuron::panic("beside a deaf CPU");
        return 0;
    });
    return 1;
}

/// CPU 1 waits masked, so only its naps see Stop; CPU 2 waits for nothing, so only the doorbell
/// reaches it.
int panic_beside_waiter_and_runner() {
    (void)neuron::smp::run_on_each_cpu(neuron::system(), neuron::NoLocks(), [](Share share) {
        if (share.cpu.value == 1) {
            const neuron::core::IrqOff masked;
            neuron::core::spin_until([] { return false; });
        }
        while (share.cpu.value == 2)
            // SAFETY: no effect; keeps the loop.
            asm volatile("");
        const auto later = neuron::system().now() + neuron::system().machine().timebase_hz / 10;
        neuron::core::spin_until([&] { return neuron::system().now() >= later; });
        if (share.cpu.value == 0)
            neuron::panic("beside a waiter and a runner");
        return 0;
    });
    return 1;
}

/// CPU 1 stops its hart, and CPU 0 starts it again at the entry of the image. It is no boot hart:
/// it goes where a started hart goes, and there it hears that it is late, and stops.
int start_at_the_entry() {
    (void)neuron::smp::run_on_each_cpu(neuron::system(), neuron::NoLocks(), [](Share share) {
        namespace sbi = neuron::arch::sbi;
        if (share.cpu.value == 1) {
            (void)neuron::env::irq_save();
            sbi::hart_stop();
        }
        if (share.cpu.value == 0) {
            const auto hart = neuron::system().hart_of(neuron::core::CpuId{1});
            const auto deadline = neuron::system().diagnostic_deadline();
            const auto until_stopped = [&] {
                neuron::core::spin_until([&] {
                    return sbi::hart_status(hart) == sbi::hart_stopped ||
                           neuron::system().now() >= deadline;
                });
                return sbi::hart_status(hart) == sbi::hart_stopped;
            };
            const bool stopped = until_stopped();
            const bool started =
                // SAFETY: an address for the firmware.
                sbi::hart_start(hart, reinterpret_cast<std::uintptr_t>(&_start), 0).has_value();
            neuron::println("stopped {}, started {}, stopped again {}", stopped, started,
                            until_stopped());
            neuron::exit(0);
        }
        return 0;
    });
    return 1;
}

/// An instruction that needs what is off in a handler.
int fp_in_handler() {
    (void)neuron::selftest::run_in_handler(neuron::system(),
                                           [](neuron::System&, neuron::core::IrqContext&) {
                                               // SAFETY: meant to trap.
                                               asm volatile("fmv.d.x fa0, zero" : : : "fa0");
                                           });
    return 1;
}

/// CPU 1 takes CPU 0's block for its own and traps.
int another_cpus_tp() {
    (void)neuron::smp::run_on_each_cpu(
        neuron::system(), neuron::NoLocks(),
        [](Share share, std::uintptr_t boot_block) {
            if (share.cpu.value == 1) // SAFETY: meant to trap.
                asm volatile("mv tp, %0\n\tunimp" : : "r"(boot_block));
            neuron::core::spin_until([] { return false; });
            return 0;
        },
        // SAFETY: an address, for the wrong purpose.
        reinterpret_cast<std::uintptr_t>(neuron::env::cpu_block()));
    return 1;
}

/// CPU 1 panics; CPU 0 waits until the report has begun, masked, and then ends the image with 0.
int exit_beside_panic() {
    (void)neuron::smp::run_on_each_cpu(neuron::system(), neuron::NoLocks(), [](Share share) {
        if (share.cpu.value == 1)
            neuron::panic("this is the end");
        const neuron::core::IrqOff masked;
        const auto later = neuron::system().now() + neuron::system().machine().timebase_hz / 200;
        while (share.cpu.value == 0 && neuron::system().now() < later)
            continue;
        if (share.cpu.value == 0)
            neuron::exit(0);
        return 0;
    });
    return 1;
}

int nested_run() {
    const auto outer = neuron::smp::run_on_each_cpu(neuron::system(), neuron::NoLocks(), [](Share) {
        const auto inner = neuron::smp::run_on_each_cpu(neuron::system(), neuron::NoLocks(),
                                                        [](Share) { return 1; });
        return inner.has_value() ? 0 : 1;
    });
    int refused = 0;
    for (const int each : *outer)
        refused += each;
    neuron::println("refused {}", refused);
    return 0;
}

using neuron::sync::Rank;
using neuron::sync::SpinLock;

constinit SpinLock<int, Rank::Scheduler> low;
constinit SpinLock<int, neuron::core::app_rank<3>> high;

/// An outer witness reused inside: the compiler can't see that it is no longer true.
int rank_inversion() {
    const neuron::NoLocks nothing;
    return high.with(nothing,
                     [&](int&) { return low.with(nothing, [](int& value) { return value; }); });
}

int lock_twice() {
    const neuron::NoLocks nothing;
    return low.with(nothing, [&](int&) { return low.with(nothing, [](int& v) { return v; }); });
}

int wait_under_lock() {
    return low.with(neuron::NoLocks(), [&](int&) {
        const neuron::NoLocks lie;
        return 0;
    });
}

/// CPU 1's own data, by way of an address that CPU 0 kept.
int other_cpus_data() {
    using Mine = neuron::selftest::Feature<neuron::System::Values>::PerCpu;
    static neuron::core::Atomic<Mine*> kept{nullptr};
    (void)neuron::smp::run_on_each_cpu(neuron::system(), neuron::NoLocks(), [](Share share) {
        const neuron::core::IrqOff masked;
        if (share.cpu.value == 0) // relaxed: read after the run
            kept.store(&neuron::system().own<neuron::selftest::Feature>(masked),
                       neuron::core::relaxed);
        return 0;
    });
    (void)neuron::smp::run_on_each_cpu(neuron::system(), neuron::NoLocks(), [](Share share) {
        const neuron::core::IrqOff masked;
        if (share.cpu.value == 1)
            kept.load(neuron::core::relaxed)->shared_with_handlers.with(masked, [](auto& v) {
                ++v;
            });
        return 0;
    });
    return 1;
}

int block_in_handler() {
    (void)neuron::selftest::run_in_handler(
        neuron::system(), [](neuron::System& system, neuron::core::IrqContext&) {
            (void)neuron::smp::run_on_each_cpu(system, neuron::NoLocks(), [](Share) { return 0; });
        });
    return 1;
}

int block_while_pinned() {
    const neuron::core::Pinned pinned;
    (void)neuron::smp::run_on_each_cpu(neuron::system(), neuron::NoLocks(),
                                       [](Share) { return 0; });
    return 1;
}

int task_data_in_handler() {
    (void)neuron::selftest::run_in_handler(
        neuron::system(), [](neuron::System& system, neuron::core::IrqContext&) {
            const neuron::core::IrqOff masked; // proves as much, were this no handler
            system.own<neuron::selftest::Feature>(masked).at_task_level.with(masked,
                                                                             [](auto& v) { ++v; });
        });
    return 1;
}

} // namespace

int main(int argc, char** argv) {
    const std::string_view what = argc > 1 ? argv[1] : "";
    if (what == "return")
        return static_cast<int>(number(argc, argv));
    if (what == "panic-on")
        return panic_on(number(argc, argv));
    if (what == "panic-everywhere")
        return panic_everywhere();
    if (what == "panic-beside-deaf")
        return panic_beside_deaf_cpu();
    if (what == "panic-beside-waiter-and-runner")
        return panic_beside_waiter_and_runner();
    if (what == "start-at-the-entry")
        return start_at_the_entry();
    if (what == "fp-in-handler")
        return fp_in_handler();
    if (what == "nested-run")
        return nested_run();
    if (what == "never-end")
        neuron::core::spin_until([] { return false; });
    // SAFETY: each is meant to trap.
    if (what == "illegal")
        asm volatile("unimp");
    if (what == "bad-load")
        asm volatile("lw zero, 7(zero)");
    if (what == "breakpoint")
        asm volatile("ebreak");
    if (what == "call-null")
        asm volatile("jalr ra, zero");
    if (what == "panic-in-panic") // its message can't be read
        neuron::env::die({reinterpret_cast<const char*>(0x10), 4}, "", 0);
    if (what == "another-cpus-tp")
        return another_cpus_tp();
    if (what == "exit-beside-panic")
        return exit_beside_panic();
    if (what == "rank-inversion")
        return rank_inversion();
    if (what == "lock-twice")
        return lock_twice();
    if (what == "wait-under-lock")
        return wait_under_lock();
    if (what == "other-cpus-data")
        return other_cpus_data();
    if (what == "block-in-handler")
        return block_in_handler();
    if (what == "block-while-pinned")
        return block_while_pinned();
    if (what == "task-data-in-handler")
        return task_data_in_handler();
    // As in a handler: sscratch is 0. Then also without tp, and without a stack of this image.
    if (what == "trap-in-handler")
        asm volatile("csrw sscratch, zero\n\tunimp");
    if (what == "trap-in-handler-without-tp")
        asm volatile("csrw sscratch, zero\n\tli tp, 0x123\n\tunimp");
    if (what == "trap-in-handler-lost")
        asm volatile("csrw sscratch, zero\n\tli tp, 0x123\n\tli sp, 0x456\n\tunimp");
    if (what == "trap-lost")
        asm volatile("li tp, 0x123\n\tli sp, 0x456\n\tunimp");
    if (what == "out-of-range")
        return std::string_view("short").substr(number(argc, argv)).size() == 1;
    if (what == "abort")
        std::abort();
    neuron::println("misbehave: no such way: {}", what);
    return 1;
}
