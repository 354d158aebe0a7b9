// SPDX-License-Identifier: MIT
// A System of two CPUs, with the parts and calls that lib/timer asks for; one thread plays them in
// turn. Its clock stands still until it is told to go on, and then interrupts the CPU that it is
// set for.
#pragma once

#include <neuron/percpu/identity.hpp>
#include <neuron/timer/feature.hpp>

#include <functional>
#include <vector>

#include "../play.hpp"

namespace timer_test {

using namespace neuron;
using core::CpuId;
using core::Instant;
using core::Nanoseconds;
using namespace std::chrono_literals;

constexpr CpuId zero{0};
constexpr CpuId one{1};

/// The system's numbers; a test inherits them to change some.
struct Numbers {
    static constexpr unsigned max_cpus = 2;
    static constexpr bool timer_coalescing = true;
    static constexpr std::uint64_t timer_window_perf_burst = 0;
    static constexpr std::uint64_t timer_window_interactive = 1000;
    static constexpr std::uint64_t timer_window_normal = 4000;
    static constexpr std::uint64_t timer_window_idle = 8000;
    static constexpr std::uint32_t timer_per_owner = 6;
    static constexpr std::uint32_t timer_per_cpu = 8;
    static constexpr std::size_t timer_owners = 3;
    static constexpr std::uint64_t timer_budget = 4;
    static constexpr unsigned timer_longest_hours = 24;
    static constexpr unsigned timer_shortest_microseconds = 50;
};

template <class ItsValues>
class System {
  public:
    using Values = ItsValues;
    using Feature = timer::Feature<Values>;
    static constexpr unsigned max_cpus = Values::max_cpus;

    System() {
        for (std::uint32_t cpu = 0; cpu < max_cpus; ++cpu)
            percpu::name_cpu(blocks_.at(cpu).identity, CpuId{cpu}, core::HartId{cpu}, this);
        (void)Feature::prepare(*this, limits_);
        play(zero);
    }
    ~System() { env::set_cpu_block(nullptr); }
    System(const System&) = delete;
    System& operator=(const System&) = delete;

    /// The calling thread is this CPU from now on.
    void play(CpuId cpu) { host_test::play(blocks_.at(cpu.index())); }
    /// What `use` returns, run as that CPU.
    template <class Use>
    auto as(CpuId cpu, Use use) {
        return host_test::as(blocks_.at(cpu.index()), use);
    }
    template <class Use>
    void handle(Use use) {
        host_test::handle(use);
    }
    /// The clock goes on until then; every interrupt that it is set for comes at its time.
    void go_on_to(Instant time) {
        const std::uint64_t end = tick_rate().to_ticks(time.time_since_epoch());
        for (;;) {
            Block* first = nullptr;
            for (Block& block : blocks_)
                if (block.set_for <= end && (first == nullptr || block.set_for < first->set_for))
                    first = &block;
            if (first == nullptr)
                break;
            ticks_ = std::max(ticks_, first->set_for);
            as(first->identity.cpu, [&] { interrupt(); });
        }
        ticks_ = end;
    }
    /// It is so late, and nobody was interrupted.
    void stand_at(Instant time) { ticks_ = tick_rate().to_ticks(time.time_since_epoch()); }
    /// The timer interrupt of this CPU, whether it is set for now or not.
    void interrupt() {
        here().set_for = never;
        here().interrupts.push_back(Instant(tick_rate().to_nanoseconds(ticks_)));
        handle([&](core::IrqContext& irq) { Feature::on_timer_interrupt(*this, irq); });
    }
    /// Whether the doorbell of `cpu` had rung; it then takes the interrupt.
    bool take_doorbell(CpuId cpu) {
        if (!std::exchange(blocks_.at(cpu.index()).rung, false))
            return false;
        as(cpu, [&] {
            handle([&](core::IrqContext& irq) { Feature::on_software_interrupt(*this, irq); });
        });
        return true;
    }
    /// Whether this CPU has no timer any more.
    [[nodiscard]] bool is_quiet() {
        const core::IrqOff masked;
        return Feature::is_quiet(*this, masked);
    }
    [[nodiscard]] const std::vector<Instant>& interrupts(CpuId cpu) {
        return blocks_.at(cpu.index()).interrupts;
    }
    /// When the next interrupt of this CPU comes.
    [[nodiscard]] std::optional<Instant> set_for() {
        if (here().set_for == never)
            return {};
        return Instant(tick_rate().to_nanoseconds(here().set_for));
    }
    [[nodiscard]] auto& counters(CpuId cpu) { return blocks_.at(cpu.index()).remote.counters; }
    unsigned sets = 0; ///< how often a CPU set its hardware
    bool doorbell_fails = false;
    std::optional<Nanoseconds> wall;
    std::vector<std::pair<Instant, int>> fired; ///< by callbacks: when, and what they were given
    std::function<void(core::IrqContext&)> in_callback;

    // What lib/timer asks for.
    [[nodiscard]] CpuId this_cpu() const { return percpu::this_cpu().cpu; }
    [[nodiscard]] unsigned cpu_count() const { return max_cpus; }
    [[nodiscard]] std::uint64_t now() const { return ticks_; }
    [[nodiscard]] core::TickRate tick_rate() const { return core::TickRate(10'000'000); }
    [[nodiscard]] std::optional<Nanoseconds> read_wall_clock() const { return 1'000'000h; }
    template <class W>
        requires core::Proves<W, core::IrqOff>
    void arm_timer(const W&, std::uint64_t ticks) {
        here().set_for = ticks;
        ++sets;
    }
    [[nodiscard]] bool ring(CpuId cpu) {
        if (doorbell_fails)
            return false;
        return blocks_.at(cpu.index()).rung = true;
    }
    template <template <class> class, class W>
        requires core::Proves<W, core::Pinned> || core::Proves<W, core::IrqOff>
    auto& own(const W&) {
        return here().own;
    }
    template <template <class> class, class W>
    auto& here(const W&) {
        return here().remote;
    }
    template <template <class> class>
    auto& remote(CpuId cpu) {
        return blocks_.at(cpu.index()).remote;
    }
    template <template <class> class>
    auto& shared() {
        return shared_;
    }
    template <template <class> class>
    [[nodiscard]] const auto& sealed() const {
        return limits_;
    }

  private:
    static constexpr std::uint64_t never = ~std::uint64_t{0};
    struct Block {
        percpu::Identity identity;
        Feature::PerCpu own;
        Feature::Remote remote;
        std::uint64_t set_for = never;
        bool rung = false;
        std::vector<Instant> interrupts;
    };
    Block& here() { return *static_cast<Block*>(env::cpu_block()); }

    std::array<Block, max_cpus> blocks_;
    Feature::Shared shared_;
    Feature::Sealed limits_;
    std::uint64_t ticks_ = 0;
};

constexpr Instant at(Nanoseconds time) {
    return Instant(time);
}

/// Notes that it ran, and what it was given.
struct Note {
    template <class System>
    void operator()(System& system, core::IrqContext& irq, const timer::Firing&, int number) const {
        system.fired.emplace_back(Instant(system.tick_rate().to_nanoseconds(system.now())), number);
        if (system.in_callback)
            system.in_callback(irq);
    }
};

} // namespace timer_test
