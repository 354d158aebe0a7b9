// SPDX-License-Identifier: MIT
// The receiver's side: how much one interrupt handles, and whose turn it is. One thread plays all
// CPUs.
#include <algorithm>
#include <doctest/doctest.h>

#include "kinds.hpp"

using namespace ipi_test;
using ipi::IpiMessage;
using ipi::post;
using ipi::try_post;

namespace {

struct Two : Numbers {
    static constexpr std::uint32_t ipi_budget = 2;
};
struct Four : Numbers {
    static constexpr std::uint32_t ipi_budget = 4;
};

/// What CPU 3 sees in each of its interrupts, until no more come.
template <class AnySystem>
std::vector<Lines> interrupts(AnySystem& system) {
    std::vector<Lines> each;
    for (system.seen(three).clear(); system.take_interrupt(three); system.seen(three).clear()) {
        each.push_back(system.seen(three));
        REQUIRE(each.size() < 100);
    }
    return each;
}

template <class AnySystem>
std::uint64_t cut_short(AnySystem& system) {
    return system.template remote<ipi::Feature>(three).cut_short.remote_load();
}

template <class AnySystem>
void post_numbers(AnySystem& system, CpuId from, std::uint64_t first, std::uint64_t last) {
    system.as(from, [&] {
        for (std::uint64_t number = first; number <= last; ++number)
            REQUIRE(post_number(system, three, number));
    });
}

/// Answers its sender until there is nothing left.
struct Echo {
    using Carrier = ipi::Ring<std::uint32_t>;
    template <class System>
    static void on_message(System& system, core::IrqContext&, CpuId sender, std::uint32_t left) {
        system.note(sender, "echo", left);
        if (left != 0)
            CHECK(try_post<Echo>(system, sender, IpiMessage<Echo>(left - 1)).has_value());
    }
};
/// Goes round the same CPU again and again: the object is the handler's once it has arrived.
struct Again {
    using Carrier = ipi::Link<Node>;
    template <class System>
    static void on_message(System& system, core::IrqContext&, CpuId sender, Node& node) {
        system.note(sender, "again", node.number);
        if (node.number != 0) {
            --node.number;
            CHECK(post<Again>(system, system.this_cpu(), IpiMessage<Again>(node)).has_value());
        }
    }
};
/// Posts itself as long as there is anything left, as bits do.
struct Countdown {
    using Carrier = ipi::Slot<std::uint64_t>;
    static void merge(std::uint64_t& waiting, std::uint64_t newer) { waiting += newer; }
    template <class System>
    static void on_message(System& system, core::IrqContext&, CpuId sender, std::uint64_t left) {
        system.note(sender, "left", left);
        if (left != 0)
            CHECK(post<Countdown>(system, system.this_cpu(), IpiMessage<Countdown>(left - 1))
                      .has_value());
    }
};

} // namespace

TEST_CASE("ipi: INV-IPI-5: a drain handles as much as it may, the rest makes it come again") {
    All<Two> system;
    post_numbers(system, zero, 1, 4);
    post_numbers(system, one, 11, 11);
    CHECK(interrupts(system) ==
          std::vector<Lines>{{"0 number 1", "0 number 2"},
                             {"1 number 11", "0 number 3"}, // whoever is behind the last one
                             {"0 number 4"}});
    CHECK(cut_short(system) == 2);
    CHECK(system.rings == std::vector{three}); // the receiver does it by itself
}

TEST_CASE("ipi: INV-IPI-5: a sender whose ring is full again and again keeps no other waiting") {
    All<Two> system;
    std::uint64_t next = 0;
    const auto be_noisy = [&] {
        while (post_number(system, three, next))
            ++next;
    };
    for (std::uint32_t quiet = 1; quiet < 4; ++quiet) {
        be_noisy();
        post_numbers(system, CpuId{quiet}, 7, 7);
        const std::string wanted = std::to_string(quiet) + " number 7";
        unsigned waited = 0;
        for (system.seen(three).clear(); std::ranges::count(system.seen(three), wanted) == 0;) {
            REQUIRE(++waited <= 4); // at most one turn of each
            REQUIRE(system.take_interrupt(three));
            be_noisy();
        }
    }
}

TEST_CASE("ipi: INV-IPI-5: each sender's turn comes round, whoever began") {
    All<Two> system;
    for (const CpuId cpu : {zero, one, two})
        post_numbers(system, cpu, 1, 4);
    std::string turns;
    for (const Lines& lines : interrupts(system)) {
        REQUIRE(lines.size() == 2);
        CHECK(lines[0][0] == lines[1][0]);
        turns += lines[0][0];
    }
    CHECK(turns == "012012");
    // The last was 2: next is 3's turn, then 0's.
    for (const CpuId cpu : {two, three, zero})
        post_numbers(system, cpu, 5, 6);
    CHECK(interrupts(system) == std::vector<Lines>{{"3 number 5", "3 number 6"},
                                                   {"0 number 5", "0 number 6"},
                                                   {"2 number 5", "2 number 6"}});
}

