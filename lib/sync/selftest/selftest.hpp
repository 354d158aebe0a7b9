// SPDX-License-Identifier: MIT
#pragma once

#include <neuron/core/irq.hpp>
#include <neuron/selftest/run.hpp>
#include <neuron/sync/once_cell.hpp>
#include <neuron/sync/spin_lock.hpp>

namespace neuron::sync {

template <class System>
void run_selftests(selftest::Run& run, System&) {
    run.test("sync.spin_lock_masks", [](selftest::Record& record) {
        SpinLock<std::uint32_t, Rank::Scheduler> lock(3U);
        const std::uint32_t got = lock.with([&](std::uint32_t& value) {
            record.expect(!env::irq_enabled(), "interrupts are masked inside");
            return ++value;
        });
        record.expect(env::irq_enabled(), "and on again afterwards");
        record.value("value", got);
    });
    run.test("sync.once_cell", [](selftest::Record& record) {
        OnceCell<std::uint32_t> cell;
        using Made = std::expected<std::uint32_t, char>;
        record.expect(cell.get() == nullptr, "empty at first");
        record.expect(!cell.get_or_make([] { return Made(std::unexpected('x')); }),
                      "a failure is answered");
        record.expect(cell.get() == nullptr, "and leaves it empty");
        record.expect(**cell.get_or_make([] { return Made(5U); }) == 5, "it can be tried again");
        record.expect(**cell.get_or_make([] { return Made(6U); }) == 5, "the first value stays");
    });
}

} // namespace neuron::sync
