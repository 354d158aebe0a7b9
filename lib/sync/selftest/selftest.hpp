// SPDX-License-Identifier: MIT
#pragma once

#include <neuron/selftest/on_each_cpu.hpp>
#include <neuron/selftest/run.hpp>
#include <neuron/selftest/storm.hpp>
#include <neuron/sync/once_cell.hpp>
#include <neuron/sync/spin_lock.hpp>

namespace neuron::sync {
namespace selftests {

/// What every CPU of a storm works on, lent by the test.
struct Storm {
    SpinLock<std::uint64_t, Rank::Scheduler> locked;
    SpinLock<std::uint64_t, core::app_rank<0>> above;
    core::Atomic<std::uint64_t> atomic{0};
    core::Atomic<std::uint64_t> rounds{0};
};

using Made = std::expected<std::uint64_t, char>;

/// A cell that every CPU tries to fill.
struct Race {
    OnceCell<std::uint64_t> cell;
    core::Atomic<std::uint64_t> made{0};
};

} // namespace selftests

template <class System>
void run_selftests(selftest::Run& run, System& system) {
    using namespace selftests;

    run.test("sync.spin_lock_masks", [](selftest::Record& record) {
        SpinLock<std::uint32_t, Rank::Scheduler> lock(3U);
        const std::uint32_t got = lock.with(NoLocks(), [&](std::uint32_t& value) {
            record.expect(!env::irq_enabled(), "interrupts are masked inside");
            return ++value;
        });
        record.expect(env::irq_enabled(), "and on again afterwards");
        record.value("value", got);
    });
    run.test("sync.lock_storm", [&](selftest::Record& record) {
        Storm storm;
        storm.rounds.store(selftest::storm_rounds(system, 10'000),
                           core::relaxed); // before the storm
        std::uint32_t cpus = 0;
        const std::uint64_t done = selftest::on_each_cpu(
            system, cpus,
            [](System&, std::uint32_t, Storm& all) {
                const std::uint64_t rounds = all.rounds.load(core::relaxed); // constant by now
                for (std::uint64_t round = 0; round < rounds; ++round) {
                    all.locked.with(NoLocks(), [](std::uint64_t& value) { ++value; });
                    all.atomic.fetch_add(1, core::relaxed); // a counter
                }
                return rounds;
            },
            storm);
        record.value("locked", storm.locked.with(NoLocks(), [](std::uint64_t& v) { return v; }));
        record.value("atomic", storm.atomic.load(core::relaxed)); // all CPUs have ended
        record.expect(done == storm.atomic.load(core::relaxed), "as many rounds as were asked for");
    });
    run.test("sync.two_ranks_in_order", [&](selftest::Record& record) {
        Storm storm;
        std::uint32_t cpus = 0;
        (void)selftest::on_each_cpu(
            system, cpus,
            [](System&, std::uint32_t, Storm& all) {
                for (std::uint32_t round = 0; round < 1000; ++round)
                    all.locked.with(NoLocks(), [&](std::uint64_t& low, auto& held) {
                        ++low;
                        all.above.with(held, [&](std::uint64_t& high) { high += low & 1; });
                    });
                return std::uint64_t{0};
            },
            storm);
        record.value("low", storm.locked.with(NoLocks(), [](std::uint64_t& v) { return v; }));
        record.value("high", storm.above.with(NoLocks(), [](std::uint64_t& v) { return v; }));
    });
    run.test("sync.locks_are_counted", [](selftest::Record& record) {
        SpinLock<std::uint32_t, Rank::WaitQueue> lock;
        const auto before = audit::locks_taken();
        if (!before)
            return record.skip("no-run-time-checks");
        for (std::uint32_t i = 0; i < 10; ++i)
            lock.with(NoLocks(), [](std::uint32_t& value) { ++value; });
        record.value("locks", *audit::locks_taken() - *before);
    });
    run.test("sync.once_cell", [](selftest::Record& record) {
        OnceCell<std::uint64_t> cell;
        record.expect(cell.get() == nullptr, "empty at first");
        record.expect(!cell.get_or_make([] { return Made(std::unexpected('x')); }),
                      "a failure is answered");
        record.expect(cell.get() == nullptr, "and leaves it empty");
        record.expect(**cell.get_or_make([] { return Made(5U); }) == 5, "it can be tried again");
        record.expect(**cell.get_or_make([] { return Made(6U); }) == 5, "the first value stays");
    });
    run.test("sync.once_cell_race", [&](selftest::Record& record) {
        std::uint64_t made = 0;
        std::uint64_t agreed = 0;
        std::uint32_t cpus = 0;
        for (std::uint32_t round = 0; round < 100; ++round) {
            Race race;
            const std::uint64_t sum = selftest::on_each_cpu(
                system, cpus,
                [](System&, std::uint32_t index, Race& all) {
                    return **all.cell.get_or_make([&] {
                        all.made.fetch_add(1, core::relaxed); // a counter
                        return Made(index + 1U);
                    });
                },
                race);
            made += race.made.load(core::relaxed); // all CPUs have ended
            agreed += sum == *race.cell.get() * cpus;
        }
        record.value("made", made);
        record.value("agreed", agreed);
    });
}

} // namespace neuron::sync
