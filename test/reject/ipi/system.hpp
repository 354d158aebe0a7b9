// SPDX-License-Identifier: MIT
// What the files here share: three kinds, a system, something of everything, and lawful uses of
// all.
#pragma once
#include <neuron/ipi/feature.hpp>
using namespace neuron;
using ipi::IpiMessage;

struct Nudge {
    using Carrier = ipi::Bit;
    static void on_message(auto&, core::IrqContext&, core::CpuId) {}
};
struct Node : ipi::LinkNode {};
// SAFETY: it has nothing in it.
template <>
inline constexpr bool core::unsafe_send<Node> = true;
struct Parcel {
    using Carrier = ipi::Link<Node>;
    static void on_message(auto&, core::IrqContext&, core::CpuId, Node&) {}
};
struct Number {
    using Carrier = ipi::Ring<int>;
    static void on_message(auto&, core::IrqContext&, core::CpuId, int) {}
};
struct Values {
    static constexpr unsigned max_cpus = 2, ipi_ring_shift = 2, ipi_budget = 8, ipi_idle_polls = 1;
    static constexpr unsigned ipi_burst = 1, ipi_token_microseconds = 1, ipi_trace_events = 0;
};
struct Brings {
    using IpiKinds = core::TypeList<Nudge, Parcel, Number>;
};
struct System {
    using Values = ::Values;
    using Features = core::TypeList<ipi::Feature<Values>, Brings>;
    static constexpr unsigned max_cpus = 2;
    core::CpuId this_cpu() const;
    unsigned cpu_count() const;
    struct Life {
        bool is_online() const, has_left() const;
    };
    Life life(core::CpuId) const;
    bool ring(core::CpuId), ring_all(const core::CpuSet<2>&);
    void interrupt_self(), stop_this_cpu(core::IrqContext&);
    void as_handler(auto) {}
    std::uint64_t now() const, ticks(std::uint64_t) const, diagnostic_deadline() const;
    template <template <class> class>
    ipi::Feature<Values>::PerCpuIn<Features>& own(const auto&);
    template <template <class> class>
    ipi::Feature<Values>::RemoteIn<Features>& remote(core::CpuId);
};

extern System machine;
extern Node node;
extern core::IrqContext& irq;
extern const core::CpuId cpu;
extern int number;
inline const sync::NoLocks none;

inline void lawful() {
    (void)ipi::post<Nudge>(machine, cpu, IpiMessage<Nudge>());
    (void)ipi::post<Parcel>(machine, cpu, IpiMessage<Parcel>(node));
    (void)ipi::try_post<Number>(machine, cpu, IpiMessage<Number>(3));
    (void)ipi::post_mask<Number>(machine, core::CpuSet<2>(), 3);
    (void)ipi::post_and_wait<Nudge>(machine, none, cpu, IpiMessage<Nudge>());
    (void)ipi::call_on(machine, none, cpu, [](core::IrqContext&, int n) { return n; }, number);
}
