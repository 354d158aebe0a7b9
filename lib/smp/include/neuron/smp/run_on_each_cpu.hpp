// SPDX-License-Identifier: MIT
// The smallest way to use all CPUs: run one function on each, get the results back by value.
//
//   caller                               CPU n, idle
//   job.store(&job)     (release) ---->  job.load (acquire): sees function and arguments
//   ring                                 runs; writes its own result slot
//   runs its own share
//   remaining == 0      (acquire) <----  remaining -= 1 (release): after it, CPU n
//   reads the results                    touches nothing of the caller's
#pragma once

#include <neuron/core/atomic.hpp>
#include <neuron/core/check.hpp>
#include <neuron/core/ids.hpp>
#include <neuron/core/wait.hpp>

#include <array>
#include <expected>
#include <span>
#include <tuple>
#include <type_traits>

namespace neuron::smp {

/// Which part of the work a call is to do: part `index` of `count`, on `cpu`. Indexes are dense,
/// also when some CPU did not come up.
struct Share {
    core::CpuId cpu;
    std::uint32_t index;
    std::uint32_t count;
};

enum class EachCpuError : std::uint32_t {
    Busy, ///< another run_on_each_cpu is in flight; a function run by one can't start another
};

constexpr std::string_view to_string(EachCpuError) {
    return "another run_on_each_cpu is running";
}

/// One result for each share, in order of their index.
template <class R, unsigned MaxCpus>
class Results {
  public:
    [[nodiscard]] unsigned size() const { return size_; }
    [[nodiscard]] const R& operator[](std::size_t index) const { return values_[index]; }
    [[nodiscard]] const R* begin() const { return values_.data(); }
    [[nodiscard]] const R* end() const { return values_.data() + size_; }

    void resize(unsigned size) { size_ = size; }
    R& slot(std::size_t index) { return values_[index]; }

  private:
    std::array<R, MaxCpus> values_{};
    unsigned size_ = 0;
};

/// A job lives on its caller's stack until `remaining` is 0.
struct Job {
    void (*run)(Job&, Share) = nullptr;
    std::uint32_t count = 0;
    core::Atomic<std::uint32_t> remaining{0};
};

/// What each CPU has for run_on_each_cpu: the job handed to it, with its index. Written by the
/// caller, taken by the CPU itself.
struct Mailbox {
    core::Atomic<Job*> job{nullptr};
    std::uint32_t index = 0; ///< published by `job`
};

/// Runs the job in this CPU's mailbox, if any; true if there was one. By the CPU itself, idle.
inline bool run_pending(Mailbox& mailbox, core::CpuId self) {
    Job* job = mailbox.job.load(core::acquire); // pairs with the release store in post
    if (job == nullptr)
        return false;
    mailbox.job.store(nullptr, core::relaxed); // before the release below, so before a next post
    job->run(*job, Share{self, mailbox.index, job->count});
    // INV-SMP-2: the last access to the caller's stack.
    job->remaining.fetch_sub(1, core::release); // pairs with the acquire in run_on_each_cpu
    return true;
}

namespace detail {

template <class F, class R, unsigned MaxCpus, class... Args>
struct TypedJob : Job {
    explicit TypedJob(Args... args) : arguments(args...) {
        run = [](Job& job, Share share) {
            auto& self = static_cast<TypedJob&>(job);
            self.results.slot(share.index) = std::apply(
                [&](const Args&... each) { return F{}(share, each...); }, self.arguments);
        };
    }
    std::tuple<Args...> arguments;
    Results<R, MaxCpus> results;
};

} // namespace detail

struct Feature; // feature.hpp

/// Runs function(Share, args...) once on each online CPU, this one included, and returns when all
/// have ended. The function is captureless; the calls read one copy of the arguments.
/// Context: not in a handler, interrupts on, no lock held. The README says what `System` has.
template <class System, class F, class... Args>
[[nodiscard]] auto run_on_each_cpu(System& system, F, Args... args) {
    using R = std::invoke_result_t<F, Share, const Args&...>;
    static_assert(std::is_empty_v<F> && std::is_default_constructible_v<F>,
                  "run_on_each_cpu takes a captureless callable: pass data as arguments");
    static_assert(std::is_default_constructible_v<R>,
                  "the result of run_on_each_cpu has a slot for each CPU, empty at first");
    static_assert((std::is_trivially_copyable_v<Args> && ...) && std::is_trivially_copyable_v<R>,
                  "arguments and result of run_on_each_cpu are copied to and from other CPUs");
    using Outcome = std::expected<Results<R, System::max_cpus>, EachCpuError>;

    core::check(env::irq_enabled(), "run_on_each_cpu: interrupts must be on");
    core::Atomic<std::uint32_t>& claimed = system.template shared<Feature>().claimed;
    // INV-SMP-3: one at a time.
    if (claimed.exchange(1, core::acquire) != 0) // pairs with the release store below
        return Outcome{std::unexpected(EachCpuError::Busy)};

    const core::CpuId self = system.this_cpu();
    std::array<core::CpuId, System::max_cpus> targets{};
    unsigned count = 0;
    for (std::uint32_t cpu = 0; cpu < system.cpu_count(); ++cpu)
        if (system.life(core::CpuId{cpu}).is_online())
            targets[count++] = core::CpuId{cpu};

    detail::TypedJob<F, R, System::max_cpus, Args...> job(args...);
    job.count = count;
    job.results.resize(count);
    job.remaining.store(count - 1, core::relaxed); // published with the job
    Share own{};
    for (std::uint32_t index = 0; index < count; ++index) {
        if (targets[index] == self) {
            own = Share{self, index, count};
            continue;
        }
        Mailbox& mailbox = system.template per_cpu<Feature>(targets[index]);
        mailbox.index = index;
        mailbox.job.store(&job, core::release); // pairs with the acquire in run_pending
        core::check(system.ring(targets[index]), "run_on_each_cpu: a doorbell did not ring");
    }
    core::check(own.count != 0, "run_on_each_cpu: the CPU that calls it must be online");
    job.run(job, own);
    core::spin_until([&] { return job.remaining.load(core::acquire) == 0; });
    claimed.store(0, core::release);
    return Outcome{job.results};
}

} // namespace neuron::smp
