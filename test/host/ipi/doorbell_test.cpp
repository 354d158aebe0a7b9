// SPDX-License-Identifier: MIT
// Who is rung when, and doorbells that fail. One thread plays all CPUs.
#include <doctest/doctest.h>

#include "kinds.hpp"

using namespace ipi_test;
using ipi::IpiMessage;
using ipi::post;

namespace {

using Usual = All<Numbers>;

/// What CPU 0 counts of what it posted to another: rung, merged, polled, rolled back.
std::array<std::uint64_t, 4> counted(Usual& system, CpuId to) {
    const ipi::PairCounters& pair = system.sent(zero, to);
    return {pair.rung.remote_load(), pair.merged.remote_load(), pair.polled.remote_load(),
            pair.rolled_back.remote_load()};
}
using Counted = std::array<std::uint64_t, 4>;

bool has_work(Usual& system) {
    const core::IrqOff masked;
    return ipi::Feature<Numbers>::has_work(system, masked);
}

/// CPU 0 has posted a number to CPU 1, whose doorbell failed.
void fail_once(Usual& system) {
    system.failing_rings = 1;
    CHECK(post_number(system, one, 1)); // posted all the same
    CHECK_FALSE(system.is_rung(one));
    CHECK(counted(system, one) == Counted{0, 0, 0, 1});
}

/// That CPU 1 is rung now and has all its messages; nobody rings again.
void check_rung(Usual& system, const Lines& lines) {
    CHECK(system.take_interrupt(one));
    CHECK(system.seen(one) == lines);
    const std::size_t rings = system.rings.size();
    CHECK_FALSE(ipi::serve_at_task_level(system));
    system.handle([&](core::IrqContext& irq) { ipi::serve(system, irq); });
    CHECK_FALSE(has_work(system));
    CHECK(system.rings.size() == rings);
}

} // namespace

TEST_CASE("ipi: INV-IPI-1: the first message rings, others merge until the receiver has looked") {
    Usual system;
    CHECK(post_number(system, one, 1));
    CHECK(system.is_rung(one));
    CHECK(post_number(system, one, 2));
    CHECK(post<Nudge>(system, one, IpiMessage<Nudge>()).has_value());
    system.as(two, [&] { CHECK(post_number(system, one, 3)); });
    CHECK(system.rings == std::vector{one});
    CHECK(counted(system, one) == Counted{1, 2, 0, 0});
    CHECK(system.sent(two, one).merged.remote_load() == 1);
    CHECK(system.take_interrupt(one));
    CHECK(system.seen(one) == Lines{"0 nudge 0", "0 number 1", "0 number 2", "2 number 3"});
    CHECK(post_number(system, one, 4));
    CHECK(counted(system, one) == Counted{2, 2, 0, 0});
}

TEST_CASE("ipi: INV-IPI-1: an idle CPU that looks needs no ring, and is told what came") {
    Usual system;
    system.play(one);
    CHECK_FALSE(has_work(system));
    auto& pending = system.remote<ipi::Feature>(one).pending;
    pending.begin_polling(); // in the middle of has_work
    system.as(zero, [&] { CHECK(post_number(system, one, 1)); });
    CHECK(counted(system, one) == Counted{0, 0, 1, 0});
    CHECK_FALSE(system.is_rung(one));
    CHECK(has_work(system));
    CHECK(has_work(system)); // until it is taken
    CHECK(ipi::Feature<Numbers>::run(system));
    CHECK(system.seen(one) == Lines{"0 number 1"});
    CHECK_FALSE(has_work(system));
    CHECK_FALSE(ipi::Feature<Numbers>::run(system));
    system.as(zero, [&] { CHECK(post_number(system, one, 2)); });
    CHECK(system.is_rung(one)); // nobody looks any more
}

TEST_CASE("ipi: a doorbell with nothing behind it is legal") {
    Usual system;
    CHECK(system.ring(one));
    CHECK(system.take_interrupt(one));
    CHECK(system.seen(one).empty());
    CHECK_FALSE(system.is_rung(one));
    CHECK(system.remote<ipi::Feature>(one).cut_short.remote_load() == 0);
}

