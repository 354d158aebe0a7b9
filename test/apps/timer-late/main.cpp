// SPDX-License-Identifier: MIT
// How late timers fire, exact in a deterministic run of one CPU (SMP=1 ICOUNT=0): one alone; as
// many as the argument says, at the same instant; and a hundred thousand on all CPUs, that arm
// themselves again at random times. The lines say what was seen; the status is 0 if every timer
// fired.
#include <neuron/app.hpp>
#include <neuron/smp/run_on_each_cpu.hpp>

#include "feature.hpp"

namespace {

using namespace neuron;
using namespace neuron::timer_late;
using namespace std::chrono_literals;
using Clock = timer::MonotonicClock<System>;

Seen& seen(core::CpuId cpu) {
    return system().remote<Feature>(cpu);
}

template <class T>
void raise(percpu::RemoteReadable<T>& most, core::IrqContext& irq, T value) {
    if (value > most.remote_load())
        most.set(irq, value);
}

/// Notes one callback of a timer whose window ends at `latest`.
void note(core::IrqContext& irq, const timer::Firing& firing, core::Nanoseconds window) {
    Seen& here = seen(system().this_cpu());
    const core::Instant now = Clock::now();
    const std::uint64_t interrupt =
        system().remote_counters(system().this_cpu()).timer_interrupts.remote_load();
    if (interrupt != here.interrupt.remote_load()) {
        here.interrupt.set(irq, interrupt);
        here.begun.set(irq, now.time_since_epoch().count());
    }
    raise(here.longest, irq, now.time_since_epoch().count() - here.begun.remote_load());
    raise(here.late, irq, (now - firing.deadline - window).count());
    here.early.add(irq, now < firing.deadline);
    here.fired.add(irq, 1);
}

/// Waits until all CPUs have fired so many; false if they don't within the diagnostic bound.
bool all_fire(std::uint64_t wanted) {
    const std::uint64_t deadline = system().diagnostic_deadline();
    std::uint64_t fired = 0;
    const auto done = [&] {
        fired = 0;
        for (std::uint32_t cpu = 0; cpu < system().cpu_count(); ++cpu)
            fired += seen(core::CpuId{cpu}).fired.remote_load();
        return fired >= wanted || system().now() >= deadline;
    };
    // A CPU that sleeps is woken by QEMU's other thread, a little sooner or later each time; alone
    // it may stay awake, and each run is the same.
    if (system().cpu_count() == 1)
        while (!done())
            continue;
    else
        core::spin_until(done);
    return fired == wanted;
}

void report(std::string_view what) {
    std::uint64_t fired = 0;
    std::uint64_t early = 0;
    std::int64_t late = 0;
    std::int64_t longest = 0;
    const core::IrqOff masked;
    for (std::uint32_t cpu = 0; cpu < system().cpu_count(); ++cpu) {
        Seen& there = seen(core::CpuId{cpu});
        fired += there.fired.remote_load();
        early += there.early.remote_load();
        late = std::max(late, there.late.remote_load());
        longest = std::max(longest, there.longest.remote_load());
    }
    println("LATE: {} fired={} early={} late={} time={}", what, fired, early, late, longest);
}

struct Once {
    void operator()(System&, core::IrqContext& irq, const timer::Firing& firing) const {
        note(irq, firing, 0ns);
    }
};

/// Forgets what was seen; its own CPU.
void forget() {
    const core::IrqOff masked;
    Seen& here = seen(system().this_cpu());
    here.fired.set(masked, 0);
    here.late.set(masked, 0);
    here.longest.set(masked, 0);
}

bool alone(const timer::Owner& owner) {
    bool good = true;
    for (std::uint64_t i = 1; i <= 100; ++i) {
        const auto id = timer::arm(system(), owner, {Clock::now() + 100us, {}, 0ns}, Once());
        good = id && all_fire(i) && good;
    }
    report("alone");
    forget();
    return good;
}

bool at_once(const timer::Owner& owner, std::uint64_t count) {
    bool good = true;
    const core::Instant then = Clock::now() + std::chrono::microseconds(20 * count + 100);
    for (std::uint64_t i = 0; i < count; ++i)
        good = timer::arm(system(), owner, {then, {}, 0ns}, Once()).has_value() && good;
    good = good && Clock::now() < then && all_fire(count);
    report("at-once");
    forget();
    return good;
}

/// A number that looks random and depends on its arguments alone (Fibonacci hashing).
std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
    const std::uint64_t x = (a << 32 | b) * 0x9e3779b97f4a7c15U;
    return x >> 32 ^ x >> 7;
}

core::Nanoseconds window(std::uint32_t number) {
    return std::chrono::microseconds(number % 4 * 100);
}
timer::When next(std::uint32_t number, std::uint32_t round) {
    return {Clock::now() + std::chrono::nanoseconds(mix(number, round) % 1'000'000),
            {},
            window(number)};
}

/// Arms itself again until its rounds are over.
struct Again {
    void operator()(System& here, core::IrqContext& irq, const timer::Firing& firing,
                    std::uint32_t number) const {
        note(irq, firing, window(number));
        here.own<Feature>(irq).own.with(irq, [&](Own& own) {
            if (const std::uint32_t left = --own.left[number]; left != 0)
                core::check(
                    timer::rearm(here, *own.owner, firing.timer, next(number, left)).has_value(),
                    "a callback moves its own timer");
        });
    }
};

/// Every CPU has so many timers, each of which fires so many times.
bool storm() {
    const auto armed = smp::run_on_each_cpu(system(), NoLocks(), [](smp::Share) {
        const core::IrqOff masked;
        return system().own<Feature>(masked).own.with(masked, [](Own& own) {
            bool good = own.owner.has_value();
            for (std::uint32_t number = 0; good && number < timers; ++number) {
                own.left[number] = rounds;
                good = timer::arm(system(), *own.owner, next(number, rounds), Again(), number)
                           .has_value();
            }
            return good;
        });
    });
    const bool good = armed && all_fire(std::uint64_t{system().cpu_count()} * timers * rounds);
    report("storm");
    return good;
}

} // namespace

int main(int argc, char** argv) {
    const auto count = argc > 1 ? args::parse_unsigned(argv[1]) : 64;
    const auto authority = timer::take_authority(system());
    if (!count || !authority)
        return 2;
    (void)smp::run_on_each_cpu(
        system(), NoLocks(),
        [](smp::Share, const timer::Authority& right) {
            const core::IrqOff masked;
            return system().own<Feature>(masked).own.with(masked, [&](Own& own) {
                if (auto owner = timer::open_owner(system(), right, core::QosClass::PerfBurst))
                    own.owner.emplace(std::move(*owner));
                return own.owner.has_value();
            });
        },
        core::borrow(*authority));
    const auto owner = timer::open_owner(system(), *authority, core::QosClass::PerfBurst);
    return owner && alone(*owner) && at_once(*owner, *count) && storm() ? 0 : 1;
}
