// SPDX-License-Identifier: MIT
// The tasks of a CPU that takes no new ones leave it. Their slots elsewhere are taken for all of
// them before the first one moves; so either all can go, or none has.
#pragma once

#include <neuron/core/cpu_set.hpp>
#include <neuron/hotplug/parts.hpp>
#include <neuron/sched/wake.hpp>

namespace neuron::hotplug::detail {

using Home = sched::ParkWord::Home;

template <class System>
auto& reserved(System& system) {
    return system.template shared<Feature>().reserved;
}
template <class System>
auto& admissions(System& system) {
    return system.template shared<sched::Feature>();
}

/// Calls visit(Pid, Place&, home, goal) for each task that is at home on `leaving`, or is to be,
/// until that is false; `goal` is its home unless it is to have another. A moment old: they end and
/// move meanwhile.
template <class System, class Visit>
bool for_each_task_of(System& system, core::CpuId leaving, Visit visit) {
    for (std::uint32_t cpu = 0; cpu < system.cpu_count(); ++cpu) {
        auto& tasks = system.template remote<sched::Feature>(core::CpuId{cpu}).tasks;
        for (std::uint32_t index = 0; index < tasks.size; ++index) {
            sched::Place& place = tasks[index];
            const sched::ParkWord& word = place.slot.word;
            const std::uint32_t generation = word.generation();
            const auto home = word.home_of(generation);
            if (!home)
                continue;
            const Home goal = word.wants_to_move() ? word.goal() : *home;
            const sched::Pid pid{sched::detail::index_of(core::CpuId{cpu}, index), generation};
            if ((home->cpu == leaving || goal.cpu == leaving) && !visit(pid, place, *home, goal))
                return false;
        }
    }
    return true;
}

/// Where the task may run and is heard, of the CPUs behind `last`, and `has_slot(CpuId)`.
template <class System, class HasSlot>
std::optional<core::CpuId> next_cpu(System& system, const sched::Place& place, core::CpuId last,
                                    HasSlot has_slot) {
    return core::first_from(last.value + 1, system.cpu_count(), [&](core::CpuId cpu) {
        return place.slot.may_run_on(cpu) && sched::detail::is_reachable_cpu(system, cpu) &&
               has_slot(cpu);
    });
}
/// Takes a slot for it, which somebody attaches again. Not of a CPU that is closed.
template <class System>
std::optional<core::CpuId> take_slot(System& system, const sched::Place& place, core::CpuId last,
                                     core::QosClass qos) {
    return next_cpu(system, place, last, [&](core::CpuId cpu) {
        auto slot = admissions(system).try_take(cpu, qos);
        if (slot)
            slot->detach();
        return slot.has_value();
    });
}

/// Slots that nobody has needed go back.
template <class System>
void release_reserved(System& system) {
    for (std::uint32_t cpu = 0; cpu < system.cpu_count(); ++cpu)
        for (std::uint32_t qos = 0; qos < core::qos_classes; ++qos)
            for (std::uint32_t& count = reserved(system)[cpu][qos]; count != 0; --count)
                (void)admissions(system).attach(core::CpuId{cpu}, core::QosClass{qos});
}

/// A slot elsewhere for each task that has none; false, and none is held, if there is not one for
/// all.
template <class System>
bool reserve(System& system, core::CpuId leaving) {
    core::CpuId last = leaving; // so that they are spread
    const bool all = for_each_task_of(
        system, leaving, [&](sched::Pid, sched::Place& place, const Home&, const Home& goal) {
            if (goal.cpu != leaving)
                return true;
            const auto found = take_slot(system, place, last, goal.qos);
            if (!found)
                return false;
            last = *found;
            ++reserved(system)[last.index()][static_cast<std::uint32_t>(goal.qos)];
            return true;
        });
    if (!all)
        release_reserved(system);
    return all;
}

/// A slot for a task of that class where it may run, one that is held if there is one.
template <class System>
std::optional<core::CpuId> find_slot(System& system, const sched::Place& place, core::CpuId last,
                                     core::QosClass qos) {
    const auto held = [&](core::CpuId cpu) -> std::uint32_t& {
        return reserved(system)[cpu.index()][static_cast<std::uint32_t>(qos)];
    };
    const auto cpu =
        next_cpu(system, place, last, [&](core::CpuId other) { return held(other) != 0; });
    if (!cpu) // it has come since, or another class
        return take_slot(system, place, last, qos);
    --held(*cpu);
    return cpu;
}

/// Says where to go: false if there is no slot, or it has gone.
template <class System>
bool send_off(System& system, sched::Pid pid, sched::Place& place, const Home& home,
              core::CpuId& last) {
    const auto cpu = find_slot(system, place, last, home.qos);
    if (!cpu)
        return false;
    last = *cpu;
    using Noted = sched::ParkWord::Noted;
    if (place.slot.word.note_move(pid.generation, home, {*cpu, home.qos}) == Noted::Noted)
        return true;
    (void)admissions(system).attach(*cpu, home.qos); // goes back
    return false;
}

/// INV-HOTPLUG-2. Each task of `leaving` is told where to go, unless it is about to go somewhere,
/// or to be of another class. One that is parked is woken: it parks again there (sched::park may
/// return for any reason).
template <class System>
void evict(System& system, core::CpuId leaving) {
    core::CpuId last = leaving;
    (void)for_each_task_of(
        system, leaving,
        [&](sched::Pid pid, sched::Place& place, const Home& home, const Home& goal) {
            if (goal == home && send_off(system, pid, place, home, last))
                sched::detail::have_attended(system, pid);
            (void)sched::unpark(system, pid); // it may have ended
            return true;
        });
}

/// Whether no task is at home there, nor on its way (INV-RUNQUEUE-5).
template <class System>
bool is_empty(System& system, core::CpuId leaving) {
    std::uint32_t taken = 0;
    for (std::uint32_t qos = 0; qos < core::qos_classes; ++qos)
        taken += admissions(system).taken(leaving, core::QosClass{qos});
    return taken == 0;
}

} // namespace neuron::hotplug::detail
