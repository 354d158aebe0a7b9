// SPDX-License-Identifier: MIT
// What lib/sched adds to a system: see kernel/README.md for the shape of a Feature. It looks for
// one hook in others:
//   static void on_waiting(System&, const W&)  a task runs on this CPU while another is ready, or
//                                              somebody wants it to move; W is IrqOff or IrqContext
#pragma once

#include <neuron/sched/spawn.hpp>

namespace neuron::sched {

template <class Values>
struct Feature {
    template <class Queue>
    struct PerCpuOf {
        percpu::PerCpu<Cpu<Queue>, core::IrqOff> cpu;
    };
    template <class Features>
    using PerCpuIn = PerCpuOf<typename detail::QueueOf<Features>::type>;
    using Remote = sched::Remote<Values>;
    using Shared = Admissions<Values>;

    /// CPU 0 takes tasks. The others do if lib/sched-smp is there.
    template <class System>
    static void start(System& system) {
        system.template shared<sched::Feature>().open(core::boot_cpu);
    }

    /// Main is the first task, and stays on CPU 0.
    template <void (*Main)(), class System>
    static void start_main(System& system) {
        const auto main = spawn(system, {.name = "main", .affinity = CpuMask::only(core::boot_cpu)},
                                [](Task&) { Main(); });
        core::check(main.has_value(), "there is room for main");
    }

    /// Of an idle CPU: runs tasks until none is ready. A task that asks for what an idle CPU would
    /// run (run_pending) gets none: it stands on no idle strand.
    template <class System>
    static bool run(System& system) {
        const core::IrqOff masked;
        if (detail::running(system, masked) != nullptr)
            return false;
        detail::cpu(system, masked).with(masked, [&](auto& own) {
            detail::end_turn(system, own.ready, nullptr);
        });
        Task* const next = detail::pick(system, masked, nullptr);
        if (next == nullptr)
            return false;
        if (detail::load_of(system, masked).is_waiting)
            detail::note_waiting(system, masked);
        detail::switch_to(system, masked, system.idle_strand(masked), next);
        return true;
    }
    template <class System>
    static bool has_work(System& system, const core::IrqOff& masked) {
        return detail::cpu(system, masked).with(masked, [](auto& own) {
            return !own.ready.is_empty();
        });
    }

    /// Whose stack `place` of `pool` is, or was last. For a report.
    template <class System>
    static std::string_view name_of(System& system, core::CpuId pool, std::uint32_t place) {
        return system.template remote<sched::Feature>(pool).tasks[place].task.name();
    }
    /// Who runs on this CPU, for a report.
    template <class System, class W>
    static std::string_view running_name(System& system, const W& masked) {
        const Task* const task = detail::running(system, masked);
        return task != nullptr ? task->name() : std::string_view{};
    }
};

} // namespace neuron::sched
