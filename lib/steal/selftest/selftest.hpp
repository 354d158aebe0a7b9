// SPDX-License-Identifier: MIT
#pragma once

#include "storm.hpp"

namespace neuron::steal {
namespace selftests {

/// Tasks of CPU 0 that main keeps from running there.
template <class System>
class Kept {
  public:
    static constexpr std::size_t count = 3;
    using Ran = core::Atomic<std::uint32_t>;

    Kept(System& system, sched::Task& self) : system_(system), self_(self) {}

    void spawn(const sched::Spawn& spawn) {
        const auto shared = core::Ref<Ran>::unsafe_to(ran_); // SAFETY: all are joined by join()
        for (auto& each : tasks_) {
            auto task = sched::detail::spawn_within(
                system_, spawn, {.most = core::QosClass::PerfBurst},
                [](sched::Task&, core::Ref<Ran> all) { all->fetch_add(1, core::relaxed); }, shared);
            if (task)
                each.emplace(std::move(*task));
        }
    }
    [[nodiscard]] std::uint32_t ran() const { return ran_.load(core::relaxed); }
    /// How many of them `thief` is given, by this CPU.
    [[nodiscard]] std::uint32_t give_to(core::CpuId thief) {
        std::uint32_t given = 0;
        system_.as_handler([&](core::IrqContext& irq) {
            given = detail::give(system_, irq, thief, System::Values::steal_max);
        });
        return given;
    }
    /// Whether all of them have ended.
    [[nodiscard]] bool join() {
        bool ended = true;
        for (auto& each : tasks_)
            ended = each && sched::join(system_, self_, *each).has_value() && ended;
        return ended && ran() == count;
    }

  private:
    System& system_;
    sched::Task& self_;
    Ran ran_{0};
    std::array<std::optional<sched::Handle<System>>, count> tasks_;
};

template <class System>
void run_rejects(selftest::Run& run, System& system, sched::Task& self) {
    const core::CpuId none{static_cast<std::uint32_t>(system.cpu_count())};

    run.test("steal.test_reject_ask", [&](selftest::Record& record) {
        record.value("nothing", ask(system, none, 0).error());
        record.value("more", ask(system, none, System::Values::steal_max + 1).error());
        record.value("itself", ask(system, core::boot_cpu, 1).error());
        record.value("unknown", ask(system, none, 1).error());
    });

    run.test("steal.test_reject_second_request", [&](selftest::Record& record) {
        if (system.cpu_count() == 1)
            return record.skip("one-cpu");
        {
            const core::IrqOff masked; // no answer is heard
            (void)ask(system, core::CpuId{1}, 1);
            record.value("reason", ask(system, core::CpuId{1}, 1).error());
        }
        record.expect(selftest::comes_to_pass(system,
                                              [&] {
                                                  const core::IrqOff masked;
                                                  return !detail::is_in_flight(system, masked);
                                              }),
                      "it is answered");
    });

    run.test("steal.test_reject_given", [&](selftest::Record& record) { // INV-STEAL-2
        constexpr core::CpuId thief{1};
        const auto given = [&](const sched::Spawn& spawn, core::CpuId to) {
            Kept kept(system, self);
            std::uint32_t count = 0;
            {
                const core::Pinned pinned; // nobody else runs here
                kept.spawn(spawn);
                count = kept.give_to(to);
                record.expect(kept.ran() == 0, "they stay");
            }
            record.expect(kept.join(), "all run");
            return count;
        };
        auto also_none = sched::CpuMask::only(core::boot_cpu);
        if (none.value < sched::CpuMask::first(sched::ParkWord::most_cpus).size())
            also_none.insert(none);
        record.value("pinned", given({.affinity = sched::CpuMask::only(core::boot_cpu)}, thief));
        record.value("offline", given({.affinity = also_none}, none));
        record.value("class",
                     System::Values::steal_max_class < 3
                         ? given({.cpu = core::boot_cpu, .qos = core::QosClass::PerfBurst}, thief)
                         : 0);
    });
}

} // namespace selftests

template <class System>
void run_selftests(selftest::Run& run, System& system) {
    sched::Task& self = sched::this_task(system);
    selftests::run_rejects(run, system, self);

    run.test("steal.idle_cpus_take", [&](selftest::Record& record) { // INV-STEAL-1
        if (system.cpu_count() == 1)
            return record.skip("one-cpu");
        selftests::Kept kept(system, self);
        {
            const core::Pinned pinned; // nobody else runs here
            kept.spawn({.cpu = core::boot_cpu});
            record.expect(selftest::comes_to_pass(system,
                                                  [&] {
                                                      const core::IrqOff masked;
                                                      detail::offer(system, masked,
                                                                    1); // as each slice does
                                                      return kept.ran() == kept.count;
                                                  }),
                          "others run them");
            record.value("ran", kept.ran());
        }
        record.expect(kept.join(), "all end");
    });

    run.test("steal.storm", [&](selftest::Record& record) {
        selftests::storm(record, system, self, selftest::storm_rounds(system, 2000));
    });
}

} // namespace neuron::steal
