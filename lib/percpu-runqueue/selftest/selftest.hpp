// SPDX-License-Identifier: MIT
#pragma once

#include <neuron/core/wait.hpp>
#include <neuron/percpu-runqueue/admission.hpp>
#include <neuron/percpu-runqueue/run_queue.hpp>
#include <neuron/selftest/on_each_cpu.hpp>
#include <neuron/selftest/run.hpp>
#include <neuron/selftest/storm.hpp>

#include <span>

namespace neuron::percpu_runqueue {
namespace selftests {

using core::CpuId;
using core::QosClass;

struct Task : core::Linked<Task> {
    explicit Task(std::uint32_t name) : digit(name) {}
    std::uint32_t digit;
};

using Small = Admissions<2, 3>;

/// The slots of `cpu` that are out, of all classes.
inline std::uint32_t out(const Small& admissions, CpuId cpu) {
    std::uint32_t sum = 0;
    for (std::uint32_t qos = 0; qos < core::qos_classes; ++qos)
        sum += admissions.taken(cpu, static_cast<QosClass>(qos));
    return sum;
}

/// The one slot that every CPU of a storm wants, and how many hold it by their own count.
struct Storm {
    Admissions<1, 1> admissions;
    core::Atomic<std::uint64_t> rounds{0};
    core::Atomic<std::uint32_t> held{0};
    core::Atomic<std::uint64_t> over{0};
};

} // namespace selftests

template <class System>
void run_selftests(selftest::Run& run, System& system) {
    using namespace selftests;

    run.test("percpu-runqueue.fifo_order", [](selftest::Record& record) {
        Task tasks[]{Task(1), Task(2), Task(3), Task(4), Task(5)};
        RunQueue<Task> queue;
        record.expect(queue.is_empty() && queue.dequeue() == nullptr, "empty at first");
        for (Task& each : std::span(tasks).first(4))
            queue.enqueue(each);
        queue.remove(tasks[1]);
        std::uint32_t order = 0;
        const auto ran = [&](const Task& task) { order = 10 * order + task.digit; };
        ran(yield_to_next(queue, tasks[4]));
        while (Task* next = queue.dequeue())
            ran(*next);
        queue.enqueue(tasks[1]);
        record.expect(queue.size() == 1 && queue.dequeue() == &tasks[1], "and it goes on");
        record.value("order", order);
    });

    run.test("percpu-runqueue.test_reject_admission", [](selftest::Record& record) {
        Small admissions;
        const auto closed = admissions.try_take(CpuId{1}, QosClass::Normal);
        admissions.open(CpuId{1});
        const auto unknown = admissions.try_take(CpuId{2}, QosClass::Normal);
        Slot held[3];
        for (Slot& each : held)
            if (auto slot = admissions.try_take(CpuId{1}, QosClass::Normal))
                each = *std::move(slot);
        const auto full = admissions.try_take(CpuId{1}, QosClass::Normal);
        if (full || closed || unknown)
            return record.expect(false, "three refusals");
        record.expect(held[2] && held[2].cpu() == CpuId{1}, "three slots");
        record.expect(full.error().qos == QosClass::Normal, "the refusal says of which class");
        record.expect(admissions.try_take(CpuId{1}, QosClass::Idle).has_value(), "another class");
        record.value("full", full.error().reason);
        record.value("capacity", full.error().capacity);
        record.value("closed", closed.error().reason);
        record.value("unknown", unknown.error().reason);
    });

    // A task changes its class and its CPU, and nobody is ever without a place or in two.
    run.test("percpu-runqueue.slot_conservation", [](selftest::Record& record) {
        Small admissions;
        admissions.open(CpuId{0});
        admissions.open(CpuId{1});
        std::uint32_t moves = 0;
        {
            Slot tasks[4];
            for (std::uint32_t round = 0; round < 100; ++round) {
                const CpuId cpu{round % 2};
                const auto qos = static_cast<QosClass>(round / 4 % core::qos_classes);
                if (auto slot = admissions.try_take(cpu, qos)) {
                    tasks[round % 4] = *std::move(slot);
                    ++moves;
                }
                const std::uint32_t all = out(admissions, CpuId{0}) + out(admissions, CpuId{1});
                record.expect(all == (round < 4 ? round + 1 : 4), "a place for each task");
            }
        }
        record.value("moves", moves);
        record.value("taken", out(admissions, CpuId{0}) + out(admissions, CpuId{1}));
    });

    // A holder counts itself after it has taken and before it gives back, so the count is never
    // above the slots that are out. Each waits its turn: a refused CPU that went on at once would
    // be done with its rounds while the holder's host thread sleeps.
    run.test("percpu-runqueue.admission_storm", [&](selftest::Record& record) { // INV-RUNQUEUE-3
        Storm storm;
        storm.admissions.open(CpuId{0});
        storm.rounds.store(selftest::storm_rounds(system, 300'000), core::relaxed); // before it
        std::uint32_t cpus = 0;
        const std::uint64_t took = selftest::on_each_cpu(
            system, cpus,
            [](System&, std::uint32_t, Storm& all) {
                const std::uint64_t rounds = all.rounds.load(core::relaxed); // constant by now
                for (std::uint64_t round = 0; round < rounds; ++round) {
                    Slot mine;
                    core::spin_until([&] {
                        auto slot = all.admissions.try_take(CpuId{0}, QosClass::Normal);
                        if (slot)
                            mine = *std::move(slot);
                        return slot.has_value();
                    });
                    // Relaxed, both: giving back and taking order the holders' counts.
                    if (all.held.fetch_add(1, core::relaxed) >= all.admissions.capacity)
                        all.over.fetch_add(1, core::relaxed); // a counter
                    all.held.fetch_sub(1, core::relaxed);
                }
                return rounds;
            },
            storm);
        record.value("took", took);
        record.value("over", storm.over.load(core::relaxed)); // all CPUs have ended
        record.value("taken", storm.admissions.taken(CpuId{0}, QosClass::Normal));
    });
}

} // namespace neuron::percpu_runqueue