TEST_CASE("ipi: INV-IPI-5: objects come first, and leave half of a drain to others that wait") {
    All<Four> system;
    std::array<Node, 5> nodes;
    for (std::uint32_t i = 0; i < 5; ++i) {
        nodes[i].number = i;
        system.as(CpuId{i % 3}, [&] {
            CHECK(post<Parcel>(system, three, IpiMessage<Parcel>(nodes[i])).has_value());
        });
    }
    post_numbers(system, zero, 7, 9);
    CHECK(post<Nudge>(system, three, IpiMessage<Nudge>()).has_value());
    CHECK(interrupts(system) ==
          std::vector<Lines>{{"0 parcel 0", "1 parcel 1", "0 nudge 0", "0 number 7", "0 number 8"},
                             {"2 parcel 2", "0 parcel 3", "0 number 9"},
                             {"1 parcel 4"}});
    CHECK(cut_short(system) == 2);
}

TEST_CASE("ipi: INV-IPI-5: objects that never end keep no message waiting") {
    System<Two, Again, Number> system;
    std::array<Node, 4> nodes;
    for (Node& node : nodes) {
        node.number = 1'000'000; // they come back at once
        CHECK(post<Again>(system, three, IpiMessage<Again>(node)).has_value());
    }
    CHECK(system.take_interrupt(three));
    system.seen(three).clear();
    post_numbers(system, one, 7, 7);
    for (unsigned waited = 0; std::ranges::count(system.seen(three), "1 number 7") == 0;) {
        REQUIRE(++waited <= 4);
        REQUIRE(system.take_interrupt(three));
    }
}

TEST_CASE("ipi: bits and slots of a sender are heard with its turn, and don't count") {
    All<Two> system;
    for (const CpuId cpu : {zero, one, two})
        system.as(cpu, [&] {
            CHECK(post<Nudge>(system, three, IpiMessage<Nudge>()).has_value());
            CHECK(post<Sum>(system, three, IpiMessage<Sum>(1)).has_value());
        });
    CHECK(interrupts(system) == std::vector<Lines>{{"0 nudge 0", "0 sum 1", "1 nudge 0", "1 sum 1",
                                                    "2 nudge 0", "2 sum 1"}});
    CHECK(cut_short(system) == 0);
}

TEST_CASE("ipi: INV-IPI-4: an object that its handler posts on is handled again, in its turn") {
    System<Two, Again> system;
    Node node;
    node.number = 5;
    CHECK(post<Again>(system, three, IpiMessage<Again>(node)).has_value());
    const auto all = interrupts(system);
    Lines flat;
    for (const Lines& lines : all) {
        CHECK(lines.size() <= 2); // it can't keep its CPU in one handler
        flat.insert(flat.end(), lines.begin(), lines.end());
    }
    CHECK(flat ==
          Lines{"0 again 5", "3 again 4", "3 again 3", "3 again 2", "3 again 1", "3 again 0"});
}

TEST_CASE("ipi: what a handler posts to its own CPU waits for the next interrupt") {
    System<Numbers, Echo, Countdown> system;
    system.play(three);
    CHECK(try_post<Echo>(system, three, IpiMessage<Echo>(3)).has_value());
    CHECK(interrupts(system) ==
          std::vector<Lines>{{"3 echo 3"}, {"3 echo 2"}, {"3 echo 1"}, {"3 echo 0"}});
    CHECK(post<Countdown>(system, three, IpiMessage<Countdown>(2)).has_value());
    CHECK(interrupts(system) == std::vector<Lines>{{"3 left 2"}, {"3 left 1"}, {"3 left 0"}});
}

TEST_CASE("ipi: two CPUs' handlers answer each other") {
    System<Numbers, Echo> system;
    CHECK(try_post<Echo>(system, one, IpiMessage<Echo>(5)).has_value());
    for (int i = 0; i < 3; ++i) {
        CHECK(system.take_interrupt(one));
        CHECK(system.take_interrupt(zero));
    }
    CHECK(system.seen(one) == Lines{"0 echo 5", "0 echo 3", "0 echo 1"});
    CHECK(system.seen(zero) == Lines{"1 echo 4", "1 echo 2", "1 echo 0"});
    CHECK_FALSE(system.take_interrupt(one));
}

TEST_CASE("ipi: a drain of as much as it may, and no more there, is one interrupt's work") {
    System<Four, Number> system;
    post_numbers(system, zero, 1, 4);
    CHECK(interrupts(system) ==
          std::vector<Lines>{{"0 number 1", "0 number 2", "0 number 3", "0 number 4"}});
}

TEST_CASE("ipi: an object that comes behind one drain's worth of others is not left behind") {
    All<Four> system;
    std::array<Node, 5> nodes;
    for (std::uint32_t number = 0; Node & node : nodes)
        node.number = number++;
    for (std::size_t number = 0; number < 4; ++number)
        CHECK(post<Parcel>(system, three, IpiMessage<Parcel>(nodes[number])).has_value());
    system.seen(three).clear();
    CHECK(system.take_interrupt(three)); // half of what a drain takes: two are left of the chain
    CHECK(system.seen(three).size() == 2);
    system.as(
        one, [&] { CHECK(post<Parcel>(system, three, IpiMessage<Parcel>(nodes[4])).has_value()); });
    std::size_t count = 0;
    for (const auto& lines : interrupts(system))
        count += lines.size();
    CHECK(count == 3);
}
