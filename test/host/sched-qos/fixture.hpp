// SPDX-License-Identifier: MIT
// A system with classes and shares, for tests that give tasks what they like.
#pragma once

#include <neuron/sched-qos/feature.hpp>

#include <doctest/doctest.h>

#include "../sched/system.hpp"

namespace sched_test {

using core::QosClass;

constexpr QosClass idle = QosClass::Idle;
constexpr QosClass interactive = QosClass::Interactive;
constexpr QosClass burst = QosClass::PerfBurst;

/// A CPU is full with so many tasks of a class.
template <std::uint32_t Capacity>
struct QosNumbers : Full<Capacity> {
    static constexpr std::uint32_t sched_tasks = std::max(Capacity, Numbers::sched_tasks);
    static constexpr std::uint32_t sched_qos_patience = 8;
    static constexpr std::uint32_t sched_qos_decisions = 4;
};
template <std::uint32_t Capacity>
using QosSystem = System<QosNumbers<Capacity>, sched_qos::Feature<QosNumbers<Capacity>>>;

template <std::uint32_t Capacity>
struct QosFixture {
    using System = QosSystem<Capacity>;
    System system;
    sched_qos::Authority authority = *sched_qos::take_authority(system);

    /// A task of that class, ready.
    template <class Function>
    sched::Handle<System> spawn(QosClass qos, Function function, CpuId cpu = zero) {
        bodies_.push_back([function](Task& self) { return function(self), 0; });
        auto task = sched_qos::spawn(
            system, authority, {.cpu = cpu, .qos = qos},
            [](Task& self, Body body) { return (*body.function)(self); }, Body{&bodies_.back()});
        REQUIRE(task.has_value());
        return std::move(*task);
    }
    /// The same, and all has been done that can be.
    template <class Function>
    sched::Handle<System> start(QosClass qos, Function function, CpuId cpu = zero) {
        auto task = spawn(qos, function, cpu);
        system.run_all();
        return task;
    }
    /// Runs as such a task on CPU 0, to its end.
    template <class Function>
    void in_task(QosClass qos, Function function) {
        (void)start(qos, function);
    }

  private:
    std::deque<std::function<int(Task&)>> bodies_;
};

/// What was refused; nothing if it was not.
template <class T>
std::optional<Error> refusal(const core::Result<T, Error>& result) {
    return result ? std::nullopt : std::optional(result.error());
}

} // namespace sched_test
