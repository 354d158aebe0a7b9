// SPDX-License-Identifier: MIT
// A system of a few CPUs that threads of the checker play, with the parts and calls that lib/ipi
// asks for. Its doorbells are interrupts behind a fence, as the kernel's are.
#pragma once

#include <neuron/ipi/feature.hpp>
#include <neuron/percpu/identity.hpp>
#include <neuron/percpu/life.hpp>

#include <model/cpu.hpp>

#include "../passes.hpp"

struct neuron::core::ContextMaker {
    static IrqContext handler() { return {}; }
};

namespace ipi_model {

using namespace neuron;
using core::CpuId;

/// The system's numbers.
template <unsigned Cpus, std::uint32_t Budget = 8, unsigned RingShift = 1>
struct Numbers {
    static constexpr unsigned max_cpus = Cpus;
    static constexpr unsigned ipi_ring_shift = RingShift;
    static constexpr std::uint32_t ipi_budget = Budget;
    static constexpr std::uint32_t ipi_idle_polls = 1;
    static constexpr std::uint32_t ipi_burst = 1;
    static constexpr std::uint64_t ipi_token_microseconds = 1;
    static constexpr std::uint32_t ipi_trace_events = 0;
};

/// A feature with the kinds of a test.
template <class... K>
struct Kinds {
    using IpiKinds = core::TypeList<K...>;
};

template <class ItsValues, class... K>
class System {
  public:
    using Values = ItsValues;
    using Features = core::TypeList<Kinds<K...>>;
    static constexpr unsigned max_cpus = Values::max_cpus;

    System() {
        for (std::uint32_t cpu = 0; cpu < max_cpus; ++cpu)
            percpu::name_cpu(blocks_[cpu].identity, CpuId{cpu}, core::HartId{cpu}, this);
    }

    /// The calling thread is this CPU.
    void play(CpuId cpu) {
        auto& block = blocks_.at(cpu.index());
        env::set_cpu_block(&block, sizeof(block));
    }
    /// It takes interrupts, too; what it did not take when the body ends is left.
    void take_interrupts(CpuId cpu) {
        blocks_.at(cpu.index()).interrupts.set_handler([this, cpu] {
            play(cpu);
            on_interrupt(cpu);
        });
    }
    void on_interrupt(CpuId cpu) {
        blocks_.at(cpu.index()).interrupts.clear_irq();
        core::fence(core::acquire);
        core::IrqContext irq = core::ContextMaker::handler();
        ipi::serve(*this, irq);
    }
    model::Cpu& interrupts(CpuId cpu) { return blocks_.at(cpu.index()).interrupts; }
    std::optional<CpuId> failing; ///< its next ring fails

    [[nodiscard]] CpuId this_cpu() const { return percpu::this_cpu().cpu; }
    [[nodiscard]] unsigned cpu_count() const { return max_cpus; }
    struct Online {
        static bool is_online() { return true; }
        static bool has_left() { return false; }
    };
    [[nodiscard]] Online life(CpuId) const { return {}; }
    [[nodiscard]] bool ring(CpuId cpu) {
        if (failing == this_cpu()) {
            failing.reset();
            return false;
        }
        core::fence(core::release);
        interrupts(cpu).send_irq();
        return true;
    }
    [[nodiscard]] bool ring_all(const core::CpuSet<max_cpus>& cpus) {
        bool rang = true;
        cpus.for_each([&](CpuId cpu) { rang = ring(cpu) && rang; });
        return rang;
    }
    void interrupt_self() { interrupts(this_cpu()).send_irq(); }
    [[nodiscard]] std::uint64_t now() const { return 0; }
    [[nodiscard]] std::uint64_t diagnostic_deadline() const { return 1; }
    [[nodiscard]] std::uint64_t ticks(std::uint64_t) const { return 1; }
    template <class Use>
    void as_handler(Use use) {
        const core::IrqOff masked;
        core::IrqContext irq = core::ContextMaker::handler();
        use(irq);
    }

    template <template <class> class, class W>
    auto& own(const W&) {
        return static_cast<Block*>(env::cpu_block())->own;
    }
    template <template <class> class>
    auto& remote(CpuId cpu) {
        return blocks_.at(cpu.index()).remote;
    }

  private:
    struct Block {
        percpu::Identity identity;
        ipi::Feature<Values>::template PerCpuIn<Features> own;
        ipi::Feature<Values>::template RemoteIn<Features> remote;
        model::Cpu interrupts;
    };
    std::array<Block, max_cpus> blocks_;
};

} // namespace ipi_model
