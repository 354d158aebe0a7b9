// SPDX-License-Identifier: MIT
// The smallest way to use all CPUs: run one function on each, get the results back by value. A
// scoped call: it returns when the last CPU is done, so it may be lent what its caller owns.
#pragma once

#include <neuron/core/check.hpp>
#include <neuron/core/claim.hpp>
#include <neuron/core/wait.hpp>
#include <neuron/smp/job.hpp>
#include <neuron/sync/witness.hpp>

#include <expected>
#include <string_view>
#include <type_traits>

namespace neuron::smp {

enum class EachCpuError : std::uint32_t {
    Busy, ///< another run_on_each_cpu is in flight; a function run by one can't start another
};

constexpr std::string_view to_string(EachCpuError) {
    return "another run_on_each_cpu is running";
}

template <class Values>
struct Feature; // feature.hpp

namespace detail {

/// The mailbox of the CPU that this code runs on, as long as it is pinned there.
template <class System>
Mailbox& mailbox_here(System& system, const core::Pinned&) {
    return system.template remote<Feature>(system.this_cpu());
}

/// Runs the share that waits for this CPU, if one does. By a task: the CPU is not idle meanwhile.
template <class System>
void run_share_here(System& system) {
    std::uint32_t index = 0;
    Job* job = nullptr;
    core::CpuId self;
    {
        const core::Pinned pinned;
        self = system.this_cpu();
        job = mailbox_here(system, pinned).take(index);
    }
    if (job != nullptr)
        run_share(*job, Share{self, index, job->count});
}

} // namespace detail

/// Runs function(Share, args...) once on each online CPU, this one included, and returns when all
/// have ended. All calls read one copy of the arguments; an argument made by core::borrow() is the
/// caller's own object, const or Synchronized.
/// Context: not in a handler, interrupts on, not pinned, no lock held. The README says what
/// `System` has.
template <class System, class F, class... Args>
[[nodiscard]] auto run_on_each_cpu(System& system, const sync::NoLocks&, F, Args... args) {
    static_assert(std::is_empty_v<F> && std::is_default_constructible_v<F>,
                  "run_on_each_cpu takes a captureless callable: pass data as arguments");
    static_assert((detail::may_be_handed<Args> && ...),
                  "run_on_each_cpu: an argument must be Send and Sync (no pointer, reference or "
                  "span): lend it with core::borrow, or hand over a Frozen");
    using R =
        std::invoke_result_t<F, Share, decltype(detail::handed(std::declval<const Args&>()))...>;
    static_assert(core::Send<R>, "run_on_each_cpu: the result comes back from another CPU: Send");
    static_assert(std::is_default_constructible_v<R>,
                  "the result of run_on_each_cpu has a slot for each CPU, empty at first");
    using Outcome = std::expected<Results<R, System::max_cpus>, EachCpuError>;

    core::check_may_block();
    const core::Claim claim(system.template shared<Feature>().claimed);
    if (!claim.is_mine()) // INV-SMP-3: one at a time
        return Outcome{std::unexpected(EachCpuError::Busy)};

    const core::CpuId self = system.this_cpu();
    std::array<core::CpuId, System::max_cpus> targets{};
    unsigned count = 0;
    for (std::uint32_t cpu = 0; cpu < system.cpu_count(); ++cpu)
        if (system.life(core::CpuId{cpu}).is_online())
            targets[count++] = core::CpuId{cpu};

    detail::TypedJob<F, R, System::max_cpus, Args...> job(std::move(args)...);
    job.count = count;
    job.results.resize(count);
    job.remaining.store(count - 1, core::relaxed); // published with the job
    Share own{};
    for (std::uint32_t index = 0; index < count; ++index) {
        if (targets[index] == self) {
            own = Share{self, index, count};
            continue;
        }
        system.template remote<Feature>(targets[index]).post(job, index);
        core::check(system.ring(targets[index]), "run_on_each_cpu: a doorbell did not ring");
    }
    core::check(own.count != 0, "run_on_each_cpu: the CPU that calls it must be online");
    job.run(job, own);
    const auto is_done = [&] { return job.remaining.load(core::acquire) == 0; };
    for (;;) {
        core::spin_until([&] {
            const core::Pinned pinned;
            return is_done() || !detail::mailbox_here(system, pinned).is_empty();
        });
        if (is_done())
            break;
        // A caller that is a task was moved to a CPU that is to be idle for its share.
        detail::run_share_here(system);
    }
    return Outcome{job.results};
}

} // namespace neuron::smp
