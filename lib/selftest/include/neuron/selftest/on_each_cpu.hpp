// SPDX-License-Identifier: MIT
// A selftest on every CPU, in an image with smp and in one without.
#pragma once

#include <neuron/core/ref.hpp>
#include <neuron/percpu/identity.hpp>
#include <neuron/sync/witness.hpp>

#include <cstdint>

namespace neuron::selftest {

/// Runs function(System&, index, args...) on every online CPU and returns the sum of what the calls
/// return, and how many they were in `cpus`. Without smp: on this CPU alone. run_on_each_cpu is
/// found by the features of System, so an image without smp has none of it. `function` is
/// captureless; an argument is an object to lend.
template <class System, class F, class... T>
std::uint64_t on_each_cpu(System& system, std::uint32_t& cpus, F, T&... lent) {
    const auto call = [](auto share, T&... objects) -> std::uint64_t {
        auto& here = *static_cast<System*>(percpu::this_cpu().system);
        return F{}(here, share.index, objects...);
    };
    struct Alone {
        std::uint32_t index = 0;
    };
    if constexpr (requires {
                      run_on_each_cpu(system, sync::NoLocks(), call, core::borrow(lent)...);
                  }) {
        const auto results = run_on_each_cpu(system, sync::NoLocks(), call, core::borrow(lent)...);
        std::uint64_t sum = 0;
        cpus = results->size();
        for (const std::uint64_t each : *results)
            sum += each;
        return sum;
    } else {
        cpus = 1;
        return call(Alone(), lent...);
    }
}

} // namespace neuron::selftest
