// SPDX-License-Identifier: MIT
// Who rings: one word, and words in groups.
#include <neuron/ipi/pending.hpp>

#include <doctest/doctest.h>
#include <vector>

using namespace neuron;
using core::CpuId;
using ipi::Doorbell;
using ipi::Pending;

namespace {

template <class AnyPending>
std::vector<std::uint32_t> taken(AnyPending& pending) {
    std::vector<std::uint32_t> senders;
    pending.take([&](CpuId sender) { senders.push_back(sender.value); });
    return senders;
}

/// That of `senders`, in this order, the first rings and the others do not, though they are in
/// different groups, and that the receiver hears each once.
template <class AnyPending>
void first_rings(const std::vector<std::uint32_t>& senders, std::vector<std::uint32_t> in_order) {
    AnyPending pending;
    for (int round = 0; round < 2; ++round) {
        CHECK_FALSE(pending.is_set());
        CHECK(taken(pending).empty());
        for (std::size_t i = 0; i < senders.size(); ++i) {
            CHECK(pending.announce(CpuId{senders[i]}) ==
                  (i == 0 ? Doorbell::Ring : Doorbell::Merged));
            CHECK(pending.announce(CpuId{senders[i]}) == Doorbell::Merged);
            CHECK(pending.is_set());
        }
        CHECK(taken(pending) == in_order);
    }
}

/// What a receiver that looks by itself is told.
template <class AnyPending>
void polls(std::uint32_t near, std::uint32_t far) {
    AnyPending pending;
    pending.begin_polling();
    CHECK_FALSE(pending.is_set());
    CHECK_FALSE(pending.end_polling());
    CHECK(pending.announce(CpuId{near}) == Doorbell::Ring); // it has ended

    pending.begin_polling(); // with something there
    CHECK(pending.is_set());
    CHECK(pending.announce(CpuId{near}) == Doorbell::Merged);
    CHECK(taken(pending) == std::vector{near});
    CHECK_FALSE(pending.is_set());
    CHECK(pending.announce(CpuId{far}) == Doorbell::Polling); // still, after a take
    CHECK(pending.announce(CpuId{far}) == Doorbell::Merged);
    CHECK(pending.is_set());
    CHECK(pending.end_polling());
    CHECK(pending.is_set());
    CHECK(pending.announce(CpuId{near}) == Doorbell::Merged); // whoever stopped looking takes it
    CHECK(taken(pending) == (near < far ? std::vector{near, far} : std::vector{far, near}));
    CHECK_FALSE(pending.end_polling());
    CHECK(pending.announce(CpuId{far}) == Doorbell::Ring);
}

/// Each sender that there can be, alone.
template <unsigned MaxCpus, unsigned WordBits = 64>
void each_alone() {
    Pending<MaxCpus, WordBits> pending;
    for (std::uint32_t cpu = 0; cpu < MaxCpus; ++cpu) {
        CHECK(pending.announce(CpuId{cpu}) == Doorbell::Ring);
        CHECK(taken(pending) == std::vector{cpu});
        pending.begin_polling();
        CHECK(pending.announce(CpuId{cpu}) == Doorbell::Polling);
        CHECK(pending.end_polling());
        CHECK(taken(pending) == std::vector{cpu});
    }
}

/// After a doorbell that failed whoever announces rings, until the receiver takes.
template <class AnyPending>
void all_ring(std::uint32_t first, std::uint32_t second) {
    AnyPending pending;
    CHECK_FALSE(pending.has_ring_failed());
    CHECK(pending.announce(CpuId{first}) == Doorbell::Ring);
    pending.note_ring_failed();
    CHECK(pending.has_ring_failed());
    CHECK(pending.announce(CpuId{second}) == Doorbell::Ring);
    CHECK(pending.announce(CpuId{first}) == Doorbell::Ring); // again: it did not ring yet
    CHECK(taken(pending) ==
          (first < second ? std::vector{first, second} : std::vector{second, first}));
    CHECK_FALSE(pending.has_ring_failed());
    CHECK(pending.announce(CpuId{first}) == Doorbell::Ring);
    CHECK(pending.announce(CpuId{second}) == Doorbell::Merged);
    pending.note_ring_failed();
    pending.begin_polling();
    CHECK(pending.announce(CpuId{second}) != Doorbell::Merged);
    CHECK(taken(pending).size() == 2);
    CHECK_FALSE(pending.end_polling());
    pending.note_ring_failed(); // of one that the receiver has taken since
    CHECK(taken(pending).empty());
    CHECK_FALSE(pending.is_set());
    CHECK_FALSE(pending.has_ring_failed());
}

} // namespace

TEST_CASE("ipi: INV-IPI-2: after a doorbell that failed everybody rings, until it was heard") {
    all_ring<Pending<8>>(5, 0);
    all_ring<Pending<62>>(61, 60);
    all_ring<Pending<63>>(62, 61);
    all_ring<Pending<128>>(0, 1);   // of one group
    all_ring<Pending<128>>(63, 64); // of two
    all_ring<Pending<128>>(127, 62);
    all_ring<Pending<15, 4>>(14, 0);
}

TEST_CASE("ipi: INV-IPI-1: of those that post before the receiver takes, the first rings") {
    first_rings<Pending<1>>({0}, {0});
    first_rings<Pending<8>>({5, 0, 7}, {0, 5, 7});
    first_rings<Pending<62>>({61, 1}, {1, 61});
}

TEST_CASE("ipi: INV-IPI-1: so it is in groups, across their edges") {
    first_rings<Pending<63>>({62, 61}, {61, 62});
    first_rings<Pending<64>>({63, 62, 0}, {0, 62, 63});
    first_rings<Pending<65>>({64, 63}, {63, 64});
    first_rings<Pending<128>>({127, 62, 64, 63, 0}, {0, 62, 63, 64, 127});
    first_rings<Pending<15, 4>>({14, 4, 3}, {3, 4, 14}); // groups that stand in groups
}

TEST_CASE("ipi: INV-IPI-1: nobody rings a receiver that looks, until it has ended that") {
    polls<Pending<8>>(0, 7);
    polls<Pending<62>>(61, 0);
    polls<Pending<63>>(62, 0);
    polls<Pending<64>>(0, 63);
    polls<Pending<128>>(63, 64);
    polls<Pending<128>>(127, 62);
    polls<Pending<15, 4>>(0, 14);
}

TEST_CASE("ipi: INV-IPI-1: each sender of 1, 62, 63, 64, 65 and 128 is itself") {
    each_alone<1>();
    each_alone<62>();
    each_alone<63>();
    each_alone<64>();
    each_alone<65>();
    each_alone<128>();
    each_alone<15, 4>();
}

TEST_CASE("ipi: INV-IPI-1: who posts while the receiver takes is heard by the next take") {
    Pending<128> pending;
    CHECK(pending.announce(CpuId{1}) == Doorbell::Ring);
    CHECK(pending.announce(CpuId{127}) == Doorbell::Merged);
    std::vector<std::uint32_t> senders;
    pending.take([&](CpuId sender) {
        senders.push_back(sender.value);
        if (sender.value == 1)
            CHECK(pending.announce(CpuId{1}) == Doorbell::Ring); // its own group was taken
    });
    CHECK(senders == std::vector<std::uint32_t>{1, 127});
    CHECK(taken(pending) == std::vector<std::uint32_t>{1});
}
