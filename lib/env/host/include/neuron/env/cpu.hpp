// SPDX-License-Identifier: MIT
// Host world: a thread plays the CPU. Same face as the kernel world's.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <source_location>
#include <string_view>
#include <thread>

namespace neuron::env {
inline namespace host_world {

/// What this thread, playing a CPU, has of its own.
struct HostCpu {
    bool irq_on = true;
    void* block = nullptr;
};

inline HostCpu& host_cpu() {
    thread_local HostCpu cpu;
    return cpu;
}

/// Masks "interrupts" (none arrive here; the state is kept so that nesting can be tested).
inline bool irq_save() {
    bool before = host_cpu().irq_on;
    host_cpu().irq_on = false;
    return before;
}
inline void irq_restore(bool were_on) {
    host_cpu().irq_on = host_cpu().irq_on || were_on;
}
inline bool irq_enabled() {
    return host_cpu().irq_on;
}

/// The block that the test gave to this thread.
inline void* cpu_block() {
    return host_cpu().block;
}
inline void set_cpu_block(void* block) {
    host_cpu().block = block;
}

inline void nap() {
    std::this_thread::yield();
}

[[noreturn]] inline void die(std::string_view message, std::source_location where) {
    std::fprintf(stderr, "%s:%u: %.*s\n", where.file_name(), static_cast<unsigned>(where.line()),
                 static_cast<int>(message.size()), message.data());
    std::abort();
}

inline void relax(unsigned) {
    nap();
}

} // namespace host_world
} // namespace neuron::env
