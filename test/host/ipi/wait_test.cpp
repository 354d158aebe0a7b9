// SPDX-License-Identifier: MIT
// Waiting for another CPU and calling it. One thread plays all CPUs: what the other does while this
// one waits happens when it looks at the clock.
#include <doctest/doctest.h>

#include "../dies.hpp"
#include "kinds.hpp"

using namespace ipi_test;
using host_test::last_words;
using ipi::call_on;
using ipi::CallError;
using ipi::IpiMessage;
using ipi::post_and_wait;
using ipi::WaitError;
using sync::NoLocks;

namespace {

using Usual = All<Numbers>;

/// The other CPU takes its interrupt while this one waits.
void serve_meanwhile(Usual& system, CpuId cpu) {
    system.meanwhile = [&system, cpu] { (void)system.take_interrupt(cpu); };
}
/// Nobody serves anything; time goes by.
void pass_time_meanwhile(Usual& system) {
    system.meanwhile = [&system] { system.time += Usual::diagnostic_ticks / 4; };
}
/// The other one leaves, having served nothing.
void stop_meanwhile(Usual& system, CpuId cpu) {
    system.meanwhile = [&system, cpu] { system.life(cpu).stop(); };
}

/// Which CPU ran it, and twice the number.
constexpr auto twice = [](core::IrqContext&, std::uint64_t number) {
    return std::pair(percpu::this_cpu().cpu, 2 * number);
};
constexpr auto admit = [](core::IrqContext&, Ticket first, Ticket second) {
    return Ticket(first.number() * second.number());
};

/// That a call works, and its answer is its own.
void check_call(Usual& system, CpuId cpu, std::uint64_t number) {
    serve_meanwhile(system, cpu);
    const auto answer = call_on(system, NoLocks(), cpu, twice, number);
    REQUIRE(answer.has_value());
    CHECK(answer->first == cpu);
    CHECK(answer->second == 2 * number);
}

/// That a call that is refused leaves its arguments alone, the one that moves too.
void check_refused(Usual& system, CpuId cpu, CallError why) {
    Ticket first(3);
    Ticket second(5);
    const auto answer = call_on(system, NoLocks(), cpu, admit, std::move(first), std::move(second));
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error() == why);
    CHECK(first.number() == 3);
    CHECK(second.number() == 5);
    CHECK(env::execution().pins == 0);
}

} // namespace

TEST_CASE("ipi: who waits goes on when its message was handled") {
    Usual system;
    serve_meanwhile(system, one);
    CHECK(post_and_wait<Nudge>(system, NoLocks(), one, IpiMessage<Nudge>()).has_value());
    CHECK(system.seen(one) == Lines{"0 nudge 0"});
    CHECK(post_and_wait<Sum>(system, NoLocks(), one, IpiMessage<Sum>(4)).has_value());
    CHECK(system.seen(one) == Lines{"0 nudge 0", "0 sum 4"});
    for (std::uint64_t number = 0; number < 6; ++number) {
        CHECK(post_number(system, one, number)); // those before it are handled, too
        CHECK(post_and_wait<Number>(system, NoLocks(), one, IpiMessage<Number>(10 + number))
                  .has_value());
        CHECK(system.seen(one).back() == "0 number " + std::to_string(10 + number));
    }
    CHECK(post_and_wait<Number>(system, NoLocks(), zero, IpiMessage<Number>(7)).has_value());
    CHECK(system.seen(zero) == Lines{"0 number 7"}); // for itself
    CHECK(env::execution().pins == 0);
}

TEST_CASE("ipi: who waits does not wait for what is posted after it") {
    Usual system;
    // As a handler of this CPU would: posted in the same lane before the first was handled.
    const auto goes_on = [&](auto wait, auto post_more) {
        system.meanwhile = [&] {
            system.time += Usual::diagnostic_ticks / 10;
            post_more();
            (void)system.take_interrupt(one);
        };
        CHECK(wait().has_value());
    };
    goes_on([&] { return post_and_wait<Sum>(system, NoLocks(), one, IpiMessage<Sum>(4)); },
            [&] { CHECK(ipi::post<Sum>(system, one, IpiMessage<Sum>(1)).has_value()); });
    CHECK(system.seen(one) == Lines{"0 sum 5"});
    goes_on([&] { return post_and_wait<Number>(system, NoLocks(), one, IpiMessage<Number>(4)); },
            [&] { CHECK(post_number(system, one, 5)); });
    CHECK(system.seen(one) == Lines{"0 sum 5", "0 number 4", "0 number 5"});
}

