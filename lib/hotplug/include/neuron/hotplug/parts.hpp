// SPDX-License-Identifier: MIT
// What there is once, for the one CPU that is being taken down.
#pragma once

#include <neuron/core/atomic.hpp>
#include <neuron/core/qos.hpp>
#include <neuron/core/send.hpp>

#include <array>

namespace neuron::hotplug {

template <class Values>
struct Feature; // feature.hpp

template <unsigned MaxCpus>
struct Shared {
    core::Atomic<std::uint32_t> changing{0};  ///< claimed by whoever takes a CPU down or up
    core::Atomic<std::uint32_t> may_leave{0}; ///< 1 + the CPU that has nothing to expect any more
    /// Slots that are held for tasks which are to move: so many of each CPU and class. Of whoever
    /// has claimed `changing`.
    std::array<std::array<std::uint32_t, core::qos_classes>, MaxCpus> reserved{};
};

} // namespace neuron::hotplug

// SAFETY: an array of numbers is not derived; it is used by whoever has claimed `changing`.
template <unsigned MaxCpus>
inline constexpr bool neuron::core::unsafe_synchronized<neuron::hotplug::Shared<MaxCpus>> = true;
