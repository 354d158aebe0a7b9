// SPDX-License-Identifier: MIT
// What lib/toy adds to a system: see kernel/README.md for the shape of a Feature.
#pragma once

#include <neuron/toy/toy.hpp>

namespace neuron::toy {

template <class Values>
struct Feature {
    static constexpr std::uint32_t most = Values::toy_most;

    struct PerCpu {
        percpu::PerCpu<Tally, core::IrqOff> tally;
    };

    struct Remote {
        core::Atomic<std::uint32_t> asked{0};
        core::Atomic<std::uint32_t> answered{0};
        percpu::RemoteReadable<std::uint32_t> rings;
    };

    struct Shared {
        ~Shared() { core::check(false, "toy: the system has ended"); }
        core::Atomic<std::uint32_t> starts{0};
        core::Atomic<std::uint32_t> answers{0};
    };

    template <class System>
    static void start(System& system) {
        system.template shared<toy::Feature>().starts.fetch_add(1, core::relaxed); // a counter
    }
    template <class System>
    static bool has_work(System& system, const core::IrqOff&) {
        return waiting(system) != 0;
    }
    template <class System>
    static bool run(System& system) {
        return answer(system);
    }
    template <class System>
    static void on_software_interrupt(System& system, core::IrqContext& irq) {
        system.template own<toy::Feature>(irq).tally.with(irq, [](Tally& tally) { ++tally.rings; });
        system.template remote<toy::Feature>(system.this_cpu()).rings.add(irq, 1);
    }
};

} // namespace neuron::toy
