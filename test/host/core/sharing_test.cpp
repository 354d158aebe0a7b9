// SPDX-License-Identifier: MIT
#include <neuron/core/disjoint_slices.hpp>
#include <neuron/core/frozen.hpp>
#include <neuron/core/witness.hpp>

#include <doctest/doctest.h>
#include <numeric>
#include <thread>
#include <vector>

#include "../context_maker.hpp"
#include "../dies.hpp"

using namespace neuron::core;
using host_test::last_words;

namespace {

constexpr std::array<int, 10> ten{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
using Words = DisjointSlices<std::uint64_t, 8>;

} // namespace

TEST_CASE("core: part_of covers every element once, in order, for all sizes and counts") {
    for (std::size_t size = 0; size < 40; ++size)
        for (std::size_t count = 1; count < 12; ++count) {
            std::size_t next = 0;
            for (std::size_t index = 0; index < count; ++index) {
                const Part part = part_of(size, index, count);
                REQUIRE(part.first == next);
                REQUIRE((part.size == size / count || part.size == size / count + 1));
                next += part.size;
            }
            REQUIRE(next == size);
        }
    const Part last = part_of(~std::size_t{0}, 127, 128);
    CHECK(last.first + last.size == ~std::size_t{0});
}

TEST_CASE("core: INV-CORE-5: a Frozen shows what it was made of, and its parts") {
    const Frozen<int> all(ref<ten>());
    CHECK(all.size() == 10);
    CHECK(all.data() == ten.data());
    CHECK(std::accumulate(all.begin(), all.end(), 0) == 55);
    CHECK(all.part(1, 3).size() == 3);
    CHECK(all.part(1, 3)[0] == 5);
    CHECK(Frozen<int>().empty());
    static_assert(!std::is_assignable_v<decltype(all[0]), int>);
}

TEST_CASE("core: INV-CORE-6: 4 CPUs that all ask for all slices get each once, and join sees all") {
    for (int round = 0; round < 200; ++round) {
        std::vector<std::uint64_t> buffer(100);
        Words slices(buffer, 7);
        Atomic<std::uint32_t> taken{0};
        {
            std::vector<std::jthread> threads;
            for (int i = 0; i < 4; ++i)
                threads.emplace_back([&] {
                    for (unsigned part = 0; part < 8; ++part)
                        if (auto slice = slices.take(part)) {
                            taken.fetch_add(1, relaxed); // a counter
                            for (auto& word : *slice)
                                ++word;
                        }
                });
        }
        REQUIRE(taken.load(relaxed) == 7);
        for (const auto word : std::move(slices).join())
            REQUIRE(word == 1);
    }
}

TEST_CASE("core: INV-CORE-6: join waits for a Slice that is away, and takes the others in") {
    std::vector<std::uint64_t> buffer(4);
    Words slices(buffer, 4);
    Atomic<std::uint32_t> away{0};
    std::jthread other([&] {
        auto slice = slices.take(3);
        away.store(1, release);
        for (int i = 0; i < 100; ++i)
            std::this_thread::yield();
        auto moved = std::move(*slice);
        moved[0] = 9;
    });
    spin_until([&] { return away.load(acquire) == 1; });
    const auto whole = std::move(slices).join();
    CHECK(whole[3] == 9);
    CHECK_FALSE(slices.take(0).has_value());
}

TEST_CASE("core: INV-CORE-6: test_reject_slices_that_end_while_one_is_away: the image ends") {
    CHECK(last_words([] {
              std::vector<std::uint64_t> buffer(4);
              auto* slices = new Words(buffer, 2);
              auto slice = slices->take(0);
              delete slices;
          }).ends_with(": DisjointSlices: a Slice is still away\n"));
    CHECK(last_words([] {
              std::vector<std::uint64_t> buffer(4);
              Words slices(buffer, 9);
          }).ends_with(": DisjointSlices: 1 to MaxParts parts\n"));
}

TEST_CASE("core: INV-CORE-7: test_reject_a_blocking_call in a handler, masked, or pinned") {
    check_may_block();
    CHECK(last_words([] {
              const IrqContext irq = ContextMaker::handler();
              check_may_block();
          }).ends_with(": a blocking call inside a handler\n"));
    CHECK(last_words([] {
              const IrqOff masked;
              check_may_block();
          }).ends_with(": a blocking call with interrupts masked\n"));
    CHECK(last_words([] {
              const Pinned outer;
              {
                  const Pinned inner;
              }
              check_may_block();
          }).ends_with(": a blocking call while pinned\n"));
    {
        const Pinned pinned;
    }
    check_may_block();
}
