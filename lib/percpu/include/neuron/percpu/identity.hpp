// SPDX-License-Identifier: MIT
// Who this CPU is: the head of every per-CPU block, found through tp. Written once, before the
// hart runs; constant afterwards, so every CPU may read it.
#pragma once

#include <neuron/core/ids.hpp>
#include <neuron/env/cpu.hpp>

#include <optional>
#include <span>

namespace neuron::percpu {

/// Added to a block's own address: a block that was never set up, or was overwritten, fails.
inline constexpr std::uintptr_t identity_magic = 0x5A5;

/// The first bytes of a per-CPU block. Trap entry checks `check` in assembly.
struct Identity {
    std::uintptr_t check = 0; ///< own address + identity_magic
    void* system = nullptr;   ///< the system that this CPU belongs to
    core::HartId hart{};
    core::CpuId cpu{};
};

/// Sets up the head of a block. `identity` is where it will stay.
inline void name_cpu(Identity& identity, core::CpuId cpu, core::HartId hart, void* system) {
    identity.system = system;
    identity.hart = hart;
    identity.cpu = cpu;
    // SAFETY: the address is only compared, never used as a pointer again.
    identity.check = reinterpret_cast<std::uintptr_t>(&identity) + identity_magic;
}

/// INV-PERCPU-1: whether `address` is the head of a block in `blocks`: one of them, and set up.
/// Every context. `Block` starts with an `Identity identity` and `blocks` is indexed by CPU.
template <class Block>
[[nodiscard]] std::optional<core::CpuId> validate(std::uintptr_t address,
                                                  std::span<const Block> blocks) {
    // SAFETY: an address, for comparison.
    const auto first = reinterpret_cast<std::uintptr_t>(blocks.data());
    if (blocks.empty() || address < first ||
        address - first > blocks.size_bytes() - sizeof(Identity) || address % alignof(Block) != 0)
        return {};
    // SAFETY: aligned memory inside the blocks; what it holds is checked before it is believed.
    const auto* identity = reinterpret_cast<const Identity*>(address);
    const std::size_t index = identity->cpu.index();
    if (identity->check != address + identity_magic || index >= blocks.size() ||
        &blocks[index].identity != identity)
        return {};
    return identity->cpu;
}

/// This CPU's identity. Legal once the hart has its block, which is before any C++ runs on it.
[[nodiscard]] inline const Identity& this_cpu() {
    return *static_cast<const Identity*>(env::cpu_block());
}

} // namespace neuron::percpu
