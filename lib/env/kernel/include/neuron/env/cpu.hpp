// SPDX-License-Identifier: MIT
// Kernel world: this hart. What a library may ask of the CPU it runs on, and nothing more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace neuron::env {
inline namespace kernel_world {

/// sstatus.SIE (RISC-V Privileged Architecture, section 4.1.1: supervisor interrupt enable).
inline constexpr unsigned long sstatus_sie = 1UL << 1;

/// Masks interrupts on this hart; true if they were on before. Pair with irq_restore.
[[gnu::always_inline]] inline bool irq_save() {
    unsigned long before;
    // SAFETY: one CSR access; the memory clobber keeps guarded accesses inside the masked region.
    asm volatile("csrrc %0, sstatus, %1" : "=r"(before) : "rK"(sstatus_sie) : "memory");
    return (before & sstatus_sie) != 0;
}

/// Restores what irq_save answered.
[[gnu::always_inline]] inline void irq_restore(bool were_on) {
    // SAFETY: as in irq_save.
    if (were_on)
        asm volatile("csrs sstatus, %0" : : "rK"(sstatus_sie) : "memory");
}

/// Whether interrupts are unmasked on this hart.
[[gnu::always_inline]] inline bool irq_enabled() {
    unsigned long now;
    // SAFETY: reads one CSR.
    asm volatile("csrr %0, sstatus" : "=r"(now));
    return (now & sstatus_sie) != 0;
}

/// INV-ENV-3: the per-CPU block of this hart: tp, which belongs to the hart and never to a task.
/// Volatile, since a compiler that keeps an old copy across a migration would touch another CPU's
/// block.
[[gnu::always_inline]] inline void* cpu_block() {
    void* block;
    // SAFETY: reads a register that only hart entry and trap entry write.
    asm volatile("mv %0, tp" : "=r"(block));
    return block;
}

/// What this CPU is in the middle of. Owner only: read and written with interrupts masked, but for
/// `pins`, which pin() and unpin() alone write.
struct Execution {
    std::uint32_t pins = 0;        ///< Pinned scopes
    std::uint32_t handlers = 0;    ///< 1 inside a handler
    std::uint32_t held_ranks = 0;  ///< a bit for each rank of lock held; with run-time checks only
    std::uint32_t locks_taken = 0; ///< since boot, wraps; with run-time checks only
};

/// Where it stands in the per-CPU block, so that one instruction reaches it through tp.
inline constexpr std::size_t execution_offset = 32;

[[gnu::always_inline]] inline Execution& execution() {
    // SAFETY: kernel/ has placed it there (static_assert in cpu_block.hpp).
    return *reinterpret_cast<Execution*>(static_cast<char*>(cpu_block()) + execution_offset);
}

/// Adds to the pins of this CPU. Each access names tp itself: this code can be moved to another CPU
/// in between, but only while it has no pins, and then neither CPU has.
template <int Change>
[[gnu::always_inline]] inline void change_pins() {
    unsigned long pins;
    // SAFETY: the block is plain memory, and nobody else writes this word.
    asm volatile("lw %0, %1(tp)\n\taddiw %0, %0, %2\n\tsw %0, %1(tp)"
                 : "=&r"(pins)
                 : "i"(execution_offset), "i"(Change)
                 : "memory");
}
[[gnu::always_inline]] inline void pin() {
    change_pins<1>();
}
[[gnu::always_inline]] inline void unpin() {
    change_pins<-1>();
}

/// A word of execution(), read by one instruction that names tp itself: at task level this code may
/// be moved to another CPU at any instruction before it.
template <std::size_t Offset>
[[gnu::always_inline]] inline std::uint32_t read_execution() {
    unsigned long word;
    // SAFETY: the block is plain memory of this CPU.
    asm volatile("lwu %0, %1(tp)" : "=r"(word) : "i"(execution_offset + Offset) : "memory");
    return static_cast<std::uint32_t>(word);
}
[[gnu::always_inline]] inline std::uint32_t pins() {
    return read_execution<offsetof(Execution, pins)>();
}
[[gnu::always_inline]] inline std::uint32_t handlers() {
    return read_execution<offsetof(Execution, handlers)>();
}
[[gnu::always_inline]] inline std::uint32_t held_ranks() {
    return read_execution<offsetof(Execution, held_ranks)>();
}
/// Neither pins() nor handlers(), in one access.
[[gnu::always_inline]] inline bool is_plain_task_level() {
    unsigned long both;
    // SAFETY: as in read_execution; the two words stand side by side, aligned.
    asm volatile("ld %0, %1(tp)" : "=r"(both) : "i"(execution_offset) : "memory");
    return both == 0;
}
static_assert(offsetof(Execution, pins) == 0 && offsetof(Execution, handlers) == 4 &&
              execution_offset % 8 == 0);

/// Whether `address` lies in the block of this CPU. Supplied by kernel/.
[[nodiscard]] bool owns(const void* address);

/// Sleeps for a few microseconds at most. Supplied by kernel/; serves Stop while it waits.
void nap();

/// Ends the image with this message; `line` 0 if the place is not known. Supplied by kernel/: the
/// panic. Legal in every context.
[[noreturn]] void die(std::string_view message, const char* file, std::uint32_t line);

/// How many polls a waiter spends before it naps: a plain spin would starve the hart it waits for
/// wherever harts share a host core.
inline constexpr unsigned polls_before_nap = 64;

/// One step of waiting; `polls` counts the steps of this wait so far.
[[gnu::always_inline]] inline void relax(unsigned polls) {
    if (polls >= polls_before_nap)
        return nap();
    // SAFETY: the Zihintpause `pause` hint, a fence with no effect; a no-op on older harts.
    asm volatile(".4byte 0x0100000f" : : : "memory");
}

/// A step of a wait that gives up by itself.
[[gnu::always_inline]] inline void relax_bounded(unsigned polls) {
    relax(polls);
}

/// Before each look of a wait. Only a checker wants to know.
[[gnu::always_inline]] inline void begin_poll() {}

} // namespace kernel_world
} // namespace neuron::env
