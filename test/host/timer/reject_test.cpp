// SPDX-License-Identifier: MIT
// What is refused changes nothing.
#include <doctest/doctest.h>

#include "system.hpp"

using namespace timer_test;
using timer::Cancelled;
using timer::Error;
using timer::When;

namespace {

struct Refusals {
    System<Numbers> system;
    timer::Owner owner = *timer::open_owner(system);
    timer::Owner other = *timer::open_owner(system);

    auto arm(const When& when) { return timer::arm(system, owner, when, Note(), 1); }
    [[nodiscard]] std::uint32_t armed() { return system.shared<timer::Feature>().armed(owner); }
};

} // namespace

TEST_CASE("timer: INV-TIMER-3: test_reject_limits") {
    Refusals f;
    for (int i = 0; i < 6; ++i)
        REQUIRE(f.arm({at(10ms)}));
    CHECK(f.arm({at(1ms)}).error() == Error::TimerLimit);
    CHECK(f.armed() == 6);
    CHECK(f.system.set_for() == at(14ms)); // not at 5
    // One of the CPU's eight, two owners.
    REQUIRE(timer::arm(f.system, f.other, When{at(10ms)}, Note(), 2));
    REQUIRE(timer::arm(f.system, f.other, When{at(10ms)}, Note(), 2));
    CHECK(timer::arm(f.system, f.other, When{at(1ms)}, Note(), 2).error() == Error::TimerLimit);
    CHECK(f.system.shared<timer::Feature>().armed(f.other) == 2);
    f.system.as(one, [&] { CHECK(timer::arm(f.system, f.other, When{at(10ms)}, Note(), 2)); });
    f.system.go_on_to(at(1s));
    CHECK(f.system.fired.size() == 9);
    CHECK(f.armed() == 0);
    CHECK(f.arm({at(2s)}));
}