TEST_CASE("ipi: test_reject_wait: what is refused comes back") {
    Usual system(3);
    system.life(two).stop();
    const auto invalid = post_and_wait<Sum>(system, NoLocks(), three, IpiMessage<Sum>(4));
    REQUIRE_FALSE(invalid.has_value());
    CHECK(invalid.error().error == WaitError::Refused);
    CHECK(invalid.error().refusal->reason == ipi::Reason::InvalidCpu);
    CHECK(invalid.error().refusal->value.content() == 4);
    const auto offline = post_and_wait<Admit>(system, NoLocks(), two, IpiMessage<Admit>(Ticket(9)));
    REQUIRE_FALSE(offline.has_value());
    CHECK(offline.error().error == WaitError::Refused);
    CHECK(offline.error().refusal->reason == ipi::Reason::Offline);
    CHECK(offline.error().refusal->value.content().number() == 9);
    while (post_number(system, one, 1)) {
    }
    const auto full = post_and_wait<Number>(system, NoLocks(), one, IpiMessage<Number>(4));
    REQUIRE_FALSE(full.has_value());
    CHECK(full.error().refusal->reason == ipi::Reason::MailboxFull);
    CHECK(env::execution().pins == 0);
    CHECK_FALSE(system.remote<ipi::Feature>(zero).pending.end_polling());
    system.as(one, [&] { CHECK(post_number(system, zero, 1)); });
    CHECK(system.is_rung(zero)); // it does not look by itself
}

TEST_CASE("ipi: a wait ends when its time is up, and the message is handled later") {
    Usual system;
    pass_time_meanwhile(system);
    const auto state = post_and_wait<Sum>(system, NoLocks(), one, IpiMessage<Sum>(4));
    REQUIRE_FALSE(state.has_value());
    CHECK(state.error().error == WaitError::TimedOut);
    CHECK_FALSE(state.error().refusal.has_value());
    CHECK(system.time >= Usual::diagnostic_ticks); // no sooner, nor much later
    CHECK(system.time < 2 * Usual::diagnostic_ticks);
    const auto number = post_and_wait<Number>(system, NoLocks(), one, IpiMessage<Number>(5));
    REQUIRE_FALSE(number.has_value());
    CHECK(number.error().error == WaitError::TimedOut);
    system.meanwhile = nullptr;
    CHECK(system.take_interrupt(one));
    CHECK(system.seen(one) == Lines{"0 sum 4", "0 number 5"});
}

TEST_CASE("ipi: a wait for a CPU that stops ends") {
    Usual system;
    stop_meanwhile(system, one);
    const auto answer = post_and_wait<Nudge>(system, NoLocks(), one, IpiMessage<Nudge>());
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().error == WaitError::Stopped);
    // One that had handled it before it stopped has handled it.
    system.meanwhile = [&] {
        (void)system.take_interrupt(two);
        system.life(two).stop();
    };
    CHECK(post_and_wait<Nudge>(system, NoLocks(), two, IpiMessage<Nudge>()).has_value());
}

TEST_CASE("ipi: who waits handles what is posted to it, and need not be rung") {
    Usual system;
    unsigned looks = 0;
    system.meanwhile = [&] {
        ++looks;
        system.as(one, [&] {
            CHECK(post_number(system, zero, looks));
            if (looks == 3)
                CHECK(system.take_interrupt());
        });
    };
    CHECK(post_and_wait<Nudge>(system, NoLocks(), one, IpiMessage<Nudge>()).has_value());
    CHECK(looks >= 3);
    system.meanwhile = nullptr;
    CHECK(system.sent(one, zero).polled.remote_load() > 0);
    CHECK(system.sent(one, zero).rung.remote_load() == 0);
    CHECK(system.seen(zero).size() == looks); // none is left
    CHECK_FALSE(system.is_rung(zero));
    system.as(one, [&] { CHECK(post_number(system, zero, 9)); });
    CHECK(system.is_rung(zero)); // no longer
}

