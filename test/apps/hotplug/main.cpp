// SPDX-License-Identifier: MIT
// ARGS="ROUNDS SEED": in each round a CPU by chance goes, or comes, while tasks take turns by
// unparking each other, sleep, take a mutex, spawn and join. Each of their steps is counted on both
// sides; whoever loses a task or a wake leaves somebody behind, and the image does not end.
#include <neuron/app_main.hpp>
#include <neuron/args/parameter.hpp>
#include <neuron/core/ref.hpp>
#include <neuron/hotplug/hotplug.hpp>
#include <neuron/sched-time/sleep.hpp>
#include <neuron/sched/mutex.hpp>
#include <neuron/selftest/random.hpp>

using namespace neuron;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t pairs = 2;
using Count = core::Atomic<std::uint64_t>;

/// What all tasks share. Counts, which order nothing, but for `turn` and `stop`.
struct Work {
    core::Atomic<std::uint32_t> stop{0};
    std::array<core::Atomic<std::uint32_t>, pairs> turn{};
    std::array<core::Atomic<std::uint64_t>, 2 * pairs> names{}; ///< of those that take turns
    Count turns{0}, sleeps{0}, spawned{0}, ran{0};
    sched::Mutex<System> mutex;
    std::uint64_t under_mutex = 0;
    Count locked{0};
};

/// A timer of the last CPU, that a task of that CPU has armed.
struct Armed {
    std::optional<timer::Owner> owner;
    timer::TimerId timer;
    Count fired{0};
};
} // namespace

// SAFETY: what is no atomic is touched under the mutex, or after all tasks have ended.
template <>
inline constexpr bool neuron::core::unsafe_synchronized<Work> = true;
// SAFETY: whoever arms the timer has owner and name, and main before and after that.
template <>
inline constexpr bool neuron::core::unsafe_synchronized<Armed> = true;

namespace {

using Shared = core::Ref<Work>;

bool goes_on(const Shared& work) {
    return work->stop.load(core::acquire) == 0;
}

/// Two of these take turns: one whose unpark is lost, and the other with it, waits for good.
void take_turns(Task& self, Shared work, std::uint32_t number) {
    auto& turn = work->turn[number / 2];
    const std::uint32_t mine = number % 2;
    while (goes_on(work)) {
        while (turn.load(core::acquire) != mine && goes_on(work))
            sched::park(system(), self);
        work->turns.fetch_add(1, core::relaxed);
        turn.store(1 - mine, core::release);
        const std::uint64_t other = work->names[number ^ 1].load(core::acquire);
        (void)sched::unpark(system(), sched::detail::pid_of(other)); // no name yet: it looks first
    }
}

void sleep_again(Task& self, Shared work) {
    while (goes_on(work)) {
        sched_time::sleep_for(system(), self, 200us);
        work->sleeps.fetch_add(1, core::relaxed);
    }
}

void spawn_and_join(Task& self, Shared work) {
    while (goes_on(work)) {
        auto child = sched::spawn(
            system(), {.name = "child"},
            [](Task&, Shared all) { all->ran.fetch_add(1, core::relaxed); }, work);
        if (child) {
            work->spawned.fetch_add(1, core::relaxed);
            (void)sched::join(system(), self, *child);
        }
        sched::yield(system(), self);
    }
}

void lock_again(Task& self, Shared work) {
    while (goes_on(work)) {
        work->mutex.lock(self);
        ++work->under_mutex;
        sched::yield(system(), self);
        work->mutex.unlock(self);
        work->locked.fetch_add(1, core::relaxed);
    }
}

/// Begins one task of each kind, of those that take turns all.
void begin(std::span<std::optional<sched::Handle<System>>> tasks, Shared work) {
    std::size_t next = 0;
    const auto add = [&](auto function, auto... more) {
        auto task = sched::spawn(system(), {}, function, work, more...);
        core::check(task.has_value(), "room for a task");
        tasks[next++].emplace(std::move(*task));
        return tasks[next - 1]->pid();
    };
    for (std::uint32_t number = 0; number < 2 * pairs; ++number) {
        const auto name = add(
            [](Task& self, Shared all, std::uint32_t own) { take_turns(self, all, own); }, number);
        work->names[number].store(format_value(name), core::release);
        (void)sched::unpark(system(),
                            sched::detail::pid_of(work->names[number ^ 1].load(core::relaxed)));
    }
    add([](Task& self, Shared all) { sleep_again(self, all); });
    add([](Task& self, Shared all) { spawn_and_join(self, all); });
    add([](Task& self, Shared all) { lock_again(self, all); });
    add([](Task& self, Shared all) { lock_again(self, all); });
}

/// Takes down a CPU that is up, and up one that is down. Whether it was done.
bool change(Task& self, core::CpuId cpu) {
    const std::uint64_t deadline = system().diagnostic_deadline();
    const auto done = system().life(cpu).is_online()
                          ? hotplug::cpu_down(system(), self, cpu, deadline)
                          : hotplug::cpu_up(system(), self, cpu, deadline);
    if (!done)
        println("HOTPLUG: CPU {}: {}", cpu, done.error());
    return done.has_value();
}

struct Fire {
    void operator()(System&, core::IrqContext&, const timer::Firing&,
                    core::Ref<Armed> armed) const {
        armed->fired.fetch_add(1, core::relaxed); // looked at after its CPU has left
    }
};

/// Whether the last CPU leaves within `limit`, with a timer of that period armed.
core::Result<void, hotplug::Error>
leave_with_timer(Task& self, Armed& armed, core::Nanoseconds period, core::Nanoseconds limit) {
    const core::CpuId last{system().cpu_count() - 1};
    const auto shared = core::Ref<Armed>::unsafe_to(armed); // SAFETY: cancelled or fired below
    auto arming = sched::spawn(
        system(), {.cpu = last, .affinity = sched::CpuMask::only(last)},
        [](Task&, core::Ref<Armed> its, std::int64_t every) {
            const auto set = timer::arm(system(), *its->owner,
                                        {.deadline = timer::MonotonicClock<System>::now() + 20ms,
                                         .period = core::Nanoseconds(every)},
                                        Fire(), its);
            core::check(set.has_value(), "a timer is left");
            its->timer = *set;
        },
        shared, period.count());
    (void)sched::join(system(), self, *arming);
    return hotplug::cpu_down(system(), self, last,
                             system().now() + system().tick_rate().to_ticks(limit));
}

/// A timer is waited for; a periodic one keeps its CPU where it is.
bool timers_are_kept(Task& self) {
    const core::CpuId last{system().cpu_count() - 1};
    Armed armed;
    armed.owner.emplace(timer::open_owner(system()).value());
    bool kept = leave_with_timer(self, armed, 0ns, 10s).has_value() &&
                armed.fired.load(core::relaxed) == 1 && change(self, last);
    const auto stays = leave_with_timer(self, armed, 5ms, 100ms);
    kept = kept && !stays && stays.error() == hotplug::Error::TimedOut &&
           system().life(last).is_online() &&
           timer::cancel(system(), *armed.owner, armed.timer).has_value();
    return change(self, last) && change(self, last) && kept;
}

/// Whether every CPU still takes tasks of another, if that has many.
bool all_steal(Task& self) {
    static std::array<Count, System::Values::max_cpus> ran;
    const std::uint64_t deadline = system().diagnostic_deadline();
    std::uint32_t cpus = 0;
    while (cpus < system().cpu_count() && system().now() < deadline) {
        std::array<std::optional<sched::Handle<System>>, 6> tasks;
        for (auto& each : tasks) {
            auto task = sched::spawn(system(), {.cpu = core::boot_cpu}, [](Task&) {
                ran[sched::detail::cpu_of_this(system()).index()].fetch_add(1, core::relaxed);
            });
            if (task)
                each.emplace(std::move(*task));
        }
        for (auto& each : tasks)
            if (each)
                (void)sched::join(system(), self, *each);
        cpus = 0;
        for (const Count& count : ran)
            cpus += count.load(core::relaxed) != 0 ? 1 : 0;
    }
    return cpus == system().cpu_count();
}

} // namespace