TEST_CASE("timer: test_reject_times") {
    Refusals f;
    f.system.go_on_to(at(1s));
    CHECK(f.arm({at(24h + 1s + 100ns)}).error() == Error::TooFar);
    CHECK(f.arm({Instant::max()}).error() == Error::TooFar);
    CHECK(f.arm({at(10s), -1ns}).error() == Error::InvalidInterval);
    CHECK(f.arm({at(10s), 49'999ns}).error() == Error::InvalidInterval);
    CHECK(f.arm({at(10s), 24h + 1ns}).error() == Error::TooFar);
    CHECK(f.arm({at(10s), Nanoseconds::max()}).error() == Error::TooFar);
    CHECK(f.arm({at(10s), {}, -1ns}).error() == Error::InvalidInterval);
    CHECK(f.arm({at(10s), {}, Nanoseconds::max()}).error() == Error::TooFar);
    CHECK(f.arm({at(10s), {}, 0ns}).error() == Error::NoAuthority);
    CHECK(timer::after(f.system, -1ns).error() == Error::InvalidInterval);
    CHECK(timer::after(f.system, Nanoseconds::max()).error() == Error::TooFar);
    CHECK(f.armed() == 0);
    CHECK(f.system.sets == 0);
    // The last that are allowed.
    CHECK(f.arm({at(24h + 1s), 24h, 24h}));
    const auto oldest = f.arm({Instant::min(), 50us});
    CHECK(oldest);
    // It is as late as a deadline may lie ahead, and no sum overflows.
    f.system.in_callback = [&](core::IrqContext&) {
        (void)timer::cancel(f.system, f.owner, *oldest);
    };
    f.system.go_on_to(at(1s + 1ms));
    CHECK(f.system.fired.size() == 1);
    CHECK(f.system.counters(zero).missed.remote_load() == (24h + 1s) / 50us);
}

TEST_CASE("timer: INV-TIMER-4: the first timer of a CPU may be due since its first tick") {
    for (const Instant deadline : {Instant(), at(-1s), Instant::min()}) {
        Refusals f;
        auto authority = timer::take_authority(f.system);
        REQUIRE(timer::arm(f.system, f.owner, *authority, When{deadline, {}, 0ns}, Note(), 1));
        f.system.go_on_to(at(1h));
        CHECK(f.system.fired.size() == 1);
    }
}

TEST_CASE("timer: INV-TIMER-5: what an interrupt left is no breach, though due since tick 0") {
    Refusals f;
    auto authority = timer::take_authority(f.system);
    for (int i = 0; i < 6; ++i) // the budget is 4
        REQUIRE(timer::arm(f.system, f.owner, *authority, When{Instant(), {}, 0ns}, Note(), i));
    f.system.go_on_to(at(1h));
    CHECK(f.system.fired.size() == 6);
    CHECK(f.system.counters(zero).cut_short.remote_load() == 1);
    CHECK(f.system.counters(zero).overlaps.remote_load() == 0);
}

TEST_CASE("timer: test_reject_moving_what_its_callback_has_cancelled") {
    Refusals f;
    const auto id = f.arm({at(10ms)});
    f.system.in_callback = [&](core::IrqContext&) {
        CHECK(timer::cancel(f.system, f.owner, *id) == Cancelled::Running);
        CHECK(timer::rearm(f.system, f.owner, *id, When{at(1s)}).error() == Error::NotArmed);
    };
    f.system.go_on_to(at(1h));
    CHECK(f.system.fired.size() == 1);
    CHECK(f.armed() == 0);
}

TEST_CASE("timer: INV-TIMER-6: test_reject_stale_name") {
    Refusals f;
    const auto id = f.arm({at(10ms)});
    f.system.go_on_to(at(1s));
    const auto next = f.arm({at(2s)}); // in the same place
    REQUIRE(next->index == id->index);
    CHECK(timer::cancel(f.system, f.owner, *id).error() == Error::NoSuchTimer);
    CHECK(timer::rearm(f.system, f.owner, *id, When{at(3s)}).error() == Error::NoSuchTimer);
    CHECK(f.system.set_for() == at(2s + 4ms));
    // Names that nobody ever had.
    for (const timer::TimerId forged :
         {timer::TimerId{zero, 1, 1}, timer::TimerId{zero, 0, 0}, timer::TimerId{zero, 8, 1},
          timer::TimerId{CpuId{2}, 0, 1}, timer::TimerId{one, 0, 1}, timer::TimerId{}}) {
        CHECK(timer::cancel(f.system, f.owner, forged).error() == Error::NoSuchTimer);
        CHECK_FALSE(timer::rearm(f.system, f.owner, forged, When{at(3s)}));
    }
    f.system.go_on_to(at(5s));
    CHECK(f.system.fired.size() == 2);
}

TEST_CASE("timer: test_reject_foreign_timer") {
    Refusals f;
    const auto id = f.arm({at(10ms)});
    CHECK(timer::cancel(f.system, f.other, *id).error() == Error::NotOwner);
    CHECK(timer::rearm(f.system, f.other, *id, When{at(1s)}).error() == Error::NotOwner);
    CHECK(f.system.set_for() == at(14ms));
    auto authority = timer::take_authority(f.system);
    REQUIRE(authority);
    CHECK(!timer::take_authority(f.system)); // there is one
    // One that was moved away is none.
    const timer::Authority moved = std::move(*authority);
    CHECK(timer::cancel(f.system, *authority, *id).error() == Error::NoAuthority);
    CHECK(timer::rearm(f.system, f.owner, *authority, *id, When{at(1s), {}, 0ns}).error() ==
          Error::NoAuthority);
    CHECK(timer::open_owner(f.system, *authority, core::QosClass::PerfBurst).error() ==
          Error::NoAuthority);
    CHECK(timer::cancel(f.system, moved, *id) == Cancelled::BeforeItRan);
    CHECK(f.armed() == 0);
}

TEST_CASE("timer: test_reject_owners") {
    Refusals f;
    REQUIRE(f.arm({at(10ms)}));
    CHECK(timer::close_owner(f.system, f.owner).error() == Error::OwnerBusy);
    CHECK(f.arm({at(10ms)})); // it is as it was
    CHECK(timer::open_owner(f.system, core::QosClass::PerfBurst).error() == Error::NoAuthority);
    auto third = timer::open_owner(f.system, core::QosClass::Idle);
    REQUIRE(third);
    CHECK(timer::open_owner(f.system).error() == Error::OwnerLimit);
    f.system.go_on_to(at(1s));
    REQUIRE(timer::close_owner(f.system, f.owner));
    CHECK(timer::open_owner(f.system));
    // A closed one, and one that was moved away, arm and cancel nothing.
    CHECK(f.arm({at(2s)}).error() == Error::TimerLimit);
    CHECK(timer::close_owner(f.system, f.owner).error() == Error::OwnerBusy);
    const timer::Owner moved = std::move(*third);
    const auto id = timer::arm(f.system, moved, When{at(2s)}, Note(), 1);
    REQUIRE(id);
    CHECK(timer::cancel(f.system, *third, *id).error() == Error::NotOwner);
    CHECK(timer::cancel(f.system, moved, *id) == Cancelled::BeforeItRan);
}

TEST_CASE("timer: owners and the authority move, and are not copied") {
    static_assert(core::Send<timer::Owner> && !std::is_copy_constructible_v<timer::Owner>);
    static_assert(core::Send<timer::Authority> && !std::is_copy_constructible_v<timer::Authority>);
    static_assert(core::Send<timer::TimerId>);
}
