// SPDX-License-Identifier: MIT
#pragma once

#include <neuron/bench/run.hpp>
#include <neuron/percpu-runqueue/admission.hpp>
#include <neuron/percpu-runqueue/run_queue.hpp>

namespace neuron::percpu_runqueue {
namespace benches {

struct Task : core::Linked<Task> {};

} // namespace benches

template <class System>
void run_benches(bench::Run<System>& run, System&) {
    RunQueue<benches::Task> queue;
    benches::Task one;
    benches::Task other;
    Admissions<1, 64> admissions;
    admissions.open(core::boot_cpu);
    queue.enqueue(other);
    benches::Task* running = &one;

    run.measure("percpu-runqueue.yield_to_next",
                [&] { running = &yield_to_next<benches::Task>(queue, *running); });
    run.measure("percpu-runqueue.take_and_give_back", [&] {
        (void)admissions.try_take(core::boot_cpu, core::QosClass::Normal); // and gone again
    });
    (void)queue.dequeue();
}

} // namespace neuron::percpu_runqueue
