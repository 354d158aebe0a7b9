// SPDX-License-Identifier: MIT
// A selftest on every CPU, in an image with smp and in one without.
#pragma once

#include <neuron/core/ref.hpp>
#include <neuron/percpu/identity.hpp>
#include <neuron/sync/witness.hpp>

#include <cstdint>

namespace neuron::selftest {

namespace detail {

/// What one CPU does. The features stand in its type: through them, and so only in an image with
/// smp, a call with such an argument finds smp's run_on_each_cpu.
template <class System, class F, class Features = System::Features>
struct OnOne {
    template <class Share, class... T>
    std::uint64_t operator()(Share share, T&... objects) const {
        auto& here = *static_cast<System*>(percpu::this_cpu().system);
        return F{}(here, share.index, objects...);
    }
};

} // namespace detail

/// Runs function(System&, index, args...) on every online CPU and returns the sum of what the calls
/// return, and how many they were in `cpus`. Without smp: on this CPU alone. `function` is
/// captureless; an argument is an object to lend.
template <class System, class F, class... T>
std::uint64_t on_each_cpu(System& system, std::uint32_t& cpus, F, T&... lent) {
    const detail::OnOne<System, F> call;
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
