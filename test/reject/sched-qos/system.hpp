// SPDX-License-Identifier: MIT
// What the files here share: a system, a task, the authority, and lawful uses of all.
#pragma once
#include <neuron/sched-qos/feature.hpp>
using namespace neuron;
using core::QosClass;
using sched::Task;

struct neuron::core::Strand {};

struct Values {
    static constexpr unsigned max_cpus = 2, sched_tasks = 2, sched_large_tasks = 1;
    static constexpr unsigned sched_capacity = 2, sched_qos_patience = 4, sched_qos_decisions = 2;
};
struct System {
    using Values = ::Values;
    using Feature = sched::Feature<Values>;
    using Qos = sched_qos::Feature<Values>;
    using Features = core::TypeList<Feature, Qos>;
    core::CpuId this_cpu() const;
    unsigned cpu_count() const;
    std::uint64_t now() const;
    std::uint64_t ticks(std::uint64_t) const;
    core::TickRate tick_rate() const;
    core::Strand& prepare_task_stack(core::CpuId, unsigned);
    static std::span<std::byte> stack_of(core::Strand&);
    void begin_strand(core::Strand&, void (*)(void*), void*);
    core::Strand& idle_strand(const core::IrqOff&);
    void switch_strands(const core::IrqOff&, core::Strand&, core::Strand&);
    template <template <class> class>
    Feature::PerCpuIn<Features>& own(const auto&);
    template <template <class> class>
    Feature::Remote& remote(core::CpuId);
    template <template <class> class F>
    F<Values>::Shared& shared();
};

extern System machine;
extern Task& self;
extern const sched_qos::Authority& authority;
extern core::Pid pid;

inline void lawful() {
    (void)sched_qos::set_qos(machine, self, QosClass::Idle);
    (void)sched_qos::set_qos(machine, authority, pid, QosClass::Idle);
    (void)sched_qos::set_share(machine, self, 1);
    (void)sched_qos::set_share(machine, authority, self, 1);
    (void)sched_qos::set_affinity(machine, self, {});
    (void)sched_qos::spawn(machine, authority, {.qos = QosClass::PerfBurst}, [](Task&) {});
}
