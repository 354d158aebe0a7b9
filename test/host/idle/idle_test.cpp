// SPDX-License-Identifier: MIT
// Which state an idle CPU enters, what it counts, and what it learns.
#include <neuron/idle/feature.hpp>
#include <neuron/percpu/identity.hpp>

#include <doctest/doctest.h>
#include <vector>

using namespace neuron;
using idle::Governor;
using idle::Limits;
using idle::Plan;
using idle::State;

namespace {

constexpr std::uint64_t never = ~std::uint64_t{0};
constexpr Limits limits{.wait = 50, .suspend = 10'000};

constexpr Plan wait{.polls = false, .sleep = State::Wait};
constexpr Plan poll_then_wait{.polls = true, .sleep = State::Wait};
constexpr Plan suspend{.polls = false, .sleep = State::Suspend};

Governor taught(int times, std::uint64_t ticks) {
    Governor governor;
    for (int n = 0; n < times; ++n)
        governor.learn(ticks, limits);
    return governor;
}

/// One CPU, and a clock that its sleeps move on.
class System {
  public:
    struct Values {
        static constexpr std::uint64_t idle_wait_microseconds = 5, idle_suspend_microseconds = 1000;
    };
    struct Block {
        percpu::Identity identity;
        percpu::PerCpu<idle::Own, core::IrqOff> own;
        percpu::PerCpu<bool, core::IrqOff> sleeps_at_once;
        idle::Remote remote;
    };

    System() {
        (void)Feature::prepare(*this, limits_);
        percpu::name_cpu(block_.identity, core::CpuId{0}, core::HartId{0}, this);
        env::set_cpu_block(&block_, sizeof(block_));
    }
    ~System() { env::set_cpu_block(nullptr); }
    System(const System&) = delete;
    System& operator=(const System&) = delete;

    /// As kernel/src/wait.cpp has it: idle for `ticks`, of which the last begins another period.
    void be_idle(std::uint64_t ticks, bool is_found_by_poll = false) {
        const core::IrqOff masked;
        ticks_ = ticks;
        Feature::on_idle(*this, masked);
        const bool polls =
            !block_.sleeps_at_once.with(masked, [](bool& at_once) { return at_once; });
        if (polls && is_found_by_poll)
            time += ticks;
        else
            Feature::sleep(*this, masked);
        Feature::on_wake(*this, masked);
    }
    /// Has work at once.
    void look_in_vain() {
        const core::IrqOff masked;
        Feature::on_idle(*this, masked);
        Feature::on_wake(*this, masked);
    }
    [[nodiscard]] std::uint64_t entries(State state) {
        return idle::counters(*this, core::CpuId{0}, state).entries.remote_load();
    }
    [[nodiscard]] std::uint64_t residency(State state) {
        return idle::counters(*this, core::CpuId{0}, state).ticks.remote_load();
    }

    std::uint64_t time = 1000;
    std::uint64_t deadline = never;
    bool has_suspend = true;
    std::vector<State> slept;

    // What lib/idle asks for.
    [[nodiscard]] std::uint64_t now() const { return time; }
    [[nodiscard]] core::TickRate tick_rate() const { return core::TickRate(10'000'000); }
    [[nodiscard]] std::uint64_t timer_deadline(const core::IrqOff&) const { return deadline; }
    [[nodiscard]] bool can_suspend() const { return has_suspend; }
    [[nodiscard]] bool suspend(const core::IrqOff&) {
        if (!has_suspend)
            return false;
        sleep(State::Suspend);
        return true;
    }
    void wait_for_interrupt(const core::IrqOff&) { sleep(State::Wait); }
    template <template <class> class F, class W>
    Block& own(const W&) {
        return block_;
    }
    template <template <class> class F, class W>
    idle::Remote& here(const W&) {
        return block_.remote;
    }
    template <template <class> class F>
    idle::Remote& remote(core::CpuId) {
        return block_.remote;
    }
    template <template <class> class F>
    idle::Shared& shared() {
        return shared_;
    }
    template <template <class> class F>
    [[nodiscard]] const Limits& sealed() const {
        return limits_;
    }

  private:
    using Feature = idle::Feature<Values>;

    void sleep(State state) {
        slept.push_back(state);
        time += ticks_;
    }

    Block block_;
    idle::Shared shared_;
    Limits limits_;
    std::uint64_t ticks_ = 0;
};

} // namespace

TEST_CASE("idle: a governor that knows nothing suspends, if the timer is far and it may") {
    const Governor governor;
    CHECK(governor.choose(never, limits, true) == suspend);
    CHECK(governor.choose(limits.suspend, limits, true) == suspend);
    CHECK(governor.choose(limits.suspend - 1, limits, true) == wait);
    CHECK(governor.choose(never, limits, false) == wait);
    CHECK(governor.choose(0, limits, true) == wait);
}

TEST_CASE("idle: a governor goes by what most of the last times were") {
    CHECK(taught(3, 100).choose(never, limits, true) == suspend);
    CHECK(taught(4, 100).choose(never, limits, true) == wait);
    CHECK(taught(3, 10).choose(never, limits, true) == suspend);
    CHECK(taught(4, 10).choose(never, limits, true) == poll_then_wait);
    CHECK(taught(4, 10).choose(limits.wait - 1, limits, true) == wait); // no poll sees a timer
    CHECK(taught(4, limits.wait - 1).choose(never, limits, true) == poll_then_wait);
    CHECK(taught(4, limits.wait).choose(never, limits, true) == wait);
    CHECK(taught(9, limits.suspend - 1).choose(never, limits, true) == wait);
    CHECK(taught(9, limits.suspend).choose(never, limits, true) == suspend);
}

TEST_CASE(
    "idle: a governor that has learnt something changes its mind by four times of another kind") {
    Governor governor = taught(100, 10);
    for (int n = 0; n < 3; ++n)
        governor.learn(limits.suspend, limits);
    CHECK(governor.choose(never, limits, true) == poll_then_wait);
    governor.learn(limits.suspend, limits);
    CHECK(governor.choose(never, limits, true) == suspend);
    for (int n = 0; n < 8; ++n)
        governor.learn(n % 2 == 0 ? 10 : limits.suspend, limits); // one in two
    CHECK(governor.choose(never, limits, true) == suspend);
}

TEST_CASE("idle: INV-IDLE-1: each entry and each tick of a state is counted, once") {
    System system;
    system.be_idle(20'000);
    CHECK(system.slept == std::vector{State::Suspend});
    for (int n = 0; n < 4; ++n)
        system.be_idle(100);
    system.be_idle(200);
    CHECK(system.slept.back() == State::Wait);
    CHECK(system.entries(State::Suspend) == 5);
    CHECK(system.residency(State::Suspend) == 20'400);
    CHECK(system.entries(State::Wait) == 1);
    CHECK(system.residency(State::Wait) == 200);
    CHECK(system.entries(State::Poll) == 0);
}

TEST_CASE("idle: INV-IDLE-1: a poll that finds something is counted, and one that finds nothing "
          "ends in a sleep") {
    System system;
    for (int n = 0; n < 4; ++n)
        system.be_idle(10);
    system.be_idle(10, true);
    CHECK(system.entries(State::Poll) == 1);
    CHECK(system.residency(State::Poll) == 10);
    system.slept.clear();
    system.be_idle(20, false);
    CHECK(system.entries(State::Poll) == 2);
    CHECK(system.slept == std::vector{State::Wait});
    CHECK(system.entries(State::Wait) + system.entries(State::Suspend) == 5);
    CHECK(system.residency(State::Poll) == 10); // no time has passed in it
}

TEST_CASE("idle: who finds work at once has not been idle, and learns nothing") {
    System system;
    for (int n = 0; n < 20; ++n)
        system.look_in_vain();
    system.be_idle(20'000);
    CHECK(system.slept == std::vector{State::Suspend});
}

TEST_CASE("idle: the next timer of the CPU is looked at as it falls idle") {
    System system;
    system.deadline = system.time + 9'999;
    system.be_idle(9'999);
    CHECK(system.slept == std::vector{State::Wait});
    system.deadline = system.time - 1; // it has come
    system.be_idle(0);
    CHECK(system.slept.back() == State::Wait);
    system.deadline = system.time + 10'000;
    system.be_idle(10'000);
    CHECK(system.slept.back() == State::Suspend);
}

TEST_CASE("idle: INV-IDLE-2: while a wake lock lives nobody is suspended") {
    System system;
    {
        const idle::WakeLock one(system);
        {
            const idle::WakeLock other(system);
            system.be_idle(20'000);
        }
        system.be_idle(20'000);
        CHECK(system.slept == std::vector{State::Wait, State::Wait});
    }
    system.be_idle(20'000);
    CHECK(system.slept.back() == State::Suspend);
}

TEST_CASE("idle: test_reject: a firmware that does not suspend is asked once, and the CPU waits") {
    System system;
    system.has_suspend = false;
    system.be_idle(20'000);
    CHECK(system.slept.empty()); // it looks again
    system.be_idle(20'000);
    CHECK(system.slept == std::vector{State::Wait});
    CHECK(system.entries(State::Suspend) == 1);
}
