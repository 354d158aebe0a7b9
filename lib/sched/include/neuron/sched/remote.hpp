// SPDX-License-Identifier: MIT
// How a task gets to another CPU: by a message of lib/sched-smp, whose functions are found through
// the types of the image's features. An image without it has tasks on CPU 0 alone.
#pragma once

#include <neuron/core/check.hpp>
#include <neuron/sched/parts.hpp>

namespace neuron::sched::detail {

template <class System>
using FeaturesOf = typename System::Features;

/// Sends a task that is Waking to its home.
template <class System>
void send_home(System& system, core::CpuId home, Task& task) {
    if constexpr (requires { post_wake(FeaturesOf<System>(), system, home, task); })
        post_wake(FeaturesOf<System>(), system, home, task);
    else
        core::check(false, "a task of another CPU, in an image without sched-smp");
}

/// Sends a task that is ready, or new, to the CPU that is its home now.
template <class System>
void send_away(System& system, core::CpuId home, Task& task) {
    if constexpr (requires { post_migrate(FeaturesOf<System>(), system, home, task); })
        post_migrate(FeaturesOf<System>(), system, home, task);
    else
        core::check(false, "a task for another CPU, in an image without sched-smp");
}

/// Whether a task can get to `cpu`, which is below cpu_count().
template <class System>
bool is_reachable_cpu(System& system, core::CpuId cpu) {
    if constexpr (requires { is_reachable(FeaturesOf<System>(), system, cpu); })
        return is_reachable(FeaturesOf<System>(), system, cpu);
    else
        return true; // if it takes tasks at all
}

/// Where a task begins that names no CPU: where lib/steal says, or on `self`.
template <class System>
core::CpuId place_for(System& system, core::CpuId self, const std::optional<CpuMask>& affinity) {
    if constexpr (requires { place(FeaturesOf<System>(), system, affinity); })
        return place(FeaturesOf<System>(), system, affinity);
    else
        return self;
}

/// Has another CPU attend to a task that is at home there (attend.hpp), and to as many that it
/// waits for as `hops` says: one message for all who ask before it comes.
template <class System>
void send_attention(System& system, core::CpuId home, Pid pid, unsigned hops) {
    if constexpr (requires { post_attend(FeaturesOf<System>(), system, home, pid); })
        // Release: pairs with attend_on_message: what is to be seen there was done before. Acquire:
        // the message before was received, and its link is free.
        if (held_place(system, pid).slot.attention.fetch_or(1U << hops, core::acq_rel) == 0)
            post_attend(FeaturesOf<System>(), system, home, pid);
}

} // namespace neuron::sched::detail
