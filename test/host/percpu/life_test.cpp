// SPDX-License-Identifier: MIT
#include <neuron/core/wait.hpp>
#include <neuron/percpu/life.hpp>

#include <doctest/doctest.h>
#include <thread>

using namespace neuron;
using percpu::Life;
using percpu::LifeState;

namespace {

/// A life that was led into `state`.
void lead(Life& life, LifeState state) {
    if (state == LifeState::Offline)
        return;
    life.begin();
    if (state == LifeState::Online || state == LifeState::Stopped || state == LifeState::Parting)
        REQUIRE(life.arrive());
    if (state == LifeState::Parting)
        REQUIRE(life.part());
    if (state == LifeState::Stopped)
        life.stop();
    if (state == LifeState::Failed)
        REQUIRE(life.give_up());
    REQUIRE(life.state() == state);
}

constexpr LifeState all_states[] = {LifeState::Offline, LifeState::Starting, LifeState::Online,
                                    LifeState::Failed,  LifeState::Stopped,  LifeState::Parting};

/// Whoever is `from`, and nobody else, becomes `to` by that step.
void only(bool (Life::*step)(), LifeState from, LifeState to) {
    for (const LifeState state : all_states) {
        Life life;
        lead(life, state);
        CHECK((life.*step)() == (state == from));
        CHECK(life.state() == (state == from ? to : state));
    }
}

} // namespace

TEST_CASE("percpu: a life starts offline, also as a zero in memory") {
    static constinit Life life;
    CHECK(life.state() == LifeState::Offline);
    CHECK_FALSE(life.is_online());
    CHECK(static_cast<std::uint32_t>(LifeState::Offline) == 0);
}

TEST_CASE("percpu: INV-PERCPU-2: before a hart is asked for it is Starting, and so may arrive") {
    Life life;
    life.begin();
    CHECK(life.state() == LifeState::Starting);
    CHECK_FALSE(life.is_online());
    CHECK(life.arrive());
    CHECK(life.is_online());
}

TEST_CASE("percpu: only who is Starting can arrive, anyone else is told to stop") {
    only(&Life::arrive, LifeState::Starting, LifeState::Online);
}

TEST_CASE("percpu: only who is Starting can be given up, or called off") {
    only(&Life::give_up, LifeState::Starting, LifeState::Failed);
    only(&Life::call_off, LifeState::Starting, LifeState::Offline);
}

TEST_CASE("percpu: only Online is online") {
    for (const LifeState state : all_states) {
        Life life;
        lead(life, state);
        CHECK(life.is_online() == (state == LifeState::Online));
    }
}

TEST_CASE("percpu: only who is Online parts, and only who parts leaves or stays") {
    only(&Life::part, LifeState::Online, LifeState::Parting);
    only(&Life::stay, LifeState::Parting, LifeState::Online);
    only(&Life::leave, LifeState::Parting, LifeState::Offline);
}

TEST_CASE("percpu: who is Online or parts has not left") {
    for (const LifeState state : all_states) {
        Life life;
        lead(life, state);
        CHECK(life.has_left() == (state != LifeState::Online && state != LifeState::Parting));
    }
}

TEST_CASE("percpu: a hart that stopped does not come back by itself") {
    Life life;
    lead(life, LifeState::Stopped);
    CHECK_FALSE(life.arrive());
    CHECK_FALSE(life.give_up());
    CHECK(life.state() == LifeState::Stopped);
}

TEST_CASE(
    "percpu: INV-PERCPU-2: of arrive and give_up, raced by two CPUs, exactly one wins each time") {
    constexpr std::uint32_t rounds = 20'000;
    struct Round {
        Life life;
        std::uint32_t set_up = 0; // plain: published by arrive
    };
    Round round;
    core::Atomic<std::uint32_t> met{0};
    bool arrived = false;
    const auto meet = [&](std::uint32_t target) {
        met.fetch_add(1, core::acq_rel);
        // Without naps at first, so that both go on in the same moment.
        for (int polls = 0; polls < 2000 && met.load(core::acquire) < target; ++polls) {
        }
        core::spin_until([&] { return met.load(core::acquire) >= target; });
    };
    std::jthread hart([&] {
        for (std::uint32_t i = 1; i <= rounds; ++i) {
            meet(4 * i - 2);
            round.set_up = i;
            arrived = round.life.arrive();
            meet(4 * i);
        }
    });
    std::uint32_t wrong = 0;
    for (std::uint32_t i = 1; i <= rounds; ++i) {
        round.life.begin();
        meet(4 * i - 2);
        for (std::uint32_t wait = 0; wait < i % 16 && !round.life.is_online(); ++wait) {
        }
        const bool given_up = round.life.give_up();
        if (!given_up)
            wrong += round.set_up != i; // who sees it online sees its set-up
        meet(4 * i);
        wrong += arrived == given_up;
        wrong += round.life.state() != (given_up ? LifeState::Failed : LifeState::Online);
    }
    CHECK(wrong == 0);
}
