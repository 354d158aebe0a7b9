// SPDX-License-Identifier: MIT
// Arming, moving, firing and cancelling, as a System's CPUs do it.
#include <doctest/doctest.h>

#include "system.hpp"

using namespace timer_test;
using timer::Cancelled;
using timer::Error;
using timer::When;
using Fired = std::vector<std::pair<Instant, int>>;

namespace {

struct Fixture {
    System<Numbers> system;
    timer::Owner owner = *timer::open_owner(system);
    timer::Authority authority = *timer::take_authority(system);
    timer::Owner precise = *timer::open_owner(system, authority, core::QosClass::PerfBurst);

    auto arm(const timer::Owner& whose, Nanoseconds deadline, int number) {
        return timer::arm(system, whose, When{at(deadline)}, Note(), number);
    }
};

struct Plain : Numbers { // as Kconfig has them then
    static constexpr bool timer_coalescing = false;
    static constexpr std::uint64_t timer_window_interactive = 0;
    static constexpr std::uint64_t timer_window_normal = 0;
    static constexpr std::uint64_t timer_window_idle = 0;
};

} // namespace

TEST_CASE(
    "timer: INV-TIMER-1: a timer fires when its window ends, or with one that is due before") {
    Fixture f;
    REQUIRE(f.arm(f.owner, 10ms, 1));
    CHECK(f.system.set_for() == at(14ms)); // 4 ms: class Normal
    REQUIRE(f.arm(f.owner, 12ms, 2));
    REQUIRE(f.arm(f.owner, 15ms, 3));
    f.system.go_on_to(at(13ms));
    CHECK(f.system.fired.empty());
    f.system.go_on_to(at(30ms));
    CHECK(f.system.fired == Fired{{at(14ms), 1}, {at(14ms), 2}, {at(19ms), 3}});
    CHECK(f.system.interrupts(zero) == std::vector{at(14ms), at(19ms)});
    CHECK(!f.system.set_for());
    CHECK(f.system.counters(zero).fired.remote_load() == 3);
    CHECK(f.system.counters(zero).interrupts.remote_load() == 2);
    CHECK(f.system.counters(zero).overlaps.remote_load() == 0);
}

TEST_CASE("timer: windows are those of the owner's class, or longer") {
    Fixture f;
    REQUIRE(f.arm(f.precise, 10ms, 1));
    CHECK(f.system.set_for() == at(10ms));
    f.system.go_on_to(at(20ms));
    for (const auto& [qos, late] :
         {std::pair(core::QosClass::Interactive, 1ms), std::pair(core::QosClass::Idle, 8ms)}) {
        auto owner = *timer::open_owner(f.system, f.authority, qos);
        REQUIRE(f.arm(owner, 30ms, 2));
        CHECK(f.system.set_for() == at(30ms + late));
        f.system.go_on_to(at(40ms));
        REQUIRE(timer::close_owner(f.system, owner));
        f.system.go_on_to(at(20ms)); // back again
    }
    SUBCASE("longer than the class has") {
        REQUIRE(timer::arm(f.system, f.owner, When{at(50ms), {}, 9ms}, Note(), 3));
        CHECK(f.system.set_for() == at(59ms));
    }
    SUBCASE("shorter, with authority") {
        const When soon{at(50ms), {}, 1us};
        CHECK(timer::arm(f.system, f.owner, soon, Note(), 3).error() == Error::NoAuthority);
        CHECK(!f.system.set_for());
        REQUIRE(timer::arm(f.system, f.owner, f.authority, soon, Note(), 3));
        CHECK(f.system.set_for() == at(50ms + 1us));
    }
}

TEST_CASE(
    "timer: a deadline that has passed fires in order, at once if its window has passed too") {
    Fixture f;
    f.system.go_on_to(at(100ms));
    REQUIRE(f.arm(f.owner, 99ms, 1)); // may wait until 103
    CHECK(f.system.set_for() == at(103ms));
    REQUIRE(f.arm(f.owner, 50ms, 2));
    CHECK(f.system.set_for() <= at(100ms));
    REQUIRE(f.arm(f.owner, -1s, 3));
    f.system.go_on_to(at(100ms));
    CHECK(f.system.fired == Fired{{at(100ms), 3}, {at(100ms), 2}, {at(100ms), 1}});
}

