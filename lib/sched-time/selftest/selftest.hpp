// SPDX-License-Identifier: MIT
#pragma once

#include <neuron/sched-time/sleep.hpp>
#include <neuron/sched/barrier.hpp>
#include <neuron/sched/condition_variable.hpp>
#include <neuron/sched/latch.hpp>
#include <neuron/sched/semaphore.hpp>
#include <neuron/selftest/run.hpp>

namespace neuron::sched_time {

namespace selftests {

/// Whether a timer of this CPU is armed for `deadline` and may be late by `window`, in ticks.
template <class System>
bool is_armed(System& system, core::Instant deadline, std::uint64_t window) {
    const core::IrqOff masked;
    return system.template own<timer::Feature>(masked).timers.with(masked, [&](auto& own) {
        for (std::uint32_t place = 0; place < own.records.size(); ++place)
            if (own.deadlines.contains(place) && own.records[place].deadline == deadline &&
                own.records[place].window == window)
                return true;
        return false;
    });
}

/// Whether a task of that class that waits for a time may be late by `window`, in microseconds (or
/// as PerfBurst may), and an owner of timers that it opens has its class.
template <class System>
bool has_window(System& system, sched::Task& self, core::QosClass qos, std::uint64_t window) {
    using namespace std::chrono_literals;
    const core::Instant limit = from_now(system, 100s);
    auto sleeper = sched::spawn(
        system, {.affinity = sched::CpuMask::only(core::boot_cpu), .qos = qos},
        [](sched::Task& sleeps, core::Instant until) {
            System& here = sched::detail::here<System>();
            auto owner = open_owner(here, sleeps);
            (void)park_until(typename System::Features(), here, sleeps, until);
            return owner && owner->qos() == sleeps.qos() && close_owner(here, *owner) ? 1 : 0;
        },
        limit);
    const std::uint64_t wanted = system.tick_rate().to_ticks_before(
        std::chrono::microseconds(std::max(window, System::Values::timer_window_perf_burst)));
    const bool comes = selftest::comes_to_pass(system, [&] {
        if (qos < self.qos()) // it has its turn, however long its class may wait
            sleep_for(system, self, 1ms);
        else
            sched::yield(system, self);
        return is_armed(system, limit, wanted);
    });
    (void)sched::unpark(system, sleeper->pid());
    return comes && sched::join(system, self, *sleeper).value_or(0) == 1;
}

} // namespace selftests

template <class System>
void run_selftests(selftest::Run& run, System& system) {
    using namespace std::chrono_literals;
    using namespace sched;
    using Clock = timer::MonotonicClock<System>;
    Task& self = this_task(system);

    run.test("sched-time.sleep_is_never_short", [&](selftest::Record& record) { // INV-TIMEOUT-1
        int early = 0;
        for (const core::Nanoseconds time : {-1ns, 0ns, 1ns, 50000ns, 2000000ns}) {
            const core::Instant start = Clock::now();
            sleep_for(system, self, time);
            early += Clock::now() - start < time ? 1 : 0;
        }
        record.value("early", early);
    });

    run.test("sched-time.sleeps_on_when_unparked", [&](selftest::Record& record) {
        const core::Instant end = from_now(system, 3ms);
        auto sleeper = spawn(
            system, {},
            [](Task& sleeps, core::Instant until) {
                sleep_until(sched::detail::here<System>(), sleeps, until);
                return Clock::now() < until ? 1 : 0;
            },
            end);
        yield(system, self);
        for (int i = 0; i < 10; ++i)
            (void)unpark(system, sleeper->pid()); // it may have ended by now
        record.value("early", join(system, self, *sleeper).value_or(-1));
    });

    run.test("sched-time.windows", [&](selftest::Record& record) {
        using Values = System::Values;
        record.value("idle", selftests::has_window(system, self, core::QosClass::Idle,
                                                   Values::timer_window_idle));
        record.value("normal", selftests::has_window(system, self, core::QosClass::Normal,
                                                     Values::timer_window_normal));
    });

    run.test("sched-time.limits", [&](selftest::Record& record) {
        const auto soon = [&] { return from_now(system, 1ms); };
        Mutex<System> mutex;
        // SAFETY: it outlives the task, which is joined below.
        const auto shared = core::Ref<Mutex<System>>::unsafe_to(mutex);
        auto holder = spawn(
            system, {},
            [](Task& holds, core::Ref<Mutex<System>> held, Pid main) {
                System& here = sched::detail::here<System>();
                const Guard<System> guard(*held, holds);
                (void)unpark(here, main);
                while (!holds.stop_requested())
                    park(here, holds);
            },
            shared, self.pid());
        while (!mutex.holder().is_valid())
            yield(system, self);
        record.value("mutex", mutex.try_lock_until(self, soon()) ? 1 : 0);
        record.value("join", join(system, self, *holder, soon()).error());
        (void)request_stop(system, holder->pid());
        record.value("joined", join(system, self, *holder, from_now(system, 10s)).value_or(-1));
        record.value("locked", mutex.try_lock_until(self, soon()) ? 1 : 0);
        ConditionVariable<System> condition;
        record.value("condition", condition.wait_until(self, mutex, soon()) ? 1 : 0);
        mutex.unlock(self);
        CountingSemaphore<System> semaphore(0);
        record.value("semaphore", semaphore.try_acquire_until(self, soon()) ? 1 : 0);
        Latch<System> latch(1);
        record.value("latch", latch.wait_until(self, soon()) ? 1 : 0);
        Barrier<System> barrier(2);
        record.value("barrier", barrier.wait_until(self, barrier.arrive(), soon()) ? 1 : 0);
        // Nobody is left waiting: all of it works as before.
        semaphore.release();
        latch.count_down();
        record.expect(semaphore.try_acquire() && latch.try_wait(), "as before");
        record.expect(!mutex.holder().is_valid(), "as before");
    });
}

} // namespace neuron::sched_time
