// SPDX-License-Identifier: MIT
// Cancelling from other CPUs, against the CPU that fires: every timer runs once or is cancelled by
// one who is told so, what its callback wrote is seen by whoever hears that it ran, and every place
// comes back once.
#include <neuron/timer/owner.hpp>
#include <neuron/timer/state.hpp>

#include <model/cpu.hpp>

#include "../passes.hpp"

using namespace suite;
using model_test::passes;
using neuron::timer::Accounts;
using neuron::timer::CancelledList;
using neuron::timer::TimerState;
using Outcome = TimerState::Outcome;

namespace {

constexpr std::uint32_t owner = 7;

/// A CPU with timers, as lib/timer has them, and what became of each generation of the first.
struct Owner {
    std::array<TimerState, 4> timers;
    CancelledList cancelled;
    std::array<Plain<int>, 4> wrote; ///< by the callback of each generation
    std::array<Word, 4> ran;
    std::array<Word, 4> cancels;
    std::array<Word, 4> back; ///< how often each place came back

    /// The interrupt of timer 0; whether it ran.
    bool fire(std::uint32_t generation) {
        if (!timers[0].begin_firing())
            return false;
        ran.at(generation).fetch_add(1, relaxed);
        wrote.at(generation).write(1);
        timers[0].end_firing();
        return true;
    }
    void take_back() {
        cancelled.take_all([&](std::uint32_t place) -> TimerState& { return timers.at(place); },
                           [&](std::uint32_t place) { back.at(place).fetch_add(1, relaxed); });
    }
    /// By another CPU; whether the owner has to be rung.
    bool cancel(std::uint32_t place, std::uint32_t generation) {
        const Outcome outcome = timers.at(place).cancel(generation, owner).outcome;
        if (outcome == Outcome::Ran)
            MODEL_ASSERT(wrote.at(generation).read() == 1);
        MODEL_ASSERT(outcome != Outcome::Foreign);
        if (outcome != Outcome::Cancelled)
            return false;
        cancels.at(generation).fetch_add(1, relaxed);
        return cancelled.push(timers.at(place), place);
    }
};

} // namespace

TEST_CASE("timer: INV-TIMER-2: a timer runs, or one canceller is told that it does not") {
    passes("TimerState: one that fires, 2 cancellers of it and of the next in its place", 26608,
           [] {
               Owner cpu;
               cpu.timers[0].arm(1, owner);
               parallel(
                   [&] {
                       if (!cpu.fire(1)) {
                           spin_until([&] {
                               cpu.take_back();
                               return cpu.back[0].load(relaxed) == 1;
                           });
                       }
                       cpu.timers[0].arm(2, owner);
                       (void)cpu.fire(2);
                   },
                   [&] {
                       (void)cpu.cancel(0, 1);
                       (void)cpu.cancel(0, 2);
                   },
                   [&] {
                       (void)cpu.cancel(0, 1);
                       (void)cpu.cancel(0, 2);
                   });
               for (const std::uint32_t generation : {1U, 2U})
                   MODEL_ASSERT(cpu.ran.at(generation).load(relaxed) +
                                    cpu.cancels.at(generation).load(relaxed) ==
                                1);
           });
}

TEST_CASE("timer: INV-TIMER-2: a periodic timer does not run again once it is cancelled") {
    passes("TimerState: 2 periods, 2 cancellers", 1396, [] {
        Owner cpu;
        Word stopped;
        cpu.timers[0].arm(1, owner);
        const auto stop = [&] {
            const Outcome outcome = cpu.timers[0].cancel(1, owner).outcome;
            MODEL_ASSERT(outcome != Outcome::Stale && outcome != Outcome::Foreign);
            if (outcome != Outcome::Cancelled)
                return;
            (void)cpu.wrote[1].read(); // no callback writes any more
            stopped.store(1, release);
        };
        parallel(
            [&] {
                for (int period = 0; period < 2; ++period) {
                    const bool told = stopped.load(acquire) == 1;
                    if (!cpu.timers[0].begin_firing())
                        return;
                    MODEL_ASSERT(!told);
                    cpu.wrote[1].write(period);
                    if (!cpu.timers[0].fire_again())
                        return cpu.timers[0].end_firing();
                }
            },
            stop, stop);
        MODEL_ASSERT(!cpu.timers[0].is_armed());
    });
}