TEST_CASE("ipi: INV-IPI-1: what comes in the last moment of a wait is handled, too") {
    Usual system;
    system.meanwhile = [&] {
        system.time += Usual::diagnostic_ticks;
        system.as(one, [&] { CHECK(post_number(system, zero, system.time)); });
    };
    CHECK_FALSE(post_and_wait<Nudge>(system, NoLocks(), two, IpiMessage<Nudge>()).has_value());
    CHECK_FALSE(system.is_rung(zero)); // its sender was told that this CPU looks
    CHECK(system.seen(zero) == Lines{"1 number 1000"});
}

TEST_CASE("ipi: INV-IPI-2: who waits for a CPU whose doorbell failed rings until it succeeds") {
    Usual system;
    serve_meanwhile(system, one);
    system.failing_rings = 3;
    CHECK(post_and_wait<Nudge>(system, NoLocks(), one, IpiMessage<Nudge>()).has_value());
    CHECK(system.failing_rings == 0);
    CHECK(system.sent(zero, one).rolled_back.remote_load() == 3);
    CHECK(system.sent(zero, one).rung.remote_load() == 1);
    system.failing_rings = 3;
    check_call(system, one, 4);
    CHECK(system.sent(zero, one).rolled_back.remote_load() == 6);
    CHECK(system.sent(zero, one).rung.remote_load() == 2);
}

TEST_CASE("ipi: a call runs over there, and brings its answer back") {
    Usual system;
    for (std::uint32_t cpu = 0; cpu < 4; ++cpu)
        check_call(system, CpuId{cpu}, 10 + cpu);
    CHECK(system.sent(zero, one).posted.remote_load() == 1);
    serve_meanwhile(system, one);
    Ticket first(3);
    const auto ticket = call_on(system, NoLocks(), one, admit, std::move(first), Ticket(5));
    REQUIRE(ticket.has_value());
    CHECK(ticket->number() == 15);
    CHECK(first.number() == 0); // handed over
    static int ran;
    ran = 0;
    const core::Result<void, CallError> nothing =
        call_on(system, NoLocks(), one, [](core::IrqContext&) { ++ran; });
    CHECK(nothing.has_value());
    CHECK(ran == 1);
    CHECK(env::execution().pins == 0);
}

TEST_CASE("ipi: CPUs call each other, also from a wait") {
    Usual system;
    // CPU 1 calls 0 back before it serves 0's call.
    bool called = false;
    system.meanwhile = [&] {
        system.as(one, [&] {
            if (!std::exchange(called, true)) {
                const auto pins = std::exchange(env::execution().pins, 0U); // another CPU's
                CHECK(call_on(system, NoLocks(), one, twice, std::uint64_t{1}).has_value());
                env::execution().pins = pins;
            }
            (void)system.take_interrupt();
        });
    };
    const auto answer = call_on(system, NoLocks(), one, twice, std::uint64_t{21});
    REQUIRE(answer.has_value());
    CHECK(answer->second == 42);
}

TEST_CASE("ipi: test_reject_call: a call that is not posted leaves its arguments as they were") {
    Usual system(3);
    check_refused(system, three, CallError::InvalidCpu);
    check_refused(system, CpuId{1000}, CallError::InvalidCpu);
    system.life(two).stop();
    check_refused(system, two, CallError::Offline);
    // It leaves between the two looks.
    unsigned looks = 0;
    system.at_look = [&] {
        if (++looks == 2)
            system.life(one).stop();
    };
    check_refused(system, one, CallError::Offline);
    CHECK(looks >= 2);
    system.at_look = nullptr;
    check_call(system, zero, 4); // the cell is free
}