TEST_CASE("ipi: INV-IPI-2: a doorbell that failed rings with the sender's next post to that CPU") {
    Usual system;
    fail_once(system);
    CHECK(post_number(system, two, 5)); // another's doorbell does not make up for it
    CHECK_FALSE(system.is_rung(one));
    CHECK(post_number(system, one, 2));
    CHECK(counted(system, one) == Counted{1, 0, 0, 1});
    check_rung(system, {"0 number 1", "0 number 2"});
}

TEST_CASE("ipi: INV-IPI-2: a doorbell that failed rings with anybody's next post to that CPU") {
    Usual system;
    fail_once(system);
    system.as(two, [&] { CHECK(post_number(system, one, 2)); });
    CHECK(system.sent(two, one).rung.remote_load() == 1);
    CHECK(system.take_interrupt(one));
    CHECK(system.seen(one) == Lines{"0 number 1", "2 number 2"});
}

TEST_CASE("ipi: INV-IPI-2: a doorbell of a CPU that has stopped is let alone") {
    Usual system;
    fail_once(system);
    system.life(one).stop();
    CHECK_FALSE(ipi::serve_at_task_level(system));
    CHECK_FALSE(has_work(system));
    CHECK(system.rings == std::vector{one}); // that once
}

TEST_CASE("ipi: INV-IPI-2: a doorbell that failed rings with a mask that has that CPU in it") {
    Usual system;
    fail_once(system);
    core::CpuSet<Usual::max_cpus> two_cpus;
    two_cpus.insert(one);
    two_cpus.insert(two);
    CHECK(ipi::post_mask<Nudge>(system, two_cpus).posted.size() == 2);
    CHECK(system.mask_rings == std::vector{2U});
    check_rung(system, {"0 nudge 0", "0 number 1"});
}

TEST_CASE("ipi: INV-IPI-2: a doorbell that failed rings at the next kernel entry") {
    Usual system;
    fail_once(system);
    SUBCASE("a software interrupt") {
        system.handle([&](core::IrqContext& irq) {
            ipi::Feature<Numbers>::on_software_interrupt(system, irq);
        });
    }
    SUBCASE("a timer interrupt") {
        system.handle(
            [&](core::IrqContext& irq) { ipi::Feature<Numbers>::on_timer_interrupt(system, irq); });
    }
    CHECK(counted(system, one) == Counted{1, 0, 0, 1});
    check_rung(system, {"0 number 1"});
}

TEST_CASE("ipi: INV-IPI-2: a doorbell that failed rings before its sender sleeps") {
    Usual system;
    fail_once(system);
    CHECK(has_work(system));
    CHECK_FALSE(ipi::Feature<Numbers>::run(system)); // rang: nothing else was there
    CHECK(counted(system, one) == Counted{1, 0, 0, 1});
    check_rung(system, {"0 number 1"});
}

TEST_CASE("ipi: INV-IPI-2: it rings until it succeeds, and its sender does not sleep") {
    Usual system;
    fail_once(system);
    system.failing_rings = 3;
    CHECK(ipi::Feature<Numbers>::run(system)); // still to be done
    CHECK(post_number(system, one, 2));
    system.handle([&](core::IrqContext& irq) { ipi::serve(system, irq); });
    CHECK(counted(system, one) == Counted{0, 0, 0, 4});
    CHECK_FALSE(system.is_rung(one));
    CHECK(has_work(system));
    CHECK_FALSE(ipi::Feature<Numbers>::run(system));
    CHECK(counted(system, one) == Counted{1, 0, 0, 4});
    check_rung(system, {"0 number 1", "0 number 2"});
}

TEST_CASE("ipi: INV-IPI-2: of a mask whose ring failed each is rung again, by itself") {
    Usual system;
    core::CpuSet<Usual::max_cpus> three_cpus;
    for (const CpuId cpu : {one, two, three})
        three_cpus.insert(cpu);
    system.failing_rings = 3;
    CHECK(ipi::post_mask<Nudge>(system, three_cpus).posted.size() == 3);
    for (const CpuId cpu : {one, two, three})
        CHECK(counted(system, cpu) == Counted{0, 0, 0, 1});
    CHECK(post_number(system, two, 1));
    CHECK(system.is_rung(two));
    CHECK_FALSE(ipi::serve_at_task_level(system));
    for (const CpuId cpu : {one, two, three}) {
        CHECK(system.take_interrupt(cpu));
        CHECK(counted(system, cpu) == Counted{1, 0, 0, 1});
    }
}
