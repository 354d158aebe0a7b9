// SPDX-License-Identifier: MIT
// The free places of a CPU's pool.
#include <neuron/sched/pool.hpp>

#include "../passes.hpp"

using namespace suite;
using model_test::passes;
using neuron::sched::FreeList;

namespace {

/// Places, and who has them.
struct Places {
    /// The first `used` of them were taken before and came back, in order.
    explicit Places(std::uint32_t used) {
        for (std::uint32_t i = 0; i < used; ++i)
            MODEL_ASSERT(take() == i);
        for (std::uint32_t i = 0; i < used; ++i)
            give_back(i);
    }

    auto next() {
        return [this](std::uint32_t place) -> Word& { return next_free.at(place); };
    }
    std::optional<std::uint32_t> take() {
        const auto place = list.take(count, next());
        if (place)
            holders.at(*place).write(holders.at(*place).read() + 1);
        return place;
    }
    void give_back(std::uint32_t place) {
        holders.at(place).write(holders.at(place).read() - 1);
        list.give_back(place, next());
    }
    /// Each place is free, and comes once.
    void check_all_free() {
        for (std::uint32_t i = 0; i < count; ++i)
            MODEL_ASSERT(take().has_value());
        MODEL_ASSERT(!take());
        for (auto& holder : holders)
            MODEL_ASSERT(holder.read() == 1);
    }

    static constexpr std::uint32_t count = 3;
    FreeList list;
    std::array<Word, count> next_free;
    std::array<Plain<int>, count> holders;
};

/// Each CPU takes a place, and gives it back.
void take_and_give(Places& places, unsigned cpus, int times) {
    each_of(cpus, [&](unsigned) {
        for (int i = 0; i < times; ++i) {
            const auto place = places.take();
            MODEL_ASSERT(place.has_value()); // as many places as CPUs
            places.give_back(*place);
        }
    });
    places.check_all_free();
}

} // namespace

TEST_CASE("sched: INV-SCHED-6: a place is taken by one at a time, and comes back once") {
    passes("FreeList: 2 CPUs, 2 takes each, of new places", 2824, [] {
        Places places(0);
        take_and_give(places, 2, 2);
    });
    passes("FreeList: 2 CPUs, 2 takes each, of places that came back", 12856, [] {
        Places places(2);
        take_and_give(places, 2, 2);
    });
    passes("FreeList: 3 CPUs, 1 take each, of 2 places that came back and a new one", 34716, [] {
        Places places(2);
        take_and_give(places, 3, 1);
    });
}

// Whoever has read the first place and the next one is overtaken by a take of both, and the return
// of the first: the list looks as before, but for its count.
TEST_CASE(
    "sched: INV-SCHED-6: a first place that comes back in between is not taken for the same") {
    passes("FreeList: 1 CPU takes, another takes 2 and gives back the first", 28, [] {
        Places places(3);
        parallel([&] { MODEL_ASSERT(places.take().has_value()); },
                 [&] {
                     const auto first = places.take();
                     const auto second = places.take();
                     MODEL_ASSERT(first && second);
                     places.give_back(*first);
                 });
        int held = 0;
        for (auto& holder : places.holders) {
            MODEL_ASSERT(holder.read() <= 1);
            held += holder.read();
        }
        MODEL_ASSERT(held == 2);
    });
    passes("FreeList: 1 CPU takes, 2 take 1 each and give it back", 6888, [] {
        Places places(3);
        const auto passes_by = [&] {
            const auto place = places.take();
            MODEL_ASSERT(place.has_value());
            places.give_back(*place);
        };
        parallel([&] { MODEL_ASSERT(places.take().has_value()); }, passes_by, passes_by);
    });
}
