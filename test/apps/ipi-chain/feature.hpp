// SPDX-License-Identifier: MIT
// One kind of each carrier, and how many of each a CPU has handled.
#pragma once

#include <neuron/ipi/feature.hpp>

namespace neuron::ipi_chain {

template <class Values>
struct Feature;

struct Counts {
    percpu::RemoteReadable<std::uint64_t> flags;
    percpu::RemoteReadable<std::uint64_t> sum;
    percpu::RemoteReadable<std::uint64_t> objects;
    percpu::RemoteReadable<std::uint64_t> letters;
};

template <class System>
Counts& counts_here(System& system) {
    return system.template remote<Feature>(system.this_cpu());
}

struct Flag {
    using Carrier = ipi::Bit;
    template <class System>
    static void on_message(System& system, core::IrqContext& irq, core::CpuId) {
        counts_here(system).flags.add(irq, 1);
    }
};

struct Amount {
    using Carrier = ipi::Slot<std::uint64_t>;
    static void merge(std::uint64_t& waiting, std::uint64_t newer) { waiting += newer; }
    template <class System>
    static void on_message(System& system, core::IrqContext& irq, core::CpuId,
                           std::uint64_t amount) {
        counts_here(system).sum.add(irq, amount);
    }
};

struct ObjectNode : ipi::LinkNode {
    core::Atomic<std::uint32_t> is_back{1};
};
} // namespace neuron::ipi_chain

// SAFETY: a base is not derived; the rest is an Atomic.
template <>
inline constexpr bool neuron::core::unsafe_send<neuron::ipi_chain::ObjectNode> = true;

namespace neuron::ipi_chain {

struct Object {
    using Carrier = ipi::Link<ObjectNode>;
    template <class System>
    static void on_message(System& system, core::IrqContext& irq, core::CpuId, ObjectNode& node) {
        counts_here(system).objects.add(irq, 1);
        node.is_back.store(1, core::release); // pairs with the exchange of whoever sends it again
    }
};

struct Letter {
    using Carrier = ipi::Ring<std::uint64_t>;
    template <class System>
    static void on_message(System& system, core::IrqContext& irq, core::CpuId, std::uint64_t) {
        counts_here(system).letters.add(irq, 1);
    }
};

template <class Values>
struct Feature {
    using IpiKinds = core::TypeList<Flag, Amount, Object, Letter>;
    using Remote = Counts;
};

} // namespace neuron::ipi_chain
