// SPDX-License-Identifier: MIT
// The per-CPU block: what a hart finds through tp. Its head is known to assembly; behind it each
// feature has its two parts: what the CPU alone touches, and what others may use.
#pragma once

#include <arch/trap_state.hpp>
#include <neuron/kernel/features.hpp>
#include <neuron/kernel/strand.hpp>
#include <neuron/percpu/identity.hpp>
#include <neuron/percpu/life.hpp>
#include <neuron/percpu/per_cpu.hpp>
#include <plat/devices.hpp>

namespace neuron::kernel {

/// What a CPU counts about itself.
struct Counters {
    percpu::RemoteReadable<std::uint64_t> software_interrupts;
    percpu::RemoteReadable<std::uint64_t> timer_interrupts;
    percpu::RemoteReadable<std::uint64_t> naps;
    percpu::RemoteReadable<std::uint64_t> identity_fallbacks; ///< tp was wrong at trap entry
};

/// What assembly knows of a block.
struct CpuHead {
    percpu::Identity identity;
    env::Execution execution;
    arch::TrapState trap;
};

static_assert(offsetof(CpuHead, identity) + offsetof(percpu::Identity, check) == BLOCK_CHECK);
static_assert(offsetof(percpu::Identity, hart) == BLOCK_HART);
static_assert(offsetof(CpuHead, execution) == env::execution_offset);
static_assert(offsetof(CpuHead, trap) == BLOCK_FRAME);
static_assert(percpu::identity_magic == BLOCK_MAGIC);

/// Owned by its CPU, but for `life`, `counters` (readable) and `remote`.
struct alignas(BLOCK_ALIGN) CpuBlock : CpuHead {
    plat::Clock clock;
    percpu::Life life;
    Counters counters;
    core::Strand idle;               ///< what runs on the main stack, while another strand runs
    core::Strand* running = nullptr; ///< none: nobody has switched yet
    std::uint32_t panic_depth = 0;   ///< how often this CPU has come into the panic
    Parts<Features>::PerCpu own;
    alignas(BLOCK_ALIGN) Parts<Features>::Remote remote; ///< no line is shared with `own`
};

} // namespace neuron::kernel
