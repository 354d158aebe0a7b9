// SPDX-License-Identifier: MIT
// Kinds of the selftests' own, one of each carrier and more, and what their handlers count.
#pragma once

#include <neuron/ipi/feature.hpp>

namespace neuron::ipi::selftests {

template <class Values>
struct Feature;

/// What the handlers of one CPU saw. Only they write it.
template <unsigned MaxCpus>
struct Seen {
    percpu::RemoteReadable<std::uint64_t> nudges;
    percpu::RemoteReadable<std::uint64_t> total;
    percpu::RemoteReadable<std::uint64_t> wrong; ///< a number that is not the next one
    std::array<percpu::RemoteReadable<std::uint64_t>, MaxCpus> numbers;      ///< of each sender
    std::array<percpu::RemoteReadable<std::uint64_t>, MaxCpus> sent_numbers; ///< to each receiver
    percpu::RemoteReadable<std::uint64_t> words;
    percpu::RemoteReadable<std::uint64_t> chatter;
    percpu::RemoteReadable<std::uint64_t> echoes;
    percpu::RemoteReadable<std::uint64_t> came_to_itself; ///< a handler within a handler
    core::Atomic<std::uint32_t> handling{0};
};

template <class System>
auto& seen(System& system, core::CpuId cpu) {
    return system.template remote<Feature>(cpu);
}
template <class System>
auto& seen_here(System& system) {
    return seen(system, system.this_cpu());
}

struct Nudge {
    using Carrier = Bit;
    template <class System>
    static void on_message(System& system, core::IrqContext& irq, core::CpuId) {
        seen_here(system).nudges.add(irq, 1);
    }
};

struct Total {
    using Carrier = Slot<std::uint64_t>;
    static void merge(std::uint64_t& waiting, std::uint64_t newer) { waiting += newer; }
    template <class System>
    static void on_message(System& system, core::IrqContext& irq, core::CpuId,
                           std::uint64_t amount) {
        seen_here(system).total.add(irq, amount);
    }
};

/// Goes out and comes back: the handler sets `arrived` and is done with it.
struct ParcelNode : LinkNode {
    core::Atomic<std::uint32_t> arrived{0};
    std::uint32_t number = 0;
};
} // namespace neuron::ipi::selftests

// SAFETY: a base is not derived; a number and an Atomic, written before it is posted and by its
// handler.
template <>
inline constexpr bool neuron::core::unsafe_send<neuron::ipi::selftests::ParcelNode> = true;

namespace neuron::ipi::selftests {

struct Parcel {
    using Carrier = Link<ParcelNode>;
    template <class System>
    static void on_message(System& system, core::IrqContext& irq, core::CpuId, ParcelNode& node) {
        seen_here(system).total.add(irq, node.number);
        node.arrived.store(1, core::release); // pairs with the test's acquire
    }
};

/// The next number of its sender, from 0 on.
struct Number {
    using Carrier = Ring<std::uint64_t>;
    template <class System>
    static void on_message(System& system, core::IrqContext& irq, core::CpuId sender,
                           std::uint64_t number) {
        auto& here = seen_here(system);
        auto& count = here.numbers[sender.index()];
        if (number != count.remote_load())
            here.wrong.add(irq, 1);
        count.add(irq, 1);
    }
};

struct Words {
    using Carrier = Ring<std::array<std::uint64_t, 8>>;
    static constexpr std::uint32_t bound = 4;
    template <class System>
    static void on_message(System& system, core::IrqContext& irq, core::CpuId,
                           const std::array<std::uint64_t, 8>& words) {
        for (const std::uint64_t word : words)
            seen_here(system).words.add(irq, word);
    }
};

struct Chatter {
    using Carrier = Ring<std::uint32_t>;
    static constexpr bool best_effort = true;
    template <class System>
    static void on_message(System& system, core::IrqContext& irq, core::CpuId, std::uint32_t) {
        seen_here(system).chatter.add(irq, 1);
    }
};

/// Goes to and fro between two CPUs, or to the one that it came from, so many times.
struct Echo {
    using Carrier = Ring<std::uint32_t>;
    template <class System>
    static void on_message(System& system, core::IrqContext& irq, core::CpuId sender,
                           std::uint32_t left) {
        auto& here = seen_here(system);
        if (here.handling.exchange(1, core::relaxed) != 0) // same CPU
            here.came_to_itself.add(irq, 1);
        here.echoes.add(irq, 1);
        if (left != 0)
            core::check(try_post<Echo>(system, sender, IpiMessage<Echo>(left - 1)).has_value(),
                        "an echo finds room");
        here.handling.store(0, core::relaxed); // same CPU
    }
};

template <class Values>
struct Feature {
    using IpiKinds = core::TypeList<Nudge, Total, Parcel, Number, Words, Chatter, Echo>;
    using Remote = Seen<Values::max_cpus>;
    struct PerCpu { // one object more than a drain handles
        percpu::PerCpu<std::array<ParcelNode, Values::ipi_budget + 1>, core::Pinned> nodes;
    };
};

} // namespace neuron::ipi::selftests
