// expect: use of deleted function
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

void reject(Node& node) {
    IpiMessage<Number> number(1);
    IpiMessage<Number> moved(std::move(number));
    IpiMessage<Parcel> parcel(node);
    static_assert(sizeof(ipi::KindList<Nudge, Parcel, Number>) != 0);

    IpiMessage<Parcel> copy(parcel); // reject
}
