// SPDX-License-Identifier: MIT
#pragma once

#include <neuron/defer/feature.hpp>
#include <neuron/selftest/feature.hpp>
#include <neuron/selftest/run.hpp>

namespace neuron::defer {
namespace selftests {

inline constexpr std::uint64_t one_refusal = 1'000'000;

/// Notes traces in this CPU's own data, which handlers and deferred work touch both.
template <class System, class W, class Change>
std::uint64_t note(const W& witness, Change change) {
    auto& here = *static_cast<System*>(percpu::this_cpu().system);
    return here.template own<selftest::Feature>(witness).shared_with_handlers.with(
        witness, [&](std::uint64_t& value) { return value = change(value); });
}

/// One digit behind the others: 0 if this is no task level.
template <class System>
void note_digit(std::uint32_t digit) {
    const bool at_task_level = env::handlers() == 0 && env::irq_enabled();
    const core::IrqOff masked;
    (void)note<System>(masked,
                       [&](std::uint64_t old) { return old * 10 + (at_task_level ? digit : 0); });
}

/// From a handler: as many pieces as `Count`, the digits 1, 2, 3, ...
template <class System, std::uint32_t Count>
void defer_digits(System& here, core::IrqContext& irq) {
    for (std::uint32_t digit = 1; digit <= Count; ++digit)
        if (!defer(irq, here, [](std::uint32_t mine) { note_digit<System>(mine); }, digit))
            (void)note<System>(irq, [](std::uint64_t old) { return old + one_refusal; });
}

} // namespace selftests

template <class System>
void run_selftests(selftest::Run& run, System& system) {
    using namespace selftests;
    constexpr std::uint32_t capacity = Feature<typename System::Values>::capacity;
    constexpr std::uint32_t few = std::min<std::uint32_t>(capacity, 5);
    const auto reset = [](std::uint64_t) { return std::uint64_t{0}; };
    const auto read = [](std::uint64_t value) { return value; };

    run.test("defer.in_order_at_task_level", [&](selftest::Record& record) { // INV-DEFER-2
        const auto masked_note = [](auto change) {
            const core::IrqOff masked;
            return note<System>(masked, change);
        };
        (void)masked_note(reset);
        record.expect(selftest::run_in_handler(system,
                                               [](System& here, core::IrqContext& irq) {
                                                   defer_digits<System, few>(here, irq);
                                               }),
                      "the doorbell rings");
        record.expect(masked_note(read) == 0, "nothing runs in the handler");
        record.expect(run_deferred(system), "there is work");
        record.expect(!run_deferred(system), "which runs once");
        record.value("order", masked_note(read));
    });
    run.test("defer.test_reject_queue_full", [&](selftest::Record& record) { // INV-DEFER-1
        const auto masked_note = [](auto change) {
            const core::IrqOff masked;
            return note<System>(masked, change);
        };
        (void)masked_note(reset);
        (void)selftest::run_in_handler(system, [](System& here, core::IrqContext& irq) {
            defer_digits<System, capacity + 3>(here, irq);
        });
        record.value("refused", masked_note(read) / one_refusal);
        (void)masked_note(reset);
        record.expect(run_deferred(system), "there is work");
        record.expect(masked_note(read) != 0, "what was taken in has run");
        (void)selftest::run_in_handler(system, [](System& here, core::IrqContext& irq) {
            defer_digits<System, 1>(here, irq);
        });
        (void)masked_note(reset);
        record.expect(run_deferred(system) && masked_note(read) == 1, "and there is room again");
    });
}

} // namespace neuron::defer
