// SPDX-License-Identifier: MIT
// The per-CPU block: what a hart finds through tp. Its head is known to assembly; behind it each
// feature has its part.
#pragma once

#include <arch/trap_state.hpp>
#include <neuron/core/atomic.hpp>
#include <neuron/kernel/features.hpp>
#include <neuron/percpu/identity.hpp>
#include <neuron/percpu/life.hpp>
#include <plat/devices.hpp>

namespace neuron::kernel {

/// What a CPU counts about itself; others may read it.
struct Counters {
    core::Atomic<std::uint64_t> software_interrupts{0};
    core::Atomic<std::uint64_t> timer_interrupts{0};
    core::Atomic<std::uint64_t> naps{0};
    core::Atomic<std::uint64_t> identity_fallbacks{0}; ///< tp was wrong at trap entry

    /// Adds one; by the counted CPU only, so a load and a store are enough.
    static void count(core::Atomic<std::uint64_t>& counter) {
        counter.store(counter.load(core::relaxed) + 1, core::relaxed); // a statistic
    }
};

/// What assembly knows of a block.
struct CpuHead {
    percpu::Identity identity;
    arch::TrapState trap;
};

static_assert(offsetof(CpuHead, identity) + offsetof(percpu::Identity, check) == BLOCK_CHECK);
static_assert(offsetof(percpu::Identity, hart) == BLOCK_HART);
static_assert(offsetof(CpuHead, trap) == BLOCK_FRAME);
static_assert(percpu::identity_magic == BLOCK_MAGIC);

/// Owned by its CPU, but for `life`, `counters` (readable) and the parts that say otherwise.
struct alignas(BLOCK_ALIGN) CpuBlock : CpuHead {
    plat::Clock clock;
    percpu::Life life;
    Counters counters;
    std::uint32_t panic_depth = 0; ///< how often this CPU has come into the panic
    PerCpuParts parts;
};

} // namespace neuron::kernel