TEST_CASE("ipi: INV-IPI-6: a call that timed out keeps its cell until the other CPU came to it") {
    Usual system;
    pass_time_meanwhile(system);
    static int ran;
    ran = 0;
    const auto late = call_on(system, NoLocks(), one, [](core::IrqContext&) { return ++ran; });
    REQUIRE_FALSE(late.has_value());
    CHECK(late.error() == CallError::TimedOut);
    check_refused(system, two, CallError::Busy); // whomever it calls
    check_refused(system, one, CallError::Busy);
    system.meanwhile = nullptr;
    CHECK(system.take_interrupt(one));
    CHECK(ran == 0);
    check_call(system, two, 7);
}

TEST_CASE("ipi: INV-IPI-6: a call is done if it is done just when time is up") {
    Usual system;
    system.meanwhile = [&] {
        (void)system.take_interrupt(one);
        system.time += Usual::diagnostic_ticks;
    };
    const auto answer = call_on(system, NoLocks(), one, twice, std::uint64_t{4});
    REQUIRE(answer.has_value());
    CHECK(answer->second == 8);
}

TEST_CASE("ipi: INV-IPI-6: a call is done if it is done when its caller gives up") {
    Usual system;
    system.meanwhile = [&] { system.time += Usual::diagnostic_ticks; };
    system.at_look = [&] { // after the last look at the clock
        if (system.time >= Usual::diagnostic_ticks)
            (void)system.take_interrupt(one);
    };
    const auto answer = call_on(system, NoLocks(), one, twice, std::uint64_t{4});
    REQUIRE(answer.has_value());
    CHECK(answer->second == 8);
    system.at_look = nullptr;
    check_call(system, two, 7);
}

TEST_CASE("ipi: INV-IPI-6: a call is done if the other CPU did it before it stopped") {
    Usual system;
    system.meanwhile = [&] {
        (void)system.take_interrupt(one);
        system.life(one).stop();
    };
    const auto answer = call_on(system, NoLocks(), one, twice, std::uint64_t{4});
    REQUIRE(answer.has_value());
    CHECK(answer->second == 8);
}

TEST_CASE("ipi: INV-IPI-6: the cell of a call that timed out is free once the other CPU stops") {
    Usual system;
    pass_time_meanwhile(system);
    const auto late = call_on(system, NoLocks(), one, admit, Ticket(1), Ticket(2));
    REQUIRE_FALSE(late.has_value());
    check_refused(system, two, CallError::Busy);
    system.life(one).stop();
    check_call(system, two, 7);
}

TEST_CASE("ipi: INV-IPI-6: a call to a CPU that stops fails, and its cell is free") {
    Usual system;
    stop_meanwhile(system, one);
    const auto answer = call_on(system, NoLocks(), one, admit, Ticket(1), Ticket(2));
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error() == CallError::Stopped);
    check_call(system, two, 7);
}

TEST_CASE("ipi: test_reject_wait: where nothing may block, the image ends") {
    const auto said = [](auto in) {
        return last_words([&] {
            Usual system;
            in(system);
        });
    };
    const auto call = [](Usual& system) { (void)call_on(system, NoLocks(), one, twice, 1UL); };
    const auto wait = [](Usual& system) {
        (void)post_and_wait<Nudge>(system, NoLocks(), one, IpiMessage<Nudge>());
    };
    const auto check = [&](auto waits) {
        CHECK(said([&](Usual& system) {
                  system.handle([&](core::IrqContext&) { waits(system); });
              }).ends_with(": a blocking call inside a handler\n"));
        CHECK(said([&](Usual& system) {
                  const core::IrqOff masked;
                  waits(system);
              }).ends_with(": a blocking call with interrupts masked\n"));
        CHECK(said([&](Usual& system) {
                  const core::Pinned pinned;
                  waits(system);
              }).ends_with(": a blocking call while pinned\n"));
    };
    check(call);
    check(wait);
}

TEST_CASE("ipi: why a call failed has a name") {
    CHECK(to_string(CallError::InvalidCpu) == "InvalidCpu");
    CHECK(to_string(CallError::Offline) == "Offline");
    CHECK(to_string(CallError::Busy) == "Busy");
    CHECK(to_string(CallError::TimedOut) == "TimedOut");
    CHECK(to_string(CallError::Stopped) == "Stopped");
}
