// expect: what it carries goes to another CPU: it must be Send (no pointer, reference or span)
// SPDX-License-Identifier: MIT
#include <neuron/ipi/link_stack.hpp>
#include <neuron/ipi/message.hpp>
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
struct Payload {
    using Carrier = ipi::Slot<const char*>;
};

void reject(Node& node) {
    IpiMessage<Number> number(1);
    IpiMessage<Number> moved(std::move(number));
    IpiMessage<Parcel> parcel(node);
    static_assert(sizeof(ipi::KindList<Nudge, Parcel, Number>) != 0);

    (void)sizeof(IpiMessage<Payload>); // reject
}
