// SPDX-License-Identifier: MIT
// What a CPU knows of its requests, and what others may know of it.
#pragma once

#include <neuron/core/cpu_set.hpp>
#include <neuron/percpu/per_cpu.hpp>
#include <neuron/steal/idle_set.hpp>
#include <neuron/steal/victim.hpp>

#include <tuple>

namespace neuron::steal {

template <class Values>
struct Feature; // feature.hpp

/// How the next one to ask is found, by CONFIG_STEAL_VICTIM.
template <class Values>
using Policy =
    std::tuple_element_t<Values::steal_victim,
                         std::tuple<ByLoad, InTurn, ByChance<std::uint64_t{Values::steal_chance}>>>;

/// What only the CPU itself knows.
template <class Policy, unsigned MaxCpus>
struct Own {
    std::optional<core::CpuId> asked; ///< who has not answered yet
    core::CpuSet<MaxCpus> refused;    ///< who has, with nothing, since it last paused
    std::uint32_t pauses = 0;         ///< since it last got something
    bool is_in_set = false;           ///< or whoever took it out has posted WorkWaits
    std::uint32_t next = 0;           ///< whom to tell, and to give a new task to, so that each is
    Policy policy;
};

/// What a CPU has counted, in tasks or requests. Any CPU may read it.
struct Counters {
    percpu::RemoteReadable<std::uint64_t> asked;    ///< requests that it has posted
    percpu::RemoteReadable<std::uint64_t> answered; ///< that it has answered
    percpu::RemoteReadable<std::uint64_t> refused;  ///< of those, with nothing
    percpu::RemoteReadable<std::uint64_t> given;    ///< tasks that it gave
    percpu::RemoteReadable<std::uint64_t> told;     ///< idle CPUs that it told of its tasks
};

/// What others may read of a CPU. All of it a hint, and a moment old.
struct Remote {
    core::Atomic<std::uint32_t> waiting{0}; ///< tasks that it would like to give away
    core::Atomic<std::uint64_t> pause{0};   ///< it does not ask before that time
    Counters counters;
};

} // namespace neuron::steal
