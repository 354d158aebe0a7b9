// SPDX-License-Identifier: MIT
// A function that runs once on each CPU, and how it reaches them.
//
//   caller                               CPU n, idle
//   post: job.store     (release) ---->  take: job.load (acquire): sees function and arguments
//   ring                                 runs; writes its own result slot
//   runs its own share
//   remaining == 0      (acquire) <----  remaining -= 1 (release): after it, CPU n
//   reads the results                    touches nothing of the caller's
#pragma once

#include <neuron/core/ids.hpp>
#include <neuron/core/plain.hpp>
#include <neuron/core/ref.hpp>

#include <array>
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

/// The job handed to a CPU, with the index of its share. Posted by the caller that has the claim
/// (INV-SMP-3), taken by the CPU itself.
class Mailbox {
  public:
    /// By the caller, into an empty mailbox.
    void post(Job& job, std::uint32_t index) {
        index_.write(index);
        job_.store(&job, core::release); // pairs with the acquire in take
    }

    [[nodiscard]] bool is_empty() const {
        return job_.load(core::relaxed) == nullptr; // a hint; take acquires
    }

    /// By the CPU itself: the job and its index, if there is one.
    [[nodiscard]] Job* take(std::uint32_t& index) {
        Job* job = job_.load(core::acquire); // pairs with the release in post
        if (job == nullptr)
            return nullptr;
        index = index_.read();
        // Before the release of `remaining`, so before a next post.
        job_.store(nullptr, core::relaxed);
        return job;
    }

  private:
    core::Atomic<Job*> job_{nullptr};
    core::Plain<std::uint32_t> index_{0}; ///< published by `job_`
};

} // namespace neuron::smp

// SAFETY: a pointer and a plain word are not derived. post and take alternate: the claim admits one
// caller, and it posts again only after every CPU has counted down (INV-SMP-3); `index_` is
// published by `job_`, and the job outlives the run.
template <>
inline constexpr bool neuron::core::unsafe_synchronized<neuron::smp::Mailbox> = true;

namespace neuron::smp {

/// Runs one share of a job.
inline void run_share(Job& job, Share share) {
    job.run(job, share);
    // INV-SMP-2: the last access to the caller's stack.
    job.remaining.fetch_sub(1, core::release); // pairs with the acquire in run_on_each_cpu
}

/// Runs the job in this CPU's mailbox, if any; true if there was one. By the CPU itself, idle.
inline bool run_pending(Mailbox& mailbox, core::CpuId self) {
    std::uint32_t index = 0;
    Job* job = mailbox.take(index);
    if (job == nullptr)
        return false;
    run_share(*job, Share{self, index, job->count});
    return true;
}

namespace detail {

/// What the function gets of an argument: a lent object itself, all else to read. No temporary
/// binds to it: what is answered lives on.
template <class A>
    requires std::is_const_v<A>
constexpr A& handed(A& argument) {
    return argument;
}
template <class T>
constexpr T& handed(const core::Borrowed<T>& borrowed) {
    return borrowed.get();
}

template <class A>
inline constexpr bool may_be_handed = core::Send<A> && core::Sync<A>;
template <class T>
inline constexpr bool may_be_handed<core::Borrowed<T>> = true;

template <class F, class R, unsigned MaxCpus, class... Args>
struct TypedJob : Job {
    explicit TypedJob(Args... args) : arguments(std::move(args)...) {
        run = [](Job& job, Share share) {
            auto& self = static_cast<TypedJob&>(job);
            self.results.slot(share.index) = std::apply(
                [&](const Args&... each) { return F{}(share, handed(each)...); }, self.arguments);
        };
    }
    std::tuple<Args...> arguments;
    Results<R, MaxCpus> results;
};

} // namespace detail
} // namespace neuron::smp
