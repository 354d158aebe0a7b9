// expect: one object can't go to several CPUs
// SPDX-License-Identifier: MIT
#include <neuron/ipi/feature.hpp>
using namespace neuron;
using ipi::IpiMessage;

struct Nudge {
    using Carrier = ipi::Bit;
    static void on_message(auto&, core::IrqContext&, core::CpuId) {}
};
struct Node : ipi::LinkNode {};
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
struct Brings { using IpiKinds = core::TypeList<Nudge, Parcel, Number>; };
struct System {
    using Values = ::Values;
    using Features = core::TypeList<ipi::Feature<Values>, Brings>;
    static constexpr unsigned max_cpus = 2;
    core::CpuId this_cpu() const;
    unsigned cpu_count() const;
    struct Life { bool is_online() const; };
    Life life(core::CpuId) const;
    bool ring(core::CpuId), ring_all(const core::CpuSet<2>&);
    void interrupt_self(), stop_this_cpu(core::IrqContext&);
    void as_handler(auto) {}
    std::uint64_t now() const, ticks(std::uint64_t) const, diagnostic_deadline() const;
    template <template <class> class> ipi::Feature<Values>::PerCpuIn<Features>& own(const auto&);
    template <template <class> class> ipi::Feature<Values>::RemoteIn<Features>& remote(core::CpuId);
};

void reject(System& system, core::CpuId cpu, Node& node) {
    (void)ipi::post<Nudge>(system, cpu, IpiMessage<Nudge>());
    (void)ipi::post<Parcel>(system, cpu, IpiMessage<Parcel>(node));
    (void)ipi::try_post<Number>(system, cpu, IpiMessage<Number>(3));
    (void)ipi::post_mask<Number>(system, core::CpuSet<2>(), 3);

    (void)ipi::post_mask<Parcel>(system, core::CpuSet<2>(), node); // reject
}
