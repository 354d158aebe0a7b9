// SPDX-License-Identifier: MIT
// What core::Strand is in these tests: a ucontext on a stack from the heap.
#pragma once

#include <neuron/core/strand.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <ucontext.h>

struct neuron::core::Strand {
    explicit Strand(std::size_t size)
        : memory(std::make_unique_for_overwrite<std::byte[]>(size)), stack(memory.get(), size) {}

    std::unique_ptr<std::byte[]> memory;
    std::span<std::byte> stack;
    ucontext_t context{};
    void (*entry)(void*) = nullptr;
    void* argument = nullptr;
    unsigned begun = 0; ///< how often
};

namespace sched_test {

using neuron::core::Strand;

/// As every stack of these tests; doctest's checks, not optimized, take most of it.
constexpr std::size_t stack_size = 128 * 1024;
/// What spawn may put at the top of a stack; frames begin below, so that a sanitizer, which keeps
/// what it knows of a frame that never ended, does not take them for each other.
constexpr std::size_t top_size = 2048;

inline Strand* coming = nullptr; ///< who is switched to

inline void begin(Strand& strand, void (*entry)(void*), void* argument) {
    strand.entry = entry;
    strand.argument = argument;
    ++strand.begun;
    (void)getcontext(&strand.context);
    strand.context.uc_stack.ss_sp = strand.stack.data();
    strand.context.uc_stack.ss_size = strand.stack.size() - top_size;
    makecontext(&strand.context, [] { coming->entry(coming->argument); }, 0);
}

inline void switch_to(ucontext_t& from, Strand& to) {
    coming = &to;
    (void)swapcontext(&from, &to.context);
}

} // namespace sched_test
