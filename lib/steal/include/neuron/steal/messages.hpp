// SPDX-License-Identifier: MIT
// The messages of steal.hpp. None of them can be refused while its receiver is online.
#pragma once

#include <neuron/ipi/post.hpp>
#include <neuron/steal/steal.hpp>

namespace neuron::steal {

/// An idle CPU wants so many tasks.
struct StealRequest {
    using Carrier = ipi::Slot<std::uint32_t>;
    /// It has one request in flight; one to who was offline meanwhile is joined.
    static void merge(std::uint32_t& waiting, const std::uint32_t& newer) { waiting = newer; }
    template <class System>
    static void on_message(System& system, core::IrqContext& irq, core::CpuId thief,
                           std::uint32_t wanted) {
        detail::answer(system, irq, thief, wanted);
    }
};

/// So many are on their way to who asked.
struct StealAnswer {
    using Carrier = ipi::Slot<std::uint32_t>;
    static void merge(std::uint32_t& waiting, const std::uint32_t& newer) { waiting += newer; }
    template <class System>
    static void on_message(System& system, core::IrqContext& irq, core::CpuId victim,
                           std::uint32_t given) {
        detail::hear(system, irq, victim, given);
    }
};

/// An idle CPU is told that there is something to ask for.
struct WorkWaits {
    using Carrier = ipi::Bit;
    template <class System>
    static void on_message(System& system, core::IrqContext& irq, core::CpuId) {
        detail::wake(system, irq);
    }
};

// What steal.hpp looks for.

template <class... F, class System>
bool post_request(core::TypeList<F...>, System& system, core::CpuId victim, std::uint32_t count) {
    return ipi::post<StealRequest>(system, victim, ipi::IpiMessage<StealRequest>(count))
        .has_value();
}
template <class... F, class System>
void post_answer(core::TypeList<F...>, System& system, core::CpuId thief, std::uint32_t given) {
    // One that is offline asks no more.
    (void)ipi::post<StealAnswer>(system, thief, ipi::IpiMessage<StealAnswer>(given));
}
template <class... F, class System>
void post_waiting(core::TypeList<F...>, System& system, core::CpuId idle) {
    (void)ipi::post<WorkWaits>(system, idle, ipi::IpiMessage<WorkWaits>()); // as above
}

} // namespace neuron::steal
