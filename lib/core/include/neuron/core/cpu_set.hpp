// SPDX-License-Identifier: MIT
// INV-CORE-4: a set of CPUs of any width: one word and several are the same case. A value; nobody
// shares it. And a search that begins with any of them.
#pragma once

#include <neuron/core/ids.hpp>
#include <neuron/core/members.hpp>

#include <array>
#include <optional>

namespace neuron::core {

/// A set of CPUs with ids below `Capacity`.
template <unsigned Capacity>
class CpuSet {
  public:
    /// `cpu`, which is below Capacity, alone.
    [[nodiscard]] static constexpr CpuSet only(CpuId cpu) {
        CpuSet set;
        set.insert(cpu);
        return set;
    }
    /// The CPUs 0 to count - 1. `count` is at most Capacity.
    [[nodiscard]] static constexpr CpuSet first(unsigned count) {
        CpuSet set;
        for (std::uint32_t cpu = 0; cpu < count; ++cpu)
            set.insert(CpuId{cpu});
        return set;
    }

    /// `cpu` is below Capacity, in all three.
    constexpr void insert(CpuId cpu) { words_[cpu.index() / 64] |= bit(cpu); }
    constexpr void erase(CpuId cpu) { words_[cpu.index() / 64] &= ~bit(cpu); }
    [[nodiscard]] constexpr bool contains(CpuId cpu) const {
        return (words_[cpu.index() / 64] & bit(cpu)) != 0;
    }

    /// Members 64 n to 64 n + 63, lowest bit first.
    [[nodiscard]] constexpr std::uint64_t word(std::size_t n) const { return words_[n]; }

    [[nodiscard]] constexpr unsigned size() const {
        unsigned count = 0;
        for (std::uint64_t word : words_)
            for (; word != 0; word &= word - 1) // rv64gc has no popcount; sets are small
                ++count;
        return count;
    }
    [[nodiscard]] constexpr bool empty() const {
        std::uint64_t all = 0; // a comparison would call memcmp
        for (const std::uint64_t word : words_)
            all |= word;
        return all == 0;
    }

    /// Calls visit(CpuId) for each member, in ascending order.
    template <class Visit>
    constexpr void for_each(Visit visit) const {
        for (std::uint32_t cpu = 0; cpu < Capacity; ++cpu)
            if (contains(CpuId{cpu}))
                visit(CpuId{cpu});
    }

    friend constexpr bool operator==(const CpuSet&, const CpuSet&) = default;

  private:
    static constexpr std::uint64_t bit(CpuId cpu) { return std::uint64_t{1} << (cpu.index() % 64); }
    std::array<std::uint64_t, (Capacity + 63) / 64> words_{};

  public:
    using neuron_members = Members<CpuSet, &CpuSet::words_>;
};

/// The first of `count` CPUs, from `begin` on and around, for which `is_wanted(CpuId)`.
template <class IsWanted>
[[nodiscard]] constexpr std::optional<CpuId> first_from(std::uint32_t begin, std::uint32_t count,
                                                        IsWanted is_wanted) {
    begin %= count;
    for (std::uint32_t step = 0; step < count; ++step)
        if (const CpuId cpu{begin + step < count ? begin + step : begin + step - count};
            is_wanted(cpu))
            return cpu;
    return {};
}

} // namespace neuron::core
