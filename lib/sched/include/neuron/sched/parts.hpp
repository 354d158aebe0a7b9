// SPDX-License-Identifier: MIT
// What a system has of tasks: what each CPU runs and has ready, for itself alone; the places of
// tasks, for all; how many tasks each CPU takes.
#pragma once

#include <neuron/core/type_list.hpp>
#include <neuron/percpu-runqueue/run_queue.hpp>
#include <neuron/percpu/identity.hpp>
#include <neuron/percpu/per_cpu.hpp>
#include <neuron/sched/pool.hpp>

namespace neuron::sched {

/// INV-SCHED-5: a task is in exactly one place: it runs, it is in one CPU's queue, it is parked at
/// its home, or it is inside one message. `left` is the moment between: the CPU still stands on its
/// stack.
template <percpu_runqueue::RunQueueLike<Task> Queue>
struct Cpu {
    Task* running = nullptr; ///< nobody: the CPU is idle
    Task* left = nullptr;    ///< ended or moves away; settled by whoever runs next
    bool has_ended = false;  ///< what `left` did
    std::uint64_t switches = 0;
    Queue ready; ///< last, for it may be large
};

/// A queue that goes by time: observe(now) before what needs to know it, end_turn(&task) when a
/// task stops running, end_turn(nullptr) when an idle CPU is about to take one; skip() when one
/// that came out does not run; whether who is ready is to run before who runs, at once. A ready
/// task whose class `change` changes is queued again; one that leaves is forgotten; the running one
/// begets another.
template <class Queue>
concept KeepsTime = requires(Queue queue, Task* task) {
    queue.requeue(*task, [] {});
    queue.forget(*task);
    queue.beget(*task, *task);
    queue.observe(std::uint64_t{});
    queue.end_turn(task);
    queue.skip();
    { queue.outranks(*task) } -> std::same_as<bool>;
};

namespace detail {

/// The queue of the feature that brings one (lib/sched-qos); else first in, first out.
template <class Features>
struct QueueOf : std::type_identity<percpu_runqueue::RunQueue<Task>> {};
template <class F, class... Others>
struct QueueOf<core::TypeList<F, Others...>> : QueueOf<core::TypeList<Others...>> {};
template <class F, class... Others>
    requires requires { typename F::template ReadyQueue<Task, Inside>; }
struct QueueOf<core::TypeList<F, Others...>>
    : std::type_identity<typename F::template ReadyQueue<Task, Inside>> {};

} // namespace detail

template <class Values>
struct Remote {
    Pool<Values::sched_tasks, Values::sched_large_tasks> tasks;
};

template <class Values>
using Admissions = percpu_runqueue::Admissions<Values::max_cpus, Values::sched_capacity>;

template <class Values>
struct Feature; // feature.hpp

namespace detail {

/// Where a task is: the CPU whose pool its place is in, and which of these.
constexpr unsigned place_bits = 16;
constexpr std::uint32_t index_of(core::CpuId cpu, std::uint32_t place) {
    return cpu.value << place_bits | place;
}
constexpr core::CpuId pool_of(Pid pid) {
    return {pid.index >> place_bits};
}
constexpr std::uint32_t place_of(Pid pid) {
    return pid.index & ((1U << place_bits) - 1);
}

/// The name that is this number (format_value).
constexpr Pid pid_of(std::uint64_t number) {
    return {static_cast<std::uint32_t>(number), static_cast<std::uint32_t>(number >> 32)};
}

/// The place that a name names; nullptr if there is none. Whether it still is that task's, its word
/// says.
template <class System>
Place* find(System& system, Pid pid) {
    using Tasks = decltype(system.template remote<Feature>(core::CpuId{}).tasks);
    if (!pid.is_valid() || pool_of(pid).value >= system.cpu_count() || place_of(pid) >= Tasks::size)
        return nullptr;
    return &system.template remote<Feature>(pool_of(pid)).tasks[place_of(pid)];
}

/// The place of a task that somebody still holds.
template <class System>
Place& held_place(System& system, Pid pid) {
    return system.template remote<Feature>(pool_of(pid)).tasks[place_of(pid)];
}

template <class System, class W>
auto& cpu(System& system, const W& masked) {
    return system.template own<Feature>(masked).cpu;
}

/// The system that this code runs in.
template <class System>
System& here() {
    return *static_cast<System*>(percpu::this_cpu().system);
}

} // namespace detail
} // namespace neuron::sched
