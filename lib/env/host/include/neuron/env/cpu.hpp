// SPDX-License-Identifier: MIT
// Host world: a thread plays the CPU. Same face as the kernel world's.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string_view>
#include <thread>

namespace neuron::env {
inline namespace host_world {

/// As in the kernel world.
struct Execution {
    std::uint32_t pins = 0;
    std::uint32_t handlers = 0;
    std::uint32_t held_ranks = 0;
    std::uint32_t locks_taken = 0;
};

/// What this thread, playing a CPU, has of its own.
struct HostCpu {
    std::atomic<bool> irq_on{true}; ///< atomic, so that a test may watch it
    void* block = nullptr;
    std::size_t block_size = 0;
    Execution execution;
};

inline HostCpu& host_cpu() {
    thread_local HostCpu cpu;
    return cpu;
}

/// Masks "interrupts" (none arrive here; the state is kept so that nesting can be tested).
inline bool irq_save() {
    std::atomic<bool>& irq_on = host_cpu().irq_on;
    const bool were_on = irq_on.load(std::memory_order::relaxed); // only this thread writes it
    irq_on.store(false, std::memory_order::relaxed);
    return were_on;
}
inline void irq_restore(bool were_on) {
    if (were_on)
        host_cpu().irq_on.store(true, std::memory_order::relaxed);
}
inline bool irq_enabled() {
    return host_cpu().irq_on.load(std::memory_order::relaxed);
}

/// The block that the test gave to this thread.
inline void* cpu_block() {
    return host_cpu().block;
}
inline void set_cpu_block(void* block, std::size_t size = 0) {
    host_cpu().block = block;
    host_cpu().block_size = size;
}

inline Execution& execution() {
    return host_cpu().execution;
}
inline void pin() {
    ++execution().pins;
}
inline void unpin() {
    --execution().pins;
}

inline std::uint32_t pins() {
    return execution().pins;
}
inline std::uint32_t handlers() {
    return execution().handlers;
}
inline std::uint32_t held_ranks() {
    return execution().held_ranks;
}
inline bool is_plain_task_level() {
    return pins() == 0 && handlers() == 0;
}

/// Whether the address lies in the block that the test gave to this thread.
inline bool owns(const void* address) {
    const auto* first = static_cast<const std::byte*>(host_cpu().block);
    const auto* wanted = static_cast<const std::byte*>(address);
    return std::greater_equal<>{}(wanted, first) &&
           std::less<>{}(wanted, first + host_cpu().block_size);
}

inline void nap() {
    std::this_thread::yield();
}

[[noreturn]] inline void die(std::string_view message, const char* file, std::uint32_t line) {
    std::fprintf(stderr, "%s:%u: %.*s\n", file, static_cast<unsigned>(line),
                 static_cast<int>(message.size()), message.data());
    std::abort();
}

/// Polls that come before the thread gives way to others.
inline constexpr unsigned polls_before_nap = 64;

inline void relax(unsigned polls) {
    if (polls >= polls_before_nap)
        nap();
}

inline void relax_bounded(unsigned polls) {
    relax(polls);
}

inline void begin_poll() {}

} // namespace host_world
} // namespace neuron::env
