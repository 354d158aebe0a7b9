// SPDX-License-Identifier: MIT
#include "stacks.hpp"

#include <neuron/app.hpp>

#include "access.hpp"

namespace neuron::kernel {
namespace {

using Stacks = std::byte[stack_uses][stack_size];
[[gnu::section(".stacks")]] alignas(stack_size) Stacks stacks_[config::max_cpus];

} // namespace

std::optional<StackPlace> stack_at(std::uintptr_t address) {
    // SAFETY: an address, for comparison only.
    const std::uintptr_t offset = address - reinterpret_cast<std::uintptr_t>(&stacks_);
    if (offset >= sizeof(stacks_)) // or below them
        return {};
    return StackPlace{core::CpuId{static_cast<std::uint32_t>(offset / sizeof(Stacks))},
                      static_cast<StackUse>(offset % sizeof(Stacks) / stack_size),
                      offset % stack_size};
}

std::span<std::byte> usable_stack(core::CpuId cpu, StackUse use) {
    return std::span(stacks_[cpu.index()][static_cast<std::uint32_t>(use)])
        .subspan(guard_size, stack_size - guard_size - STACK_HEADER);
}

std::uint64_t prepare_stack(CpuBlock& block, StackUse use) {
    const std::span<std::byte> usable = usable_stack(block.identity.cpu, use);
    std::byte* const header = usable.data() + usable.size();
    // SAFETY: the header is 16 bytes, 16-byte aligned, and above every sp of this stack.
    *reinterpret_cast<CpuBlock**>(header) = &block;
    Features::for_each([&]<class F> {
        if constexpr (requires { F::prepare_stack(usable); })
            F::prepare_stack(usable);
    });
    // SAFETY: an address for sp.
    return reinterpret_cast<std::uintptr_t>(header);
}

void check_stacks(const CpuBlock& block) {
    Features::for_each([&]<class F> {
        if constexpr (requires(std::span<const std::byte> stack) { F::is_intact(stack); }) {
            for (const StackUse use : {StackUse::Main, StackUse::Handler, StackUse::Emergency}) {
                if (!F::is_intact(usable_stack(block.identity.cpu, use))) [[unlikely]]
                    panic("stack overflow in the {} stack on CPU {}", use, block.identity.cpu);
            }
        }
    });
}

} // namespace neuron::kernel
