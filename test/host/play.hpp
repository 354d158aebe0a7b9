// SPDX-License-Identifier: MIT
// A thread of a test plays the CPUs of a system: each is a block of the system's, and the thread is
// one at a time.
#pragma once

#include "context_maker.hpp"

namespace host_test {

/// The calling thread is the CPU of this block from now on.
template <class Block>
void play(Block& block) {
    neuron::env::set_cpu_block(&block, sizeof(block));
}

/// What `use` returns, run as the CPU of this block. The thread is then what it was.
template <class Block, class Use>
auto as(Block& block, Use use) {
    const struct Back {
        void* block = neuron::env::cpu_block();
        std::size_t size = neuron::env::host_cpu().block_size;
        ~Back() { neuron::env::set_cpu_block(block, size); }
    } back;
    play(block);
    return use();
}

/// Runs use(IrqContext&) as a handler of this CPU.
template <class Use>
void handle(Use use) {
    const neuron::core::IrqOff masked;
    neuron::core::IrqContext irq = neuron::core::ContextMaker::handler();
    use(irq);
}

} // namespace host_test
