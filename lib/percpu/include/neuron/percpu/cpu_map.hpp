// SPDX-License-Identifier: MIT
// Which hart is which CPU. Filled once from the hardware description, constant afterwards.
#pragma once

#include <neuron/core/ids.hpp>
#include <neuron/core/members.hpp>

#include <array>
#include <optional>

namespace neuron::percpu {

/// CPUs 0 to size() - 1 and their harts; CPU 0 is the boot CPU.
template <unsigned Capacity>
class CpuMap {
  public:
    /// INV-PERCPU-3: gives the next CpuId to `hart`; false if the map is full or the hart is in it
    /// already.
    [[nodiscard]] constexpr bool add(core::HartId hart) {
        if (size_ == Capacity || cpu_of(hart))
            return false;
        harts_[size_++] = hart;
        return true;
    }

    [[nodiscard]] constexpr unsigned size() const { return size_; }

    /// `cpu` is below size().
    [[nodiscard]] constexpr core::HartId hart_of(core::CpuId cpu) const {
        return harts_[cpu.index()];
    }

    [[nodiscard]] constexpr std::optional<core::CpuId> cpu_of(core::HartId hart) const {
        for (std::uint32_t cpu = 0; cpu < size_; ++cpu)
            if (harts_[cpu] == hart)
                return core::CpuId{cpu};
        return {};
    }

  private:
    std::array<core::HartId, Capacity> harts_{};
    unsigned size_ = 0;

  public:
    using neuron_members = core::Members<CpuMap, &CpuMap::harts_, &CpuMap::size_>;
};

} // namespace neuron::percpu
