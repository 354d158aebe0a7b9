// SPDX-License-Identifier: MIT
// INV-TRAVEL-1: the messages that tasks travel in. Each task has a link of its own, so that neither
// can be refused; its park word says that it is in one of them at a time (INV-SCHED-2,
// INV-SCHED-3).
#pragma once

#include <neuron/ipi/post.hpp>
#include <neuron/sched/attend.hpp>

namespace neuron::sched_smp {

/// What a task travels by.
struct Link : ipi::LinkNode {
    core::Plain<sched::Task*> task{nullptr}; ///< always the same
};
/// What says that a task is to be attended to.
struct Attention : ipi::LinkNode {
    core::Plain<std::uint32_t> index{0}; ///< of its place; always the same
};

} // namespace neuron::sched_smp

// SAFETY: a base is not derived; a link is its sender's until it is posted, and its receiver's from
// then on (INV-IPI-4), and the task goes with it.
template <>
inline constexpr bool neuron::core::unsafe_send<neuron::sched_smp::Link> = true;
// SAFETY: the same, but for the task: it is only a number.
template <>
inline constexpr bool neuron::core::unsafe_send<neuron::sched_smp::Attention> = true;

namespace neuron::sched_smp {

/// A parked task that was woken elsewhere comes home.
struct WakeTask {
    using Carrier = ipi::Link<Link>;
    template <class System>
    static void on_message(System& system, core::IrqContext& irq, core::CpuId, Link& link) {
        sched::Task& task = *link.task.read();
        sched::detail::Inside::word(task).arrive();
        sched::detail::make_ready(system, irq, task);
    }
};

/// A task that is ready, or new, comes to the CPU that is its home now.
struct MigrateTask {
    using Carrier = ipi::Link<Link>;
    template <class System>
    static void on_message(System& system, core::IrqContext& irq, core::CpuId, Link& link) {
        sched::detail::make_ready(system, irq, *link.task.read());
    }
};

/// Something was noted on a task: its home looks at it (sched/attend.hpp). Whoever sets the task's
/// `attention` has the link.
struct AttendTask {
    using Carrier = ipi::Link<Attention>;
    template <class System>
    static void on_message(System& system, core::IrqContext& irq, core::CpuId, Attention& link) {
        sched::detail::attend_on_message(system, irq, link.index.read());
    }
};

/// The links of the tasks of one CPU's pool: what a task travels by is its owner's.
template <std::size_t Count>
struct Links {
    std::array<Link, Count> of;
    std::array<Attention, Count> attentions;
};

template <class Values>
struct Feature; // feature.hpp

namespace detail {

template <class System>
auto& links_of(System& system, sched::Pid pid) {
    return system.template remote<Feature>(sched::detail::pool_of(pid)).links;
}

template <class K, class System>
void send(System& system, core::CpuId home, sched::Task& task) {
    const sched::Pid pid = task.pid();
    Link& link = links_of(system, pid).of[sched::detail::place_of(pid)];
    link.task.write(&task);
    // A CPU that ipi::Stop took out keeps the tasks that are at home there; one that is taken down
    // in order (lib/hotplug) has none, nor is one on its way there.
    (void)ipi::post<K>(system, home, ipi::IpiMessage<K>(link));
}

} // namespace detail

// What lib/sched looks for (sched/remote.hpp).

template <class... F, class System>
void post_wake(core::TypeList<F...>, System& system, core::CpuId home, sched::Task& task) {
    detail::send<WakeTask>(system, home, task);
}
template <class... F, class System>
void post_migrate(core::TypeList<F...>, System& system, core::CpuId home, sched::Task& task) {
    detail::send<MigrateTask>(system, home, task);
}
template <class... F, class System>
bool is_reachable(core::TypeList<F...>, System& system, core::CpuId cpu) {
    return system.life(cpu).is_online();
}
template <class... F, class System>
bool has_left(core::TypeList<F...>, System& system, core::CpuId cpu) {
    return system.life(cpu).has_left();
}
template <class... F, class System>
bool post_attend(core::TypeList<F...>, System& system, core::CpuId home, sched::Pid pid) {
    Attention& link = detail::links_of(system, pid).attentions[sched::detail::place_of(pid)];
    link.index.write(pid.index);
    return ipi::post<AttendTask>(system, home, ipi::IpiMessage<AttendTask>(link)).has_value();
}

} // namespace neuron::sched_smp

// SAFETY: Links are not derived; each is touched by whoever owns its task (INV-SCHED-5).
template <std::size_t Count>
inline constexpr bool neuron::core::unsafe_synchronized<neuron::sched_smp::Links<Count>> = true;
