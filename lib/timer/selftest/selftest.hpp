// SPDX-License-Identifier: MIT
#pragma once

#include <neuron/selftest/run.hpp>
#include <neuron/selftest/storm.hpp>

#include "storm.hpp"

namespace neuron::timer {
namespace selftests {

using namespace std::chrono_literals;
using selftest::comes_to_pass;

/// Appends a digit to what this CPU's callbacks have noted.
struct Digit {
    template <class System>
    void operator()(System& system, core::IrqContext&, const Firing&, std::uint64_t digit) const {
        auto& order = seen_here(system).order;
        order.store(order.load(core::relaxed) * 10 + digit, core::relaxed); // same CPU
    }
};

/// What a test needs, and gives back.
template <class System>
struct Bench {
    System& system;
    const Authority& authority;
    Owner owner;
    core::Instant start = MonotonicClock<System>::now();

    [[nodiscard]] std::uint64_t order() const {
        return seen_here(system).order.load(core::relaxed); // same CPU
    }
    auto arm_digit(core::Nanoseconds delay, std::uint64_t digit, core::Nanoseconds window = 0ns) {
        return arm(system, owner, authority, {start + delay, {}, window}, Digit(), digit);
    }
};

/// Whether no timer is armed on this CPU.
template <class System>
bool is_quiet(System& system) {
    const core::IrqOff masked;
    return system.template own<timer::Feature>(masked).timers.with(
        masked, [](auto& own) { return own.deadlines.next_interrupt() == ~std::uint64_t{0}; });
}

template <class System, class Test>
void with_owner(selftest::Run& run, System& system, const Authority& authority,
                std::string_view name, Test test) {
    run.test(name, [&](selftest::Record& record) {
        auto owner = open_owner(system);
        record.expect(owner.has_value(), "an owner");
        if (!owner)
            return;
        record.expect(comes_to_pass(system, [&] { return is_quiet(system); }),
                      "what others armed has fired");
        seen_here(system).order.store(0, core::relaxed); // same CPU
        Bench<System> bench{system, authority, std::move(*owner)};
        test(record, bench);
        record.expect(close_owner(system, bench.owner).has_value(), "no timer is left");
    });
}

template <class System>
void run_alone(selftest::Run& run, System& system, const Authority& authority) {
    const auto test = [&](std::string_view name, auto body) {
        with_owner(run, system, authority, name, body);
    };

    test("timer.in_order_of_deadlines", [&](selftest::Record& record, Bench<System>& bench) {
        {
            const core::IrqOff masked; // all are due before the first can fire
            record.expect(bench.arm_digit(30us, 3) && bench.arm_digit(10us, 1) &&
                              bench.arm_digit(30us, 4) && bench.arm_digit(20us, 2) &&
                              bench.arm_digit(-1s, 9),
                          "room");
            core::spin_until([&] { return MonotonicClock<System>::now() > bench.start + 100us; });
            record.expect(bench.order() == 0, "nothing runs while interrupts are masked");
        }
        record.expect(comes_to_pass(system, [&] { return bench.order() > 10'000; }), "they fire");
        record.value("order", bench.order());
    });

    test("timer.one_interrupt_for_several", [&](selftest::Record& record, Bench<System>& bench) {
        if (!System::Values::timer_coalescing)
            return record.skip("no-windows");
        const auto& mine = counters(system, system.this_cpu());
        const std::uint64_t before = mine.interrupts.remote_load();
        const std::uint64_t fired = mine.fired.remote_load();
        {
            const core::IrqOff masked;
            for (std::uint64_t digit = 1; digit <= 5; ++digit)
                record.expect(bench.arm_digit(digit * 20us, digit, 50ms).has_value(), "room");
        }
        record.expect(comes_to_pass(system, [&] { return mine.fired.remote_load() == fired + 5; }),
                      "they fire");
        record.value("interrupts", mine.interrupts.remote_load() - before);
        record.value("order", bench.order());
    });

    // As many as may be are due at once: the work of one interrupt is bounded, and all come in
    // turn.
    test("timer.same_instant", [&](selftest::Record& record, Bench<System>& bench) {
        struct InTurn {
            void operator()(System& here, core::IrqContext& irq, const Firing&,
                            std::uint64_t number) const {
                auto& mine = seen_here(here);
                const std::uint64_t next = mine.order.load(core::relaxed); // same CPU
                if (number != next)
                    mine.wrong.add(irq, 1);
                mine.order.store(next + 1, core::relaxed); // same CPU
            }
        };
        constexpr std::uint64_t many = std::min<std::uint64_t>(
            10'000, std::min(System::Values::timer_per_owner, System::Values::timer_per_cpu));
        const std::uint64_t wrong = seen_here(system).wrong.remote_load();
        const auto& interrupts = counters(system, system.this_cpu()).interrupts;
        const std::uint64_t before = interrupts.remote_load();
        {
            const core::IrqOff masked;
            for (std::uint64_t number = 0; number < many; ++number)
                record.expect(
                    arm(system, bench.owner, authority, {bench.start, {}, 0ns}, InTurn(), number)
                        .has_value(),
                    "room");
        }
        record.expect(comes_to_pass(system, [&] { return bench.order() == many; }), "all fire");
        record.value("fired", bench.order());
        record.value("interrupts", interrupts.remote_load() - before);
        record.value("wrong", seen_here(system).wrong.remote_load() - wrong);
    });

    // No whole number of ticks.
    static constexpr core::Nanoseconds period = std::max<core::Nanoseconds>(
        333'333ns, std::chrono::microseconds(System::Values::timer_shortest_microseconds) + 333ns);
    test("timer.periodic_without_drift", [&](selftest::Record& record, Bench<System>& bench) {
        struct Count {
            void operator()(System& here, core::IrqContext& irq, const Firing& firing,
                            core::Instant first) const {
                auto& mine = seen_here(here);
                mine.order.store(mine.order.load(core::relaxed) + 1 + firing.missed, core::relaxed);
                if ((firing.deadline - first) % period != 0ns)
                    mine.wrong.add(irq, 1);
            }
        };
        const auto id =
            arm(system, bench.owner, authority, {bench.start, period, 0ns}, Count(), bench.start);
        record.expect(id.has_value(), "room");
        record.expect(comes_to_pass(system, [&] { return bench.order() >= 10; }), "it fires");
        record.expect(cancel(system, bench.owner, *id) == Cancelled::BeforeItRan, "it ends");
        // How many periods have fired or were missed: no more than have begun.
        const core::Nanoseconds passed = MonotonicClock<System>::now() - bench.start;
        record.expect(bench.order() <= static_cast<std::uint64_t>(passed / period) + 1,
                      "none comes early");
        record.value("wrong", seen_here(system).wrong.remote_load());
    });

    test("timer.cancel", [&](selftest::Record& record, Bench<System>& bench) {
        const auto never = bench.arm_digit(1h, 1);
        const auto soon = bench.arm_digit(0s, 2);
        record.expect(never && soon, "room");
        record.expect(comes_to_pass(system, [&] { return bench.order() == 2; }), "it fires");
        record.value("before", cancel(system, bench.owner, *never).value());
        record.value("after", cancel(system, bench.owner, *soon).value());
    });

    test("timer.test_reject_times", [&](selftest::Record& record, Bench<System>& bench) {
        const auto why = [&](const When& when) {
            const auto id = arm(system, bench.owner, when, Digit(), std::uint64_t{1});
            return id ? std::string_view("accepted") : to_string(id.error());
        };
        const core::Nanoseconds longest = std::chrono::hours(System::Values::timer_longest_hours);
        record.value("far", why({bench.start + longest + 1h}));
        record.value("last", why({core::Instant::max()}));
        record.value("period", why({bench.start + 1h, -1ns}));
        record.value("short", why({bench.start + 1h, 1ns}));
        record.value("negative", why({bench.start + 1h, {}, -1ns}));
        record.value("overflow", to_string(after(system, core::Nanoseconds::max()).error()));
        record.expect(System::Values::timer_window_normal == 0 ||
                          why({bench.start + 1h, {}, 0ns}) == "NoAuthority",
                      "a shorter window takes authority");
    });

    test("timer.test_reject_limits", [&](selftest::Record& record, Bench<System>& bench) {
        constexpr std::uint64_t most =
            std::min(System::Values::timer_per_owner, System::Values::timer_per_cpu);
        std::uint64_t armed = 1;
        const auto first = bench.arm_digit(1h, 1);
        auto id = first;
        for (; id && armed <= most; armed += id.has_value())
            id = bench.arm_digit(1h, 1);
        record.expect(!id && id.error() == Error::TimerLimit, "one more is refused");
        record.expect(close_owner(system, bench.owner).error() == Error::OwnerBusy, "busy");
        auto other = open_owner(system);
        record.value("foreign", to_string(cancel(system, *other, *first).error()));
        record.expect(close_owner(system, *other).has_value(), "an owner without timers");
        record.value("armed", armed);
        std::uint64_t back = 0;
        for (std::uint32_t place = 0; place < System::Values::timer_per_cpu; ++place) {
            const auto& state =
                system.template remote<timer::Feature>(system.this_cpu()).timers[place];
            const TimerId name{system.this_cpu(), place, state.generation()};
            if (state.is_armed())
                back += cancel(system, authority, name) == Cancelled::BeforeItRan;
        }
        record.value("back", back);
        record.value("stale", to_string(cancel(system, bench.owner,
                                               {first->cpu, first->index, first->generation + 1})
                                            .error()));
    });

    test("timer.silent_without_timers", [&](selftest::Record& record, Bench<System>& bench) {
        const auto& interrupts = system.remote_counters(system.this_cpu()).timer_interrupts;
        const std::uint64_t before = interrupts.remote_load();
        {
            const core::IrqOff masked; // not due before it is cancelled
            const auto id = bench.arm_digit(1ms, 1);
            record.expect(cancel(system, bench.owner, *id) == Cancelled::BeforeItRan, "cancelled");
        }
        // Awake: a nap sets the hardware.
        while (MonotonicClock<System>::now() <= bench.start + 20ms)
            continue;
        record.value("interrupts", interrupts.remote_load() - before);
    });

    test("timer.clocks", [&](selftest::Record& record, Bench<System>& bench) {
        core::Instant last = bench.start;
        bool steady = true;
        for (int i = 0; i < 1000; ++i)
            steady = std::exchange(last, MonotonicClock<System>::now()) <= last && steady;
        record.expect(steady, "it never goes back");
        const auto wall = wall_now(system);
        record.expect(wall && *wall > std::chrono::sys_days(std::chrono::year(2020) / 1 / 1),
                      "the board knows the date");
    });
}

} // namespace selftests

template <class System>
void run_selftests(selftest::Run& run, System& system) {
    using namespace selftests;
    const auto authority = take_authority(system);
    if (!authority)
        return run.test("timer.authority", [](selftest::Record& record) {
            record.expect(false, "nobody else has it");
        });
    run_alone(run, system, *authority);

    run.test("timer.remote_cancel", [&](selftest::Record& record) {
        if (system.cpu_count() == 1)
            return record.skip("one-cpu");
        auto owner = open_owner(system);
        const core::Instant later = MonotonicClock<System>::now() + 1h;
        auto& storm = seen_here(system).storm;
        for (std::uint32_t number = 0; number < 8; ++number) {
            const auto id =
                arm(system, *owner, *authority, {later, {}, 0ns}, Digit(), std::uint64_t{1});
            record.expect(id.has_value(), "room");
            (void)storm.fates[number].begin();
            storm.names[number].store(std::uint64_t{id->generation} << 32 | id->index,
                                      core::release); // pairs with cancel_one
        }
        std::uint32_t cpus = 0;
        (void)selftest::on_each_cpu(
            system, cpus,
            [](System& here, std::uint32_t index, const Authority& right) {
                if (index != 0)
                    for (std::uint32_t number = 0; number < 8; ++number)
                        cancel_one(here, right, core::CpuId{0}, number);
                return std::uint64_t{0};
            },
            *authority);
        std::uint64_t cancelled = 0;
        for (std::uint32_t number = 0; number < 8; ++number)
            cancelled += Fate::what(storm.fates[number].word()) == Fate::Cancelled;
        // INV-TIMER-4: it hears of it, and waits for none of them.
        const auto waits_for_none = [&] {
            const core::IrqOff masked;
            return system.template own<timer::Feature>(masked).timers.with(masked, [](auto& own) {
                return own.deadlines.next_interrupt() == own.deadlines.never &&
                       own.set_for == own.deadlines.never;
            });
        };
        record.expect(comes_to_pass(system, waits_for_none), "the hardware is set anew");
        record.value("cancelled", cancelled);
        record.expect(close_owner(system, *owner).has_value(), "no timer is left");
    });

    run.test("timer.storm", [&](selftest::Record& record) {
        const auto sum = [&](auto counter) {
            std::uint64_t all = 0;
            for (std::uint32_t cpu = 0; cpu < system.cpu_count(); ++cpu)
                all += counter(core::CpuId{cpu}).remote_load();
            return all;
        };
        const std::uint64_t rounds = selftest::storm_rounds(system, 1000);
        std::uint32_t cpus = 0;
        const std::uint64_t armed = selftest::on_each_cpu(
            system, cpus,
            [](System& here, std::uint32_t, const Authority& right, const std::uint64_t& timers) {
                return take_part(here, right, timers);
            },
            *authority, rounds);
        const std::uint64_t fired =
            sum([&](core::CpuId cpu) -> auto& { return seen(system, cpu).fired; });
        const std::uint64_t cancelled =
            sum([&](core::CpuId cpu) -> auto& { return seen(system, cpu).cancelled; });
        record.value("armed", armed);
        record.value("settled", fired + cancelled - 8 * (system.cpu_count() > 1));
        record.expect(cancelled > 8, "some were cancelled");
        record.value("early",
                     sum([&](core::CpuId cpu) -> auto& { return seen(system, cpu).early; }));
        record.value("wrong",
                     sum([&](core::CpuId cpu) -> auto& { return seen(system, cpu).wrong; }));
        record.value("overlaps",
                     sum([&](core::CpuId cpu) -> auto& { return counters(system, cpu).overlaps; }));
    });
}

} // namespace neuron::timer
