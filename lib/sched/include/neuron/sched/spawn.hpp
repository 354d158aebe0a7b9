// SPDX-License-Identifier: MIT
// A task begins and ends. What it is to run stands on its own new stack, with its arguments, so
// that nothing else has to be found for them.
#pragma once

#include <neuron/sched/handle.hpp>

#include <memory>
#include <span>
#include <tuple>

namespace neuron::sched {

/// What a task is to be. All of it may be left out.
struct Spawn {
    std::string_view name = "task"; ///< 15 characters of it are kept
    /// Where it begins; else here, or where lib/steal finds an idle CPU while others wait here.
    std::optional<core::CpuId> cpu = std::nullopt;
    std::optional<CpuMask> affinity = std::nullopt; ///< where it may run; else everywhere
    /// Its class; else that of the task that spawns it, and never above that. A handler's: Normal.
    std::optional<core::QosClass> qos = std::nullopt;
    StackSize stack = StackSize::Normal;
};

namespace detail {

/// The running task ends, for good.
template <class System>
[[noreturn]] void end_task(System& system, Task& self, int value) {
    const core::IrqOff masked;
    check_is_running(system, masked, self);
    auto& fields = Inside::of(self);
    TaskSlot& slot = *fields.slot;
    slot.exit_value.write(value);
    if (const auto move = slot.word.end())
        (void)system.template shared<Feature>().attach(move->cpu, move->qos); // goes back
    fields.admission = percpu_runqueue::Slot();
    // Release: pairs with join, which reads the exit value. Acquire: pairs with join, whose name it
    // is.
    const std::uint64_t joiner = slot.joiner.exchange(TaskSlot::ended, core::acq_rel);
    if (joiner != 0)
        (void)sched::unpark(system, pid_of(joiner)); // it may have given up, and ended
    cpu(system, masked).with(masked, [&](auto& own) {
        own.left = &self;
        own.has_ended = true;
    });
    leave(system, masked, self);
    std::unreachable(); // nobody goes on with it
}

/// Whether `affinity` has a CPU that takes tasks.
template <class System>
bool leaves_a_cpu(System& system, const CpuMask& affinity) {
    for (std::uint32_t cpu = 0; cpu < system.cpu_count(); ++cpu)
        if (affinity.contains(core::CpuId{cpu}) &&
            system.template shared<Feature>().is_open(core::CpuId{cpu}))
            return true;
    return false;
}

/// What a new task runs, on its own stack.
template <class System, class F, class... Args>
struct Beginning {
    Task& task;
    std::tuple<Args...> arguments;

