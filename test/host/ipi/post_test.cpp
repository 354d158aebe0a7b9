// SPDX-License-Identifier: MIT
// Posting: what arrives, what comes back and why. One thread plays all CPUs.
#include <doctest/doctest.h>

#include "../dies.hpp"
#include "kinds.hpp"

using namespace ipi_test;
using ipi::IpiMessage;
using ipi::post;
using ipi::post_all;
using ipi::post_mask;
using ipi::Reason;
using ipi::try_post;

namespace {

using Usual = All<Numbers>;
constexpr std::uint32_t capacity = room<Numbers>;

/// Why a post came back; nothing if it did not.
template <class Posted>
std::optional<Reason> why(const Posted& posted) {
    return posted ? std::optional<Reason>() : posted.error().reason;
}

/// That all kinds come back from `target` for this reason, whole, and nobody is rung.
void all_come_back(Usual& system, CpuId target, Reason reason) {
    Node node;
    CHECK(why(post<Nudge>(system, target, IpiMessage<Nudge>())) == reason);
    const auto sum = post<Sum>(system, target, IpiMessage<Sum>(5));
    REQUIRE(why(sum) == reason);
    CHECK(sum.error().value.content() == 5);
    const auto parcel = post<Parcel>(system, target, IpiMessage<Parcel>(node));
    REQUIRE(why(parcel) == reason);
    CHECK(&parcel.error().value.content() == &node);
    const auto number = try_post<Number>(system, target, IpiMessage<Number>(7));
    REQUIRE(why(number) == reason);
    CHECK(number.error().value.content() == 7);
    auto admit = try_post<Admit>(system, target, IpiMessage<Admit>(Ticket(9)));
    REQUIRE(why(admit) == reason);
    CHECK(std::move(admit.error().value).take().number() == 9);
    CHECK(system.rings.empty());
}

std::uint32_t fill(Usual& system, CpuId target) {
    std::uint32_t count = 0;
    while (count < 100 && post_number(system, target, count))
        ++count;
    return count;
}

std::uint64_t refused(Usual& system, CpuId target) {
    return system.sent(system.this_cpu(), target).refused.remote_load();
}

} // namespace

TEST_CASE("ipi: a message of each carrier reaches its handler, who knows its sender") {
    Usual system;
    Node node;
    node.number = 6;
    Node other;
    other.number = 8;
    CHECK(post<Nudge>(system, one, IpiMessage<Nudge>()).has_value());
    CHECK(post<Sum>(system, one, IpiMessage<Sum>(5)).has_value());
    CHECK(post<Parcel>(system, one, IpiMessage<Parcel>(node)).has_value());
    CHECK(post<Other>(system, one, IpiMessage<Other>(other)).has_value());
    CHECK(post_number(system, one, 7));
    system.as(three, [&] {
        CHECK(try_post<Admit>(system, one, IpiMessage<Admit>(Ticket(9))).has_value());
        CHECK(try_post<Few>(system, one, IpiMessage<Few>(2)).has_value());
    });
    CHECK(system.seen(one).empty()); // until its interrupt comes
    CHECK(system.take_interrupt(one));
    CHECK(system.seen(one) == Lines{"0 parcel 6", "0 other 8", "0 nudge 0", "0 sum 5", "0 number 7",
                                    "3 ticket 9", "3 few 2"});
    for (const CpuId cpu : {zero, two, three}) {
        CHECK_FALSE(system.take_interrupt(cpu));
        CHECK(system.seen(cpu).empty());
    }
}

TEST_CASE("ipi: a CPU posts to itself") {
    Usual system;
    system.play(two);
    CHECK(post_number(system, two, 1));
    CHECK(post<Nudge>(system, two, IpiMessage<Nudge>()).has_value());
    CHECK(system.take_interrupt());
    CHECK(system.seen(two) == Lines{"2 nudge 0", "2 number 1"});
}

TEST_CASE("ipi: INV-IPI-3: numbers of one sender come in order, past the end of the ring") {
    Usual system;
    std::uint64_t next = 0;
    Lines expected;
    for (int round = 0; round < 10; ++round) {
        for (std::uint32_t i = 0; i <= static_cast<std::uint32_t>(round) % capacity; ++i) {
            expected.push_back("0 number " + std::to_string(next));
            CHECK(post_number(system, one, next++));
        }
        CHECK(system.take_interrupt(one));
    }
    CHECK(system.seen(one) == expected);
    CHECK(system.sent(zero, one).posted.remote_load() == next);
    CHECK(system.remote<ipi::Feature>(one).drained[0].remote_load() == next);
}

