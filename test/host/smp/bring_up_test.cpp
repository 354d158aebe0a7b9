// SPDX-License-Identifier: MIT
#include <neuron/format/format.hpp>
#include <neuron/percpu/identity.hpp>
#include <neuron/smp/feature.hpp>

#include <array>
#include <doctest/doctest.h>
#include <expected>
#include <string>
#include <thread>
#include <vector>

using namespace neuron;
using core::CpuId;
using core::HartId;
using percpu::LifeState;

namespace {

using Lines = std::vector<std::string>;

/// What becomes of a hart that is asked to start.
enum class Fate { Comes, Refused, Never, Late, AtTheDeadline };

/// A machine under a clock that a look at it moves on.
class Machine {
  public:
    static constexpr std::uint64_t bound = 1000;
    static constexpr unsigned late_at = 500;

    explicit Machine(std::vector<Fate> fates, bool hsm = true)
        : fates_(std::move(fates)), lives_(fates_.size()), hsm_(hsm) {
        lives_[0].begin();
        (void)lives_[0].arrive();
    }

    Lines run() {
        smp::bring_up(*this);
        return lines_;
    }
    [[nodiscard]] Lines starts() const { return starts_; }
    [[nodiscard]] std::uint64_t time() const { return now_; }
    LifeState state(std::uint32_t cpu) { return lives_[cpu].state(); }

    // What bring_up asks for.
    [[nodiscard]] unsigned cpu_count() const { return static_cast<unsigned>(fates_.size()); }
    [[nodiscard]] HartId hart_of(CpuId cpu) const { return HartId{cpu.value + 20}; }
    [[nodiscard]] percpu::Life& life(CpuId cpu) { return lives_[cpu.index()]; }
    [[nodiscard]] bool can_start_harts() const { return hsm_; }
    [[nodiscard]] std::expected<std::uint64_t, std::int64_t> start_hart(CpuId cpu) {
        starts_.push_back("start " + std::to_string(cpu.value) +
                          (life(cpu).state() == LifeState::Starting ? "" : " too early"));
        now_ += 10;
        if (fates_[cpu.index()] == Fate::Refused)
            return std::unexpected(-3);
        if (fates_[cpu.index()] == Fate::Comes)
            CHECK(life(cpu).arrive());
        return std::uint64_t{0};
    }
    [[nodiscard]] std::uint64_t diagnostic_deadline() const { return now_ + bound; }
    [[nodiscard]] std::uint64_t now() {
        const std::uint64_t deadline = 10 * starts_.size() + bound;
        now_ += 1;
        for (std::uint32_t cpu = 1; cpu < fates_.size(); ++cpu)
            if ((fates_[cpu] == Fate::Late && now_ == late_at) ||
                (fates_[cpu] == Fate::AtTheDeadline && now_ == deadline)) {
                CHECK(lives_[cpu].arrive());
            }
        return now_;
    }

    template <class... A>
    void info(format::FormatString<std::type_identity_t<A>...> text, const A&... values) {
        note<A...>("info: ", text, values...);
    }
    template <class... A>
    void line(format::FormatString<std::type_identity_t<A>...> text, const A&... values) {
        note<A...>("line: ", text, values...);
    }
    template <class... A>
    void warn(format::FormatString<std::type_identity_t<A>...> text, const A&... values) {
        note<A...>("warn: ", text, values...);
    }

  private:
    template <class... A>
    void note(std::string level, format::FormatString<std::type_identity_t<A>...> text,
              const A&... values) {
        format::BoundedText<200> line;
        format::write(line, text, values...);
        lines_.push_back(level + std::string(line.view()));
    }

    std::vector<Fate> fates_;
    std::vector<percpu::Life> lives_;
    bool hsm_;
    std::uint64_t now_ = 0;
    Lines lines_;
    Lines starts_;
};

constexpr Fate boot = Fate::Comes;

} // namespace

TEST_CASE("smp: where all CPUs come, each is named in order and all are online") {
    Machine machine({boot, Fate::Comes, Fate::Comes, Fate::Comes});
    CHECK(machine.run() == Lines{"info: CPU 1: ready", "info: CPU 2: ready", "info: CPU 3: ready",
                                 "info: SMP: all CPUs online"});
    CHECK(machine.starts() == Lines{"start 1", "start 2", "start 3"});
    for (std::uint32_t cpu = 0; cpu < 4; ++cpu)
        CHECK(machine.state(cpu) == LifeState::Online);
}

TEST_CASE("smp: one CPU alone is all CPUs, with firmware that can start harts or can't") {
    CHECK(Machine({boot}).run() == Lines{"info: SMP: all CPUs online"});
    CHECK(Machine({boot}, false).run() == Lines{"info: SMP: all CPUs online"});
}

TEST_CASE("smp: CPUs are named in order, whatever the order in which they come") {
    Machine machine({boot, Fate::Late, Fate::Comes, Fate::Late});
    CHECK(machine.run() == Lines{"info: CPU 1: ready", "info: CPU 2: ready", "info: CPU 3: ready",
                                 "info: SMP: all CPUs online"});
}

