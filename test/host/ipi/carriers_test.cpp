// SPDX-License-Identifier: MIT
// What carries messages, each alone.
#include <neuron/ipi/link_stack.hpp>
#include <neuron/ipi/merge_slot.hpp>
#include <neuron/ipi/spsc_ring.hpp>

#include <deque>
#include <doctest/doctest.h>
#include <memory>
#include <random>
#include <vector>

using namespace neuron;
using core::CpuId;
using ipi::LinkNode;
using ipi::LinkStack;
using ipi::MergeSlot;
using ipi::SpscRing;

namespace {

/// A ring whose indexes begin at `start`, with both of its sides.
template <std::uint32_t Capacity>
struct Both {
    explicit Both(std::uint32_t start) : producer{start, start}, consumer{start, start} {
        ring.push(producer, 0); // so that either index is told
        (void)drain(1);
    }
    bool try_push(std::uint64_t value) {
        if (!ring.has_room(producer))
            return false;
        ring.push(producer, value);
        return true;
    }
    std::vector<std::uint64_t> drain(std::uint32_t most) {
        std::vector<std::uint64_t> values;
        const std::uint32_t count =
            ring.drain(consumer, most, [&](std::uint64_t value) { values.push_back(value); });
        CHECK(count == values.size());
        return values;
    }
    SpscRing<std::uint64_t, Capacity> ring;
    SpscRing<std::uint64_t, Capacity>::Producer producer;
    SpscRing<std::uint64_t, Capacity>::Consumer consumer;
};

/// Beside a deque, in an order that nobody made up, past the end of the 32 bits of an index.
template <std::uint32_t Capacity>
void beside_a_deque() {
    constexpr std::uint32_t start = 0U - 500;
    Both<Capacity> both(start);
    std::deque<std::uint64_t> oracle;
    std::mt19937 random{Capacity};
    std::uint64_t next = 1;
    std::uint32_t taken = 1;
    std::uint32_t full = 0;
    while (next < 2000) {
        if (random() % 8 != 0) {
            const bool fits = oracle.size() < Capacity;
            REQUIRE(both.try_push(next) == fits);
            if (fits)
                oracle.push_back(next++);
            full += !fits;
        } else {
            const auto most = static_cast<std::uint32_t>(random() % (Capacity + 2));
            for (const std::uint64_t value : both.drain(most)) {
                REQUIRE(value == oracle.front());
                oracle.pop_front();
                ++taken;
            }
            REQUIRE((most == 0 || oracle.size() < Capacity)); // it took what it might
        }
        REQUIRE(both.ring.consumed() == start + taken);
    }
    CHECK(full > 0);
    CHECK(both.producer.tail < 2000); // it has wrapped
}

struct Numbered : LinkNode {
    explicit Numbered(std::uint64_t its) : number(its) {}
    std::uint64_t number;
};

/// Sender and sequence of each node of a chain, first to last.
std::vector<std::pair<std::uint32_t, std::uint64_t>> labels(LinkNode* chain) {
    std::vector<std::pair<std::uint32_t, std::uint64_t>> found;
    while (chain != nullptr) {
        LinkNode& node = *chain;
        LinkNode::Label label;
        chain = LinkStack::next(node, label);
        CHECK(static_cast<Numbered&>(node).number == label.sequence);
        CHECK(label.kind == label.sequence % 3);
        found.emplace_back(label.sender.value, label.sequence);
    }
    return found;
}

} // namespace

TEST_CASE("ipi: INV-IPI-3: a ring of 1, 2 and 16 is a bounded queue, its indexes wrap") {
    beside_a_deque<1>();
    beside_a_deque<2>();
    beside_a_deque<16>();
}

TEST_CASE("ipi: a ring says that places are free when the last of a drain was used") {
    SpscRing<int, 4> ring;
    SpscRing<int, 4>::Producer producer;
    SpscRing<int, 4>::Consumer consumer;
    for (int i = 0; i < 4; ++i)
        ring.push(producer, i);
    unsigned inside = 0;
    CHECK(ring.drain(consumer, 3, [&](int) {
        ++inside;
        CHECK(ring.consumed() == 0);
        CHECK_FALSE(ring.has_room(producer));
    }) == 3);
    CHECK(inside == 3);
    CHECK(ring.consumed() == 3);
    CHECK(ring.has_room(producer));
    CHECK(ring.drain(consumer, 0, [](int) { FAIL("none was wanted"); }) == 0);
}

TEST_CASE("ipi: a drain of a ring leaves what is put in meanwhile for the next") {
    SpscRing<int, 4> ring;
    SpscRing<int, 4>::Producer producer;
    SpscRing<int, 4>::Consumer consumer;
    ring.push(producer, 1);
    std::vector<int> values;
    const auto use = [&](int value) {
        values.push_back(value);
        if (value < 3)
            ring.push(producer, value + 1);
    };
    CHECK(ring.drain(consumer, 4, use) == 1);
    CHECK(values == std::vector{1});
    CHECK(ring.drain(consumer, 4, use) == 1);
    CHECK(ring.drain(consumer, 4, use) == 1);
    CHECK(ring.drain(consumer, 4, use) == 0);
    CHECK(values == std::vector{1, 2, 3});
}

TEST_CASE("ipi: a slot joins what waits, and begins anew when it was taken") {
    MergeSlot<std::vector<int>> slot;
    MergeSlot<std::vector<int>>::Sender sender;
    const auto put = [&](int value) {
        slot.put(sender, {value}, [](std::vector<int>& waiting, const std::vector<int>& newer) {
            waiting.insert(waiting.end(), newer.begin(), newer.end());
        });
    };
    CHECK_FALSE(slot.take().has_value());
    for (int round = 0; round < 5; ++round) { // both places, more than once
        put(1);
        CHECK(slot.take() == std::vector{1});
        CHECK_FALSE(slot.take().has_value());
        for (int i = 2; i <= 4; ++i)
            put(i);
        CHECK(slot.take() == std::vector{2, 3, 4});
    }
}

TEST_CASE("ipi: INV-IPI-4: objects come out oldest first, with what was written on them") {
    LinkStack stack;
    CHECK(stack.is_empty());
    CHECK(stack.take_all() == nullptr);
    std::vector<std::unique_ptr<Numbered>> nodes;
    for (std::uint32_t i = 0; i < 7; ++i)
        nodes.push_back(std::make_unique<Numbered>(i));
    for (int round = 0; round < 3; ++round) { // a node goes out again
        for (std::uint32_t i = 0; i < 7; ++i) {
            stack.push(*nodes[i], {CpuId{i % 2}, i % 3, i});
            CHECK_FALSE(stack.is_empty());
        }
        LinkNode* const chain = stack.take_all();
        CHECK(stack.is_empty());
        CHECK(labels(chain) == std::vector<std::pair<std::uint32_t, std::uint64_t>>{
                                   {0, 0}, {1, 1}, {0, 2}, {1, 3}, {0, 4}, {1, 5}, {0, 6}});
    }
}

TEST_CASE("ipi: INV-IPI-4: what comes after a take stands in the next chain") {
    LinkStack stack;
    Numbered first(0);
    Numbered second(1);
    stack.push(first, {CpuId{4}, 0, 0});
    LinkNode* const chain = stack.take_all();
    stack.push(second, {CpuId{5}, 1, 1});
    CHECK(labels(chain) == std::vector<std::pair<std::uint32_t, std::uint64_t>>{{4, 0}});
    CHECK(labels(stack.take_all()) == std::vector<std::pair<std::uint32_t, std::uint64_t>>{{5, 1}});
}