TEST_CASE("ipi: states merge: a bit is one, a slot is joined, and each is handled once") {
    Usual system;
    for (std::uint64_t i = 1; i <= 3; ++i) {
        CHECK(post<Nudge>(system, one, IpiMessage<Nudge>()).has_value());
        CHECK(post<Sum>(system, one, IpiMessage<Sum>(i)).has_value());
        system.as(two, [&] { CHECK(post<Sum>(system, one, IpiMessage<Sum>(10 * i)).has_value()); });
    }
    CHECK(system.take_interrupt(one));
    CHECK(system.seen(one) == Lines{"0 nudge 0", "0 sum 6", "2 sum 60"});
    system.seen(one).clear();
    CHECK(post<Sum>(system, one, IpiMessage<Sum>(4)).has_value());
    CHECK(system.take_interrupt(one));
    CHECK(system.seen(one) == Lines{"0 sum 4"}); // no bit, and nothing of the last sum
}

TEST_CASE("ipi: test_reject_target: there is no such CPU") {
    Usual system(2);
    all_come_back(system, two, Reason::InvalidCpu);
    all_come_back(system, CpuId{Usual::max_cpus}, Reason::InvalidCpu);
    all_come_back(system, CpuId{0xFFFF'FFFF}, Reason::InvalidCpu);
}

TEST_CASE("ipi: test_reject_target: it is not online, and that is counted") {
    Usual system;
    system.life(one).stop();
    all_come_back(system, one, Reason::Offline);
    CHECK(refused(system, one) == 5);
    system.life(two).begin(); // on its way
    all_come_back(system, two, Reason::Offline);
    CHECK(system.life(two).give_up());
    all_come_back(system, two, Reason::Offline);
    CHECK(refused(system, two) == 10);
    CHECK(refused(system, three) == 0);
    CHECK(system.sent(zero, one).posted.remote_load() == 0);
}

TEST_CASE("ipi: test_reject_full: a mailbox takes what its ring holds, of each sender") {
    Usual system;
    CHECK(fill(system, one) == capacity);
    for (int i = 0; i < 2; ++i) {
        auto admit = try_post<Admit>(system, one, IpiMessage<Admit>(Ticket(9)));
        REQUIRE(why(admit) == Reason::MailboxFull);
        CHECK(admit.error().value.content().number() == 9); // whole
    }
    CHECK(refused(system, one) == 3);
    Node node;
    CHECK(post<Parcel>(system, one, IpiMessage<Parcel>(node)).has_value()); // needs no ring
    CHECK(post<Sum>(system, one, IpiMessage<Sum>(1)).has_value());
    CHECK(fill(system, two) == capacity);
    CHECK(system.as(two, [&] { return fill(system, one); }) == capacity);
    CHECK(system.take_interrupt(one));
    CHECK(fill(system, one) == capacity);
}

TEST_CASE("ipi: test_reject_full: a kind that has its own bound leaves room to others") {
    Usual system;
    const auto few = [&](std::uint32_t n) {
        return try_post<Few>(system, one, IpiMessage<Few>(n));
    };
    CHECK(few(1).has_value());
    CHECK(post_number(system, one, 2));
    CHECK(few(3).has_value());
    const auto third = few(4);
    REQUIRE(why(third) == Reason::KindFull);
    CHECK(third.error().value.content() == 4);
    CHECK(post_number(system, one, 5));
    CHECK(why(few(6)) == Reason::KindFull); // also where the ring is full
    CHECK_FALSE(post_number(system, one, 7));
    CHECK(system.take_interrupt(one));
    CHECK(few(8).has_value());
    CHECK(few(9).has_value());
    CHECK(why(few(10)) == Reason::KindFull);
    CHECK(system.take_interrupt(one));
    CHECK(system.seen(one) ==
          Lines{"0 few 1", "0 number 2", "0 few 3", "0 number 5", "0 few 8", "0 few 9"});
    CHECK(refused(system, one) == 4);
}

TEST_CASE("ipi: test_reject_best_effort: without a token it comes back; others are not limited") {
    Usual system;
    const auto chat = [&](CpuId to) {
        return why(try_post<Chatter>(system, to, IpiMessage<Chatter>(3)));
    };
    CHECK_FALSE(chat(one).has_value());
    CHECK_FALSE(chat(two).has_value()); // tokens are the sender's, whoever is spoken to
    const auto third = try_post<Chatter>(system, one, IpiMessage<Chatter>(4));
    REQUIRE(why(third) == Reason::RateLimited);
    CHECK(third.error().value.content() == 4);
    CHECK(refused(system, one) == 1);
    CHECK(post_number(system, one, 1)); // what is about correctness
    CHECK(post<Nudge>(system, one, IpiMessage<Nudge>()).has_value());
    CHECK_FALSE(system.as(three, [&] { return chat(one); }).has_value());
    system.time += Numbers::ipi_token_microseconds;
    CHECK_FALSE(chat(one).has_value());
    CHECK(chat(one) == Reason::RateLimited);
}

TEST_CASE("ipi: a best-effort message that finds no room takes no token") {
    Usual system;
    CHECK(fill(system, one) == capacity);
    for (int i = 0; i < 5; ++i)
        CHECK(why(try_post<Chatter>(system, one, IpiMessage<Chatter>(0))) == Reason::MailboxFull);
    for (int i = 0; i < 2; ++i)
        CHECK(try_post<Chatter>(system, two, IpiMessage<Chatter>(0)).has_value());
}

TEST_CASE("ipi: a mask: each CPU its own copy, refusals by CPU, one ring for all") {
    Usual system(3);
    system.life(two).stop();
    core::CpuSet<Usual::max_cpus> all = core::CpuSet<Usual::max_cpus>::first(4);
    const auto outcomes = post_mask<Number>(system, all, std::uint64_t{7});
    CHECK(outcomes.posted == core::CpuSet<Usual::max_cpus>::first(2));
    CHECK(outcomes.refused.size() == 2);
    CHECK(outcomes.refused.contains(two));
    CHECK(outcomes.why[2] == Reason::Offline);
    CHECK(outcomes.refused.contains(three));
    CHECK(outcomes.why[3] == Reason::InvalidCpu);
    CHECK(system.mask_rings == std::vector{2U});
    for (const CpuId cpu : {zero, one}) {
        CHECK(system.take_interrupt(cpu));
        CHECK(system.seen(cpu) == Lines{"0 number 7"});
        CHECK(system.sent(zero, cpu).rung.remote_load() == 1);
    }
    CHECK(refused(system, two) == 1);
}

TEST_CASE("ipi: a mask rings only those that nobody has rung") {
    Usual system;
    CHECK(post_number(system, one, 1));
    system.remote<ipi::Feature>(two).pending.begin_polling();
    core::CpuSet<Usual::max_cpus> three_cpus;
    for (const CpuId cpu : {one, two, three})
        three_cpus.insert(cpu);
    CHECK(post_mask<Nudge>(system, three_cpus).posted.size() == 3);
    CHECK(system.mask_rings == std::vector{1U});
    CHECK(system.is_rung(three));
    CHECK_FALSE(system.is_rung(two));
    CHECK(system.sent(zero, one).merged.remote_load() == 1);
    CHECK(system.sent(zero, two).polled.remote_load() == 1);
    CHECK(system.sent(zero, three).rung.remote_load() == 1);
    CHECK(post_mask<Nudge>(system, three_cpus).posted.size() == 3);
    CHECK(post_mask<Nudge>(system, {}).posted.empty());
    CHECK(system.mask_rings.size() == 1); // nobody left to ring
}

TEST_CASE("ipi: to all means to the others that are online") {
    Usual system(4);
    system.life(three).stop();
    system.play(one);
    const auto outcomes = post_all<Sum>(system, std::uint64_t{4});
    CHECK(outcomes.posted.size() == 2);
    CHECK(outcomes.refused.empty());
    CHECK(system.mask_rings == std::vector{2U});
    for (const CpuId cpu : {zero, two}) {
        CHECK(system.take_interrupt(cpu));
        CHECK(system.seen(cpu) == Lines{"1 sum 4"});
    }
    CHECK_FALSE(system.is_rung(one));
    CHECK_FALSE(system.is_rung(three));
}

TEST_CASE("ipi: posting leaves interrupts as they were, and is legal in a handler") {
    Usual system;
    CHECK(post_number(system, one, 1));
    CHECK(env::irq_enabled());
    system.handle([&](core::IrqContext&) {
        CHECK(post_number(system, one, 2));
        CHECK_FALSE(env::irq_enabled());
    });
    CHECK(env::irq_enabled());
    CHECK(system.take_interrupt(one));
    CHECK(system.seen(one) == Lines{"0 number 1", "0 number 2"});
}

TEST_CASE("ipi: the kinds of the library itself: look again, and leave") {
    Usual system;
    CHECK(post<ipi::Reschedule>(system, one, IpiMessage<ipi::Reschedule>()).has_value());
    CHECK(system.take_interrupt(one));
    CHECK(system.seen(one) == Lines{"1 reschedule 0"}); // the features are told
    CHECK(post<ipi::Stop>(system, one, IpiMessage<ipi::Stop>()).has_value());
    CHECK(system.take_interrupt(one));
    CHECK(system.life(one).state() == percpu::LifeState::Stopped);
    CHECK(why(post<Nudge>(system, one, IpiMessage<Nudge>())) == Reason::Offline);
}

TEST_CASE("ipi: INV-IPI-4: test_reject_moved_from: a message that is gone has no object") {
    Node node;
    IpiMessage<Parcel> first(node);
    IpiMessage<Parcel> second(std::move(first));
    CHECK(&second.content() == &node);
    first = std::move(second);
    CHECK(&first.content() == &node);
    CHECK(host_test::last_words([&] {
              (void)second.content();
          }).ends_with(": IpiMessage: it was moved from\n"));
}

TEST_CASE("ipi: reasons have names") {
    CHECK(to_string(Reason::InvalidCpu) == "InvalidCpu");
    CHECK(to_string(Reason::Offline) == "Offline");
    CHECK(to_string(Reason::MailboxFull) == "MailboxFull");
    CHECK(to_string(Reason::KindFull) == "KindFull");
    CHECK(to_string(Reason::RateLimited) == "RateLimited");
}