TEST_CASE("timer: a periodic timer does not drift, and counts what it misses") {
    Fixture f;
    struct Seen {
        void operator()(System<Numbers>& system, core::IrqContext&,
                        const timer::Firing& firing) const {
            system.fired.emplace_back(firing.deadline, static_cast<int>(firing.missed));
        }
    };
    // 33 ns more than a tick of 100 ns: in ticks alone it would drift.
    const Nanoseconds period = 1ms + 33ns;
    const auto id = timer::arm(f.system, f.precise, When{at(10ms), period}, Seen());
    REQUIRE(id);
    f.system.go_on_to(at(10ms) + 1000 * period);
    REQUIRE(f.system.fired.size() == 1001);
    for (int i = 0; i <= 1000; ++i)
        CHECK(f.system.fired[static_cast<std::size_t>(i)] == std::pair(at(10ms) + i * period, 0));
    f.system.fired.clear();
    // The CPU hears nothing for three and a half periods.
    const core::IrqOff masked;
    f.system.play(one);
    const Instant next = at(10ms) + 1001 * period;
    f.system.as(zero, [&] { f.system.arm_timer(masked, ~std::uint64_t{0}); });
    f.system.go_on_to(next + 3 * period + period / 2);
    f.system.as(zero, [&] { f.system.interrupt(); });
    CHECK(f.system.fired == Fired{{next, 3}});
    CHECK(f.system.counters(zero).missed.remote_load() == 3);
    f.system.as(zero, [&] {
        CHECK(f.system.set_for() ==
              next + 4 * period + 100ns - (next + 4 * period).time_since_epoch() % 100ns);
    });
    CHECK(timer::cancel(f.system, f.precise, *id) == Cancelled::BeforeItRan);
}

TEST_CASE("timer: INV-TIMER-2: cancel says what became of it") {
    Fixture f;
    SUBCASE("before it ran; the hardware is set for the next") {
        const auto first = f.arm(f.owner, 10ms, 1);
        REQUIRE(f.arm(f.owner, 20ms, 2));
        CHECK(timer::cancel(f.system, f.owner, *first) == Cancelled::BeforeItRan);
        CHECK(f.system.set_for() == at(24ms)); // INV-TIMER-4
        CHECK(timer::cancel(f.system, f.owner, *first) == Cancelled::BeforeItRan);
        f.system.go_on_to(at(1s));
        CHECK(f.system.fired == Fired{{at(24ms), 2}});
        CHECK(f.system.interrupts(zero).size() == 1);
    }
    SUBCASE("when it has run") {
        const auto id = f.arm(f.owner, 10ms, 1);
        f.system.go_on_to(at(1s));
        CHECK(timer::cancel(f.system, f.owner, *id) == Cancelled::Ran);
        CHECK(timer::rearm(f.system, f.owner, *id, When{at(2s)}).error() == Error::NotArmed);
    }
    SUBCASE("while it runs, and a periodic one does not run again") {
        core::Result<timer::TimerId, Error> id = std::unexpected(Error::NoSuchTimer);
        std::optional<Cancelled> said;
        f.system.in_callback = [&](core::IrqContext&) {
            said = timer::cancel(f.system, f.owner, *id).value();
        };
        SUBCASE("once") {
            id = f.arm(f.owner, 10ms, 1);
        }
        SUBCASE("periodic") {
            id = timer::arm(f.system, f.owner, When{at(10ms), 1ms}, Note(), 1);
        }
        f.system.go_on_to(at(1s));
        CHECK(said == Cancelled::Running);
        CHECK(f.system.fired.size() == 1);
        CHECK(timer::cancel(f.system, f.owner, *id) == Cancelled::Ran);
        CHECK(!f.system.set_for());
    }
    SUBCASE("one callback cancels the next, which is due too") {
        REQUIRE(f.arm(f.owner, 10ms, 1));
        const auto second = f.arm(f.owner, 10ms, 2);
        f.system.in_callback = [&](core::IrqContext&) {
            CHECK(timer::cancel(f.system, f.owner, *second) == Cancelled::BeforeItRan);
        };
        f.system.go_on_to(at(1s));
        CHECK(f.system.fired == Fired{{at(14ms), 1}});
    }
}

