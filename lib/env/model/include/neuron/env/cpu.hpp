// SPDX-License-Identifier: MIT
// Model world: a thread of the checker plays the CPU. Same face as the kernel world's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <model/run.hpp>
#include <string>
#include <string_view>

namespace neuron::env {
inline namespace model_world {

/// As in the kernel world.
struct Execution {
    std::uint32_t pins = 0;
    std::uint32_t handlers = 0;
    std::uint32_t held_ranks = 0;
    std::uint32_t locks_taken = 0;
};

/// What a thread, playing a CPU, has of its own. New with each run.
struct ModelCpu {
    std::uint64_t run = 0;
    bool irq_on = true;
    void* block = nullptr;
    std::size_t block_size = 0;
    Execution execution;
};

inline ModelCpu& model_cpu() {
    static ModelCpu cpus[model::max_threads];
    const model::Run& run = model::Run::current();
    ModelCpu& cpu = cpus[run.self()];
    if (cpu.run != run.number()) {
        cpu = ModelCpu();
        cpu.run = run.number();
    }
    return cpu;
}

/// Masks "interrupts": with a model::Cpu, handlers of the same CPU then wait.
inline bool irq_save() {
    ModelCpu& cpu = model_cpu();
    const bool were_on = cpu.irq_on;
    if (were_on)
        model::Run::current().mask();
    cpu.irq_on = false;
    return were_on;
}
inline void irq_restore(bool were_on) {
    if (!were_on)
        return;
    model_cpu().irq_on = true;
    model::Run::current().unmask();
}
inline bool irq_enabled() {
    return model_cpu().irq_on;
}

/// The block that the test gave to this thread.
inline void* cpu_block() {
    return model_cpu().block;
}
inline void set_cpu_block(void* block, std::size_t size = 0) {
    model_cpu().block = block;
    model_cpu().block_size = size;
}

inline Execution& execution() {
    return model_cpu().execution;
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
    const auto* first = static_cast<const std::byte*>(model_cpu().block);
    const auto* wanted = static_cast<const std::byte*>(address);
    return std::greater_equal<>{}(wanted, first) &&
           std::less<>{}(wanted, first + model_cpu().block_size);
}

inline void nap() {}

[[noreturn]] inline void die(std::string_view message, const char* file, std::uint32_t line) {
    model::Run::current().fail(model::Error::Assertion, std::string(message) + " (" + file + ":" +
                                                            std::to_string(line) + ")");
}

inline void begin_poll() {
    model::Run::current().begin_poll();
}
/// A wait that goes on until others do something: it is the checker's to say when.
inline void relax(unsigned) {
    model::Run::current().poll_again();
}
/// A wait that ends by itself.
inline void relax_bounded(unsigned) {}

} // namespace model_world
} // namespace neuron::env