    /// Where a strand begins: interrupts are masked.
    static void enter(void* beginning) {
        auto& self = *static_cast<Beginning*>(beginning);
        System& system = here<System>();
        Task& task = self.task;
        {
            const core::IrqOff masked;
            settle(system, masked);
        }
        env::irq_restore(true);
        int value = 0;
        {
            std::tuple<Args...> arguments(std::move(self.arguments));
            std::destroy_at(&self);
            value = std::apply(
                [&](Args&... each) {
                    if constexpr (std::is_void_v<std::invoke_result_t<F, Task&, Args...>>)
                        return F{}(task, std::move(each)...), 0;
                    else
                        return F{}(task, std::move(each)...);
                },
                arguments);
        }
        end_task(system, task, value);
    }
};

/// The CPU that this code runs on; it may be moved at once.
template <class System>
core::CpuId cpu_of_this(System& system) {
    const core::Pinned pinned;
    return system.this_cpu();
}

/// Room for one T at the top of a stack that nobody uses.
template <class T>
T* top_of(std::span<std::byte> stack) {
    static_assert(sizeof(T) <= 1024 && alignof(T) <= 16,
                  "spawn: the arguments go on the new stack: 1000 bytes of them at most");
    constexpr std::size_t size = (sizeof(T) + 15) / 16 * 16;
    // SAFETY: a stack ends at a multiple of 16, and nobody uses it before the T is there.
    return reinterpret_cast<T*>(stack.data() + stack.size() - size);
}

/// What a new task has if it is not said, and may have at most; and which task makes it, if one
/// does.
struct Limits {
    Task* parent = nullptr;
    core::QosClass qos = core::QosClass::Normal;
    core::QosClass most = core::QosClass::Normal;
    std::uint32_t share = default_share;
};
/// Those of the task that spawns it; a handler is none.
template <class System>
Limits limits_here(System& system) {
    const core::IrqOff masked;
    Task* const parent = caller(system, masked);
    return parent != nullptr ? Limits{parent, parent->qos(), parent->qos(), parent->share()}
                             : Limits{};
}

/// Why there is no such task; its place and its slot if there may be one.
struct Room {
    percpu_runqueue::Slot slot;
    core::CpuId cpu;
    std::uint32_t place;
};
template <class System>
core::Result<Room, Error> room_on(System& system, const Spawn& spawn, const Limits& limits,
                                  core::CpuId cpu) {
    const core::QosClass qos = spawn.qos.value_or(limits.qos);
    if (!core::is_class(qos))
        return std::unexpected(Error::InvalidClass);
    if (qos > limits.most)
        return std::unexpected(Error::NoAuthority);
    if (cpu.value >= system.cpu_count() || !is_reachable_cpu(system, cpu))
        return std::unexpected(Error::InvalidCpu);
    if (spawn.affinity) {
        if (!leaves_a_cpu(system, *spawn.affinity))
            return std::unexpected(Error::EmptyAffinity);
        if (!spawn.affinity->contains(cpu))
            return std::unexpected(Error::NotAllowed);
    }
    auto slot = system.template shared<Feature>().try_take(cpu, qos);
    if (!slot)
        return std::unexpected(error_of(slot.error().reason));
    const auto place = system.template remote<Feature>(cpu).tasks.take(spawn.stack);
    if (!place)
        return std::unexpected(Error::TaskLimit);
    return Room{std::move(*slot), cpu, *place};
}

/// Where the task is to begin; if that is another's choice and has no room, here; if this CPU takes
/// no tasks, for it is about to leave, on any that has room.
template <class System>
core::Result<Room, Error> find_room(System& system, const Spawn& spawn, const Limits& limits) {
    const core::CpuId self = spawn.cpu ? *spawn.cpu : cpu_of_this(system);
    core::CpuId cpu = spawn.cpu ? self : place_for(system, self, spawn.affinity);
    for (std::uint32_t next = 0;;) {
        auto room = room_on(system, spawn, limits, cpu);
        if (room || spawn.cpu)
            return room;
        if (next == 0 && cpu != self)
            cpu = self;
        else if ((cpu == self && room.error() != Error::InvalidCpu) || next == system.cpu_count())
            return room;
        else
            cpu = core::CpuId{next++};
    }
}

/// Makes a task of a place that was taken; it runs nothing yet.
template <class System>
Task& make_task(System& system, const Spawn& spawn, const Limits& limits, Room&& room) {
    Place& place = system.template remote<Feature>(room.cpu).tasks[room.place];
    TaskSlot& slot = place.slot;
    const std::uint32_t before = slot.word.generation();
    const std::uint32_t generation = before + 1 != 0 ? before + 1 : 1; // 0 is no task's
    auto& fields = Inside::of(place.task);
    fields.slot = &slot;
    fields.pid = {index_of(room.cpu, room.place), generation};
    if (fields.strand == nullptr)
        fields.strand = &system.prepare_task_stack(room.cpu, room.place);
    fields.admission = std::move(room.slot);
    Inside::set_name(place.task, spawn.name);
    static constexpr CpuMask everywhere = CpuMask::first(ParkWord::most_cpus);
    slot.set_affinity(spawn.affinity.value_or(everywhere)); // published with the name
    slot.joiner.store(0, core::relaxed);                    // published with the name
    slot.holders.store(2, core::relaxed);                   // published with the name
    slot.pressure.store(0, core::relaxed);                  // nobody waits for it yet
    fields.standing = {.qos = place.task.qos(), .share = limits.share};
    slot.word.begin(generation, room.cpu, place.task.qos());
    return place.task;
}

/// sched::spawn, within limits.
template <class System, class F, class... Args>
core::Result<Handle<System>, Error> spawn_within(System& system, const Spawn& spawn,
                                                 const Limits& limits, F, Args&&... args) {
    static_assert(std::is_empty_v<F> && std::is_default_constructible_v<F>,
                  "spawn: a captureless callable is wanted: pass data as arguments");
    static_assert((core::Send<std::remove_cvref_t<Args>> && ...),
                  "spawn: an argument must be Send (no pointer, reference or span)");
    static_assert(std::is_invocable_v<F, Task&, std::remove_cvref_t<Args>...>,
                  "spawn: the function takes (Task&, args...)");
    using Beginning = Beginning<System, F, std::remove_cvref_t<Args>...>;

    auto room = find_room(system, spawn, limits);
    if (!room)
        return std::unexpected(room.error());
    const core::CpuId home = room->cpu;
    Task& task = make_task(system, spawn, limits, std::move(*room));
    const Pid pid = task.pid();
    core::Strand& strand = *Inside::of(task).strand;
    auto* const beginning = top_of<Beginning>(system.stack_of(strand));
    std::construct_at(beginning, Beginning{task, {std::forward<Args>(args)...}});
    system.begin_strand(strand, &Beginning::enter, beginning);
    const core::IrqOff masked;
    cpu(system, masked).with(masked, [&](auto& own) {
        if constexpr (KeepsTime<decltype(own.ready)>)
            if (limits.parent != nullptr) { // it runs: here, wherever it was before
                observe(system, own.ready);
                own.ready.beget(*limits.parent, task);
            }
    });
    if (home == system.this_cpu())
        make_ready(system, masked, task);
    else
        send_away(system, home, task);
    return Inside::handle<Handle<System>>(pid);
}

} // namespace detail

/// A new task, which runs function(Task&, args...) and ends with what that returns, an int or
/// nothing (0). `function` is captureless; the arguments are `Send` and move to the task. Onto any
/// CPU, from every context; refused at once if there is no room, the arguments as they were.
template <class System, class F, class... Args>
[[nodiscard]] core::Result<Handle<System>, Error> spawn(System& system, const Spawn& spawn,
                                                        F function, Args&&... args) {
    return detail::spawn_within(system, spawn, detail::limits_here(system), function,
                                std::forward<Args>(args)...);
}

/// Ends the running task now. What stands on its stack is not destroyed: better return.
template <class System>
[[noreturn]] void exit(System& system, Task& self, int value) {
    core::check_may_block();
    detail::end_task(system, self, value);
}

} // namespace neuron::sched