TEST_CASE("timer: a CPU is quiet when its last timer is cancelled, and waits for none") {
    Fixture f;
    CHECK(f.system.is_quiet());
    const auto first = f.arm(f.owner, 50ms, 1);
    CHECK_FALSE(f.system.is_quiet());
    f.system.as(one, [&] { (void)timer::cancel(f.system, f.owner, *first); });
    CHECK(f.system.is_quiet()); // it has looked before the doorbell
    CHECK_FALSE(f.system.set_for().has_value());
    CHECK(f.system.take_doorbell(zero));
    REQUIRE(f.arm(f.owner, 50ms, 2));
    CHECK(f.system.set_for() == at(54ms)); // for the same time again
}

TEST_CASE("timer: another CPU cancels: the CPU of the timer is told once, and waits for the next") {
    Fixture f;
    const auto first = f.arm(f.owner, 10ms, 1);
    const auto second = f.arm(f.owner, 20ms, 2);
    REQUIRE(f.arm(f.owner, 30ms, 3));
    SUBCASE("by a doorbell") {
        f.system.as(one, [&] {
            CHECK(timer::cancel(f.system, f.owner, *first) == Cancelled::BeforeItRan);
            CHECK(timer::cancel(f.system, f.owner, *first) == Cancelled::BeforeItRan);
        });
        CHECK(f.system.take_doorbell(zero));
        CHECK(f.system.set_for() == at(24ms));
        f.system.as(one, [&] {
            CHECK(timer::cancel(f.system, f.owner, *second) == Cancelled::BeforeItRan);
        });
        CHECK(f.system.take_doorbell(zero));
        CHECK(f.system.set_for() == at(34ms));
        f.system.go_on_to(at(1s));
        CHECK(f.system.fired == Fired{{at(34ms), 3}});
    }
    SUBCASE("two before it hears: it is rung once") {
        f.system.as(one, [&] { (void)timer::cancel(f.system, f.owner, *first); });
        f.system.as(one, [&] {
            f.system.doorbell_fails = true; // would be seen
            (void)timer::cancel(f.system, f.owner, *second);
            f.system.doorbell_fails = false;
        });
        CHECK(f.system.take_doorbell(zero));
        CHECK(f.system.set_for() == at(34ms));
    }
    SUBCASE("a doorbell that fails: it does not run all the same, and places come back") {
        f.system.doorbell_fails = true;
        f.system.as(one, [&] {
            (void)timer::cancel(f.system, f.owner, *first);
            (void)timer::cancel(f.system, f.owner, *second);
        });
        SUBCASE("with the next interrupt") {
            f.system.go_on_to(at(1s));
            CHECK(f.system.fired == Fired{{at(34ms), 3}});
        }
        SUBCASE("when places run out") {
            for (int i = 0; i < 7; ++i)
                CHECK(f.arm(i < 5 ? f.owner : f.precise, 40ms, 4));
            CHECK(f.arm(f.precise, 40ms, 4).error() == Error::TimerLimit);
        }
    }
    SUBCASE("and is moved there alone") {
        f.system.as(one, [&] {
            CHECK(timer::rearm(f.system, f.owner, *first, When{at(1s)}).error() == Error::OtherCpu);
        });
    }
}

TEST_CASE("timer: a timer is moved, by its owner or by its own callback") {
    Fixture f;
    const auto id = f.arm(f.owner, 10ms, 1);
    SUBCASE("later, and sooner") {
        REQUIRE(timer::rearm(f.system, f.owner, *id, When{at(20ms)}));
        CHECK(f.system.set_for() == at(24ms));
        REQUIRE(timer::rearm(f.system, f.owner, *id, When{at(5ms)}));
        CHECK(f.system.set_for() == at(9ms));
        f.system.go_on_to(at(1s));
        CHECK(f.system.fired == Fired{{at(9ms), 1}});
    }
    SUBCASE("with more precision, by authority") {
        const When precise{at(20ms), {}, 0ns};
        CHECK(timer::rearm(f.system, f.owner, *id, precise).error() == Error::NoAuthority);
        CHECK(f.system.set_for() == at(14ms));
        REQUIRE(timer::rearm(f.system, f.owner, f.authority, *id, precise));
        CHECK(f.system.set_for() == at(20ms));
    }
    SUBCASE("by its callback, twice") {
        f.system.in_callback = [&](core::IrqContext&) {
            if (f.system.fired.size() < 3)
                CHECK(
                    timer::rearm(f.system, f.owner, *id, When{f.system.fired.back().first + 10ms}));
        };
        f.system.go_on_to(at(1s));
        CHECK(f.system.fired == Fired{{at(14ms), 1}, {at(28ms), 1}, {at(42ms), 1}});
        CHECK(timer::cancel(f.system, f.owner, *id) == Cancelled::Ran);
    }
    SUBCASE("by its callback, which is cancelled then: it does not run again") {
        f.system.in_callback = [&](core::IrqContext&) {
            CHECK(timer::rearm(f.system, f.owner, *id, When{at(1h)}));
            CHECK(timer::cancel(f.system, f.owner, *id) == Cancelled::Running);
        };
        f.system.go_on_to(at(2h));
        CHECK(f.system.fired.size() == 1);
    }
}

