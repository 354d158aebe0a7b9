// SPDX-License-Identifier: MIT
// Kinds of the benchmarks' own, one of each carrier; their handlers count, and do nothing else.
#pragma once

#include <neuron/ipi/feature.hpp>

namespace neuron::ipi::benches {

struct Node : LinkNode {};

} // namespace neuron::ipi::benches

// SAFETY: a base is not derived; there is nothing but the link, which is the mailbox's.
template <>
inline constexpr bool neuron::core::unsafe_send<neuron::ipi::benches::Node> = true;

namespace neuron::ipi::benches {

template <class Values>
struct Feature;

/// Every handler: one more has run on this CPU. Not inlined: a trace finds it by its name.
template <class System>
[[gnu::noinline]] void count(System& system, core::IrqContext& irq) {
    system.template remote<Feature>(system.this_cpu()).handled.add(irq, 1);
}

struct Poke {
    using Carrier = Bit;
    template <class System>
    static void on_message(System& system, core::IrqContext& irq, core::CpuId) {
        count(system, irq);
    }
};

struct Sum {
    using Carrier = Slot<std::uint64_t>;
    static void merge(std::uint64_t& waiting, std::uint64_t newer) { waiting += newer; }
    template <class System>
    static void on_message(System& system, core::IrqContext& irq, core::CpuId, std::uint64_t) {
        count(system, irq);
    }
};

struct Object {
    using Carrier = Link<Node>;
    template <class System>
    static void on_message(System& system, core::IrqContext& irq, core::CpuId, Node&) {
        count(system, irq);
    }
};

struct Number {
    using Carrier = Ring<std::uint64_t>;
    template <class System>
    static void on_message(System& system, core::IrqContext& irq, core::CpuId, std::uint64_t) {
        count(system, irq);
    }
};

template <class Values>
struct Feature {
    using IpiKinds = core::TypeList<Poke, Sum, Object, Number>;
    struct Remote {
        percpu::RemoteReadable<std::uint64_t> handled;
    };
};

} // namespace neuron::ipi::benches
