// SPDX-License-Identifier: MIT
// The stacks: three for each CPU, and those of tasks. Each starts at a multiple of its size. With
// vm its lowest quarter is a guard that nothing is mapped in; no frame is larger than half of that
// (mk/library.mk), so no call steps over it. At its top, a CPU's stack names the block of its CPU
// (STACK_HEADER): a hart whose tp was lost still finds itself by the stack it is on; a task's has
// its Strand, since any CPU may run on it.
#pragma once

#include <arch/offsets.h>
#include <config/large_stack_shift.hpp>
#include <config/large_stacks.hpp>
#include <config/stack_shift.hpp>
#include <config/task_stacks.hpp>
#include <config/vm.hpp>
#include <neuron/kernel/system.hpp>

#include <optional>
#include <span>
#include <string_view>

namespace neuron::kernel {

/// The first three are of each CPU, for itself; the others are of tasks, wherever these run.
enum class StackUse : std::uint32_t { Main, Handler, Emergency, Task, LargeTask };
inline constexpr std::uint32_t stack_uses = 3;
static_assert(stack_uses == STACKS_PER_CPU);

constexpr std::string_view format_value(StackUse use) {
    constexpr std::string_view names[] = {"main", "handler", "emergency", "task", "large task"};
    return names[static_cast<std::uint32_t>(use)];
}

constexpr std::size_t size_of(StackUse use) {
    const bool is_large = config::large_stacks != 0 && use == StackUse::LargeTask;
    return std::size_t{1} << (is_large ? config::large_stack_shift : config::stack_shift);
}
/// Of any function: mk/library.mk.
inline constexpr std::size_t largest_frame = size_of(StackUse::Main) / 8;
constexpr std::size_t guard_of(StackUse use) {
    return config::vm ? size_of(use) / 4 : 0;
}

constexpr bool is_of_task(StackUse use) {
    return config::task_stacks != 0 && use >= StackUse::Task;
}

/// A stack; of those of tasks, which.
struct StackId {
    core::CpuId cpu;
    StackUse use;
    std::uint32_t number = 0;
    friend constexpr bool operator==(const StackId&, const StackId&) = default;
};

/// Where in the stacks an address is.
struct StackPlace {
    StackId stack;
    std::size_t offset; ///< from the stack's lowest byte, that of its guard
    [[nodiscard]] bool is_in_guard() const { return offset < guard_of(stack.use); }
};
/// Nothing if it is in no stack.
[[nodiscard]] std::optional<StackPlace> stack_at(std::uintptr_t address);

/// What may be used of a stack: all but its guard, and its header or the Strand of its task.
[[nodiscard]] std::span<std::byte> usable_stack(const StackId& stack);

/// Calls visit(StackId) for each stack of the CPUs that there are.
template <class Visit>
void for_each_stack(std::uint32_t cpus, Visit visit) {
    for (std::uint32_t cpu = 0; cpu < cpus; ++cpu) {
        for (const StackUse use : {StackUse::Main, StackUse::Handler, StackUse::Emergency})
            visit(StackId{core::CpuId{cpu}, use});
        for (std::uint32_t number = 0; number < config::task_stacks; ++number)
            visit(StackId{core::CpuId{cpu}, StackUse::Task, number});
        for (std::uint32_t number = 0; number < config::large_stacks; ++number)
            visit(StackId{core::CpuId{cpu}, StackUse::LargeTask, number});
    }
}

/// Names the owner in the header of one of a CPU's three stacks; answers where its sp starts.
std::uint64_t prepare_stack(CpuBlock& block, StackUse use);

/// "the main stack of CPU 1", "the stack of task 3 of CPU 0, worker".
using StackText = format::BoundedText<80>;
[[nodiscard]] StackText describe_stack(const StackId& stack);
[[nodiscard]] StackText describe_stack(const std::byte* within);

} // namespace neuron::kernel