TEST_CASE(
    "timer: what a callback arms for now runs in the same interrupt, as far as the budget goes") {
    Fixture f;
    f.system.in_callback = [&](core::IrqContext&) {
        if (f.system.fired.size() < 6)
            CHECK(f.arm(f.precise, 10ms, static_cast<int>(f.system.fired.size()) + 1));
    };
    REQUIRE(f.arm(f.precise, 10ms, 1));
    f.system.go_on_to(at(1s));
    CHECK(f.system.fired.size() == 6);
    CHECK(f.system.interrupts(zero) == std::vector{at(10ms), at(10ms)}); // 4 and 2
    CHECK(f.system.counters(zero).cut_short.remote_load() == 1);
}

TEST_CASE("timer: the work of an interrupt is bounded; what is left comes at once, in order") {
    Fixture f;
    for (int i = 0; i < 6; ++i)
        REQUIRE(f.arm(f.owner, 10ms - i * 1us, i));
    f.system.go_on_to(at(1s));
    REQUIRE(f.system.fired.size() == 6);
    for (int i = 0; i < 6; ++i)
        CHECK(f.system.fired[static_cast<std::size_t>(i)].second == 5 - i);
    CHECK(f.system.interrupts(zero).size() == 2);
    CHECK(f.system.interrupts(zero)[0] == f.system.interrupts(zero)[1]);
    CHECK(f.system.counters(zero).overlaps.remote_load() == 0);
}

TEST_CASE(
    "timer: INV-TIMER-4: the hardware is set when what comes next has changed, and not else") {
    Fixture f;
    const auto id = f.arm(f.owner, 10ms, 1);
    CHECK(f.system.sets == 1);
    const auto later = f.arm(f.owner, 20ms, 2);
    CHECK(f.system.sets == 1);
    (void)timer::cancel(f.system, f.owner, *later);
    CHECK(f.system.sets == 1);
    (void)timer::cancel(f.system, f.owner, *id);
    CHECK(f.system.sets == 2);
    CHECK(!f.system.set_for());
    f.system.go_on_to(at(1h));
    CHECK(f.system.interrupts(zero).empty());
    f.system.interrupt(); // one that nobody asked for
    CHECK(!f.system.set_for());
    CHECK(f.system.counters(zero).interrupts.remote_load() == 0);
}

TEST_CASE("timer: without coalescing there are no windows") {
    System<Plain> system;
    const auto owner = *timer::open_owner(system);
    REQUIRE(timer::arm(system, owner, When{at(10ms)}, Note(), 1));
    REQUIRE(timer::arm(system, owner, When{at(11ms), {}, 50ms}, Note(), 2));
    REQUIRE(timer::arm(system, owner, When{at(12ms), {}, 0ms}, Note(), 3));
    system.go_on_to(at(1s));
    CHECK(system.fired == Fired{{at(10ms), 1}, {at(11ms), 2}, {at(12ms), 3}});
}

TEST_CASE("timer: clocks") {
    Fixture f;
    using Clock = timer::MonotonicClock<System<Numbers>>;
    static_assert(std::chrono::is_clock_v<Clock>);
    static_assert(Clock::is_steady && noexcept(Clock::now()));
    f.system.go_on_to(at(1500ms));
    CHECK(Clock::now() == at(1500ms));
    CHECK(timer::after(f.system, 1s) == at(2500ms));
    CHECK(timer::wall_now(f.system) == timer::WallTime(1'000'000h + 1500ms));
}
