// SPDX-License-Identifier: MIT
// How a task gets to another CPU: by a message of lib/sched-smp, whose functions are found through
// the types of the image's features. An image without it has tasks on CPU 0 alone.
#pragma once

#include <neuron/core/check.hpp>
#include <neuron/sched/parts.hpp>

#include <bit>

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

/// Whether `cpu`, which is below cpu_count(), answers no message any more.
template <class System>
bool has_left(System& system, core::CpuId cpu) {
    if constexpr (requires { has_left(FeaturesOf<System>(), system, cpu); })
        return has_left(FeaturesOf<System>(), system, cpu);
    else
        return false;
}

/// Where a task begins that names no CPU: where lib/steal says, or on `self`.
template <class System>
core::CpuId place_for(System& system, core::CpuId self, const std::optional<CpuMask>& affinity) {
    if constexpr (requires { place(FeaturesOf<System>(), system, affinity); })
        return place(FeaturesOf<System>(), system, affinity);
    else
        return self;
}

/// To how many tasks that leads (attend.hpp), of all who have asked.
constexpr unsigned hops_of(std::uint32_t asked) {
    return static_cast<unsigned>(std::bit_width(asked)) - 1;
}

/// Has another CPU attend to a task that is at home there (attend.hpp), and to as many that it
/// waits for as `hops` says: one message for all who ask before it comes. 0; or, if that CPU is
/// about to leave, for how many hops the caller is to look anew: the task is elsewhere by then.
template <class System>
unsigned send_attention(System& system, core::CpuId home, Pid pid, unsigned hops) {
    if constexpr (requires { post_attend(FeaturesOf<System>(), system, home, pid); }) {
        auto& attention = held_place(system, pid).slot.attention;
        // Release: pairs with attend_on_message: what is to be seen there was done before. Acquire:
        // the message before was received, and its link is free.
        if (attention.fetch_or(1U << hops, core::acq_rel) != 0 ||
            post_attend(FeaturesOf<System>(), system, home, pid))
            return 0;
        // Whoever has asked meanwhile relied on this message. Acquire and release: as on_message.
        return hops_of(attention.exchange(0, core::acq_rel));
    }
    return 0;
}

} // namespace neuron::sched::detail
