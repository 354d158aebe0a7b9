// SPDX-License-Identifier: MIT
// An app that goes wrong in the way that its first argument names, so that tests can see what the
// system makes of it.
#include <neuron/app.hpp>
#include <neuron/core/irq.hpp>
#include <neuron/core/wait.hpp>
#include <neuron/smp/run_on_each_cpu.hpp>

#include <cstdlib>

namespace {

using neuron::smp::Share;

std::uint64_t number(int argc, char** argv) {
    return argc > 2 ? neuron::args::parse_unsigned(argv[2]).value_or(0) : 0;
}

[[gnu::noinline]] void deep_enough_to_trace(std::uint64_t cpu) {
    neuron::panic("asked to panic on CPU {}", cpu);
}

int panic_on(std::uint64_t cpu) {
    (void)neuron::smp::run_on_each_cpu(
        neuron::system(),
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
    (void)neuron::smp::run_on_each_cpu(neuron::system(), [](Share share) {
        neuron::panic("everybody panics, this is CPU {}", share.cpu);
        return 0;
    });
    return 1;
}

/// CPU 1 masks its interrupts and never looks up, so it can't be stopped.
int panic_beside_deaf_cpu() {
    (void)neuron::smp::run_on_each_cpu(neuron::system(), [](Share share) {
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

int nested_run() {
    const auto outer = neuron::smp::run_on_each_cpu(neuron::system(), [](Share) {
        const auto inner = neuron::smp::run_on_each_cpu(neuron::system(), [](Share) { return 1; });
        return inner.has_value() ? 0 : 1;
    });
    int refused = 0;
    for (const int each : *outer)
        refused += each;
    neuron::println("refused {}", refused);
    return 0;
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
    if (what == "out-of-range")
        return std::string_view("short").substr(number(argc, argv)).size() == 1;
    if (what == "abort")
        std::abort();
    neuron::println("misbehave: no such way: {}", what);
    return 1;
}