TEST_CASE("timer: places come back once, though the CPU hears of the first alone") {
    passes("CancelledList: 2 cancellers, 2 timers each, a CPU that listens for its doorbell", 22684,
           [] {
               Owner cpu;
               model::Cpu interrupts;
               for (TimerState& timer : cpu.timers)
                   timer.arm(1, owner);
               interrupts.set_handler([&] {
                   interrupts.clear_irq();
                   fence(acquire);
                   cpu.take_back();
               });
               each_of(2, [&](unsigned canceller) {
                   for (const std::uint32_t place : {2 * canceller, 2 * canceller + 1})
                       if (cpu.cancel(place, 1)) {
                           fence(release);
                           interrupts.send_irq();
                       }
               });
               for (Word& back : cpu.back)
                   spin_until([&] { return back.load(relaxed) == 1; });
               interrupts.mask();
           });
}

TEST_CASE("timer: a place that is armed anew and cancelled again comes back once, alone") {
    passes("CancelledList: 2 cancellers, of a timer and of the next in its place", 4, [] {
        Owner cpu;
        cpu.timers[0].arm(1, owner);
        cpu.timers[1].arm(1, owner);
        parallel(
            [&] {
                spin_until([&] {
                    cpu.take_back();
                    return cpu.back[0].load(relaxed) == 1 && cpu.back[1].load(relaxed) == 1;
                });
                cpu.timers[0].arm(2, owner);
                spin_until([&] {
                    cpu.take_back();
                    return cpu.back[0].load(relaxed) == 2;
                });
                MODEL_ASSERT(cpu.back[1].load(relaxed) == 1);
            },
            [&] {
                (void)cpu.cancel(1, 1);
                (void)cpu.cancel(0, 1);
            },
            [&] {
                spin_until([&] { return cpu.timers[0].generation() == 2; }); // orders nothing
                (void)cpu.cancel(0, 2);
            });
    });
}

TEST_CASE("timer: no callback of an owner runs once it is closed") {
    passes("Accounts: 2 CPUs fire, a third closes the owner", 6, [] {
        Accounts<1> accounts;
        std::array<Plain<int>, 2> wrote;
        auto account = accounts.open(neuron::core::QosClass::Normal);
        MODEL_ASSERT(account.has_value());
        for (int i = 0; i < 2; ++i)
            MODEL_ASSERT(accounts.try_take(account->account(), 2));
        const std::uint32_t number = account->account();
        parallel(
            [&] {
                wrote[0].write(1);
                accounts.give_back(number);
            },
            [&] {
                wrote[1].write(1);
                accounts.give_back(number);
            },
            [&] {
                if (!accounts.close(*account))
                    return;
                for (Plain<int>& each : wrote)
                    MODEL_ASSERT(each.read() == 1);
            });
    });
}

TEST_CASE("timer: INV-TIMER-6: who cancels by an old name, or another's timer, is told so") {
    passes("TimerState: a place that goes to another owner, 2 cancellers by its old name", 180, [] {
        TimerState timer;
        timer.arm(1, owner);
        const auto by_old_name = [&] {
            for (int i = 0; i < 2; ++i) {
                const Outcome outcome = timer.cancel(1, owner).outcome;
                MODEL_ASSERT(outcome == Outcome::Running || outcome == Outcome::Ran ||
                             outcome == Outcome::Stale);
            }
        };
        MODEL_ASSERT(timer.begin_firing());
        parallel(
            [&] {
                timer.end_firing();
                timer.arm(2, owner + 1);
            },
            by_old_name, by_old_name);
        MODEL_ASSERT(timer.is_armed());
        MODEL_ASSERT(timer.cancel(2, owner).outcome == Outcome::Foreign);
        MODEL_ASSERT(timer.cancel(2, TimerState::anyone).outcome == Outcome::Cancelled);
    });
}
