// SPDX-License-Identifier: MIT
// The hand-over of a hart that boots: in or given up, and never half in.
#include <neuron/percpu/life.hpp>

#include "../passes.hpp"

using namespace suite;
using model_test::passes;
using neuron::percpu::Life;
using neuron::percpu::LifeState;

TEST_CASE("percpu: INV-PERCPU-2: a hart is in or given up; who sees it online sees its set-up") {
    const auto boot = [](unsigned watchers) {
        Life life;
        Plain<int> set_up{0};
        bool is_in = false;
        bool is_out = false;
        life.begin();
        model::Thread hart([&] {
            set_up.write(1);
            is_in = life.arrive();
            if (!is_in)
                MODEL_ASSERT(life.state() == LifeState::Failed);
        });
        model::Thread boot_cpu([&] {
            is_out = life.give_up();
            if (!is_out)
                MODEL_ASSERT(set_up.read() == 1);
        });
        each_of(watchers, [&](unsigned) {
            if (life.is_online())
                MODEL_ASSERT(set_up.read() == 1);
        });
        hart.join();
        boot_cpu.join();
        MODEL_ASSERT(is_in != is_out);
    };
    passes("Life: a hart and the boot CPU that gives it up", 2, [&] { boot(0); });
    passes("Life: the same with a third that looks", 4, [&] { boot(1); });
}

TEST_CASE("percpu: a boot CPU that waits for its harts goes on when all are in") {
    passes("Life: 2 harts and the boot CPU", 1, [] {
        std::array<Life, 2> lives;
        std::array<Plain<int>, 2> set_up;
        for (Life& life : lives)
            life.begin();
        parallel(
            [&] {
                set_up[0].write(1);
                MODEL_ASSERT(lives[0].arrive());
            },
            [&] {
                set_up[1].write(1);
                MODEL_ASSERT(lives[1].arrive());
            },
            [&] {
                for (unsigned i = 0; i < 2; ++i) {
                    spin_until([&] { return lives.at(i).state() != LifeState::Starting; });
                    MODEL_ASSERT(set_up.at(i).read() == 1);
                }
            });
    });
}

TEST_CASE("percpu: who sees a CPU stopped sees all that it did") {
    passes("Life: a CPU stops, 2 look", 4, [] {
        Life life;
        Plain<int> left{0};
        const auto look = [&] {
            if (life.state() == LifeState::Stopped)
                MODEL_ASSERT(left.read() == 1);
        };
        parallel(
            [&] {
                left.write(1);
                life.stop();
            },
            look, look);
    });
}
