// SPDX-License-Identifier: MIT
// From this CPU to itself: what a sender, its doorbell, the trap, the drain and the handler cost
// together, wherever they run. With two CPUs the way to the other one alone, for a trace.
#pragma once

#include <neuron/bench/run.hpp>
#include <neuron/ipi/feature.hpp>

#include "feature.hpp"

namespace neuron::ipi {

/// Posts to a CPU that sleeps, again and again. The marks stand before each message and behind its
/// doorbell (tools/way.py).
template <class System>
void post_to_other_cpu(System& system) {
    const core::CpuId other{1};
    const auto& handled = system.template remote<benches::Feature>(other).handled;
    for (std::uint64_t round = 1; round <= bench::rounds; ++round) {
        const std::uint64_t asleep = system.now() + system.ticks(1000);
        core::spin_until([&] { return system.now() >= asleep; });
        neuron_bench_step();
        (void)post<benches::Poke>(system, other, IpiMessage<benches::Poke>());
        neuron_bench_step();
        core::spin_until([&] { return handled.remote_load() == round; });
    }
}

template <class System>
void run_benches(bench::Run<System>& run, System& system) {
    using namespace benches;
    if (system.cpu_count() > 1)
        return post_to_other_cpu(system);
    const core::CpuId self = system.this_cpu();
    const sync::NoLocks none;
    auto& handled = system.template remote<benches::Feature>(self).handled;
    Node object;
    std::uint64_t sum = 0;

    // Posts with post(), and goes on when one more handler has run.
    const auto to_handler = [&](std::string_view name, auto post) {
        run.measure(name, [&] {
            const std::uint64_t before = handled.remote_load();
            (void)post();
            core::spin_until([&] { return handled.remote_load() != before; });
        });
    };
    to_handler("ipi.bit_to_handler", [&] { return post<Poke>(system, self, IpiMessage<Poke>()); });
    to_handler("ipi.slot_to_handler", [&] { return post<Sum>(system, self, IpiMessage<Sum>(1)); });
    to_handler("ipi.object_to_handler",
               [&] { return post<Object>(system, self, IpiMessage<Object>(object)); });
    to_handler("ipi.message_to_handler",
               [&] { return try_post<Number>(system, self, IpiMessage<Number>(1)); });
    // Sixteen at once, of which the first rings: what merging saves.
    run.measure("ipi.16_messages_to_handlers", [&] {
        const std::uint64_t before = handled.remote_load();
        {
            const core::IrqOff masked;
            for (std::uint64_t number = 0; number < 16; ++number)
                (void)try_post<Number>(system, self, IpiMessage<Number>(number));
        }
        core::spin_until([&] { return handled.remote_load() == before + 16; });
    });
    {
        const core::IrqOff masked; // nobody hears it: the sender's side alone
        auto& pending = system.template remote<ipi::Feature>(self).pending;
        run.measure("ipi.post_and_ring", [&] {
            (void)post<Poke>(system, self, IpiMessage<Poke>());
            pending.take([](core::CpuId) {}); // so that the next one rings, too
        });
        run.measure("ipi.post_merged", [&] { (void)post<Poke>(system, self, IpiMessage<Poke>()); });
    }
    run.measure("ipi.call_on", [&] {
        const auto square = [](core::IrqContext&, std::uint64_t n) { return n * n; };
        sum += call_on(system, none, self, square, sum).value_or(0);
    });
    run.measure("ipi.post_and_wait",
                [&] { (void)post_and_wait<Poke>(system, none, self, IpiMessage<Poke>()); });
}

} // namespace neuron::ipi
