// SPDX-License-Identifier: MIT
// The panic. One winner stops the others through the platform's doorbell, waits a bounded time,
// names who did not stop, reports and ends the image. It needs no lock and no library above
// console and percpu.
#include <arch/csr.hpp>
#include <config/frame_pointers.hpp>
#include <neuron/app.hpp>
#include <neuron/core/wait.hpp>

#include "access.hpp"
#include "stacks.hpp"

extern "C" const char __image_start[], __text_end[];

namespace neuron::kernel {
namespace {

constexpr std::uint64_t stop_milliseconds = 10;
constexpr unsigned max_frames = 32;

void say_erased(std::string_view text, std::span<const format::Argument> arguments) {
    Access::console(system()).panic_line(core::ContextMaker::panic(), text, arguments);
}

template <class... A>
void say(format::FormatString<std::type_identity_t<A>...> text, const A&... values) {
    say_erased(text.view(), format::erase_all(values...));
}

/// Or right behind it: there a call returns to that is the last of all.
bool in_text(std::uintptr_t address) {
    return address >= address_of(__image_start) && address <= address_of(__text_end);
}

/// Two words below a frame pointer can be read: both are in the part of a stack that is used.
bool in_stacks(std::uintptr_t fp) {
    const auto lowest = stack_at(fp - 16);
    return fp % 8 == 0 && lowest && !lowest->is_in_guard() &&
           lowest->offset <= size_of(lowest->stack.use) - 16;
}

std::uintptr_t word_below(std::uintptr_t fp, unsigned words) {
    // SAFETY: in_stacks(fp) holds and words is 1 or 2; stacks are plain memory.
    return *reinterpret_cast<const std::uintptr_t*>(fp - 8 * words);
}

/// The function at an address, if a feature knows it; nothing otherwise. An address that is
/// returned to may already lie in the next function: then what stands `back` bytes before it is
/// named.
format::BoundedText<200> name_of(std::uintptr_t address, unsigned back) {
    format::BoundedText<200> name;
    Features::for_each([&]<class F> {
        if constexpr (requires { F::describe(address); })
            if (const auto place = F::describe(address - back))
                format::write(name, " {}+{:#x}", place->name, place->offset + back);
    });
    return name;
}

/// Frame 0 is where the trap happened, the others are return addresses.
void say_frame(unsigned number, std::uintptr_t address) {
    say("  #{} {:#018x}{}", number, address, name_of(address, number == 0 ? 0 : 1).view());
}

/// Of a fault that has an address: what is there, if a feature explains it.
void say_address(const arch::FrameArea& frame) {
    Features::for_each([&]<class F> {
        if constexpr (requires { F::explain(system(), frame.stval); })
            if (frame.is_memory_fault())
                say("  {} at {:#018x}: {}{}", arch::cause_name(frame), frame.stval,
                    F::explain(system(), frame.stval).view(), name_of(frame.stval, 0).view());
    });
}

/// Frames of GCC's RISC-V layout: return address and caller's frame pointer in the two words below
/// fp; a leaf function saves the caller's frame pointer alone, in the first of them.
/// `ra` is that function's return address if the trap hit one before it saved it, else 0. Where the
/// trap was a jump to nowhere (`pc_known` false), ra is the only trace of who jumped.
[[maybe_unused]] void say_callers(bool pc_known, std::uintptr_t ra, std::uintptr_t fp) {
    unsigned number = 1;
    if (!pc_known && in_text(ra))
        say_frame(number++, ra);
    for (bool first = true; number < max_frames && in_stacks(fp); first = false) {
        std::uintptr_t back = word_below(fp, 1);
        std::uintptr_t next = word_below(fp, 2);
        if (first && ra != 0 && !in_text(back) && in_stacks(back)) {
            next = back;
            back = ra;
        }
        if (!in_text(back))
            break;
        say_frame(number++, back);
        if (next <= fp)
            break;
        fp = next;
    }
}

/// Who ran here, if a feature knows.
void say_task() {
    Features::for_each([&]<class F> {
        if constexpr (requires(const core::IrqOff& off) { F::running_name(system(), off); }) {
            const core::IrqOff masked;
            if (const auto name = F::running_name(system(), masked); !name.empty())
                say("task: {}", name);
        }
    });
}

void say_registers(const arch::FrameArea& frame) {
    // Of x1 to x31 in the calling convention, four characters each.
    constexpr std::string_view names =
        "ra  sp  gp  tp  t0  t1  t2  s0  s1  a0  a1  a2  a3  a4  a5  "
        "a6  a7  s2  s3  s4  s5  s6  s7  s8  s9  s10 s11 t3  t4  t5  "
        "t6  ";
    say("registers: sepc {:#018x} scause {:#x} stval {:#018x} sstatus {:#x}", frame.sepc,
        frame.scause, frame.stval, frame.sstatus);
    for (unsigned n = 1; n < 32;) {
        format::BoundedText<100> line;
        for (unsigned column = 0; column < 3 && n < 32; ++column, ++n)
            format::write(line, "  {} {:#018x}", names.substr(4 * (n - 1), 4), frame.registers[n]);
        say("{}", line.view());
    }
}

/// Asks every other online CPU to stop and waits for all of them, 10 ms at most.
[[maybe_unused]] void stop_others(core::CpuId self) {
    const plat::Machine* machine = Access::machine_cell().get();
    if (machine == nullptr)
        return;
    const auto running = [&](std::uint32_t cpu) {
        return cpu != self.value && !blocks()[cpu].life.has_left();
    };
    for (std::uint32_t cpu = 0; cpu < machine->cpus.size(); ++cpu)
        if (running(cpu))
            (void)plat::ring(*machine, core::CpuId{cpu}); // one that did not ring is named below
    const std::uint64_t deadline =
        plat::Clock::now() + machine->timebase_hz * stop_milliseconds / 1000;
    for (std::uint32_t cpu = 0; cpu < machine->cpus.size(); ++cpu)
        core::spin_until([&] { return !running(cpu) || plat::Clock::now() >= deadline; });
}

[[maybe_unused]] void say_still_running(core::CpuId self) {
    const plat::Machine* machine = Access::machine_cell().get();
    for (std::uint32_t cpu = 0; machine != nullptr && cpu < machine->cpus.size(); ++cpu)
        if (cpu != self.value && !blocks()[cpu].life.has_left())
            say("CPU {}: did not stop", cpu);
}

} // namespace

bool claim_the_end(core::CpuId self) {
    std::uint32_t winner = 0;
    // Release: pairs with must_stop. Acquire on failure: sees that the winner is another.
    const bool won = Access::stopping(system()).compare_exchange(winner, self.value + 1,
                                                                 core::acq_rel, core::acquire);
    return won || winner == self.value + 1;
}

void panic_with(std::string_view message, core::Where where, const arch::FrameArea* frame) {
    (void)env::irq_save();
    const std::uintptr_t here = address_of(__builtin_frame_address(0));
    CpuBlock* found = frame != nullptr ? block_of(*frame) : nullptr;
    if (found == nullptr)
        if (const auto cpu = resolve_cpu(address_of(env::cpu_block()), here))
            found = &blocks()[cpu->index()];
    if (found == nullptr) {
        say("PANIC: on a hart that is no CPU of this image: {}", message);
        finish_image(exit_panic);
    }
    CpuBlock& block = *found;
    arch::write_tp(&block); // it may have been what went wrong

    switch (block.panic_depth++) {
    case 0:
        break;
    case 1: // the report itself went wrong
        say("PANIC inside a panic: {}", message);
        [[fallthrough]];
    case 2: // so did saying that
        finish_image(exit_panic);
    default:
        arch::disable_interrupts();
        arch::halt();
    }

    const core::CpuId cpu = block.identity.cpu;
    if (!claim_the_end(cpu))
        stop_this_cpu(block); // another CPU ends the image, and says why
    // Pairs with the fence in neuron_secondary: a CPU that is not seen online here sees the claim.
    core::fence(core::seq_cst);
    constexpr bool has_others = System::max_cpus > 1;
    if constexpr (has_others)
        stop_others(cpu);
    say("");
    say("PANIC on CPU {} (hart {}): {}", cpu, block.identity.hart, message);
    if (where.line != 0)
        say("  at {}:{}", where.file, where.line);
    if (frame != nullptr) {
        say_address(*frame);
        say_registers(*frame);
    }
    say_task();
    say("backtrace:");
    if (frame != nullptr)
        say_frame(0, frame->sepc);
    if constexpr (!config::frame_pointers)
        say("  (no callers: CONFIG_FRAME_POINTERS is off)");
    else if (frame != nullptr)
        say_callers(in_text(frame->sepc), frame->ra(), frame->fp());
    else
        say_callers(true, 0, here); // from this function's own frame
    if constexpr (has_others)
        say_still_running(cpu);
    finish_image(exit_panic);
}

} // namespace neuron::kernel

/// A broken invariant, from anywhere (core::check, neuron::panic).
void neuron::env::die(std::string_view message, const char* file, std::uint32_t line) {
    kernel::panic_with(message, {file, line}, nullptr);
}
