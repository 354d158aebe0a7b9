// SPDX-License-Identifier: MIT
// The arithmetic of bounded rings, in the ring that it is made for: one producer, one consumer.
#include <neuron/core/ring_index.hpp>

#include "../passes.hpp"

using namespace suite;
using model_test::passes;

namespace {

template <std::uint32_t Capacity>
class Ring {
    using Index = RingIndex<Capacity>;

  public:
    /// Both ends start at `first`, so that they may wrap in a test.
    explicit Ring(std::uint32_t first) : head_(first), tail_(first) {}
    bool try_push(unsigned value) {
        const std::uint32_t tail = tail_.load(relaxed); // its own
        if (Index::is_full(head_.load(acquire), tail))
            return false;
        slots_[Index::slot(tail)].write(value);
        tail_.store(tail + 1, release);
        return true;
    }
    bool try_pop(unsigned& value) {
        const std::uint32_t head = head_.load(relaxed); // its own
        if (Index::is_empty(head, tail_.load(acquire)))
            return false;
        value = slots_[Index::slot(head)].read();
        head_.store(head + 1, release);
        return true;
    }

  private:
    Atomic<std::uint32_t> head_;
    Atomic<std::uint32_t> tail_;
    std::array<Plain<unsigned>, Capacity> slots_;
};

template <std::uint32_t Capacity>
void stream(unsigned items, std::uint32_t first) {
    Ring<Capacity> ring(first);
    parallel(
        [&] {
            for (unsigned i = 0; i < items; ++i)
                spin_until([&] { return ring.try_push(i); });
        },
        [&] {
            for (unsigned i = 0; i < items; ++i) {
                unsigned value = 0;
                spin_until([&] { return ring.try_pop(value); });
                MODEL_ASSERT(value == i);
            }
        });
}

} // namespace

TEST_CASE("core: a ring of 2 keeps order and loses nothing, also where its indices wrap") {
    // As many as GenMC counts: 3 to the power of items - 1.
    std::uint64_t executions = 1;
    for (unsigned items = 2; items <= 7; ++items)
        passes("RingIndex: ring of 2, " + std::to_string(items) + " items", executions *= 3,
               [=] { stream<2>(items, 0); });
    passes("RingIndex: ring of 2, 4 items over the end of 32 bits", 27,
           [] { stream<2>(4, 0xffff'fffe); });
}

TEST_CASE("core: a ring of 1 hands over one at a time") {
    passes("RingIndex: ring of 1, 3 items", 1, [] { stream<1>(3, 0); });
}