TEST_CASE("smp: a hart that the firmware refuses is named and the others come") {
    Machine machine({boot, Fate::Comes, Fate::Refused, Fate::Comes});
    CHECK(machine.run() == Lines{"warn: CPU 2: hart 22 did not start (SBI error -3)",
                                 "info: CPU 1: ready", "info: CPU 3: ready",
                                 "line: SMP: 3/4 CPUs online"});
    CHECK(machine.starts() == Lines{"start 1", "start 2", "start 3"});
    CHECK(machine.state(2) == LifeState::Failed);
    CHECK(machine.time() < Machine::bound); // nobody waits for it
}

TEST_CASE("smp: INV-SMP-1: a hart that never comes costs the diagnostic bound once") {
    Machine machine({boot, Fate::Never, Fate::Never, Fate::Comes});
    CHECK(machine.run() == Lines{"warn: CPU 1: hart 21 did not come up in time",
                                 "warn: CPU 2: hart 22 did not come up in time",
                                 "info: CPU 3: ready", "line: SMP: 2/4 CPUs online"});
    CHECK(machine.state(1) == LifeState::Failed);
    CHECK(machine.state(2) == LifeState::Failed);
    CHECK(machine.time() >= 30 + Machine::bound);
    CHECK(machine.time() < 30 + Machine::bound + 10);
}

TEST_CASE("smp: a hart that comes after it was given up is told to stop") {
    Machine machine({boot, Fate::Never});
    CHECK(machine.run() ==
          Lines{"warn: CPU 1: hart 21 did not come up in time", "line: SMP: 1/2 CPUs online"});
    CHECK_FALSE(machine.life(CpuId{1}).arrive());
    CHECK(machine.state(1) == LifeState::Failed);
}

TEST_CASE("smp: a hart that comes just when time is up is in") {
    Machine machine({boot, Fate::AtTheDeadline, Fate::Never});
    CHECK(machine.run() == Lines{"info: CPU 1: ready",
                                 "warn: CPU 2: hart 22 did not come up in time",
                                 "line: SMP: 2/3 CPUs online"});
    CHECK(machine.state(1) == LifeState::Online);
}

TEST_CASE("smp: without HSM nobody is asked, nobody is waited for, and one line says why") {
    Machine machine({boot, Fate::Comes, Fate::Comes}, false);
    CHECK(machine.run() == Lines{"warn: SMP: the firmware can't start harts (no HSM extension)",
                                 "line: SMP: 1/3 CPUs online"});
    CHECK(machine.starts().empty());
    CHECK(machine.time() < 10);
    CHECK(machine.state(1) == LifeState::Offline);
    CHECK(machine.state(2) == LifeState::Offline);
}

TEST_CASE("smp: Feature::start brings the others up") {
    Machine machine({boot, Fate::Comes});
    smp::Feature<int>::start(machine);
    CHECK(machine.state(1) == LifeState::Online);
}

namespace {

/// A machine whose harts are threads that come when they like, around the deadline.
class Racing {
  public:
    explicit Racing(unsigned delay) : delay_(delay) {}
    ~Racing() { hart_ = {}; }

    [[nodiscard]] bool hart_came() {
        hart_ = {}; // joins
        return came_;
    }

    [[nodiscard]] unsigned cpu_count() const { return 2; }
    [[nodiscard]] HartId hart_of(CpuId) const { return HartId{1}; }
    [[nodiscard]] percpu::Life& life(CpuId cpu) { return lives_[cpu.index()]; }
    [[nodiscard]] bool can_start_harts() const { return true; }
    [[nodiscard]] std::expected<std::uint64_t, std::int64_t> start_hart(CpuId cpu) {
        hart_ = std::jthread([this, cpu] { came_ = life(cpu).arrive(); });
        return std::uint64_t{0};
    }
    [[nodiscard]] std::uint64_t diagnostic_deadline() const { return delay_; }
    [[nodiscard]] std::uint64_t now() { return now_++; }
    template <class... A>
    void info(std::string_view text, const A&...) {
        lines.emplace_back(text);
    }
    template <class... A>
    void line(std::string_view text, const A&...) {
        lines.emplace_back(text);
    }
    template <class... A>
    void warn(std::string_view text, const A&...) {
        lines.emplace_back(text);
    }
    Lines lines;

  private:
    std::array<percpu::Life, 2> lives_;
    std::uint64_t delay_;
    std::uint64_t now_ = 0;
    bool came_ = false;
    std::jthread hart_;
};

} // namespace

TEST_CASE("smp: whenever a hart comes, it and the boot CPU agree whether it is in") {
    unsigned wrong = 0;
    for (unsigned round = 0; round < 1000; ++round) {
        Racing racing(round % 50);
        smp::bring_up(racing);
        const bool in = racing.lines == Lines{"CPU {}: ready", "SMP: all CPUs online"};
        const bool out = racing.lines ==
                         Lines{"CPU {}: hart {} did not come up in time", "SMP: {}/{} CPUs online"};
        wrong += in == out || racing.hart_came() != in;
    }
    CHECK(wrong == 0);
}
