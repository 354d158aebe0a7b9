// SPDX-License-Identifier: MIT
// Several tasks that share one object of the test's, which waits for all of them.
#pragma once

#include <neuron/core/ref.hpp>
#include <neuron/selftest/run.hpp>

#include "feature.hpp"

namespace neuron::sched::selftests {

template <class T>
using Shared = core::Ref<T>;

template <class System, class T>
class Crowd {
  public:
    // SAFETY: the object outlives join_all, which the test calls, and with it every task.
    Crowd(System& system, Task& self, T& object)
        : system_(system), self_(self), object_(Shared<T>::unsafe_to(object)) {}

    /// `count` tasks that run function(Task&, Shared<T>, number), numbers from 1 on; false if there
    /// is no room for one.
    template <class F>
    bool add(F function, std::uint32_t count, const Spawn& spawn = {}) {
        for (std::uint32_t i = 0; i < count; ++i) {
            auto task = sched::spawn(system_, spawn, function, object_, std::uint64_t{count_ + 1});
            if (!task) {
                refusal_ = task.error();
                return false;
            }
            pid_of(count_++).store(format_value(task->pid()), core::relaxed); // this task's own
            detail::Inside::forget(*task);
        }
        return true;
    }
    [[nodiscard]] Error refusal() const { return refusal_; }
    [[nodiscard]] std::uint32_t size() const { return count_; }

    /// The sum of what they end with.
    int join_all(selftest::Record& record) {
        int sum = 0;
        bool good = true;
        for (std::uint32_t i = 0; i < count_; ++i) {
            auto task = detail::Inside::handle<Handle<System>>(
                detail::pid_of(pid_of(i).load(core::relaxed))); // this task's own
            const auto value = join(system_, self_, task);
            good = good && value.has_value();
            sum += value.value_or(0);
        }
        record.expect(good, "every task ends");
        count_ = 0;
        return sum;
    }

  private:
    auto& pid_of(std::uint32_t i) { return system_.template shared<Feature>().pids[i]; }

    System& system_;
    Task& self_;
    Shared<T> object_;
    std::uint32_t count_ = 0;
    Error refusal_{};
};

} // namespace neuron::sched::selftests
