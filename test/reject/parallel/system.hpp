// SPDX-License-Identifier: MIT
// What the files here share: a system, a scope, and lawful uses of all.
#pragma once
#include <neuron/core/frozen.hpp>
#include <neuron/parallel/loop.hpp>
#include <neuron/steal/hooks.hpp>

#include "../task_system.hpp"
using namespace neuron;
using parallel::call;
using parallel::Part;

struct Values {
    static constexpr unsigned max_cpus = 2, sched_tasks = 2, sched_large_tasks = 1;
    static constexpr unsigned sched_capacity = 2, steal_victim = 0, steal_chance = 1;
};
using System = TaskSystem<Values>;
template <class ItsValues>
struct neuron::steal::Feature {
    using Shared = IdleSet<ItsValues::max_cpus>;
    template <class>
    using PerCpuIn = typename Hooks<ItsValues>::PerCpu;
};
void post_waiting(System::Features, System&, core::CpuId);

using Scope = parallel::Scope<System>;
extern Scope& scope;
extern int number;
extern std::span<int> numbers;
extern Part<int> part;
extern core::Frozen<int> frozen;

inline void lawful() {
    (void)join(scope, call([](Scope&, int n) { return n; }, number),
               call([](Scope&, Part<int>& own, core::Frozen<int> all) { own[0] = all[0]; },
                    std::move(part), frozen));
    parallel_for(
        scope, Part(numbers), 1, [](int& n, std::size_t, core::Frozen<int> all) { n = all[0]; },
        frozen);
}
