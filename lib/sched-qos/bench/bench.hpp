// SPDX-License-Identifier: MIT
#pragma once

#include <neuron/bench/run.hpp>
#include <neuron/sched-qos/feature.hpp>

#include "feature.hpp"

namespace neuron::sched_qos {
namespace benches {

/// A task of PerfBurst that runs, with `each` others in each class, for operation(queue, running).
template <class System, class Operation>
void measure(bench::Run<System>& run, System& system, std::string_view name, std::size_t each,
             Operation operation) {
    const core::IrqOff masked;
    system.template own<Feature>(masked).ready.with(masked, [&](Ready& own) {
        own.queue.configure(system.ticks(10'000), 10'000);
        for (std::size_t n = 0; n <= each * core::qos_classes; ++n) {
            own.entries[n].standing = {.qos = static_cast<QosClass>(3 - n % core::qos_classes),
                                       .share = sched::default_share};
            own.queue.enqueue(own.entries[n]);
        }
        Entry* running = own.queue.dequeue();
        run.measure(name, [&] { operation(own.queue, running); });
        while (own.queue.dequeue() != nullptr) {
        }
    });
}

} // namespace benches

/// Beside percpu-runqueue.yield_to_next: what classes add to it, and what the clock does.
template <class System>
void run_benches(bench::Run<System>& run, System& system) {
    const auto pick = [](auto& queue, auto*& running) { running = &queue.rotate(*running); };
    benches::measure(run, system, "sched-qos.pick_of_1", 1, pick);
    benches::measure(run, system, "sched-qos.pick_of_64", 64, pick);
    benches::measure(run, system, "sched-qos.turn", 1, [&](auto& queue, auto*& running) {
        queue.observe(system.now());
        queue.end_turn(running);
        running = &queue.rotate(*running);
    });
    benches::measure(run, system, "sched-qos.turn_alone", 0, [&](auto& queue, auto*& running) {
        queue.observe(system.now());
        queue.end_turn(running);
    });

    const auto authority = take_authority(system);
    core::check(authority.has_value(), "sched-qos: nobody else has the authority");
    auto other = sched::spawn(system, {.name = "other"}, [](Task&) {});
    core::check(other.has_value(), "sched-qos: room for a benchmark's task");
    bool is_idle = false;
    run.measure("sched-qos.set_qos_of_ready", [&] {
        is_idle = !is_idle;
        (void)set_qos(system, *authority, other->pid(),
                      is_idle ? QosClass::Idle : QosClass::Normal);
    });
    Task& self = sched::this_task(system);
    (void)sched::join(system, self, *other);
    run.measure("sched-qos.set_own_share", [&] { (void)set_share(system, self, self.share()); });
}

} // namespace neuron::sched_qos