int app_main(Task& self, Args words) {
    const auto rounds = words.size() > 1 ? args::parse_unsigned(words[1]) : 100;
    const auto seed = words.size() > 2 ? args::parse_unsigned(words[2]) : 1;
    if (!rounds || !seed || system().cpu_count() == 1)
        return 1;
    if (!timers_are_kept(self)) {
        println("HOTPLUG: a CPU has left its timers behind");
        return 1;
    }
    selftest::Random random(*seed);
    Work work;
    std::array<std::optional<sched::Handle<System>>, 2 * pairs + 4> tasks;
    begin(tasks, Shared::unsafe_to(work)); // SAFETY: all are joined below

    std::uint64_t refused = 0;
    for (std::uint64_t round = 0; round < *rounds; ++round) {
        const core::CpuId cpu{1 +
                              static_cast<std::uint32_t>(random.below(system().cpu_count() - 1))};
        refused += change(self, cpu) ? 0 : 1;
        // Everybody goes on: also whoever was on that CPU.
        const std::uint64_t turns = work.turns.load(core::relaxed);
        const std::uint64_t sleeps = work.sleeps.load(core::relaxed);
        while (work.turns.load(core::relaxed) < turns + 10 * pairs ||
               work.sleeps.load(core::relaxed) == sleeps)
            sched::yield(system(), self);
    }
    for (std::uint32_t cpu = 1; cpu < system().cpu_count(); ++cpu)
        if (!system().life(core::CpuId{cpu}).is_online())
            refused += change(self, core::CpuId{cpu}) ? 0 : 1;

    work.stop.store(1, core::release);
    std::uint64_t ended = 0;
    for (auto& task : tasks) {
        (void)sched::unpark(system(), task->pid());
        ended += sched::join(system(), self, *task).has_value() ? 1 : 0;
    }
    const bool steal = all_steal(self);
    const std::uint64_t lost = work.spawned.load(core::relaxed) - work.ran.load(core::relaxed);
    const std::uint64_t miscounted = work.under_mutex - work.locked.load(core::relaxed);
    println("HOTPLUG: rounds={} refused={} ended={} lost={} miscounted={}{}", *rounds, refused,
            ended, lost, miscounted, steal ? "" : ", and a CPU steals no more");
    return refused == 0 && ended == tasks.size() && lost == 0 && miscounted == 0 && steal ? 0 : 1;
}
