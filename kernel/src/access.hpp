// SPDX-License-Identifier: MIT
// What kernel/ itself reaches inside the system, and the functions that its files share.
#pragma once

#include <neuron/core/where.hpp>
#include <neuron/kernel/system.hpp>

#include <optional>

namespace neuron {

/// The one who enters handlers and panics.
struct core::ContextMaker {
    static IrqContext handler() { return {}; }
    static PanicContext panic() { return {}; }
};

namespace kernel {

struct Access {
    static auto& console(SystemBase& system) { return system.console_; }
    static Sealed& sealed() { return held_sealed.value; }
    static auto& machine_cell() { return held_sealed.value.machine; }
    static auto& arguments(SystemBase& system) { return system.arguments_; }
    static auto& stopping(SystemBase& system) { return system.stopping_; }
};

[[nodiscard]] inline std::uintptr_t address_of(const void* pointer) {
    // SAFETY: an address, for comparison, printing, the map and the firmware.
    return reinterpret_cast<std::uintptr_t>(pointer);
}

/// The block of every CPU that there is, by CPU; that of the boot CPU until the Machine is sealed.
[[nodiscard]] inline std::span<CpuBlock> blocks() {
    const plat::Machine* machine = config::max_cpus > 1 ? Access::machine_cell().get() : nullptr;
    return std::span(held_blocks.value).first(machine != nullptr ? machine->cpus.size() : 1);
}

/// Prepares the block of `cpu`: identity, frame areas and stacks. Before its hart runs C++.
void prepare_block(core::CpuId cpu, core::HartId hart);

/// The CPU that has `tp` as its block or, failing that, owns the stack that `sp` is in.
[[nodiscard]] std::optional<core::CpuId> resolve_cpu(std::uintptr_t tp, std::uintptr_t sp);

/// The block that a frame area belongs to: exact, since sscratch belongs to the hart; null if it
/// is no block's.
[[nodiscard]] CpuBlock* block_of(const arch::FrameArea& frame);

/// Ends the image if a stack of this CPU is no longer what it was (lib/canary).
void check_stacks(const CpuBlock& block);

/// This hart from now on: trap entry, timer, interrupts. `system` must have its Machine.
void open_cpu(CpuBlock& block);

/// Whether a panic elsewhere asks this CPU to stop. INV-KERNEL-2.
[[nodiscard]] inline bool must_stop(core::CpuId self) {
    // Acquire: pairs with the exchange in panic_with.
    const std::uint32_t stopping = Access::stopping(held_system.value).load(core::acquire);
    return stopping != 0 && stopping != self.value + 1;
}

/// Whether this CPU is the one that ends the image: the first that asks, whatever for. The others
/// then stop, so a status once chosen stays. INV-KERNEL-4.
[[nodiscard]] bool claim_the_end(core::CpuId self);

/// Ends the machine with this status, without a claim and without asking other CPUs. Also before
/// the Machine is sealed: then through the board's own finisher.
[[noreturn]] void finish_image(std::uint8_t status);

/// Leaves the system for good, in a sleep that no interrupt ends.
[[noreturn]] void stop_this_cpu(CpuBlock& block);

/// Runs what features have for an idle CPU, once; true if there was something.
bool run_features();

/// Runs what features have for an idle CPU, sleeps when there is nothing. Never returns.
[[noreturn]] void idle_for_good();

/// The panic: stops the other CPUs, reports, ends the image with exit_panic. `frame` is the trap
/// that caused it, if one did.
[[noreturn]] void panic_with(std::string_view message, core::Where where,
                             const arch::FrameArea* frame);

} // namespace kernel
} // namespace neuron
