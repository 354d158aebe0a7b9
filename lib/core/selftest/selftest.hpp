// SPDX-License-Identifier: MIT
#pragma once

#include <neuron/core/atomic.hpp>
#include <neuron/core/irq.hpp>
#include <neuron/core/wait.hpp>
#include <neuron/selftest/run.hpp>

namespace neuron::core {

template <class System>
void run_selftests(selftest::Run& run, System& system) {
    run.test("core.atomic", [](selftest::Record& record) {
        Atomic<std::uint32_t> word{5};
        std::uint32_t seen = 4;
        record.expect(!word.compare_exchange(seen, 9, acq_rel, acquire) && seen == 5,
                      "a failed compare_exchange answers what it saw");
        record.expect(word.compare_exchange(seen, 9, acq_rel, acquire), "compare_exchange");
        record.expect(word.exchange(1, acq_rel) == 9, "exchange answers the old value");
        record.expect(word.fetch_add(2, relaxed) == 1 && word.fetch_sub(1, relaxed) == 3,
                      "fetch_add and fetch_sub");
        record.expect(word.fetch_or(12, relaxed) == 2 && word.fetch_and(6, relaxed) == 14,
                      "fetch_or and fetch_and");
        record.value("value", word.load(relaxed));
    });
    run.test("core.irq_off_nests", [](selftest::Record& record) {
        record.expect(env::irq_enabled(), "interrupts are on in main");
        {
            const IrqOff outer;
            {
                const IrqOff inner;
                record.expect(!env::irq_enabled(), "masked inside");
            }
            record.expect(!env::irq_enabled(), "the inner end does not unmask");
        }
        record.expect(env::irq_enabled(), "the outer end unmasks");
    });
    run.test("core.spin_until_naps", [&](selftest::Record& record) {
        // Nobody rings: that the naps are counted on shows that they end by themselves.
        const auto& naps = system.remote_counters(system.this_cpu()).naps;
        const std::uint64_t before = naps.load(relaxed); // its own counter
        const std::uint64_t deadline = system.diagnostic_deadline();
        spin_until([&] { return naps.load(relaxed) >= before + 2 || system.now() >= deadline; });
        record.expect(naps.load(relaxed) >= before + 2, "a wait naps, again and again");
    });
}

} // namespace neuron::core
