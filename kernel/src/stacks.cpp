// SPDX-License-Identifier: MIT
#include "stacks.hpp"

#include <neuron/app.hpp>

#include <algorithm>
#include <memory>

#include "access.hpp"

namespace neuron::kernel {
namespace {

/// `Count` stacks for each CPU. Without any: a few bytes, which the linker leaves out.
template <std::size_t Count, StackUse Use>
struct alignas(Count != 0 ? size_of(Use) : 1) Stacks {
    std::array<std::array<std::byte, size_of(Use)>, Count> stacks;
};
[[gnu::section(".stacks")]] Stacks<stack_uses, StackUse::Main> stacks_[config::max_cpus];
[[gnu::section(
    ".task_stacks")]] Stacks<config::task_stacks, StackUse::Task> tasks_[config::max_cpus];
[[gnu::section(".task_stacks")]] Stacks<config::large_stacks, StackUse::LargeTask>
    large_tasks_[config::max_cpus];

/// Where an address is in an array of them, if it is.
template <std::size_t Count, StackUse Use>
std::optional<StackPlace> find_in(const Stacks<Count, Use> (&stacks)[config::max_cpus],
                                  std::uintptr_t address) {
    // SAFETY: an address, for comparison only.
    const std::uintptr_t offset = address - reinterpret_cast<std::uintptr_t>(&stacks);
    if (offset >= sizeof(stacks)) // or below them
        return {};
    constexpr std::size_t size = size_of(Use);
    constexpr std::uint32_t count = std::max<std::size_t>(Count, 1);
    const auto stack = static_cast<std::uint32_t>(offset / size);
    const core::CpuId cpu{stack / count};
    const std::uint32_t number = stack % count;
    if constexpr (Use == StackUse::Main) // the three uses of a CPU stand side by side
        return StackPlace{{cpu, static_cast<StackUse>(number)}, offset % size};
    else
        return StackPlace{{cpu, Use, number}, offset % size};
}

std::span<std::byte> whole_stack(const StackId& id) {
    const std::size_t cpu = id.cpu.index();
    if (!is_of_task(id.use))
        return stacks_[cpu].stacks[static_cast<std::uint32_t>(id.use)];
    if (id.use == StackUse::Task)
        return tasks_[cpu].stacks[id.number];
    return large_tasks_[cpu].stacks[id.number];
}

/// The stacks of tasks of a CPU are numbered, the large ones behind the others.
constexpr std::uint32_t first_large = config::task_stacks;
std::uint32_t number_of_task(const StackId& stack) {
    return stack.number + (stack.use == StackUse::LargeTask ? first_large : 0);
}

/// What a stack holds where nothing was ever written.
constexpr std::byte unused_stack{0xA5};

void prepare_for_features(std::span<std::byte> stack) {
    Features::for_each([&]<class F> {
        if constexpr (requires { F::prepare_stack(stack); })
            F::prepare_stack(stack);
    });
}

} // namespace

std::optional<StackPlace> stack_at(std::uintptr_t address) {
    auto place = find_in(stacks_, address);
    if (config::task_stacks != 0 && !place)
        place = find_in(tasks_, address);
    if (config::large_stacks != 0 && !place)
        place = find_in(large_tasks_, address);
    return place;
}

std::span<std::byte> usable_stack(const StackId& stack) {
    const std::size_t top = is_of_task(stack.use) ? sizeof(core::Strand) : STACK_HEADER;
    return whole_stack(stack).subspan(guard_of(stack.use),
                                      size_of(stack.use) - guard_of(stack.use) - top);
}

std::uint64_t prepare_stack(CpuBlock& block, StackUse use) {
    const std::span<std::byte> usable = usable_stack({block.identity.cpu, use});
    std::byte* const header = usable.data() + usable.size();
    // SAFETY: the header is 16 bytes, 16-byte aligned, and above every sp of this stack.
    *reinterpret_cast<CpuBlock**>(header) = &block;
    prepare_for_features(usable);
    // SAFETY: an address for sp.
    return reinterpret_cast<std::uintptr_t>(header);
}

void check_stacks(const CpuBlock& block) {
    Features::for_each([&]<class F> {
        if constexpr (requires(std::span<const std::byte> stack) { F::is_intact(stack); }) {
            const auto check = [](std::span<const std::byte> stack) {
                if (!F::is_intact(stack)) [[unlikely]]
                    panic("stack overflow in {}", describe_stack(stack.data()).view());
            };
            const core::CpuId cpu = block.identity.cpu;
            for (const StackUse use : {StackUse::Handler, StackUse::Emergency})
                check(usable_stack({cpu, use}));
            const bool is_task = block.running != nullptr && block.running != &block.idle;
            check(is_task ? block.running->stack : usable_stack({cpu, StackUse::Main}));
        }
    });
}

StackText describe_stack(const std::byte* within) {
    // SAFETY: an address, for comparison only.
    const auto place = stack_at(reinterpret_cast<std::uintptr_t>(within));
    return place ? describe_stack(place->stack) : StackText();
}

StackText describe_stack(const StackId& stack) {
    StackText text;
    if (!is_of_task(stack.use)) {
        format::write(text, "the {} stack of CPU {}", stack.use, stack.cpu);
        return text;
    }
    format::write(text, "the stack of task {} of CPU {}", number_of_task(stack), stack.cpu);
    Features::for_each([&]<class F> {
        if constexpr (requires { F::name_of(system(), stack.cpu, stack.number); })
            format::write(text, ", {}", F::name_of(system(), stack.cpu, number_of_task(stack)));
    });
    return text;
}

core::Strand& SystemBase::prepare_task_stack(core::CpuId cpu, std::uint32_t number) {
    const StackId id = number < first_large
                           ? StackId{cpu, StackUse::Task, number}
                           : StackId{cpu, StackUse::LargeTask, number - first_large};
    const std::span<std::byte> usable = usable_stack(id);
    std::ranges::fill(usable, unused_stack);
    prepare_for_features(usable);
    std::byte* top = usable.data() + usable.size();
    // SAFETY: no instruction. In an image without tasks nobody comes here, and the compiler refuses
    // what it sees of stacks that are not there.
    asm("" : "+r"(top));
    // SAFETY: the place of a Strand at the top of each task's stack.
    auto* const strand = reinterpret_cast<core::Strand*>(top);
    return *std::construct_at(strand, usable);
}

std::size_t SystemBase::stack_used(const core::Strand& strand) const {
    // Below the lowest word that was written: what features keep there (prepare_for_features) does
    // not count, and is no more than this.
    constexpr std::size_t kept = 64;
    const auto rest = strand.stack.subspan(kept);
    const auto lowest =
        std::ranges::find_if(rest, [](std::byte each) { return each != unused_stack; });
    return static_cast<std::size_t>(rest.end() - lowest);
}

} // namespace neuron::kernel
