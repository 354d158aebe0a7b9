// SPDX-License-Identifier: MIT
// The stacks: three for each CPU. Each starts at a multiple of its size. Its last STACK_HEADER
// bytes name the block of its CPU: a hart whose tp was lost still finds itself by the stack it is
// on. With vm its lowest quarter is a guard that nothing is mapped in; no frame is larger than half
// of that (mk/library.mk), so no call steps over it.
#pragma once

#include <arch/offsets.h>
#include <config/stack_shift.hpp>
#include <config/vm.hpp>
#include <neuron/kernel/system.hpp>

#include <optional>
#include <span>
#include <string_view>

namespace neuron::kernel {

enum class StackUse : std::uint32_t { Main, Handler, Emergency };
inline constexpr std::size_t stack_uses = 3;
static_assert(stack_uses == STACKS_PER_CPU);

constexpr std::string_view format_value(StackUse use) {
    constexpr std::string_view names[] = {"main", "handler", "emergency"};
    return names[static_cast<std::uint32_t>(use)];
}

inline constexpr std::size_t stack_size = std::size_t{1} << config::stack_shift;
/// Of any function: mk/library.mk.
inline constexpr std::size_t largest_frame = stack_size / 8;
inline constexpr std::size_t guard_size = config::vm ? stack_size / 4 : 0;

/// Where in the stacks an address is.
struct StackPlace {
    core::CpuId cpu;
    StackUse use;
    std::size_t offset; ///< from the stack's lowest byte, that of its guard
    [[nodiscard]] bool is_in_guard() const { return offset < guard_size; }
    [[nodiscard]] bool is_same_stack(const StackPlace& other) const {
        return cpu == other.cpu && use == other.use;
    }
};
/// Nothing if it is in no stack.
[[nodiscard]] std::optional<StackPlace> stack_at(std::uintptr_t address);

/// What may be used of a stack: all but its guard and its header.
[[nodiscard]] std::span<std::byte> usable_stack(core::CpuId cpu, StackUse use);

/// Names the owner in the stack's header; answers where its sp starts.
std::uint64_t prepare_stack(CpuBlock& block, StackUse use);

} // namespace neuron::kernel
