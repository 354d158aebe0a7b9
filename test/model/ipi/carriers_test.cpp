// SPDX-License-Identifier: MIT
// What carries messages, each alone.
#include <neuron/ipi/link_stack.hpp>
#include <neuron/ipi/merge_slot.hpp>
#include <neuron/ipi/spsc_ring.hpp>

#include "../passes.hpp"

using namespace suite;
using model_test::passes;
using model_test::Probe;
using neuron::core::CpuId;
using neuron::ipi::LinkNode;
using neuron::ipi::LinkStack;
using neuron::ipi::MergeSlot;
using neuron::ipi::SpscRing;

namespace {

/// One CPU puts `count` numbers in, another takes them out, `most` at a time.
template <std::uint32_t Capacity>
void ring(int count, std::uint32_t most) {
    SpscRing<Probe, Capacity> ring;
    parallel(
        [&] {
            typename SpscRing<Probe, Capacity>::Producer own;
            for (int i = 0; i < count; ++i) {
                spin_until([&] { return ring.has_room(own); });
                ring.push(own, Probe(i));
            }
        },
        [&] {
            typename SpscRing<Probe, Capacity>::Consumer own;
            int next = 0;
            while (next < count)
                spin_until([&] {
                    return ring.drain(own, most, [&](Probe value) {
                        MODEL_ASSERT(value.read() == next);
                        ++next;
                    }) != 0;
                });
            MODEL_ASSERT(ring.consumed() == static_cast<std::uint32_t>(count));
        });
}

struct Node : LinkNode {
    Probe value;
};

/// `cpus` senders put `each` nodes in; the receiver has all of them at the end, each sender's in
/// order.
void links(unsigned cpus, unsigned each) {
    LinkStack stack;
    std::array<Node, 4> nodes;
    std::vector<std::unique_ptr<model::Thread>> senders;
    for (unsigned cpu = 0; cpu < cpus; ++cpu)
        senders.push_back(std::make_unique<model::Thread>([&, cpu] {
            for (unsigned i = 0; i < each; ++i) {
                Node& node = nodes.at(cpu * each + i);
                node.value = Probe(static_cast<int>(i));
                stack.push(node, {CpuId{cpu}, 0, i});
            }
        }));
    std::array<unsigned, 3> next{};
    for (unsigned count = 0; count < cpus * each;) {
        spin_until([&] { return !stack.is_empty(); });
        LinkNode* chain = stack.take_all();
        while (chain != nullptr) {
            LinkNode& node = *chain;
            LinkNode::Label label;
            chain = LinkStack::next(node, label);
            MODEL_ASSERT(label.sequence == next.at(label.sender.index())++);
            MODEL_ASSERT(static_cast<Node&>(node).value.read() == static_cast<int>(label.sequence));
            ++count;
        }
    }
    for (const auto& sender : senders)
        sender->join();
}

} // namespace

TEST_CASE("ipi: INV-IPI-3: a ring hands over each value once, in order") {
    passes("SpscRing of 2: 4 values, one at a time", 12, [] { ring<2>(4, 1); });
    passes("SpscRing of 2: 5 values, all that are there", 16, [] { ring<2>(5, 2); });
    passes("SpscRing of 1: 3 values", 1, [] { ring<1>(3, 1); });
}

TEST_CASE("ipi: a slot loses nothing of what is put in, and no place is used by both") {
    passes("MergeSlot: 3 puts, 3 takes", 84, [] {
        MergeSlot<Probe> slot;
        int sum = 0;
        parallel(
            [&] {
                MergeSlot<Probe>::Sender own;
                for (int i = 1; i <= 3; ++i)
                    slot.put(own, Probe(1 << i), [](Probe& waiting, const Probe& newer) {
                        waiting = Probe(waiting.read() + newer.read());
                    });
            },
            [&] {
                for (unsigned i = 0; i < 3; ++i)
                    if (const auto taken = slot.take())
                        sum += taken->read();
            });
        if (const auto taken = slot.take())
            sum += taken->read();
        MODEL_ASSERT(sum == 2 + 4 + 8);
    });
}

TEST_CASE("ipi: INV-IPI-4: objects arrive once, each sender's in order") {
    passes("LinkStack: 2 senders, 2 objects each", 4788, [] { links(2, 2); });
    passes("LinkStack: 3 senders, 1 object each", 1008, [] { links(3, 1); });
}
