// SPDX-License-Identifier: MIT
#include <neuron/percpu-runqueue/slot_count.hpp>

#include "../passes.hpp"

using namespace suite;
using model_test::passes;
using neuron::percpu_runqueue::Reason;
using neuron::percpu_runqueue::SlotCount;

TEST_CASE("percpu-runqueue: INV-RUNQUEUE-3: never more slots out than there are") {
    const auto storm = [](unsigned cpus, unsigned times) {
        SlotCount count;
        Plain<unsigned> holder{0}; // of the one slot
        count.open();
        each_of(cpus, [&](unsigned cpu) {
            for (unsigned i = 0; i < times; ++i) {
                if (const auto refused = count.try_take(1)) {
                    MODEL_ASSERT(*refused == Reason::QueueFull);
                    continue;
                }
                holder.write(cpu);
                MODEL_ASSERT(holder.read() == cpu);
                count.give_back();
            }
        });
        MODEL_ASSERT(count.taken() == 0);
    };
    passes("SlotCount: 2 CPUs, 2 takes each", 118, [&] { storm(2, 2); });
    passes("SlotCount: 3 CPUs, 1 take each", 108, [&] { storm(3, 1); });
}

TEST_CASE("percpu-runqueue: INV-RUNQUEUE-5: nobody gets a slot after close; at 0 all are done") {
    passes("SlotCount: 2 CPUs take, a third closes", 74, [] {
        SlotCount count;
        std::array<Plain<unsigned>, 2> placed;
        count.open();
        const auto place = [&](unsigned cpu) {
            if (count.try_take(2))
                return;
            placed.at(cpu).write(1);
            count.give_back();
        };
        parallel([&] { place(0); }, [&] { place(1); },
                 [&] {
                     count.close();
                     spin_until([&] { return count.taken() == 0; });
                     for (auto& each : placed)
                         (void)each.read(); // nobody is on its way any more
                     MODEL_ASSERT(count.try_take(2) == Reason::InvalidCpu);
                 });
    });
    passes("SlotCount: who sees it open sees what was set up", 19, [] {
        SlotCount count;
        Plain<unsigned> ready{0};
        const auto take = [&] {
            if (!count.try_take(2)) {
                MODEL_ASSERT(ready.read() == 1);
                count.give_back();
            }
        };
        parallel(
            [&] {
                ready.write(1);
                count.open();
            },
            take, take);
    });
}
