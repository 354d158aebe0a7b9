// SPDX-License-Identifier: MIT
// The tasks of a CPU that takes no new ones leave it. Their slots elsewhere are taken for all of
// them before the first one moves; so either all can go, or none has.
#pragma once

#include <neuron/hotplug/parts.hpp>
#include <neuron/sched/wake.hpp>

namespace neuron::hotplug::detail {

using Home = sched::ParkWord::Home;

template <class System>
auto& reserved(System& system) {
    return system.template shared<Feature>().reserved.of;
}
template <class System>
auto& admissions(System& system) {
    return system.template shared<sched::Feature>();
}

/// Calls visit(Pid, Place&, Home) for each task that is at home on `leaving`, or is to be, until
/// that is false. A moment old: they end and move meanwhile.
template <class System, class Visit>
bool for_each_task_of(System& system, core::CpuId leaving, Visit visit) {
    for (std::uint32_t cpu = 0; cpu < system.cpu_count(); ++cpu) {
        auto& tasks = system.template remote<sched::Feature>(core::CpuId{cpu}).tasks;
        for (std::uint32_t index = 0; index < tasks.size; ++index) {
            sched::Place& place = tasks[index];
            const sched::ParkWord& word = place.slot.word;
            const std::uint32_t generation = word.generation();
            const auto home = word.home_of(generation);
            const sched::Pid pid{sched::detail::index_of(core::CpuId{cpu}, index), generation};
            const bool comes = home && word.wants_to_move() && word.goal().cpu == leaving;
            if (home && (home->cpu == leaving || comes) && !visit(pid, place, *home))
                return false;
        }
    }
    return true;
}
/// Whether a task may go to `cpu`, and is heard there.
template <class System>
bool may_go(System& system, const sched::Place& place, core::CpuId cpu) {
    return place.slot.may_run_on(cpu) && sched::detail::is_reachable_cpu(system, cpu);
}

/// The CPU behind `after` that `wants` likes, in a circle; nothing if it likes none.
template <class System, class Wants>
std::optional<core::CpuId> next_cpu(System& system, std::uint32_t after, Wants wants) {
    for (std::uint32_t n = 1; n <= system.cpu_count(); ++n) {
        const core::CpuId cpu{(after + n) % system.cpu_count()};
        if (wants(cpu))
            return cpu;
    }
    return {};
}

/// Slots that nobody has needed go back.
template <class System>
void release_reserved(System& system) {
    for (std::uint32_t cpu = 0; cpu < system.cpu_count(); ++cpu)
        for (std::uint32_t qos = 0; qos < core::qos_classes; ++qos)
            for (std::uint32_t& count = reserved(system)[cpu][qos]; count != 0; --count)
                (void)admissions(system).attach(core::CpuId{cpu}, core::QosClass{qos});
}

/// A slot elsewhere for each task; false, and none is held, if there is not one for all.
template <class System>
bool reserve(System& system, core::CpuId leaving) {
    std::uint32_t last = leaving.value; // so that they are spread
    const bool all =
        for_each_task_of(system, leaving, [&](sched::Pid, sched::Place& place, const Home& home) {
            const auto found = next_cpu(system, last, [&](core::CpuId cpu) {
                if (cpu == leaving || !may_go(system, place, cpu))
                    return false;
                auto slot = admissions(system).try_take(cpu, home.qos);
                if (!slot)
                    return false;
                slot->detach(); // counted below
                return true;
            });
            if (!found)
                return false;
            last = found->value;
            ++reserved(system)[last][static_cast<std::uint32_t>(home.qos)];
            return true;
        });
    if (!all)
        release_reserved(system);
    return all;
}

/// A slot for a task of that class where it may run, one that is held if there is one.
template <class System>
std::optional<Home> find_slot(System& system, sched::Place& place, const Home& home,
                              std::uint32_t& last) {
    const auto qos = static_cast<std::uint32_t>(home.qos);
    auto cpu = next_cpu(system, last, [&](core::CpuId other) {
        return may_go(system, place, other) && reserved(system)[other.index()][qos] != 0;
    });
    if (cpu) {
        --reserved(system)[cpu->index()][qos];
    } else { // it has come since, or another class
        cpu = next_cpu(system, last, [&](core::CpuId other) {
            if (!may_go(system, place, other))
                return false;
            auto slot = admissions(system).try_take(other, home.qos);
            if (slot)
                slot->detach();
            return slot.has_value();
        });
    }
    if (!cpu)
        return {};
    last = cpu->value;
    return Home{*cpu, home.qos};
}

/// Says where to go, if nobody has yet: false if there is no slot, or it has gone.
template <class System>
bool send_off(System& system, sched::Pid pid, sched::Place& place, const Home& home,
              std::uint32_t& last) {
    const auto goal = find_slot(system, place, home, last);
    if (!goal)
        return false;
    using Noted = sched::ParkWord::Noted;
    if (place.slot.word.note_move(pid.generation, home, *goal) == Noted::Noted)
        return true;
    (void)admissions(system).attach(goal->cpu, goal->qos); // goes back
    return false;
}

/// INV-HOTPLUG-2. Each task of `leaving` is told where to go, unless it is about to go somewhere,
/// or to be of another class. One that is parked is woken: it parks again there (sched::park may
/// return for any reason).
template <class System>
void evict(System& system, core::CpuId leaving) {
    std::uint32_t last = leaving.value;
    (void)for_each_task_of(
        system, leaving, [&](sched::Pid pid, sched::Place& place, const Home& home) {
            if (!place.slot.word.wants_to_move() && send_off(system, pid, place, home, last))
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
