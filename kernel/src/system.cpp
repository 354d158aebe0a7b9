// SPDX-License-Identifier: MIT
// The objects that exist once: the system, the blocks and the stacks.
#include <arch/csr.hpp>
#include <neuron/app.hpp>
#include <neuron/core/wait.hpp>

#include "access.hpp"
#include "stacks.hpp"

// Weak: not there in an image of one CPU, which never starts another.
extern "C" [[gnu::weak]] void neuron_secondary_start();

namespace neuron {
namespace kernel {
namespace {

constexpr auto& blocks_ = held_blocks.value;

} // namespace

constinit Forever<System> held_system;
[[gnu::section(".bss..percpu")]] constinit Forever<CpuBlock[config::max_cpus]> held_blocks;
[[gnu::section(".bss..sealed")]] alignas(4096) constinit Forever<Sealed> held_sealed;

void prepare_block(core::CpuId cpu, core::HartId hart) {
    CpuBlock& block = blocks_[cpu.index()];
    percpu::name_cpu(block.identity, cpu, hart, &system());
    block.trap.main_sp = prepare_stack(block, StackUse::Main);
    block.trap.frame.registers[FRAME_HANDLER_SP] = prepare_stack(block, StackUse::Handler);
    block.trap.emergency.registers[FRAME_HANDLER_SP] = prepare_stack(block, StackUse::Emergency);
}

CpuBlock* block_of(const arch::FrameArea& frame) {
    // SAFETY: an address; validate believes it only if it is a block's.
    const auto address = reinterpret_cast<std::uintptr_t>(&frame);
    // Of blocks_: sscratch names none that has no hart, and every trap comes by.
    for (const int offset : {BLOCK_FRAME, BLOCK_EMERGENCY_FRAME})
        if (const auto cpu =
                percpu::validate<CpuBlock>(address - static_cast<std::uintptr_t>(offset), blocks_))
            return &blocks_[cpu->index()];
    return nullptr;
}

std::optional<core::CpuId> resolve_cpu(std::uintptr_t tp, std::uintptr_t sp) {
    if (const auto cpu = percpu::validate<CpuBlock>(tp, blocks()))
        return cpu;
    const auto place = stack_at(sp);
    if (!place || is_of_task(place->stack.use)) // that any CPU may run on
        return {};
    // SAFETY: an address; validate believes it only if it is a block's.
    return percpu::validate<CpuBlock>(
        reinterpret_cast<std::uintptr_t>(&blocks_[place->stack.cpu.index()]), blocks());
}

} // namespace kernel

bool env::owns(const void* address) {
    // SAFETY: addresses, for comparison.
    const auto block = reinterpret_cast<std::uintptr_t>(env::cpu_block());
    return reinterpret_cast<std::uintptr_t>(address) - block < sizeof(kernel::CpuBlock);
}

namespace kernel {

arch::sbi::Outcome SystemBase::start_hart(core::CpuId cpu) {
    // After boot_hart= the hart that handed over may still be on its way out.
    const bool handed_over = arguments().parameter("boot_hart").has_value();
    const std::uint64_t deadline = diagnostic_deadline();
    core::spin_until([&] {
        if (!handed_over)
            return true;
        const auto status = arch::sbi::hart_status(hart_of(cpu));
        return !status || *status == arch::sbi::hart_stopped || now() >= deadline;
    });
    prepare_block(cpu, hart_of(cpu));
    // SAFETY: an address for the firmware. The hart finds its block itself, see secondary.S.
    return arch::sbi::hart_start(hart_of(cpu),
                                 reinterpret_cast<std::uintptr_t>(&neuron_secondary_start), 0);
}

void SystemBase::put_line(std::string_view text, std::span<const format::Argument> arguments) {
    console_.line("", text, arguments);
}

void SystemBase::put_log(console::Level level, std::string_view text,
                         std::span<const format::Argument> arguments) {
    if (console_.shows(level))
        console_.line(console::prefix(level), text, arguments);
}

} // namespace kernel

std::optional<Input> input() {
    const auto name = system().arguments().parameter("input");
    if (!name && !system().machine().input)
        return {};
    // The loader leaves out an empty file; its name still comes.
    return Input{name.value_or(std::string_view{}),
                 system().machine().input.value_or(core::Frozen<std::byte>())};
}

} // namespace neuron
