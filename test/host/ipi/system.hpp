// SPDX-License-Identifier: MIT
// A System of a few CPUs, with the parts and calls that lib/ipi asks for. One thread plays them in
// turn, or each is played by a thread of its own. Doorbells are counted, may be told to fail, and
// only raise a flag: a CPU takes its interrupt when the test says so.
#pragma once

#include <neuron/ipi/feature.hpp>
#include <neuron/percpu/identity.hpp>
#include <neuron/percpu/life.hpp>

#include <functional>
#include <string>
#include <vector>

#include "../play.hpp"

namespace ipi_test {

using namespace neuron;
using core::CpuId;
using Lines = std::vector<std::string>;

constexpr CpuId zero{0};
constexpr CpuId one{1};
constexpr CpuId two{2};
constexpr CpuId three{3};

/// The system's numbers; a test inherits them to change some.
struct Numbers {
    static constexpr unsigned max_cpus = 4;
    static constexpr unsigned ipi_ring_shift = 2;
    static constexpr std::uint32_t ipi_budget = 8;
    static constexpr std::uint32_t ipi_idle_polls = 2;
    static constexpr std::uint32_t ipi_burst = 2;
    static constexpr std::uint64_t ipi_token_microseconds = 10;
    static constexpr std::uint32_t ipi_trace_events = 0;
};

/// A feature with the kinds of a test.
template <class... K>
struct Brings {
    using IpiKinds = core::TypeList<K...>;
    template <class System>
    static void on_reschedule(System& system, core::IrqContext&) {
        system.note(system.this_cpu(), "reschedule", 0);
    }
};

template <class ItsValues, class... K>
class System {
  public:
    using Values = ItsValues;
    using Features = core::TypeList<ipi::Feature<Values>, Brings<K...>>;
    static constexpr unsigned max_cpus = Values::max_cpus;
    static constexpr std::uint64_t diagnostic_ticks = 1000;

    /// This thread is CPU 0; the first `count` CPUs are online.
    explicit System(unsigned count = max_cpus) : count_(count) {
        for (std::uint32_t cpu = 0; cpu < max_cpus; ++cpu) {
            percpu::name_cpu(blocks_[cpu].identity, CpuId{cpu}, core::HartId{cpu}, this);
            blocks_[cpu].life.begin();
            if (cpu < count)
                (void)blocks_[cpu].life.arrive();
        }
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
    /// Whether this CPU's doorbell had rung; it then takes the interrupt.
    bool take_interrupt() {
        if (here().interrupt.exchange(0, core::relaxed) == 0)
            return false;
        core::fence(core::acquire); // as the kernel's
        handle([&](core::IrqContext& irq) {
            ipi::Feature<Values>::on_software_interrupt(*this, irq);
        });
        return true;
    }
    bool take_interrupt(CpuId cpu) {
        return as(cpu, [&] { return take_interrupt(); });
    }
    [[nodiscard]] bool is_rung(CpuId cpu) {
        return blocks_.at(cpu.index()).interrupt.load(core::relaxed) != 0;
    }
    /// A handler of this CPU.
    template <class Use>
    void handle(Use use) {
        host_test::handle(use);
    }

    // What happens to a CPU, by itself.
    unsigned failing_rings = 0;       ///< so many doorbells fail from now on, whoever rings
    std::vector<CpuId> rings;         ///< whom somebody rang, or tried to; not if threads play
    std::vector<unsigned> mask_rings; ///< how many CPUs each ring_all had
    std::uint64_t time = 0;
    std::function<void()> meanwhile; ///< whenever this CPU looks at the clock
    std::function<void()> at_look;   ///< whenever it looks whether a CPU is online
    [[nodiscard]] Lines& seen(CpuId cpu) { return blocks_.at(cpu.index()).seen; }
    /// By a handler, of what it was given.
    template <class Value>
    void note(CpuId sender, const char* kind, Value value) {
        here().seen.push_back(std::to_string(sender.value) + " " + kind + " " +
                              std::to_string(value));
    }
    bool threads_play = false;
    /// For handlers to count in.
    std::uint64_t& count(CpuId cpu, std::size_t what) {
        return blocks_.at(cpu.index()).counts.at(what);
    }
    const ipi::PairCounters& sent(CpuId from, CpuId to) {
        return remote<ipi::Feature>(from).sent[to.index()];
    }

    // What lib/ipi asks for.
    [[nodiscard]] CpuId this_cpu() const { return percpu::this_cpu().cpu; }
    [[nodiscard]] unsigned cpu_count() const { return count_; }
    [[nodiscard]] percpu::Life& life(CpuId cpu) {
        call(at_look);
        return blocks_.at(cpu.index()).life;
    }
    [[nodiscard]] bool ring(CpuId cpu) {
        if (!threads_play)
            rings.push_back(cpu);
        if (failing_rings != 0) {
            --failing_rings;
            return false;
        }
        core::fence(core::release); // as the kernel's
        blocks_.at(cpu.index()).interrupt.store(1, core::relaxed);
        return true;
    }
    [[nodiscard]] bool ring_all(const core::CpuSet<max_cpus>& cpus) {
        mask_rings.push_back(cpus.size());
        bool rang = true;
        cpus.for_each([&](CpuId cpu) { rang = ring(cpu) && rang; });
        return rang;
    }
    void interrupt_self() { here().interrupt.store(1, core::relaxed); }
    void stop_this_cpu(core::IrqContext&) { here().life.stop(); }
    [[nodiscard]] std::uint64_t now() {
        call(meanwhile);
        return time;
    }
    [[nodiscard]] std::uint64_t diagnostic_deadline() const { return time + diagnostic_ticks; }
    [[nodiscard]] std::uint64_t ticks(std::uint64_t microseconds) const { return microseconds; }
    template <class Use>
    void as_handler(Use use) {
        handle(use);
    }

    template <template <class> class, class W>
        requires core::Proves<W, core::Pinned> || core::Proves<W, core::IrqOff>
    auto& own(const W&) {
        return here().own;
    }
    template <template <class> class>
    auto& remote(CpuId cpu) {
        return blocks_.at(cpu.index()).remote;
    }

  private:
    struct Block {
        percpu::Identity identity;
        percpu::Life life;
        ipi::Feature<Values>::template PerCpuIn<Features> own;
        ipi::Feature<Values>::template RemoteIn<Features> remote;
        core::Atomic<std::uint32_t> interrupt{0};
        Lines seen;
        std::array<std::uint64_t, 16> counts{};
    };

    Block& here() { return *static_cast<Block*>(env::cpu_block()); }
    /// What it does may look at the clock, too.
    static void call(std::function<void()>& hook) {
        if (hook) {
            const std::function<void()> running = std::exchange(hook, nullptr);
            running();
            if (!hook)
                hook = running;
        }
    }

    unsigned count_;
    std::array<Block, max_cpus> blocks_;
};

} // namespace ipi_test
