// SPDX-License-Identifier: MIT
// Kinds of the tests' own, one of each carrier and more; their handlers note what they were given.
#pragma once

#include "system.hpp"

namespace ipi_test {

struct Node : ipi::LinkNode {
    std::uint32_t number = 0;
};

} // namespace ipi_test

// SAFETY: it has a base, so it is not derived; a number, and a link that is the mailbox's.
template <>
inline constexpr bool neuron::core::unsafe_send<ipi_test::Node> = true;

namespace ipi_test {

struct Nudge {
    using Carrier = ipi::Bit;
    template <class System>
    static void on_message(System& system, core::IrqContext&, CpuId sender) {
        system.note(sender, "nudge", 0);
    }
};

struct Sum {
    using Carrier = ipi::Slot<std::uint64_t>;
    static void merge(std::uint64_t& waiting, std::uint64_t newer) { waiting += newer; }
    template <class System>
    static void on_message(System& system, core::IrqContext&, CpuId sender, std::uint64_t sum) {
        system.note(sender, "sum", sum);
    }
};

struct Parcel {
    using Carrier = ipi::Link<Node>;
    template <class System>
    static void on_message(System& system, core::IrqContext&, CpuId sender, Node& node) {
        system.note(sender, "parcel", node.number);
    }
};
/// The same objects, otherwise.
struct Other {
    using Carrier = ipi::Link<Node>;
    template <class System>
    static void on_message(System& system, core::IrqContext&, CpuId sender, Node& node) {
        system.note(sender, "other", node.number);
    }
};

struct Number {
    using Carrier = ipi::Ring<std::uint64_t>;
    template <class System>
    static void on_message(System& system, core::IrqContext&, CpuId sender, std::uint64_t number) {
        system.note(sender, "number", number);
    }
};

/// Two of them may wait.
struct Few {
    using Carrier = ipi::Ring<std::uint32_t>;
    static constexpr std::uint32_t bound = 2;
    template <class System>
    static void on_message(System& system, core::IrqContext&, CpuId sender, std::uint32_t number) {
        system.note(sender, "few", number);
    }
};

struct Chatter {
    using Carrier = ipi::Ring<std::uint32_t>;
    static constexpr bool best_effort = true;
    template <class System>
    static void on_message(System& system, core::IrqContext&, CpuId sender, std::uint32_t number) {
        system.note(sender, "chatter", number);
    }
};

/// Moves, and is 0 where it was moved from.
class Ticket {
  public:
    Ticket() = default;
    explicit Ticket(std::uint64_t number) : number_(number) {}
    Ticket(Ticket&& other) noexcept : number_(std::exchange(other.number_, 0)) {}
    Ticket& operator=(Ticket&& other) noexcept {
        number_ = std::exchange(other.number_, 0);
        return *this;
    }
    [[nodiscard]] std::uint64_t number() const { return number_; }

  private:
    std::uint64_t number_ = 0;

  public:
    using neuron_members = core::Members<Ticket, &Ticket::number_>;
};
struct Admit {
    using Carrier = ipi::Ring<Ticket>;
    template <class System>
    static void on_message(System& system, core::IrqContext&, CpuId sender, Ticket ticket) {
        system.note(sender, "ticket", ticket.number());
    }
};

template <class Values>
using All = System<Values, Nudge, Sum, Parcel, Other, Number, Few, Chatter, Admit>;

/// How many of its kind `system` has room for, from this CPU to another.
template <class Values>
constexpr std::uint32_t room = std::uint32_t{1} << Values::ipi_ring_shift;

template <class AnySystem>
bool post_number(AnySystem& system, CpuId to, std::uint64_t number) {
    return ipi::try_post<Number>(system, to, ipi::IpiMessage<Number>(number)).has_value();
}

} // namespace ipi_test
