// SPDX-License-Identifier: MIT
// Which CPUs have nothing to run. INV-STEAL-1: whoever has tasks to give, and whoever has none to
// run, don't miss each other:
//
//   idle CPU                         busy CPU
//   insert(self)                     its hint: so many wait
//   fence                            fence, in may_have_any
//   looks at the hints of all        looks at the set
//
// One of the two comes last, and sees the other.
#pragma once

#include <neuron/core/atomic.hpp>
#include <neuron/core/ids.hpp>
#include <neuron/core/send.hpp>

#include <array>
#include <optional>

namespace neuron::steal {

/// Every CPU, every context. A CPU puts itself in; whoever takes it out has its work cut out.
template <unsigned MaxCpus>
class IdleSet {
  public:
    /// By the CPU itself, which looks at the hints after that.
    void insert(core::CpuId cpu) {
        word(cpu).fetch_or(bit(cpu), core::relaxed); // nothing is handed over
        core::fence(core::seq_cst);                  // pairs with may_have_any
    }
    /// Whether it was in: of several that take it out, one hears true.
    bool erase(core::CpuId cpu) {
        return (word(cpu).fetch_and(~bit(cpu), core::relaxed) & bit(cpu)) != 0; // as above
    }

    /// By a CPU that has set its hint: whether somebody may be in.
    [[nodiscard]] bool may_have_any() const {
        core::fence(core::seq_cst); // pairs with insert
        return !seems_empty();
    }
    /// A hint, and no more.
    [[nodiscard]] bool seems_empty() const {
        std::uint64_t all = 0;
        for (const auto& each : words_)
            all |= each.load(core::relaxed); // a hint
        return all == 0;
    }
    [[nodiscard]] bool may_have(core::CpuId cpu) const {
        return (words_[cpu.index() / 64].load(core::relaxed) & bit(cpu)) != 0; // a hint
    }

  private:
    core::Atomic<std::uint64_t>& word(core::CpuId cpu) { return words_[cpu.index() / 64]; }
    static constexpr std::uint64_t bit(core::CpuId cpu) {
        return std::uint64_t{1} << cpu.index() % 64;
    }

    std::array<core::Atomic<std::uint64_t>, (MaxCpus + 63) / 64> words_{};

  public:
    using neuron_members = core::Members<IdleSet, &IdleSet::words_>;
};

} // namespace neuron::steal
