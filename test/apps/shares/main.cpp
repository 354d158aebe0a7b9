// SPDX-License-Identifier: MIT
// Tasks of CPU 0 that never wait: the first word says for how many slices, each other word is some
// of them: a share, of class Normal, or the name of a class, with the default share. Each task says
// for how long it has run, and the longest that it was kept from it.
#include <neuron/app_main.hpp>
#include <neuron/args/parameter.hpp>
#include <neuron/sched-qos/feature.hpp>
#include <neuron/sched/semaphore.hpp>

using namespace neuron;

namespace {

struct Race {
    core::Atomic<std::uint64_t> end{0};        ///< in ticks
    sched::CountingSemaphore<System> ended{0}; ///< to join lends a class, to acquire does not
};

void run_until_end(Task& self, core::Ref<Race> race) {
    std::uint64_t longest = 0;
    std::uint64_t end = 0; // main is not done with spawning
    while ((end = race->end.load(core::relaxed)) == 0)
        sched::yield(system(), self);
    for (std::uint64_t seen = system().now(), now = seen; now < end; now = system().now()) {
        longest = std::max(longest, now - seen);
        seen = now;
    }
    const auto nanoseconds = [](std::uint64_t ticks) {
        return system().tick_rate().to_nanoseconds(ticks).count();
    };
    println("SHARES: class={} share={} time={} longest={}", self.qos(), self.share(),
            sched_qos::cpu_time(system(), self).count(), nanoseconds(longest));
    race->ended.release();
}

} // namespace

namespace {

constexpr std::size_t most = 64;

struct Field {
    Task& main;
    const sched_qos::Authority& authority;
    core::Ref<Race> race;
    std::array<std::optional<sched::Handle<System>>, most> tasks;
    std::size_t count = 0;

    /// One more, ready; false if it is refused. It has main's share.
    bool add(core::QosClass qos, std::uint64_t share) {
        if (count == most || share > sched::greatest_share ||
            !sched_qos::set_share(system(), authority, main, static_cast<std::uint32_t>(share)))
            return false;
        auto task = sched::spawn(
            system(), {.qos = qos},
            [](Task& runs, core::Ref<Race> all) { run_until_end(runs, all); }, race);
        if (task)
            tasks[count++].emplace(std::move(*task));
        return task.has_value();
    }
    /// Those of a word: [COUNT*]SHARE or [COUNT*]CLASS.
    bool add_word(std::string_view word) {
        const std::size_t star = word.find('*');
        const auto times = star == word.npos ? 1 : args::parse_unsigned(word.substr(0, star));
        const std::string_view what = star == word.npos ? word : word.substr(star + 1);
        const auto qos = core::parse_qos(what);
        const auto share = qos ? sched::default_share : args::parse_unsigned(what);
        for (std::uint64_t left = times.value_or(0); share && left > 0; --left)
            if (!add(qos.value_or(core::QosClass::Normal), *share))
                return false;
        return times && share;
    }
};

} // namespace

int app_main(Task& self, Args words) {
    const auto authority = sched_qos::take_authority(system());
    const auto slices = words.size() > 1 ? args::parse_unsigned(words[1]) : std::nullopt;
    if (!authority || !slices) {
        println("shares: ARGS=\"SLICES [COUNT*]SHARE|CLASS ...\" is wanted");
        return 2;
    }
    (void)sched_qos::set_qos(system(), *authority, self.pid(), core::QosClass::PerfBurst);
    sched::yield(system(), self);
    Race race;
    // SAFETY: all tasks are joined below.
    Field field{self, *authority, core::Ref<Race>::unsafe_to(race), {}};
    bool good = true;
    for (std::size_t word = 2; word < words.size(); ++word)
        good = good && field.add_word(words[word]);
    if (!good)
        println("shares: a word is none of [COUNT*]SHARE and [COUNT*]CLASS, or there is no room");
    race.end.store(system().now() +
                       (good ? *slices : 0) * system().ticks(System::Values::preempt_slice),
                   core::relaxed);
    for (std::size_t left = field.count; left > 0; --left)
        race.ended.acquire(self);
    for (auto& task : field.tasks)
        if (task)
            (void)sched::join(system(), self, *task);
    return good ? 0 : 2;
}
