// SPDX-License-Identifier: MIT
#pragma once

#include <neuron/core/atomic.hpp>
#include <neuron/core/disjoint_slices.hpp>
#include <neuron/core/frozen.hpp>
#include <neuron/core/wait.hpp>
#include <neuron/core/witness.hpp>
#include <neuron/selftest/on_each_cpu.hpp>
#include <neuron/selftest/run.hpp>

namespace neuron::core {
namespace selftests {

/// A table in read-only memory, which every CPU reads its part of.
inline constexpr auto thousand = [] {
    std::array<std::uint32_t, 1000> numbers{};
    for (std::uint32_t i = 0; i < numbers.size(); ++i)
        numbers[i] = i;
    return numbers;
}();

} // namespace selftests

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
    run.test("core.frozen_read_by_all", [&](selftest::Record& record) {
        const Frozen<std::uint32_t> all(ref<selftests::thousand>());
        std::uint32_t cpus = 0;
        const std::uint64_t sum = selftest::on_each_cpu(
            system, cpus,
            [](System&, std::uint32_t, const Frozen<std::uint32_t>& table) {
                std::uint64_t own = 0;
                for (const std::uint32_t each : table)
                    own += each;
                return own;
            },
            all);
        record.value("sum", sum);
    });
    run.test("core.slices_written_by_all", [&](selftest::Record& record) {
        std::array<std::uint32_t, 250> buffer{};
        constexpr unsigned parts = System::max_cpus;
        DisjointSlices<std::uint32_t, parts> slices(buffer, parts);
        std::uint32_t cpus = 0;
        // Every CPU asks for every part; each part goes to one.
        const std::uint64_t taken = selftest::on_each_cpu(
            system, cpus,
            [](System&, std::uint32_t, auto& all) {
                std::uint64_t got = 0;
                for (unsigned part = 0; part < parts; ++part)
                    if (auto slice = all.take(part)) {
                        ++got;
                        for (std::uint32_t& each : *slice)
                            ++each;
                    }
                return got;
            },
            slices);
        record.expect(taken == parts, "each part went out once");
        record.expect(!slices.take(0), "and not again");
        std::uint64_t sum = 0;
        for (const std::uint32_t each : std::move(slices).join())
            sum += each;
        record.value("sum", sum);
    });
    run.test("core.spin_until_naps", [&](selftest::Record& record) {
        // Nobody rings: that the naps are counted on shows that they end by themselves.
        const auto& naps = system.remote_counters(system.this_cpu()).naps;
        const std::uint64_t before = naps.remote_load();
        const std::uint64_t deadline = system.diagnostic_deadline();
        spin_until([&] { return naps.remote_load() >= before + 2 || system.now() >= deadline; });
        record.expect(naps.remote_load() >= before + 2, "a wait naps, again and again");
    });
}

} // namespace neuron::core
